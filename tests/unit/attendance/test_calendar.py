"""Which days and sessions a school holds, with its terms entered and without."""

from datetime import date
from itertools import chain

import pytest

from cme.attendance.calendar import (
    CalendarUnreadable,
    Period,
    PeriodKind,
    RegisterDays,
    SchoolCalendar,
    read_calendar,
)
from cme.attendance.codes import Half

from .build import BANK_HOLIDAYS, CALENDAR, OPENS, TERMS, WITHOUT_TERMS, closure, dates, inset, register_of

AM, PM = Half.AM, Half.PM
CHRISTMAS = date(2026, 12, 25)


def marks(*spec: str) -> list[tuple[date, Half, str]]:
    """Marks from '2026-09-02 AM /' and the like."""
    return [(date.fromisoformat(on), Half(half), code) for on, half, code in map(str.split, spec)]


def whole_days(first_on: str, last_on: str) -> list[tuple[date, Half, str]]:
    """Present on every weekday from one date to another."""
    days = dates(date.fromisoformat(first_on), date.fromisoformat(last_on))
    return [(on, *mark) for on in days if on.weekday() < 5 for mark in ((AM, "/"), (PM, "\\"))]


def days_of(*registers: list[tuple[date, Half, str]], calendar: SchoolCalendar) -> RegisterDays:
    return register_of(chain(*registers), calendar=calendar).days


def school_dates(days: RegisterDays) -> list[str]:
    return [day.on.isoformat() for day in days.days if day.is_school_day]


# The calendar itself


def test_terms_hold_weekdays_and_nothing_outside_them() -> None:
    assert CALENDAR.sessions(OPENS) == (True, True)
    assert CALENDAR.sessions(date(2026, 9, 1)) == (False, False)
    assert CALENDAR.sessions(date(2026, 10, 23)) == (True, True)
    assert not any(map(CALENDAR.is_school_day, dates(date(2026, 10, 24), date(2026, 11, 1))))


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_weekends_are_never_school_days(calendar: SchoolCalendar) -> None:
    assert not calendar.is_school_day(date(2026, 9, 5))
    assert not calendar.is_school_day(date(2026, 9, 6))


@pytest.mark.parametrize("kind", [PeriodKind.INSET, PeriodKind.CLOSURE, PeriodKind.HOLIDAY])
def test_inset_closure_and_holiday_take_days_out_of_a_term(kind: PeriodKind) -> None:
    calendar = SchoolCalendar((*TERMS, Period(kind, date(2026, 9, 14), date(2026, 9, 15))))
    assert [calendar.is_school_day(date(2026, 9, day)) for day in (11, 14, 15, 16)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(("half", "held"), [(AM, (False, True)), (PM, (True, False)), (None, (False, False))])
def test_a_closure_may_take_half_a_day(half: Half | None, held: tuple[bool, bool]) -> None:
    calendar = SchoolCalendar((*TERMS, closure("2026-12-18", half)))
    assert calendar.sessions(date(2026, 12, 18)) == held
    assert calendar.is_school_day(date(2026, 12, 18)) is any(held)


def test_bank_holidays_are_those_that_were_given() -> None:
    early_may = date(2027, 5, 3)
    assert not SchoolCalendar(TERMS, BANK_HOLIDAYS).is_school_day(early_may)
    assert SchoolCalendar(TERMS).is_school_day(early_may)
    assert not SchoolCalendar((), BANK_HOLIDAYS).is_school_day(early_may)


def test_a_calendar_is_planned_only_with_a_term() -> None:
    assert CALENDAR.is_planned
    assert not WITHOUT_TERMS.is_planned
    assert not SchoolCalendar((inset("2026-09-14"),)).is_planned


def test_without_terms_a_closure_still_takes_its_day() -> None:
    calendar = SchoolCalendar((closure("2026-09-14"),))
    assert not calendar.is_school_day(date(2026, 9, 14))
    assert calendar.is_school_day(date(2026, 9, 15))


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        (date(2026, 10, 23), 0, date(2026, 10, 23)),
        (date(2026, 10, 24), 0, date(2026, 11, 3)),
        (date(2026, 10, 23), 1, date(2026, 11, 3)),
        (date(2026, 10, 23), 5, date(2026, 11, 9)),
        (date(2026, 10, 25), 1, date(2026, 11, 3)),
        (date(2026, 9, 2), 2, date(2026, 9, 4)),
        (date(2026, 9, 2), 3, date(2026, 9, 7)),
    ],
)
def test_the_nth_school_day_after_a_date_crosses_weekends_half_term_and_inset(
    on: date, n: int, expected: date
) -> None:
    assert CALENDAR.nth_school_day_after(on, n) == expected


