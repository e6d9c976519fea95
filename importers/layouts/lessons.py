"""Whether headings are of lessons, whose marks are none of a session."""

import re

from importers.layouts.headers import Header
from importers.layouts.tables import cell_at
from importers.reading import Sheet
from importers.text.words import LESSON_SIGNS, normalise

_LESSON_SHARE = 0.6
_PERIOD = re.compile(r"(?:p|l|period|lesson)? ?\d{1,2}[a-d]?")


def names_lessons(sheet: Sheet, header: Header) -> bool:
    """Whether headings or the row below them number the lessons of a day, as session registers never do."""
    columns = header.columns
    if not columns:
        return False
    for row in range(header.first, min(header.row + 2, len(sheet.rows))):
        cells = [cell_at(sheet, row, at) for at in range(min(columns), len(sheet.rows[row]))]
        words = [normalise(str(cell)) for cell in cells if cell != ""]
        periods = [word for word in words if _PERIOD.fullmatch(word)]
        if len(set(periods)) > 1 and len(periods) >= _LESSON_SHARE * len(words):
            return True
        if any(word in LESSON_SIGNS and _PERIOD.fullmatch(word) for word in words):
            return True
    return False
