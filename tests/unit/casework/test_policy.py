"""Policy packs: looked up in the law, then the pack, then the defaults; nothing borrowed."""

import copy
import tomllib
from datetime import date
from importlib import resources
from typing import Any

import pytest

from cme.casework.policy import pack as policy
from cme.casework.policy.clocks import BASES, STARTS, Unit
from cme.casework.policy.pack import (
    PolicyUnreadable,
    load_pack,
    parse_packs,
    read_default,
    read_packs,
    version_in_force,
)

NAMES = ("darlington", "essex", "wandsworth")
SHARED_CONTACTS = (
    "cme_officer_email",
    "admissions_email",
    "attendance_return_email",
    "head_of_service",
    "assistant_director",
    "director",
)
"""Contacts that every authority must fill in itself."""


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
        {"value": 3, "unit": "week", "start": "the_moon", "basis": "default"},
        {"value": 0, "unit": "school_day", "start": "first_counted_day", "basis": "default"},
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
    for pack in (essex, wandsworth, load_pack("darlington")):
        assert not any(pack.contacts[shared] for shared in SHARED_CONTACTS)
    assert "dscb_administrator_email" not in essex.contacts


def test_an_unknown_pack_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(PolicyUnreadable, match=r"no policy pack durham\. Choose one of: darlington, essex"):
        load_pack("durham")


@pytest.mark.parametrize("name", NAMES)
def test_every_clock_names_unit_start_and_basis(name: str) -> None:
    for clock in load_pack(name).clocks.values():
        assert clock.unit in Unit
        assert clock.start in STARTS
        assert clock.basis in BASES


@pytest.mark.parametrize(
    ("table", "key", "value", "said"),
    [
        ("front_door", "fone", "01325", "has front_door.fone, which is not known"),
        ("front_door", "phone", 1325, "front_door.phone of pack essex is of the wrong kind"),
        ("panel", "decision_required_on_referral", "yes", "panel.decision_required_on_referral of pack"),
        ("missing", "repeat_count", "three", "missing.repeat_count of pack essex"),
        ("rules", "head_approves_referral", 1, "sets the rule head_approves_referral"),
        ("rules", "heads_up", True, "sets the rule heads_up"),
        ("contacts", "safe_call_phone", 20, "contacts.safe_call_phone of pack essex is no text"),
        ("labels", "return_talk", None, "labels.return_talk of pack essex is no text"),
    ],
)
def test_a_fault_in_a_pack_is_named(
    catalogue: dict[str, Any], table: str, key: str, value: object, said: str
) -> None:
    catalogue["packs"]["essex"].setdefault(table, {})[key] = value
    with pytest.raises(PolicyUnreadable, match=said):
        parse_packs(catalogue)


def test_a_table_that_no_pack_has_is_refused(catalogue: dict[str, Any]) -> None:
    catalogue["packs"]["essex"]["fees"] = {}
    with pytest.raises(PolicyUnreadable, match="Pack essex has fees, which is not known"):
        parse_packs(catalogue)


def test_a_front_door_without_a_name_is_refused(catalogue: dict[str, Any]) -> None:
    del catalogue["packs"]["essex"]["front_door"]["name"]
    with pytest.raises(PolicyUnreadable, match=r"Pack essex lacks front_door\.name"):
        parse_packs(catalogue)


def test_missing_children_are_followed_as_each_procedure_says() -> None:
    darlington, essex = load_pack("darlington"), load_pack("essex")
    assert darlington.missing.missing_now_enabled
    assert not essex.missing.missing_now_enabled
    assert darlington.missing.repeat_count == 3
    assert darlington.clocks["repeat_window"].text == "90 calendar days"
    escalations = darlington.missing.escalations
    assert {clock: (darlington.clocks[clock].text, to) for clock, to in escalations.items()} == {
        "missing_young_child": ("3 hours", "head_of_service"),
        "missing_any_age": ("24 hours", "head_of_service"),
        "missing_alert": ("72 hours", "assistant_director"),
        "missing_very_high": ("at once", "director"),
    }


def test_a_pack_demands_steps_of_its_own_and_names_the_visit_first() -> None:
    assert load_pack("essex").readiness.demands == ("E22",)
    assert load_pack("darlington").readiness.demands == ()
    assert all(pack.readiness.named_first == ("E18",) for pack in read_packs().values())


@pytest.mark.parametrize("name", NAMES)
def test_no_head_approves_and_under_ten_is_young_unless_a_pack_says_otherwise(name: str) -> None:
    assert not load_pack(name).head_approves_referral
    assert load_pack(name).young_child_age_under == 10


def test_a_value_says_whether_the_procedure_or_the_default_gave_it() -> None:
    pack = load_pack("essex")
    assert pack.origins["labels.investigator"] == "procedure"
    assert pack.origins["labels.disagreement"] == "default"


def test_a_version_that_is_not_shipped_is_refused_with_those_that_are() -> None:
    assert load_pack("essex", "1") == load_pack("essex")
    with pytest.raises(PolicyUnreadable, match=r"no version 99 of the policy packs\. There are: 1"):
        load_pack("essex", "99")


def test_the_catalogue_in_force_is_the_newest_that_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = {
        version: {"valid_from": begins}
        for version, begins in (("1", date(2026, 9, 1)), ("2", date(2027, 9, 1)), ("10", date(2028, 9, 1)))
    }
    monkeypatch.setattr(policy, "_catalogues", lambda: shipped)
    found = [version_in_force(date(year, 10, 1)) for year in (2025, 2026, 2027, 2028)]
    assert found == ["1", "1", "2", "10"]
