"""Answering another authority's request: drafted, copied or downloaded, and recorded as sent by hand.

What was sent is never changed; a further answer is a further row. Source: tracing reference s.3, point 6.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.clock import local_date
from cme.services.papers import Paper
from cme.services.tracing.incoming import hold
from cme.services.tracing.incoming_views import WHO_ASKS, Draft, faults_of, sender_of, show, view_of
from cme.services.tracing.traces import TEXT_TYPE
from cme.store import audit
from cme.store import incoming as store
from cme.store.database import transaction
from cme.store.tables import IncomingReply, IncomingTrace
from cme.tracing.answering import Request, no_trace_of
from cme.tracing.incoming import TELEPHONE, State
from cme.tracing.message import Message
from cme.tracing.replies import Kind

NO_DRAFT = "Write the answer first."
SENT_WHEN = "Enter the date and time at which it was sent."
NOT_YET = "The time of sending must be now or earlier, and after the request came."
CHANGED = "Somebody changed these requests meanwhile. Look at them again before you record anything."


def write(
    scope: Scope, reference: str, draft: Draft, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Keep an answer that is written; or Refused, with what is missing.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, seen=seen)
        if isinstance(held, Refused):
            return held
        view = view_of(scope, held, at=at)
        kept = Draft(None, draft.phone, draft.email) if view.restricted else draft
        faults = faults_of(held, view.candidates, kept, restricted=view.restricted)
        if faults:
            return Refused(tuple(faults.values()), tuple(faults))
        held.draft = kept.to_json()
        audit.record(scope, "incoming.drafted", f"incoming:{held.id}", at=at, address=address)
    return None


def record_sent(
    scope: Scope,
    reference: str,
    sent_at: datetime | None,
    *,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Record that the answer was pasted and sent, and when: its text is fixed. Raises LookupError outside the
    scope."""
    with transaction():
        held = hold(scope, reference, seen=seen)
        if isinstance(held, Refused):
            return held
        view = view_of(scope, held, at=at)
        if view.draft is None or view.message is None:
            return Refused((NO_DRAFT,), ("stage",))
        if view.faults:
            return Refused(tuple(view.faults.values()), tuple("stage" for _ in view.faults))
        if not held.sender_code:
            return Refused((WHO_ASKS,), ("sender_code",))
        wrong = _wrong_time(sent_at, [held], at)
        if sent_at is None or wrong:
            return Refused((wrong or SENT_WHEN,), ("sent_at",))
        finding = view.draft.finding
        answer = TELEPHONE if view.restricted or finding is None else finding.kind.value
        _answered(scope, held, answer, view.message, sent_at, at=at, address=address)
    return None


def download(scope: Scope, reference: str, *, at: datetime, address: str = "") -> Paper | Refused:
    """The answer that is written, as a text file; that it was made is audited by its hash.

    Raises LookupError outside the scope.
    """
    view = show(scope, reference, at=at)
    if view is None or not scope.may(Permission.RECEIVE_TRACE, authority_id=view.request.authority_id):
        raise LookupError("the request is not within the scope")
    if view.message is None:
        return Refused((NO_DRAFT,), ("stage",))
    if view.faults:
        return Refused(tuple(view.faults.values()), tuple("stage" for _ in view.faults))
    return _handed_out(scope, view.request, view.message, at=at, address=address)


@dataclass(frozen=True, slots=True)
class Nobody:
    """The requests of one authority that came together and found nobody, with the one message for them all.

    `seen` stands for exactly these requests as they are; `others` are the codes of further authorities whose
    requests of the same list found nobody. Where it is not known who asks, nobody can be answered.
    """

    requests: Sequence[IncomingTrace]
    sender_code: str
    message: Message
    seen: str
    others: Sequence[str]


