"""Records that may be of a child who is looked for, in words."""

from datetime import date
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.clock import local_date
from cme.identity.searching import Child, Verdict
from cme.services.tracing.child_lists import ListKind
from cme.services.tracing.matches import MatchView
from cme.tracing.authorities import named
from cme.tracing.dispositions import Disposition
from cme.web.presenters.dates import day, moment
from cme.web.presenters.incoming import grid_rows
from cme.web.presenters.words import capitalised, counted

_TAGS = {
    Verdict.MATCH: {"text": "Match", "tone": "done"},
    Verdict.DIFFERS: {"text": "Differs", "tone": "overdue"},
    Verdict.BLANK_THEIRS: {"text": "Not given", "tone": ""},
    Verdict.BLANK_OURS: {"text": "Not on record", "tone": ""},
}


def row(match: Any, sought: Child, *, today: date) -> dict[str, str]:
    """A match that waits: whose, how sure, by which rule, and for how long."""
    found_on = local_date(match.found_at)
    waiting = (today - found_on).days
    return {
        "child": _name(sought),
        "href": url_for("tracing.show_match", match_id=match.id),
        "label": capitalised(match.label),
        "rule": match.rule,
        "found": f"{day(found_on)}, {counted(waiting, 'day')} ago" if waiting else "Today",
    }


def of_case(match: Any) -> dict[str, str]:
    """A match on the page of its case: when, how sure, by which rule, and what was decided."""
    return {
        "href": url_for("tracing.show_match", match_id=match.id),
        "found": day(local_date(match.found_at)),
        "label": capitalised(match.label),
        "rule": match.rule,
        "decided": Disposition(match.disposition).label,
    }


def asked(request: Any, disposition: str) -> dict[str, str]:
    """A request of another authority on the page of a case: whose, when, and what was decided."""
    return {
        "reference": request.reference,
        "href": url_for("tracing.show_incoming", incoming_reference=request.reference),
        "sender": named(request.sender_code) if request.sender_code else "Not known",
        "received": day(request.received_on),
        "decided": Disposition(disposition).label,
    }


def page(scope: Scope, view: MatchView) -> dict[str, Any]:
    """Two records field by field, what was decided before, and what can be done."""
    match = view.match
    is_same = match.disposition == Disposition.SAME.value
    return {
        "heading": _name(view.sought),
        "label": capitalised(match.label),
        "rule": match.rule,
        "found": day(local_date(match.found_at)),
        "where": _where(view),
        "theirs": "In the list" if view.listed else "On the register found",
        "tags": [{"text": "In confidence", "tone": "restricted"}] if view.is_confidential else [],
        "case": view.case,
        "case_url": url_for("cases.show", case_reference=view.case) if view.case else "",
        "is_looked_into": bool(view.case) and is_same,
        "grid": grid_rows(view.grid, _TAGS),
        "decisions": [
            {
                "text": Disposition(each.disposition).label,
                "by": f"{each.decided_by}, {moment(each.decided_at)}",
                "reason": each.reason,
            }
            for each in reversed(view.decisions)
        ],
        "may_decide": scope.may(Permission.RECEIVE_TRACE, authority_id=match.authority_id),
        "url": url_for("tracing.decide_match", match_id=match.id),
    }


def _where(view: MatchView) -> str:
    if view.listed:
        return f"in the {ListKind(view.listed).label.lower()} list"
    return f"on the roll of: {', '.join(view.schools) or 'no school that can be shown'}"


def _name(child: Child) -> str:
    return f"{child.identity.forename} {child.identity.surname}".strip()
