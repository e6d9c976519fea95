"""Joint statements, what is recorded for the gate, removals, and the record of children on no roll."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.cases import Case
from cme.store.tables.places import LocalAuthority
from cme.store.tables.pupils import Pupil, Registration


class JointStatement(Base):
    """What school and authority conclude together; a new version is a new row, `number` counts them.

    `content` is everything that is signed, `sha256` its hash; both are frozen from the first signature on.
    `basis` is what was on record when it was written (`casework.removal.statement.Basis`). `withdrawn_at` is
    set when it was reopened, with the reason.
    """

    __tablename__ = "joint_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    basis: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sha256: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(120))
    school_signed_at: Mapped[datetime | None]
    school_signed_by: Mapped[str] = mapped_column(String(120), default="")
    school_signed_role: Mapped[str] = mapped_column(String(200), default="")
    school_signer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    authority_signed_at: Mapped[datetime | None]
    authority_signed_by: Mapped[str] = mapped_column(String(120), default="")
    authority_signed_role: Mapped[str] = mapped_column(String(200), default="")
    authority_signer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()

    __table_args__ = (UniqueConstraint("case_id", "number"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class RemovalFact(Base):
    """One fact recorded for the gate of a case; append-only, of each `kind` the last stands.

    `value` is JSON: a boolean, or the fields of a finding.
    """

    __tablename__ = "removal_fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    value: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_role: Mapped[str] = mapped_column(String(200))


class Removal(Base):
    """A removal from one school's register: proposed, checked by admissions, decided. Never deleted.

    `ground` is the letter of the ground. `answers` are those of the removal return, `evidence` what another
    ground than H and I rests on. `conditions` are the lines of the gate as they stood at the proposal, and at
    the removal once `removed_on` is set; `facts` what they were judged on. `sha256` is the joint statement's.
    `checks` are what admissions looked up. One that was withdrawn, queried or lost its ground has `ended_at`.
    """

    __tablename__ = "removal"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    ground: Mapped[str] = mapped_column(String(1))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    conditions: Mapped[list[Any]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(String(120))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    delivered_at: Mapped[datetime | None]
    delivered_by: Mapped[str] = mapped_column(String(120), default="")
    delivered_how: Mapped[str] = mapped_column(String(200), default="")
    confirmation: Mapped[str] = mapped_column(String(20), default="")
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    said: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_role: Mapped[str] = mapped_column(String(200), default="")
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()

    case: Mapped[Case] = relationship()
    registration: Mapped[Registration] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SpellCheck(Base):
    """That the authority looked again for a child on its record who has no case.

    `sources` are the places in words, `result` a result of an enquiry. With a case it is an enquiry (E48).
    """

    __tablename__ = "spell_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    spell_id: Mapped[int] = mapped_column(ForeignKey("cme_spell.id"), index=True)
    made_on: Mapped[date]
    made_by: Mapped[str] = mapped_column(String(120))
    sources: Mapped[str] = mapped_column(String(240))
    result: Mapped[str] = mapped_column(String(24))
    notes: Mapped[str] = mapped_column(Text, default="")
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(120))


class CmeSpell(Base):
    """A time in which a child of compulsory school age is on no school's roll and not suitably educated.

    `started_on` is the first day off every roll, None where nobody knows it. `reason` is one of the DfE's
    primary reasons, `end_reason` an outcome's code. The particulars for the return (`sex`, `year_group`,
    `flags`) are those of the start. A child who was never at a school here has no case.
    """

    __tablename__ = "cme_spell"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"), index=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(80), default="")
    end_reason: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    sex: Mapped[str] = mapped_column(String(1), default="")
    year_group: Mapped[str] = mapped_column(String(20), default="")
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column()

    pupil: Mapped[Pupil] = relationship()
    case: Mapped[Case | None] = relationship()
    authority: Mapped[LocalAuthority] = relationship()
    checks: Mapped[list[SpellCheck]] = relationship(order_by="SpellCheck.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SavedQueue(Base):
    """A filter of the queue that somebody gave a name; `query` is its address without the path."""

    __tablename__ = "saved_queue"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("user_id", "name"),)
