"""What must be known before anybody rings or writes, and children who are missing now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.pupils import Registration


class Restriction(Base):
    """Whom not to contact about a child, or what not to give away (`cme.casework.safety.restrictions`).

    `contact_id` names the contact it is about, `who` that contact or a person who is none; without either it
    is about everybody. Ended with a reason, never deleted.
    """

    __tablename__ = "restriction"

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    kind: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(240), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
    end_reason: Mapped[str] = mapped_column(Text, default="")


class MissingEpisode(Base):
    """A child who is, or was, missing: from the noticing until somebody sees the child (casework s.13).

    `kind` is "site" (missing from school) or "police" (reported to the police). An episode that was entered
    wrongly is withdrawn with a reason, never deleted; a corrected one `supersedes_id` it.
    """

    __tablename__ = "missing_episode"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    noticed_at: Mapped[datetime]
    last_seen: Mapped[str] = mapped_column(Text, default="")
    searched: Mapped[str] = mapped_column(Text, default="")
    parent_told_at: Mapped[datetime | None]
    police_told_at: Mapped[datetime | None]
    police_reference: Mapped[str] = mapped_column(String(80), default="")
    risk: Mapped[str] = mapped_column(String(10), default="")
    found_at: Mapped[datetime | None]
    found_how: Mapped[str] = mapped_column(Text, default="")
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(120))
    ended_by: Mapped[str | None] = mapped_column(String(120))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(120))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("missing_episode.id"))

    registration: Mapped[Registration] = relationship()
