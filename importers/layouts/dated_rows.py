"""Layouts whose rows hold the date: long, pupil-day, and days or weeks of marks in one cell."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cme.attendance.codes import CODES, Half
from importers.answering import questions
from importers.answering.answers import Question
from importers.issues import Issue
from importers.layouts import faults
from importers.layouts.cells import LONE, share_of_days, share_of_weeks
from importers.layouts.drafts import (
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
from importers.layouts.tables import MarkCell, RegisterRow, Table, cell_at
from importers.reading import Cell, Sheet, cell_address
from importers.text.dates import WrittenDate, from_serial, write_day
from importers.text.marks import Unreadable, fold, session_of
from importers.text.words import HALF_OF, normalise

_DECIDING = (*IDENTIFIERS, "date", "week_start", "session", "mark", "am_mark", "pm_mark")
_STOPPING = (faults.FIRST_MARK, faults.TWO_A_DAY, faults.SESSION_WORDS)
_SAMPLES = 3
_WHO_AND_WHEN = (*IDENTIFIERS, "full_name", "surname", "forename", "date_of_birth", "date")
_MARK_OF_HALF = (("am_mark", Half.AM), ("pm_mark", Half.PM))
_SCHOOL_DAYS = 5

Marks = Mapping[int, Half | int]
"""The columns of marks, each with its half, or with the column that names the half."""

Reading = tuple[Sequence[MarkCell], Sequence[Issue], Sequence[Cell] | None]
"""The marks of a row, what is wrong with them, and the pieces of cells that were cut."""


def find_long(sheet: Sheet, header: Header, body: range, proof: Sequence[int], known: Known) -> Draft | None:
    """`long`: one row a mark, with a date, a session and a code column."""
    mark, session = _mark(header), header.fields.get("session")
    if mark is None or session is None or not _holds_codes(sheet, proof, (mark,), known):
        return None
    return _draft("long", "date", sheet, header, body, known, {mark: session})


def find_pupil_day(
    sheet: Sheet, header: Header, body: range, proof: Sequence[int], known: Known
) -> Draft | None:
    """`pupil-day`: one row a pupil and day, with a date and two mark columns, or those of one half only."""
    marks = {header.fields[field]: half for field, half in _MARK_OF_HALF if field in header.fields}
    if not marks:
        marks = _one_heading(header, known)
    if not marks or not _holds_codes(sheet, proof, marks, known):
        return None
    return _draft("pupil-day", "date", sheet, header, body, known, marks)


def _one_heading(header: Header, known: Known) -> dict[int, Half]:
    """The two columns that are headed alike as a mark, in the halves that somebody said they are of."""
    columns = _marks_headed_alike(header)
    halves = (Half.PM, Half.AM) if known.answers.first_mark == Half.PM else (Half.AM, Half.PM)
    return dict(zip(columns, halves, strict=True)) if len(columns) == len(Half) else {}


def _marks_headed_alike(header: Header) -> list[int]:
    further = [column for field, column in header.doubled if field == "mark"]
    return [header.fields["mark"], *further] if further and "session" not in header.fields else []


def find_day_cells(
    sheet: Sheet, header: Header, body: range, proof: Sequence[int], known: Known
) -> Draft | None:
    """`day-cells` with the date in the row: both marks of a pupil's day in one cell."""
    mark = _mark(header)
    if mark is None or "session" in header.fields or any(field == "mark" for field, _ in header.doubled):
        return None
    if not known.proves(share_of_days, below(sheet, proof, mark)):
        return None
    if not header.mapped and marked_twice(sheet, header, body, mark) is not None:
        return None
    return _draft("day-cells", "date", sheet, header, body, known, {mark: mark})


def find_week_strings(
    sheet: Sheet, header: Header, body: range, proof: Sequence[int], known: Known
) -> Draft | None:
    """`week-strings` with the Monday in the row: all marks of a pupil's week in one cell."""
    mark = _mark(header)
    if mark is None or not known.proves(share_of_weeks, below(sheet, proof, mark)):
        return None
    return _draft("week-strings", "week_start", sheet, header, body, known, {mark: mark})


def marked_twice(sheet: Sheet, header: Header, body: Sequence[int], mark: int) -> int | None:
    """The first row with a further code of one pupil and day where a cell has one code; None for none.

    Such rows are the halves of a day, whether or not a column says which.
    """
    who = [header.fields[field] for field in _WHO_AND_WHEN if field in header.fields]
    seen: set[tuple[Cell, ...]] = set()
    for row in body:
        cell = cell_at(sheet, row, mark)
        if cell in NO_MARKS or fold(cell) not in CODES:
            continue
        key = tuple(cell_at(sheet, row, column) for column in who)
        if key in seen and any(part != "" for part in key):
            return row
        seen.add(key)
    return None


