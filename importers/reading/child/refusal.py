"""Why the child gives up on a file. The sentences live with the parent; the child sends codes and places."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(Exception):
    """Raised at the first thing that makes the whole file unacceptable."""

    def __init__(self, code: str, *, row: int | None = None) -> None:
        """`code` has its sentence in the parent's list; `row` counts from 1."""
        super().__init__(code)
        self.code = code
        self.row = row


class Caps(NamedTuple):
    """The caps of `importers.reading.limits` that the child itself enforces, same names and units."""

    unpacked_bytes: int
    parts: int
    columns: int
    rows: int
    cells: int
    merged_cells: int
    cell_text: int
    csv_field: int
