"""`cme import`: files and folders taken through the same pipeline as a browser's upload."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import click
import pytest

from cme import clock
from cme.cli.database import operator_scope
from cme.services.registers import uploads
from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import days_from, write_register

SCHOOL = "8412000"
WEEKS = [days_from(date(2026, 10, 12), 5), days_from(date(2026, 10, 19), 5)]
ROLL = (
    "Adm No,Surname,Forename,Date of birth,Postcode,Parent 1,Looked after\n"
    "Birch-Ada,Birch,Ada,04/05/2014,DL1 5QT,Pat Birch,yes\n"
    "Zeal-Zoe,Zeal,Zoe,04/05/2014,,,\n"
)
"""A list of the roll: no marks, and of one pupil a postcode, a contact and a flag."""

PLAN = "register.csv: wide-1 register, 2 pupils, 12 Oct 2026 to 16 Oct 2026.\n"


@pytest.fixture(autouse=True)
def school(cme: CommandLine) -> None:
    """A school without a calendar."""
    assert cme("school", "add", "--laestab", SCHOOL, "--urn", "100001", "--name", "Alder Grove").status == 0


def write(path: Path, week: int = 0, ada: str = "OOOOO") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(write_register(WEEKS[week], {"Birch, Ada": ada, "Zeal, Zoe": "PPPPP"}))
    return path


@pytest.fixture
def stored(sqlite_url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        yield connection


def statuses(stored: sqlite3.Connection) -> list[tuple[str, str]]:
    """The uploads there are: file name and status, in order."""
    return stored.execute("SELECT filename, status FROM register_import ORDER BY id").fetchall()


def longest_run(stored: sqlite3.Connection) -> int | None:
    found: int | None = stored.execute("SELECT max(return_run) FROM registration").fetchone()[0]
    return found


def test_a_file_is_shown_and_imported_on_yes(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    said = cme("import", str(write(tmp_path / "register.csv")), "--school", SCHOOL, "--yes")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        PLAN + "  new 2, changed 0, unchanged 0, on roll but not in the file 0; marks: 20 first, 0 changed\n"
        "register.csv: imported. Pupils who stand otherwise than before: 1.\n"
    )
    assert statuses(stored) == [("register.csv", "approved")]
    assert longest_run(stored) == 5


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ("y\n", "approved", "register.csv: imported."),
        ("n\n", "checked", "register.csv: not imported. It waits for approval in the browser."),
    ],
)
def test_without_yes_it_asks(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection, answer: str, status: str, words: str
) -> None:
    said = cme("import", str(write(tmp_path / "register.csv")), "--school", SCHOOL, stdin=answer)
    assert said.status == 0
    assert PLAN in said.out
    assert "Approve and import? [y/N]" in said.out
    assert words in said.out
    assert statuses(stored) == [("register.csv", status)]


def test_without_yes_and_with_nobody_to_ask_nothing_is_imported(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    said = cme("import", str(write(tmp_path / "register.csv")), "--school", SCHOOL)
    assert said.status == 2
    assert "register.csv: nobody answered, so it waits for approval. Or give --yes." in said.err
    assert statuses(stored) == [("register.csv", "checked")]
    assert longest_run(stored) is None


def test_a_folder_is_imported_in_the_order_of_its_names_and_other_files_are_left_alone(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    folder = tmp_path / "exports"
    write(folder / "b.csv", 1)
    write(folder / "a.csv", 0)
    (folder / "notes.md").write_text("not a register")
    assert cme("import", str(folder), "--school", SCHOOL, "--yes").status == 0
    assert statuses(stored) == [("a.csv", "approved"), ("b.csv", "approved")]
    assert longest_run(stored) == 10


def test_a_bad_file_among_good_ones_stops_none_of_them(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    folder = tmp_path / "exports"
    write(folder / "a.csv", 0)
    (folder / "b.csv").write_bytes(b"")
    (folder / "c.csv").write_bytes(write_register(WEEKS[0], {"Birch, Ada": ["QZ", "O", "O", "O", "O"]}))
    write(folder / "d.csv", 1)
    said = cme("import", str(folder), "--school", SCHOOL, "--yes")
    assert said.status == 2
    assert statuses(stored) == [("a.csv", "approved"), ("c.csv", "faulty"), ("d.csv", "approved")]
    assert longest_run(stored) == 10
    lines = said.err.splitlines()
    assert lines[0].startswith("b.csv: ")
    assert lines[1].startswith("Error: c.csv")
    assert "QZ" in lines[1]
    assert lines[-1] == "c.csv: nothing was imported. Put the errors right and import it again."


def test_the_same_file_again_changes_nothing(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    path = str(write(tmp_path / "register.csv"))
    cme("import", path, "--school", SCHOOL, "--yes")
    said = cme("import", path, "--school", SCHOOL, "--yes")
    assert said.status == 0
    assert "everything in it is held already" in said.out
    assert [status for _, status in statuses(stored)] == ["approved", "cancelled"]


def test_roll_data_alone_is_imported_and_not_thrown_away(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    cme("import", str(write(tmp_path / "register.csv")), "--school", SCHOOL, "--yes")
    path = tmp_path / "roll.csv"
    path.write_text(ROLL)
    said = cme("import", str(path), "--school", SCHOOL, "--yes")
    assert (said.status, said.err) == (0, "")
    assert "  roll data: 3 to be filled in, 0 that differ and stay\n" in said.out
    assert statuses(stored)[-1] == ("roll.csv", "approved")
    assert stored.execute("SELECT kind FROM pupil_flag").fetchall() == [("looked_after",)]
    assert stored.execute("SELECT name FROM contact").fetchall() == [("Pat Birch",)]
    path.write_text(ROLL + "\n")
    again = cme("import", str(path), "--school", SCHOOL, "--yes")
    assert "everything in it is held already" in again.out
    assert statuses(stored)[-1] == ("roll.csv", "cancelled")


def test_a_pupil_whom_the_roll_contradicts_holds_the_file(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    path = write(tmp_path / "register.csv")
    cme("import", str(path), "--school", SCHOOL, "--yes")
    other = path.read_bytes().replace(b"Birch,Ada,04/05/2014", b"Ellis,Dan,09/11/2012")
    path.write_bytes(other)
    said = cme("import", str(path), "--school", SCHOOL, "--yes")
    assert said.status == 2
    assert said.err.startswith(
        "register.csv: Only 1 of the 2 pupils in this file is on the roll of Alder Grove."
    )
    assert said.err.endswith("register.csv: it waits for a person, in the browser.\n")
    assert statuses(stored)[-1] == ("register.csv", "checked")


def test_what_a_file_says_of_the_columns_and_dates_is_used_and_kept_for_the_school(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection
) -> None:
    rows = ["Ref,Child,When,First half,Second half"]
    rows += [
        f"00{number},{name},12/10/2026,/,O" for number, name in ((1, '"Birch, Ada"'), (2, '"Zeal, Zoe"'))
    ]
    (tmp_path / "own.csv").write_text("\n".join(rows))
    headings = rows[0].split(",")
    fields = ["admission_number", "full_name", "date", "am_mark", "pm_mark"]
    mapping = {"headings": headings, "fields": dict(zip(headings, fields, strict=True))}
    said = cme("import", "own.csv", "--school", SCHOOL, "--yes")
    assert (said.status, statuses(stored)) == (2, [("own.csv", "faulty")])
    (tmp_path / "own.json").write_text(json.dumps({"mappings": [mapping], "date_order": "day first"}))
    for _ in range(2):
        said = cme("import", "own.csv", "--school", SCHOOL, "--columns", "own.json", "--yes")
        assert said.status == 0
    assert stored.execute("SELECT count(*) FROM column_mapping").fetchone() == (1,)
    assert stored.execute("SELECT count(*) FROM registration").fetchone() == (2,)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "own.json: This is no JSON."),
        (b'{"date_order": "year first"}', 'own.json: date_order must be "day first" or "month first".'),
        (b"\xff\xfe", "own.json is not a text file. Save it as JSON (UTF-8)."),
        (None, "own.json cannot be opened (No such file or directory). Check its name."),
    ],
)
def test_answers_that_cannot_be_used_are_said_in_one_sentence(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection, content: bytes | None, sentence: str
) -> None:
    write(tmp_path / "register.csv")
    if content is not None:
        (tmp_path / "own.json").write_bytes(content)
    for command in (("import", "--school", SCHOOL), ("count",)):
        said = cme(command[0], "register.csv", *command[1:], "--columns", "own.json")
        assert said.status == 2
        assert said.err.startswith(sentence)
        assert said.err.count("\n") == 1
    assert statuses(stored) == []


def test_somebody_who_decides_meanwhile_is_told_of_in_one_sentence(
    cme: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: sqlite3.Connection
) -> None:
    def decide_first(_question: str) -> bool:
        uploads.cancel(operator_scope(), 1, at=clock.now())
        return True

    monkeypatch.setattr(click, "confirm", decide_first)
    said = cme("import", str(write(tmp_path / "register.csv")), "--school", SCHOOL)
    assert said.status == 2
    assert said.err == (
        "register.csv: This upload was cancelled by command line before. Nothing was done again.\n"
    )
    assert statuses(stored) == [("register.csv", "cancelled")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("register.csv", "--school", "8419999"),
            "There is no school 8419999. Add it with cme school add.\n",
        ),
        (("none.csv", "--school", SCHOOL), "There is no file none.csv. Check the name and the folder.\n"),
        (("register.csv", "none.csv", "--school", SCHOOL), "There is no file none.csv. Check the name"),
        (
            ("empty", "--school", SCHOOL),
            "There is no register file in empty. Export registers into it first.",
        ),
        (("register.csv",), "Missing option '--school'."),
        (("register.csv", "--school", SCHOOL, "--map", "map.csv"), "Give --school or --map, one of the two."),
        (("--school", SCHOOL), "Missing argument 'PATHS...'."),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_sentence(
    cme: CommandLine, tmp_path: Path, stored: sqlite3.Connection, arguments: tuple[str, ...], sentence: str
) -> None:
    write(tmp_path / "register.csv")
    (tmp_path / "empty").mkdir()
    said = cme("import", *arguments, "--yes")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert statuses(stored) == []


def test_a_file_that_may_not_be_opened_stops_no_other(
    cme: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: sqlite3.Connection
) -> None:
    write(tmp_path / "a.csv", 0)
    write(tmp_path / "b.csv", 1)
    real = Path.open

    def refuse(path: Path, *arguments: object, **named: object) -> object:
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    said = cme("import", "a.csv", "b.csv", "--school", SCHOOL, "--yes")
    assert said.status == 2
    assert said.err == "a.csv cannot be opened (Permission denied). Check who may read it.\n"
    assert statuses(stored) == [("b.csv", "approved")]
