"""The database, for a command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from cme.access.scope import Scope
from cme.errors import Unusable
from cme.installation import connect
from cme.settings import Settings
from cme.store import pupils, schools
from cme.store.database import db

NOTHING_HERE = (
    "There is no school in this database yet. Add the first with cme school add, and its registers with "
    "cme import; cme demo makes a synthetic authority."
)

NOBODY_HERE = (
    "No child is on record in this database. CME_DATABASE_URL says which database is meant; cme import adds "
    "children to it."
)


@contextmanager
def open_database(*, prepare: bool = True) -> Iterator[Flask]:
    """An application on the database that the settings name, with its context pushed.

    Without `prepare` the schema is left alone. Raises Unusable when the database cannot be used, or is too
    busy to answer.
    """
    app = Flask("cme")
    connect(app, Settings.load(), prepare=prepare)
    try:
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
    except OperationalError as fault:
        raise Unusable("The database did not answer in time, and nothing was saved. Try again.") from fault


def operator_scope() -> Scope:
    """What the command line may do: everything an operator may, in every authority of the open database."""
    return Scope.for_operator(schools.read_authority_ids())


def tracing_scope() -> Scope:
    """The same for a command that looks for children. Raises Unusable where nobody is on record: of every
    child it would be said that it is not known."""
    if not pupils.has_any():
        raise Unusable(NOBODY_HERE)
    return operator_scope()


def reading_scope() -> Scope:
    """The same for a command that only reads: it says on standard error where there is nothing to read."""
    scope = operator_scope()
    if not scope.grants:
        click.echo(NOTHING_HERE, err=True)
    return scope
