"""Signing in: who is let in, what everybody else is told, and how often they may try."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from cme.access.roles import Role
from cme.services import passwords
from cme.store.database import db
from cme.store.tables import AuditEntry, SignInAttempt, UserSession
from tests.people import PASSWORD, World
from tests.webclient import Page, WebClient

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WRONG = ["The email address or password is not correct. Check both and try again."]


def sign_in(
    client: WebClient, email: str, password: str = PASSWORD, status: int = 303, **options: object
) -> Page:
    return client.post("/sign-in", {"email": email, "password": password}, status=status, **options)


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_signing_in_opens_the_account(world: World, visitor: WebClient) -> None:
    person = world.person(Role.DSL)
    assert sign_in(visitor, person.email).location == "/"
    assert person.email in visitor.get("/account").words


def test_the_email_address_may_be_written_in_capitals_with_spaces(world: World, visitor: WebClient) -> None:
    person = world.person(Role.DSL)
    assert sign_in(visitor, f"  {person.email.upper()} ").status == 303


def test_a_password_is_taken_as_it_is_typed(world: World, visitor: WebClient) -> None:
    person = world.person(Role.DSL)
    assert sign_in(visitor, person.email, f" {PASSWORD}", status=422).errors == WRONG


def test_wrong_password_unknown_and_disabled_are_told_the_same(world: World, visitor: WebClient) -> None:
    known, disabled = world.person(Role.DSL), world.person(Role.DSL, is_active=False)
    pages = [
        sign_in(visitor, known.email, "not the password at all", status=422),
        sign_in(visitor, "nobody@northmoor.example", status=422),
        sign_in(visitor, disabled.email, status=422),
    ]
    assert [page.errors for page in pages] == [WRONG, WRONG, WRONG]


def test_the_same_work_is_done_for_an_unknown_account(
    world: World, visitor: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person(Role.DSL)
    checked: list[str] = []
    verify = passwords.PasswordHasher.verify
    monkeypatch.setattr(
        passwords.PasswordHasher,
        "verify",
        lambda hasher, kept, given: checked.append(kept.split("$")[3]) or verify(hasher, kept, given),
    )
    sign_in(visitor, person.email, "not the password at all", status=422)
    sign_in(visitor, "nobody@northmoor.example", status=422)
    assert len(checked) == 2
    assert checked[0] == checked[1]


def test_a_very_long_password_is_refused_before_any_work(
    world: World, visitor: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person(Role.DSL)
    monkeypatch.setattr(passwords.PasswordHasher, "verify", lambda *_: pytest.fail("work was done"))
    assert sign_in(visitor, person.email, "x" * 129, status=422).errors == WRONG


def test_empty_fields_are_asked_for_and_the_address_is_kept(visitor: WebClient) -> None:
    assert sign_in(visitor, "", "", status=422).errors == ["Enter your email address", "Enter your password"]
    page = sign_in(visitor, "robin@northmoor.example", "", status=422)
    assert page.form("/sign-in")["email"] == "robin@northmoor.example"
    assert page.form("/sign-in")["password"] == ""


def test_the_sixth_attempt_on_an_account_in_a_minute_is_refused_even_when_right(world: World) -> None:
    person, other = world.person(Role.DSL), world.person(Role.DSL)
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            sign_in(world.browser(), person.email, "not the password at all", status=422)
        page = sign_in(world.browser(), person.email, status=429)
        assert "Wait five minutes" in page.words
        assert sign_in(world.browser(), other.email).status == 303
        clock.shift(timedelta(seconds=61))
        assert sign_in(world.browser(), person.email).status == 303


def test_the_eleventh_attempt_from_an_address_in_five_minutes_is_refused(world: World) -> None:
    person = world.person(Role.DSL)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(10):
            sign_in(world.browser(), f"guess{number}@northmoor.example", status=422)
        sign_in(world.browser(), person.email, status=429)
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        assert sign_in(world.browser(), person.email, environ_overrides=elsewhere).status == 303
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(world.browser(), person.email).status == 303


def test_a_claimed_address_moves_neither_the_throttle_nor_the_audit(world: World, app: Flask) -> None:
    for number in range(10):
        claim = {"X-Forwarded-For": f"198.51.100.{number}"}
        sign_in(world.browser(), f"guess{number}@northmoor.example", status=422, headers=claim)
    sign_in(
        world.browser(), "guess@northmoor.example", status=429, headers={"X-Forwarded-For": "198.51.100.99"}
    )
    with app.app_context():
        assert set(db.session.scalars(select(AuditEntry.address))) == {"127.0.0.1"}


def test_the_throttle_keeps_no_address_in_clear_and_forgets(world: World, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(world.browser(), "guess@northmoor.example", status=422)
        with app.app_context():
            buckets = list(db.session.scalars(select(SignInAttempt.bucket)))
        assert len(buckets) == 2
        assert not [bucket for bucket in buckets if "guess" in bucket or "127.0.0.1" in bucket]
        clock.shift(timedelta(hours=1))
        sign_in(world.browser(), "other@northmoor.example", status=422)
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 2


def test_signing_in_is_not_counted_against_the_person(world: World, app: Flask) -> None:
    person = world.person(Role.DSL)
    for _ in range(12):
        sign_in(world.browser(), person.email)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_success_refusal_and_throttling_are_audited_without_the_address_typed(
    world: World, app: Flask
) -> None:
    person = world.person(Role.DSL)
    sign_in(world.browser(), person.email)
    for _ in range(5):
        sign_in(world.browser(), "guess@northmoor.example", status=422)
    sign_in(world.browser(), "guess@northmoor.example", status=429)
    assert actions(app) == ["signed_in", *["sign_in.refused"] * 5, "sign_in.throttled"]
    with app.app_context():
        entries = [str(row) for row in db.session.execute(select(*AuditEntry.__table__.columns))]
    assert not [entry for entry in entries if "guess" in entry or person.email in entry]


def test_nobody_signs_in_when_the_audit_cannot_be_written(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person(Role.DSL)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("cme.store.audit._hash", lambda *_: 1 / 0)
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(UserSession))
    visitor = world.browser()
    sign_in(visitor, person.email, status=500)
    visitor.get("/account", status=303)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == before


def test_a_new_session_is_given_at_each_sign_in(world: World, app: Flask) -> None:
    person, visitor = world.person(Role.DSL), world.browser()
    visitor.remember("a token that somebody else put there")
    sign_in(visitor, person.email)
    with visitor.flask.session_transaction() as session:
        first = session["token"]
        assert set(session) == {"token"}
    assert first != "a token that somebody else put there"
    with app.app_context():
        assert first not in str(list(db.session.scalars(select(UserSession.token_hash))))


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
        "javascript:alert(1)", "evil.example", "/%0d%0aSet-Cookie:x", "/\tevil", "http:evil.example",
        "/ /evil", "",
    ],
)  # fmt: skip
def test_signing_in_leads_only_to_a_page_of_this_server(world: World, onward: str) -> None:
    person, visitor = world.person(Role.DSL), world.browser()
    page = visitor.post(
        "/sign-in", {"email": person.email, "password": PASSWORD}, query_string={"next": onward}
    )
    assert page.location in {"/", "/%0d%0aSet-Cookie:x"}
    assert len(page.headers.getlist("Set-Cookie")) == 1


def test_after_signing_in_people_land_where_they_wanted_to_go(world: World, visitor: WebClient) -> None:
    person = world.person(Role.DSL)
    asked = visitor.get("/account/password?from=here", status=303)
    form = visitor.get(asked.location)
    (action,) = [form.get("action", "") for form in form.tree.iter("form")]
    page = visitor.post(action, {"email": person.email, "password": PASSWORD})
    assert page.location == "/account/password?from=here"


def test_somebody_signed_in_is_not_asked_again(world: World) -> None:
    client = world.sign_in_as(Role.DSL)
    assert client.get("/sign-in?next=/help", status=303).location == "/help"
