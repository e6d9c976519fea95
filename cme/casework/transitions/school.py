"""The rows of the school: from the first unexplained mark to a sent referral, and what is always possible."""

from cme.access.roles import Permission
from cme.casework.events import EventKind
from cme.casework.facts import CaseFacts
from cme.casework.needs import Need
from cme.casework.review import ReviewDecision
from cme.casework.stages import OPEN_STAGES, WITH_AUTHORITY, Stage
from cme.casework.state import CaseState
from cme.casework.transitions.action import Action
from cme.casework.transitions.row import Transition, at_every_stage


def _decision(_state: CaseState, facts: CaseFacts) -> str | None:
    return facts.entry.decision


def _returns_to(state: CaseState, _facts: CaseFacts) -> str:
    return state.returns_to


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
_SENT = tuple(stage for stage in OPEN_STAGES if stage not in _UNSENT)

ROWS: tuple[Transition, ...] = (
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
    # A closing that is undone gives the authority back what it had: nobody has to refer the child twice.
    Transition(
        Stage.ENQUIRIES,
        Action.CARRY_REFERRAL,
        _P.REOPEN_CASE,
        (Need.NOT_SENT, Need.REFERRAL_STOOD),
        Stage.REFERRED,
        EventKind.REFERRAL_SENT,
    ),
    *at_every_stage(
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
    *at_every_stage(
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
    *at_every_stage(
        (*_UNSENT, Stage.DECISION),
        Action.APPROVE_REFERRAL,
        _P.APPROVE_REFERRAL,
        (Need.NOT_SENT, Need.APPROVAL_ASKED, Need.DRAFT_COMPLETE, Need.DRAFT_READ),
        EventKind.REFERRAL_APPROVED,
    ),
    # What was sent stays as it was sent: news and corrections follow it.
    *at_every_stage(
        OPEN_STAGES,
        Action.SEND_UPDATE,
        _P.SEND_REFERRAL,
        (Need.SENT, Need.UPDATE_WRITTEN, Need.DRAFT_COMPLETE),
        EventKind.REFERRAL_UPDATED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.ASK_QUESTION,
        _P.WRITE_MESSAGE,
        (Need.SENT, Need.MESSAGE),
        EventKind.QUESTION_ASKED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.ANSWER_QUESTION,
        _P.WRITE_MESSAGE,
        (Need.UNANSWERED, Need.QUESTION, Need.MESSAGE),
        EventKind.QUESTION_ANSWERED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.RECORD_TALK,
        _P.ENQUIRE_AT_SCHOOL,
        (Need.TALK_HELD_BY, Need.TALK_HELD_ON),
        EventKind.WELFARE_TALK_HELD,
    ),
    *at_every_stage(
        OPEN_STAGES, Action.LOG_ENQUIRY, _P.LOG_ENQUIRY, (Need.ENQUIRY,), EventKind.ENQUIRY_LOGGED
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.CORRECT_ENQUIRY,
        _P.LOG_ENQUIRY,
        (Need.ENQUIRY, Need.REASON),
        EventKind.ENQUIRY_CORRECTED,
    ),
    *at_every_stage(
        _SENT,
        Action.ACKNOWLEDGE_REFERRAL,
        _P.ACKNOWLEDGE_REFERRAL,
        (Need.SENT, Need.NOT_ACKNOWLEDGED, Need.EXPECTED_ON),
        EventKind.REFERRAL_ACKNOWLEDGED,
    ),
    *(
        Transition(
            stage,
            Action.LOSE_ELIGIBILITY,
            _REGISTER,
            (Need.NOT_ELIGIBLE,),
            Stage.ENQUIRIES,
            EventKind.ELIGIBILITY_LOST,
            branches={each.value: each for each in (*_UNSENT, *WITH_AUTHORITY)},
            fork=_returns_to,
        )
        for stage in (Stage.DECISION, Stage.REMOVAL_PROPOSED)
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.SUPERSEDE_REFERRAL,
        _REGISTER,
        (Need.SENT, Need.STANDS_BELOW),
        EventKind.REFERRAL_SUPERSEDED,
    ),
    *at_every_stage(
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
        for stage in (*_UNSENT, *WITH_AUTHORITY)
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.WITHDRAW_CLOSING,
        _REGISTER,
        (Need.CLOSING_PROPOSED, Need.NO_REASON_TO_CLOSE),
        EventKind.CLOSING_WITHDRAWN,
    ),
    *at_every_stage(
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
            (
                Need.NOT_MISSING,
                Need.OUTCOME,
                Need.OUTCOME_EVIDENCE,
                Need.EDUCATED_ON,
                Need.REASON,
                Need.LEFT_OPEN,
                Need.TALK_OR_REASON,
            ),
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
    # Whoever hears of a concern opens the case by recording it, on roll or not: the DSL decides what follows.
    Transition(
        Stage.WATCHING,
        Action.OPEN_FOR_CONCERN,
        _P.ENQUIRE_AT_SCHOOL,
        (Need.CONCERN,),
        Stage.ENQUIRIES,
        EventKind.CASE_OPENED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.NOTE_MISSING,
        _REGISTER,
        (Need.MISSING, Need.MISSING_NOT_NOTED),
        EventKind.MISSING_NOTICED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.NOTE_FOUND,
        _REGISTER,
        (Need.NOT_MISSING, Need.MISSING_NOTED),
        EventKind.MISSING_ENDED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.TICK_FOUND_ITEM,
        _P.CLOSE_CASE,
        (Need.FOUND_ITEM, Need.FOUND_NOTE),
        EventKind.FOUND_ITEM_DONE,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.UNTICK_FOUND_ITEM,
        _P.CLOSE_CASE,
        (Need.SOMETHING_TICKED, Need.FOUND_ITEM_DONE, Need.REASON),
        EventKind.FOUND_ITEM_UNDONE,
    ),
    # The closed case stays closed; the work goes on in a new case that names it.
    Transition(
        Stage.CLOSED, Action.REOPEN, _P.REOPEN_CASE, (Need.REASON,), Stage.CLOSED, EventKind.CASE_REOPENED
    ),
)
"""What starts at the school, and what the register does by itself."""
