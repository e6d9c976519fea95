"""Traces of children at other authorities, theirs here, pupil files, and what tells when a child turns up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cme.store.tables.base import Base
from cme.store.tables.cases import Case
from cme.store.tables.pupils import Pupil, Registration


class Trace(Base):
    """A request to other authorities to look for a child; `reference` is TR-yyyy-nnnn.

    `details` is everything the message is composed of, `choices` what is ticked to be in it, `chosen` the
    codes of the authorities where not every one is asked. `subject` and `body` are the text as it was sent,
    frozen then, '' before. `restricted` is somebody's decision that the child is looked for in confidence,
    whatever else is on record. `chosen_in_confidence`: who is asked was chosen while the child was so.
    `approved_at` is the second person's, and `asked` what the request said when that was first asked for or
    last decided. `override` is the manager's reason for a trace that the gate spoke against, asked for at
    `override_asked_at`, and `returned` why a manager sent the draft back.
    """

    __tablename__ = "trace"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"))
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    restricted: Mapped[bool] = mapped_column(default=False)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    audience: Mapped[str] = mapped_column(String(20), default="")
    wales: Mapped[bool] = mapped_column(default=False)
    chosen: Mapped[list[Any]] = mapped_column(JSON, default=list)
    chosen_in_confidence: Mapped[bool] = mapped_column(default=False)
    reply_by_on: Mapped[date | None]
    asked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    override_asked_at: Mapped[datetime | None]
    override: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(120))
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(120), default="")
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(String(120), default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(120), default="")
    returned: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(String(40), default="")
    end_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()

    pupil: Mapped[Pupil] = relationship()
    case: Mapped[Case | None] = relationship()
    recipients: Mapped[list[TraceRecipient]] = relationship(order_by="TraceRecipient.code")
    messages: Mapped[list[TraceMessage]] = relationship(order_by="TraceMessage.id")

    __table_args__ = (Index("ix_trace_authority_id_state", "authority_id", "state"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class TraceRecipient(Base):
    """One authority that was asked, as the list stood at sending: awaiting, answered or overdue."""

    __tablename__ = "trace_recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    trace_id: Mapped[int] = mapped_column(ForeignKey("trace.id"))
    code: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(20))
    reminded_at: Mapped[datetime | None]

    replies: Mapped[list[TraceReply]] = relationship(order_by="TraceReply.id")

    __table_args__ = (UniqueConstraint("trace_id", "code"),)


class TraceReply(Base):
    """What one authority answered. `answers` are what its `kind` asks to be captured.

    Nothing of it is changed. A place that turned out to be wrong is `ruled_out_at` with a reason.
    """

    __tablename__ = "trace_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("trace_recipient.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    officer: Mapped[str] = mapped_column(String(120), default="")
    replied_on: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))
    ruled_out_at: Mapped[datetime | None]
    ruled_out_by: Mapped[str] = mapped_column(String(120), default="")
    ruled_out_because: Mapped[str] = mapped_column(Text, default="")


class TraceMessage(Base):
    """A message after the request: a follow-up, an answer, a reminder, or "stop searching".

    `recipients` are codes of authorities. Frozen once `sent_at` is set; never sent where `withdrawn_at` is.
    About a restricted child words of somebody's own are approved by a second person before they are sent.
    """

    __tablename__ = "trace_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    trace_id: Mapped[int] = mapped_column(ForeignKey("trace.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    recipients: Mapped[list[Any]] = mapped_column(JSON, default=list)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(120))
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approval_asked_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(120), default="")
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(String(120), default="")
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CtfFile(Base):
    """A lost-pupil file (CTF) that the product made: its name and its hash, never its content.

    `sender` and `destination` are seven characters each; a number of theirs is never given twice.
    """

    __tablename__ = "ctf_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    sender: Mapped[str] = mapped_column(String(7))
    destination: Mapped[str] = mapped_column(String(7))
    sequence: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(40))
    ctf_version: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))

    registration: Mapped[Registration] = relationship()

    __table_args__ = (UniqueConstraint("sender", "destination", "sequence"),)


class SchoolLink(Base):
    """A school that became another, as when it turned into an academy; files to the old number lie unread.

    LAESTAB has seven characters, URN six; a part that is not known is ''.
    """

    __tablename__ = "school_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    laestab: Mapped[str] = mapped_column(String(7), index=True)
    urn: Mapped[str] = mapped_column(String(6), default="")
    successor_laestab: Mapped[str] = mapped_column(String(7), index=True)
    successor_urn: Mapped[str] = mapped_column(String(6), default="")
    successor_name: Mapped[str] = mapped_column(String(200), default="")
    changed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("laestab", "successor_laestab"),)


class IncomingTrace(Base):
    """Another authority's request to look for a child; `fields` is what was read of it and corrected.

    `reference` is our own, IN-yyyy-nnnn, and `batch` that of the first request that came with it. `unread`
    are the lines that were not understood, `draft` is the answer that is being written, `answer` the kind of
    the last one that was sent. `close_reason` has every reason for closing and for opening again. `original`,
    `fields`, `unread`, `draft` and `close_reason` are emptied when the details of a child who was not found
    are erased (`erased_at`); reference, dates and answer stay.
    """

    __tablename__ = "incoming_trace"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    batch: Mapped[str] = mapped_column(String(16), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"))
    sender_code: Mapped[str] = mapped_column(String(3), default="")
    sender_reference: Mapped[str] = mapped_column(String(80), default="", index=True)
    received_on: Mapped[date]
    reply_by_on: Mapped[date | None]
    original: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    unread: Mapped[list[Any]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(20))
    searched_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answer: Mapped[str] = mapped_column(String(24), default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(Text, default="")
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column()

    matches: Mapped[list[TraceMatch]] = relationship(order_by="TraceMatch.id")
    replies: Mapped[list[IncomingReply]] = relationship(order_by="IncomingReply.id")

    __table_args__ = (Index("ix_incoming_trace_authority_id_state", "authority_id", "state"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class IncomingReply(Base):
    """What we answered to another authority's request, as it was sent by hand; never changed.

    The text is emptied with the details of a child who was not found.
    """

    __tablename__ = "incoming_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_trace.id"), index=True)
    answer: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


class TraceMatch(Base):
    """Two records that may be of one child: whom somebody looks for, and who turned up.

    Looked for is the child of an incoming request, or a pupil of an open case or of the CME record
    (`sought_pupil_id`, `case_id`). Found is a pupil or a child of a list. `import_id` is the register that
    brought the child. `disposition` is what a person decided last; the history is `MatchDecision`.
    """

    __tablename__ = "trace_match"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"))
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_trace.id"), index=True)
    sought_pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"), index=True)
    listed_id: Mapped[int | None] = mapped_column(ForeignKey("listed_child.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("register_import.id"), index=True)
    label: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(200))
    disposition: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column()

    __table_args__ = (
        Index("ix_trace_match_authority_id_disposition", "authority_id", "disposition"),
        UniqueConstraint("incoming_id", "pupil_id"),
        UniqueConstraint("incoming_id", "listed_id"),
        UniqueConstraint("sought_pupil_id", "pupil_id"),
        UniqueConstraint("sought_pupil_id", "listed_id"),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class MatchDecision(Base):
    """What somebody decided of a match, and why; append-only."""

    __tablename__ = "match_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("trace_match.id"), index=True)
    disposition: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(120))


class ChildList(Base):
    """A list of children that is searched beside the rolls: home-educated children, or applications.

    A list that was uploaded waits, with its sealed `content` and the `columns` that somebody named (field by
    heading), until it is `taken_at`: then the content goes and the children come. A newer list of one `kind`
    replaces the one before, which then has `replaced_at` and no children but those of a match.
    """

    __tablename__ = "child_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    children: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class ListedChild(Base):
    """One child of a list, as the list gives it; a part that is not given is '' or None.

    `other_names` has further `upns`, `surnames` and `forenames`. `address` has the postcode on a line
    of its own.
    """

    __tablename__ = "listed_child"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("child_list.id"), index=True)
    surname: Mapped[str] = mapped_column(String(120), default="")
    forename: Mapped[str] = mapped_column(String(120), default="")
    born_on: Mapped[date | None]
    sex: Mapped[str] = mapped_column(String(1), default="")
    upn: Mapped[str] = mapped_column(String(13), default="")
    other_names: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(400), default="")


class SearchKey(Base):
    """By what a child is found (`identity.searching.keys_of`); derived, and rebuilt by `cme recount`.

    Of a pupil, a child of a list, or the child whom another authority's request asks for.
    """

    __tablename__ = "search_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), index=True)
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_trace.id"), index=True)
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"), index=True)
    listed_id: Mapped[int | None] = mapped_column(ForeignKey("listed_child.id"), index=True)


class HouseholdKey(Base):
    """By what a pupil may be of one family with others (`identity.households`); derived, and rebuilt by
    `cme recount`.

    Apart from `SearchKey`: what a family shares never finds the child whom somebody looks for.
    """

    __tablename__ = "household_key"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    tie: Mapped[str] = mapped_column(String(10), primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), primary_key=True, index=True)
