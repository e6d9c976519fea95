"""The removal gate, for support staff and scripts: it reads, and removes nobody."""

import json
from typing import Any

import click

from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.other_grounds import letters
from cme.errors import Unusable
from cme.identity.upn import read_upn

_GROUNDS = click.Choice(sorted((*JOINT_GROUNDS, *letters())), case_sensitive=False)


@click.command()
@click.argument("upn")
@click.option("--ground", type=_GROUNDS, default="i", help="The ground, by its letter; I by default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def gate(upn: str, ground: str, *, as_json: bool) -> None:
    """Show the removal conditions of the pupil with this UPN, on every roll that the UPN is on."""
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.services.gate_reports import report

    at = clock.now()
    with open_database():
        found = report(
            operator_scope(), upn.strip().upper(), ground.lower(), today=clock.local_date(at), at=at
        )
    if found is None:
        wrong = " ".join(read_upn(upn).errors)
        raise Unusable(
            wrong or "No pupil on a roll here has this UPN. The child may have been removed: cme cases."
        )
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        _show(found)


_STATES = {True: "holds", False: "does not hold", None: "not recorded"}


def _show(found: list[dict[str, Any]]) -> None:
    from cme.cli.tables import write_table

    write_table(
        ("School", "Line", "Condition", "State", "Because"),
        [
            (each["school"], each["number"], each["name"], _STATES[each["holds"]], each["because"])
            for each in found
        ],
    )
