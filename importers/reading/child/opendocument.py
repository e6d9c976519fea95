"""Pre-flight of an OpenDocument spreadsheet (.ods): the content part, with repeat counts expanded."""

from __future__ import annotations

import re

from .grid import EXCEL_COLUMNS, EXCEL_ROWS, NOT_CALCULATED, Grid, check_total
from .markup import SHOWN, TEXT, is_xml_text, without_groups
from .refusal import Caps, Refusal

COUNT = re.compile(r"[1-9][0-9]{0,6}")
CELLS = ("table-cell", "covered-table-cell")
HIDDEN = ("collapse", "filter")
ROW_PARENTS = ("table", "table-row-group", "table-header-rows", "table-rows")

# A row as LibreOffice and odfpy write it, attributes in their order.
CELL = (
    rb'<table:table-cell(?: table:style-name="NAME")?+'
    rb'(?: table:number-columns-repeated="([1-9][0-9]{0,6})")?+(?: table:content-validation-name="NAME")?+'
    rb'( office:value-type="(?:string|float|percentage|date|boolean)"'
    rb'(?: office:(?:value|date-value|boolean-value)="NAME")?+'
    rb'(?: calcext:value-type="(?:string|float|percentage|date|boolean)")?+)?+'
    rb"(?: ?/>|>(<text:p>TEXT</text:p>)?+</table:table-cell>)"
).replace(b"NAME", rb'[^"<>&\x00-\x1f]*+')
ROW = (
    rb'<table:table-row(?: table:style-name="[^"<>&\x00-\x1f]*+")?+'
    rb'(?: table:number-rows-repeated="([1-9][0-9]{0,6})")?+'
    rb'(?: table:visibility="(visible|collapse|filter)")?+'
    rb"(?: ?/>|>((?:CELL)*+)</table:table-row>)"
)


class ManifestPart:
    """The list of parts; it tells a workbook that has a password."""

    row_opens = b""
    row_closes = b""

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "encryption-data":
            raise Refusal("password_protected")

    def end(self, _name: str) -> None: ...

    def text(self, _data: str) -> None: ...

    def may_hold_row(self) -> bool:
        return False

    def prove_row(self, _data: bytes, _position: int) -> int:
        return -1


