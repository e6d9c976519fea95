"""Nothing typed is lost when a sign-in ends: the form comes back filled in, to whoever typed it alone."""

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import CaseEvent, Pupil, Registration
from cme.web import kept
from tests.integration.web.casebook import AT, Casebook
from tests.people import PASSWORD, Person, World
from tests.webclient import FIELDS, Page, WebClient

A_NIGHT = timedelta(hours=13)
TYPED = "Grandmother said: <they> moved to “Hull”"


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    """The morning on which the registers of the casebook end."""
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dsl(world: World) -> Person:
    """The DSL of school A."""
    return world.person(Role.DSL)


def too_late(now: time_machine.Traveller, person: Person, path: str, data: Mapping[str, Any]) -> Page:
    """Send a form of a page after a night; the page that asks to sign in again."""
    now.shift(A_NIGHT)
    return person.client.post_as_is(path, data, status=401)


def sign_in(
    client: WebClient, page: Page, email: str, *, password: str = PASSWORD, status: int = 200
) -> Page:
    """Sign in on the page that asks for it."""
    filled = {**page.form("/sign-in"), "email": email, "password": password}
    return client.post_as_is("/sign-in", filled, status=status)


def come_back(client: WebClient, page: Page, path: str, *, status: int = 200) -> Page:
    """Follow the button of the page after signing in."""
    return client.post_as_is(path, page.form(path), status=status)


def sent(page: Page, path: str) -> MultiDict[str, str]:
    """All that a form of a page would send, but its CSRF token: boxes of a date share their name."""
    form = next(each for each in page.tree.iter("form") if each.get("action") == path)
    found: MultiDict[str, str] = MultiDict()
    for box in form.iter():
        is_unticked = box.get("type") in {"radio", "checkbox"} and "checked" not in box.attrib
        if box.tag not in FIELDS or is_unticked or box.get("name", "csrf_token") == "csrf_token":
            continue
        chosen = [option for option in box.iter("option") if "selected" in option.attrib]
        values = {"input": box.get("value", ""), "textarea": (box.text or "").strip()}
        found.add(box.get("name", ""), values.get(box.tag, chosen[0].get("value", "") if chosen else ""))
    return found


def fill_in(page: Page, path: str) -> MultiDict[str, str]:
    """A form of a page with words of its own in every box for words, and the first of each choice taken."""
    form = next(each for each in page.tree.iter("form") if each.get("action") == path)
    filled = sent(page, path)
    for number, box in enumerate(form.iter()):
        name = box.get("name", "")
        if box.tag == "textarea" or (box.tag == "input" and box.get("type") in {None, "text"}):
            filled.setlist(name, [f"{number} words"] * len(filled.getlist(name)))
        elif box.get("type") in {"radio", "checkbox"} and name not in filled:
            filled.add(name, box.get("value", ""))
    return MultiDict([("csrf_token", page.form(path)["csrf_token"]), *filled.items(multi=True)])


