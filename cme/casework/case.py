"""The case: what an action does or why it cannot be done, and what a recount does by itself.

`decide` and `follow` read the transition table and know no stage by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from cme.access.roles import POLICY, SYSTEM, Permission
from cme.casework.closing import reason_to_close
from cme.casework.eligibility import lost_because
from cme.casework.enquiries.steps import read_steps
from cme.casework.entries import Entry
from cme.casework.events import EVENT_TYPES, Event, EventKind
from cme.casework.facts import CaseFacts, PreviousCase
from cme.casework.folding import fold_events, record
from cme.casework.messages import answering_side, asking_side
from cme.casework.needs import ENTERED, NEEDS
from cme.casework.outcomes import DUPLICATE, TRANSFERRED, Side
from cme.casework.questions import Question
from cme.casework.referral.answers import ReferralDraft
from cme.casework.referral.checks import missing_fields
from cme.casework.referral.recipients import recipients_of
from cme.casework.removal.afterwards import outcome_of
from cme.casework.removal.confirming import looked_up
from cme.casework.removal.deciding import signing_side
from cme.casework.review import Review, ReviewDecision
from cme.casework.stages import OPEN_STAGES, STAGES, Overlay, Stage
from cme.casework.state import CaseState
from cme.casework.transitions import FOLLOWED, TRANSITIONS, Action, Transition
from cme.tracing.replies import Kind

__all__ = [
    "OPEN_STAGES",
    "STAGES",
    "TRANSITIONS",
    "Action",
    "CaseFacts",
    "CaseState",
    "Decision",
    "Entry",
    "Overlay",
    "PreviousCase",
    "Refused",
    "Review",
    "ReviewDecision",
    "Stage",
    "Transition",
    "allowed_actions",
    "decide",
    "fold_events",
    "follow",
    "record",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an action does: the event to append and the stage after it. `data` is JSON-ready."""

    action: Action
    event: EventKind
    next_stage: Stage
    data: Mapping[str, Any]

    def happened(self, on: date) -> Event:
        """The event, as it is appended on a date."""
        return Event(self.event, on, self.data)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an action cannot be done: a sentence for each thing missing, and the needs by name for a form."""

    sentences: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """All of it, as one text."""
        return " ".join(self.sentences)


def decide(
    state: CaseState, action: Action, facts: CaseFacts, today: date, *, permissions: frozenset[Permission]
) -> Decision | Refused:
    """What the action does to the case, or why it cannot be done. Never raises for a "no".

    `permissions` are those of the person at the school of the case, or `SYSTEM` for the count itself.
    """
    row = TRANSITIONS.get((state.stage, action))
    if row is None:
        return Refused((_wrong_stage(state.stage, action),), ("stage",))
    if row.permission not in permissions:
        return Refused((_wrong_person(row),), ("permission",))
    question = Question(state, facts, permissions, today)
    refusals = {need: sentence for need in row.needs if (sentence := NEEDS[need](question))}
    if refusals:
        return Refused(tuple(refusals.values()), tuple(need.value for need in refusals))
    next_stage = row.leads_to(state, facts)
    data = {"stage": next_stage.value}
    for key in EVENT_TYPES[row.event].keys:
        fill = _OWN.get((row.action, key)) or (_BECAUSE[row.event] if key == "because" else _DATA[key])
        value = fill(question)
        if value not in (None, "", []):
            data[key] = value
    return Decision(action, row.event, next_stage, data)


def allowed_actions(
    state: CaseState, facts: CaseFacts, permissions: frozenset[Permission], today: date
) -> tuple[Action, ...]:
    """What can be done to the case now, with a form that is yet to be filled in: the buttons to show."""
    question = Question(state, facts, permissions, today)
    return tuple(
        row.action
        for row in TRANSITIONS.values()
        if row.stage is state.stage
        and row.permission in permissions
        and not any(NEEDS[need](question) for need in row.needs if need not in ENTERED)
    )


def follow(state: CaseState, facts: CaseFacts, today: date) -> tuple[Decision, ...]:
    """What the count does to the case by itself, in order; () when nothing has changed.

    Following again with the same facts gives (). A case becomes eligible for decision from the unsent
    stages too: the twenty days run in law whether or not the school referred, so the case must not hang
    behind a referral that nobody sent. That referral stays due, and overdue, until it is sent.
    """
    decisions: list[Decision] = []
    waiting = list(FOLLOWED)
    while waiting:
        for action in waiting:
            decision = decide(state, action, facts, today, permissions=SYSTEM)
            if isinstance(decision, Decision):
                decisions.append(decision)
                state = record(state, decision.happened(today))
                waiting.remove(action)
                break
        else:
            break
    return tuple(decisions)


def _wrong_stage(stage: Stage, action: Action) -> str:
    elsewhere = [row.stage.label for row in TRANSITIONS.values() if row.action is action]
    return (
        f"{action.label}: not possible while the case is at “{stage.label}”. "
        f"It can be done at: {', '.join(elsewhere)}."
    )


def _wrong_person(row: Transition) -> str:
    if row.permission in SYSTEM:
        return (
            f"{row.action.label}: the register does this by itself when it is counted. Upload the register."
        )
    labels = " or ".join(policy.label for policy in POLICY.values() if row.permission in policy.permissions)
    return f"{row.action.label}: this is for the {labels}. Ask them to do it."


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _missing_from_draft(question: Question) -> list[str]:
    return [each.id for each in missing_fields(_draft(question))]


def _draft(question: Question) -> ReferralDraft:
    return question.facts.draft or ReferralDraft()


def _is_urgent(question: Question) -> bool:
    return _draft(question).safeguarding


def _missing_steps(question: Question) -> list[str]:
    readiness = question.facts.readiness
    return [step.code for step in readiness.missing] if readiness and not readiness.is_ready else []


def _of_enquiry(question: Question, name: str, *, restricted: bool) -> str:
    """What an enquiry was or came to; a restricted one is told under keys that are risk notes."""
    enquiry = question.facts.entry.enquiry
    return str(getattr(enquiry, name)) if enquiry and enquiry.restricted is restricted else ""


def _recoded(question: Question) -> str:
    facts = question.facts
    counted = facts.return_run_when_referred or 0
    return f"The register now counts {counted} school days up to the day the referral rested on."


_BECAUSE: Mapping[EventKind, Callable[[Question], str]] = MappingProxyType(
    {
        EventKind.REFERRAL_SUPERSEDED: _recoded,
        EventKind.ELIGIBILITY_LOST: lost_because,
        EventKind.CLOSING_PROPOSED: lambda q: (reason_to_close(q) or ("", ""))[1],
    }
)


def _enquiring_side(question: Question) -> str:
    """The side that made an enquiry: the one whose step it is, of a step of both the one that records it."""
    entry = question.facts.entry.enquiry
    step = read_steps().get(entry.step) if entry else None
    at_school = Permission.ENQUIRE_AT_SCHOOL in question.permissions
    is_theirs = step is not None and (step.is_of_authority or (step.side == "joint" and not at_school))
    return (Side.AUTHORITY if is_theirs else Side.SCHOOL).value


_OWN: Mapping[tuple[Action, str], Callable[[Question], Any]] = MappingProxyType(
    {
        (Action.LOG_ENQUIRY, "side"): _enquiring_side,
        (Action.CORRECT_ENQUIRY, "side"): _enquiring_side,
        (Action.OPEN_FOR_CONCERN, "reason"): lambda _: "An enquiry raised a concern.",
        (Action.MARK_DUPLICATE, "outcome"): lambda _: DUPLICATE,
        (Action.TRANSFER, "outcome"): lambda _: TRANSFERRED,
        (Action.RECORD_CTF, "outcome"): lambda q: (
            outcome_of(q.state) if q.state.stage is Stage.REMOVED else ""
        ),
        (Action.SIGN_STATEMENT, "side"): lambda q: str(signing_side(q)),
        (Action.VERIFY_LOCATION, "came_from"): lambda q: q.state.was_at.value,
        (Action.RECORD_TRACE_REPLY, "authority"): lambda q: q.facts.entry.trace.authority,
    }
)
"""Keys that an action fills in its own way."""

_DATA: Mapping[str, Callable[[Question], Any]] = MappingProxyType(
    {
        "as_of": lambda q: _iso(q.facts.standing.as_of),
        "return_run": lambda q: q.facts.return_run,
        "removal_run": lambda q: q.facts.removal_run,
        "days_unseen": lambda q: q.facts.days_unseen,
        "absent_from": lambda q: _iso(q.facts.standing.run_started_on or q.facts.unexplained_on),
        "heard_on": lambda q: _iso(q.facts.entry.enquiry.done_on if q.facts.entry.enquiry else None),
        "reason": lambda q: q.facts.entry.reason.strip(),
        "decision": lambda q: q.facts.entry.decision and q.facts.entry.decision.value,
        "reason_code": lambda q: q.facts.entry.reason_code,
        "rating": lambda q: q.facts.entry.review.rating and q.facts.entry.review.rating.value,
        "agreed_by": lambda q: q.facts.entry.agreed_by.strip(),
        "next_review_on": lambda q: _iso(q.facts.entry.next_review_on),
        "recipients": lambda q: list(recipients_of(q.facts.pack, safeguarding=_is_urgent(q))),
        "safeguarding": _is_urgent,
        "missing": _missing_from_draft,
        "without_steps": _missing_steps,
        "without_because": lambda q: _draft(q).without_enquiries.strip() if _missing_steps(q) else "",
        "draft": lambda q: _draft(q).fingerprint,
        "number": lambda q: q.state.questions_asked + 1,
        "answers": lambda q: q.facts.entry.question,
        "side": lambda q: (answering_side(q) or asking_side(q)).value,
        "text": lambda q: q.facts.entry.message.strip(),
        "held_by": lambda q: q.facts.entry.held_by.strip(),
        "held_on": lambda q: _iso(q.facts.entry.held_on),
        "words": lambda q: q.facts.entry.words.strip(),
        "no_talk": lambda q: q.facts.entry.no_talk.strip(),
        "educated_on": lambda q: _iso(q.facts.entry.educated_on),
        "left_open": lambda q: q.facts.entry.left_open.strip(),
        "step": lambda q: _of_enquiry(q, "step", restricted=False),
        "result": lambda q: _of_enquiry(q, "result", restricted=False),
        "restricted_step": lambda q: _of_enquiry(q, "step", restricted=True),
        "restricted_result": lambda q: _of_enquiry(q, "result", restricted=True),
        "enquiry": lambda q: q.facts.entry.enquiry_id,
        "replaces": lambda q: q.facts.entry.replaces_id,
        "concern": lambda q: (q.facts.entry.enquiry and q.facts.entry.enquiry.raises_concern) or None,
        "item": lambda q: q.facts.entry.item,
        "kept": lambda q: q.facts.entry.triage.kept.strip(),
        "items": lambda q: list(q.facts.entry.triage.items),
        "replies": lambda q: dict(q.facts.entry.triage.replies),
        "officer": lambda q: q.facts.entry.triage.officer,
        "officer_id": lambda q: q.facts.entry.triage.officer_id,
        "cover": lambda q: q.facts.entry.triage.cover,
        "cover_id": lambda q: q.facts.entry.triage.cover_id,
        "expected_on": lambda q: _iso(q.facts.entry.triage.expected_on),
        "not_cme": lambda q: q.facts.entry.triage.not_cme,
        "authority": lambda q: q.facts.entry.triage.authority,
        "accepted_by": lambda q: q.facts.entry.triage.accepted_by.strip(),
        "accepted_on": lambda q: _iso(q.facts.entry.triage.accepted_on),
        "statement": lambda q: q.facts.statement and q.facts.statement.number,
        "fingerprint": lambda q: q.facts.statement and q.facts.statement.fingerprint,
        "limb": lambda q: q.facts.statement and q.facts.statement.limb and q.facts.statement.limb.value,
        "ground": lambda q: q.facts.entry.removal.ground or q.state.ground,
        "fact": lambda q: q.facts.entry.removal.fact,
        "confirmation": lambda q: q.facts.entry.removal.confirmation,
        "query": lambda q: q.facts.entry.removal.query or q.state.query,
        "checks": lambda q: looked_up(q.facts.entry.removal.checks),
        "without_reply": lambda q: not q.state.confirmation or None,
        "file": lambda q: q.facts.entry.removal.file.strip(),
        "uploaded_at": lambda q: q.facts.entry.removal.uploaded_at.strip(),
        "proof": lambda q: q.facts.entry.removal.proof.strip(),
        "starting_on": lambda q: _iso(q.facts.entry.removal.starting_on),
        "return_due_on": lambda q: _iso(q.today + timedelta(days=q.facts.pack.days("new_pupil_return"))),
        "source": lambda q: q.facts.entry.location.source.strip(),
        "verified": lambda q: q.facts.entry.location.verified,
        "seen_by": lambda q: q.facts.entry.location.seen_by.strip(),
        "seen_on": lambda q: _iso(q.facts.entry.location.seen_on),
        "expected_back": lambda q: q.facts.entry.location.expected_back or None,
        "came_from": lambda q: q.state.stage.value,
        "trace": lambda q: q.facts.entry.trace.reference,
        "asked": lambda q: q.facts.entry.trace.asked,
        "is_wide": lambda q: q.facts.entry.trace.is_wide or None,
        "reply_by_on": lambda q: _iso(q.facts.entry.trace.reply_by_on),
        "answer": lambda q: q.facts.entry.trace.answer,
        "says": lambda q: q.facts.entry.trace.answer not in ("", Kind.NO_TRACE) or None,
        "ended": lambda q: q.facts.entry.trace.result,
        "asked_for": lambda q: q.facts.entry.request.asked_for,
        "asked_by": lambda q: q.facts.entry.request.asked_by.strip(),
        "received_on": lambda q: _iso(q.facts.entry.request.received_on),
        "suggested": lambda q: (reason_to_close(q) or ("", ""))[0],
        "outcome": lambda q: q.facts.entry.outcome_code,
        "new_case": lambda _: None,
        "carried_from": lambda _: None,
    }
)
"""What each other key of an event's data is filled from. The last two are for the service to add."""
