"""`cme cases` and `cme case`: what scripts and support staff read of cases."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from cme.casework.enquiries.steps import read_steps
from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import days_from, write_register

DAYS = days_from(date(2026, 10, 5), 12)


@pytest.fixture(autouse=True)
def schools(cme: CommandLine, tmp_path: Path) -> None:
    """Two schools: in one a child is absent for nine days, in the other one for four."""
    for number, name, codes in ((1, "Alder Grove", "PPP" + "O" * 9), (2, "Beech Hill", "P" * 8 + "O" * 4)):
        laestab = f"841200{number}"
        cme("school", "add", "--laestab", laestab, "--urn", f"10000{number}", "--name", name)
        pupils = {"Zeal, Zoe": "P" * 12, "Birch, Ada": codes}
        (tmp_path / "register.csv").write_bytes(write_register(DAYS, pupils))
        assert cme("import", "register.csv", "--school", laestab, "--yes").status == 0


def test_every_open_case_stands_with_its_runs_and_what_is_due(cme: CommandLine) -> None:
    found = json.loads(cme("cases", "--json").out)
    assert sorted((case["school"], case["stage"], case["return_run"]) for case in found) == [
        ("8412001", "referral_draft", 9),
        ("8412002", "enquiries", 4),
    ]
    for case in found:
        assert case["reference"].startswith("CME-")
        assert case["due"] == sorted(case["due"], key=lambda due: due["due_on"])
        assert case["overdue"] is any(due["overdue"] for due in case["due"])
        assert {due["owner"] for due in case["due"]} <= {"school", "authority"}
        assert all(date.fromisoformat(due["due_on"]) for due in case["due"])


def test_the_table_shows_what_the_queue_shows_as_due(cme: CommandLine, sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute(
            "UPDATE 'case' SET due_on = '2026-10-01', due_what = 'Oldest of the school',"
            " authority_due_on = '2026-10-09', authority_due_what = 'Next of the authority'"
        )
        database.execute(
            "UPDATE 'case' SET referred_at = '2026-10-08 09:00:00' WHERE stage = 'referral_draft'"
        )
        database.commit()
    found = {case["school"]: case["next"]["what"] for case in json.loads(cme("cases", "--json").out)}
    assert found == {"8412001": "Next of the authority", "8412002": "Oldest of the school"}
    printed = cme("cases", "--school", "8412001").out
    assert "Next of the authority" in printed
    assert "Oldest of the school" not in printed


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (("--school", "8412002"), ["8412002"]),
        (("--stage", "referral_draft"), ["8412001"]),
        (("--stage", "closed"), []),
    ],
)
def test_the_list_is_narrowed(cme: CommandLine, narrowed: tuple[str, ...], expected: list[str]) -> None:
    assert [case["school"] for case in json.loads(cme("cases", *narrowed, "--json").out)] == expected


def test_a_case_tells_its_events_and_what_its_enquiries_lack(cme: CommandLine) -> None:
    [listed] = json.loads(cme("cases", "--school", "8412001", "--json").out)
    found = json.loads(cme("case", listed["reference"], "--json").out)
    assert {key: found[key] for key in listed if key != "due"} == {
        key: listed[key] for key in listed if key != "due"
    }
    assert [event["kind"] for event in found["events"]] == ["case.opened", "referral.drafted"]
    assert found["enquiries"] == []
    meter = found["meter"]
    assert meter["done"] + len(meter["missing"]) == meter["of"]
    assert meter["missing"][0] == "E18"
    assert set(meter["missing"]) <= read_steps().keys()
    assert meter["text"].startswith(f"{meter['done']} of {meter['of']}; missing: home visit")


def test_a_person_reads_the_same_as_a_table(cme: CommandLine) -> None:
    [listed] = json.loads(cme("cases", "--school", "8412001", "--json").out)
    assert listed["reference"] in cme("cases").out
    said = cme("case", listed["reference"].lower()).out
    assert "Referral drafted" in said
    assert "missing: home visit" in said


def test_no_name_of_a_child_is_printed(cme: CommandLine) -> None:
    [listed] = json.loads(cme("cases", "--school", "8412001", "--json").out)
    said = "".join(
        cme(*command).out
        for command in (("cases",), ("cases", "--json"), ("case", listed["reference"], "--json"))
    )
    assert "Birch" not in said
    assert "Ada" not in said


def test_each_look_is_on_record(cme: CommandLine, sqlite_url: str) -> None:
    [listed] = json.loads(cme("cases", "--school", "8412001", "--json").out)
    cme("case", listed["reference"], "--json")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT action FROM audit_entry ORDER BY seq DESC LIMIT 2").fetchall()
    assert [row[0] for row in rows] == ["record.viewed", "cases.listed"]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("cases", "--school", "8419999"), "There is no school 8419999 here. See cme school add."),
        (("case", "CME-26-9999"), "There is no case CME-26-9999. Look it up with: cme cases"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    cme: CommandLine, command: tuple[str, ...], sentence: str
) -> None:
    said = cme(*command)
    assert (said.status, said.out, said.err) == (2, "", f"{sentence}\n")
