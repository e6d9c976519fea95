"""The return of children missing education as a file and as text: figures only, nobody's name."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from cme.access.scope import Scope
from cme.casework.record.returning import CmeReturn
from cme.documents.workbooks import write_csv
from cme.services.removal import cme_records

HIDDEN = "c"
"""Stands for a number that would tell of few children, as in the DfE's own tables."""

HEADINGS = ("Census day", "Category", "Group", "On census day", "In the academic year before")


def return_csv(
    scope: Scope, census_on: date, *, is_complete: bool = False, at: datetime, address: str = ""
) -> bytes:
    """The figures of a census day as CSV, without any formula; recorded as an export before it is made.

    `is_complete`: with every number, as the authority sends it to the DfE and nowhere else. Whoever takes it
    away sees each child on the record by name anyhow.
    """
    cme_records.note_export(scope, census_on, is_complete=is_complete, at=at, address=address)
    figures = cme_records.count_census(scope, census_on, hide=not is_complete).figures
    return write_csv([HEADINGS, *([str(cell) for cell in row] for row in rows_of(figures))])


def rows_of(figures: CmeReturn) -> Iterator[tuple[str, str, str, str, str]]:
    """Every figure: the census day, category, group, on the day, in the year; the total comes first."""
    on = figures.census_on.isoformat()
    yield on, "Total", "All", _told(figures.on_day.total), _told(figures.in_year.total)
    for title, table in figures.on_day.tables.items():
        for label, number in table.items():
            yield on, title, label, _told(number), _told(figures.in_year.tables[title][label])


def as_json(census: cme_records.Census) -> dict[str, Any]:
    """The same for scripts; a hidden number is null. `left_out` counts who is left out, by reason."""
    figures = census.figures
    return {
        "census_on": figures.census_on.isoformat(),
        "year": [figures.year_first_on.isoformat(), figures.year_last_on.isoformat()],
        "on_census_day": {"total": figures.on_day.total, **figures.on_day.tables},
        "in_year_before": {"total": figures.in_year.total, **figures.in_year.tables},
        "left_out": census.reasons,
    }


def _told(number: int | None) -> str:
    return HIDDEN if number is None else str(number)
