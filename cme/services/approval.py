"""Approving an upload, and undoing it: each wholly, or not at all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.lines import BLANK
from cme.services import roll
from cme.services.absence import recount_school, whole_school
from cme.services.following import THE_REGISTER
from cme.services.impact import write_impact, write_receipt
from cme.services.readings import marks_vouched
from cme.services.uploads import ImportStatus, NotNow, Proposal, hold, propose, roll_rows
from cme.store import audit, cases, pupils, registers, schools
from cme.store.database import db, transaction
from cme.store.tables import MarkChange, Pupil, RegisterImport, RegisterReading, Registration
from cme.store.vault import Unsealable
from importers.gates import blocking
from importers.planned import LineChange, Plan, PlannedPupil, RowKind

FIRST_UPLOAD = "first_upload"
"""The gate before the first register of a school: whoever typed the school's number has passed it."""

LOOK_AGAIN = "The roll has changed since this file was checked. Look at the check page again."


def approve(
    scope: Scope,
    import_id: int,
    *,
    at: datetime,
    address: str = "",
    confirmed: Collection[str] = (),
    accepted: Collection[str] = (),
    seen: str = "",
) -> RegisterImport:
    """Write an upload's marks, count the school again and let its cases follow: all of it, or nothing.

    `confirmed` are the keys of the gates that a person confirmed, or codes of gates that are open whatever
    their numbers, as `FIRST_UPLOAD` is where the school was typed. `accepted` are the keys of the
    differences to take over, and `seen` is `Check.seen` as it was looked at; '' where nobody looked. Raises
    NotNow when somebody decided before, a gate is shut, or approval would do something else than was seen,
    and LookupError outside the scope.
    """
    with transaction() as session:
        upload = hold(scope, import_id, Permission.APPROVE_REGISTER)
        if upload.status != ImportStatus.CHECKED:
            raise NotNow("This upload has errors. Put them right in the file and upload it again.")
        proposal = propose(scope, upload, at=at, accepted=accepted)
        if seen and seen != proposal.seen:
            raise NotNow(LOOK_AGAIN)
        passed = {gate.key for gate in proposal.gates if not {gate.key, gate.code}.isdisjoint(confirmed)}
        shut = blocking(proposal.gates, passed)
        if shut:
            raise NotNow(" ".join(gate.message for gate in shut))
        plan = proposal.plan
        added = _add_new(upload.school_id, plan.of_kind(RowKind.NEW), at=at)
        registrations = {
            one.key: one.known.registration_id if one.known else added[one.key] for one in plan.pupils
        }
        _write_marks(upload.id, plan, registrations)
        particulars = _keep_particulars(scope, plan)
        rows = roll_rows(plan) | {
            added[one.key]: roll.RollRow(one.reading.roll, one.lines)
            for one in plan.of_kind(RowKind.NEW)
            if one.reading.roll
        }
        entered = roll.apply(scope, upload.school_id, rows, accepted, at=at)
        session.get_one(RegisterReading, upload.id).registrations = _in_file_order(proposal, registrations)
        recounted, followed = recount_school(upload.school, at=at)
        upload.status = ImportStatus.APPROVED.value
        upload.decided_at, upload.decided_by = at, scope.name
        receipt = write_receipt(plan, recounted, followed)
        upload.receipt = receipt | {
            "left_out": [*receipt["left_out"], *_left_out_unread(upload)],
            "added": sorted(added.values()),
            "particulars": particulars,
            "roll": entered,
            "confirmed": [gate.code for gate in proposal.gates if gate.key in passed],
        }
        audit.record(
            scope,
            "upload.approved",
            f"import:{upload.id}",
            at=at,
            address=address,
            detail={
                "school": upload.school_id,
                "marks_added": plan.marks_added,
                "marks_altered": plan.marks_altered,
                "cases": len(followed),
                "confirmed": upload.receipt["confirmed"],
            },
        )
    return upload


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
        changed_since += _put_back_particulars(scope, receipt["particulars"])
        for registration in pupils.list_registrations(scope, receipt["added"]).values():
            registration.annulled_at = at
        upload.status = ImportStatus.UNDONE.value
        upload.undone_at, upload.undone_by = at, scope.name
        session.flush()
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
    if upload.erased_at is not None:
        return "The files of this upload have been erased, so it can no longer be undone."
    later = _first_upon(scope, upload)
    if later is not None:
        return (
            f"“{later.filename}”, approved on {later.decided_at:%-d %B %Y} by {later.decided_by}, "
            "was built on this upload. Undo that one first."
        )
    added = (upload.receipt or {})["added"]
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


