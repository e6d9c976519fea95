"""The referral of a case: written by the DSL, read by everybody who may see risk notes."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.referral import ReferralDraft, missing_fields
from cme.clock import local_date
from cme.services import casework
from cme.services.casework import CaseView
from cme.store import cases
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.cases.referral_form import ReferralForm
from cme.web.presenters import cases as present
from cme.web.presenters import referral as present_referral
from cme.web.presenters.recipients import recipient_names
from cme.web.presenters.words import listed

OVERTAKEN = (
    "Somebody else saved this referral after you opened it. Nothing of yours is saved yet. "
    "Open the referral in a new tab to see what they wrote; then save here again to replace it."
)


@blueprint.get("/referral")
def referral(case_reference: str) -> ResponseReturnValue:
    """The referral to write, or as it was sent."""
    at = clock.now()
    view, scope = opened(case_reference, at), guard.scope()
    if casework.may_write_referral(scope, view):
        return _form_page(view, ReferralForm.of(_draft(view), _version(view)))
    return render_template(
        "cases/referral.html",
        page=present.case_page(scope, view, "referral"),
        referral=present_referral.read(view, cases.find_referral(scope, view.case.id)),
    )


@blueprint.post("/referral")
def write_referral(case_reference: str) -> ResponseReturnValue:
    """Keep what was written; send it where that was asked for."""
    at = clock.now()
    view, scope, form = opened(case_reference, at), guard.scope(), ReferralForm()
    if not form.validate():
        return _form_page(view, form), 422
    if form.is_overtaken(_version(view)):
        form.form_errors.append(OVERTAKEN)
        return _renewed(view, form), 409
    act = casework.send_referral if form.send.data else casework.save_draft
    refused = act(
        scope,
        case_reference,
        form.answers(),
        safeguarding=form.safeguarding.data,
        at=at,
        address=request.remote_addr or "",
    )
    if refused is None:
        flash(_done(view) if form.send.data else "Saved. Nothing has been sent yet.", "success")
        return redirect(url_for("cases.show", case_reference=case_reference), 303)
    view = casework.show(scope, case_reference, today=local_date(at)) or abort(404)
    form.refuse(refused, missing_fields(_draft(view)) if form.send.data else ())
    return _renewed(view, form), 422


def _draft(view: CaseView) -> ReferralDraft:
    return view.facts.draft or ReferralDraft()


def _version(view: CaseView) -> str:
    kept = cases.find_referral(guard.scope(), view.case.id)
    return str(kept.version) if kept else ""


def _renewed(view: CaseView, form: ReferralForm) -> str:  # type: ignore[valid-type]
    """The form again as it was typed, to be sent knowing how the referral stands now."""
    form.version.data = _version(view)  # type: ignore[attr-defined]
    return _form_page(view, form)


def _done(view: CaseView) -> str:
    pack = view.facts.pack
    names = recipient_names(pack.recipients.get("cme_referral", ()), pack)
    return f"The referral is sent to {listed(names)}."


def _form_page(view: CaseView, form: ReferralForm) -> str:  # type: ignore[valid-type]
    return render_template(
        "cases/write_referral.html",
        page=present.case_page(guard.scope(), view, "referral"),
        form=form,
        sections=present_referral.form_sections(form, _draft(view)),
        front_door=view.facts.pack.front_door,
        investigator=view.facts.pack.labels["investigator"],
        police=view.facts.pack.police,
    )
