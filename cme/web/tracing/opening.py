"""Opening a trace: whether the person may, that they did, and the page that shows it."""

from datetime import datetime
from typing import cast

from flask import abort, render_template, request

from cme import clock
from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.casework.case import Refused
from cme.services.tracing import trace_views
from cme.services.tracing.trace_views import TraceView, waiting_messages
from cme.store import traces as store
from cme.tracing.recipients import RecipientState
from cme.web import guard
from cme.web.forms import Form
from cme.web.presenters import traces as present
from cme.web.tracing.forms import ApproveForm, ReasonForm, RequestSentForm, SentForm, StepForm


def opened(trace_reference: str, at: datetime) -> TraceView:
    """The trace, with the look at its child on record.

    404 unless the permission that the address asks for is held for this very trace.
    """
    scope, permission = guard.scope(), cast(Permission, rule_for(request.endpoint))
    trace = store.find(scope, trace_reference, permission) or abort(404)
    guard.record_view(f"case:{trace.case_id}" if trace.case_id else f"trace:{trace.id}")
    return found(trace_reference, at)


def found(trace_reference: str, at: datetime) -> TraceView:
    """The trace as it stands now, for a look that is on record already."""
    return trace_views.show(guard.scope(), trace_reference, at=at) or abort(404)


def page(view: TraceView, **forms: Form) -> str:
    """The page of a trace, with the forms that were refused in the place of fresh ones."""
    at, wanted = clock.now(), request.args.get("asked", "")
    shown = {
        "step": StepForm(formdata=None),
        "override": ReasonForm(formdata=None),
        "back": ReasonForm(formdata=None),
        "approval": ApproveForm(formdata=None),
        "sent": RequestSentForm.fresh(at),
        **{f"message_{each.id}": SentForm.of_message(each.id, at) for each in waiting_messages(view.trace)},
        **forms,
    }
    return render_template(
        "tracing/trace.html",
        trace=present.trace_page(guard.scope(), view, wanted if wanted in list(RecipientState) else ""),
        forms=shown,
        errors=[error for each in forms.values() for error in each.error_list],
    )


def answer(view: TraceView, name: str, form: Form, refused: Refused) -> tuple[str, int]:
    """The page of a trace with a form that was refused, and the status that says why."""
    if "reason" in form:
        form["reason"].error_target = name.replace("_", "-")
    form.refuse(refused)
    return page(view, **{name: form}), status_of(refused)


def status_of(refused: Refused) -> int:
    """409 where somebody else was there first, 422 otherwise."""
    return 409 if refused.missing == ("seen",) else 422


def address() -> str:
    """Where the request comes from, for the audit log."""
    return request.remote_addr or ""
