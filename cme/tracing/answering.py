"""Our answer to another authority's request, as plain text to paste.

About a restricted child nothing is written, not even that there is no trace: the other authority is asked to
telephone. Source: tracing reference s.3, point 6.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cme.tracing.details import Sender
from cme.tracing.message import Message, school_of, sent_by, shown, subject_of, tidied
from cme.tracing.replies import Finding, Kind

PLEASE_TELEPHONE = "Please telephone us about this request before you do anything else."
MISSING_TOO = "The child is not attending. We are looking for the child too. Please telephone us."


@dataclass(frozen=True, slots=True)
class Request:
    """The request that is answered: its reference there and here. Theirs may be anything, even a name."""

    their_reference: str
    our_reference: str


def reply_to(
    request: Request, sender: Sender, finding: Finding, *, restricted: bool, is_missing: bool = False
) -> Message:
    """The draft of an answer of a kind, with both references; a person reads it before it is sent.

    `is_missing`: the child is looked for here too, so that a roll, past or present, is not where it is (our
    policy). The subject holds our reference alone. Raises ValueError for one of another shape than
    IN-2026-0007.
    """
    said = (
        [PLEASE_TELEPHONE]
        if restricted
        else [f"{label}: {tidy}" for label, value in _said(finding) if (tidy := tidied(value))]
    )
    if is_missing and not restricted and finding.kind in SAYS_A_ROLL:
        said.append(MISSING_TOO)
    heading = (
        ("Your reference", tidied(request.their_reference)),
        ("Our reference", request.our_reference),
        ("From", sent_by(sender)),
    )
    lines = [*(f"{label}: {value}" for label, value in heading if value), *said]
    return Message(subject_of(sender.code, request.our_reference, "reply"), "\n".join(lines) + "\n")


def no_trace_of(requests: Sequence[Request], sender: Sender) -> Message:
    """One message for several requests of one authority about children who are in none of our records.

    The subject holds the first of our references. Raises ValueError where there is no request.
    """
    if not requests:
        raise ValueError("there is nothing to answer")
    pairs = (
        f"{tidied(each.their_reference) or 'no reference'} (our reference {each.our_reference})"
        for each in requests
    )
    lines = [
        f"From: {sent_by(sender)}",
        f"Answer: {_ANSWERS[Kind.NO_TRACE] if len(requests) == 1 else _NONE_OF_THEM}",
        "This is the answer to your requests:",
        *pairs,
    ]
    subject = subject_of(sender.code, requests[0].our_reference, "reply")
    return Message(subject, "\n".join(lines) + "\n")


_NONE_OF_THEM = "No trace. None of these children is in our records."

SAYS_A_ROLL = frozenset({Kind.FOUND_ON_ROLL, Kind.PREVIOUSLY_KNOWN})
"""Answers that tell of a roll, and not where the child is."""


def _said(finding: Finding) -> list[tuple[str, str]]:
    return [("Answer", _ANSWERS[finding.kind]), *_FIELDS[finding.kind](finding)]


_ANSWERS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NO_TRACE: "No trace. The child is in none of our records.",
        Kind.FOUND_ON_ROLL: "The child is on the roll of a school here. Please confirm with the school.",
        Kind.FOUND_NOT_ON_ROLL: "The child is here, and on the roll of no school that we know of.",
        Kind.FOUND_EHE: "The child is home-educated here.",
        Kind.PREVIOUSLY_KNOWN: "The child was known here and has left.",
        Kind.MORE_INFO_NEEDED: "We cannot tell yet. Please answer our question.",
        Kind.DUPLICATE: "We have another request about this child.",
    }
)

_FIELDS: Mapping[Kind, Callable[[Finding], list[tuple[str, str]]]] = MappingProxyType(
    {
        Kind.NO_TRACE: lambda _found: [],
        Kind.FOUND_ON_ROLL: lambda found: [
            ("School", school_of(found.school_name, found.laestab)),
            ("Started", shown(found.started_on)),
        ],
        Kind.FOUND_NOT_ON_ROLL: lambda found: [("Address", found.address), ("Seen by", found.seen_by)],
        Kind.FOUND_EHE: lambda found: [
            ("Home education contact", found.contact),
            ("Since", shown(found.started_on)),
        ],
        Kind.PREVIOUSLY_KNOWN: lambda found: [
            ("Known from", shown(found.known_from_on)),
            ("Known until", shown(found.known_until_on)),
            ("Went on to", found.onward),
        ],
        Kind.MORE_INFO_NEEDED: lambda found: [("Question", found.question)],
        Kind.DUPLICATE: lambda found: [("Reference of the other request", found.other_reference)],
    }
)
