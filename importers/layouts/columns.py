"""When the marks of one column are of: what the headings over it say, put together."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from cme.attendance.codes import Half
from importers.layouts.moments import Moment, Week
from importers.text.dates import WrittenDate

_MONDAY_TO_SUNDAY = "MTWTFSS"
_SCHOOL_WEEK = 5

DAY_LETTERS = frozenset(_MONDAY_TO_SUNDAY)
"""Letters that may stand for weekdays (`weekdays_of`)."""


class Unit(StrEnum):
    """How much time the marks in one cell are of."""

    SESSION = "session"
    DAY = "day"
    WEEK = "week"


class Column(NamedTuple):
    """When the marks of a column are of, as its headings say.

    `offset` counts the days from the date of a week line to that of the column, `week` tells that the date
    is a week's, `whole` that this week has seven days; `rows` is how many rows of headings say all this.
    """

    unit: Unit
    written: WrittenDate
    half: Half | None = None
    offset: int = 0
    week: Week | None = None
    whole: bool = False
    rows: int = 1


def column_of(
    said: Sequence[tuple[int, int, Moment]],
    days_under: Mapping[tuple[int, int], set[int]],
    line: Moment | None,
) -> Column | None:
    """What headings, the lowest first, say of one column; None where they name no date."""
    half = next((moment.half for _, _, moment in said if moment.half is not None), None)
    weekday = next((moment.weekday for _, _, moment in said if moment.weekday is not None), None)
    days = [one for one in said if one[2].written is not None and one[2].week is None]
    weeks = [moment for _, _, moment in said if moment.week is not None]
    rows = len({row for row, _, moment in said if moment.week is None or weekday is not None})
    written = None
    week: Moment | None = None
    if days:
        row, at, day = days[0]
        if len(days_under[row, at]) > 1:
            week = day._replace(week=Week.START)
        else:
            written = day.written
    elif weeks or (line is not None and weekday is not None):
        week = weeks[0] if weeks else line
        rows += not weeks
    if written is not None:
        if weekday is not None and written.weekday is None:
            written = WrittenDate(written.day_first, written.month_first, weekday, written.yearless)
        return Column(Unit.SESSION if half else Unit.DAY, written, half, rows=rows)
    if week is None or week.written is None or (half is not None and weekday is None):
        return None
    unit = Unit.WEEK if weekday is None else Unit.SESSION if half else Unit.DAY
    return Column(unit, week.written, half, weekday or 0, week.week, week.whole, rows)


def weekdays_of(letters: Sequence[tuple[int, str]]) -> dict[int, Moment]:
    """The weekdays that single letters mean: only where they are whole runs of M T W T F."""
    text = "".join(letter for _, letter in letters)
    for times in (1, len(Half)):
        for days in (_SCHOOL_WEEK, len(_MONDAY_TO_SUNDAY)):
            run = "".join(letter * times for letter in _MONDAY_TO_SUNDAY[:days])
            if text and text == run * (len(text) // len(run)):
                return {
                    column: Moment(weekday=number % len(run) // times)
                    for number, (column, _) in enumerate(letters)
                }
    return {}
