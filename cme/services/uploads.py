"""A school's register before it is on the roll: receive, check, answer what it leaves open, or cancel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.services import readings, roll
from cme.services.absence import calendar_of
from cme.services.answers import answers_for
from cme.services.readings import File, Kept
from cme.store import audit, pupils, registers, schools
from cme.store.database import db, transaction
from cme.store.tables import RegisterFile, RegisterImport, RegisterReading
from cme.store.vault import Unsealable, seal
from importers.answers import ColumnsToMap, Question
from importers.gates import Effect, Gate, SchoolFacts, gates
from importers.issues import Issue, Severity
from importers.plan import Decision, DecisionKind, KnownPupil, Plan, plan_import
from importers.reading import WEB_LIMITS, Limits, Refused, Workbook, shown_name
from importers.registers import RegisterReading as Register
from importers.roll_changes import RollChange, marks_outside

FILENAME_LENGTH = 200
"""Characters kept of the name of an upload."""

MOST_FILES = 20
"""Files that one upload may have: the parts of one school's register."""


class ImportStatus(StrEnum):
    """Where an upload stands."""

    FAULTY = "faulty"
    CHECKED = "checked"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """The status in the words people read."""
        return {
            ImportStatus.FAULTY: "Has errors",
            ImportStatus.CHECKED: "Waiting for approval",
            ImportStatus.APPROVED: "Approved",
            ImportStatus.CANCELLED: "Cancelled",
            ImportStatus.UNDONE: "Undone",
        }[self]


class NotNow(Exception):
    """Something that cannot be done to an upload any more, or not yet: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """An upload as it would act now.

    `plan` is None where an error stops it. `gates` are what must be confirmed or known before approval,
    `roll` what the file says of the roll beside its marks, `seen` stands for all of it: it changes when
    approval would do something else.
    """

    upload: RegisterImport
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    plan: Plan | None
    gates: tuple[Gate, ...] = ()
    roll: tuple[RollChange, ...] = ()
    questions: tuple[Question, ...] = ()
    unmapped: tuple[ColumnsToMap, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What approving an upload would do now, and what it was worked out from."""

    kept: Kept
    plan: Plan
    gates: tuple[Gate, ...]
    roll: tuple[RollChange, ...]

    @property
    def seen(self) -> str:
        """A digest of everything that approval would write or could be asked to."""
        rows = [
            (
                one.key,
                one.known and one.known.registration_id,
                one.changes,
                one.outranked,
                sorted(each.key for each in (*one.particulars, *one.differences)),
            )
            for one in self.plan.pupils
        ]
        rest = [one.key for one in self.plan.waiting] + [one.key for one in self.plan.left_out]
        keys = [gate.key for gate in self.gates] + [change.key for change in self.roll]
        return sha256(repr((rows, rest, keys)).encode()).hexdigest()[:32]


def receive(
    scope: Scope,
    laestab: str,
    files: Sequence[File],
    *,
    at: datetime,
    address: str = "",
    limits: Limits = WEB_LIMITS,
) -> int:
    """Read the files of one register, uploaded for a school, and keep them to be checked; the upload's id.

    The same files, received the same day and still waiting, are not kept twice: the id is that of the first.
    Raises Refused when a file cannot be read as a workbook at all, in which case only the hash is recorded,
    NotNow for too many files, and LookupError for a school outside the scope.
    """
    school_id = schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER).id
    if len(files) > MOST_FILES:
        raise NotNow(f"One register can have {MOST_FILES} files at most. Send them in several uploads.")
    files = [(shown_name(name), content) for name, content in files]
    sha256 = readings.hash_of(files)
    if (waiting := _find_waiting(scope, school_id, sha256, at)) is not None:
        return waiting
    pause()
    try:
        workbooks = readings.open_files(files, limits=limits)
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
    reading, issues = _read(scope, school_id, workbooks, {}, at)
    sealed = [
        RegisterFile(position=position, filename=name, content=seal(content))
        for position, (name, content) in enumerate(files)
    ]
    with transaction() as session:
        schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        # The same file may have been sent twice at once.
        if (waiting := _find_waiting(scope, school_id, sha256, at)) is not None:
            return waiting
        upload = RegisterImport(
            school_id=school_id,
            filename=_shown_name([name for name, _ in files]),
            sha256=sha256,
            size=sum(len(content) for _, content in files),
            uploaded_at=at,
            uploaded_by=scope.name,
        )
        _take(upload, reading, issues)
        session.add(upload)
        session.flush()
        for file in sealed:
            file.import_id = upload.id
        session.add_all(sealed)
        session.add(RegisterReading(import_id=upload.id, reading=readings.seal_reading(reading)))
        audit.record(
            scope,
            "upload.received",
            f"import:{upload.id}",
            at=at,
            address=address,
            detail={
                "school": school_id,
                "sha256": sha256,
                "files": len(files),
                "pupils": upload.pupils,
                "status": upload.status,
            },
        )
        return upload.id


