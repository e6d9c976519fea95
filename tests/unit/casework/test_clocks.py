"""Clocks: each unit counts its own days, whatever lies between the start and the end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme import bank_holidays
from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.casework.policy.clocks import (
    STARTS,
    Clock,
    Unit,
    due_at,
    due_on,
    is_working_day,
    months_after,
    nth_working_day_after,
    strikes_at,
)
from tests.unit.casework.pupils import CALENDAR

LONDON = ZoneInfo("Europe/London")
ENGLAND = bank_holidays.england()
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})


def clock(value: int, unit: Unit, start: str = "referral_received", at: time | None = None) -> Clock:
    return Clock(value, unit, start, "default", at)


@pytest.mark.parametrize(
    ("runs", "start_on", "ends_on"),
    [
        # L25: half term and the INSET day are no school days.
        (clock(10, Unit.SCHOOL_DAY, "first_counted_day"), date(2026, 10, 12), date(2026, 10, 23)),
        (clock(20, Unit.SCHOOL_DAY, "first_counted_day"), date(2026, 10, 12), date(2026, 11, 16)),
        (clock(1, Unit.SCHOOL_DAY, "first_counted_day"), date(2026, 10, 12), date(2026, 10, 12)),
        # L26: five school days after an N on 23 October.
        (clock(5, Unit.SCHOOL_DAY), date(2026, 10, 23), date(2026, 11, 9)),
        (clock(0, Unit.SCHOOL_DAY), date(2026, 10, 24), date(2026, 11, 3)),
        (clock(2, Unit.WORKING_DAY), date(2026, 10, 23), date(2026, 10, 27)),
        (clock(2, Unit.WORKING_DAY), date(2026, 12, 24), date(2026, 12, 30)),
        (clock(0, Unit.WORKING_DAY), date(2026, 12, 25), date(2026, 12, 29)),
        (clock(5, Unit.CALENDAR_DAY), date(2026, 12, 24), date(2026, 12, 29)),
        (clock(4, Unit.WEEK), date(2026, 10, 12), date(2026, 11, 9)),
        (clock(1, Unit.CALENDAR_MONTH), date(2027, 1, 31), date(2027, 2, 28)),
        (clock(1, Unit.CALENDAR_MONTH), date(2026, 12, 10), date(2027, 1, 10)),
    ],
)
def test_each_unit_counts_its_own_days(runs: Clock, start_on: date, ends_on: date) -> None:
    assert due_on(runs, start_on, CALENDAR, CHRISTMAS) == ends_on


def test_hours_run_through_the_night_and_end_at_an_instant() -> None:
    noticed_at = datetime(2026, 10, 23, 22, 30, tzinfo=UTC)
    assert due_at(clock(72, Unit.HOUR), noticed_at) == noticed_at + timedelta(days=3)
    with pytest.raises(ValueError, match="ends at an instant"):
        due_on(clock(72, Unit.HOUR), date(2026, 10, 23), CALENDAR)
    with pytest.raises(ValueError, match="ends on a date"):
        due_at(clock(2, Unit.WEEK), noticed_at)


@pytest.mark.parametrize(
    ("noticed_at", "shown"),
    [
        # The night of 25 October 2026 has an hour more, that of 28 March 2027 an hour less.
        (datetime(2026, 10, 24, 22, 0, tzinfo=LONDON), "2026-10-25 21:00"),
        (datetime(2027, 3, 27, 22, 0, tzinfo=LONDON), "2027-03-28 23:00"),
    ],
)
def test_a_day_of_hours_passes_in_full_when_the_clocks_change(noticed_at: datetime, shown: str) -> None:
    ends_at = due_at(clock(24, Unit.HOUR), noticed_at)
    assert ends_at - noticed_at.astimezone(UTC) == timedelta(hours=24)
    assert f"{ends_at.astimezone(LONDON):%Y-%m-%d %H:%M}" == shown


@pytest.mark.parametrize(
    ("start_on", "strikes"),
    [
        (date(2026, 10, 23), datetime(2026, 10, 23, 9, 0, tzinfo=UTC)),  # summer time
        (date(2026, 11, 20), datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),  # winter time
        (date(2026, 10, 24), datetime(2026, 11, 3, 10, 0, tzinfo=UTC)),  # half term, INSET, and another time
    ],
)
def test_ten_in_the_morning_is_ten_in_england_on_a_school_day(start_on: date, strikes: datetime) -> None:
    amber = clock(0, Unit.SCHOOL_DAY, "first_unexplained_session", time(10))
    assert strikes_at(amber, start_on, CALENDAR, zone=LONDON) == strikes


def test_a_time_that_the_spring_leaves_out_is_an_hour_later() -> None:
    at_night = clock(0, Unit.CALENDAR_DAY, at=time(1, 30))
    struck = strikes_at(at_night, date(2027, 3, 28), CALENDAR, zone=LONDON)
    assert f"{struck.astimezone(LONDON):%H:%M}" == "02:30"


def test_only_a_clock_with_a_time_of_day_strikes() -> None:
    with pytest.raises(ValueError, match="names no time of day"):
        strikes_at(clock(1, Unit.SCHOOL_DAY), date(2026, 11, 20), CALENDAR, zone=LONDON)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (clock(3, Unit.SCHOOL_DAY, "first_counted_day"), "day 3"),
        (clock(1, Unit.WORKING_DAY), "1 working day"),
        (clock(2, Unit.SCHOOL_DAY), "2 school days"),
        (clock(0, Unit.SCHOOL_DAY), "the same day"),
        (clock(0, Unit.HOUR), "at once"),
        (clock(0, Unit.SCHOOL_DAY, at=time(10)), "the same day by 10:00"),
    ],
)
def test_a_clock_says_how_long_it_is(runs: Clock, text: str) -> None:
    assert runs.text == text


@pytest.mark.parametrize("start", STARTS)
def test_only_the_first_counted_day_is_day_one(start: str) -> None:
    assert clock(1, Unit.SCHOOL_DAY, start).counts_its_first_day is (start == "first_counted_day")


DATES = st.dates(date(2026, 8, 1), date(2027, 8, 31))
VALUES = st.integers(0, 40)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """A year of three terms with half terms, INSET days and closures that fall where they will."""
    terms = [
        (date(2026, 9, 2), date(2026, 12, 18)),
        (date(2027, 1, 4), date(2027, 3, 25)),
        (date(2027, 4, 12), date(2027, 7, 21)),
    ]
    periods = [Period(PeriodKind.TERM, first, last) for first, last in terms]
    for first, last in terms:
        begins = draw(st.dates(first, last - timedelta(days=14)))
        periods.append(Period(PeriodKind.HOLIDAY, begins, begins + timedelta(days=draw(st.integers(0, 9)))))
    for kind in (PeriodKind.INSET, PeriodKind.CLOSURE):
        periods += [Period(kind, on, on) for on in draw(st.lists(DATES, max_size=5))]
    return SchoolCalendar(tuple(periods), ENGLAND)


@given(calendar=calendars(), start_on=DATES, value=VALUES)
def test_a_clock_in_school_days_ends_on_a_school_day(
    calendar: SchoolCalendar, start_on: date, value: int
) -> None:
    ends_on = due_on(clock(value, Unit.SCHOOL_DAY), start_on, calendar)
    beyond = calendar.last_planned_on
    assert beyond is not None
    assert calendar.is_school_day(ends_on) or (ends_on > beyond and is_working_day(ends_on, ENGLAND))
    assert ends_on >= start_on


@given(start_on=DATES, value=VALUES)
def test_a_clock_in_working_days_ends_on_no_weekend_and_no_bank_holiday(start_on: date, value: int) -> None:
    ends_on = due_on(clock(value, Unit.WORKING_DAY), start_on, SchoolCalendar(), ENGLAND)
    assert ends_on.weekday() < 5
    assert ends_on not in ENGLAND
    passed = [start_on + timedelta(days=n) for n in range(1, (ends_on - start_on).days + 1)]
    assert sum(is_working_day(on, ENGLAND) for on in passed) == value or value == 0


@given(
    calendar=calendars(),
    start_on=DATES,
    value=VALUES,
    unit=st.sampled_from([unit for unit in Unit if unit is not Unit.HOUR]),
)
def test_a_longer_clock_and_a_later_start_never_end_earlier(
    calendar: SchoolCalendar, start_on: date, value: int, unit: Unit
) -> None:
    ends_on = due_on(clock(value, unit), start_on, calendar, ENGLAND)
    assert due_on(clock(value + 1, unit), start_on, calendar, ENGLAND) >= ends_on
    assert due_on(clock(value, unit), start_on + timedelta(days=1), calendar, ENGLAND) >= ends_on


@given(calendar=calendars(), start_on=DATES, value=st.integers(1, 20))
def test_day_n_of_an_absence_is_n_school_days_with_its_first(
    calendar: SchoolCalendar, start_on: date, value: int
) -> None:
    first_on = calendar.nth_school_day_after(start_on, 0)
    ends_on = due_on(clock(value, Unit.SCHOOL_DAY, "first_counted_day"), first_on, calendar)
    assert calendar.school_days_in(first_on, ends_on) == value - 1


@given(calendar=calendars(), start_on=DATES, at=st.times(time(1), time(22)))
def test_a_time_of_day_is_that_time_in_england_whatever_the_season(
    calendar: SchoolCalendar, start_on: date, at: time
) -> None:
    at = at.replace(second=0, microsecond=0)
    runs = clock(1, Unit.SCHOOL_DAY, at=at)
    struck = strikes_at(runs, start_on, calendar, zone=LONDON).astimezone(LONDON)
    assert (struck.date(), struck.time()) == (due_on(runs, start_on, calendar), at)


@given(on=DATES, at=st.times(), value=VALUES)
def test_hours_are_hours_that_pass(on: date, at: time, value: int) -> None:
    started_at = datetime.combine(on, at, UTC)
    ends_at = due_at(clock(value, Unit.HOUR), started_at.astimezone(LONDON))
    assert ends_at - started_at == timedelta(hours=value)


@given(on=DATES, months=st.integers(0, 24))
def test_months_keep_the_day_or_the_last_of_the_month(on: date, months: int) -> None:
    later = months_after(on, months)
    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months
    assert later.day == on.day or (later.day < on.day and (later + timedelta(days=1)).day == 1)


@given(on=DATES)
def test_the_first_working_day_after_a_date_is_never_that_date(on: date) -> None:
    assert nth_working_day_after(on, 1, ENGLAND) > on
    assert nth_working_day_after(on, 0, ENGLAND) >= on
