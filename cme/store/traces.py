"""Trace requests to other authorities, whom they went to, what was answered, and what was sent after them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.store.database import db
from cme.store.paging import Key, Slice, read_slice
from cme.store.searching import batches
from cme.store.tables import (
    Case,
    LocalAuthority,
    Registration,
    Trace,
    TraceMessage,
    TraceRecipient,
    TraceReply,
)
from cme.tracing.recipients import RecipientState
from cme.tracing.states import State

UNSENT = (State.DRAFT, State.AWAITING_APPROVAL, State.READY)
OUT = (State.SENT, State.LIVE, State.LOCATED)
ENDED = (State.CLOSED, State.WITHDRAWN)


class Part(StrEnum):
    """A part of the traces that somebody works through."""

    OPEN = "open"
    UNSENT = "unsent"
    APPROVAL = "approval"
    OVERDUE = "overdue"
    LOCATED = "located"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Answered:
    """How far the traces that are out have come: authorities asked, how many answered, how many of these only
    ask for more, after how many days on average, and how many messages wait to be sent."""

    asked: int
    answered: int
    asking: int
    days: float | None
    unsent_messages: int


def find(scope: Scope, reference: str, permission: Permission = Permission.SEE_TRACES) -> Trace | None:
    """One trace with everything that belongs to it; None outside the scope."""
    return db.session.scalar(
        select(Trace).where(Trace.reference == reference, traces_within(scope, permission)).options(*_WHOLE)
    )


def lock(scope: Scope, reference: str, permission: Permission) -> Trace | None:
    """The same, held until the transaction ends. Whoever holds its case too holds the case first."""
    locked = db.session.scalar(
        select(Trace.id)
        .where(Trace.reference == reference, traces_within(scope, permission))
        .with_for_update()
    )
    return find(scope, reference, permission) if locked else None


def find_case_reference(scope: Scope, reference: str, permission: Permission) -> tuple[str | None] | None:
    """The reference of the case of a trace, (None,) for one without a case; None outside the scope."""
    row = db.session.execute(
        select(Case.reference)
        .select_from(Trace)
        .outerjoin(Case, Case.id == Trace.case_id)
        .where(Trace.reference == reference, traces_within(scope, permission))
    ).first()
    return (row[0],) if row else None


def list_of_pupil(scope: Scope, pupil_id: int) -> Sequence[Trace]:
    """Every trace of a child, the newest first."""
    return db.session.scalars(
        select(Trace)
        .where(Trace.pupil_id == pupil_id, traces_within(scope, Permission.SEE_TRACES))
        .options(*_WHOLE)
        .order_by(Trace.id.desc())
    ).all()


def read_in_confidence(pupil_ids: Collection[int]) -> set[int]:
    """Those of the children whom a request looked for, or looks for, in confidence. One that was withdrawn
    counts if it had been sent."""
    return {
        each
        for some in batches(pupil_ids)
        for each in db.session.scalars(
            select(Trace.pupil_id).where(
                Trace.pupil_id.in_(some),
                Trace.restricted,
                or_(Trace.state != State.WITHDRAWN.value, Trace.sent_at.is_not(None)),
            )
        )
    }


def find_unsent(pupil_id: int, authority_id: int) -> str | None:
    """The reference of a trace of a child that is being written; None where there is none."""
    return db.session.scalar(
        select(Trace.reference)
        .where(Trace.pupil_id == pupil_id, Trace.authority_id == authority_id, Trace.state.in_(UNSENT))
        .order_by(Trace.id.desc())
        .limit(1)
    )


def read_part(scope: Scope, part: Part, *, after: str = "", before: str = "", per_page: int = 25) -> Slice:
    """A page of the traces of a part, the newest first."""
    query = (
        select(Trace)
        .where(traces_within(scope, Permission.SEE_TRACES), _in(part))
        .options(
            joinedload(Trace.pupil),
            joinedload(Trace.case),
            selectinload(Trace.recipients),
            selectinload(Trace.messages),
        )
    )
    keys = (Key(Trace.id.expression, int, descending=True),)
    return read_slice(query, keys, after=after, before=before, per_page=per_page)


def count_parts(scope: Scope) -> dict[Part, int]:
    """How many traces each part has."""
    within = traces_within(scope, Permission.SEE_TRACES)
    counts = [select(func.count(Trace.id)).where(within, _in(part)).scalar_subquery() for part in Part]
    return dict(zip(Part, db.session.execute(select(*counts)).one(), strict=True))


def count_answers(scope: Scope) -> Answered:
    """How far the traces that are out have come. Whoever only asks for more has answered too."""
    within, is_out = traces_within(scope, Permission.SEE_TRACES), Trace.state.in_(OUT)
    asked = db.session.scalar(
        select(func.count(TraceRecipient.id))
        .join(Trace, Trace.id == TraceRecipient.trace_id)
        .where(within, is_out)
    )
    replied = db.session.execute(
        select(Trace.sent_at, func.min(TraceReply.replied_on), TraceRecipient.state)
        .join(TraceRecipient, TraceRecipient.trace_id == Trace.id)
        .join(TraceReply, TraceReply.recipient_id == TraceRecipient.id)
        .where(within, is_out)
        .group_by(TraceRecipient.id, Trace.sent_at, TraceRecipient.state)
    ).all()
    days = [(on - local_date(sent_at)).days for sent_at, on, _ in replied if sent_at]
    unsent = db.session.scalar(
        select(func.count(TraceMessage.id))
        .join(Trace, Trace.id == TraceMessage.trace_id)
        .where(within, TraceMessage.sent_at.is_(None), TraceMessage.withdrawn_at.is_(None))
    )
    return Answered(
        asked=asked or 0,
        answered=len(replied),
        asking=sum(state != RecipientState.ANSWERED for *_, state in replied),
        days=sum(days) / len(days) if days else None,
        unsent_messages=unsent or 0,
    )


def list_late(scope: Scope, on: date) -> Sequence[str]:
    """The references of the traces that are out and have somebody waited for whose time is over on a day."""
    waited_for = select(TraceRecipient.trace_id).where(TraceRecipient.state == RecipientState.AWAITING)
    return db.session.scalars(
        select(Trace.reference)
        .where(
            traces_within(scope, Permission.SEE_TRACES),
            Trace.state.in_(OUT),
            Trace.reply_by_on < on,
            Trace.id.in_(waited_for),
        )
        .order_by(Trace.id)
    ).all()


def last_written_by(scope: Scope, user_id: int | None) -> Trace | None:
    """The last trace that somebody wrote, from which their own phone and e-mail are taken; None if none."""
    if user_id is None:
        return None
    return db.session.scalar(
        select(Trace)
        .where(Trace.writer_id == user_id, traces_within(scope, Permission.SEE_TRACES))
        .order_by(Trace.id.desc())
        .limit(1)
    )


def read_registration_ids(pupil_ids: Collection[int]) -> dict[int, list[int]]:
    """Every place that children, found within a scope, have or had on a roll here, by pupil."""
    found: dict[int, list[int]] = {}
    for some in batches(pupil_ids):
        rows = db.session.execute(
            select(Registration.pupil_id, Registration.id).where(
                Registration.pupil_id.in_(some), Registration.annulled_at.is_(None)
            )
        )
        for pupil_id, registration_id in rows:
            found.setdefault(pupil_id, []).append(registration_id)
    return found


def next_reference(year: int) -> str:
    """The next reference of a year, TR-yyyy-nnnn; writers take turns until their transaction ends."""
    db.session.execute(
        select(LocalAuthority.id).order_by(LocalAuthority.id).limit(1).with_for_update(key_share=True)
    )
    prefix = f"TR-{year:04d}-"
    last = db.session.scalar(
        select(Trace.reference)
        .where(Trace.reference.startswith(prefix))
        .order_by(func.length(Trace.reference).desc(), Trace.reference.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


def find_authority(authority_id: int) -> LocalAuthority:
    """The authority of a trace that was found within a scope."""
    return db.session.get_one(LocalAuthority, authority_id)


def traces_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on Trace that keeps those of the authorities where the scope holds the permission."""
    return Trace.authority_id.in_(scope.reach(permission).authorities)


