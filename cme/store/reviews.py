"""The reviews that DSLs signed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.searching import batches
from cme.store.tables import Case, Registration, Review


def list_reviews(scope: Scope, case_id: int) -> Sequence[Review]:
    """The reviews of a case, the latest first; none for a scope that may not see its risk notes."""
    return db.session.scalars(
        select(Review)
        .join(Case, Case.id == Review.case_id)
        .where(Review.case_id == case_id, cases_within(scope, Permission.SEE_RISK_NOTES))
        .order_by(Review.id.desc())
    ).all()


def read_latest(pupil_ids: Collection[int]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The latest review of every case of children who were found within a scope: pupil and form."""
    for some in batches(pupil_ids):
        latest = (
            select(func.max(Review.id))
            .join(Case, Case.id == Review.case_id)
            .join(Registration, Registration.id == Case.registration_id)
            .where(Registration.pupil_id.in_(some))
            .group_by(Review.case_id)
        )
        rows = db.session.execute(
            select(Registration.pupil_id, Review.form)
            .join(Case, Case.registration_id == Registration.id)
            .join(Review, Review.case_id == Case.id)
            .where(Review.id.in_(latest))
        )
        yield from ((pupil_id, form) for pupil_id, form in rows)
