"""Layouts that are not recognised: how their headings are known again, and what a person can say of them."""

from collections.abc import Collection, Sequence, Set
from dataclasses import replace

from cme.attendance.codes import CODES
from cme.identity.upn import read_upn
from importers.answering.answers import ColumnsToMap, ColumnToMap
from importers.hashes import sha256_of
from importers.layouts.moments import moment_of
from importers.reading import Cell, CellError, Sheet
from importers.text.dates import find_date, from_serial, write_date
from importers.text.words import FIELD_OF, HALF_OF, MARK_FIELDS, normalise

MAPPABLE: tuple[tuple[str, str], ...] = (
    ("upn", "UPN"),
    ("admission_number", "Admission number"),
    ("full_name", "Name (surname and forename in one column)"),
    ("surname", "Surname"),
    ("forename", "Forename"),
    ("date_of_birth", "Date of birth"),
    ("year_group", "Year group"),
    ("class", "Class or registration group"),
    ("date", "Date"),
    ("week_start", "Week beginning (a Monday)"),
    ("session", "Session (AM or PM)"),
    ("mark", "Attendance mark"),
    ("am_mark", "Mark for the morning (AM)"),
    ("pm_mark", "Mark for the afternoon (PM)"),
    ("", "Leave this column out"),
)
"""Every field that a person may give a column, in the order of a list on a page, with the words for it."""

SAMPLES = 3
"""How many values of a column are shown beside its heading."""

_DATE = "#"
_DATES = ("date", "week_start")
_SAMPLE_ROWS = 200
_LONGEST_SAMPLE = 60
_LEAST_COLUMNS = 2
_PRESENT = frozenset("/\\")
_MAPPED = frozenset(field for field, _ in MAPPABLE if field)


def fingerprint(headings: Sequence[Cell]) -> str:
    """The SHA-256 of a row of headings, in hexadecimal, by which the same layout is known again.

    Headings count as they are looked up (`importers.text.words.normalise`), in order. A date counts as any
    date, and dates at the end as one, so that next week's file has the same fingerprint. The row's place in
    the sheet does not count.
    """
    words = [_without_date(cell) for cell in headings]
    end = len(words)
    while end and (words[end - 1] == "" or words[end - 1].startswith(_DATE)):
        end -= 1
    dated = [_DATE] if any(words[end:]) else []
    return sha256_of("\x1f".join([*words[:end], *dated]).encode())


def _without_date(cell: Cell) -> str:
    if isinstance(cell, str):
        found = find_date(cell, yearless=moment_of(cell) is not None)
        name = normalise(cell)
        if FIELD_OF.get(name) == "errors_column":
            # Our own download has one heading more than the file that was mapped.
            return ""
        return f"{_DATE} {found[1]}" if found else name
    if isinstance(cell, int | float):
        return _DATE if from_serial(cell) else str(cell)
    return "" if isinstance(cell, CellError) else _DATE


def columns_to_map(sheet: Sheet, row: int, dated: Collection[int] = ()) -> ColumnsToMap | None:
    """The columns under a row of headings, for a person to say what each is; None if nothing is under it.

    `dated` are the columns whose headings say it already: a mapping would take their dates from them.
    """
    body = sheet.rows[row + 1 : row + 1 + _SAMPLE_ROWS]
    columns = []
    for column, heading in enumerate(sheet.rows[row]):
        samples = _samples(body, column)
        if samples or heading != "":
            signs = _PRESENT & {cells[column] for cells in body if column < len(cells)}
            guess = _guess(heading, samples, signs)
            columns.append(ColumnToMap(column, _text(heading), samples, guess))
    if sum(bool(column.samples) for column in columns) < _LEAST_COLUMNS:
        return None
    undated = _guessed_once([column for column in columns if column.column not in dated])
    return ColumnsToMap(
        "", sheet.name, fingerprint(sheet.rows[row]), row, undated, len(columns) - len(undated)
    )


def lacks_dates(wanted: ColumnsToMap) -> bool:
    """Whether a sheet has columns of codes and nothing, in headings or in a column, says of which days."""
    if wanted.dated or any(column.guess in _DATES for column in wanted.columns):
        return False
    return any(column.samples and CODES.keys() >= {*column.samples} for column in wanted.columns)


def _guessed_once(columns: Sequence[ColumnToMap]) -> tuple[ColumnToMap, ...]:
    """The columns with no field guessed twice, and marks only beside a column of dates."""
    taken = {""} if any(column.guess in _DATES for column in columns) else {"", *MARK_FIELDS}
    found = []
    for column in columns:
        found.append(column if column.guess not in taken else replace(column, guess=""))
        taken.add(column.guess)
    return tuple(found)


def _samples(body: Sequence[Sequence[Cell]], column: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cells in body:
        if column < len(cells) and (text := _text(cells[column])):
            found[text] = None
            if len(found) == SAMPLES:
                break
    return tuple(found)


def _text(cell: Cell) -> str:
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, str | int | float):
        return " ".join(str(cell).split())[:_LONGEST_SAMPLE]
    return f"{cell:%d/%m/%Y}"


def _guess(heading: Cell, samples: Sequence[str], signs: Set[Cell]) -> str:
    """The field that a column may be, by its heading, else by what its samples look like.

    `signs` are those for present that stand in it.
    """
    field = FIELD_OF.get(normalise(heading), "") if isinstance(heading, str) else ""
    if field in _MAPPED or not samples:
        return field if field in _MAPPED else ""
    if all(read_upn(sample).is_valid for sample in samples):
        return "upn"
    if all(write_date(sample) for sample in samples):
        return "date"
    if all(HALF_OF.get(normalise(sample)) and len(sample) > 1 for sample in samples):
        return "session"
    if signs:
        return "mark" if len(signs) > 1 else "am_mark" if "/" in signs else "pm_mark"
    return "full_name" if all("," in sample for sample in samples) else ""
