"""`cme demo`: a whole authority is made through the real pipeline, kept, and shown again."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from cme import clock
from cme.casework.case import Refused
from cme.casework.stages import OPEN_STAGES, Stage
from cme.cli import main
from cme.cli.database import open_database, operator_scope
from cme.demo import authority
from cme.demo.cast import done
from cme.errors import Unusable
from cme.services.passwords import Passwords
from cme.services.tracing import searches
from cme.settings import Settings
from cme.tracing.incoming import State
from importers.reading import read_workbook
from importers.registers import read_register
from tests.integration.cli.conftest import CommandLine, Said

pytestmark = pytest.mark.slow

Query = Callable[[str], list[tuple[object, ...]]]


@dataclass(frozen=True)
class Demonstration:
    """What a first `cme demo` said, and the folder it was started in."""

    said: Said
    folder: Path


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CME_DATABASE_URL", f"sqlite:///{folder / 'demo.db'}")
        patch.setenv("CME_SECURE_COOKIES", "false")
        patch.setenv("CME_ORGANISATION_NAME", "Northmoor Council")
        patch.setenv("CME_ARGON2_TIME_COST", "1")
        patch.setenv("CME_ARGON2_MEMORY_KIB", "8")
        result = CliRunner().invoke(main, ["demo", "--no-serve"])
        yield Demonstration(Said(result.exit_code, result.stdout, result.stderr), folder)


@pytest.fixture
def query(demonstration: Demonstration) -> Iterator[Query]:
    """Asks the demonstration's database."""
    with closing(sqlite3.connect(demonstration.folder / "demo.db")) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.fixture
