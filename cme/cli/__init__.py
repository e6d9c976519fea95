"""The command line. Each subject has a module of its own, loaded only when its command is used."""

import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from cme.errors import Unusable

COMMANDS = {
    "audit": "cme.cli.audit:audit",
    "calendar": "cme.cli.calendar:calendar",
    "case": "cme.cli.cases:case",
    "cases": "cme.cli.cases:cases",
    "count": "cme.cli.count:count",
    "daily": "cme.cli.daily:daily",
    "db": "cme.cli.db:db",
    "demo": "cme.cli.demo:demo",
    "gate": "cme.cli.gate:gate",
    "import": "cme.cli.imports:import_",
    "mail": "cme.cli.daily:mail",
    "recount": "cme.cli.recount:recount",
    "return": "cme.cli.cme_return:return_",
    "school": "cme.cli.schools:school",
    "serve": "cme.cli.serve:serve",
    "trace": "cme.cli.trace:trace",
    "upn": "cme.cli.upn:upn",
    "user": "cme.cli.users:user",
}
"""Name -> where the command is, as module:attribute."""

UNUSABLE = 2
INTERRUPTED = 130


class CommandLine(click.Group):
    """A group whose commands are imported when they are needed, and whose errors are one plain sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands there are, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command and end the process: with status 2 and a sentence when something cannot be used."""
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra)
        except click.exceptions.NoArgsIsHelpError as wanted:
            click.echo(wanted.format_message())
            status = 0
        except (click.ClickException, Unusable) as fault:
            click.echo(fault.format_message() if isinstance(fault, click.ClickException) else fault, err=True)
            status = UNUSABLE
        except (click.Abort, KeyboardInterrupt):
            click.echo("Stopped. Nothing more was done.", err=True)
            status = INTERRUPTED
        sys.exit(status if isinstance(status, int) else 0)


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cme", message="%(version)s")
def main() -> None:
    """Children missing from education: the schools' module."""
