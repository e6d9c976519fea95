"""Messages after a trace request: follow-ups, answers, reminders, and that the search is over.

Each is drafted here, pasted and sent by hand, and recorded as sent. About a restricted child words of
somebody's own are approved by a second person. Source: tracing reference s.2.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.services.papers import Paper
from cme.services.tracing.trace_holding import OVERTAKEN_HERE, Held, hold, refusal
from cme.services.tracing.trace_views import TraceView, permissions_at, show, told_too_much, waiting_messages
from cme.services.tracing.traces import hand_out
from cme.store.database import db, transaction
from cme.store.tables import Trace, TraceMessage
from cme.tracing import message as texts
from cme.tracing.details import TraceDetails
from cme.tracing.message import Message, Purpose, words_of
from cme.tracing.states import Action, State

LONGEST_TEXT = 4000

NO_TEXT = "Enter what the message says."
TOO_LONG = f"The message must be {LONGEST_TEXT:,} characters or fewer."
NOBODY = "Choose whom the message goes to: authorities that were asked."
OVER = "This message was sent or withdrawn before. Nothing was recorded again."
FIXED = "The words of this message are always the same. Write a follow-up to say more."
UNWRITTEN = "Write the message first."
NOT_YET = (
    "The search goes on until somebody confirms where the child is. Close the trace as located, and say "
    "who confirmed it. Then send this."
)
APPROVE_FIRST = "The child is restricted. A manager approves the message before it is sent."
OWN_WORDS = "A message about a restricted child is approved by a second person, not by the one who wrote it."
NO_APPROVAL = "This message needs no approval."
SENT_AT = "Enter the date and time at which the message was sent."
NOT_AHEAD = "The message must have been sent now or earlier."
NOT_BEFORE = "The message cannot have been sent before it was written."
NOT_ITS_OWN = "This message belongs to the end of the trace: reopen nothing by withdrawing it."


def remind(
    scope: Scope, reference: str, *, seen: int | None, at: datetime, address: str = ""
) -> int | Refused:
    """Draft the one reminder to every authority that is late; the message's id, or Refused.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.SEND_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.REMIND)
        if not outcome.is_done:
            return refusal(outcome)
        message = texts.reminder(held.view.draft.details)
        return _add(held, Purpose.REMINDER, held.view.late, message, address=address)


