"""The conditions that narrow every query to what a scope reaches. No scope is nothing, never everything."""

from sqlalchemy import ColumnElement, and_, false, or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.stages import REMOVAL_STAGES
from cme.store.tables import Case, Registration, School


def schools_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on School that keeps the schools where the scope holds the permission."""
    reach = scope.reach(permission)
    return or_(false(), School.authority_id.in_(reach.authorities), School.id.in_(reach.schools))


def cases_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on Case that keeps the cases the scope holds the permission for."""
    reach = scope.reach(permission)
    return or_(
        false(),
        Case.authority_id.in_(reach.authorities),
        Case.school_id.in_(reach.schools),
        and_(Case.authority_id.in_(reach.referred_in), Case.referred_at.is_not(None)),
        and_(Case.authority_id.in_(reach.removals_in), Case.stage.in_(REMOVAL_STAGES)),
    )


def registrations_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on Registration that keeps the children the scope holds the permission for."""
    reach = scope.reach(permission)
    narrowed = reach.referred_in or reach.removals_in
    return or_(
        false(),
        Registration.school_id.in_(reach.schools),
        Registration.school_id.in_(select(School.id).where(School.authority_id.in_(reach.authorities))),
        Registration.id.in_(select(Case.registration_id).where(cases_within(scope, permission)))
        if narrowed
        else false(),
    )
