"""The queue of referrals."""

from datetime import date, datetime, time

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission, Role
from cme.attendance.lines import academic_year
from cme.clock import LONDON, local_date
from cme.services.policies import packs_in_force
from cme.store import cases, returns
from cme.store.declined import list_declined
from cme.web import guard
from cme.web.officer.filters import read_filters
from cme.web.presenters import queue as present
from cme.web.presenters.dates import long_day
from cme.web.presenters.declined import by_school
from cme.web.presenters.returns import sent_row

blueprint = Blueprint("officer", __name__)

LAST_RETURNS = 200


@blueprint.get("/queue")
def queue() -> ResponseReturnValue:
    """The referrals of the authority, as far as the filters in the address let through."""
    scope, today = guard.scope(), local_date(clock.now())
    referring = cases.list_queue_schools(scope)
    chosen = read_filters(request.args, referring)
    found = cases.read_queue(scope, chosen.wanted(today))
    packs = packs_in_force(scope, Permission.SEE_QUEUE, today)
    acknowledged = cases.read_acknowledged(scope, [case.id for case in found.cases])
    return render_template(
        "officer/queue.html",
        queue=present.present_queue(
            found,
            chosen,
            referring,
            acknowledged,
            owner=present.owner_name(packs, is_front_door=scope.roles == {Role.FRONT_DOOR}),
            today=today,
        ),
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
