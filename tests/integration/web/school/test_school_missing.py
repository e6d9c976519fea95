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
    officer.client.post(path, {"item": "records", "note": "S2S, this morning"})

    words = officer.client.get(path).words
    assert words.count("Tick off") == 2
    assert "By the caretaker, alone" in words
    assert "By the caretaker, alone" not in office.client.get(path).words
    office.client.post(path, {"item": "police"}, status=404)


def test_what_asks_who_and_when_is_not_ticked_off_empty_and_can_be_taken_back(
    world: World, child: int
) -> None:
    dsl = world.person(Role.DSL).client
    dsl.post(f"/pupils/{child}/missing", NOTICED)
    path = f"/cases/{case(world).reference}/found"
    page = dsl.post(path, {"item": "seen", "note": " "}, status=422)
    assert page.errors == ["Say who saw the child: write who saw the child, when and where."]
    assert 'href="#note-seen"' in page.html
    long = "x" * 4001
    page = dsl.post(path, {"item": "seen", "note": long}, status=422)
    assert page.errors == ["The note must be 4,000 characters or fewer."]
    assert f'value="{long}"' in page.html
    dsl.post(path, {"item": "nothing", "note": "x"}, status=422)
    dsl.post(path, {"item": "marks"})
    dsl.post(path, {"item": "seen", "note": "The caretaker, at 8:50"})
    page = dsl.post(path, {"item": "seen", "note": "", "take_back": "yes"}, status=422)
    assert "The caretaker, at 8:50" in page.words
    dsl.post(path, {"item": "seen", "note": "It was her sister", "take_back": "yes"})
    page = dsl.get(path)
    assert "The caretaker, at 8:50" not in page.words
    assert "Tick off: Say who saw the child" in page.words
    timeline = dsl.get(path.removesuffix("/found")).words
    assert "Not done after all, after the child was found" in timeline
    assert "It was her sister" in timeline
    assert "The caretaker, at 8:50" in timeline
    dsl.post(path, {"item": "seen", "note": "Again", "take_back": "yes"}, status=422)


def test_what_a_person_recorded_is_theirs_and_leads_to_what_is_done_now(world: World, child: int) -> None:
    office = world.person(Role.SCHOOL_USER, name="Kim Hart").client
    office.post(f"/pupils/{child}/missing", NOTICED)
    path = f"/cases/{case(world).reference}"
    done = office.post(f"/missing/{episodes(world)[-1].id}/found", FOUND)
    assert done.location == f"{path}/found"
    page = office.get(done.location)
    assert "Recorded that the child was found. This is to be done now." in page.words
    words = office.get(path).words
    for title in ("The child is missing now", "The child is no longer missing"):
        assert f"{title} by Kim Hart" in words
    assert "Case opened by the register" in words


def test_when_and_by_whom_the_child_was_found_can_be_corrected(world: World, child: int) -> None:
    dsl = world.person(Role.DSL).client
    dsl.post(f"/pupils/{child}/missing", NOTICED)
    first = episodes(world)[-1].id
    assert "found_how" not in dsl.get(f"/missing/{first}/correct").form(f"/missing/{first}/correct")
    dsl.post(f"/missing/{first}/found", FOUND)
    path = f"/missing/{first}/correct"
    page = dsl.get(path)
    assert "Save the correction" in page.words
    assert "Record that the child is missing" not in page.words
    assert page.form(path)["found_how"] == FOUND["found_how"]
    early = dsl.post(path, {**NOTICED, **FOUND, "found_time": "8:20"}, status=422)
    assert early.errors == ["The child was noticed missing after that. Correct one of the two times."]
    dsl.post(path, {**NOTICED, **FOUND, "found_time": "8:55", "found_how": "The head, by the gate"})
    words = dsl.get(f"/pupils/{child}/missing").words
    assert "Found Fri 20 Nov 2026, 8:55am Who saw the child The head, by the gate" in words
    kept = episodes(world)[0]
    assert kept.found_how == FOUND["found_how"]
    taking_back = dsl.get(f"/missing/{episodes(world)[-1].id}/withdraw").words
    assert "This child was found, and the record says so." in taking_back


def test_a_correction_keeps_the_day_on_which_the_police_were_told(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED | {"police_told": "8:45"})
    [first] = episodes(world)
    earlier = NOTICED | {"noticed_on": ["19", "11", "2026"], "police_told": "8:45"}
    dsl.client.post(f"/missing/{first.id}/correct", earlier)
    corrected = episodes(world)[-1]
    assert (corrected.police_told_at, corrected.noticed_at) == (
        first.police_told_at,
        first.noticed_at - timedelta(days=1),
    )


def test_a_number_that_is_none_is_no_fault_of_the_server(world: World, child: int) -> None:
    dsl = world.person(Role.DSL)
    dsl.client.post(f"/pupils/{child}/missing", NOTICED)
    reference = case(world).reference
    dsl.client.post(f"/cases/{reference}/review", {"seen": "1" * 5000}, status=422)
