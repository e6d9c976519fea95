"""The pages of measures, and the same as files."""

import io

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.documents.workbooks import CSV_TYPE
from cme.services import insight
from cme.web import guard
from cme.web.presenters import insight as present

blueprint = Blueprint("insight", __name__, url_prefix="/insight")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """How the work goes in the authority this school year."""
    scope = guard.scope()
    return render_template(
        "insight/show.html",
        page=present.insight_page(insight.look(scope, today=clock.today())),
        may_export=scope.may(Permission.EXPORT_CME_RETURN),
    )


@blueprint.get("/schools")
def schools() -> ResponseReturnValue:
    """What each school leaves undone, and whether its registers come."""
    scope = guard.scope()
    found = insight.look_at_schools(scope, today=clock.today())
    return render_template(
        "insight/schools.html",
        since=present.since(insight.year_began_on(clock.today())),
        rows=present.school_rows(found),
        may_export=scope.may(Permission.EXPORT_CME_RETURN),
    )


@blueprint.get("/figures.csv")
def figures_file() -> ResponseReturnValue:
    """The measures as a file."""
    page = present.insight_page(insight.look(guard.scope(), today=clock.today()))
    return _file("figures", present.figures_table(page))


@blueprint.get("/schools.csv")
def schools_file() -> ResponseReturnValue:
    """The schools as a file."""
    rows = present.school_rows(insight.look_at_schools(guard.scope(), today=clock.today()))
    return _file("schools", present.schools_table(rows))


def _file(what: str, rows: list[list[str]]) -> ResponseReturnValue:
    at = clock.now()
    content = insight.export(guard.scope(), what, rows, at=at, address=request.remote_addr or "")
    name = f"insight-{what}-{clock.local_date(at).isoformat()}.csv"
    return send_file(io.BytesIO(content), mimetype=CSV_TYPE, as_attachment=True, download_name=name)
