"""What other authorities answer: which kind, what it says, and a place that turned out to be wrong."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.services.tracing import trace_replies
from cme.services.tracing.trace_views import TraceView
from cme.tracing.authorities import named
from cme.tracing.replies import Kind
from cme.tracing.states import Action
from cme.web import guard
from cme.web.presenters import traces as present
from cme.web.presenters.trace_recipients import unanswered
from cme.web.presenters.words import capitalised, counted, sentence
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.forms import KindForm, NoTraceForm, ReasonForm, ReplyForm
from cme.web.tracing.opening import address, answer, found, opened, status_of

_OF_AUTHORITY = "/<trace_reference:trace_reference>/authorities/<authority_code:recipient_code>"


@blueprint.get(_OF_AUTHORITY)
def ask_reply(trace_reference: str, recipient_code: str) -> ResponseReturnValue:
    """What one authority answered: its kind first, then what that kind asks for."""
    view = opened(trace_reference, clock.now())
    number = _number(view, recipient_code)
    if not view.may(Action.RECORD_REPLY):
        flash("No answer can be recorded here now.")
        return redirect(url_for("tracing.show", trace_reference=trace_reference), 303)
    given = request.args.get("kind", "")
    if given not in list(Kind):
        asked = "kind" in request.args or "next" in request.args
        return _page(view, recipient_code, None, None, _unchosen() if asked else KindForm(None))
    kind = Kind(given)
    form = ReplyForm.of(kind, today=view.today, number=number, restricted=view.restricted)
    return _page(view, recipient_code, kind, form, None)


@blueprint.post(_OF_AUTHORITY)
def record_reply(trace_reference: str, recipient_code: str) -> ResponseReturnValue:
    """Record the answer; or the form again with what is missing."""
    at = clock.now()
    view = opened(trace_reference, at)
    given, number = request.form.get("kind", ""), _number(view, recipient_code)
    if given not in list(Kind):
        return _page(view, recipient_code, None, None, _unchosen()), 422
    kind = Kind(given)
    form, status = ReplyForm.of(kind, today=view.today, number=number, restricted=view.restricted), 422
    if form.validate():
        reply = form.reply(recipient_code, kind)
        done = trace_replies.record(
            guard.scope(), trace_reference, reply, seen=form.number_seen, at=at, address=address()
        )
        if not isinstance(done, Refused):
            note = capitalised(sentence(done.note)) if done.note else "The answer is recorded."
            flash(f"{named(recipient_code)}: {kind.label.lower()}. {note}", "success")
            return redirect(url_for("tracing.show", trace_reference=trace_reference), 303)
        form.refuse(done)
        status = status_of(done)
        view = found(trace_reference, at)
        form.seen.data = str(_number(view, recipient_code))
    return _page(view, recipient_code, kind, form, None), status


@blueprint.get("/<trace_reference:trace_reference>/no-trace")
def ask_no_trace(trace_reference: str) -> ResponseReturnValue:
    """Which of the authorities that have not answered answer "no trace"."""
    view = opened(trace_reference, clock.now())
    if not view.may(Action.RECORD_REPLY):
        flash("No answer can be recorded here now.")
        return redirect(url_for("tracing.show", trace_reference=trace_reference), 303)
    return _several_page(view, NoTraceForm.of(unanswered(view), view.today))


@blueprint.post("/<trace_reference:trace_reference>/no-trace")
def record_no_trace(trace_reference: str) -> ResponseReturnValue:
    """Record "no trace" of those that are ticked; or the form again with what is missing."""
    at = clock.now()
    view = opened(trace_reference, at)
    waited = unanswered(view)
    if not waited:
        return redirect(url_for("tracing.ask_no_trace", trace_reference=trace_reference), 303)
    form = NoTraceForm.of(waited, view.today)
    if form.validate():
        done = trace_replies.record_no_trace(
            guard.scope(),
            trace_reference,
            form.codes.data or (),
            form.officer.data or "",
            form.replied_on.data,
            at=at,
            address=address(),
        )
        if not isinstance(done, Refused):
            flash(f"“No trace” is recorded of {counted(done, 'authority', 'authorities')}.", "success")
            return redirect(url_for("tracing.show", trace_reference=trace_reference), 303)
        form.refuse(done)
    return _several_page(found(trace_reference, at), form), 422


def _several_page(view: TraceView, form: NoTraceForm) -> str:
    trace = present.trace_page(guard.scope(), view)
    return render_template("tracing/no_trace.html", trace=trace, form=form)


@blueprint.post("/<trace_reference:trace_reference>/answers/<int:reply_id>/rule-out")
def rule_out(trace_reference: str, reply_id: int) -> ResponseReturnValue:
    """Record that the child is not where an answer said."""
    at, form = clock.now(), ReasonForm()
    opened(trace_reference, at)
    refused = Refused((), ())
    if form.validate():
        try:
            done = trace_replies.rule_out(
                guard.scope(),
                trace_reference,
                reply_id,
                form.reason.data or "",
                seen=form.version,
                at=at,
                address=address(),
            )
        except LookupError:
            abort(404)
        if done is None:
            flash("It is ruled out. The search goes on.", "success")
            return redirect(url_for("tracing.show", trace_reference=trace_reference), 303)
        refused = done
    return answer(found(trace_reference, at), f"rule_out_{reply_id}", form, refused)


def _unchosen() -> KindForm:
    form = KindForm(None)
    form.add_error("kind", "Choose what they answered.")
    return form


def _number(view: TraceView, code: str) -> int:
    """How many answers of an authority are on record; 404 for one that was not asked."""
    if code not in {each.code for each in view.trace.recipients}:
        abort(404)
    return sum(each.reply.code == code for each in view.answers)


def _page(view: TraceView, code: str, kind: Kind | None, form: Any, kinds: Any) -> str:
    trace = present.trace_page(guard.scope(), view)
    return render_template(
        "tracing/reply.html",
        trace=trace,
        authority=named(code),
        code=code,
        kind=kind,
        form=form,
        kinds=kinds,
        earlier=present.earlier_answers(view, code),
        is_hidden=kind is Kind.FOUND_NOT_ON_ROLL and view.restricted,
    )
