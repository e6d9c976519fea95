"""Importing register files into a school's record, as a browser would."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cme.errors import Unusable

if TYPE_CHECKING:
    from cme.access.scope import Scope
    from cme.services.registers.checking import Check
    from importers.answering.answers import Answers

UNUSABLE = 2
SUFFIXES = frozenset({".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt"})


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--school", "laestab", metavar="LAESTAB", help="Such as 8412000.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    help="Files of many schools. CSV: file,school,together; a file name or a pattern such as *.xlsx, a "
    "LAESTAB, and yes where the files of a school are one register.",
)
@click.option("--columns", type=click.Path(path_type=Path), help="What the columns mean: a JSON file.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=(os.cpu_count() or 1) + 1,
    help="With --map: how many schools at once; by default one more than there are processors.",
)
@click.option("--yes", is_flag=True, help="Approve without asking when nothing is wrong or held.")
@click.pass_context
def import_(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    laestab: str | None,
    map_file: Path | None,
    columns: Path | None,
    jobs: int,
    yes: bool,
) -> None:
    """Import register files, or every register file of a folder, for one school or, with --map, for many."""
    from cme.cli.database import open_database, operator_scope

    if laestab and map_file:
        raise Unusable("Give --school or --map, one of the two.")
    if not laestab and not map_file:
        raise click.MissingParameter(ctx=ctx, param_hint="'--school'", param_type="option")
    files, answers = list(_files(paths)), read_answer_file(columns)
    if map_file:
        from cme.cli.folder import import_folder

        good = import_folder(files, map_file, answers, jobs=jobs, yes=yes)
    else:
        with open_database():
            scope = operator_scope()
            taken = [_import(scope, str(laestab), path, answers, yes=yes) for path in files]
        good = all(taken)
    if not good:
        ctx.exit(UNUSABLE)


def read_answer_file(path: Path | None) -> "Answers":
    """What a file says of columns, dates and codes. Raises Unusable, naming the file and what to do."""
    from importers.answering.answers import NO_ANSWERS

    if path is None:
        return NO_ANSWERS
    from importers.answering.answer_files import AnswersUnreadable, read_answers

    try:
        return read_answers(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise Unusable(f"{path} cannot be opened ({fault.strerror}). Check its name.") from None
    except UnicodeDecodeError:
        raise Unusable(f"{path} is not a text file. Save it as JSON (UTF-8).") from None
    except AnswersUnreadable as fault:
        raise Unusable(f"{path}: {fault}") from None


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES)
            if not found:
                raise Unusable(f"There is no register file in {path}. Export registers into it first.")
            yield from found
        elif path.is_file():
            yield path
        else:
            raise Unusable(f"There is no file {path}. Check the name and the folder.")


def _import(scope: "Scope", laestab: str, path: Path, answers: "Answers", *, yes: bool) -> bool:
    """Take one file through the pipeline; whether all was well."""
    from cme import clock
    from cme.cli import intake
    from cme.cli.tables import show_issues
    from cme.services.registers import uploads
    from cme.services.registers.checking import NotNow

    try:
        found = intake.receive(scope, laestab, [path], answers)
    except intake.NotTaken as fault:
        click.echo(fault, err=True)
        return False
    show_issues((*found.errors, *found.warnings))
    if found.plan is None:
        click.echo(f"{path.name}: nothing was imported. Put the errors right and import it again.", err=True)
        return False
    held = intake.held_by(found)
    if found.changes_nothing and not held:
        uploads.cancel(scope, found.upload.id, at=clock.now())
        click.echo(f"{path.name}: everything in it is held already. Nothing was changed.")
        return True
    _show_plan(path.name, found)
    if held:
        for sentence in held:
            click.echo(f"{path.name}: {sentence}", err=True)
        click.echo(f"{path.name}: it waits for a person, in the browser.", err=True)
        return False
    uploads.pause()
    if not yes:
        try:
            wanted = click.confirm("Approve and import?")
        except click.Abort:
            click.echo(f"\n{path.name}: nobody answered, so it waits for approval. Or give --yes.", err=True)
            return False
        if not wanted:
            click.echo(f"{path.name}: not imported. It waits for approval in the browser.")
            return True
    try:
        approved = intake.approve(scope, found)
    except NotNow as refusal:
        click.echo(f"{path.name}: {refusal}", err=True)
        return False
    moved = len(approved.receipt["impact"]) if approved.receipt else 0
    click.echo(f"{path.name}: imported. Pupils who stand otherwise than before: {moved}.")
    return True


def _show_plan(name: str, found: "Check") -> None:
    plan = found.plan
    if plan is None:
        return
    upload = found.upload
    dates = f", {upload.first_on:%-d %b %Y} to {upload.last_on:%-d %b %Y}" if upload.first_on else ""
    click.echo(f"{name}: {upload.layout} register, {upload.pupils} pupils{dates}.")
    kinds: dict[str, int] = {}
    for pupil in plan.pupils:
        kinds[pupil.kind.value] = kinds.get(pupil.kind.value, 0) + 1
    click.echo(
        f"  new {kinds.get('new', 0)}, changed {kinds.get('changed', 0)}, "
        f"unchanged {kinds.get('unchanged', 0)}, on roll but not in the file {len(plan.not_in_file)}; "
        f"marks: {plan.marks_added} first, {plan.marks_altered} changed"
    )
    if found.roll:
        waiting = sum(change.asks for change in found.roll)
        click.echo(
            f"  roll data: {len(found.roll) - waiting} to be filled in, {waiting} that differ and stay"
        )