def test_deadlines_beyond_the_last_term_fall_on_weekdays() -> None:
    assert CALENDAR.nth_school_day_after(date(2028, 7, 20), 1) == date(2028, 7, 21)
    assert CALENDAR.nth_school_day_after(date(2028, 7, 20), 2) == date(2028, 7, 24)
    assert CALENDAR.nth_school_day_after(date(2028, 8, 25), 1) == date(2028, 8, 29)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 3), date(2026, 10, 23)),
        (date(2026, 10, 26), date(2026, 10, 23)),
        (date(2026, 9, 7), date(2026, 9, 4)),
        (date(2026, 9, 4), date(2026, 9, 3)),
        (OPENS, date(2026, 9, 1)),
        (date(2026, 9, 1), date(2026, 8, 28)),
        (date(2028, 7, 25), date(2028, 7, 24)),
    ],
)
def test_the_last_school_day_before_a_date_crosses_weekends_half_term_and_inset(
    on: date, expected: date
) -> None:
    assert CALENDAR.last_school_day_before(on) == expected


def test_school_days_in_leaves_out_the_first_date_and_takes_the_last() -> None:
    assert CALENDAR.school_days_in(date(2026, 10, 23), date(2026, 11, 9)) == 5
    assert CALENDAR.school_days_in(date(2026, 10, 23), date(2026, 10, 23)) == 0
    assert CALENDAR.school_days_in(date(2026, 10, 22), date(2026, 10, 23)) == 1


# The calendar file

FILE = """kind,first_on,last_on,note
term,2026-09-02,2026-10-23,Autumn 1
term,2026-11-02,2026-12-18,Autumn 2
inset,2026-11-02,,Training
"""


def test_a_calendar_file_gives_its_periods() -> None:
    assert read_calendar(FILE) == (
        Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 10, 23), "Autumn 1"),
        Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn 2"),
        Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2), "Training"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + FILE,
        FILE.replace("\n", "\r\n"),
        FILE.replace("kind,first_on,last_on,note", "kind, first_on, last_on, note"),
        FILE.replace("term,", "Term ,"),
        FILE.replace("\nterm", "\n\n,,,\nterm"),
    ],
    ids=["byte order mark", "Windows line ends", "spaces in the heading", "capital letter", "empty lines"],
)
def test_a_calendar_file_is_read_as_spreadsheets_save_it(text: str) -> None:
    assert read_calendar(text) == read_calendar(FILE)


def test_a_calendar_file_may_close_half_a_day() -> None:
    text = "kind,first_on,last_on,half\nterm,2026-09-02,2026-10-23,\nclosure,2026-10-23,2026-10-23,pm\n"
    assert SchoolCalendar(read_calendar(text)).sessions(date(2026, 10, 23)) == (True, False)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("half-term,2026-10-26,2026-10-30,", "term, inset, closure or holiday"),
        ("inset,02/11/2026,02/11/2026,", "2026-09-02"),
        ("inset,2026-11-31,,", "2026-09-02"),
        ("inset,,,", "2026-09-02"),
        ("inset", "2026-09-02"),
        ("holiday,2026-10-30,2026-10-26,", "before it begins"),
    ],
)
def test_a_bad_line_of_a_calendar_file_is_named(row: str, says: str) -> None:
    lines = FILE.splitlines()
    text = "\n".join([*lines[:2], row, *lines[2:]])
    with pytest.raises(CalendarUnreadable, match=r"^Line 3 of the calendar") as refused:
        read_calendar(text)
    assert says in str(refused.value)


