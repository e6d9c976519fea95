"""Handing sheets to the parent as JSON lines: a sheet's head, its rows, at last a line that proves the end.

Values JSON has no form for travel as objects: {"d": "2026-11-09"} a date, {"e": "#N/A"} an unreadable cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import BinaryIO

from .grid import Grid

FLUSH_AT = 64 * 1024
PLAIN = {str, float, int}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Sender:
    """Writes the lines. Bytes go out in large pieces so that the parent reads while this process goes on."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines: list[str] = []
        self._held = 0

    def send(self, message: object) -> None:
        line = _encode(message)
        self._lines.append(line)
        self._held += len(line)
        if self._held >= FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._lines.append("")
            # A lone half of a surrogate pair is no character; it must not stop a whole register.
            self._out.write("\n".join(self._lines).encode(errors="replace"))
            self._out.flush()
            self._lines, self._held = [], 0

    def send_sheet(self, name: str, hidden: bool, grid: Grid, rows: Iterable[Sequence[object]]) -> None:
        """Send a sheet whose rows start at row 1 and column A; nothing hidden past its last cell."""
        self.send(
            {
                "sheet": name,
                "hidden": hidden,
                "hidden_rows": [row for row in grid.hidden_rows if row < grid.last_row],
                "hidden_columns": [column for column in grid.hidden_columns if column < grid.last_column],
                "merged": grid.merged,
            }
        )
        unreadable = dict(grid.unreadable)
        number = -1
        for number, row in enumerate(rows):
            self.send(_portable(row, unreadable.pop(number, None)))
        for late in sorted(unreadable):
            for _blank in range(number + 1, late):
                self.send([])
            self.send(_portable([], unreadable[late]))
            number = late


def _portable(row: Sequence[object], unreadable: dict[int, str] | None) -> list[object]:
    """Return the row without its empty end, every value in a form that JSON has."""
    cells = list(row)
    if not PLAIN.issuperset(map(type, cells)):
        cells = [value if type(value) is str else _plain(value) for value in cells]
    elif not all(map(isfinite, [value for value in cells if type(value) is float])):
        cells = [_plain(value) for value in cells]
    for column, text in (unreadable or {}).items():
        if column >= len(cells):
            cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = {"e": text}
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and not isfinite(value):
        return {"e": "not a number"}
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()} if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return value if isinstance(value, str | int | float) else str(value)
