"""Children who are missing: the clocks, the count of repeats, and what an entry must hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.casework.policy.pack import load_pack
from cme.casework.safety.found import read_found_items
from cme.casework.safety.missing import (
    Episode,
    EpisodeEntry,
    Risk,
    count_in_window,
    entry_faults,
    escalations,
    found_faults,
    repeats,
    support_status,
)

DARLINGTON, ESSEX = load_pack("darlington"), load_pack("essex")
NOTICED = datetime(2026, 11, 20, 10, 45, tzinfo=UTC)
BABY, CHILD = date(2018, 5, 4), date(2014, 5, 4)


def due(episode: Episode, born_on: date | None = CHILD) -> list[tuple[str, timedelta]]:
    return [(each.contact, each.due_at - NOTICED) for each in escalations(episode, DARLINGTON, born_on)]


def test_any_child_is_escalated_after_a_day_and_after_three() -> None:
    assert due(Episode(NOTICED)) == [
        ("head_of_service", timedelta(hours=24)),
        ("assistant_director", timedelta(hours=72)),
    ]


def test_a_child_under_ten_is_escalated_after_three_hours() -> None:
    assert due(Episode(NOTICED), BABY)[0] == ("head_of_service", timedelta(hours=3))


def test_without_a_birth_date_nobody_is_taken_to_be_young() -> None:
    assert due(Episode(NOTICED), None) == due(Episode(NOTICED))


def test_the_tenth_birthday_is_judged_on_the_day_that_somebody_noticed() -> None:
    tenth = date(2016, 11, 20)
    assert due(Episode(NOTICED), tenth) == due(Episode(NOTICED))
    assert due(Episode(NOTICED), tenth + timedelta(days=1))[0][1] == timedelta(hours=3)


def test_a_very_high_risk_reaches_the_director_at_once() -> None:
    assert due(Episode(NOTICED, risk=Risk.VERY_HIGH))[0] == ("director", timedelta())


def test_the_clocks_run_through_nights_weekends_and_the_change_of_the_hour() -> None:
    before_change = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    [_, last] = escalations(Episode(before_change), DARLINGTON, CHILD)
    assert last.due_at == before_change + timedelta(hours=72)


def test_an_area_that_names_nobody_escalates_nothing() -> None:
    assert escalations(Episode(NOTICED), ESSEX, BABY) == ()


def reported(*ages: int) -> list[Episode]:
    """Episodes that the police were told of, so many days before the last."""
    return [Episode(NOTICED - timedelta(days=days), NOTICED, is_reported=True) for days in ages]


@pytest.mark.parametrize(
    ("ages", "crossings"),
    [
        pytest.param([0], 0, id="one"),
        pytest.param([10, 0], 0, id="two"),
        pytest.param([20, 10, 0], 1, id="three"),
        pytest.param([89, 10, 0], 1, id="the ninetieth day is within"),
        pytest.param([90, 10, 0], 0, id="the ninety-first is not"),
        pytest.param([30, 20, 10, 0], 1, id="a fourth is no new crossing"),
        pytest.param([200, 190, 180, 20, 10, 0], 2, id="two crossings"),
    ],
)
def test_three_in_ninety_days_is_told_once_for_each_crossing(ages: list[int], crossings: int) -> None:
    assert len(repeats(reported(*ages), DARLINGTON)) == crossings


def test_records_of_the_school_alone_stand_beside_the_count() -> None:
    episodes = [*reported(10, 0), Episode(NOTICED - timedelta(days=5), NOTICED)]
    assert repeats(episodes, DARLINGTON) == ()
    assert count_in_window(episodes, DARLINGTON, NOTICED.date()) == (2, 1)


AGES = st.lists(st.integers(0, 400), max_size=12)


@given(AGES, st.integers(0, 400))
def test_a_further_episode_never_lowers_the_count(ages: list[int], more: int) -> None:
    before, _ = count_in_window(reported(*ages), DARLINGTON, NOTICED.date())
    after, _ = count_in_window(reported(*ages, more), DARLINGTON, NOTICED.date())
    assert after >= before


@given(AGES)
def test_the_order_in_which_episodes_are_known_changes_nothing(ages: list[int]) -> None:
    assert repeats(reported(*ages), DARLINGTON) == repeats(reported(*reversed(ages)), DARLINGTON)


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (["early_help", "social_worker"], "social care"),
        (["early_help"], "Early Help"),
        (["ehc_plan"], "Not open"),
        ([], "Not open"),
    ],
)
def test_the_advice_fits_the_service_that_knows_the_child(flags: list[str], word: str) -> None:
    assert word in support_status(flags).advice


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        (EpisodeEntry(NOTICED), []),
        (EpisodeEntry(None), ["noticed_at"]),
        (EpisodeEntry(NOTICED + timedelta(hours=2)), ["noticed_at"]),
        (EpisodeEntry(NOTICED, police_told_at=NOTICED + timedelta(hours=2)), ["police_told_at"]),
    ],
)
def test_only_the_time_must_be_there_and_none_may_lie_ahead(entry: EpisodeEntry, fields: list[str]) -> None:
    assert [name for name, _ in entry_faults(entry, NOTICED + timedelta(hours=1))] == fields


@pytest.mark.parametrize(
    ("found_at", "how", "fields"),
    [
        (NOTICED + timedelta(minutes=5), "Seen in the library", []),
        (None, "Seen in the library", ["found_at"]),
        (NOTICED - timedelta(minutes=5), "Seen in the library", ["found_at"]),
        (NOTICED + timedelta(hours=2), "Seen in the library", ["found_at"]),
        (NOTICED, "  ", ["found_how"]),
    ],
)
def test_a_child_is_found_when_somebody_saw_the_child(
    found_at: datetime | None, how: str, fields: list[str]
) -> None:
    faults = found_faults(NOTICED, found_at, how, NOTICED + timedelta(hours=1))
    assert [name for name, _ in faults] == fields


def test_every_item_of_the_checklist_has_words_an_owner_and_a_source() -> None:
    items = read_found_items().values()
    assert len(items) == 10
    assert all(each.label and each.hint and each.source for each in items)
    assert len({each.label for each in items}) == len(items)
