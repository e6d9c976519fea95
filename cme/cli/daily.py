"""What is done every day, and the e-mails that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from cme.cli import UNUSABLE
from cme.errors import Unusable

if TYPE_CHECKING:
    from cme.services.daily import Day, Outcome
    from cme.settings import Settings


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
    from cme.settings import Settings

    settings, at = Settings.load(), clock.now()
    on = on_day.date() if on_day else clock.local_date(at)
    if on > clock.local_date(at):
        raise Unusable(
            f"{on} is still to come: files would be erased too early. Give today or an earlier day."
        )
    day = _day(settings, on, at)
    with open_database(), progress(service.steps(operator_scope(), day), "Doing the day's work") as steps:
        outcomes = [service.take(step) for step in steps]
    return _report(outcomes, "cme daily")


@click.command()
def mail() -> int:
    """Let the clocks of missing children run, and send the e-mails that wait.

    Run it every minute: what was told or sent is not told or sent again. Exit status 2 when something could
    not be sent, as without a mail server; the clocks have run then all the same.
    """
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.services import daily as service
    from cme.settings import Settings

    at = clock.now()
    day = _day(Settings.load(), clock.local_date(at), at)
    with open_database():
        outcomes = [service.take(step) for step in service.urgent_steps(operator_scope(), day)]
    status = _report(outcomes, "cme mail")
    if day.server is None:
        raise Unusable("No e-mail is sent: no mail server is set. Set CME_SMTP_URL and CME_MAIL_FROM.")
    return status


def _day(settings: Settings, on: date, at: datetime) -> Day:
    from cme.services.daily import Day
    from cme.services.mail import Office, mail_server

    return Day(
        on=on,
        at=at,
        keep_days=settings.keep_files_days,
        office=Office(settings.service_name, settings.base_url),
        server=mail_server(settings),
        keep_requests_days=settings.keep_requests_days,
    )


def _report(outcomes: Sequence[Outcome], command: str) -> int:
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
        click.echo(f"Everything else was done. Run {command} again once this is mended.", err=True)
    return UNUSABLE if failed else 0
