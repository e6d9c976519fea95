"""Policy packs: looked up in the law, then the pack, then the defaults; nothing borrowed."""

import copy
import tomllib
from importlib import resources
from typing import Any

import pytest

from cme.casework.policy import (
    BASES,
    PolicyUnreadable,
    Unit,
    load_pack,
    parse_packs,
    read_default,
    read_packs,
)

NAMES = ("darlington", "essex", "wandsworth")


@pytest.fixture
def catalogue() -> dict[str, Any]:
    text = resources.files("cme.data").joinpath("policy_packs.toml").read_text(encoding="utf-8")
    return copy.deepcopy(tomllib.loads(text))


def test_the_three_packs_ship_and_darlington_is_the_default() -> None:
    assert set(read_packs()) == set(NAMES)
    assert read_default() == "darlington"
    assert load_pack() is load_pack("darlington")


def test_darlington_is_as_its_procedure_says() -> None:
    pack = load_pack("darlington")
    assert (pack.front_door.name, pack.front_door.short_name) == ("Children's Access Point", "CAP")
    assert pack.recipients["cme_referral"] == ("front_door", "cme_officer")
    assert pack.recipients["roll_removal"] == ("admissions",)
    assert pack.source == "Darlington procedure v2.3, 2017"
    assert (pack.days("cme_referral"), pack.clocks["cme_referral"].basis) == (10, "procedure")
    assert (pack.panel.short_name, pack.police.force) == ("MEG", "Durham Constabulary")


def test_a_pack_is_asked_before_the_defaults() -> None:
    assert load_pack("wandsworth").days("dsl_review") == 1
    assert load_pack("essex").days("enquiries_started_by") == 5
    assert load_pack("darlington").days("dsl_review") == 3


def test_a_flagged_child_is_reviewed_on_the_first_day() -> None:
    assert load_pack("darlington").review_day(flagged=True) == 1
    assert load_pack("darlington").review_day(flagged=False) == 3


@pytest.mark.parametrize("name", NAMES)
def test_the_law_is_the_same_in_every_pack(name: str) -> None:
    pack = load_pack(name)
    assert pack.law.return_codes == {"G", "N", "O", "U"}
    assert pack.law.removal_codes == {"G", "N", "O"}
    assert not pack.law.backdated_removal
    assert (pack.days("attendance_return"), pack.days("removal_ground_i")) == (10, 20)
    assert pack.clocks["removal_ground_i"].basis == "law"


def test_a_pack_that_sets_a_clock_of_the_law_is_refused(catalogue: dict[str, Any]) -> None:
    catalogue["packs"]["essex"]["clocks"]["removal_ground_i"] = {
        "value": 15,
        "unit": "school_day",
        "start": "first_counted_day",
        "basis": "practice",
    }
    with pytest.raises(PolicyUnreadable, match="essex sets removal_ground_i, which the law sets"):
        parse_packs(catalogue)


@pytest.mark.parametrize(
    "broken",
    [
        {"value": 3, "unit": "fortnight", "start": "x", "basis": "default"},
        {"value": 3, "unit": "week", "basis": "default"},
        {"value": -1, "unit": "week", "start": "x", "basis": "default"},
        {"value": 3, "unit": "week", "start": "x", "basis": "hearsay"},
        {"value": True, "unit": "week", "start": "x", "basis": "default"},
    ],
)
def test_a_broken_clock_is_named(catalogue: dict[str, Any], broken: dict[str, Any]) -> None:
    catalogue["packs"]["essex"]["clocks"]["welfare_talk"] = broken
    with pytest.raises(PolicyUnreadable, match="Clock welfare_talk of pack essex"):
        parse_packs(catalogue)


def test_names_and_numbers_are_never_borrowed_from_another_pack() -> None:
    essex, wandsworth = load_pack("essex"), load_pack("wandsworth")
    assert essex.police.force == wandsworth.police.force == ""
    assert wandsworth.recipients["cme_referral"] == ()
    assert not set(essex.contacts) & set(load_pack("darlington").contacts)


def test_an_unknown_pack_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(PolicyUnreadable, match=r"no policy pack durham\. Choose one of: darlington, essex"):
        load_pack("durham")


@pytest.mark.parametrize("name", NAMES)
def test_every_clock_names_unit_start_and_basis(name: str) -> None:
    for clock in load_pack(name).clocks.values():
        assert clock.unit in Unit
        assert clock.start
        assert clock.basis in BASES
