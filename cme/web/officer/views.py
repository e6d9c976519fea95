"""The queue of referrals."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission, Role
from cme.casework.policy import load_pack
from cme.clock import local_date
from cme.store import cases, schools
from cme.web import guard
from cme.web.officer.filters import read_filters
from cme.web.presenters import queue as present

blueprint = Blueprint("officer", __name__)


@blueprint.get("/queue")
def queue() -> ResponseReturnValue:
    """The referrals of the authority, as far as the filters in the address let through."""
    scope, today = guard.scope(), local_date(clock.now())
    referring = cases.list_queue_schools(scope)
    chosen = read_filters(request.args, referring)
    found = cases.read_queue(scope, chosen.wanted(today))
    packs = [load_pack(pack) for pack in schools.read_policy_packs(scope, Permission.SEE_QUEUE)]
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
