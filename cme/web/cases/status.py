"""What became of a referral, for both sides: dates, what is outstanding, and the questions between them."""

from datetime import datetime
from typing import Self

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import Length

from cme import clock
from cme.casework.case import Action, Entry, Refused
from cme.casework.messages import LONGEST_MESSAGE
from cme.casework.stages import Overlay
from cme.clock import local_date
from cme.services import casework, out_of_hours, referrals
from cme.services.casework import CaseView
from cme.store import cases
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.forms import Form, LongTextField, SubmitField
from cme.web.presenters import cases as present
from cme.web.presenters import urgent as present_urgent
from cme.web.presenters.status import status_page

_TOO_LONG = f"What you want to say must be {LONGEST_MESSAGE:,} characters or fewer"


class AskForm(Form):
    """A question to the other side."""

    message = LongTextField(
        "Your question or message to the other side",
        description="It lands on this case, and stands in what is due there until it is answered.",
        validators=[Length(max=LONGEST_MESSAGE, message=_TOO_LONG)],
    )
    submit = SubmitField("Send the question")


class AnswerForm(Form):
    """An answer to one question; there may be several on the page, each with a prefix of its own."""

    message = LongTextField("Your answer", validators=[Length(max=LONGEST_MESSAGE, message=_TOO_LONG)])
    submit = SubmitField("Send the answer")

    question = 0

    @classmethod
    def to(cls, question_number: int) -> Self:
        """The form of one question; from a request, as it was sent."""
        form = cls(prefix=f"answer-{question_number}-")
        form.question = question_number
        return form


@blueprint.get("/status")
def status(case_reference: str) -> ResponseReturnValue:
    """When the referral was sent, to whom, what is expected and outstanding, and what was asked."""
    view = opened(case_reference, clock.now())
    if not view.state.was_referred:
        return redirect(url_for("cases.referral", case_reference=case_reference), 303)
    return _page(view)


@blueprint.post("/questions")
def ask_question(case_reference: str) -> ResponseReturnValue:
    """Ask the other side something."""
    at = clock.now()
    view, form = opened(case_reference, at), AskForm()
    if form.validate():
        refused = _act(case_reference, Action.ASK_QUESTION, Entry(message=form.message.data or ""), at)
        if refused is None:
            flash("The question is sent. The other side sees it in what is due.", "success")
            return _sent(case_reference, form, at)
        form.refuse(refused)
    return _refused(view, form)


@blueprint.post("/questions/<int:question_number>/answer")
def answer_question(case_reference: str, question_number: int) -> ResponseReturnValue:
    """Answer a question of the other side."""
    at = clock.now()
    view, form = opened(case_reference, at), AnswerForm.to(question_number)
    if not 1 <= question_number <= view.state.questions_asked:
        flash("There is no such question. These are the questions of this case.")
        return redirect(url_for("cases.status", case_reference=case_reference), 303)
    if form.validate():
        entry = Entry(message=form.message.data or "", question=question_number)
        refused = _act(case_reference, Action.ANSWER_QUESTION, entry, at)
        if refused is None:
            flash("The answer is sent.", "success")
            return _sent(case_reference, form, at)
        form.refuse(refused)
    return _refused(view, form)


def _act(case_reference: str, action: Action, entry: Entry, at: datetime) -> Refused | None:
    return casework.act(
        guard.scope(), case_reference, action, entry, at=at, address=request.remote_addr or ""
    )


def _sent(case_reference: str, form: AskForm | AnswerForm, at: datetime) -> ResponseReturnValue:
    """On to the status; where another box was begun, the page itself, so that what stands there is kept."""
    boxes = {name: text for name, text in request.form.items() if name.endswith("message")}
    boxes.pop(form.message.name, None)
    if not any(text.strip() for text in boxes.values()):
        return redirect(url_for("cases.status", case_reference=case_reference), 303)
    flash("What else you began to write is still here. It is not sent.")
    view = casework.show(guard.scope(), case_reference, today=local_date(at)) or abort(404)
    return _page(view, AskForm(formdata=None) if isinstance(form, AskForm) else None)


def _refused(view: CaseView, form: AskForm | AnswerForm) -> ResponseReturnValue:
    """The page again with what was typed; before anything is sent there is none."""
    if not view.state.was_referred:
        flash("No referral has been sent, so there is nobody to ask yet.")
        return redirect(url_for("cases.show", case_reference=view.case.reference), 303)
    return _page(view, form), 422


def _page(view: CaseView, form: AskForm | AnswerForm | None = None) -> str:
    """The page with `form` in its place. The other boxes keep what was sent with it."""
    scope, sent = guard.scope(), cases.list_sent_referrals(guard.scope(), view.case.id)
    if not sent:
        abort(404)
    answers = {each.number: AnswerForm.to(each.number) for each in casework.questions_to_answer(scope, view)}
    if isinstance(form, AnswerForm):
        answers[form.question] = form
    return render_template(
        "cases/status.html",
        page=present.case_page(scope, view, "status"),
        status=status_page(
            view,
            sent,
            referrals.expected_after(scope, view) if view.state.referral_sent_on else (),
            answers,
            today=clock.today(),
            is_writing_update=casework.may_write_referral(scope, view),
            may_start_update=casework.may_start_update(scope, view),
        ),
        unread=_unread(view),
        ask=form if isinstance(form, AskForm) else AskForm(),
        errors=form.error_list if form else [],
    )


def _unread(view: CaseView) -> str:
    """For a safeguarding referral that nobody has acknowledged: that it may lie unread, and whom to ring."""
    waits = Overlay.SAFEGUARDING in view.state.overlays and view.state.acknowledged_on is None
    if not waits or not view.state.stage.is_open:
        return ""
    found = out_of_hours.unread(guard.scope(), view, clock.now())
    return present_urgent.unread(found, view.facts.pack)
