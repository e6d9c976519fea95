"""The pages on which people act on a case: each form asked for, done, or shown again with what is missing."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.casework.review import starting_point
from cme.clock import local_date
from cme.services import casework, reviews
from cme.services.casework import CaseView
from cme.services.reviews import SignedReview
from cme.web import guard
from cme.web.cases.action_page import ActionPage
from cme.web.cases.actions import ACTION_PAGES
from cme.web.cases.blueprint import blueprint
from cme.web.cases.forms import ActionForm, Asked, CloseForm
from cme.web.cases.opening import opened
from cme.web.cases.review_form import ReviewForm
from cme.web.presenters import cases as present
from cme.web.presenters import reviews as present_reviews
from cme.web.presenters.timeline import TimelineEvent, timeline


def _ask(page: ActionPage, case_reference: str) -> ResponseReturnValue:
    """The form of an action, where it can be done now."""
    at = clock.now()
    view = opened(case_reference, at)
    if page.action not in view.actions:
        flash(f"{page.action.label}: this cannot be done to the case as it stands now.")
        return redirect(url_for("cases.show", case_reference=case_reference), 303)
    return _render(page, view, _form(page, view, at))


def _do(page: ActionPage, case_reference: str) -> ResponseReturnValue:
    """Do an action with what was entered, or say what is missing."""
    at = clock.now()
    view = opened(case_reference, at)
    form = _form(page, view, at)
    if filled := form.fill_in():
        flash(filled)
        return _render(page, view, form)
    if form.validate():
        done = page.perform(guard.scope(), case_reference, form.entry(), at, request.remote_addr or "")
        if not isinstance(done, Refused):
            flash(page.done, "success")
            return redirect(url_for(form.leads_to, case_reference=done), 303)
        form.refuse(done)
        if done.missing == ("seen",):
            return _overtaken(page, case_reference, form, at), 409
    return _render(page, view, form), 422


def _overtaken(page: ActionPage, case_reference: str, form: ActionForm, at: datetime) -> str:
    """The form as it was typed, with what happened meanwhile, to be sent again knowing that."""
    view = casework.show(guard.scope(), case_reference, today=local_date(at)) or abort(404)
    seen, form.seen.data = form.seen_events or 0, str(len(view.case.events))
    told = timeline(view, may_see_risk_notes=casework.may_see_risk_notes(guard.scope(), view))
    return _render(page, view, form, changes=told[: len(told) - seen])


def _add(page: ActionPage) -> None:
    def ask(case_reference: str) -> ResponseReturnValue:
        return _ask(page, case_reference)

    def do(case_reference: str) -> ResponseReturnValue:
        return _do(page, case_reference)

    blueprint.add_url_rule(f"/{page.slug}", f"ask_{page.slug}", ask, methods=["GET"])
    blueprint.add_url_rule(f"/{page.slug}", page.slug, do, methods=["POST"])


for _page in ACTION_PAGES:
    _add(_page)


def _form(page: ActionPage, view: CaseView, at: datetime) -> ActionForm:
    if page.form is ReviewForm:
        form: ActionForm = _review_form(view, at)
    else:
        form = page.form.for_case(Asked(guard.scope(), view, at))
    if request.method == "GET":
        form.seen.data = str(len(view.case.events))
    if isinstance(form, CloseForm):
        outcomes = casework.outcomes_to_choose(guard.scope(), view, today=local_date(at))
        form.offer(
            present.suggested_first(view, outcomes), asks_for_talk=casework.asks_for_talk(view, outcomes)
        )
    if "next_review_on" in form:
        form.next_review_on.description += present.example_date(local_date(at))
    return form


def _review_form(view: CaseView, at: datetime) -> ReviewForm:
    form = ReviewForm()
    if request.method == "GET":
        last = _last_review(view)
        start = starting_point(last.review if last else None, view.facts.risks)
        form = ReviewForm.of(start, reviews.suggested_date(view.case, local_date(at)))
    form.offer(present.decision_labels(view.facts.pack), view.facts.pack.front_door.name)
    return form


def _last_review(view: CaseView) -> SignedReview | None:
    return next(iter(reviews.list_of(guard.scope(), view.case)), None)


def _render(
    page: ActionPage, view: CaseView, form: ActionForm, *, changes: Sequence[TimelineEvent] = ()
) -> str:
    is_review = isinstance(form, ReviewForm)
    return render_template(
        page.template,
        changes=changes,
        review=present_reviews.form_page(view.facts.pack, _last_review(view)) if is_review else None,
        page=present.case_page(guard.scope(), view, page.slug),
        action=page,
        form=form,
        proposal=present.proposal(view),
        hints=present.outcome_hints(form.outcome_code.choices) if isinstance(form, CloseForm) else [],
    )
