"""Where to ask beyond England: the nations, the Crown dependencies, abroad and service families."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cme.tracing.nations import read_routes
from cme.web.tracing.blueprint import blueprint


@blueprint.get("/routes")
def show_routes() -> ResponseReturnValue:
    """Each route with what to do, in order, and the destination of the pupil file."""
    routes = read_routes()
    facts = [fact for each in routes for fact in (*each.asks, *each.ctf)]
    return render_template(
        "tracing/routes.html",
        routes=routes,
        sources=sorted({f"{fact.source} ({fact.as_of})" for fact in facts}),
    )
