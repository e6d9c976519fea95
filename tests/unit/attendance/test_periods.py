"""Editing a calendar: edits, what is wrong with them, and calendar files as people save them."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.calendar import CalendarUnreadable, Period, PeriodKind, read_calendar
from cme.attendance.codes import Half
from cme.attendance.periods import (
    MOST_ENTRIES,
    Edit,
    EntryGone,
    apply,
    copy_year,
    describe,
    difference,
    faults_of,
    find,
    fingerprint,
    in_order,
    key_of,
    read_calendar_file,
    read_edit,
    replace_span,
    write_calendar,
    write_edit,
    year_of,
)

TODAY = date(2026, 11, 20)
TERM = Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 10, 23), "Autumn")
LATER = Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn")
NEXT_YEAR = Period(PeriodKind.TERM, date(2027, 9, 1), date(2027, 10, 22), "Autumn")
INSET = Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2))
BOILER = Period(PeriodKind.CLOSURE, date(2026, 11, 12), date(2026, 11, 13), "Boiler")

NOTES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
PERIODS = st.builds(
    lambda kind, first_on, days, note, half: Period(
        kind, first_on, first_on + timedelta(days=days), note, half
    ),
    st.sampled_from(PeriodKind),
    st.dates(date(2025, 9, 1), date(2028, 8, 1)),
    st.integers(0, 60),
    NOTES,
    st.none() | st.sampled_from(Half),
)
CALENDARS = st.frozensets(PERIODS, max_size=8)


@given(CALENDARS, CALENDARS)
def test_a_difference_makes_the_one_calendar_of_the_other(
    old: frozenset[Period], new: frozenset[Period]
) -> None:
    assert set(apply(old, difference(old, new))) == new


@given(CALENDARS, CALENDARS)
def test_a_form_carries_an_edit_as_it_is(removed: frozenset[Period], added: frozenset[Period]) -> None:
    edit = Edit(in_order(removed), in_order(added))
    assert read_edit(write_edit(edit)) == edit


@given(CALENDARS)
def test_a_calendar_that_is_downloaded_is_read_again(periods: frozenset[Period]) -> None:
    assert set(read_calendar(write_calendar([*periods, TERM]))) == periods | {TERM}


@given(CALENDARS, st.randoms())
def test_a_fingerprint_is_of_the_entries_and_not_of_their_order(
    periods: frozenset[Period], chance: object
) -> None:
    shuffled = sorted(periods, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert fingerprint(shuffled) == fingerprint(periods)
    assert fingerprint([*periods - {BOILER}, BOILER]) != fingerprint(periods - {BOILER})


@given(PERIODS)
def test_an_entry_is_found_by_its_key(period: Period) -> None:
    assert find([TERM, period], key_of(period)) in {TERM, period}
    assert find([], key_of(period)) is None


def test_an_edit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(EntryGone):
        apply([TERM], Edit(removed=(BOILER,)))
    with pytest.raises(EntryGone):
        apply([TERM], Edit(added=(TERM,)))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "[[],[],[]]", "[[1],[]]", '[[["term","2026-09-02"]],[]]', '{"a":1}', "[" * 9999,
     '[[["term","2026-09-02","2026-10-23",5,""]],[]]', '[[["gala","2026-09-02","2026-10-23","",""]],[]]',
     json.dumps([[], [["term", "2026-09-02", "2026-10-23", "", ""]] * (2 * MOST_ENTRIES + 1)])],
)  # fmt: skip
def test_what_no_form_of_ours_carries_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_edit(text)


def test_a_file_replaces_the_dates_that_it_covers_and_no_others() -> None:
    moved = Period(PeriodKind.TERM, date(2026, 9, 3), date(2026, 10, 23), "Autumn")
    edit = replace_span([TERM, LATER, BOILER, NEXT_YEAR], [moved, LATER])
    assert edit == Edit(removed=(TERM, BOILER), added=(moved,))


def test_a_term_alone_leaves_the_other_terms_of_its_year() -> None:
    spring = Period(PeriodKind.TERM, date(2027, 1, 4), date(2027, 3, 25), "Spring")
    offered = Period(PeriodKind.TERM, date(2026, 9, 1), date(2026, 12, 18))
    for edit in (
        replace_span([TERM, LATER, spring], [offered]),
        copy_year([TERM, LATER, spring], [offered], 2026),
    ):
        assert edit == Edit(removed=(TERM, LATER), added=(offered,))


def test_one_closure_in_a_file_takes_no_term_out() -> None:
    flood = Period(PeriodKind.CLOSURE, date(2026, 11, 13), date(2026, 11, 16), "Flood")
    assert replace_span([TERM, LATER, INSET, BOILER], [flood]) == Edit(removed=(BOILER,), added=(flood,))


@given(CALENDARS, CALENDARS, st.integers(2025, 2027))
def test_what_lies_outside_the_dates_given_always_stays(
    own: frozenset[Period], given_entries: frozenset[Period], year: int
) -> None:
    offered = {each for each in given_entries if year_of(each) == year}
    for edit, source in (
        (replace_span(own, given_entries), given_entries),
        (copy_year(own, given_entries, year), offered),
    ):
        first_on = min((each.first_on for each in source), default=date.max)
        last_on = max((each.last_on for each in source), default=date.min)
        assert all(each.first_on <= last_on and first_on <= each.last_on for each in edit.removed)
        if not any(each.kind is PeriodKind.TERM for each in source):
            assert not any(each.kind is PeriodKind.TERM for each in edit.removed)
        assert set(edit.added) <= set(source)
    assert set(given_entries) <= set(apply(own, replace_span(own, given_entries)))
    copied = copy_year(own, given_entries, year)
    assert not any(each.kind in (PeriodKind.INSET, PeriodKind.CLOSURE) for each in copied.removed)
    assert {each for each in offered if each.kind in (PeriodKind.TERM, PeriodKind.HOLIDAY)} <= set(
        apply(own, copied)
    )


def test_copying_takes_terms_and_holidays_and_leaves_the_schools_own_days() -> None:
    offered = [
        Period(PeriodKind.TERM, date(2026, 9, 7), date(2026, 10, 23)),
        Period(PeriodKind.INSET, date(2026, 9, 7), date(2026, 9, 7)),
        Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2), "Offered"),
        NEXT_YEAR,
    ]
    after = apply([TERM, INSET, BOILER], copy_year([TERM, INSET, BOILER], offered, 2026))
    assert set(after) == {offered[0], offered[1], INSET, BOILER}


@pytest.mark.parametrize(
    ("entry", "field", "says"),
    [
        (Period(PeriodKind.CLOSURE, date(2026, 11, 13), date(2026, 11, 12), "Boiler"), "last_on", "before"),
        (Period(PeriodKind.CLOSURE, date(2026, 11, 12), date(2027, 11, 13), "Boiler"), "last_on", "a year"),
        (Period(PeriodKind.CLOSURE, date(2062, 11, 12), date(2062, 11, 12), "Boiler"), "first_on",
         "between 1 September 2019 and 31 August 2030"),
        (Period(PeriodKind.CLOSURE, date(2026, 11, 12), date(2026, 11, 12)), "note", "why the school is"),
        (Period(PeriodKind.CLOSURE, date(2026, 11, 12), date(2026, 11, 12), "=1+1"), "note", "cannot begin"),
        (Period(PeriodKind.CLOSURE, date(2026, 11, 12), date(2026, 11, 12), "x" * 201), "note", "200"),
        (Period(PeriodKind.HOLIDAY, date(2026, 11, 12), date(2026, 11, 12), half=Half.AM), "half", "whole"),
        (Period(PeriodKind.TERM, date(2027, 1, 4), date(2027, 9, 3)), "last_on", "31 August 2027"),
        (Period(PeriodKind.TERM, date(2026, 10, 19), date(2026, 11, 20)), "first_on",
         "overlap the term 2 September 2026 to 23 October 2026 (Autumn)"),
        (Period(PeriodKind.CLOSURE, date(2026, 11, 13), date(2026, 11, 13), "Snow", Half.PM), "first_on",
         "overlap the closure 12 November 2026 to 13 November 2026 (Boiler)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_is_said_where_it_is(entry: Period, field: str, says: str) -> None:
    faults = faults_of([TERM, LATER, BOILER], Edit(added=(entry,)), today=TODAY)
    assert (faults[0].field, faults[0].period) == (field, entry)
    assert says in faults[0].message


def test_entries_of_other_kinds_or_other_halves_do_not_clash() -> None:
    snow = [Period(PeriodKind.CLOSURE, date(2026, 11, 19), date(2026, 11, 19), "Snow", half) for half in Half]
    added = (Period(PeriodKind.INSET, date(2026, 11, 12), date(2026, 11, 12)), *snow)
    assert faults_of([TERM, LATER, BOILER], Edit(added=added), today=TODAY) == []


def test_an_entry_may_be_moved_over_where_it_was() -> None:
    moved = Period(PeriodKind.TERM, date(2026, 9, 3), date(2026, 10, 23), "Autumn")
    assert faults_of([TERM, LATER], Edit((TERM,), (moved,)), today=TODAY) == []


def test_two_entries_that_come_together_may_not_clash_either() -> None:
    both = (BOILER, Period(PeriodKind.CLOSURE, date(2026, 11, 13), date(2026, 11, 14), "Snow"))
    assert [fault.period for fault in faults_of([], Edit(added=both), today=TODAY)] == [both[1]]


FILE = b"kind,first_on,last_on,note,half\r\nterm,2026-09-02,2026-10-23,Autumn,\r\n"


@pytest.mark.parametrize(
    "content",
    [
        FILE,
        FILE.replace(b"2026-09-02", b"02/09/2026").replace(b"2026-10-23", b"23/10/2026"),
        FILE.replace(b"2026-09-02", b"2/9/2026"),
        FILE.decode().encode("utf-16"),
        FILE.decode().encode("utf-8-sig"),
        FILE.replace(b"Autumn", b"  Autumn "),
    ],
    ids=["ISO", "day first", "short", "UTF-16", "byte order mark", "spaces"],
)
def test_a_calendar_file_is_read_as_it_was_saved(content: bytes) -> None:
    assert read_calendar_file(content) == (TERM,)


def test_a_date_inside_a_note_stays_as_it_is() -> None:
    (period,) = read_calendar_file(FILE.replace(b"Autumn", b"until 02/09/2026"))
    assert period.note == "until 02/09/2026"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04", "save the calendar as CSV"),
        (b"a" * 200_001, "too large"),
        (FILE + b"term,2026-09-02,2026-10-23,Again,\r\n", "twice"),
        (FILE + b"closure,2026-09-02,2026-09-02,x,\r\n" * 400, "at most 400"),
        (FILE.replace(b"2026-09-02", b"2026-13-02"), "Line 2"),
        (b'kind,first_on,last_on\r\n"' + b"a" * 140_000, "cannot be read as CSV"),
        (b"\xff\xfea", "not a text file"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(CalendarUnreadable, match=says):
        read_calendar_file(content)


def test_an_entry_is_described_in_words() -> None:
    half = Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2), half=Half.PM)
    assert describe(half) == "the INSET day 2 November 2026, afternoon"
    assert describe(BOILER) == "the closure 12 November 2026 to 13 November 2026 (Boiler)"
