"""Tracing, for support staff and scripts."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cme.errors import Unusable

RESTRICTED = "A child whose record you may not see may be meant: ask a CME officer."

NOT_SEARCHED = "Not searched"


@click.group()
def trace() -> None:
    """Ask other authorities for a child, and look here for theirs."""


@trace.command(short_help="Look here for the children of other authorities' requests.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def match(file: Path, *, as_json: bool) -> None:
    """Look for the children of a list of requests: .csv, .xlsx, .xls, .ods, or messages as .txt.

    Nothing is stored, and no child is shown but by a UPN.
    """
    from cme import clock
    from cme.cli.database import open_database, tracing_scope
    from cme.services.tracing import searching
    from cme.tracing.requests import sought

    today = clock.today()
    requests = _read(file, today)
    children = [sought(each.values, today) for each in requests]
    with open_database():
        found = searching.find(tracing_scope(), [each.child for each in children])
    rows = [
        _to_json(request.reference, child.remarks, candidates)
        for request, child, candidates in zip(requests, children, found, strict=True)
    ]
    if unsearched := sum(row["rule"] == NOT_SEARCHED for row in rows):
        click.echo(f"Not searched, because of what is to be corrected first: {unsearched}.", err=True)
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        _show(rows)


@trace.command(short_help="Make the lost-pupil file (CTF) of a child.")
@click.argument("case")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write to."
)
def ctf(case: str, out: Path) -> None:
    """Make the lost-pupil file of the child of CASE in a folder, and print its name."""
    from cme import clock
    from cme.casework.case import Refused
    from cme.cli.database import open_database, operator_scope
    from cme.services.tracing import pupil_files
    from cme.settings import Settings

    settings = Settings.load()
    making = pupil_files.Making(settings.ctf_version, settings.academic_year_month)
    with open_database():
        try:
            made = pupil_files.make(
                operator_scope(), case.strip().upper(), pupil_files.FileEntry(), making, at=clock.now()
            )
        except LookupError as fault:
            raise Unusable(f"There is no case {case}. A reference is like CME-26-0001.") from fault
    if isinstance(made, Refused):
        raise Unusable(" ".join(made.sentences))
    out.mkdir(parents=True, exist_ok=True)
    path = out / made.name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as fault:
        raise Unusable(f"{path} is there already, and is not written over. Move it away first.") from fault
    with os.fdopen(handle, "wb") as file:
        file.write(made.content)
    click.echo(made.name)


@trace.command(short_help="Print the newest trace request about a child, to paste.")
@click.argument("case")
def message(case: str) -> None:
    """Print the newest trace request about the child of CASE, subject and text, to paste.

    Before one is begun: what it would say, as far as the record goes. What is not sent yet is called a draft
    on standard error, with what is missing.
    """
    from cme import clock
    from cme.cli.database import open_database, operator_scope
    from cme.services.tracing import trace_views

    with open_database():
        try:
            found = trace_views.text_of_case(operator_scope(), case.strip().upper(), at=clock.now())
        except LookupError as fault:
            raise Unusable(f"There is no case {case}. A reference is like CME-26-0001.") from fault
    if not found.is_sent:
        which = found.reference or "No request is begun, so the reference is a stand-in"
        in_confidence = " The child is looked for in confidence: a manager approves it." * found.is_restricted
        click.echo(f"This is a draft. {which}.{in_confidence}", err=True)
        for sentence in found.lacks:
            click.echo(sentence, err=True)
    click.echo(found.message.text, nl=False)


def _read(file: Path, today: Any) -> Sequence[Any]:
    """The requests of a file. Raises Unusable where it cannot be read or asks for nobody."""
    from cme.tracing.reading import read_requests
    from importers.reading import Refused
    from importers.request_lists import read_request_list

    content = file.read_bytes()
    try:
        if file.suffix.lower() in (".txt", ".text"):
            requests = read_requests(content.decode("utf-8-sig"))
        else:
            requests = read_request_list(content, file.name, today=today).requests
    except UnicodeDecodeError as fault:
        raise Unusable(
            f"“{file.name}” is not text in UTF-8. Save it as UTF-8, or as .csv or .xlsx."
        ) from fault
    except Refused as fault:
        raise Unusable(fault.issue.message) from fault
    if not requests:
        raise Unusable(f"“{file.name}” has no request in it. It needs a name with a date of birth, or a UPN.")
    return requests


def _to_json(reference: str, remarks: Sequence[Any], candidates: Sequence[Any]) -> dict[str, Any]:
    """One request: the first candidate's label, rule, UPN and grid, and every candidate.

    "none" of a request that has something to correct first has the rule that it was not searched.
    """
    shown = [_candidate(each) for each in candidates]
    rule = NOT_SEARCHED if any(each.is_question for each in remarks) else None
    nobody: dict[str, Any] = {"label": "none", "rule": rule, "pupil_upn": None, "grid": [], "list": None}
    return {
        "ref": reference or None,
        **(shown[0] if shown else nobody),
        "candidates": shown,
        "remarks": [each.message for each in remarks],
    }


def _candidate(found: Any) -> dict[str, Any]:
    finding = found.finding
    if found.is_restricted:
        return {
            "label": finding.label.value,
            "rule": RESTRICTED,
            "pupil_upn": None,
            "grid": [],
            "list": found.listed.kind if found.listed else None,
        }
    return {
        "label": finding.label.value,
        "rule": finding.words,
        "pupil_upn": found.upn or None,
        "grid": [
            {"field": line.field, "theirs": line.theirs, "ours": line.ours, "verdict": line.verdict.value}
            for line in finding.grid
        ],
        "list": found.listed.kind if found.listed else None,
    }


def _show(rows: Sequence[dict[str, Any]]) -> None:
    from cme.cli.tables import write_table

    write_table(
        ("Reference", "Label", "UPN here", "Rule", "What to look at"),
        [
            (row["ref"] or "", each["label"], each["pupil_upn"] or "", _rule(each), " ".join(row["remarks"]))
            for row in rows
            for each in row["candidates"] or [row]
        ],
    )


def _rule(candidate: dict[str, Any]) -> str:
    """Why a child may be meant, and in which list they stand where they are no pupil."""
    from cme.services.tracing.child_lists import ListKind

    place = f" ({ListKind(candidate['list']).label})" if candidate["list"] else ""
    return f"{candidate['rule'] or ''}{place}"
