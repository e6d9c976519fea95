"""A register found in a sheet: its rows, and which cell of each is a mark of which session."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from importers.dates import DateOrder
from importers.issues import Issue
from importers.marks import Session
from importers.reading import Cell, Sheet


class MarkCell(NamedTuple):
    """Where a row holds a mark, and of which session."""

    column: int
    session: Session


class RegisterRow(NamedTuple):
    """One row under the headings: its number (from 0), its cells, and where its marks stand.

    `issues` hold only if the row turns out to be a pupil's.
    """

    number: int
    cells: Sequence[Cell]
    marks: Sequence[MarkCell]
    issues: Sequence[Issue] = ()


@dataclass(frozen=True)
class Table:
    """A register found in a sheet.

    `end_row` is the first row (from 0) that is no longer part of it. `fields` gives the column of each
    recognised field, `row` reads one row of the sheet, `dates` are the dates that the table speaks of, and
    `birth_order` is how its dates of birth are written.
    """

    layout: str
    sheet: Sheet
    header_row: int
    end_row: int
    fields: dict[str, int]
    birth_order: DateOrder
    issues: tuple[Issue, ...]
    row: Callable[[int], RegisterRow]
    dates: frozenset[date]

    def rows(self) -> Iterator[RegisterRow]:
        """Every row below the headings."""
        return map(self.row, range(self.header_row + 1, self.end_row))
