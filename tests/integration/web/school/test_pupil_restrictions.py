"""Contact restrictions of a pupil: adding, ending, and standing first wherever contacts are shown."""

import re

import pytest

from cme.access.roles import Role
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.store import cases
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.webclient import WebClient

ENTRY = RollEntry(
    house="12",
    street="High Street",
    postcode="DL1 5QT",
    contacts=(
        ContactEntry("Pat Arden", "Mother", "07700 900001"),
        ContactEntry("Lee Arden", "Father", "07700 900002"),
    ),
)
NOTE = "Court order of 3 June"


@pytest.fixture
def reference(book: Casebook) -> str:
    """An absent child with a case, a home and two contacts."""
    reference = book.enquiries()
    with book.world.app.app_context(), transaction():
        case = cases.find_case(book.dsl, reference)
        assert case is not None
        roll.apply(book.dsl, book.place.school_id or 0, {case.registration_id: RollRow(ENTRY)}, (), at=AT)
    return reference


@pytest.fixture
def pupil(book: Casebook, reference: str) -> str:
    """The page of that child."""
    with book.world.app.app_context():
        case = cases.find_case(book.dsl, reference)
        assert case is not None
        return f"/pupils/{case.registration_id}"


@pytest.fixture
def dsl(world: World) -> WebClient:
    return world.sign_in_as(Role.DSL)


def restrict(client: WebClient, pupil: str, *, status: int = 303, **typed: str) -> None:
    client.post(f"{pupil}/restrictions", {"note": NOTE, **typed}, status=status)


def test_a_restriction_stands_first_on_the_pupil_and_on_every_page_of_the_case(
    world: World, dsl: WebClient, pupil: str, reference: str
) -> None:
    assert "Restrict contact, or protect the address" in dsl.get(pupil).links
    restrict(dsl, pupil, kind="advice_first")
    for path in (pupil, f"/cases/{reference}", f"/cases/{reference}/review"):
        words = dsl.get(path).words
        assert words.index("Specialist advice first.") < words.index(f"Why: {NOTE}")
    office = world.sign_in_as(Role.SCHOOL_USER)
    words = office.get(pupil).words
    assert words.index("Specialist advice first.") < words.index("Return run")
    assert words.index("Specialist advice first.") < words.index("Contacts, in the order to call")
    assert NOTE not in words


def test_a_barred_contact_stands_on_top_without_its_numbers(world: World, dsl: WebClient, pupil: str) -> None:
    asked = dsl.get(f"{pupil}/restrictions")
    assert "Do not contact Lee Arden, Father" in asked.words
    _, father = (value for value in asked.values("kind") if re.fullmatch(r"no_contact:[0-9]+", value))
    restrict(dsl, pupil, kind=father)
    words = world.sign_in_as(Role.SCHOOL_USER).get(pupil).words
    assert "Do not contact Lee Arden." in words
    shown = words[words.index("Contacts, in the order to call") :]
    assert shown.index("Lee Arden") < shown.index("Pat Arden")
    assert "07700 900002" not in words
    assert "07700 900001" in words
    page = dsl.get(pupil)
    assert "07700 900002" in page.words
    assert "tel:07700900002" not in page.html


def test_what_was_typed_stays_where_something_is_missing(dsl: WebClient, pupil: str) -> None:
    page = dsl.post(
        f"{pupil}/restrictions", {"kind": "no_contact:other", "who": "", "note": NOTE}, status=422
    )
    assert page.errors == ["Enter the name of the person who must not be contacted"]
    form = page.form(f"{pupil}/restrictions")
    assert (form["kind"], form["note"]) == ("no_contact:other", NOTE)
    page = dsl.post(f"{pupil}/restrictions", {"kind": "no_letters", "note": " "}, status=422)
    assert page.errors == [
        "Enter why, and who says so: a court order, the police, a social worker, the parent."
    ]
    for kind in ("", "no_contact:999999", "no_contact:x", "anything"):
        page = dsl.post(f"{pupil}/restrictions", {"kind": kind, "note": NOTE}, status=422)
        assert page.errors == ["Choose what must not be done"]


def test_a_name_is_for_somebody_else_alone(dsl: WebClient, pupil: str) -> None:
    typed = {"kind": "no_contact", "who": "Uncle Lee", "note": NOTE}
    page = dsl.post(f"{pupil}/restrictions", typed, status=422)
    assert page.errors == ["Leave the name out, or choose “Do not contact somebody else”"]
    assert page.form(f"{pupil}/restrictions")["who"] == "Uncle Lee"


def test_somebody_who_is_no_contact_is_restricted_by_name(dsl: WebClient, pupil: str) -> None:
    restrict(dsl, pupil, kind="no_contact:other", who="Uncle Lee")
    assert "Do not contact Uncle Lee." in dsl.get(pupil).words


@on_both
def test_a_restriction_is_ended_with_a_reason_and_stays_to_be_read(dsl: WebClient, pupil: str) -> None:
    restrict(dsl, pupil, kind="no_letters")
    ending = dsl.get(f"{pupil}/restrictions").links["End “No letters”"]
    page = dsl.post(ending, {"reason": ""}, status=422)
    assert page.errors == ["Enter why the restriction no longer holds, and who says so."]
    assert dsl.post(ending, {"reason": "The order ran out"}).location == f"{pupil}/restrictions"
    words = dsl.get(f"{pupil}/restrictions").words
    assert "The restriction is ended." in words
    assert "Why it ended: The order ran out" in words
    assert "No letters" not in dsl.get(pupil).words
    page = dsl.post(ending, {"reason": "Again"}, status=422)
    assert page.errors == ["This restriction has been ended before. Nothing was changed."]


def test_the_office_and_the_head_read_what_they_cannot_change(
    world: World, dsl: WebClient, pupil: str
) -> None:
    restrict(dsl, pupil, kind="no_letters")
    for role in (Role.SCHOOL_USER, Role.HEAD):
        client = world.sign_in_as(role)
        page = client.get(f"{pupil}/restrictions")
        assert "No letters" in page.words
        assert "Add a restriction" not in page.words
        assert (NOTE in page.words) is (role is Role.HEAD)
        restrict(client, pupil, status=404, kind="advice_first")


def test_a_protected_address_is_masked_for_the_school_and_not_for_the_officer(
    world: World, dsl: WebClient, pupil: str
) -> None:
    assert "12 High Street" in dsl.get(pupil).words
    restrict(dsl, pupil, kind="protected_address")
    for role in (Role.DSL, Role.SCHOOL_USER, Role.HEAD, Role.INSPECTOR):
        page = world.sign_in_as(role).get(pupil)
        assert "Protected: not shown" in page.words, role
        assert "High Street" not in page.html
        assert "DL1" not in page.html
    assert "12 High Street" in world.sign_in_as(Role.CME_OFFICER).get(pupil).words


def test_another_schools_pupil_is_not_there(world: World, dsl: WebClient, pupil: str) -> None:
    restrict(dsl, pupil, kind="no_letters")
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    stranger.get(f"{pupil}/restrictions", status=404)
    restrict(stranger, pupil, status=404, kind="no_letters")
    ending = dsl.get(f"{pupil}/restrictions").links["End “No letters”"]
    stranger.get(ending, status=404)
    stranger.post(ending, {"reason": "Over"}, status=404)
