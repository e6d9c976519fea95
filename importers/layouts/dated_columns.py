"""Layouts whose headings hold the dates: wide-1, wide-2, wide-3, day-cells and week-strings."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from cme.attendance.codes import Half
from importers.answering import questions
from importers.answering.answers import Question
from importers.issues import Issue
from importers.layouts import faults
from importers.layouts.cells import LONE, share_of_days, share_of_weeks
from importers.layouts.columns import Column, Unit
from importers.layouts.dated_rows import marked_twice
from importers.layouts.drafts import (
    KNOWN_SHARE,
    NO_MARKS,
    Draft,
    Known,
    Timing,
    below,
    birth_order,
    may_be_swapped,
    shifted,
)
from importers.layouts.headers import IDENTIFIERS, Header
from importers.layouts.lessons import names_lessons
from importers.layouts.moments import Week
from importers.layouts.tables import MarkCell, RegisterRow, Table, cell_at
from importers.reading import Cell, Sheet, cell_address
from importers.text.dates import WrittenDate, holds_date
from importers.text.marks import Session, Unreadable, session_of

_PROVEN_SHARE = 0.9
_SAMPLE_ROWS = 300
_PRESENT = frozenset("/\\")
_DAYS = {False: 5, True: 7}
_SESSIONS = 10
"""The sessions of a school week; what a week of seven days has beyond is not counted."""

_ONLY_IN_ROWS = ("date", "week_start", "session", "mark", "export_mark", "am_mark", "pm_mark")

Sessions = tuple[Session, ...]


def find(sheet: Sheet, header: Header, body: range, proof: Sequence[int], known: Known) -> Draft | None:
    """A register whose headings hold the dates, if the cells under them are marks; None otherwise."""
    if not header.identified or not header.columns:
        return None
    unit = _unit(header)
    columns = {at: one for at, one in header.columns.items() if one.unit is unit}
    cells = [cell for column in columns for cell in below(sheet, proof, column)]
    if unit is Unit.DAY and share_of_weeks(cells) >= KNOWN_SHARE and not names_lessons(sheet, header):
        unit = Unit.WEEK
    shares = {Unit.SESSION: known.share_of_codes, Unit.DAY: share_of_days, Unit.WEEK: share_of_weeks}
    if not known.proves(shares[unit], cells) or (unit is Unit.DAY and names_lessons(sheet, header)):
        return None
    fields = {name: at for name, at in header.fields.items() if name not in _ONLY_IN_ROWS}
    if unit is Unit.DAY and any(
        marked_twice(sheet, header._replace(fields=fields), body, at) is not None for at in columns
    ):
        return None
    reader = _Columns(sheet, header._replace(fields=fields), body, unit, columns, known)
    texts = [one.written for at, one in columns.items() if not _is_date(sheet, header, at)]
    dates = [one.written.day_first for at, one in columns.items() if _is_date(sheet, header, at)]
    return Draft(
        layout=_slug(unit, columns),
        sheet=sheet,
        header=reader.header,
        body=body,
        written=[_written(one, unit) for one in columns.values()],
        place=header.place(sheet, min(columns)),
        swapped=may_be_swapped(texts, [on for on in dates if on is not None]),
        build=reader.table,
    )


def _written(one: Column, unit: Unit) -> WrittenDate:
    """The date of a column; that of a week is a Monday's, which tells day and month apart."""
    is_week = one.week is Week.START or (unit is Unit.WEEK and one.week is None)
    return one.written.of_monday() if is_week else one.written


def _is_date(sheet: Sheet, header: Header, column: int) -> bool:
    return any(isinstance(cell_at(sheet, row, column), date) for row in range(header.first, header.row + 1))


def _unit(header: Header) -> Unit:
    """What most dated columns hold; where as many hold sessions as hold days, sessions."""
    counted = Counter(one.unit for one in header.columns.values())
    return max(Unit, key=lambda unit: counted[unit])


def _slug(unit: Unit, columns: Mapping[int, Column]) -> str:
    if unit is Unit.DAY:
        return "day-cells"
    if unit is Unit.WEEK:
        return "week-strings"
    if any(one.week for one in columns.values()):
        return "wide-3"
    return "wide-2" if any(one.rows > 1 for one in columns.values()) else "wide-1"


