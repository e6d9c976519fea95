"""Statutory returns: made by the count, sent by a person, frozen as they were sent."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cme.access.scope import Scope
from cme.attendance.calendar import RegisterDays
from cme.casework.case import Refused
from cme.casework.returns import Owed, ReturnKind, owed_returns
from cme.clock import local_date
from cme.documents.workbooks import write_csv
from cme.services.following import CountedPupil
from cme.services.policies import pack_in_force
from cme.services.restrictions import home_of
from cme.store import audit
from cme.store import returns as store
from cme.store.database import db, transaction
from cme.store.tables import School, StatutoryReturn

LONGEST_RECIPIENT = 200

SENT_BEFORE = "This return was sent before. Nothing was recorded again."
NO_LONGER_OWED = "The corrected register no longer asks for this return. Nothing was recorded."
TO_WHOM = "Enter whom it was sent to at the local authority, and how."
TOO_LONG = f"Whom it was sent to must be {LONGEST_RECIPIENT} characters or fewer."


def follow_returns(
    scope: Scope, school: School, days: RegisterDays, counted: Mapping[int, CountedPupil], *, at: datetime
) -> int:
    """Let the returns of a school follow the count, inside the open transaction; how many are newly owed.

    Following again with the same count changes nothing. A return that was sent is never changed; one that
    nobody sent is moved with its absence, and withdrawn where the corrected register no longer asks for it.
    """
    pack = pack_in_force(school.authority, local_date(at))
    known = store.read_returns(scope, school.id)
    new = 0
    for key, pupil in counted.items():
        own = known.get(key, [])
        owed = list(owed_returns(pupil.lines, days, pupil.place, pack)) if pupil.standing.as_of else []
        new += _follow(key, own, owed, at=at)
    return new


def _follow(key: int, own: Sequence[StatutoryReturn], owed: Sequence[Owed], *, at: datetime) -> int:
    unmatched, new = list(own), 0
    for each in owed:
        row = next((row for row in unmatched if _is_of(row, each)), None)
        if row is None:
            db.session.add(
                StatutoryReturn(
                    registration_id=key,
                    kind=each.kind.value,
                    started_on=each.started_on,
                    reached_on=each.reached_on,
                    due_on=each.due_on,
                    created_at=at,
                )
            )
            new += 1
            continue
        unmatched.remove(row)
        if row.sent_at is None:
            new += row.withdrawn_at is not None
            row.started_on, row.reached_on, row.due_on = each.started_on, each.reached_on, each.due_on
            row.withdrawn_at = None
    for row in unmatched:
        if row.withdrawn_at is None and row.sent_at is None:
            row.withdrawn_at = at
    return new


def _is_of(row: StatutoryReturn, owed: Owed) -> bool:
    return row.kind == owed.kind.value and owed.is_of(row.started_on, row.reached_on)


def send(
    scope: Scope, return_id: int, sent_to: str, note: str = "", *, at: datetime, address: str = ""
) -> StatutoryReturn | Refused:
    """Record that a return was sent, with what it held; Refused says what is missing.

    Raises LookupError outside the scope.
    """
    with transaction():
        row = store.lock_return(scope, return_id)
        if row is None:
            raise LookupError("the return is not within the scope")
        if row.sent_at is not None:
            return Refused((SENT_BEFORE,), ("stage",))
        if row.withdrawn_at is not None:
            return Refused((NO_LONGER_OWED,), ("stage",))
        if not sent_to.strip():
            return Refused((TO_WHOM,), ("sent_to",))
        if len(sent_to.strip()) > LONGEST_RECIPIENT:
            return Refused((TOO_LONG,), ("sent_to",))
        row.content = content_of(scope, row)
        row.sent_at, row.sent_by = at, scope.name
        row.sent_to, row.note = sent_to.strip(), note.strip()
        audit.record(scope, "return.sent", f"return:{row.id}", at=at, address=address)
        return row


def content_of(scope: Scope, row: StatutoryReturn) -> dict[str, Any]:
    """What a return tells the authority: as it was sent, or as it would be sent now by this person.

    The name and address that the law asks for, the days that count with their codes, and what tells the
    child from another. A protected address is not written: the authority holds it.
    """
    if row.sent_at is not None:
        return row.content
    registration = row.registration
    pupil, school = registration.pupil, registration.school
    return {
        "school": f"{school.name}, LAESTAB {school.laestab}, URN {school.urn}",
        "name": f"{pupil.forename} {pupil.surname}",
        "born_on": _iso(pupil.born_on),
        "upn": pupil.upn or "",
        "address": ", ".join(home_of(scope, registration)),
        "started_on": row.started_on.isoformat(),
        "reached_on": row.reached_on.isoformat(),
        "return_run": registration.return_run,
        "sickness_days": registration.sickness_days,
        "last_attended_on": _iso(registration.last_attended_on),
    }


def _iso(on: date | None) -> str:
    return on.isoformat() if on else ""


_COLUMNS = (
    ("Return", "kind"),
    ("School", "school"),
    ("Name", "name"),
    ("Date of birth", "born_on"),
    ("UPN", "upn"),
    ("Address", "address"),
    ("First day", "started_on"),
    ("Reached on", "reached_on"),
    ("Days of absence without authority", "return_run"),
    ("Days of sickness this school year", "sickness_days"),
    ("Last attended", "last_attended_on"),
)


def export_owed(scope: Scope, school: School, *, at: datetime, address: str = "") -> bytes:
    """The returns that a school owes as a CSV file to send, without any formula; recorded as an export."""
    with transaction():
        rows = store.list_owed(scope, school.id)
        detail = {"returns": len(rows)}
        audit.record(scope, "returns.exported", f"school:{school.id}", at=at, address=address, detail=detail)
        told = [{**content_of(scope, row), "kind": ReturnKind(row.kind).label} for row in rows]
    return write_csv(
        [[heading for heading, _ in _COLUMNS], *([str(row[name]) for _, name in _COLUMNS] for row in told)]
    )
