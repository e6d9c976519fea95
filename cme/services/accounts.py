"""Signing in and out, own sessions and password, and adding people."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from cme.access.roles import POLICY, Permission, Role
from cme.access.scope import Grant, Scope
from cme.clock import local_date
from cme.errors import Unusable
from cme.services.passwords import Passwords
from cme.store import accounts, audit
from cme.store.database import db, transaction
from cme.store.tables import Membership, User, UserSession

ACCOUNT_LIMIT, ACCOUNT_WINDOW = 5, timedelta(seconds=60)
ADDRESS_LIMIT, ADDRESS_WINDOW = 10, timedelta(minutes=5)
"""Failed sign-ins that are let through, per account and per address (security reference s.7)."""

NAME_LENGTH = 120


class SignInRefused(Exception):
    """The e-mail address and password do not open an account; it is never said which of the two is wrong."""


class SignInThrottled(Exception):
    """Too many failed sign-ins of late; nothing was tried."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from, as shown on the account page and kept in the audit."""

    address: str
    user_agent: str = ""


def sign_in(
    email: str, password: str, *, passwords: Passwords, throttle_key: bytes, browser: Browser, at: datetime
) -> str:
    """Check who it is and open a session. The new session's token, which is kept nowhere in clear.

    Raises SignInThrottled, or SignInRefused for an unknown address, a wrong password and a disabled
    account alike, after the same work.
    """
    notes = _reserve_attempt(email, browser.address, throttle_key, at)
    user = accounts.find_user_by_email(email)
    kept = user.password_hash if user else None
    matches = passwords.matches(password, kept)
    with transaction():
        user = accounts.find_user_by_email(email)
        if user is not None and matches and user.is_active and user.password_hash == kept:
            accounts.forget_attempts(notes)
            return _open_session(user, "signed_in", browser, at)
        who = f"user:{user.id}" if user else "user:unknown"
        audit.record(Scope.nobody(), "sign_in.refused", who, at=at, address=browser.address)
    raise SignInRefused


def _reserve_attempt(email: str, address: str, key: bytes, at: datetime) -> list[int]:
    """Count the attempt before the password is tried, so that many at once do not slip past."""
    account_bucket = _bucket(key, "account", email.strip().lower())
    address_bucket = _bucket(key, "address", address)
    with transaction():
        accounts.forget_attempts_before(at - ADDRESS_WINDOW)
        if (
            accounts.count_attempts(account_bucket, at - ACCOUNT_WINDOW) < ACCOUNT_LIMIT
            and accounts.count_attempts(address_bucket, at - ADDRESS_WINDOW) < ADDRESS_LIMIT
        ):
            return accounts.add_attempts([account_bucket, address_bucket], at)
        audit.record(Scope.nobody(), "sign_in.throttled", address_bucket[:40], at=at, address=address)
    raise SignInThrottled


def _bucket(key: bytes, kind: str, value: str) -> str:
    return f"{kind}:{hmac.new(key, f'{kind}:{value}'.encode(), hashlib.sha256).hexdigest()}"


