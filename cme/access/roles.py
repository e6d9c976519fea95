"""The roles of the procedure and the one table of what each may do and see.

The school decides on its own register, the local authority on its own enquiries, and nobody holds both
powers through one role. A power that is not in `POLICY` does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person is to a school or to a local authority.

    OPERATOR is the command line on the server; it is never granted to a person.
    """

    SCHOOL_USER = "school_user"
    DSL = "dsl"
    HEAD = "head"
    FRONT_DOOR = "front_door"
    CME_OFFICER = "cme_officer"
    LA_MANAGER = "la_manager"
    ADMISSIONS = "admissions"
    LA_ADMIN = "la_admin"
    INSPECTOR = "inspector"
    OPERATOR = "operator"


class Permission(StrEnum):
    """One thing that can be done or seen.

    FOLLOW_REGISTER is what the count itself may do to a case. No role holds it, so that no person can
    open, advance or reset a case in the register's name. LOG_ENQUIRY is held on both sides;
    ENQUIRE_AT_SCHOOL is what only staff of the school do: its calls, its enquiries, its welfare talks.
    """

    SEE_OWN_ACCOUNT = "see_own_account"
    SEE_SCHOOL = "see_school"
    SEE_PUPIL = "see_pupil"
    SEE_CASE = "see_case"
    SEE_RISK_NOTES = "see_risk_notes"
    SEE_GATE = "see_gate"
    SEE_QUEUE = "see_queue"
    SEE_REMOVALS = "see_removals"
    SEE_AUDIT = "see_audit"
    UPLOAD_REGISTER = "upload_register"
    APPROVE_REGISTER = "approve_register"
    OPEN_CASE = "open_case"
    SIGN_REVIEW = "sign_review"
    WRITE_REFERRAL = "write_referral"
    SEND_REFERRAL = "send_referral"
    DECLINE_REFERRAL = "decline_referral"
    ACKNOWLEDGE_REFERRAL = "acknowledge_referral"
    CLOSE_CASE = "close_case"
    REOPEN_CASE = "reopen_case"
    LOG_ENQUIRY = "log_enquiry"
    ENQUIRE_AT_SCHOOL = "enquire_at_school"
    WAIVE_ENQUIRY = "waive_enquiry"
    APPROVE_REFERRAL = "approve_referral"
    WRITE_MESSAGE = "write_message"
    SEND_RETURN = "send_return"
    RECORD_MISSING = "record_missing"
    RESTRICT_CONTACT = "restrict_contact"
    SEE_PROTECTED_ADDRESS = "see_protected_address"
    MAKE_LETTER = "make_letter"
    MAKE_SHEET = "make_sheet"
    PRINT_CASE = "print_case"
    PRINT_REFERRAL = "print_referral"
    SPEAK_FOR_SCHOOL = "speak_for_school"
    SPEAK_FOR_AUTHORITY = "speak_for_authority"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_SCHOOLS = "manage_schools"
    MANAGE_USERS = "manage_users"
    MANAGE_POLICY = "manage_policy"
    MANAGE_DIRECTORY = "manage_directory"
    SEE_INSIGHT = "see_insight"
    SEE_CME_RECORD = "see_cme_record"
    ACCEPT_REFERRAL = "accept_referral"
    TRIAGE_REFERRAL = "triage_referral"
    REVOKE_REFERRAL = "revoke_referral"
    ALLOCATE_CASE = "allocate_case"
    HAND_OVER = "hand_over"
    CHALLENGE = "challenge"
    JOIN_REVIEW = "join_review"
    WRITE_STATEMENT = "write_statement"
    SIGN_STATEMENT = "sign_statement"
    RECORD_REMOVAL_FACT = "record_removal_fact"
    PROPOSE_REMOVAL = "propose_removal"
    WITHDRAW_REMOVAL = "withdraw_removal"
    CONFIRM_REMOVAL = "confirm_removal"
    MAKE_REMOVAL = "make_removal"
    RECORD_CTF = "record_ctf"
    READMIT_PUPIL = "readmit_pupil"
    REPORT_LOCATION = "report_location"
    VERIFY_LOCATION = "verify_location"
    KEEP_CME_RECORD = "keep_cme_record"
    EXPORT_CME_RETURN = "export_cme_return"
    KEEP_QUEUE = "keep_queue"
    SEE_TRACES = "see_traces"
    WRITE_TRACE = "write_trace"
    APPROVE_TRACE = "approve_trace"
    SEND_TRACE = "send_trace"
    RECEIVE_TRACE = "receive_trace"
    KEEP_CHILD_LISTS = "keep_child_lists"
    RECORD_REQUEST = "record_request"
    MAKE_CTF = "make_ctf"
    FOLLOW_REGISTER = "follow_register"


class Sight(StrEnum):
    """Which children a role's permissions reach, within the place it is granted for.

    SCHOOL: every child of the school. AUTHORITY: every child of the authority's schools. REFERRED: children
    with a sent referral. REMOVALS: children for whom removal is proposed, or later. NONE: no child.
    """

    NONE = "none"
    SCHOOL = "school"
    AUTHORITY = "authority"
    REFERRED = "referred"
    REMOVALS = "removals"


