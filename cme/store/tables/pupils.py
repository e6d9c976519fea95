"""Pupils and their registrations, with where each registration stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.places import School


class Pupil(Base):
    """A child. Names are kept as given; `upn` as normalised, '' never: None where there is none.

    `sex` is F, M or ''. The address columns are the last known home; a part that is not known is ''.
    """

    __tablename__ = "pupil"

    id: Mapped[int] = mapped_column(primary_key=True)
    upn: Mapped[str | None] = mapped_column(String(13), index=True)
    surname: Mapped[str] = mapped_column(String(120))
    forename: Mapped[str] = mapped_column(String(120))
    born_on: Mapped[date | None]
    sex: Mapped[str] = mapped_column(String(1), default="")
    former_upn: Mapped[str | None] = mapped_column(String(13), index=True)
    house: Mapped[str] = mapped_column(String(120), default="")
    street: Mapped[str] = mapped_column(String(120), default="")
    locality: Mapped[str] = mapped_column(String(120), default="")
    town: Mapped[str] = mapped_column(String(120), default="")
    county: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    created_at: Mapped[datetime]

    registrations: Mapped[list[Registration]] = relationship(back_populates="pupil")
    contacts: Mapped[list[Contact]] = relationship(order_by="Contact.position, Contact.id")
    flags: Mapped[list[PupilFlag]] = relationship(order_by="PupilFlag.id")


class Registration(Base):
    """A child's place on one school's admission register; counts belong to it.

    `leaving_on` is what the school's system says, and takes nobody off roll. `annulled_at` is set where the
    upload that put the child on this roll was undone: the registration never was.

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
    leaving_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    annulled_at: Mapped[datetime | None]
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
        # A child who was removed can be admitted again, as a registration of its own.
        Index(
            "uq_registration_school_id_pupil_id",
            "school_id",
            "pupil_id",
            unique=True,
            sqlite_where=text("removed_on IS NULL"),
            postgresql_where=text("removed_on IS NULL"),
        ),
        Index("ix_registration_school_id_return_run", "school_id", "return_run"),
        Index("ix_registration_school_id_admission_number", "school_id", "admission_number"),
    )

    @hybrid_property
    def on_roll(self) -> bool:
        """Whether the child is on the school's roll: entered, and not removed."""
        return self.removed_on is None and self.annulled_at is None

    @on_roll.inplace.expression
    @classmethod
    def _on_roll(cls) -> ColumnElement[bool]:
        return and_(cls.removed_on.is_(None), cls.annulled_at.is_(None))


class Contact(Base):
    """Somebody to reach about a child; `position` is the school's call order, from 1.

    One who is no longer in the school's data is ended, not deleted.
    """

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(240))
    relationship_: Mapped[str] = mapped_column("relationship", String(80), default="")
    phone: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PupilFlag(Base):
    """Something that puts a child on the fast track, such as a social worker (`casework.safety.flags`)."""

    __tablename__ = "pupil_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
