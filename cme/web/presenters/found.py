"""The list of what is done once a child is found or back."""

from collections.abc import Mapping
from typing import Any

from cme.access.scope import Scope
from cme.casework.case import Action
from cme.casework.events import EventKind
from cme.casework.outcomes import Side
from cme.casework.safety.found import read_found_items
from cme.services import casework
from cme.services.casework import CaseView
from cme.web.presenters.dates import moment
from cme.web.presenters.traces import open_traces
from cme.web.presenters.words import capitalised

TRACE = "records"
"""The item that ends the traces of a child who is found."""

_OWNERS = {Side.SCHOOL: "For the school", Side.AUTHORITY: "For the local authority"}


def found_page(
    scope: Scope, view: CaseView, typed: Mapping[str, str], refused: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each item: {code, label, hint, asks, owner, done, note, may_tick, may_take_back, typed, error, links}.

    `typed` and `refused` are what was typed and what is wrong with it, by item. Notes are risk notes.
    """
    done = {
        event.data["item"]: event
        for event in view.case.events
        if event.kind == EventKind.FOUND_ITEM_DONE and event.data["item"] in view.state.found_items
    }
    sees, sides = casework.may_see_risk_notes(scope, view), casework.sides_of(scope, view)
    may_tick = Action.TICK_FOUND_ITEM in view.actions
    return [
        {
            "code": item.code,
            "label": item.label,
            "hint": item.hint,
            "asks": capitalised(item.asks),
            "owner": _OWNERS[item.owner],
            "done": f"{moment(event.at)}, by {event.by}" if (event := done.get(item.code)) else "",
            "note": event.data.get("reason", "") if event and sees else "",
            "may_tick": may_tick and event is None and item.owner in sides,
            "may_take_back": may_tick and event is not None and item.owner in sides,
            "typed": typed.get(item.code, ""),
            "error": refused.get(item.code, "") if may_tick and item.owner in sides else "",
            "links": open_traces(scope, view) if item.code == TRACE else [],
        }
        for item in read_found_items().values()
    ]
