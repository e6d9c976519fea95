"""Trace requests to other authorities: written, finished, approved, and recorded as sent by hand.

The rules are in `cme.tracing.states`; nothing here sends anything. A sent text is never changed. Source:
tracing reference s.2.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.case import Action as CaseAction
from cme.casework.case import Entry, Refused
from cme.casework.entries import TraceEntry
from cme.casework.stages import Stage
from cme.casework.words import day
from cme.clock import local_date
from cme.services.papers import Paper
from cme.services.policies import pack_in_force
from cme.services.tracing import confidence, trace_details
from cme.services.tracing.trace_changes import as_asked
from cme.services.tracing.trace_holding import hold, locked_case, refusal
from cme.services.tracing.trace_views import (
    NOT_READY,
    Draft,
    before_confidence,
    can_be_copied,
    is_chosen_in_confidence,
    permissions_at,
    show,
)
from cme.store import audit, cme_records
from cme.store import traces as store
from cme.store.database import db, transaction
from cme.store.tables import Case, Trace, TraceRecipient
from cme.tracing.details import Choices, TraceDetails, year_in_words
from cme.tracing.gate import Audience, override_fault
from cme.tracing.message import Message
from cme.tracing.recipients import RecipientState
from cme.tracing.states import Action, State

TEXT_TYPE = "text/plain; charset=utf-8"

NO_EARLIER_TEXT = "There is no text of before: what is sent now is the text on the page."
SENT_EARLIER = (
    "A trace request was sent before the child came into confidence, with the address. Decide what to do."
)
CLOSED_CASE = "The case is closed. Reopen it before other authorities are asked about the child."
HAS_CASE = "This child has a case. Make the request there."
ENDED_SPELL = "This entry has ended: nobody looks for the child."


def begin(
    scope: Scope,
    case_reference: str,
    *,
    audience: Audience = Audience.ALL,
    chosen: Sequence[str] = (),
    at: datetime,
    address: str = "",
) -> str | Refused:
    """Begin a request about the child of a case, filled in from the record; its reference, or Refused.

    One that is being written is gone on with. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked_case(scope, case_reference, Permission.WRITE_TRACE)
        if Stage(case.stage) is Stage.CLOSED:
            return Refused((CLOSED_CASE,), ("stage",))
        pupil_id, today = case.registration.pupil_id, local_date(at)
        if unsent := store.find_unsent(pupil_id, case.authority_id):
            return unsent
        reference = store.next_reference(today.year)
        by_record, restricted = _confidence(pupil_id)
        details = trace_details.begun_for_case(scope, case, reference, today, restricted=restricted)
        trace = _new(scope, details, case.authority_id, pupil_id, case, at=at)
        trace.restricted, trace.chosen_in_confidence = restricted and not by_record, restricted
        trace.audience = (audience if audience is not Audience.ALL else _default(restricted)).value
        trace.chosen = sorted(set(chosen))
        return _begun(scope, trace, at=at, address=address)


def begin_for_spell(scope: Scope, spell_id: int, *, at: datetime, address: str = "") -> str | Refused:
    """The same for a child on the CME record who has no case here. Raises LookupError outside the scope."""
    with transaction():
        spell = cme_records.lock_spell(scope, spell_id)
        if spell is None or not scope.may(Permission.WRITE_TRACE, authority_id=spell.authority_id):
            raise LookupError("the entry is not within the scope")
        if spell.ended_on is not None or spell.case is not None:
            return Refused((ENDED_SPELL if spell.case is None else HAS_CASE,), ("stage",))
        if unsent := store.find_unsent(spell.pupil_id, spell.authority_id):
            return unsent
        today, authority = local_date(at), store.find_authority(spell.authority_id)
        reference, pack = store.next_reference(today.year), pack_in_force(authority, today)
        by_record, restricted = _confidence(spell.pupil_id)
        details = trace_details.begun_for_spell(
            scope, spell, authority, pack, reference, today, restricted=restricted
        )
        trace = _new(scope, details, spell.authority_id, spell.pupil_id, None, at=at)
        trace.restricted, trace.chosen_in_confidence = restricted and not by_record, restricted
        trace.audience = _default(restricted).value
        return _begun(scope, trace, at=at, address=address)


