"""Statutory returns: sent by a person, and frozen as they were sent."""

from datetime import date, datetime
from typing import Any

from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.returns import ReturnKind
from cme.casework.words import day
from cme.clock import local_date
from cme.documents.workbooks import write_csv
from cme.services.restrictions import home_of
from cme.store import audit
from cme.store import returns as store
from cme.store.database import transaction
from cme.store.tables import School, StatutoryReturn

LONGEST_RECIPIENT = 200

SENT_BEFORE = "This return was sent before. Nothing was recorded again."
NO_LONGER_OWED = "The corrected register no longer asks for this return. Nothing was recorded."
NOT_SENT = "This return is not recorded as sent. Nothing was taken back."
WHY_TAKEN_BACK = "Enter why the record is taken back."
IN_FUTURE = "The day it was sent must not be in the future."
BEFORE_OWED = "It was not owed before {}. Enter the day on which it was sent."
COUNTED = ("return_run", "sickness_days", "codes")
"""What the count writes into a return before it is sent."""
TO_WHOM = "Enter whom it was sent to at the local authority, and how."
TOO_LONG = f"Whom it was sent to must be {LONGEST_RECIPIENT} characters or fewer."


def send(
    scope: Scope,
    return_id: int,
    sent_to: str,
    note: str = "",
    sent_on: date | None = None,
    *,
    at: datetime,
    address: str = "",
) -> StatutoryReturn | Refused:
    """Record that a return was sent, today unless another day is given, with what it held.

    Refused says what is missing. Raises LookupError outside the scope.
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
        sent_on = sent_on or local_date(at)
        if sent_on > local_date(at):
            return Refused((IN_FUTURE,), ("sent_on",))
        if sent_on < row.reached_on:
            return Refused((BEFORE_OWED.format(day(row.reached_on)),), ("sent_on",))
        row.content = content_of(scope, row)
        row.sent_at, row.sent_on, row.sent_by = at, sent_on, scope.name
        row.sent_to, row.note = sent_to.strip(), note.strip()
        audit.record(scope, "return.sent", f"return:{row.id}", at=at, address=address)
        return row


def take_back(
    scope: Scope, return_id: int, reason: str, *, at: datetime, address: str = ""
) -> StatutoryReturn | Refused:
    """Take back a wrong record that a return was sent: it is owed again, and what was recorded stays.

    Raises LookupError outside the scope.
    """
    with transaction():
        row = store.lock_return(scope, return_id)
        if row is None:
            raise LookupError("the return is not within the scope")
        if row.sent_at is None:
            return Refused((NOT_SENT,), ("stage",))
        if not reason.strip():
            return Refused((WHY_TAKEN_BACK,), ("reason",))
        record = {
            "sent_on": (row.sent_on or local_date(row.sent_at)).isoformat(),
            "recorded_at": row.sent_at.isoformat(),
            "sent_by": row.sent_by,
            "sent_to": row.sent_to,
            "note": row.note,
            "content": row.content,
            "reason": reason.strip(),
            "taken_back_at": at.isoformat(),
            "taken_back_by": scope.name,
        }
        row.taken_back = [*row.taken_back, record]
        # Who the child is may have been corrected since: only what the count found is kept.
        row.content = {name: row.content[name] for name in COUNTED if name in row.content}
        row.sent_at, row.sent_on, row.sent_by = None, None, None
        row.sent_to, row.note = "", ""
        audit.record(scope, "return.taken_back", f"return:{row.id}", at=at, address=address)
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
        "codes": "",
        "last_attended_on": _iso(registration.last_attended_on),
        **row.content,
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
    ("Codes, morning and afternoon", "codes"),
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
