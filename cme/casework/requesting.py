"""A request of another school or authority for a child's records: the child may be there.

Source: casework reference s.12; tracing reference s.1.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cme.casework.questions import Check, Question, unless

CTF_RECEIVED = "ctf_received"
"""Nothing was asked for: a file of the child came in, so that its sender has had the child."""

ASKED_FOR: Mapping[str, str] = MappingProxyType(
    {
        "records": "The child's school records",
        "ctf": "The pupil file (CTF)",
        "protection_file": "The child protection file",
        CTF_RECEIVED: "A pupil file (CTF) of the child came in",
        "place": "A place, or information for an admission",
    }
)
"""What can be asked for."""


def _received(question: Question) -> str | None:
    on = question.facts.entry.request.received_on
    if on is None:
        return "Enter the day on which the request came."
    return None if on <= question.today else "The day on which the request came must be today or earlier."


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "asked_for": unless(
            lambda q: q.facts.entry.request.asked_for in ASKED_FOR, "Choose what was asked for."
        ),
        "asked_by": unless(
            lambda q: q.facts.entry.request.asked_by.strip(), "Enter which school or authority asked."
        ),
        "received_on": _received,
        "requested": unless(
            lambda q: q.state.records_requests, "No request for the child's records is on record here."
        ),
    }
)
"""The checks of such a request, by the need that asks for them."""
