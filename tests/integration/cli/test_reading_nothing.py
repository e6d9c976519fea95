"""Commands that read, on a database in which there is nothing yet."""

import json
from pathlib import Path

import pytest

from cme.cli.database import NOBODY_HERE, NOTHING_HERE
from tests.integration.cli.conftest import CommandLine


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("cases",), 0),
        (("case", "CME-26-0001"), 2),
        (("gate", "M841200023001"), 2),
        (("return",), 0),
        (("user", "list"), 0),
    ],
)
def test_that_there_is_nothing_is_said_with_what_to_do(
    cme: CommandLine, arguments: tuple[str, ...], status: int
) -> None:
    said = cme(*arguments)
    assert said.status == status
    assert said.err.startswith(f"{NOTHING_HERE}\n")
    cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
    assert NOTHING_HERE not in cme(*arguments).err


def test_where_nobody_is_on_record_it_is_not_said_that_a_child_is_not_known(
    cme: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "sought.csv").write_text("Surname,Forename,Date of birth\nBirch,Ada,04/05/2014\n")
    said = cme("trace", "match", "sought.csv", "--json")
    assert (said.status, said.out, said.err) == (2, "", f"{NOBODY_HERE}\n")


def test_a_script_still_gets_its_json(cme: CommandLine) -> None:
    assert json.loads(cme("cases", "--json").out) == []


def test_people_are_listed_with_their_roles_and_last_days(cme: CommandLine) -> None:
    cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
    add = ("user", "add", "--name", "Ivy Nash", "--email")
    cme(*add, "head@alder.example", "--role", "head", "--school", "8412001")
    cme(*add, "i@ofsted.example", "--role", "inspector", "--authority", "841", "--until", "2099-07-31")
    found = json.loads(cme("user", "list", "--json").out)
    assert [(one["role"], one["authority"], one["school"], one["until"], one["state"]) for one in found] == [
        ("inspector", "841", None, "2099-07-31", "active"),
        ("head", "841", "8412001", None, "active"),
    ]
    cme("user", "disable", "--email", "i@ofsted.example")
    assert "disabled" in cme("user", "list").out
