"""Columns that were not recognised: their headings and samples, and the first rows as they would read."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from cme.attendance.codes import CODES
from cme.services.registers.columns import Trial
from cme.web.presenters import dates
from cme.web.presenters.pupils import listed_name
from cme.web.presenters.words import counted, listed
from importers.answering.answers import ColumnsToMap, ColumnToMap
from importers.answering.fingerprints import MAPPABLE, lacks_dates
from importers.answering.mapping import PreviewedMark, PreviewedRow
from importers.reading.workbook import column_letters

FIELDS = sorted(MAPPABLE, key=lambda pair: pair[0] != "")
"""What a column may be, with its words, for a list to choose from; leaving it out comes first."""

OFFERED = frozenset(field for field, _ in FIELDS)

MOST_MARKS = 4
"""Marks of one row that are shown; how many more there are is said."""

MOST_HEADINGS = 6
"""Headings by which a remembered layout is known to people."""

_NO_HEADING = "no heading"


def field_name(column: int) -> str:
    """The name of a column's field in the form."""
    return f"column_{column}"


def label(column: ColumnToMap) -> str:
    """What the list of a column is called, for those who do not see the table around it."""
    return f"Column {column_letters(column.column)} ({column.heading or _NO_HEADING}) is"


def sheet(wanted: ColumnsToMap, unmapped: Sequence[ColumnsToMap]) -> dict[str, Any]:
    """Which sheet the page is about, and what of it needs no mapping."""
    place = f"Sheet {wanted.sheet} of {wanted.file}" if wanted.sheet else wanted.file
    dated = counted(wanted.dated, "further column is", "further columns are")
    return {
        "number": unmapped.index(wanted) + 1 if wanted in unmapped else 1,
        "place": f"{place}, headings in row {wanted.header_row + 1}",
        "dated": f"{dated} headed with dates and read as marks." if wanted.dated else _undated(wanted),
    }


def _undated(wanted: ColumnsToMap) -> str:
    """What to do about columns of marks that no choice of ours can give their days."""
    if not lacks_dates(wanted):
        return ""
    return (
        "The columns of marks have no dates. Put the date and AM or PM over each of them, as in "
        "Mon 09/11/2026 AM, and upload the file again."
    )


def sheets(upload_id: int, wanted: ColumnsToMap, unmapped: Sequence[ColumnsToMap]) -> list[dict[str, Any]]:
    """Links to every sheet that waits, where there are several."""
    if len(unmapped) < 2:
        return []
    several_files = len({each.file for each in unmapped}) > 1
    return [
        {
            "text": f"{each.file}: {each.sheet}".rstrip(": ") if several_files else each.sheet,
            "href": url_for("school.ask_columns", import_id=upload_id, sheet=number),
            "active": each == wanted,
        }
        for number, each in enumerate(unmapped, start=1)
    ]


def rows(wanted: ColumnsToMap, form: Any) -> list[dict[str, Any]]:
    """Each column with its samples and the field to choose with."""
    return [
        {
            "letters": column_letters(each.column),
            "heading": each.heading or _NO_HEADING,
            "samples": each.samples,
            "field": form[field_name(each.column)],
        }
        for each in wanted.columns
    ]


def preview(trial: Trial) -> dict[str, Any]:
    """The first rows as they would read; in their place, why none would."""
    if trial.preview is None:
        return {"status": " ".join(dict.fromkeys(fault.message for fault in trial.faults)), "rows": []}
    found = [_row(each) for each in trial.preview.rows]
    good = sum(not row["wrong"] and row["is_pupil"] for row in found)
    status = f"{good} of the first {counted(len(found), 'row')} can be read."
    return {"status": " ".join([status, *trial.preview.faults]), "rows": found}


def _row(row: PreviewedRow) -> dict[str, Any]:
    if not row.is_pupil:
        return {"number": row.number, "is_pupil": False, "pupil": "Not a pupil: left out", "wrong": []}
    shown = [_mark(each) for each in row.marks[:MOST_MARKS]]
    more = len(row.marks) - len(shown)
    faults = dict.fromkeys([*row.faults, *(each.fault for each in row.marks if each.fault)])
    return {
        "number": row.number,
        "is_pupil": True,
        "pupil": listed_name(row),
        "id": row.upn or row.admission_number or "None",
        "marks": [*shown, *([{"when": f"and {more:,} more", "what": ""}] if more else [])],
        "wrong": list(faults)[:MOST_MARKS],
    }


def _mark(mark: PreviewedMark) -> dict[str, str]:
    if mark.code:
        what = f"{mark.code} {CODES[mark.code].meaning}"
    else:
        what = "cannot be read" if mark.fault else "no mark"
    return {"when": f"{dates.day(mark.on)} {mark.half}", "what": what}


def mapping(row: Any) -> dict[str, Any]:
    """What is remembered of the columns of one layout."""
    said: Mapping[str, Any] = row.columns
    headings = [each for each in said.get("headings", ()) if each]
    more = len(headings) - MOST_HEADINGS
    shown = headings[:MOST_HEADINGS] + ([f"{more:,} more"] if more > 0 else [])
    words = dict(MAPPABLE)
    return {
        "id": row.id,
        "headings": listed(shown) or "Said on the command line",
        "fields": listed([words.get(each, each) for each in said["fields"].values() if each]),
        "entered": f"{dates.moment(row.created_at)}, by {row.created_by}",
    }
