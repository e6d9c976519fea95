"""The queue of referrals."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission, Role
from cme.attendance.lines import academic_year
from cme.clock import LONDON, local_date
from cme.services import home_copies, queues
from cme.services.policies import packs_in_force
from cme.services.queues import Given
from cme.store import queue as store
from cme.store import returns
from cme.store.declined import list_declined
from cme.store.queue import Colleague
from cme.web import guard
from cme.web.officer.filters import Filters, read_filters, read_query
from cme.web.officer.forms import AllocateForm, KeepForm
from cme.web.presenters import copies as present_copies
from cme.web.presenters import queue as present
from cme.web.presenters.dates import long_day
from cme.web.presenters.declined import by_school
from cme.web.presenters.returns import sent_row
from cme.web.presenters.words import counted

blueprint = Blueprint("officer", __name__)

LAST_RETURNS = 200


@blueprint.get("/queue")
def queue() -> ResponseReturnValue:
    """The referrals of the authority, as far as the filters in the address let through."""
    schools = store.list_queue_schools(guard.scope())
    return _queue_page(read_filters(request.args, schools), schools, _allocating(), None)


@blueprint.post("/queue/filters")
def keep_filter() -> ResponseReturnValue:
    """Keep the filter that is chosen under a name; or the queue again with what is wrong with it."""
    form, scope = KeepForm(), guard.scope()
    schools = store.list_queue_schools(scope)
    chosen = read_query(form.query.data or "", schools)
    if form.validate():
        refused = queues.keep_filter(scope, form.name.data or "", chosen.query, at=clock.now())
        if refused is None:
            flash("The filter is kept.", "success")
            return redirect(chosen.address(), 303)
        form.refuse(refused)
    return _queue_page(chosen, schools, _allocating(), form), 422


@blueprint.post("/queue/filters/<int:saved_id>/delete")
def delete_filter(saved_id: int) -> ResponseReturnValue:
    """Let go of a filter of one's own."""
    try:
        queues.delete_filter(guard.scope(), saved_id)
    except LookupError:
        abort(404)
    flash("The filter is deleted. No case is changed.", "success")
    return redirect(Filters().address(), 303)


@blueprint.post("/queue/allocate")
def allocate() -> ResponseReturnValue:
    """Give the cases that were ticked to somebody, and say which could not be given."""
    scope, form = guard.scope(), _allocating()
    schools = store.list_queue_schools(scope)
    chosen = read_query((form.query.data or "") if form else "", schools)
    if form is None or not form.validate():
        return _queue_page(chosen, schools, form, None), 422
    given = queues.allocate_many(
        scope,
        form.case.data,
        form.officer_id,
        form.cover_id,
        keeps_cover=form.keeps_cover,
        at=clock.now(),
        address=request.remote_addr or "",
    )
    done = f"{counted(len(given.references), 'case')} allocated to {form.officer_name}."
    if given.references:
        flash(done, "success")
    if not given.refused:
        return redirect(_here(chosen), 303)
    return _not_given(given, chosen), 200


@blueprint.get("/queue/nobody-acted")
def unattended() -> ResponseReturnValue:
    """The children who are absent for whom nobody has made an enquiry, reviewed or decided anything."""
    scope = guard.scope()
    found = store.list_unattended(
        scope, after=request.args.get("after", "")[:100], before=request.args.get("before", "")[:100]
    )
    return render_template(
        "officer/unattended.html",
        unattended=present.present_unattended(found, store.count_unattended(scope)),
    )


@blueprint.get("/queue/closed-and-absent")
def closed_in_absence() -> ResponseReturnValue:
    """The children who are still absent, and whose case was closed in this absence."""
    scope = guard.scope()
    found = store.list_closed_in_absence(
        scope, after=request.args.get("after", "")[:100], before=request.args.get("before", "")[:100]
    )
    return render_template(
        "officer/closed.html", closed=present.present_closed(found, store.count_closed_in_absence(scope))
    )


@blueprint.get("/queue/not-referred")
def declined() -> ResponseReturnValue:
    """How often each school decided not to refer in this school year, and why."""
    first_on = date(academic_year(clock.today()), 9, 1)
    since_at = datetime.combine(first_on, time.min, LONDON)
    return render_template(
        "officer/declined.html",
        since=long_day(first_on),
        rows=by_school(list_declined(guard.scope(), since_at)),
    )


@blueprint.get("/returns")
def list_returns() -> ResponseReturnValue:
    """The returns that schools have recorded as sent, the latest first."""
    guard.record_view("returns")
    sent = returns.list_sent(guard.scope(), most=LAST_RETURNS)
    return render_template("officer/returns.html", rows=[sent_row(each) for each in sent], most=LAST_RETURNS)


@blueprint.get("/queue/children-who-live-here")
def live_here() -> ResponseReturnValue:
    """Children who live in the officer's area and were referred by schools of other authorities: to read."""
    guard.record_view("home_copies")
    rows = [present_copies.copy_row(each) for each in home_copies.list_copies(guard.scope())]
    return render_template("officer/live_here.html", rows=rows)


def _allocating() -> AllocateForm | None:
    """The form that gives cases to somebody; None for whoever may not."""
    scope = guard.scope()
    if not scope.may(Permission.ALLOCATE_CASE):
        return None
    form = AllocateForm()
    form.offer(store.list_colleagues(scope, clock.today()))
    return form


def _queue_page(
    chosen: Filters, schools: Sequence[Any], form: AllocateForm | None, keeping: KeepForm | None
) -> str:
    scope, today = guard.scope(), local_date(clock.now())
    packs = packs_in_force(scope, Permission.SEE_QUEUE, today)
    wanted = chosen.wanted(today, queues.untouched_before(packs, today))
    found = store.read_queue(scope, wanted)
    page = present.present_queue(
        found,
        store.count_queue(scope, wanted),
        chosen,
        schools,
        store.read_acknowledged(scope, [case.id for case in found.rows]),
        _names(found.rows, form.colleagues if form else ()),
        store.list_saved(scope),
        owner=present.owner_name(packs, is_front_door=scope.roles == {Role.FRONT_DOOR}),
        today=today,
    )
    if scope.may(Permission.KEEP_QUEUE) and keeping is None:
        keeping = KeepForm(formdata=None)
    errors = keeping.error_list if keeping else []
    if form and found.rows:
        errors = [*form.error_list, *errors]
    return render_template("officer/queue.html", queue=page, form=form, keeping=keeping, errors=errors)


def _names(found: Sequence[Any], colleagues: Sequence[Colleague]) -> dict[int, str]:
    """Who works on these cases; whoever has left is asked for by name."""
    known = {each.id: each.name for each in colleagues}
    left = {case.officer_id for case in found if case.officer_id} - set(known)
    return known | (store.read_names(guard.scope(), left) if left else {})


def _not_given(given: Given, chosen: Filters) -> str:
    return render_template("officer/not_given.html", refused=given.refused, back=_here(chosen))


def _here(chosen: Filters) -> str:
    """The address of the page of the queue that was shown."""
    return chosen.address(after=chosen.after, before=chosen.before)
