"""One pupil: the three runs, the ledger that explains them, and the case."""

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.clock import local_date
from cme.services import casework, restrictions
from cme.services.absence import explain
from cme.services.tracing.siblings import siblings_of
from cme.store import cases, pupils, registers, roll
from cme.web import guard
from cme.web.presenters import ledger as present_ledger
from cme.web.presenters import pupils as present
from cme.web.presenters import restrictions as present_restrictions
from cme.web.presenters import roll as present_roll
from cme.web.presenters import siblings as present_siblings
from cme.web.presenters.corrections import corrections
from cme.web.school.blueprint import blueprint
from cme.web.school.forms import OpenCaseForm
from cme.web.school.permissions import May, may_at


@blueprint.get("/pupils/<int:registration_id>")
def show_pupil(registration_id: int) -> ResponseReturnValue:
    """Where a pupil's runs stand, and why, day by day."""
    return _pupil_page(registration_id, OpenCaseForm(formdata=None))


@blueprint.post("/pupils/<int:registration_id>/cases")
def open_case(registration_id: int) -> ResponseReturnValue:
    """Open a case that the count has not opened."""
    registration = pupils.find_registration(guard.scope(), registration_id)
    if registration is None or not may_at(registration.school).open_case:
        abort(404)
    form = OpenCaseForm()
    if not form.validate():
        return _pupil_page(registration_id, form), 422
    opened = casework.open_by_hand(
        guard.scope(), registration_id, form.reason.data, at=clock.now(), address=request.remote_addr or ""
    )
    if isinstance(opened, Refused):
        return _pupil_page(registration_id, form, refusal=opened.reason), 409
    return redirect(url_for("cases.show", case_reference=opened), 303)


def _pupil_page(registration_id: int, form: OpenCaseForm, *, refusal: str = "") -> str:
    scope, at = guard.scope(), clock.now()
    if pupils.find_registration(scope, registration_id) is None:
        abort(404)
    guard.record_view(f"registration:{registration_id}")
    registration = pupils.find_registration(scope, registration_id)
    if registration is None:
        abort(404)
    explained, may = explain(registration), may_at(registration.school)
    history = cases.list_case_history(scope, registration_id)
    return render_template(
        "school/pupil.html",
        registration_id=registration_id,
        pupil=present.pupil_page(registration, explained.standing, explained.ledger, today=local_date(at)),
        **_family(registration),
        corrections=corrections(registers.read_mark_history(scope, registration_id)),
        ledger=present_ledger.ledger_page(explained.ledger, show_all="all" in request.args),
        cases=present.case_links(history),
        may=may,
        form=form,
        errors=[{"text": refusal}] if refusal else form.error_list,
        back_link=_back_link(registration, history, may),
    )


def _family(registration: Any) -> dict[str, Any]:
    """What the viewer may know of the pupil's family, and what must not be done about it."""
    scope, key = guard.scope(), registration.id
    restricted, with_notes = restrictions.in_force(scope, key), restrictions.may_see_notes(scope, key)
    called = present_roll.contacts(roll.list_contacts(scope, key), restricted, with_notes=with_notes)
    home = restrictions.home_of(scope, registration)
    return {
        "restricted": present_restrictions.notice(scope, key, restricted),
        "about": present_roll.about(registration, called, roll.list_flags(scope, key), home=home),
        "siblings": present_siblings.rows(siblings_of(scope, key), registration.school_id),
    }


def _back_link(registration: Any, history: Sequence[Any], may: May) -> dict[str, str]:
    """To where the viewer most likely came from: the case, their school, or the start page."""
    open_case = next((case for case in history if case.closed_at is None), None)
    if open_case is not None and guard.scope().may(Permission.SEE_QUEUE):
        href = url_for("cases.show", case_reference=open_case.reference)
        return {"text": f"Back to case {open_case.reference}", "href": href}
    if may.see_school:
        href = url_for("school.show", laestab=registration.school.laestab)
        return {"text": f"Back to {registration.school.name}", "href": href}
    return {"text": "Back to the start", "href": url_for("pages.home")}
