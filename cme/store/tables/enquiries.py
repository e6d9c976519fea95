"""Reasonable enquiries, the evidence behind them, and the DSL's reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.pupils import Registration


class Enquiry(Base):
    """One enquiry made for a child: who, when, how, whom, and what came of it (`casework.enquiries.enquiry`).

    Never edited: a correction is a further row that names the one it `supersedes_id`, with a reason. It
    belongs to the registration, because the first calls are made before there is a case. `done_by` made the
    enquiry, `entered_by` wrote it down. `place` is where the family is said to be: an address, a town or a
    country. `visit` holds a home visit's own answers, None for anything else.
    `form_token` is of the form that it was sent with: the same form, sent twice, is one enquiry.
    """

    __tablename__ = "enquiry"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    step: Mapped[str] = mapped_column(String(4))
    done_at: Mapped[datetime]
    done_by: Mapped[str] = mapped_column(String(120))
    done_role: Mapped[str] = mapped_column(String(120), default="")
    method: Mapped[str] = mapped_column(String(20), default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    contacted: Mapped[str] = mapped_column(String(240), default="")
    relation: Mapped[str] = mapped_column(String(120), default="")
    used: Mapped[str] = mapped_column(String(254), default="")
    reached_carer: Mapped[bool | None]
    spoke_to_child: Mapped[bool | None]
    child_seen: Mapped[bool | None]
    outcome: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(240), default="")
    visit: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    notes: Mapped[str] = mapped_column(Text, default="")
    next_action: Mapped[str] = mapped_column(String(400), default="")
    next_on: Mapped[date | None]
    restricted: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(120))
    entered_role: Mapped[str] = mapped_column(String(200), default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("enquiry.id"), unique=True)
    correction_reason: Mapped[str] = mapped_column(Text, default="")
    form_token: Mapped[str | None] = mapped_column(String(43), unique=True)

    registration: Mapped[Registration] = relationship()
    evidence: Mapped[list[EvidenceFile]] = relationship(order_by="EvidenceFile.id")


class EvidenceFile(Base):
    """A file that shows what an enquiry found, sealed; `token` is the random name it is asked for by.

    `size` and `sha256` are of the file as it was sent.
    """

    __tablename__ = "evidence_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id"), index=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(120))


class Review(Base):
    """A review as the DSL signed it (`cme.casework.review`): never edited, a later one stands beside it."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    form: Mapped[dict[str, Any]] = mapped_column(JSON)
    rating: Mapped[str] = mapped_column(String(10))
    signed_at: Mapped[datetime]
    signed_by: Mapped[str] = mapped_column(String(120))
    signed_role: Mapped[str] = mapped_column(String(200), default="")
