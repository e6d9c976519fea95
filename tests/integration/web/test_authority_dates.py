"""The dates that an authority offers its schools: for its administrator alone."""

import io

import pytest

from cme.access.roles import Role
from cme.store.calendars import read_authority_periods
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.webclient import Page, WebClient

PATH = "/authorities/841/dates"
TERM = {"kind": "term", "first_on": ["2", "9", "2026"], "last_on": ["23", "10", "2026"], "note": "Autumn"}
FILE = b"kind,first_on,last_on,note\nterm,2026-09-02,2026-10-23,Autumn\ninset,2026-09-02,,Training\n"


@pytest.fixture
def admin(world: World) -> WebClient:
    """Northmoor's administrator."""
    return world.sign_in_as(Role.LA_ADMIN)


def held(world: World) -> int:
    with world.app.app_context():
        return len(read_authority_periods(Casebook(world).officer, world.northmoor.authority_id))


def confirm(admin: WebClient, page: Page, *, status: int = 303) -> Page:
    return admin.post(f"{PATH}/change", page.form(f"{PATH}/change"), status=status)


def test_whoever_has_one_authority_starts_at_its_dates(admin: WebClient) -> None:
    assert admin.get("/authorities/", status=303).location == PATH
    assert admin.get("/schools/").links["Term dates"] == "/authorities/"


def test_nothing_is_offered_at_first(admin: WebClient) -> None:
    page = admin.get(PATH)
    assert page.heading == "Dates offered to schools"
    assert "No term is entered" in page.words


def test_a_term_is_looked_at_and_then_offered(world: World, admin: WebClient) -> None:
    page = admin.post(f"{PATH}/entry", {"step": "look", **TERM}, status=200)
    assert page.heading == "Check the change"
    assert held(world) == 0
    confirm(admin, page)
    page = admin.get(f"{PATH}?year=2026")
    assert "Schools see them when they copy them" in page.words
    assert "Wed 2 Sep to Fri 23 Oct 2026" in page.words
    assert "38 school days" in page.words


def test_a_file_is_taken_and_downloaded_again(world: World, admin: WebClient) -> None:
    page = admin.post(f"{PATH}/upload", {"calendar": (io.BytesIO(FILE), "dates.csv")}, status=200)
    confirm(admin, page)
    assert held(world) == 2
    assert "inset,2026-09-02,2026-09-02,Training" in admin.get(f"{PATH}/calendar.csv").response.text


def test_an_entry_is_taken_out(world: World, admin: WebClient) -> None:
    confirm(admin, admin.post(f"{PATH}/entry", {"step": "look", **TERM}, status=200))
    gone = {"entry": "term:2026-09-02/2026-10-23", "step": "remove"}
    confirm(admin, admin.post(f"{PATH}/entry", gone, status=200))
    assert held(world) == 0


def test_of_two_people_the_second_is_told(world: World, admin: WebClient) -> None:
    first = admin.post(f"{PATH}/entry", {"step": "look", **TERM}, status=200)
    other = {**TERM, "first_on": ["2", "11", "2026"], "last_on": ["18", "12", "2026"]}
    second = admin.post(f"{PATH}/entry", {"step": "look", **other}, status=200)
    confirm(admin, first)
    assert "This change was made already" in confirm(admin, first, status=409).errors[0]
    again = confirm(admin, second, status=409)
    assert "Somebody else changed these dates" in again.errors[0]
    confirm(admin, again)
    assert held(world) == 2


def test_faults_are_said_and_nothing_is_lost(admin: WebClient) -> None:
    page = admin.post(f"{PATH}/entry", {**TERM, "step": "look", "last_on": ["1", "9", "2026"]}, status=422)
    assert page.errors == ["The last day is before the first day. Correct one of them."]
    assert page.form(f"{PATH}/entry")["note"] == "Autumn"
    assert admin.post(f"{PATH}/change", {"edit": "x"}, status=422).errors


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.HEAD, Role.CME_OFFICER, Role.INSPECTOR])
def test_nobody_else_opens_them(world: World, role: Role) -> None:
    world.sign_in_as(role).get(PATH, status=404)
