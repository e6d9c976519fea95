"""The children whom the authority is to look for again."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cme import clock
from cme.services.tracing import searches
from cme.web import guard
from cme.web.presenters.searches import due_page
from cme.web.tracing.blueprint import blueprint


@blueprint.get("/searches")
def list_searches() -> ResponseReturnValue:
    """Every child for whom a search is planned, the earliest date first."""
    guard.record_view("searches")
    today = clock.today()
    due = searches.list_due(guard.scope(), today=today)
    return render_template("tracing/searches.html", page=due_page(due, today))
