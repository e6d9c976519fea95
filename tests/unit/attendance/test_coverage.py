"""Which school days have a register, against a plain model: one set of sessions for each class."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.attendance.codes import Half
from cme.attendance.coverage import (
    ClassMarks,
    PartDay,
    RegisterCoverage,
    class_marks,
    marked_sessions,
    register_coverage,
)
from cme.attendance.lines import BLANK
from tests.marks import from_marks

from .build import BANK_HOLIDAYS, CALENDAR, OPENS, WITHOUT_TERMS, closure, dates, school_days

AM, PM = Half.AM, Half.PM
Session = tuple[date, Half]

THURSDAY, FRIDAY = date(2026, 11, 12), date(2026, 11, 13)
MONDAY = date(2026, 11, 16)


def sessions(*days: date, but: set[Session] = frozenset()) -> set[Session]:
    return {(on, half) for on in days for half in Half} - but


def a_class(name: str, held: set[Session], *, pupils: int = 25, code: str = "/") -> ClassMarks:
    lines = from_marks((on, half, code) for on, half in held if on >= date(2026, 9, 1))
    return ClassMarks(name, pupils, marked_sessions(lines.get(2026, BLANK)))


def cover(
    *classes: ClassMarks, until: date, calendar: SchoolCalendar = CALENDAR, had_registers: bool = False
) -> RegisterCoverage:
    return register_coverage(calendar, classes, until, had_registers=had_registers)


def test_a_class_has_the_marks_of_its_pupils_and_the_size_of_its_roll() -> None:
    here = from_marks([(THURSDAY, AM, "/"), (date(2025, 11, 12), PM, "\\")])
    gone = from_marks([(FRIDAY, PM, "O")])
    found = class_marks(
        [("9A", True, here), ("9A", False, gone), ("9B", True, {2026: BLANK}), ("", True, {})]
    )
    both = marked_sessions(here[2026]) | marked_sessions(gone[2026])
    assert found == {
        2025: (ClassMarks("9A", 1, marked_sessions(here[2025])),),
        2026: (ClassMarks("9A", 1, both),),
    }
    assert both.bit_count() == 2


def test_every_school_day_with_a_mark_is_covered() -> None:
    days = school_days(OPENS, 30)
    found = cover(a_class("7A", sessions(*days)), until=days[-1])
    assert found == RegisterCoverage(school_days=30, last_on=days[-1])


def test_days_without_any_mark_are_missing_before_and_after_the_last_register() -> None:
    held = [on for on in school_days(OPENS, 60) if on <= MONDAY and on not in {THURSDAY, FRIDAY}]
    found = cover(a_class("", sessions(*held)), until=date(2026, 11, 18))
    assert found.missing == (THURSDAY, FRIDAY, date(2026, 11, 17), date(2026, 11, 18))
    assert found.last_on == MONDAY


def test_holidays_inset_and_closures_are_not_missing() -> None:
    calendar = SchoolCalendar((*CALENDAR.periods, closure("2026-11-12")), BANK_HOLIDAYS)
    held = sessions(date(2026, 10, 23), FRIDAY)
    found = cover(a_class("", held), until=FRIDAY, calendar=calendar)
    assert found.missing == tuple(dates(date(2026, 11, 3), date(2026, 11, 11)))[:4] + tuple(
        dates(date(2026, 11, 9), date(2026, 11, 11))
    )


def test_without_terms_every_weekday_but_bank_holidays_is_expected_from_the_first_register() -> None:
    held = sessions(date(2026, 12, 23), date(2026, 12, 30))
    found = cover(a_class("", held), until=date(2027, 1, 3), calendar=WITHOUT_TERMS)
    assert found.missing == (date(2026, 12, 24), date(2026, 12, 29), date(2026, 12, 31))


def test_days_marked_as_no_session_are_covered() -> None:
    found = cover(a_class("", sessions(THURSDAY, FRIDAY), code="#"), until=FRIDAY, calendar=WITHOUT_TERMS)
    assert (found.missing, found.partial) == ((), ())


def test_nothing_is_expected_of_a_school_that_never_sent_a_register() -> None:
    assert cover(until=FRIDAY) == RegisterCoverage()
    assert cover(a_class("7A", set()), until=FRIDAY) == RegisterCoverage()


def test_a_school_that_sent_registers_last_year_is_expected_to_from_the_first_day_of_term() -> None:
    assert cover(until=date(2026, 9, 4), had_registers=True).missing == (
        OPENS,
        date(2026, 9, 3),
        date(2026, 9, 4),
    )
    late = cover(a_class("", sessions(date(2026, 9, 4))), until=date(2026, 9, 4), had_registers=True)
    assert late.missing == (OPENS, date(2026, 9, 3))


def test_without_terms_the_year_begins_with_its_first_register() -> None:
    held = a_class("", sessions(date(2026, 9, 4)))
    found = cover(held, until=date(2026, 9, 4), calendar=WITHOUT_TERMS, had_registers=True)
    assert found == RegisterCoverage(school_days=1, last_on=date(2026, 9, 4))


@pytest.mark.parametrize(
    ("terms", "last_expected"),
    [
        ((), date(2027, 7, 23)),
        ((Period(PeriodKind.TERM, OPENS, date(2026, 12, 18)),), date(2027, 7, 23)),
        ((Period(PeriodKind.TERM, OPENS, date(2027, 7, 16)),), date(2027, 7, 16)),
        ((Period(PeriodKind.TERM, date(2025, 9, 2), date(2026, 7, 20)),), date(2027, 7, 23)),
    ],
    ids=["no terms", "autumn only", "summer entered", "last year's"],
)
def test_beyond_the_terms_entered_weekdays_stand_in_up_to_the_summer(
    terms: tuple[Period, ...], last_expected: date
) -> None:
    held = a_class("", sessions(date(2026, 9, 2)))
    calendar = SchoolCalendar(terms, BANK_HOLIDAYS)
    assert cover(held, until=date(2027, 8, 31), calendar=calendar).missing[-1] == last_expected


def test_marks_on_a_saturday_open_nothing() -> None:
    saturday = FRIDAY + timedelta(days=1)
    assert cover(a_class("", sessions(saturday)), until=MONDAY) == RegisterCoverage()
    found = cover(a_class("", sessions(THURSDAY, saturday)), until=saturday)
    assert (found.last_on, found.missing) == (THURSDAY, (FRIDAY,))


def test_marks_after_the_day_do_not_count_yet() -> None:
    found = cover(a_class("", sessions(THURSDAY, FRIDAY, MONDAY)), until=FRIDAY)
    assert found == RegisterCoverage(school_days=2, last_on=FRIDAY)


@pytest.mark.parametrize("half", Half)
def test_a_day_with_one_half_only_is_partly_covered(half: Half) -> None:
    held = sessions(THURSDAY, FRIDAY, but={(FRIDAY, half)})
    found = cover(a_class("", held), until=FRIDAY)
    assert (found.missing, found.partial) == ((), (PartDay(FRIDAY, half, ()),))


def test_an_afternoon_that_the_school_was_closed_is_not_missed() -> None:
    calendar = SchoolCalendar((*CALENDAR.periods, closure("2026-11-13", PM)), BANK_HOLIDAYS)
    held = sessions(THURSDAY, FRIDAY, but={(FRIDAY, PM)})
    assert cover(a_class("", held), until=FRIDAY, calendar=calendar).partial == ()


def test_a_whole_class_without_marks_is_named_for_the_day() -> None:
    found = cover(
        a_class("9A", sessions(THURSDAY, FRIDAY, MONDAY)),
        a_class("9B", sessions(THURSDAY, MONDAY)),
        a_class("9C", sessions(THURSDAY), pupils=2),
        a_class("", sessions(THURSDAY)),
        until=MONDAY,
    )
    assert found.partial == (PartDay(FRIDAY, None, ("9B",)),)


def test_a_class_is_looked_at_from_its_own_first_mark() -> None:
    found = cover(
        a_class("9A", sessions(THURSDAY, FRIDAY, MONDAY)),
        a_class("New", sessions(FRIDAY)),
        a_class("Empty", set()),
        until=MONDAY,
    )
    assert found.partial == (PartDay(MONDAY, None, ("New",)),)


spans = st.integers(0, 60).map(lambda number: OPENS + timedelta(days=number))
some_sessions = st.sets(st.tuples(spans, st.sampled_from(Half)), max_size=80)


@given(
    st.lists(some_sessions, min_size=1, max_size=3),
    st.sampled_from([CALENDAR, WITHOUT_TERMS]),
    spans,
    st.booleans(),
)
def test_coverage_is_what_a_plain_model_says(
    classes: list[set[Session]], calendar: SchoolCalendar, until: date, had_registers: bool
) -> None:
    found = cover(
        *(a_class(f"7{number}", held) for number, held in enumerate(classes)),
        until=until,
        calendar=calendar,
        had_registers=had_registers,
    )
    marked = {(on, half) for held in classes for on, half in held if on <= until and on.weekday() < 5}
    first_on = min((on for on, _ in marked), default=None)
    if had_registers and (calendar.is_planned or first_on is None):
        first_on = date(2026, 9, 1)
    expected = [on for on in dates(first_on, until) if calendar.is_school_day(on)] if first_on else []
    assert found.school_days == len(expected)
    assert found.missing == tuple(on for on in expected if not marked & sessions(on))
    held_on = {on for on in expected if marked & sessions(on)}
    assert {part.on for part in found.partial if part.half} == {
        on for on in held_on if len(marked & sessions(on)) < 2
    }
    for number, held in enumerate(classes):
        own = [on for on, _ in held if on.weekday() < 5]
        quiet = {on for on in held_on if own and on > min(own) and not held & sessions(on)}
        assert {part.on for part in found.partial if f"7{number}" in part.classes} == quiet


@given(some_sessions, some_sessions)
def test_more_marks_never_leave_more_days_missing_between_the_same_dates(
    marks: set[Session], more: set[Session]
) -> None:
    first, until = sessions(OPENS), OPENS + timedelta(days=60)
    fewer = cover(a_class("", marks | first), until=until)
    assert set(cover(a_class("", marks | more | first), until=until).missing) <= set(fewer.missing)
