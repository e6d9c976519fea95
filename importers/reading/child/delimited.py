"""Reading text registers: encoding, delimiter, quotes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from .refusal import Caps, Refusal

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 50
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# An export puts an apostrophe before a cell that a spreadsheet would run as a formula; taken off again here.
ESCAPED = tuple("'" + start for start in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def decode(content: bytes) -> tuple[str, bool]:
    """Return the text, and whether its encoding had to be guessed. Raises Refusal."""
    encodings = [encoding for bom, encoding in BOMS if content.startswith(bom)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding == "cp1252"
    raise Refusal("undecodable_text")


def find_delimiter(text: str) -> str:
    """Return the delimiter under which the first rows have one same count of columns.

    Of several, the one with the most columns: "Surname, Forename" in every row of a semicolon file is stable
    too. Titles above the table break stability, so failing that the widest table among most rows wins.
    """
    best, best_score = DELIMITERS[0], (False, 0.0)
    for delimiter in DELIMITERS:
        counts: Counter[int] = Counter()
        try:
            for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
                if any(row):
                    counts[len(row)] += 1
                if counts.total() == SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        counts_of_many = {columns: rows for columns, rows in counts.items() if columns > 1}
        if not counts_of_many:
            continue
        columns, rows = max(counts_of_many.items(), key=lambda item: item[0] * item[1])
        score = (len(counts) == 1, columns * rows / counts.total())
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_rows(text: str, caps: Caps) -> Iterator[list[str]]:
    """Yield every row of the text, the `sep=` line as an empty one. Raises Refusal."""
    csv.field_size_limit(caps.csv_field)
    first, _, rest = text.partition("\n")
    first = first.rstrip("\r")
    if len(first) == 5 and first[:4].lower() == "sep=":
        delimiter, text = first[4], rest
        yield []
        before = 1
    else:
        delimiter, before = find_delimiter(text), 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, cells, widest = before, 0, 0
    began, escaped = 1, "'" in text
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            # Strict reading: a stray quote would otherwise swallow rows of pupils up to the next one.
            long_line = "field limit" in str(error) and reader.line_num == began
            raise Refusal("text_too_long" if long_line else "unclosed_quote", row=before + began) from None
        if row is None:
            return
        began = reader.line_num + 1
        while row and not row[-1]:
            row.pop()
        number += 1
        cells += len(row)
        widest = max(widest, len(row))
        if number > caps.rows:
            raise Refusal("too_many_rows", row=number)
        if widest > caps.columns:
            raise Refusal("too_many_columns", row=number)
        if cells > caps.cells or number * widest > caps.cells:
            raise Refusal("too_many_cells")
        if row and len(max(row, key=len)) > caps.cell_text:
            raise Refusal("text_too_long", row=number)
        yield [value[1:] if value.startswith(ESCAPED) else value for value in row] if escaped else row
