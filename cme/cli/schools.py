"""Schools."""

from pathlib import Path

import click

from cme.attendance.calendar import CalendarUnreadable, Period, read_calendar
from cme.errors import Unusable


@click.group()
def school() -> None:
    """Manage schools."""


@school.command()
@click.option(
    "--laestab", required=True, help="Seven digits, such as 8412000. The authority is taken from them."
)
@click.option("--urn", required=True, help="Six digits.")
@click.option("--name", required=True)
@click.option(
    "--calendar",
    type=click.Path(path_type=Path),
    help="CSV: kind,first_on,last_on,note; term, inset, closure, holiday.",
)
def add(laestab: str, urn: str, name: str, calendar: Path | None) -> None:
    """Add a school."""
    from cme import clock
    from cme.casework.policy.pack import load_pack
    from cme.cli.database import open_database, operator_scope
    from cme.services.schools import add_school, authority_of, find_own_pack

    periods = read_calendar_file(calendar) if calendar else ()
    with open_database():
        add_school(operator_scope(), laestab=laestab, urn=urn, name=name, periods=periods, at=clock.now())
    authority = authority_of(laestab).name
    click.echo(f"Added {name} ({authority}).")
    if find_own_pack(authority) is None:
        click.echo(
            f"{authority} has no policy pack of its own: "
            f"it follows {load_pack().name}'s until one is written."
        )
    if not periods:
        click.echo(
            "It has no calendar, so its own registers show which days it held. Give one with --calendar."
        )


def read_calendar_file(path: Path) -> tuple[Period, ...]:
    """The periods of a calendar file. Raises Unusable, naming the file and what to do."""
    try:
        return read_calendar(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise Unusable(f"{path} cannot be opened ({fault.strerror}). Check its name.") from None
    except UnicodeDecodeError:
        raise Unusable(f"{path} is not a text file. Save the calendar as CSV (UTF-8).") from None
    except CalendarUnreadable as fault:
        raise Unusable(f"{path}: {fault}") from None