def _open_session(user: User, action: str, browser: Browser, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    opened = UserSession(
        token_hash=hash_token(token), user_id=user.id, created_at=at, seen_at=at, revoked_at=None,
        address=browser.address[:45], user_agent=browser.user_agent[:200],
    )  # fmt: skip
    db.session.add(opened)
    audit.record(
        accounts.scope_of(user, local_date(at)), action, f"user:{user.id}", at=at, address=browser.address
    )
    return token


def touch_session(session_id: int, at: datetime) -> None:
    """Note that a session is in use."""
    with transaction():
        accounts.touch_session(session_id, at)


def hash_token(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_session(scope: Scope, session_id: int, *, browser: Browser, at: datetime) -> bool:
    """End one of the asker's own sessions. False when it is not theirs or has ended already."""
    with transaction():
        ended = accounts.revoke_sessions(scope, at, only_id=session_id)
        if ended:
            audit.record(scope, "session.ended", f"session:{session_id}", at=at, address=browser.address)
    return bool(ended)


def end_every_session(scope: Scope, *, browser: Browser, at: datetime) -> int:
    """End all of the asker's sessions, this one included. The number ended."""
    with transaction():
        ended = accounts.revoke_sessions(scope, at)
        audit.record(
            scope, "session.ended", f"user:{scope.user_id}", at=at, address=browser.address,
            detail={"sessions": len(ended)},
        )  # fmt: skip
    return len(ended)


def change_password(
    scope: Scope,
    current: str,
    new: str,
    *,
    passwords: Passwords,
    throttle_key: bytes,
    browser: Browser,
    at: datetime,
) -> str:
    """Change the asker's own password, end every session, and open a new one. The new session's token.

    Raises SignInRefused when `current` is wrong or no longer the password, SignInThrottled when it was
    wrong too often, and PasswordRefused when `new` may not be used.
    """
    user = accounts.get_own_user(scope)
    email, kept, about = user.email, user.password_hash, (user.name, user.email)
    passwords.refuse_weak(new, about=about)
    notes = _reserve_attempt(email, browser.address, throttle_key, at)
    hashed = passwords.hash(new) if passwords.matches(current, kept) else None
    with transaction():
        user = accounts.get_own_user(scope)
        if hashed is not None and user.is_active and user.password_hash == kept:
            accounts.forget_attempts(notes)
            user.password_hash, user.password_changed_at = hashed, at
            accounts.revoke_sessions(scope, at)
            return _open_session(user, "password.changed", browser, at)
        audit.record(scope, "password.refused", f"user:{user.id}", at=at, address=browser.address)
    raise SignInRefused


@dataclass(frozen=True, slots=True)
class AddedUser:
    """Somebody who was given a role; `is_new` when their account was made for it."""

    user_id: int
    is_new: bool


def add_user(
    scope: Scope,
    *,
    email: str,
    name: str,
    role: Role,
    authority_id: int,
    school_id: int | None = None,
    expires_on: date | None = None,
    password: str,
    passwords: Passwords,
    at: datetime,
) -> AddedUser:
    """Add somebody with one role, or give a role to somebody who has an account.

    `expires_on` is the last day of the role; an inspector's must have one. A role that has expired is given
    again. The password of an account that exists is left as it is. Raises Unusable when the asker may not
    manage users there, when the role does not fit the place, lacks its last day or is held already, or when
    the address or the password cannot be used.
    """
    if not scope.may(Permission.MANAGE_USERS, authority_id=authority_id):
        raise Unusable("You may not manage the users of that local authority.")
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH:
        raise Unusable("Give the person's name, in 120 characters or fewer.")
    if role is Role.INSPECTOR and expires_on is None:
        raise Unusable("An inspector's role ends by itself: give its last day with --until.")
    if expires_on is not None and expires_on < local_date(at):
        raise Unusable("The last day of the role is past. Give today or a later day with --until.")
    try:
        Grant(role, authority_id, school_id)
        email = validate_email(email, check_deliverability=False).normalized.lower()
        passwords.refuse_weak(password, about=(name, email))
    except (ValueError, EmailNotValidError) as fault:
        raise Unusable(str(fault)) from None
    hashed = passwords.hash(password)
    with transaction():
        user = accounts.find_user_by_email(email)
        is_new = user is None
        if user is None:
            user = User(
                email=email, name=name, password_hash=hashed, created_at=at, password_changed_at=at
            )  # fmt: skip
            db.session.add(user)
            db.session.flush()
        held = accounts.find_membership(
            scope, user_id=user.id, role=role, authority_id=authority_id, school_id=school_id
        )
        if held is None:
            held = Membership(user_id=user.id, role=role, authority_id=authority_id, school_id=school_id)
            db.session.add(held)
        elif held.expires_on is None or held.expires_on >= local_date(at):
            raise Unusable(f"That person already has the role {POLICY[role].label} there.")
        held.expires_on = expires_on
        audit.record(
            scope, "user.added", f"user:{user.id}", at=at,
            detail={
                "role": role,
                "school": school_id,
                "until": expires_on.isoformat() if expires_on else None,
            },
        )  # fmt: skip
        return AddedUser(user.id, is_new)


def reset_passwords(
    scope: Scope, emails: Sequence[str], password: str, *, passwords: Passwords, at: datetime
) -> None:
    """Give accounts a new password and end their sessions; for the operator alone.

    Raises Unusable when anybody else asks, when an address has no account, or when the password may not be
    used: then nobody's password is changed.
    """
    if Role.OPERATOR not in scope.roles:
        raise Unusable("Only the operator of the server may set another person's password.")
    passwords.refuse_weak(password, about=tuple(emails))
    hashed = passwords.hash(password)
    with transaction():
        for email in emails:
            user = _get_account(email)
            user.password_hash, user.password_changed_at = hashed, at
            accounts.revoke_sessions_of(user.id, at)
            audit.record(scope, "password.reset", f"user:{user.id}", at=at)


def disable_user(scope: Scope, email: str, *, at: datetime) -> None:
    """Let nobody sign in to an account any more, and end its sessions; for the operator alone.

    What the person did stays under their name. Raises Unusable when anybody else asks, or when the address
    has no account, or one that is disabled already.
    """
    if Role.OPERATOR not in scope.roles:
        raise Unusable("Only the operator of the server may disable another person's account.")
    with transaction():
        user = _get_account(email)
        if not user.is_active:
            raise Unusable("That account is disabled already.")
        user.is_active = False
        accounts.revoke_sessions_of(user.id, at)
        audit.record(scope, "user.disabled", f"user:{user.id}", at=at)


def _get_account(email: str) -> User:
    user = accounts.find_user_by_email(email)
    if user is None:
        raise Unusable("No account has that e-mail address. Check how it is written.")
    return user
