"""A school's own codes in the browser."""

import pytest

from cme.access.roles import Role
from tests.integration.services.office import on_both
from tests.integration.web.casebook import register
from tests.integration.web.school.conftest import Office
from tests.people import World

FORM = {
    "own_code": "I01",
    "code": "I",
    "first_on": ["1", "9", "2026"],
    "last_on": ["", "", ""],
}


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A."""
    return Office(world, world.sign_in_as(Role.SCHOOL_USER, name="Robin Marsh"))


@pytest.fixture
def path(office: Office) -> str:
    """The page of the school's codes."""
    return f"{office.path}/codes"


def test_the_page_begins_empty_and_with_the_first_day_of_the_academic_year(office: Office, path: str) -> None:
    page = office.client.get(path)
    assert page.heading == "Your own codes"
    assert "No code of your own is entered" in page.words
    boxes = [each.get("value") for each in page.tree.iter("input") if each.get("name") == "first_on"]
    assert boxes == ["01", "09", "2026"]


def test_a_code_is_kept_and_shown_with_who_entered_it(office: Office, path: str) -> None:
    assert office.client.post(path, FORM).location == path
    page = office.client.get(path)
    assert "The code is kept" in page.words
    assert "I01 Stands for I: Illness From 1 September 2026 Until No end" in page.words
    assert "Fri 20 Nov 2026, 12:00pm, by Robin Marsh" in page.words


@pytest.mark.parametrize(
    ("changes", "target", "sentence"),
    [
        ({"own_code": ""}, "own_code", "Enter the code as it stands in your file"),
        ({"code": ""}, "code", "Choose what the code stands for"),
        ({"code": "??"}, "code", '"??" is not an attendance code'),
        ({"own_code": "O"}, "own_code", "O is a code of the national list"),
        ({"own_code": "i"}, "own_code", "i is I in lower case"),
        ({"first_on": ["", "", ""]}, "first_on-day", "Enter the first day"),
        ({"first_on": ["31", "2", "2026"]}, "first_on-day", "must be a real date"),
        ({"last_on": ["1", "8", "2026"]}, "last_on-day", "The last day is before the first"),
        ({"code": "Y1", "first_on": ["1", "9", "2023"]}, "first_on-day", "Y1 came in on 19 August 2024"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    office: Office, path: str, changes: dict[str, object], target: str, sentence: str
) -> None:
    page = office.client.post(path, FORM | changes, status=422)
    assert page.title.startswith("Error: ")
    assert page.links[page.errors[0]] == f"#{target}"
    assert sentence in page.errors[0]
    assert page.form(path)["own_code"] == (FORM | changes)["own_code"]
    assert "No code of your own is entered" in page.words


def test_a_code_cannot_stand_for_two_things_on_one_day(office: Office, path: str) -> None:
    office.client.post(path, FORM)
    page = office.client.post(path, FORM | {"code": "O"}, status=422)
    assert "stands for I on some of these days already" in page.errors[0]
    assert page.links[page.errors[0]] == "#own_code"


def test_a_sign_of_any_kind_can_stand_for_present(office: Office, path: str) -> None:
    for code in ("/", "\\"):
        office.client.post(path, FORM | {"own_code": "\u2713 1", "code": code})
    assert office.client.get(path).words.count("\u2713 1 Stands for") == 2


@on_both
def test_an_ended_code_is_gone_and_cannot_be_ended_twice(office: Office, path: str) -> None:
    office.client.post(path, FORM)
    page = office.client.get(path)
    (end,) = (form.get("action", "") for form in page.tree.iter("form") if "/end" in form.get("action", ""))
    office.client.post(end)
    assert "No code of your own is entered" in office.client.get(path).words
    office.client.post(end, status=404)


@on_both
def test_a_register_is_read_with_the_codes(office: Office, path: str) -> None:
    content = register({"Zeal, Zoe": ["P"] * 6, "Birch, Ben": ["I01"] * 2})
    faulty = office.send(content).location
    assert office.client.get(faulty).heading == "Put right the register"
    office.client.post(path, FORM)
    assert list(office.client.get(path).links.values()).count(faulty) == 1
    office.client.post(f"{faulty}/answers")
    assert office.client.get(faulty).heading == "Check the register"


def test_others_find_nothing(world: World, office: Office, path: str) -> None:
    office.client.post(path, FORM)
    for stranger in (world.sign_in_as(Role.DSL, world.school_b), world.sign_in_as(Role.HEAD)):
        stranger.get(path, status=404)
        stranger.post(path, FORM, status=404)
        stranger.post(f"{path}/1/end", status=404)
    dsl = world.sign_in_as(Role.DSL, world.school_b)
    dsl.post(f"/schools/{world.school_b.laestab}/codes/1/end", status=404)
    assert "I01" in office.client.get(path).words
