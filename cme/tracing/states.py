"""Where a trace stands, and the one table of what can be done to it: by whom, with what, and where it leads.

Draft, approved by a second person where the child is restricted, sent by hand, then live until the child is
found. Closing and withdrawing are done by people, never by a reply. Source: tracing reference s.2.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a trace stands. SENT: nobody has answered yet. LIVE: answers come, and the child is not found."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    READY = "ready"
    SENT = "sent"
    LIVE = "live"
    LOCATED = "located_verifying"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in the words people read."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether the trace still asks for somebody's work."""
        return self not in (State.CLOSED, State.WITHDRAWN)

    @property
    def is_frozen(self) -> bool:
        """Whether the text was sent, or never will be: changes go as a follow-up."""
        return self not in (State.DRAFT, State.AWAITING_APPROVAL, State.READY)


class Action(StrEnum):
    """What somebody can do to a trace."""

    WRITE = "write"
    ASK_OVERRIDE = "ask_override"
    OVERRIDE_GATE = "override_gate"
    FINISH = "finish"
    APPROVE = "approve"
    RETURN = "return"
    RECORD_SENT = "record_sent"
    RECORD_REPLY = "record_reply"
    RULE_OUT = "rule_out"
    WRITE_MESSAGE = "write_message"
    REMIND = "remind"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Power(StrEnum):
    """What the person must be permitted to do, by the names of permissions."""

    WRITE = "write_trace"
    APPROVE = "approve_trace"
    SEND = "send_trace"


class Result(StrEnum):
    """With what a trace is closed."""

    LOCATED = "located"
    NO_TRACE = "no_trace"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The result in the words people read."""
        return _RESULTS[self]


_RESULTS: Mapping[Result, str] = MappingProxyType(
    {
        Result.LOCATED: "The child is located",
        Result.NO_TRACE: "No trace",
        Result.OTHER: "Ended for another reason",
    }
)


@dataclass(frozen=True, slots=True)
class TraceFacts:
    """What is known when something is done to a trace; what an action does not ask for stays as it is.

    `missing`, `gate` and `reply_faults` are sentences: of the details, of the gate, and of a reply.
    `overridden`: a manager decided that the gate does not hold the request back. `recipient_faults` is about
    the authorities chosen, `late` the number that can be reminded, `waiting` the number that may still
    answer. `approved`: a second person approved the text as it is. `writer` and `actor` are ids of people;
    `sent_at`, `written_at` and `now` are instants.
    """

    restricted: bool
    writer: int | None = None
    actor: int | None = None
    missing: Collection[str] = ()
    gate: Collection[str] = ()
    overridden: bool = False
    recipient_faults: Collection[str] = ()
    reason: str = ""
    written_at: datetime | None = None
    approved: bool = False
    sent_at: datetime | None = None
    now: datetime | None = None
    was_sent: bool = False
    reply_faults: Collection[str] = ()
    is_find: bool = False
    late: int = 0
    waiting: int = 0
    located: bool = False
    result: str = ""
    confirmed_by: str = ""


class Need(StrEnum):
    """What an action cannot be done without."""

    DETAILS = "details"
    RECIPIENTS = "recipients"
    GATE = "gate"
    GATE_SHUT = "gate_shut"
    REASON = "reason"
    SECOND_PERSON = "second_person"
    APPROVED = "approved"
    SENT_AT = "sent_at"
    WAS_SENT = "was_sent"
    REPLY = "reply"
    LATE = "late"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `found` is the state instead, where an answer says where the child is."""

    state: State
    action: Action
    power: Power
    needs: tuple[Need, ...]
    next_state: State
    restricted: State | None = None
    found: State | None = None

    def leads_to(self, facts: TraceFacts) -> State:
        """The state after the action."""
        if self.found and facts.is_find:
            return self.found
        return self.restricted if self.restricted and facts.restricted else self.next_state


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action leads to: the state after it, or why not, by need; `refused` is {} where it is done."""

    next_state: State
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether the action can be done."""
        return not self.refused


