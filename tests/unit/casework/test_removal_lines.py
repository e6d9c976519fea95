"""Every line of the gate is needed: with any one of them left out, a child comes off the roll unlawfully.

The gate is tried without each of its lines in turn. Some case of `test_removal` must then open it, so that a
line that is dropped by mistake fails a test.
"""

import pytest

from cme.casework.removal import gate
from cme.casework.removal.facts import RemovalFacts
from tests.unit.casework.test_removal import IDS, ONE_AGAINST_IT, TODAY

CASES: list[tuple[RemovalFacts, str]] = [
    (facts, shut) for facts, shut in (each.values for each in ONE_AGAINST_IT)
]


def _is_open(facts: RemovalFacts) -> bool:
    return gate.gate_open(gate.removal_conditions(facts, TODAY))


@pytest.mark.parametrize("line", IDS)
def test_without_this_line_the_gate_opens_for_a_child_who_must_stay(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [facts for facts, shut in CASES if shut == line]
    assert held
    assert not any(map(_is_open, held))
    monkeypatch.setattr(gate, "_LINES", tuple(each for each in gate._LINES if each.id != line))
    assert all(map(_is_open, held))


def test_no_line_was_added_without_a_case_that_needs_it() -> None:
    assert {each.id for each in gate._LINES} == {shut for _, shut in CASES} == set(IDS)
