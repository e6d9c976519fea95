"""The days on which children missing education are counted for the DfE.

The dates are a setting. Without one they are the days of the school census: the first Thursday in October,
the third in January and the third in May (our default; attendance reference s.11 leaves them to a setting).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from cme.attendance.lines import academic_year

_THURSDAY = 3
_RULE = ((10, 1), (1, 3), (5, 3))
"""Month, and which Thursday of it."""


def census_days(year: int) -> tuple[date, ...]:
    """The three census days of the academic year that begins in September of `year`, in order."""
    return tuple(_thursday(year + (month < 9), month, nth) for month, nth in _RULE)


def is_census_day(on: date, dates: Sequence[date] = ()) -> bool:
    """Whether children are counted on a date: one of the dates given, else one of the rule."""
    return on in (dates or census_days(academic_year(on)))


def next_census(today: date, dates: Sequence[date] = ()) -> date:
    """The census day that is today or comes next: of the dates given, else by the rule."""
    coming = sorted(on for on in dates if on >= today)
    if coming:
        return coming[0]
    year = academic_year(today)
    return min(on for each in (year, year + 1) for on in census_days(each) if on >= today)


def days_to_offer(today: date, dates: Sequence[date] = ()) -> tuple[date, ...]:
    """The census days to choose from, the latest first: those of two years, up to the next one."""
    year, last = academic_year(today), next_census(today, dates)
    known = dates or tuple(on for each in (year - 1, year) for on in census_days(each))
    return tuple(sorted({on for on in (*known, last) if on <= last}, reverse=True))


def year_before(census_on: date) -> tuple[date, date]:
    """The first and last day of the academic year before the one of a census."""
    year = academic_year(census_on)
    return date(year - 1, 9, 1), date(year, 8, 31)


def _thursday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7, weeks=nth - 1)
