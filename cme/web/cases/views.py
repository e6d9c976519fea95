"""What one case shows: its overview, its reviews and its removal conditions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Action
from cme.clock import local_date
from cme.services import cards, casework, enquiry_records, reviews
from cme.services.casework import CaseView
from cme.services.reviews import SignedReview
from cme.services.tracing.siblings import absent_siblings
from cme.store import cases
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.presenters import cases as present
from cme.web.presenters import reviews as present_reviews
from cme.web.presenters import urgent as present_urgent
from cme.web.presenters.families import who_is_absent
from cme.web.presenters.timeline import before_opening, timeline


@blueprint.get("")
def show(case_reference: str) -> ResponseReturnValue:
    """Where the case stands, what is due, what can be done, and what happened."""
    at = clock.now()
    view, scope = opened(case_reference, at), guard.scope()
    return render_template(
        "cases/show.html",
        page=present.case_page(scope, view, "overview"),
        urgent=_urgent(view, at),
        family=_absent_family(view),
        overview=present.overview(scope, view, today=local_date(at)),
        others=present.other_cases(view, cases.list_case_history(scope, view.case.registration_id)),
        timeline=[
            *timeline(view, may_see_risk_notes=casework.may_see_risk_notes(scope, view)),
            *before_opening(view, enquiry_records.list_of_case(scope, view.case)),
        ],
    )


@blueprint.get("/reviews")
def show_reviews(case_reference: str) -> ResponseReturnValue:
    """The reviews as they were signed, the latest in full."""
    view, scope = opened(case_reference, clock.now()), guard.scope()
    found = reviews.list_of(scope, view.case)
    may_review = Action.SIGN_REVIEW in view.actions
    return render_template(
        "cases/reviews.html",
        page=present.case_page(scope, view, "reviews"),
        reviews=[present_reviews.signed(each, view.facts.pack) for each in found],
        restrictions_url=_restrictions_to_record(found, view),
        review_url=url_for("cases.ask_review", case_reference=case_reference) if may_review else "",
    )


def _restrictions_to_record(found: Sequence[SignedReview], view: CaseView) -> str:
    """Where a restriction is recorded that the last review speaks of; '' where it speaks of none."""
    if not found or not found[0].review.says("contact_restrictions"):
        return ""
    return url_for("school.restrictions", registration_id=view.case.registration_id)


def _absent_family(view: CaseView) -> str:
    """That more of the family are absent, while the case is open; '' where nobody else is."""
    child = view.case.registration
    if not view.state.stage.is_open:
        return ""
    return who_is_absent(child, absent_siblings(guard.scope(), child.id))


def _urgent(view: CaseView, at: datetime) -> dict[str, Any]:
    """The cards that are out; they are risk notes."""
    scope = guard.scope()
    if not casework.may_see_risk_notes(scope, view):
        return {}
    found = cards.cards_of(scope, view)
    return present_urgent.summary(view, found, cards.hour_one(view, found), at)
