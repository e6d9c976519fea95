"""What is done once a child is found or back: a list to tick off."""

from collections.abc import Sequence

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

TOO_LONG = f"The note must be {LONGEST_TEXT:,} characters or fewer."


@blueprint.get("/found")
def found(case_reference: str) -> ResponseReturnValue:
    """The list, with what is done and by whom."""
    return _page(opened(case_reference, clock.now()))


@blueprint.post("/found")
def tick_found_item(case_reference: str) -> ResponseReturnValue:
    """Tick one thing off with its note, or take back what was ticked off with a reason."""
    at = clock.now()
    view = opened(case_reference, at)
    item, note = request.form.get("item", ""), request.form.get("note", "")
    if len(note) > LONGEST_TEXT:
        return _page(view, item, note, (TOO_LONG,)), 422
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
        return _page(view, item, note, refused.sentences), 422
    flash("It is open again." if takes_back else "Ticked off.", "success")
    return redirect(url_for("cases.found", case_reference=case_reference), 303)


def _page(view: CaseView, item: str = "", note: str = "", sentences: Sequence[str] = ()) -> str:
    """The list, with what was typed about one thing and why it was refused."""
    items = found_page(guard.scope(), view, {item: note}, {item: " ".join(sentences)})
    link = {"href": f"#note-{item}"} if any(each["error"] for each in items) else {}
    return render_template(
        "cases/found.html",
        page=present.case_page(guard.scope(), view, "found"),
        found=items,
        errors=[{"text": sentence, **link} for sentence in sentences],
    )
