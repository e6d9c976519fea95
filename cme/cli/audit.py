"""The audit log."""

import click

from cme.errors import Unusable


@click.group()
def audit() -> None:
    """Check the audit log."""


@audit.command()
@click.option(
    "--expected-head", metavar="HASH", help="A head noted earlier, which the log must still contain."
)
def verify(expected_head: str | None) -> None:
    """Check that no entry of the audit log was changed, moved or removed."""
    from cme.cli.database import open_database
    from cme.store.audit import verify

    with open_database():
        report = verify(expected_head=expected_head)
    if not report.ok:
        raise Unusable(f"The audit log is not whole. {report.problem}")
    click.echo(f"The audit log is whole: {report.entries} entries. Its head, worth noting elsewhere:")
    click.echo(report.head_hash)
