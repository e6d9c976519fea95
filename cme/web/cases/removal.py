"""A removal from the register: proposing it, the return, the head teacher's decision, taking it back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Entry, Refused, Stage
from cme.casework.removal.facts import Condition
from cme.casework.removal.grounds import read_grounds
from cme.clock import local_date
from cme.services.casework import CaseView
from cme.services.removal import gates, removal_returns, removals
from cme.store import removals as store
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.documents import attachment
from cme.web.cases.opening import opened
from cme.web.cases.removal_forms import DeliveryForm, MadeForm, ProposalForm, WithdrawForm
from cme.web.presenters import case_removal as present
from cme.web.presenters.cases import case_page


@blueprint.get("/removal/propose")
def ask_propose(case_reference: str) -> ResponseReturnValue:
    """The form of a proposal on one ground, the return filled in from the records."""
    at = clock.now()
    view = opened(case_reference, at)
    if store.find_open(guard.scope(), view.case.id):
        return redirect(url_for("cases.removal", case_reference=case_reference), 303)
    start = removal_returns.begin(guard.scope(), view.case)
    form = ProposalForm.for_ground(_letter(request.args.get("ground") or start.ground), start)
    form.seen.data = str(len(view.case.events))
    return _proposal_page(view, form)


@blueprint.post("/removal/propose")
def propose(case_reference: str) -> ResponseReturnValue:
    """Propose the removal, or say which condition does not hold."""
    at = clock.now()
    view = opened(case_reference, at)
    form = ProposalForm.for_ground(_letter(request.form.get("ground", "")))
    if form.validate():
        refused = removals.propose(
            guard.scope(), case_reference, form.proposal(), at=at, address=request.remote_addr or ""
        )
        if refused is None:
            flash(
                "The removal is proposed. The child stays on roll until the head teacher decides.", "success"
            )
            return redirect(url_for("cases.removal", case_reference=case_reference), 303)
        form.refuse(refused)
        form.seen.data = str(len(view.case.events))
    return _proposal_page(view, form), 422


@blueprint.get("/removal")
def removal(case_reference: str) -> ResponseReturnValue:
    """The last removal that was proposed, and what can be done to it."""
    view = opened(case_reference, clock.now())
    return _page(view)


@blueprint.get("/removal/made")
def ask_remove(case_reference: str) -> ResponseReturnValue:
    """The head teacher's decision: the same page, with its one button."""
    view = opened(case_reference, clock.now())
    return _page(view)


@blueprint.post("/removal/made")
def remove(case_reference: str) -> ResponseReturnValue:
    """Record the removal that is made today."""
    at = clock.now()
    view, form = opened(case_reference, at), MadeForm(prefix="made-")
    refused = removals.make_removal(
        guard.scope(), case_reference, Entry(seen=form.seen_events), at=at, address=request.remote_addr or ""
    )
    done = "The removal is recorded. What the school does today stands below, with links."
    return _done(view, "made", form, refused, done)


@blueprint.post("/removal/deliver")
def deliver_return(case_reference: str) -> ResponseReturnValue:
    """Record how the return reached the authority."""
    at = clock.now()
    view, form = opened(case_reference, at), DeliveryForm(prefix="deliver-")
    if not form.validate():
        return _page(view, 422, deliver=form)
    refused = removals.deliver_return(
        guard.scope(),
        case_reference,
        form.how.data or "",
        form.delivered_on.data or local_date(at),
        at=at,
        address=request.remote_addr or "",
    )
    return _done(view, "deliver", form, refused, "The removal return is recorded as delivered.")


@blueprint.post("/removal/withdraw")
def withdraw_removal(case_reference: str) -> ResponseReturnValue:
    """Take the proposal back, and the joint statement that it rests on."""
    at = clock.now()
    view, form = opened(case_reference, at), WithdrawForm(prefix="withdraw-")
    if not form.validate():
        return _page(view, 422, withdraw=form)
    refused = removals.withdraw(
        guard.scope(), case_reference, form.entry(), at=at, address=request.remote_addr or ""
    )
    return _done(view, "withdraw", form, refused, "The proposal is withdrawn. The child stays on roll.")


@blueprint.post("/removal/return")
def make_return(case_reference: str) -> ResponseReturnValue:
    """The removal return, to print or to send."""
    at = clock.now()
    opened(case_reference, at)
    try:
        made = removal_returns.make(guard.scope(), case_reference, at=at, address=request.remote_addr or "")
    except LookupError:
        flash("No removal was proposed in this case, so there is no removal return.")
        return redirect(url_for("cases.show", case_reference=case_reference), 303)
    return attachment(made)


def _letter(asked: str) -> str:
    return asked if asked in read_grounds() else "i"


def _proposal_page(view: CaseView, form: ProposalForm) -> str:
    return render_template(
        "cases/propose.html",
        page=case_page(guard.scope(), view, "gate"),
        form=form,
        grounds=present.ground_items(form.letter),
        ground=present.ground_label(form.letter),
        shut=present.why_shut(view, form.letter),
        before=present.proposed_before(guard.scope(), view),
    )


def _done(view: CaseView, name: str, form: Any, refused: Refused | None, done: str) -> ResponseReturnValue:
    if refused is None:
        flash(done, "success")
        return redirect(url_for("cases.removal", case_reference=view.case.reference), 303)
    form.refuse(refused)
    form.seen.data = str(len(view.case.events))
    return _page(view, 409 if refused.missing == ("seen",) else 422, **{name: form})


def _page(view: CaseView, status: int = 200, **forms: Any) -> ResponseReturnValue:
    scope = guard.scope()
    found = store.find_latest(scope, view.case.id)
    if found is None:
        flash("No removal was proposed in this case.")
        return redirect(url_for("cases.show", case_reference=view.case.reference), 303)
    html = render_template(
        "cases/removal.html",
        page=case_page(scope, view, "gate"),
        removal=present.removal_page(scope, view, found, _conditions(view, found)),
        errors=[error for form in forms.values() for error in form.error_list],
        **{name: forms.get(name) or _empty(name, view) for name in _FORMS},
    )
    return html, status


_FORMS = {"made": MadeForm, "deliver": DeliveryForm, "withdraw": WithdrawForm}


def _empty(name: str, view: CaseView) -> Any:
    form = _FORMS[name](formdata=None, prefix=f"{name}-")
    form.seen.data = str(len(view.case.events))
    return form


def _conditions(view: CaseView, found: Any) -> tuple[Condition, ...]:
    """The conditions as they are now while it is proposed; as they were judged once it was made."""
    if view.state.stage is Stage.REMOVAL_PROPOSED and found.ended_at is None:
        return gates.conditions_for(view.case, found.ground, today=clock.today())
    return tuple(Condition(**line) for line in found.conditions)
