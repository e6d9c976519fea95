"""Taking a request's text away, and recording that it was sent."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.services.papers import Paper
from cme.services.tracing import traces
from cme.web import guard
from cme.web.cases.documents import attachment
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import EARLIER, RequestSentForm, StepForm
from cme.web.tracing.opening import address, answer, found, opened

_ONE = "/<trace_reference:trace_reference>"


@blueprint.post(f"{_ONE}/text")
def text(trace_reference: str) -> ResponseReturnValue:
    """The request as a text file."""
    at, form = clock.now(), StepForm()
    opened(trace_reference, at)
    made = traces.download(guard.scope(), trace_reference, at=at, address=address())
    if isinstance(made, Paper):
        return attachment(made)
    return answer(found(trace_reference, at), "step", form, made)


@blueprint.post(f"{_ONE}/sent")
def record_sent(trace_reference: str) -> ResponseReturnValue:
    """Record when the request was sent."""
    at, form = clock.now(), RequestSentForm()
    opened(trace_reference, at)
    refused = Refused((), ())
    if form.validate():
        done = traces.record_sent(
            guard.scope(),
            trace_reference,
            form.sent_at,
            earlier_text=form.which.data == EARLIER,
            seen=form.version,
            at=at,
            address=address(),
        )
        if done is None:
            flash("The request is recorded as sent. Its text is fixed.", "success")
            return redirect(url_for("tracing.show", trace_reference=trace_reference), 303)
        refused = done
    return answer(found(trace_reference, at), "sent", form, refused)
