"""Cases, for support staff and scripts."""

import json
from typing import Any

import click

from cme.casework.stages import OPEN_STAGES, Stage
from cme.errors import Unusable

_STAGES = tuple(stage.value for stage in (*OPEN_STAGES, Stage.CLOSED))


@click.command()
@click.option("--school", "laestab", metavar="LAESTAB", help="Only the cases of this school.")
@click.option("--stage", type=click.Choice(_STAGES), help="Only the cases at this stage.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def cases(laestab: str | None, stage: str | None, *, as_json: bool) -> None:
    """List cases: where each stands, the runs, and what is due when. Open ones, unless a stage is named."""
    from cme import clock
    from cme.cli.database import open_database, reading_scope
    from cme.cli.tables import write_table
    from cme.services.case_reports import list_reports

    at = clock.now()
    with open_database():
        try:
            found = list_reports(
                reading_scope(),
                laestab=laestab,
                stage=Stage(stage) if stage else None,
                on=clock.local_date(at),
                at=at,
            )
        except LookupError:
            raise Unusable(f"There is no school {laestab} here. See cme school add.") from None
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    if not found:
        click.echo("There is no such case.")
        return
    titles = ("Case", "UPN", "School", "Stage", "Return", "Removal", "Unseen", "Due", "What")
    write_table(titles, [_row(case) for case in found])


@click.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def case(reference: str, *, as_json: bool) -> None:
    """Show one case: what happened, the enquiries made, and what they still lack."""
    from cme import clock
    from cme.cli.database import open_database, reading_scope
    from cme.services.case_reports import report

    at = clock.now()
    with open_database():
        found = report(reading_scope(), reference.upper(), on=clock.local_date(at), at=at)
    if found is None:
        raise Unusable(f"There is no case {reference}. Look it up with: cme cases")
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        _show(found)


def _row(case: dict[str, Any]) -> tuple[object, ...]:
    following = case["next"] or {"due_on": "", "what": "", "overdue": False}
    runs = (case["return_run"], case["removal_run"], case["days_unseen"])
    late = "overdue: " if following["overdue"] else ""
    return (
        case["reference"],
        case["upn"],
        case["school"],
        case["stage"],
        *("" if run is None else run for run in runs),
        following["due_on"],
        late + following["what"],
    )


def _show(case: dict[str, Any]) -> None:
    from cme.cli.tables import write_table

    click.echo(f"{case['reference']}, school {case['school']}, {Stage(case['stage']).label.lower()}")
    click.echo(
        f"Return run {case['return_run']}, removal run {case['removal_run']}, "
        f"days unseen {case['days_unseen']}"
    )
    if case["meter"]:
        click.echo(f"Enquiries: {case['meter']['text']}")
    for due in case["due"]:
        click.echo(f"{'Overdue' if due['overdue'] else 'Due'} {due['due_on']}: {due['what']}")
    click.echo()
    write_table(
        ("When", "What", "Who"), [(each["at"][:16], each["title"], each["by"]) for each in case["events"]]
    )
    if case["enquiries"]:
        click.echo()
        write_table(
            ("When", "Enquiry", "Outcome", "Who"),
            [
                (each["done_at"][:16], f"{each['step']} {each['name']}", each["outcome"], each["done_by"])
                for each in case["enquiries"]
            ],
        )
