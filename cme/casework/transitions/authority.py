"""The rows of the authority: a referral that arrived, the joint review, a child who may be found."""

from cme.access.roles import Permission
from cme.casework.events import EventKind
from cme.casework.facts import CaseFacts
from cme.casework.locating import CONFIRMED
from cme.casework.needs import Need
from cme.casework.removal.afterwards import ends_with_a_sighting
from cme.casework.stages import OFF_ROLL, OPEN_STAGES, WITH_AUTHORITY, Stage
from cme.casework.state import CaseState
from cme.casework.transitions.action import Action
from cme.casework.transitions.row import Transition, at_every_stage

_P = Permission
_TRIAGE = (Stage.REFERRED, Stage.RETURNED)
_BEFORE_REVIEW = (*_TRIAGE, Stage.LA_ENQUIRIES)
_WORKED_ON = (Stage.LA_ENQUIRIES, Stage.JOINT_REVIEW, Stage.DECISION)
_REPORTED_AT = tuple(stage for stage in OPEN_STAGES if stage is not Stage.VERIFYING)


def _was_at(state: CaseState, facts: CaseFacts) -> str:
    is_found = facts.entry.location.verified == CONFIRMED
    return state.proposed_from if is_found and ends_with_a_sighting(state) else state.was_at


ROWS: tuple[Transition, ...] = (
    *(
        Transition(
            stage,
            Action.ACCEPT_REFERRAL,
            _P.ACCEPT_REFERRAL,
            (Need.SENT, Need.NOT_ACCEPTED, Need.OFFICER, Need.EXPECTED_ON),
            # The count does not wait for the authority: an eligible case stays eligible.
            Stage.DECISION if stage is Stage.DECISION else Stage.LA_ENQUIRIES,
            EventKind.REFERRAL_ACCEPTED,
        )
        for stage in (*_TRIAGE, Stage.DECISION)
    ),
    *(
        Transition(
            stage,
            Action.RETURN_REFERRAL,
            _P.TRIAGE_REFERRAL,
            (Need.SENT, Need.NOTHING_ASKED, Need.RETURN_ITEMS, Need.REASON),
            Stage.DECISION if stage is Stage.DECISION else Stage.RETURNED,
            EventKind.REFERRAL_RETURNED,
        )
        for stage in (Stage.REFERRED, Stage.DECISION)
    ),
    *(
        Transition(
            stage,
            Action.RESEND_REFERRAL,
            _P.SEND_REFERRAL,
            (Need.SENT, Need.ITEMS_ASKED, Need.REPLIES),
            Stage.DECISION if stage is Stage.DECISION else Stage.REFERRED,
            EventKind.REFERRAL_RESENT,
        )
        for stage in (Stage.RETURNED, Stage.DECISION)
    ),
    *(
        Transition(
            stage,
            Action.REJECT_REFERRAL,
            _P.TRIAGE_REFERRAL,
            (Need.SENT, Need.NOT_CME, Need.REASON),
            Stage.ENQUIRIES,
            EventKind.REFERRAL_REJECTED,
        )
        for stage in _TRIAGE
    ),
    *(
        Transition(
            stage,
            Action.MARK_DUPLICATE,
            _P.TRIAGE_REFERRAL,
            (Need.SENT, Need.KEPT_CASE, Need.REASON, Need.LEFT_OPEN),
            Stage.CLOSED,
            EventKind.CASE_CLOSED,
        )
        for stage in _BEFORE_REVIEW
    ),
    *(
        Transition(
            stage,
            Action.TRANSFER,
            _P.TRIAGE_REFERRAL,
            (
                Need.SENT,
                Need.OTHER_AUTHORITY,
                Need.ACCEPTED_BY,
                Need.ACCEPTED_ON,
                Need.REASON,
                Need.LEFT_OPEN,
            ),
            Stage.CLOSED,
            EventKind.CASE_TRANSFERRED,
        )
        for stage in WITH_AUTHORITY
    ),
    *(
        Transition(
            stage,
            Action.REVOKE_REFERRAL,
            _P.REVOKE_REFERRAL,
            (Need.SENT, Need.REASON),
            Stage.ENQUIRIES,
            EventKind.REFERRAL_REVOKED,
        )
        for stage in _BEFORE_REVIEW
    ),
    *at_every_stage(
        (*_WORKED_ON, Stage.REMOVAL_PROPOSED, *OFF_ROLL, Stage.VERIFYING),
        Action.ALLOCATE,
        _P.ALLOCATE_CASE,
        (Need.OFFICER,),
        EventKind.CASE_ALLOCATED,
    ),
    *at_every_stage(
        _WORKED_ON, Action.GIVE_RESULT, _P.TRIAGE_REFERRAL, (Need.SENT, Need.MESSAGE), EventKind.RESULT_GIVEN
    ),
    *at_every_stage(
        (*_WORKED_ON, Stage.TRACE),
        Action.HAND_OVER,
        _P.HAND_OVER,
        (Need.OTHER_AUTHORITY, Need.ACCEPTED_BY, Need.ACCEPTED_ON),
        EventKind.CASE_HANDED_OVER,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.RAISE_CHALLENGE,
        _P.CHALLENGE,
        (Need.SENT_BEFORE, Need.MESSAGE),
        EventKind.CHALLENGE_RAISED,
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.ANSWER_CHALLENGE,
        _P.CHALLENGE,
        (Need.CHALLENGED, Need.MESSAGE),
        EventKind.CHALLENGE_ANSWERED,
    ),
    *at_every_stage(
        OPEN_STAGES, Action.REQUEST_MEETING, _P.CHALLENGE, (Need.MESSAGE,), EventKind.MEETING_REQUESTED
    ),
    *(
        Transition(
            Stage.LA_ENQUIRIES,
            action,
            permission,
            needs,
            Stage.JOINT_REVIEW,
            EventKind.JOINT_OPENED,
        )
        for action, permission, needs in (
            (Action.REACH_JOINT_REVIEW, _P.FOLLOW_REGISTER, (Need.REVIEW_TIME, Need.BOTH_ENQUIRED)),
            (Action.OPEN_JOINT_REVIEW, _P.JOIN_REVIEW, (Need.BOTH_ENQUIRED,)),
        )
    ),
    Transition(
        Stage.JOINT_REVIEW,
        Action.CONTINUE_ENQUIRIES,
        _P.JOIN_REVIEW,
        (Need.REASON, Need.NEXT_REVIEW_ON),
        Stage.LA_ENQUIRIES,
        EventKind.JOINT_CONTINUED,
    ),
    Transition(
        Stage.DECISION,
        Action.CONTINUE_ENQUIRIES,
        _P.JOIN_REVIEW,
        (Need.REASON, Need.NEXT_REVIEW_ON),
        Stage.DECISION,
        EventKind.JOINT_CONTINUED,
    ),
    *at_every_stage(
        tuple(stage for stage in OPEN_STAGES if stage not in OFF_ROLL),
        Action.REOPEN_STATEMENT,
        _P.JOIN_REVIEW,
        (Need.REASON,),
        EventKind.STATEMENT_REOPENED,
    ),
    *at_every_stage(OPEN_STAGES, Action.RECORD_FACT, _P.RECORD_REMOVAL_FACT, (), EventKind.FACT_RECORDED),
    *(
        Transition(
            stage,
            Action.REPORT_LOCATION,
            _P.REPORT_LOCATION,
            (Need.SOURCE, Need.MESSAGE),
            Stage.VERIFYING,
            EventKind.LOCATION_REPORTED,
        )
        for stage in _REPORTED_AT
    ),
    Transition(
        Stage.VERIFYING,
        Action.VERIFY_LOCATION,
        _P.VERIFY_LOCATION,
        (Need.VERIFIED, Need.SEEN, Need.MESSAGE),
        Stage.ENQUIRIES,
        EventKind.LOCATION_VERIFIED,
        branches={stage.value: stage for stage in _REPORTED_AT},
        fork=_was_at,
    ),
)
"""What the authority does, and what both sides do together before a decision."""
