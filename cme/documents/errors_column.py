"""A school's own files back, with what is wrong written beside each row, to be corrected and sent again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from openpyxl.utils.cell import coordinate_to_tuple

from cme.documents.workbooks import Page, write_workbook
from importers.issues import Issue
from importers.layouts.headers import read_headers
from importers.layouts.own_sheets import ERRORS_SHEET, FIRST_ROWS
from importers.reading import Cell, Sheet, Workbook
from importers.text.words import FIELD_OF, normalise

HEADING = "Errors"
"""The heading of the column, which is left out of account when the file comes back."""

MOST_CELLS = 1_000_000
"""Cells, filled or not, up to which files are given back: writing them takes about ten microseconds each."""

_WIDTH = 80


def count_cells(files: Iterable[tuple[str, Workbook]]) -> int:
    """How many cells there would be to write."""
    return sum(len(row) for _, workbook in files for sheet in workbook.sheets for row in sheet.rows)


def errors_workbook(files: Sequence[tuple[str, Workbook]], issues: Iterable[Issue]) -> bytes:
    """The sheets of the files, each cell at its address, with a last column "Errors" and bad cells filled.

    Text is written as text; numbers and dates stay what they are, because a date turned into text could be
    read otherwise when it comes back. What is wrong with a heading, or with a whole sheet or file, stands on
    a sheet before them.
    """
    sheets = {(name, sheet.name): _Marked(sheet) for name, workbook in files for sheet in workbook.sheets}
    others = []
    for issue in issues:
        sheet = sheets.get((issue.file, issue.sheet))
        if sheet is None or not sheet.take(issue):
            others.append(issue)
    first = [_of_whole_files(others)] if others else []
    return write_workbook([*first, *(sheet.page() for sheet in sheets.values())])


def _of_whole_files(issues: Sequence[Issue]) -> Page:
    return Page(
        title=ERRORS_SHEET,
        rows=[
            FIRST_ROWS[ERRORS_SHEET],
            *((issue.file, issue.sheet, issue.cell, issue.message) for issue in issues),
        ],
        headings={0},
        frozen=(1, 0),
        widths={0: 30, 1: 20, 2: 8, 3: _WIDTH},
        wrapped={3},
    )


class _Marked:
    """One sheet as it was, with the column; a column of an earlier download is written over."""

    def __init__(self, sheet: Sheet) -> None:
        headers = read_headers(sheet)
        self._sheet = sheet
        self._head = headers[0].row if headers else 0
        self._column = _errors_column(sheet, self._head)
        self._sentences: dict[int, list[str]] = defaultdict(list)
        self._bad: set[tuple[int, int]] = set()

    def take(self, issue: Issue) -> bool:
        """Mark the cell of an issue; whether its sentence has a row here to stand in."""
        if issue.cell:
            row, column = coordinate_to_tuple(issue.cell)
            self._bad.add((row - 1, column - 1))
        number = (issue.row or 0) - 1
        # The heading of the column must be nothing else, or it is not known again.
        if number == self._head or not 0 <= number < len(self._sheet.rows):
            return False
        self._sentences[number].append(f"{issue.cell}: {issue.message}" if issue.cell else issue.message)
        return True

    def page(self) -> Page:
        """The sheet to write."""
        sheet, column = self._sheet, self._column
        return Page(
            title=sheet.name or "Register",
            rows=[self._row(number, cells) for number, cells in enumerate(sheet.rows)],
            headings={self._head},
            widths={column: _WIDTH} if self._sentences else {},
            wrapped={column},
            marked=self._bad,
            merged=sheet.merged,
            hidden_rows=sheet.hidden_rows,
            hidden_columns=sheet.hidden_columns,
            hidden=sheet.hidden,
        )

    def _row(self, number: int, cells: Sequence[Cell]) -> list[Cell]:
        said = [HEADING] if number == self._head else dict.fromkeys(self._sentences.get(number, ()))
        kept = list(cells[: self._column])
        return [*kept, *[""] * (self._column - len(kept)), "\n".join(said)] if said else kept


def _errors_column(sheet: Sheet, head: int) -> int:
    """The first column beyond every row, or the last one where it holds the errors of an earlier download."""
    width = max(map(len, sheet.rows), default=0)
    row = sheet.rows[head] if sheet.rows else []
    last = row[width - 1] if 0 < width == len(row) else ""
    is_ours = isinstance(last, str) and FIELD_OF.get(normalise(last)) == "errors_column"
    return width - 1 if is_ours else width
