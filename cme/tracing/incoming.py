"""Where another authority's request to look for a child stands, and which answer it may be given.

Source: tracing reference s.3, points 5 to 7.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from cme.tracing.dispositions import Disposition
from cme.tracing.replies import Kind

TELEPHONE = "please_telephone"
"""The answer about a restricted child, in the place of a kind: it tells nothing, and asks for a call."""


class State(StrEnum):
    """RECEIVED until it is searched for; ANSWERED once an answer was sent, and live until it is CLOSED."""

    RECEIVED = "received"
    SEARCHED = "searched"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """In the words people read."""
        return _LABELS[self]


_LABELS: Mapping[State, str] = MappingProxyType(
    {
        State.RECEIVED: "Not searched yet",
        State.SEARCHED: "To be answered",
        State.ANSWERED: "Answered",
        State.CLOSED: "Closed",
    }
)


def answer_label(answer: str) -> str:
    """An answer in the words people read; '' for none."""
    if not answer:
        return ""
    return "Asked to telephone" if answer == TELEPHONE else Kind(answer).label


def answer_fault(kind: Kind, decided: Collection[Disposition], *, is_searched: bool) -> str:
    """Why an answer of that kind cannot be given now; '' where it can.

    `decided` is what was made of each child found. About a restricted child no kind is given at all.
    """
    if kind in _ASKS_NOTHING_OF_US:
        return ""
    if not is_searched:
        return "Search for the child first."
    if Disposition.UNREVIEWED in decided:
        return "Decide first on every child who was found."
    if kind is not Kind.NO_TRACE:
        return ""
    if Disposition.SAME in decided:
        return "You decided that a child here is the same one. Choose another answer."
    if Disposition.CANNOT_TELL in decided:
        return "It is open whether a child here is the same one. Ask for more information first."
    return ""


_ASKS_NOTHING_OF_US = frozenset({Kind.MORE_INFO_NEEDED, Kind.DUPLICATE})
"""Answers that say nothing of whether the child is here."""


def is_meant(disposition: Disposition, put_aside_by: Collection[str]) -> bool:
    """Whether a restricted child who was found may be the one asked for: until two people, by name, have put
    the match aside (our policy).

    The mistake of one person would tell another authority that there is no trace of a child who is protected
    here. A call that was not needed costs little, so that "please telephone" is left until then.
    """
    return disposition is not Disposition.NOT_SAME or len(set(put_aside_by)) < 2
