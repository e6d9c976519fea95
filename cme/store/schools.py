"""Schools and their calendars, and the local authorities they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import Period, PeriodKind
from cme.attendance.codes import Half
from cme.store.database import db
from cme.store.scoping import schools_within
from cme.store.tables import AuthorityPeriod, CalendarPeriod, LocalAuthority, School


def read_authority_ids() -> frozenset[int]:
    """Every authority of the database: what the operator's scope is made of."""
    return frozenset(db.session.scalars(select(LocalAuthority.id)))


def find_school(scope: Scope, laestab: str, permission: Permission = Permission.SEE_SCHOOL) -> School | None:
    """One school; None outside the scope."""
    return db.session.scalar(
        select(School).where(School.laestab == laestab, schools_within(scope, permission))
    )


def get_school(scope: Scope, laestab: str, permission: Permission) -> School:
    """One school. Raises LookupError outside the scope."""
    school = find_school(scope, laestab, permission)
    if school is None:
        raise LookupError("the school is not within the scope")
    return school


def lock_school(scope: Scope, laestab: str, permission: Permission) -> School:
    """One school, held until the transaction ends, so that two writers of its register take turns.

    Rows that only refer to the school may be added meanwhile. Raises LookupError outside the scope.
    """
    school = db.session.scalar(
        select(School)
        .where(School.laestab == laestab, schools_within(scope, permission))
        .with_for_update(key_share=True)
    )
    if school is None:
        raise LookupError("the school is not within the scope")
    return school


def list_schools(scope: Scope, permission: Permission = Permission.SEE_SCHOOL) -> Sequence[School]:
    """The schools where the scope holds the permission, by name."""
    return db.session.scalars(
        select(School).where(schools_within(scope, permission)).order_by(School.name, School.id)
    ).all()


def find_authority(scope: Scope, code: str) -> LocalAuthority | None:
    """One authority, for somebody who manages its schools or its users; None for anybody else."""
    reach = (
        scope.reach(Permission.MANAGE_SCHOOLS).authorities | scope.reach(Permission.MANAGE_USERS).authorities
    )
    return db.session.scalar(
        select(LocalAuthority).where(LocalAuthority.code == code, LocalAuthority.id.in_(reach))
    )


def read_periods(scope: Scope, school_id: int) -> tuple[Period, ...]:
    """What a school's calendar says, in order; empty where it has none, or outside the scope."""
    rows = db.session.scalars(
        select(CalendarPeriod)
        .join(School, School.id == CalendarPeriod.school_id)
        .where(CalendarPeriod.school_id == school_id, schools_within(scope, Permission.SEE_SCHOOL))
        .order_by(CalendarPeriod.first_on, CalendarPeriod.id)
    )
    return tuple(map(period_of, rows))


def read_every_period(scope: Scope) -> Mapping[int, tuple[Period, ...]]:
    """What the calendars of the scope's schools say, in order, by school; one without any is left out."""
    rows = db.session.scalars(
        select(CalendarPeriod)
        .join(School, School.id == CalendarPeriod.school_id)
        .where(schools_within(scope, Permission.SEE_SCHOOL))
        .order_by(CalendarPeriod.school_id, CalendarPeriod.first_on, CalendarPeriod.id)
    )
    by_school = groupby(rows, attrgetter("school_id"))
    return {school_id: tuple(map(period_of, own)) for school_id, own in by_school}


def period_of(row: CalendarPeriod | AuthorityPeriod) -> Period:
    """A stored entry of a calendar as the pure rooms know it."""
    half = Half(row.half) if row.half else None
    return Period(PeriodKind(row.kind), row.first_on, row.last_on, row.note, half)


def add_periods(school_id: int, periods: Iterable[Period], at: datetime) -> None:
    """Write a school's calendar, inside the open transaction."""
    db.session.add_all(
        CalendarPeriod(
            school_id=school_id, kind=period.kind, first_on=period.first_on, last_on=period.last_on,
            half=period.half, note=period.note, created_at=at,
        )
        for period in periods
    )  # fmt: skip
