"""What is done every day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cme.cli import UNUSABLE
from cme.errors import Unusable

if TYPE_CHECKING:
    from cme.services.daily import Outcome


@click.command()
@click.option(
    "--on",
    "on_day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day to do it for: today unless given, and never one to come.",
)
def daily(on_day: datetime | None) -> int:
    """Let deadlines move on, erase old files, and write and send the digests of a day.

    Run it every morning, for example from cron. What was done before on the same day is not done again. Exit
    status 2 when a part failed; the others are done.
    """
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.cli.progress import progress
    from cme.services import daily as service
    from cme.services.digest import Office
    from cme.services.mail import mail_server
    from cme.settings import Settings

    settings, at = Settings.load(), clock.now()
    on = on_day.date() if on_day else clock.local_date(at)
    if on > clock.local_date(at):
        raise Unusable(
            f"{on} is still to come: files would be erased too early. Give today or an earlier day."
        )
    day = service.Day(
        on=on,
        at=at,
        keep_days=settings.keep_files_days,
        office=Office(settings.service_name, settings.base_url),
        server=mail_server(settings),
    )
    with open_database():
        scope = operator_scope()
        with progress(service.steps(scope, day), "Doing the day's work") as steps:
            outcomes = [service.take(step) for step in steps]
    return _report(outcomes)


def _report(outcomes: Sequence[Outcome]) -> int:
    """Print what was done and what failed; the exit status."""
    from cme.cli.tables import write_table

    rows = []
    for part in dict.fromkeys(outcome.step.part for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.step.part == part]
        faults = sum(bool(outcome.fault) for outcome in own)
        counts: dict[str, int] = {}
        for name, number in (item for outcome in own for item in outcome.counts.items()):
            counts[name] = counts.get(name, 0) + number
        what = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        rows.append((part, len(own) - faults, faults, what))
    write_table(("Part", "Done", "Failed", "What"), rows)
    failed = [outcome for outcome in outcomes if outcome.fault]
    for outcome in failed:
        click.echo(f"{outcome.step.part}, {outcome.step.where}: failed ({outcome.fault}).", err=True)
    if failed:
        click.echo("Everything else was done. Run cme daily again once this is mended.", err=True)
    return UNUSABLE if failed else 0
