"""Cases, what happened in them, and referrals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.places import School
from cme.store.tables.pupils import Registration


class Case(Base):
    """One child's episode at one school. `stage` and `overlays` are a fold of its events, stored.

    `reference` is CME-yy-nnnn. `due_on` and `due_what` are what the school owes first in the case, the
    `authority_` columns what the local authority owes first, `owed` all that either owes: [what, ISO date,
    side], what presses most first. `officer_id` works on it for the authority and
    `cover_id` covers. `risk` orders the queue: 0 safeguarding or missing now, 1 fast-tracked, 2 others.
    `touched_on` is the last day on which a person did something. `home_authority_id` is set where the child
    lives in another authority of the same database, which gets a copy.
    """

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    overlays: Mapped[list[Any]] = mapped_column(JSON, default=list)
    policy_pack: Mapped[str] = mapped_column(String(40))
    policy_version: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    stage_since_at: Mapped[datetime]
    due_on: Mapped[date | None]
    due_what: Mapped[str] = mapped_column(String(200), default="")
    authority_due_on: Mapped[date | None]
    authority_due_what: Mapped[str] = mapped_column(String(200), default="")
    owed: Mapped[list[Any]] = mapped_column(JSON, default=list)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    risk: Mapped[int] = mapped_column(default=2)
    touched_on: Mapped[date | None]
    home_authority_id: Mapped[int | None] = mapped_column(ForeignKey("local_authority.id"), index=True)
    referred_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    registration: Mapped[Registration] = relationship()
    school: Mapped[School] = relationship()
    events: Mapped[list[CaseEvent]] = relationship(order_by="CaseEvent.seq")

    __table_args__ = (Index("ix_case_authority_id_stage", "authority_id", "stage"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CaseEvent(Base):
    """Something that happened in a case; append-only. `data` holds only the keys its kind allows."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(200))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (UniqueConstraint("case_id", "seq"),)


class Referral(Base):
    """A referral of a case to the front door and the CME officer; frozen once `sent_at` is set."""

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    form: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    drafted_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(String(120))
    recipients: Mapped[list[Any]] = mapped_column(JSON, default=list)
    superseded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
