"""The authorities that a trace request went to, as its page lists them."""

from typing import Any

from flask import url_for

from cme.clock import local_date
from cme.services.tracing.trace_views import Answer, TraceView
from cme.tracing.authorities import named
from cme.tracing.recipients import RecipientState
from cme.web.presenters.dates import day

AT_ONCE = 12
"""So many rows are shown at once; of more, those that have answered."""

_RECIPIENTS = {
    RecipientState.AWAITING: ("Awaiting", "referred"),
    RecipientState.ANSWERED: ("Answered", "done"),
    RecipientState.OVERDUE: ("Overdue", "overdue"),
}


def recipients_part(view: TraceView, wanted: str, *, sees: bool) -> dict[str, Any]:
    """Who was asked, those of one state where one is `wanted`, with the filters and figures above them.

    {recipients, waited, is_narrowed, filters, figures}. Of many, those that have not answered are `waited`,
    apart from the others. For who `sees` answers, what each said last: it may say where the child is.
    """
    last = {each.reply.code: each for each in view.answers} if sees else {}
    rows = [
        (each.state, _recipient(view, each, last.get(each.code)))
        for each in view.trace.recipients
        if wanted in ("", each.state)
    ]
    is_apart = len(rows) > AT_ONCE
    return {
        "recipients": [row for state, row in rows if not is_apart or state == RecipientState.ANSWERED],
        "waited": [row for state, row in rows if is_apart and state != RecipientState.ANSWERED],
        "is_narrowed": bool(wanted),
        "filters": _filters(view, wanted),
        "figures": _figures(view),
    }


def _recipient(view: TraceView, recipient: Any, last: Answer | None) -> dict[str, Any]:
    text, tone = _RECIPIENTS[RecipientState(recipient.state)]
    reference, code = view.trace.reference, recipient.code
    return {
        "name": named(code),
        "code": code,
        "tag": {"text": text, "tone": tone},
        "reminded": f"Reminded {day(local_date(recipient.reminded_at))}" if recipient.reminded_at else "",
        "last": f"{last.reply.finding.kind.label}, {day(last.row.replied_on)}"
        + ("" if last.stands else ". Ruled out")
        if last
        else "",
        "href": url_for("tracing.ask_reply", trace_reference=reference, recipient_code=code),
    }


def _filters(view: TraceView, wanted: str) -> list[dict[str, Any]]:
    states = [each.state for each in view.trace.recipients]
    reference = view.trace.reference
    found = [("All", "", len(states))]
    found += [(text, key.value, states.count(key.value)) for key, (text, _) in _RECIPIENTS.items()]
    return [
        {
            "text": f"{text} ({number})",
            "href": url_for("tracing.show", trace_reference=reference, asked=key or None) + "#authorities",
            "active": key == wanted,
        }
        for text, key, number in found
    ]


def _figures(view: TraceView) -> list[dict[str, Any]]:
    states = [each.state for each in view.trace.recipients]
    overdue = states.count(RecipientState.OVERDUE)
    return [
        {"label": "Asked", "number": len(states)},
        {"label": "Answered", "number": states.count(RecipientState.ANSWERED)},
        {"label": "Awaiting", "number": states.count(RecipientState.AWAITING)},
        {"label": "Overdue", "number": overdue, "tone": "alert" if overdue else ""},
    ]


def unanswered(view: TraceView) -> list[tuple[str, str]]:
    """The authorities that have not answered: code and name."""
    waited = (each for each in view.trace.recipients if each.state != RecipientState.ANSWERED)
    return [(each.code, named(each.code)) for each in waited]
