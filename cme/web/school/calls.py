"""The calls of a school's day: the list to ring through, and recording one call."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.services import calls as service
from cme.store import cases, pupils, roll
from cme.web import guard
from cme.web.presenters import calls as present
from cme.web.presenters.pupils import full_name
from cme.web.school.blueprint import blueprint
from cme.web.school.call_form import CallForm
from cme.web.school.permissions import find_school, may_at


@blueprint.get("/schools/<string(length=7):laestab>/calls")
def calls(laestab: str) -> ResponseReturnValue:
    """Everybody about whom somebody must be rung, in the order to ring."""
    return _page(find_school(laestab, Permission.SEE_PUPIL), {})


@blueprint.post("/pupils/<int:registration_id>/calls")
def record_call(registration_id: int) -> ResponseReturnValue:
    """Keep what came of one call."""
    scope, form = guard.scope(), CallForm.about(registration_id, is_sent=True)
    registration = pupils.find_registration(scope, registration_id)
    if registration is None or not service.may_record(scope, registration_id):
        abort(404)
    laestab = registration.school.laestab
    kept = service.record_call(
        scope,
        registration_id,
        form.contact,
        form.came_of_it,
        form.said.data or "",
        keep_back=bool(form.restricted.data),
        form_token=form.form_token.data or None,
        at=clock.now(),
        address=request.remote_addr or "",
    )
    if isinstance(kept, Refused):
        form.refuse(kept)
        return _page(find_school(laestab, Permission.SEE_PUPIL), {registration_id: form}), 422
    flash(present.recorded(form.came_of_it, full_name(registration.pupil)), "success")
    return redirect(url_for("school.calls", laestab=laestab), 303)


def _page(school: Any, sent: dict[int, CallForm]) -> str:
    """The list; `sent` is a form that was refused, with what was typed into it."""
    scope, at, laestab = guard.scope(), clock.now(), school.laestab
    guard.record_view(f"calls:{school.id}")
    school = find_school(laestab, Permission.SEE_PUPIL)
    found = service.list_calls(scope, school, at=at, also=next(iter(sent), None))
    rows = present.Rows(
        families=service.families_of(scope, school, found.waiting),
        cases={case.registration_id: case for case in cases.list_school_cases(scope, school.id)},
        form_of=lambda key: sent.get(key) or CallForm.about(key),
        sent=sent,
        may_record=may_at(school).log_enquiry,
        may_see_risks=roll.sees_flags(scope, school.id),
        on=found.on,
        at=at,
    )
    return render_template(
        "school/calls.html",
        school=school,
        page=present.call_page(school, found, rows),
        errors=[error for form in sent.values() for error in form.error_list],
    )
