"""The policy table: nobody's power exceeds the procedure."""

import pytest

from cme.access.roles import ABOUT_A_CHILD, POLICY, READS, SYSTEM, Permission, Role, Sight

P = Permission
CASEWORK = {
    P.OPEN_CASE,
    P.SIGN_REVIEW,
    P.WRITE_REFERRAL,
    P.SEND_REFERRAL,
    P.DECLINE_REFERRAL,
    P.ACKNOWLEDGE_REFERRAL,
    P.CLOSE_CASE,
    P.REOPEN_CASE,
    P.SPEAK_FOR_SCHOOL,
    P.SPEAK_FOR_AUTHORITY,
}
PRINTS = {P.PRINT_CASE, P.PRINT_REFERRAL}


def of(role: Role) -> frozenset[Permission]:
    return POLICY[role].permissions


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_label_and_an_account_and_never_acts_as_the_register(role: Role) -> None:
    assert POLICY[role].label
    assert P.SEE_OWN_ACCOUNT in of(role)
    assert not of(role) & SYSTEM


def test_every_permission_but_the_registers_own_is_held_by_a_person() -> None:
    held = frozenset().union(*(of(role) for role in Role if role is not Role.OPERATOR))
    assert held == frozenset(Permission) - SYSTEM


def test_the_school_office_uploads_and_never_sees_risk_notes_or_signs() -> None:
    assert of(Role.SCHOOL_USER) >= {P.UPLOAD_REGISTER, P.APPROVE_REGISTER, P.SEE_CASE}
    assert not of(Role.SCHOOL_USER) & (CASEWORK | {P.SEE_RISK_NOTES, P.SEE_GATE, P.SEE_QUEUE})


def test_only_the_dsl_signs_reviews_and_decides_on_referrals() -> None:
    for permission in (P.SIGN_REVIEW, P.WRITE_REFERRAL, P.SEND_REFERRAL, P.DECLINE_REFERRAL):
        assert {role for role in Role if permission in of(role)} == {Role.DSL}


def test_a_head_sees_the_school_and_sends_nothing() -> None:
    assert POLICY[Role.HEAD].sight is Sight.SCHOOL
    assert of(Role.HEAD) & CASEWORK == {P.SPEAK_FOR_SCHOOL}


def test_the_front_door_reads_referred_children_answers_and_protects_and_decides_nothing() -> None:
    assert POLICY[Role.FRONT_DOOR].sight is Sight.REFERRED
    assert of(Role.FRONT_DOOR) - READS == PRINTS | {
        P.WRITE_MESSAGE, P.RESTRICT_CONTACT, P.LOG_ENQUIRY, P.CHALLENGE, P.REPORT_LOCATION, P.KEEP_QUEUE,
    }  # fmt: skip
    assert P.SEE_QUEUE in of(Role.FRONT_DOOR)


def test_only_the_cme_officer_acknowledges_and_never_touches_the_register() -> None:
    assert {role for role in Role if P.ACKNOWLEDGE_REFERRAL in of(role)} == {Role.CME_OFFICER}
    assert not of(Role.CME_OFFICER) & {P.UPLOAD_REGISTER, P.APPROVE_REGISTER, P.SPEAK_FOR_SCHOOL}


def test_a_protected_address_is_for_the_authority_and_never_for_a_school() -> None:
    allowed = {role for role in Role if P.SEE_PROTECTED_ADDRESS in of(role)}
    assert allowed == {Role.FRONT_DOOR, Role.CME_OFFICER, Role.LA_MANAGER}


def test_the_school_office_logs_what_it_did_and_waives_nothing() -> None:
    assert of(Role.SCHOOL_USER) >= {P.LOG_ENQUIRY, P.RECORD_MISSING, P.SEND_RETURN, P.MAKE_LETTER}
    waiving = {role for role in Role if of(role) & {P.WAIVE_ENQUIRY, P.MAKE_SHEET}}
    assert waiving == {Role.DSL}


def test_the_head_approves_what_somebody_else_sends() -> None:
    approving = {role for role in Role if P.APPROVE_REFERRAL in of(role)}
    assert approving == {Role.HEAD}
    assert P.SEND_REFERRAL not in of(Role.HEAD)


def test_admissions_see_removals_only() -> None:
    assert POLICY[Role.ADMISSIONS].sight is Sight.REMOVALS
    assert of(Role.ADMISSIONS) == {P.SEE_OWN_ACCOUNT, P.SEE_REMOVALS, P.CONFIRM_REMOVAL}


def test_the_administrator_sees_no_child() -> None:
    assert POLICY[Role.LA_ADMIN].sight is Sight.NONE
    assert not of(Role.LA_ADMIN) & ABOUT_A_CHILD


def test_an_inspector_reads_everything_but_the_address_of_a_refuge_and_writes_nothing() -> None:
    assert of(Role.INSPECTOR) == READS - {P.SEE_PROTECTED_ADDRESS}
    assert POLICY[Role.INSPECTOR].sight is Sight.AUTHORITY


def test_the_manager_edits_no_evidence() -> None:
    assert of(Role.LA_MANAGER) - READS - PRINTS == {
        P.ACCEPT_REFERRAL, P.REVOKE_REFERRAL, P.ALLOCATE_CASE, P.CHALLENGE, P.REPORT_LOCATION,
        P.EXPORT_CME_RETURN, P.KEEP_QUEUE, P.APPROVE_TRACE, P.KEEP_CHILD_LISTS,
    }  # fmt: skip


def test_the_school_decides_a_removal_and_the_authority_never_does() -> None:
    """SI 2024/208 reg 9: the decision is the school's; casework reference s.3: the proposer never decides."""
    assert {role for role in Role if P.MAKE_REMOVAL in of(role)} == {Role.HEAD}
    assert {role for role in Role if P.PROPOSE_REMOVAL in of(role)} == {Role.DSL}
    assert {role for role in Role if P.CONFIRM_REMOVAL in of(role)} == {Role.ADMISSIONS}
    assert {role for role in Role if P.SIGN_STATEMENT in of(role)} == {Role.HEAD, Role.CME_OFFICER}


def test_who_writes_a_trace_request_never_approves_it() -> None:
    """Tracing reference s.2: about a restricted child a second person, a manager, decides."""
    assert {role for role in Role if P.APPROVE_TRACE in of(role)} == {Role.LA_MANAGER}
    writing = {role for role in Role if of(role) & {P.WRITE_TRACE, P.SEND_TRACE, P.RECEIVE_TRACE}}
    assert writing == {Role.CME_OFFICER}


def test_an_inspector_takes_no_names_away_and_the_office_no_risk_notes() -> None:
    assert not of(Role.INSPECTOR) & PRINTS
    assert of(Role.SCHOOL_USER) & PRINTS == {P.PRINT_CASE}
    assert all(P.SEE_RISK_NOTES in of(role) for role in Role if P.PRINT_REFERRAL in of(role))


def test_the_command_line_does_no_casework() -> None:
    assert not of(Role.OPERATOR) & CASEWORK


def test_nobody_speaks_for_both_sides() -> None:
    assert not any(of(role) >= {P.SPEAK_FOR_SCHOOL, P.SPEAK_FOR_AUTHORITY} for role in Role)


def test_reads_are_exactly_what_is_seen() -> None:
    assert all(permission.value.startswith("see_") for permission in READS)
    assert not READS & CASEWORK
