"""A child who is missing from school: noted in a minute, told at once, escalated by the clock, found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.services import missing as service
from cme.store.database import db
from cme.store.schools import read_authority_ids
from cme.store.tables import Alert, Case, MissingEpisode, Pupil, Registration
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import Person, World, web_app
from tests.store import lent

NOTICED = {"noticed_on": ["20", "11", "2026"], "noticed_time": "8:30", "risk": ""}
FOUND = {
    "found_on": ["20", "11", "2026"],
    "found_time": "8:50",
    "found_how": "The caretaker, in the boiler room",
}


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


@pytest.fixture
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application, on each kind of database."""
    with lent(web_app, database_url, tmp_path_factory.getbasetemp()) as app:
        yield app


@pytest.fixture
def child(world: World) -> int:
    """A pupil who was never absent."""
    Casebook(world).upload({"Arden, Ada": ["P"] * 5})
    with world.app.app_context():
        named = select(Registration.id).join(Registration.pupil).where(Pupil.surname == "Arden")
        return db.session.scalars(named).one()


def episodes(world: World) -> list[MissingEpisode]:
    with world.app.app_context():
        return list(db.session.scalars(select(MissingEpisode).order_by(MissingEpisode.id)))


def case(world: World) -> Case:
    with world.app.app_context():
        return db.session.scalars(select(Case)).one()


def told(world: World, person: Person) -> list[str]:
    with world.app.app_context():
        own = select(Alert.text).where(Alert.user_id == person.user_id).order_by(Alert.id)
        return list(db.session.scalars(own))


def escalate(world: World, **later: int) -> int:
    with world.app.app_context():
        return service.escalate(Scope.for_operator(read_authority_ids()), at=AT + timedelta(**later))


def test_the_office_records_it_and_a_case_opens_and_everybody_is_told(world: World, child: int) -> None:
    office, dsl, officer = (world.person(role) for role in (Role.SCHOOL_USER, Role.DSL, Role.CME_OFFICER))

    office.client.post(f"/pupils/{child}/missing", NOTICED)

    opened = case(world)
    assert {"missing_now", "fast_track"} <= set(opened.overlays)
    said = f"{opened.reference}: A child is missing now. Act at once."
    assert said in told(world, dsl)
    assert said in told(world, officer)
    page = office.client.get(f"/pupils/{child}/missing")
    assert "Missing now" in page.heading
    assert "Wait for no clock" in page.words


def test_the_child_is_found_and_what_follows_is_shown(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED | {"police_told": "8:40"})
    [episode] = episodes(world)

    dsl.client.post(f"/missing/{episode.id}/found", FOUND)

    [ended] = episodes(world)
    assert ended.found_at is not None
    assert (ended.kind, ended.ended_by) == ("police", "Robin Marsh")
    assert "missing_now" not in case(world).overlays
    words = dsl.client.get(f"/pupils/{child}/missing").words
    assert FOUND["found_how"] in words
    assert "1 episode reported to the police in the last 90 days" in words


def test_the_authority_is_told_once_for_each_clock_that_ends(world: World, child: int) -> None:
    manager, dsl = world.person(Role.LA_MANAGER), world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED)

    assert escalate(world, hours=2) == 0
    assert escalate(world, hours=25) == escalate(world, hours=80) == 1
    assert escalate(world, hours=81) == 0

    assert [text.partition("Tell ")[2] for text in told(world, manager)] == [
        "the head of service.",
        "the assistant director.",
    ]
    assert not any("Tell the" in text for text in told(world, dsl))


def test_a_child_is_recorded_once(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED)
    page = dsl.client.post(f"/pupils/{child}/missing", NOTICED, status=422)
    assert "recorded as missing already" in page.words
    assert len(episodes(world)) == 1


