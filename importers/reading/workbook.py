"""The table a file is read into: sheets of cells at their true addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from importers.issues import Issue

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 0, both ends included."""


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that cannot be read, which is not the same as a blank one.

    `text` is what the cell shows ("#N/A") or why it has no value (a formula saved without its result).
    """

    text: str


Cell = str | int | float | date | CellError
"""One value. Empty is "". Whole numbers are int; true and false are the texts "TRUE" and "FALSE"."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[r][c]` is the cell in row r+1, column c+1 of the file; empty ends are trimmed.

    `hidden_rows` and `hidden_columns` count from 0, as `rows` does.
    """

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Range, ...] = ()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read. `kind` is "xlsx", "xls", "ods" or "csv"; `sha256` is of the bytes as received."""

    kind: str
    sheets: tuple[Sheet, ...]
    notices: tuple[Issue, ...]
    sha256: str


class Refused(Exception):
    """The file is not read. `issue` says why; `too_large` asks for HTTP 413 rather than 422.

    The text of the exception is the code alone, so that no cell content reaches a log.
    """

    def __init__(self, issue: Issue, *, too_large: bool = False) -> None:
        super().__init__(issue.code)
        self.issue = issue
        self.too_large = too_large


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0: 0 is "A", 26 is "AA"."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell, row and column counted from 0: (6, 3) is "D7"."""
    return f"{column_letters(column)}{row + 1}"
