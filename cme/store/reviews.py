"""The reviews that DSLs signed."""

from collections.abc import Sequence

from sqlalchemy import select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.tables import Case, Review


def list_reviews(scope: Scope, case_id: int) -> Sequence[Review]:
    """The reviews of a case, the latest first; none for a scope that may not see its risk notes."""
    return db.session.scalars(
        select(Review)
        .join(Case, Case.id == Review.case_id)
        .where(Review.case_id == case_id, cases_within(scope, Permission.SEE_RISK_NOTES))
        .order_by(Review.id.desc())
    ).all()