READS = frozenset(permission for permission in Permission if permission.value.startswith("see_"))
"""Permissions that change nothing."""

_INSPECTING = READS - {Permission.SEE_PROTECTED_ADDRESS}
"""What is read without working on a case: a refuge's address is for those who must act on it."""

ABOUT_A_CHILD = frozenset(Permission) - {
    Permission.SEE_OWN_ACCOUNT,
    Permission.SEE_SCHOOL,
    Permission.SEE_AUDIT,
    Permission.MANAGE_CALENDAR,
    Permission.MANAGE_SCHOOLS,
    Permission.MANAGE_USERS,
    Permission.MANAGE_POLICY,
    Permission.MANAGE_DIRECTORY,
    Permission.SEE_INSIGHT,
    Permission.EXPORT_CME_RETURN,
    Permission.KEEP_QUEUE,
}
"""Permissions whose reach is narrowed by the sight of the role that holds them."""

COPIED = frozenset({Permission.SEE_CASE, Permission.SEE_RISK_NOTES, Permission.SEE_PUPIL})
"""What the CME officers of the authority where a child lives may do in a case of another one: read it."""

SYSTEM = frozenset({Permission.FOLLOW_REGISTER})
"""What the product itself acts with after a recount."""


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """What one role may do, which children it reaches, and what people call it."""

    label: str
    sight: Sight
    permissions: frozenset[Permission]


def _may(*permissions: Permission) -> frozenset[Permission]:
    return frozenset({Permission.SEE_OWN_ACCOUNT, *permissions})


_P = Permission

