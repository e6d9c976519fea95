"""What the frame of every page shows: the service's names, who is signed in, and where they can go."""

import secrets
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request, url_for

from cme.access.roles import Permission
from cme.access.routes import rule_for
from cme.settings import Settings
from cme.web import guard, security
from cme.web.presenters.dates import long_day
from cme.web.presenters.words import counted


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the service that the navigation names: the endpoint it starts at, and its name."""

    endpoint: str
    text: str


AREAS: tuple[Area, ...] = (
    Area("officer.queue", "Referrals"),
    Area("record.list_spells", "Children missing education"),
    Area("tracing.outgoing", "Traces"),
    Area("tracing.list_incoming", "Requests"),
    Area("insight.show", "Insight"),
    Area("admissions.removals", "Removals"),
    Area("school.list_schools", "School"),
    Area("authority.list_authorities", "Term dates"),
    Area("policy.list_authorities", "Policy"),
    Area("accounts.list_people", "People"),
)
"""In the order of the navigation. People see those whose first page they may open, and start at the first."""

DIRECTORY = Area("directory.show", "Who do I tell?")
"""For everybody who is signed in, after their own areas."""


def frame_pages(app: Flask) -> None:
    """Give every template the names that the layout uses, and every request a reference for the log."""
    app.before_request(_start_log)
    app.after_request(_finish_log)
    app.context_processor(_frame)


def own_areas() -> list[Area]:
    """The areas that the person who sends this request may open."""
    rules = [(area, rule_for(area.endpoint)) for area in AREAS]
    return [area for area, rule in rules if isinstance(rule, Permission) and guard.scope().may(rule)]


def _frame() -> dict[str, Any]:
    settings: Settings = current_app.config["CME_SETTINGS"]
    return {
        "csp_nonce": security.nonce(),
        "service_name": settings.service_name,
        "organisation_name": settings.organisation_name,
        "navigation": [_link(area) for area in (*own_areas(), *_for_all())],
        "account": _account(),
    }


def _for_all() -> tuple[Area, ...]:
    return (DIRECTORY,) if guard.scope().user_id is not None else ()


def _link(area: Area) -> dict[str, Any]:
    return {"text": area.text, "href": url_for(area.endpoint), "active": area == _here()}


def _here() -> Area | None:
    """The area that the page belongs to: of several in one blueprint the one whose address begins its own."""
    of_page = [area for area in (*AREAS, DIRECTORY) if request.blueprint == area.endpoint.partition(".")[0]]
    starts = {area: url_for(area.endpoint) for area in of_page}
    return max(
        of_page, key=lambda area: (request.path.startswith(starts[area]), len(starts[area])), default=None
    )


def _account() -> dict[str, str] | None:
    scope = guard.scope()
    if scope.user_id is None:
        return None
    return {
        "name": scope.name,
        "role_label": scope.role_label or "No role",
        "until": f"until {long_day(g.signed_in.reads_until)}, read only" if g.signed_in.reads_until else "",
        "href": url_for("accounts.show"),
        "sign_out_url": url_for("accounts.sign_out"),
        "alerts_url": url_for("alerts.show"),
        "alerts": counted(g.signed_in.unread, "unread alert") if g.signed_in.unread else "No unread alerts",
    }


def _start_log() -> None:
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish_log(response: Response) -> Response:
    if request.endpoint != "static":
        structlog.get_logger().info(
            "answered",
            endpoint=request.endpoint,
            method=request.method,
            status=response.status_code,
            user=guard.scope().user_id,
        )
    return response
