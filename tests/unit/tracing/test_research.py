"""When the authority searches again."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cme.tracing.research import Search, ends_on, first_dates, next_search, schedule

START = date(2026, 11, 20)
TERMS = (date(2027, 1, 4), date(2027, 4, 12), date(2027, 9, 6), date(2028, 1, 10))


def weeks(number: int) -> date:
    return START + timedelta(weeks=number)


def test_searches_come_after_4_8_and_12_weeks_then_with_each_term() -> None:
    on, found = START, []
    for _ in range(6):
        on = next_search(first_dates(START), on, TERMS)
        found.append(on)
    assert found == [weeks(4), weeks(8), weeks(12), date(2027, 4, 12), date(2027, 9, 6), date(2028, 1, 10)]
    assert next_search(first_dates(START), on, TERMS) == on + timedelta(weeks=13)


def test_the_schedule_shows_what_was_due_when_it_was_done_and_what_is_next() -> None:
    rows = schedule(first_dates(START), START, [weeks(9), weeks(10)], term_starts=TERMS)
    assert rows == (
        Search(weeks(4), weeks(9)),
        Search(weeks(8), weeks(9)),
        Search(None, weeks(10)),
        Search(weeks(12)),
    )
    assert rows[-1].is_overdue(weeks(13))
    assert not rows[-1].is_overdue(weeks(12))
    assert not rows[0].is_overdue(weeks(13))


def test_no_search_is_due_once_compulsory_school_age_has_ended() -> None:
    until_on = ends_on(date(2010, 9, 2))
    assert until_on == date(2027, 6, 25)
    done = [weeks(4), weeks(8), weeks(12), date(2027, 4, 12)]
    rows = schedule(first_dates(START), START, done, term_starts=TERMS, until_on=until_on)
    assert len(rows) == 4
    assert all(each.done_on for each in rows)
    assert ends_on(None) is None


def test_a_search_that_is_reopened_starts_again() -> None:
    again_on = date(2027, 6, 1)
    rows = schedule(first_dates(again_on), again_on, [weeks(4), weeks(8)])
    assert rows == (Search(again_on + timedelta(weeks=4)),)


@given(st.lists(st.integers(0, 1500)), st.lists(st.integers(0, 1500), unique=True), st.integers(0, 1500))
def test_every_search_due_before_the_last_one_done_is_shown_as_done(
    done: list[int], terms: list[int], last: int
) -> None:
    def on(days: int) -> date:
        return START + timedelta(days=days)

    until_on = on(last)
    rows = schedule(
        first_dates(START),
        START,
        map(on, done),
        term_starts=sorted(map(on, terms)),
        until_on=until_on,
    )
    open_rows = [each for each in rows if each.done_on is None]
    assert len(open_rows) <= 1
    assert open_rows in ([], [rows[-1]] if rows else [])
    assert {each.done_on for each in rows} - {None} == set(map(on, done))
    due = [each.due_on for each in rows if each.due_on]
    assert due == sorted(due)
    assert all(each <= until_on for each in due)
    assert len(set(due)) == len(due)
