"""The family of the child of a case, and the joint pack about it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Refused
from cme.documents.chronology import Entry
from cme.services import casework
from cme.services.casework import CaseView
from cme.services.tracing import family_packs
from cme.services.tracing.families import family_of
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.documents import attachment
from cme.web.cases.opening import opened
from cme.web.presenters import documents
from cme.web.presenters.cases import case_page
from cme.web.presenters.families import family_page
from cme.web.presenters.timeline import timeline


@blueprint.get("/family")
def show_family(case_reference: str) -> ResponseReturnValue:
    """Who may belong to the child's family, and where each of them stands."""
    view, scope = opened(case_reference, clock.now()), guard.scope()
    return render_template(
        "cases/family.html",
        page=case_page(scope, view, "family"),
        family=family_page(scope, view, family_of(scope, view)),
    )


@blueprint.post("/family/pack")
def make_family_pack(case_reference: str) -> ResponseReturnValue:
    """One document about the family; or the page again where nobody else is known any more."""
    at = clock.now()
    opened(case_reference, at)
    try:
        made = family_packs.make(
            guard.scope(), case_reference, _heads, at=at, address=request.remote_addr or ""
        )
    except LookupError:
        abort(404)
    if isinstance(made, Refused):
        flash(made.reason)
        return redirect(url_for("cases.show_family", case_reference=case_reference), 303)
    return attachment(made)


def _heads(view: CaseView) -> list[Entry]:
    told = timeline(view, may_see_risk_notes=casework.may_see_risk_notes(guard.scope(), view))
    return documents.heads(view, told)
