"""The referral of a case: gone through and sent by the DSL, read by everybody who may see risk notes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import Length

from cme import clock
from cme.casework.case import Refused
from cme.casework.needs import Need
from cme.casework.referral.answers import UPDATE, ReferralDraft
from cme.casework.referral.checks import lacking
from cme.casework.referral.recipients import recipient_names, recipients_of
from cme.casework.stages import Overlay
from cme.clock import local_date
from cme.services import casework, drafts, out_of_hours, referrals
from cme.services.casework import CaseView
from cme.services.hiding import without_home
from cme.store import cases
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.forms import LONGEST_TEXT
from cme.web.cases.opening import opened
from cme.web.forms import Form, LongTextField, SubmitField
from cme.web.presenters import cases as present
from cme.web.presenters import referral as present_referral
from cme.web.presenters import urgent as present_urgent
from cme.web.presenters.referral_fate import sent_back
from cme.web.presenters.words import listed

LISTED = "It cannot be sent yet. What is missing is listed below, with links."


class SendForm(Form):
    """How the referral is sent: as it is asked for, or at once for a safeguarding concern."""

    field_of: ClassVar[Mapping[str, str]] = {Need.READY: "without_enquiries"}

    without_enquiries = LongTextField(
        "Why it is sent although enquiries are missing",
        description="The authority reads this. You stay responsible for making the enquiries.",
        validators=[
            Length(max=LONGEST_TEXT, message=f"The reason must be {LONGEST_TEXT:,} characters or fewer")
        ],
    )
    concern = LongTextField(
        "What you fear, and why (optional)",
        description="Nothing else has to be filled in.",
        validators=[
            Length(max=LONGEST_TEXT, message=f"What you fear must be {LONGEST_TEXT:,} characters or fewer")
        ],
    )
    send = SubmitField("Send the referral")
    urgent = SubmitField("Send now for a safeguarding concern")

    def refuse(self, refused: Refused) -> None:
        """Say what is missing where it is put right: the page itself lists what is to be filled in."""
        told = zip(refused.missing, refused.sentences, strict=True)
        said = tuple(LISTED if need == Need.DRAFT_COMPLETE else sentence for need, sentence in told)
        super().refuse(replace(refused, sentences=said))


@blueprint.get("/referral")
def referral(case_reference: str) -> ResponseReturnValue:
    """The referral to go through and send, or as it was sent."""
    at = clock.now()
    view, scope = opened(case_reference, at), guard.scope()
    if casework.may_write_referral(scope, view):
        draft = drafts.draft_of(scope, view.case)
        form = SendForm(data={"without_enquiries": draft.without_enquiries})
        return _write_page(view, draft, form, at)
    return _read_page(view, drafts.kept_of(scope, view.case))


@blueprint.post("/referral")
def send_referral(case_reference: str) -> ResponseReturnValue:
    """Send the referral, or the update that is being written."""
    at = clock.now()
    view, form = opened(case_reference, at), SendForm()
    if not form.validate():
        return _refused_page(view, form, at)
    concern = {"concern": form.concern.data} if form.concern.data else {}
    refused = referrals.send_referral(
        guard.scope(),
        case_reference,
        concern,
        safeguarding=bool(form.urgent.data),
        without_enquiries=form.without_enquiries.data or "",
        at=at,
        address=request.remote_addr or "",
    )
    if refused is None:
        names = recipient_names(recipients_of(view.facts.pack), view.facts.pack)
        flash(f"It is sent to {listed(names)}.", "success")
        return redirect(url_for("cases.status", case_reference=case_reference), 303)
    view = casework.show(guard.scope(), case_reference, today=local_date(at)) or abort(404)
    form.refuse(refused)
    return _refused_page(view, form, at)


@blueprint.post("/referral/update")
def start_update(case_reference: str) -> ResponseReturnValue:
    """Begin an update to what was sent."""
    at = clock.now()
    opened(case_reference, at)
    refused = referrals.start_update(guard.scope(), case_reference, at=at, address=request.remote_addr or "")
    if refused is not None:
        flash(refused.reason)
        return redirect(url_for("cases.status", case_reference=case_reference), 303)
    return redirect(
        url_for("cases.ask_section", case_reference=case_reference, referral_section="header"), 303
    )


@blueprint.get("/referral/sent/<int:referral_number>")
def sent_referral(case_reference: str, referral_number: int) -> ResponseReturnValue:
    """The referral, or an update to it, as it was sent: 1 is the referral."""
    view = opened(case_reference, clock.now())
    sent = cases.list_sent_referrals(guard.scope(), view.case.id)
    if not 1 <= referral_number <= len(sent):
        abort(404)
    return _read_page(view, sent[referral_number - 1])


def _read_page(view: CaseView, kept: Any | None) -> str:
    scope = guard.scope()
    sent = kept is not None and kept.sent_at is not None
    if kept is not None and sent:
        draft = without_home(scope, view.case.registration, drafts.as_sent(view.case, kept))
    else:
        draft = drafts.draft_of(scope, view.case)
    superseded = Overlay.SUPERSEDED in view.state.overlays
    return render_template(
        "cases/referral.html",
        page=present.case_page(scope, view, "referral"),
        referral=present_referral.read(kept, draft, view.facts.pack, superseded=superseded),
    )


def _refused_page(view: CaseView, form: SendForm, at: datetime) -> ResponseReturnValue:
    """The page again as it was typed; once somebody has sent the referral, what became of it."""
    if casework.may_write_referral(guard.scope(), view):
        return _write_page(view, drafts.draft_of(guard.scope(), view.case), form, at), 422
    flash(referrals.SENT if view.state.stage.is_open else referrals.CLOSED)
    return redirect(url_for("cases.status", case_reference=view.case.reference), 303)


def _unread(view: CaseView, at: datetime) -> str:
    found = out_of_hours.unread(guard.scope(), view, at)
    return present_urgent.unread(found, view.facts.pack)


def _write_page(view: CaseView, draft: ReferralDraft, form: SendForm, at: datetime) -> str:
    reference = view.case.reference
    lacks = lacking(draft, local_date(at))
    return render_template(
        "cases/write_referral.html",
        page=present.case_page(guard.scope(), view, "referral"),
        form=form,
        is_update=draft.answer("type") == UPDATE,
        cards=present_referral.cards_to_write(reference, draft, lacks),
        missing=present_referral.missing_list(reference, lacks),
        left_to_do=present_referral.left_to_do(lacks),
        sending=present_referral.sending(view, draft),
        police=view.facts.pack.police,
        unread=_unread(view, at),
        sent_back=sent_back(view),
    )
