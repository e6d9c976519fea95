"""Pupils and their registrations, with where each registration stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.places import School


class Pupil(Base):
    """A child. Names are kept as given; `upn` as normalised, '' never: None where there is none."""

    __tablename__ = "pupil"

    id: Mapped[int] = mapped_column(primary_key=True)
    upn: Mapped[str | None] = mapped_column(String(13), index=True)
    surname: Mapped[str] = mapped_column(String(120))
    forename: Mapped[str] = mapped_column(String(120))
    born_on: Mapped[date | None]
    created_at: Mapped[datetime]

    registrations: Mapped[list[Registration]] = relationship(back_populates="pupil")


class Registration(Base):
    """A child's place on one school's admission register; counts belong to it.

    The columns from `as_of` on are the stored `cme.attendance.runs.Standing`: written when marks change,
    recomputed by `cme recount`, never incremented. Runs are None for a boarder.
    """

    __tablename__ = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    admission_number: Mapped[str | None] = mapped_column(String(40))
    year_group: Mapped[str] = mapped_column(String(20), default="")
    class_name: Mapped[str] = mapped_column(String(40), default="")
    boarder: Mapped[bool] = mapped_column(default=False)
    starting_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    created_at: Mapped[datetime]

    as_of: Mapped[date | None]
    return_run: Mapped[int | None] = mapped_column(default=0)
    removal_run: Mapped[int | None] = mapped_column(default=0)
    days_unseen: Mapped[int | None] = mapped_column(default=0)
    last_attended_on: Mapped[date | None]
    last_seen_on: Mapped[date | None]
    run_started_on: Mapped[date | None]
    return_reached_on: Mapped[date | None]
    removal_reached_on: Mapped[date | None]
    sickness_days: Mapped[int] = mapped_column(default=0)
    ground_h_days: Mapped[int | None]
    leave_inferred: Mapped[bool] = mapped_column(default=False)
    compulsory_age: Mapped[bool] = mapped_column(default=True)
    overdue_n: Mapped[list[Any]] = mapped_column(JSON, default=list)
    unmarked_on: Mapped[list[Any]] = mapped_column(JSON, default=list)
    removal_blocked_by: Mapped[list[Any]] = mapped_column(JSON, default=list)

    pupil: Mapped[Pupil] = relationship(back_populates="registrations")
    school: Mapped[School] = relationship()

    __table_args__ = (
        UniqueConstraint("school_id", "pupil_id"),
        Index("ix_registration_school_id_return_run", "school_id", "return_run"),
        Index("ix_registration_school_id_admission_number", "school_id", "admission_number"),
    )
