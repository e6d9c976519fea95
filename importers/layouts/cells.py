"""Cells that hold the marks of a whole day or week: how they are cut, and when they are not.

Nothing is stretched, padded or guessed: a cell is cut in the one way that gives codes, or not at all.
"""

from collections.abc import Callable, Iterable, Sequence

from cme.attendance.codes import ABOLISHED, CODES
from importers.reading import Cell, CellError
from importers.text.marks import OwnCodes, Session, Unreadable, fold, read_mark

Pieces = tuple[Cell, ...]
"""One cell for each session of a cell that was cut; "" where there is no mark."""

LONE = Unreadable(
    "ambiguous_cell",
    "One code stands alone here and may be the mark of the morning or of the afternoon. "
    "Say which half of the day single codes are of, or enter both marks.",
)
"""What is wrong with a cell whose only code may be of either half of the day."""

_NO_MARK = ("", "-")
_ONE_CHARACTER = frozenset(code for code in CODES if len(code) == 1) | frozenset(
    code for code in ABOLISHED if len(code) == 1
)
_CODES = frozenset((*CODES, *ABOLISHED, "-"))
_LEAST_WEEK = 8


class Cutter:
    """Cuts cells into marks. `own` are the school's own codes, `lone` is the half of codes that stand alone.

    `lone` is "AM", "PM" or "" where nobody has said.
    """

    def __init__(self, own: OwnCodes, lone: str) -> None:
        self._own = own
        self._lone = lone
        self._days: dict[tuple[Cell, Session], Pieces | Unreadable] = {}

    def day(self, cell: Cell, sessions: Sequence[Session]) -> Pieces | Unreadable:
        """The marks of AM and PM in one cell: "/\\" or "C1C1".

        Of all ways to cut it into two codes that may be entered on that day, each in its half, there must be
        exactly one. A code alone is taken where it may be entered in one half only.
        """
        key = (cell, sessions[0])
        if key not in self._days:
            self._days[key] = self._cut_day(cell, *sessions)
        return self._days[key]

    def _cut_day(self, cell: Cell, am: Session, pm: Session) -> Pieces | Unreadable:
        if isinstance(cell, CellError):
            return _refused(cell, am)
        text = fold(cell)
        if text in _NO_MARK:
            return "", ""
        parts = text.split()
        ways = (
            [(parts[0], parts[-1])]
            if len(parts) == 2
            else [(text[:at], text[at:]) for at in range(1, len(text))]
        )
        cuts = [way for way in ways if self._is_mark(way[0], am) and self._is_mark(way[1], pm)]
        halves = [session.half for session in (am, pm) if self._is_mark(text, session)]
        if len(cuts) + bool(halves) > 1:
            return Unreadable(
                "ambiguous_cell",
                "This cell can be read as marks in more than one way. Export one mark a cell.",
            )
        if cuts:
            return cuts[0]
        if not halves:
            return _not_cut(text, am)
        if len(halves) > 1 and not self._lone:
            return LONE
        half = halves[0] if len(halves) == 1 else self._lone
        return (text, "") if half == am.half else ("", text)

    def _is_mark(self, text: str, session: Session) -> bool:
        return isinstance(read_mark(text, session, self._own), str)

    def week(self, cell: Cell, sessions: Sequence[Session | None]) -> Pieces | Unreadable:
        """The marks of a week in one cell, one character a session from Monday AM; `-` is no mark."""
        if isinstance(cell, CellError):
            return _refused(cell, next(one for one in sessions if one is not None))
        text = fold(cell)
        if text in _NO_MARK:
            return ("",) * len(sessions)
        if len(text) != len(sessions) or any(character.isspace() for character in text):
            return Unreadable(
                "week_length",
                f"A week needs exactly {len(sessions)} marks of one character each (Monday AM first, - for "
                f"no mark), but this cell has {len(text)} characters. Correct it, or export one mark a cell.",
            )
        return tuple(text)


def _refused(cell: Cell, session: Session) -> Unreadable:
    found = read_mark(cell, session)
    return found if isinstance(found, Unreadable) else LONE


def _not_cut(text: str, session: Session) -> Unreadable:
    if text.upper() in _CODES or len(text) < len("OO"):
        return _refused(text, session)
    return Unreadable(
        "ambiguous_cell",
        f'"{text[:20]}" is not the mark of AM followed by that of PM, with codes that may be entered on this '
        "day. Enter both marks, as in /\\ or OO.",
    )


def share_of_days(cells: Iterable[Cell]) -> float:
    """The share of the cells with anything in them that look like one or two codes, 0 to 1."""
    return _share(cells, _looks_like_day)


def share_of_weeks(cells: Iterable[Cell]) -> float:
    """The share of the cells with anything in them that look like a week of codes, 0 to 1."""
    return _share(cells, _looks_like_week)


def _share(cells: Iterable[Cell], looks_right: Callable[[str], bool]) -> float:
    texts = [text for cell in cells if (text := fold(cell).upper()) not in _NO_MARK]
    return sum(map(looks_right, texts)) / len(texts) if texts else 0.0


def _looks_like_day(text: str) -> bool:
    together = "".join(text.split())
    return together in _CODES or any(
        together[:at] in _CODES and together[at:] in _CODES for at in range(1, len(together))
    )


def _looks_like_week(text: str) -> bool:
    known = sum(character in _ONE_CHARACTER or character == "-" for character in text)
    return len(text) >= _LEAST_WEEK and known >= _LEAST_WEEK
