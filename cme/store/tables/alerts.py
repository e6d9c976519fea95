"""Alerts to people in the service: they move to read and never vanish."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.cases import Case
from cme.store.tables.places import School


class Alert(Base):
    """One thing that one user is told, once: `about` names the occasion, so that telling twice tells once.

    It is about a case, or about a school as a whole. `text` names no child: a reference, or the school, and
    what to do. An urgent one is also sent by e-mail.
    """

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(300))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    case: Mapped[Case | None] = relationship()
    school: Mapped[School | None] = relationship()

    __table_args__ = (
        UniqueConstraint("user_id", "about"),
        Index("ix_alert_user_id_read_at", "user_id", "read_at"),
    )
