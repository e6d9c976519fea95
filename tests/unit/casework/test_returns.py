"""Which returns the marks ask for: the cases of the law about returns, and properties of the episodes."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.episodes import absences, sicknesses
from cme.attendance.runs import Place
from cme.casework.policy.pack import load_pack
from cme.casework.returns import Owed, ReturnKind, owed_returns
from tests.unit.attendance.build import OPENS, school_days, take

PACK = load_pack("darlington")
"""Ten days for attendance, fifteen for sickness: the law's, in every pack."""


def owed(text: str, **place: Any) -> list[Owed]:
    register = take(text)
    return list(owed_returns(register.lines, register.days, Place(**place), PACK))


A, S = ReturnKind.ATTENDANCE, ReturnKind.SICKNESS


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        pytest.param("P, O*9", [], id="L1"),
        pytest.param("P, O*10", [A], id="L2"),
        pytest.param("P, N*5, O*5", [A], id="L3"),
        pytest.param(r"P, O*9, O:\, O*3", [], id="L4"),
        pytest.param("P, O*6, I, O*6", [], id="L5"),
        pytest.param("P, G*10", [A], id="L10"),
        pytest.param("P, T*25", [], id="L12"),
        pytest.param("P, I*14", [], id="L13, a day before"),
        pytest.param("P, I*15", [S], id="L13"),
        pytest.param("P, R, O*9", [], id="L19"),
        pytest.param("P, O*10, P, O*10", [A, A], id="L21"),
        pytest.param("P, U*10", [A], id="L23"),
        pytest.param("P, O*10, P*5", [A], id="owed though the pupil is back"),
        pytest.param("I*8, P, I*7", [S], id="sickness adds up over the year"),
        pytest.param("I*15, P, I*14", [S], id="one for each period"),
        pytest.param("I*15, P, I*15", [S, S], id="two periods of fifteen days"),
        pytest.param(r"I:\*20", [], id="half days of sickness"),
    ],
)
def test_the_returns_that_marks_ask_for(register: str, expected: list[ReturnKind]) -> None:
    assert [each.kind for each in owed(register)] == expected


def test_a_return_is_due_at_the_end_of_the_day_it_is_reached() -> None:
    [found] = owed("P, O*12")
    days = school_days(OPENS, 13)
    assert (found.started_on, found.reached_on, found.due_on) == (days[1], days[10], days[10])


def test_a_boarder_owes_none() -> None:
    assert owed("P, O*12", boarder=True) == []


def test_a_pupil_over_compulsory_age_owes_none() -> None:
    assert owed("O*12", born_on=date(2008, 1, 1)) == []


CODES = st.lists(st.sampled_from(["P", "O", "N", "I", "C", "G", "U", "O:\\"]), min_size=1, max_size=60)
REGISTERS = CODES.map(", ".join).map(take)


@given(REGISTERS)
def test_the_present_absence_is_among_those_that_reached_their_days(register: Any) -> None:
    standing, found = register.count(), absences(register.lines, register.days, Place(), 10)
    if standing.return_reached_on:
        assert (found[-1].started_on, found[-1].reached_on) == (
            standing.run_started_on,
            standing.return_reached_on,
        )
    else:
        assert not found or found[-1].reached_on < (standing.run_started_on or date.max)


@given(REGISTERS)
def test_absences_follow_one_another(register: Any) -> None:
    for find in (absences, sicknesses):
        found = find(register.lines, register.days, Place(), 5)
        assert all(each.started_on <= each.reached_on for each in found)
        assert all(one.reached_on < next_.started_on for one, next_ in pairwise(found))


@given(REGISTERS, st.integers(1, 20))
def test_a_higher_threshold_never_finds_more(register: Any, threshold: int) -> None:
    lower, higher = (
        absences(register.lines, register.days, Place(), each) for each in (threshold, threshold + 1)
    )
    assert len(higher) <= len(lower)
