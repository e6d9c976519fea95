"""What the columns of a file mean that was not recognised: said once, tried on the spot, and remembered."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.services.registers import answers, columns
from cme.services.registers.checking import ImportStatus, NotNow
from cme.services.registers.columns import Trial
from cme.store import registers
from cme.web import guard
from cme.web.presenters import columns as present
from cme.web.school.blueprint import blueprint
from cme.web.school.column_form import ColumnsForm
from cme.web.school.permissions import find_school
from cme.web.school.upload_pages import upload_page
from importers.answering.answers import ColumnsToMap


@blueprint.get("/uploads/<int:import_id>/columns")
def ask_columns(import_id: int) -> ResponseReturnValue:
    """The columns of a sheet, each with what it may be, and the first rows as they would read."""
    upload, offered = _asked(import_id)
    wanted = _wanted_sheet(offered)
    if wanted is None:
        return _to_upload(import_id)
    return _try(upload, wanted, offered, ColumnsForm.guessed(wanted))


@blueprint.post("/uploads/<int:import_id>/columns/preview")
def preview_columns(import_id: int) -> ResponseReturnValue:
    """The same page with what was chosen so far, and the first rows as they read with it."""
    upload, offered = _asked(import_id)
    wanted = _wanted_sheet(offered)
    if wanted is None:
        return _to_upload(import_id)
    return _try(upload, wanted, offered, ColumnsForm.sent(wanted))


@blueprint.post("/uploads/<int:import_id>/columns")
def save_columns(import_id: int) -> ResponseReturnValue:
    """Remember what the columns mean, and read the upload with it."""
    upload, offered = _asked(import_id)
    wanted = _wanted_sheet(offered)
    if wanted is None:
        return _to_upload(import_id)
    form, scope, address = ColumnsForm.sent(wanted), guard.scope(), request.remote_addr or ""
    try:
        trial = columns.keep_mapping(scope, upload, wanted, form.fields, at=clock.now(), address=address)
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    upload = _find_upload(import_id)
    if trial.faults:
        form.mark(trial.faults)
        return _columns_page(upload, wanted, offered, form, trial), 422
    is_asked = bool(columns.list_unmapped(scope, upload))
    if is_asked or upload.status == ImportStatus.CHECKED:
        # A page of errors shows no messages: it would come up later, out of place.
        flash("The columns are remembered for files with the same headings.", "success")
    page = "school.ask_columns" if is_asked else "school.show_upload"
    return redirect(url_for(page, import_id=import_id), 303)


@blueprint.get("/schools/<string(length=7):laestab>/columns")
def list_mappings(laestab: str) -> ResponseReturnValue:
    """What is remembered of a school's columns."""
    school = find_school(laestab, Permission.UPLOAD_REGISTER)
    found = registers.list_mappings(guard.scope(), school.id)
    return render_template(
        "school/mappings.html", school=school, mappings=[present.mapping(each) for each in found]
    )


@blueprint.post("/schools/<string(length=7):laestab>/columns/<int:mapping_id>/forget")
def forget_mapping(laestab: str, mapping_id: int) -> ResponseReturnValue:
    """Use what was said of some columns no more."""
    try:
        answers.forget_mapping(
            guard.scope(), laestab, mapping_id, at=clock.now(), address=request.remote_addr or ""
        )
    except LookupError:
        abort(404)
    flash("The columns are forgotten. Registers that were imported stay as they are.", "success")
    return redirect(url_for("school.list_mappings", laestab=laestab), 303)


def _find_upload(import_id: int) -> Any:
    upload = registers.find_import(guard.scope(), import_id)
    if upload is None:
        abort(404)
    return upload


def _asked(import_id: int) -> tuple[Any, Sequence[ColumnsToMap]]:
    """An upload with the sheets whose columns can be said: first the unknown ones, then those said before."""
    scope, upload = guard.scope(), _find_upload(import_id)
    try:
        offered = (*columns.list_unmapped(scope, upload), *columns.list_mapped(scope, upload))
    except NotNow:
        offered = ()
    return _find_upload(import_id), offered


def _wanted_sheet(offered: Sequence[ColumnsToMap]) -> ColumnsToMap | None:
    """The sheet that the address names, else the first; None where nothing is left to say."""
    number = request.args.get("sheet", 1, type=int)
    return offered[number - 1 if 0 < number <= len(offered) else 0] if offered else None


def _try(
    upload: Any, wanted: ColumnsToMap, offered: Sequence[ColumnsToMap], form: ColumnsForm
) -> ResponseReturnValue:
    import_id = upload.id
    try:
        trial = columns.try_mapping(guard.scope(), upload, wanted, form.fields)
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    return _columns_page(_find_upload(import_id), wanted, offered, form, trial)


def _columns_page(
    upload: Any, wanted: ColumnsToMap, offered: Sequence[ColumnsToMap], form: ColumnsForm, trial: Trial
) -> str:
    return render_template(
        "school/upload/columns.html",
        upload_id=upload.id,
        school=upload.school,
        form=form,
        sheet=present.sheet(wanted, offered),
        sheets=present.sheets(upload.id, wanted, offered),
        rows=present.rows(wanted, form),
        preview=present.preview(trial),
    )


def _to_upload(import_id: int) -> ResponseReturnValue:
    return redirect(url_for("school.show_upload", import_id=import_id), 303)
