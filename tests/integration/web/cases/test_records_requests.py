"""Somebody asked for the child's records: the case says so at once, and it can be taken back."""

from cme.access.roles import Role
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World

ASKED = {"asked_for": "records", "asked_by": "Example Academy, 840/4123", "received_on": ["20", "11", "2026"]}


@on_both
def test_a_request_is_told_to_both_sides_and_stands_in_the_case(world: World, book: Casebook) -> None:
    path = f"/cases/{book.referred()}"
    office, dsl, officer = map(world.sign_in_as, (Role.SCHOOL_USER, Role.DSL, Role.CME_OFFICER))
    office.post(f"{path}/records-request", ASKED)
    assert "Somebody asked for the child's records" in officer.get(path).words
    assert "Example Academy, 840/4123" in officer.get(path).words
    for told in (dsl, officer):
        alerts = told.get("/alerts").words
        assert "Somebody has asked for the child's records" in alerts
        assert "Birch" not in alerts


def test_what_is_missing_is_named_and_what_was_typed_is_kept(world: World, book: Casebook) -> None:
    path = f"/cases/{book.referred()}/records-request"
    page = world.sign_in_as(Role.DSL).post(path, {"received_on": ["1", "1", "2030"]}, status=422)
    assert page.errors == [
        "Choose what was asked for.",
        "Enter which school or authority asked.",
        "The day on which the request came must be today or earlier.",
    ]
    assert page.form(path)["received_on"] == "2030"


def test_it_is_taken_back_with_a_reason_and_only_where_it_was_recorded(world: World, book: Casebook) -> None:
    path, dsl = f"/cases/{book.referred()}", world.sign_in_as(Role.DSL)
    assert f"{path}/withdraw-request" not in dsl.get(path).links.values()
    dsl.post(f"{path}/records-request", ASKED)
    assert dsl.post(f"{path}/withdraw-request", status=422).errors == ["Enter the reason."]
    dsl.post(f"{path}/withdraw-request", {"reason": "Another child of the same name"})
    assert "Another child of the same name" in dsl.get(path).words
    assert f"{path}/withdraw-request" not in dsl.get(path).links.values()
