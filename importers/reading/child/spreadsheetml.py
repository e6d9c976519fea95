"""Pre-flight of an Excel workbook (.xlsx): every XML part, whatever its path."""

from __future__ import annotations

import re
from typing import NamedTuple

from .grid import EXCEL_COLUMNS, EXCEL_ROWS, NOT_CALCULATED, Grid, column_letters, column_number
from .markup import SHOWN, TEXT, is_xml_text, without_groups
from .refusal import Caps, Refusal

# The parts a reader of values needs; no other part is handed on.
READ_ROOTS = {
    "Relationships",
    "Types",
    "chartsheet",
    "dialogsheet",
    "sst",
    "styleSheet",
    "workbook",
    "worksheet",
}
GRID_ELEMENTS = {"row", "c", "mergeCell", "mergeCells", "sheetData"}

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
STRING_NUMBER = re.compile(r"[0-9]{0,9}")
TRUE = ("1", "true")

ROW_ATTRIBUTE = re.compile(rb' ([A-Za-z0-9:]+)="')
CELL_COLUMN = re.compile(rb'<c r="([A-Z]+)')

# A row as Excel, openpyxl and LibreOffice write it, attributes in their order.
CELL = (
    rb'<c r="(COLUMN)ROW"(?: s="[0-9]{1,5}")?+'
    rb'(?: t="s"><v>[0-9]{1,9}</v></c>|(?: t="(n|str|inlineStr|b|e|d)")?+'
    rb"(?: ?/>|>"
    rb'(<f(?: aca="(?:true|false)")?+(?: t="shared")?+(?: ref="[A-Z0-9:]{1,20}")?+(?: si="[0-9]{1,9}")?+'
    rb"(?:/>|>TEXT</f>))?+"
    rb'(?:<v ?/>|<v>(TEXT)</v>|(<is><t(?: xml:space="preserve")?+>TEXT</t></is>))?+'
    rb"</c>))"
)
ROW = (
    rb'<row r="([1-9][0-9]{0,6})"((?: [A-Za-z][A-Za-z0-9:]{0,40}+="[^"<>&\x00-\x1f]*+")*+)'
    rb"(?: ?/>|>((?:CELL)*+)</row>)"
)


class SheetEntry(NamedTuple):
    """A sheet as the workbook part lists it."""

    name: str
    relation: str
    hidden: bool


class PartFacts:
    """What one XML part was found to hold. `root` is the name of its outermost element."""

    def __init__(self) -> None:
        self.root = ""
        self.grid = Grid()
        self.sheets: list[SheetEntry] = []
        self.targets: dict[str, str] = {}


