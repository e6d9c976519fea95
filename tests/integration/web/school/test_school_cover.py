"""The page of holiday cover: the holiday, who covers, and the open cases."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.calendar import Period, PeriodKind
from cme.services import daily
from cme.store.database import transaction
from cme.store.schools import add_periods, read_authority_ids
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World

PATH = "/schools/8412001/cover"
TERMS = (
    Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 11, 20)),
    Period(PeriodKind.TERM, date(2026, 12, 1), date(2026, 12, 18)),
)


@pytest.fixture
def breaking_up(world: World, app: Flask) -> Casebook:
    """School A on the day it breaks up."""
    with app.app_context(), transaction():
        add_periods(world.school_a.school_id or 0, TERMS, datetime(2026, 8, 24, tzinfo=UTC))
    return Casebook(world)


def test_the_page_says_when_the_holiday_is_what_runs_on_and_what_falls_due(
    world: World, breaking_up: Casebook
) -> None:
    reference = breaking_up.referred()
    page = world.sign_in_as(Role.DSL).get(PATH)
    assert page.heading == "Holiday cover"
    assert "School breaks up today, Fri 20 Nov 2026, and is back on Tue 1 Dec 2026." in page.words
    assert "Nobody is named yet." in page.words
    assert "Run on from Monday to Friday, but not on bank holidays" in page.words
    assert "Referral acknowledged: 2 working days" in page.words
    assert "Tue 24 Nov 2026: Acknowledge the referral (the local authority)" in page.words
    assert "1 case is open. In 1 case something falls due in the holiday." in page.words
    assert any(reference in text for text in page.links)


def test_what_is_overdue_says_so_and_comes_first(world: World, breaking_up: Casebook) -> None:
    late, later = breaking_up.enquiries(), breaking_up.absent(9)
    page = world.sign_in_as(Role.DSL).get(PATH)
    assert "Nothing falls due in the holiday" not in page.words
    assert (
        "As things stand, nothing has its last day in the holiday. Clocks that run in it go on" in page.words
    )
    assert page.words.index(later) < page.words.index(late)
    assert "Overdue Wed 11 Nov 2026: Sign the DSL review" in page.words


@on_both
def test_the_dsl_names_who_covers_and_the_authority_sees_it(world: World, breaking_up: Casebook) -> None:
    breaking_up.enquiries()
    dsl, officer = world.sign_in_as(Role.DSL), world.sign_in_as(Role.CME_OFFICER)
    typed = {**dsl.get(PATH).form(PATH), "name": "Sam Field", "phone": "01632 960 001"}
    dsl.post_as_is(PATH, typed, status=303)
    assert "Sam Field, 01632 960 001" in dsl.get(PATH).words
    assert dsl.get(PATH).form(PATH)["name"] == "Sam Field"
    seen = officer.get(PATH)
    assert "Sam Field, 01632 960 001" in seen.words
    assert PATH not in [form.get("action") for form in seen.tree.iter("form")]


def test_what_was_typed_is_kept_when_something_is_missing(world: World, breaking_up: Casebook) -> None:
    breaking_up.enquiries()
    page = world.sign_in_as(Role.DSL).post(PATH, {"name": "Sam Field", "phone": "later"}, status=422)
    assert page.errors == ["Enter a phone number, like 01632 960 001 or +44 1632 960 001"]
    assert page.form(PATH)["name"] == "Sam Field"
    assert page.form(PATH)["phone"] == "later"


def test_a_school_without_terms_is_asked_for_them(world: World) -> None:
    page = world.sign_in_as(Role.DSL).get(PATH)
    assert "Enter them first." in page.words
    assert page.links["Term dates and closures"] == "/schools/8412001/calendar"


def test_the_home_page_and_the_alert_lead_to_it(world: World, app: Flask, breaking_up: Casebook) -> None:
    dsl = world.sign_in_as(Role.DSL)
    breaking_up.enquiries()
    assert dsl.get("/schools/8412001/").links["Holiday cover"] == PATH
    with app.app_context():
        operator = Scope.for_operator(read_authority_ids())
        daily.move_on(operator, "8412001", at=AT)
    links = dsl.get("/alerts").links
    assert PATH in [href for text, href in links.items() if "The holiday begins" in text]


@pytest.mark.parametrize("role", [Role.LA_ADMIN, Role.FRONT_DOOR, Role.ADMISSIONS])
def test_nobody_else_reads_it(world: World, role: Role) -> None:
    world.sign_in_as(role).request("GET", PATH, status=404)
