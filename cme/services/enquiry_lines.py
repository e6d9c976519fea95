"""An enquiry in lines of words: the same wherever it is read, in the log, the referral and the chronology."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from cme.casework.enquiries.enquiry import Visit
from cme.services.enquiry_records import EnquiryRecord
from cme.store.tables import Enquiry


class Line(NamedTuple):
    """One thing that is told of an enquiry: what it is, and what was entered."""

    label: str
    text: str

    @property
    def words(self) -> str:
        """The line as a document writes it."""
        return f"{self.label}: {self.text}"


_THERE: Mapping[str, str] = MappingProxyType(
    {
        "lights": "lights or sounds",
        "post": "post left lying",
        "vehicle": "the family's vehicle",
        "card_left": "a card was left",
        "harm_seen": "signs of harm",
    }
)


def how_it_was_made(record: EnquiryRecord) -> tuple[Line, ...]:
    """By which means an enquiry was made, and to whom; without lines that have nothing to say.

    A protected address is still in it: whoever shows or prints it takes that out.
    """
    row = record.row
    method = record.method.label if record.method else ""
    return _said(
        Line("How", ", ".join(filter(None, (method, row.used)))),
        Line("Who", ", ".join(filter(None, (row.contacted, row.relation)))),
    )


def what_was_found(record: EnquiryRecord) -> tuple[Line, ...]:
    """What came of it besides the result and the notes: as `how_it_was_made`."""
    row = record.row
    visit = _of_visit(record.visit) if record.visit else ()
    reached = _listed(_reached(row))
    return _said(*visit, Line("Reached", reached[:1].upper() + reached[1:]), Line("Said to be at", row.place))


def _of_visit(visit: Visit) -> Iterator[Line]:
    yield Line("With", visit.second_staff)
    yield Line("Answered", visit.answered)
    yield Line("Seen", _listed(text for key, text in _THERE.items() if getattr(visit, key)))


def _reached(row: Enquiry) -> Iterator[str]:
    if row.reached_carer:
        yield "parent or carer"
    if row.spoke_to_child:
        yield "the child was spoken to"
    if row.child_seen:
        yield "the child was seen in person"


def _listed(texts: Iterable[str]) -> str:
    each = list(texts)
    return " and ".join(filter(None, (", ".join(each[:-1]), *each[-1:])))


def _said(*lines: Line) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.text)
