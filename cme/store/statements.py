"""Joint statements of cases, every version of each."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.tables import Case, JointStatement


def find_latest(scope: Scope, case_id: int) -> JointStatement | None:
    """The last version of a case's joint statement, withdrawn or not; None outside the scope."""
    return db.session.scalar(_within(scope).where(JointStatement.case_id == case_id).limit(1))


def list_versions(scope: Scope, case_id: int) -> Sequence[JointStatement]:
    """Every version of a case's joint statement, the latest first."""
    return db.session.scalars(_within(scope).where(JointStatement.case_id == case_id)).all()


def read_latest(scope: Scope, school_id: int) -> dict[int, JointStatement]:
    """The last version in each open case of a school, by id of the case."""
    found: dict[int, JointStatement] = {}
    for row in db.session.scalars(
        _within(scope).where(Case.school_id == school_id, Case.closed_at.is_(None))
    ):
        found.setdefault(row.case_id, row)
    return found


def _within(scope: Scope) -> Select[JointStatement]:
    return (
        select(JointStatement)
        .join(Case, Case.id == JointStatement.case_id)
        .where(cases_within(scope, Permission.SEE_CASE))
        .order_by(JointStatement.number.desc())
    )
