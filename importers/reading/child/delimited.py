"""Reading text registers: encoding, delimiter, quotes."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from .refusal import Caps, Refusal

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 50
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
NAMED_DELIMITER = re.compile(r"(\"?)sep=([^\w\s\"']|\t)\1(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
# An export puts an apostrophe before a cell that a spreadsheet would run as a formula; taken off again here.
LIVE = "=+-@\t\r\n\u207a\u207c\u208a\u208c\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
ESCAPED = tuple("'" + start for start in LIVE)


def decode(content: bytes, otherwise: str) -> tuple[str, bool]:
    """Return the text, and whether nothing proved its encoding, so that `otherwise` was taken.

    Raises Refusal.
    """
    encodings = [encoding for bom, encoding in BOMS if content.startswith(bom)] or ["utf-8", otherwise]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding == otherwise
    raise Refusal("undecodable_text")


def find_delimiter(text: str) -> str:
    """Return the delimiter under which most of the first rows have one same and large count of columns.

    A count that all rows have is worth twice as much, but does not decide alone: "Surname, Forename" in every
    row of a semicolon file is stable too, and titles above a table break its stability.
    """
    best, best_score = DELIMITERS[0], 0.0
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
        score = columns * rows / counts.total() * (2 if len(counts) == 1 else 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_rows(text: str, caps: Caps) -> Iterator[list[str]]:
    """Yield every row of the text, the `sep=` line as an empty one. Raises Refusal."""
    csv.field_size_limit(caps.csv_field)
    named = NAMED_DELIMITER.match(text)
    if named:
        delimiter, text, before = named[2], text[named.end() :], 1
        yield []
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