def write(
    scope: Scope, reference: str, draft: Draft, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Keep what is written of a request. Whatever was approved is approved again.

    Reference and sender's authority stay as they are. Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.WRITE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.WRITE)
        if not outcome.is_done:
            return refusal(outcome)
        trace, kept = held.trace, held.view.draft.details
        restricted = held.view.is_by_record or draft.restricted
        details = replace(
            draft.details,
            reference=kept.reference,
            sender=replace(draft.details.sender, authority=kept.sender.authority, code=kept.sender.code),
            year_group=year_in_words(draft.details.year_group),
        )
        # Where a restricted child is believed to be is for the approver to tick.
        choices = replace(draft.choices, destination=False) if restricted else draft.choices
        trace.details, trace.choices = details.to_json(), choices.to_json()
        trace.chosen_in_confidence = is_chosen_in_confidence(held.view, draft)
        trace.audience, trace.wales = draft.audience.value, draft.wales
        trace.chosen = sorted(set(draft.chosen)) if draft.audience is not Audience.ALL else []
        trace.reply_by_on, trace.restricted = details.reply_by_on, draft.restricted
        trace.written_at, trace.written_by, trace.writer_id = at, scope.name, scope.user_id
        trace.approved_at, trace.approved_by = None, ""
        held.move(outcome, "trace.written", address=address)
    return None


def finish(
    scope: Scope, reference: str, *, seen: int | None, at: datetime, address: str = ""
) -> State | Refused:
    """Say that a draft is complete: it is ready to send, or waits for a manager where the child is
    restricted. Raises LookupError outside the scope."""
    with transaction():
        held = hold(scope, reference, Permission.WRITE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.FINISH)
        if not outcome.is_done:
            return refusal(outcome)
        held.trace.returned = ""
        held.move(outcome, "trace.finished", address=address)
        if outcome.next_state is State.AWAITING_APPROVAL:
            held.trace.asked = held.trace.asked or as_asked(held.view.draft)
            held.tell({Role.LA_MANAGER}, "A trace request about this child waits for your approval.")
        return outcome.next_state


def ask_override(
    scope: Scope, reference: str, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """Ask a manager whether a request is made although something is missing.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.WRITE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.ASK_OVERRIDE)
        if not outcome.is_done:
            return refusal(outcome)
        held.trace.override_asked_at = at
        held.move(outcome, "trace.override_asked", address=address)
        held.tell({Role.LA_MANAGER}, "An officer asks you to decide whether a trace request is made.")
    return None


def override(
    scope: Scope, reference: str, reason: str, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """A manager's decision that a request is made although something is missing, with the reason.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.APPROVE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.OVERRIDE_GATE, reason=reason)
        fault = override_fault(reason)
        if fault or not outcome.is_done:
            return refusal(outcome) if not outcome.is_done else Refused((fault or "",), ("reason",))
        held.trace.override = f"{reason.strip()} ({scope.name}, {day(local_date(at))})"
        held.move(outcome, "trace.gate_overridden", address=address)
        held.tell({Role.CME_OFFICER}, "A manager decided that the trace request can be made.")
    return None


def approve(
    scope: Scope,
    reference: str,
    *,
    with_destination: bool = False,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """A second person's approval of a request about a restricted child, who alone ticks the destination.

    Raises LookupError outside the scope.
    """
    with transaction():
        held = hold(scope, reference, Permission.APPROVE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.APPROVE)
        if not outcome.is_done:
            return refusal(outcome)
        trace = held.trace
        trace.choices = replace(held.view.draft.choices, destination=with_destination).to_json()
        trace.approved_at, trace.approved_by = at, scope.name
        trace.asked = as_asked(held.view.draft)
        held.move(outcome, "trace.approved", address=address)
        held.tell({Role.CME_OFFICER}, "The trace request is approved. Send it, and record that it was sent.")
    return None


def send_back(
    scope: Scope, reference: str, reason: str, *, seen: int | None, at: datetime, address: str = ""
) -> Refused | None:
    """A manager's return of a request to its writer. Raises LookupError outside the scope."""
    with transaction():
        held = hold(scope, reference, Permission.APPROVE_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        outcome = held.decided(Action.RETURN, reason=reason)
        if not outcome.is_done:
            return refusal(outcome)
        held.trace.asked = as_asked(held.view.draft)
        held.trace.returned = f"{reason.strip()} ({scope.name}, {day(local_date(at))})"
        held.move(outcome, "trace.returned", address=address)
        held.tell({Role.CME_OFFICER}, "A manager sent the trace request back. Read why.")
    return None


def record_sent(
    scope: Scope,
    reference: str,
    sent_at: datetime | None,
    *,
    earlier_text: bool = False,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Record that a request was pasted and sent, and when: its text and its list of authorities are fixed.

    `earlier_text`: what was sent is the text of before the child came into confidence, which nobody approved;
    a manager is told. Raises LookupError outside the scope.
    """
    with transaction() as session:
        held = hold(scope, reference, Permission.SEND_TRACE, seen=seen, at=at)
        if isinstance(held, Refused):
            return held
        if earlier_text:
            if (before := before_confidence(held.view)) is None:
                return Refused((NO_EARLIER_TEXT,), ("earlier_text",))
            held = replace(held, view=before)
        outcome = held.decided(Action.RECORD_SENT, sent_at=sent_at)
        if not outcome.is_done:
            return refusal(outcome)
        trace, view = held.trace, held.view
        if trace.case is not None:
            entry = TraceEntry(
                reference=trace.reference,
                asked=len(view.codes),
                is_wide=view.draft.audience is not Audience.ONE,
                reply_by_on=trace.reply_by_on,
            )
            refused = held.in_case(CaseAction.SEND_TRACE, Entry(trace=entry), address=address)
            if refused is not None:
                return refused
        elif cme_records.lock_open_spell(trace.pupil_id) is None:
            return Refused((ENDED_SPELL,), ("stage",))
        trace.subject, trace.body = view.message.subject, view.message.body
        trace.restricted = view.restricted
        trace.sent_at, trace.sent_by = sent_at, scope.name
        session.add_all(
            TraceRecipient(trace_id=trace.id, code=code, state=RecipientState.AWAITING.value)
            for code in view.codes
        )
        held.move(outcome, "trace.sent", address=address, asked=len(view.codes), earlier_text=earlier_text)
        if earlier_text:
            held.tell({Role.LA_MANAGER}, SENT_EARLIER)
    return None


def download(scope: Scope, reference: str, *, at: datetime, address: str = "") -> Paper | Refused:
    """The text of a request as a file, once it is ready; that it was made is audited by its hash.

    Raises LookupError outside the scope.
    """
    view = show(scope, reference, at=at)
    if view is None or Permission.SEND_TRACE not in permissions_at(scope, view.trace):
        raise LookupError("the trace is not within the scope")
    if not can_be_copied(view):
        return Refused((NOT_READY,), ("stage",))
    return hand_out(scope, view.trace, view.message, reference, at=at, address=address)


def hand_out(scope: Scope, trace: Trace, message: Message, name: str, *, at: datetime, address: str) -> Paper:
    """A message as a text file, with the entry in the audit log: its hash, never its words."""
    content = message.text.encode()
    detail: dict[str, audit.Word] = {"sha256": hashlib.sha256(content).hexdigest()}
    with transaction():
        audit.record(scope, "trace.text_made", f"trace:{trace.id}", at=at, address=address, detail=detail)
    return Paper(f"{name}.txt", content, TEXT_TYPE)


def _new(
    scope: Scope, details: TraceDetails, authority_id: int, pupil_id: int, case: Case | None, *, at: datetime
) -> Trace:
    return Trace(
        reference=details.reference,
        authority_id=authority_id,
        pupil_id=pupil_id,
        case_id=case.id if case is not None else None,
        state=State.DRAFT.value,
        details=details.to_json(),
        choices=Choices().to_json(),
        reply_by_on=details.reply_by_on,
        written_at=at,
        written_by=scope.name,
        writer_id=scope.user_id,
    )


def _begun(scope: Scope, trace: Trace, *, at: datetime, address: str) -> str:
    db.session.add(trace)
    db.session.flush()
    audit.record(scope, "trace.begun", f"trace:{trace.id}", at=at, address=address)
    return trace.reference


def _confidence(pupil_id: int) -> tuple[bool, bool]:
    """Whether a child is in confidence by the record, and whether by that or by an earlier request: whom an
    officer had looked for so is looked for so again, until one decides otherwise."""
    by_record = confidence.is_by_record(pupil_id)
    return by_record, by_record or bool(store.read_in_confidence((pupil_id,)))


def _default(restricted: bool) -> Audience:
    return Audience.CHOSEN if restricted else Audience.ALL
