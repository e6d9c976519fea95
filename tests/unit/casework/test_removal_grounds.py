"""The grounds other than H and I: their evidence, and the lines asked of every ground."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cme.casework.removal.facts import Condition
from cme.casework.removal.gate import gate_open
from cme.casework.removal.grounds import read_grounds
from cme.casework.removal.other_grounds import (
    OF_EVERY_GROUND,
    evidence_for,
    ground_conditions,
    letters,
)
from tests.unit.casework.pupils import standing
from tests.unit.casework.test_removal import READY, TODAY

PAST = TODAY - timedelta(days=1)


def given(letter: str) -> dict[str, str]:
    return {
        each.id: PAST.isoformat() if each.kind.is_date else "Letter of 3 September"
        for each in evidence_for(letter)
    }


def shut(letter: str, evidence: dict[str, str], **changed: object) -> list[str]:
    facts = replace(READY, **changed)  # type: ignore[arg-type]
    lines = ground_conditions(letter, evidence, facts, TODAY)
    assert gate_open(lines) == all(line.holds for line in lines)
    return [line.id for line in lines if line.holds is not True]


def test_every_ground_but_h_and_i_has_a_list() -> None:
    assert set(letters()) == {*read_grounds(), "k"} - {"h", "i"}
    assert ground_conditions("z", {}, READY, TODAY) == ()


@pytest.mark.parametrize("letter", letters())
def test_with_all_its_evidence_a_ground_holds_and_names_its_sources(letter: str) -> None:
    assert shut(letter, given(letter)) == []
    lines: tuple[Condition, ...] = ground_conditions(letter, given(letter), READY, TODAY)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.name and line.source and line.because for line in lines)
    assert tuple(line.id for line in lines)[-4:] == OF_EVERY_GROUND


def test_a_ground_asks_for_nothing_of_absence() -> None:
    never_absent = {"standing": standing("P*10"), "sickness": None, "conclusion": None, "school_enquiries": 0}
    for letter in letters():
        assert shut(letter, given(letter), **never_absent) == []
    asked = [line.id for line in ground_conditions("a", given("a"), READY, TODAY)]
    lines = ["no-attendance-order", "not-dual-registered", "not-mobile-child"]
    assert asked == [*(each.id for each in evidence_for("a")), *lines, *OF_EVERY_GROUND]


@pytest.mark.parametrize(
    ("letter", "missing"), [(letter, each.id) for letter in letters() for each in evidence_for(letter)]
)
def test_each_piece_of_evidence_is_needed(letter: str, missing: str) -> None:
    assert shut(letter, given(letter) | {missing: " "}) == [missing]


@pytest.mark.parametrize("letter", letters())
@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"authority_arranged_special": True}, "special-school-consent"),
        ({"dsl_confirms_no_objection": False}, "no-objection"),
        ({"removed_on": PAST}, "dated-today"),
        ({"return_missing": ("the address of the child",)}, "return-complete"),
    ],
)
def test_the_lines_of_every_ground_are_asked_of_each(
    letter: str, changed: dict[str, object], line: str
) -> None:
    assert shut(letter, given(letter), **changed) == [line]


@pytest.mark.parametrize(
    ("letter", "changed", "line"),
    [
        ("a", {"attendance_order": True}, "no-attendance-order"),
        ("a", {"dual_registered": True}, "not-dual-registered"),
        ("a", {"mobile_child": True}, "not-mobile-child"),
        ("c", {"attendance_order": True}, "no-attendance-order"),
        ("c", {"mobile_child": None}, "not-mobile-child"),
        ("f", {"attendance_order": True}, "no-attendance-order"),
    ],
)
def test_an_order_or_another_registration_bars_some_grounds(
    letter: str, changed: dict[str, object], line: str
) -> None:
    assert shut(letter, given(letter), **changed) == [line]


@pytest.mark.parametrize(
    ("letter", "key", "is_enough_today"),
    [
        ("a", "starting_on", True),
        ("b", "finished_on", True),
        ("f", "first_day_on", False),
        ("l", "leaving_on", True),
        ("o", "review_ended_on", False),
    ],
)
def test_a_day_has_to_have_come_or_to_lie_behind(letter: str, key: str, is_enough_today: bool) -> None:
    ahead = given(letter) | {key: (TODAY + timedelta(days=1)).isoformat()}
    today = given(letter) | {key: TODAY.isoformat()}
    assert shut(letter, ahead) == [key]
    assert shut(letter, today) == ([] if is_enough_today else [key])
    assert shut(letter, given(letter) | {key: "next week"}) == [key]
