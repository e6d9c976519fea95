"""The command line on a database of the test's own."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from cme.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


CommandLine = Callable[..., Said]


@pytest.fixture
def cme(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Runs a command in a folder of its own, with standard input closed unless some is given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CME_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CME_ORGANISATION_NAME", "Northmoor Council")
    monkeypatch.setenv("CME_ARGON2_TIME_COST", "1")
    monkeypatch.setenv("CME_ARGON2_MEMORY_KIB", "8")

    def run(*arguments: str, stdin: str = "") -> Said:
        result = CliRunner().invoke(main, arguments, input=io.BytesIO(stdin.encode()))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run
