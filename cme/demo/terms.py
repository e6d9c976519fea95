"""School terms for any academic year, as an English authority would set them."""

from datetime import date, timedelta

from cme.attendance.calendar import Period, PeriodKind
from cme.attendance.lines import academic_year


def terms_around(on: date) -> tuple[Period, ...]:
    """The terms, half-term holidays and an INSET day of the academic year of a date and the one before."""
    year = academic_year(on)
    return tuple(period for start in (year - 1, year) for period in _terms_of(start))


def _terms_of(year: int) -> list[Period]:
    first = _monday_after(date(year, 8, 31)) + timedelta(days=1)
    autumn_half = _monday_after(date(year, 10, 23))
    spring_half = _monday_after(date(year + 1, 2, 13))
    summer_half = _monday_after(date(year + 1, 5, 24))

    def week(first_on: date, note: str) -> Period:
        return Period(PeriodKind.HOLIDAY, first_on, first_on + timedelta(days=4), note)

    inset = autumn_half + timedelta(days=7)
    return [
        Period(PeriodKind.TERM, first, _monday_after(date(year, 12, 12)) + timedelta(days=4), "Autumn term"),
        week(autumn_half, "Autumn half term"),
        Period(PeriodKind.INSET, inset, inset, "Staff training day"),
        Period(PeriodKind.TERM, _monday_after(date(year + 1, 1, 2)), date(year + 1, 3, 27), "Spring term"),
        week(spring_half, "Spring half term"),
        Period(PeriodKind.TERM, _monday_after(date(year + 1, 4, 11)), date(year + 1, 7, 20), "Summer term"),
        week(summer_half, "Summer half term"),
    ]


def _monday_after(on: date) -> date:
    return on + timedelta(days=(7 - on.weekday()) % 7)
