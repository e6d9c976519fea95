"""Deciding on an upload: approve it, give it up, or undo what it did."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services.registers import approval, checking, undoing, uploads
from cme.services.registers.checking import ImportStatus, NotNow
from cme.store import registers
from cme.web import guard
from cme.web.presenters import uploads as present
from cme.web.school.blueprint import blueprint
from cme.web.school.forms import ApproveForm
from cme.web.school.permissions import may_at
from cme.web.school.upload_pages import upload_page


@blueprint.post("/uploads/<int:import_id>/approve")
def approve(import_id: int) -> ResponseReturnValue:
    """Import what was checked, if everything that a person must confirm is confirmed."""
    form = ApproveForm()
    try:
        checked = checking.check(guard.scope(), import_id, at=clock.now())
        if checked is None:
            abort(404)
        if checked.seen == form.seen.data and form.falls_short(checked):
            return upload_page(import_id, form=form), 422
        approval.approve(
            guard.scope(),
            import_id,
            at=clock.now(),
            address=request.remote_addr or "",
            confirmed=form.confirmed_keys(checked),
            accepted=form.accepted.data or (),
            seen=form.seen.data or "not looked at",
        )
    except LookupError:
        abort(404)
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    flash("The register is imported and every pupil is counted again.", "success")
    return redirect(url_for("school.show_upload", import_id=import_id), 303)


@blueprint.post("/uploads/<int:import_id>/cancel")
def cancel(import_id: int) -> ResponseReturnValue:
    """Give an upload up; nothing of it is imported."""
    try:
        uploads.cancel(guard.scope(), import_id, at=clock.now(), address=request.remote_addr or "")
    except LookupError:
        abort(404)
    except NotNow as refusal:
        return upload_page(import_id, refusal=str(refusal)), 409
    return redirect(url_for("school.show_upload", import_id=import_id), 303)


@blueprint.get("/uploads/<int:import_id>/undo")
def ask_undo(import_id: int) -> ResponseReturnValue:
    """What undoing an approved upload would take back, or what stands in the way."""
    return _undo_page(import_id)


@blueprint.post("/uploads/<int:import_id>/undo")
def undo(import_id: int) -> ResponseReturnValue:
    """Take back everything that an approved upload did."""
    try:
        undoing.undo(guard.scope(), import_id, at=clock.now(), address=request.remote_addr or "")
    except LookupError:
        abort(404)
    except NotNow as refusal:
        return _undo_page(import_id, refusal=str(refusal)), 409
    flash("The upload is undone and every pupil is counted again.", "success")
    return redirect(url_for("school.show_upload", import_id=import_id), 303)


def _undo_page(import_id: int, *, refusal: str = "") -> str:
    upload = registers.find_import(guard.scope(), import_id)
    if upload is None or not may_at(upload.school).approve:
        abort(404)
    if upload.status != ImportStatus.APPROVED:
        return upload_page(import_id, refusal=refusal)
    return render_template(
        "school/upload/undo.html",
        upload_id=upload.id,
        school=upload.school,
        details=present.details(upload),
        takes_back=present.what_undoing_takes_back(upload),
        hindrance=refusal or undoing.why_not_undone(guard.scope(), upload),
    )
