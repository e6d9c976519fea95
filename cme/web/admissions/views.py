"""What the admissions team sees of removals, and its answer to each."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.clock import local_date
from cme.services.removal import proposals, removals
from cme.services.removal.proposals import RemovalView
from cme.store import cases
from cme.store import removals as store
from cme.web import guard
from cme.web.admissions.forms import AnswerForm
from cme.web.cases.blueprint import know_references
from cme.web.presenters import removals as present

blueprint = Blueprint("admissions", __name__, url_prefix="/removals")

# Its addresses hold the reference of a case, whatever is registered first.
blueprint.record_once(know_references)

_ONE = "/<case_reference:removal_reference>"


@blueprint.get("", endpoint="removals")
def list_removals() -> ResponseReturnValue:
    """The removals that wait for an answer or a decision, and those that were queried, the oldest first; how
    many children are near it."""
    scope, today = guard.scope(), clock.today()
    found, queried = proposals.list_proposed(scope, today=today), store.list_queried(scope)
    return render_template(
        "admissions/removals.html",
        removals=present.present_removals(found, queried, cases.count_eligible(scope)),
    )


@blueprint.get("/made")
def made() -> ResponseReturnValue:
    """The removals that were made, the newest first."""
    page = request.args.get("page", 1, type=int)
    found = store.read_made(guard.scope(), page=page)
    return render_template("admissions/made.html", made=present.present_made(found))


@blueprint.get(_ONE)
def show(removal_reference: str) -> ResponseReturnValue:
    """One removal as admissions may see it, and the form of their answer."""
    view = _opened(removal_reference, clock.now())
    form = AnswerForm.starting(view.removal.checks)
    form.seen.data = str(len(view.case.events))
    return _page(view, form)


@blueprint.post(_ONE)
def answer(removal_reference: str) -> ResponseReturnValue:
    """Confirm, query, or record only."""
    at = clock.now()
    view, form = _opened(removal_reference, at), AnswerForm()
    if form.validate():
        refused = removals.answer(
            guard.scope(), removal_reference, form.given(), at=at, address=request.remote_addr or ""
        )
        if refused is None:
            flash("Your answer is recorded. The school can see it.", "success")
            return redirect(url_for("admissions.removals"), 303)
        form.refuse(refused)
        form.seen.data = str(len(view.case.events))
    return _page(view, form), 422


def _opened(reference: str, at: datetime) -> RemovalView:
    """The removal, with the look at it on record; 404 unless the viewer sees removals there."""
    scope = guard.scope()
    permission: Any = rule_for(request.endpoint)
    case_id = cases.find_case_id(scope, reference, permission)
    if case_id is None:
        abort(404)
    guard.record_view(f"case:{case_id}")
    return proposals.show(scope, reference, today=local_date(at)) or abort(404)


def _page(view: RemovalView, form: AnswerForm) -> str:
    scope = guard.scope()
    may_answer = scope.may(Permission.CONFIRM_REMOVAL, authority_id=view.case.authority_id)
    return render_template(
        "admissions/removal.html",
        removal=present.present_removal(view, clock.today()),
        form=form,
        may_answer=may_answer and present.waits_for_answer(view),
    )
