"""The policy of an authority: read, changed and explained, for its administrator alone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from cme import clock
from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.store.database import transaction
from cme.store.policies import find_authority
from cme.store.tables import Case
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.webclient import Page, WebClient

PATH = "/authorities/841/policy"
CLOCKS, CONTACTS, DOOR, RULES, WORDS = (
    f"{PATH}/{part}" for part in ("clocks", "contacts", "front-door", "rules", "words")
)


@pytest.fixture
def admin(world: World) -> WebClient:
    """Northmoor's administrator."""
    return world.sign_in_as(Role.LA_ADMIN, name="Ari Bell")


def starting(days: int = 0) -> list[str]:
    """A day from today on, as three boxes hold it."""
    on = clock.today() + timedelta(days=days)
    return [str(on.day), str(on.month), str(on.year)]


def save(admin: WebClient, path: str, *, status: int = 303, opened: Page | None = None, **typed: Any) -> Page:
    """Send the form of a part as it was opened, with what was typed ("clocks_dsl_review" for the path)."""
    page = opened or admin.get(path)
    names = {name.replace("-", "_"): name for name in page.form(path)}
    changed = {names.get(key, key): value for key, value in typed.items()}
    return admin.post(
        path, {**page.form(path), "valid_from": starting(), "reason": "Agreed", **changed}, status=status
    )


def versions(world: World) -> list[tuple[int, dict[str, Any]]]:
    scope = Scope(1, "Ari Bell", frozenset({Grant(Role.LA_ADMIN, world.northmoor.authority_id)}))
    with world.app.app_context():
        authority = find_authority(scope, "841")
        assert authority is not None
        return [(each.number, each.changes) for each in authority.policy_versions]


def test_whoever_has_one_authority_starts_at_its_policy(admin: WebClient) -> None:
    assert admin.get("/policy/", status=303).location == PATH
    assert admin.get(PATH).links["Policy"] == "/policy/"


def test_the_page_says_what_is_in_force_and_where_each_value_comes_from(admin: WebClient) -> None:
    page = admin.get(PATH)
    assert page.heading == "Policy"
    assert "Version in force 1, from Tue 1 Sep 2026" in page.words
    assert "Rests on Darlington procedure v2.3, 2017 (check before use)" in page.words
    for row in (
        "DSL review Value day 3 Counted from The first counted day of the absence, which is day 1 "
        "Where it comes from Our default",
        "Referral sent Value day 10",
        "Talk after a return Value Return interview Where it comes from Local procedure",
        "Eligible for decision on removal Value day 20",
        "Law: cannot be changed",
    ):
        assert row in page.words
    assert "Nothing has been changed" in page.words


def test_what_nobody_has_filled_in_is_a_fault_of_the_set_up(admin: WebClient) -> None:
    page = admin.get(PATH)
    gap = "E-mail address of the CME officer is not known"
    assert page.links[gap] == f"{CONTACTS}#contacts-cme_officer_email"
    save(admin, CONTACTS, contacts_cme_officer_email="cme@northmoor.example")
    assert gap not in admin.get(PATH).links


def test_an_authority_without_a_pack_of_its_own_is_told_whose_it_follows(admin: WebClient) -> None:
    assert "Northmoor Council has no policy pack of its own" in admin.get(PATH).words


def test_a_change_is_a_version_with_who_when_and_why(world: World, admin: WebClient) -> None:
    assert save(admin, CLOCKS, clocks_dsl_review="2", reason="Heads asked for it").location == PATH
    page = admin.get(PATH)
    assert "Version 1.1 is saved." in page.words
    assert "DSL review Value day 2" in page.words
    assert "Set here" in page.words
    assert "What changed DSL review: day 3 → day 2 Why Heads asked for it Who and when Ari Bell" in page.words
    assert versions(world) == [(1, {"clocks.dsl_review": 2})]


def test_a_version_may_begin_later(admin: WebClient) -> None:
    save(admin, DOOR, front_door_phone="01325 406222", valid_from=starting(7))
    page = admin.get(PATH)
    assert "Version in force 1," in page.words
    assert "Next version 1.1, from" in page.words
    assert "(not yet)" in page.words
    assert admin.get(CLOCKS).form(CLOCKS)["based_on"] == "1"


