"""Requests that came together as pages show them: what the search came to, and who was not found."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.identity.searching import Label
from cme.services.tracing.incoming_reading import values_of
from cme.services.tracing.incoming_search import described_by, questions
from cme.tracing.requests import Field

LIKELY, POSSIBLE, NONE, UNSEARCHABLE, WAITING = "likely", "possible", "none", "unsearchable", "waiting"
RESULTS: Mapping[str, str] = MappingProxyType(
    {
        LIKELY: "likely",
        POSSIBLE: "possible",
        UNSEARCHABLE: "could not be searched",
        WAITING: "not searched yet",
        NONE: "none found",
    }
)

AT_FIRST = 50
"""Requests that are shown before a result is chosen."""


def result_of(request: Any, today: date) -> str:
    """What the search of a request came to: one of RESULTS."""
    if request.searched_at is None:
        asked = questions(described_by(request, today)) if request.erased_at is None else ()
        return UNSEARCHABLE if asked else WAITING
    labels = {each.label for each in request.matches}
    return LIKELY if Label.LIKELY in labels else POSSIBLE if labels else NONE


def results_of(found: Sequence[str], wanted: str, *, batch: str) -> list[dict[str, Any]]:
    """How many of the requests that came together have each result: [{text, number, href, current, tone}].

    `found` is the result of each.
    """
    here = url_for("tracing.show_batch", incoming_reference=batch)
    counts = [{"text": "in all", "number": len(found), "href": here, "current": not wanted, "tone": ""}]
    return counts + [
        {
            "text": text,
            "number": found.count(key),
            "href": url_for("tracing.show_batch", incoming_reference=batch, result=key),
            "current": key == wanted,
            "tone": "warn" if key == UNSEARCHABLE and key in found else "",
        }
        for key, text in RESULTS.items()
    ]


def chosen(requests: Sequence[Any], found: Sequence[str], wanted: str) -> list[Any]:
    """The requests with a result; without one the first of all, those with somebody to look at before.

    `found` is the result of each request, in their order.
    """
    pairs = zip(requests, found, strict=True)
    if wanted:
        return [each for each, result in pairs if result == wanted]
    order = list(RESULTS)
    return [each for each, _ in sorted(pairs, key=lambda pair: order.index(pair[1]))][:AT_FIRST]


def lacking(requests: Sequence[Any]) -> str:
    """Of how many of the requests it is not known who asks, as a sentence; '' where it is of all."""
    unknown = sum(not each.sender_code and each.closed_at is None for each in requests)
    if not unknown:
        return ""
    of = f"{unknown} of these {len(requests)} requests" if unknown < len(requests) else "these requests"
    return f"It is not known which authority asks for {of}. Until it is, nothing can be answered."


def brief_row(request: Any) -> dict[str, str]:
    """A request in a list that is answered at once."""
    values = values_of(request.fields)
    return {
        "reference": request.reference,
        "href": url_for("tracing.show_incoming", incoming_reference=request.reference),
        "theirs": request.sender_reference or "None given",
        "child": values.get(Field.FULL_NAME, "")
        or f"{values.get(Field.FORENAMES, '')} {values.get(Field.SURNAME, '')}".strip()
        or values.get(Field.UPN, ""),
    }
