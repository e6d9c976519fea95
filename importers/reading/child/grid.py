"""What the pre-flight pass learns about one sheet, and the caps it is held to."""

from __future__ import annotations

from .refusal import Caps, Refusal

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
NOT_CALCULATED = "formula not calculated"


def column_number(letters: str) -> int:
    """Return the number of a column counted from 1: "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: 1 is "A", 27 is "AA"."""
    letters = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


class Grid:
    """One sheet: its extent and the facts that a reader of values alone does not see.

    Extent counts from 1; every row and column kept as a fact counts from 0.
    """

    def __init__(self) -> None:
        self.cells = 0
        self.last_row = 0
        self.last_column = 0
        self.unreadable: dict[int, dict[int, str]] = {}
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.merged_cells = 0

    def extend(self, caps: Caps, row: int, column: int, cells: int) -> None:
        """Count `cells` more cells, the furthest of them at `row` and `column` (from 1), within the caps."""
        if row > caps.rows:
            raise Refusal("too_many_rows", row=row)
        if column > caps.columns:
            raise Refusal("too_many_columns", row=row)
        self.cells += cells
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if self.cells > caps.cells or self.last_row * self.last_column > caps.cells:
            raise Refusal("too_many_cells")

    def mark_unreadable(self, row: int, column: int, text: str) -> None:
        """Remember that the cell (from 0) holds an error, or a formula without its result."""
        self.unreadable.setdefault(row, {})[column] = text

    def merge(self, caps: Caps, area: tuple[int, int, int, int]) -> None:
        """Remember a merged range (from 0, both ends included), within the cap on their total area."""
        first_row, first_column, last_row, last_column = area
        if last_row < first_row or last_column < first_column:
            raise Refusal("bad_reference")
        if last_row >= EXCEL_ROWS or last_column >= EXCEL_COLUMNS:
            raise Refusal("bad_reference")
        self.merged_cells += (last_row - first_row + 1) * (last_column - first_column + 1)
        if self.merged_cells > caps.merged_cells:
            raise Refusal("too_many_merged")
        self.merged.append(area)


def check_total(caps: Caps, grids: list[Grid]) -> None:
    """Hold all sheets together to the caps that each was held to alone."""
    if sum(grid.cells for grid in grids) > caps.cells:
        raise Refusal("too_many_cells")
    if sum(grid.last_row * grid.last_column for grid in grids) > caps.cells:
        raise Refusal("too_many_cells")
    if sum(grid.merged_cells for grid in grids) > caps.merged_cells:
        raise Refusal("too_many_merged")
