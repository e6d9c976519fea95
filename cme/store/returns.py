"""Statutory returns of schools."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import Registration, StatutoryReturn


def read_returns(scope: Scope, school_id: int) -> dict[int, list[StatutoryReturn]]:
    """Every return of a school, withdrawn ones too, by registration, oldest first."""
    found: dict[int, list[StatutoryReturn]] = {}
    for each in db.session.scalars(
        _within(scope).where(Registration.school_id == school_id).order_by(StatutoryReturn.id)
    ):
        found.setdefault(each.registration_id, []).append(each)
    return found


def list_owed(scope: Scope, school_id: int) -> Sequence[StatutoryReturn]:
    """The returns of a school that nobody has sent, the earliest due first."""
    return db.session.scalars(
        _within(scope)
        .where(Registration.school_id == school_id, *_IS_OWED)
        .order_by(StatutoryReturn.due_on, StatutoryReturn.id)
    ).all()


def list_owed_for(scope: Scope, registration_id: int) -> Sequence[StatutoryReturn]:
    """The returns about one child that nobody has sent, the earliest due first."""
    return db.session.scalars(
        _within(scope)
        .where(StatutoryReturn.registration_id == registration_id, *_IS_OWED)
        .order_by(StatutoryReturn.due_on, StatutoryReturn.id)
    ).all()


def list_sent(
    scope: Scope, school_id: int | None = None, *, most: int | None = None
) -> Sequence[StatutoryReturn]:
    """The returns that were sent, of one school or of all that the scope sees, the latest first."""
    query = _within(scope).where(StatutoryReturn.sent_at.is_not(None))
    if school_id is not None:
        query = query.where(Registration.school_id == school_id)
    return db.session.scalars(
        query.order_by(StatutoryReturn.sent_at.desc(), StatutoryReturn.id.desc()).limit(most)
    ).all()


def lock_return(scope: Scope, return_id: int) -> StatutoryReturn | None:
    """One return that the scope may send, held until the transaction ends; None for any other."""
    return db.session.scalar(
        select(StatutoryReturn)
        .join(StatutoryReturn.registration)
        .where(StatutoryReturn.id == return_id, registrations_within(scope, Permission.SEND_RETURN))
        .with_for_update(of=StatutoryReturn)
        .execution_options(populate_existing=True)
    )


_IS_OWED = (
    StatutoryReturn.sent_at.is_(None),
    StatutoryReturn.withdrawn_at.is_(None),
    Registration.on_roll,
)
"""A return tells of a registered pupil (SI 2024/208 reg 13): after the removal, that of the removal does."""


def _within(scope: Scope) -> Select[StatutoryReturn]:
    return (
        select(StatutoryReturn)
        .join(StatutoryReturn.registration)
        .join(Registration.pupil)
        .where(registrations_within(scope, Permission.SEE_PUPIL))
        .options(
            contains_eager(StatutoryReturn.registration).options(
                contains_eager(Registration.pupil), joinedload(Registration.school)
            )
        )
    )
