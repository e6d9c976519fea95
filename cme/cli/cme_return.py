"""The termly return of children missing education."""

import json
from datetime import datetime

import click

NOT_A_CENSUS_DAY = "{} is not a census day. Check the date, or name the census days in CME_CENSUS_DATES."


@click.command("return")
@click.option(
    "--census",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The census day, such as 2027-01-21. Default: the next one.",
)
@click.option("--complete", is_flag=True, help="Every number, to send to the DfE; not to be published.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def return_(census: datetime | None, *, complete: bool, as_json: bool) -> None:
    """Print the DfE's figures of children missing education for a census day; few children are hidden."""
    from cme import clock
    from cme.casework.record.census import is_census_day, next_census
    from cme.cli.database import open_database, reading_scope
    from cme.cli.tables import write_table
    from cme.services.removal import cme_records, cme_return_files
    from cme.settings import Settings

    at = clock.now()
    days = Settings.load().census_days
    on = census.date() if census else next_census(clock.local_date(at), days)
    warnings = [] if is_census_day(on, days) else [NOT_A_CENSUS_DAY.format(on.isoformat())]
    for warning in warnings:
        click.echo(warning, err=True)
    with open_database():
        scope = reading_scope()
        found = cme_records.count_census(scope, on, hide=not complete)
        cme_records.note_export(scope, on, is_complete=complete, at=at)
    if as_json:
        click.echo(json.dumps({**cme_return_files.as_json(found), "warnings": warnings}, indent=1))
        return
    hidden = "every number: do not publish" if complete else "c: hidden, few children"
    click.echo(f"Children missing education, census day {on.isoformat()} ({hidden})")
    click.echo()
    write_table(
        ("Category", "Group", "On the day", "In the year before"),
        [row[1:] for row in cme_return_files.rows_of(found.figures)],
    )
    click.echo()
    for why, number in found.reasons.items():
        click.echo(f"Not in the return: {number}, because {why}.")