class SpreadsheetContent:
    """The checks for content.xml. Rows and columns that only repeat emptiness count for nothing.

    LibreOffice pads each row to 16,384 columns and each sheet to 1,048,576 rows in this way.
    """

    row_opens = b"<table:table-row"
    row_closes = b"</table:table-row>"

    def __init__(self, caps: Caps) -> None:
        self.grids: dict[str, Grid] = {}
        self._caps = caps
        self._open: list[str] = []
        self._grid: Grid | None = None
        self._row = 0
        self._row_repeat = 1
        self._column = 0
        self._last_filled = 0
        self._filled = 0
        self._unreadable: dict[int, str] = {}
        self._table_columns = 0
        self._cell_repeat = 0
        self._spanned = (1, 1)
        self._error = False
        self._formula = False
        self._typed = False
        self._shown = ""
        self._text_length = 0
        text = TEXT % caps.cell_text
        self._row_pattern = re.compile(ROW.replace(b"CELL", without_groups(CELL)).replace(b"TEXT", text))
        self._cell_pattern = re.compile(CELL.replace(b"TEXT", text))

    # What expat reports

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        if name in CELLS:
            self._start_cell(attributes)
        elif name == "table-row":
            self._start_row(attributes)
        elif name == "table":
            self._start_table(attributes)
        elif name == "table-column":
            self._start_column(attributes)
        elif name == "s" and self._cell_repeat:
            self._count_text(_count(attributes, "c"))

    def end(self, name: str) -> None:
        self._open.pop()
        if name in CELLS:
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self._grid = None
            check_total(self._caps, list(self.grids.values()))

    def text(self, data: str) -> None:
        if not self._cell_repeat:
            return
        self._count_text(len(data))
        if "annotation" not in self._open and len(self._shown) < SHOWN:
            self._shown += data

    # What is proven without expat

    def may_hold_row(self) -> bool:
        return self._grid is not None and self._open[-1] in ROW_PARENTS

    def prove_row(self, data: bytes, position: int) -> int:
        match = self._row_pattern.match(data, position)
        if match is None or not is_xml_text(match.group()):
            return -1
        repeat, visibility, cells = match.groups(b"")
        self._begin_row(int(repeat or 1), visibility.decode())
        shown = cells.count(b"<text:p>")
        if cells.count(b"<") == 4 * shown and b" table:number-columns-repeated=" not in cells:
            self._add_cell(shown, filled=bool(shown))
        else:
            for columns, kind, text in self._cell_pattern.findall(cells):
                self._add_cell(int(columns or 1), filled=bool(kind or text))
        self._end_row()
        return match.end()

    # The single elements

    def _start_table(self, attributes: dict[str, str]) -> None:
        name = _value(attributes, "name")
        if self._grid is not None or name in self.grids:
            raise Refusal("damaged_file")
        self._grid = self.grids[name] = Grid()
        self._row = self._table_columns = 0
        if len(self.grids) > self._caps.parts:
            raise Refusal("too_many_parts")

    def _start_column(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, "number-columns-repeated")
        if self._grid is not None and _value(attributes, "visibility") in HIDDEN:
            last = min(self._table_columns + repeat, self._caps.columns)
            self._grid.hidden_columns.extend(range(self._table_columns, last))
        self._table_columns += repeat

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._grid is None or self._open.count("table-row") > 1:
            raise Refusal("bad_reference")
        self._begin_row(_count(attributes, "number-rows-repeated"), _value(attributes, "visibility"))

    def _begin_row(self, repeat: int, visibility: str) -> None:
        self._row_repeat = repeat
        self._column = self._last_filled = self._filled = 0
        self._unreadable = {}
        if visibility in HIDDEN and self._grid is not None:
            self._grid.hidden_rows.extend(range(self._row, min(self._row + repeat, self._caps.rows)))

    def _end_row(self) -> None:
        if self._grid is None:
            return
        first, self._row = self._row, self._row + self._row_repeat
        if self._row > EXCEL_ROWS:
            raise Refusal("bad_reference")
        if self._filled:
            self._grid.extend(self._caps, self._row, self._last_filled, self._filled * self._row_repeat)
            for row in range(first, self._row if self._unreadable else first):
                for column, text in self._unreadable.items():
                    self._grid.mark_unreadable(row, column, text)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if "table-row" not in self._open or self._cell_repeat:
            raise Refusal("bad_reference")
        self._cell_repeat = _count(attributes, "number-columns-repeated")
        self._spanned = (
            _count(attributes, "number-rows-spanned"),
            _count(attributes, "number-columns-spanned"),
        )
        self._error = attributes.get("calcext:value-type") == "error"
        self._typed = any(name.endswith("value-type") for name in attributes)
        self._formula = bool(_value(attributes, "formula"))
        self._shown, self._text_length = "", 0

    def _end_cell(self) -> None:
        repeat, self._cell_repeat = self._cell_repeat, 0
        column = self._column
        self._add_cell(repeat, filled=self._typed or self._formula or bool(self._text_length))
        reason = (self._shown[:SHOWN] or "error") if self._error else NOT_CALCULATED
        if self._error or (self._formula and not self._typed):
            self._unreadable.update(dict.fromkeys(range(column, self._column), reason))
        rows, columns = self._spanned
        if self._grid is not None and (rows > 1 or columns > 1):
            self._grid.merge(self._caps, (self._row, column, self._row + rows - 1, column + columns - 1))

    def _add_cell(self, repeat: int, *, filled: bool) -> None:
        self._column += repeat
        if filled:
            if self._column > self._caps.columns:
                raise Refusal("too_many_columns", row=self._row + 1)
            self._last_filled = self._column
            self._filled += repeat
        if self._column > EXCEL_COLUMNS:
            raise Refusal("bad_reference")

    def _count_text(self, length: int) -> None:
        self._text_length += length
        if self._text_length > self._caps.cell_text:
            raise Refusal("text_too_long", row=self._row + 1)


def _value(attributes: dict[str, str], name: str) -> str:
    """Return an attribute by its name without prefix."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _count(attributes: dict[str, str], name: str) -> int:
    """Return a repeat or span count; absent is 1."""
    value = _value(attributes, name)
    if not value:
        return 1
    if not COUNT.fullmatch(value):
        raise Refusal("bad_reference")
    return int(value)