def again(
    demonstration: Demonstration, cme: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line on a copy of the demonstration's database."""
    with (
        closing(sqlite3.connect(demonstration.folder / "demo.db")) as made,
        closing(sqlite3.connect(tmp_path / "copy.db")) as copy,
    ):
        made.backup(copy)
    monkeypatch.setenv("CME_DATABASE_URL", f"sqlite:///{tmp_path / 'copy.db'}")
    monkeypatch.setenv("CME_SECURE_COOKIES", "false")
    return cme


def password_in(said: Said) -> str:
    found = re.search(r"with the password {2}(\S+)", said.out)
    assert found is not None
    return found[1]


def kept_passwords(path: Path) -> dict[str, str]:
    """The password hashes of the sign-ins, by e-mail address."""
    with closing(sqlite3.connect(path)) as connection:
        kept = dict(connection.execute("SELECT email, password_hash FROM user").fetchall())
    return {person.email: kept[person.email] for person in authority.PEOPLE}


def opens(password: str, path: Path) -> set[bool]:
    """Whether the password opens the accounts of the sign-ins: {True}, {False}, or some of each."""
    passwords = Passwords.from_settings(Settings.load())
    return {passwords.matches(password, kept) for kept in kept_passwords(path).values()}


def test_it_prints_a_sign_in_for_every_role_of_a_person(demonstration: Demonstration) -> None:
    said = demonstration.said
    assert said.status == 0
    assert "Open http://127.0.0.1:8000 and sign in as one of these" in said.out
    assert len({person.role for person in authority.PEOPLE}) == 9
    assert all(person.email in said.out for person in authority.PEOPLE)
    assert opens(password_in(said), demonstration.folder / "demo.db") == {True}


def test_it_holds_six_schools_and_their_pupils(query: Query) -> None:
    ((schools, pupils),) = query("SELECT count(DISTINCT school_id), count(*) FROM registration")
    assert schools == 6
    assert isinstance(pupils, int)
    assert pupils >= 1400
    (without_terms,) = query(
        "SELECT count(*) FROM school WHERE id NOT IN (SELECT school_id FROM calendar_period)"
    )
    assert without_terms == (1,)


def test_its_registers_came_in_two_layouts_and_were_all_approved(
    demonstration: Demonstration, query: Query
) -> None:
    assert set(query("SELECT DISTINCT layout, status FROM register_import")) == {
        ("wide-1", "approved"),
        ("long", "approved"),
        ("roll", "approved"),
    }
    files = sorted((demonstration.folder / "instance" / "demo-registers").iterdir())
    assert len(files) == query("SELECT count(*) FROM register_import")[0][0]
    for path in files[:1] + files[-1:]:
        workbook = read_workbook(path.read_bytes(), path.name)
        reading = read_register([(path.name, workbook)], known_until=clock.today())
        assert reading.errors == ()
        assert len(reading.pupils) > 100


def test_the_authority_offers_dates_and_one_school_has_entered_homes_contacts_and_flags(query: Query) -> None:
    assert {row[0] for row in query("SELECT DISTINCT kind FROM authority_period")} == {
        "term",
        "holiday",
        "inset",
    }
    of_first = "FROM registration WHERE school_id = (SELECT min(id) FROM school)"
    elsewhere = query(
        "SELECT r.return_run > 0 FROM pupil p JOIN registration r ON r.pupil_id = p.id "
        "WHERE p.postcode != '' AND r.school_id != (SELECT min(id) FROM school)"
    )
    assert elsewhere == [(1,)], "one child of another school is absent with a child of the first"
    assert query("SELECT count(*) FROM pupil WHERE postcode != ''") == query(
        f"SELECT count(*) + 1 {of_first}"
    )
    ((contacts, flags),) = query("SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM pupil_flag)")
    assert isinstance(contacts, int)
    assert contacts > 600
    assert isinstance(flags, int)
    assert flags >= 15
    assert query("SELECT count(*) > 0 FROM case_event WHERE kind = 'case.fast_tracked'") == [(1,)]


def test_a_case_stands_at_every_stage_and_each_open_one_owes_something(query: Query) -> None:
    stages = {row[0] for row in query('SELECT DISTINCT stage FROM "case"')}
    assert stages == {stage.value for stage in (*OPEN_STAGES, Stage.CLOSED)}
    owed_by_nobody = query(
        'SELECT reference FROM "case" '
        "WHERE stage != 'closed' AND due_on IS NULL AND authority_due_on IS NULL"
    )
    assert owed_by_nobody == []
    on_roll_and_not_the_schools = query(
        "SELECT reference FROM \"case\" WHERE stage != 'closed' AND due_on IS NULL "
        "AND registration_id IN (SELECT id FROM registration WHERE removed_on IS NULL)"
    )
    assert on_roll_and_not_the_schools == []
    of_first = query('SELECT DISTINCT stage FROM "case" WHERE school_id = (SELECT min(id) FROM school)')
    assert {row[0] for row in of_first} == stages


def test_what_people_did_stands_in_order_of_time(query: Query) -> None:
    told = query("SELECT case_id, at FROM case_event ORDER BY case_id, seq")
    assert told == sorted(told)
    done = {row[0] for row in query("SELECT DISTINCT kind FROM case_event")}
    assert done >= {
        "case.opened",
        "review.signed",
        "referral.drafted",
        "referral.sent",
        "referral.declined",
        "referral.acknowledged",
        "eligibility.reached",
        "closing.proposed",
        "case.closed",
    }


def test_whoever_takes_a_case_on_names_who_covers(query: Query) -> None:
    accepted = query("SELECT data FROM case_event WHERE kind = 'referral.accepted'")
    assert accepted
    assert {json.loads(str(data))["cover"] for (data,) in accepted} == {"Helen Marchetti"}


def test_a_request_of_another_authority_stands_at_every_state_and_one_is_likely_a_child_of_a_list(
    query: Query,
) -> None:
    assert {row[0] for row in query("SELECT state FROM incoming_trace")} == {each.value for each in State}
    found = query(
        "SELECT kind, label, disposition FROM trace_match JOIN listed_child ON listed_child.id = listed_id "
        "JOIN child_list ON child_list.id = list_id WHERE replaced_at IS NULL AND taken_at IS NOT NULL"
    )
    assert ("home_education", "likely", "unreviewed") in found


@pytest.mark.usefixtures("again")
def test_a_search_was_made_again_another_is_overdue_and_a_school_has_a_new_number(query: Query) -> None:
    with open_database():
        due = searches.list_due(operator_scope(), today=clock.today())
        by_hand = [each for each in due if each.spell_id is not None]
        overdue = {each.spell_id for each in by_hand if each.due_on < clock.today()}
    checked = {row[0] for row in query("SELECT spell_id FROM spell_check")}
    assert len(checked) == len(overdue) == 1
    assert checked.isdisjoint(overdue)
    assert query("SELECT successor_laestab FROM school_link WHERE ended_at IS NULL") == [("8419002",)]


def test_what_is_refused_on_the_way_stops_it() -> None:
    assert done("CME-26-0042", 7) == 7
    with pytest.raises(Unusable, match=r"CME-26-0042 .* Sign the review first\."):
        done("CME-26-0042", Refused(("Sign the review first.",)))


def test_it_stands_as_counted_and_its_audit_log_is_whole(again: CommandLine) -> None:
    assert again("audit", "verify").out.startswith("The audit log is whole: ")
    counted = again("recount", "--dry-run").out
    assert counted.endswith("; 0 of them and 0 cases had drifted. Nothing was written.\n")


def test_the_next_time_it_is_shown_as_it_was_left_with_a_new_password(
    demonstration: Demonstration, again: CommandLine, tmp_path: Path, query: Query
) -> None:
    said = again("demo", "--no-serve")
    assert said.status == 0
    assert said.err == ""
    old, new = password_in(demonstration.said), password_in(said)
    assert opens(new, tmp_path / "copy.db") == {True}
    assert opens(old, tmp_path / "copy.db") == {False}
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        for rows in (
            "SELECT * FROM registration",
            "SELECT * FROM register_line",
            'SELECT * FROM "case"',
            "SELECT * FROM case_event",
            "SELECT * FROM register_import",
        ):
            assert copy.execute(rows).fetchall() == query(rows)


def test_it_is_not_made_among_schools_of_their_own(cme: CommandLine) -> None:
    cme("school", "add", "--laestab", "8412000", "--urn", "100001", "--name", "Alder Grove")
    said = cme("demo", "--no-serve")
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "This database holds schools of its own. Set CME_DATABASE_URL to an empty one for this.\n"
    )


def test_one_that_was_stopped_halfway_is_not_shown_as_whole(
    cme: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("CME_SECURE_COOKIES", "false")
    monkeypatch.setattr(authority, "_upload_term", stop)
    assert cme("demo", "--no-serve").status == 130
    said = cme("demo", "--no-serve")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("Making the demonstration was stopped halfway. Remove its database")
