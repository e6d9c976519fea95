"""Saying who the pupils of a file are, where the file and the roll do not tell, and leaving rows out."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services.registers import checking, readings, uploads
from cme.services.registers.checking import Check, NotNow
from cme.web import guard
from cme.web.presenters import rows as present
from cme.web.school.blueprint import blueprint
from cme.web.school.forms import LeaveOutForm, RowForm
from cme.web.school.upload_pages import upload_page
from importers.planning.planned import Decision, DecisionKind, Plan


@blueprint.get("/uploads/<int:import_id>/rows")
def ask_rows(import_id: int) -> ResponseReturnValue:
    """Each pupil who waits beside the children it may be, and a form to leave a row out."""
    checked, plan = _open(import_id)
    return _rows_page(checked, _forms(plan), LeaveOutForm(formdata=None))


@blueprint.post("/uploads/<int:import_id>/rows")
def decide_rows(import_id: int) -> ResponseReturnValue:
    """Keep what was decided about those who wait."""
    checked, plan = _open(import_id)
    forms = _forms(plan)
    answered = {key: form for key, form in forms.items() if form.decision.data}
    if [form for form in answered.values() if not form.validate()]:
        return _rows_page(checked, forms, LeaveOutForm(formdata=None)), 422
    return _keep(import_id, {key: form.decided() for key, form in answered.items()})


@blueprint.post("/uploads/<int:import_id>/rows/leave-out")
def leave_out(import_id: int) -> ResponseReturnValue:
    """Leave one row of the file out, with the reason: of a checked file its pupil, else the row in error."""
    checked = _waiting(import_id)
    if checked.plan is None:
        return _leave_out_unread(checked)
    form = LeaveOutForm()
    found = form.find(checked.plan.pupils) if form.validate() else []
    if not form.errors and len(found) != 1:
        form.row.errors = [present.not_one_row(form.row.data, len(found))]
    if form.errors or len(found) != 1:
        return _rows_page(checked, _forms(checked.plan, empty=True), form), 422
    decision = Decision(DecisionKind.LEAVE_OUT, reason=form.reason.data)
    return _keep(import_id, {found[0].key: decision})


def _leave_out_unread(checked: Check) -> ResponseReturnValue:
    """Leave a row out that has an error, and read the files again without it."""
    form, upload = LeaveOutForm(), checked.upload
    places = _faulty_rows(checked, form.row.data or "") if form.validate() else []
    if not form.errors and len(places) != 1:
        form.row.errors = [present.not_one_faulty_row(form.row.data, len(places))]
    if form.errors or len(places) != 1:
        return upload_page(upload.id, leave_out=form), 422
    said = {"left_out": [places[0] | {"reason": form.reason.data}]}
    try:
        uploads.answer(guard.scope(), upload.id, said, at=clock.now(), address=request.remote_addr or "")
    except NotNow as refusal:
        return upload_page(upload.id, refusal=str(refusal)), 409
    return redirect(url_for("school.show_upload", import_id=upload.id), 303)


def _faulty_rows(checked: Check, row: str) -> list[dict[str, Any]]:
    """The places of the rows of that number that have an error: file, sheet and row."""
    return [
        place | {"position": position}
        for place in present.rows_in_error(checked.errors, row)
        for position in readings.find_files(guard.scope(), checked.upload.id, place["file"])
    ]


@blueprint.post("/uploads/<int:import_id>/rows/take-in")
def take_in(import_id: int) -> ResponseReturnValue:
    """Take a row in again that was left out."""
    _, plan = _open(import_id)
    key = request.form.get("key", "")
    return _keep(import_id, {one.key: None for one in plan.left_out if one.key == key})


def _waiting(import_id: int) -> Check:
    """An upload on which nobody has decided; 404 for any other."""
    try:
        checked = checking.check(guard.scope(), import_id, at=clock.now())
    except NotNow:
        checked = None
    if checked is None or checked.upload.decided_at is not None:
        abort(404)
    return checked


def _open(import_id: int) -> tuple[Check, Plan]:
    """An upload that waits for approval and has no error; 404 for any other."""
    checked = _waiting(import_id)
    if checked.plan is None:
        abort(404)
    return checked, checked.plan


def _forms(plan: Plan, *, empty: bool = False) -> dict[str, RowForm]:
    """A form for each pupil who waits, by key, showing what was decided before."""
    forms = {}
    for number, waiting in enumerate(plan.waiting, start=1):
        form = RowForm(formdata=None, prefix=f"row{number}-") if empty else RowForm(prefix=f"row{number}-")
        form.decision.choices = present.choices(waiting)
        if not form.decision.data and waiting.deferred:
            form.decision.data = DecisionKind.LATER.value
        forms[waiting.key] = form
    return forms


def _keep(import_id: int, decisions: Mapping[str, Decision | None]) -> ResponseReturnValue:
    try:
        uploads.decide(guard.scope(), import_id, decisions, at=clock.now(), address=request.remote_addr or "")
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    flash("Your decisions are kept. Look once more at what approving does.", "success")
    return redirect(url_for("school.show_upload", import_id=import_id), 303)


def _rows_page(checked: Check, forms: dict[str, RowForm], leave_out_form: LeaveOutForm) -> str:
    plan: Any = checked.plan
    errors = [error for form in forms.values() for error in form.error_list]
    return render_template(
        "school/upload/rows.html",
        upload_id=checked.upload.id,
        school=checked.upload.school,
        details=[],
        waiting=[present.waiting_row(one, forms[one.key]) for one in plan.waiting],
        left_out=present.left_out(plan),
        form=leave_out_form,
        errors=[*errors, *leave_out_form.error_list],
    )