POLICY: Mapping[Role, RolePolicy] = MappingProxyType(
    {
        Role.SCHOOL_USER: RolePolicy(
            "School office",
            Sight.SCHOOL,
            _may(
                _P.SEE_SCHOOL,
                _P.SEE_PUPIL,
                _P.SEE_CASE,
                _P.UPLOAD_REGISTER,
                _P.APPROVE_REGISTER,
                _P.MANAGE_CALENDAR,
                _P.LOG_ENQUIRY,
                _P.ENQUIRE_AT_SCHOOL,
                _P.SEND_RETURN,
                _P.RECORD_MISSING,
                _P.MAKE_LETTER,
                _P.PRINT_CASE,
                _P.RECORD_CTF,
                _P.MAKE_CTF,
                _P.REPORT_LOCATION,
                _P.RECORD_REQUEST,
            ),
        ),
        Role.DSL: RolePolicy(
            "Designated safeguarding lead",
            Sight.SCHOOL,
            _may(
                _P.SEE_SCHOOL,
                _P.SEE_PUPIL,
                _P.SEE_CASE,
                _P.SEE_RISK_NOTES,
                _P.SEE_GATE,
                _P.UPLOAD_REGISTER,
                _P.APPROVE_REGISTER,
                _P.MANAGE_CALENDAR,
                _P.OPEN_CASE,
                _P.SIGN_REVIEW,
                _P.WRITE_REFERRAL,
                _P.SEND_REFERRAL,
                _P.DECLINE_REFERRAL,
                _P.CLOSE_CASE,
                _P.REOPEN_CASE,
                _P.LOG_ENQUIRY,
                _P.ENQUIRE_AT_SCHOOL,
                _P.WAIVE_ENQUIRY,
                _P.WRITE_MESSAGE,
                _P.SEND_RETURN,
                _P.RECORD_MISSING,
                _P.RESTRICT_CONTACT,
                _P.MAKE_LETTER,
                _P.MAKE_SHEET,
                _P.SPEAK_FOR_SCHOOL,
                _P.PRINT_CASE,
                _P.PRINT_REFERRAL,
                _P.REVOKE_REFERRAL,
                _P.CHALLENGE,
                _P.JOIN_REVIEW,
                _P.WRITE_STATEMENT,
                _P.RECORD_REMOVAL_FACT,
                _P.PROPOSE_REMOVAL,
                _P.WITHDRAW_REMOVAL,
                _P.RECORD_CTF,
                _P.MAKE_CTF,
                _P.READMIT_PUPIL,
                _P.REPORT_LOCATION,
                _P.RECORD_REQUEST,
            ),
        ),
        # The head decides on the school's own register. Safeguarding acts stay with the DSL; a head who
        # is also DSL is granted both roles.
        Role.HEAD: RolePolicy(
            "Head teacher",
            Sight.SCHOOL,
            _may(
                _P.SEE_SCHOOL,
                _P.SEE_PUPIL,
                _P.SEE_CASE,
                _P.SEE_RISK_NOTES,
                _P.SEE_GATE,
                _P.MANAGE_CALENDAR,
                _P.APPROVE_REFERRAL,
                _P.SPEAK_FOR_SCHOOL,
                _P.PRINT_CASE,
                _P.PRINT_REFERRAL,
                _P.CHALLENGE,
                _P.JOIN_REVIEW,
                _P.SIGN_STATEMENT,
                _P.WITHDRAW_REMOVAL,
                _P.MAKE_REMOVAL,
                _P.READMIT_PUPIL,
                _P.REPORT_LOCATION,
                _P.RECORD_REQUEST,
            ),
        ),
        Role.FRONT_DOOR: RolePolicy(
            "Front door",
            Sight.REFERRED,
            _may(
                _P.SEE_PUPIL,
                _P.SEE_CASE,
                _P.SEE_RISK_NOTES,
                _P.SEE_QUEUE,
                _P.KEEP_QUEUE,
                _P.WRITE_MESSAGE,
                _P.RESTRICT_CONTACT,
                _P.SEE_PROTECTED_ADDRESS,
                _P.PRINT_CASE,
                _P.PRINT_REFERRAL,
                _P.LOG_ENQUIRY,
                _P.CHALLENGE,
                _P.REPORT_LOCATION,
            ),
        ),
        Role.CME_OFFICER: RolePolicy(
            "CME officer",
            Sight.AUTHORITY,
            _may(
                _P.SEE_SCHOOL,
                _P.SEE_PUPIL,
                _P.SEE_CASE,
                _P.SEE_RISK_NOTES,
                _P.SEE_GATE,
                _P.SEE_QUEUE,
                _P.KEEP_QUEUE,
                _P.ACKNOWLEDGE_REFERRAL,
                _P.CLOSE_CASE,
                _P.REOPEN_CASE,
                _P.WRITE_MESSAGE,
                _P.RESTRICT_CONTACT,
                _P.SEE_PROTECTED_ADDRESS,
                _P.SPEAK_FOR_AUTHORITY,
                _P.PRINT_CASE,
                _P.PRINT_REFERRAL,
                _P.LOG_ENQUIRY,
                _P.SEE_INSIGHT,
                _P.SEE_CME_RECORD,
                _P.ACCEPT_REFERRAL,
                _P.TRIAGE_REFERRAL,
                _P.ALLOCATE_CASE,
                _P.HAND_OVER,
                _P.CHALLENGE,
                _P.JOIN_REVIEW,
                _P.WRITE_STATEMENT,
                _P.SIGN_STATEMENT,
                _P.RECORD_REMOVAL_FACT,
                _P.REPORT_LOCATION,
                _P.VERIFY_LOCATION,
                _P.KEEP_CME_RECORD,
                _P.EXPORT_CME_RETURN,
                _P.SEE_TRACES,
                _P.WRITE_TRACE,
                _P.SEND_TRACE,
                _P.RECEIVE_TRACE,
                _P.KEEP_CHILD_LISTS,
                _P.RECORD_REQUEST,
            ),
        ),
        Role.LA_MANAGER: RolePolicy(
            "Local authority manager",
            Sight.AUTHORITY,
            _may(
                _P.SEE_SCHOOL,
                _P.SEE_PUPIL,
                _P.SEE_CASE,
                _P.SEE_RISK_NOTES,
                _P.SEE_GATE,
                _P.SEE_QUEUE,
                _P.KEEP_QUEUE,
                _P.SEE_PROTECTED_ADDRESS,
                _P.PRINT_CASE,
                _P.PRINT_REFERRAL,
                _P.SEE_INSIGHT,
                _P.SEE_CME_RECORD,
                _P.ACCEPT_REFERRAL,
                _P.REVOKE_REFERRAL,
                _P.ALLOCATE_CASE,
                _P.CHALLENGE,
                _P.REPORT_LOCATION,
                _P.EXPORT_CME_RETURN,
                _P.SEE_TRACES,
                _P.APPROVE_TRACE,
                _P.KEEP_CHILD_LISTS,
            ),
        ),
        Role.ADMISSIONS: RolePolicy(
            "Admissions team", Sight.REMOVALS, _may(_P.SEE_REMOVALS, _P.CONFIRM_REMOVAL)
        ),
        Role.LA_ADMIN: RolePolicy(
            "Local authority administrator",
            Sight.NONE,
            _may(
                _P.SEE_SCHOOL,
                _P.MANAGE_CALENDAR,
                _P.MANAGE_SCHOOLS,
                _P.MANAGE_USERS,
                _P.MANAGE_POLICY,
                _P.MANAGE_DIRECTORY,
            ),
        ),
        Role.INSPECTOR: RolePolicy("Inspector", Sight.AUTHORITY, _INSPECTING),
        Role.OPERATOR: RolePolicy(
            "Server operator",
            Sight.AUTHORITY,
            _INSPECTING
            | {
                _P.UPLOAD_REGISTER,
                _P.APPROVE_REGISTER,
                _P.MANAGE_CALENDAR,
                _P.MANAGE_SCHOOLS,
                _P.MANAGE_USERS,
                _P.MAKE_CTF,
            },
        ),
    }
)
"""The policy table. Source: casework reference s.3, after Darlington procedure v2.3 (2017) s.8.4."""

SCHOOL_ROLES = frozenset(role for role, policy in POLICY.items() if policy.sight is Sight.SCHOOL)
"""Roles that are held at one school; every other role is held for a whole authority."""
