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
from cme.store import returns
from cme.web import guard
from cme.web.presenters import returns as present
from cme.web.school.blueprint import blueprint
from cme.web.school.permissions import find_school, may_at
from cme.web.school.return_form import ReturnForm


@blueprint.get("/schools/<string(length=7):laestab>/returns")
def list_returns(laestab: str) -> ResponseReturnValue:
    """What the school owes its authority, and what it sent."""
    return _page(find_school(laestab, Permission.SEE_PUPIL), {})


@blueprint.post("/schools/<string(length=7):laestab>/returns/<int:return_id>")
def send_return(laestab: str, return_id: int) -> ResponseReturnValue:
    """Record that a return was sent."""
    school, form = find_school(laestab, Permission.SEND_RETURN), ReturnForm.about(return_id, is_sent=True)
    try:
        sent = service.send(
            guard.scope(),
            return_id,
            form.sent_to.data or "",
            form.note.data or "",
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


@blueprint.get("/schools/<string(length=7):laestab>/returns.csv")
def returns_file(laestab: str) -> ResponseReturnValue:
    """The returns that are owed, as a file to send."""
    school = find_school(laestab, Permission.SEND_RETURN)
    content = service.export_owed(guard.scope(), school, at=clock.now(), address=request.remote_addr or "")
    name = f"returns-{laestab}-{clock.today().isoformat()}.csv"
    return send_file(io.BytesIO(content), mimetype=CSV_TYPE, as_attachment=True, download_name=name)


def _page(school: Any, sent: dict[int, ReturnForm]) -> str:
    """The list; `sent` is a form that was refused, with what was typed into it."""
    guard.record_view(f"returns:{school.id}")
    scope = guard.scope()
    # Recording the look has let go of everything that was read.
    school = find_school(school.laestab, Permission.SEE_PUPIL)
    owed, may_send = returns.list_owed(scope, school.id), may_at(school).send_return
    forms = {row.id: sent.get(row.id) or ReturnForm.about(row.id) for row in owed if may_send}
    return render_template(
        "school/returns.html",
        school=school,
        may_send=may_send,
        page=present.returns_page(owed, returns.list_sent(scope, school.id), forms, today=clock.today()),
        errors=[error for form in sent.values() for error in form.error_list],
    )