def _mark(header: Header) -> int | None:
    return header.fields.get("export_mark", header.fields.get("mark"))


def _holds_codes(sheet: Sheet, proof: Sequence[int], columns: Iterable[int], known: Known) -> bool:
    cells = (cell for column in columns for cell in below(sheet, proof, column))
    return known.proves(known.share_of_codes, cells)


def _draft(
    slug: str, date_field: str, sheet: Sheet, header: Header, body: range, known: Known, marks: Marks
) -> Draft | None:
    at = header.fields.get(date_field)
    if at is None or not header.identified:
        return None
    cells = set(below(sheet, body, at))
    texts: dict[Cell, WrittenDate] = {
        cell: found for cell in cells if isinstance(cell, str) and (found := _written(cell, slug))
    }
    reader = _Rows(slug, sheet, header, body, known, marks, at, cells, texts)
    return Draft(
        layout=slug,
        sheet=sheet,
        header=header,
        body=body,
        written=list(texts.values()),
        place=header.place(sheet, at),
        swapped=may_be_swapped(texts.values(), [cell for cell in cells if isinstance(cell, date)]),
        build=reader.table,
    )


def _written(text: str, slug: str) -> WrittenDate | None:
    """The date in a text; that of a week is a Monday's, which tells day and month apart."""
    found = write_day(text)
    return found.of_monday() if found and slug == "week-strings" else found


def _no_marks(_number: int, _on: date) -> Reading:
    return (), (), None


