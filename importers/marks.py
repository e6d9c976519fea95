"""One cell under a mark column: the code it holds, or why it cannot be read. Nothing is ever corrected."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from cme.attendance.codes import ABOLISHED, CODES, Half, rejection
from cme.attendance.lines import academic_year, position
from importers.reading import Cell, CellError

NO_MARK = "."
_BLANKS = ("", "-")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One session as a place in a register line, and the cell texts that are a mark of it as they stand.

    There is one object per session (`session_of`), compared by identity.
    """

    on: date
    half: Half
    year: int
    index: int
    letters: Mapping[Cell, str]


@cache
def session_of(on: date, half: Half) -> Session:
    """The session of a date and half."""
    return Session(on, half, academic_year(on), position(on, half), _letters(_acceptable(on, half)))


def _acceptable(on: date, half: Half) -> tuple[str, ...]:
    return tuple(code for code in CODES if rejection(code, half, on) is None)


@cache
def _letters(codes: tuple[str, ...]) -> dict[Cell, str]:
    letters: dict[Cell, str] = dict.fromkeys(_BLANKS, NO_MARK)
    letters.update((code, CODES[code].letter) for code in codes)
    return letters


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that leaves its session without a mark: the issue code and the sentence."""

    code: str
    message: str


def read_mark(cell: Cell, session: Session) -> str | Unreadable:
    """The register-line letter of a cell, or why it has none.

    White space round a code is trimmed and full-width forms folded (NFKC); everything else that is not a
    code of that half and date is refused, with the reason in `cme.attendance.codes.rejection`.
    """
    if isinstance(cell, CellError):
        return Unreadable(
            "unreadable_cell",
            "This cell holds an error or a formula without a result, so its mark cannot be read. "
            "Open the file in Excel, mend or recalculate the cell, and save.",
        )
    folded = unicodedata.normalize("NFKC", str(cell).translate(_UNSEEN)).strip()
    letter = session.letters.get(folded)
    if letter is not None:
        return letter
    reason = rejection(folded, session.half, session.on)
    wrong_half = folded in ("/", "\\")
    return Unreadable("mark_wrong_half" if wrong_half else "unknown_mark", reason or "")


def known_share(cells: Iterable[Cell]) -> float:
    """The share of the non-blank cells that look like codes, right or wrong, 0 to 1; 0 when all are blank."""
    tally = Counter(str(cell).strip().upper() for cell in cells if cell not in _BLANKS)
    known = sum(times for text, times in tally.items() if text in CODES or text in ABOLISHED)
    return known / tally.total() if tally else 0.0
