"""An inspector reads, for a time, and every page they open is written down; they change and take nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cme import clock
from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import AuditEntry
from tests.people import Person, World

EXPORTS = {"insight.figures_file", "insight.schools_file", "record.return_file", "school.returns_file"}


@pytest.fixture
def inspector(world: World) -> Person:
    """Somebody who inspects Northmoor for a month."""
    return world.person(Role.INSPECTOR, expires_on=clock.today() + timedelta(days=30))


def test_a_list_that_an_inspector_opens_is_written_down(world: World, inspector: Person) -> None:
    before = entries(world)
    for address in ("/queue", "/queue/nobody-acted", "/insight/", "/insight/schools", "/who-do-i-tell"):
        inspector.client.request("GET", address, status=None)
    seen = [(action, subject) for action, subject in entries(world)[len(before) :]]
    assert ("inspector.viewed", "officer.queue") in seen
    assert ("inspector.viewed", "officer.unattended") in seen
    assert ("inspector.viewed", "insight.schools") in seen


def entries(world: World) -> list[tuple[str, str]]:
    """The audit as (action, subject), in order."""
    with world.app.app_context():
        rows = db.session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.seq))
        return [(action, subject) for action, subject in rows]


def test_what_an_inspector_looks_for_is_not_written_down(world: World, inspector: Person) -> None:
    inspector.client.get("/queue?school=Arden")
    with world.app.app_context():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert last is not None
    assert (last.action, last.actor, last.detail) == ("inspector.viewed", f"user:{inspector.user_id}", {})


def test_nothing_is_shown_when_it_cannot_be_written_down(
    world: World, inspector: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("cme.web.guard.audit.record", fail)
    page = inspector.client.request("GET", "/queue", status=500)
    assert "Referrals" not in page.words


def test_the_administrator_sees_who_inspects_until_when(world: World, inspector: Person) -> None:
    admin = world.sign_in_as(Role.LA_ADMIN)
    page = admin.get("/people")
    until = clock.today() + timedelta(days=30)
    last_day = f"{until:%a} {until.day} {until:%b %Y}"
    assert f"Role Inspector Where Northmoor Council Last day {last_day}" in page.words
    assert page.links["People"] == "/people"
    elsewhere = world.sign_in_as(Role.LA_ADMIN, world.elsewhere).get("/people").words
    assert "Inspector" not in elsewhere
    inspector.client.get("/people", status=403)


def test_others_are_not_written_down_for_a_list(world: World) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    before = entries(world)
    officer.get("/queue")
    assert entries(world) == before


def test_every_page_says_until_when(world: World, inspector: Person) -> None:
    until = clock.today() + timedelta(days=30)
    page = inspector.client.get("/queue")
    assert f"Inspector, until {until:%-d %B %Y}, read only" in page.words
    assert ", until " not in world.sign_in_as(Role.CME_OFFICER).get("/queue").words


def test_an_inspector_sees_no_button_that_changes_or_takes_anything(inspector: Person) -> None:
    record = "/children-missing-education"
    for address in ("/queue", f"{record}/", f"{record}/return", "/insight/"):
        page = inspector.client.get(address)
        actions = {form.get("action", "") for form in page.tree.iter("form") if form.get("method") == "post"}
        assert actions == {"/sign-out"}, address
        assert "Download" not in page.words, address


def test_an_inspector_exports_nothing(world: World, inspector: Person) -> None:
    endpoints = {rule.endpoint: rule for rule in world.app.url_map.iter_rules()}
    for endpoint in EXPORTS:
        built = endpoints[endpoint].build(dict.fromkeys(endpoints[endpoint].arguments, "8412001"))
        assert built is not None
        inspector.client.request("GET", built[1], status=404 if endpoints[endpoint].arguments else 403)
