"""The rows of the removal: signed by both sides, proposed, checked, decided, and what follows it.

Nothing here happens by itself except that a case falls back: no number of days removes anybody.
"""

from cme.access.roles import Permission
from cme.casework.events import EventKind
from cme.casework.facts import CaseFacts
from cme.casework.needs import Need
from cme.casework.removal.afterwards import whereabouts_known
from cme.casework.stages import OFF_ROLL, OPEN_STAGES, Stage
from cme.casework.state import CaseState
from cme.casework.transitions.action import Action
from cme.casework.transitions.row import Transition, at_every_stage

_P = Permission
_LOCATED = "located"
_PROPOSED_FROM = tuple(
    stage for stage in OPEN_STAGES if stage not in (*OFF_ROLL, Stage.REMOVAL_PROPOSED, Stage.VERIFYING)
)


def _proposed_from(state: CaseState, _facts: CaseFacts) -> str:
    return state.proposed_from


def _located(state: CaseState, _facts: CaseFacts) -> str | None:
    return _LOCATED if whereabouts_known(state) else None


_BACK = {stage.value: stage for stage in _PROPOSED_FROM}

ROWS: tuple[Transition, ...] = (
    *at_every_stage(
        (Stage.JOINT_REVIEW, Stage.DECISION, Stage.REMOVAL_PROPOSED),
        Action.SIGN_STATEMENT,
        _P.SIGN_STATEMENT,
        (Need.STATEMENT_COMPLETE, Need.STATEMENT_READ, Need.NOT_SIGNED),
        EventKind.JOINT_SIGNED,
    ),
    *(
        Transition(
            stage,
            Action.PROPOSE_REMOVAL,
            _P.PROPOSE_REMOVAL,
            (Need.ON_ROLL, Need.GROUND, Need.QUERY_ANSWERED, Need.GATE_FOR_PROPOSAL),
            Stage.REMOVAL_PROPOSED,
            EventKind.REMOVAL_PROPOSED,
        )
        for stage in _PROPOSED_FROM
    ),
    Transition(
        Stage.REMOVAL_PROPOSED,
        Action.CONFIRM_REMOVAL,
        _P.CONFIRM_REMOVAL,
        (Need.CONFIRMATION, Need.NEW_ANSWER),
        Stage.REMOVAL_PROPOSED,
        EventKind.REMOVAL_CONFIRMED,
    ),
    *(
        Transition(
            Stage.REMOVAL_PROPOSED,
            action,
            permission,
            needs,
            Stage.DECISION,
            event,
            branches=_BACK,
            fork=_proposed_from,
        )
        for action, permission, needs, event in (
            (
                Action.QUERY_REMOVAL,
                _P.CONFIRM_REMOVAL,
                (Need.QUERY, Need.REASON),
                EventKind.REMOVAL_QUERIED,
            ),
            (Action.WITHDRAW_REMOVAL, _P.WITHDRAW_REMOVAL, (Need.REASON,), EventKind.REMOVAL_WITHDRAWN),
        )
    ),
    *at_every_stage(
        OPEN_STAGES,
        Action.ANSWER_QUERY,
        _P.PROPOSE_REMOVAL,
        (Need.QUERIED, Need.MESSAGE),
        EventKind.QUERY_ANSWERED,
    ),
    Transition(
        Stage.REMOVAL_PROPOSED,
        Action.MAKE_REMOVAL,
        _P.MAKE_REMOVAL,
        (
            Need.ON_ROLL,
            Need.GATE_OPEN,
            Need.SAME_CONCLUSION,
            Need.NOT_OWN_PROPOSAL,
            Need.RETURN_DELIVERED,
            Need.ADMISSIONS_ASKED,
        ),
        Stage.REMOVED,
        EventKind.REMOVAL_MADE,
    ),
    Transition(
        Stage.REMOVED,
        Action.RECORD_CTF,
        _P.RECORD_CTF,
        (Need.CTF_FILE, Need.CTF_UPLOADED_AT, Need.CTF_PROOF),
        Stage.TRACE,
        EventKind.CTF_UPLOADED,
        branches={_LOCATED: Stage.CLOSED},
        fork=_located,
    ),
    # Whoever says where the child is does not send the file: what is found out there leads on from here.
    Transition(
        Stage.VERIFYING,
        Action.RECORD_CTF,
        _P.RECORD_CTF,
        (Need.REMOVED, Need.FILE_AWAITED, Need.CTF_FILE, Need.CTF_UPLOADED_AT, Need.CTF_PROOF),
        Stage.VERIFYING,
        EventKind.CTF_UPLOADED,
    ),
    *(
        Transition(
            stage,
            Action.READMIT,
            _P.READMIT_PUPIL,
            (Need.REMOVED, Need.STARTING_ON, Need.REASON),
            Stage.CLOSED,
            EventKind.PUPIL_READMITTED,
        )
        # From a closed case too: a child whose new place failed comes back by no other way.
        for stage in (*OFF_ROLL, Stage.CLOSED)
    ),
)
"""From the joint statement to the pupil file. Source: casework reference ss.4, 10 to 12."""
