"""Statutory returns that a school owes its local authority about one child."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.pupils import Registration


class StatutoryReturn(Base):
    """One return (SI 2024/208 reg 13): `kind` is "attendance" or "sickness"; one for each absence.

    Made by the count on the day it is reached, sent by a person. `content` is what was sent, frozen; until
    then the days and codes of the absence as counted. `withdrawn_at` is set where a corrected register no
    longer reaches it. `sent_on` is the day on which a person says it was sent, `sent_at` when they recorded
    it. A record that was wrong is `taken_back` with who, when and why, and the return is owed again.
    """

    __tablename__ = "statutory_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    started_on: Mapped[date]
    reached_on: Mapped[date]
    due_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(String(120))
    sent_on: Mapped[date | None]
    sent_to: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    taken_back: Mapped[list[Any]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column()

    registration: Mapped[Registration] = relationship()

    __table_args__ = (UniqueConstraint("registration_id", "kind", "started_on"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
