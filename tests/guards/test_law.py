"""What the law says stands in one place; where code or another catalogue repeats it, they agree."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from cme.attendance import standing
from cme.attendance.codes import CODES, Code, RemovalEffect, ReturnEffect
from cme.casework.removal import gate as removal

LAW: dict[str, Any] = tomllib.loads(
    resources.files("cme.data").joinpath("policy_packs.toml").read_text(encoding="utf-8")
)["law"]


@pytest.mark.parametrize(
    ("clock", "days"),
    [
        ("attendance_return", standing.RETURN_DAYS),
        ("removal_ground_i", standing.REMOVAL_DAYS),
        ("resolve_code_n", standing.RESOLVE_N_DAYS),
        ("leave_not_returned", removal.LEAVE_DAYS),
    ],
)
def test_a_clock_of_the_law_is_as_long_as_the_code_counts(clock: str, days: int) -> None:
    assert (LAW["clocks"][clock]["value"], LAW["clocks"][clock]["unit"]) == (days, "school_day")


def test_the_codes_of_the_return_are_those_that_count_towards_it() -> None:
    counted = {code.code for code in CODES.values() if code.return_effect is ReturnEffect.COUNT}
    assert set(LAW["return_codes"]) == counted


def test_the_codes_of_the_removal_ground_are_those_that_qualify_for_it() -> None:
    qualifying = {code.code for code in CODES.values() if code.removal_effect is RemovalEffect.QUALIFY}
    assert set(LAW["removal_codes"]) == qualifying
    assert set(removal._QUALIFYING) == qualifying


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_what_qualifies_for_removal_also_counts_towards_the_return(code: Code) -> None:
    """The alert never misses a day that the stricter count takes."""
    assert code.removal_effect is not RemovalEffect.QUALIFY or code.return_effect is ReturnEffect.COUNT
