"""Who does what at which stage: the whole product, written out once more and compared with the table."""

from collections.abc import Mapping
from itertools import product

import pytest

from cme.access.roles import POLICY, SYSTEM, Role
from cme.casework.case import TRANSITIONS, Action, Stage
from cme.casework.stages import OPEN_STAGES

WATCHING, CLOSED = (Stage.WATCHING,), (Stage.CLOSED,)
UNSENT = (Stage.ENQUIRIES, Stage.REFERRAL_DRAFT)
TRIAGE = (Stage.REFERRED, Stage.RETURNED)
BEFORE_REVIEW = (*TRIAGE, Stage.LA_ENQUIRIES)
WITH_AUTHORITY = (*BEFORE_REVIEW, Stage.JOINT_REVIEW)
WORKED_ON = (Stage.LA_ENQUIRIES, Stage.JOINT_REVIEW, Stage.DECISION)
OFF_ROLL = (Stage.REMOVED, Stage.TRACE)
PROPOSED = (Stage.REMOVAL_PROPOSED,)
EVER = (*OPEN_STAGES, *CLOSED)
ON_ROLL = (*UNSENT, *WITH_AUTHORITY, Stage.DECISION)

DSL, HEAD, OFFICER = {Role.DSL}, {Role.HEAD}, {Role.CME_OFFICER}
MANAGER, ADMISSIONS = {Role.LA_MANAGER}, {Role.ADMISSIONS}
SCHOOL = {Role.SCHOOL_USER, Role.DSL}
LOGGERS = SCHOOL | {Role.FRONT_DOOR, Role.CME_OFFICER}
CHALLENGERS = {Role.DSL, Role.HEAD, Role.FRONT_DOOR, Role.CME_OFFICER, Role.LA_MANAGER}
REPORTERS = CHALLENGERS | {Role.SCHOOL_USER}
BOTH = {Role.DSL, Role.HEAD, Role.CME_OFFICER}
WRITERS = {Role.DSL, Role.FRONT_DOOR, Role.CME_OFFICER}

PEOPLE_DO: Mapping[Action, tuple[tuple[Stage, ...], set[Role]]] = {
    Action.OPEN_BY_HAND: (WATCHING, DSL),
    Action.OPEN_FOR_CONCERN: (WATCHING, SCHOOL),
    Action.OPEN_AGAIN: (WATCHING, DSL | OFFICER),
    Action.CARRY_REFERRAL: ((Stage.ENQUIRIES,), DSL | OFFICER),
    Action.SIGN_REVIEW: (OPEN_STAGES, DSL),
    Action.LOG_ENQUIRY: (OPEN_STAGES, LOGGERS),
    Action.CORRECT_ENQUIRY: (OPEN_STAGES, LOGGERS),
    Action.SEND_REFERRAL: ((*UNSENT, Stage.DECISION), DSL),
    Action.APPROVE_REFERRAL: ((*UNSENT, Stage.DECISION), HEAD),
    Action.DECLINE_REFERRAL: (UNSENT, DSL),
    Action.ACKNOWLEDGE_REFERRAL: (tuple(each for each in OPEN_STAGES if each not in UNSENT), OFFICER),
    Action.SEND_UPDATE: (OPEN_STAGES, DSL),
    Action.ASK_QUESTION: (OPEN_STAGES, WRITERS),
    Action.ANSWER_QUESTION: (OPEN_STAGES, WRITERS),
    Action.RECORD_TALK: (OPEN_STAGES, SCHOOL),
    Action.TICK_FOUND_ITEM: (OPEN_STAGES, DSL | OFFICER),
    Action.UNTICK_FOUND_ITEM: (OPEN_STAGES, DSL | OFFICER),
    Action.CLOSE: (OPEN_STAGES, DSL | OFFICER),
    Action.REOPEN: (CLOSED, DSL | OFFICER),
    Action.ACCEPT_REFERRAL: ((*TRIAGE, Stage.DECISION), OFFICER | MANAGER),
    Action.RETURN_REFERRAL: ((Stage.REFERRED, Stage.DECISION), OFFICER),
    Action.RESEND_REFERRAL: ((Stage.RETURNED, Stage.DECISION), DSL),
    Action.REJECT_REFERRAL: (TRIAGE, OFFICER),
    Action.MARK_DUPLICATE: (BEFORE_REVIEW, OFFICER),
    Action.TRANSFER: (WITH_AUTHORITY, OFFICER),
    Action.REVOKE_REFERRAL: (BEFORE_REVIEW, DSL | MANAGER),
    Action.ALLOCATE: (
        (*WORKED_ON, *PROPOSED, Stage.REMOVED, Stage.TRACE, Stage.VERIFYING),
        OFFICER | MANAGER,
    ),
    Action.HAND_OVER: ((*WORKED_ON, Stage.TRACE), OFFICER),
    Action.GIVE_RESULT: (WORKED_ON, OFFICER),
    Action.RAISE_CHALLENGE: (OPEN_STAGES, CHALLENGERS),
    Action.ANSWER_CHALLENGE: (OPEN_STAGES, CHALLENGERS),
    Action.REQUEST_MEETING: (OPEN_STAGES, CHALLENGERS),
    Action.OPEN_JOINT_REVIEW: ((Stage.LA_ENQUIRIES,), BOTH),
    Action.CONTINUE_ENQUIRIES: ((Stage.JOINT_REVIEW, Stage.DECISION), BOTH),
    Action.SIGN_STATEMENT: ((Stage.JOINT_REVIEW, Stage.DECISION, *PROPOSED), HEAD | OFFICER),
    Action.REOPEN_STATEMENT: (tuple(each for each in OPEN_STAGES if each not in OFF_ROLL), BOTH),
    Action.RECORD_FACT: (OPEN_STAGES, DSL | OFFICER),
    Action.PROPOSE_REMOVAL: (ON_ROLL, DSL),
    Action.CONFIRM_REMOVAL: (PROPOSED, ADMISSIONS),
    Action.QUERY_REMOVAL: (PROPOSED, ADMISSIONS),
    Action.ANSWER_QUERY: (OPEN_STAGES, DSL),
    Action.WITHDRAW_REMOVAL: (PROPOSED, DSL | HEAD),
    Action.MAKE_REMOVAL: (PROPOSED, HEAD),
    Action.RECORD_CTF: ((Stage.REMOVED, Stage.VERIFYING), SCHOOL),
    Action.READMIT: ((*OFF_ROLL, *CLOSED), DSL | HEAD),
    Action.REPORT_LOCATION: (
        tuple(stage for stage in OPEN_STAGES if stage is not Stage.VERIFYING),
        REPORTERS,
    ),
    Action.VERIFY_LOCATION: ((Stage.VERIFYING,), OFFICER),
    Action.SEND_TRACE: (OPEN_STAGES, OFFICER),
    Action.RECORD_TRACE_REPLY: (EVER, OFFICER),
    Action.END_TRACE: (EVER, OFFICER),
    Action.RECORD_REQUEST: (EVER, SCHOOL | HEAD | OFFICER),
    Action.WITHDRAW_REQUEST: (EVER, SCHOOL | HEAD | OFFICER),
    Action.DECIDE_MATCH: (EVER, OFFICER),
}
"""What people do: at which stages, and in which roles. Source: casework reference ss.3 and 4."""