@dataclass
class _Columns:
    """Reads the rows of a table whose columns are dated."""

    sheet: Sheet
    header: Header
    body: range
    unit: Unit
    columns: Mapping[int, Column]
    known: Known
    _issues: list[Issue] = field(default_factory=list)

    def table(self, timing: Timing) -> Table:
        """The table, once it is known how its dates are read."""
        header, sheet = self.header, self.sheet
        self._issues = header.doubled_fields(sheet, IDENTIFIERS)
        self._issues += [faults.undated_marks(header.place(sheet, at)) for at in self._undated()]
        sessions = self._sessions(timing) if timing.settled else {}
        asked: tuple[Question, ...] = ()
        if self.unit is Unit.SESSION:
            cut: list[int] = []
            marks = [MarkCell(column, held[0]) for column, held in sessions.items()]
            read_row = self._plain(marks)
        else:
            cut = [column for column, held in sessions.items() for _ in held[:_SESSIONS]]
            kept = (one for held in sessions.values() for one in held[:_SESSIONS])
            marks = [MarkCell(at, one) for at, one in enumerate(kept)]
            read_row = self._cut(sessions, marks)
            asked = self._lone_codes(sessions) if self.unit is Unit.DAY else ()
        return Table(
            layout=_slug(self.unit, self.columns),
            sheet=sheet,
            header_row=header.row,
            end_row=self.body.stop,
            fields=header.fields,
            birth_order=birth_order(sheet, header, self.body, timing.order),
            issues=tuple(self._issues),
            row=read_row,
            dates=frozenset(one.on for held in sessions.values() for one in held),
            texts=header.texts,
            cut=cut,
            questions=asked,
        )

    def _sessions(self, timing: Timing) -> dict[int, Sessions]:
        """The sessions of each column that may be read, in order; what is wrong with the others is kept."""
        found: dict[int, Sessions] = {}
        first_column: dict[Session, int] = {}
        for column, one in self.columns.items():
            on = self._date(timing, column, one)
            if on is None:
                continue
            sessions = self._held(one, on)
            place = self.header.place(self.sheet, column)
            if sessions[0] in first_column:
                first = cell_address(self.header.row, first_column[sessions[0]])
                self._issues.append(faults.doubled_session(place, first))
            elif on.weekday() < _DAYS[False]:
                found[column] = sessions
            elif any(cell not in NO_MARKS for cell in below(self.sheet, self.body, column)):
                self._issues.append(faults.not_a_school_day(place, on))
            first_column.setdefault(sessions[0], column)
        return found

    def _date(self, timing: Timing, column: int, one: Column) -> date | None:
        """The day of a column, or the first day of its week; None with an issue where it is in doubt."""
        place = self.header.place(self.sheet, column)
        written = timing.dated(one.written)
        on = written.read(timing.order)
        if on is None:
            self._issues.append(faults.date_unreadable(place))
        elif written.contradicts(timing.order):
            self._issues.append(faults.weekday_contradicts(place, written, timing.order))
        elif one.week is Week.END or ((one.week or self.unit is Unit.WEEK) and on.weekday() != 0):
            self._issues.append(faults.no_monday(place, on))
        elif not self.known.is_plausible(on):
            self._issues.append(faults.implausible_date(place, on))
        else:
            return on + timedelta(days=one.offset)
        return None

    def _held(self, one: Column, on: date) -> Sessions:
        if self.unit is Unit.SESSION and one.half is not None:
            return (session_of(on, one.half),)
        days = _DAYS[one.whole] if self.unit is Unit.WEEK else 1
        return tuple(session_of(on + timedelta(days=n), half) for n in range(days) for half in Half)

    def _plain(self, marks: Sequence[MarkCell]) -> Callable[[int], RegisterRow]:
        rows, header, sheet = self.sheet.rows, self.header, self.sheet

        def read_row(number: int) -> RegisterRow:
            return RegisterRow(number, rows[number], marks, shifted(header, sheet, number))

        return read_row

    def _cut(
        self, sessions: Mapping[int, Sessions], marks: Sequence[MarkCell]
    ) -> Callable[[int], RegisterRow]:
        cutter = self.known.cutter()
        cut = cutter.day if self.unit is Unit.DAY else cutter.week

        def read_row(number: int) -> RegisterRow:
            pieces: list[Cell] = []
            issues: list[Issue] = []
            for column, held in sessions.items():
                found = cut(cell_at(self.sheet, number, column), held)
                if isinstance(found, Unreadable):
                    issues.append(faults.not_cut(self.header.place(self.sheet, column, number), found))
                    found = ("",) * len(held)
                if any(piece not in NO_MARKS for piece in found[_SESSIONS:]):
                    place = self.header.place(self.sheet, column, number)
                    issues.append(faults.not_a_school_day(place, held[_SESSIONS].on))
                pieces += found[:_SESSIONS]
            return RegisterRow(number, self.sheet.rows[number], marks, issues, pieces)

        return read_row

    def _lone_codes(self, sessions: Mapping[int, Sessions]) -> tuple[Question, ...]:
        """The question of which half the codes that stand alone are of, where there are any."""
        cutter = self.known.cutter()
        lone = {
            str(cell)
            for column, held in sessions.items()
            for cell in below(self.sheet, self.body, column)
            if cutter.day(cell, held) is LONE
        }
        return (questions.lone_codes(sorted(lone)),) if lone else ()

    def _undated(self) -> Iterator[int]:
        """Columns that hold marks although no session can be read from their headings."""
        first, last = self.header.first, self.header.row
        for column in range(max(len(self.sheet.rows[row]) for row in range(first, last + 1))):
            if column in self.columns or column in self.header.fields.values():
                continue
            cells = list(below(self.sheet, self.body[:_SAMPLE_ROWS], column))
            headings = [cell_at(self.sheet, row, column) for row in range(first, last + 1)]
            is_dated = any(
                isinstance(one, date) or (isinstance(one, str) and holds_date(one)) for one in headings
            )
            share = max(self.known.share_of_codes(cells), share_of_days(cells), share_of_weeks(cells))
            if share >= _PROVEN_SHARE and (
                is_dated or any(not _PRESENT.isdisjoint(str(one)) for one in cells)
            ):
                yield column
