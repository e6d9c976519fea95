"""The database's schema."""

import click


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema that this version needs. Make a backup first."""
    from cme.cli.database import open_database
    from cme.store.schema import upgrade_schema

    with open_database(prepare=False) as app:
        upgrade_schema(app)
    click.echo("The database has the schema that this version needs.")
