"""Sheets that this service puts beside a register, known again when the file comes back."""

from collections.abc import Mapping
from types import MappingProxyType

from importers.reading import Sheet

ERRORS_SHEET, HELP_SHEET = "Errors", "How to fill this in"

FIRST_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {ERRORS_SHEET: ("File", "Sheet", "Cell", "What is wrong"), HELP_SHEET: ("What to do",)}
)
"""The name of each of our sheets and its first row. A school's own sheet may have the name, but not both."""


def is_ours(sheet: Sheet) -> bool:
    """Whether a sheet is one of ours, which says nothing about pupils."""
    first = FIRST_ROWS.get(sheet.name)
    return first is not None and bool(sheet.rows) and tuple(sheet.rows[0]) == first
