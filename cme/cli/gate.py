"""The removal gate, for support staff and scripts: it reads, and removes nobody."""

import json
from itertools import groupby
from typing import Any

import click

from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.deciding import AT_THE_REMOVAL, WITH_PROPOSAL
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
    from cme.cli.database import open_database, reading_scope
    from cme.services.removal.gate_reports import report

    at = clock.now()
    with open_database():
        found = report(
            reading_scope(), upn.strip().upper(), ground.lower(), today=clock.local_date(at), at=at
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
    for school, lines in groupby(found, key=lambda each: each["school"]):
        click.echo(f"{school}: {_verdict(list(lines))}")


def _verdict(lines: list[dict[str, Any]]) -> str:
    """Whether the removal can be proposed on one roll, and the lines that keep it from that by number."""
    later = AT_THE_REMOVAL | WITH_PROPOSAL
    shut = [each for each in lines if each["holds"] is not True and each["id"] not in later]
    if lines and not shut:
        return "every condition holds that can hold before the removal is proposed. The school decides."
    missing = "; ".join(
        f"{len(numbers)} {words} ({', '.join(numbers)})"
        for state, words in ((False, "not met"), (None, "not recorded"))
        if (numbers := [str(each["number"]) for each in shut if each["holds"] is state])
    )
    return f"removal is not possible: of {len(lines)} conditions {missing}. The child stays on roll."
