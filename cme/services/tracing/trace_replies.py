"""What other authorities answer: recorded as it came, and what it leads to.

No answer alters a roll or closes a case: what it says of where the child is goes to the case as a possible
location, for somebody to verify. Source: tracing reference s.2.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.case import Action as CaseAction
from cme.casework.case import Entry, Refused
from cme.casework.entries import LocationEntry, TraceEntry
from cme.casework.stages import Stage
from cme.casework.transitions import TRANSITIONS
from cme.clock import local_date
from cme.services.tracing.trace_holding import OVERTAKEN_HERE, Held, hold, refusal
from cme.services.tracing.trace_messages import draft_answer, draft_end, spare, withdraw_waiting
from cme.services.tracing.trace_views import reply_of, view_of
from cme.store import traces as store
from cme.store.database import db, transaction
from cme.store.tables import TraceRecipient, TraceReply
from cme.tracing.authorities import named
from cme.tracing.message import Purpose
from cme.tracing.recipients import Recipient, RecipientState, result_of, state_of
from cme.tracing.replies import Effect, Finding, Kind, Reply, conflict, effect_of, faults, finds
from cme.tracing.states import Action, Result, State

LONGEST_REASON = 4000

CHOOSE = "Choose the authorities that answered, of those that have not answered yet."

NOTHING_FOUND = "Every authority has answered or is late, and nobody found the child. Read it, and decide."
LATE = "Authorities have not answered the trace request in time. Remind them once."
DIFFERENT = "Two answers to the trace request say different places. Find out which is right."
NOT_A_FIND = "This answer does not say where the child is. There is nothing to rule out."
RULED_OUT = "This answer was ruled out before. Nothing was recorded again."
TOO_LONG = f"The reason must be {LONGEST_REASON:,} characters or fewer."


def record(
    scope: Scope, reference: str, reply: Reply, *, seen: int | None, at: datetime, address: str = ""
) -> Effect | Refused:
    """Record the answer of one authority that was asked; what it leads to, or Refused.

    `seen` is the number of that authority's answers when the form was opened: two people record one answer
    once. Raises LookupError outside the scope, and for an authority that was not asked.
    """
    with transaction():
        held = hold(scope, reference, Permission.SEND_TRACE, at=at)
        if isinstance(held, Refused):
            return held
        trace, view = held.trace, held.view
        recipient = next((each for each in trace.recipients if each.code == reply.code), None)
        if recipient is None:
            raise LookupError("this authority was not asked")
        if seen is not None and seen != len(recipient.replies):
            return Refused((OVERTAKEN_HERE,), ("seen",))
        sent_on = local_date(trace.sent_at) if trace.sent_at else None
        wrong = faults(reply, local_date(at), sent_on=sent_on, restricted=view.restricted)
        is_find = reply.finding.kind.is_find
        outcome = held.decided(Action.RECORD_REPLY, reply_faults=wrong.values(), is_find=is_find)
        if not outcome.is_done:
            return Refused(tuple(wrong.values()), tuple(wrong)) if wrong else refusal(outcome)
        if refused := _tell_case(held, reply, address=address):
            return refused
        _keep(held, recipient, reply)
        if is_find and not view.state.is_open:
            trace.ended_at, trace.ended_by, trace.end_reason = None, "", ""
            withdraw_waiting(held, (Purpose.ENDED,))
        held.move(outcome, "trace.replied", address=address, authority=reply.code, kind=reply.finding.kind)
        effect = effect_of(reply)
        _follow(held, reply, effect, address=address)
        return effect


def record_no_trace(
    scope: Scope,
    reference: str,
    codes: Collection[str],
    officer: str,
    on: date | None,
    *,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Record "no trace" of several authorities at once; of how many, or Refused, and then of none.

    Whoever answered meanwhile is passed over. Raises LookupError outside the scope.
    """
    nobody = Finding(Kind.NO_TRACE)
    with transaction():
        held = hold(scope, reference, Permission.SEND_TRACE, at=at)
        if isinstance(held, Refused):
            return held
        trace = held.trace
        answering = [
            each for each in trace.recipients if each.code in codes and each.state != RecipientState.ANSWERED
        ]
        if not answering:
            return Refused((CHOOSE,), ("codes",))
        sent_on = local_date(trace.sent_at) if trace.sent_at else None
        replies = [Reply(each.code, officer, on, nobody) for each in answering]
        wrong = faults(replies[0], local_date(at), sent_on=sent_on)
        outcome = held.decided(Action.RECORD_REPLY, reply_faults=wrong.values())
        if not outcome.is_done:
            return Refused(tuple(wrong.values()), tuple(wrong)) if wrong else refusal(outcome)
        code = answering[0].code if len(answering) == 1 else ""
        if refused := _tell_case(held, replace(replies[0], code=code), address=address):
            return refused
        for recipient, reply in zip(answering, replies, strict=True):
            _keep(held, recipient, reply)
        held.move(outcome, "trace.replied", address=address, authorities=len(replies), kind=nobody.kind)
        _note_result(held)
        return len(replies)


