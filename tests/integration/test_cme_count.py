"""`cme count` as a process: what it prints, where, and how it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.unit.importers.grids import headings, upn
from tests.unit.importers.spreadsheets import Grid, as_csv, as_xlsx

DAYS = [date(2026, 9, 2) + timedelta(days=n) for n in range(30) if (n + 2) % 7 < 5]
CALENDAR = (
    "kind,first_on,last_on,note\nterm,2026-09-02,2026-10-23,Autumn\ninset,2026-09-04,2026-09-04,Training\n"
)
NAME = "Zoë"


def register(codes: Sequence[str]) -> Grid:
    """A wide register of one pupil with these codes, one a day, and a classmate who is always there."""
    days = DAYS[: len(codes)]
    marks = [cell for code in codes for cell in (("/", "\\") if code == "P" else (code, code))]
    rows: Grid = [["UPN", "Name", *headings(days)], [upn(1), f"BELL, {NAME}", *marks]]
    return [*rows, [upn(2), "KEY, Ann", *["/", "\\"] * len(days)]]


def cme(*arguments: str | os.PathLike[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `cme` as a person would."""
    return subprocess.run(
        [sys.executable, "-c", "from cme.cli import main; main()", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error", **environment},
    )


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object on standard output, with nothing on standard error."""
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Status 2, one plain sentence on standard error and no traceback."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


def test_counts_are_one_json_object_and_the_status_is_0(tmp_path: Path):
    path = tmp_path / "week.xlsx"
    path.write_bytes(as_xlsx(register(["P", *["O"] * 10])))
    done = cme("count", path, "--json", "--ledger")

    assert done.returncode == 0
    found = answer(done)
    assert (found["as_of"], found["school_days"], found["unreported_days"]) == ("2026-09-16", 11, [])
    first, second = found["pupils"]
    assert (first["forename"], first["return_run"], first["stage"]) == (NAME, 10, "refer")
    assert (second["forename"], second["return_run"], second["stage"]) == ("Ann", 0, "none")
    assert len(first["ledger"]) == 11


def test_every_option_is_taken(tmp_path: Path):
    path, calendar = tmp_path / "week.csv", tmp_path / "calendar.csv"
    calendar.write_text(CALENDAR, encoding="utf-8")
    grid = [[cell for n, cell in enumerate(row) if n not in (6, 7)] for row in register(["P", *["O"] * 12])]
    assert "Fri 04/09/2026 AM" not in grid[0]
    path.write_bytes(as_csv(grid))
    options = ("--calendar", calendar, "--as-of", "2026-09-14", "--min", "3")

    found = answer(cme("count", path, "--json", *options))

    assert found["as_of"] == "2026-09-14"
    assert found["unreported_days"] == []
    (pupil,) = found["pupils"]
    assert (pupil["return_run"], pupil["removal_run"]) == (7, 7)
    assert "ledger" not in pupil


def test_an_error_ends_with_status_2_and_the_issues_as_json(tmp_path: Path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(as_csv(register(["P", "O"])))
    bad.write_bytes(as_csv(register(["P", "o"])))
    done = cme("count", good, bad, tmp_path / "none.csv", "--json")

    assert done.returncode == 2
    found = answer(done)
    assert set(found) == {"files", "issues"}
    errors = [(issue["file"], issue["code"], issue["cell"]) for issue in found["issues"]]
    assert ("bad.csv", "unknown_mark", "E2") in errors
    assert ("none.csv", "file_not_found", "") in errors


def test_files_that_are_no_registers_each_have_their_sentence(tmp_path: Path):
    contents = {
        "empty": b"",
        "broken archive": b"PK\x03\x04broken",
        "no text": b"\x00\xff\x00\xff" * 50,
        "web page": b"<html><table><tr><td>UPN</td></tr></table></html>",
        "open quote": b'UPN,"Name\n1,2\n',
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    done = cme("count", "--json", *(tmp_path / name for name in contents))

    assert done.returncode == 2
    issues = answer(done)["issues"]
    assert [issue["file"] for issue in issues] == list(contents)
    assert len({issue["message"] for issue in issues}) == len(contents)
    assert all(issue["message"].endswith(".") for issue in issues)


def test_hostile_file_names_change_nothing(tmp_path: Path):
    names = [b"=cmd|'!A1;rm -rf.csv", b"line\nbreak \x1b[31m.csv", b"caf\xe9.csv", b"--json.csv"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(as_csv(register(["P", "O"])))
    done = cme("count", "--json", *(tmp_path / os.fsdecode(name) for name in names))

    assert done.returncode == 0
    assert [file["name"] for file in answer(done)["files"]] == [os.fsdecode(name) for name in names]


def test_names_survive_a_terminal_that_cannot_show_them(tmp_path: Path):
    path = tmp_path / "week.csv"
    path.write_bytes(as_csv(register(["P", "O"])))
    done = cme("count", path, "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")

    assert answer(done)["pupils"][0]["forename"] == NAME


def test_without_json_there_is_a_table_for_people_and_issues_on_standard_error(tmp_path: Path):
    path = tmp_path / "mornings.csv"
    grid = [
        [cell for n, cell in enumerate(row) if n < 2 or n % 2 == 0] for row in register(["P", *["O"] * 4])
    ]
    path.write_bytes(as_csv(grid))
    done = cme("count", path)

    assert done.returncode == 0
    assert "Counted as of Monday 7 September 2026, over 4 school days." in done.stdout
    assert NAME in done.stdout
    assert done.stderr.startswith("Note: Only AM marks were found.")
    assert "Traceback" not in done.stderr


def test_what_cannot_be_used_is_one_sentence_and_status_2(tmp_path: Path):
    path, calendar = tmp_path / "week.csv", tmp_path / "calendar.csv"
    path.write_bytes(as_csv(register(["P", "O"])))
    calendar.write_text("kind,first_on,last_on\nterm,02/09/2026,23/10/2026\n", encoding="utf-8")

    assert_refused(cme("count", path, "--calendar", calendar), "Line 2", "2026-09-02")
    assert_refused(cme("count", path, "--calendar", tmp_path / "none.csv"), "none.csv")
    assert_refused(cme("count", path, "--as-of", "14/09/2026"), "14/09/2026")
    assert_refused(cme("count", path, "--min", "-1"), "-1")
    assert_refused(cme("count"), "FILES")
