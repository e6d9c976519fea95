"""Error pages, the headers on every answer, and forms that come back too late."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, render_template
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from cme.access import routes
from cme.access.roles import Permission, Role
from cme.access.routes import PUBLIC, SIGNED_IN
from cme.store.database import db
from cme.store.tables import AuditEntry
from cme.web.guard import record_view
from tests.people import PASSWORD, World, web_app
from tests.store import close
from tests.webclient import WebClient

CANARY = "Rowan Kestrel"


def _fail() -> str:
    raise RuntimeError(f"something about {CANARY}")


def _database_down() -> str:
    raise OperationalError("SELECT 1", {"name": CANARY}, Exception("database is locked"))


def _changed() -> str:
    raise StaleDataError(CANARY)


def _page() -> str:
    return render_template("errors/page.html", heading="A page", paragraphs=(), way_on=("On", "/"))


def _view() -> str:
    record_view("registration:12")
    return _page()


FAULTS: dict[str, Callable[[], str]] = {
    "fail": _fail,
    "busy": _database_down,
    "stale": _changed,
    "view": _view,
}
FAULTS |= {f"code{code}": (lambda code=code: abort(code)) for code in (400, 403, 409, 422, 429, 500, 503)}


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with pages that go wrong, and with errors answered as on the server."""
    app = web_app(sqlite_url, tmp_path)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    faults = Blueprint("faults", __name__)
    for name, fault in FAULTS.items():
        faults.add_url_rule(f"/faults/{name}", name, fault)
    faults.add_url_rule("/faults/save", "save", _page, methods=["POST"])
    faults.add_url_rule("/faults/area", "area", _page)
    faults.add_url_rule("/faults/unlisted", "unlisted", _page)
    app.register_blueprint(faults)
    added = {f"faults.{name}": PUBLIC for name in FAULTS}
    added |= {"faults.save": SIGNED_IN, "faults.area": Permission.MANAGE_USERS, "faults.view": SIGNED_IN}
    monkeypatch.setattr(routes, "ROUTES", {**routes.ROUTES, **added})
    yield app
    close(app)


@pytest.mark.parametrize(
    ("name", "status", "heading"),
    [
        ("code400", 400, "Your request could not be understood"),
        ("code403", 403, "You cannot use this page"),
        ("code409", 409, "Somebody else changed this first"),
        ("code422", 422, "What you sent cannot be used"),
        ("code429", 429, "Too many attempts"),
        ("code500", 500, "Sorry, there is a problem with the service"),
        ("code503", 503, "Sorry, the service is busy"),
        ("fail", 500, "Sorry, there is a problem with the service"),
        ("busy", 503, "Sorry, the service is busy"),
        ("stale", 409, "Somebody else changed this first"),
    ],
)
def test_an_error_is_said_in_words_with_a_way_on(
    visitor: WebClient, name: str, status: int, heading: str
) -> None:
    page = visitor.get(f"/faults/{name}", status=status)
    assert page.heading == heading
    assert page.links["Go to the start page"] == "/"
    assert page.headers["Cache-Control"] == "no-store"


def test_a_page_that_is_not_there_says_so(visitor: WebClient) -> None:
    assert visitor.get("/nowhere", status=404).heading == "Page not found"


def test_a_method_that_a_page_does_not_know_is_refused(visitor: WebClient) -> None:
    page = visitor.request("POST", "/help", status=405)
    assert page.heading == "This page cannot be used like that"
    assert "GET" in page.headers["Allow"]
    visitor.request("TRACE", "/help", status=405)


def test_something_too_large_is_refused_before_it_is_read(world: World) -> None:
    client = world.sign_in_as(Role.DSL)
    page = client.post("/faults/save", {"text": "x" * 600_000}, status=413)
    assert page.heading == "What you sent is too large"
    client.request("POST", "/faults/save", status=413, data=b"x" * 12_000_000)


def test_nothing_of_a_fault_is_shown_or_logged_but_its_kind_and_place(
    visitor: WebClient, capsys: pytest.CaptureFixture[str]
) -> None:
    page = visitor.get("/faults/fail", status=500)
    visitor.get("/faults/busy", status=503)
    logged = capsys.readouterr().err
    assert CANARY not in page.html + logged
    fault = next(entry for line in logged.splitlines() if (entry := json.loads(line))["event"] == "failed")
    assert fault["fault"] == "RuntimeError"
    assert "_fail" in fault["lines"][-1]
    assert fault["request_id"] in page.words


