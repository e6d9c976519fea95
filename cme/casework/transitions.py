"""The transition table: what can be done at which stage, by whom, with what, and where it leads.

No other code decides where a case goes. A later stage is a row in `STAGES` and its rows here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cme.access.roles import Permission
from cme.casework.events import EventKind
from cme.casework.facts import CaseFacts
from cme.casework.needs import Need
from cme.casework.review import ReviewDecision
from cme.casework.stages import OPEN_STAGES, Stage
from cme.casework.state import CaseState


class Action(StrEnum):
    """Something that can be done to a case, by a person or by the count itself."""

    OPEN_AT_REVIEW_DAY = "open_at_review_day"
    OPEN_BY_HAND = "open_by_hand"
    OPEN_AGAIN = "open_again"
    FAST_TRACK = "fast_track"
    SIGN_REVIEW = "sign_review"
    DRAFT_REFERRAL = "draft_referral"
    SEND_REFERRAL = "send_referral"
    DECLINE_REFERRAL = "decline_referral"
    ACKNOWLEDGE_REFERRAL = "acknowledge_referral"
    LOSE_ELIGIBILITY = "lose_eligibility"
    SUPERSEDE_REFERRAL = "supersede_referral"
    RESTORE_REFERRAL = "restore_referral"
    REACH_ELIGIBILITY = "reach_eligibility"
    WITHDRAW_CLOSING = "withdraw_closing"
    PROPOSE_CLOSING = "propose_closing"
    CLOSE = "close"
    REOPEN = "reopen"
    APPROVE_REFERRAL = "approve_referral"
    SEND_UPDATE = "send_update"
    ASK_QUESTION = "ask_question"
    ANSWER_QUESTION = "answer_question"
    RECORD_TALK = "record_talk"
    LOG_ENQUIRY = "log_enquiry"
    CORRECT_ENQUIRY = "correct_enquiry"
    OPEN_FOR_MISSING = "open_for_missing"
    NOTE_MISSING = "note_missing"
    NOTE_FOUND = "note_found"
    TICK_FOUND_ITEM = "tick_found_item"

    @property
    def label(self) -> str:
        """The action in the words of its button."""
        return _ACTION_LABELS[self]


_ACTION_LABELS: Mapping[Action, str] = MappingProxyType(
    {
        Action.OPEN_AT_REVIEW_DAY: "Open at the review day",
        Action.OPEN_BY_HAND: "Open a case",
        Action.OPEN_AGAIN: "Open a case that takes up a closed one",
        Action.FAST_TRACK: "Fast-track",
        Action.SIGN_REVIEW: "Sign the DSL review",
        Action.DRAFT_REFERRAL: "Draft the referral",
        Action.SEND_REFERRAL: "Send the referral",
        Action.DECLINE_REFERRAL: "Decide not to refer",
        Action.ACKNOWLEDGE_REFERRAL: "Acknowledge the referral",
        Action.LOSE_ELIGIBILITY: "End eligibility for decision",
        Action.SUPERSEDE_REFERRAL: "Mark the referral superseded",
        Action.RESTORE_REFERRAL: "Let the referral stand again",
        Action.REACH_ELIGIBILITY: "Make eligible for decision",
        Action.WITHDRAW_CLOSING: "Withdraw the proposal to close",
        Action.PROPOSE_CLOSING: "Propose closing",
        Action.CLOSE: "Close the case",
        Action.REOPEN: "Reopen in a new case",
        Action.APPROVE_REFERRAL: "Approve the referral",
        Action.SEND_UPDATE: "Send an update",
        Action.ASK_QUESTION: "Ask a question",
        Action.ANSWER_QUESTION: "Answer a question",
        Action.RECORD_TALK: "Record the welfare talk",
        Action.LOG_ENQUIRY: "Record an enquiry",
        Action.CORRECT_ENQUIRY: "Correct an enquiry",
        Action.OPEN_FOR_MISSING: "Open for a child who is missing",
        Action.NOTE_MISSING: "Note that the child is missing",
        Action.NOTE_FOUND: "Note that the child is no longer missing",
        Action.TICK_FOUND_ITEM: "Tick off what is done for a child who was found",
    }
)

Fork = Callable[[CaseState, CaseFacts], str | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: at this stage, this action, by whom, with what, leads where, as which event.

    `branches` are the other stages it can lead to, by what `fork` reads from the state and the facts.
    """

    stage: Stage
    action: Action
    permission: Permission
    needs: tuple[Need, ...]
    next_stage: Stage
    event: EventKind
    branches: Mapping[str, Stage] = field(default_factory=dict)
    fork: Fork | None = None

    def leads_to(self, state: CaseState, facts: CaseFacts) -> Stage:
        """The stage after the action."""
        branch = self.fork(state, facts) if self.fork else None
        return self.branches.get(branch or "", self.next_stage)


def _decision(_state: CaseState, facts: CaseFacts) -> str | None:
    return facts.entry.decision


