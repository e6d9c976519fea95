"""The web application on a database of its own, with places and people.

Most tests here are about what a page says, and run on SQLite. Those marked `on_both` run on PostgreSQL too:
each form that writes is sent there once, and every list is sorted and filtered there, as only this differs.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.people import World, web_app
from tests.store import lent
from tests.webclient import WebClient


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: SQLite, unless a test is marked `on_both`."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def app(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application. No context is pushed: each request has its own, as on the server."""
    with lent(web_app, sqlite_url, tmp_path_factory.getbasetemp()) as app:
        yield app


@pytest.fixture
def world(app: Flask) -> World:
    """Northmoor, its schools and its people."""
    return World(app)


@pytest.fixture
def visitor(world: World) -> WebClient:
    """A browser in which nobody is signed in."""
    return world.browser()
