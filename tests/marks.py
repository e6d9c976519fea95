"""Register lines written and read mark by mark, as tests speak of them."""

from collections.abc import Iterable, Iterator
from datetime import date

from cme.attendance.codes import CODES, Half, code_of
from cme.attendance.lines import BLANK, Lines, academic_year, position, session_at


def get_mark(lines: Lines, on: date, half: Half) -> str:
    """The code entered for one session; '' when there is no mark."""
    return code_of(lines.get(academic_year(on), BLANK)[position(on, half)])


def iter_marks(lines: Lines) -> Iterator[tuple[date, Half, str]]:
    """Every entered mark in order of date and half, as (date, half, code)."""
    for year in sorted(lines):
        for index, letter in enumerate(lines[year]):
            if letter != ".":
                on, half = session_at(year, index)
                yield on, half, code_of(letter)


def from_marks(marks: Iterable[tuple[date, Half, str]]) -> dict[int, str]:
    """Register lines that hold the given codes (each in `codes.CODES`, or '' for no mark)."""
    drafts: dict[int, list[str]] = {}
    for on, half, code in marks:
        draft = drafts.setdefault(academic_year(on), list(BLANK))
        draft[position(on, half)] = CODES[code].letter if code else "."
    return {year: "".join(draft) for year, draft in drafts.items()}
