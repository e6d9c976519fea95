"""Fixtures for every tier: an empty database, at the newest schema, of each kind."""

import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import URL

from tests.memory import memory
from tests.postgres import NoServer, create_database, drop_database, running_server
from tests.store import prepare


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: a worker waits for the browser, the database or a child process."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Keep what was collected, which stays to the end, from being searched for garbage again and again."""
    gc.freeze()


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


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """A folder for databases, in memory if possible."""
    with TemporaryDirectory(prefix="cme-", dir=memory()) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_place(quick_folder: Path) -> Path:
    """Where each test finds its SQLite database."""
    place = quick_folder / "test" / "cme.sqlite3"
    place.parent.mkdir()
    return place


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_place: Path) -> str:
    """The address of an empty SQLite database of the test's own; the address is the same for all."""
    for left in sqlite_place.parent.iterdir():
        left.unlink()
    return f"sqlite:///{shutil.copy(sqlite_template, sqlite_place)}"


@pytest.fixture(scope="session")
def postgres_name() -> str:
    """What each test's PostgreSQL database is called."""
    return f"cme_{uuid.uuid4().hex}"


@pytest.fixture
def postgresql_url(postgres_server: URL, postgres_template: str, postgres_name: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database of the test's own; the address is the same for all."""
    url = create_database(postgres_server, postgres_name, template=postgres_template)
    yield url.render_as_string(hide_password=False)
    drop_database(postgres_server, postgres_name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database of the test's own; the test runs once for each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
