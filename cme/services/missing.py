"""Children who are missing now: noting it in a minute, that the child was found, and who is told when."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from cme import bank_holidays
from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.policy.clocks import Unit, due_at, nth_working_day_after
from cme.casework.policy.pack import PolicyPack
from cme.casework.safety.missing import (
    Crossing,
    Ending,
    EpisodeEntry,
    Escalation,
    entry_faults,
    escalations,
    found_faults,
    repeats,
)
from cme.clock import LONDON, local_date
from cme.services.absence import recount_school
from cme.services.policies import pack_in_force
from cme.store import alerts, audit, cases, pupils
from cme.store import missing as store
from cme.store.database import db, transaction
from cme.store.pupils import lock_registration
from cme.store.tables import MissingEpisode, Registration

ALREADY = "This child is recorded as missing already. Correct that record, or say that the child was found."
FOUND_BEFORE = "It is recorded already that the child was found. Correct the record if that is wrong."
WHY_WITHDRAWN = "Enter why the record is taken back."

_SENIOR = frozenset({Role.LA_MANAGER, Role.CME_OFFICER})
"""Who at the authority is told when a clock ends: they tell the senior manager it names."""


def pack_of_child(registration: Registration, at: datetime) -> PolicyPack:
    """The policy that a child's episodes are judged by: what is in force at the school's authority."""
    return pack_in_force(registration.school.authority, local_date(at))


def record(
    scope: Scope, registration_id: int, entry: EpisodeEntry, *, at: datetime, address: str = ""
) -> int | Refused:
    """Note that a child is missing; the id of the episode, or Refused.

    A case opens by itself where there is none. Raises LookupError outside the scope.
    """
    with transaction():
        registration = _locked(scope, registration_id)
        if any(each.found_at is None for each in store.list_episodes(scope, registration_id)):
            return Refused((ALREADY,), ("stage",))
        return _keep(scope, registration, entry, None, None, at=at, address=address)


def correct(
    scope: Scope,
    episode_id: int,
    entry: EpisodeEntry,
    ending: Ending | None = None,
    *,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Put a corrected record in the place of one, which is kept; the new id, or Refused.

    `ending` corrects how an episode ended, where it has. Raises LookupError outside the scope.
    """
    with transaction():
        row, registration = _held(scope, episode_id)
        if ending is None and row.found_at is not None:
            ending = Ending(row.found_at, row.found_how)
        return _keep(scope, registration, entry, row, ending, at=at, address=address)


def found(
    scope: Scope, episode_id: int, found_at: datetime | None, how: str, *, at: datetime, address: str = ""
) -> Refused | None:
    """Note that a missing child was found, or say what is lacking. Raises LookupError outside the scope."""
    with transaction():
        row, registration = _held(scope, episode_id)
        if row.found_at is not None:
            return Refused((FOUND_BEFORE,), ("stage",))
        faults = found_faults(row.noticed_at, found_at, how, at)
        if faults:
            return Refused(tuple(said for _, said in faults), tuple(name for name, _ in faults))
        row.found_at, row.found_how, row.ended_by = found_at, how.strip(), scope.name
        _follow(scope, registration, "missing.found", at=at, address=address)
        return None


def withdraw(
    scope: Scope, episode_id: int, reason: str, *, at: datetime, address: str = ""
) -> Refused | None:
    """Take back a record that should not have been made; it stays on record. As `found`."""
    with transaction():
        row, registration = _held(scope, episode_id)
        if not reason.strip():
            return Refused((WHY_WITHDRAWN,), ("reason",))
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, scope.name, reason.strip()
        _follow(scope, registration, "missing.withdrawn", at=at, address=address)
        return None


def _locked(scope: Scope, registration_id: int) -> Registration:
    if pupils.find_registration(scope, registration_id, Permission.RECORD_MISSING) is None:
        raise LookupError("the pupil is not within the scope")
    registration = lock_registration(scope, registration_id)
    if registration is None:
        raise LookupError("the pupil is not within the scope")
    return registration


def _held(scope: Scope, episode_id: int) -> tuple[MissingEpisode, Registration]:
    row = store.find_episode(scope, episode_id, Permission.RECORD_MISSING)
    if row is None:
        raise LookupError("the episode is not within the scope")
    registration = _locked(scope, row.registration_id)
    # Somebody may have found the child, or corrected the record, while the pupil was waited for.
    db.session.expire(row)
    again = store.find_episode(scope, episode_id, Permission.RECORD_MISSING)
    if again is None:
        raise LookupError("the episode was corrected or withdrawn")
    return again, registration


