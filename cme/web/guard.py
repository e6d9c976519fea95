"""Who gets in: every request is refused unless the route table lets it through."""

import re
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cme import clock
from cme.access.roles import Permission, Role
from cme.access.routes import PUBLIC, SIGNED_IN, Open, rule_for
from cme.access.scope import Scope
from cme.store import audit
from cme.store.database import transaction
from cme.web import sessions

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,80}")
"""An id or a reference, as the audit takes them."""


def guard(app: Flask) -> None:
    """Ask the route table before every request."""
    app.before_request(_admit)


def scope() -> Scope:
    """What the person who sends this request may do and see."""
    signed_in: sessions.SignedIn = g.get("signed_in", sessions.NOBODY)
    return signed_in.scope


def may_open(rule: Permission | Open | None) -> bool:
    """Whether an endpoint with that rule is open to the person who sends this request."""
    if isinstance(rule, Permission):
        return scope().may(rule)
    return rule is PUBLIC or (rule is SIGNED_IN and scope().user_id is not None)


def look_who_it_is() -> None:
    """Read from the cookie who sends this request; once more after it was changed by signing in."""
    g.signed_in = sessions.load(
        clock.now(),
        idle=current_app.config["CME_SESSION_IDLE"],
        absolute=current_app.config["CME_SESSION_ABSOLUTE"],
    )


def record_view(subject: str) -> None:
    """Write that this person looks at one child or case ("registration:12"), before anything is shown.

    The rest of the request reads only. When the entry cannot be written nothing is shown. What is shown is
    looked over for the home of that child (`cme.web.hiding`).
    """
    g.viewed = subject
    with transaction():
        audit.record(scope(), "record.viewed", subject, at=clock.now(), address=request.remote_addr or "")


def local_path(given: str | None) -> str | None:
    """The path to go on to after sign-in, or None where it leads anywhere but to a page of this server."""
    if not given or not given.startswith("/") or given.startswith("//"):
        return None
    # Browsers drop control characters and read a backslash as a slash.
    if "\\" in given or any(sign <= " " for sign in given):
        return None
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc else None


def _admit() -> ResponseReturnValue | None:
    if request.endpoint == "static":
        return None
    look_who_it_is()
    if request.routing_exception is not None:
        return None
    rule = rule_for(request.endpoint)
    if rule not in (None, PUBLIC) and not g.signed_in.session_id:
        return _ask_to_sign_in()
    if not may_open(rule):
        _refuse()
    if rule is not PUBLIC and Role.INSPECTOR in scope().roles and request.method in {"GET", "HEAD"}:
        _record_inspection()
    return None


def _record_inspection() -> None:
    """Write down each page that an inspector opens, lists too, before it is shown (casework reference s.3).

    What the address names is written by id; what was typed into a search is not.
    """
    named = {name: str(value) for name, value in (request.view_args or {}).items()}
    with transaction():
        audit.record(
            scope(),
            "inspector.viewed",
            request.endpoint or "",
            at=clock.now(),
            address=request.remote_addr or "",
            detail={name: text for name, text in named.items() if _WORD.fullmatch(text)},
        )


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    onward = local_path(request.full_path.rstrip("?"))
    return redirect(url_for("accounts.sign_in", next=onward if onward != "/" else None), 303)


def _refuse() -> NoReturn:
    """Refuse an area openly; one object of it as if it did not exist, so that a guess learns nothing."""
    with transaction():
        audit.record(
            scope(),
            "access.refused",
            request.endpoint or "",
            at=clock.now(),
            address=request.remote_addr or "",
        )
    abort(404 if request.view_args else 403)
