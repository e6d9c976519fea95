"""Decisions not to refer, as the authority counts them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.events import EventKind
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.tables import Case, CaseEvent, School


def list_declined(scope: Scope, since_at: datetime) -> Sequence[tuple[str, str]]:
    """Every decision not to refer since an instant, as (school, reason code), in the order of the schools.

    Those of the cases that the scope's queue reaches.
    """
    rows = db.session.execute(
        select(School.name, CaseEvent.data)
        .join(Case, Case.id == CaseEvent.case_id)
        .join(School, School.id == Case.school_id)
        .where(
            CaseEvent.kind == EventKind.REFERRAL_DECLINED.value,
            CaseEvent.at >= since_at,
            cases_within(scope, Permission.SEE_QUEUE),
        )
        .order_by(School.name, School.id, CaseEvent.id)
    )
    return [(name, data.get("reason_code", "")) for name, data in rows]
