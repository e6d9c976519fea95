"""Why a sheet is not read as a register, in the sentence that helps to send the right one."""

from dataclasses import replace
from itertools import chain

from importers.headers import HEADER_ROWS, Header, read_headers
from importers.issues import Issue, Severity
from importers.reading import Sheet
from importers.words import LESSON_SIGNS, SUMMARY_SIGNS, normalise

_LEGEND_SIGNS = 2
"""A key of codes has each present sign once; a sheet with more of them holds marks."""


def why_no_register(sheet: Sheet) -> Issue:
    """What kind of report a sheet is instead, or what its best row lacks to be the head of a register."""
    best = next(iter(read_headers(sheet)), None)
    return _other_report(sheet, best) or Issue(
        code="not_a_register",
        message=f"No register was found{f' on sheet {sheet.name}' if sheet.name else ''}. {_lacks(best)} "
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


def _other_report(sheet: Sheet, best: Header | None) -> Issue | None:
    if best is None or best.sessions:
        return None
    names = {normalise(cell) for row in sheet.rows[:HEADER_ROWS] for cell in row if isinstance(cell, str)}
    if {"absence_start", "absence_end"} <= set(best.fields):
        return absences_only(sheet.name)
    if names & LESSON_SIGNS and not {"date", "session"} <= set(best.fields):
        return Issue(
            code="lesson_marks",
            message="These are lesson marks. Your own system decides the AM and PM mark from them; "
            "this service must not guess. Export the session register.",
            sheet=sheet.name,
        )
    if names & SUMMARY_SIGNS and not _holds_marks(sheet):
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
        "unbroken run. Export the register by session.",
        sheet=sheet,
    )


def _lacks(best: Header | None) -> str:
    if best is None or best.score == 0:
        return "No row has the headings of a register."
    looks = f"Row {best.row + 1} looks like the headings but"
    if not best.identified:
        return f"{looks} has no UPN and no admission number."
    if not best.is_dated:
        return f"{looks} no column is dated (for example Mon 09/11/2026 AM)."
    return f"{looks} the cells below are not attendance codes."


def _holds_marks(sheet: Sheet) -> bool:
    return sum(cell in ("/", "\\") for cell in chain.from_iterable(sheet.rows)) > _LEGEND_SIGNS