_WHOLE = (
    joinedload(Trace.pupil),
    joinedload(Trace.case).selectinload(Case.events),
    joinedload(Trace.case).joinedload(Case.registration).joinedload(Registration.pupil),
    joinedload(Trace.case).joinedload(Case.school),
    selectinload(Trace.recipients).selectinload(TraceRecipient.replies),
    selectinload(Trace.messages),
)


def _in(part: Part) -> ColumnElement[bool]:
    late = select(TraceRecipient.trace_id).where(TraceRecipient.state == RecipientState.OVERDUE)
    match part:
        case Part.OPEN:
            return Trace.state.not_in(ENDED)
        case Part.UNSENT:
            return Trace.state.in_(UNSENT)
        case Part.APPROVAL:
            waiting = select(TraceMessage.trace_id).where(*_WAITS)
            undecided = (
                (Trace.state == State.DRAFT) & Trace.override_asked_at.is_not(None) & (Trace.override == "")
            )
            return or_(Trace.state == State.AWAITING_APPROVAL, undecided, Trace.id.in_(waiting))
        case Part.OVERDUE:
            return Trace.state.in_(OUT) & Trace.id.in_(late)
        case Part.LOCATED:
            return Trace.state == State.LOCATED
        case Part.ENDED:
            return Trace.state.in_(ENDED)


_WAITS = (
    TraceMessage.approval_asked_at.is_not(None),
    TraceMessage.approved_at.is_(None),
    TraceMessage.sent_at.is_(None),
    TraceMessage.withdrawn_at.is_(None),
)
"""A message about a restricted child that a manager has yet to approve."""
