"""Alerts: whom there is to tell, what they were told, and what they have read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.tables import Alert, Case, Membership, OutboxMessage, School, User

MAILED = "alert"
"""The kind of an outbox message that repeats an alert."""

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class AlertPage:
    """One page of somebody's alerts, how many there are in all, and which page of how many it is."""

    alerts: Sequence[Alert]
    total: int
    page: int
    pages: int


def list_told(scope: Scope, *, authority_id: int, school_id: int, on: date) -> dict[int, frozenset[Role]]:
    """Everybody who has a role at a school or its authority on a day, by user id: whom a case concerns.

    Nobody outside the authorities whose cases the scope sees; nobody disabled, nobody whose role has ended.
    """
    reach, removals = scope.reach(Permission.SEE_CASE), scope.reach(Permission.SEE_REMOVALS)
    seen_in = reach.authorities | reach.referred_in | removals.removals_in
    if authority_id not in seen_in and school_id not in reach.schools:
        return {}
    rows = db.session.execute(
        select(Membership.user_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(
            User.is_active,
            or_(Membership.expires_on.is_(None), Membership.expires_on >= on),
            Membership.authority_id == authority_id,
            or_(Membership.school_id == school_id, Membership.school_id.is_(None)),
        )
    )
    found: dict[int, frozenset[Role]] = {}
    for user_id, role in rows:
        found[user_id] = found.get(user_id, frozenset()) | {Role(role)}
    return found


def add_alerts(rows: Sequence[Mapping[str, Any]]) -> int:
    """Add alerts inside the open transaction; who was told of the same thing before is not told again.

    How many are new.
    """
    if not rows:
        return 0
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    added = db.session.scalars(
        dialect.insert(Alert).on_conflict_do_nothing(index_elements=["user_id", "about"]).returning(Alert.id),
        [dict(row) for row in rows],
    )
    return len(added.all())


def list_alerts(scope: Scope, *, page: int) -> AlertPage:
    """The asker's own alerts: the unread first, then the newest. A page out of range becomes the first."""
    own = select(Alert).where(Alert.user_id == scope.user_id)
    total = db.session.scalar(select(func.count()).select_from(own.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = page if 1 <= page <= pages else 1
    alerts = db.session.scalars(
        own.options(joinedload(Alert.case), joinedload(Alert.school))
        .order_by(Alert.read_at.is_not(None), Alert.at.desc(), Alert.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return AlertPage(alerts, total, page, pages)


def count_unread(scope: Scope) -> int:
    """How many alerts the asker has not read."""
    unread = select(func.count()).where(Alert.user_id == scope.user_id, Alert.read_at.is_(None))
    return db.session.scalar(unread) or 0


def count_unread_by_user(scope: Scope, user_ids: Collection[int]) -> dict[int, int]:
    """How many alerts each of these users has not read, of those about cases and schools of the scope."""
    rows = db.session.execute(
        select(Alert.user_id, func.count())
        .where(Alert.read_at.is_(None), Alert.user_id.in_(user_ids), _within(scope))
        .group_by(Alert.user_id)
    )
    return {row[0]: row[1] for row in rows}


def _within(scope: Scope) -> ColumnElement[bool]:
    """The condition on Alert that keeps what is about a case or a school of the scope's authorities."""
    seen = scope.reach(Permission.SEE_CASE).authorities
    return or_(
        Alert.case_id.in_(select(Case.id).where(Case.authority_id.in_(seen))),
        Alert.school_id.in_(select(School.id).where(School.authority_id.in_(seen))),
    )


def _is_still_concerned(on: date) -> ColumnElement[bool]:
    """Whether the person has a role at the school of the alert, or at its authority, that has not ended."""
    of_case = select(Case.school_id).where(Case.id == Alert.case_id).correlate(Alert).scalar_subquery()
    school_id = func.coalesce(Alert.school_id, of_case)
    authority_id = (
        select(School.authority_id).where(School.id == school_id).correlate(Alert).scalar_subquery()
    )
    return (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.user_id == Alert.user_id,
            User.is_active,
            or_(Membership.expires_on.is_(None), Membership.expires_on >= on),
            Membership.authority_id == authority_id,
            or_(Membership.school_id == school_id, Membership.school_id.is_(None)),
        )
        .exists()
    )


def mark_read(scope: Scope, at: datetime, alert_ids: Iterable[int] | None = None) -> int:
    """Note that the asker has read these alerts, or all; how many were unread. Those of others stay."""
    reading = update(Alert).where(Alert.user_id == scope.user_id, Alert.read_at.is_(None))
    if alert_ids is not None:
        reading = reading.where(Alert.id.in_(list(alert_ids)))
    return len(db.session.scalars(reading.values(read_at=at).returning(Alert.id)).all())


def list_to_mail(scope: Scope, since: datetime, on: date) -> Sequence[Alert]:
    """Urgent alerts from an instant on that no e-mail repeats yet, oldest first.

    Only for those who may sign in and still have a role where it happened on a day.
    """
    mailed = select(OutboxMessage.id).where(
        OutboxMessage.user_id == Alert.user_id,
        OutboxMessage.kind == MAILED,
        OutboxMessage.about == Alert.about,
    )
    return db.session.scalars(
        select(Alert)
        .where(Alert.is_urgent, Alert.at >= since, ~mailed.exists(), _within(scope), _is_still_concerned(on))
        .order_by(Alert.id)
    ).all()
