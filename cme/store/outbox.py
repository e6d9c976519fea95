"""Messages that wait to be sent by e-mail, whom they are for, and what there is to say in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import cases_within
from cme.store.tables import Case, LocalAuthority, Membership, OutboxMessage, User

DIGEST = "digest"

STILL_NEWS = timedelta(days=3)
"""For how long after its day a message that is no digest is still tried (our policy)."""

MAX_TRIES = 5
"""How often a message is tried before it is given up (our policy)."""

SENDING = "sending"
"""What is noted before a message leaves: one of which it is not known whether it left is never sent again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it is sent."""

    id: int
    on: date
    to: str
    subject: str
    body: str


def list_recipients(scope: Scope) -> Sequence[User]:
    """Everybody who may sign in and has a role in an authority whose users the scope manages, by id."""
    return db.session.scalars(
        select(User)
        .where(User.is_active, User.id.in_(_managed(scope)))
        .options(selectinload(User.memberships))
        .order_by(User.id)
    ).all()


def list_authorities(scope: Scope) -> Sequence[LocalAuthority]:
    """The authorities whose cases the scope sees, by name."""
    seen = scope.reach(Permission.SEE_CASE).authorities
    return db.session.scalars(
        select(LocalAuthority).where(LocalAuthority.id.in_(seen)).order_by(LocalAuthority.name)
    ).all()


def count_due_at_schools(scope: Scope, on: date) -> Mapping[int, int]:
    """How many cases ask something of each school by a day; a school without one is left out."""
    return _count_due(scope, Case.school_id, Case.due_on <= on)


def count_due_at_authorities(scope: Scope, on: date) -> Mapping[int, int]:
    """How many cases ask something of each local authority by a day; one without any is left out."""
    return _count_due(scope, Case.authority_id, Case.authority_due_on <= on)


def _count_due(scope: Scope, whose: Any, is_due: ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(
        select(whose, func.count())
        .where(Case.closed_at.is_(None), is_due, cases_within(scope, Permission.SEE_CASE))
        .group_by(whose)
    )
    return {row[0]: row[1] for row in rows}


def list_written_to(scope: Scope, kind: str, on: date) -> frozenset[int]:
    """The users, by id, who have a message of that kind for a day."""
    return frozenset(
        db.session.scalars(
            select(OutboxMessage.user_id).where(
                OutboxMessage.kind == kind,
                OutboxMessage.on == on,
                OutboxMessage.user_id.in_(_managed(scope)),
            )
        )
    )


def add_message(
    user_id: int, kind: str, on: date, *, subject: str, body: str, at: datetime, about: str = ""
) -> bool:
    """Put a message in the outbox, inside the open transaction; False where there is one for that day.

    `about` tells messages of one kind and day apart.
    """
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    added = db.session.scalar(
        dialect.insert(OutboxMessage)
        .values(
            user_id=user_id,
            kind=kind,
            on=on,
            about=about,
            subject=subject,
            body=body,
            created_at=at,
            tries=0,
            last_error="",
        )
        .on_conflict_do_nothing(index_elements=["user_id", "kind", "on", "about"])
        .returning(OutboxMessage.id)
    )
    return added is not None


def list_unsent(scope: Scope, on: date) -> Sequence[int]:
    """The messages that may still be tried on a day, by id: no digest of another day, nothing stale, and
    nothing to somebody who may not sign in any more or whose last role has ended."""
    return db.session.scalars(
        select(OutboxMessage.id)
        .where(_is_news(on), OutboxMessage.user_id.in_(_reached(scope, on)), _may_be_tried())
        .order_by(OutboxMessage.id)
    ).all()


def count_stuck(scope: Scope, on: date) -> int:
    """How many messages that are news on a day were not sent and are not tried again."""
    return (
        db.session.scalar(
            select(func.count()).where(
                _is_news(on),
                OutboxMessage.user_id.in_(_reached(scope, on)),
                OutboxMessage.sent_at.is_(None),
                ~_may_be_tried(),
            )
        )
        or 0
    )


def claim(message_id: int) -> Letter | None:
    """Take a message to send it, inside the open transaction; None where somebody else has taken it."""
    claimed = db.session.scalar(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, _may_be_tried())
        .values(tries=OutboxMessage.tries + 1, last_error=SENDING)
        .returning(OutboxMessage.id)
    )
    if claimed is None:
        return None
    row = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.on, User.email, OutboxMessage.subject, OutboxMessage.body)
        .join(User, User.id == OutboxMessage.user_id)
        .where(OutboxMessage.id == message_id)
    ).one()
    return Letter(*row)


def settle(message_id: int, *, sent_at: datetime | None, error: str = "") -> None:
    """Note how sending ended, inside the open transaction. `error` is a slug and holds no address."""
    db.session.execute(
        update(OutboxMessage).where(OutboxMessage.id == message_id).values(sent_at=sent_at, last_error=error)
    )


def _managed(scope: Scope) -> Select[int]:
    """The users with a role in an authority whose users the scope manages."""
    managed = scope.reach(Permission.MANAGE_USERS).authorities
    return select(Membership.user_id).where(Membership.authority_id.in_(managed))


def _reached(scope: Scope, on: date) -> Select[int]:
    """Those of them who may sign in and have a role that has not ended on a day."""
    return (
        _managed(scope)
        .join(User, User.id == Membership.user_id)
        .where(User.is_active, or_(Membership.expires_on.is_(None), Membership.expires_on >= on))
    )


def _is_news(on: date) -> ColumnElement[bool]:
    """A digest is news on its own day, any other message for some days after it."""
    return or_(
        OutboxMessage.on == on,
        and_(OutboxMessage.kind != DIGEST, OutboxMessage.on.between(on - STILL_NEWS, on)),
    )


def _may_be_tried() -> ColumnElement[bool]:
    return (
        OutboxMessage.sent_at.is_(None)
        & (OutboxMessage.tries < MAX_TRIES)
        & (OutboxMessage.last_error != SENDING)
    )