def _keep(
    scope: Scope,
    registration: Registration,
    entry: EpisodeEntry,
    supersedes: MissingEpisode | None,
    ending: Ending | None,
    *,
    at: datetime,
    address: str,
) -> int | Refused:
    faults = entry_faults(entry, at)
    if ending is not None and entry.noticed_at is not None:
        faults = (*faults, *found_faults(entry.noticed_at, ending.found_at, ending.how, at))
    if faults:
        return Refused(tuple(said for _, said in faults), tuple(name for name, _ in faults))
    row = MissingEpisode(
        **{**asdict(entry), "risk": entry.risk.value},
        registration_id=registration.id,
        kind="police" if entry.police_told_at else "site",
        entered_at=at,
        entered_by=scope.name,
        supersedes_id=supersedes.id if supersedes else None,
        found_at=ending.found_at if ending else None,
        found_how=ending.how if ending else "",
        ended_by=supersedes.ended_by if supersedes else None,
    )
    db.session.add(row)
    db.session.flush()
    what = "missing.corrected" if supersedes else "missing.recorded"
    _follow(scope, registration, what, at=at, address=address)
    return row.id


def _follow(scope: Scope, registration: Registration, what: str, *, at: datetime, address: str) -> None:
    """Let the child's case follow, and tell of a repeat that the record makes."""
    db.session.flush()
    audit.record(scope, what, f"registration:{registration.id}", at=at, address=address)
    recount_school(registration.school, at=at, recorded_by=scope)
    _tell_of_repeats(scope, registration, at=at)


def _tell_of_repeats(scope: Scope, registration: Registration, *, at: datetime) -> None:
    """One alert for each crossing; the same crossing, reached again, is told no more."""
    school = registration.school
    crossed = repeats_of(scope, registration, at=at)
    case = next(iter(cases.list_case_history(scope, registration.id)), None)
    if not crossed or case is None:
        return
    held = alerts.list_told(scope, authority_id=school.authority_id, school_id=school.id, on=local_date(at))
    alerts.add_alerts(
        [
            {
                "user_id": user_id,
                "case_id": case.id,
                "registration_id": registration.id,
                "kind": "repeat",
                "about": f"{case.reference}:repeat:{each.on}",
                "text": f"{case.reference}: Missing {each.count} times. Read what is to be considered.",
                "is_urgent": True,
                "at": at,
            }
            for each in crossed[-1:]
            for user_id, roles in held.items()
            if roles & {Role.DSL, Role.CME_OFFICER}
        ]
    )


def repeats_of(scope: Scope, registration: Registration, *, at: datetime) -> tuple[Crossing, ...]:
    """Each time a child went missing as often as the area's alert asks for, the earliest first."""
    rows = store.list_episodes(scope, registration.id)
    return repeats([store.as_episode(row) for row in rows], pack_of_child(registration, at))


@dataclass(frozen=True, slots=True)
class Clocks:
    """What runs while a child is missing, and what is due once the child was found, in the area's words."""

    escalations: tuple[Escalation, ...] = ()
    after: tuple[tuple[str, datetime], ...] = ()


_AFTER = ("return_interview", "looked_after_contact", "action_plan")


def clocks_of(row: MissingEpisode, *, at: datetime) -> Clocks:
    """The clocks of an episode that was found within a scope.

    `after` are clocks of the authority, which are shown and never run here.
    """
    pack = pack_of_child(row.registration, at)
    if row.found_at is None:
        return Clocks(escalations(store.as_episode(row), pack, row.registration.pupil.born_on))
    return Clocks(
        after=tuple((name, _after(pack, name, row.found_at)) for name in _AFTER if name in pack.clocks)
    )


def _after(pack: PolicyPack, name: str, found_at: datetime) -> datetime:
    clock = pack.clocks[name]
    if clock.unit is Unit.HOUR:
        return due_at(clock, found_at)
    found = found_at.astimezone(LONDON)
    on = nth_working_day_after(found.date(), clock.value, bank_holidays.england())
    return datetime.combine(on, found.time(), LONDON)


def escalate(scope: Scope, *, at: datetime) -> int:
    """Tell the authority of every clock of a missing child that has ended, once each; how many are told.

    May run every minute.
    """
    rows = store.list_missing_now(scope)
    ended = [
        (row, each)
        for row in rows
        for each in escalations(
            store.as_episode(row), pack_of_child(row.registration, at), row.registration.pupil.born_on
        )
        if each.due_at <= at
    ]
    if not ended:
        return 0
    with transaction():
        return alerts.add_alerts([told for row, each in ended for told in _told(scope, row, each, at=at)])


def _told(
    scope: Scope, row: MissingEpisode, each: Escalation, *, at: datetime
) -> Sequence[dict[str, object]]:
    school = row.registration.school
    case = next(iter(cases.list_case_history(scope, row.registration_id)), None)
    if case is None:
        return []
    held = alerts.list_told(scope, authority_id=school.authority_id, school_id=school.id, on=local_date(at))
    contact = each.contact.replace("_", " ")
    return [
        {
            "user_id": user_id,
            "case_id": case.id,
            "registration_id": row.registration_id,
            "kind": "escalation",
            "about": f"{case.reference}:{each.clock}:{row.noticed_at:%Y%m%d%H%M}",
            "text": f"{case.reference}: Missing for longer than the procedure allows. Tell the {contact}.",
            "is_urgent": True,
            "at": at,
        }
        for user_id, roles in held.items()
        if roles & _SENIOR
    ]
