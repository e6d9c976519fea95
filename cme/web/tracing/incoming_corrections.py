"""Correcting what was read of another authority's request."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services.tracing import incoming
from cme.services.tracing.incoming_views import IncomingView
from cme.web import guard
from cme.web.presenters import incoming as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.incoming import opened
from cme.web.tracing.incoming_forms import CorrectionForm
from cme.web.tracing.opening import address, status_of

_CORRECT = "/incoming/<incoming_reference:incoming_reference>/correct"


@blueprint.get(_CORRECT)
def ask_correction(incoming_reference: str) -> ResponseReturnValue:
    """What the request says, to be corrected, with what was not read beside it."""
    view = opened(incoming_reference)
    if not view.is_open:
        flash(incoming.CLOSED)
        return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
    return _page(view, CorrectionForm.of(view))


@blueprint.post(_CORRECT)
def correct_incoming(incoming_reference: str) -> ResponseReturnValue:
    """Keep what was corrected; or the form again with what is wrong."""
    view = opened(incoming_reference)
    form, status = CorrectionForm.of(view), 422
    if form.validate():
        refused = incoming.correct(
            guard.scope(),
            incoming_reference,
            form.values(),
            sender_code=form.sender_code.data or "",
            received_on=form.received_on.data,
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if refused is None:
            flash("The request is saved.", "success")
            return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
        form.refuse(refused)
        status = status_of(refused)
        form.saw(view.request.version)
    return _page(view, form), status


def _page(view: IncomingView, form: CorrectionForm) -> str:
    groups = [
        {"heading": heading, "fields": [form[field.value] for field in fields]}
        for heading, fields in present.GROUPS.items()
    ]
    return render_template(
        "tracing/incoming_correct.html", asked=present.page(guard.scope(), view), form=form, groups=groups
    )
