"""`cme trace match`: who of the children here other authorities may be asking for."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine

from cme.identity.upn import check_letter
from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import after_school, days_from, write_register

DAYS = days_from(date(2026, 9, 14), 5)
NUMBER = "841200126001"
UPN = check_letter(NUMBER) + NUMBER
LIST = f"""Our reference,Surname,Forename,Date of birth,UPN
TR-1,Birch,Ada,04/05/2014,{UPN}
TR-2,Cole,Ben,04/05/2014,
TR-3,Cole,B,04/05/2014,
TR-4,Nobody,Here,04/05/2014,
"""


@pytest.fixture(autouse=True)
def school(cme: CommandLine, tmp_path: Path) -> Iterator[None]:
    """One school with three children on roll, on the day after."""
    with time_machine.travel(after_school(DAYS[4]), tick=False):
        cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
        pupils = {"Zeal, Zoe": "P" * 5, "Birch, Ada": "PPPPP", "Cole, Ben": "PPPPP"}
        (tmp_path / "register.csv").write_bytes(write_register(DAYS, pupils, numbers={"Birch, Ada": UPN}))
        assert cme("import", "register.csv", "--school", "8412001", "--yes").status == 0
        yield


def test_each_row_says_how_sure_by_which_rule_and_field_by_field(cme: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "requests.csv").write_text(LIST, encoding="utf-8")
    rows = {each["ref"]: each for each in json.loads(cme("trace", "match", "requests.csv", "--json").out)}
    assert [(key, row["label"]) for key, row in rows.items()] == [
        ("TR-1", "likely"),
        ("TR-2", "likely"),
        ("TR-3", "possible"),
        ("TR-4", "none"),
    ]
    assert (rows["TR-1"]["rule"], rows["TR-1"]["pupil_upn"]) == ("Same UPN", UPN)
    assert {"field": "Surname", "theirs": "Birch", "ours": "Birch", "verdict": "match"} in rows["TR-1"][
        "grid"
    ]
    assert (rows["TR-4"]["pupil_upn"], rows["TR-4"]["grid"]) == (None, [])


def test_who_could_not_be_searched_is_not_called_unknown(cme: CommandLine, tmp_path: Path) -> None:
    head = "Our reference,Surname,Forename,Date of birth\n"
    rows = "TR-1,Birch,Ada,31/02/2014\nTR-2,Nobody,Here,04/05/2014\n"
    (tmp_path / "requests.csv").write_text(head + rows, encoding="utf-8")
    said = cme("trace", "match", "requests.csv", "--json")
    assert [(row["label"], row["rule"]) for row in json.loads(said.out)] == [
        ("none", "Not searched"),
        ("none", None),
    ]
    assert said.err == "Not searched, because of what is to be corrected first: 1.\n"


def test_messages_are_read_too_and_a_person_reads_a_table_without_names(
    cme: CommandLine, tmp_path: Path
) -> None:
    message = f"Our reference: TR-9\nLegal surname: Birch\nForenames: Ada\nUPN: {UPN}\n"
    (tmp_path / "requests.txt").write_text(message, encoding="utf-8")
    said = cme("trace", "match", "requests.txt").out
    assert "likely" in said
    assert "Birch" not in said


def test_a_person_reads_why_somebody_could_not_be_searched_for(cme: CommandLine, tmp_path: Path) -> None:
    rows = "Our reference,Surname,Forename,Date of birth\nTR-5,Birch,Ada,04/05/14\n"
    (tmp_path / "requests.csv").write_text(rows, encoding="utf-8")
    (line,) = cme("trace", "match", "requests.csv").out.splitlines()[1:]
    assert line.startswith("TR-5")
    assert line.endswith("The year has two digits. Enter the date with all four digits of the year.")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"\n", "has no request in it"),
        ("empty.csv", b"", "empty"),
        ("photo.xlsx", b"\xff\xd8\xff\xe0 no workbook", "is not one"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    cme: CommandLine, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = cme("trace", "match", name)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert result.err.rstrip().endswith(".")


def test_each_command_of_tracing_says_in_a_line_what_it_does(cme: CommandLine) -> None:
    listed = cme("trace", "--help").out
    assert "..." not in listed.partition("Commands:")[2]
