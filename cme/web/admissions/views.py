"""The list of proposed removals."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from cme.store import cases
from cme.web import guard
from cme.web.presenters.removals import present_removals

blueprint = Blueprint("admissions", __name__)


@blueprint.get("/removals")
def removals() -> ResponseReturnValue:
    """The removals that wait for confirmation, and how many children are near it."""
    scope = guard.scope()
    return render_template(
        "admissions/removals.html",
        removals=present_removals(cases.list_removals(scope), cases.count_eligible(scope)),
    )
