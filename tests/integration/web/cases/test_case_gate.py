"""The removal conditions of a case, the facts they wait for, and where each is seen to."""

import pytest

from cme.access.roles import Role
from cme.casework.removal.recorded import FactKind
from cme.store.database import db
from cme.store.tables import RemovalFact
from tests.integration.web.casebook import Casebook
from tests.integration.web.removing import removed
from tests.people import World

ENTERED = {"who": "Kit Lowe, office", "on": ["19", "11", "2026"]}


def test_removal_is_plainly_not_possible(world: World, book: Casebook) -> None:
    words = world.sign_in_as(Role.DSL).get(f"/cases/{book.decision()}/gate").words
    assert "Removal is not possible: 10 of 15 conditions are not met. The child stays on roll." in words
    assert "The days are counted; conditions are open The removal run stands at 21 of 20 school" in words
    assert "Eligible for decision The removal run" not in words


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


def test_each_line_leads_to_where_it_is_seen_to(world: World, book: Casebook) -> None:
    reference = book.decision()
    dsl = world.sign_in_as(Role.DSL).get(f"/cases/{reference}/gate")
    for path in ("enquiries", "statement", "facts/no_objection", "facts/dual_registered"):
        assert f'href="/cases/{reference}/{path}"' in dsl.html
    assert "facts/attendance_order" not in dsl.html
    officer = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}/gate")
    assert f'href="/cases/{reference}/facts/attendance_order"' in officer.html
    assert "facts/no_objection" not in officer.html
    manager = world.sign_in_as(Role.LA_MANAGER).get(f"/cases/{reference}/gate")
    assert "/facts/" not in manager.html


def test_a_line_that_is_for_others_says_whom_to_ask(world: World, book: Casebook) -> None:
    reference = book.decision()
    asking = "This is for the CME officer to record. Ask them."
    told = "This is for the designated safeguarding lead to record. Ask them."
    dsl = world.sign_in_as(Role.DSL).get(f"/cases/{reference}/gate").words
    assert (dsl.count(asking), dsl.count(told)) == (2, 0)
    officer = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}/gate").words
    assert (officer.count(asking), officer.count(told)) == (0, 3)


@pytest.mark.parametrize("kind", list(FactKind))
def test_yes_stands_first_on_every_page_of_a_fact(world: World, book: Casebook, kind: FactKind) -> None:
    role = Role.CME_OFFICER if kind in (FactKind.ATTENDANCE_ORDER, FactKind.SPECIAL_SCHOOL) else Role.DSL
    words = world.sign_in_as(role).get(f"/cases/{book.decision()}/facts/{kind}").words.split("Answer", 1)[1]
    assert words.strip().startswith("Yes")


def test_ground_h_and_the_other_grounds_are_switched_to(world: World, book: Casebook) -> None:
    reference, dsl = book.decision(), world.sign_in_as(Role.DSL)
    leave = dsl.get(f"/cases/{reference}/gate?ground=h")
    assert "Ground H: not back within ten school days of granted leave" in leave.words
    assert f'href="/cases/{reference}/facts/leave"' in leave.html
    home = dsl.get(f"/cases/{reference}/gate?ground=f").words
    assert "The parent's written notice" in home
    assert "Not eligible for decision No number of days removes a child" in home
    assert "Ground I: absent without permission" in dsl.get(f"/cases/{reference}/gate?ground=zz").words


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.FRONT_DOOR, Role.ADMISSIONS])
def test_the_conditions_are_for_those_who_decide(world: World, book: Casebook, role: Role) -> None:
    world.sign_in_as(role).get(f"/cases/{book.decision()}/gate", status=404)


def test_the_conditions_of_another_school_are_not_found(world: World, book: Casebook) -> None:
    world.sign_in_as(Role.DSL, world.school_b).get(f"/cases/{book.decision()}/gate", status=404)


def test_the_page_only_reads(world: World, book: Casebook) -> None:
    world.sign_in_as(Role.DSL).post(f"/cases/{book.decision()}/gate", status=405)


