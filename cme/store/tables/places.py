"""Local authorities, their schools, and each school's calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.policies import PolicyVersion


class LocalAuthority(Base):
    """A local authority; `code` is its three-digit DfE number.

    `policy_versions` are its own versions of its pack, the oldest first.
    """

    __tablename__ = "local_authority"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(3), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    policy_pack: Mapped[str] = mapped_column(String(40))

    policy_versions: Mapped[list[PolicyVersion]] = relationship(order_by=PolicyVersion.number)


class School(Base):
    """A school; `laestab` is the authority's code and the establishment number, seven digits.

    `class_marks` are the stored `cme.attendance.coverage.ClassMarks` by academic year: written when marks
    change, recomputed by `cme recount`. None for a school that has not been counted since it has the column.
    """

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"), index=True)
    laestab: Mapped[str] = mapped_column(String(7), unique=True)
    urn: Mapped[str] = mapped_column(String(6), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    class_marks: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)

    authority: Mapped[LocalAuthority] = relationship()


class HolidayCover(Base):
    """Who answers for a school's cases in the holiday that begins on a date; the latest row stands."""

    __tablename__ = "holiday_cover"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    begins_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(80))
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(120))


class CalendarPeriod(Base):
    """One entry of a school's calendar (`cme.attendance.calendar.Period`)."""

    __tablename__ = "calendar_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date]
    last_on: Mapped[date]
    half: Mapped[str | None] = mapped_column(String(2))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("school_id", "kind", "first_on", "last_on", "half"),)


class AuthorityPeriod(Base):
    """One entry of the dates that a local authority offers its schools to copy."""

    __tablename__ = "authority_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date]
    last_on: Mapped[date]
    half: Mapped[str | None] = mapped_column(String(2))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("authority_id", "kind", "first_on", "last_on", "half"),)
