"""Every route, for everybody: the answers are those that the route table and the policy table give.

Who may do what does not depend on the database, and is tried for every role on SQLite. What is asked of the
database does: on PostgreSQL every route is tried with one role that gets in.
"""

import re
import shutil
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select
from werkzeug.routing import Rule

from cme.access.roles import ABOUT_A_CHILD, POLICY, SCHOOL_ROLES, Permission, Role
from cme.access.routes import PUBLIC, ROUTES
from cme.store.database import db
from cme.store.tables import AuditEntry
from tests.guards.objects import OBJECTS
from tests.people import Person, Place, World, web_app, yesterday
from tests.postgres import create_database, drop_database
from tests.store import close, statements
from tests.webclient import Page

ROLES = tuple(role for role in Role if role is not Role.OPERATOR)
GUARDED = sorted(endpoint for endpoint, rule in ROUTES.items() if rule is not PUBLIC)
MAY_CHANGE_ON_GET = {"audit_entry", "user_session"}
REFUSALS = {401, 403, 404}
OWN_ACCOUNT = {
    "accounts.end_session",
    "accounts.end_every_session",
    "accounts.change_password",
    "alerts.read",
}
"""What everybody may change who is signed in: it is nobody else's."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application on each kind of database; every test makes objects of its own."""
    folder = tmp_path_factory.mktemp("routes")
    if request.param == "sqlite":
        place = request.getfixturevalue("quick_folder") / "routes.sqlite3"
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), place)}"
        app = web_app(url, folder)
        yield app
        close(app)
    else:
        server = request.getfixturevalue("postgres_server")
        name = f"cme_{uuid.uuid4().hex}"
        url = create_database(server, name, template=request.getfixturevalue("postgres_template"))
        app = web_app(url.render_as_string(hide_password=False), folder)
        yield app
        close(app)
        drop_database(server, name)


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    """Northmoor, its schools and its people."""
    return World(app)


@pytest.fixture(scope="module")
def people(world: World) -> "People":
    """Those who look, or try what they may not."""
    return People(world)


