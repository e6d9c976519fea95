"""Tables and issues on a terminal."""

from collections.abc import Iterable, Sequence

import click

from importers.issues import Issue, Severity


def write_table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under titles in columns; numbers stand to the right."""
    texts = [[str(value) for value in row] for row in rows]
    widths = [max(len(row[index]) for row in [list(titles), *texts]) for index in range(len(titles))]
    right = [bool(rows) and all(isinstance(row[index], int) for row in rows) for index in range(len(titles))]
    for row in [list(titles), *texts]:
        cells = (
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(row, widths, right, strict=True)
        )
        click.echo("  ".join(cells).rstrip())


def show_issues(issues: Iterable[Issue]) -> None:
    """Print issues on standard error, each with where it is and what to do."""
    for issue in issues:
        click.echo(in_words(issue), err=True)


def in_words(issue: Issue) -> str:
    """An issue in a line: how grave it is, where it is, and its sentence."""
    sheet = f"[{issue.sheet}]" if issue.sheet else ""
    place = " ".join(part for part in (issue.file, sheet, issue.cell) if part)
    word = "Error" if issue.severity is Severity.ERROR else "Note"
    return f"{word}: {place + ': ' if place else ''}{issue.message}"
