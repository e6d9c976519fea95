"""The list of proposed removals."""

import pytest

from cme.access.roles import Role
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World

pytestmark = on_both


@pytest.mark.parametrize("role", [Role.ADMISSIONS, Role.INSPECTOR])
def test_nothing_is_proposed_and_the_page_says_what_will_be(world: World, book: Casebook, role: Role) -> None:
    book.referred()
    book.decision()
    page = world.sign_in_as(role).get("/removals")
    assert page.heading == "Removals"
    assert "No removal is proposed." in page.words
    assert "A school proposes a removal once every condition is met." in page.words


def test_the_children_who_are_eligible_are_a_number_without_names(world: World, book: Casebook) -> None:
    admissions = world.sign_in_as(Role.ADMISSIONS)
    assert "No children are eligible for decision" in admissions.get("/removals").words
    book.decision()
    words = admissions.get("/removals").words
    assert "1 child is eligible for decision" in words
    assert "Arden" not in words


def test_another_authority_counts_its_own(world: World, book: Casebook) -> None:
    book.decision()
    page = world.sign_in_as(Role.ADMISSIONS, world.elsewhere).get("/removals")
    assert "No children are eligible for decision" in page.words


@pytest.mark.parametrize("role", [Role.DSL, Role.CME_OFFICER, Role.FRONT_DOOR])
def test_removals_are_for_admissions(world: World, role: Role) -> None:
    world.sign_in_as(role).get("/removals", status=403)


def test_the_list_takes_no_form(world: World) -> None:
    world.sign_in_as(Role.ADMISSIONS).post("/removals", status=405)
