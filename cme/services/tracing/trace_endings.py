"""How a trace ends: closed with a result, or withdrawn. Whoever was asked is told to stop searching.

Source: tracing reference s.2.
"""

from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action as CaseAction
from cme.casework.case import Entry, Refused
from cme.casework.entries import TraceEntry
from cme.services.tracing.searches import note_no_trace
from cme.services.tracing.trace_holding import Held, hold, refusal
from cme.services.tracing.trace_messages import draft_end, withdraw_waiting
from cme.store.database import transaction
from cme.tracing.message import Purpose
from cme.tracing.states import Action, Result

LONGEST_REASON = 4000
LONGEST_NAME = 200

TOO_LONG = f"The reason must be {LONGEST_REASON:,} characters or fewer."
NAME_TOO_LONG = f"Who confirmed it must be {LONGEST_NAME} characters or fewer."
CONFLICT = "Two answers say different places. Rule one of them out first, with a reason."


def close(
    scope: Scope,
    reference: str,
    result: str,
    *,
    confirmed_by: str = "",
    reason: str = "",
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Close a trace with its result. Raises LookupError outside the scope.

    The case is closed by its own rules, never by this.
    """
    with transaction():
        held = hold(scope, reference, Permission.SEND_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        if fault := _length_fault(confirmed_by, reason):
            return fault
        if result == Result.LOCATED and held.view.conflict:
            return Refused((CONFLICT,), ("result",))
        outcome = held.decided(Action.CLOSE, reason=reason, result=result, confirmed_by=confirmed_by)
        if not outcome.is_done:
            return refusal(outcome)
        ended = Result(result)
        because = reason.strip()
        if ended is Result.LOCATED:
            because = " ".join(filter(None, (f"Confirmed by {confirmed_by.strip()}.", because)))
        if refused := _tell_case(held, ended, because, address=address):
            return refused
        _end(held, ended, because)
        if ended is Result.NO_TRACE and held.trace.case_id is None:
            note_no_trace(scope, held.trace, at=at, address=address)
        if ended is Result.LOCATED:
            draft_end(held, Purpose.STOP, address=address)
        else:
            withdraw_waiting(held, (Purpose.STOP,))
        if ended is Result.OTHER:
            draft_end(held, Purpose.ENDED, address=address)
        held.move(outcome, "trace.closed", address=address, result=ended.value)
    return None


def withdraw(
    scope: Scope, reference: str, reason: str, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Withdraw a trace, with the reason; where it was sent, those who were asked are told.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.WRITE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        if fault := _length_fault("", reason):
            return fault
        outcome = held.decided(Action.WITHDRAW, reason=reason)
        if not outcome.is_done:
            return refusal(outcome)
        if held.trace.sent_at is not None:
            if refused := _tell_case(held, Result.OTHER, reason.strip(), address=address):
                return refused
            withdraw_waiting(held, (Purpose.STOP,))
            draft_end(held, Purpose.ENDED, address=address)
        _end(held, Result.OTHER, reason.strip())
        held.move(outcome, "trace.withdrawn", address=address)
    return None


def _length_fault(confirmed_by: str, reason: str) -> Refused | None:
    if len(confirmed_by) > LONGEST_NAME:
        return Refused((NAME_TOO_LONG,), ("confirmed_by",))
    return Refused((TOO_LONG,), ("reason",)) if len(reason) > LONGEST_REASON else None


def _end(held: Held, result: Result, because: str) -> None:
    trace = held.trace
    trace.ended_at, trace.ended_by = held.at, held.scope.name
    trace.result, trace.end_reason = result.value, because
    withdraw_waiting(held, (Purpose.REMINDER, Purpose.ANSWER, Purpose.FOLLOW_UP))


def _tell_case(held: Held, result: Result, because: str, *, address: str) -> Refused | None:
    """Record the end in the case. Who confirmed it says where the child is: of a restricted child the
    school is not told."""
    told = TraceEntry(reference=held.trace.reference, result=result.value)
    entry = Entry(trace=told, reason="" if held.view.restricted else because)
    return held.in_case(CaseAction.END_TRACE, entry, address=address)