REGISTER_DOES = {
    Action.OPEN_AT_REVIEW_DAY: WATCHING,
    Action.FAST_TRACK: OPEN_STAGES,
    Action.DRAFT_REFERRAL: (Stage.ENQUIRIES,),
    Action.REACH_JOINT_REVIEW: (Stage.LA_ENQUIRIES,),
    Action.REACH_ELIGIBILITY: (*UNSENT, *WITH_AUTHORITY),
    Action.LOSE_ELIGIBILITY: (Stage.DECISION, *PROPOSED),
    Action.SUPERSEDE_REFERRAL: OPEN_STAGES,
    Action.RESTORE_REFERRAL: OPEN_STAGES,
    Action.PROPOSE_CLOSING: OPEN_STAGES,
    Action.WITHDRAW_CLOSING: OPEN_STAGES,
    Action.OPEN_FOR_MISSING: WATCHING,
    Action.NOTE_MISSING: OPEN_STAGES,
    Action.NOTE_FOUND: OPEN_STAGES,
}
"""What the records do by themselves, the register first of all, and at which stages."""


def test_every_action_is_of_people_or_of_the_register() -> None:
    assert PEOPLE_DO.keys() | REGISTER_DOES.keys() == set(Action)
    assert not PEOPLE_DO.keys() & REGISTER_DOES.keys()


@pytest.mark.parametrize(("stage", "action"), list(product(Stage, Action)))
def test_each_role_may_do_each_thing_at_exactly_these_stages(stage: Stage, action: Action) -> None:
    row = TRANSITIONS.get((stage, action))
    stages, roles = PEOPLE_DO.get(action, ((), set()))
    for role in Role:
        may = row is not None and row.permission in POLICY[role].permissions
        assert may == (stage in stages and role in roles), role


@pytest.mark.parametrize("action", REGISTER_DOES)
def test_the_register_does_each_thing_at_exactly_these_stages(action: Action) -> None:
    stages = {stage for stage in Stage if (stage, action) in TRANSITIONS}
    assert stages == set(REGISTER_DOES[action])
    assert {TRANSITIONS[stage, action].permission for stage in stages} == SYSTEM
