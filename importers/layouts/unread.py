"""Why a sheet is not read as a register, in the sentence that helps to send the right one."""

from dataclasses import replace
from datetime import date
from itertools import chain

from cme.identity.upn import read_upn
from importers.answering.answers import ColumnsToMap
from importers.answering.fingerprints import columns_to_map
from importers.issues import Issue, Severity
from importers.layouts.dated_rows import marked_twice
from importers.layouts.drafts import NO_MARKS, below
from importers.layouts.headers import HEADER_ROWS, Header, HeaderReader, read_headers
from importers.layouts.lessons import names_lessons
from importers.reading import Cell, Sheet
from importers.text.dates import find_date, write_date
from importers.text.words import HALF_OF, LESSON_SIGNS, MARK_FIELDS, SUMMARY_SIGNS, after_weekday, normalise

_LEGEND_SIGNS = 2
"""A key of codes has each present sign once; a sheet with more of them holds marks."""

_LEAST_HEADINGS = 2


def why_no_register(sheet: Sheet) -> Issue:
    """What kind of report a sheet is instead, or what its best row lacks to be the head of a register."""
    best = _best(sheet)
    if best is not None and _is_empty(sheet, best):
        return Issue(
            code="not_a_register",
            message=f"No marks are entered yet{f' on sheet {sheet.name}' if sheet.name else ''}. "
            "Enter a code for each pupil and session, and send the file again.",
            sheet=sheet.name,
        )
    where = f" on sheet {sheet.name}" if sheet.name else ""
    return _other_report(sheet, best) or Issue(
        code="not_a_register",
        message=f"No register was found{where}. {_lacks(sheet, best)} "
        "Export the register by session (AM and PM), with a UPN or admission number for each pupil.",
        sheet=sheet.name,
        row=best.row + 1 if best and best.score else None,
    )


def why_not_read(sheet: Sheet) -> Issue:
    """Why a sheet beside a register was not read: an error if it holds marks, else a warning."""
    reason = why_no_register(sheet)
    if _holds_marks(sheet):
        return reason
    return replace(
        reason,
        code="sheet_not_read",
        severity=Severity.WARNING,
        message=f"Sheet {sheet.name} holds no register and was not read.",
        row=None,
    )


def columns_of(sheet: Sheet) -> ColumnsToMap | None:
    """The columns of a sheet that looks like a table, for a person to say what each is.

    None for a report that no mapping makes a register, and for a sheet without headings over rows.
    """
    best = _best(sheet)
    if _other_report(sheet, best) is not None or (best is not None and _is_empty(sheet, best)):
        return None
    headers = (one for one in read_headers(sheet) if one.score and _heads(sheet, one.row))
    reader = HeaderReader(sheet)
    known = (columns_to_map(sheet, one.row, reader.read(one.row, whole=True).columns) for one in headers)
    rows = range(min(HEADER_ROWS, len(sheet.rows)))
    others = (row for row in rows if _is_text(sheet.rows[row]) and _heads(sheet, row))
    unknown = (columns_to_map(sheet, row) for row in others)
    return next((found for found in chain(known, unknown) if found is not None), None)


def _heads(sheet: Sheet, row: int) -> bool:
    """Whether a row can be the headings of those below: as filled as they are, and nothing like them."""
    above, cells, below = (_row(sheet, number) for number in (row - 1, row, row + 1))
    if 2 * sum(cell != "" for cell in cells) < sum(cell != "" for cell in below):
        return False
    kinds = [_kind(cell) for cell in cells]
    return not any(
        kind and kind == other
        for beside in (above, below)
        for kind, other in zip(kinds, map(_kind, beside), strict=False)
    )


def _row(sheet: Sheet, row: int) -> list[Cell]:
    return sheet.rows[row] if 0 <= row < len(sheet.rows) else []


