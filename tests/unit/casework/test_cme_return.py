"""The return to the DfE: who is counted, in which band, and who is left out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.attendance.age import compulsory_age
from cme.casework.outcomes import read_outcomes
from cme.casework.record.catalogue import duration_of, ends, read_durations, read_reasons
from cme.casework.record.census import census_days, days_to_offer, next_census, year_before
from cme.casework.record.returning import (
    NOT_KNOWN,
    YEAR_GROUPS,
    OnRoll,
    Recorded,
    count_return,
    counted_between,
    why_out,
    year_group_of,
)

CENSUS = date(2027, 1, 21)
BORN = date(2014, 5, 4)
ONE = Recorded(
    id=1,
    child=1,
    started_on=date(2026, 11, 30),
    ended_on=None,
    reason="unknown",
    sex="F",
    born_on=BORN,
)

REASONS = """Believed to have moved to another country
Believed to have moved to another local authority
Challenging school attendance order
Did not apply for school place at compulsory school age
Did not get school preference
Difficulty accessing suitable school place
Mental health
Moved in from another country
Moved in from another local authority
Not recorded
Offered school place but not yet accepted
Other
Parental decision not to register at school
Physical health
School application awaiting outcome
School dissatisfaction SEND
School dissatisfaction general
Unknown
Unsuitable elective home education
Waiting school start"""

BANDS = (
    "Less than 2 weeks",
    "2 to 4 weeks",
    "4 to 8 weeks",
    "8 to 12 weeks",
    "12 to 26 weeks",
    "26 to 52 weeks",
    "Over 52 weeks",
    "Unknown",
)


def several(number: int, **changes: object) -> list[Recorded]:
    """So many children, each like the one."""
    return [replace(ONE, **{"id": n, "child": n, **changes}) for n in range(1, number + 1)]  # type: ignore[arg-type]


def test_the_reasons_and_bands_are_the_dfes_word_for_word() -> None:
    assert list(read_reasons().values()) == REASONS.splitlines()
    assert tuple(band.label for band in read_durations()) == BANDS


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (0, BANDS[0]), (13, BANDS[0]), (14, BANDS[1]), (27, BANDS[1]), (28, BANDS[2]), (55, BANDS[2]),
        (56, BANDS[3]), (83, BANDS[3]), (84, BANDS[4]), (181, BANDS[4]), (182, BANDS[5]), (364, BANDS[5]),
        (365, BANDS[6]), (4000, BANDS[6]),
    ],
)  # fmt: skip
def test_the_lower_edge_of_a_band_belongs_to_it(days: int, label: str) -> None:
    assert duration_of(CENSUS - timedelta(days=days), CENSUS).label == label


def test_a_first_day_to_come_is_in_the_shortest_band() -> None:
    assert duration_of(CENSUS + timedelta(days=3), CENSUS).label == BANDS[0]


def test_an_unknown_first_day_is_an_unknown_duration() -> None:
    assert duration_of(None, CENSUS).label == "Unknown"


def test_l35_a_child_on_roll_is_not_in_the_figures_however_long_absent() -> None:
    """Attendance reference L35: on roll, day 15, census day."""
    on_roll = replace(ONE, rolls=(OnRoll(date(2025, 9, 2)),))
    assert why_out(on_roll, CENSUS) == "the child is on the roll of a school"
    found = count_return([on_roll], CENSUS)
    assert found.on_day.total == 0
    assert [why for _, why in found.left_out] == ["the child is on the roll of a school"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"started_on": None}, None),
        ({"started_on": CENSUS}, None),
        ({"started_on": CENSUS + timedelta(days=1)}, "the time on no roll began later"),
        ({"ended_on": CENSUS}, "the time on no roll had ended"),
        ({"ended_on": CENSUS + timedelta(days=1)}, None),
        ({"rolls": (OnRoll(date(2025, 9, 2), date(2026, 11, 30)),)}, None),
        ({"rolls": (OnRoll(date(2025, 9, 2), CENSUS),)}, None),
        (
            {"rolls": (OnRoll(date(2025, 9, 2), CENSUS + timedelta(days=1)),)},
            "the child is on the roll of a school",
        ),
        ({"rolls": (OnRoll(CENSUS),)}, "the child is on the roll of a school"),
        ({"rolls": (OnRoll(CENSUS + timedelta(days=1)),)}, None),
        ({"born_on": date(2022, 6, 1)}, "the child is not of compulsory school age"),
        ({"born_on": date(2010, 6, 1)}, "the child is not of compulsory school age"),
        ({"born_on": None}, None),
    ],
)
def test_who_is_left_out_and_why(changes: dict[str, object], why: str | None) -> None:
    assert why_out(replace(ONE, **changes), CENSUS) == why  # type: ignore[arg-type]


def test_the_first_and_the_last_day_of_compulsory_age_count() -> None:
    always = replace(ONE, started_on=date(2018, 1, 1))
    age, day = compulsory_age(BORN), timedelta(days=1)
    assert [why_out(always, on) is None for on in (age.first_on - day, age.first_on)] == [False, True]
    assert [why_out(always, on) is None for on in (age.last_on, age.last_on + day)] == [True, False]


def test_in_the_year_before_are_those_of_that_year_up_to_its_end() -> None:
    """A time that goes on, or ended later, is as long as it was when the year ended: our policy."""
    older = several(6, started_on=date(2026, 8, 1))
    ended = [replace(one, child=one.child + 10, ended_on=date(2026, 12, 1)) for one in older]
    earlier = [replace(one, child=one.child + 20, ended_on=date(2026, 8, 10)) for one in older]
    later = [replace(one, child=one.child + 30, started_on=date(2026, 9, 1)) for one in older]
    found = count_return([*older, *ended, *earlier, *later], CENSUS)
    assert found.in_year.total == 18
    assert found.in_year.tables["Duration"]["Less than 2 weeks"] == 6
    assert found.in_year.tables["Duration"]["4 to 8 weeks"] == 12


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"started_on": date(2026, 8, 31)}, True),
        ({"started_on": date(2026, 9, 1)}, False),
        ({"started_on": date(2025, 1, 1), "ended_on": date(2025, 9, 1)}, False),
        ({"started_on": date(2025, 1, 1), "ended_on": date(2025, 9, 2)}, True),
        ({"started_on": date(2025, 1, 1), "rolls": (OnRoll(date(2025, 6, 1)),)}, False),
        ({"started_on": date(2025, 1, 1), "rolls": (OnRoll(date(2025, 6, 1), date(2026, 3, 2)),)}, True),
        ({"started_on": date(2025, 1, 1), "born_on": date(2021, 5, 1)}, True),
        ({"started_on": date(2025, 1, 1), "born_on": date(2021, 10, 1)}, False),
    ],
)
def test_at_any_time_in_the_year_before(changes: dict[str, object], counts: bool) -> None:
    spell = replace(ONE, **changes)  # type: ignore[arg-type]
    assert counted_between(spell, *year_before(CENSUS)) is counts


def test_every_table_adds_up_to_its_total() -> None:
    spells = [
        *several(6),
        *[replace(one, id=one.id + 10, child=one.id + 10, sex="M", reason="other") for one in several(7)],
        *[
            replace(one, id=one.id + 20, child=one.id + 20, sex="", started_on=None, born_on=None, reason="x")
            for one in several(8)
        ],
    ]
    found = count_return(spells, CENSUS)
    assert found.on_day.total == 21
    for title, table in found.on_day.tables.items():
        assert sum(number or 0 for number in table.values()) == 21, title
    assert found.on_day.tables["Sex"] == {"Female": 6, "Male": 7, "Unknown": 8}
    assert found.on_day.tables["Primary reason"]["Not recorded"] == 8
    assert found.on_day.tables["Duration"]["Unknown"] == 8
    assert found.on_day.tables["Year group"][NOT_KNOWN] == 8


def test_few_children_are_hidden_and_no_total_gives_them_back() -> None:
    few = [replace(one, id=one.id + 50, child=one.id + 50, sex="M") for one in several(2)]
    found = count_return([*several(20), *few], CENSUS)
    assert found.on_day.total == 22
    assert found.on_day.tables["Sex"] == {"Female": None, "Male": None, "Unknown": 0}


def test_a_child_with_two_times_counts_once_with_the_last() -> None:
    twice = [
        replace(
            one, id=one.id + 100, started_on=date(2025, 10, 1), ended_on=date(2025, 11, 1), reason="other"
        )
        for one in several(6)
    ] + [replace(one, started_on=date(2026, 3, 2)) for one in several(6)]
    found = count_return(twice, CENSUS)
    assert (found.on_day.total, found.in_year.total) == (6, 6)
    assert found.in_year.tables["Primary reason"]["Unknown"] == 6
    assert found.in_year.tables["Duration"]["26 to 52 weeks"] == 6
    assert not found.left_out


def test_of_two_times_that_began_on_one_day_the_later_entered_counts() -> None:
    corrected = [replace(one, id=one.id + 100, reason="other") for one in several(6)]
    assert count_return([*corrected, *several(6)], CENSUS).on_day.tables["Primary reason"]["Other"] == 6


def test_flags_are_counted_beside() -> None:
    found = count_return([*several(6, flags=("ehc_plan", "looked_after")), *[
        replace(one, id=one.id + 9, child=one.id + 9) for one in several(7)]], CENSUS)  # fmt: skip
    assert found.on_day.tables["Education, health and care plan"] == {"Yes": 6, "No": 7}
    assert found.on_day.tables["Child protection plan"] == {"Yes": 0, "No": 13}


@pytest.mark.parametrize(
    ("born_on", "held", "name"),
    [
        (date(2022, 9, 1), "", NOT_KNOWN),
        (date(2021, 9, 1), "", "Reception"),
        (date(2021, 8, 31), "", "Year 1"),
        (date(2015, 9, 1), "", "Year 6"),
        (date(2015, 8, 31), "Year 3", "Year 7"),
        (None, "Year 9", "Year 9"),
        (None, "09", "Year 9"),
        (None, "R", "Reception"),
        (None, "Reception", "Reception"),
        (None, "12", NOT_KNOWN),
        (None, "", NOT_KNOWN),
        (None, "13", NOT_KNOWN),
        (None, "Nursery", NOT_KNOWN),
    ],
)
def test_the_year_group_is_by_the_birth_date_and_else_as_held(
    born_on: date | None, held: str, name: str
) -> None:
    spell = replace(ONE, born_on=born_on, year_group=held)
    assert year_group_of(spell, date(2026, 9, 30)) == name
    assert name in YEAR_GROUPS


def test_census_days_are_three_thursdays_unless_dates_are_set() -> None:
    assert census_days(2026) == (date(2026, 10, 1), date(2027, 1, 21), date(2027, 5, 20))
    assert next_census(date(2026, 10, 1)) == date(2026, 10, 1)
    assert next_census(date(2026, 10, 2)) == date(2027, 1, 21)
    assert next_census(date(2027, 5, 21)) == date(2027, 10, 7)
    given = (date(2026, 10, 8), date(2027, 1, 14))
    assert next_census(date(2026, 10, 2), given) == next_census(date(2026, 10, 8), given) == given[0]
    assert next_census(date(2027, 2, 1), given) == date(2027, 5, 20)
    assert days_to_offer(date(2026, 11, 1), given) == (date(2027, 1, 14), date(2026, 10, 8))
    assert days_to_offer(date(2027, 2, 1), given)[:2] == (date(2027, 5, 20), date(2027, 1, 14))
    assert days_to_offer(date(2026, 11, 22)) == (
        date(2027, 1, 21), date(2026, 10, 1), date(2026, 5, 21), date(2026, 1, 15), date(2025, 10, 2)
    )  # fmt: skip
    assert days_to_offer(date(2027, 6, 1))[0] == date(2027, 10, 7)


def test_the_year_before_is_the_academic_year_before_that_of_the_census() -> None:
    assert year_before(date(2026, 10, 1)) == (date(2025, 9, 1), date(2026, 8, 31))
    assert year_before(date(2027, 5, 20)) == (date(2025, 9, 1), date(2026, 8, 31))


def test_only_education_age_death_or_another_authority_end_the_time_on_no_roll() -> None:
    """To be located is no end: a child who lives too far away, or was excluded, is still on no roll."""
    in_education = {"O01", "O04", "O05", "O06", "O07", "O08", "O11", "O18"}
    nobody_to_count_here = {"O22", "O23", "O24", "O25", "O26"}
    assert set(ends()) == in_education | nobody_to_count_here
    assert all(label == read_outcomes()[code].label for code, label in ends().items())
