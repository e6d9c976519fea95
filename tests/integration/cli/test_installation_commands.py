"""Setting up an installation from the command line: schools, people, the database and the audit log."""

import io
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from cme.cli import main
from cme.services.passwords import Passwords
from cme.settings import Settings

CALENDAR = (
    "kind,first_on,last_on,note\nterm,2026-09-02,2026-10-23,Autumn\nholiday,2026-10-26,2026-10-30,Half term\n"
)
SCHOOL = ("school", "add", "--laestab", "8412000", "--urn", "100001", "--name", "Alder Grove School")
PERSON = ("user", "add", "--email", "robin@northmoor.example", "--name", "Robin Marsh")


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@pytest.fixture
def cme(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """The command line on a database of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CME_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CME_ARGON2_TIME_COST", "1")
    monkeypatch.setenv("CME_ARGON2_MEMORY_KIB", "8")

    def run(*arguments: str, stdin: str = "") -> Said:
        result = CliRunner().invoke(main, arguments, input=io.BytesIO(stdin.encode()))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def kept(sqlite_url: str) -> Callable[[str], list[tuple[object, ...]]]:
    """Asks the database of the test."""

    def ask(statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(statement).fetchall()

    return ask


def refused(said: Said) -> str:
    """The one sentence with which a command was refused."""
    assert said.status == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.strip()


def test_a_school_brings_its_authority(cme: Callable[..., Said]) -> None:
    said = cme(*SCHOOL)
    assert said.out.startswith("Added Alder Grove School (Darlington).\nIt has no calendar")
    assert cme(*PERSON, "--role", "la_admin", "--authority", "841").status == 0


def test_an_authority_without_a_procedure_of_its_own_says_whose_it_follows(cme: Callable[..., Said]) -> None:
    said = cme("school", "add", "--laestab", "2022001", "--urn", "100002", "--name", "Beech Hill School")
    assert said.out.startswith(
        "Added Beech Hill School (Camden).\n"
        "Camden has no policy pack of its own: it follows Darlington's until one is written.\n"
    )


def test_a_school_is_given_its_calendar(cme: Callable[..., Said], tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "terms.csv").write_text(CALENDAR, encoding="utf-8-sig")
    assert cme(*SCHOOL, "--calendar", "terms.csv").out == "Added Alder Grove School (Darlington).\n"
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        rows = connection.execute("SELECT kind, first_on FROM calendar_period ORDER BY first_on").fetchall()
    connection.close()
    assert rows == [("term", "2026-09-02"), ("holiday", "2026-10-26")]


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (("84120", "100001"), "LAESTAB must be seven digits"),
        (("84120000", "100001"), "LAESTAB must be seven digits"),
        (("٨٤١٢٠٠٠", "100001"), "LAESTAB must be seven digits"),
        (("9992000", "100001"), "LAESTAB 9992000 starts with 999, which is no local authority."),
        (
            ("9092000", "100001"),
            "LAESTAB 9092000 starts with 909 (Cumbria), which is not a local authority in",
        ),
        (("6602000", "100001"), "LAESTAB 6602000 starts with 660 (Isle of Anglesey), which is not"),
        (("8412000", "10001"), "URN must be six digits"),
        (("8412000", "1000012"), "URN must be six digits"),
    ],
)
def test_a_number_that_cannot_be_right_is_refused(
    cme: Callable[..., Said], numbers: tuple[str, str], sentence: str
) -> None:
    laestab, urn = numbers
    said = cme("school", "add", "--laestab", laestab, "--urn", urn, "--name", "Alder Grove School")
    assert refused(said).startswith(sentence)


def test_a_number_that_is_in_use_is_refused(cme: Callable[..., Said]) -> None:
    cme(*SCHOOL)
    assert refused(cme(*SCHOOL)).startswith("There is a school with LAESTAB 8412000 or URN 100001 already.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "terms.csv cannot be opened"),
        (b"kind,first_on\nterm,2026-09-02\n", "terms.csv: The calendar has no column last_on."),
        (b"PK\x03\x04\xff\xfe", "terms.csv is not a text file."),
    ],
)
def test_a_calendar_that_cannot_be_used_adds_no_school(
    cme: Callable[..., Said], tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "terms.csv").write_bytes(content)
    assert refused(cme(*SCHOOL, "--calendar", "terms.csv")).startswith(sentence)
    assert cme(*SCHOOL).status == 0


def test_a_made_password_is_shown_once(cme: Callable[..., Said]) -> None:
    cme(*SCHOOL)
    said = cme(*PERSON, "--role", "dsl", "--school", "8412000")
    assert said.out.startswith(
        "Robin Marsh has the role Designated safeguarding lead.\nTheir password, shown only"
    )
    assert len(said.out.rsplit(" ", 1)[1].strip()) == 24


def test_a_given_password_is_read_and_not_shown(cme: Callable[..., Said]) -> None:
    cme(*SCHOOL)
    said = cme(
        *PERSON,
        "--role",
        "dsl",
        "--school",
        "8412000",
        "--password-stdin",
        stdin="copper lantern over the weir\n",
    )
    assert said == Said(0, "Robin Marsh has the role Designated safeguarding lead.\n", "")


def test_a_given_password_is_held_to_the_rules(cme: Callable[..., Said]) -> None:
    cme(*SCHOOL)
    said = cme(*PERSON, "--role", "dsl", "--school", "8412000", "--password-stdin", stdin="short\n")
    assert refused(said).startswith("Your password must be at least 15 characters.")


def test_a_second_role_leaves_the_password_as_it_was(cme: Callable[..., Said]) -> None:
    cme(*SCHOOL)
    cme(*PERSON, "--role", "dsl", "--school", "8412000")
    said = cme(*PERSON, "--role", "head", "--school", "8412000")
    assert said.out.endswith("They had an account already, so their password is as it was.\n")
    assert refused(cme(*PERSON, "--role", "head", "--school", "8412000")) == (
        "That person already has the role Head teacher there."
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--role", "dsl"), "Say where the role is held: --school LAESTAB or --authority CODE."),
        (("--role", "dsl", "--authority", "841"), "Designated safeguarding lead is a role at a school."),
        (("--role", "cme_officer", "--school", "8412000"), "CME officer is a role of the local authority."),
        (("--role", "dsl", "--school", "8412999"), "There is no school 8412999. Add it first"),
        (("--role", "cme_officer", "--authority", "212"), "There is no authority 212."),
        (("--role", "operator", "--authority", "841"), "Invalid value for '--role'"),
        (("--role", "inspector", "--authority", "841"), "An inspector's role ends by itself: give its last"),
        (
            ("--role", "dsl", "--school", "8412000", "--email", "robin"),
            "An email address must have an @-sign.",
        ),
    ],
)
def test_a_role_that_does_not_fit_is_refused(
    cme: Callable[..., Said], options: tuple[str, ...], sentence: str
) -> None:
    cme(*SCHOOL)
    assert refused(cme(*PERSON, *options)).startswith(sentence)


def test_a_reset_password_is_shown_once_and_takes_the_place_of_the_old(
    cme: Callable[..., Said], kept: Callable[[str], list[tuple[object, ...]]]
) -> None:
    cme(*SCHOOL)
    cme(*PERSON, "--role", "dsl", "--school", "8412000")
    ((before,),) = kept("SELECT password_hash FROM user")
    said = cme("user", "reset", "--email", "Robin@northmoor.example")
    assert said.status == 0
    assert said.out.count("\n") == 2
    password = re.search(r"Their new password, shown only now: (\S{24})\n", said.out)
    assert password is not None
    ((after,),) = kept("SELECT password_hash FROM user")
    passwords = Passwords.from_settings(Settings.load())
    assert after != before
    assert passwords.matches(password[1], str(after))
    assert kept("SELECT action, actor FROM audit_entry")[-1] == ("password.reset", "operator")


def test_a_disabled_person_is_let_in_no_more(
    cme: Callable[..., Said], kept: Callable[[str], list[tuple[object, ...]]]
) -> None:
    cme(*SCHOOL)
    cme(*PERSON, "--role", "dsl", "--school", "8412000")
    said = cme("user", "disable", "--email", "robin@northmoor.example")
    assert said == Said(0, "They are signed out everywhere and can sign in no more.\n", "")
    assert kept("SELECT is_active FROM user") == [(0,)]
    assert kept("SELECT action, actor FROM audit_entry")[-1] == ("user.disabled", "operator")


@pytest.mark.parametrize("command", ["reset", "disable"])
def test_an_address_without_an_account_is_said(cme: Callable[..., Said], command: str) -> None:
    cme(*SCHOOL)
    said = cme("user", command, "--email", "nobody@northmoor.example")
    assert refused(said) == "No account has that e-mail address. Check how it is written."


def test_the_audit_log_is_verified(cme: Callable[..., Said]) -> None:
    cme(*SCHOOL)
    said = cme("audit", "verify")
    first, head = said.out.strip().splitlines()
    assert first.startswith("The audit log is whole: 1 entries.")
    assert cme("audit", "verify", "--expected-head", head).status == 0
    assert "cut off" in refused(cme("audit", "verify", "--expected-head", "f" * 64))


def test_an_edited_audit_log_is_reported(cme: Callable[..., Said], sqlite_url: str) -> None:
    cme(*SCHOOL)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE audit_entry SET actor = 'user:1'")
    connection.close()
    assert refused(cme("audit", "verify")) == "The audit log is not whole. Entry 1 was edited."


def test_upgrading_a_database_that_is_up_to_date_does_no_harm(cme: Callable[..., Said]) -> None:
    assert cme("db", "upgrade").status == 0


def test_a_database_that_cannot_be_used_is_said_in_a_sentence(
    cme: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CME_DATABASE_URL", "mysql://somewhere/cme")
    assert refused(cme("audit", "verify")).startswith("The database address names mysql.")


def test_a_taken_port_is_said_in_a_sentence(cme: Callable[..., Said]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused(cme("serve", "--port", str(port))).startswith(
            f"Port {port} is in use by another program."
        )


def test_a_weak_key_stops_the_server_in_a_sentence(
    cme: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CME_SECRET_KEY", "secret")
    assert refused(cme("serve", "--port", "8799")).startswith("CME_SECRET_KEY is too easy to guess.")


@pytest.mark.usefixtures("cme")
def test_a_process_of_the_server_spares_the_collector_what_it_has_loaded() -> None:
    ready = (
        "import gc; from cme.cli.serve import application; application(); print(gc.get_freeze_count() > 1e5)"
    )
    done = subprocess.run([sys.executable, "-c", ready], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_an_unknown_command_is_refused_in_a_sentence(cme: Callable[..., Said]) -> None:
    assert refused(cme("nothing")) == "No such command 'nothing'."


def test_the_command_line_starts_without_the_web_and_the_database() -> None:
    heavy = "import sys, cme.cli; print({'flask', 'sqlalchemy', 'wtforms'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