def _kind(cell: Cell) -> str:
    """What a cell is that pupils' rows hold one under the other, '' for anything else."""
    if isinstance(cell, date) or (isinstance(cell, str) and write_date(cell)):
        return "date"
    if isinstance(cell, str) and normalise(cell) in HALF_OF and len(cell.strip()) > 1:
        return "half"
    return "upn" if isinstance(cell, str) and read_upn(cell).is_valid else ""


def _is_text(cells: list[Cell]) -> bool:
    filled = [cell for cell in cells if cell != ""]
    return len(filled) >= _LEAST_HEADINGS and all(isinstance(cell, str) for cell in filled)


def _best(sheet: Sheet) -> Header | None:
    return next(iter(read_headers(sheet)), None)


def _other_report(sheet: Sheet, best: Header | None) -> Issue | None:
    if best is None:
        return None
    texts = [cell for row in sheet.rows[:HEADER_ROWS] for cell in row if isinstance(cell, str)]
    names = {normalise(cell) for cell in texts}
    # "Mon 09/11/2026 P1", "Mon P1": a lesson beside a date or a day.
    names |= {found[1] for cell in texts if (found := find_date(cell, yearless=True)) and found[1]}
    names |= {rest for name in names if (rest := after_weekday(name))}
    if {"absence_start", "absence_end"} <= set(best.fields) and not best.columns:
        return absences_only(sheet.name)
    has_sessions = any(column.half for column in best.columns.values())
    is_long = {"date", "session"} <= set(best.fields)
    if not has_sessions and not is_long and (names & LESSON_SIGNS or names_lessons(sheet, best)):
        return Issue(
            code="lesson_marks",
            message="These are lesson marks. Your own system decides the AM and PM mark from them; "
            "this service must not guess. Export the session register.",
            sheet=sheet.name,
        )
    if names & SUMMARY_SIGNS and not best.columns and not _holds_marks(sheet):
        return Issue(
            code="summary_only",
            message="This is a summary. It has totals but no daily marks, so runs of days cannot be counted. "
            "Export the register by session (AM and PM).",
            sheet=sheet.name,
        )
    return None


def absences_only(sheet: str = "") -> Issue:
    """A list of absences: nothing in it shows the days attended."""
    return Issue(
        code="absence_ranges",
        message="This is a list of absences. It does not show the days attended, so it cannot prove an "
        "unbroken run. Export the register by session, or enter / and \\ for the pupils who were there.",
        sheet=sheet,
    )


def _lacks(sheet: Sheet, best: Header | None) -> str:
    if best is None or best.score == 0:
        return "No row has the headings of a register."
    looks = f"Row {best.row + 1} looks like the headings but"
    if not best.identified:
        return f"{looks} has no UPN, no admission number, and no name with a date of birth."
    if not best.is_dated:
        return f"{looks} no column is dated (for example Mon 09/11/2026 AM)."
    if _is_marked_twice(sheet, best):
        return "These rows have two marks a day in one column: say which column is the session."
    return f"{looks} the cells below are not attendance codes."


def _mark_columns(best: Header) -> list[int]:
    """The columns that the headings say hold marks."""
    named = [best.fields[field] for field in MARK_FIELDS if field in best.fields]
    return [*best.columns] or named


def _is_marked_twice(sheet: Sheet, best: Header) -> bool:
    body = range(best.row + 1, len(sheet.rows))
    return any(marked_twice(sheet, best, body, at) is not None for at in _mark_columns(best))


def _is_empty(sheet: Sheet, best: Header) -> bool:
    """Whether a sheet has the headings of a register and no mark under them, as a form not filled in has."""
    columns = _mark_columns(best) if best.is_dated else []
    body = range(best.row + 1, len(sheet.rows))
    blank = all(cell in NO_MARKS for at in columns for cell in below(sheet, body, at))
    return bool(columns) and blank and not _holds_marks(sheet)


def _holds_marks(sheet: Sheet) -> bool:
    return sum(cell in ("/", "\\") for cell in chain.from_iterable(sheet.rows)) > _LEGEND_SIGNS
