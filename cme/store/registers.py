"""Uploads of registers, and the lines and mark changes that an approved one writes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Select, Table, delete, func, insert, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased, defer, joinedload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.lines import BLANK
from cme.store.database import db
from cme.store.scoping import registrations_within, schools_within
from cme.store.tables import (
    CodeTranslation,
    ColumnMapping,
    MarkChange,
    RegisterFile,
    RegisterImport,
    RegisterLine,
    RegisterReading,
    Registration,
    School,
)
from cme.store.tables.base import UtcDateTime

_Part = TypeVar("_Part", RegisterFile, RegisterReading, MarkChange)


def find_import(scope: Scope, import_id: int) -> RegisterImport | None:
    """One upload with its school; None where the scope may not upload."""
    return db.session.scalar(
        select(RegisterImport)
        .join(RegisterImport.school)
        .where(RegisterImport.id == import_id, schools_within(scope, Permission.UPLOAD_REGISTER))
        .options(joinedload(RegisterImport.school))
    )


def list_imports(scope: Scope, school_id: int, *, limit: int = 50) -> Sequence[RegisterImport]:
    """The latest uploads of a school, newest first, without what was found and done in each."""
    return db.session.scalars(
        select(RegisterImport)
        .join(RegisterImport.school)
        .where(RegisterImport.school_id == school_id, schools_within(scope, Permission.SEE_SCHOOL))
        .options(defer(RegisterImport.check), defer(RegisterImport.receipt))
        .order_by(RegisterImport.id.desc())
        .limit(limit)
    ).all()


def find_waiting(scope: Scope, school_id: int, sha256: str) -> Sequence[RegisterImport]:
    """Uploads of the same bytes for a school on which nobody has decided, the newest first."""
    return db.session.scalars(
        select(RegisterImport)
        .join(RegisterImport.school)
        .where(
            RegisterImport.school_id == school_id,
            RegisterImport.sha256 == sha256,
            RegisterImport.decided_at.is_(None),
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .order_by(RegisterImport.id.desc())
    ).all()


def list_superseded(scope: Scope, school_id: int) -> Sequence[RegisterImport]:
    """Uploads that wait though a later one with all their dates was approved, the newest first."""
    newer = aliased(RegisterImport)
    approved = (
        select(newer.id)
        .where(
            newer.school_id == RegisterImport.school_id,
            newer.status == "approved",
            newer.uploaded_at > RegisterImport.uploaded_at,
            newer.first_on <= RegisterImport.first_on,
            newer.last_on >= RegisterImport.last_on,
        )
        .exists()
    )
    return db.session.scalars(
        select(RegisterImport)
        .join(RegisterImport.school)
        .where(
            RegisterImport.school_id == school_id,
            RegisterImport.decided_at.is_(None),
            approved,
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .options(defer(RegisterImport.check), defer(RegisterImport.receipt))
        .order_by(RegisterImport.id.desc())
    ).all()


def find_approved(scope: Scope, school_id: int, sha256: str) -> RegisterImport | None:
    """The approved upload of the same bytes for a school, if there is one."""
    return db.session.scalar(
        select(RegisterImport)
        .join(RegisterImport.school)
        .where(
            RegisterImport.school_id == school_id,
            RegisterImport.sha256 == sha256,
            RegisterImport.status == "approved",
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .order_by(RegisterImport.id)
        .limit(1)
    )


def read_reading(scope: Scope, import_id: int) -> RegisterReading | None:
    """What was read from an upload, sealed; None once it has been erased, or outside the scope."""
    return db.session.scalar(_of_import(scope, RegisterReading, import_id))


def read_files(scope: Scope, import_id: int) -> Sequence[RegisterFile]:
    """The sealed files of an upload, in order; none once they have been erased, or outside the scope."""
    files = _of_import(scope, RegisterFile, import_id).order_by(RegisterFile.position)
    return db.session.scalars(files).all()


def read_received_after(scope: Scope, upload: RegisterImport) -> Sequence[RegisterReading]:
    """The readings of a school's approved uploads that were received after one, in order of receipt."""
    later = tuple_(RegisterImport.uploaded_at, RegisterImport.id) > tuple_(
        literal(upload.uploaded_at, UtcDateTime()), literal(upload.id)
    )
    return db.session.scalars(
        _approved_readings(scope, upload.school_id)
        .where(later)
        .order_by(RegisterImport.uploaded_at, RegisterImport.id)
    ).all()


def read_approved_after(
    scope: Scope, upload: RegisterImport
) -> Sequence[tuple[RegisterImport, RegisterReading]]:
    """A school's uploads that were approved after one was, with their readings, in order of approval."""
    rows = db.session.execute(
        _approved_readings(scope, upload.school_id)
        .add_columns(RegisterImport)
        .where(RegisterImport.id != upload.id, RegisterImport.decided_at > upload.decided_at)
        .order_by(RegisterImport.decided_at, RegisterImport.id)
    )
    return [(upload, reading) for reading, upload in rows]


