"""The demonstration."""

import os
from pathlib import Path

import click

from cme.errors import Unusable


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option("--no-serve", is_flag=True, help="Make it and stop.")
def demo(host: str, port: int, *, no_serve: bool) -> None:
    """Make a synthetic authority with registers and cases, print the sign-ins, and serve it.

    It is kept in instance/demo.db (or where CME_DATABASE_URL says) and shown again the next time.
    """
    from cme.cli.serve import refuse_taken_port, run_server

    if not no_serve:
        refuse_taken_port(host, port)
    os.environ.setdefault("CME_DATABASE_URL", f"sqlite:///{Path('instance').resolve() / 'demo.db'}")
    os.environ.setdefault("CME_SECURE_COOKIES", "false")
    os.environ.setdefault("CME_ORGANISATION_NAME", "Darlington Borough Council (demonstration)")
    password = _prepare()
    _print_sign_ins(password, f"http://{host}:{port}")
    if not no_serve:
        run_server(host, port)


def _prepare() -> str:
    """Build the demonstration, or find it as it was left; the password of its sign-ins, new each time."""
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.demo import authority
    from cme.services.accounts import reset_passwords
    from cme.services.passwords import Passwords, make_password
    from cme.settings import Settings
    from cme.store import schools

    settings = Settings.load()
    password, passwords = make_password(), Passwords.from_settings(settings)
    with open_database():
        found = {school.laestab for school in schools.list_schools(operator_scope())}
        wanted = {school.laestab for school in authority.SCHOOLS}
        if found - wanted:
            raise Unusable(
                "This database holds schools of its own. Set CME_DATABASE_URL to an empty one for this."
            )
        if found and not authority.is_whole(operator_scope()):
            raise Unusable(
                "Making the demonstration was stopped halfway. Remove its database "
                "(instance/demo.db, or where CME_DATABASE_URL says) and start again."
            )
        if not found:
            click.echo("Making the demonstration; this takes about half a minute.", err=True)
            authority.build(
                settings.instance / "demo-registers",
                password,
                passwords,
                at=clock.now(),
                step=lambda what: click.echo(f"  {what}", err=True),
            )
        else:
            emails = [person.email for person in authority.PEOPLE]
            reset_passwords(operator_scope(), emails, password, passwords=passwords, at=clock.now())
    return password


def _print_sign_ins(password: str, url: str) -> None:
    from cme.access.roles import POLICY
    from cme.cli.tables import write_table
    from cme.demo.authority import PEOPLE

    click.echo(f"\nOpen {url} and sign in as one of these, with the password  {password}\n")
    write_table(
        ("E-mail", "Role", "Name"),
        [(person.email, POLICY[person.role].label, person.name) for person in PEOPLE],
    )
    click.echo("\nEverybody in it is made up. The register files are in instance/demo-registers.\n")