class People:
    """One person for each role at each place. Whoever changes something is somebody of their own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[tuple[Role, Place], Person] = {}

    def somebody(self, role: Role, place: Place) -> Person:
        """The same person each time: to read leaves them as they were, and so does to be refused."""
        if (role, place) not in self._known:
            self._known[role, place] = self.world.person(role, place)
        return self._known[role, place]

    def at_home(self, role: Role, rule: Rule) -> Person:
        """Somebody at school A or in its authority, who may be signed out by what they do."""
        if _method(rule) == "POST" and _gets_in(role, rule):
            return self.world.person(role)
        return self.somebody(role, self.world.school_a if role in SCHOOL_ROLES else self.world.northmoor)


def test_every_endpoint_is_in_the_route_table_and_every_entry_is_an_endpoint(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROUTES)


def test_every_variable_part_of_an_address_has_an_object_to_stand_in_for_it(app: Flask) -> None:
    parts = {part for rule in _rules(app) for part in rule.arguments}
    assert parts <= set(OBJECTS), "add the missing ones to tests/guards/objects.py"


def test_an_address_answers_either_reading_or_writing_never_both(app: Flask) -> None:
    for rule in _rules(app):
        assert _method(rule) in {"GET", "POST"}


@pytest.mark.parametrize("endpoint", GUARDED)
def test_nobody_gets_in_without_signing_in(world: World, endpoint: str) -> None:
    rule = _rule(world.app, endpoint)
    owner = world.person(_holder(rule))
    values = _values(world, rule, world.school_a, owner)
    nobodies = {
        "anonymous": world.browser(),
        "disabled": world.sign_in_as(_holder(rule), is_active=False),
    }
    for who, client in nobodies.items():
        page = client.request(_method(rule), _path(rule, values), status=None, **_form(rule, client))
        if _method(rule) == "GET":
            assert page.status == 303, who
            assert page.location.startswith("/sign-in"), who
        else:
            assert page.status == 401, who


@pytest.mark.parametrize("endpoint", GUARDED)
def test_a_role_gets_in_where_the_policy_says_so_and_to_read_writes_nothing_but_the_audit(
    world: World, people: People, endpoint: str
) -> None:
    rule = _rule(world.app, endpoint)
    for role in _roles(world, rule):
        owner = people.at_home(role, rule)
        values = _values(world, rule, world.school_a, owner)
        with statements(world.app) as asked:
            page = _ask(owner, rule, values)
        assert _method(rule) == "POST" or _written(asked) <= MAY_CHANGE_ON_GET, role
        if _gets_in(role, rule):
            assert page.status not in REFUSALS, role
            assert not page.location.startswith("/sign-in"), role
        else:
            assert page.status == (404 if rule.arguments else 403), role


def test_an_inspector_changes_nothing_but_their_own_account_and_every_page_is_written_down(
    world: World, people: People
) -> None:
    """Casework reference s.3: read only, every view logged, and no file of names."""
    for rule in _rules(world.app):
        if ROUTES[rule.endpoint] is PUBLIC:
            continue
        person = people.at_home(Role.INSPECTOR, rule)
        values = _values(world, rule, world.school_a, person)
        before = _last_audited(world)
        page = _ask(person, rule, values)
        written = _audited_after(world, before)
        if _method(rule) == "POST":
            assert page.status in REFUSALS or rule.endpoint in OWN_ACCOUNT, rule.endpoint
        elif page.status not in REFUSALS:
            assert ("inspector.viewed", rule.endpoint) in written, rule.endpoint
        else:
            assert ("access.refused", rule.endpoint) in written, rule.endpoint


def _last_audited(world: World) -> int:
    with world.app.app_context():
        return db.session.scalar(select(func.max(AuditEntry.seq))) or 0


def _audited_after(world: World, seq: int) -> list[tuple[str, str]]:
    with world.app.app_context():
        rows = db.session.execute(select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.seq > seq))
        return [(action, subject) for action, subject in rows]


@pytest.mark.parametrize("endpoint", GUARDED)
def test_a_role_that_has_ended_opens_nothing(world: World, endpoint: str) -> None:
    rule = _rule(world.app, endpoint)
    if not isinstance(ROUTES[endpoint], Permission):
        return
    former = world.person(_holder(rule), expires_on=yesterday())
    page = _ask(former, rule, _values(world, rule, world.school_a, former))
    assert page.status == (404 if rule.arguments else 403)


@pytest.mark.parametrize("endpoint", GUARDED)
def test_what_belongs_to_others_looks_as_if_it_did_not_exist(
    world: World, people: People, endpoint: str
) -> None:
    rule = _rule(world.app, endpoint)
    if not rule.arguments:
        return
    theirs = _values(world, rule, world.school_a, world.person(_holder(rule)))
    # Who may not do it at home either was tried there.
    for role in (role for role in _roles(world, rule) if _holds(role, rule)):
        for place in _elsewhere(world, role):
            stranger = people.somebody(role, place)
            foreign = _ask(stranger, rule, theirs)
            unknown = _ask(stranger, rule, {part: OBJECTS[part].unknown for part in rule.arguments})
            assert (foreign.status, _lasting(foreign)) == (404, _lasting(unknown)), role


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _rule(app: Flask, endpoint: str) -> Rule:
    (rule,) = app.url_map.iter_rules(endpoint)
    return rule


def _method(rule: Rule) -> str:
    (method,) = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
    return method


def _path(rule: Rule, values: dict[str, Any]) -> str:
    built = rule.build(values)
    assert built is not None
    return built[1]


def _values(world: World, rule: Rule, place: Place, person: Person) -> dict[str, Any]:
    return {part: OBJECTS[part].make(world, place, person) for part in rule.arguments}


def _form(rule: Rule, client: Any) -> dict[str, Any]:
    return {"data": {"csrf_token": client.csrf_token()}} if _method(rule) == "POST" else {}


def _ask(person: Person, rule: Rule, values: dict[str, Any]) -> Page:
    client = person.client
    return client.request(_method(rule), _path(rule, values), status=None, **_form(rule, client))


def _holds(role: Role, rule: Rule) -> bool:
    asked = ROUTES[rule.endpoint]
    return asked in POLICY[role].permissions if isinstance(asked, Permission) else True


def _gets_in(role: Role, rule: Rule) -> bool:
    return _holds(role, rule) and _sees(role, rule)


def _holder(rule: Rule) -> Role:
    """A role that may open the page, of a school where there is one."""
    return next(role for role in ROLES if _gets_in(role, rule))


def _roles(world: World, rule: Rule) -> tuple[Role, ...]:
    """Whoever is tried on this kind of database."""
    is_sqlite = make_url(world.app.config["SQLALCHEMY_DATABASE_URI"]).get_backend_name() == "sqlite"
    return ROLES if is_sqlite else (_holder(rule),)


def _sees(role: Role, rule: Rule) -> bool:
    if ROUTES[rule.endpoint] not in ABOUT_A_CHILD:
        return True
    return all(POLICY[role].sight in OBJECTS[part].seen_by for part in rule.arguments)


def _elsewhere(world: World, role: Role) -> tuple[Place, ...]:
    """Where somebody with that role has nothing to do with school A."""
    return (world.school_b, world.school_c) if role in SCHOOL_ROLES else (world.elsewhere,)


def _lasting(page: Page) -> str:
    """A page without what differs each time."""
    return re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", page.html)


def _written(asked: list[str]) -> set[str]:
    """The tables that these statements change."""
    changed = (re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', each) for each in asked)
    return {found[1] for found in changed if found}
