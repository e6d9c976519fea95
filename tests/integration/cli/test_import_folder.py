"""`cme import DIR --map FILE`: a night's exports of many schools, in several processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import days_from, write_register

WEEKS = [days_from(date(2026, 10, 12), 5), days_from(date(2026, 10, 19), 5)]
SCHOOLS = [f"841200{number}" for number in range(8)]
SECRET_KEY = "a key for tests alone, 0123456789abcdef"
PATIENCE = 60
"""Seconds after which a process that should have done something is given up."""


@pytest.fixture
def add_schools(cme: CommandLine, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Eight schools without a calendar, on the database that the test is for; its address."""
    if "database_url" in request.fixturenames:
        monkeypatch.setenv("CME_DATABASE_URL", request.getfixturevalue("database_url"))
        monkeypatch.setenv("CME_SECRET_KEY", SECRET_KEY)
    for number, laestab in enumerate(SCHOOLS):
        said = cme("school", "add", "--laestab", laestab, "--urn", f"10000{number}", "--name", "Alder Grove")
        assert said.status == 0
    return os.environ["CME_DATABASE_URL"]


@pytest.fixture
def engine(add_schools: str) -> Iterator[Engine]:
    engine = create_engine(add_schools.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


def statuses(engine: Engine) -> dict[tuple[str, str], str]:
    """Every upload: its school and file name, and how it stands."""
    query = (
        "SELECT s.laestab, i.filename, i.status FROM register_import i JOIN school s ON s.id = i.school_id"
    )
    with closing(engine.connect()) as connection:
        return {(row[0], row[1]): row[2] for row in connection.execute(text(query))}


def longest_runs(engine: Engine) -> dict[str, int]:
    query = (
        "SELECT s.laestab, max(r.return_run) FROM registration r JOIN school s ON s.id = r.school_id "
        "GROUP BY s.laestab"
    )
    with closing(engine.connect()) as connection:
        return {row[0]: row[1] for row in connection.execute(text(query))}


def night(folder: Path, lines: Mapping[str, str] | None = None) -> None:
    """Two weeks' exports of every school in `night`, and `map.csv`."""
    (folder / "night").mkdir()
    for laestab in SCHOOLS:
        for number, week in enumerate(WEEKS):
            content = write_register(week, {"Birch, Ada": "OOOOO", "Zeal, Zoe": "PPPPP"})
            (folder / "night" / f"{laestab}-{number}.csv").write_bytes(content)
    found = lines or {f"{laestab}-*.csv": laestab for laestab in SCHOOLS}
    rows = [f"{pattern},{school}" for pattern, school in found.items()]
    (folder / "map.csv").write_text("\n".join(["file,school", *rows]))


@pytest.mark.slow
@pytest.mark.usefixtures("database_url")
def test_every_school_is_imported_in_the_order_of_its_files(
    cme: CommandLine, tmp_path: Path, engine: Engine
) -> None:
    night(tmp_path)
    said = cme("import", "night", "--map", "map.csv", "--jobs", "4", "--yes")
    assert (said.status, said.err) == (0, "")
    assert set(statuses(engine).values()) == {"approved"}
    assert longest_runs(engine) == dict.fromkeys(SCHOOLS, 10)
    rows = [line.split() for line in said.out.splitlines()]
    assert rows[1] == ["8412000-0.csv", "8412000", "wide-1", "2", "20", "0", "0", "imported"]
    assert rows[2] == ["8412000-1.csv", "8412000", "wide-1", "2", "20", "0", "1", "imported"]
    assert said.out.splitlines()[-1] == "16 imported."
    again = cme("import", "night", "--map", "map.csv", "--jobs", "2", "--yes")
    assert (again.status, again.err) == (0, "")
    assert again.out.splitlines()[-1] == "16 nothing new."


@pytest.mark.slow
def test_without_yes_everything_is_checked_and_waits(
    cme: CommandLine, tmp_path: Path, engine: Engine
) -> None:
    night(tmp_path, {f"{SCHOOLS[0]}-*.csv": SCHOOLS[0]})
    for path in (tmp_path / "night").glob("*.csv"):
        if not path.name.startswith(SCHOOLS[0]):
            path.unlink()
    said = cme("import", "night", "--map", "map.csv", "--jobs", "1")
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith(
        "2 waiting for approval.\nApprove what waits in the browser, or give the same command with --yes.\n"
    )
    assert set(statuses(engine).values()) == {"checked"}
    assert longest_runs(engine) == {}
    assert cme("import", "night", "--map", "map.csv", "--jobs", "1", "--yes").status == 0
    assert longest_runs(engine) == {SCHOOLS[0]: 10}


@pytest.mark.slow
def test_a_list_of_the_roll_is_imported_and_not_thrown_away(
    cme: CommandLine, tmp_path: Path, engine: Engine
) -> None:
    (tmp_path / "night").mkdir()
    content = write_register(WEEKS[0], {"Birch, Ada": "OOOOO", "Zeal, Zoe": "PPPPP"})
    (tmp_path / "night" / "a-register.csv").write_bytes(content)
    head = "Adm No,Surname,Forename,Date of birth,Looked after\n"
    (tmp_path / "night" / "b-roll.csv").write_text(
        f"{head}Birch-Ada,Birch,Ada,04/05/2014,yes\nZeal-Zoe,Zeal,Zoe,04/05/2014,\n"
    )
    (tmp_path / "map.csv").write_text(f"file,school\n*.csv,{SCHOOLS[0]}\n")
    said = cme("import", "night", "--map", "map.csv", "--jobs", "1", "--yes")
    assert (said.status, said.err) == (0, "")
    assert set(statuses(engine).values()) == {"approved"}
    with closing(engine.connect()) as connection:
        assert connection.execute(text("SELECT kind FROM pupil_flag")).all() == [("looked_after",)]


def test_what_is_wrong_with_one_file_is_said_and_the_others_are_kept(
    cme: CommandLine, tmp_path: Path, engine: Engine
) -> None:
    one, two, three = SCHOOLS[:3]
    lines = {f"{one}-*": one, f"{two}-0.csv": two, f"{two}-1.csv": "8419999", "late.csv": three}
    night(tmp_path, lines)
    folder = tmp_path / "night"
    for path in folder.glob("*.csv"):
        if not path.name.startswith((one, two)):
            path.unlink()
    (folder / "stray.csv").write_bytes(b"x")
    (folder / f"{one}-0.csv").write_bytes(b"%PDF-1.7")
    bad = {"Birch, Ada": ["QZ", "O", "O", "O", "O"], "Zeal, Zoe": "PPPPP"}
    (folder / f"{two}-0.csv").write_bytes(write_register(WEEKS[0], bad))
    said = cme("import", "night", "--map", "map.csv", "--jobs", "2", "--yes")
    assert said.status == 2
    assert statuses(engine) == {(one, f"{one}-1.csv"): "approved", (two, f"{two}-0.csv"): "faulty"}
    lines_said = said.err.splitlines()
    assert "stray.csv: the map has no school for it. Correct the map and import it again." in lines_said
    assert f"late.csv: there is no such file for school {three}. See whether its export came." in lines_said
    assert "There is no school 8419999. Add it with cme school add." in lines_said
    assert f"{one}-0.csv: This is a PDF. Export the register as Excel or CSV." in lines_said
    assert any(line.startswith(f"Error: {two}-0.csv F2: ") for line in lines_said)
    assert said.out.splitlines()[-1] == "5 failed, 1 imported."


@pytest.mark.slow
def test_parts_of_one_register_are_one_upload(cme: CommandLine, tmp_path: Path, engine: Engine) -> None:
    school = SCHOOLS[0]
    (tmp_path / "night").mkdir()
    for name, pupil in (("7a", "Birch, Ada"), ("8b", "Zeal, Zoe")):
        content = write_register(WEEKS[0], {pupil: "POPOP", f"{pupil}-Lee": "PPPPP"})
        (tmp_path / "night" / f"{name}.csv").write_bytes(content)
    (tmp_path / "map.csv").write_text(f"file,school,together\n*.csv,{school},yes\n")
    said = cme("import", "night", "--map", "map.csv", "--jobs", "1", "--yes")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[1].split() == [
        "7a.csv", "+", "8b.csv", school, "wide-1", "4", "40", "0", "0", "imported",
    ]  # fmt: skip
    assert list(statuses(engine)) == [(school, "7a.csv and 1 more")]


@pytest.mark.slow
def test_an_interruption_finishes_what_is_under_way_and_begins_no_more(
    cme: CommandLine, tmp_path: Path, engine: Engine
) -> None:
    night(tmp_path)
    # Behind this process on a busy machine, so that the first approval is seen before the last.
    command = ["nice", "-n", "19", sys.executable, "-c", "from cme.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "import", "night", "--map", "map.csv", "--jobs", "1", "--yes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        start_new_session=True,
    )
    ends = time.monotonic() + PATIENCE
    while "approved" not in statuses(engine).values() and time.monotonic() < ends:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "Stopped. Nothing more was done."
    assert "Traceback" not in err
    assert out.splitlines()[0].startswith("File")
    done = statuses(engine)
    assert set(done.values()) == {"approved"}
    assert f"{16 - len(done)} not begun" in out.splitlines()[-1]
    assert cme("import", "night", "--map", "map.csv", "--jobs", "2", "--yes").status == 0
    assert longest_runs(engine) == dict.fromkeys(SCHOOLS, 10)
