"""Telling people of what happens in their cases: in the service at once, and by e-mail where it is urgent."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.holidays import Holiday
from cme.casework.alerting import (
    ASKED_FOR,
    ASKED_FOR_LISTED,
    ENTERED,
    LINES,
    LISTED,
    LISTED_RECORD,
    MATCHED,
    MATCHED_RECORD,
    SILENT,
    holiday_tellings,
    tellings,
)
from cme.casework.events import EventKind
from cme.casework.outcomes import Side
from cme.clock import local_date
from cme.services.mail import Office
from cme.store import alerts, audit, outbox
from cme.store.database import transaction
from cme.store.tables import Case, CaseEvent, IncomingTrace, School, Trace


def tell(scope: Scope, school: School, happened: Iterable[tuple[Case, CaseEvent]], *, at: datetime) -> int:
    """Tell of events whoever they concern, inside the transaction that they happen in; how many are told.

    Whoever did it is not told.
    """
    told = [
        (case, f"event:{event.seq}", each.roles, event.kind, each.what, each.is_urgent)
        for case, event in happened
        for each in tellings(EventKind(event.kind), event.data, is_referred=case.referred_at is not None)
    ]
    if not told:
        return 0
    held = alerts.list_told(scope, authority_id=school.authority_id, school_id=school.id, on=local_date(at))
    rows = [
        _row(user_id, case, about, kind=kind, what=what, is_urgent=is_urgent, at=at)
        for case, about, roles, kind, what, is_urgent in told
        for user_id, own in held.items()
        if user_id != scope.user_id and own & roles
    ]
    return alerts.add_alerts(rows)


def tell_home(case: Case, *, at: datetime) -> int:
    """Tell the CME officers of the authority where a child lives that they can read the copy of a referral.

    Inside the open transaction; how many are told.
    """
    home = case.home_authority_id
    if home is None:
        return 0
    everybody = alerts.list_told(
        Scope.for_operator((home,)), authority_id=home, school_id=case.school_id, on=local_date(at)
    )
    what = "A child who lives in your area was referred elsewhere. Read the copy: you need not act."
    return alerts.add_alerts(
        [
            _row(user_id, case, "home_copy", kind="home_copy", what=what, is_urgent=True, at=at)
            for user_id, own in everybody.items()
            if Role.CME_OFFICER in own
        ]
    )


def tell_of_duties(
    scope: Scope, school: School, open_cases: Iterable[Case], *, on: date, at: datetime
) -> int:
    """Tell each side of what it owes on a day or owed before it, once when due and once when overdue.

    Inside the open transaction; how many are told.
    """
    held: dict[int, frozenset[Role]] | None = None
    rows = []
    for case in open_cases:
        for side, what, due_on in (
            (Side.SCHOOL, case.due_what, case.due_on),
            (Side.AUTHORITY, case.authority_due_what, case.authority_due_on),
        ):
            if due_on is None or due_on > on:
                continue
            if held is None:
                held = alerts.list_told(scope, authority_id=school.authority_id, school_id=school.id, on=on)
            word = "is overdue" if due_on < on else "is due today"
            about = f"{'overdue' if due_on < on else 'due'}:{side.value}:{due_on}:{what}"
            rows += [
                _row(user_id, case, about, kind="duty", what=f"{what}: {word}.", is_urgent=True, at=at)
                for user_id, own in held.items()
                if own & LINES[side]
            ]
    return alerts.add_alerts(rows)


def tell_of_silence(scope: Scope, school: School, silent: Iterable[Case], *, on: date, at: datetime) -> int:
    """Tell managers of cases whose removal admissions leave unanswered, once a day; how many are told.

    Inside the open transaction.
    """
    waiting = list(silent)
    if not waiting:
        return 0
    held = alerts.list_told(scope, authority_id=school.authority_id, school_id=school.id, on=on)
    return alerts.add_alerts(
        [
            _row(user_id, case, f"silent:{on}", kind="silence", what=SILENT, is_urgent=True, at=at)
            for case in waiting
            for user_id, own in held.items()
            if Role.LA_MANAGER in own
        ]
    )


def tell_of_entry(scope: Scope, case: Case, *, on: date, at: datetime) -> int:
    """Tell both sides that another roll has the name of a child who was removed; how many are told.

    Inside the open transaction.
    """
    held = alerts.list_told(scope, authority_id=case.authority_id, school_id=case.school_id, on=on)
    rows = [
        _row(user_id, case, f"entered:{on}", kind="entered", what=text, is_urgent=True, at=at)
        for roles, text in ENTERED.items()
        for user_id, own in held.items()
        if own & roles
    ]
    return alerts.add_alerts(rows)


def tell_of_match(
    authority_id: int, school: School, case: Case | None, found_id: int, *, is_likely: bool, at: datetime
) -> int:
    """Tell the CME officers of an authority that a register has a child who may be one they look for; how
    many are told. Inside the open transaction. `case` is None for a child of the CME record without one.
    """
    scope = Scope.for_operator((authority_id,))
    held = alerts.list_told(scope, authority_id=authority_id, school_id=school.id, on=local_date(at))
    officers = [user_id for user_id, own in held.items() if Role.CME_OFFICER in own]
    about = f"match:{found_id}:{'likely' if is_likely else 'possible'}"
    if case is not None:
        return alerts.add_alerts(
            [
                _row(each, case, about, kind="match", what=MATCHED, is_urgent=is_likely, at=at)
                for each in officers
            ]
        )
    return alerts.add_alerts(
        [
            {
                "user_id": each,
                "school_id": school.id,
                "kind": "match",
                "about": f"school:{school.laestab}:{about}",
                "text": f"{school.name}: {MATCHED_RECORD}",
                "is_urgent": is_likely,
                "at": at,
            }
            for each in officers
        ]
    )


def tell_of_listed(
    authority_id: int, case: Case | None, sought_id: int, listed_id: int, *, is_likely: bool, at: datetime
) -> int:
    """The same of a child in a list of the authority."""
    about = f"listed:{listed_id}:{sought_id}"
    return alerts.add_alerts(
        [
            _row(each, case, about, kind="match", what=LISTED, is_urgent=is_likely, at=at)
            if case is not None
            else _unplaced(each, f"list:{about}", f"Lists: {LISTED_RECORD}", is_urgent=is_likely, at=at)
            for each in _officers(authority_id, at)
        ]
    )


def tell_of_asked_listed(request: IncomingTrace, list_id: int, *, is_likely: bool, at: datetime) -> int:
    """Tell the CME officers that a list has a child whom another authority may be asking about; how many are
    told. Inside the open transaction."""
    about, text = f"list:{list_id}:{request.reference}", f"{request.reference}: {ASKED_FOR_LISTED}"
    return alerts.add_alerts(
        [
            _unplaced(each, about, text, is_urgent=is_likely, at=at)
            for each in _officers(request.authority_id, at)
        ]
    )


def tell_of_asked(
    school: School, request: IncomingTrace, import_id: int, *, is_likely: bool, at: datetime
) -> int:
    """Tell the CME officers that a register has a child whom another authority may be asking about; how many
    are told. Inside the open transaction."""
    scope = Scope.for_operator((request.authority_id,))
    held = alerts.list_told(scope, authority_id=request.authority_id, school_id=school.id, on=local_date(at))
    return alerts.add_alerts(
        [
            {
                "user_id": user_id,
                "school_id": school.id,
                "kind": "match",
                "about": f"school:{school.laestab}:{request.reference}:{import_id}",
                "text": f"{request.reference}: {ASKED_FOR}",
                "is_urgent": is_likely,
                "at": at,
            }
            for user_id, own in held.items()
            if Role.CME_OFFICER in own
        ]
    )


def tell_of_trace(
    scope: Scope, trace: Trace, roles: frozenset[Role], what: str, *, about: str, at: datetime
) -> int:
    """Tell people of an authority of a trace of theirs, once for each `about`; how many are told.

    Inside the open transaction. Whoever acts is not told. A child who was never at a school here has no case.
    """
    case = trace.case
    held = alerts.list_told(
        Scope.for_operator((trace.authority_id,)),
        authority_id=trace.authority_id,
        school_id=case.school_id if case is not None else 0,
        on=local_date(at),
    )
    prefix = case.reference if case is not None else trace.reference
    return alerts.add_alerts(
        [
            {
                "user_id": user_id,
                "case_id": case.id if case is not None else None,
                "kind": "trace",
                "about": f"{prefix}:{trace.reference}:{about}"[:120],
                "text": f"{prefix}: {what}"[:300],
                "is_urgent": False,
                "at": at,
            }
            for user_id, own in held.items()
            if own & roles and user_id != scope.user_id
        ]
    )


def tell_of_approval(scope: Scope, case: Case, draft: str, *, at: datetime) -> int:
    """Ask the head teacher to approve a referral, once for each text of it; how many are told.

    Inside the open transaction.
    """
    on = local_date(at)
    held = alerts.list_told(scope, authority_id=case.authority_id, school_id=case.school_id, on=on)
    what = "A referral waits for your approval. Read it and approve it."
    return alerts.add_alerts(
        [
            _row(user_id, case, f"approve:{draft[:16]}", kind="approval", what=what, is_urgent=True, at=at)
            for user_id, own in held.items()
            if Role.HEAD in own and user_id != scope.user_id
        ]
    )


def tell_of_holiday(scope: Scope, school: School, holiday: Holiday, open_cases: int, *, at: datetime) -> int:
    """Tell both sides that a school breaks up while cases are open, once a holiday; how many are told.

    Inside the open transaction.
    """
    held = alerts.list_told(scope, authority_id=school.authority_id, school_id=school.id, on=local_date(at))
    return alerts.add_alerts(
        [
            {
                "user_id": user_id,
                "school_id": school.id,
                "kind": "holiday",
                "about": f"school:{school.laestab}:holiday:{holiday.first_on}",
                "text": f"{school.name}: {each.what}",
                "is_urgent": each.is_urgent,
                "at": at,
            }
            for each in holiday_tellings(open_cases)
            for user_id, own in held.items()
            if own & each.roles
        ]
    )


def _officers(authority_id: int, at: datetime) -> list[int]:
    """The CME officers of an authority, by user id."""
    scope = Scope.for_operator((authority_id,))
    held = alerts.list_told(scope, authority_id=authority_id, school_id=0, on=local_date(at))
    return [user_id for user_id, own in held.items() if Role.CME_OFFICER in own]


def _unplaced(user_id: int, about: str, text: str, *, is_urgent: bool, at: datetime) -> dict[str, Any]:
    """An alert of a match that is of no case and no school."""
    return {
        "user_id": user_id,
        "kind": "match",
        "about": about[:120],
        "text": text[:300],
        "is_urgent": is_urgent,
        "at": at,
    }


def _row(
    user_id: int, case: Case, about: str, *, kind: str, what: str, is_urgent: bool, at: datetime
) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "case_id": case.id,
        "kind": kind,
        "about": f"{case.reference}:{about}"[:120],
        "text": f"{case.reference}: {what}"[:300],
        "is_urgent": is_urgent,
        "at": at,
    }


def read(scope: Scope, alert_ids: Iterable[int] | None, *, at: datetime) -> int:
    """Note that somebody has read alerts of their own, or all of them; how many. They stay to be seen."""
    with transaction():
        return alerts.mark_read(scope, at, alert_ids)


def write_mails(scope: Scope, office: Office, *, on: date, at: datetime) -> int:
    """Put an e-mail into the outbox for every urgent alert that has none; how many are new."""
    since, today = at - outbox.STILL_NEWS, local_date(at)
    waiting = alerts.list_to_mail(scope, since, today)
    if not waiting:
        return 0
    with transaction():
        written = sum(
            outbox.add_message(
                each.user_id,
                alerts.MAILED,
                on,
                about=each.about,
                subject=f"{office.service_name}: {each.text.partition(': ')[0]}",
                body=_body(each.text, office),
                at=at,
            )
            for each in alerts.list_to_mail(scope, since, today)
        )
        if written:
            audit.record(scope, "alerts.mailed", "outbox", at=at, detail={"messages": written})
        return written


def _body(text: str, office: Office) -> str:
    parts = [text, f"Sign in: {office.base_url}" if office.base_url else "Sign in to read more."]
    parts.append("This message names no child. Everything else is in the service.")
    return "\n\n".join(parts) + "\n"
