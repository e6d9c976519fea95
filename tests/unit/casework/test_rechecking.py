"""The authority looks again for a child who is not found: the one rule of the next date."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.casework.deadlines import duties
from cme.casework.enquiries.enquiry import EnquiryEntry, Method, Result, faults
from cme.casework.enquiries.rechecking import SOURCES, from_words, in_words, plan_of, recheck_due_on
from cme.casework.events import Event, EventKind
from cme.casework.folding import record
from cme.casework.stages import Stage
from cme.casework.state import CaseState
from tests.unit.casework.pupils import CALENDAR, facts

REMOVED_ON = date(2026, 11, 20)
STATE = CaseState(stage=Stage.TRACE, removed_on=REMOVED_ON)
KNOWN = facts("P", "O*20")
FIRST, SECOND = date(2026, 12, 18), date(2027, 1, 15)


def test_nothing_is_planned_before_a_removal() -> None:
    assert plan_of(CaseState(), KNOWN, CALENDAR) == ()
    assert recheck_due_on(CaseState(), KNOWN, CALENDAR) is None


def test_the_first_dates_are_all_planned_and_the_duty_is_the_first_of_them() -> None:
    searches = plan_of(STATE, KNOWN, CALENDAR)
    assert [each.due_on for each in searches] == [FIRST, SECOND, date(2027, 2, 12)]
    (owed,) = (each for each in duties(STATE, KNOWN, CALENDAR) if each.what.startswith("Check again"))
    assert owed.due_on == recheck_due_on(STATE, KNOWN, CALENDAR) == FIRST


@pytest.mark.parametrize(("ground", "limb", "due_on"), [("i", "a", FIRST), ("i", "b", None), ("f", "", None)])
def test_nobody_looks_for_a_child_of_whom_the_removal_says_where_it_is(
    ground: str, limb: str, due_on: date | None
) -> None:
    removed = replace(STATE, stage=Stage.REMOVED, ground=ground, limb=limb)
    owed = {each.what: each.due_on for each in duties(removed, KNOWN, CALENDAR)}
    assert owed.get("Check again for the child") == due_on


def test_the_search_is_owed_while_the_pupil_file_is_not_uploaded_too() -> None:
    owed = duties(replace(STATE, stage=Stage.REMOVED), KNOWN, CALENDAR)
    assert ("Check again for the child", FIRST) in [(each.what, each.due_on) for each in owed]


def test_a_search_counts_on_the_day_on_which_it_was_made_and_ends_what_was_due() -> None:
    early = replace(KNOWN, rechecked_on=(date(2026, 12, 1),))
    assert recheck_due_on(STATE, early, CALENDAR) == FIRST
    late = replace(KNOWN, rechecked_on=(date(2027, 1, 20),))
    assert recheck_due_on(STATE, late, CALENDAR) == date(2027, 2, 12)
    before = replace(KNOWN, rechecked_on=(date(2026, 11, 2),))
    assert recheck_due_on(STATE, before, CALENDAR) == FIRST


def test_a_trace_without_a_find_feeds_the_next_date() -> None:
    assert recheck_due_on(replace(STATE, no_trace_on=(FIRST,)), KNOWN, CALENDAR) == SECOND


def test_after_the_first_dates_a_search_comes_with_each_term() -> None:
    terms = SchoolCalendar(
        (
            *CALENDAR.periods,
            Period(PeriodKind.TERM, date(2027, 1, 4), date(2027, 3, 25)),
            Period(PeriodKind.TERM, date(2027, 4, 12), date(2027, 7, 22)),
        )
    )
    made = replace(KNOWN, rechecked_on=(FIRST, SECOND, date(2027, 2, 12)))
    assert recheck_due_on(STATE, made, terms) == date(2027, 4, 12)
    assert recheck_due_on(STATE, made, CALENDAR) == date(2027, 5, 14)


@pytest.mark.parametrize(
    ("born_on", "due_on"), [(date(2010, 9, 1), FIRST), (date(2010, 8, 31), None), (None, FIRST)]
)
def test_no_search_is_planned_beyond_compulsory_school_age(born_on: date | None, due_on: date | None) -> None:
    """A child who is 16 by the end of August 2026 is of age until the last Friday of June before."""
    assert recheck_due_on(STATE, replace(KNOWN, born_on=born_on), CALENDAR) == due_on


def test_a_child_who_was_found_and_is_looked_for_again_has_dates_of_a_new_start() -> None:
    found = replace(STATE, located_on=date(2027, 1, 4))
    again = record(found, Event(EventKind.TRACE_SENT, date(2027, 3, 1), {"stage": "trace"}))
    assert recheck_due_on(again, replace(KNOWN, rechecked_on=(FIRST,)), CALENDAR) == date(2027, 3, 29)
    sent = record(STATE, Event(EventKind.TRACE_SENT, date(2027, 3, 1), {"stage": "trace"}))
    assert sent.searched_anew_on is None


def test_where_the_authority_looked_is_kept_in_words_and_read_back() -> None:
    words = in_words(("imports", "lpd", "x"), " The new landlord ")
    assert words == "Lost Pupil Database; recent imports; The new landlord"
    assert from_words(words) == (("lpd", "imports"), "The new landlord")
    assert from_words("") == ((), "")
    assert len(in_words(SOURCES)) < 120


def test_a_search_says_where_somebody_looked() -> None:
    at = datetime(2026, 12, 18, 10, tzinfo=UTC)
    entry = EnquiryEntry("E48", at, "C. Bowen", Result.AGENCY_NO_TRACE, method=Method.RECORDS)
    assert [each.field for each in faults(entry, at=at)] == ["contacted"]
    assert faults(replace(entry, contacted=in_words(("lpd",))), at=at) == ()
