"""The row of headings over a register: which field or which session each of its cells names."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from importers import findings
from importers.dates import SessionHeading, session_heading
from importers.issues import Issue
from importers.reading import Cell, Sheet
from importers.words import FIELD_OF, WEAK_HEADINGS, normalise

HEADER_ROWS = 40
"""How many rows of a sheet are searched for its headings."""

_IDENTIFIERS = ("upn", "admission_number")
_DECIDING = (*_IDENTIFIERS, "date", "session", "mark", "am_mark", "pm_mark")
_DIGITS = frozenset("0123456789")


class Header(NamedTuple):
    """A row read as headings: the column of each field, and the columns that name a dated session."""

    row: int
    fields: dict[str, int]
    sessions: dict[int, SessionHeading]
    doubled: tuple[str, ...]

    @property
    def score(self) -> int:
        """How much of a register's head the row is."""
        return len(self.fields) + len(self.sessions)

    @property
    def identified(self) -> bool:
        """Whether a column says who a row is about."""
        return any(field in self.fields for field in _IDENTIFIERS)

    @property
    def is_dated(self) -> bool:
        """Whether the row could head a register: pupils and, in the headings or the rows, dates."""
        return self.identified and (len(self.sessions) > 1 or "date" in self.fields)

    def identifies(self, sheet: Sheet, row: int) -> bool:
        """Whether a row has something like a UPN or a number in one of the columns for them."""
        columns = [self.fields[field] for field in _IDENTIFIERS if field in self.fields]
        return any(not _DIGITS.isdisjoint(str(cell_at(sheet, row, column))) for column in columns)

    def heads_like(self, other: "Header") -> bool:
        """Whether another row has the same headings in the same places."""
        return self.fields == other.fields and self.sessions == other.sessions

    def place(self, sheet: Sheet, column: int, row: int | None = None) -> findings.Place:
        """A cell under these headings, or the heading itself."""
        return findings.Place(sheet, self.row, self.row if row is None else row, column)

    def doubled_fields(self, sheet: Sheet) -> list[Issue]:
        """An issue for each field that decides whom or when a mark is of and has two columns."""
        return [
            findings.doubled_heading(self.place(sheet, self.fields[field]), field)
            for field in self.doubled
            if field in _DECIDING
        ]


def read_header(sheet: Sheet, row: int) -> Header:
    """A row of a sheet as headings."""
    fields: dict[str, int] = {}
    names: dict[str, str] = {}
    sessions: dict[int, SessionHeading] = {}
    doubled = []
    for column, cell in enumerate(sheet.rows[row]):
        if not isinstance(cell, str) or not cell.strip():
            continue
        dated = session_heading(cell)
        if dated is not None:
            sessions[column] = dated
            continue
        name = normalise(cell)
        field = FIELD_OF.get(name)
        if field is None or (name in WEAK_HEADINGS and field in fields):
            continue
        if field in fields and names[field] not in WEAK_HEADINGS:
            doubled.append(field)
            continue
        fields[field], names[field] = column, name
    return Header(row, fields, sessions, tuple(doubled))


def read_headers(sheet: Sheet) -> list[Header]:
    """The first rows of a sheet as headings, the best of them first."""
    rows = range(min(HEADER_ROWS, len(sheet.rows)))
    return sorted((read_header(sheet, row) for row in rows), key=lambda header: -header.score)


def second_head(sheet: Sheet, header: Header) -> int | None:
    """The first row that heads another table than the one found; None when there is only the one."""
    for row in chain(range(min(header.row, HEADER_ROWS)), _heading_like(sheet, header)):
        other = read_header(sheet, row)
        if other.is_dated and not other.heads_like(header):
            return row
    return None


def _heading_like(sheet: Sheet, header: Header) -> Iterator[int]:
    """Rows below with words where the pupils' UPN or number stands."""
    at = next(header.fields[field] for field in _IDENTIFIERS if field in header.fields)
    for row in range(header.row + 1, len(sheet.rows)):
        cell = cell_at(sheet, row, at)
        if isinstance(cell, str) and cell and _DIGITS.isdisjoint(cell):
            yield row


def cell_at(sheet: Sheet, row: int, column: int) -> Cell:
    """A cell by its place, "" beyond the end of its row."""
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else ""
