"""What a person says the columns of a sheet mean: whether it can be so, and how the first rows read then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from cme.attendance.codes import Half, code_of
from cme.identity.upn import read_upn
from importers.answering.answers import Answers, ColumnsToMap, MappedColumns
from importers.answering.fingerprints import MAPPABLE, columns_to_map, fingerprint
from importers.issues import Severity
from importers.layouts.drafts import Known
from importers.layouts.faults import TWO_A_DAY
from importers.layouts.headers import HEADER_ROWS, says_who
from importers.layouts.own_sheets import is_ours
from importers.layouts.recognition import recognise
from importers.layouts.rows import is_pupil, marks_of, name_of, particulars_of, says_surname_first, text_of
from importers.layouts.tables import RegisterRow, Table
from importers.reading import Cell, Sheet, Workbook
from importers.reading.workbook import column_letters
from importers.text.marks import OwnCodes, Session, Unreadable, own_codes, read_mark

PREVIEWED_ROWS = 5
"""Rows under the headings that are shown as they read."""

_NOT_YET = "This day has not come yet. The mark is not counted."
_LAYOUTS = (
    "A row can be one mark (date, session and mark), one day (date, mark for the morning and mark for the "
    "afternoon) or one week (week beginning and a cell with ten marks). Or the dates stand in the headings."
)
_WHO = (
    "Say which column holds the UPN or the admission number, or the name and the date of birth. Names alone "
    "do not tell children apart."
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why columns cannot mean what was said: a sentence, and the column (from 0) that it is about, if one."""

    message: str
    column: int | None = None


@dataclass(frozen=True, slots=True)
class PreviewedMark:
    """One mark as it reads: its code, '' for none; `fault` is why the cell is none that can be read."""

    on: date
    half: Half
    code: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """One row as it reads; `number` counts from 1. A row that is not a pupil's has nothing else."""

    number: int
    is_pupil: bool
    surname: str = ""
    forename: str = ""
    upn: str = ""
    admission_number: str = ""
    marks: tuple[PreviewedMark, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they read with a mapping, and what is wrong with the sheet as a whole."""

    rows: tuple[PreviewedRow, ...]
    faults: tuple[str, ...] = ()


def mapped_columns(wanted: ColumnsToMap, fields: Mapping[int, str]) -> MappedColumns:
    """The columns of a sheet with their fields; a column that is not among `fields` is left out."""
    return MappedColumns(
        wanted.fingerprint,
        wanted.header_row,
        {each.column: fields.get(each.column, "") for each in wanted.columns},
    )


def columns_mapped(sheet: Sheet, mappings: Iterable[MappedColumns]) -> ColumnsToMap | None:
    """The columns of a sheet that is read with a mapping, each with what was said of it; None without one."""
    said = {mapping.fingerprint: mapping.fields for mapping in mappings}
    for row, cells in enumerate(sheet.rows[:HEADER_ROWS]):
        if (fields := said.get(fingerprint(cells))) is None:
            continue
        dated = [column for column in range(len(cells)) if column not in fields]
        if (found := columns_to_map(sheet, row, dated)) is not None:
            columns = tuple(replace(each, guess=fields.get(each.column, "")) for each in found.columns)
            return replace(found, columns=columns)
    return None


def mapping_faults(mapped: MappedColumns) -> tuple[Fault, ...]:
    """Why no register can be read by a mapping, whatever its cells hold; nothing where one may be."""
    columns: dict[str, list[int]] = {}
    for column, field in sorted(mapped.fields.items()):
        columns.setdefault(field, []).append(column)
    faults = [
        Fault(
            f"Columns {' and '.join(map(column_letters, held))} are both said to be: {words}. "
            "Keep the right one and leave the other out.",
            held[-1],
        )
        for field, words in MAPPABLE
        if field and len(held := columns.get(field, [])) > 1
    ]
    if not says_who(columns.keys()):
        faults.append(Fault(_WHO))
    return tuple(faults)


def preview_mapping(
    workbook: Workbook, wanted: ColumnsToMap, answers: Answers, known_until: date
) -> Preview | Fault | None:
    """How the first rows of a sheet read with a mapping among `answers`; None where it makes no register.

    A Fault is what no file with these headings can be read with: nothing says the half of its marks.
    The file is read as in an import: all its dates in one order, its marks with the school's own codes, and
    those of days after `known_until` left out.
    """
    sheets = [one for one in workbook.sheets if one.rows and not is_ours(one)]
    read = [one for one in sheets if not one.hidden or answers.picks(wanted.position, one.name)]
    found = recognise(read, Known(answers, known_until))
    by_sheet = {sheet.name: tables for sheet, tables in zip(read, found.tables, strict=True)}
    tables = by_sheet.get(wanted.sheet)
    if not tables:
        return None
    said = says_surname_first(tables[0])
    table = replace(tables[0], surname_first=answers.surname_first if said is None else said)
    filled = (row for row in table.rows() if any(cell != "" for cell in row.cells))
    own = own_codes(answers.translations)
    rows = tuple(_previewed(table, row, own, known_until) for row in islice(filled, PREVIEWED_ROWS))
    issues = [*table.issues, *(one for one in found.issues if one.sheet == wanted.sheet)]
    stopping = next((issue for issue in issues if issue.code == TWO_A_DAY), None)
    if stopping is not None:
        return Fault(stopping.message)
    errors = (issue.message for issue in issues if issue.severity is Severity.ERROR)
    return Preview(rows, tuple(dict.fromkeys(errors)))


def no_register(wanted: ColumnsToMap, mapped: MappedColumns) -> str:
    """Why a mapping makes no register of its sheet, and which layouts there are."""
    fields = set(mapped.fields.values())
    is_dated = wanted.dated or fields & {"date", "week_start"}
    if is_dated and (wanted.dated or fields & {"mark", "am_mark", "pm_mark"}):
        return (
            "With these columns no register can be read: too few of the cells that would be marks hold "
            "attendance codes. Look at the samples and choose again. " + _LAYOUTS
        )
    return "Say which columns hold the dates and the marks. " + _LAYOUTS


def _previewed(table: Table, row: RegisterRow, own: OwnCodes, known_until: date) -> PreviewedRow:
    number = row.number + 1
    if not is_pupil(table, row):
        return PreviewedRow(number, is_pupil=False)
    upn, admission_number = text_of(table, row, "upn"), text_of(table, row, "admission_number")
    faults = [issue.message for issue in row.issues]
    if upn:
        faults.extend(read_upn(upn).errors)
    elif not admission_number and particulars_of(table, row) is None:
        faults.append(
            "This row has no UPN, no admission number, and no full name with a date of birth to be read."
        )
    cells = zip(row.marks, marks_of(row), strict=True)
    marks = tuple(_mark(mark.session, cell, own, known_until) for mark, cell in cells)
    return PreviewedRow(number, True, *name_of(table, row), upn, admission_number, marks, tuple(faults))


def _mark(session: Session, cell: Cell, own: OwnCodes, known_until: date) -> PreviewedMark:
    found = read_mark(cell, session, own)
    if isinstance(found, Unreadable):
        return PreviewedMark(session.on, session.half, "", found.message)
    code = code_of(found)
    early = code and session.on > known_until
    return PreviewedMark(session.on, session.half, code, _NOT_YET if early else "")