def decide(state: State, action: Action, facts: TraceFacts, powers: Collection[str]) -> Outcome:
    """What an action does to a trace, or why it cannot be done. Never raises for a "no".

    `powers` are the names of the person's permissions.
    """
    row = TRANSITIONS.get((state, action))
    if row is None:
        return Outcome(state, {"state": f"{_VERBS[action]} cannot be done now. This trace: {state.label}."})
    if row.power not in powers:
        return Outcome(state, {"permission": _NOT_YOURS[row.power]})
    refused = {need.value: why for need in row.needs if (why := _CHECKS[need](facts))}
    return Outcome(state, refused) if refused else Outcome(row.leads_to(facts))


def actions_at(state: State, powers: Collection[str]) -> tuple[Action, ...]:
    """What somebody may do at a state, before a form is filled in: the buttons to show."""
    return tuple(row.action for row in TRANSITIONS.values() if row.state is state and row.power in powers)


_UNSENT = (State.DRAFT, State.AWAITING_APPROVAL, State.READY)
_OUT = (State.SENT, State.LIVE, State.LOCATED)
_OVER = (State.CLOSED, State.WITHDRAWN)

_ROWS = (
    # Whatever was approved is approved again once it is changed.
    *(Row(state, Action.WRITE, Power.WRITE, (), State.DRAFT) for state in _UNSENT),
    Row(State.DRAFT, Action.ASK_OVERRIDE, Power.WRITE, (Need.GATE_SHUT,), State.DRAFT),
    Row(State.DRAFT, Action.OVERRIDE_GATE, Power.APPROVE, (Need.GATE_SHUT, Need.REASON), State.DRAFT),
    Row(
        State.DRAFT,
        Action.FINISH,
        Power.WRITE,
        (Need.DETAILS, Need.RECIPIENTS, Need.GATE),
        State.READY,
        restricted=State.AWAITING_APPROVAL,
    ),
    Row(
        State.AWAITING_APPROVAL,
        Action.APPROVE,
        Power.APPROVE,
        (Need.SECOND_PERSON, Need.DETAILS, Need.RECIPIENTS),
        State.READY,
    ),
    Row(State.AWAITING_APPROVAL, Action.RETURN, Power.APPROVE, (Need.REASON,), State.DRAFT),
    # Since the text was ready the child may have become restricted, or the day for an answer have passed.
    Row(
        State.READY,
        Action.RECORD_SENT,
        Power.SEND,
        (Need.DETAILS, Need.RECIPIENTS, Need.APPROVED, Need.SENT_AT),
        State.SENT,
    ),
    *(
        Row(state, Action.RECORD_REPLY, Power.SEND, (Need.REPLY,), State.LIVE, found=State.LOCATED)
        for state in (State.SENT, State.LIVE)
    ),
    Row(State.LOCATED, Action.RECORD_REPLY, Power.SEND, (Need.REPLY,), State.LOCATED),
    # Answers come late. One that finds the child opens the trace again: nobody is lost because it was over.
    *(
        Row(state, Action.RECORD_REPLY, Power.SEND, (Need.WAS_SENT, Need.REPLY), state, found=State.LOCATED)
        for state in _OVER
    ),
    # Where two authorities found the child, the other find stands.
    Row(State.LOCATED, Action.RULE_OUT, Power.SEND, (Need.REASON,), State.LIVE, found=State.LOCATED),
    *(Row(state, Action.WRITE_MESSAGE, Power.SEND, (Need.WAS_SENT,), state) for state in (*_OUT, *_OVER)),
    *(Row(state, Action.REMIND, Power.SEND, (Need.LATE,), state) for state in (State.SENT, State.LIVE)),
    *(Row(state, Action.CLOSE, Power.SEND, (Need.RESULT,), State.CLOSED) for state in _OUT),
    *(
        Row(state, Action.WITHDRAW, Power.WRITE, (Need.REASON,), State.WITHDRAWN)
        for state in (*_UNSENT, *_OUT)
    ),
)

TRANSITIONS: Mapping[tuple[State, Action], Row] = MappingProxyType(
    {(row.state, row.action): row for row in _ROWS}
)
"""The transition table. What is not in it cannot be done."""


def _first(sentences: Collection[str]) -> str | None:
    return " ".join(sentences) or None