def check(scope: Scope, import_id: int, *, at: datetime) -> Check | None:
    """What an upload holds and what approving it would do now; None outside the scope.

    Raises NotNow once its files are erased.
    """
    upload = registers.find_import(scope, import_id)
    if upload is None:
        return None
    issues = [Issue(**{**each, "severity": Severity(each["severity"])}) for each in upload.check["issues"]]
    errors = tuple(issue for issue in issues if issue.severity is Severity.ERROR)
    warnings = tuple(issue for issue in issues if issue.severity is Severity.WARNING)
    if upload.status == ImportStatus.FAULTY:
        kept = _kept(scope, upload)
        return Check(upload, errors, warnings, None, questions=kept.questions, unmapped=kept.unmapped)
    if upload.status != ImportStatus.CHECKED:
        return Check(upload, errors, warnings, None)
    proposal = propose(scope, upload, at=at)
    stops = tuple(gate for gate in proposal.gates if gate.effect is Effect.STOP)
    if stops:
        stopped = (Issue(code=gate.code, message=gate.message) for gate in stops)
        return Check(upload, (*errors, *stopped), warnings, None, questions=proposal.kept.questions)
    odd = _odd_dates(scope, upload, proposal)
    return Check(
        upload,
        errors,
        (*warnings, *odd),
        proposal.plan,
        proposal.gates,
        proposal.roll,
        proposal.kept.questions,
        seen=proposal.seen,
    )


def propose(
    scope: Scope, upload: RegisterImport, *, at: datetime, accepted: Collection[str] = ()
) -> Proposal:
    """What approving an upload would do to the roll as it is now. Raises NotNow once its files are erased."""
    kept = _kept(scope, upload)
    on_roll = _read_roll(scope, upload.school_id)
    plan = plan_import(
        kept.pupils,
        on_roll,
        decisions={key: _decision(each) for key, each in upload.answers.get("decisions", {}).items()},
        later=_outranking(scope, upload),
        accepted=frozenset(accepted),
    )
    school = SchoolFacts(
        name=upload.school.name,
        urn=upload.school.urn,
        laestab=upload.school.laestab,
        calendar=calendar_of(upload.school),
    )
    found = gates(plan, kept.facts, on_roll, school, today=local_date(at))
    return Proposal(kept, plan, found, roll.differences(scope, upload.school_id, roll_rows(plan)))


def roll_rows(plan: Plan) -> dict[int, roll.RollRow]:
    """What the file says of the roll beside its marks, by the registrations that it is about."""
    return {
        one.known.registration_id: roll.RollRow(one.reading.roll, one.lines)
        for one in plan.pupils
        if one.known and one.reading.roll
    }


def answer(
    scope: Scope, import_id: int, said: Mapping[str, Any], *, at: datetime, address: str = ""
) -> RegisterImport:
    """Read an upload's files again with what somebody said about them (`importers.answers.Answers`).

    With nothing said they are read with what is now known of the school. Raises NotNow when somebody
    decided before or the files are erased, and LookupError outside the scope.
    """
    files = readings.read_files(scope, import_id)
    upload = registers.find_import(scope, import_id)
    if upload is None:
        raise LookupError("the upload is not within the scope")
    if not files:
        raise NotNow("The files of this upload have been erased. Upload them again.")
    own = {**upload.answers.get("reading", {}), **said}
    school_id, received_at = upload.school_id, upload.uploaded_at
    pause()
    reading, issues = _read(scope, school_id, readings.open_files(files), own, received_at)
    with transaction() as session:
        upload = hold(scope, import_id, Permission.UPLOAD_REGISTER)
        upload.answers = {**upload.answers, "reading": own}
        _take(upload, reading, issues)
        session.get_one(RegisterReading, upload.id).reading = readings.seal_reading(reading)
        audit.record(
            scope,
            "upload.answered",
            f"import:{upload.id}",
            at=at,
            address=address,
            detail={"answers": [*sorted(said)], "status": upload.status},
        )
    return upload


def decide(
    scope: Scope, import_id: int, decisions: Mapping[str, Decision | None], *, at: datetime, address: str = ""
) -> None:
    """Keep what a person decided about rows that may be one child's or another's (`importers.plan`).

    None takes an earlier decision back. Raises NotNow when somebody decided on the upload before, and
    LookupError outside the scope.
    """
    with transaction():
        upload = hold(scope, import_id, Permission.UPLOAD_REGISTER)
        kept = upload.answers.get("decisions", {})
        made = {
            key: {
                "kind": each.kind.value,
                "registration_id": each.registration_id,
                "reason": each.reason,
                "by": scope.name,
                "at": at.isoformat(),
            }
            for key, each in decisions.items()
            if each is not None
        }
        standing = {key: each for key, each in kept.items() if key not in decisions}
        upload.answers = {**upload.answers, "decisions": standing | made}
        audit.record(
            scope,
            "upload.decided",
            f"import:{upload.id}",
            at=at,
            address=address,
            detail={"rows": len(decisions)},
        )


