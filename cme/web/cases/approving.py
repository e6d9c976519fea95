"""The head teacher's approval of a referral, where the authority asks for it: of the text that was read."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import HiddenField

from cme import clock
from cme.casework.case import Action, Entry
from cme.services import drafts, referrals
from cme.services.casework import CaseView
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.forms import Form, SubmitField
from cme.web.presenters import cases as present
from cme.web.presenters import referral as present_referral


class ApproveForm(Form):
    """One button under the referral. `draft_read` says which text stood above it."""

    draft_read = HiddenField()
    submit = SubmitField("Approve the referral")


@blueprint.get("/approve")
def ask_approve(case_reference: str) -> ResponseReturnValue:
    """The referral to read, and to approve as it stands."""
    view = opened(case_reference, clock.now())
    if Action.APPROVE_REFERRAL not in view.actions:
        flash("There is no complete referral here that waits for your approval.")
        return redirect(url_for("cases.show", case_reference=case_reference), 303)
    return _page(view, ApproveForm())


@blueprint.post("/approve")
def approve(case_reference: str) -> ResponseReturnValue:
    """Approve what was read."""
    at = clock.now()
    view, form = opened(case_reference, at), ApproveForm()
    refused = referrals.approve(
        guard.scope(),
        case_reference,
        Entry(draft_read=form.draft_read.data or ""),
        at=at,
        address=request.remote_addr or "",
    )
    if refused is None:
        flash("The referral is approved. The designated safeguarding lead can send it.", "success")
        return redirect(url_for("cases.show", case_reference=case_reference), 303)
    form.refuse(refused)
    return _page(view, form), 422


def _page(view: CaseView, form: ApproveForm) -> str:
    """The referral as it stands now, whatever stood there before, with the button under it."""
    scope, draft = guard.scope(), drafts.draft_of(guard.scope(), view.case)
    kept = drafts.kept_of(scope, view.case)
    form.draft_read.data = draft.fingerprint
    return render_template(
        "cases/approve.html",
        page=present.case_page(scope, view, "approve"),
        referral=present_referral.read(kept, draft, view.facts.pack),
        form=form,
    )
