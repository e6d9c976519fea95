"""One row under the headings: what it says of a pupil, and whether it is a pupil's at all."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from cme.attendance.codes import ABOLISHED, CODES
from cme.identity.names import compared, is_ordered, particulars, split_name
from cme.identity.upn import read_upn
from importers.layouts.tables import RegisterRow, Table
from importers.reading import Cell, CellError
from importers.text.dates import from_serial, write_date
from importers.text.words import begins_like_block, begins_like_no_pupil, normalise

_NAMES = ("surname", "forename", "full_name")
_CLASS = re.compile(
    r"(?:(?:class|form|tutor group|reg group|registration group)[ :]+)?"
    r"((?:r|n|\d{1,2})[ \-./]?(?!(?:st|nd|rd|th)$)[a-z]{1,3}\d?)",
    re.IGNORECASE,
)


def mark_at(row: RegisterRow, column: int) -> Cell:
    """A cell of a row, "" beyond its end."""
    return row.cells[column] if column < len(row.cells) else ""


def marks_of(row: RegisterRow) -> Sequence[Cell]:
    """What stands for the marks of a row, with "" for none."""
    cells = row.cells if row.pieces is None else row.pieces
    width = len(cells)
    return [cells[mark.column] if mark.column < width else "" for mark in row.marks]


def cell_of(table: Table, row: RegisterRow, field: str) -> Cell:
    """The cell of a field, "" where the table has no such column."""
    column = table.fields.get(field)
    return row.cells[column] if column is not None and column < len(row.cells) else ""


def text_of(table: Table, row: RegisterRow, field: str) -> str:
    """The text of a field, white space single; '' for an error cell."""
    cell = cell_of(table, row, field)
    return "" if cell == "" or isinstance(cell, CellError) else " ".join(str(cell).split())


def name_of(table: Table, row: RegisterRow) -> tuple[str, str]:
    """(surname, forename), from their own columns or from one full name."""
    surname, forename = text_of(table, row, "surname"), text_of(table, row, "forename")
    if surname or forename:
        return surname, forename
    return split_name(text_of(table, row, "full_name"), surname_first=table.surname_first is True)


def odd_names(table: Table) -> Iterator[str]:
    """The names in a table that have a letter beyond the English ones, as their cells give them."""
    for column in (table.fields[field] for field in _NAMES if field in table.fields):
        cells = (row.cells[column] for row in table.rows() if column < len(row.cells))
        yield from (cell for cell in cells if isinstance(cell, str) and not cell.isascii())


def says_surname_first(table: Table) -> bool | None:
    """Whether a full name begins with the surname, where its heading says so ("Surname Forename")."""
    column = table.fields.get("full_name")
    words = normalise(table.heading(column)) if column is not None else ""
    return words.startswith("surname") if words.startswith(("surname", "forename")) else None


def has_name_in_doubt(table: Table, row: RegisterRow) -> bool:
    """Whether nothing tells which word of a pupil's full name is the surname."""
    if table.surname_first is not None or text_of(table, row, "surname"):
        return False
    return not is_ordered(text_of(table, row, "full_name"))


def birth_date_of(table: Table, row: RegisterRow) -> date | None:
    """The date of birth, None where there is none that can be read."""
    cell = cell_of(table, row, "date_of_birth")
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return from_serial(cell)
    written = write_date(cell) if isinstance(cell, str) else None
    if written is None or written.contradicts(table.birth_order):
        return None
    return written.read(table.birth_order)


def particulars_of(table: Table, row: RegisterRow) -> tuple[str, str, date] | None:
    """Full name and date of birth, by which a pupil without a number is known; None where one is missing."""
    return particulars(*name_of(table, row), birth_date_of(table, row))


def same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names, each (surname, forename), have one surname or the same words in any order."""
    return compared(one[0]) == compared(other[0]) or same_words(one, other)


def same_words(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names, each (surname, forename), have the same words in any order."""
    return _words(one) == _words(other)


def _words(name: tuple[str, str]) -> list[str]:
    return sorted(compared(word) for word in " ".join(name).split())


def is_pupil(table: Table, row: RegisterRow) -> bool:
    """Whether a row is a pupil's: marks, an identifier or a birth date make it one, whatever the name says.

    Pupils are called Page and Key; totals, legends, titles, headings and class names between them are no
    pupils.
    """
    first = next((cell for cell in row.cells if cell != ""), None)
    if first is None or row.cells == table.sheet.rows[table.header_row]:
        return False
    values = [cell for cell in marks_of(row) if cell not in ("", "-")]
    coded = sum(str(cell).strip() in CODES for cell in values)
    if values and 2 * coded > len(values):
        return True
    upn, number = text_of(table, row, "upn"), text_of(table, row, "admission_number")
    if read_upn(upn).is_valid or birth_date_of(table, row):
        return True
    name = text_of(table, row, "surname") or text_of(table, row, "full_name")
    if begins_like_no_pupil(str(first)) or begins_like_no_pupil(name):
        if any(isinstance(cell, str) and read_upn(cell).is_valid for cell in row.cells):
            return True
        # A row of totals has no forename, no comma in its name and no code among its figures.
        is_named = bool(text_of(table, row, "forename")) or "," in name
        return bool(number) and not begins_like_no_pupil(number) and (is_named or coded > 0)
    if not values and (_is_block(table, row) or (_is_legend(row.cells) and not _identifies(upn, number))):
        return False
    # In a row with a date of its own, whatever stands for a mark is meant as one.
    is_meant = bool(values) and (bool(number) or "date" in table.fields)
    return bool(name or upn or _has_digit(number)) or is_meant


def _is_block(table: Table, row: RegisterRow) -> bool:
    """Whether a row is a class or year between its pupils: one filled cell, "Class 7A" or "7A"."""
    filled = [cell for cell in row.cells if cell != ""]
    if len(filled) > 1:
        return False
    names_pupils = any(name in table.fields for name in _NAMES)
    return begins_like_block(str(filled[0])) or (names_pupils and _has_digit(str(filled[0])))


def class_above(table: Table) -> str:
    """The class that a line over the headings names for a whole table, else the name of its sheet."""
    lines = table.sheet.rows[table.top : table.header_row]
    return next(filter(None, map(block_of, reversed(lines))), "") or _class_of(table.sheet.name)


def block_of(cells: Sequence[Cell]) -> str:
    """The class that a row without pupils names for those below ("Class 7A", "7A"); '' for none."""
    filled = [cell for cell in cells if cell != ""]
    return _class_of(str(filled[0])) if len(filled) == 1 else ""


def _class_of(text: str) -> str:
    found = _CLASS.fullmatch(" ".join(text.split()))
    return found.group(1) if found else ""


def _is_legend(cells: Sequence[Cell]) -> bool:
    """Whether a row is a code followed by its meaning: "I Illness", "I = Illness"."""
    code, _, meaning = " ".join(str(cell) for cell in cells if cell != "").partition(" ")
    code = code.rstrip("=:-\u2013")
    return bool(meaning) and (code in CODES or code in ABOLISHED)


def _identifies(*texts: str) -> bool:
    return any(_has_digit(text) and text not in CODES for text in texts)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
