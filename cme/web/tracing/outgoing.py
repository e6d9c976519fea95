"""The traces of an authority, one trace, and beginning one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission
from cme.casework.case import Refused
from cme.services import insight
from cme.services.tracing import confidence, searches, traces
from cme.store import traces as store
from cme.store.traces import Part
from cme.web import guard
from cme.web.presenters import traces as present
from cme.web.presenters.paging import next_and_previous
from cme.web.tracing.blueprint import blueprint
from cme.web.tracing.opening import address, opened, page


@blueprint.get("/")
def outgoing() -> ResponseReturnValue:
    """The requests that go out, those of a part where the address names one, the newest first."""
    guard.record_view("traces")
    scope, given, today = guard.scope(), request.args, clock.today()
    part = Part(given["part"]) if given.get("part") in list(Part) else Part.OPEN
    found = store.read_part(
        scope, part, after=given.get("after", "")[:100], before=given.get("before", "")[:100]
    )
    quiet = confidence.by_record([each.pupil_id for each in found.rows])
    rows = [
        present.list_row(each, restricted=each.restricted or each.pupil_id in quiet) for each in found.rows
    ]
    return render_template(
        "tracing/list.html",
        part=part,
        title=present.PARTS[part],
        parts=present.parts_of(store.count_parts(scope), part),
        rows=rows,
        pagination=next_and_previous(
            url_for("tracing.outgoing", part=part.value, before=found.before) if found.before else "",
            url_for("tracing.outgoing", part=part.value, after=found.after) if found.after else "",
            "Pages of traces",
        ),
        may_read_files=scope.may(Permission.RECORD_REQUEST),
        files_waiting=insight.count_files_waiting(scope, today=today),
        may_keep_lists=scope.may(Permission.KEEP_CHILD_LISTS),
        overdue=searches.count_overdue(searches.list_due(scope, today=today), today),
        figures=present.answered_figures(store.count_answers(scope)),
    )


@blueprint.get("/<trace_reference:trace_reference>")
def show(trace_reference: str) -> ResponseReturnValue:
    """One trace: what it says, whom it went to, what was answered, and what there is to do."""
    return page(opened(trace_reference, clock.now()))


@blueprint.post("/for-entry/<int:spell_id>")
def begin_for_entry(spell_id: int) -> ResponseReturnValue:
    """Begin a request about a child on the CME record who has no case."""
    try:
        begun = traces.begin_for_spell(guard.scope(), spell_id, at=clock.now(), address=address())
    except LookupError:
        abort(404)
    if isinstance(begun, Refused):
        flash(begun.reason)
        return redirect(url_for("record.show", spell_id=spell_id), 303)
    return redirect(url_for("tracing.ask_details", trace_reference=begun), 303)
