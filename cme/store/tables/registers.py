"""Register lines, the changes made to them, and the uploads that made them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.places import School


class RegisterLine(Base):
    """One registration's marks for one academic year (`cme.attendance.lines`)."""

    __tablename__ = "register_line"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    marks: Mapped[str] = mapped_column(String(732))
    version: Mapped[int] = mapped_column(default=1)


class RegisterImport(Base):
    """One upload of a register, of one file or several: what it covers, how it stands, and what it did.

    `status` is a `cme.services.registers.checking.ImportStatus`. `sha256` is of the one file, or of the
    hashes of all. `check` holds the counts and issues shown on the check page, `answers` what people said to
    them, `receipt` the impact recorded at approval. Uploads count in the order of `uploaded_at`, then `id`.
    """

    __tablename__ = "register_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    layout: Mapped[str] = mapped_column(String(40), default="")
    pupils: Mapped[int] = mapped_column(default=0)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(120))
    erased_at: Mapped[datetime | None]
    check: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    school: Mapped[School] = relationship()


class RegisterFile(Base):
    """One file of an upload, sealed (`cme.store.vault`); erased by the retention job, the hash stays."""

    __tablename__ = "register_file"

    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RegisterReading(Base):
    """What was read from an upload, sealed like its files and erased with them.

    Once approved, `registrations` gives each pupil of the reading, in order, the registration whose marks
    the upload vouches for; None for a pupil who was left out.
    """

    __tablename__ = "register_reading"

    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"), primary_key=True)
    reading: Mapped[bytes] = mapped_column(LargeBinary)
    registrations: Mapped[list[Any] | None] = mapped_column(JSON)


class MarkChange(Base):
    """A stretch of a register line that an upload changed: from `first_index`, `old` became `new`.

    With `applied` false it did not: an upload received later had said otherwise before this one was
    approved. What it would have written is kept.
    """

    __tablename__ = "mark_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    year: Mapped[int]
    first_index: Mapped[int]
    old: Mapped[str] = mapped_column(String(732))
    new: Mapped[str] = mapped_column(String(732))
    applied: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_mark_change_registration_id_year", "registration_id", "year"),)


class ColumnMapping(Base):
    """What the columns of a school's own layout mean, as somebody said once (`importers.answering.answers`).

    Found again by the fingerprint of the headings. A newer one supersedes it; none is deleted.
    """

    __tablename__ = "column_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    superseded_at: Mapped[datetime | None]


class CodeTranslation(Base):
    """A school's own code and the DfE code that it stands for, `first_on` to `last_on` if set."""

    __tablename__ = "code_translation"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    own_code: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(2))
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
