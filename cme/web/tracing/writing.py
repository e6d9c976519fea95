"""Writing a request: its details beside its text, finishing it, and a manager's decisions about it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.services.tracing import trace_views, traces
from cme.services.tracing.trace_views import TraceView
from cme.tracing.states import Action, State
from cme.web import guard
from cme.web.presenters import traces as present
from cme.web.presenters.dates import moment
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.details_form import DetailsForm
from cme.web.tracing.forms import ApproveForm, ReasonForm, StepForm
from cme.web.tracing.opening import address, answer, found, opened, status_of

_ONE = "/<trace_reference:trace_reference>"


@blueprint.get(f"{_ONE}/details")
def ask_details(trace_reference: str) -> ResponseReturnValue:
    """What the request says, to be corrected, with its text beside it."""
    view = opened(trace_reference, clock.now())
    if not view.may(Action.WRITE):
        flash("What was sent cannot be changed. Write a follow-up instead.")
        return redirect(_here(trace_reference), 303)
    form, is_checked = DetailsForm.of(view), "check" in request.args
    return _form_page(view, form.check(view) if is_checked else form, is_checked=is_checked)


@blueprint.post(f"{_ONE}/details")
def save_details(trace_reference: str) -> ResponseReturnValue:
    """Keep what was entered; or the form again with what is wrong."""
    at = clock.now()
    view = opened(trace_reference, at)
    form = DetailsForm.of(view)
    status = 422
    if form.validate():
        refused = traces.write(
            guard.scope(), trace_reference, form.draft(view), seen=form.version, at=at, address=address()
        )
        if refused is None:
            return _saved(found(trace_reference, at))
        form.refuse(refused)
        view, status = found(trace_reference, at), status_of(refused)
    else:
        form.check(trace_views.preview(view, form.draft(view)))
    return _form_page(view, form.saw(view.trace.version) if status == 409 else form, status), status


@blueprint.post(f"{_ONE}/preview")
def preview_details(trace_reference: str) -> ResponseReturnValue:
    """The same form, with the text that it would give; nothing is saved."""
    view = opened(trace_reference, clock.now())
    form = DetailsForm.of(view)
    form.validate()
    return _form_page(view, form), 422 if form.error_list else 200


@blueprint.post(f"{_ONE}/finish")
def finish(trace_reference: str) -> ResponseReturnValue:
    """Say that the request is complete."""
    at, form = clock.now(), StepForm()
    view = opened(trace_reference, at)
    done = traces.finish(guard.scope(), trace_reference, seen=form.version, at=at, address=address())
    if isinstance(done, Refused):
        return answer(found(trace_reference, at), "step", form, done)
    told = done is State.AWAITING_APPROVAL
    flash("A manager has been told, to approve it." if told else "The request is ready to send.", "success")
    return redirect(_here(view.trace.reference), 303)


@blueprint.post(f"{_ONE}/ask-manager")
def ask_override(trace_reference: str) -> ResponseReturnValue:
    """Ask a manager whether the request is made although something is missing."""
    at, form = clock.now(), StepForm()
    opened(trace_reference, at)
    scope = guard.scope()
    refused = traces.ask_override(scope, trace_reference, seen=form.version, at=at, address=address())
    if refused is not None:
        return answer(found(trace_reference, at), "step", form, refused)
    flash("A manager has been told, to decide.", "success")
    return redirect(_here(trace_reference), 303)


@blueprint.post(f"{_ONE}/override")
def override(trace_reference: str) -> ResponseReturnValue:
    """A manager decides that the request is made although something is missing."""
    at, form = clock.now(), ReasonForm()
    opened(trace_reference, at)
    if form.validate():
        refused = traces.override(
            guard.scope(),
            trace_reference,
            form.reason.data or "",
            seen=form.version,
            at=at,
            address=address(),
        )
        if refused is None:
            flash("Your decision is recorded. The officer has been told.", "success")
            return redirect(_here(trace_reference), 303)
        return answer(found(trace_reference, at), "override", form, refused)
    return answer(found(trace_reference, at), "override", form, Refused((), ()))


@blueprint.post(f"{_ONE}/approve")
def approve(trace_reference: str) -> ResponseReturnValue:
    """A second person approves a request about a restricted child."""
    at, form = clock.now(), ApproveForm()
    opened(trace_reference, at)
    refused = traces.approve(
        guard.scope(),
        trace_reference,
        with_destination=bool(form.with_destination.data),
        seen=form.version,
        at=at,
        address=address(),
    )
    if refused is None:
        flash("The request is approved. The officer has been told.", "success")
        return redirect(_here(trace_reference), 303)
    return answer(found(trace_reference, at), "approval", form, refused)


@blueprint.post(f"{_ONE}/send-back")
def send_back(trace_reference: str) -> ResponseReturnValue:
    """A manager sends a request back to its writer."""
    at, form = clock.now(), ReasonForm()
    opened(trace_reference, at)
    refused = Refused((), ())
    if form.validate():
        said = form.reason.data or ""
        scope = guard.scope()
        done = traces.send_back(scope, trace_reference, said, seen=form.version, at=at, address=address())
        if done is None:
            flash("The request went back. The officer has been told.", "success")
            return redirect(_here(trace_reference), 303)
        refused = done
    return answer(found(trace_reference, at), "back", form, refused)


def _saved(view: TraceView) -> ResponseReturnValue:
    """Where to go on once a request is kept: to what is wrong with it, or to its page."""
    reference = view.trace.reference
    if view.missing or view.recipient_faults:
        return redirect(url_for("tracing.ask_details", trace_reference=reference, check="yes"), 303)
    if view.gate and not view.trace.override:
        flash("The request is saved. It cannot be finished yet: see what is still to be done.")
    else:
        flash("The request is saved. Read it once more, then finish it.", "success")
    return redirect(_here(reference), 303)


def _form_page(view: TraceView, form: DetailsForm, status: int = 200, *, is_checked: bool = False) -> str:
    shown = trace_views.preview(view, form.draft(view))
    return render_template(
        "tracing/details.html",
        trace=present.trace_page(guard.scope(), view),
        form=form,
        is_saved=is_checked and bool(form.error_list),
        preview=present.preview_part(shown),
        changed=f"{moment(view.trace.written_at)}, by {view.trace.written_by}" if status == 409 else "",
    )


def _here(reference: str) -> str:
    return url_for("tracing.show", trace_reference=reference)
