"""Home, contacts and flags on a pupil's page, for those who may see them."""

from datetime import date

import pytest

from cme.access.roles import Role
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.store import cases
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.web.casebook import AT, Casebook
from tests.people import World

ENTRY = RollEntry(
    sex="F",
    house="12",
    street="High Street",
    town="Northmoor",
    postcode="DL1 5QT",
    contacts=(
        ContactEntry("Pat <Arden>", "Mother", "07700 900001; ext 12", "pat@example.org"),
        ContactEntry("Sam Arden"),
    ),
    contact_slots=2,
    flags=("child_protection_plan",),
    admitted_on=date(2026, 9, 2),
    leaving_on=date(2027, 7, 20),
)


@pytest.fixture
def reference(book: Casebook) -> str:
    """A referred child without roll data."""
    return book.referred()


def path_of(book: Casebook, reference: str, entry: RollEntry | None) -> str:
    """The page of the child of a case, once what a file says is on record."""
    with book.world.app.app_context(), transaction():
        case = cases.find_case(book.dsl, reference)
        assert case is not None
        rows = {case.registration_id: RollRow(entry)} if entry else {}
        roll.apply(book.dsl, book.place.school_id or 0, rows, (), at=AT)
        return f"/pupils/{case.registration_id}"


def test_contacts_stand_in_the_order_to_call_with_numbers_to_dial(
    world: World, book: Casebook, reference: str
) -> None:
    page = world.sign_in_as(Role.SCHOOL_USER).get(path_of(book, reference, ENTRY))
    words = page.words
    assert words.index("Pat <Arden>") < words.index("07700 900001") < words.index("Sam Arden")
    assert "No phone number and no e-mail address on record" in words
    assert 'href="tel:07700900001"' in page.html
    assert "tel:12" not in page.html
    for shown in ("12 High Street", "DL1 5QT", "2 Sep 2026", "Female", "takes nobody off roll"):
        assert shown in words


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.SCHOOL_USER, False),
        (Role.DSL, True),
        (Role.HEAD, True),
        (Role.CME_OFFICER, True),
        (Role.FRONT_DOOR, True),
        (Role.INSPECTOR, True),
    ],
)
def test_flags_are_for_those_who_may_see_risk_notes(
    world: World, book: Casebook, reference: str, role: Role, sees: bool
) -> None:
    page = world.sign_in_as(role).get(path_of(book, reference, ENTRY))
    assert ("Child protection plan" in page.words) is sees
    assert "High Street" in page.words


def test_a_child_of_another_school_shows_nothing(world: World, book: Casebook, reference: str) -> None:
    path = path_of(book, reference, ENTRY)
    page = world.sign_in_as(Role.DSL, world.school_b).get(path, status=404)
    assert "High Street" not in page.html


def test_without_roll_data_the_page_says_where_it_comes_from(
    world: World, book: Casebook, reference: str
) -> None:
    words = world.sign_in_as(Role.SCHOOL_USER).get(path_of(book, reference, None)).words
    assert "No contacts are on record. They come with a register or a list of pupils" in words
    assert "Not on record" in words
