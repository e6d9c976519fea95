"""Changing one's own password."""

import pytest
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import AuditEntry
from tests.people import PASSWORD, World

NEW = "umbrella seventeen quiet harbour"


def test_a_changed_password_signs_out_every_other_browser(world: World, app: Flask) -> None:
    person = world.person(Role.DSL)
    other = world.sign_in(person.user_id)
    page = person.client.post("/account/password", {"current": PASSWORD, "new": NEW})
    assert "Your password is changed." in person.client.get(page.location).words
    other.get("/account", status=303)
    with app.app_context():
        assert db.session.scalar(select(AuditEntry.action)) == "password.changed"
    world.browser().post("/sign-in", {"email": person.email, "password": NEW})
    world.browser().post("/sign-in", {"email": person.email, "password": PASSWORD}, status=422)


def test_the_current_password_is_asked_for_and_throttled(world: World) -> None:
    client = world.sign_in_as(Role.DSL)
    for _ in range(5):
        page = client.post("/account/password", {"current": "not this one", "new": NEW}, status=422)
        assert page.errors == ["Your current password is not correct"]
    client.post("/account/password", {"current": PASSWORD, "new": NEW}, status=429)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "Enter a new password"),
        ("fourteen chars", "Your password must be at least 15 characters. Three or four words work well."),
        ("x" * 129, "Your password must be 128 characters or fewer."),
        ("password password", "Your password is too easy to guess."),
        ("ChildrenMissing2026!", "Your password is too easy to guess."),
        ("robin marsh robin marsh", "Your password is too easy to guess."),
        ("aaaaaaaaaaaaaaaaaaaa", "Your password is too easy to guess."),
    ],
)
def test_a_password_that_may_not_be_used_is_refused_in_words(world: World, new: str, said: str) -> None:
    client = world.sign_in_as(Role.DSL)
    page = client.post("/account/password", {"current": PASSWORD, "new": new}, status=422)
    assert page.errors[0].startswith(said)


def test_passwords_are_never_sent_back(world: World) -> None:
    client = world.sign_in_as(Role.DSL)
    page = client.post("/account/password", {"current": PASSWORD, "new": "short"}, status=422)
    assert PASSWORD not in page.html
    assert page.form("/account/password")["new"] == ""
