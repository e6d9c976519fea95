"""Measures over many cases: what counts, and what is not told of few."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.casework.measures import (
    AGES,
    LOCATED,
    Episode,
    age_of,
    days_to_visit,
    measure,
    middle,
)
from cme.casework.outcomes import NOT_LOCATED, read_outcomes

TODAY = date(2026, 11, 20)
DAY_1 = date(2026, 11, 2)
DAY_5 = date(2026, 11, 6)
ONE = Episode(absent_from_on=DAY_1, day_5_on=DAY_5)


def test_a_first_contact_counts_on_the_first_day_and_no_later() -> None:
    found = measure([replace(ONE, contacts=(DAY_1, DAY_5)), replace(ONE, contacts=(DAY_5,)), ONE], TODAY)
    assert (found.first_contact.part, found.first_contact.whole) == (1, 3)


def test_a_visit_counts_by_the_fifth_school_day() -> None:
    late = DAY_5 + timedelta(days=1)
    found = measure([replace(ONE, visits=(late, DAY_5)), replace(ONE, visits=(late,))], TODAY)
    assert (found.visited.part, found.visited.whole) == (1, 2)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, day_5_on=TODAY + timedelta(days=1)),
        replace(ONE, closed_on=DAY_5 - timedelta(days=1)),
        Episode(),
    ],
)
def test_nobody_is_asked_for_a_visit_that_was_not_due(other: Episode) -> None:
    assert measure([ONE, other], TODAY).visited.whole == 1


def test_the_day_of_the_referral_is_the_count_when_it_was_sent() -> None:
    sent = [replace(ONE, referred_on=TODAY, referral_run=run) for run in (3, 9, 10, 11, 14)]
    found = measure(sent, TODAY)
    assert (found.referred_in_time.part, found.referred_in_time.whole, found.referral_day) == (3, 5, 10)


def test_times_run_from_the_referral() -> None:
    sent = replace(
        ONE,
        referred_on=DAY_5,
        acknowledged_on=DAY_5 + timedelta(days=2),
        result_on=DAY_5 + timedelta(days=9),
        closed_on=DAY_5 + timedelta(days=12),
        returned_for=("E18", "E18"),
    )
    found = measure([sent] * 5, TODAY)
    assert (found.acknowledged_days, found.result_days, found.outcome_days) == (2, 9, 12)
    assert (found.returned.part, found.returned_items["E18"]) == (5, 10)


def test_located_is_asked_of_endings_that_say_so() -> None:
    ends = [replace(ONE, outcome=code) for code in ("O01", "O05", "O14", "O25", "O22", "")]
    found = measure(ends, TODAY)
    assert (found.located.part, found.located.whole) == (2, 3)
    assert not LOCATED & NOT_LOCATED
    assert set(read_outcomes()) >= LOCATED | NOT_LOCATED


def test_a_median_of_few_is_not_told() -> None:
    assert middle([1, 2, 3, 4]) is None
    assert middle([1, 2, 3, 4, 90]) == 3
    assert days_to_visit([replace(ONE, visits=(DAY_5,))] * 4) is None
    assert days_to_visit([replace(ONE, visits=(DAY_5,))] * 5) == 4


def test_the_lower_edge_of_an_age_belongs_to_it() -> None:
    assert [age_of(days) for days in (0, 13, 14, 27, 28, 55, 56, 400)] == [
        name for name in AGES for _ in range(2)
    ]