def _gate_shut(facts: TraceFacts) -> str | None:
    if facts.overridden:
        return "A manager has decided that the request can be made."
    return None if facts.gate else "Nothing is missing: no decision is needed."


def _second_person(facts: TraceFacts) -> str | None:
    """A writer who is not known cannot be told from the approver."""
    if facts.writer is not None and facts.actor is not None and facts.writer != facts.actor:
        return None
    return "A request about a restricted child is approved by a second person, not by the one who wrote it."


def _approved(facts: TraceFacts) -> str | None:
    if facts.approved or not facts.restricted:
        return None
    return "The child is restricted. A manager approves the request before it is sent. Finish it again."


def _sent_at(facts: TraceFacts) -> str | None:
    if facts.sent_at is None:
        return "Enter the date and time at which the request was sent."
    if facts.now is not None and facts.sent_at > facts.now:
        return "The request must have been sent now or earlier."
    if facts.written_at is not None and facts.sent_at < facts.written_at:
        return "The request cannot have been sent before it was written."
    return None


def _result(facts: TraceFacts) -> str | None:
    if facts.result not in set(Result):
        return "Choose the result of the trace."
    if facts.result == Result.LOCATED:
        if not facts.located:
            return "Nobody has said where the child is. Record the answer first, or choose another result."
        if not facts.confirmed_by.strip():
            return "Enter who confirmed it: an officer of the other authority, or the school."
    if facts.result == Result.NO_TRACE:
        if facts.located:
            return "Somebody has said where the child is. Rule that out first, with a reason."
        if facts.waiting:
            return "Not every authority has answered yet. Wait until each has, or is late."
    if facts.result == Result.OTHER and not facts.reason.strip():
        return "Enter why the trace is closed."
    return None


_CHECKS: Mapping[Need, Callable[[TraceFacts], str | None]] = MappingProxyType(
    {
        Need.DETAILS: lambda facts: _first(facts.missing),
        Need.RECIPIENTS: lambda facts: _first(facts.recipient_faults),
        Need.GATE: lambda facts: None if facts.overridden else _first(facts.gate),
        Need.GATE_SHUT: _gate_shut,
        Need.REASON: lambda facts: None if facts.reason.strip() else "Enter the reason.",
        Need.SECOND_PERSON: _second_person,
        Need.APPROVED: _approved,
        Need.SENT_AT: _sent_at,
        Need.WAS_SENT: lambda facts: None if facts.was_sent else "This request was never sent to anybody.",
        Need.REPLY: lambda facts: _first(facts.reply_faults),
        Need.LATE: lambda facts: None if facts.late else "No authority is late that was not reminded.",
        Need.RESULT: _result,
    }
)

_LABELS: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "Draft",
        State.AWAITING_APPROVAL: "Waiting for approval",
        State.READY: "Ready to send",
        State.SENT: "Sent",
        State.LIVE: "Answers coming in",
        State.LOCATED: "Located, to be verified",
        State.CLOSED: "Closed",
        State.WITHDRAWN: "Withdrawn",
    }
)

_VERBS: Mapping[Action, str] = MappingProxyType(
    {
        Action.WRITE: "Changing the request",
        Action.ASK_OVERRIDE: "Asking a manager to decide",
        Action.OVERRIDE_GATE: "Deciding to go on",
        Action.FINISH: "Finishing the request",
        Action.APPROVE: "Approving the request",
        Action.RETURN: "Sending the request back",
        Action.RECORD_SENT: "Recording that it was sent",
        Action.RECORD_REPLY: "Recording an answer",
        Action.RULE_OUT: "Ruling the location out",
        Action.WRITE_MESSAGE: "Writing a further message",
        Action.REMIND: "Reminding authorities",
        Action.CLOSE: "Closing the trace",
        Action.WITHDRAW: "Withdrawing the trace",
    }
)

_NOT_YOURS: Mapping[Power, str] = MappingProxyType(
    {
        Power.WRITE: "Only a CME officer writes trace requests.",
        Power.APPROVE: "Only a manager of the local authority decides this.",
        Power.SEND: "Only a CME officer records what was sent and answered.",
    }
)
