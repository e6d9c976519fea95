"""A register found in a sheet: its rows, and which cell of each is a mark of which session."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from importers.answering.answers import Question
from importers.issues import Issue
from importers.reading import Cell, Sheet
from importers.text.dates import DateOrder
from importers.text.marks import Session


class MarkCell(NamedTuple):
    """Where a row holds a mark, and of which session."""

    column: int
    session: Session


class RegisterRow(NamedTuple):
    """One row under the headings: its number (from 0), its cells, and where its marks stand.

    `issues` hold only if the row turns out to be a pupil's. Where cells hold several marks, `pieces` are what
    they were cut into, and the columns of `marks` are places in it instead of in `cells`.
    """

    number: int
    cells: Sequence[Cell]
    marks: Sequence[MarkCell]
    issues: Sequence[Issue] = ()
    pieces: Sequence[Cell] | None = None


@dataclass(frozen=True)
class Table:
    """A register found in a sheet.

    `top` is the first row (from 0) of the titles over it, `header_row` the last row of its headings and
    `end_row` the first row that is no longer part of it; `heads` are rows on the way in which its headings
    stand again. `fields` gives the column of each
    recognised field, `row` reads one row of the sheet, `dates` are the dates that the table speaks of, and
    `birth_order` is how its dates of birth are written. `texts` are the headings of the columns that have
    several, `cut` the column of every piece where cells are cut. `surname_first` is how names without a comma
    are written, as far as anybody knows.
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
    heads: frozenset[int] = frozenset()
    texts: Mapping[int, str] = field(default_factory=dict)
    cut: Sequence[int] = ()
    questions: tuple[Question, ...] = ()
    surname_first: bool | None = None
    top: int = 0

    def rows(self) -> Iterator[RegisterRow]:
        """Every row below the headings."""
        numbers = range(self.header_row + 1, self.end_row)
        return map(self.row, (number for number in numbers if number not in self.heads))

    def column_of(self, mark: int) -> int:
        """The column of the sheet in which a mark stands."""
        return self.cut[mark] if self.cut else mark

    def heading(self, column: int) -> str:
        """The school's own heading of a column."""
        cells = self.sheet.rows[self.header_row]
        return self.texts.get(column) or (str(cells[column]) if column < len(cells) else "")


def cell_at(sheet: Sheet, row: int, column: int) -> Cell:
    """A cell by its place, "" beyond the end of its row."""
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else ""