def _write_marks(import_id: int, plan: Plan, registrations: Mapping[str, int]) -> None:
    lines, changes = [], []
    for planned in plan.pupils:
        registration_id = registrations[planned.key]
        changed_years = {change.year for change in planned.changes}
        lines += [(registration_id, year, planned.lines[year]) for year in sorted(changed_years)]
        changes += _rows(registration_id, planned.changes, applied=True)
        changes += _rows(registration_id, planned.outranked, applied=False)
    registers.store_lines(lines)
    registers.store_changes(import_id, changes)


def _rows(registration_id: int, changes: Iterable[LineChange], *, applied: bool) -> list[dict[str, Any]]:
    return [{"registration_id": registration_id, "applied": applied} | asdict(change) for change in changes]


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


def _keep_particulars(scope: Scope, plan: Plan) -> list[dict[str, Any]]:
    """Take over what approval takes, a number that was missing, and this year's class; what was before."""
    found = {one.known.registration_id: one for one in plan.pupils if one.known}
    done: list[dict[str, Any]] = []
    for key, registration in pupils.list_registrations(scope, found).items():
        reading = found[key].reading
        new: dict[str, Any] = {
            change.name: getattr(reading, change.name) for change in found[key].particulars
        }
        if new.get("upn") and registration.pupil.upn:
            new["former_upn"] = registration.pupil.upn
        if reading.year_group:
            new["year_group"] = reading.year_group[:20]
        if reading.class_name:
            new["class_name"] = reading.class_name[:40]
        if found[key].admission_number:
            new["admission_number"] = found[key].admission_number
        done += [
            {"registration_id": key, "name": name, "old": old, "new": _plain(value)}
            for name, value in new.items()
            if (old := _set(registration, name, value)) != _plain(value)
        ]
    return done


def _put_back_particulars(scope: Scope, done: Iterable[Mapping[str, Any]]) -> int:
    """Set what an upload took over back to what it was, where it still stands; how many do not."""
    changed_since = 0
    found = pupils.list_registrations(scope, {each["registration_id"] for each in done})
    for each in done:
        registration = found[each["registration_id"]]
        if _plain(getattr(_holder(registration, each["name"]), each["name"])) == each["new"]:
            old = each["old"]
            value = date.fromisoformat(old) if each["name"] == "born_on" and old else old
            _set(registration, each["name"], value)
        else:
            changed_since += 1
    return changed_since


_OF_REGISTRATION = frozenset({"year_group", "class_name", "admission_number"})


def _holder(registration: Registration, name: str) -> Pupil | Registration:
    return registration if name in _OF_REGISTRATION else registration.pupil


def _set(registration: Registration, name: str, value: object) -> Any:
    """Set a particular and give what it was, as JSON has it."""
    holder = _holder(registration, name)
    old = _plain(getattr(holder, name))
    setattr(holder, name, value)
    return old


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _add_new(school_id: int, new: Sequence[PlannedPupil], *, at: datetime) -> dict[str, int]:
    """Put new pupils on the school's roll, each with a record of the school's own.

    A child who is known at another school by the same UPN is not joined here: particulars of one school
    must not show at another, and that it is the same child is for a person to say.
    """
    added: list[tuple[str, Registration]] = []
    for planned in new:
        reading = planned.reading
        pupil = Pupil(
            upn=reading.upn or None,
            surname=reading.surname,
            forename=reading.forename,
            born_on=reading.born_on,
            created_at=at,
        )
        registration = Registration(
            pupil=pupil,
            school_id=school_id,
            admission_number=planned.admission_number or None,
            year_group=reading.year_group[:20],
            class_name=reading.class_name[:40],
            created_at=at,
        )
        db.session.add(registration)
        added.append((planned.key, registration))
    db.session.flush()
    return {key: registration.id for key, registration in added}


def _left_out_unread(upload: RegisterImport) -> list[dict[str, str]]:
    """The rows that were left out before the files could be read."""
    return [
        {"address": f"row {each['row']} in {each['file']}", "reason": each["reason"]}
        for each in upload.answers.get("reading", {}).get("left_out", ())
    ]


def _in_file_order(proposal: Proposal, registrations: Mapping[str, int]) -> list[int | None]:
    """The registration of each pupil of the reading, in its order; None for one who was not taken in."""
    by_reading = {id(one.reading): registrations[one.key] for one in proposal.plan.pupils}
    return [by_reading.get(id(reading)) for reading in proposal.kept.pupils]
