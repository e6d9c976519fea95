"""The pages of one case, its referral apart."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Action, Entry, Refused
from cme.clock import local_date
from cme.services import casework
from cme.services.casework import CaseView
from cme.store import cases
from cme.web import guard
from cme.web.cases.actions import ACTION_PAGES, ActionPage
from cme.web.cases.blueprint import blueprint
from cme.web.cases.forms import ActionForm, CloseForm, ReviewForm
from cme.web.cases.opening import opened
from cme.web.presenters import cases as present
from cme.web.presenters.gate import present_gate
from cme.web.presenters.timeline import timeline


@blueprint.get("")
def show(case_reference: str) -> ResponseReturnValue:
    """Where the case stands, what is due, what can be done, and what happened."""
    at = clock.now()
    view, scope = opened(case_reference, at), guard.scope()
    return render_template(
        "cases/show.html",
        page=present.case_page(scope, view, "overview"),
        overview=present.overview(scope, view, today=local_date(at)),
        others=present.other_cases(view, cases.list_case_history(scope, view.case.registration_id)),
        timeline=timeline(view, may_see_risk_notes=casework.may_see_risk_notes(scope, view)),
    )


@blueprint.get("/gate")
def gate(case_reference: str) -> ResponseReturnValue:
    """The conditions of removal: read only."""
    at = clock.now()
    view, scope = opened(case_reference, at), guard.scope()
    conditions = casework.show_gate(view.case, today=local_date(at))
    return render_template(
        "cases/gate.html",
        page=present.case_page(scope, view, "gate"),
        gate=present_gate(view, conditions),
    )


@blueprint.post("/acknowledge")
def acknowledge(case_reference: str) -> ResponseReturnValue:
    """Tell the school that the referral has arrived."""
    at = clock.now()
    opened(case_reference, at)
    refused = casework.act(
        guard.scope(),
        case_reference,
        Action.ACKNOWLEDGE_REFERRAL,
        Entry(),
        at=at,
        address=request.remote_addr or "",
    )
    if refused is None:
        flash("The referral is acknowledged. The school can see it.", "success")
    else:
        flash(refused.reason)
    return redirect(url_for("cases.show", case_reference=case_reference), 303)


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
    if form.validate():
        done = page.perform(guard.scope(), case_reference, form.entry(), at, request.remote_addr or "")
        if not isinstance(done, Refused):
            flash(page.done, "success")
            return redirect(url_for("cases.show", case_reference=done), 303)
        form.refuse(done)
    return _render(page, view, form), 422


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
    form = page.form()
    if isinstance(form, ReviewForm):
        form.offer(present.decision_labels(view.facts.pack))
    if isinstance(form, CloseForm):
        outcomes = casework.outcomes_to_choose(guard.scope(), view, today=local_date(at))
        form.offer(present.suggested_first(view, outcomes))
    if "next_review_on" in form:
        form.next_review_on.description += present.example_date(local_date(at))
    return form


def _render(page: ActionPage, view: CaseView, form: ActionForm) -> str:
    return render_template(
        f"cases/{page.slug}.html",
        page=present.case_page(guard.scope(), view, page.slug),
        action=page,
        form=form,
        proposal=present.proposal(view),
        hints=present.outcome_hints(form.outcome_code.choices) if isinstance(form, CloseForm) else [],
    )
