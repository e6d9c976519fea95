"""The database: how connections are set up, and the one way to write.

A session only reads, from one deferred read-only transaction, until `transaction()` opens a writing one.
So a page takes no lock, and nothing is written by accident.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

import flask_sqlalchemy.session
from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from cme.store.tables import Base

MIGRATIONS = Path(__file__).with_name("migrations")

BUSY_TIMEOUT = 15
"""Seconds that an SQLite connection waits for another writer."""

STATEMENT_TIMEOUT, LOCK_TIMEOUT, IDLE_TIMEOUT = 10, 5, 30
"""Seconds, on PostgreSQL, before a statement, a wait for a lock, or a forgotten transaction is ended."""

SCHEMA_LOCK, AUDIT_LOCK = 0x434D4501, 0x434D4502
"""Keys of the advisory locks that PostgreSQL writers take in turn."""

_READING = "cme_reading_engine"
_TURN = "cme_turn"

_SCHEMA_CHANGES = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VIEW,
    }
)


class StoreSession(flask_sqlalchemy.session.Session):
    """A session that reads, except while `transaction()` has it writing."""

    writing = False

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        return super().get_bind(*args, **kwargs) if self.writing else reading_engine()


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": StoreSession})


def init_database(app: Flask) -> None:
    """Connect an application to the database that `SQLALCHEMY_DATABASE_URI` names.

    `DATABASE_STATEMENT_TIMEOUT` (seconds, 10 unless set; PostgreSQL only) may be longer for jobs.
    Raises ValueError, in words for the operator, when the address is missing or of another kind.
    """
    url = _database_url(app.config.get("SQLALCHEMY_DATABASE_URI"))
    options = app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    if _is_sqlite(url):
        options["connect_args"] = {"timeout": BUSY_TIMEOUT}
    else:
        app.config.setdefault("DATABASE_STATEMENT_TIMEOUT", STATEMENT_TIMEOUT)
        options["pool_pre_ping"] = True
        options["connect_args"] = {
            "options": _postgresql_options(
                url,
                statement_timeout=app.config["DATABASE_STATEMENT_TIMEOUT"],
                lock_timeout=LOCK_TIMEOUT,
                idle_in_transaction_session_timeout=IDLE_TIMEOUT,
            )
        }
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        if _is_sqlite(url):
            _set_up_sqlite(db.engine)
            event.listen(db.engine, "connect", _forbid_schema_changes)
        app.extensions[_READING] = db.engine.execution_options(read_only=True, postgresql_readonly=True)


def write_in_turn(app: Flask, turn: AbstractContextManager[Any]) -> None:
    """Let processes that have a lock in common write one after the other, each as soon as it can.

    For SQLite, which has one writer at a time: it would have the others sleep, ever longer, and look again.
    PostgreSQL's writers wait for each other only where they must.
    """
    with app.app_context():
        if _is_sqlite(db.engine.url):
            app.extensions[_TURN] = turn


@contextmanager
def transaction() -> Iterator[Session]:
    """Write: everything inside is committed together, or on any exception nothing is.

    One per service verb. Anything read before it is read again, after the lock is held. Raises
    RuntimeError when one is already open, or when the session holds changes made outside of one.
    """
    session = cast(StoreSession, db.session())
    if session.writing:
        raise RuntimeError("a transaction is already open; one verb, one transaction")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed before the transaction was opened")
    session.rollback()
    session.writing = True
    try:
        with current_app.extensions.get(_TURN, nullcontext()), session.begin():
            session.connection()
            yield session
    finally:
        session.writing = False


def read_only() -> None:
    """Read from here on what is committed now, in one read-only transaction that never waits for a writer.

    A session does so by itself at its first use; calling this ends an older snapshot. Raises RuntimeError
    inside `transaction()`.
    """
    session = cast(StoreSession, db.session())
    if session.writing:
        raise RuntimeError("a transaction is open; it reads and writes until it ends")
    session.rollback()
    session.connection()


def empty_journal() -> None:
    """Let go of the copies of erased pages in SQLite's journal, as far as no reader still needs them.

    PostgreSQL keeps no journal of ours. Raises RuntimeError inside `transaction()`.
    """
    if is_writing():
        raise RuntimeError("a transaction is open; its journal is still needed")
    db.session.rollback()
    if _is_sqlite(db.engine.url):
        with closing(db.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_writing() -> bool:
    """Whether the current session is inside `transaction()`."""
    return cast(StoreSession, db.session()).writing


def reading_engine() -> Engine:
    """The current application's engine for reading: its connections refuse to write."""
    return cast(Engine, current_app.extensions[_READING])


