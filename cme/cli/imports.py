"""Importing register files into a school's record, as a browser would."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cme.errors import Unusable

if TYPE_CHECKING:
    from cme.access.scope import Scope
    from cme.services.uploads import Check

UNUSABLE = 2
SUFFIXES = frozenset({".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt"})


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--school", "laestab", required=True, metavar="LAESTAB", help="Such as 8412000.")
@click.option("--yes", is_flag=True, help="Approve without asking when nothing is wrong or held.")
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], *, laestab: str, yes: bool) -> None:
    """Import register files, or every register file of a folder, for one school."""
    from cme.cli.database import open_database, operator_scope

    files = list(_files(paths))
    with open_database():
        scope = operator_scope()
        good = [_import(scope, laestab, path, yes=yes) for path in files]
    if not all(good):
        ctx.exit(UNUSABLE)


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


def _import(scope: "Scope", laestab: str, path: Path, *, yes: bool) -> bool:
    """Take one file through the pipeline; whether all was well."""
    from cme import clock
    from cme.cli.tables import show_issues
    from cme.services import uploads
    from importers.reading import WEB_LIMITS, Refused

    try:
        with path.open("rb") as file:
            content = file.read(WEB_LIMITS.upload_bytes + 1)
        import_id = uploads.receive(scope, laestab, path.name, content, at=clock.now())
    except Refused as refusal:
        click.echo(f"{path.name}: {refusal.issue.message}", err=True)
        return False
    except OSError as fault:
        click.echo(f"{path.name} cannot be opened ({fault.strerror}). Check who may read it.", err=True)
        return False
    except LookupError:
        raise Unusable(f"There is no school {laestab}. Add it with cme school add.") from None
    found = uploads.check(scope, import_id)
    if found is None:
        raise Unusable("The upload cannot be found again. Try once more.")
    show_issues((*found.errors, *found.warnings))
    if found.plan is None:
        click.echo(f"{path.name}: nothing was imported. Put the errors right and import it again.", err=True)
        return False
    if found.plan.changes_nothing:
        uploads.cancel(scope, import_id, at=clock.now())
        click.echo(f"{path.name}: everything in it is held already. Nothing was changed.")
        return True
    _show_plan(path.name, found)
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
        approved = uploads.approve(scope, import_id, at=clock.now())
    except uploads.NotNow as refusal:
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
