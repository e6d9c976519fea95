"""The removal conditions of a case."""

import pytest

from cme.access.roles import Role
from tests.integration.web.casebook import Casebook
from tests.people import World


def test_removal_is_plainly_not_possible(world: World, book: Casebook) -> None:
    words = world.sign_in_as(Role.DSL).get(f"/cases/{book.decision()}/gate").words
    assert "Removal is not possible: 10 of 15 conditions are not met. The child stays on roll." in words
    assert "Eligible for decision The removal run stands at 21 of 20 school days" in words
    assert "Conditions 6 to 15 rest on enquiries, findings and signatures that cannot be recorded" in words


def test_each_condition_gives_its_reason_its_remedy_and_its_source(world: World, book: Casebook) -> None:
    words = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{book.referred()}/gate").words
    assert "Not eligible for decision The removal run stands at 11 of 20 school days" in words
    assert "Met: 1. On roll, of compulsory school age, not a boarder." in words
    assert (
        "Not met: 2. Absent for as long as the ground asks. 11 of 20 school days of only G, N or O." in words
    )
    assert "What would change it: Wait for the register." in words
    assert "Not recorded yet." in words
    assert "Source: SI 2024/208 reg 9(1)(h) and (i)." in words


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.FRONT_DOOR, Role.ADMISSIONS])
def test_the_conditions_are_for_those_who_decide(world: World, book: Casebook, role: Role) -> None:
    world.sign_in_as(role).get(f"/cases/{book.decision()}/gate", status=404)


def test_the_conditions_of_another_school_are_not_found(world: World, book: Casebook) -> None:
    world.sign_in_as(Role.DSL, world.school_b).get(f"/cases/{book.decision()}/gate", status=404)


def test_the_page_only_reads(world: World, book: Casebook) -> None:
    world.sign_in_as(Role.DSL).post(f"/cases/{book.decision()}/gate", status=405)