class SpreadsheetPart:
    """The checks for any part of an .xlsx. Raises Refusal from whichever call meets the fault."""

    row_opens = b"<row "
    row_closes = b"</row>"

    def __init__(self, caps: Caps) -> None:
        self.facts = PartFacts()
        self._caps = caps
        self._grid = self.facts.grid
        self._open: list[str] = []
        self._row = 0
        self._column = 0
        self._in_row = False
        self._has_rows = False
        self._cell = False
        self._type = ""
        self._formula = False
        self._inline = False
        self._value = ""
        self._text_length = 0
        self._formula_length = 0
        self._text_cap = 0
        self._row_attributes: set[bytes] = set()
        self._bound = 0
        self._text = TEXT % caps.cell_text
        self._widest = row_pattern(min(caps.columns, EXCEL_COLUMNS), self._text)
        self._cell_pattern = cell_pattern(self._text)
        self._narrow: re.Pattern[bytes] | None = None

    # What expat reports

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open:
            self.facts.root = name
        self._open.append(name)
        if self.facts.root != "worksheet":
            self._start_elsewhere(name, attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._formula = True
        elif name == "is":
            self._inline = True
        elif name == "sheetData":
            self._start_rows()
        elif name == "mergeCell":
            self._grid.merge(self._caps, self._area(attributes.get("ref", "")))
        elif name == "col" and attributes.get("hidden") in TRUE:
            self._hide_columns(attributes)

    def end(self, name: str) -> None:
        self._open.pop()
        if name == "c" and self._cell:
            self._end_cell()
        elif name == "row" and self._in_row:
            self._in_row = False
        elif name == "si":
            self._text_cap = 0

    def text(self, data: str) -> None:
        if not self._text_cap:
            return
        if self._open[-1] == "f":
            self._formula_length += len(data)
        else:
            self._text_length += len(data)
            if self._open[-1] == "v" and len(self._value) < SHOWN:
                self._value += data
        if max(self._text_length, self._formula_length) > self._text_cap:
            raise Refusal("text_too_long", row=self._row or None)

    # What is proven without expat

    def may_hold_row(self) -> bool:
        return self._open == ["worksheet", "sheetData"]

    def prove_row(self, data: bytes, position: int) -> int:
        match = self._narrow.match(data, position) if self._narrow else None
        if match is None:
            match = self._widest.match(data, position)
            if match is None:
                return -1
        number, attributes, cells = match.group(1, 2, 3)
        row = int(number)
        if not self._row < row <= EXCEL_ROWS or not self._sound_attributes(attributes):
            return -1
        if not is_xml_text(match.group()):
            return -1
        if cells:
            if row > self._caps.rows:
                return -1
            if match.re is self._widest:
                self._widen(cells)
            self._grid.extend(self._caps, row, self._bound, cells.count(b"<c "))
            if b't="e"' in cells or b"<f" in cells:
                self._note_unreadable(row, cells)
        if b' hidden="1"' in attributes or b' hidden="true"' in attributes:
            self._grid.hidden_rows.append(row - 1)
        self._row = row
        return match.end()

    def _widen(self, cells: bytes) -> None:
        """Learn the last column from a row that no narrower pattern matched."""
        furthest = max(column_number(letters.decode()) for letters in set(CELL_COLUMN.findall(cells)))
        if furthest > self._bound:
            self._bound = furthest
            self._narrow = row_pattern(furthest, self._text)

    def _sound_attributes(self, attributes: bytes) -> bool:
        """Whether a row's attributes, of the right shape already, are each given once."""
        if attributes not in self._row_attributes:
            names = [b"r", *ROW_ATTRIBUTE.findall(attributes)]
            if len(set(names)) < len(names):
                return False
            if len(self._row_attributes) < 100:
                self._row_attributes.add(attributes)
        return True

    def _note_unreadable(self, row: int, cells: bytes) -> None:
        for match in self._cell_pattern.finditer(cells):
            letters, kind, formula, value, inline = match.groups(b"")
            self._judge(
                row,
                column_number(letters.decode()),
                kind.decode(),
                formula=bool(formula),
                value=value.decode(),
                inline=bool(inline),
            )

    def _judge(self, row: int, column: int, kind: str, *, formula: bool, value: str, inline: bool) -> None:
        """Remember a cell (from 1) that shows an error, or whose formula was saved without its result.

        A formula whose result is the empty text has the type "str"; one never calculated has no type.
        """
        if kind == "e":
            self._grid.mark_unreadable(row - 1, column - 1, value[:SHOWN] or "error")
        elif formula and not value and not inline and kind != "str":
            self._grid.mark_unreadable(row - 1, column - 1, NOT_CALCULATED)

    # The single elements

    def _start_elsewhere(self, name: str, attributes: dict[str, str]) -> None:
        if self.facts.root not in READ_ROOTS:
            return
        if name in GRID_ELEMENTS:
            # A reader led astray by a relationship would take this part for a sheet.
            raise Refusal("bad_reference")
        if name == "si":
            self._text_cap, self._text_length = self._caps.cell_text, 0
        elif name == "sheet" and self.facts.root == "workbook":
            self.facts.sheets.append(
                SheetEntry(
                    name=attributes.get("name", ""),
                    relation=next((value for key, value in attributes.items() if key.endswith(":id")), ""),
                    hidden=attributes.get("state", "visible") != "visible",
                )
            )
            if len(self.facts.sheets) > self._caps.parts:
                raise Refusal("too_many_parts")
        elif name == "Relationship":
            self.facts.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _start_rows(self) -> None:
        if self._has_rows:
            # A reader stops at the end of the first, and its rows could not be told from the second's.
            raise Refusal("bad_reference")
        self._has_rows = True

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._in_row:
            raise Refusal("bad_reference", row=self._row)
        number = attributes.get("r")
        if number is None:
            row = self._row + 1
        elif ROW_NUMBER.fullmatch(number):
            row = int(number)
        else:
            raise Refusal("bad_reference")
        if not self._row < row <= EXCEL_ROWS:
            raise Refusal("bad_reference")
        self._row, self._column, self._in_row = row, 0, True
        if attributes.get("hidden") in TRUE:
            self._grid.hidden_rows.append(row - 1)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if not self._in_row or self._cell:
            raise Refusal("bad_reference")
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            row, self._column = self._place(reference)
            if row != self._row:
                raise Refusal("bad_reference")
        self._grid.extend(self._caps, self._row, self._column, 1)
        self._cell = True
        self._type = attributes.get("t", "")
        self._value, self._formula, self._inline = "", False, False
        self._text_cap, self._text_length, self._formula_length = self._caps.cell_text, 0, 0

    def _end_cell(self) -> None:
        self._cell = False
        self._text_cap = 0
        if self._type == "s" and not STRING_NUMBER.fullmatch(self._value):
            # The reader of values takes what is no number for the first of the shared strings.
            raise Refusal("bad_reference", row=self._row)
        self._judge(
            self._row,
            self._column,
            self._type,
            formula=self._formula,
            value=self._value,
            inline=self._inline,
        )

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if not (ROW_NUMBER.fullmatch(first) and ROW_NUMBER.fullmatch(last)):
            raise Refusal("bad_reference")
        self._grid.hidden_columns.extend(range(int(first) - 1, min(int(last), self._caps.columns)))

    def _area(self, reference: str) -> tuple[int, int, int, int]:
        first, _, last = reference.partition(":")
        first_row, first_column = self._place(first)
        last_row, last_column = self._place(last or first)
        return first_row - 1, first_column - 1, last_row - 1, last_column - 1

    def _place(self, reference: str) -> tuple[int, int]:
        """Return row and column (from 1) of a reference that lies inside Excel's own grid."""
        match = REFERENCE.fullmatch(reference)
        if match is None:
            raise Refusal("bad_reference")
        row, column = int(match[2]), column_number(match[1])
        if row > EXCEL_ROWS or column > EXCEL_COLUMNS:
            raise Refusal("bad_reference")
        return row, column


def columns_up_to(column: int) -> str:
    """Return an expression that matches the letters of exactly the columns from A to this one (from 1)."""
    last = column_letters(column)
    alternatives = [last]
    for place in reversed(range(len(last))):
        if last[place] > "A":
            alternatives.append(
                f"{last[:place]}[A-{chr(ord(last[place]) - 1)}]" + "[A-Z]" * (len(last) - place - 1)
            )
    alternatives += ["[A-Z]" * length for length in range(len(last) - 1, 0, -1)]
    return "|".join(alternatives)


def row_pattern(last_column: int, text: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a row whose cells all carry the row's own number and stand within the columns."""
    cell = (
        without_groups(CELL).replace(b"COLUMN", columns_up_to(last_column).encode()).replace(b"ROW", rb"\1")
    )
    return re.compile(ROW.replace(b"CELL", cell).replace(b"TEXT", text))


def cell_pattern(text: bytes) -> re.Pattern[bytes]:
    """Return the pattern of one cell of a row already proven: column, type, formula, value, inline text."""
    return re.compile(CELL.replace(b"COLUMN", b"[A-Z]+").replace(b"ROW", b"[0-9]+").replace(b"TEXT", text))
