"""What a person decides of two records that may be of one child. Source: tracing reference s.3."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from cme.identity.searching import Label


class Disposition(StrEnum):
    """UNREVIEWED until somebody has looked; nothing is ever merged by any of them."""

    UNREVIEWED = "unreviewed"
    SAME = "same_child"
    NOT_SAME = "not_same_child"
    CANNOT_TELL = "cannot_tell"

    @property
    def label(self) -> str:
        """In the words people read."""
        return _LABELS[self]


def is_to_be_looked_at_again(disposition: Disposition, before: Label, now: Label) -> bool:
    """Whether somebody looks again at a match on record: it was only possible, more is known of the two
    records by now, and nobody has said that it is the same child (our policy)."""
    return disposition is not Disposition.SAME and (before, now) == (Label.POSSIBLE, Label.LIKELY)


_LABELS: Mapping[Disposition, str] = MappingProxyType(
    {
        Disposition.UNREVIEWED: "Not looked at yet",
        Disposition.SAME: "The same child",
        Disposition.NOT_SAME: "Not the same child",
        Disposition.CANNOT_TELL: "Cannot tell",
    }
)
