"""The calendars of schools and the dates of authorities."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cme.attendance.calendar import CalendarUnreadable
from cme.attendance.periods import Edit, Fault, Periods, describe, read_calendar_file, replace_span
from cme.errors import Unusable

if TYPE_CHECKING:
    from cme.services.calendars import Preview


@click.group()
def calendar() -> None:
    """Manage term dates, INSET days and closures."""


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--school", "laestab", metavar="LAESTAB", help="The school that the dates are of.")
@click.option("--authority", "code", metavar="CODE", help="The authority that offers them, such as 841.")
@click.option("--yes", is_flag=True, help="Make the change without asking.")
def import_(file: Path, *, laestab: str | None, code: str | None, yes: bool) -> None:
    """Put the dates of a CSV FILE in place of those held in the dates that it covers."""
    if (laestab is None) == (code is None):
        raise Unusable("Give either --school with a LAESTAB or --authority with a code.")
    from cme.attendance.periods import EntryGone
    from cme.cli.database import open_database
    from cme.services.calendars import ChangedMeanwhile, Unfit

    periods = _read(file)
    with open_database():
        try:
            if laestab is not None:
                _import_for_school(laestab, periods, yes=yes)
            elif code is not None:
                _import_for_authority(code, periods, yes=yes)
        except Unfit as unfit:
            raise Unusable(f"{file}: {_said(unfit.faults[0])}") from None
        except (ChangedMeanwhile, EntryGone):
            raise Unusable(
                "Somebody changed the dates meanwhile, so nothing was changed. Import the file once more."
            ) from None


def _read(file: Path) -> Periods:
    try:
        return read_calendar_file(file.read_bytes())
    except OSError as fault:
        raise Unusable(f"{file} cannot be opened ({fault.strerror}). Check its name.") from None
    except CalendarUnreadable as fault:
        raise Unusable(f"{file}: {fault}") from None


def _said(fault: Fault) -> str:
    return f"In {describe(fault.period)}: {fault.message}"


def _import_for_school(laestab: str, periods: Periods, *, yes: bool) -> None:
    from cme import clock
    from cme.cli.database import operator_scope
    from cme.services import calendars
    from cme.store import schools

    scope = operator_scope()
    school = schools.find_school(scope, laestab)
    if school is None:
        raise Unusable(f"There is no school {laestab}. Add it with cme school add.")
    edit = replace_span(schools.read_periods(scope, school.id), periods)
    if _is_held(edit):
        return
    seen = calendars.preview(scope, laestab, edit, today=clock.today())
    _show_entries(edit)
    _show(seen)
    if yes or click.confirm("Make this change?"):
        receipt = calendars.change(scope, laestab, edit, seen.based_on, at=clock.now())
        click.echo(
            "The dates are changed and every pupil is counted again. "
            f"Pupils who stand otherwise than before: {len(receipt.moves)}. "
            f"Cases that moved: {len(receipt.followed)}."
        )


def _import_for_authority(code: str, periods: Periods, *, yes: bool) -> None:
    from cme import clock
    from cme.cli.database import operator_scope
    from cme.services import calendars
    from cme.store import calendars as store

    scope = operator_scope()
    authority = store.find_authority(scope, code)
    if authority is None:
        raise Unusable(f"There is no local authority {code} here. Its first school brings it.")
    edit = replace_span(store.read_authority_periods(scope, authority.id), periods)
    if _is_held(edit):
        return
    based_on = calendars.preview_authority(scope, code, edit, today=clock.today())
    _show_entries(edit)
    if yes or click.confirm("Make this change?"):
        calendars.change_authority(scope, code, edit, based_on, at=clock.now())
        click.echo("The dates are changed. Schools see them when they copy them.")


def _is_held(edit: Edit) -> bool:
    """Whether there is nothing to do; says so."""
    if not edit:
        click.echo("Everything in the file is held already. Nothing was changed.")
    return not edit


def _show_entries(edit: Edit) -> None:
    click.echo(f"Entries that come: {len(edit.added)}; that go: {len(edit.removed)}.")


def _show(seen: "Preview") -> None:
    days = seen.days
    if days.is_planned != days.was_planned:
        click.echo("  The school will be counted by these terms, and no longer by what its registers show.")
    click.echo(
        f"  dates that stop being school days {len(days.lost)}, that become school days {len(days.gained)}, "
        f"that change in one half {len(days.halved)}"
    )
    if seen.marked:
        click.echo(f"  days with marks that will not be counted {len(seen.marked)}")
    click.echo(f"  pupils whose runs change {len(seen.changes)}")
