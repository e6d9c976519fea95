"""Uploading a register: the file, what it was found to be, and answers to what it leaves open."""

from dataclasses import replace
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from cme import clock
from cme.access.roles import Permission
from cme.services.registers import answers, uploads
from cme.services.registers.checking import NotNow
from cme.settings import Settings
from cme.store import registers, schools
from cme.web import guard
from cme.web.errors import answer_error
from cme.web.presenters import uploads as present
from cme.web.presenters.words import counted
from cme.web.school.blueprint import blueprint
from cme.web.school.forms import UploadForm
from cme.web.school.permissions import find_school
from cme.web.school.upload_pages import upload_page
from importers.reading import WEB_LIMITS, Limits, Refused


@blueprint.get("/schools/<string(length=7):laestab>/uploads")
def list_uploads(laestab: str) -> ResponseReturnValue:
    """The form to upload a register with, what can be read, and the uploads so far."""
    return _uploads_page(find_school(laestab, Permission.UPLOAD_REGISTER), UploadForm())


@blueprint.post("/schools/<string(length=7):laestab>/uploads")
def upload(laestab: str) -> ResponseReturnValue:
    """Read a file and show its check page, or say why it cannot be read."""
    school, form = find_school(laestab, Permission.UPLOAD_REGISTER), UploadForm()
    if not form.validate():
        return _uploads_page(school, form), 422
    files = [(file.filename or "", file.read()) for file in form.register.data]
    try:
        import_id = uploads.receive(
            guard.scope(),
            laestab,
            files,
            at=clock.now(),
            address=request.remote_addr or "",
            limits=_limits(),
        )
    except NotNow as refusal:
        form.register.errors = [str(refusal)]
        return _uploads_page(find_school(laestab, Permission.UPLOAD_REGISTER), form), 422
    except Refused as refusal:
        named = f"{refusal.issue.file}: " if len(files) > 1 else ""
        form.register.errors = [named + refusal.issue.message]
        status = 413 if refusal.too_large else 422
        return _uploads_page(find_school(laestab, Permission.UPLOAD_REGISTER), form), status
    return redirect(url_for("school.show_upload", import_id=import_id), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_large_file(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say so where the form is. Nothing of the request has been read, not even the form's token."""
    if request.endpoint != "school.upload":
        return answer_error(error)
    school = _school_of_upload()
    if school is None:
        return answer_error(NotFound())
    form = UploadForm(formdata=None)
    form.register.errors = [present.too_large(_limits())]
    return _uploads_page(school, form), 413


@blueprint.get("/uploads/<int:import_id>")
def show_upload(import_id: int) -> ResponseReturnValue:
    """The check page of an upload, or its receipt."""
    return upload_page(import_id)


@blueprint.post("/uploads/<int:import_id>/answers")
def answer(import_id: int) -> ResponseReturnValue:
    """Read an upload again: with an answer to what its file leaves open, or with what is known by now."""
    said = answers.read_answer(request.form.get("question", ""), request.form.get("answer", ""))
    if said is None:
        return upload_page(import_id, refusal="Choose an answer, then read the file again"), 422
    try:
        uploads.answer(
            guard.scope(),
            import_id,
            said,
            at=clock.now(),
            address=request.remote_addr or "",
            limits=_limits(),
        )
    except LookupError:
        abort(404)
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    return redirect(url_for("school.show_upload", import_id=import_id), 303)


@blueprint.get("/schools/<string(length=7):laestab>/uploads/superseded")
def ask_cancel_superseded(laestab: str) -> ResponseReturnValue:
    """Which uploads wait though a later one with their dates was approved."""
    return _superseded_page(find_school(laestab, Permission.UPLOAD_REGISTER))


@blueprint.post("/schools/<string(length=7):laestab>/uploads/superseded")
def cancel_superseded(laestab: str) -> ResponseReturnValue:
    """Give those of them up that were shown."""
    ids, address = request.form.getlist("upload", type=int), request.remote_addr or ""
    try:
        number = uploads.cancel_superseded(guard.scope(), laestab, ids, at=clock.now(), address=address)
    except LookupError:
        abort(404)
    except NotNow as refusal:
        page = _superseded_page(find_school(laestab, Permission.UPLOAD_REGISTER), refusal=str(refusal))
        return page, 409
    flash(f"{counted(number, 'upload is', 'uploads are')} cancelled.", "success")
    return redirect(url_for("school.list_uploads", laestab=laestab), 303)


def _superseded_page(school: Any, *, refusal: str = "") -> str:
    found = registers.list_superseded(guard.scope(), school.id)
    return render_template(
        "school/superseded.html",
        school=school,
        uploads=[present.history_row(each) for each in found],
        question=f"Cancel {counted(len(found), 'upload')} that {'waits' if len(found) == 1 else 'wait'}",
        errors=[{"text": refusal}] if refusal else [],
    )


def _school_of_upload() -> Any:
    """The school whose upload form was sent; None outside the scope."""
    laestab = (request.view_args or {})["laestab"]
    return schools.find_school(guard.scope(), laestab, Permission.UPLOAD_REGISTER)


def _uploads_page(school: Any, form: UploadForm) -> str:
    scope = guard.scope()
    found = registers.list_imports(scope, school.id)
    return render_template(
        "school/uploads.html",
        school=school,
        form=form,
        accepted=present.accepted(_limits()),
        uploads=[present.history_row(each) for each in found],
        superseded=len(registers.list_superseded(scope, school.id)),
    )


def _limits() -> Limits:
    settings: Settings = current_app.config["CME_SETTINGS"]
    return replace(WEB_LIMITS, upload_bytes=settings.max_upload_bytes)
