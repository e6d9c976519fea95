"""Counting register files, without a database."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from cme import bank_holidays, clock
from cme.casework.policy.pack import load_pack
from cme.cli.imports import read_answer_file
from cme.cli.schools import read_calendar_file
from cme.cli.tables import show_issues, write_table
from cme.services.counting import CountRequest, CountResult, count_files
from importers.reading import WEB_LIMITS

UNUSABLE = 2


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--calendar",
    type=click.Path(path_type=Path),
    help="CSV: kind,first_on,last_on,note; term, inset, closure, holiday.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Count as of this day (YYYY-MM-DD); by default the last closed school day.",
)
@click.option(
    "--min", "minimum", type=click.IntRange(min=0), default=0, help="Only pupils with a run this long."
)
@click.option("--columns", type=click.Path(path_type=Path), help="What the columns mean: a JSON file.")
@click.option("--ledger", "with_ledger", is_flag=True, help="Explain every day of every pupil.")
@click.pass_context
def count(
    ctx: click.Context,
    files: tuple[Path, ...],
    *,
    as_json: bool,
    calendar: Path | None,
    as_of: datetime | None,
    minimum: int,
    columns: Path | None,
    with_ledger: bool,
) -> None:
    """Count the days of absence in register FILES, parts of one school's register. Nothing is kept."""
    request = CountRequest(
        paths=files,
        today=clock.today(),
        bank_holidays=bank_holidays.england(),
        policy=load_pack(),
        periods=read_calendar_file(calendar) if calendar else (),
        as_of=as_of.date() if as_of else None,
        minimum=minimum,
        answers=read_answer_file(columns),
        with_ledger=with_ledger,
    )
    result = count_files(request, limits=WEB_LIMITS)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _show(result)
    if result.has_errors:
        ctx.exit(UNUSABLE)


def _show(result: CountResult) -> None:
    show_issues(result.issues)
    if result.days is None:
        return
    as_of = f"{result.days.as_of:%A %-d %B %Y}" if result.days.as_of else "no closed school day"
    click.echo(f"Counted as of {as_of}, over {result.days.school_days} school days.")
    if result.days.unreported:
        days = ", ".join(f"{on:%-d %b}" for on in result.days.unreported)
        click.echo(f"No register for: {days}. These days are unknown, not absences.")
    rows = [
        (
            counted.pupil.surname,
            counted.pupil.forename,
            counted.pupil.upn or counted.pupil.admission_number,
            counted.standing.return_run or 0,
            counted.standing.removal_run or 0,
            counted.standing.days_unseen or 0,
            _day(counted.standing.last_attended_on),
            counted.stage,
        )
        for counted in result.pupils
    ]
    titles = ("Surname", "Forename", "UPN", "Return", "Removal", "Unseen", "Last attended", "Stage")
    write_table(titles, rows)
    for counted in result.pupils:
        if counted.ledger is not None:
            click.echo(f"\n{counted.pupil.surname}, {counted.pupil.forename}")
            write_table(
                ("Day", "AM", "PM", "Return", "Removal", "Unseen", "Why"),
                [
                    (f"{d.on:%a %-d %b}", d.am, d.pm, d.on_return, d.on_removal, d.on_unseen, d.why)
                    for d in counted.ledger
                ],
            )


def _day(on: date | None) -> str:
    return f"{on:%-d %b %Y}" if on else "never"
