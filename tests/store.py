"""Applications that have a database and nothing else, and an instant for what they write."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from cme.store.database import db, init_database
from cme.store.schema import prepare_schema
from cme.store.vault import init_vault

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

SAME_PATH = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)]),
}
"""An environment in which another process finds the product and these tests."""


def store_app(database_url: str) -> Flask:
    """An application connected to the database, whose tables may still be missing."""
    app = Flask("cme")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    init_vault(app, lambda: "a key for tests only")
    init_database(app)
    return app


@contextmanager
def lent(make: Callable[..., Flask], *details: Any, **options: Any) -> Iterator[Flask]:
    """The application that `make` makes of these details, which one test after the other works with.

    To make it, and to compile what it asks of a database, takes longer than most tests. It comes back as it
    went: its settings are put back, and its connections closed, since the next test has another database at
    the same address.
    """
    app, config = _made(make, *details, **options)
    try:
        yield app
    finally:
        close(app)
        app.config.clear()
        app.config.update(config)


@cache
def _made(make: Callable[..., Flask], *details: Any, **options: Any) -> tuple[Flask, dict[str, Any]]:
    app = make(*details, **options)
    return app, dict(app.config)


def prepare(database_url: str) -> None:
    """Give an empty database its tables, and let go of it."""
    app = store_app(database_url)
    prepare_schema(app)
    close(app)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What an application asks of its database meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def close(app: Flask) -> None:
    """Close the connections of an application to its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
