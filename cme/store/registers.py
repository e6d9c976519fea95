"""Uploads of registers, and the lines and mark changes that an approved one writes."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer, joinedload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import schools_within
from cme.store.tables import MarkChange, RegisterFile, RegisterImport, RegisterLine, Registration


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


def read_reading(scope: Scope, import_id: int) -> str | None:
    """What was read from an upload, as stored; None once it has been erased, or outside the scope."""
    return db.session.scalar(
        select(RegisterFile.reading)
        .join(RegisterImport, RegisterImport.id == RegisterFile.import_id)
        .join(RegisterImport.school)
        .where(RegisterFile.import_id == import_id, schools_within(scope, Permission.UPLOAD_REGISTER))
    )


def store_lines(lines: Iterable[tuple[int, int, str]]) -> None:
    """Write register lines (registration id, academic year, marks), new or in place of the old."""
    rows = [
        {"registration_id": key, "year": year, "marks": marks, "version": 1} for key, year, marks in lines
    ]
    if not rows:
        return
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(RegisterLine)
    statement = statement.on_conflict_do_update(
        index_elements=["registration_id", "year"],
        set_={"marks": statement.excluded.marks, "version": RegisterLine.version + 1},
    )
    db.session.execute(statement, rows)


def store_changes(import_id: int, changes: Iterable[dict[str, Any]]) -> None:
    """Record what an upload changed in register lines, stretch by stretch."""
    rows = [{"import_id": import_id, **change} for change in changes]
    if rows:
        db.session.execute(insert(MarkChange), rows)


def last_register_on(scope: Scope, school_id: int) -> date | None:
    """The last closed day for which a school's register is on record; None before the first."""
    return db.session.scalar(
        select(func.max(Registration.as_of))
        .join(Registration.school)
        .where(Registration.school_id == school_id, schools_within(scope, Permission.SEE_SCHOOL))
    )
