"""Which column holds the UPNs, and which only numbers, by their values: headings are often wrong about it."""

import re
from collections import Counter
from functools import cached_property

from cme.identity.upn import read_upn
from importers.layouts.tables import cell_at
from importers.reading import Cell, Sheet

_DIGITS = frozenset("0123456789")
_SAMPLE_ROWS = 100
_UPN_LENGTH = 13
_SHORT_NUMBER = re.compile(r"[A-Za-z]?\d{1,8}(?:\.0)?")
_GIVING_WAY = {"admission_number", "external_id"}
"""Fields that are given up where a column so headed holds UPNs."""


class NumberColumns:
    """The columns of one sheet whose values are UPNs by their own check letter, or short numbers."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def tell(self, row: int, fields: dict[str, int], doubled: list[tuple[str, int]]) -> None:
        """Let the column with valid UPNs be the UPN's, and one headed so with short numbers the number's."""
        headed = fields.get("upn")
        if headed in self._columns_with_upns:
            return
        found = next((at for at, mostly in self._columns_with_upns.items() if mostly), None)
        if found is not None and self._heads_upns(row, found):
            named = [field for field, column in fields.items() if column == found]
            if set(named) <= _GIVING_WAY:
                for field in named:
                    del fields[field]
                doubled[:] = [one for one in doubled if one[1] != found]
                fields["upn"] = found
        if headed is not None and headed in self._number_columns and "admission_number" not in fields:
            if fields["upn"] == headed:
                del fields["upn"]
            fields["admission_number"] = headed

    def _heads_upns(self, row: int, column: int) -> bool:
        """Whether words stand in a row and, next below in the column, something with a digit."""
        cell = cell_at(self._sheet, row, column)
        if not isinstance(cell, str) or cell == "" or has_digit(cell):
            return False
        lower = (cell_at(self._sheet, at, column) for at in range(row + 1, len(self._sheet.rows)))
        return has_digit(next((cell for cell in lower if cell != ""), ""))

    @cached_property
    def _columns_with_upns(self) -> dict[int | None, bool]:
        """The columns with valid UPNs, and whether it is the only one that mostly holds them."""
        valid = Counter[int]()
        filled = Counter[int]()
        for cells in self._sheet.rows[:_SAMPLE_ROWS]:
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and len(cell) >= _UPN_LENGTH and has_digit(cell):
                    filled[column] += 1
                    valid[column] += read_upn(cell).is_valid
        mostly = [column for column, times in valid.items() if 2 * times > filled[column]]
        return {column: mostly == [column] for column, times in valid.items() if times}

    @cached_property
    def _number_columns(self) -> frozenset[int | None]:
        """The columns with short numbers, and without anything as long as a UPN that has a digit."""
        short: set[int] = set()
        long: set[int] = set()
        for cells in self._sheet.rows[:_SAMPLE_ROWS]:
            for column, cell in enumerate(cells):
                if isinstance(cell, str | int | float) and has_digit(cell):
                    (short if _SHORT_NUMBER.fullmatch(str(cell).strip()) else long).add(column)
        return frozenset(short - long)


def has_digit(cell: Cell) -> bool:
    """Whether a cell has a figure in it."""
    return not _DIGITS.isdisjoint(str(cell))
