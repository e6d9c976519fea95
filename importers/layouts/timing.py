"""In which order and year all dates of one file are read: proved, answered, assumed and said, or asked."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cme.attendance.lines import academic_year
from importers.answering import questions
from importers.answering.answers import Question
from importers.issues import Issue
from importers.layouts import faults
from importers.layouts.drafts import Draft, Known, Timing, births
from importers.layouts.moments import moment_of
from importers.layouts.tables import cell_at
from importers.reading import Cell, Sheet
from importers.text.dates import (
    DateOrder,
    OrderFound,
    WrittenDate,
    dates_in,
    find_order,
    possible_orders,
    proved_by,
)

_YEAR_SPAN = re.compile(r"\b(20\d\d)\s*[/\u2013-]\s*(?:20)?(\d\d)\b(?!\s*[/-])")
_LONGEST_TITLE = timedelta(days=400)
_SATURDAY = 5


def settle(drafts: Sequence[Draft], known: Known) -> tuple[Timing, list[Issue], list[Question]]:
    """How the dates of a file are read, what is to be said of it, and what a person is asked."""
    first = drafts[0]
    written = [one for draft in drafts for one in draft.written]
    titles = [dates for draft in drafts for dates in _titles(draft)]
    issues: list[Issue] = []
    year: int | None = None
    if any(one.yearless for one in written):
        year = _year_of(drafts, titles, written)
        if year is None:
            year = known.answers.academic_year
        yearless = [one for one in written if one.yearless]
        likely = [one for one in known.likely_years() if _may_be_of(yearless, one, known)]
        if year is None and len(likely) == 1 and _may_speak_of(likely[0], titles):
            year = likely[0]
        if year is None:
            issues.append(faults.year_missing(first.place))
            asked = questions.academic_year(yearless, likely if len(likely) > 1 else known.years())
            return Timing(DateOrder.DAY_FIRST, None, settled=False), issues, [asked]
        issues.append(faults.year_assumed(first.sheet, year))
        written = [one.in_year(year) for one in written]
    found = find_order(written)
    if found is None:
        return (
            Timing(DateOrder.DAY_FIRST, year, settled=False),
            [*issues, faults.no_date_order(first.place)],
            [],
        )
    found, said, asked_order = _order(found, written, titles, drafts, known)
    return Timing(found.order, year), [*issues, *said], asked_order


def _order(
    found: OrderFound,
    written: Sequence[WrittenDate],
    titles: Sequence[Sequence[WrittenDate]],
    drafts: Sequence[Draft],
    known: Known,
) -> tuple[OrderFound, list[Issue], list[Question]]:
    orders = possible_orders(written)
    answer = known.answers.date_order
    if answer in orders and len(orders) > 1:
        return OrderFound(answer, assumed=False), [], []
    if found.assumed:
        proved = possible_orders(
            [one for draft in drafts for one in births(draft.sheet, draft.header, draft.body)]
        )
        if len(proved) != 1:
            proved = proved_by(written, titles)
        if len(proved) == 1 and proved[0] in orders:
            return OrderFound(proved[0], assumed=False), [], []
        asked = [questions.date_order(written)] if found.both_fit else []
        return found, [faults.order_assumed(drafts[0].sheet, found.order)], asked
    other = next((order for order in orders if order is not found.order), None)
    if other and any(one.contradicts(found.order) for one in written):
        fits = not any(one.contradicts(other) for one in written)
        return found, [], [questions.date_order(written)] if fits else []
    return found, [], []


def _titles(draft: Draft) -> Iterator[list[WrittenDate]]:
    """The dates of each title row above the headings, and the first and last day of each week named."""
    for row in range(draft.top, draft.header.row + 1):
        cells = draft.sheet.rows[row]
        for cell in cells:
            moment = moment_of(cell) if isinstance(cell, str) else None
            if moment and moment.written and moment.week and not moment.written.yearless:
                monday = moment.written
                yield [monday, _later(monday, 6)]
        if row < draft.header.first:
            yield [one for cell in cells for one in _dates(cell)]


def _dates(cell: Cell) -> list[WrittenDate]:
    if isinstance(cell, date):
        return [WrittenDate.of(cell)]
    return dates_in(cell) if isinstance(cell, str) else []


def _later(written: WrittenDate, days: int) -> WrittenDate:
    readings = (written.day_first, written.month_first)
    first, second = (on + timedelta(days=days) if on else None for on in readings)
    return WrittenDate(first, second, None)


def _year_of(
    drafts: Sequence[Draft], titles: Sequence[Sequence[WrittenDate]], written: Sequence[WrittenDate]
) -> int | None:
    """The one academic year in which all dates lie within what a title says; None where titles say none."""
    yearless = [one for one in written if one.yearless]
    years = set()
    for title in titles:
        if len(title) != 2:
            continue
        for order in DateOrder:
            first, last = title[0].read(order), title[1].read(order)
            if first and last and first <= last <= first + _LONGEST_TITLE:
                years |= {
                    year
                    for year in (academic_year(first), academic_year(last))
                    if any(_lie_within(yearless, year, each, first, last) for each in DateOrder)
                }
    if not years:
        years = {year for draft in drafts for year in _spans(draft.sheet, draft.top, draft.header.first)}
    return years.pop() if len(years) == 1 else None


def _may_be_of(dates: Sequence[WrittenDate], year: int, known: Known) -> bool:
    """Whether dates without a year are school days of an academic year, the first no later than today.

    Our policy: a register may run on into days to come but does not begin with them.
    """
    moved = [one.in_year(year) for one in dates]
    for order in possible_orders(moved):
        read = [on for one in moved if (on := one.read(order)) is not None]
        fitting = all(on.weekday() < _SATURDAY for on in read) and known.has_come(min(read))
        if fitting and not any(one.contradicts(order) for one in moved):
            return True
    return False


def _may_speak_of(year: int, titles: Sequence[Sequence[WrittenDate]]) -> bool:
    """Whether the titles have no date, or one of an academic year."""
    read = [on for title in titles for one in title for on in (one.day_first, one.month_first) if on]
    return not read or year in map(academic_year, read)


def _lie_within(dates: Sequence[WrittenDate], year: int, order: DateOrder, first: date, last: date) -> bool:
    moved = [one.in_year(year) for one in dates]
    read = [one.read(order) for one in moved]
    return all(on is not None and first <= on <= last for on in read) and not any(
        one.contradicts(order) for one in moved
    )


def _spans(sheet: Sheet, top: int, end: int) -> Iterator[int]:
    """Academic years that title rows name: "2026/27", "2026-2027"."""
    for row in range(top, end):
        for column in range(len(sheet.rows[row])):
            cell = cell_at(sheet, row, column)
            for first, second in _YEAR_SPAN.findall(cell) if isinstance(cell, str) else ():
                if int(second) == (int(first) + 1) % 100:
                    yield int(first)
