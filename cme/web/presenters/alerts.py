"""A person's alerts as a list to read."""

from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.store.alerts import AlertPage
from cme.web import guard
from cme.web.presenters.dates import moment
from cme.web.presenters.paging import pagination


def alert_page(found: AlertPage) -> dict[str, Any]:
    """The page of alerts: {unread, read, pagination, title}; each alert {id, text, href, at, is_urgent}."""
    rows = [_alert(each) for each in found.alerts]
    where = f" (page {found.page} of {found.pages})" if found.pages > 1 else ""
    return {
        "title": f"Alerts{where}",
        "unread": [row for row in rows if not row["read"]],
        "read": [row for row in rows if row["read"]],
        "pagination": pagination(
            found.page, found.pages, lambda number: url_for("alerts.show", page=number), "Pages of alerts"
        ),
    }


def _alert(alert: Any) -> dict[str, Any]:
    href = _case_url(alert.case.reference) if alert.case else ""
    if alert.kind == "match" and alert.case is None:
        href = _match_url(alert.text.partition(":")[0])
    elif alert.school:
        href = url_for("school.cover", laestab=alert.school.laestab)
    return {
        "id": alert.id,
        "text": alert.text,
        "href": href,
        "at": moment(alert.at),
        "is_urgent": alert.is_urgent,
        "read": moment(alert.read_at) if alert.read_at else "",
    }


def _match_url(begins: str) -> str:
    """Where somebody decides on who was found: at the request that an alert begins with, else in the list."""
    if begins.startswith("IN-"):
        return url_for("tracing.show_incoming", incoming_reference=begins)
    return url_for("tracing.list_matches")


def _case_url(reference: str) -> str:
    """Where the reader sees the case: whoever sees only removals sees it there."""
    if guard.scope().may(Permission.SEE_CASE):
        return url_for("cases.show", case_reference=reference)
    return url_for("admissions.show", removal_reference=reference)
