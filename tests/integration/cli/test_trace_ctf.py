"""`cme trace ctf`: the lost-pupil file from the command line."""

import json
import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from importers.ctf import read_ctf
from tests.integration.cli.conftest import CommandLine
from tests.integration.services.office import days_from, write_register

DAYS = days_from(date(2026, 10, 5), 12)
UPN = "M841200023001"


@pytest.fixture
def case(cme: CommandLine, tmp_path: Path, sqlite_url: str) -> str:
    """A child with a case whose name came off the roll; the reference of the case."""
    cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
    pupils = {"Zeal, Zoe": "P" * 12, "Birch, Ada": "PPP" + "O" * 9}
    (tmp_path / "register.csv").write_bytes(write_register(DAYS, pupils, numbers={"Birch, Ada": UPN}))
    assert cme("import", "register.csv", "--school", "8412001", "--yes").status == 0
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE registration SET removed_on = '2026-11-20'")
        database.execute("UPDATE pupil SET sex = 'F'")
    [found] = json.loads(cme("cases", "--json").out)
    return str(found["reference"])


def test_the_file_is_written_for_its_owner_alone_and_never_over_another(
    cme: CommandLine, case: str, tmp_path: Path
) -> None:
    made = cme("trace", "ctf", case, "--out", "files")
    assert made.out.strip() == "8412001_CTF_XXXXXXX_001.xml"
    path = tmp_path / "files" / made.out.strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_ctf(path.read_bytes(), path.name).pupils[0].upn == UPN
    again = cme("trace", "ctf", case, "--out", "files")
    assert again.status == 2
    assert "is there already" in again.err


def test_a_case_that_does_not_exist_is_one_sentence(cme: CommandLine, tmp_path: Path) -> None:
    result = cme("trace", "ctf", "CME-26-9999", "--out", "files")
    assert result.status == 2
    assert "There is no case CME-26-9999" in result.err
    assert not (tmp_path / "files").exists()