def test_a_bad_half_is_named_with_its_line() -> None:
    with pytest.raises(CalendarUnreadable, match=r"^Line 2 of the calendar: half must be AM, PM or empty\.$"):
        read_calendar("kind,first_on,last_on,note,half\nterm,2026-09-02,2026-10-23,,noon\n")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(CalendarUnreadable, match="no column last_on"):
        read_calendar("kind,first_on,note\nterm,2026-09-02,\n")


@pytest.mark.parametrize("text", ["", "\n", "kind,first_on,last_on,note\n", "\x00"])
def test_an_empty_calendar_file_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(CalendarUnreadable, match=r"Its first line must be|Add a line such as"):
        read_calendar(text)


def test_a_calendar_file_without_a_term_is_refused() -> None:
    with pytest.raises(CalendarUnreadable, match="has no term"):
        read_calendar("kind,first_on,last_on,note\ninset,2026-11-02,2026-11-02,\n")


# The days that a school's registers are counted over


def test_without_terms_school_days_are_those_that_anybody_has_a_mark_in() -> None:
    days = days_of(
        whole_days("2026-09-02", "2026-09-04"), whole_days("2026-09-08", "2026-09-09"), calendar=WITHOUT_TERMS
    )
    assert school_dates(days) == [
        "2026-09-02",
        "2026-09-03",
        "2026-09-04",
        "2026-09-07",
        "2026-09-08",
        "2026-09-09",
    ]
    assert days.unreported == (date(2026, 9, 7),)
    assert days.school_days == 5


def test_with_terms_an_unreported_day_is_a_school_day_all_the_same() -> None:
    days = days_of(
        whole_days("2026-09-02", "2026-09-04"), whole_days("2026-09-08", "2026-09-09"), calendar=CALENDAR
    )
    assert days.unreported == (date(2026, 9, 7),)
    assert days.school_days == 6


def test_with_terms_days_outside_them_are_not_unreported() -> None:
    registers = [whole_days("2026-10-23", "2026-10-23"), whole_days("2026-11-03", "2026-11-03")]
    assert days_of(*registers, calendar=CALENDAR).unreported == ()
    assert days_of(*registers, calendar=WITHOUT_TERMS).unreported == (
        *dates(date(2026, 10, 26), date(2026, 10, 30)),
        date(2026, 11, 2),
    )


def test_bank_holidays_are_not_unreported() -> None:
    registers = [whole_days("2026-12-24", "2026-12-24"), whole_days("2026-12-29", "2026-12-29")]
    assert days_of(*registers, calendar=WITHOUT_TERMS).unreported == ()


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_a_bank_holiday_with_a_mark_is_a_school_day(calendar: SchoolCalendar) -> None:
    days = days_of(
        whole_days("2026-12-17", "2026-12-18"), whole_days("2026-12-25", "2026-12-25"), calendar=calendar
    )
    assert days.between(CHRISTMAS, CHRISTMAS)[0].is_school_day
    assert days.as_of == CHRISTMAS


def test_only_the_session_marked_on_a_bank_holiday_was_held() -> None:
    days = days_of(whole_days("2026-12-17", "2026-12-18"), marks("2026-12-25 AM /"), calendar=CALENDAR)
    christmas = days.between(CHRISTMAS, CHRISTMAS)[0]
    assert (christmas.am, christmas.pm) == (True, False)


def test_a_bank_holiday_of_planned_closure_is_no_school_day() -> None:
    days = days_of(
        whole_days("2026-12-17", "2026-12-18"), marks("2026-12-25 AM #", "2026-12-25 PM #"), calendar=CALENDAR
    )
    assert days.school_days == 2


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_weekend_marks_make_no_school_day(calendar: SchoolCalendar) -> None:
    days = days_of(
        whole_days("2026-09-03", "2026-09-04"),
        marks("2026-09-05 AM /", "2026-09-05 PM \\", "2026-09-06 AM O"),
        calendar=calendar,
    )
    assert school_dates(days) == ["2026-09-03", "2026-09-04"]
    assert days.as_of == date(2026, 9, 4)


def test_a_weekend_mark_before_the_first_school_day_makes_no_day_unreported() -> None:
    days = days_of(marks("2026-08-29 AM /"), whole_days("2026-09-02", "2026-09-04"), calendar=WITHOUT_TERMS)
    assert days.unreported == ()


