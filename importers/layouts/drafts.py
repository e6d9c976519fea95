"""A layout that was recognised on a sheet, before it is known how the dates of its file are read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cme.attendance.codes import CODES
from cme.attendance.lines import academic_year
from importers import findings
from importers.answering.answers import Answers
from importers.issues import Issue
from importers.layouts import faults
from importers.layouts.cells import Cutter
from importers.layouts.headers import Header
from importers.layouts.tables import Table
from importers.reading import Cell, Sheet
from importers.text.dates import DateOrder, WrittenDate, possible_orders, write_date
from importers.text.marks import OwnCodes, fold, known_share, own_codes

KNOWN_SHARE = 0.6
NO_MARKS = ("", "-", "#")
_YEARS_BEFORE = 7
"""Registers are kept for six years (SI 2024/208 reg 16)."""


class Known:
    """What is known beyond a sheet: what people said, and the last day that can have marks.

    Without such a day every year is plausible, and none is offered as an answer. With `blank_too` the cells
    of a table may all be blank, for others of the file are proved.
    """

    def __init__(self, answers: Answers, known_until: date | None = None, *, blank_too: bool = False) -> None:
        self.answers = answers
        self._known_until = known_until
        self._blank_too = blank_too
        self._year = academic_year(known_until) if known_until else None
        self.own: OwnCodes = own_codes(answers.translations)

    def cutter(self) -> Cutter:
        """What cuts cells with several marks."""
        return Cutter(self.own, self.answers.lone_codes)

    def years(self) -> range:
        """The academic years that a register can be of (our policy): the next, this, and seven before."""
        return range(self._year - _YEARS_BEFORE, self._year + 2) if self._year else range(0)

    def likely_years(self) -> range:
        """The academic years that dates without one are looked for in first: this and the last."""
        return range(self._year - 1, self._year + 1) if self._year else range(0)

    def has_come(self, on: date) -> bool:
        """Whether a day can have marks that somebody has given."""
        return self._known_until is None or on <= self._known_until

    def is_plausible(self, on: date) -> bool:
        """Whether a register can have marks of a date."""
        return self._year is None or academic_year(on) in self.years()

    def beside_others(self) -> "Known":
        """The same beside a table that is proved, so that one without any mark is one too."""
        return Known(self.answers, self._known_until, blank_too=True)

    def proves(self, share: Callable[[Iterable[Cell]], float], cells: Iterable[Cell]) -> bool:
        """Whether enough of the cells where pupils stand look like marks."""
        found = list(cells)
        return share(found) >= KNOWN_SHARE or (self._blank_too and all(cell in NO_MARKS for cell in found))

    def share_of_codes(self, cells: Iterable[Cell]) -> float:
        """The share of the cells with anything in them that look like codes, the school's own among them."""
        return known_share("O" if self.own and fold(cell) in self.own else cell for cell in cells)


@dataclass(frozen=True, slots=True)
class Timing:
    """How the dates of one file are read: `year` is the academic year of dates without one.

    With `settled` False nothing is read, for the file leaves open what only a person can say.
    """

    order: DateOrder
    year: int | None
    settled: bool = True

    def dated(self, written: WrittenDate) -> WrittenDate:
        """The date with its year."""
        return written if self.year is None else written.in_year(self.year)


@dataclass(frozen=True)
class Draft:
    """A layout under the headings of a sheet: its rows, its dates as they are written, and how to read it.

    `place` is where the first of the dates stands, `top` the first row of the titles over the headings.
    """

    layout: str
    sheet: Sheet
    header: Header
    body: range
    written: Sequence[WrittenDate]
    place: findings.Place
    swapped: bool
    build: Callable[[Timing], Table]
    top: int = 0


def births(sheet: Sheet, header: Header, body: range) -> list[WrittenDate]:
    """The dates of birth that are text."""
    at = header.fields.get("date_of_birth")
    if at is None:
        return []
    texts = {cell for cell in below(sheet, body, at) if isinstance(cell, str)}
    return [written for text in texts if (written := write_date(text))]


def birth_order(sheet: Sheet, header: Header, body: range, order: DateOrder) -> DateOrder:
    """The order of the dates of birth: their own where only one is possible, else that of the register."""
    orders = possible_orders(births(sheet, header, body))
    return orders[0] if len(orders) == 1 else order


def below(sheet: Sheet, body: Sequence[int], column: int) -> Iterator[Cell]:
    """The cells of a column in some rows of a sheet."""
    rows = sheet.rows
    return (cells[column] for row in body if column < len(cells := rows[row]))


def may_be_swapped(texts: Iterable[WrittenDate], dates: Sequence[date]) -> bool:
    """Whether a program that reads day and month the other way round may have been at the dates.

    It turns what it can read into true dates, day and month swapped, and leaves "13/11/2026" as text.
    """
    written = list(texts)
    one_way = all(None in (text.day_first, text.month_first) for text in written)
    return bool(written and dates) and one_way and all(on.day <= 12 for on in dates)


def shifted(header: Header, sheet: Sheet, row: int) -> tuple[Issue, ...]:
    """An error where nothing but marks stands beyond the last heading of a row.

    A comma inside a name moves every mark of its row one column on, and the last one beyond the headings.
    """
    width = max(len(sheet.rows[number]) for number in range(header.first, header.row + 1))
    beyond = [(column, cell) for column, cell in enumerate(sheet.rows[row][width:], width) if cell != ""]
    if beyond and all(str(cell).strip() in CODES for _, cell in beyond):
        return (faults.row_too_long(header.place(sheet, beyond[0][0], row)),)
    return ()
