"""Migrations: equal to the models, up and down with data, and what an operator is told."""

import subprocess
import sys
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, func, insert, inspect, select, text

from cme.store.database import MIGRATIONS, changing_schema, db, reading_engine, transaction
from cme.store.schema import SchemaError, SchemaOutdated, SchemaTooNew, prepare_schema, upgrade_schema
from cme.store.tables import Base, LocalAuthority, School
from cme.store.tables.base import UtcDateTime
from tests.store import NOON, SAME_PATH, close, store_app

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def config(app: Flask) -> Config:
    migrations: Config = app.extensions["migrate"].migrate.get_config()
    return migrations


def tables() -> set[str]:
    with reading_engine().connect() as connection:
        return set(inspect(connection).get_table_names())


def fill_every_table() -> None:
    """One row in each table; every key is 1."""
    with transaction() as session:
        for table in Base.metadata.sorted_tables:
            session.execute(insert(table).values({column.name: value(column) for column in table.columns}))


def value(column: Column[Any]) -> object:
    match column.type:
        case Boolean():
            return True
        case Integer():
            return 1
        case UtcDateTime():
            return NOON
        case Date():
            return NOON.date()
        case JSON():
            return {}
        case LargeBinary():
            return b"register"
        case _:
            return "1"


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    assert set(Base.metadata.tables) <= tables()
    command.check(config(app))


def test_revisions_are_numbered_in_one_line() -> None:
    assert sorted(REVISIONS) == [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)]
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_every_table_goes_down_and_up_again_with_data_in_it(app: Flask) -> None:
    fill_every_table()
    db.session.rollback()
    command.downgrade(config(app), "base")
    assert tables() == {"alembic_version"}
    command.upgrade(config(app), "head")
    command.check(config(app))
    fill_every_table()
    assert db.session.scalar(select(func.count()).select_from(LocalAuthority)) == 1


def test_an_empty_database_is_given_its_tables(bare_url: str) -> None:
    app = store_app(bare_url)
    prepare_schema(app)
    with app.app_context():
        assert "register_line" in tables()
    close(app)


def test_a_database_at_the_newest_schema_is_left_alone(app: Flask) -> None:
    fill_every_table()
    prepare_schema(app)
    assert db.session.scalar(select(func.count()).select_from(LocalAuthority)) == 1


def test_two_processes_may_start_on_an_empty_database(bare_url: str) -> None:
    script = "import sys; from tests.store import prepare; prepare(sys.argv[1])"
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", script, bare_url], env=SAME_PATH, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [start.communicate(timeout=60)[1] for start in starts] == ["", ""]
    app = store_app(bare_url)
    with app.app_context():
        command.check(config(app))
    close(app)


def set_revision(revision: str) -> None:
    with changing_schema() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def test_a_database_from_a_newer_version_is_refused_in_words(app: Flask) -> None:
    set_revision("9999")
    with pytest.raises(SchemaTooNew, match="made by a newer version of cme"):
        prepare_schema(app)


def test_an_older_database_is_refused_until_it_is_upgraded(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptDirectory, "get_current_head", lambda _: "9998")
    with pytest.raises(SchemaOutdated, match="cme db upgrade"):
        prepare_schema(app)
    monkeypatch.undo()
    upgrade_schema(app)
    prepare_schema(app)


def test_a_database_of_something_else_is_refused_and_left_alone(bare_url: str) -> None:
    app = store_app(bare_url)
    with app.app_context():
        with changing_schema() as connection:
            connection.execute(text("CREATE TABLE invoice (id INTEGER PRIMARY KEY)"))
        with pytest.raises(SchemaError, match="tables that cme did not make"):
            prepare_schema(app)
        assert tables() == {"invoice"}
    close(app)


@pytest.mark.usefixtures("app")
def test_a_schema_change_that_fails_changes_nothing() -> None:
    before = tables()

    def fail() -> None:
        with changing_schema() as connection:
            connection.execute(text("DROP TABLE register_line"))
            connection.execute(text("CREATE TABLE other (id INTEGER PRIMARY KEY)"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert tables() == before


@pytest.mark.usefixtures("sqlite_app")
def test_a_schema_change_may_not_leave_a_dangling_reference() -> None:
    fill_every_table()

    def fail() -> None:
        with changing_schema() as connection:
            connection.execute(text("DELETE FROM school"))

    with pytest.raises(RuntimeError, match="missing rows"):
        fail()
    assert db.session.scalar(select(func.count()).select_from(School)) == 1
