"""People who may sign in."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from cme.access.roles import POLICY, Role
from cme.access.scope import Scope
from cme.errors import Unusable

if TYPE_CHECKING:
    from cme.store.accounts import Holder

_ROLES = click.Choice([role.value for role in Role if role is not Role.OPERATOR])


@click.group()
def user() -> None:
    """Manage the people who may sign in."""


@user.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=_ROLES)
@click.option("--school", "laestab", metavar="LAESTAB", help="Where a role at a school is held.")
@click.option(
    "--authority", "code", metavar="CODE", help="Where a role of a local authority is held, such as 841."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the role, such as 2027-07-31.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    email: str,
    name: str,
    role: str,
    laestab: str | None,
    code: str | None,
    until: datetime | None,
    password_stdin: bool,
) -> None:
    """Add somebody, or give somebody another role. A password that is made is shown once."""
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.services.accounts import add_user
    from cme.services.passwords import Passwords, make_password
    from cme.settings import Settings

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else make_password()
    with open_database():
        scope = operator_scope()
        authority_id, school_id = _find_place(scope, laestab, code)
        added = add_user(
            scope,
            email=email,
            name=name,
            role=Role(role),
            authority_id=authority_id,
            school_id=school_id,
            expires_on=until.date() if until else None,
            password=password,
            passwords=Passwords.from_settings(Settings.load()),
            at=clock.now(),
        )
    click.echo(f"{name} has the role {POLICY[Role(role)].label}.")
    if not added.is_new:
        click.echo("They had an account already, so their password is as it was.")
    elif not password_stdin:
        click.echo(f"Their password, shown only now: {password}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_(*, as_json: bool) -> None:
    """List who holds which role, where, and until when; roles that end come first."""
    from cme import clock
    from cme.cli.database import open_database, reading_scope
    from cme.cli.tables import write_table
    from cme.store.accounts import list_holders

    today = clock.today()
    with open_database():
        found = [_holder(each, today) for each in list_holders(reading_scope())]
    if as_json:
        click.echo(json.dumps(found, indent=1))
    elif found:
        keys = ("name", "email", "role", "authority", "school", "until", "state")
        write_table([key.capitalize() for key in keys], [[each[key] or "" for key in keys] for each in found])


def _holder(held: Holder, today: date) -> dict[str, str | None]:
    has_ended = held.expires_on is not None and held.expires_on < today
    return {
        "name": held.name,
        "email": held.email,
        "role": held.role,
        "authority": held.authority,
        "school": held.laestab or None,
        "until": held.expires_on.isoformat() if held.expires_on else None,
        "state": "disabled" if not held.is_active else "ended" if has_ended else "active",
    }


@user.command()
@click.option("--email", required=True)
def reset(email: str) -> None:
    """Give somebody a new password, shown once, and end their sessions."""
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.services.accounts import reset_passwords
    from cme.services.passwords import Passwords, make_password
    from cme.settings import Settings

    password, passwords = make_password(), Passwords.from_settings(Settings.load())
    with open_database():
        reset_passwords(operator_scope(), [email], password, passwords=passwords, at=clock.now())
    click.echo("They are signed out everywhere, and their old password opens nothing.")
    click.echo(f"Their new password, shown only now: {password}")


@user.command()
@click.option("--email", required=True)
def disable(email: str) -> None:
    """Let somebody sign in no more, and end their sessions. What they did stays under their name."""
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.services.accounts import disable_user

    with open_database():
        disable_user(operator_scope(), email, at=clock.now())
    click.echo("They are signed out everywhere and can sign in no more.")


def _find_place(scope: Scope, laestab: str | None, code: str | None) -> tuple[int, int | None]:
    """The authority, and the school where one is named. Raises Unusable for a place that is not there."""
    from cme.store import schools

    if (laestab is None) == (code is None):
        raise Unusable("Say where the role is held: --school LAESTAB or --authority CODE.")
    if laestab is not None:
        school = schools.find_school(scope, laestab)
        if school is None:
            raise Unusable(
                f"There is no school {laestab}. Add it first: cme school add --laestab {laestab} ..."
            )
        return school.authority_id, school.id
    authority = schools.find_authority(scope, code or "")
    if authority is None:
        raise Unusable(f"There is no authority {code}. It comes with its first school: cme school add ...")
    return authority.id, None
