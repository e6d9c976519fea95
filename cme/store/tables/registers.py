"""Register lines, the changes made to them, and the uploads that made them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
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
    """One uploaded register: what it covers, how it stands, who approved it, and what it did.

    `status` is a `cme.services.uploads.ImportStatus`. `check` holds the counts and issues shown on the
    check page, `receipt` the impact recorded at approval.
    """

    __tablename__ = "register_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    layout: Mapped[str] = mapped_column(String(20), default="")
    pupils: Mapped[int] = mapped_column(default=0)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    check: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    school: Mapped[School] = relationship()


class RegisterFile(Base):
    """The bytes of an upload and what was read from them; erased by the retention job, the hash stays."""

    __tablename__ = "register_file"

    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    reading: Mapped[str] = mapped_column(Text)


class MarkChange(Base):
    """A stretch of a register line that an import changed: from `first_index`, `old` became `new`."""

    __tablename__ = "mark_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    year: Mapped[int]
    first_index: Mapped[int]
    old: Mapped[str] = mapped_column(String(732))
    new: Mapped[str] = mapped_column(String(732))

    __table_args__ = (Index("ix_mark_change_registration_id_year", "registration_id", "year"),)