def test_the_page_of_a_fault_needs_no_database_and_no_session(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.sign_in_as(Role.DSL)
    monkeypatch.setattr("cme.web.sessions.load", lambda *_, **__: 1 / 0)
    assert client.get("/account", status=500).heading == "Sorry, there is a problem with the service"


def test_a_view_that_nobody_listed_is_refused_to_everybody(world: World, visitor: WebClient) -> None:
    world.sign_in_as(Role.LA_ADMIN).get("/faults/unlisted", status=403)
    visitor.get("/faults/unlisted", status=403)


def test_an_area_of_another_role_is_refused_openly_and_audited(world: World, app: Flask) -> None:
    world.sign_in_as(Role.LA_ADMIN).get("/faults/area")
    page = world.sign_in_as(Role.DSL).get("/faults/area", status=403)
    assert "ask the person who manages users" in page.words
    with app.app_context():
        entry = db.session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.role)).one()
    assert tuple(entry) == ("access.refused", "faults.area", "dsl")


def test_a_view_of_a_child_is_audited_before_it_is_shown(world: World, app: Flask) -> None:
    person = world.person(Role.DSL)
    person.client.get("/faults/view")
    with app.app_context():
        entry = db.session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.actor)).one()
    assert tuple(entry) == ("record.viewed", "registration:12", f"user:{person.user_id}")


def test_nothing_is_shown_when_the_view_cannot_be_audited(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.sign_in_as(Role.DSL)
    monkeypatch.setattr("cme.store.audit._hash", lambda *_: 1 / 0)
    client.get("/faults/view", status=500)


def test_every_answer_asks_for_https_and_only_static_files_are_kept(visitor: WebClient) -> None:
    for path, status in (("/help", 200), ("/nowhere", 404), ("/account", 303), ("/static/icon.svg", 200)):
        page = visitor.get(path, status=status)
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert ("no-store" in page.headers["Cache-Control"]) == (path != "/static/icon.svg")


def test_a_script_may_run_only_with_the_nonce_of_its_own_answer(visitor: WebClient) -> None:
    policies = [visitor.get("/help").headers["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    assert all("script-src 'nonce-" in policy for policy in policies)


def test_a_form_without_its_token_changes_nothing(world: World) -> None:
    client = world.sign_in_as(Role.DSL)
    page = client.post_as_is("/account/password", {"current": PASSWORD, "new": "x"}, status=400)
    assert page.heading == "The page you sent had expired"
    assert PASSWORD not in page.html


def sign_in_again(client: WebClient) -> None:
    """Let the browser's session be another of the same person, as after a sign-in in another tab."""
    with client.flask.session_transaction() as session:
        del session["csrf_token"]


def test_a_form_that_expired_is_handed_back_to_be_sent_again(world: World) -> None:
    client = world.sign_in_as(Role.DSL)
    client.get("/account")
    typed = {"note": "seen at <the> gate", "csrf_token": client.csrf_token()}
    sign_in_again(client)
    page = client.post_as_is("/faults/save?step=2", typed, status=400)
    again = page.form("/faults/save?step=2")
    assert again["note"] == "seen at <the> gate"
    client.post_as_is("/faults/save?step=2", again, status=200)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_from_elsewhere_is_not_handed_back(world: World, site: str) -> None:
    client = world.sign_in_as(Role.DSL)
    client.get("/account")
    typed = {"note": "typed elsewhere", "csrf_token": client.csrf_token()}
    sign_in_again(client)
    page = client.post_as_is("/faults/save", typed, status=400, headers={"Sec-Fetch-Site": site})
    assert "typed elsewhere" not in page.html


@pytest.mark.parametrize("token", [{}, {"csrf_token": "old"}])
def test_a_form_that_no_page_of_ours_made_is_not_handed_back(world: World, token: dict[str, str]) -> None:
    typed = {"note": "typed elsewhere", **token}
    headers = {"Sec-Fetch-Site": "same-origin"}
    page = world.sign_in_as(Role.DSL).post_as_is("/faults/save", typed, status=400, headers=headers)
    assert "typed elsewhere" not in page.html


def test_a_form_sent_after_signing_out_says_how_to_keep_what_was_typed(visitor: WebClient) -> None:
    page = visitor.post("/faults/save", {"note": "typed"}, status=401)
    assert page.heading == "You are signed out"
    assert page.links["Sign in in a new tab"] == "/sign-in"
