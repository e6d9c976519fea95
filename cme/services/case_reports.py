"""Cases as JSON-ready data, for scripts and support staff on the server."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.deadlines import Deadline
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.outcomes import Side
from cme.casework.stages import Stage
from cme.services import casework, enquiry_records
from cme.store import audit, cases
from cme.store.database import transaction
from cme.store.schools import get_school
from cme.store.tables import Case


def list_reports(
    scope: Scope, *, laestab: str | None, stage: Stage | None, on: date, at: datetime
) -> list[dict[str, Any]]:
    """The cases that the scope sees, of one school or at one stage where that is asked: open ones unless a
    stage says otherwise, the earliest due first.

    That they were listed is recorded first. Raises LookupError for a school outside the scope.
    """
    school_id = get_school(scope, laestab, Permission.SEE_CASE).id if laestab else None
    with transaction():
        subject = f"school:{school_id}" if school_id else "cases"
        audit.record(scope, "cases.listed", subject, at=at, detail={"stage": stage and stage.value})
    found = cases.list_cases(scope, school_id=school_id, stage=stage)
    return [_summary(case, _stored_dues(case), on) for case in found]


def report(scope: Scope, reference: str, *, on: date, at: datetime) -> dict[str, Any] | None:
    """One case with its events, enquiries and meter; None outside the scope. The look at it is recorded."""
    case_id = cases.find_case_id(scope, reference, Permission.SEE_CASE)
    if case_id is None:
        return None
    with transaction():
        audit.record(scope, "record.viewed", f"case:{case_id}", at=at)
    view = casework.show(scope, reference, today=on)
    if view is None:
        return None
    meter = view.facts.readiness
    return {
        **_summary(view.case, [(each.owner, each.what, each.due_on) for each in casework.dues_of(view)], on),
        "events": [
            {
                "kind": event.kind,
                "title": EVENT_TYPES[EventKind(event.kind)].title,
                "at": event.at.isoformat(),
                "by": event.by,
                "data": event.data,
            }
            for event in view.case.events
        ],
        "enquiries": [
            {
                "step": each.step.code,
                "name": each.step.name,
                "done_at": each.row.done_at.isoformat(),
                "done_by": each.row.done_by,
                "outcome": each.result.value,
                "late": each.is_late,
            }
            for each in enquiry_records.list_of_case(scope, view.case)
        ],
        "meter": {
            "done": meter.done,
            "of": meter.of,
            "missing": [step.code for step in meter.missing],
            "text": meter.text,
        }
        if meter
        else None,
    }


_Due = tuple[Side, str, date]


def _stored_dues(case: Case) -> Sequence[_Due]:
    stored = (
        (Side.SCHOOL, case.due_what, case.due_on),
        (Side.AUTHORITY, case.authority_due_what, case.authority_due_on),
    )
    return [(side, what, due_on) for side, what, due_on in stored if due_on is not None]


def _next(case: Case) -> _Due | None:
    """What the list of the side that works on a case shows as due: of the authority once it is referred."""
    own = {owner: (owner, what, due_on) for owner, what, due_on in _stored_dues(case)}
    first, second = (Side.AUTHORITY, Side.SCHOOL) if case.referred_at else (Side.SCHOOL, Side.AUTHORITY)
    return own.get(first) or own.get(second)


def _told(due: _Due, on: date) -> dict[str, Any]:
    side, what, due_on = due
    return {
        "what": what,
        "due_on": due_on.isoformat(),
        "owner": side.value,
        "overdue": Deadline(due_on, what, "", side).is_overdue(on),
    }


def _summary(case: Case, owed: Iterable[_Due], on: date) -> dict[str, Any]:
    registration = case.registration
    due = [_told(each, on) for each in sorted(owed, key=lambda each: each[2])]
    following = _next(case)
    return {
        "reference": case.reference,
        "upn": registration.pupil.upn or "",
        "school": case.school.laestab,
        "stage": case.stage,
        "return_run": registration.return_run,
        "removal_run": registration.removal_run,
        "days_unseen": registration.days_unseen,
        "next": _told(following, on) if following else None,
        "due": due,
        "overdue": any(each["overdue"] for each in due),
    }
