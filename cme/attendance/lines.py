"""Register lines: one registration's marks for one academic year as one compact string.

A line has 732 characters, two for each calendar day from 1 September (AM, then PM), with room for
29 February. '.' stands for no mark; a two-character code is stored as the private lower-case letter that
data/attendance_codes.csv gives it. The letters are append-only: a stored line never changes its meaning.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from cme.attendance.codes import Half, code_of

LENGTH = 732
BLANK = "." * LENGTH

Lines = Mapping[int, str]
"""A registration's register lines by academic year (the year in which it starts)."""


def academic_year(on: date) -> int:
    """The academic year of a date, named by the calendar year in which its 1 September falls."""
    return on.year if on.month >= 9 else on.year - 1


def position(on: date, half: Half = Half.AM) -> int:
    """The index of a session within its academic year's line."""
    return (on - date(academic_year(on), 9, 1)).days * 2 + (half is Half.PM)


def session_at(year: int, index: int) -> tuple[date, Half]:
    """The session that an index of an academic year's line stands for."""
    return date(year, 9, 1) + timedelta(days=index // 2), Half.PM if index % 2 else Half.AM


def codes_between(lines: Lines, first_on: date, last_on: date) -> frozenset[str]:
    """The codes entered from one date to another, both inclusive."""
    letters: set[str] = set()
    for year, line in lines.items():
        start = position(first_on) if year == academic_year(first_on) else 0
        end = position(last_on) + 2 if year == academic_year(last_on) else LENGTH
        if academic_year(first_on) <= year <= academic_year(last_on):
            letters.update(line[start:end])
    return frozenset(code_of(letter) for letter in letters - {"."})


def newest_marks(lines: Lines) -> tuple[date, str, str] | None:
    """The newest day with any mark, and its codes; '' for a session without one. None without marks."""
    for year in sorted(lines, reverse=True):
        last = len(lines[year].rstrip(".")) - 1
        if last >= 0:
            am = last - last % 2
            return session_at(year, am)[0], code_of(lines[year][am]), code_of(lines[year][am + 1])
    return None


def until(lines: Lines, on: date) -> dict[int, str]:
    """The lines without the marks of days after a date."""
    year, end = academic_year(on), position(on) + 2
    kept = {y: line for y, line in lines.items() if y < year}
    if year in lines:
        kept[year] = lines[year][:end] + BLANK[end:]
    return kept


def overlay(old: str, new: str) -> str:
    """One line with another's marks laid over it: a mark wins, a blank never erases (our policy)."""
    if old == BLANK:
        return new
    if new == BLANK:
        return old
    # A week's file marks ten of the 732 places.
    start, end = LENGTH - len(new.lstrip(".")), len(new.rstrip("."))
    before, after = old[start:end], new[start:end]
    if before.strip("."):
        after = "".join(o if n == "." else n for o, n in zip(before, after, strict=True))
    return old[:start] + after + old[end:]


def differences(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """Each stretch of neighbouring sessions in which two lines differ, as (first index, old, new)."""
    # Both as numbers: the bytes of their exclusive or are 0 wherever the lines are the same.
    unlike = (_number(old) ^ _number(new)).to_bytes(LENGTH)
    first, end = LENGTH - len(unlike.lstrip(b"\0")), len(unlike.rstrip(b"\0"))
    for stretch in _STRETCH.finditer(unlike, first, end):
        start, stop = stretch.span()
        yield start, old[start:stop], new[start:stop]


_STRETCH = re.compile(rb"[^\0]+")


def _number(line: str) -> int:
    return int.from_bytes(line.encode("ascii"))


_ANY, _HELD = 1, 2
_KINDS = bytes({".": 0, "#": _ANY}.get(chr(letter), _ANY | _HELD) for letter in range(128))


class Coverage:
    """Which sessions of an academic year anybody in a register has a mark for.

    `marked` and `held` are bit sets over line positions: any mark at all, and any mark other than '#'.
    """

    __slots__ = ("_kinds",)

    def __init__(self) -> None:
        # One number a year, whose bytes tell by line position which kinds of marks there are.
        self._kinds: dict[int, int] = {}

    def add(self, lines: Lines) -> None:
        """Take one registration's lines into account."""
        for year, line in lines.items():
            self._kinds[year] = self._kinds.get(year, 0) | _number(line.translate(_KINDS))

    def marked(self) -> dict[int, str]:
        """By academic year, '1' for each line position with any mark, else '0'."""
        return self._having(_ANY)

    def held(self) -> dict[int, str]:
        """By academic year, '1' for each line position with a mark other than '#', else '0'."""
        return self._having(_HELD)

    def _having(self, kind: int) -> dict[int, str]:
        return {
            year: "".join("1" if byte & kind else "0" for byte in kinds.to_bytes(LENGTH))
            for year, kinds in sorted(self._kinds.items())
        }

    def held_sessions(self) -> Iterator[tuple[date, Half]]:
        """Every session in which anybody has a mark other than '#', in order."""
        for year, bits in self.held().items():
            for index, bit in enumerate(bits):
                if bit == "1":
                    yield session_at(year, index)
