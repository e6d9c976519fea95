"""Sessions: how they end, and that they end everywhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from flask import Flask
from sqlalchemy import select, update

from cme.access.roles import Role
from cme.store.database import db, transaction
from cme.store.tables import User, UserSession
from tests.people import World, web_app
from tests.store import close
from tests.webclient import WebClient

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_session_ends_after_half_an_hour_without_use(world: World) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = world.sign_in_as(Role.DSL)
        clock.shift(timedelta(minutes=29, seconds=59))
        client.get("/account")
        clock.shift(timedelta(minutes=30))
        client.get("/account", status=303)


def test_a_session_in_use_ends_after_twelve_hours(world: World) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = world.sign_in_as(Role.DSL)
        for _ in range(12 * 60 // 20 - 1):
            clock.shift(timedelta(minutes=20))
            client.get("/account")
        clock.shift(timedelta(minutes=20))
        client.get("/account", status=303)


def test_use_is_noted_at_most_once_a_minute(world: World, app: Flask) -> None:
    def seen_at() -> datetime | None:
        with app.app_context():
            return db.session.scalar(select(UserSession.seen_at))

    with time_machine.travel(NOON, tick=False) as clock:
        client = world.sign_in_as(Role.DSL)
        clock.shift(timedelta(seconds=59))
        client.get("/account")
        assert seen_at() == NOON
        clock.shift(timedelta(seconds=1))
        client.get("/account")
        assert seen_at() == NOON + timedelta(minutes=1)


def test_signing_out_ends_the_session_and_clears_the_browser(world: World) -> None:
    person = world.person(Role.DSL)
    cookie = person.client.flask.get_cookie("__Host-cme")
    assert cookie is not None
    page = person.client.post("/sign-out")
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert person.client.get(page.location).heading == "You are signed out"
    person.client.get("/account", status=303)
    person.client.flask.set_cookie("__Host-cme", cookie.value, secure=True)
    person.client.get("/account", status=303)


def test_a_session_ended_by_one_worker_is_refused_by_the_next(
    world: World, sqlite_url: str, tmp_path: Path
) -> None:
    person = world.person(Role.DSL)
    other_worker = web_app(sqlite_url, tmp_path)
    there = WebClient(other_worker)
    with person.client.flask.session_transaction() as session:
        there.remember(session["token"])
    there.get("/account")
    person.client.post("/account/sign-out-everywhere")
    there.get("/account", status=303)
    close(other_worker)


def test_signing_out_one_browser_leaves_the_others(world: World, app: Flask) -> None:
    person = world.person(Role.DSL)
    second, third = world.sign_in(person.user_id), world.sign_in(person.user_id)
    with app.app_context():
        ids = list(db.session.scalars(select(UserSession.id).order_by(UserSession.id)))
    page = person.client.get("/account")
    assert page.words.count("Firefox on Linux") == 3 + 2
    assert f"/account/sessions/{ids[0]}/end" not in page.html
    person.client.post(f"/account/sessions/{ids[1]}/end")
    assert "That browser is signed out." in person.client.get("/account").words
    second.get("/account", status=303)
    third.get("/account")


def test_ending_the_session_in_use_signs_out(world: World, app: Flask) -> None:
    person = world.person(Role.DSL)
    with app.app_context():
        own = db.session.scalar(select(UserSession.id))
    assert person.client.post(f"/account/sessions/{own}/end").location == "/signed-out"
    person.client.get("/account", status=303)


def test_a_disabled_person_is_out_at_the_next_request(world: World, app: Flask) -> None:
    person = world.person(Role.DSL)
    person.client.get("/account")
    with app.app_context(), transaction() as session:
        session.execute(update(User).values(is_active=False))
    person.client.get("/account", status=303)


def test_a_role_that_ends_today_counts_until_midnight_in_england(world: World) -> None:
    with time_machine.travel(datetime(2026, 7, 31, 22, 59, tzinfo=UTC), tick=False) as clock:
        client = world.sign_in_as(Role.INSPECTOR, expires_on=datetime(2026, 7, 31, tzinfo=UTC).date())
        assert "Robin Marsh, Inspector" in client.get("/account").words
        clock.shift(timedelta(minutes=2))
        assert "Robin Marsh, No role" in client.get("/account").words


def test_a_forged_cookie_opens_nothing(visitor: WebClient) -> None:
    visitor.flask.set_cookie("__Host-cme", "eyJ0b2tlbiI6IngifQ.aSL0gQ.forged", secure=True)
    visitor.get("/account", status=303)


def test_the_cookie_stays_on_this_host_and_out_of_scripts(visitor: WebClient) -> None:
    (cookie,) = visitor.get("/sign-in").headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-cme=")
    assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_on_http_the_cookie_has_a_plain_name(sqlite_url: str, tmp_path: Path) -> None:
    app = web_app(sqlite_url, tmp_path, secure_cookies=False)
    page = WebClient(app).get("/sign-in")
    (cookie,) = page.headers.getlist("Set-Cookie")
    assert cookie.startswith("cme=")
    assert "Secure" not in cookie
    assert "Strict-Transport-Security" not in page.headers
    close(app)