@contextmanager
def changing_schema() -> Iterator[Connection]:
    """A connection that may change the schema, in one transaction that no other schema change shares.

    Only migrations use it. Raises RuntimeError when the change leaves a reference to a missing row.
    """
    url = db.engine.url
    if _is_sqlite(url):
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT})
        _set_up_sqlite(engine)
        event.listen(engine, "connect", _suspend_foreign_keys)
    else:
        engine = create_engine(
            url, poolclass=NullPool, connect_args={"options": _postgresql_options(url, statement_timeout=0)}
        )
    with engine.begin() as connection:
        if not _is_sqlite(url):
            connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
        yield connection
        if _is_sqlite(url) and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("The change would leave references to missing rows, so it was undone.")


def _database_url(value: str | URL | None) -> URL:
    try:
        url = make_url(value or "")
        backend = url.get_backend_name()
    except ArgumentError as error:
        raise ValueError(
            "The database address cannot be read. Write it as sqlite:////folder/cme.sqlite3 or "
            "postgresql://user:password@host/name."
        ) from error
    if backend not in {"sqlite", "postgresql"}:
        raise ValueError(f"The database address names {backend}. Use an SQLite file or PostgreSQL.")
    if backend == "sqlite" and (url.database or ":memory:").startswith((":memory:", "file:")):
        raise ValueError("The database address names no file. Write it as sqlite:////folder/cme.sqlite3.")
    return url.set(drivername="postgresql+psycopg") if backend == "postgresql" else url


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _postgresql_options(url: URL, **timeouts: int) -> str:
    """Settings a connection starts with; what the address itself sets comes last and wins."""
    settings = ["-c timezone=UTC", *(f"-c {name}={seconds}s" for name, seconds in timeouts.items())]
    return " ".join([*settings, cast(str, url.query.get("options", ""))]).strip()


def _set_up_sqlite(engine: Engine) -> None:
    event.listen(engine, "do_connect", _create_private_file)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _create_private_file(
    _dialect: object, _entry: ConnectionPoolEntry, arguments: Sequence[str], _keywords: object
) -> None:
    """Only the account that runs the service may read the file; SQLite gives its journal the same mode."""
    path = Path(arguments[0])
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _set_pragmas(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver would open the transaction at the first write, and lose updates: `_begin` does it instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # Without it INSERT OR REPLACE deletes a row and fires no trigger.
        "recursive_triggers = ON",
        "trusted_schema = OFF",
        # What is erased is overwritten, not merely forgotten.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    # Its own knows the letters of ASCII only, and would not find "É" by "é".
    connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)


def _begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    # A deferred transaction that reads and then writes fails at once when another writer came between.
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _forbid_schema_changes(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """Without their triggers the append-only tables could be rewritten."""

    def authorize(action: int, name: str | None, *_rest: str | None) -> int:
        forbidden = action in _SCHEMA_CHANGES or (
            action == sqlite3.SQLITE_PRAGMA and name == "writable_schema"
        )
        return sqlite3.SQLITE_DENY if forbidden else sqlite3.SQLITE_OK

    connection.set_authorizer(authorize)


def _suspend_foreign_keys(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """A table is altered by copying it, which drops the old one while others still refer to it."""
    connection.execute("PRAGMA foreign_keys = OFF")