def test_a_mark_on_a_session_the_calendar_does_not_hold_is_not_counted() -> None:
    days = days_of(whole_days("2026-10-30", "2026-11-03"), calendar=CALENDAR)
    assert school_dates(days) == ["2026-11-03"]


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_a_day_of_planned_closure_for_everybody_is_reported_and_no_school_day(
    calendar: SchoolCalendar,
) -> None:
    days = days_of(
        whole_days("2026-09-02", "2026-09-03"),
        marks("2026-09-04 AM #", "2026-09-04 PM #"),
        whole_days("2026-09-07", "2026-09-07"),
        calendar=calendar,
    )
    assert days.unreported == ()
    assert days.school_days == 3


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_the_last_day_is_open_until_its_afternoon_is_in(calendar: SchoolCalendar) -> None:
    known = whole_days("2026-09-02", "2026-09-03")
    assert days_of(known, marks("2026-09-04 AM O"), calendar=calendar).as_of == date(2026, 9, 3)
    assert days_of(known, marks("2026-09-04 AM O", "2026-09-04 PM O"), calendar=calendar).as_of == date(
        2026, 9, 4
    )


@pytest.mark.parametrize("calendar", [CALENDAR, WITHOUT_TERMS])
def test_a_last_day_whose_afternoon_was_a_planned_closure_is_closed(calendar: SchoolCalendar) -> None:
    days = days_of(
        whole_days("2026-12-16", "2026-12-17"), marks("2026-12-18 AM /", "2026-12-18 PM #"), calendar=calendar
    )
    assert days.as_of == date(2026, 12, 18)


def test_with_a_half_day_in_the_calendar_the_morning_closes_the_last_day() -> None:
    calendar = SchoolCalendar((*TERMS, closure("2026-12-18", PM)))
    days = days_of(whole_days("2026-12-16", "2026-12-17"), marks("2026-12-18 AM /"), calendar=calendar)
    assert days.as_of == date(2026, 12, 18)


def test_without_terms_a_morning_only_day_is_closed_once_a_later_day_is_in() -> None:
    days = days_of(
        whole_days("2026-09-02", "2026-09-03"),
        marks("2026-09-04 AM /"),
        whole_days("2026-09-07", "2026-09-07"),
        calendar=WITHOUT_TERMS,
    )
    friday = days.between(date(2026, 9, 4), date(2026, 9, 4))[0]
    assert (friday.am, friday.pm) == (True, False)
    assert days.school_days == 4


def test_as_of_may_be_earlier_but_never_later_than_the_last_closed_day() -> None:
    known = whole_days("2026-09-02", "2026-09-11")
    assert register_of(known, as_of=date(2026, 9, 8)).days.as_of == date(2026, 9, 8)
    assert register_of(known, as_of=date(2026, 9, 30)).days.as_of == date(2026, 9, 11)


def test_a_register_without_any_mark_has_no_days() -> None:
    days = register_of([]).days
    assert (days.days, days.as_of, days.school_days, days.unreported) == ((), None, 0, ())


def test_a_register_with_a_single_open_morning_has_no_closed_day() -> None:
    days = register_of(marks("2026-09-02 AM /"), as_of=date(2026, 9, 2)).days
    assert days.as_of is None


def test_a_session_nobody_marked_of_a_day_in_between_was_held_by_the_calendar() -> None:
    register = [marks("2026-09-02 AM /"), whole_days("2026-09-03", "2026-09-03")]
    first = days_of(*register, calendar=CALENDAR).days[0]
    assert (first.am, first.pm, first.reported) == (True, True, True)


def test_days_run_across_the_end_of_the_academic_year() -> None:
    days = days_of(
        whole_days("2027-07-20", "2027-07-21"), whole_days("2027-09-01", "2027-09-02"), calendar=CALENDAR
    )
    assert school_dates(days) == ["2027-07-20", "2027-07-21", "2027-09-01", "2027-09-02"]
    assert days.unreported == ()


def test_the_last_school_days_end_with_as_of() -> None:
    days = register_of(whole_days("2026-09-02", "2026-09-18"), as_of=date(2026, 9, 9)).days
    assert days.last_school_days(3) == [date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 9)]
    assert days.last_school_days(50) == [day.on for day in days.days if day.on <= date(2026, 9, 9)]
