"""The family of the child of a case on its page and on the case, and the joint pack."""

from dataclasses import replace
from pathlib import Path

import pytest

from cme.access.roles import Role
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.registers.roll import RollRow, apply
from cme.services.restrictions import NewRestriction
from cme.store import cases
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.unit.documents.pdfs import words_of

HOME = RollEntry(house="77", street="Hidden Lane", postcode="QZ9 9ZQ")
RUNG = RollEntry(contacts=(ContactEntry("Pat Arden", "Mother", "07700 900001"),))
SHARED = "77 Hidden Lane, QZ9 9ZQ"


def live(book: Casebook, reference: str, entry: RollEntry = HOME) -> int:
    """Give the child of a case a home or contacts; the registration."""
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        key = case.registration_id
        with transaction():
            apply(book.dsl, book.place.school_id or 0, {key: RollRow(entry)}, (), at=AT)
        return key


@pytest.fixture
def beech(world: World) -> Casebook:
    """The cases of the other school of the authority."""
    return Casebook(world, world.school_b)


@on_both
def test_a_family_stands_together_across_schools(
    world: World, book: Casebook, beech: Casebook, tmp_path: Path
) -> None:
    one, other = book.referred(), beech.absent_child("Quill, Ben", 5)
    live(book, one)
    live(beech, other)
    officer = world.sign_in_as(Role.CME_OFFICER)
    page = officer.get(f"/cases/{one}/family")
    for words in ("Ben Quill", "Beech Hill School", f"Same address: {SHARED}", "5 school days", other):
        assert words in page.words
    assert f"/cases/{other}" in page.html
    said = officer.get(f"/cases/{one}").words
    assert "2 of this family are absent. Also away: Ben Quill. See the family" in said
    path = f"/cases/{one}/family/pack"
    made = officer.post(path, page.form(path), status=200)
    assert made.headers["Content-Disposition"] == f"attachment; filename={one}-family-pack.pdf"
    assert "no-store" in made.headers["Cache-Control"]
    words = words_of(made.response.data, tmp_path)
    assert f"Ben Quill, {other}" in words
    assert "Case opened" in words
    assert "hidden lane" not in words.casefold()


def test_a_school_is_not_told_of_another(world: World, book: Casebook, beech: Casebook) -> None:
    one, other = book.referred(), beech.absent_child("Quill, Ben", 5)
    live(book, one)
    dsl = world.sign_in_as(Role.DSL)
    alone = dsl.get(f"/cases/{one}/family")
    live(beech, other)
    assert dsl.get(f"/cases/{one}/family").words == alone.words
    assert "You see children of your own school only." in alone.words
    assert "Nobody else of this family is known here." in alone.words
    assert "Download the joint pack" not in alone.words
    assert "of this family" not in dsl.get(f"/cases/{one}").words
    dsl.get(f"/cases/{other}/family", status=404)
    path = f"/cases/{one}/family/pack"
    refused = dsl.post(path, {"csrf_token": dsl.csrf_token()}, status=303)
    assert refused.location == f"/cases/{one}/family"
    assert "there is no joint pack" in dsl.get(f"/cases/{one}/family").words


@on_both
def test_a_protected_home_is_in_no_page_and_no_pack(world: World, book: Casebook, tmp_path: Path) -> None:
    one, other, rung = book.referred(), book.absent_child("Quill, Ben", 5), book.absent_child("Fir, Cy", 5)
    live(book, one, replace(HOME, contacts=RUNG.contacts))
    live(book, other)
    live(book, rung, RUNG)
    with world.app.app_context():
        case = cases.find_case(book.officer, other)
        assert case is not None
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        assert isinstance(restrictions.add(book.officer, case.registration_id, new, at=AT), int)
    for role in (Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.INSPECTOR):
        page = world.sign_in_as(role).get(f"/cases/{one}/family")
        assert "Ben Quill" not in page.words
        assert "address:" not in page.words
        assert "Hidden Lane" not in page.html
        assert "Cy Fir" in page.words
        assert "07700" not in page.html
    officer = world.sign_in_as(Role.CME_OFFICER)
    assert f"Same address: {SHARED}" in officer.get(f"/cases/{one}/family").words
    path = f"/cases/{one}/family/pack"
    for role, told in ((Role.CME_OFFICER, True), (Role.DSL, False)):
        client = world.sign_in_as(role)
        made = client.post(path, {"csrf_token": client.csrf_token()}, status=200)
        words = words_of(made.response.data, tmp_path).casefold()
        assert ("ben quill" in words) is told
        assert not [each for each in ("hidden lane", "qz9", "07700") if each in words]


def test_the_inspector_reads_and_prints_nothing(world: World, book: Casebook) -> None:
    one, other = book.referred(), book.absent_child("Quill, Ben", 5)
    live(book, one)
    live(book, other)
    inspector = world.sign_in_as(Role.INSPECTOR)
    page = inspector.get(f"/cases/{one}/family")
    assert f"Same address: {SHARED}" in page.words
    assert "Download the joint pack" not in page.words
    inspector.post(f"/cases/{one}/family/pack", {"csrf_token": inspector.csrf_token()}, status=404)


def test_a_sibling_who_is_back_is_not_counted(world: World, book: Casebook) -> None:
    one = book.referred()
    other = book.closing_proposed()
    live(book, one)
    live(book, other)
    officer = world.sign_in_as(Role.CME_OFFICER)
    assert "of this family" not in officer.get(f"/cases/{one}").words
    assert "Not counted absent" in officer.get(f"/cases/{one}/family").words
