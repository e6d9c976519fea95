"""Answering another authority's request: its kind, its text, and that it was sent."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.services.papers import Paper
from cme.services.tracing import incoming, incoming_replies
from cme.services.tracing.incoming_views import IncomingView
from cme.tracing.replies import Kind
from cme.web import guard
from cme.web.cases.documents import attachment
from cme.web.presenters import incoming as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import SentForm, StepForm
from cme.web.tracing.incoming import linked, opened, refused_page
from cme.web.tracing.incoming_forms import AnswerForm, AnswerKindForm
from cme.web.tracing.opening import address, status_of

_REPLY = "/incoming/<incoming_reference:incoming_reference>/reply"


@blueprint.get(_REPLY)
def ask_answer(incoming_reference: str) -> ResponseReturnValue:
    """The kind of the answer first, then what that kind asks for; about a restricted child only a phone."""
    view = opened(incoming_reference)
    if not view.is_open:
        flash(incoming.CLOSED)
        return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
    given = request.args.get("kind", "")
    if view.restricted:
        return _page(view, None, AnswerForm.of(None, view, {}), None)
    if given not in list(Kind):
        asked = "kind" in request.args or "next" in request.args
        return _page(view, None, None, _unchosen() if asked else AnswerKindForm(None))
    kind = Kind(given)
    return _page(view, kind, AnswerForm.of(kind, view, present.filled_in(view)), None)


@blueprint.post(_REPLY)
def write_answer(incoming_reference: str) -> ResponseReturnValue:
    """Keep the answer as a draft; or the form again with what is missing."""
    view, given = opened(incoming_reference), request.form.get("kind", "")
    if not view.restricted and given not in list(Kind):
        return _page(view, None, None, _unchosen()), 422
    kind = None if view.restricted else Kind(given)
    form, status = AnswerForm.of(kind, view, {}), 422
    if form.validate():
        refused = incoming_replies.write(
            guard.scope(),
            incoming_reference,
            form.draft(kind),
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if refused is None:
            flash("The message is below. Read it, paste it, then record that it was sent.", "success")
            return redirect(
                url_for("tracing.show_incoming", incoming_reference=incoming_reference, _anchor="answer"), 303
            )
        form.refuse(refused)
        status = status_of(refused)
        form.saw(view.request.version)
    return _page(view, kind, form, None), status


@blueprint.post(f"{_REPLY}/text")
def answer_text(incoming_reference: str) -> ResponseReturnValue:
    """The answer as a text file."""
    form = StepForm()
    opened(incoming_reference)
    made = incoming_replies.download(guard.scope(), incoming_reference, at=clock.now(), address=address())
    if isinstance(made, Paper):
        return attachment(made)
    return refused_page(incoming_reference, "step", form, made)


@blueprint.post(f"{_REPLY}/sent")
def answer_sent(incoming_reference: str) -> ResponseReturnValue:
    """Record when the answer was sent."""
    form, refused = SentForm(), Refused((), ())
    opened(incoming_reference)
    if form.validate():
        done = incoming_replies.record_sent(
            guard.scope(),
            incoming_reference,
            form.sent_at,
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if done is None:
            flash("The answer is recorded as sent. Its text is fixed.", "success")
            return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
        refused = done
    return refused_page(incoming_reference, "sent", form, refused)


def _unchosen() -> AnswerKindForm:
    form = AnswerKindForm(None)
    form.add_error("kind", "Choose what you answer.")
    return form


def _page(
    view: IncomingView, kind: Kind | None, form: AnswerForm | None, kinds: AnswerKindForm | None
) -> str:
    shown = form or kinds
    return render_template(
        "tracing/incoming_reply.html",
        asked=present.page(guard.scope(), view),
        kind=kind,
        form=form,
        kinds=kinds,
        is_restricted=view.restricted,
        errors=linked(shown.error_list) if shown is not None else [],
    )