def count_rows(app: Flask, table: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_form_sent_too_late_comes_back_filled_in_and_is_sent_by_the_person(
    world: World, dsl: Person, app: Flask, now: time_machine.Traveller
) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/close"
    form = dsl.client.get(path).form(path)
    before = count_rows(app, CaseEvent)

    asked = too_late(now, dsl, path, {**form, "outcome_code": "O25", "reason": TYPED})
    assert asked.heading == "You are signed out"
    assert "Grandmother" not in asked.html
    welcome = sign_in(dsl.client, asked, dsl.email)
    assert welcome.heading == "You are signed in again"
    again = come_back(dsl.client, welcome, path)

    assert "What you typed is still here" in again.words
    filled = again.form(path)
    assert (filled["reason"], filled["outcome_code"]) == (TYPED, "O25")
    assert count_rows(app, CaseEvent) == before
    dsl.client.post_as_is(path, filled, status=303)
    assert count_rows(app, CaseEvent) == before + 1


def case_page(slug: str) -> Callable[[World], str]:
    return lambda world: f"/cases/{Casebook(world).referral_draft()}/{slug}"


def pupil_page(slug: str) -> Callable[[World], str]:
    def path(world: World) -> str:
        Casebook(world).enquiries()
        with world.app.app_context():
            own = select(Registration.id).join(Registration.pupil).where(Pupil.surname != "Zeal")
            return f"/pupils/{db.session.scalars(own).one()}/{slug}"

    return path


def school_page(slug: str) -> Callable[[World], str]:
    return lambda world: f"/schools/{world.school_a.laestab}/{slug}"


PAGES: dict[str, tuple[Role, Callable[[World], str]]] = {
    "review": (Role.DSL, case_page("review")),
    "decline": (Role.DSL, case_page("decline")),
    "close": (Role.DSL, case_page("close")),
    "call": (Role.DSL, case_page("enquiries/log?step=E01")),
    "visit": (Role.DSL, case_page("enquiries/log?step=E18")),
    "aside": (Role.DSL, case_page("enquiries/aside?step=E18")),
    "referral": (Role.DSL, case_page("referral/family")),
    "restriction": (Role.DSL, pupil_page("restrictions")),
    "missing": (Role.DSL, pupil_page("missing")),
    "calendar": (Role.DSL, school_page("calendar/entry")),
    "codes": (Role.SCHOOL_USER, school_page("codes")),
    "policy": (Role.LA_ADMIN, lambda _: "/authorities/841/policy/front-door"),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_form_comes_back_as_it_was_typed(
    world: World, now: time_machine.Traveller, name: str
) -> None:
    role, path_in = PAGES[name]
    person, path = world.person(role), path_in(world)
    page = person.client.get(path)
    typed = fill_in(page, path)

    asked = too_late(now, person, path, typed)
    again = come_back(person.client, sign_in(person.client, asked, person.email), path)

    typed.pop("csrf_token")
    assert again.heading == page.heading
    assert sent(again, path).to_dict(flat=False) == typed.to_dict(flat=False)


def test_a_form_without_a_page_of_its_own_is_kept_to_be_sent_again(
    world: World, dsl: Person, app: Flask, now: time_machine.Traveller
) -> None:
    reference = Casebook(world).referred()
    path = f"/cases/{reference}/questions"
    typed = {**dsl.client.get(f"/cases/{reference}/status").form(path), "message": TYPED}
    before = count_rows(app, CaseEvent)

    asked = too_late(now, dsl, path, typed)
    again = come_back(dsl.client, sign_in(dsl.client, asked, dsl.email), path)

    assert again.form(path)["message"] == TYPED
    assert count_rows(app, CaseEvent) == before
    dsl.client.post_as_is(path, again.form(path), status=303)
    assert count_rows(app, CaseEvent) == before + 1


def test_files_are_to_be_chosen_again(world: World, dsl: Person, now: time_machine.Traveller) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/enquiries/log?step=E01"
    typed = fill_in(dsl.client.get(path), path)
    typed["files"] = (io.BytesIO(b"%PDF-1.7"), "letter.pdf")

    asked = too_late(now, dsl, path, typed)
    assert "choose your files again" in asked.words
    welcome = sign_in(dsl.client, asked, dsl.email)
    assert "choose them again" in welcome.words
    again = come_back(dsl.client, welcome, path)

    assert "Choose your files again" in again.words
    assert again.form(path)["notes"] == typed["notes"]


def test_a_wrong_password_loses_nothing(world: World, dsl: Person, now: time_machine.Traveller) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/close"
    form = dsl.client.get(path).form(path)

    asked = too_late(now, dsl, path, {**form, "reason": TYPED})
    wrong = sign_in(dsl.client, asked, dsl.email, password="not the password at all", status=422)
    again = come_back(dsl.client, sign_in(dsl.client, wrong, dsl.email), path)

    assert again.form(path)["reason"] == TYPED


def test_signing_in_in_another_tab_loses_nothing(
    world: World, dsl: Person, now: time_machine.Traveller
) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/close"
    form = dsl.client.get(path).form(path)

    asked = too_late(now, dsl, path, {**form, "reason": TYPED})
    sign_in(dsl.client, dsl.client.get("/sign-in"), dsl.email, status=303)
    again = come_back(dsl.client, sign_in(dsl.client, asked, dsl.email), path)

    assert again.form(path)["reason"] == TYPED


def test_nobody_else_gets_what_was_typed(world: World, dsl: Person, now: time_machine.Traveller) -> None:
    path, colleague = f"/cases/{Casebook(world).enquiries()}/close", world.person(Role.DSL)
    form = dsl.client.get(path).form(path)

    asked = too_late(now, dsl, path, {**form, "reason": TYPED})
    page = sign_in(dsl.client, asked, colleague.email, status=303)
    assert page.location == "/"
    assert "It is not shown to you" in dsl.client.get("/account").words

    stolen = {"csrf_token": dsl.client.csrf_token(), "kept": asked.form("/sign-in")["kept"]}
    dsl.client.post_as_is(path, stolen, status=400)


def test_a_form_of_the_session_before_comes_back_at_once(world: World, dsl: Person) -> None:
    path, client = f"/cases/{Casebook(world).enquiries()}/close", dsl.client
    form = {**client.get(path).form(path), "reason": TYPED}
    client.post("/sign-out")
    sign_in(client, client.get("/sign-in"), dsl.email, status=303)

    again = client.post_as_is(path, form, status=400)

    assert again.form(path)["reason"] == TYPED
    client.post_as_is(path, {**again.form(path), "outcome_code": "O25"}, status=303)


def test_a_form_of_somebody_elses_session_is_not_shown(world: World, dsl: Person) -> None:
    path, client = f"/cases/{Casebook(world).enquiries()}/close", dsl.client
    form = {**client.get(path).form(path), "reason": "typed by another"}
    client.post("/sign-out")
    sign_in(client, client.get("/sign-in"), world.person(Role.DSL).email, status=303)

    page = client.post_as_is(path, form, status=400)

    assert page.heading == "The page you sent had expired"
    assert "typed by another" not in page.html


@pytest.mark.parametrize("field", ["current", "new", "password"])
def test_passwords_are_never_kept(world: World, dsl: Person, now: time_machine.Traveller, field: str) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/close"
    asked = too_late(now, dsl, path, {**dsl.client.get(path).form(path), field: PASSWORD})
    assert asked.links["Sign in in a new tab"] == "/sign-in"


def test_what_is_too_large_or_of_another_site_is_not_kept(
    world: World, dsl: Person, now: time_machine.Traveller
) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/close"
    form = dsl.client.get(path).form(path)

    asked = too_late(now, dsl, path, {**form, "reason": "x" * kept.MOST_CHARACTERS})
    assert asked.links["Sign in in a new tab"] == "/sign-in"
    asked = dsl.client.post_as_is(path, form, status=401, headers={"Sec-Fetch-Site": "cross-site"})
    assert asked.links["Sign in in a new tab"] == "/sign-in"


def test_what_was_altered_on_the_way_is_refused(
    world: World, dsl: Person, now: time_machine.Traveller
) -> None:
    path = f"/cases/{Casebook(world).enquiries()}/close"
    asked = too_late(now, dsl, path, {**dsl.client.get(path).form(path), "reason": TYPED})
    welcome = sign_in(dsl.client, asked, dsl.email)
    form = welcome.form(path)
    dsl.client.post_as_is(path, {**form, "kept": form["kept"][:-8] + "AAAAAAA="}, status=400)
