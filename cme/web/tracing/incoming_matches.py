"""A child of ours who may be the one another authority asks about: field by field, and the decision."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services.tracing import matches
from cme.services.tracing.incoming_views import Candidate, IncomingView
from cme.store import matches as store
from cme.web import guard
from cme.web.presenters import incoming as present
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.incoming import opened
from cme.web.tracing.matches import MatchForm
from cme.web.tracing.opening import address, status_of

_MATCH = "/incoming/<incoming_reference:incoming_reference>/matches/<int:incoming_match_id>"


@blueprint.get(_MATCH)
def show_incoming_match(incoming_reference: str, incoming_match_id: int) -> ResponseReturnValue:
    """Two descriptions field by field, and the form that decides."""
    view = opened(incoming_reference)
    candidate = _candidate(view, incoming_match_id)
    return _page(view, candidate, MatchForm(data={"seen": str(candidate.match.version)}))


@blueprint.post(_MATCH)
def decide_incoming_match(incoming_reference: str, incoming_match_id: int) -> ResponseReturnValue:
    """Record the decision; or the form again with what is missing."""
    view, form, status = opened(incoming_reference), MatchForm(), 422
    _candidate(view, incoming_match_id)
    if form.validate():
        refused = matches.decide(
            guard.scope(),
            incoming_match_id,
            form.disposition.data or "",
            form.reason.data or "",
            seen=form.version,
            at=clock.now(),
            address=address(),
        )
        if refused is None:
            flash("The decision is recorded. Nothing else has changed.", "success")
            return redirect(url_for("tracing.show_incoming", incoming_reference=incoming_reference), 303)
        form.refuse(refused)
        status = status_of(refused)
        view = opened(incoming_reference)
        form.saw(_candidate(view, incoming_match_id).match.version)
    return _page(view, _candidate(view, incoming_match_id), form), status


def _candidate(view: IncomingView, match_id: int) -> Candidate:
    """The child found; 404 for one of another request, or whom the viewer may not know."""
    found = next((each for each in view.candidates if each.match.id == match_id), None)
    if found is None or found.child is None:
        abort(404)
    return found


def _page(view: IncomingView, candidate: Candidate, form: MatchForm) -> str:
    return render_template(
        "tracing/incoming_match.html",
        asked=present.page(guard.scope(), view),
        match=present.match_page(view, candidate, store.list_decisions(candidate.match)),
        form=form,
    )
