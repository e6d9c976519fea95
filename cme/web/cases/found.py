"""What is done once a child is found or back: a list to tick off."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.casework.case import Action, Entry
from cme.services import casework
from cme.services.casework import CaseView
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.forms import LONGEST_TEXT
from cme.web.cases.opening import opened
from cme.web.presenters import cases as present
from cme.web.presenters.found import found_page


@blueprint.get("/found")
def found(case_reference: str) -> ResponseReturnValue:
    """The list, with what is done and by whom."""
    return _page(opened(case_reference, clock.now()))


@blueprint.post("/found")
def tick_found_item(case_reference: str) -> ResponseReturnValue:
    """Tick one thing off with its note, or take back what was ticked off with a reason."""
    at = clock.now()
    view = opened(case_reference, at)
    item, note = request.form.get("item", ""), request.form.get("note", "")[:LONGEST_TEXT]
    takes_back = "take_back" in request.form
    refused = casework.act(
        guard.scope(),
        case_reference,
        Action.UNTICK_FOUND_ITEM if takes_back else Action.TICK_FOUND_ITEM,
        Entry(item=item, reason=note),
        at=at,
        address=request.remote_addr or "",
    )
    if refused is not None:
        flash(refused.reason)
        return _page(view, typed={item: note}), 422
    flash("It is open again." if takes_back else "Ticked off.", "success")
    return redirect(url_for("cases.found", case_reference=case_reference), 303)


def _page(view: CaseView, *, typed: dict[str, str] | None = None) -> str:
    return render_template(
        "cases/found.html",
        page=present.case_page(guard.scope(), view, "found"),
        found=found_page(guard.scope(), view, typed or {}),
    )
