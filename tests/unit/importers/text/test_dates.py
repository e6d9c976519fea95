"""Dates and session headings as registers write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.codes import Half
from importers.layouts.moments import Moment, Week, moment_of
from importers.text.dates import (
    DateOrder,
    find_order,
    from_serial,
    holds_date,
    write_date,
    write_day,
)

MONDAY = date(2026, 11, 9)


def session_heading(text: str) -> Moment | None:
    """What a heading says of when, if it names a date and a half."""
    found = moment_of(text)
    return found if found and found.written and found.half else None


@pytest.mark.parametrize(
    "written",
    [
        "09/11/2026",
        "9/11/2026",
        "9.11.26",
        "09-11-2026",
        "9-Nov-26",
        "09 November 2026",
        "Mon 9 Nov 2026",
        "Monday 9th November 2026",
        "Mon, 9 Nov. 2026",
        "2026-11-09",
        "2026-11-09 00:00:00",
        "2026-11-09T00:00:00",
        "Mon 09/11/2026",
        "09/11/2026 (Mon)",
    ],
)
def test_every_form_of_a_date_reads_day_first(written: str):
    found = write_date(written)

    assert found is not None
    assert found.read(DateOrder.DAY_FIRST) == MONDAY
    assert not found.contradicts(DateOrder.DAY_FIRST)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Mon",
        "9/11",
        "31/02/2026",
        "109/11/2026",
        "09/11/20266",
        "9 Nob 2026",
        "46335",
        "09/11/2026 08:50",
        "O",
    ],
)
def test_what_is_no_whole_date_is_not_made_one(written: str):
    assert write_date(written) is None


def test_two_dates_in_one_cell_are_not_one_date():
    assert write_date("09/11/2026 - 13/11/2026") is None


def test_a_weekday_that_is_not_the_dates_contradicts_it():
    found = write_date("Tue 09/11/2026")

    assert found is not None
    assert found.contradicts(DateOrder.DAY_FIRST)


@pytest.mark.parametrize(
    ("heading", "half"),
    [
        ("Mon 09/11/2026 AM", Half.AM),
        ("Mon 09/11/2026 PM", Half.PM),
        ("09/11/2026 am", Half.AM),
        ("AM 09/11/2026", Half.AM),
        ("Mon 9 Nov 2026 (PM)", Half.PM),
        ("2026-11-09 AM", Half.AM),
        ("2026-11-09_PM", Half.PM),
        ("Monday 9th November 2026 - morning", Half.AM),
        ("9-Nov-26 Afternoon", Half.PM),
        ("09/11/2026 AM Session", Half.AM),
        ("09/11/2026 Session 2", Half.PM),
        ("Monday\n09/11/2026\nAM", Half.AM),
    ],
)
def test_a_heading_names_its_session(heading: str, half: Half):
    found = session_heading(heading)

    assert found is not None
    assert found.half is half
    assert found.written is not None
    assert found.written.read(DateOrder.DAY_FIRST) == MONDAY


@pytest.mark.parametrize(
    "heading",
    [
        "Mon 09/11/2026",
        "AM",
        "Mon AM",
        "09/11/2026 1",
        "09/11/2026 AMM",
        "09/11/2026 AM PM",
        "09/11/2026 P3",
        "% to 09/11/2026",
    ],
)
def test_a_heading_without_a_certain_date_and_half_names_none(heading: str):
    assert session_heading(heading) is None


@pytest.mark.parametrize("text", ["Attendance to 09/11/2026", "Mon 9 Nov 2026", "2026-11-09 x"])
def test_a_date_is_found_among_other_words(text: str):
    assert holds_date(text)


def order_of(*written: str):
    return find_order([found for text in written if (found := write_date(text))])


def test_a_number_above_12_proves_the_order():
    assert order_of("09/11/2026", "13/11/2026") == order_of("13/11/2026")
    found = order_of("11/09/2026", "11/13/2026")
    assert found is not None
    assert (found.order, found.assumed) == (DateOrder.MONTH_FIRST, False)


def test_a_fitting_weekday_proves_the_order():
    found = order_of("Mon 09/11/2026", "Tue 10/11/2026")

    assert found is not None
    assert (found.order, found.assumed) == (DateOrder.DAY_FIRST, False)


def test_without_proof_the_only_order_of_weekdays_in_one_year_is_taken_and_said():
    # Read day first, 12/06 and 12/07 are a Friday and a Sunday of two academic years.
    found = order_of("12/07/2026", "12/08/2026", "12/09/2026", "12/10/2026", "12/11/2026")

    assert found is not None
    assert (found.order, found.assumed) == (DateOrder.MONTH_FIRST, True)


def test_where_both_orders_fit_day_comes_first_and_it_is_said():
    found = order_of("09/11/2026")

    assert found is not None
    assert (found.order, found.assumed) == (DateOrder.DAY_FIRST, True)


def test_dates_that_fit_no_one_order_have_none():
    assert order_of("13/11/2026", "11/14/2026") is None


def test_iso_dates_need_no_order():
    found = order_of("2026-11-09", "2026-11-10")

    assert found is not None
    assert not found.assumed


def test_a_serial_number_is_a_date_only_within_this_century():
    assert from_serial(46335) == MONDAY
    assert from_serial(46335.0) == MONDAY
    assert from_serial(46335.4) is None
    assert from_serial(12) is None
    assert from_serial(73051) is None


FORMS = ("%d/%m/%Y", "%d.%m.%y", "%a %d/%m/%Y", "%A %-d %B %Y", "%-d-%b-%y", "%Y-%m-%d", "%a %d %b %Y")


@given(
    on=st.dates(date(2024, 9, 1), date(2030, 8, 31)),
    form=st.sampled_from(FORMS),
    half=st.sampled_from(list(Half)),
)
def test_a_heading_gives_back_the_session_it_was_written_from(on: date, form: str, half: Half):
    found = session_heading(f"{on:{form}} {half}")

    assert found is not None
    assert found.written is not None
    assert (found.written.read(DateOrder.DAY_FIRST), found.half) == (on, half)
    assert not found.written.contradicts(DateOrder.DAY_FIRST)


@given(first=st.dates(date(2024, 9, 1), date(2029, 8, 31)), length=st.integers(1, 40))
def test_month_first_dates_are_never_silently_read_day_first(first: date, length: int):
    weekdays = [on for n in range(length) if (on := first + timedelta(days=n)).weekday() <= 4]
    texts = [write_date(f"{on:%m/%d/%Y}") for on in weekdays]

    found = find_order([text for text in texts if text])

    if weekdays and found is not None and not found.assumed:
        assert [text and text.read(found.order) for text in texts] == weekdays


# Without a year, and weeks


@pytest.mark.parametrize(
    "written", ["Mon 9/11", "9 Nov", "Monday 9th November", "9-Nov", "Nov 9", "9.11", "Mon 9 Nov"]
)
def test_a_date_without_a_year_is_one_once_the_year_is_known(written: str):
    assert write_date(written) is None
    found = write_day(written)

    assert found is not None
    assert found.yearless
    assert found.in_year(2026).read(DateOrder.DAY_FIRST) == MONDAY
    assert not found.in_year(2026).yearless


def test_dates_from_january_are_of_the_second_half_of_a_school_year():
    found = write_day("5 Jan")

    assert found is not None
    assert found.in_year(2026).read(DateOrder.DAY_FIRST) == date(2027, 1, 5)


def test_a_week_over_the_end_of_august_is_of_one_year():
    days = [found for text in ("Mon 31 Aug", "Tue 1 Sep") if (found := write_day(text))]

    assert [one.in_year(2026).day_first for one in days] == [date(2026, 8, 31), date(2026, 9, 1)]


def test_29_february_is_no_date_in_a_year_without_one():
    found = write_day("29 Feb")

    assert found is not None
    assert found.in_year(2026).read(DateOrder.DAY_FIRST) is None
    assert found.in_year(2027).read(DateOrder.DAY_FIRST) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "week", "whole"),
    [
        ("W/C 09/11/26", Week.START, False),
        ("Week beginning 09/11/2026 (over 10)", Week.START, False),
        ("Week Commencing: Mon 9 Nov 2026", Week.START, False),
        ("Week 11 09/11/2026", Week.START, False),
        ("09/11/2026 - 13/11/2026", Week.START, False),
        ("From 09/11/2026 to 15/11/2026", Week.START, True),
        ("W/C 09/11/2026 (Mon to Sun)", Week.START, True),
        ("Week ending 13/11/2026", Week.END, False),
        ("w/e 13/11/2026", Week.END, False),
    ],
)
def test_a_heading_names_its_week(text: str, week: Week, whole: bool):
    found = moment_of(text)

    assert found is not None
    assert (found.week, found.whole) == (week, whole)


@pytest.mark.parametrize("text", ["09/11/2026 - 16/11/2026", "10/11/2026 - 14/11/2026", "Printed 09/11/2026"])
def test_other_pairs_of_dates_are_no_week(text: str):
    assert moment_of(text) is None


@pytest.mark.parametrize(
    ("text", "weekday", "half"), [("Mon", 0, None), ("Tues PM", 1, Half.PM), ("AM", None, Half.AM)]
)
def test_a_heading_may_say_a_part_of_when(text: str, weekday: int | None, half: Half | None):
    found = moment_of(text)

    assert found is not None
    assert (found.written, found.weekday, found.half) == (None, weekday, half)