def begin(
    scope: Scope,
    reference: str,
    codes: Sequence[str],
    text: str,
    *,
    purpose: Purpose = Purpose.FOLLOW_UP,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Write a follow-up or an answer to authorities that were asked; the message's id, or Refused.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.SEND_TRACE, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.WRITE_MESSAGE)
        if not outcome.is_done:
            return refusal(outcome)
        asked = {each.code for each in held.trace.recipients}
        if not codes or not asked.issuperset(codes):
            return Refused((NOBODY,), ("codes",))
        if fault := _text_fault(held, text):
            return Refused((fault,), ("text",))
        message = _worded(held.view.draft.details, purpose, text)
        return _add(held, purpose, sorted(set(codes)), message, address=address)


def write(
    scope: Scope,
    reference: str,
    message_id: int,
    text: str,
    *,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Change the words of a message that was not sent; an approval of it is over.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = _hold(scope, reference, Permission.SEND_TRACE, at=at)
        message = _own(held, message_id)
        if refused := _stale(message, seen) or _not_own_words(message):
            return refused
        if fault := _text_fault(held, text):
            return Refused((fault,), ("text",))
        written = _worded(held.view.draft.details, Purpose(message.purpose), text)
        message.body = written.body
        message.written_at, message.written_by, message.writer_id = at, scope.name, scope.user_id
        message.approved_at, message.approved_by = None, ""
        _ask_approval(held, message)
        held.record("trace.message_written", address=address, message=message.id)
    return None


def approve(
    scope: Scope, reference: str, message_id: int, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """A second person's approval of a message. Raises LookupError outside the scope."""
    with transaction():
        held = _hold(scope, reference, Permission.APPROVE_TRACE, at=at)
        message = _own(held, message_id)
        if refused := _stale(message, seen):
            return refused
        if not needs_approval(held.view, message):
            return Refused((NO_APPROVAL,), ("stage",))
        if not words_of(message.body):
            return Refused((UNWRITTEN,), ("text",))
        if scope.user_id is None or message.writer_id is None or scope.user_id == message.writer_id:
            return Refused((OWN_WORDS,), ("second_person",))
        message.approved_at, message.approved_by = at, scope.name
        held.record("trace.message_approved", address=address, message=message.id)
        what = "A message of the trace is approved. Send it, and record that it was sent."
        held.tell({Role.CME_OFFICER}, what, about=f"message:{message.id}:approved:{message.version}")
    return None


def record_sent(
    scope: Scope,
    reference: str,
    message_id: int,
    sent_at: datetime | None,
    *,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Record that a message was pasted and sent, and when. Raises LookupError outside the scope."""
    with transaction():
        held = _hold(scope, reference, Permission.SEND_TRACE, at=at)
        message = _own(held, message_id)
        if refused := _stale(message, seen):
            return refused
        if fault := unready(held.view, message):
            return Refused((fault,), ("stage",))
        if fault := _time_fault(message, sent_at, at):
            return Refused((fault,), ("sent_at",))
        message.sent_at, message.sent_by = sent_at, scope.name
        if message.purpose == Purpose.REMINDER:
            for each in held.trace.recipients:
                if each.code in message.recipients:
                    each.reminded_at = sent_at
        held.record("trace.message_sent", address=address, message=message.id)
    return None


def withdraw(
    scope: Scope, reference: str, message_id: int, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Take a message back that was not sent. Raises LookupError outside the scope."""
    with transaction():
        held = _hold(scope, reference, Permission.SEND_TRACE, at=at)
        message = _own(held, message_id)
        if refused := _stale(message, seen):
            return refused
        if not Purpose(message.purpose).is_own_words and message.purpose != Purpose.REMINDER:
            return Refused((NOT_ITS_OWN,), ("stage",))
        message.withdrawn_at = at
        held.record("trace.message_withdrawn", address=address, message=message.id)
    return None


def download(
    scope: Scope, reference: str, message_id: int, *, at: datetime, address: str = ""
) -> Paper | Refused:
    """A message as a text file, once it can be sent. Raises LookupError outside the scope."""
    view = show(scope, reference, at=at)
    if view is None or Permission.SEND_TRACE not in permissions_at(scope, view.trace):
        raise LookupError("the trace is not within the scope")
    message = find(view.trace, message_id)
    if message.sent_at is None and (fault := unready(view, message)):
        return Refused((fault,), ("stage",))
    name = f"{reference}-{message.purpose.replace('_', '-')}-{message.id}"
    text = Message(message.subject, message.body)
    return hand_out(scope, view.trace, text, name, at=at, address=address)


def find(trace: Trace, message_id: int) -> TraceMessage:
    """A message of a trace. Raises LookupError for any other."""
    found = next((each for each in trace.messages if each.id == message_id), None)
    if found is None:
        raise LookupError("the message is not of this trace")
    return found


def needs_approval(view: TraceView, message: TraceMessage) -> bool:
    """Whether a second person approves a message: about a restricted child, in words of somebody's own."""
    return view.restricted and Purpose(message.purpose).is_own_words


def unready(view: TraceView, message: TraceMessage) -> str:
    """What keeps a message from being sent, in a sentence; '' where nothing does."""
    if message.sent_at is not None or message.withdrawn_at is not None:
        return OVER
    if message.purpose == Purpose.STOP and view.state is not State.CLOSED:
        return NOT_YET
    if Purpose(message.purpose).is_own_words and not words_of(message.body):
        return UNWRITTEN
    if needs_approval(view, message) and message.approved_at is None:
        return APPROVE_FIRST
    return told_too_much(view.trace, words_of(message.body), restricted=view.restricted)


def draft_end(held: Held, purpose: Purpose, *, address: str) -> None:
    """Draft the message that the search is over to every authority that was asked, unless it is drafted."""
    waiting = {each.purpose for each in waiting_messages(held.trace)}
    if purpose in waiting or held.trace.sent_at is None:
        return
    sender = held.view.draft.details.sender
    make = texts.stop if purpose is Purpose.STOP else texts.ended
    codes = [each.code for each in held.trace.recipients]
    _add(held, purpose, codes, make(sender.code, held.trace.reference), address=address)


def draft_answer(held: Held, code: str, *, address: str) -> None:
    """Begin the answer to an authority that asked for more: its words are for a person to find."""
    is_begun = any(
        each.purpose == Purpose.ANSWER and list(each.recipients) == [code]
        for each in waiting_messages(held.trace)
    )
    if not is_begun:
        message = _worded(held.view.draft.details, Purpose.ANSWER, "")
        _add(held, Purpose.ANSWER, [code], message, address=address)


def withdraw_waiting(held: Held, purposes: Iterable[Purpose]) -> None:
    """Take back the messages of some purposes that were not sent: what they were for is over."""
    for each in waiting_messages(held.trace):
        if each.purpose in set(purposes):
            each.withdrawn_at = held.at


def spare(held: Held, code: str) -> None:
    """Take an authority that has answered off a reminder that was not sent."""
    for each in waiting_messages(held.trace):
        if each.purpose == Purpose.REMINDER and code in each.recipients:
            each.recipients = [other for other in each.recipients if other != code]
            each.withdrawn_at = None if each.recipients else held.at


def _add(held: Held, purpose: Purpose, codes: Sequence[str], text: Message, *, address: str) -> int:
    message = TraceMessage(
        trace_id=held.trace.id,
        purpose=purpose.value,
        recipients=list(codes),
        subject=text.subject,
        body=text.body,
        written_at=held.at,
        written_by=held.scope.name,
        writer_id=held.scope.user_id,
    )
    held.trace.messages.append(message)
    db.session.flush()
    _ask_approval(held, message)
    held.record("trace.message_begun", address=address, message=message.id)
    return message.id


def _ask_approval(held: Held, message: TraceMessage) -> None:
    if needs_approval(held.view, message) and words_of(message.body):
        message.approval_asked_at = held.at
        db.session.flush()
        what = "A message about this child waits for your approval, in its trace."
        held.tell({Role.LA_MANAGER}, what, about=f"message:{message.id}:{message.version}")


def _hold(scope: Scope, reference: str, permission: Permission, *, at: datetime) -> Held:
    held = hold(scope, reference, permission, at=at)
    if isinstance(held, Refused):
        raise LookupError("no version was asked for")
    return held


def _own(held: Held, message_id: int) -> TraceMessage:
    return find(held.trace, message_id)


def _stale(message: TraceMessage, seen: int | None) -> Refused | None:
    if message.sent_at is not None or message.withdrawn_at is not None:
        return Refused((OVER,), ("stage",))
    if seen is not None and seen != message.version:
        return Refused((OVERTAKEN_HERE,), ("seen",))
    return None


def _not_own_words(message: TraceMessage) -> Refused | None:
    return None if Purpose(message.purpose).is_own_words else Refused((FIXED,), ("text",))


def _text_fault(held: Held, text: str) -> str:
    if not text.strip():
        return NO_TEXT
    if len(text) > LONGEST_TEXT:
        return TOO_LONG
    return told_too_much(held.trace, text, restricted=held.view.restricted)


def _time_fault(message: TraceMessage, sent_at: datetime | None, at: datetime) -> str:
    if sent_at is None:
        return SENT_AT
    if sent_at > at:
        return NOT_AHEAD
    begun_at = max(message.written_at, message.approved_at or message.written_at)
    return NOT_BEFORE if sent_at < begun_at.replace(second=0, microsecond=0) else ""


def _worded(details: TraceDetails, purpose: Purpose, text: str) -> Message:
    make = texts.answer if purpose is Purpose.ANSWER else texts.follow_up
    return make(details, text)
