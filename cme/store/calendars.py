"""The entries of calendars: a school's own, and the dates that an authority offers its schools to copy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import Period
from cme.attendance.periods import Edit
from cme.store.database import db
from cme.store.schools import period_of
from cme.store.scoping import schools_within
from cme.store.tables import AuthorityPeriod, CalendarPeriod, LocalAuthority, School


def list_authorities(scope: Scope) -> Sequence[LocalAuthority]:
    """The authorities whose schools, and so whose dates, the scope manages, by name."""
    return db.session.scalars(
        select(LocalAuthority).where(_manages(scope)).order_by(LocalAuthority.name, LocalAuthority.id)
    ).all()


def find_authority(scope: Scope, code: str) -> LocalAuthority | None:
    """One authority whose dates the scope manages; None for anybody else."""
    return db.session.scalar(select(LocalAuthority).where(LocalAuthority.code == code, _manages(scope)))


def lock_authority(scope: Scope, code: str) -> LocalAuthority:
    """The same, held until the transaction ends, so that two writers of its dates take turns.

    Raises LookupError outside the scope.
    """
    authority = db.session.scalar(
        select(LocalAuthority)
        .where(LocalAuthority.code == code, _manages(scope))
        .with_for_update(key_share=True)
    )
    if authority is None:
        raise LookupError("the authority is not within the scope")
    return authority


def _manages(scope: Scope) -> ColumnElement[bool]:
    return LocalAuthority.id.in_(scope.reach(Permission.MANAGE_SCHOOLS).authorities)


def read_authority_periods(scope: Scope, authority_id: int) -> tuple[Period, ...]:
    """The dates of an authority, in order, for whoever sees one of its schools or manages them."""
    reach = scope.reach(Permission.MANAGE_SCHOOLS).authorities
    own = select(School.authority_id).where(schools_within(scope, Permission.SEE_SCHOOL))
    rows = db.session.scalars(
        select(AuthorityPeriod)
        .where(
            AuthorityPeriod.authority_id == authority_id,
            or_(AuthorityPeriod.authority_id.in_(reach), AuthorityPeriod.authority_id.in_(own)),
        )
        .order_by(AuthorityPeriod.first_on, AuthorityPeriod.id)
    )
    return tuple(map(period_of, rows))


def last_entry_at(scope: Scope, school_id: int) -> datetime | None:
    """When the newest entry of a school's calendar was made; None where it has none."""
    return db.session.scalar(
        select(func.max(CalendarPeriod.created_at))
        .join(School, School.id == CalendarPeriod.school_id)
        .where(CalendarPeriod.school_id == school_id, schools_within(scope, Permission.SEE_SCHOOL))
    )


def change_school(school_id: int, edit: Edit, at: datetime) -> None:
    """Make an edit of a school's calendar, inside the open transaction."""
    _change(CalendarPeriod, CalendarPeriod.school_id == school_id, {"school_id": school_id}, edit, at)


def change_authority(authority_id: int, edit: Edit, at: datetime) -> None:
    """Make an edit of an authority's dates, inside the open transaction."""
    owner = AuthorityPeriod.authority_id == authority_id
    _change(AuthorityPeriod, owner, {"authority_id": authority_id}, edit, at)


def _change(
    table: type[CalendarPeriod] | type[AuthorityPeriod],
    is_own: ColumnElement[bool],
    owner: dict[str, int],
    edit: Edit,
    at: datetime,
) -> None:
    for period in edit.removed:
        # At once: an entry that only changes its note comes again under the same unique key.
        db.session.execute(
            delete(table).where(
                is_own,
                table.kind == period.kind.value,
                table.first_on == period.first_on,
                table.last_on == period.last_on,
                table.half == period.half.value if period.half else table.half.is_(None),
            )
        )
    db.session.add_all(
        table(
            **owner, kind=period.kind.value, first_on=period.first_on, last_on=period.last_on,
            half=period.half.value if period.half else None, note=period.note, created_at=at,
        )
        for period in edit.added
    )  # fmt: skip
    db.session.flush()
