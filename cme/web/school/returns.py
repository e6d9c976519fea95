"""The statutory returns of a school: what is owed, recording that one was sent, and what was sent."""

import io
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.documents.workbooks import CSV_TYPE
from cme.services import returns as service
from cme.services.home_copies import homes_elsewhere
from cme.store import returns
from cme.web import guard
from cme.web.presenters import returns as present
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school, may_at
from cme.web.school.return_form import ReturnForm, TakeBackForm


@blueprint.get("/schools/<string(length=7):laestab>/returns")
def list_returns(laestab: str) -> ResponseReturnValue:
    """What the school owes its authority, and what it sent."""
    return _page(find_school(laestab, Permission.SEE_PUPIL), {})


@blueprint.post("/schools/<string(length=7):laestab>/returns/<int:return_id>")
def send_return(laestab: str, return_id: int) -> ResponseReturnValue:
    """Record that a return was sent."""
    school, form = find_school(laestab, Permission.SEND_RETURN), ReturnForm.about(return_id, is_sent=True)
    if not form.validate():
        return _page(school, {return_id: form}), 422
    try:
        sent = service.send(
            guard.scope(),
            return_id,
            form.sent_to.data or "",
            form.note.data or "",
            form.sent_on.data,
            at=clock.now(),
            address=request.remote_addr or "",
        )
    except LookupError:
        abort(404)
    if isinstance(sent, Refused):
        form.refuse(sent)
        return _page(school, {return_id: form}), 422
    flash("The return is recorded as sent.", "success")
    return redirect(url_for("school.list_returns", laestab=laestab), 303)


@blueprint.post("/schools/<string(length=7):laestab>/returns/<int:return_id>/take-back")
def take_back_return(laestab: str, return_id: int) -> ResponseReturnValue:
    """Take back a wrong record that a return was sent."""
    school, form = find_school(laestab, Permission.SEND_RETURN), TakeBackForm.about(return_id, is_sent=True)
    if not form.validate():
        return _page(school, {}, {return_id: form}), 422
    try:
        done = service.take_back(
            guard.scope(),
            return_id,
            form.reason.data or "",
            at=clock.now(),
            address=request.remote_addr or "",
        )
    except LookupError:
        abort(404)
    if isinstance(done, Refused):
        form.refuse(done)
        return _page(school, {}, {return_id: form}), 422
    flash("The record is taken back. The return is owed again.", "success")
    return redirect(url_for("school.list_returns", laestab=laestab), 303)


@blueprint.get("/schools/<string(length=7):laestab>/returns.csv")
def returns_file(laestab: str) -> ResponseReturnValue:
    """The returns that are owed, as a file to send."""
    school = find_school(laestab, Permission.SEND_RETURN)
    content = service.export_owed(guard.scope(), school, at=clock.now(), address=request.remote_addr or "")
    name = f"returns-{laestab}-{clock.today().isoformat()}.csv"
    return send_file(io.BytesIO(content), mimetype=CSV_TYPE, as_attachment=True, download_name=name)


def _page(
    school: Any, sent: dict[int, ReturnForm], taking_back: dict[int, TakeBackForm] | None = None
) -> str:
    """The list; `sent` and `taking_back` are a form that was refused, with what was typed into it."""
    guard.record_view(f"returns:{school.id}")
    scope = guard.scope()
    # Recording the look has let go of everything that was read.
    school = find_school(school.laestab, Permission.SEE_PUPIL)
    owed, may_send = returns.list_owed(scope, school.id), may_at(school).send_return
    forms = {row.id: sent.get(row.id) or ReturnForm.about(row.id) for row in owed if may_send}
    refused, gone = taking_back or {}, returns.list_sent(scope, school.id)
    backs = {row.id: refused.get(row.id) or TakeBackForm.about(row.id) for row in gone if may_send}
    return render_template(
        "school/returns.html",
        school=school,
        may_send=may_send,
        page=present.returns_page(
            owed, gone, forms, backs, homes=homes_elsewhere(scope, school), today=clock.today()
        ),
        errors=[error for form in (*sent.values(), *refused.values()) for error in form.error_list],
    )