def nobody_found(
    scope: Scope, batch: str, sender_code: str | None, *, today: date, to_change: bool = False
) -> Nobody | None:
    """Whom "no trace" can be answered about at once: searched, nobody found and nothing answered.

    None where nobody is left. Without a sender: of the first who has any. Raises LookupError outside the
    scope.
    """
    permission = Permission.RECEIVE_TRACE if to_change else Permission.SEE_TRACES
    rows = store.list_batch(scope, batch, permission)
    if not rows:
        raise LookupError("the requests are not within the scope")
    open_ones = [each for each in rows if is_nobody(each) and each.sender_code]
    codes = list(dict.fromkeys(each.sender_code for each in open_ones))
    code = sender_code if sender_code is not None else next(iter(codes), None)
    chosen = [each for each in open_ones if each.sender_code == code]
    if code is None or not chosen:
        return None
    asked = [Request(each.sender_reference, each.reference) for each in chosen]
    message = no_trace_of(asked, sender_of(scope, chosen[0].authority_id, today))
    seen = hashlib.sha256(repr([(each.id, each.version) for each in chosen]).encode()).hexdigest()
    return Nobody(chosen, code, message, seen, [each for each in codes if each != code])


def is_nobody(request: IncomingTrace) -> bool:
    """Whether "no trace" is the answer to a request, and was not given yet."""
    return request.state == State.SEARCHED and not request.matches and request.answered_at is None


def record_nobody_found(
    scope: Scope,
    batch: str,
    sender_code: str,
    sent_at: datetime | None,
    *,
    seen: str,
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Record that "no trace" was sent about all of them; how many. Raises LookupError outside the scope."""
    with transaction():
        found = nobody_found(scope, batch, sender_code, today=local_date(at), to_change=True)
        if found is None or found.seen != seen:
            return Refused((CHANGED,), ("seen",))
        wrong = _wrong_time(sent_at, found.requests, at)
        if sent_at is None or wrong:
            return Refused((wrong or SENT_WHEN,), ("sent_at",))
        for each in found.requests:
            _answered(scope, each, Kind.NO_TRACE.value, found.message, sent_at, at=at, address=address)
        return len(found.requests)


def download_nobody_found(
    scope: Scope, batch: str, sender_code: str, *, at: datetime, address: str = ""
) -> Paper | None:
    """The message for them all as a text file; None where nobody is left. Raises LookupError outside the
    scope."""
    found = nobody_found(scope, batch, sender_code, today=local_date(at))
    if found is None:
        return None
    return _handed_out(scope, found.requests[0], found.message, at=at, address=address)


def _answered(
    scope: Scope,
    request: IncomingTrace,
    answer: str,
    message: Message,
    sent_at: datetime,
    *,
    at: datetime,
    address: str,
) -> None:
    store.add_reply(
        IncomingReply(
            incoming_id=request.id,
            answer=answer,
            subject=message.subject,
            body=message.body,
            sent_at=sent_at,
            sent_by=scope.name,
            recorded_at=at,
        )
    )
    request.answer, request.answered_at, request.draft = answer, sent_at, {}
    request.state = State.ANSWERED.value
    detail: dict[str, audit.Word] = {"as": answer}
    audit.record(scope, "incoming.answered", f"incoming:{request.id}", at=at, address=address, detail=detail)


def _wrong_time(sent_at: datetime | None, requests: Sequence[IncomingTrace], at: datetime) -> str:
    """Why an answer cannot have been sent then; '' where it can."""
    if sent_at is None:
        return ""
    came_on = max(each.received_on for each in requests)
    return NOT_YET if sent_at > at or local_date(sent_at) < came_on else ""


def _handed_out(
    scope: Scope, request: IncomingTrace, message: Message, *, at: datetime, address: str
) -> Paper:
    content = message.text.encode()
    detail: dict[str, audit.Word] = {"sha256": hashlib.sha256(content).hexdigest()}
    with transaction():
        audit.record(
            scope, "incoming.text_made", f"incoming:{request.id}", at=at, address=address, detail=detail
        )
    return Paper(f"{request.reference}.txt", content, TEXT_TYPE)
