"""Approving an upload: all that it does to the roll and its marks, or nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.services.absence import recount_school
from cme.services.registers import entering, particulars, roll
from cme.services.registers.checking import ImportStatus, NotNow, Proposal, propose, roll_rows
from cme.services.registers.impact import write_receipt
from cme.services.registers.uploads import hold
from cme.services.tracing import matches
from cme.store import audit, pupils, registers, search_keys
from cme.store.database import transaction
from cme.store.tables import Pupil, RegisterImport, RegisterReading, Registration
from importers.planning.gates import blocking
from importers.planning.planned import LineChange, Plan, PlannedPupil, RowKind

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
        if proposal.errors:
            raise NotNow(" ".join(dict.fromkeys(issue.message for issue in proposal.errors)))
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
        taken_over = particulars.keep(scope, plan.pupils, proposal.placings)
        rows = roll_rows(plan) | {
            added[one.key]: roll.RollRow(one.reading.roll, one.lines)
            for one in plan.of_kind(RowKind.NEW)
            if one.reading.roll
        }
        entered = roll.apply(scope, upload.school_id, rows, accepted, at=at)
        session.get_one(RegisterReading, upload.id).registrations = _in_file_order(proposal, registrations)
        touched = search_keys.refresh_changed(added.values(), [*taken_over, *entered])
        entering.follow_entries(added.values(), at=at)
        recounted, followed = recount_school(upload.school, at=at)
        since = registers.last_decided_at(scope, upload.school_id)
        authority_told = matches.search_register(upload, touched, since=since, at=at)
        upload.status = ImportStatus.APPROVED.value
        upload.decided_at, upload.decided_by = _after_the_last(scope, upload, at), scope.name
        receipt = write_receipt(plan, recounted, followed)
        upload.receipt = receipt | {
            "left_out": [*receipt["left_out"], *_left_out_unread(upload)],
            "added": sorted(added.values()),
            "particulars": taken_over,
            "roll": entered,
            "confirmed": [gate.code for gate in proposal.gates if gate.key in passed],
            "authority_told": authority_told,
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


def _after_the_last(scope: Scope, upload: RegisterImport, at: datetime) -> datetime:
    """An instant after every other decision on the school's uploads: undoing asks which came first."""
    last_at = registers.last_decided_at(scope, upload.school_id)
    return max(at, last_at + timedelta(microseconds=1)) if last_at else at


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
    return [
        {
            "registration_id": registration_id,
            "year": one.year,
            "first_index": one.first_index,
            "old": one.old,
            "new": one.new,
            "applied": applied,
        }
        for one in changes
    ]


def _add_new(school_id: int, new: Sequence[PlannedPupil], *, at: datetime) -> dict[str, int]:
    """Put new pupils on the school's roll, each with a record of the school's own.

    A child who is known at another school by the same UPN is not joined here: particulars of one school
    must not show at another, and that it is the same child is for a person to say.
    """
    pupil_ids = pupils.add(
        Pupil,
        [
            {
                "upn": one.reading.upn or None,
                "surname": one.reading.surname,
                "forename": one.reading.forename,
                "born_on": one.reading.born_on,
                "created_at": at,
            }
            for one in new
        ],
    )
    registration_ids = pupils.add(
        Registration,
        [
            {
                "pupil_id": pupil_id,
                "school_id": school_id,
                "admission_number": one.admission_number or None,
                "year_group": one.reading.year_group[:20],
                "class_name": one.reading.class_name[:40],
                "created_at": at,
            }
            for one, pupil_id in zip(new, pupil_ids, strict=True)
        ],
    )
    return {one.key: key for one, key in zip(new, registration_ids, strict=True)}


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
