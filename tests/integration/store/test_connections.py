"""How connections are set up, and what the columns keep."""

import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from cme.store.database import db, init_database, reading_engine, transaction
from cme.store.tables import CalendarPeriod, School, SignInAttempt
from tests.store import close, store_app


@pytest.mark.usefixtures("sqlite_app")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("trusted_schema", 0),
        ("secure_delete", 1),
        ("busy_timeout", 15_000),
    ],
)
def test_every_sqlite_connection_is_durable_and_strict(pragma: str, value: object) -> None:
    for engine in (db.engine, reading_engine()):
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.postgres
@pytest.mark.usefixtures("postgresql_app")
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("timezone", "UTC"),
        ("statement_timeout", "10s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "30s"),
    ],
)
def test_every_postgresql_connection_keeps_utc_and_gives_up(setting: str, value: str) -> None:
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == value


@pytest.mark.postgres
def test_the_address_may_set_a_timeout_of_its_own(postgresql_url: str) -> None:
    app = store_app(f"{postgresql_url}?options=-c%20statement_timeout%3D60s")
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "1min"
    close(app)


@pytest.mark.postgres
def test_a_job_may_be_given_longer(postgresql_url: str) -> None:
    app = Flask("cme")
    app.config.update(SQLALCHEMY_DATABASE_URI=postgresql_url, DATABASE_STATEMENT_TIMEOUT=120)
    init_database(app)
    with app.app_context():
        assert db.session.scalar(text("SHOW statement_timeout")) == "2min"
    close(app)


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_either_name(postgresql_url: str, scheme: str) -> None:
    app = store_app(f"{scheme}://{postgresql_url.partition('://')[2]}")
    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
        assert db.engine.driver == "psycopg"
    close(app)


def test_the_sqlite_file_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "cme.sqlite3"
    app = store_app(f"sqlite:///{path}")
    assert not path.exists()
    with app.app_context():
        db.session.scalar(text("SELECT 1"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    close(app)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "cannot be read"),
        ("nonsense", "cannot be read"),
        ("mysql://somewhere/cme", "names mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_a_wrong_address_is_refused_in_words(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        store_app(address)


@pytest.mark.usefixtures("sqlite_app")
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE audit_entry",
        "DROP TRIGGER audit_entry_refuses_update",
        "DROP INDEX ix_pupil_upn",
        "ALTER TABLE audit_entry ADD COLUMN extra TEXT",
        "ALTER TABLE audit_entry RENAME TO other",
        "PRAGMA writable_schema = ON",
    ],
)
def test_the_product_cannot_change_the_sqlite_schema(statement: str) -> None:
    with db.engine.begin() as connection, pytest.raises(DatabaseError, match="not authorized"):
        connection.exec_driver_sql(statement)


@pytest.mark.usefixtures("app")
def test_a_reference_to_a_missing_row_is_refused() -> None:
    def write() -> None:
        with transaction() as session:
            session.add(School(authority_id=99, laestab="8412000", urn="100001", name="Oakfield"))

    with pytest.raises(IntegrityError):
        write()


@pytest.mark.usefixtures("app")
class TestInstants:
    def test_an_instant_is_kept_to_the_microsecond_and_comes_back_as_utc(self) -> None:
        at = datetime(2026, 6, 10, 0, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
        with transaction() as session:
            session.add(SignInAttempt(bucket="account", at=at))
        kept = db.session.scalars(select(SignInAttempt.at)).one()
        assert kept == at
        assert kept.isoformat() == "2026-06-09T23:30:15.123456+00:00"

    def test_instants_compare_in_the_database_whatever_their_zone(self) -> None:
        at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        with transaction() as session:
            session.add(SignInAttempt(bucket="account", at=at))
        later = (at + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-5)))
        assert db.session.scalars(select(SignInAttempt.id).where(SignInAttempt.at < later)).all()

    def test_a_naive_instant_is_refused(self) -> None:
        def write() -> None:
            with transaction() as session:
                session.add(SignInAttempt(bucket="account", at=datetime(2026, 6, 10)))  # noqa: DTZ001

        with pytest.raises(StatementError, match="aware"):
            write()


def test_no_table_keeps_a_time_without_a_zone() -> None:
    columns = [column for table in db.metadata.tables.values() for column in table.columns]
    naive = [str(column) for column in columns if type(column.type).__name__ == "DateTime"]
    assert naive == []
    assert type(CalendarPeriod.__table__.c.first_on.type).__name__ == "Date"