def rule_out(
    scope: Scope,
    reference: str,
    reply_id: int,
    reason: str,
    *,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Record that the child is not where an answer said, and why: the search goes on.

    Raises LookupError outside the scope, and for an answer of another trace.
    """
    with transaction():
        held = hold(scope, reference, Permission.SEND_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        answer = next((each for each in held.view.answers if each.row.id == reply_id), None)
        if answer is None:
            raise LookupError("the answer is not of this trace")
        if not answer.stands:
            return Refused((RULED_OUT,), ("stage",))
        if not answer.reply.finding.kind.is_find:
            return Refused((NOT_A_FIND,), ("stage",))
        if len(reason) > LONGEST_REASON:
            return Refused((TOO_LONG,), ("reason",))
        others = [each.reply for each in held.view.answers if each.stands and each is not answer]
        outcome = held.decided(Action.RULE_OUT, reason=reason, is_find=bool(finds(others)))
        if not outcome.is_done:
            return refusal(outcome)
        row = answer.row
        row.ruled_out_at, row.ruled_out_by, row.ruled_out_because = at, scope.name, reason.strip()
        held.move(outcome, "trace.ruled_out", address=address, reply=row.id)
        if outcome.next_state is State.LIVE:
            withdraw_waiting(held, (Purpose.STOP,))
        _note_result(held)
    return None


def let_time_pass(scope: Scope, reference: str, *, on: date, at: datetime) -> int:
    """Let the time for answers run out on a day: who has not answered is late, and officers are told once.

    How many authorities became late. Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.SEE_TRACES, at=at)
        if isinstance(held, Refused):
            raise LookupError("no version was asked for")
        trace, became = held.trace, 0
        if State(trace.state) not in store.OUT:
            return 0
        for each in trace.recipients:
            replies = [answer.reply for answer in held.view.answers if answer.reply.code == each.code]
            if trace.reply_by_on is None or each.state == RecipientState.ANSWERED:
                continue
            state = state_of(replies, trace.reply_by_on, on)
            became += state is RecipientState.OVERDUE and each.state != RecipientState.OVERDUE
            each.state = state.value
        if became:
            held.record("trace.overdue", address="", authorities=became)
            held.tell({Role.CME_OFFICER}, LATE, about="late")
            _note_result(held)
        return became


def sweep(scope: Scope, *, on: date, at: datetime) -> dict[str, int]:
    """Let the time run out of every trace within the scope; how many authorities became late."""
    late = store.list_late(scope, on)
    db.session.rollback()
    return {"answers overdue": sum(let_time_pass(scope, each, on=on, at=at) for each in late)}


def _keep(held: Held, recipient: TraceRecipient, reply: Reply) -> None:
    trace = held.trace
    finding = _minimised(reply.finding) if held.view.restricted else reply.finding
    recipient.replies.append(
        TraceReply(
            kind=finding.kind.value,
            officer=reply.officer.strip(),
            replied_on=reply.replied_on,
            answers=finding.to_json(),
            recorded_at=held.at,
            recorded_by=held.scope.name,
        )
    )
    db.session.flush()
    if trace.reply_by_on is not None:
        own = [reply_of(recipient, row) for row in recipient.replies]
        recipient.state = state_of(own, trace.reply_by_on, local_date(held.at)).value
    if recipient.state == RecipientState.ANSWERED:
        spare(held, recipient.code)


def _minimised(finding: Finding) -> Finding:
    """Where a restricted child lives is told by telephone and written down nowhere here; what else an answer
    says of it was refused."""
    return replace(finding, address="")


def _tell_case(held: Held, reply: Reply, *, address: str) -> Refused | None:
    """Record the answer in the case. Of a restricted child the school is not told which authority it was:
    it would know where the child is."""
    said = TraceEntry(
        reference=held.trace.reference,
        authority="" if held.view.restricted else reply.code,
        answer=reply.finding.kind.value,
    )
    return held.in_case(CaseAction.RECORD_TRACE_REPLY, Entry(trace=said), address=address)


def _follow(held: Held, reply: Reply, effect: Effect, *, address: str) -> None:
    """Everything that an answer leads to beside being kept."""
    if effect.located:
        held.trace.result = ""
        _report_location(held, reply, address=address)
    if effect.drafts_stop:
        draft_end(held, Purpose.STOP, address=address)
    if effect.drafts_answer:
        draft_answer(held, reply.code, address=address)
    view = view_of(held.scope, held.trace, at=held.at)
    if effect.located and conflict([each.reply for each in view.answers if each.stands]):
        held.tell({Role.CME_OFFICER}, DIFFERENT, about=f"conflict:{len(view.answers)}")
    _note_result(held)


def _report_location(held: Held, reply: Reply, *, address: str) -> None:
    """Report the possible location to the case, where it can be reported at its stage."""
    case = held.trace.case
    if case is None or (Stage(case.stage), CaseAction.REPORT_LOCATION) not in TRANSITIONS:
        return
    where = "another authority" if held.view.restricted else named(reply.code)
    entry = Entry(
        message=f"{reply.finding.kind.label}. The CME officer finds out more: see {held.trace.reference}.",
        location=LocationEntry(source=f"Answer of {where} to the trace request"),
    )
    held.in_case(CaseAction.REPORT_LOCATION, entry, address=address)


def _note_result(held: Held) -> None:
    """Note "no trace" once everybody has answered or is late and nobody found the child; it ends nothing."""
    trace = held.trace
    if not State(trace.state).is_open:
        return
    view = view_of(held.scope, trace, at=held.at)
    listed = [Recipient(each.code, RecipientState(each.state)) for each in trace.recipients]
    nothing = bool(result_of(listed, view.standing))
    if nothing and not trace.result:
        held.tell({Role.CME_OFFICER}, NOTHING_FOUND, about=f"no_trace:{len(view.answers)}")
    trace.result = Result.NO_TRACE.value if nothing else ""
