"""Fixtures for every tier: an empty database, at the newest schema, of each kind."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.postgres import NoServer, create_database, drop_database, running_server
from tests.store import prepare


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "cme.sqlite3"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    try:
        with running_server() as server:
            yield server
    except NoServer as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    name = f"cme_template_{uuid.uuid4().hex}"
    prepare(create_database(postgres_server, name).render_as_string(hide_password=False))
    yield name
    drop_database(postgres_server, name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty SQLite database of the test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'cme.sqlite3')}"


@pytest.fixture
def postgresql_url(postgres_server: URL, postgres_template: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database of the test's own."""
    name = f"cme_{uuid.uuid4().hex}"
    url = create_database(postgres_server, name, template=postgres_template)
    yield url.render_as_string(hide_password=False)
    drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database of the test's own; the test runs once for each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