def cancel(scope: Scope, import_id: int, *, at: datetime, address: str = "") -> None:
    """Give up an upload that nobody has decided on; the files go, their hash stays.

    Raises NotNow when somebody decided before, and LookupError outside the scope.
    """
    with transaction() as session:
        upload = hold(scope, import_id, Permission.UPLOAD_REGISTER)
        upload.status = ImportStatus.CANCELLED.value
        upload.decided_at, upload.decided_by, upload.erased_at = at, scope.name, at
        session.delete(session.get_one(RegisterReading, upload.id))
        for file in registers.read_files(scope, upload.id):
            session.delete(file)
        audit.record(scope, "upload.cancelled", f"import:{upload.id}", at=at, address=address)


def pause() -> None:
    """End the reading of the database before something slow: a file to parse, a person to answer."""
    db.session.rollback()


def find_same(scope: Scope, upload: RegisterImport) -> RegisterImport | None:
    """An approved upload of the very same files for the same school, if there is one."""
    return registers.find_approved(scope, upload.school_id, upload.sha256)


def hold(scope: Scope, import_id: int, permission: Permission) -> RegisterImport:
    """An upload that nobody has decided on, with its school held until the transaction ends.

    Raises NotNow when somebody decided before, and LookupError outside the scope.
    """
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


def _find_waiting(scope: Scope, school_id: int, sha256: str, at: datetime) -> int | None:
    """The upload of the same files that waits; one of another day may have left out days since passed."""
    for upload in registers.find_waiting(scope, school_id, sha256):
        if local_date(upload.uploaded_at) == local_date(at):
            return upload.id
    return None


def _read(
    scope: Scope,
    school_id: int,
    workbooks: Sequence[tuple[str, Workbook]],
    own: Mapping[str, Any],
    received_at: datetime,
) -> tuple[Register, tuple[Issue, ...]]:
    return readings.read_school_register(
        scope,
        school_id,
        workbooks,
        known_until=local_date(received_at),
        answers=answers_for(scope, school_id, own),
    )


def _take(upload: RegisterImport, reading: Register, issues: Sequence[Issue]) -> None:
    """Put what was read of an upload's files on its record."""
    faulty = any(issue.severity is Severity.ERROR for issue in issues)
    upload.status = (ImportStatus.FAULTY if faulty else ImportStatus.CHECKED).value
    upload.layout = reading.files[0].layout if reading.files else ""
    upload.pupils = len(reading.pupils)
    upload.first_on, upload.last_on = reading.dates
    upload.check = {
        "issues": [issue.to_json() for issue in issues],
        "skipped_rows": reading.skipped_rows,
    }


def _shown_name(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    rest = f" and {len(names) - 1} more"
    return names[0][: FILENAME_LENGTH - len(rest)] + rest


def _kept(scope: Scope, upload: RegisterImport) -> Kept:
    kept = readings.find_kept(scope, upload.id)
    if kept is None:
        raise NotNow("The files of this upload have been erased. Upload them again.")
    return kept


def _outranking(scope: Scope, upload: RegisterImport) -> dict[int, dict[int, str]]:
    """The marks of uploads that were received after this one and approved before it: they stand."""
    try:
        return readings.marks_vouched(registers.read_received_after(scope, upload))
    except Unsealable:
        raise NotNow(
            "What was uploaded since cannot be read any more, because the service's secret key has changed. "
            "Upload this file again."
        ) from None


def _read_roll(scope: Scope, school_id: int) -> list[KnownPupil]:
    lines = pupils.read_lines(scope, school_id)
    return [
        KnownPupil(
            registration_id=one.id,
            upn=one.pupil.upn or "",
            admission_number=one.admission_number or "",
            surname=one.pupil.surname,
            forename=one.pupil.forename,
            born_on=one.pupil.born_on,
            lines=lines.get(one.id, {}),
            former_upn=one.pupil.former_upn or "",
            postcode=one.pupil.postcode,
            class_name=one.class_name,
        )
        for one in pupils.list_roll(scope, school_id)
    ]


def _odd_dates(scope: Scope, upload: RegisterImport, proposal: Proposal) -> tuple[Issue, ...]:
    """Marks before admission or after leaving, to be looked at."""
    known = roll.known_rolls(scope, upload.school_id)
    return marks_outside(
        (
            one.reading.roll,
            known.get(one.known.registration_id) if one.known else None,
            one.reading.lines,
            one.reading.address,
        )
        for one in proposal.plan.pupils
    )


def _decision(data: Mapping[str, Any]) -> Decision:
    return Decision(DecisionKind(data["kind"]), data["registration_id"], data["reason"])
