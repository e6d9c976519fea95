"""Runs the migrations, all in one transaction, so that a crash leaves the schema as it was."""

from collections.abc import Iterable
from typing import Literal

from alembic import context
from alembic.migration import MigrationContext
from alembic.operations import MigrationScript
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from cme.store.database import changing_schema
from cme.store.search_keys import make_keys
from cme.store.tables import Base
from cme.store.tables.base import UtcDateTime


def number_revision(
    _migration: MigrationContext,
    _revision: str | Iterable[str | None] | Iterable[str],
    directives: list[MigrationScript],
) -> None:
    """Give a new revision the next number; write none when the models and the schema agree."""
    script = directives[0]
    operations = script.upgrade_ops
    if getattr(context.config.cmd_opts, "autogenerate", False) and operations and operations.is_empty():
        directives.clear()
        return
    head = ScriptDirectory.from_config(context.config).get_current_head()
    script.rev_id = f"{int(head or 0) + 1:04d}"


def render_plainly(_kind: str, item: object, _autogenerate: object) -> str | Literal[False]:
    """Migrations know no product code, which may change after them."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


if context.is_offline_mode():
    raise CommandError("Migrations look at the database as they run. Leave --sql out.")

with changing_schema() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        process_revision_directives=number_revision,
        render_as_batch=True,
        render_item=render_plainly,
        transactional_ddl=True,
    )
    migration = context.get_context()
    newest = migration.script.get_current_head() if migration.script else None
    before = migration.get_current_revision()
    with context.begin_transaction():
        context.run_migrations()
    # Keys are derived by what the product knows now, and a database that is older may have none.
    if before != newest and migration.get_current_revision() == newest:
        make_keys(connection)
