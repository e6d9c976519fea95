"""People who sign in, their sessions, and the throttle's buckets.

Functions that serve a request before anybody is known take no scope and return one account at most;
every other takes the scope first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from cme.access.roles import Permission, Role
from cme.access.scope import Grant, Scope
from cme.store.database import db
from cme.store.scoping import schools_within
from cme.store.tables import LocalAuthority, Membership, School, SignInAttempt, User, UserSession


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role, the name of the school or authority where it is held, and its last day, if it has one."""

    role: str
    place: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may sign in, with one role, where it is held, and its last day, if it has one.

    `is_active` is False once the account is disabled. `laestab` is '' for a role of a whole authority.
    """

    name: str
    email: str
    is_active: bool
    role: str
    authority: str
    laestab: str
    place: str
    expires_on: date | None


def find_user_by_email(email: str) -> User | None:
    """The account of an e-mail address, in any case of letters."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def find_session(token_hash: str) -> UserSession | None:
    """The signed-in browser with that token, with its user and the user's memberships."""
    return db.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == token_hash)
        .options(joinedload(UserSession.user).selectinload(User.memberships))
    )


def scope_of(user: User, today: date) -> Scope:
    """What a user may do and see today: every membership that has not expired, none when disabled."""
    grants = frozenset(
        Grant(Role(held.role), held.authority_id, held.school_id)
        for held in user.memberships
        if held.expires_on is None or today <= held.expires_on
    )
    return Scope(user.id, user.name, grants if user.is_active else frozenset())


def inspection_ends_on(user: User) -> date | None:
    """The last day on which a user inspects anything; None for somebody who does not."""
    return max(
        (held.expires_on for held in user.memberships if held.role == Role.INSPECTOR and held.expires_on),
        default=None,
    )


def touch_session(session_id: int, at: datetime) -> None:
    """Note that a session was used; one that was ended stays ended."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.revoked_at.is_(None))
        .values(seen_at=at)
    )


def get_own_user(scope: Scope) -> User:
    """The account of the person who asks. Raises NoResultFound for nobody."""
    return db.session.scalars(
        select(User).where(User.id == scope.user_id).options(selectinload(User.memberships))
    ).one()


def find_own_email(scope: Scope) -> str:
    """The e-mail address of the person who asks; '' for the command line."""
    return db.session.scalar(select(User.email).where(User.id == scope.user_id)) or ""


def list_staff(scope: Scope, school_id: int, role: Role) -> list[str]:
    """The names of those who hold a role at a school without an end, by name; none outside the scope."""
    return list(
        db.session.scalars(
            select(User.name)
            .join(Membership, Membership.user_id == User.id)
            .join(School, School.id == Membership.school_id)
            .where(
                School.id == school_id,
                schools_within(scope, Permission.SEE_CASE),
                Membership.role == role,
                Membership.expires_on.is_(None),
                User.is_active,
            )
            .order_by(User.name)
        )
    )


def list_colleagues(
    scope: Scope, authority_id: int, roles: Collection[Role], *, on: date
) -> list[tuple[int, str, str]]:
    """Id, name and e-mail of those who hold one of the roles for an authority on a day, by name.

    Nobody whose account is closed or whose role has ended; () unless the scope allocates cases there.
    """
    if not scope.may(Permission.ALLOCATE_CASE, authority_id=authority_id):
        return []
    found = db.session.execute(
        select(User.id, User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id.is_(None),
            Membership.role.in_(roles),
            or_(Membership.expires_on.is_(None), Membership.expires_on >= on),
            User.is_active,
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(key, name, email) for key, name, email in found]


def list_own_sessions(scope: Scope, *, seen_since: datetime, created_since: datetime) -> list[UserSession]:
    """The sessions of the person who asks that still stand, the last used first."""
    return list(
        db.session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == scope.user_id,
                UserSession.revoked_at.is_(None),
                UserSession.seen_at > seen_since,
                UserSession.created_at > created_since,
            )
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


def revoke_sessions(
    scope: Scope, at: datetime, *, only_id: int | None = None, except_id: int | None = None
) -> list[int]:
    """End the asker's own sessions: one, or all but one, or all. The ids of those ended."""
    ending = update(UserSession).where(UserSession.user_id == scope.user_id, UserSession.revoked_at.is_(None))
    if only_id is not None:
        ending = ending.where(UserSession.id == only_id)
    if except_id is not None:
        ending = ending.where(UserSession.id != except_id)
    return list(db.session.scalars(ending.values(revoked_at=at).returning(UserSession.id)))


def revoke_sessions_of(user_id: int, at: datetime) -> None:
    """End every session of an account, as when its password is reset."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def list_own_roles(scope: Scope) -> list[HeldRole]:
    """The roles of the person who asks, expired ones too."""
    rows = db.session.execute(
        select(Membership.role, func.coalesce(School.name, LocalAuthority.name), Membership.expires_on)
        .join(LocalAuthority, LocalAuthority.id == Membership.authority_id)
        .outerjoin(School, School.id == Membership.school_id)
        .where(Membership.user_id == scope.user_id)
        .order_by(LocalAuthority.name, School.name, Membership.role)
    )
    return [HeldRole(*row) for row in rows]


def list_holders(scope: Scope) -> list[Holder]:
    """Who holds which role where the scope manages users, roles that have ended too: those that end come
    first, the earliest first, then the others by name."""
    rows = db.session.execute(
        select(
            User.name,
            User.email,
            User.is_active,
            Membership.role,
            LocalAuthority.code,
            func.coalesce(School.laestab, ""),
            func.coalesce(School.name, LocalAuthority.name),
            Membership.expires_on,
        )
        .join(Membership, Membership.user_id == User.id)
        .join(LocalAuthority, LocalAuthority.id == Membership.authority_id)
        .outerjoin(School, School.id == Membership.school_id)
        .where(Membership.authority_id.in_(scope.reach(Permission.MANAGE_USERS).authorities))
        .order_by(Membership.expires_on.is_(None), Membership.expires_on, User.name, User.id, Membership.id)
    )
    return [Holder(*row) for row in rows]


def find_membership(
    scope: Scope, *, user_id: int, role: Role, authority_id: int, school_id: int | None
) -> Membership | None:
    """The membership that gives a user that role there, for somebody who manages the users there."""
    if not scope.may(Permission.MANAGE_USERS, authority_id=authority_id):
        return None
    return db.session.scalar(
        select(Membership).where(
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.authority_id == authority_id,
            Membership.school_id == school_id,
        )
    )


def count_attempts(bucket: str, since: datetime) -> int:
    """How many failed or pending sign-ins a bucket has had since an instant."""
    return (
        db.session.scalar(
            select(func.count()).where(SignInAttempt.bucket == bucket, SignInAttempt.at > since)
        )
        or 0
    )


def add_attempts(buckets: list[str], at: datetime) -> list[int]:
    """Note a sign-in in each bucket; the ids of the notes."""
    notes = [SignInAttempt(bucket=bucket, at=at) for bucket in buckets]
    db.session.add_all(notes)
    db.session.flush()
    return [note.id for note in notes]


def forget_attempts(ids: list[int]) -> None:
    """Take back the notes of a sign-in that succeeded."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(ids)))


def forget_attempts_before(at: datetime) -> None:
    """Remove notes that no window reaches any more."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at <= at))
