"""What the person who sends this request may do at one school, and the school itself."""

from dataclasses import dataclass
from typing import Any

from flask import abort

from cme.access.roles import Permission
from cme.store import schools
from cme.web import guard


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do at one school."""

    see_school: bool
    see_pupils: bool
    upload: bool
    approve: bool
    open_case: bool
    manage_calendar: bool
    log_enquiry: bool
    send_return: bool


def find_school(laestab: str, permission: Permission) -> Any:
    """The school, where the person holds the permission; 404 anywhere else."""
    school = schools.find_school(guard.scope(), laestab, permission)
    if school is None:
        abort(404)
    return school


def may_at(school: Any) -> May:
    """What the person may do at a school that they may see."""
    held = guard.scope().permissions_at(authority_id=school.authority_id, school_id=school.id)
    return May(
        see_school=Permission.SEE_SCHOOL in held,
        see_pupils=Permission.SEE_PUPIL in held,
        upload=Permission.UPLOAD_REGISTER in held,
        approve=Permission.APPROVE_REGISTER in held,
        open_case=Permission.OPEN_CASE in held,
        manage_calendar=Permission.MANAGE_CALENDAR in held,
        log_enquiry=Permission.ENQUIRE_AT_SCHOOL in held,
        send_return=Permission.SEND_RETURN in held,
    )
