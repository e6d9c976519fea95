"""`cme recount`: what had drifted is reported and put right, and a dry run writes nothing."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import days_from, write_register

WEEK = days_from(date(2026, 10, 12), 5)
CLEAN = "Counted 3 registrations in 2 schools; 0 of them and 0 cases had drifted. "
DRIFTED = (
    "Alder Grove: 1 of 2 registrations and 1 cases had drifted.\n"
    "Counted 3 registrations in 2 schools; 1 of them and 1 cases had drifted. "
)


@pytest.fixture(autouse=True)
def schools(cme: CommandLine, tmp_path: Path) -> None:
    """Two schools, one with a pupil absent for a week."""
    for number, name, codes in ((1, "Alder Grove", "OOOOO"), (2, "Beech Hill", "")):
        laestab = f"841200{number}"
        cme("school", "add", "--laestab", laestab, "--urn", f"10000{number}", "--name", name)
        absent = {"Birch, Ada": codes} if codes else {}
        (tmp_path / "register.csv").write_bytes(write_register(WEEK, {"Zeal, Zoe": "PPPPP"} | absent))
        assert cme("import", "register.csv", "--school", laestab, "--yes").status == 0


def edit(url: str) -> None:
    """Change a run and a stage behind the product's back."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE registration SET return_run = 99 WHERE return_run = 5")
        connection.execute("""UPDATE "case" SET stage = 'referred'""")
        connection.commit()


def test_what_stands_right_is_left_alone(cme: CommandLine) -> None:
    assert cme("recount").out == CLEAN + "Everything stands as counted.\n"
    assert cme("recount", "--dry-run").out == CLEAN + "Nothing was written.\n"


def test_what_was_edited_by_hand_is_reported_and_put_right(cme: CommandLine, sqlite_url: str) -> None:
    edit(sqlite_url)
    for _ in range(2):
        said = cme("recount", "--dry-run")
        assert (said.status, said.out) == (0, DRIFTED + "Nothing was written.\n")
    assert cme("recount").out == DRIFTED + "Everything stands as counted.\n"
    assert cme("recount").out == CLEAN + "Everything stands as counted.\n"


def test_no_child_is_named(cme: CommandLine, sqlite_url: str) -> None:
    edit(sqlite_url)
    said = cme("recount")
    assert "Birch" not in said.out + said.err


def test_the_audit_log_is_whole_afterwards(cme: CommandLine) -> None:
    cme("recount")
    said = cme("audit", "verify")
    assert said.status == 0
    assert said.out.startswith("The audit log is whole: 8 entries.")
    assert cme("audit", "verify", "--expected-head", said.out.split()[-1]).status == 0
    assert cme("audit", "verify", "--expected-head", "0f" * 32).status == 2
