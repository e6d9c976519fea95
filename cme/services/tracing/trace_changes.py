"""What of a request changed since a manager was asked to approve it, or last decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cme.services.tracing.trace_views import Draft, TraceView
from cme.tracing.authorities import named
from cme.tracing.details import Choices, TraceDetails
from cme.tracing.gate import Audience
from cme.tracing.message import compose
from cme.tracing.recipients import asked

TO = "To"
REST = "At the end"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the message, or whom it goes to: what it said, and what it says now; '' for nothing."""

    label: str
    before: str
    after: str


def as_asked(draft: Draft) -> dict[str, Any]:
    """What is asked to be approved, as it is stored."""
    return {
        "details": draft.details.to_json(),
        "choices": draft.choices.to_json(),
        "audience": draft.audience.value,
        "wales": draft.wales,
        "chosen": sorted(draft.chosen),
    }


def changes_of(view: TraceView) -> tuple[Change, ...]:
    """Every line that is another now; () where a manager was never asked, or nothing changed."""
    if not view.trace.asked:
        return ()
    before = _said(_read(view.trace.asked), restricted=view.restricted)
    after = _said(view.draft, restricted=view.restricted)
    return tuple(
        Change(label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys((*after, *before))
        if before.get(label, "") != after.get(label, "")
    )


def _read(kept: Mapping[str, Any]) -> Draft:
    return Draft(
        details=TraceDetails.from_json(kept["details"]),
        choices=Choices.from_json(kept["choices"]),
        audience=Audience(kept["audience"]),
        wales=kept["wales"],
        chosen=tuple(kept["chosen"]),
    )


def _said(draft: Draft, *, restricted: bool) -> dict[str, str]:
    """The lines by their labels, with the destination that the approver may tick, and who is asked."""
    body = compose(draft.details, replace(draft.choices, destination=True), restricted=restricted).body
    found: dict[str, str] = {}
    for line in body.splitlines():
        label, colon, value = line.partition(": ")
        key, text = (label, value) if colon else (REST, line)
        found[key] = f"{found[key]} {text}" if key in found else text
    codes = asked(draft.audience, draft.chosen, draft.details.sender.code, wales=draft.wales)
    found[TO] = ", ".join(map(named, codes)) if len(codes) <= 3 else f"{len(codes)} local authorities"
    return found