@pytest.mark.parametrize(
    ("path", "typed", "error"),
    [
        (CLOCKS, {"clocks_dsl_review": "6"}, "DSL review: choose a day from 1 to 5."),
        (CLOCKS, {"clocks_dsl_review": "soon"}, "DSL review: enter a whole number, like 3."),
        (CLOCKS, {"clocks_cme_referral": "11"}, "Referral sent: choose day 10 or earlier."),
        (CLOCKS, {"clocks_home_visit_by": "9", "clocks_cme_referral": "8"}, "Home visit made: choose day 8"),
        (CLOCKS, {"clocks_first_contact_red": "9:00"}, "First contact turns red: choose a time after amber."),
        (DOOR, {"front_door_phone": "none"}, "Phone number of the front door: enter a phone number like"),
        (DOOR, {"front_door_name": ""}, "Name of the front door: enter it."),
        (CONTACTS, {"contacts_director": "Sam Hale"}, "Director: enter a phone number or an e-mail address"),
        (WORDS, {"labels_investigator": "x" * 201}, "The officer who investigates: enter 200 characters"),
        (CLOCKS, {"valid_from": ["1", "1", "2020"]}, "A change starts today or later."),
        (CLOCKS, {"valid_from": ["", "", ""]}, "Enter the day from which it applies"),
        (CLOCKS, {"reason": ""}, "Enter why the policy changes"),
        (CLOCKS, {}, "Nothing is different from the policy as it stands."),
    ],
)
def test_a_refusal_names_the_field_and_keeps_what_was_typed(
    world: World, admin: WebClient, path: str, typed: dict[str, Any], error: str
) -> None:
    kept = {"reason": "Kept as typed"} if "reason" not in typed else {}
    page = save(admin, path, status=422, **kept, **typed)
    assert any(each.startswith(error) for each in page.errors)
    form = page.form(path)
    assert form["reason"] == typed.get("reason", "Kept as typed")
    for name, value in typed.items():
        if isinstance(value, str):
            field = next(each for each in form if each.replace("-", "_") == name)
            assert form[field] == value
    assert versions(world) == []


def test_yes_or_no_and_steps_are_chosen(world: World, admin: WebClient) -> None:
    save(admin, RULES, rules_head_approves_referral="yes", **{"readiness-demands": ["E19", "E22"]})
    assert versions(world) == [
        (1, {"rules.head_approves_referral": True, "readiness.demands": ["E19", "E22"]})
    ]
    words = admin.get(PATH).words
    assert "The head teacher approves a referral before it is sent Value Yes" in words
    assert "Second home visit and letter to the other address" in words
    again = admin.get(RULES)
    assert again.values("readiness-demands") == ["E05", "E19", "E20", "E22", "E23", "E24", "E31", "E32"]


def test_a_case_whose_policy_is_not_here_says_so_and_shows_nothing(world: World) -> None:
    reference = Casebook(world).referred()
    with world.app.app_context(), transaction() as session:
        session.execute(update(Case).values(policy_version="9"))
    page = world.sign_in_as(Role.DSL).get(f"/cases/{reference}", status=500)
    assert page.heading == "This case cannot be shown"
    assert f"Case {reference} was opened under version 9 of the policy darlington" in page.words


def test_who_receives_something_is_chosen(world: World, admin: WebClient) -> None:
    both = {"recipients-cme_referral": ["front_door", "cme_officer"]}
    save(admin, CONTACTS, **both, **{"recipients-attendance_return": ["cme_officer", "admissions"]})
    assert versions(world) == [(1, {"recipients.attendance_return": ["cme_officer", "admissions"]})]
    page = admin.get(PATH)
    assert "Who receives an attendance return Value CME officer and Admissions team" in page.words
    refused = save(admin, CONTACTS, status=422, **{"recipients-cme_referral": []})
    assert refused.errors[0].startswith("Who receives a referral: choose at least one.")


def test_steps_that_nobody_can_demand_are_refused(world: World, admin: WebClient) -> None:
    page = save(admin, RULES, status=422, **{"readiness-demands": ["E01", "E99"]})
    assert page.errors == ["Steps without which a referral is sent back: choose steps from the list."]
    assert versions(world) == []


def test_of_two_people_the_second_is_shown_what_the_first_set(world: World, admin: WebClient) -> None:
    opened = admin.get(CLOCKS)
    save(admin, CLOCKS, clocks_dsl_review="2")
    page = save(admin, CLOCKS, opened=opened, status=409, clocks_acknowledge="1")
    assert "Ari Bell saved version 1.1 after you opened this page." in page.errors[0]
    assert "DSL review was day 3 and is day 2" in page.errors[0]
    assert page.form(CLOCKS)["clocks-acknowledge"] == "1"
    save(admin, CLOCKS, opened=page, clocks_dsl_review="2")
    assert versions(world)[1] == (2, {"clocks.dsl_review": 2, "clocks.acknowledge": 1})


def test_a_form_that_no_page_of_ours_sent_changes_nothing(world: World, admin: WebClient) -> None:
    page = save(admin, CLOCKS, status=409, based_on="x", clocks_dsl_review="2")
    assert page.errors == ["This form did not arrive whole, so nothing was changed. Save it once more."]
    assert versions(world) == []


def test_a_part_that_does_not_exist_is_not_found(admin: WebClient) -> None:
    admin.get(f"{PATH}/law", status=404)
    admin.post(f"{PATH}/law", {}, status=404)


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.CME_OFFICER, Role.INSPECTOR])
def test_nobody_else_opens_it(world: World, role: Role) -> None:
    client = world.sign_in_as(role)
    client.get(PATH, status=404)
    client.post(CLOCKS, {}, status=404)


def test_another_authority_has_another_policy(world: World) -> None:
    world.sign_in_as(Role.LA_ADMIN, world.elsewhere).get(PATH, status=404)
