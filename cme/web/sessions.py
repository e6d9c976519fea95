"""Signed-in browsers.

The cookie is signed and holds a random token (and the CSRF token and messages of that browser); a row holds
the token's hash and can be ended from anywhere. A session ends when it is idle or old, signed out of, or
revoked, or when its user is disabled.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask, Request, g, session

from cme import clock
from cme.access.roles import Role
from cme.access.scope import Scope
from cme.services import accounts as accounts_service
from cme.services.accounts import Browser
from cme.settings import Settings
from cme.store import accounts, alerts
from cme.web.kept import mark_forms

_TOKEN = "token"  # noqa: S105
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sends this request. `session_id` is the row of their session, None for nobody.

    `unread` alerts wait for them. `reads_until` is the last day of an inspector, None for everybody else.
    """

    scope: Scope
    session_id: int | None = None
    unread: int = 0
    reads_until: date | None = None


NOBODY = SignedIn(Scope.nobody())


def configure_sessions(app: Flask, settings: Settings) -> None:
    """Name and protect the cookie: the prefix keeps other hosts of the domain from setting it."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-cme" if settings.secure_cookies else "cme",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        CME_SESSION_IDLE=timedelta(minutes=settings.session_idle_minutes),
        CME_SESSION_ABSOLUTE=timedelta(hours=settings.session_absolute_hours),
    )


def begin(token: str) -> None:
    """Hand a new session's token to this browser; nothing of the one before is carried over."""
    session.clear()
    # A token for forms that was made earlier in this request is of the session before.
    g.pop("csrf_token", None)
    session[_TOKEN] = token


def forget() -> None:
    """Leave nothing of the session in this browser."""
    session.clear()


def load(at: datetime, *, idle: timedelta, absolute: timedelta) -> SignedIn:
    """Who sends this request. Notes at most once a minute that the session is in use."""
    token = session.get(_TOKEN)
    if not isinstance(token, str):
        return NOBODY
    kept = accounts.find_session(accounts_service.hash_token(token))
    if (
        kept is None
        or kept.revoked_at is not None
        or not kept.user.is_active
        or at - kept.seen_at >= idle
        or at - kept.created_at >= absolute
    ):
        return NOBODY
    mark_forms(kept.user_id)
    scope = accounts.scope_of(kept.user, clock.local_date(at))
    ends_on = accounts.inspection_ends_on(kept.user) if Role.INSPECTOR in scope.roles else None
    signed_in = SignedIn(scope, kept.id, alerts.count_unread(scope), ends_on)
    if at - kept.seen_at >= _TOUCH_EVERY:
        accounts_service.touch_session(kept.id, at)
    return signed_in


def browser_of(request: Request) -> Browser:
    """Where a request comes from. The address is that of the last proxy we trust, never a claim."""
    return Browser(request.remote_addr or "", str(request.user_agent))
