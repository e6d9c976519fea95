"""What a trace request says and lacks, and what somebody may do to it now; read only.

Source: tracing reference s.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Entry
from cme.clock import local_date
from cme.services.judging import facts_of
from cme.services.tracing import confidence, trace_details
from cme.store import cases
from cme.store import traces as store
from cme.store.tables import Case, Trace, TraceMessage, TraceRecipient, TraceReply
from cme.tracing.details import (
    PLACE,
    Choices,
    TraceDetails,
    given_away,
    missing,
    speaks_of_a_place,
    warnings,
)
from cme.tracing.gate import Audience, GateFacts, gate
from cme.tracing.message import Message, compose
from cme.tracing.recipients import Recipient, RecipientState, asked, asking_faults, to_remind
from cme.tracing.replies import Finding, Reply, conflict
from cme.tracing.states import Action, Power, State, actions_at

_POWERS = {power: Permission(power.value) for power in Power}

SENT_BEFORE = (
    "This text was sent before the child was restricted. It is kept for those who may see the address."
)
NOT_READY = "The text can be copied once the request is ready. Finish it first."


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as it is written. `restricted`: the writer wants the child looked for in confidence."""

    details: TraceDetails
    choices: Choices = field(default_factory=Choices)
    audience: Audience = Audience.ALL
    wales: bool = False
    chosen: tuple[str, ...] = ()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the row that keeps it."""

    row: TraceReply
    reply: Reply

    @property
    def stands(self) -> bool:
        """Whether nobody ruled it out."""
        return self.row.ruled_out_at is None


@dataclass(frozen=True)
class TraceView:
    """A trace as somebody sees it: where it stands, what it says, what is missing, and what can be done.

    `draft` is what is written; `message` its text, frozen once it is sent. `codes` are the authorities that
    are asked. `missing`, `gate` and `recipient_faults` are sentences; `warnings` hold nothing back. `late`
    can be reminded. `restricted` is so now, by the record or by somebody's decision.
    """

    trace: Trace
    state: State
    draft: Draft
    restricted: bool
    is_by_record: bool
    message: Message
    codes: tuple[str, ...]
    missing: dict[str, str]
    warnings: tuple[str, ...]
    gate: dict[str, str]
    recipient_faults: tuple[str, ...]
    answers: tuple[Answer, ...]
    conflict: str
    late: tuple[str, ...]
    actions: tuple[Action, ...]
    today: date

    @property
    def case(self) -> Case | None:
        """The case of the child; None for one who was never at a school here."""
        return self.trace.case

    @property
    def standing(self) -> list[Reply]:
        """The answers that nobody ruled out, in the order in which they were recorded."""
        return [each.reply for each in self.answers if each.stands]

    def may(self, action: Action) -> bool:
        """Whether the viewer may do it at this state; what it needs is asked when it is done."""
        return action in self.actions


def show(scope: Scope, reference: str, *, at: datetime) -> TraceView | None:
    """One trace; None outside the scope."""
    trace = store.find(scope, reference)
    return view_of(scope, trace, at=at) if trace is not None else None


def list_of_case(scope: Scope, case: Case, *, at: datetime) -> list[TraceView]:
    """The traces of the child of a case, the newest first."""
    pupil_id = case.registration.pupil_id
    by_record = confidence.is_by_record(pupil_id)
    found = store.list_of_pupil(scope, pupil_id)
    return [view_of(scope, each, at=at, by_record=by_record) for each in found]


@dataclass(frozen=True, slots=True)
class CaseText:
    """The text of the newest request about the child of a case, or what one would say that is begun now.

    `reference` is '' for the latter, `is_sent` tells whether the text is fixed, `lacks` what is missing.
    """

    message: Message
    reference: str
    is_sent: bool
    is_restricted: bool
    lacks: tuple[str, ...]


def text_of_case(scope: Scope, reference: str, *, at: datetime) -> CaseText:
    """What other authorities are asked about the child of a case. Raises LookupError outside the scope."""
    case, today = cases.find_case(scope, reference, Permission.SEE_TRACES), local_date(at)
    if case is None:
        raise LookupError("the case is not within the scope")
    newest = next(iter(store.list_of_pupil(scope, case.registration.pupil_id)), None)
    if newest is not None:
        view = view_of(scope, newest, at=at)
        lacks = () if view.state.is_frozen else (*view.missing.values(), *view.gate.values())
        return CaseText(view.message, newest.reference, newest.sent_at is not None, view.restricted, lacks)
    restricted = confidence.is_of(case.registration.pupil_id)
    none_yet = f"TR-{today.year}-0000"
    details = trace_details.begun_for_case(scope, case, none_yet, today, restricted=restricted)
    message = compose(details, Choices(), restricted=restricted)
    lacks = tuple(missing(details, today, restricted=restricted).values())
    return CaseText(message, "", is_sent=False, is_restricted=restricted, lacks=lacks)


def list_of_pupil(scope: Scope, pupil_id: int) -> Sequence[Trace]:
    """The traces of a child, the newest first."""
    return store.list_of_pupil(scope, pupil_id)


def view_of(scope: Scope, trace: Trace, *, at: datetime, by_record: bool | None = None) -> TraceView:
    """A trace that was found within the scope, as it stands at an instant.

    `by_record`: whether the child is in confidence by the record, where that is known already.
    """
    state, today, draft = State(trace.state), local_date(at), draft_of(trace)
    is_by_record = confidence.is_by_record(trace.pupil_id) if by_record is None else by_record
    restricted = trace.restricted or is_by_record
    if restricted and not state.is_frozen and not trace.chosen_in_confidence:
        draft = unchosen(draft)
    own = draft.details.sender.code
    given = (Answer(row, reply_of(each, row)) for each in trace.recipients for row in each.replies)
    answers = tuple(sorted(given, key=lambda answer: answer.row.id))
    standing = [each.reply for each in answers if each.stands]
    powers = powers_on(scope, trace)
    return TraceView(
        trace=trace,
        state=state,
        draft=draft,
        restricted=restricted,
        is_by_record=is_by_record,
        message=_message(trace, draft, restricted=restricted, sees=_sees(scope, trace, restricted)),
        codes=tuple(each.code for each in trace.recipients)
        if trace.recipients
        else asked(draft.audience, draft.chosen, own, wales=draft.wales),
        missing=_missing(trace, draft.details, today, restricted=restricted),
        warnings=warnings(draft.details, restricted=restricted),
        gate=gate(_gate_facts(trace, draft.details, today), draft.audience) if not state.is_frozen else {},
        recipient_faults=asking_faults(draft.audience, draft.chosen, own, wales=draft.wales),
        answers=answers,
        conflict=conflict(standing),
        late=_late(trace),
        actions=actions_at(state, powers),
        today=today,
    )


def draft_of(trace: Trace) -> Draft:
    """What is written of a trace."""
    return Draft(
        details=TraceDetails.from_json(trace.details),
        choices=Choices.from_json(trace.choices),
        audience=Audience(trace.audience),
        wales=trace.wales,
        chosen=tuple(trace.chosen),
        restricted=trace.restricted,
    )


def unchosen(draft: Draft) -> Draft:
    """The draft with nobody asked: in confidence nobody is preset, and whom to ask is decided anew."""
    audience = Audience.ONE if draft.audience is Audience.ONE else Audience.CHOSEN
    return replace(draft, audience=audience, chosen=())


def is_chosen_in_confidence(view: TraceView, draft: Draft) -> bool:
    """Whether who is asked was chosen for a child in confidence: now, or before."""
    if not (view.is_by_record or draft.restricted):
        return False
    was = view.draft
    is_other = (draft.audience, sorted(draft.chosen)) != (was.audience, sorted(was.chosen))
    return is_other or (view.restricted and view.trace.chosen_in_confidence)


def before_confidence(view: TraceView) -> TraceView | None:
    """The trace as it stood when its text was ready, where the child came into confidence after that.

    Then the text may have been copied, and sent. None for every other trace.
    """
    is_later = view.state is State.READY and view.is_by_record and view.trace.approved_at is None
    if not is_later or view.trace.restricted:
        return None
    return preview(replace(view, is_by_record=False, restricted=False), draft_of(view.trace))


def preview(view: TraceView, draft: Draft) -> TraceView:
    """The same with what is typed and not saved yet."""
    restricted = view.is_by_record or draft.restricted
    if restricted and not is_chosen_in_confidence(view, draft):
        draft = unchosen(draft)
    own = draft.details.sender.code
    return replace(
        view,
        draft=draft,
        restricted=restricted,
        message=compose(draft.details, draft.choices, restricted=restricted),
        codes=asked(draft.audience, draft.chosen, own, wales=draft.wales),
        missing=_missing(view.trace, draft.details, view.today, restricted=restricted),
        warnings=warnings(draft.details, restricted=restricted),
        gate=gate(_gate_facts(view.trace, draft.details, view.today), draft.audience),
        recipient_faults=asking_faults(draft.audience, draft.chosen, own, wales=draft.wales),
    )


def can_be_copied(view: TraceView) -> bool:
    """Whether the text may leave: it is finished and, about a restricted child, approved."""
    approved = not view.restricted or view.trace.approved_at is not None
    return view.trace.sent_at is not None or (view.state is State.READY and approved)


def permissions_at(scope: Scope, trace: Trace) -> frozenset[Permission]:
    """Every permission that the scope holds about a trace."""
    return scope.permissions_at(authority_id=trace.authority_id)


def powers_on(scope: Scope, trace: Trace) -> frozenset[Power]:
    """What the scope may do to a trace, as the rules call it."""
    held = permissions_at(scope, trace)
    return frozenset(power for power, permission in _POWERS.items() if permission in held)


def sees_answers(scope: Scope, view: TraceView) -> bool:
    """Whether the viewer reads all of the answers: those about a restricted child say where it is."""
    return _sees(scope, view.trace, view.restricted)


def told_too_much(trace: Trace, text: str, *, restricted: bool) -> str:
    """What a text about a restricted child says that is never sent, in a sentence; '' where nothing is."""
    if not restricted:
        return ""
    nouns = _given_away(trace, TraceDetails.from_json(trace.details), text)
    if nouns:
        return f"This says {' and '.join(nouns)}, which is not sent for this child. Take it out."
    return PLACE if speaks_of_a_place(text) else ""


def waiting_messages(trace: Trace) -> list[TraceMessage]:
    """The messages of a trace that are written and neither sent nor withdrawn."""
    return [each for each in trace.messages if each.sent_at is None and each.withdrawn_at is None]


def reply_of(recipient: TraceRecipient, row: TraceReply) -> Reply:
    """One answer of an authority, as the rules take it."""
    return Reply(recipient.code, row.officer, row.replied_on, Finding.from_json(row.answers))


def _sees(scope: Scope, trace: Trace, restricted: bool) -> bool:
    return not restricted or Permission.SEE_PROTECTED_ADDRESS in permissions_at(scope, trace)


def _message(trace: Trace, draft: Draft, *, restricted: bool, sees: bool) -> Message:
    if trace.sent_at is not None:
        # A child may be protected since: what was sent then says where it lived.
        return Message(trace.subject, trace.body if sees or trace.restricted else SENT_BEFORE)
    return compose(draft.details, draft.choices, restricted=restricted)


def _missing(trace: Trace, details: TraceDetails, today: date, *, restricted: bool) -> dict[str, str]:
    """What is missing from a request that was not sent, or is said of a restricted child on its record."""
    if trace.sent_at is not None:
        return {}
    found = missing(details, today, restricted=restricted)
    for name in _FREE_TEXTS if restricted else ():
        if said := told_too_much(trace, getattr(details, name), restricted=True):
            found[name] = said
    return found


_FREE_TEXTS = ("checks", "destination", "destination_why")


def _given_away(trace: Trace, details: TraceDetails, text: str) -> tuple[str, ...]:
    of_record = trace_details.of_record(trace.pupil)
    return tuple(dict.fromkeys((*given_away(text, details), *given_away(text, of_record))))


def _gate_facts(trace: Trace, details: TraceDetails, today: date) -> GateFacts:
    """What the gate is judged on. Of a child without a case only the request itself says what was checked,
    and there is no review to sign."""
    case = trace.case
    if case is None:
        return GateFacts(False, 0, bool(details.checks.strip()), safeguarding_decided=True)
    state, registration = cases.state_of(case), case.registration
    enquired = registration.removed_on is not None
    if not enquired:
        readiness = facts_of(case, Entry(), None, today).readiness
        enquired = readiness is not None and readiness.is_ready
    return GateFacts(
        on_roll=registration.on_roll,
        days=registration.return_run or 0,
        enquiries_recorded=enquired,
        safeguarding_decided=state.reviewed_on is not None,
    )


def _late(trace: Trace) -> tuple[str, ...]:
    """The authorities that can be reminded, without those for whom a reminder is written already."""
    written = {
        code for each in waiting_messages(trace) if each.purpose == "reminder" for code in each.recipients
    }
    listed = (
        Recipient(each.code, RecipientState(each.state), each.reminded_at is not None or each.code in written)
        for each in trace.recipients
    )
    return to_remind(listed)
