"""The traces of the child of a case, and beginning one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.casework.stages import Stage
from cme.services.judging import permissions_on
from cme.services.tracing import matches, traces
from cme.services.tracing.searches import plan_of_case
from cme.services.tracing.trace_views import list_of_case
from cme.tracing.authorities import read_authorities
from cme.tracing.gate import Audience
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.opening import opened
from cme.web.presenters import matches as present_matches
from cme.web.presenters.cases import case_page
from cme.web.presenters.searches import check_url, plan_section
from cme.web.presenters.traces import list_row


@blueprint.get("/traces")
def show_traces(case_reference: str) -> ResponseReturnValue:
    """Every trace of the child, and where one is begun."""
    at, scope = clock.now(), guard.scope()
    view = opened(case_reference, at)
    found = list_of_case(scope, view.case, at=at)
    unsent = next((each.trace.reference for each in found if not each.state.is_frozen), "")
    plan = plan_of_case(scope, view.case, today=view.today)
    may_write = Permission.WRITE_TRACE in permissions_on(scope, view.case)
    return render_template(
        "cases/traces.html",
        page=case_page(scope, view, "traces"),
        searches=plan_section(plan, view.today, check_url(scope, view.case)) if plan else None,
        rows=[list_row(each.trace, restricted=each.restricted) for each in found],
        records=[present_matches.of_case(each) for each in matches.list_of_case(scope, view.case)],
        asked=[present_matches.asked(*each) for each in matches.list_asked(scope, view.case)],
        unsent=unsent,
        may_begin=may_write and Stage(view.case.stage) is not Stage.CLOSED,
        left_open=[
            each.trace.reference for each in found if each.state.is_open and view.case.closed_at is not None
        ],
    )


@blueprint.post("/traces")
def begin_trace(case_reference: str) -> ResponseReturnValue:
    """Begin a request, or go on with the one that is begun."""
    given, code = request.form.get("audience", ""), request.form.get("authority", "")
    try:
        begun = traces.begin(
            guard.scope(),
            case_reference,
            audience=Audience(given) if given in list(Audience) else Audience.ALL,
            chosen=(code,) if code in read_authorities() else (),
            at=clock.now(),
            address=request.remote_addr or "",
        )
    except LookupError:
        abort(404)
    if isinstance(begun, Refused):
        flash(begun.reason)
        return redirect(url_for("cases.show_traces", case_reference=case_reference), 303)
    return redirect(url_for("tracing.ask_details", trace_reference=begun), 303)
