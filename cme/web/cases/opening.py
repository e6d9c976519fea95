"""Opening a case: whether the person may, and that they did."""

from datetime import datetime
from typing import cast

from flask import abort, request

from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.clock import local_date
from cme.services import casework
from cme.services.casework import CaseView
from cme.store import cases
from cme.web import guard


def opened(case_reference: str, at: datetime) -> CaseView:
    """The case, with the look at it on record.

    404 unless the permission that the address asks for is held for this very case, not just somewhere.
    """
    scope = guard.scope()
    permission = cast(Permission, rule_for(request.endpoint))
    case_id = cases.find_case_id(scope, case_reference, permission)
    if case_id is None:
        abort(404)
    guard.record_view(f"case:{case_id}")
    view = casework.show(scope, case_reference, today=local_date(at))
    if view is None:
        abort(404)
    return view
