"""Checking UPNs, for support staff and scripts. No database is needed."""

import json

import click

from cme.identity.upn import Upn, read_upn
from cme.tracing.authorities import note_on_upn


@click.command()
@click.argument("upns", metavar="UPN...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_context
def upn(ctx: click.Context, upns: tuple[str, ...], *, as_json: bool) -> None:
    """Check each UPN: its form, its check letter and who issued it. Ends with status 2 if one is wrong."""
    from cme.cli import UNUSABLE
    from cme.cli.tables import write_table

    read = [read_upn(text) for text in upns]
    if as_json:
        click.echo(json.dumps([_to_json(each) for each in read], indent=1))
    else:
        write_table(("UPN", "Valid", "Kind", "LA", "What to look at"), [_row(each) for each in read])
    if not all(each.is_valid for each in read):
        ctx.exit(UNUSABLE)


def _to_json(one: Upn) -> dict[str, object]:
    """`kind` and `la` are null for what has not the form of a UPN."""
    return {
        "upn": one.value,
        "valid": one.is_valid,
        "kind": one.kind.value if one.has_form else None,
        "la": one.authority or None,
        "messages": _messages(one),
    }


def _row(one: Upn) -> tuple[object, ...]:
    kind = one.kind.value if one.has_form else ""
    return one.value, "yes" if one.is_valid else "no", kind, one.authority, "; ".join(_messages(one))


def _messages(one: Upn) -> list[str]:
    note = note_on_upn(one.authority) if one.has_form else ""
    return [*one.messages, *([note] if note else [])]
