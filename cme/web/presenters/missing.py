"""Episodes of a child who was missing: what runs now, what is due after, and how often it happened."""

from datetime import datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.policy.pack import PolicyPack
from cme.casework.safety.missing import Risk, count_in_window, support_status
from cme.clock import local_date
from cme.services import missing as service
from cme.store import missing as store
from cme.store import roll
from cme.web.presenters.dates import moment
from cme.web.presenters.words import counted

_AFTER = {
    "return_interview": "{talk}, which the authority offers, by",
    "looked_after_contact": "The social worker sees a looked-after child by",
    "action_plan": "The authority's action plan by",
}


def missing_page(scope: Scope, registration: Any, *, at: datetime, may_record: bool) -> dict[str, Any]:
    """The page of one child: {now, earlier, repeat, may_record, police}; `now` is None unless missing."""
    rows = store.list_episodes(scope, registration.id)
    pack = service.pack_of_child(registration, at)
    now = next((row for row in rows if row.found_at is None), None)
    is_authority = scope.may(Permission.SEE_QUEUE, authority_id=registration.school.authority_id)
    return {
        "now": _now(now, pack, at=at, is_authority=is_authority) if now else None,
        "earlier": [episode_row(row, at=at) for row in rows if row is not now],
        "repeat": _repeat(scope, registration, rows, pack, at=at),
        "may_record": may_record,
        "police": _police(pack),
    }


def episode_row(row: Any, *, at: datetime | None = None) -> dict[str, Any]:
    """One episode in words; with `at`, what is due after it as well."""
    clocks = service.clocks_of(row, at=at) if at and row.found_at else None
    pack = service.pack_of_child(row.registration, at) if at else None
    return {
        "id": row.id,
        "noticed": moment(row.noticed_at),
        "reported": f"Police told {moment(row.police_told_at)}" if row.police_told_at else "Police not told",
        "reference": row.police_reference,
        "found": moment(row.found_at) if row.found_at else "",
        "found_how": row.found_how,
        "last_seen": row.last_seen,
        "searched": row.searched,
        "parent": f"Parent or carer told {moment(row.parent_told_at)}" if row.parent_told_at else "",
        "risk": Risk(row.risk).label,
        "by": row.entered_by,
        "after": [
            f"{_AFTER[name].format(talk=pack.labels['return_talk'])} {moment(due_at)}."
            for name, due_at in clocks.after
        ]
        if clocks and pack
        else [],
    }


def _now(row: Any, pack: PolicyPack, *, at: datetime, is_authority: bool) -> dict[str, Any]:
    """A child who is missing: the clocks with names for the authority, as advice for a school."""
    steps = []
    for each in service.clocks_of(row, at=at).escalations:
        who = each.contact.replace("_", " ")
        named = pack.contacts.get(each.contact, "")
        contact = f" ({named})" if is_authority and named else ""
        unnamed = " Nobody is named for this: tell the administrator." if is_authority and not named else ""
        done = "Reached" if each.due_at <= at else "From"
        steps.append(f"{done} {moment(each.due_at)}: the authority tells its {who}{contact}.{unnamed}")
    return {**episode_row(row), "escalations": steps}


def _repeat(
    scope: Scope, registration: Any, rows: Any, pack: PolicyPack, *, at: datetime
) -> dict[str, Any] | None:
    episodes = [store.as_episode(row) for row in rows]
    if not episodes:
        return None
    count, others = count_in_window(episodes, pack, local_date(at))
    crossed = service.repeats_of(scope, registration, at=at)
    window = pack.clocks["repeat_window"].value
    flags = roll.list_flags(scope, registration.id)
    beside = f" Beside them stand {counted(others, 'record')} of the school alone." if others else ""
    return {
        "text": f"{counted(count, 'episode')} reported to the police in the last {window} days.{beside}",
        "is_crossed": bool(crossed) and count >= pack.missing.repeat_count,
        "advice": support_status(flags).advice if crossed and flags is not None else "",
    }


def _police(pack: PolicyPack) -> str:
    other = f" or {pack.police.non_emergency}" if pack.police.non_emergency else ""
    force = f" ({pack.police.force})" if pack.police.force else ""
    return f"Ring {pack.police.emergency} where there is danger{other} otherwise{force}. Wait for no clock."
