"""When a school breaks up: five weekdays without school, by its own calendar."""

from datetime import date, timedelta

import pytest

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.attendance.holidays import Holiday, breaks_up, next_holiday

CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
AUTUMN = (
    Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 10, 23)),
    Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18)),
    Period(PeriodKind.TERM, date(2027, 1, 4), date(2027, 2, 12)),
    Period(PeriodKind.INSET, date(2027, 1, 4), date(2027, 1, 4)),
    Period(PeriodKind.INSET, date(2026, 11, 27), date(2026, 11, 27)),
)
CALENDAR = SchoolCalendar(AUTUMN, CHRISTMAS)

HALF_TERM = Holiday(date(2026, 10, 23), date(2026, 11, 2))
AT_CHRISTMAS = Holiday(date(2026, 12, 18), date(2027, 1, 5))
UNKNOWN_END = Holiday(date(2027, 2, 12), None)


@pytest.mark.parametrize(
    ("on", "holiday"),
    [
        (date(2026, 8, 1), HALF_TERM),
        (date(2026, 9, 2), HALF_TERM),
        (date(2026, 10, 23), HALF_TERM),
        (date(2026, 10, 24), HALF_TERM),
        (date(2026, 11, 1), HALF_TERM),
        (date(2026, 11, 2), AT_CHRISTMAS),
        (date(2026, 12, 25), AT_CHRISTMAS),
        (date(2027, 1, 4), AT_CHRISTMAS),
        (date(2027, 1, 5), UNKNOWN_END),
        (date(2027, 9, 1), UNKNOWN_END),
    ],
)
def test_the_holiday_that_goes_on_or_comes_next(on: date, holiday: Holiday) -> None:
    assert next_holiday(CALENDAR, on) == holiday


def test_a_school_breaks_up_on_the_last_school_day_alone() -> None:
    days = [date(2026, 9, 1) + timedelta(days=number) for number in range(200)]
    assert [on for on in days if breaks_up(CALENDAR, on)] == [
        date(2026, 10, 23),
        date(2026, 12, 18),
        date(2027, 2, 12),
    ]


def test_a_term_that_ends_in_a_closure_breaks_up_the_day_before() -> None:
    closed = Period(PeriodKind.CLOSURE, date(2026, 12, 17), date(2026, 12, 18), "Boiler")
    calendar = SchoolCalendar((*AUTUMN, closed), CHRISTMAS)
    assert breaks_up(calendar, date(2026, 12, 16)) == Holiday(date(2026, 12, 16), date(2027, 1, 5))
    assert breaks_up(calendar, date(2026, 12, 18)) is None


def test_a_holiday_inside_one_long_term_is_one_too() -> None:
    term = Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 12, 18))
    days_off = Period(PeriodKind.HOLIDAY, date(2026, 10, 26), date(2026, 10, 30))
    assert breaks_up(SchoolCalendar((term, days_off)), date(2026, 10, 23)) == HALF_TERM


def test_a_day_is_in_it_from_the_day_after_the_last_to_the_day_before_the_first() -> None:
    days = [date(2026, 10, 20) + timedelta(days=number) for number in range(20)]
    covered = [on for on in days if HALF_TERM.covers(on)]
    assert (covered[0], covered[-1], len(covered)) == (date(2026, 10, 24), date(2026, 11, 1), 9)
    assert UNKNOWN_END.covers(date(2027, 8, 1))


def test_a_school_without_terms_has_no_holidays() -> None:
    assert next_holiday(SchoolCalendar(), date(2026, 12, 18)) is None
    assert breaks_up(SchoolCalendar(), date(2026, 12, 18)) is None