def _approved_readings(scope: Scope, school_id: int) -> Select[RegisterReading]:
    return (
        select(RegisterReading)
        .join(RegisterImport, RegisterImport.id == RegisterReading.import_id)
        .join(RegisterImport.school)
        .where(
            RegisterImport.school_id == school_id,
            RegisterImport.status == "approved",
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
    )


def last_decided_at(scope: Scope, school_id: int) -> datetime | None:
    """When somebody last decided on an upload of a school; None before the first time."""
    return db.session.scalar(
        select(func.max(RegisterImport.decided_at))
        .join(RegisterImport.school)
        .where(RegisterImport.school_id == school_id, schools_within(scope, Permission.UPLOAD_REGISTER))
    )


def read_answers(scope: Scope, school_id: int, *, limit: int = 20) -> Sequence[dict[str, Any]]:
    """What people said about a school's last approved uploads, the newest first."""
    return db.session.scalars(
        select(RegisterImport.answers)
        .join(RegisterImport.school)
        .where(
            RegisterImport.school_id == school_id,
            RegisterImport.status == "approved",
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .order_by(RegisterImport.decided_at.desc())
        .limit(limit)
    ).all()


def read_changes(scope: Scope, import_id: int) -> Sequence[MarkChange]:
    """What an upload changed in register lines, stretch by stretch, in the order in which it did."""
    return db.session.scalars(_of_import(scope, MarkChange, import_id).order_by(MarkChange.id)).all()


def _of_import(scope: Scope, part: type[_Part], import_id: int) -> Select[_Part]:
    """What is kept of one upload in another table; nothing where the scope may not upload."""
    return (
        select(part)
        .join(RegisterImport, RegisterImport.id == part.import_id)
        .join(RegisterImport.school)
        .where(part.import_id == import_id, schools_within(scope, Permission.UPLOAD_REGISTER))
    )


def read_mark_history(scope: Scope, registration_id: int) -> Sequence[tuple[MarkChange, RegisterImport]]:
    """Every change to one child's marks with the upload that made it, the latest first."""
    rows = db.session.execute(
        select(MarkChange, RegisterImport)
        .join(RegisterImport, RegisterImport.id == MarkChange.import_id)
        .join(Registration, Registration.id == MarkChange.registration_id)
        .where(
            MarkChange.registration_id == registration_id,
            registrations_within(scope, Permission.SEE_PUPIL),
        )
        .options(defer(RegisterImport.check), defer(RegisterImport.receipt), defer(RegisterImport.answers))
        .order_by(MarkChange.id.desc())
    )
    return [(change, upload) for change, upload in rows]


def list_mappings(scope: Scope, school_id: int) -> Sequence[ColumnMapping]:
    """What the columns of a school's own layouts mean, as it stands."""
    return db.session.scalars(
        select(ColumnMapping)
        .join(School, School.id == ColumnMapping.school_id)
        .where(
            ColumnMapping.school_id == school_id,
            ColumnMapping.superseded_at.is_(None),
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .order_by(ColumnMapping.id)
    ).all()


def list_translations(scope: Scope, school_id: int) -> Sequence[CodeTranslation]:
    """What a school's own codes mean, as it stands, by code."""
    return db.session.scalars(
        select(CodeTranslation)
        .join(School, School.id == CodeTranslation.school_id)
        .where(
            CodeTranslation.school_id == school_id,
            CodeTranslation.ended_at.is_(None),
            schools_within(scope, Permission.UPLOAD_REGISTER),
        )
        .order_by(CodeTranslation.own_code, CodeTranslation.first_on, CodeTranslation.id)
    ).all()


def store_lines(lines: Iterable[tuple[int, int, str]]) -> None:
    """Write register lines (registration id, academic year, marks), new or in place of the old."""
    rows = [
        {"registration_id": key, "year": year, "marks": marks, "version": 1} for key, year, marks in lines
    ]
    if not rows:
        return
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    table = cast(Table, RegisterLine.__table__)
    statement = dialect.insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=["registration_id", "year"],
        set_={"marks": statement.excluded.marks, "version": table.c.version + 1},
    )
    db.session.execute(statement, rows)


def store_changes(import_id: int, changes: Iterable[dict[str, Any]]) -> None:
    """Record what an upload changed in register lines, stretch by stretch."""
    rows = [{"import_id": import_id, **change} for change in changes]
    if rows:
        db.session.execute(insert(cast(Table, MarkChange.__table__)), rows)


def drop_blank_lines(registration_ids: Collection[int]) -> None:
    """Take away the lines of registrations that hold no mark at all, as before their first upload."""
    db.session.execute(
        delete(RegisterLine).where(
            RegisterLine.registration_id.in_(registration_ids), RegisterLine.marks == BLANK
        )
    )


def last_register_on(scope: Scope, school_id: int) -> date | None:
    """The last closed day for which a school's register is on record; None before the first."""
    return db.session.scalar(
        select(func.max(Registration.as_of))
        .join(Registration.school)
        .where(Registration.school_id == school_id, schools_within(scope, Permission.SEE_SCHOOL))
    )