def test_a_fact_is_recorded_and_its_line_says_by_whom(world: World, book: Casebook) -> None:
    reference, dsl = book.decision(), world.sign_in_as(Role.DSL, name="Ash Fenner")
    path = f"/cases/{reference}/facts/no_objection"
    assert "Does social care or the police object to a removal?" in dsl.get(path).words
    dsl.post(path, {**ENTERED, "holds": "yes"}, status=303)
    words = dsl.get(f"/cases/{reference}/gate").words
    assert "Met: 13. No objection of social care or police." in words
    assert "Recorded by Ash Fenner" in words
    assert "On record: No: neither objects: Kit Lowe, office" in dsl.get(path).words
    assert "9 of 15" in words


def test_a_fact_that_somebody_else_recorded_meanwhile_is_read_first(world: World, book: Casebook) -> None:
    path = f"/cases/{book.decision()}/facts/expected_back"
    dsl, officer = world.sign_in_as(Role.DSL, name="Ash Fenner"), world.sign_in_as(Role.CME_OFFICER)
    opened = dsl.get(path).form(path)
    officer.post(path, {**ENTERED, "holds": "yes"}, status=303)
    page = dsl.post(path, {**opened, **ENTERED, "holds": "no", "note": "They rang"}, status=409)
    assert any("Somebody else recorded this" in error for error in page.errors)
    assert "On record: Yes, the child is expected back" in page.words
    assert "They rang" in page.html
    dsl.post(path, {**page.form(path), **ENTERED, "holds": "no"}, status=303)
    with world.app.app_context():
        assert [row.value["holds"] for row in db.session.query(RemovalFact).order_by("id")] == [True, False]


def test_what_was_typed_is_kept_where_a_fact_is_refused(world: World, book: Casebook) -> None:
    dsl, path = world.sign_in_as(Role.DSL), f"/cases/{book.decision()}/facts/leave"
    page = dsl.post(path, {**ENTERED, "holds": "yes", "note": "A slip of 2 October"}, status=422)
    assert "Enter the last day of the leave." in page.words
    assert "A slip of 2 October" in page.html
    assert "Kit Lowe, office" in page.html
    with world.app.app_context():
        assert db.session.query(RemovalFact).count() == 0


def test_granted_leave_leads_to_ground_h(world: World, book: Casebook) -> None:
    reference, dsl = book.decision(), world.sign_in_as(Role.DSL)
    typed = {**ENTERED, "holds": "yes", "last_on": ["23", "10", "2026"]}
    page = dsl.post(f"/cases/{reference}/facts/leave", typed, status=303)
    assert page.location == f"/cases/{reference}/gate?ground=h"


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.DSL, FactKind.ATTENDANCE_ORDER), (Role.CME_OFFICER, FactKind.NO_OBJECTION)]
)
def test_each_side_records_its_own_facts(world: World, book: Casebook, role: Role, kind: FactKind) -> None:
    path, client = f"/cases/{book.decision()}/facts/{kind}", world.sign_in_as(role)
    client.get(path, status=303)
    page = client.post(path, {**ENTERED, "holds": "no"}, status=422)
    assert "Ask them." in page.words


def test_while_a_possible_location_is_looked_into_nothing_is_due(world: World, book: Casebook) -> None:
    reference = book.decision()
    dsl, path = world.sign_in_as(Role.DSL), f"/cases/{reference}/location"
    dsl.post(path, {"source": "A neighbour", "message": "At an aunt's"}, status=303)
    words = dsl.get(f"/cases/{reference}/gate").words
    assert "A possible location is being looked into. Nothing is proposed or decided" in words
    assert "due immediately" not in words


def test_the_gate_of_a_removed_child_does_not_say_that_the_child_stays_on_roll(
    world: World, book: Casebook
) -> None:
    words = world.sign_in_as(Role.DSL).get(f"/cases/{removed(book)}/gate").words
    assert "The child was removed from the register on" in words
    assert "The child stays on roll" not in words


def test_an_unknown_fact_is_not_found(world: World, book: Casebook) -> None:
    world.sign_in_as(Role.DSL).get(f"/cases/{book.decision()}/facts/nothing", status=404)


def test_the_return_and_the_evidence_are_filled_in_with_the_proposal(world: World, book: Casebook) -> None:
    reference = book.decision()
    dsl = world.sign_in_as(Role.DSL).get(f"/cases/{reference}/gate?ground=f")
    assert f'href="/cases/{reference}/removal/propose?ground=f"' in dsl.html
    officer = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}/gate?ground=f")
    assert "removal/propose" not in officer.html
