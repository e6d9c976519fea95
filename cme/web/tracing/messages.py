"""Messages after a request: reminders, follow-ups, answers, and that the search is over."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.services.papers import Paper
from cme.services.tracing import trace_messages
from cme.services.tracing.trace_views import TraceView
from cme.tracing.authorities import named
from cme.tracing.details import CARE, speaks_of_care
from cme.tracing.message import Purpose, words_of
from cme.tracing.states import Action
from cme.web import guard
from cme.web.cases.documents import attachment
from cme.web.presenters import traces as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import MessageForm, SentForm, StepForm, Versioned
from cme.web.tracing.opening import address, answer, found, opened, status_of

_ONE = "/<trace_reference:trace_reference>"
_MESSAGE = f"{_ONE}/messages/<int:message_id>"


@blueprint.post(f"{_ONE}/remind")
def remind(trace_reference: str) -> ResponseReturnValue:
    """Draft the reminder to those who are late."""
    at, form = clock.now(), StepForm()
    opened(trace_reference, at)
    done = trace_messages.remind(guard.scope(), trace_reference, seen=form.version, at=at, address=address())
    if isinstance(done, Refused):
        return answer(found(trace_reference, at), "step", form, done)
    flash("The reminder is drafted. Send it, and record that it was sent.", "success")
    return redirect(f"{_here(trace_reference)}#message-{done}", 303)


@blueprint.get(f"{_ONE}/messages/new")
def ask_follow_up(trace_reference: str) -> ResponseReturnValue:
    """A message to everybody who was asked, or to the authority that the address names."""
    view = opened(trace_reference, clock.now())
    if not view.may(Action.WRITE_MESSAGE) or view.trace.sent_at is None:
        flash("A follow-up is written once the request was sent.")
        return redirect(_here(trace_reference), 303)
    return _page(view, MessageForm(), _wanted(view, request.args.get("to", "")))


@blueprint.post(f"{_ONE}/messages/new")
def add_follow_up(trace_reference: str) -> ResponseReturnValue:
    """Draft the message; or the form again with what is wrong."""
    at, form = clock.now(), MessageForm()
    view = opened(trace_reference, at)
    codes = _wanted(view, request.form.get("to", ""))
    if form.validate():
        said = form.text.data or ""
        done = trace_messages.begin(guard.scope(), trace_reference, codes, said, at=at, address=address())
        if not isinstance(done, Refused):
            flash("The message is drafted. Send it, and record that it was sent.", "success")
            _warn(said)
            return redirect(f"{_here(trace_reference)}#message-{done}", 303)
        form.refuse(done)
    return _page(view, form, codes), 422


@blueprint.get(_MESSAGE)
def ask_message(trace_reference: str, message_id: int) -> ResponseReturnValue:
    """The words of a message, to be changed."""
    view = opened(trace_reference, clock.now())
    message = _message(view, message_id)
    if not Purpose(message.purpose).is_own_words or message.sent_at or message.withdrawn_at:
        flash("This message cannot be changed.")
        return redirect(_here(trace_reference), 303)
    form = MessageForm(data={"text": words_of(message.body)}).saw(message.version)
    return _page(view, form, message.recipients, message_id)


@blueprint.post(_MESSAGE)
def write_message(trace_reference: str, message_id: int) -> ResponseReturnValue:
    """Keep the words of a message; or the form again with what is wrong."""
    at, form, status = clock.now(), MessageForm(), 422
    view = opened(trace_reference, at)
    message = _message(view, message_id)
    if form.validate():
        refused = trace_messages.write(
            guard.scope(),
            trace_reference,
            message_id,
            form.text.data or "",
            seen=form.version,
            at=at,
            address=address(),
        )
        if refused is None:
            flash("The message is saved.", "success")
            _warn(form.text.data or "")
            return redirect(f"{_here(trace_reference)}#message-{message_id}", 303)
        form.refuse(refused)
        status, view = status_of(refused), found(trace_reference, at)
        message = _message(view, message_id)
        form.saw(message.version)
    return _page(view, form, message.recipients, message_id), status


@blueprint.post(f"{_MESSAGE}/approve")
def approve_message(trace_reference: str, message_id: int) -> ResponseReturnValue:
    """A second person approves a message about a restricted child."""
    return _step(trace_reference, message_id, trace_messages.approve, "The message is approved.")


@blueprint.post(f"{_MESSAGE}/withdraw")
def withdraw_message(trace_reference: str, message_id: int) -> ResponseReturnValue:
    """Take back a message that was not sent."""
    return _step(trace_reference, message_id, trace_messages.withdraw, "The message is withdrawn.")


@blueprint.post(f"{_MESSAGE}/sent")
def message_sent(trace_reference: str, message_id: int) -> ResponseReturnValue:
    """Record when a message was sent."""
    at, form = clock.now(), SentForm.of_message(message_id)
    view = opened(trace_reference, at)
    _message(view, message_id)
    refused = Refused((), ())
    if form.validate():
        done = trace_messages.record_sent(
            guard.scope(),
            trace_reference,
            message_id,
            form.sent_at,
            seen=form.version,
            at=at,
            address=address(),
        )
        if done is None:
            flash("The message is recorded as sent.", "success")
            return redirect(_here(trace_reference), 303)
        refused = done
    return answer(found(trace_reference, at), f"message_{message_id}", form, refused)


@blueprint.post(f"{_MESSAGE}/text")
def message_text(trace_reference: str, message_id: int) -> ResponseReturnValue:
    """A message as a text file."""
    at, form = clock.now(), StepForm()
    view = opened(trace_reference, at)
    _message(view, message_id)
    made = trace_messages.download(guard.scope(), trace_reference, message_id, at=at, address=address())
    if isinstance(made, Paper):
        return attachment(made)
    return answer(found(trace_reference, at), "step", form, made)


def _warn(text: str) -> None:
    if speaks_of_care(text):
        flash(f"{CARE} Change the message.")


def _step(
    reference: str, message_id: int, act: Callable[..., Refused | None], done: str
) -> ResponseReturnValue:
    at, form = clock.now(), StepForm()
    _message(opened(reference, at), message_id)
    refused = act(guard.scope(), reference, message_id, seen=form.version, at=at, address=address())
    if refused is None:
        flash(done, "success")
        return redirect(_here(reference), 303)
    return answer(found(reference, at), "step", form, refused)


def _message(view: TraceView, message_id: int) -> Any:
    try:
        return trace_messages.find(view.trace, message_id)
    except LookupError:
        abort(404)


def _wanted(view: TraceView, code: str) -> list[str]:
    """The authority that is named, if it was asked; everybody who was, otherwise."""
    asked = [each.code for each in view.trace.recipients]
    return [code] if code in asked else asked


def _page(view: TraceView, form: Versioned, codes: list[str], message_id: int | None = None) -> str:
    reference = view.trace.reference
    action = url_for("tracing.add_follow_up", trace_reference=reference)
    if message_id is not None:
        action = url_for("tracing.write_message", trace_reference=reference, message_id=message_id)
    return render_template(
        "tracing/message.html",
        trace=present.trace_page(guard.scope(), view),
        form=form,
        action=action,
        to=[named(code) for code in codes],
        code=codes[0] if len(codes) == 1 else "",
        is_new=message_id is None,
    )


def _here(reference: str) -> str:
    return url_for("tracing.show", trace_reference=reference)
