"""Writing spreadsheets that hold other people's text: nothing in them is ever a formula.

A cell that begins with = + - or @ is run by Excel, so text is written as text and never guessed at
(registers reference s.10.1).
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from importers.reading import Cell, CellError

EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 0, both ends included."""

LONGEST_TITLE, LONGEST_TEXT = 31, 32_767
"""Characters that Excel takes as the name of a sheet, and in a cell."""

LONGEST_LIST = 255
"""Characters that Excel takes in a list of choices, with their commas."""

_LIVE = frozenset("=+-@\t\r\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_FIRST_DATE = date(1900, 3, 1)
"""Excel takes 1900 for a leap year: it cannot hold an earlier day as others do."""

_PALE_RED = PatternFill("solid", start_color="F6D7D2")


@dataclass(frozen=True, slots=True)
class Choices:
    """The only values that Excel lets people enter in some ranges, as a list to pick from.

    Raises ValueError for a value with a comma or quotation mark, and for more than Excel takes.
    """

    values: tuple[str, ...]
    ranges: tuple[Range, ...]
    error: str = "Choose a value from the list."

    def __post_init__(self) -> None:
        if any("," in value or '"' in value for value in self.values):
            raise ValueError("a choice may hold no comma and no quotation mark")
        if len(",".join(self.values)) > LONGEST_LIST:
            raise ValueError("the choices are too long for a list in Excel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet to write. Rows and columns count from 0.

    `headings` are rows in bold, `frozen` is how many rows and columns stay in sight, `widths` are in
    characters, `marked` are cells of the rows that are filled in red, `wrapped` columns whose text takes
    several lines, and `as_text` columns in which what people type stays text: numbers keep their zeros.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    headings: Collection[int] = ()
    frozen: tuple[int, int] = (0, 0)
    widths: Mapping[int, float] = field(default_factory=dict)
    as_text: Collection[int] = ()
    wrapped: Collection[int] = ()
    marked: Collection[tuple[int, int]] = ()
    choices: Sequence[Choices] = ()
    merged: Sequence[Range] = ()
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    hidden: bool = False


def write_workbook(pages: Iterable[Page]) -> bytes:
    """The pages as an Excel workbook. Names of sheets are made to fit, and unlike each other."""
    workbook = Workbook(write_only=True)
    taken: set[str] = set()
    for page in pages:
        sheet = workbook.create_sheet(sheet_title(page.title, taken))
        _lay_out(sheet, page)
        cells = _Looks(sheet)
        for number, row in enumerate(page.rows):
            sheet.append(_cells(cells, page, number, row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV that Excel opens as it should: UTF-8 with a byte order mark, CRLF.

    An apostrophe stands before text that a spreadsheet would run; `importers` drops it again.
    """
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([escape(text) for text in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def escape(text: str) -> str:
    """A text as it may stand in a CSV. A lone "-" is a mark (no session) and stays as it is."""
    text = clean(text)
    is_live = text != "-" and unicodedata.normalize("NFKC", text[:1]) in _LIVE
    return f"'{text}" if is_live else text


def clean(text: str) -> str:
    """A text that a workbook can hold: control characters become U+FFFD, and its length Excel's own."""
    return _CONTROL.sub("\ufffd", text)[:LONGEST_TEXT]


def sheet_title(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes for a sheet and no other sheet has; added to `taken`."""
    name = _NOT_IN_TITLES.sub(" ", clean(wanted)).strip("' ")[:LONGEST_TITLE].strip("' ") or "Sheet"
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name[: LONGEST_TITLE - len(str(number)) - 3]} ({number})"
    taken.add(found.casefold())
    return found


def _lay_out(sheet: Any, page: Page) -> None:
    """Everything of a sheet but its cells: the writer wants it before the first row."""
    rows, columns = page.frozen
    if rows or columns:
        sheet.freeze_panes = f"{get_column_letter(columns + 1)}{rows + 1}"
    for column in page.as_text:
        sheet.column_dimensions[get_column_letter(column + 1)].number_format = "@"
    for column, width in page.widths.items():
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    for column in page.hidden_columns:
        sheet.column_dimensions[get_column_letter(column + 1)].hidden = True
    for row in page.hidden_rows:
        sheet.row_dimensions[row + 1].hidden = True
    for merged in page.merged:
        sheet.merged_cells.add(_address(merged))
    for choices in page.choices:
        rule = DataValidation("list", f'"{",".join(choices.values)}"', allow_blank=True)
        rule.sqref = " ".join(map(_address, choices.ranges))
        rule.error, rule.showErrorMessage = choices.error, True
        sheet.data_validations.dataValidation.append(rule)
    sheet.sheet_state = "hidden" if page.hidden else "visible"


def _address(cells: Range) -> str:
    first_row, first_column, last_row, last_column = cells
    first = f"{get_column_letter(first_column + 1)}{first_row + 1}"
    last = f"{get_column_letter(last_column + 1)}{last_row + 1}"
    return first if first == last else f"{first}:{last}"


class _Looks:
    """Makes cells; there is one text cell of each look, filled again and again: each is written at once."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._texts: dict[tuple[bool, bool, bool], Any] = {}

    def cell(self, value: Cell, *, bold: bool, marked: bool, wrapped: bool) -> Any:
        """The value as a cell; a text stays a text, whatever it begins with."""
        written, kind, style = _written(value)
        look = bold, marked, wrapped
        cell = self._texts.get(look) if kind == "s" else None
        if cell is None:
            cell = self._make(*look)
            cell.number_format = style
        if kind == "s":
            self._texts[look] = cell
        cell.value = written
        cell.data_type = kind
        if kind == "d":
            # The library has just put its own format in the place of ours.
            cell.number_format = style
        return cell

    def _make(self, bold: bool, marked: bool, wrapped: bool) -> Any:
        cell = WriteOnlyCell(self._sheet)
        if bold:
            cell.font = Font(bold=True)
        if marked:
            cell.fill = _PALE_RED
        if wrapped:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell


def _cells(looks: _Looks, page: Page, number: int, row: Sequence[Cell]) -> Iterator[Any]:
    bold, wrapped = number in page.headings, page.wrapped
    for column, value in enumerate(row):
        marked = (number, column) in page.marked
        if value == "" and not marked:
            yield None
        else:
            yield looks.cell(value, bold=bold, marked=marked, wrapped=column in wrapped)


def _written(value: Cell) -> tuple[Any, str, str]:
    """A value as the library takes it, its type there, and its number format."""
    if isinstance(value, str):
        return clean(value), "s", "@"
    if isinstance(value, CellError):
        return value.text if value.text in ERROR_CODES else "#N/A", "e", "General"
    if not isinstance(value, date):
        return value, "n", "General"
    if value < _FIRST_DATE:
        return value.isoformat(), "s", "@"
    return value, "d", "dd/mm/yyyy"
