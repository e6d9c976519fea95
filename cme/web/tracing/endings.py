"""Closing a trace with its result, and withdrawing one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services.tracing import trace_endings
from cme.services.tracing.trace_views import TraceView
from cme.tracing.replies import finds
from cme.tracing.states import Action, Result
from cme.web import guard
from cme.web.presenters import traces as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import CloseForm, WithdrawForm
from cme.web.tracing.opening import address, found, opened, status_of

_ONE = "/<trace_reference:trace_reference>"


@blueprint.get(f"{_ONE}/close")
def ask_close(trace_reference: str) -> ResponseReturnValue:
    """With what the trace is closed."""
    view = opened(trace_reference, clock.now())
    if not view.may(Action.CLOSE):
        flash("This trace cannot be closed now.")
        return redirect(_here(trace_reference), 303)
    result = Result.LOCATED.value if finds(view.standing) else view.trace.result
    return _page(view, CloseForm(data={"result": result}).saw(view.trace.version), "close")


@blueprint.post(f"{_ONE}/close")
def close(trace_reference: str) -> ResponseReturnValue:
    """Close the trace; or the form again with what is missing."""
    at, form, status = clock.now(), CloseForm(), 422
    view = opened(trace_reference, at)
    if form.validate():
        refused = trace_endings.close(
            guard.scope(),
            trace_reference,
            form.result.data or "",
            confirmed_by=form.confirmed_by.data or "",
            reason=form.reason.data or "",
            seen=form.version,
            at=at,
            address=address(),
        )
        if refused is None:
            flash("The trace is closed. Tell those who were asked: see Messages.", "success")
            if form.result.data == Result.LOCATED and view.case is not None:
                flash(f"Now say in {view.case.reference} whether the child is there: the case goes on.")
            return redirect(_here(trace_reference), 303)
        form.refuse(refused)
        status, view = status_of(refused), found(trace_reference, at)
        form.saw(view.trace.version)
    return _page(view, form, "close"), status


@blueprint.get(f"{_ONE}/withdraw")
def ask_withdraw(trace_reference: str) -> ResponseReturnValue:
    """Why the trace is withdrawn."""
    view = opened(trace_reference, clock.now())
    if not view.may(Action.WITHDRAW):
        flash("This trace cannot be withdrawn now.")
        return redirect(_here(trace_reference), 303)
    return _page(view, WithdrawForm().saw(view.trace.version), "withdraw")


@blueprint.post(f"{_ONE}/withdraw")
def withdraw(trace_reference: str) -> ResponseReturnValue:
    """Withdraw the trace; or the form again with what is missing."""
    at, form, status = clock.now(), WithdrawForm(), 422
    view = opened(trace_reference, at)
    if form.validate():
        said, scope = form.reason.data or "", guard.scope()
        refused = trace_endings.withdraw(
            scope, trace_reference, said, seen=form.version, at=at, address=address()
        )
        if refused is None:
            flash("The trace is withdrawn.", "success")
            return redirect(_here(trace_reference), 303)
        form.refuse(refused)
        status, view = status_of(refused), found(trace_reference, at)
        form.saw(view.trace.version)
    return _page(view, form, "withdraw"), status


def _page(view: TraceView, form: CloseForm | WithdrawForm, what: str) -> str:
    return render_template(f"tracing/{what}.html", trace=present.trace_page(guard.scope(), view), form=form)


def _here(reference: str) -> str:
    return url_for("tracing.show", trace_reference=reference)
