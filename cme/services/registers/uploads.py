"""A school's register before it is on the roll: receive it, answer what it leaves open, decide, or cancel."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.services.registers import erasure, readings
from cme.services.registers.answers import answers_for
from cme.services.registers.checking import ImportStatus, NotNow
from cme.services.registers.readings import File
from cme.store import audit, registers, schools
from cme.store.database import db, transaction
from cme.store.tables import RegisterFile, RegisterImport, RegisterReading, School
from cme.store.vault import seal
from importers.answering.answers import Answers
from importers.issues import Issue, Severity
from importers.planning.gates import Effect, of_another_school
from importers.planning.planned import Decision
from importers.reading import WEB_LIMITS, Limits, Refused, shown_name
from importers.register import RegisterReading as Register
from importers.registers import read_register

FILENAME_LENGTH = 200
"""Characters kept of the name of an upload."""

MOST_FILES = 20
"""Files that one upload may have: the parts of one school's register."""


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

    The same files, received the same day and still waiting, are not kept twice: the id is that of the first,
    which then counts as received now.
    Raises Refused when a file cannot be read as a workbook at all, in which case only the hash is recorded,
    NotNow for too many files, and LookupError for a school outside the scope.
    """
    school_id = schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER).id
    if len(files) > MOST_FILES:
        raise NotNow(f"One register can have {MOST_FILES} files at most. Send them in several uploads.")
    files = [(shown_name(name), content) for name, content in files]
    sha256 = readings.hash_of(files)
    if (waiting := _find_waiting(scope, school_id, sha256, at)) is not None:
        return _look_again(scope, waiting, at=at, limits=limits)
    answers = answers_for(scope, school_id, {})
    pause()
    try:
        reading = _read(files, answers, at, limits)
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
    sealed = [
        RegisterFile(position=position, filename=name, content=seal(content))
        for position, (name, content) in enumerate(files)
    ]
    with transaction() as session:
        school = schools.lock_school(scope, laestab, Permission.UPLOAD_REGISTER)
        # The same file may have been sent twice at once.
        if (waiting := _find_waiting(scope, school_id, sha256, at)) is not None:
            return waiting.id
        upload = RegisterImport(
            school_id=school_id,
            filename=_shown_name([name for name, _ in files]),
            sha256=sha256,
            size=sum(len(content) for _, content in files),
            uploaded_at=at,
            uploaded_by=scope.name,
        )
        _take(upload, reading, school)
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


def answer(
    scope: Scope,
    import_id: int,
    said: Mapping[str, Any],
    *,
    at: datetime,
    address: str = "",
    limits: Limits = WEB_LIMITS,
) -> RegisterImport:
    """Read an upload's files again with what somebody said about them (`importers.answering.answers`).

    With nothing said they are read with what is now known of the school. Rows that are left out are added to
    those that were before. Raises NotNow when somebody decided or answered meanwhile or the files cannot be
    read any more, and LookupError outside the scope.
    """
    files = readings.read_files(scope, import_id)
    upload = registers.find_import(scope, import_id)
    if upload is None:
        raise LookupError("the upload is not within the scope")
    if not files:
        raise NotNow("The files of this upload have been erased. Upload them again.")
    before = upload.answers.get("reading", {})
    own = before | said
    if "left_out" in said:
        own["left_out"] = [*before.get("left_out", ()), *said["left_out"]]
    answers, received_at = answers_for(scope, upload.school_id, own), upload.uploaded_at
    pause()
    try:
        reading = _read(files, answers, received_at, limits)
    except Refused as refusal:
        raise NotNow(refusal.issue.message) from None
    with transaction() as session:
        upload = hold(scope, import_id, Permission.UPLOAD_REGISTER)
        if upload.answers.get("reading", {}) != before:
            raise NotNow("Somebody else answered meanwhile. Look at the page again.")
        upload.answers = {**upload.answers, "reading": own}
        _take(upload, reading, upload.school)
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
    """Keep what a person decided about rows that may be one child's or another's (`importers.planning.plan`).

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
    """Give up an upload that nobody has decided on; it is erased, its hash stays.

    Raises NotNow when somebody decided before, and LookupError outside the scope.
    """
    with transaction():
        _cancel(scope, import_id, at=at, address=address)


def cancel_superseded(
    scope: Scope, laestab: str, import_ids: Collection[int], *, at: datetime, address: str = ""
) -> int:
    """Give up those of a school's uploads that a later one, approved, has made needless; how many.

    Uploads that are not such ones are passed over. Raises NotNow when somebody decided on one meanwhile, in
    which case none is given up, and LookupError for a school outside the scope.
    """
    school_id = schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER).id
    with transaction():
        needless = {upload.id for upload in registers.list_superseded(scope, school_id)}
        given_up = sorted(needless.intersection(import_ids))
        for import_id in given_up:
            _cancel(scope, import_id, at=at, address=address)
    return len(given_up)


def _cancel(scope: Scope, import_id: int, *, at: datetime, address: str) -> None:
    upload = hold(scope, import_id, Permission.UPLOAD_REGISTER)
    upload.status = ImportStatus.CANCELLED.value
    upload.decided_at, upload.decided_by = at, scope.name
    erasure.erase([upload], at=at)
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


def _find_waiting(scope: Scope, school_id: int, sha256: str, at: datetime) -> RegisterImport | None:
    """The upload of the same files that waits; one of another day may have left out days since passed."""
    for upload in registers.find_waiting(scope, school_id, sha256):
        if local_date(upload.uploaded_at) == local_date(at):
            return upload
    return None


def _look_again(scope: Scope, waiting: RegisterImport, *, at: datetime, limits: Limits) -> int:
    """The id of an upload that waits, received now once more: one with errors is read again as well."""
    import_id, is_faulty = waiting.id, waiting.status == ImportStatus.FAULTY
    with transaction():
        hold(scope, import_id, Permission.UPLOAD_REGISTER).uploaded_at = at
    if is_faulty:
        answer(scope, import_id, {}, at=at, limits=limits)
    return import_id


def _read(files: Sequence[File], answers: Answers, received_at: datetime, limits: Limits) -> Register:
    workbooks = readings.open_files(files, limits=limits, encoding=answers.encoding)
    return read_register(workbooks, known_until=local_date(received_at), answers=answers)


def _take(upload: RegisterImport, reading: Register, school: School) -> None:
    """Put what was read of an upload's files on its record.

    A file that says it is of another school waits for nobody's approval: nobody can give it.
    """
    issues = list(reading.issues)
    gate = of_another_school(reading.schools, name=school.name, urn=school.urn, laestab=school.laestab)
    if gate is not None and gate.effect is Effect.STOP:
        issues.append(Issue(code=gate.code, message=gate.message))
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
