"""Undoing an approved upload: exactly, or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.lines import BLANK
from cme.casework.words import day
from cme.clock import local_date
from cme.services.absence import recount_school, whole_school
from cme.services.following import THE_REGISTER
from cme.services.registers import particulars, roll
from cme.services.registers.checking import ImportStatus, NotNow
from cme.services.registers.impact import write_impact
from cme.services.registers.readings import marks_vouched
from cme.store import audit, cases, pupils, registers, schools, search_keys
from cme.store.database import transaction
from cme.store.tables import MarkChange, RegisterImport
from cme.store.vault import Unsealable


def undo(scope: Scope, import_id: int, *, at: datetime, address: str = "") -> RegisterImport:
    """Take back everything an approved upload did to the roll and its marks, and count the school again.

    Marks become exactly what they were; children whom it entered are off the roll, their registration
    annulled and kept; cases follow the count and keep their history. Raises NotNow when another upload or
    a person's work stands in the way, and LookupError outside the scope.
    """
    with transaction() as session:
        upload = registers.find_import(scope, import_id)
        if upload is None:
            raise LookupError("the upload is not within the scope")
        schools.lock_school(scope, upload.school.laestab, Permission.APPROVE_REGISTER)
        session.refresh(upload)
        if upload.status != ImportStatus.APPROVED:
            status = ImportStatus(upload.status).label.lower()
            raise NotNow(f"This upload is {status}. Only one that was approved can be undone.")
        if (hindrance := why_not_undone(scope, upload)) is not None:
            raise NotNow(hindrance)
        changes = registers.read_changes(scope, upload.id)
        _put_back_marks(scope, upload, changes)
        receipt = upload.receipt or {}
        changed_since = len(roll.revert(scope, upload.school_id, receipt["roll"], at=at))
        changed_since += particulars.put_back(scope, receipt["particulars"])
        for registration in pupils.list_registrations(scope, receipt["added"]).values():
            registration.annulled_at = at
        upload.status = ImportStatus.UNDONE.value
        upload.undone_at, upload.undone_by = at, scope.name
        session.flush()
        search_keys.refresh_changed((), [*receipt["roll"], *receipt["particulars"]])
        recounted, followed = recount_school(upload.school, at=at)
        upload.receipt = receipt | {
            "undone": write_impact(recounted, followed),
            "changed_since": changed_since,
        }
        audit.record(
            scope,
            "upload.undone",
            f"import:{upload.id}",
            at=at,
            address=address,
            detail={
                "school": upload.school_id,
                "marks": sum(len(change.new) for change in changes if change.applied),
                "annulled": len(receipt["added"]),
                "cases": len(followed),
            },
        )
    return upload


def why_not_undone(scope: Scope, upload: RegisterImport) -> str | None:
    """What stands in the way of undoing an approved upload, and what to do; None when nothing does."""
    receipt = upload.receipt or {}
    if upload.erased_at is not None or "added" not in receipt:
        return "The files of this upload have been erased, so it can no longer be undone."
    later = _first_upon(scope, upload)
    if later is not None:
        on = f" on {day(local_date(later.decided_at))}" if later.decided_at else ""
        return (
            f"“{later.filename}”, approved{on} by {later.decided_by}, "
            "was built on this upload. Undo that one first."
        )
    added = receipt["added"]
    history = cases.read_cases_to_follow(whole_school(upload.school), upload.school_id)
    worked_on = sorted(
        case.reference
        for registration_id in added
        for case in history.get(registration_id, ())
        if case.closed_at is None and any(event.by != THE_REGISTER for event in case.events)
    )
    if worked_on:
        return (
            f"This upload entered children on whom people have worked since ({', '.join(worked_on)}). "
            "Close each case with its outcome, then undo the upload."
        )
    return None


def _first_upon(scope: Scope, upload: RegisterImport) -> RegisterImport | None:
    """The first upload approved later that speaks of sessions this one changed, or of children it entered."""
    added = set((upload.receipt or {})["added"])
    changed = [change for change in registers.read_changes(scope, upload.id) if change.applied]
    for later, stored in registers.read_approved_after(scope, upload):
        try:
            vouched = marks_vouched([stored])
        except Unsealable:
            return later
        if not added.isdisjoint(vouched) or any(_speaks_of(vouched, change) for change in changed):
            return later
    return None


def _speaks_of(vouched: Mapping[int, Mapping[int, str]], change: MarkChange) -> bool:
    line = vouched.get(change.registration_id, {}).get(change.year, BLANK)
    said = line[change.first_index : change.first_index + len(change.new)]
    return any(
        letter != "." and old != new for letter, old, new in zip(said, change.old, change.new, strict=True)
    )


def _put_back_marks(scope: Scope, upload: RegisterImport, changes: Sequence[MarkChange]) -> None:
    stored = pupils.read_lines(scope, upload.school_id)
    lines: dict[tuple[int, int], str] = {}
    for change in reversed(changes):
        if not change.applied:
            continue
        key = change.registration_id, change.year
        line = lines.get(key) or stored.get(key[0], {}).get(key[1], BLANK)
        end = change.first_index + len(change.new)
        if line[change.first_index : end] != change.new:
            raise NotNow("The marks of this upload have been changed since. It can no longer be undone.")
        lines[key] = line[: change.first_index] + change.old + line[end:]
    registers.store_lines([(*key, line) for key, line in sorted(lines.items())])
    registers.drop_blank_lines({registration_id for registration_id, _ in lines})
