"""The route table: every endpoint of the web application and what it takes to reach it."""

from collections.abc import Mapping
from enum import Enum

from cme.access.roles import Permission


class Open(Enum):
    """What an endpoint asks for when it asks for no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC = Open.PUBLIC
SIGNED_IN = Open.SIGNED_IN

ROUTES: Mapping[str, Permission | Open] = {
    "static": PUBLIC,
    "pages.home": SIGNED_IN,
    "pages.help_": PUBLIC,
    "pages.accessibility": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.check_sign_in": PUBLIC,
    "accounts.sign_out": PUBLIC,
    "accounts.signed_out": PUBLIC,
    "accounts.show": SIGNED_IN,
    "accounts.end_session": SIGNED_IN,
    "accounts.end_every_session": SIGNED_IN,
    "accounts.ask_password": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "cases.show": Permission.SEE_CASE,
    "cases.gate": Permission.SEE_GATE,
    "cases.referral": Permission.SEE_RISK_NOTES,
    "cases.write_referral": Permission.WRITE_REFERRAL,
    "cases.acknowledge": Permission.ACKNOWLEDGE_REFERRAL,
    "cases.ask_review": Permission.SIGN_REVIEW,
    "cases.review": Permission.SIGN_REVIEW,
    "cases.ask_decline": Permission.DECLINE_REFERRAL,
    "cases.decline": Permission.DECLINE_REFERRAL,
    "cases.ask_close": Permission.CLOSE_CASE,
    "cases.close": Permission.CLOSE_CASE,
    "cases.ask_reopen": Permission.REOPEN_CASE,
    "cases.reopen": Permission.REOPEN_CASE,
    "authority.list_authorities": Permission.MANAGE_SCHOOLS,
    "authority.show_dates": Permission.MANAGE_SCHOOLS,
    "authority.dates_file": Permission.MANAGE_SCHOOLS,
    "authority.ask_entry": Permission.MANAGE_SCHOOLS,
    "authority.check_entry": Permission.MANAGE_SCHOOLS,
    "authority.ask_file": Permission.MANAGE_SCHOOLS,
    "authority.check_file": Permission.MANAGE_SCHOOLS,
    "authority.change_dates": Permission.MANAGE_SCHOOLS,
    "officer.queue": Permission.SEE_QUEUE,
    "admissions.removals": Permission.SEE_REMOVALS,
    "school.list_schools": Permission.SEE_SCHOOL,
    "school.show": Permission.SEE_SCHOOL,
    "school.show_calendar": Permission.SEE_SCHOOL,
    "school.calendar_file": Permission.SEE_SCHOOL,
    "school.ask_calendar_entry": Permission.MANAGE_CALENDAR,
    "school.check_calendar_entry": Permission.MANAGE_CALENDAR,
    "school.ask_calendar_file": Permission.MANAGE_CALENDAR,
    "school.check_calendar_file": Permission.MANAGE_CALENDAR,
    "school.ask_calendar_copy": Permission.MANAGE_CALENDAR,
    "school.check_calendar_copy": Permission.MANAGE_CALENDAR,
    "school.change_calendar": Permission.MANAGE_CALENDAR,
    "school.roll": Permission.SEE_PUPIL,
    "school.list_uploads": Permission.UPLOAD_REGISTER,
    "school.upload": Permission.UPLOAD_REGISTER,
    "school.ask_cancel_superseded": Permission.UPLOAD_REGISTER,
    "school.cancel_superseded": Permission.UPLOAD_REGISTER,
    "school.templates": Permission.UPLOAD_REGISTER,
    "school.template": Permission.UPLOAD_REGISTER,
    "school.errors": Permission.UPLOAD_REGISTER,
    "school.codes": Permission.UPLOAD_REGISTER,
    "school.add_code": Permission.UPLOAD_REGISTER,
    "school.end_code": Permission.UPLOAD_REGISTER,
    "school.list_mappings": Permission.UPLOAD_REGISTER,
    "school.forget_mapping": Permission.UPLOAD_REGISTER,
    "school.ask_columns": Permission.UPLOAD_REGISTER,
    "school.preview_columns": Permission.UPLOAD_REGISTER,
    "school.save_columns": Permission.UPLOAD_REGISTER,
    "school.show_upload": Permission.UPLOAD_REGISTER,
    "school.answer": Permission.UPLOAD_REGISTER,
    "school.ask_rows": Permission.UPLOAD_REGISTER,
    "school.decide_rows": Permission.UPLOAD_REGISTER,
    "school.leave_out": Permission.UPLOAD_REGISTER,
    "school.take_in": Permission.UPLOAD_REGISTER,
    "school.approve": Permission.APPROVE_REGISTER,
    "school.ask_undo": Permission.APPROVE_REGISTER,
    "school.undo": Permission.APPROVE_REGISTER,
    "school.cancel": Permission.UPLOAD_REGISTER,
    "school.show_pupil": Permission.SEE_PUPIL,
    "school.open_case": Permission.OPEN_CASE,
}
"""Endpoint -> what it takes. An endpoint that is not listed is refused to everybody."""


def rule_for(endpoint: str | None) -> Permission | Open | None:
    """What it takes to reach an endpoint; None means that nobody may (the default)."""
    return ROUTES.get(endpoint) if endpoint is not None else None