def _returns_to(state: CaseState, _facts: CaseFacts) -> str:
    return state.returns_to


def _at_every_stage(
    stages: tuple[Stage, ...],
    action: Action,
    permission: Permission,
    needs: tuple[Need, ...],
    event: EventKind,
) -> tuple[Transition, ...]:
    """Rows for an action that leaves the case at its stage."""
    return tuple(Transition(stage, action, permission, needs, stage, event) for stage in stages)


_P, _REGISTER = Permission, Permission.FOLLOW_REGISTER
_SENDING = (Need.NOT_SENT, Need.DRAFT_COMPLETE, Need.READY, Need.APPROVED)
_REVIEWING = (
    Need.ANSWERS,
    Need.FRONT_DOOR,
    Need.POLICE,
    Need.RATING,
    Need.RATING_REASON,
    Need.SECOND_SIGNATURE,
    Need.DECISION,
    Need.REASON,
    Need.NEXT_REVIEW_ON,
)
_DECLINING = (Need.NOT_SENT, Need.REASON_CODE, Need.REASON, Need.AGREED_BY, Need.NEXT_REVIEW_ON)
_UNSENT = (Stage.ENQUIRIES, Stage.REFERRAL_DRAFT)

_ROWS: tuple[Transition, ...] = (
    Transition(
        Stage.WATCHING,
        Action.OPEN_AT_REVIEW_DAY,
        _REGISTER,
        (Need.ON_ROLL, Need.COMPULSORY_AGE, Need.REVIEW_DAY, Need.NEW_ABSENCE),
        Stage.ENQUIRIES,
        EventKind.CASE_OPENED,
    ),
    Transition(
        Stage.WATCHING,
        Action.OPEN_BY_HAND,
        _P.OPEN_CASE,
        (Need.ON_ROLL, Need.COMPULSORY_AGE, Need.REASON),
        Stage.ENQUIRIES,
        EventKind.CASE_OPENED,
    ),
    Transition(
        Stage.WATCHING,
        Action.OPEN_AGAIN,
        _P.REOPEN_CASE,
        (Need.CLOSED_BEFORE, Need.ON_ROLL, Need.COMPULSORY_AGE, Need.REASON),
        Stage.ENQUIRIES,
        EventKind.CASE_OPENED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.FAST_TRACK,
        _REGISTER,
        (Need.FLAG, Need.NOT_FAST_TRACKED),
        EventKind.CASE_FAST_TRACKED,
    ),
    Transition(
        Stage.ENQUIRIES,
        Action.SIGN_REVIEW,
        _P.SIGN_REVIEW,
        _REVIEWING,
        Stage.ENQUIRIES,
        EventKind.REVIEW_SIGNED,
        branches={ReviewDecision.REFER_NOW: Stage.REFERRAL_DRAFT},
        fork=_decision,
    ),
    *_at_every_stage(
        tuple(stage for stage in OPEN_STAGES if stage is not Stage.ENQUIRIES),
        Action.SIGN_REVIEW,
        _P.SIGN_REVIEW,
        _REVIEWING,
        EventKind.REVIEW_SIGNED,
    ),
    Transition(
        Stage.ENQUIRIES,
        Action.DRAFT_REFERRAL,
        _REGISTER,
        (Need.ON_ROLL, Need.COMPULSORY_AGE, Need.DRAFT_DAY, Need.DRAFT_WANTED, Need.NOT_SENT),
        Stage.REFERRAL_DRAFT,
        EventKind.REFERRAL_DRAFTED,
    ),
    # From enquiries too: earlier than the draft when the checks are exhausted or the risk demands it.
    *(
        Transition(
            stage, Action.SEND_REFERRAL, _P.SEND_REFERRAL, _SENDING, Stage.REFERRED, EventKind.REFERRAL_SENT
        )
        for stage in _UNSENT
    ),
    # A referral nobody sent in time is still sent: without it the local authority knows nothing.
    Transition(
        Stage.DECISION,
        Action.SEND_REFERRAL,
        _P.SEND_REFERRAL,
        _SENDING,
        Stage.DECISION,
        EventKind.REFERRAL_SENT,
    ),
    *(
        Transition(
            stage,
            Action.DECLINE_REFERRAL,
            _P.DECLINE_REFERRAL,
            _DECLINING,
            Stage.ENQUIRIES,
            EventKind.REFERRAL_DECLINED,
        )
        for stage in _UNSENT
    ),
    *_at_every_stage(
        (*_UNSENT, Stage.DECISION),
        Action.APPROVE_REFERRAL,
        _P.APPROVE_REFERRAL,
        (Need.NOT_SENT, Need.APPROVAL_ASKED, Need.DRAFT_COMPLETE, Need.DRAFT_READ),
        EventKind.REFERRAL_APPROVED,
    ),
    # What was sent stays as it was sent: news and corrections follow it.
    *_at_every_stage(
        OPEN_STAGES,
        Action.SEND_UPDATE,
        _P.SEND_REFERRAL,
        (Need.SENT, Need.UPDATE_WRITTEN, Need.DRAFT_COMPLETE),
        EventKind.REFERRAL_UPDATED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.ASK_QUESTION,
        _P.WRITE_MESSAGE,
        (Need.SENT, Need.MESSAGE),
        EventKind.QUESTION_ASKED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.ANSWER_QUESTION,
        _P.WRITE_MESSAGE,
        (Need.UNANSWERED, Need.QUESTION, Need.MESSAGE),
        EventKind.QUESTION_ANSWERED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.RECORD_TALK,
        _P.LOG_ENQUIRY,
        (Need.TALK_HELD_BY, Need.TALK_HELD_ON),
        EventKind.WELFARE_TALK_HELD,
    ),
    *_at_every_stage(
        OPEN_STAGES, Action.LOG_ENQUIRY, _P.LOG_ENQUIRY, (Need.ENQUIRY,), EventKind.ENQUIRY_LOGGED
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.CORRECT_ENQUIRY,
        _P.LOG_ENQUIRY,
        (Need.ENQUIRY, Need.REASON),
        EventKind.ENQUIRY_CORRECTED,
    ),
    *_at_every_stage(
        (Stage.REFERRED, Stage.DECISION),
        Action.ACKNOWLEDGE_REFERRAL,
        _P.ACKNOWLEDGE_REFERRAL,
        (Need.SENT, Need.NOT_ACKNOWLEDGED),
        EventKind.REFERRAL_ACKNOWLEDGED,
    ),
    Transition(
        Stage.DECISION,
        Action.LOSE_ELIGIBILITY,
        _REGISTER,
        (Need.NOT_ELIGIBLE,),
        Stage.ENQUIRIES,
        EventKind.ELIGIBILITY_LOST,
        branches={stage.value: stage for stage in OPEN_STAGES if stage is not Stage.DECISION},
        fork=_returns_to,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.SUPERSEDE_REFERRAL,
        _REGISTER,
        (Need.SENT, Need.STANDS_BELOW),
        EventKind.REFERRAL_SUPERSEDED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.RESTORE_REFERRAL,
        _REGISTER,
        (Need.SENT, Need.STANDS_AGAIN),
        EventKind.REFERRAL_RESTORED,
    ),
    # From the unsent stages too: see `case.follow`.
    *(
        Transition(
            stage,
            Action.REACH_ELIGIBILITY,
            _REGISTER,
            (Need.ELIGIBLE,),
            Stage.DECISION,
            EventKind.ELIGIBILITY_REACHED,
        )
        for stage in (*_UNSENT, Stage.REFERRED)
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.WITHDRAW_CLOSING,
        _REGISTER,
        (Need.CLOSING_PROPOSED, Need.NO_REASON_TO_CLOSE),
        EventKind.CLOSING_WITHDRAWN,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.PROPOSE_CLOSING,
        _REGISTER,
        (Need.CLOSING_NOT_PROPOSED, Need.REASON_TO_CLOSE),
        EventKind.CLOSING_PROPOSED,
    ),
    *(
        Transition(
            stage,
            Action.CLOSE,
            _P.CLOSE_CASE,
            (Need.OUTCOME, Need.OUTCOME_EVIDENCE, Need.REASON, Need.TALK_OR_REASON),
            Stage.CLOSED,
            EventKind.CASE_CLOSED,
        )
        for stage in OPEN_STAGES
    ),
    # A child who is missing now has a case at once, whatever the register says.
    Transition(
        Stage.WATCHING,
        Action.OPEN_FOR_MISSING,
        _REGISTER,
        (Need.ON_ROLL, Need.MISSING),
        Stage.ENQUIRIES,
        EventKind.CASE_OPENED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.NOTE_MISSING,
        _REGISTER,
        (Need.MISSING, Need.MISSING_NOT_NOTED),
        EventKind.MISSING_NOTICED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.NOTE_FOUND,
        _REGISTER,
        (Need.NOT_MISSING, Need.MISSING_NOTED),
        EventKind.MISSING_ENDED,
    ),
    *_at_every_stage(
        OPEN_STAGES,
        Action.TICK_FOUND_ITEM,
        _P.CLOSE_CASE,
        (Need.FOUND_ITEM,),
        EventKind.FOUND_ITEM_DONE,
    ),
    # The closed case stays closed; the work goes on in a new case that names it.
    Transition(
        Stage.CLOSED, Action.REOPEN, _P.REOPEN_CASE, (Need.REASON,), Stage.CLOSED, EventKind.CASE_REOPENED
    ),
)

TRANSITIONS: Mapping[tuple[Stage, Action], Transition] = MappingProxyType(
    {(row.stage, row.action): row for row in _ROWS}
)
"""The transition table. What is not in it cannot be done. Source: casework reference s.4."""

FOLLOWED = tuple(
    action for action in Action if any(row.action is action and row.permission is _REGISTER for row in _ROWS)
)
"""The actions of the count itself, in the order in which they are tried."""
