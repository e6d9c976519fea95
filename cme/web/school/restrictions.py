"""Contact restrictions of one pupil: what is in force, adding one, and ending one with a reason."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.services import restrictions as service
from cme.store import pupils, roll
from cme.store import restrictions as store
from cme.web import guard
from cme.web.presenters import restrictions as present
from cme.web.presenters.pupils import full_name
from cme.web.school.blueprint import blueprint
from cme.web.school.restriction_forms import EndRestrictionForm, RestrictionForm


@blueprint.get("/pupils/<int:registration_id>/restrictions")
def restrictions(registration_id: int) -> ResponseReturnValue:
    """What must not be done about a pupil, and the form that restricts more."""
    return _page(registration_id, RestrictionForm(formdata=None))


@blueprint.post("/pupils/<int:registration_id>/restrictions")
def add_restriction(registration_id: int) -> ResponseReturnValue:
    """Restrict contact from now on."""
    scope, form = guard.scope(), RestrictionForm()
    if not service.may_restrict(scope, registration_id):
        abort(404)
    form.offer(roll.list_contacts(scope, registration_id))
    if not form.validate():
        return _page(registration_id, form), 422
    made = service.add(
        scope, registration_id, form.entered(), at=clock.now(), address=request.remote_addr or ""
    )
    if isinstance(made, Refused):
        form.refuse(made)
        return _page(registration_id, form), 422
    flash("The restriction is in force. It stands first on every page about this pupil.", "success")
    return redirect(url_for("school.restrictions", registration_id=registration_id), 303)


@blueprint.get("/restrictions/<int:restriction_id>/end")
def ask_end_restriction(restriction_id: int) -> ResponseReturnValue:
    """Ask why a restriction no longer holds."""
    return _end_page(restriction_id, EndRestrictionForm(formdata=None))


@blueprint.post("/restrictions/<int:restriction_id>/end")
def end_restriction(restriction_id: int) -> ResponseReturnValue:
    """End a restriction, which stays on record."""
    scope, form = guard.scope(), EndRestrictionForm()
    _, registration_id = _found(restriction_id)
    if not form.validate():
        return _end_page(restriction_id, form), 422
    refused = service.end(
        scope, restriction_id, form.reason.data or "", at=clock.now(), address=request.remote_addr or ""
    )
    if refused is not None:
        form.refuse(refused)
        return _end_page(restriction_id, form), 422
    flash("The restriction is ended.", "success")
    return redirect(url_for("school.restrictions", registration_id=registration_id), 303)


def _page(registration_id: int, form: RestrictionForm) -> str:
    scope = guard.scope()
    if pupils.find_registration(scope, registration_id) is None:
        abort(404)
    guard.record_view(f"registration:{registration_id}")
    registration = pupils.find_registration(scope, registration_id) or abort(404)
    form.offer(roll.list_contacts(scope, registration_id))
    found = service.in_force(scope, registration_id)
    shown = present.notice(scope, registration_id, found)
    return render_template(
        "school/restrictions.html",
        name=full_name(registration.pupil),
        registration_id=registration_id,
        notice=shown,
        history=present.history(
            store.list_restrictions(scope, registration_id),
            with_notes=service.may_see_notes(scope, registration_id),
            may_change=shown["may_change"],
        ),
        form=form,
        hints=present.hints(form.kind.choices),
        errors=form.error_list,
    )


def _found(restriction_id: int) -> tuple[Any, int]:
    """A restriction that the person may end, with the registration it is reached by; 404 for any other."""
    found = store.find_restriction(guard.scope(), restriction_id)
    if found is None:
        abort(404)
    return found[0], found[1].id


def _end_page(restriction_id: int, form: EndRestrictionForm) -> str:
    _, registration_id = _found(restriction_id)
    guard.record_view(f"registration:{registration_id}")
    restriction, registration_id = _found(restriction_id)
    registration = pupils.find_registration(guard.scope(), registration_id) or abort(404)
    (row,) = present.rows_of((restriction,), with_notes=True, may_change=True)
    return render_template(
        "school/end_restriction.html",
        name=full_name(registration.pupil),
        registration_id=registration_id,
        restriction_id=restriction_id,
        restriction=row,
        form=form,
        errors=form.error_list,
    )
