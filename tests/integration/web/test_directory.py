"""Whom to tell: the directory, the urgent cards, and the checks of an administrator."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from cme.access.roles import Role
from cme.store.database import db, transaction
from cme.store.tables import DirectoryCheck, LocalAuthority
from tests.people import World
from tests.webclient import WebClient

CHECK = "/authorities/841/directory/ctail-0800"
TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOT_CHECKED = "Not yet checked: check before use"


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The whole application on one Friday."""
    with time_machine.travel(TODAY, tick=False):
        yield app


@pytest.fixture
def admin(world: World) -> WebClient:
    """The browser of Northmoor's administrator."""
    return world.sign_in_as(Role.LA_ADMIN, name="Dev Rana")


def entry_of(words: str, name: str, until: str) -> str:
    """What a page says of one entry, up to a text that follows it."""
    start = words.index(name)
    return words[start : words.index(until, start)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_everybody_who_is_signed_in_finds_whom_to_tell(world: World, role: Role) -> None:
    page = world.sign_in_as(role).get("/directory")
    assert page.heading == "Who do I tell?"
    assert page.links["Who do I tell?"] == "/directory"
    assert "Children's Access Point (CAP)" in page.words
    assert "Childline" in page.words
    assert "Family Operations Hub" not in page.words


def test_somebody_without_a_role_is_told_to_ask_and_still_rings_999(world: World) -> None:
    client = world.sign_in_as(None)
    assert "ring 999 now" in client.get("/directory").words
    assert "ring 999 now" in client.get("/urgent").words


def test_an_area_sees_its_own(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(LocalAuthority).values(policy_pack="essex"))
    page = world.sign_in_as(Role.DSL).get("/directory")
    assert "Family Operations Hub" in page.words
    assert "Children's Access Point" not in page.words
    assert page.links["Ring Family Operations Hub: 0345 603 7627"] == "tel:03456037627"


def test_what_nobody_has_checked_and_what_the_documents_dispute_is_marked(world: World) -> None:
    words = world.sign_in_as(Role.SCHOOL_USER).get("/directory").words
    disputed = entry_of(words, "NSPCC trafficking advice line (CTAIL)", "From:")
    assert NOT_CHECKED in disputed
    assert "The documents contradict each other: Another document gives 0808 800 5000" in disputed
    assert NOT_CHECKED not in entry_of(words, "Police, emergency", "From:")


def test_an_administrator_checks_an_entry_and_schools_see_it(world: World, admin: WebClient) -> None:
    assert admin.get("/directory").links[
        "Check or correct: NSPCC trafficking advice line (CTAIL), number in one document"
    ] == (CHECK)
    assert admin.get(CHECK).form(CHECK)["phone"] == "0800 107 7057"
    typed = {"phone": "0808 800 5001", "hours": "Weekdays, 9am to 5pm", "note": "Spoke to the desk"}
    done = admin.post(CHECK, {**admin.get(CHECK).form(CHECK), **typed})
    assert done.location == "/directory?authority=841"
    words = entry_of(
        world.sign_in_as(Role.DSL).get("/directory").words,
        "NSPCC trafficking advice line (CTAIL)",
        "From:",
    )
    assert "0808 800 5001" in words
    assert "Weekdays, 9am to 5pm" in words
    assert "Checked on Fri 20 Nov 2026 by Dev Rana. Spoke to the desk" in words
    assert NOT_CHECKED not in words
    assert "contradict" not in words


def test_every_check_is_kept(world: World, admin: WebClient) -> None:
    admin.post(CHECK, {"phone": "0808 800 5001"})
    admin.post(CHECK, {"phone": "0800 107 7057", "hours": "9am to 5pm (days not stated)"})
    page = admin.get(CHECK)
    assert page.words.count("Fri 20 Nov 2026, Dev Rana:") == 2
    assert "0808 800 5001" in page.words
    with world.app.app_context():
        checks = list(db.session.scalars(db.select(DirectoryCheck).order_by(DirectoryCheck.id)))
        assert [(each.phone, each.hours) for each in checks] == [("0808 800 5001", ""), ("", "")]
        assert {each.checked_on for each in checks} == {date(2026, 11, 20)}


def test_what_reaches_nobody_is_refused_and_kept(admin: WebClient) -> None:
    typed = {"phone": "ask Jo", "email": "jo at council", "url": "www.council.example", "hours": "9 to 5"}
    page = admin.post(CHECK, typed, status=422)
    assert page.errors == [
        "Enter a phone number like 01325 406222.",
        "Enter an e-mail address like team@council.example.",
        "Enter a web address that starts with https://.",
    ]
    assert page.form(CHECK).items() >= typed.items()


def test_a_check_that_says_nothing_is_refused_and_one_without_a_number_keeps_its_warning(
    world: World, admin: WebClient
) -> None:
    path = "/authorities/841/directory/darlington-head-of-service"
    page = admin.post(path, {"phone": "", "note": " "}, status=422)
    assert page.errors == ["Enter how they are reached, or say in the note why there is no number."]
    admin.post(path, {"note": "The post is vacant"})
    words = world.sign_in_as(Role.DSL).get("/directory").words
    entry = entry_of(words, "Children's Services Head of Service", "From:")
    assert "Checked on Fri 20 Nov 2026 by Dev Rana. The post is vacant" in entry
    assert "No number on record: find one before you need it" in entry


def test_what_the_policy_gives_is_shown_and_not_asked_for(world: World, admin: WebClient) -> None:
    path = "/authorities/841/directory/darlington-board-administrator"
    page = admin.get(path)
    assert "The policy of the authority gives: e-mail. Change it there." in page.words
    assert "email" not in page.form(path)
    admin.post(path, {"phone": "01325 000000"})
    words = world.sign_in_as(Role.DSL).get("/directory").words
    assert "01325 000000" in words
    assert "safeguardingboards@darlington.gov.uk" in words


@pytest.mark.parametrize("entry", ["nobody", "essex-front-door"])
def test_an_entry_that_the_authority_does_not_have_is_not_there(admin: WebClient, entry: str) -> None:
    admin.get(f"/authorities/841/directory/{entry}", status=404)
    admin.post(f"/authorities/841/directory/{entry}", {"phone": "999"}, status=404)


def test_another_authority_is_not_ones_own(world: World, admin: WebClient) -> None:
    admin.get("/authorities/212/directory/childline", status=404)
    admin.post("/authorities/212/directory/childline", {"phone": "0800 1111"}, status=404)
    admin.post(CHECK, {"phone": "0808 800 5001"})
    words = world.sign_in_as(Role.DSL, world.school_c).get("/directory").words
    assert "0808 800 5001" not in words
    # An address of another authority shows one's own.
    assert "0808 800 5001" not in (
        world.sign_in_as(Role.DSL, world.school_c).get("/directory?authority=841").words
    )


@pytest.mark.parametrize("role", [Role.DSL, Role.CME_OFFICER, Role.LA_MANAGER])
def test_only_the_administrator_checks(world: World, role: Role) -> None:
    client = world.sign_in_as(role)
    assert not any(link.startswith("Check or correct") for link in client.get("/directory").links)
    client.get(CHECK, status=404)


def test_the_cards_say_whom_to_ring_what_to_do_and_what_not(world: World) -> None:
    words = world.sign_in_as(Role.SCHOOL_USER).get("/urgent").words
    card = entry_of(words, "Forced marriage Police, emergency", "Female genital mutilation (FGM) Police")
    assert "999" in card
    assert "Children's Access Point (CAP) (no number on record yet)" in card
    assert "Do Ask for specialist advice first" in card
    assert "Do not Do not ring, write to or visit the family" in card