@dataclass
class _Rows:
    """Reads the rows of a table that hold their own date, in column `at`."""

    slug: str
    sheet: Sheet
    header: Header
    body: range
    known: Known
    marks: Marks
    at: int
    cells: set[Cell]
    texts: Mapping[Cell, WrittenDate]

    def table(self, timing: Timing) -> Table:
        """The table, once it is known how its dates are read."""
        sheet, header, at = self.sheet, self.header, self.at
        dates: dict[Cell, date | faults.DateFault] = {cell: self._date(cell, timing) for cell in self.cells}
        issues = tuple(self._faults())
        is_stopped = any(issue.code in _STOPPING for issue in issues)
        read_marks = _no_marks if is_stopped else self._reader()
        columns = tuple(self.marks)

        def read_row(number: int) -> RegisterRow:
            row = sheet.rows[number]
            on = dates.get(cell_at(sheet, number, at), faults.date_unreadable)
            if not isinstance(on, date):
                fault = on(header.place(sheet, at, number))
                return RegisterRow(number, row, (), (fault,) if timing.settled else ())
            if on.weekday() >= _SCHOOL_DAYS:
                marked = any(cell_at(sheet, number, column) not in NO_MARKS for column in columns)
                place = header.place(sheet, at, number)
                return RegisterRow(number, row, (), (faults.not_a_school_day(place, on),) if marked else ())
            marks, wrong, pieces = read_marks(number, on)
            return RegisterRow(number, row, marks, (*shifted(header, sheet, number), *wrong), pieces)

        days = 1 if self.slug != "week-strings" else _SCHOOL_DAYS
        return Table(
            layout=self.slug,
            sheet=sheet,
            header_row=header.row,
            end_row=self.body.stop,
            fields=header.fields,
            birth_order=birth_order(sheet, header, self.body, timing.order),
            issues=issues,
            row=read_row,
            dates=frozenset(
                on + timedelta(days=n) for on in dates.values() if isinstance(on, date) for n in range(days)
            ),
            texts=header.texts,
            cut=self._cut_columns(),
            questions=self._questions(dates, is_stopped=is_stopped),
        )

    def _faults(self) -> Iterator[Issue]:
        """What is wrong with the table as a whole; after any but a doubled heading no row has marks."""
        sheet, header = self.sheet, self.header
        alike = _marks_headed_alike(header) == [*self.marks]
        yield from header.doubled_fields(sheet, [one for one in _DECIDING if not (alike and one == "mark")])
        if alike and not self.known.answers.first_mark:
            first, second = self.marks
            yield faults.first_mark_unknown(header.place(sheet, second), cell_address(header.row, first))
        if self.slug == "day-cells" and header.mapped:
            (column,) = self.marks
            row = marked_twice(sheet, header, self.body, column)
            if row is not None:
                yield faults.two_a_day(header.place(sheet, column, row))
        words = {str(cell) for cell in self._session_cells() if cell != ""} if self.slug == "long" else set()
        if len(words) == len(Half) and not any(normalise(word) in HALF_OF for word in words):
            at = next(at for at in self.marks.values() if not isinstance(at, Half))
            yield faults.unknown_sessions(header.place(sheet, at), sorted(words))

    def _date(self, cell: Cell, timing: Timing) -> "date | faults.DateFault":
        """The date of a cell, or what is wrong with it."""
        written = self.texts.get(cell)
        on: date | None = None
        if isinstance(cell, date):
            on = cell
        elif isinstance(cell, int | float):
            on = from_serial(cell)
        elif written is not None and timing.settled:
            written = timing.dated(written)
            on = written.read(timing.order)
        if on is None:
            return faults.date_unreadable
        if self.slug == "week-strings" and on.weekday() != 0:
            return lambda place: faults.no_monday(place, on)
        if written is not None and written.contradicts(timing.order):
            contradicting = written
            return lambda place: faults.weekday_contradicts(place, contradicting, timing.order)
        if not self.known.is_plausible(on):
            return lambda place: faults.implausible_date(place, on)
        return on

    def _reader(self) -> Callable[[int, date], Reading]:
        if self.slug == "day-cells":
            return self._cut(1)
        return self._cut(_SCHOOL_DAYS) if self.slug == "week-strings" else self._plain()

    def _plain(self) -> Callable[[int, date], Reading]:
        sheet, header, halves = self.sheet, self.header, tuple(self.marks.items())
        words = self._session_words()

        def read_marks(number: int, on: date) -> Reading:
            marks, issues = [], []
            for column, half in halves:
                known = half if isinstance(half, Half) else words.get(cell_at(sheet, number, half))
                if known is not None:
                    marks.append(MarkCell(column, session_of(on, known)))
                elif isinstance(half, int):
                    issues.append(faults.unknown_session(header.place(sheet, half, number)))
            return marks, issues, None

        return read_marks

    def _cut(self, days: int) -> Callable[[int, date], Reading]:
        sheet, header = self.sheet, self.header
        (column,) = self.marks
        cutter = self.known.cutter()

        def read_marks(number: int, on: date) -> Reading:
            held = [session_of(on + timedelta(days=n), half) for n in range(days) for half in Half]
            cell = cell_at(sheet, number, column)
            found = cutter.day(cell, held) if days == 1 else cutter.week(cell, held)
            marks = [MarkCell(at, session) for at, session in enumerate(held)]
            if isinstance(found, Unreadable):
                issue = faults.not_cut(header.place(sheet, column, number), found)
                return marks, (issue,), ("",) * len(held)
            return marks, (), found

        return read_marks

    def _cut_columns(self) -> Sequence[int]:
        days = {"day-cells": 1, "week-strings": _SCHOOL_DAYS}.get(self.slug, 0)
        return tuple(self.marks) * (days * len(Half))

    def _questions(
        self, dates: "Mapping[Cell, date | faults.DateFault]", *, is_stopped: bool
    ) -> tuple[Question, ...]:
        if is_stopped and self.slug == "pupil-day":
            return (questions.first_mark(*map(self._samples, self.marks)),)
        if is_stopped or self.slug != "day-cells":
            return ()
        (column,) = self.marks
        cutter = self.known.cutter()
        lone = set()
        for number in self.body:
            on = dates.get(cell_at(self.sheet, number, self.at))
            if isinstance(on, date):
                cell = cell_at(self.sheet, number, column)
                if cutter.day(cell, [session_of(on, half) for half in Half]) is LONE:
                    lone.add(str(cell))
        return (questions.lone_codes(sorted(lone)),) if lone else ()

    def _samples(self, column: int) -> list[str]:
        return [str(cell) for cell in below(self.sheet, self.body, column) if cell not in NO_MARKS][:_SAMPLES]

    def _session_words(self) -> dict[Cell, Half]:
        """The halves that the values of the session column mean.

        Bare figures and single letters count only where both halves occur and no third value does: a third
        means lesson marks.
        """
        values = {cell for cell in self._session_cells() if cell != ""}
        found = {value: HALF_OF.get(normalise(str(value))) for value in values}
        complete = None not in found.values() and len(set(found.values())) == len(Half)
        return {
            value: half
            for value, half in found.items()
            if half is not None and (complete or len(normalise(str(value))) > 1)
        }

    def _session_cells(self) -> Iterator[Cell]:
        for half in self.marks.values():
            if not isinstance(half, Half):
                yield from below(self.sheet, self.body, half)
