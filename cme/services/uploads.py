"""A school's register from the file to the roll: receive, check, approve or cancel."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.clock import local_date
from cme.services.absence import recount_school
from cme.services.counting import register_of
from cme.services.impact import write_receipt
from cme.store import audit, pupils, registers, schools
from cme.store.database import db, transaction
from cme.store.tables import Pupil, RegisterFile, RegisterImport, Registration
from importers.issues import Issue, Severity
from importers.plan import KnownPupil, Plan, PlannedPupil, RowKind, plan_import
from importers.reading import WEB_LIMITS, Limits, Refused, read_workbook
from importers.registers import PupilReading, RegisterReading, read_register

FILENAME_LENGTH = 200


class ImportStatus(StrEnum):
    """Where an upload stands."""

    FAULTY = "faulty"
    CHECKED = "checked"
    APPROVED = "approved"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The status in the words people read."""
        return {
            ImportStatus.FAULTY: "Has errors",
            ImportStatus.CHECKED: "Waiting for approval",
            ImportStatus.APPROVED: "Approved",
            ImportStatus.CANCELLED: "Cancelled",
        }[self]


class NotNow(Exception):
    """Something that cannot be done to an upload any more, or not yet: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """An upload as it would act now: the upload, its issues, and the plan (None when errors stop it)."""

    upload: RegisterImport
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    plan: Plan | None


def receive(
    scope: Scope,
    laestab: str,
    filename: str,
    content: bytes,
    *,
    at: datetime,
    address: str = "",
    limits: Limits = WEB_LIMITS,
) -> int:
    """Read a file that was uploaded for a school and keep it to be checked; its id.

    Raises Refused when the file cannot be read as a workbook at all, in which case only its hash is
    recorded, and LookupError for a school outside the scope.
    """
    school = schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER)
    school_id, name = school.id, filename[-FILENAME_LENGTH:]
    pause()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        workbook = read_workbook(content, name, limits=limits)
    except Refused as refusal:
        with transaction():
            audit.record(
                scope,
                "upload.refused",
                f"school:{school_id}",
                at=at,
                address=address,
                detail={"sha256": sha256, "code": refusal.issue.code},
            )
        raise
    reading = read_register([(name, workbook)], known_until=local_date(at))
    calendar = SchoolCalendar(schools.read_periods(scope, school_id), bank_holidays.england())
    _, odd = register_of(reading.pupils, calendar)
    issues = (*reading.issues, *odd)
    faulty = any(issue.severity is Severity.ERROR for issue in issues)
    with transaction() as session:
        upload = RegisterImport(
            school_id=school_id,
            filename=name,
            sha256=sha256,
            size=len(content),
            status=(ImportStatus.FAULTY if faulty else ImportStatus.CHECKED).value,
            layout=reading.files[0].layout if reading.files else "",
            pupils=len(reading.pupils),
            first_on=reading.dates[0],
            last_on=reading.dates[1],
            uploaded_at=at,
            uploaded_by=scope.name,
            check={"issues": [issue.to_json() for issue in issues], "skipped_rows": reading.skipped_rows},
        )
        session.add(upload)
        session.flush()
        session.add(RegisterFile(import_id=upload.id, content=content, reading=_dump(reading)))
        audit.record(
            scope,
            "upload.received",
            f"import:{upload.id}",
            at=at,
            address=address,
            detail={"school": school_id, "sha256": sha256, "pupils": upload.pupils, "status": upload.status},
        )
        return upload.id


def check(scope: Scope, import_id: int) -> Check | None:
    """What an upload holds and what approving it would do now; None outside the scope."""
    upload = registers.find_import(scope, import_id)
    if upload is None:
        return None
    issues = [_issue(each) for each in upload.check.get("issues", ())]
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    plan = None
    if upload.status == ImportStatus.CHECKED and not errors:
        plan = _plan(scope, upload)
        errors += plan.held
    warnings = tuple(issue for issue in issues if issue.severity is Severity.WARNING)
    return Check(upload, tuple(errors), warnings, None if errors else plan)


def approve(scope: Scope, import_id: int, *, at: datetime, address: str = "") -> RegisterImport:
    """Write an upload's marks, count the school again and let its cases follow: all of it, or nothing.

    Raises NotNow when somebody decided before, or the roll has come to contradict the file since it was
    checked, and LookupError outside the scope.
    """
    with transaction():
        upload = _hold(scope, import_id, Permission.APPROVE_REGISTER)
        if upload.status != ImportStatus.CHECKED:
            raise NotNow("This upload has errors. Put them right in the file and upload it again.")
        plan = _plan(scope, upload)
        if plan.held:
            raise NotNow("The roll has changed since this file was checked. Look at the check page again.")
        _write(scope, upload, plan, at=at)
        recounted, followed = recount_school(upload.school, at=at)
        upload.status = ImportStatus.APPROVED.value
        upload.decided_at, upload.decided_by = at, scope.name
        upload.receipt = write_receipt(plan, recounted, followed)
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
            },
        )
    return upload


def cancel(scope: Scope, import_id: int, *, at: datetime, address: str = "") -> None:
    """Give up an upload that nobody has decided on; the file goes, its hash stays.

    Raises NotNow when somebody decided before, and LookupError outside the scope.
    """
    with transaction() as session:
        upload = _hold(scope, import_id, Permission.UPLOAD_REGISTER)
        upload.status = ImportStatus.CANCELLED.value
        upload.decided_at, upload.decided_by = at, scope.name
        session.delete(session.get_one(RegisterFile, upload.id))
        audit.record(scope, "upload.cancelled", f"import:{upload.id}", at=at, address=address)


def pause() -> None:
    """End the reading of the database before something slow: a file to parse, a person to answer."""
    db.session.rollback()


def find_same(scope: Scope, upload: RegisterImport) -> RegisterImport | None:
    """An approved upload of the very same file for the same school, if there is one."""
    return registers.find_approved(scope, upload.school_id, upload.sha256)


def _hold(scope: Scope, import_id: int, permission: Permission) -> RegisterImport:
    """An upload that nobody has decided on, with its school held until the transaction ends."""
    upload = registers.find_import(scope, import_id)
    if upload is None:
        raise LookupError("the upload is not within the scope")
    schools.lock_school(scope, upload.school.laestab, permission)
    # Somebody may have decided while the school was waited for.
    db.session.refresh(upload)
    if upload.decided_at is not None:
        status = ImportStatus(upload.status).label.lower()
        raise NotNow(f"This upload was {status} by {upload.decided_by} before. Nothing was done again.")
    return upload


def _plan(scope: Scope, upload: RegisterImport) -> Plan:
    reading = registers.read_reading(scope, upload.id)
    if reading is None:
        raise NotNow("The file of this upload has been erased. Upload it again.")
    lines = pupils.read_lines(scope, upload.school_id)
    roll = [
        KnownPupil(
            registration_id=one.id,
            upn=one.pupil.upn or "",
            admission_number=one.admission_number or "",
            surname=one.pupil.surname,
            forename=one.pupil.forename,
            born_on=one.pupil.born_on,
            lines=lines.get(one.id, {}),
        )
        for one in pupils.list_roll(scope, upload.school_id)
    ]
    return plan_import(_load(reading), roll)


def _write(scope: Scope, upload: RegisterImport, plan: Plan, *, at: datetime) -> None:
    _keep_particulars(scope, plan)
    registrations = _add_new(upload.school_id, plan.of_kind(RowKind.NEW), at=at)
    lines, changes = [], []
    for planned in plan.pupils:
        registration_id = planned.known.registration_id if planned.known else registrations[id(planned)]
        changed_years = {change.year for change in planned.changes}
        lines += [(registration_id, year, planned.lines[year]) for year in sorted(changed_years)]
        changes += [{"registration_id": registration_id} | asdict(change) for change in planned.changes]
    registers.store_lines(lines)
    registers.store_changes(upload.id, changes)


def _keep_particulars(scope: Scope, plan: Plan) -> None:
    """Take over what the check page showed to differ, a number that was missing, and this year's class."""
    roll = [*(one.known for one in plan.pupils if one.known), *plan.not_in_file]
    taken = {known.admission_number for known in roll}
    found = {one.known.registration_id: one for one in plan.pupils if one.known}
    for key, registration in pupils.list_registrations(scope, found).items():
        reading = found[key].reading
        for change in found[key].particulars:
            setattr(registration.pupil, change.name, getattr(reading, change.name))
        registration.year_group = reading.year_group[:20] or registration.year_group
        registration.class_name = reading.class_name[:40] or registration.class_name
        if reading.admission_number not in taken:
            registration.admission_number = registration.admission_number or reading.admission_number or None


def _add_new(school_id: int, new: Sequence[PlannedPupil], *, at: datetime) -> dict[int, int]:
    """Put new pupils on the school's roll, each with a record of the school's own.

    A child who is known at another school by the same UPN is not joined here: particulars of one school
    must not show at another, and that it is the same child is for a person to say.
    """
    added: list[tuple[int, Registration]] = []
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
            admission_number=reading.admission_number or None,
            year_group=reading.year_group[:20],
            class_name=reading.class_name[:40],
            created_at=at,
        )
        db.session.add(registration)
        added.append((id(planned), registration))
    db.session.flush()
    return {key: registration.id for key, registration in added}


def _dump(reading: RegisterReading) -> str:
    return json.dumps([asdict(pupil) for pupil in reading.pupils], default=date.isoformat)


def _load(text: str) -> list[PupilReading]:
    return [
        PupilReading(
            **{
                **each,
                "born_on": date.fromisoformat(each["born_on"]) if each["born_on"] else None,
                "lines": {int(year): line for year, line in each["lines"].items()},
            }
        )
        for each in json.loads(text)
    ]


def _issue(data: dict[str, Any]) -> Issue:
    return Issue(**{**data, "severity": Severity(data["severity"])})
