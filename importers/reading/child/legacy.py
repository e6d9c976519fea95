"""Pre-flight of an old Excel workbook (.xls): the records that a reader of values does not report.

The file is a small file system of sectors ([MS-CFB]) with one stream of records ([MS-XLS], BIFF8). Only error
cells, hidden rows and columns, merges, the extent of the cells and a password are looked for.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .grid import Grid, check_total
from .refusal import Caps, Refusal

HEADER_SECTORS = 109
MOST_TABLE_LISTS = 100
LAST_SECTOR = 0xFFFFFFFA
ENTRY_BYTES = 128
STREAMS = ("Workbook", "Book")

FORMULA, END, FILEPASS, COLUMNS, BOUND_SHEET = 0x0006, 0x000A, 0x002F, 0x007D, 0x0085
MERGES, BOOL_OR_ERROR, ROW, BEGIN = 0x00E5, 0x0205, 0x0208, 0x0809
# Records that place one cell, and those that place several in a row: row, first column ... last column.
ONE_CELL = {FORMULA, BOOL_OR_ERROR, 0x0201, 0x0203, 0x0204, 0x027E, 0x00D6, 0x00FD}
MANY_CELLS = {0x00BD, 0x00BE}
WORKSHEET = 0
ERROR_RESULT = 2
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def prove_xls(content: bytes, caps: Caps) -> list[Grid]:
    """Return the facts of each worksheet, in order. Raises Refusal."""
    try:
        stream = _workbook_stream(content)
        offsets = []
        for record, body in _records(stream, 0):
            if record == FILEPASS:
                raise Refusal("password_protected")
            if record == BOUND_SHEET:
                offset, _visible, kind = struct.unpack_from("<IBB", body)
                offsets += [offset] if kind == WORKSHEET else []
        if len(offsets) > caps.parts:
            raise Refusal("too_many_parts")
        grids = [_read_sheet(stream, offset, caps) for offset in offsets]
    except (struct.error, IndexError, ValueError):
        raise Refusal("damaged_file") from None
    check_total(caps, grids)
    return grids


def _read_sheet(stream: bytes, offset: int, caps: Caps) -> Grid:
    grid = Grid()
    for record, body in _records(stream, offset):
        if record in ONE_CELL:
            row, column = struct.unpack_from("<HH", body)
            grid.extend(caps, row + 1, column + 1, 1)
            if (error := _error(record, body)) is not None:
                grid.mark_unreadable(row, column, ERRORS.get(error, "error"))
        elif record in MANY_CELLS:
            row, first = struct.unpack_from("<HH", body)
            (last,) = struct.unpack_from("<H", body, len(body) - 2)
            grid.extend(caps, row + 1, last + 1, max(last - first + 1, 1))
        elif record == ROW:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & 0x20:
                grid.hidden_rows.append(row)
        elif record == MERGES:
            for at in range(2, len(body), 8):
                first_row, last_row, first, last = struct.unpack_from("<4H", body, at)
                grid.merge(caps, (first_row, first, last_row, last))
        elif record == COLUMNS:
            first, last, flags = struct.unpack_from("<HH4xH", body)
            if flags & 0x1:
                grid.hidden_columns.extend(range(first, min(last + 1, caps.columns)))
    return grid


def _error(record: int, body: bytes) -> int | None:
    """Return the code of the error that a cell shows, if it does."""
    if record == BOOL_OR_ERROR:
        value, is_error = struct.unpack_from("<BB", body, 6)
        return value if is_error else None
    if record == FORMULA:
        kind, value, mark = struct.unpack_from("<BxBxxxH", body, 6)
        return value if mark == 0xFFFF and kind == ERROR_RESULT else None
    return None


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream, those of charts within it left out."""
    depth = 0
    while True:
        record, length = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        if record == BEGIN:
            depth += 1
        elif record == END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield record, body


def _workbook_stream(content: bytes) -> bytes:
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    (directory_start,) = struct.unpack_from("<I", content, 48)
    cutoff, mini_table_start = struct.unpack_from("<II", content, 56)
    if shift not in (9, 12) or mini_shift != 6:
        raise Refusal("damaged_file")
    size = 1 << shift

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    def follow(start: int) -> bytes:
        return b"".join(map(sector, _chain(start, table)))

    table_sectors = list(struct.unpack_from(f"<{HEADER_SECTORS}I", content, 76))
    more, count = struct.unpack_from("<II", content, 68)
    for _sector in range(min(count, MOST_TABLE_LISTS)):
        *listed, more = _numbers(sector(more))
        table_sectors += listed
    table = _numbers(b"".join(sector(number) for number in table_sectors if number < LAST_SECTOR))
    directory = follow(directory_start)
    entries = [directory[at : at + ENTRY_BYTES] for at in range(0, len(directory), ENTRY_BYTES)]
    for entry in entries:
        name_bytes, start, length = struct.unpack_from("<H50xII", entry, 64)
        if entry[: max(name_bytes - 2, 0)].decode("utf-16-le", "replace") in STREAMS:
            break
    else:
        raise Refusal("damaged_file")
    if length >= cutoff:
        return follow(start)[:length]
    (mini_start,) = struct.unpack_from("<I", entries[0], 116)
    mini, mini_table = follow(mini_start), _numbers(follow(mini_table_start))
    pieces = (mini[at << mini_shift : (at + 1) << mini_shift] for at in _chain(start, mini_table))
    return b"".join(pieces)[:length]


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chain(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """Yield the sectors of a chain; one that bites its tail is damage."""
    for _step in range(len(table)):
        if start >= LAST_SECTOR:
            return
        yield start
        start = table[start]
    if start < LAST_SECTOR:
        raise Refusal("damaged_file")
