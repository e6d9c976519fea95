"""`cme gate`: what scripts and support staff read of a pupil's removal conditions."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine

from cme.identity.upn import check_letter
from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import after_school, days_from, write_register

DAYS = days_from(date(2026, 9, 14), 23)
NUMBER = "841200126001"
UPN = check_letter(NUMBER) + NUMBER
PRESENT = check_letter("841200126002") + "841200126002"
KEYS = {"id", "holds", "because", "source"}


@pytest.fixture(autouse=True)
def school(cme: CommandLine, tmp_path: Path) -> Iterator[None]:
    """One school in which a child is absent for twenty-one days, on the day after."""
    with time_machine.travel(after_school(DAYS[22]), tick=False):
        cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
        pupils = {"Zeal, Zoe": "P" * 22, "Birch, Ada": "P" + "O" * 21, "Cole, Ben": "P" * 22}
        numbers = {"Birch, Ada": UPN, "Cole, Ben": PRESENT}
        (tmp_path / "register.csv").write_bytes(write_register(DAYS[:22], pupils, numbers=numbers))
        assert cme("import", "register.csv", "--school", "8412001", "--yes").status == 0
        yield


def test_each_condition_of_ground_i_is_printed_with_why_and_its_source(cme: CommandLine) -> None:
    found = json.loads(cme("gate", UPN, "--json").out)
    assert len(found) == 15
    assert all(set(each) >= KEYS for each in found)
    held = {each["id"]: each["holds"] for each in found}
    assert held["absence"] is True
    assert held["joint-enquiries"] is False
    assert held["no-attendance-order"] is None
    assert "21 school days" in next(each["because"] for each in found if each["id"] == "absence")


def test_ground_h_and_the_others_are_asked_for_by_letter(cme: CommandLine) -> None:
    found = json.loads(cme("gate", UPN, "--ground", "H", "--json").out)
    assert [each["holds"] for each in found if each["id"] == "absence"] == [None]
    assert {each["ground"] for each in found} == {"H"}
    other = json.loads(cme("gate", UPN.lower(), "--ground", "f", "--json").out)
    assert other[0]["id"] == "notice"


def test_a_person_reads_the_same_as_a_table_and_no_name_is_printed(cme: CommandLine) -> None:
    said = cme("gate", UPN).out
    assert "not recorded" in said
    assert "8412001: removal is not possible: of 15 conditions 1 not met (7); " in said
    assert "Birch" not in said + cme("gate", UPN, "--json").out


def test_a_pupil_without_a_case_has_a_gate_that_is_shut(cme: CommandLine) -> None:
    found = json.loads(cme("gate", PRESENT, "--json").out)
    assert {each["case"] for each in found} == {""}
    assert [each["holds"] for each in found if each["id"] == "absence"] == [False]


@pytest.mark.parametrize(
    ("upn", "sentence"),
    [
        ("M841200023001", "No pupil on a roll here has this UPN."),
        ("A123456789123", "The check letter should be P."),
        ("", "A UPN has 13 characters; this has 0."),
        ("nonsense", "A UPN has 13 characters; this has 8."),
    ],
)
def test_an_unknown_upn_is_said_in_a_sentence(cme: CommandLine, upn: str, sentence: str) -> None:
    said = cme("gate", upn, "--json")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1


def test_an_unknown_ground_is_refused(cme: CommandLine) -> None:
    said = cme("gate", UPN, "--ground", "z", "--json")
    assert said.status == 2
    assert said.err.count("\n") == 1
