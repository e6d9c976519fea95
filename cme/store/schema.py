"""Which revision of the schema a database has, and bringing it up to the one this version needs."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import inspect

from cme.store.database import reading_engine


class SchemaError(RuntimeError):
    """The database cannot be used as it is; the message tells the operator why and what to do."""


class SchemaOutdated(SchemaError):
    """The database was made by an older version of cme."""


class SchemaTooNew(SchemaError):
    """The database was made by a newer version of cme."""


def prepare_schema(app: Flask) -> None:
    """See that the database has the schema this version needs; an empty one is given it.

    Raises SchemaOutdated, SchemaTooNew, or SchemaError for a database that holds something else.
    """
    with app.app_context():
        scripts = ScriptDirectory.from_config(_config())
        with reading_engine().connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            is_empty = revision is None and not inspect(connection).get_table_names()
        if is_empty:
            command.upgrade(_config(), "head")
        elif revision is None:
            raise SchemaError(
                "The database holds tables that cme did not make. Name another one in CME_DATABASE_URL."
            )
        elif revision not in {script.revision for script in scripts.walk_revisions()}:
            raise SchemaTooNew(
                f"The database was made by a newer version of cme (schema {revision}). "
                "Install that version, or name another database in CME_DATABASE_URL."
            )
        elif revision != scripts.get_current_head():
            raise SchemaOutdated(
                f"The database is older than this version of cme (schema {revision}). "
                "Make a backup, then run: cme db upgrade"
            )


def upgrade_schema(app: Flask) -> None:
    """Bring the database to the schema this version needs, in one transaction: wholly, or not at all."""
    with app.app_context():
        command.upgrade(_config(), "head")


def _config() -> Config:
    migrate = current_app.extensions["migrate"].migrate
    config: Config = migrate.get_config()
    return config