@on_both
def test_a_correction_keeps_what_was_said_before(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED)
    [first] = episodes(world)
    correction = NOTICED | {"noticed_time": "8:15", "police_told": "8:45", "police_reference": "DH-1"}
    dsl.client.post(f"/missing/{first.id}/correct", correction)

    [kept, corrected] = episodes(world)
    assert (kept.noticed_at, corrected.supersedes_id) == (first.noticed_at, first.id)
    assert corrected.kind == "police"
    dsl.client.post(f"/missing/{first.id}/correct", correction, status=404)


def test_a_record_that_was_wrong_is_taken_back_with_a_reason(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED)
    [episode] = episodes(world)
    page = dsl.client.post(f"/missing/{episode.id}/withdraw", {"reason": " "}, status=422)
    assert page.errors == ["Enter why the record is taken back."]

    dsl.client.post(f"/missing/{episode.id}/withdraw", {"reason": "Was on a trip"})

    [withdrawn] = episodes(world)
    assert withdrawn.withdrawn_reason == "Was on a trip"
    assert "missing_now" not in case(world).overlays


@on_both
def test_three_in_ninety_days_are_told_once_and_a_correction_takes_one_back(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    for hour in (6, 7, 8):
        dsl.client.post(
            f"/pupils/{child}/missing",
            NOTICED | {"noticed_time": f"{hour}:00", "police_told": f"{hour}:10"},
        )
        dsl.client.post(f"/missing/{episodes(world)[-1].id}/found", FOUND | {"found_time": f"{hour}:30"})
    assert sum("Missing 3 times" in text for text in told(world, dsl)) == 1
    assert "Missing again and again" in dsl.client.get(f"/pupils/{child}/missing").words

    dsl.client.post(f"/missing/{episodes(world)[-1].id}/withdraw", {"reason": "Entered twice"})

    assert "Missing again and again" not in dsl.client.get(f"/pupils/{child}/missing").words


def test_what_was_typed_stays_when_it_is_refused(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    page = dsl.client.post(
        f"/pupils/{child}/missing",
        NOTICED | {"noticed_time": "quarter to", "searched": "The boiler room"},
        status=422,
    )
    assert page.errors == ["Enter a time like 14:30 or 2.30pm"]
    sent = page.form(f"/pupils/{child}/missing")
    assert (sent["searched"], sent["noticed_time"]) == ("The boiler room", "quarter to")


@pytest.mark.parametrize("role", [Role.HEAD, Role.CME_OFFICER, Role.INSPECTOR])
def test_others_read_and_record_nothing(world: World, child: int, role: Role) -> None:
    person = world.person(role)
    assert "Record that the child is missing" not in person.client.get(f"/pupils/{child}/missing").words
    person.client.post(f"/pupils/{child}/missing", NOTICED, status=404)
    assert episodes(world) == []


def test_a_child_of_another_school_is_not_there(world: World, child: int) -> None:
    stranger = world.person(Role.DSL, world.school_b)
    stranger.client.get(f"/pupils/{child}/missing", status=404)
    stranger.client.post(f"/pupils/{child}/missing", NOTICED, status=404)
    assert episodes(world) == []


@on_both
def test_what_follows_is_ticked_off_by_whoever_did_it(world: World, child: int) -> None:
    dsl, officer, office = (world.person(role) for role in (Role.DSL, Role.CME_OFFICER, Role.SCHOOL_USER))
    dsl.client.post(f"/pupils/{child}/missing", NOTICED)
    path = f"/cases/{case(world).reference}/found"

    dsl.client.post(path, {"item": "seen", "note": "By the caretaker, alone"})
    page = dsl.client.post(path, {"item": "records", "note": "Told them"}, status=422)
    assert "this is for the authority to tick" in page.words
    officer.client.post(path, {"item": "records"})

    words = officer.client.get(path).words
    assert words.count("Tick off") == 2
    assert "By the caretaker, alone" in words
    assert "By the caretaker, alone" not in office.client.get(path).words
    office.client.post(path, {"item": "police"}, status=404)
