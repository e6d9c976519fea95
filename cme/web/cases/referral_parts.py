"""The sections of a referral that is being written, each on a page of its own, saved one by one."""

import hashlib
import json

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.casework.referral.answers import ReferralDraft, Section
from cme.casework.referral.fields import SECTION_BY_SLUG
from cme.clock import local_date
from cme.services import casework, drafts, referrals
from cme.services.casework import CaseView
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.cases.referral_form import SectionForm, section_form, typed_in
from cme.web.presenters import cases as present
from cme.web.presenters import referral as present_referral

NOTHING_TO_WRITE = "There is no referral to write here now."


@blueprint.get("/referral/<referral_section>")
def ask_section(case_reference: str, referral_section: str) -> ResponseReturnValue:
    """One section to fill in."""
    at = clock.now()
    section, view = _section(referral_section), opened(case_reference, at)
    draft = drafts.draft_of(guard.scope(), view.case)
    if not casework.may_write_referral(guard.scope(), view) or not typed_in(section, draft):
        flash(NOTHING_TO_WRITE)
        return redirect(url_for("cases.referral", case_reference=case_reference), 303)
    form = section_form(section, draft, _version(section, draft), more_of=request.args.get("add", ""))
    return _page(view, section, form, draft)


@blueprint.post("/referral/<referral_section>")
def save_section(case_reference: str, referral_section: str) -> ResponseReturnValue:
    """Keep what was written in a section, complete or not."""
    at = clock.now()
    section, view = _section(referral_section), opened(case_reference, at)
    draft = drafts.draft_of(guard.scope(), view.case)
    form = section_form(section, draft, "", sent=request.form)
    if not form.validate() or form.mark_faults(local_date(at)):
        return _page(view, section, form, draft), 422
    done = referrals.save_draft(
        guard.scope(),
        case_reference,
        form.answers(),
        stands=lambda now: form.version.data in ("", None, _version(section, now)),
        at=at,
        address=request.remote_addr or "",
    )
    if isinstance(done, Refused):
        form.refuse(done)
        return _not_saved(view, section, form, done)
    flash("Saved. Nothing has been sent yet.", "success")
    return redirect(_next(case_reference, section, form, draft), 303)


def _not_saved(view: CaseView, section: Section, form: SectionForm, refused: Refused) -> ResponseReturnValue:
    """The form as it was typed; where somebody else was first, to be saved over what they wrote."""
    draft = drafts.draft_of(guard.scope(), view.case)
    if refused.missing != ("version",):
        return _page(view, section, form, draft), 422
    form.version.data = _version(section, draft)
    return _page(view, section, form, draft), 409


def _next(case_reference: str, section: Section, form: SectionForm, draft: ReferralDraft) -> str:
    """Where to go on: the same section with one more row, the whole referral, or the next section."""
    if more_of := form.wants_row():
        number = len(form.answers()[more_of])
        return url_for(
            "cases.ask_section",
            case_reference=case_reference,
            referral_section=section.slug,
            add=more_of,
            _anchor=f"{more_of}-{number}",
        )
    written = present_referral.sections_to_write(draft)
    following = written[written.index(section) + 1 :] if section in written else []
    if form.later.data or not following:
        return url_for("cases.referral", case_reference=case_reference)
    return url_for("cases.ask_section", case_reference=case_reference, referral_section=following[0].slug)


def _section(slug: str) -> Section:
    return SECTION_BY_SLUG.get(slug) or abort(404)


def _version(section: Section, draft: ReferralDraft) -> str:
    """What the section says now, as far as people type it."""
    told = {each.id: draft.answers.get(each.id, "") for each in typed_in(section, draft)}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=list).encode()).hexdigest()[:16]


def _page(view: CaseView, section: Section, form: SectionForm, draft: ReferralDraft) -> str:
    return render_template(
        "cases/write_section.html",
        page=present.case_page(guard.scope(), view, "referral"),
        section=present_referral.section_page(view.case.reference, section, form, draft),
        form=form,
        back_href=url_for("cases.referral", case_reference=view.case.reference),
    )
