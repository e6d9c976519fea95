"""What the store's own tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL

from tests.postgres import create_database, drop_database
from tests.store import close, store_app


@pytest.fixture
def sqlite_app(sqlite_url: str) -> Iterator[Flask]:
    """An application on SQLite, its context pushed."""
    app = store_app(sqlite_url)
    with app.app_context():
        yield app
    close(app)


@pytest.fixture
def postgresql_app(postgresql_url: str) -> Iterator[Flask]:
    """An application on PostgreSQL, its context pushed."""
    app = store_app(postgresql_url)
    with app.app_context():
        yield app
    close(app)


@pytest.fixture
def bare_postgresql_url(postgres_server: URL, tmp_path: Path) -> Iterator[str]:
    name = f"cme_bare_{abs(hash(tmp_path)):x}"
    yield create_database(postgres_server, name).render_as_string(hide_password=False)
    drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    url: str = request.getfixturevalue("bare_postgresql_url")
    return url
