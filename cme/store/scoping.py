"""The conditions that narrow every query to what a scope reaches. No scope is nothing, never everything.

A page asks dozens of questions with the same few conditions, so each is built once and kept for the next.
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, false, or_, select

from cme.access.roles import Permission
from cme.access.scope import Reach, Scope
from cme.casework.stages import REMOVAL_STAGES
from cme.store.tables import Case, Registration, School


def schools_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on School that keeps the schools where the scope holds the permission."""
    return _schools(scope.reach(permission))


def cases_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on Case that keeps the cases the scope holds the permission for."""
    return _cases(scope.reach(permission))


def registrations_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on Registration that keeps the children the scope holds the permission for."""
    return _registrations(scope.reach(permission))


@lru_cache
def _schools(reach: Reach) -> ColumnElement[bool]:
    return or_(false(), School.authority_id.in_(reach.authorities), School.id.in_(reach.schools))


@lru_cache
def _cases(reach: Reach) -> ColumnElement[bool]:
    return or_(
        false(),
        Case.authority_id.in_(reach.authorities),
        Case.school_id.in_(reach.schools),
        and_(Case.authority_id.in_(reach.referred_in), Case.referred_at.is_not(None)),
        and_(Case.authority_id.in_(reach.removals_in), Case.stage.in_(REMOVAL_STAGES)),
        _copies(reach),
    )


def copies_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on Case that keeps referred children who live where the scope reads copies."""
    return _copies(scope.reach(permission))


@lru_cache
def _copies(reach: Reach) -> ColumnElement[bool]:
    if not reach.homes_in:
        return false()
    return and_(Case.home_authority_id.in_(reach.homes_in), Case.referred_at.is_not(None))


@lru_cache
def _registrations(reach: Reach) -> ColumnElement[bool]:
    narrowed = reach.referred_in or reach.removals_in
    by_case = _cases(reach) if narrowed else _copies(reach) if reach.homes_in else None
    return or_(
        false(),
        Registration.school_id.in_(reach.schools),
        Registration.school_id.in_(select(School.id).where(School.authority_id.in_(reach.authorities))),
        Registration.id.in_(select(Case.registration_id).where(by_case)) if by_case is not None else false(),
    )
