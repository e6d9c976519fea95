"""`cme return`: the DfE's figures on a terminal and for scripts."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.integration.cli.conftest import CommandLine

AT = "2026-11-20 09:00:00"


@pytest.fixture(autouse=True)
def record(cme: CommandLine, sqlite_url: str) -> None:
    """Seven children of one authority on no roll since the summer, and one whose time has ended."""
    cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        for number in range(1, 9):
            ended_on = "2026-09-30" if number == 8 else None
            database.execute(
                "INSERT INTO pupil (id, surname, forename, sex, house, street, locality, town, county,"
                " postcode, born_on, created_at)"
                " VALUES (?, 'Wren', 'Lea', 'F', '', '', '', '', '', '', '2015-05-04', ?)",
                (number, AT),
            )
            database.execute(
                "INSERT INTO cme_spell (authority_id, pupil_id, started_on, ended_on, reason, end_reason,"
                " note, sex, year_group, flags, created_at, created_by, version)"
                " VALUES (1, ?, '2026-06-01', ?, 'unknown', '', '', 'F', '', '[]', ?, 'Cleo Rowe', 1)",
                (number, ended_on, AT),
            )
        database.commit()


def test_the_figures_are_printed_with_whom_they_leave_out(cme: CommandLine) -> None:
    said = cme("return", "--census", "2026-10-01")
    assert said.status == 0
    assert "census day 2026-10-01" in said.out
    lines = [line.split() for line in said.out.splitlines()]
    assert ["Total", "All", "7", "8"] in lines
    assert ["Duration", "12", "to", "26", "weeks", "7", "8"] in lines
    assert "Not in the return: 1, because the time on no roll had ended." in said.out
    assert "Wren" not in said.out


def test_a_script_gets_one_object(cme: CommandLine) -> None:
    found = json.loads(cme("return", "--census", "2026-10-01", "--json").out)
    assert found["census_on"] == "2026-10-01"
    assert found["year"] == ["2025-09-01", "2026-08-31"]
    assert found["on_census_day"]["total"] == 7
    assert found["on_census_day"]["Sex"] == {"Female": 7, "Male": 0, "Unknown": 0}
    assert found["in_year_before"]["Primary reason"]["Unknown"] == 8
    assert found["left_out"] == {"the time on no roll had ended": 1}


def test_few_children_are_hidden_here_too(cme: CommandLine, sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE cme_spell SET sex = 'M' WHERE pupil_id < 3")
        database.commit()
    found = json.loads(cme("return", "--census", "2026-10-01", "--json").out)
    assert found["on_census_day"]["Sex"] == {"Female": None, "Male": None, "Unknown": 0}


def test_the_next_census_day_is_the_one_that_is_set(
    cme: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CME_CENSUS_DATES", "2999-01-21, 2998-10-01")
    assert "census day 2998-10-01" in cme("return").out
    monkeypatch.setenv("CME_CENSUS_DATES", "next Thursday")
    said = cme("return")
    assert said.status == 2
    assert "CME_CENSUS_DATES" in said.err


def test_a_day_that_is_no_census_day_is_counted_with_a_warning(
    cme: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = "2026-11-20 is not a census day."
    said = cme("return", "--census", "2026-11-20", "--json")
    assert said.status == 0
    assert warning in said.err
    assert [each[: len(warning)] for each in json.loads(said.out)["warnings"]] == [warning]
    right = cme("return", "--census", "2026-10-01", "--json")
    assert (right.err, json.loads(right.out)["warnings"]) == ("", [])
    monkeypatch.setenv("CME_CENSUS_DATES", "2026-11-20")
    assert cme("return", "--census", "2026-11-20").err == ""


def test_a_date_that_is_none_is_refused(cme: CommandLine) -> None:
    said = cme("return", "--census", "Thursday")
    assert said.status == 2
    assert "Thursday" in said.err


def test_an_inspector_cannot_be_added_without_a_last_day(cme: CommandLine) -> None:
    who = ("--email", "i@ofsted.example", "--name", "Ivy Nash", "--role", "inspector", "--authority", "841")
    said = cme("user", "add", *who)
    assert said.status == 2
    assert "give its last day with --until" in said.err
    assert cme("user", "add", *who, "--until", "2027-07-31").status == 0


def test_what_is_sent_to_the_dfe_has_every_number(cme: CommandLine, sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE cme_spell SET sex = 'M' WHERE pupil_id < 3")
        database.commit()
    found = json.loads(cme("return", "--census", "2026-10-01", "--complete", "--json").out)
    assert found["on_census_day"]["Sex"] == {"Female": 5, "Male": 2, "Unknown": 0}
    assert "do not publish" in cme("return", "--census", "2026-10-01", "--complete").out
