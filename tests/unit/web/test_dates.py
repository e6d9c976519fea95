"""Dates and times as people read them."""

from datetime import UTC, date, datetime

import pytest

from cme.web.presenters import dates


def test_a_day_has_its_weekday() -> None:
    assert dates.day(date(2026, 11, 9)) == "Mon 9 Nov 2026"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 9, 0, 5, tzinfo=UTC), "Mon 9 Nov 2026, 12:05am"),
        (datetime(2026, 7, 9, 23, 30, tzinfo=UTC), "Fri 10 Jul 2026, 12:30am"),
        (datetime(2026, 7, 9, 11, 0, tzinfo=UTC), "Thu 9 Jul 2026, 12:00pm"),
    ],
)
def test_a_moment_is_in_the_time_of_england(at: datetime, text: str) -> None:
    assert dates.moment(at) == text


@pytest.mark.parametrize(
    ("first_on", "last_on", "text"),
    [
        (date(2026, 11, 9), date(2026, 11, 9), "9 November 2026"),
        (date(2026, 11, 9), date(2026, 11, 13), "9 to 13 November 2026"),
        (date(2026, 10, 12), date(2026, 11, 13), "12 October to 13 November 2026"),
        (date(2026, 12, 28), date(2027, 1, 1), "28 December 2026 to 1 January 2027"),
    ],
)
def test_a_span_says_month_and_year_once(first_on: date, last_on: date, text: str) -> None:
    assert dates.span(first_on, last_on) == text


def test_a_week_is_short_and_names_its_year_only_where_asked() -> None:
    assert dates.week(date(2026, 11, 9), with_year=False) == "9 to 13 Nov"
    assert dates.week(date(2026, 11, 30), with_year=True) == "30 Nov to 4 Dec 2026"


@pytest.mark.parametrize(
    ("first_on", "last_on", "text"),
    [
        (date(2026, 11, 2), date(2026, 11, 2), "Mon 2 Nov 2026"),
        (date(2026, 10, 26), date(2026, 10, 30), "Mon 26 to Fri 30 Oct 2026"),
        (date(2026, 10, 26), date(2026, 11, 2), "Mon 26 Oct to Mon 2 Nov 2026"),
        (date(2026, 12, 21), date(2027, 1, 1), "Mon 21 Dec 2026 to Fri 1 Jan 2027"),
    ],
)
def test_a_stretch_of_days_names_its_weekdays(first_on: date, last_on: date, text: str) -> None:
    assert dates.day_span(first_on, last_on) == text
