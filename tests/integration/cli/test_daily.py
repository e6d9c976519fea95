"""`cme daily`: a table of what was done, exit status 2 when a part failed, and nothing about anybody."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine

from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import days_from, write_register
from tests.integration.services.post import smtp_server

SCHOOL = "8412001"
WEEK = days_from(date(2026, 10, 12), 5)
TITLES = ["Part", "Done", "Failed", "What"]


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The Thursday after the week of the register."""
    with time_machine.travel("2026-10-22 06:00:00+00:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def school(cme: CommandLine, tmp_path: Path) -> None:
    """A school with a pupil absent for a week, and its designated safeguarding lead."""
    assert cme("school", "add", "--laestab", SCHOOL, "--urn", "100001", "--name", "Alder Grove").status == 0
    (tmp_path / "register.csv").write_bytes(
        write_register(WEEK, {"Zeal, Zoe": "PPPPP", "Birch, Ada": "OOOOO"})
    )
    assert cme("import", "register.csv", "--school", SCHOOL, "--yes").status == 0
    who = ("--email", "dsl@example.org", "--name", "Ash Fenner")
    assert cme("user", "add", *who, "--role", "dsl", "--school", SCHOOL).status == 0


def rows(text: str) -> list[list[str]]:
    """The cells of a table: columns stand at least two spaces apart."""
    return [re.split(" {2,}", line) for line in text.splitlines()]


def parts(text: str) -> dict[str, list[str]]:
    """What was done and failed, by part of the day's work."""
    return {row[0]: row[1:] for row in rows(text)}


def test_the_parts_of_the_day_are_listed(cme: CommandLine) -> None:
    said = cme("daily")
    assert said.status == 0
    assert rows(said.out) == [
        TITLES,
        ["Cases", "1", "0", "0 counts changed, 0 cases moved, 1 alerts given"],
        ["Traces", "1", "0", "0 answers overdue, 0 lists erased that nobody used, 0 requests erased"],
        ["Digests", "1", "0", "1 written"],
        ["Missing children", "1", "0", "0 people told"],
    ]
    assert said.err == ""
    again = parts(cme("daily").out)
    assert again["Cases"][2] == "0 counts changed, 0 cases moved, 0 alerts given"
    assert again["Digests"] == ["1", "0", "0 written"]


def test_old_files_are_erased(cme: CommandLine) -> None:
    with time_machine.travel("2026-11-22 06:00:00+00:00", tick=False):
        found = parts(cme("daily").out)
    assert found["Files"] == ["2", "0", "1 uploads erased, 0 of them never approved"]


def test_a_day_before_is_caught_up_and_a_day_to_come_refused(cme: CommandLine) -> None:
    assert parts(cme("daily", "--on", "2026-10-21").out)["Digests"] == ["1", "0", "1 written"]
    said = cme("daily", "--on", "2026-10-23")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("2026-10-23 is still to come")


def test_digests_are_sent_where_there_is_a_server(cme: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CME_MAIL_FROM", "cme@example.org")
    monkeypatch.setenv("CME_BASE_URL", "https://cme.example.org")
    with smtp_server() as (port, received):
        monkeypatch.setenv("CME_SMTP_URL", f"smtp://localhost:{port}")
        said = cme("daily")
    assert (said.status, said.err) == (0, "")
    assert parts(said.out)["Alerts"] == ["1", "0", "1 alerts written"]
    assert parts(said.out)["E-mail"] == ["1", "0", "2 sent"]
    assert all("https://cme.example.org" in each and "Birch" not in each for each in received)
    assert len(received) == 2


def test_a_server_that_is_not_there_fails_that_part_alone(
    cme: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CME_MAIL_FROM", "cme@example.org")
    with smtp_server() as (port, _):
        monkeypatch.setenv("CME_SMTP_URL", f"smtp://localhost:{port}")
    said = cme("daily")
    assert said.status == 2
    assert parts(said.out)["Digests"] == ["1", "0", "1 written"]
    assert said.err == (
        "E-mail, all messages: failed (0 sent, 2 to be tried again, 0 given up: ConnectionRefusedError).\n"
        "Everything else was done. Run cme daily again once this is mended.\n"
    )


def test_a_setting_that_cannot_be_used_is_said_before_anything_is_done(
    cme: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CME_SMTP_URL", "mail.example.org")
    said = cme("daily")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("CME_SMTP_URL cannot be used.")


def test_the_clocks_of_missing_children_run_without_a_mail_server(cme: CommandLine) -> None:
    said = cme("mail")
    assert said.status == 2
    assert rows(said.out) == [TITLES, ["Missing children", "1", "0", "0 people told"]]
    assert said.err.startswith("No e-mail is sent: no mail server is set.")
