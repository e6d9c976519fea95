"""What one heading says of when: a date, a weekday, a half of the day, or the week that it stands over."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from cme.attendance.codes import Half
from importers.text.dates import DateOrder, WrittenDate, dates_in, find_date
from importers.text.words import HALF_OF, WEEK_END_WORDS, WEEK_START_WORDS, WEEKDAY_OF, normalise

_FRIDAY, _SUNDAY = 4, 6


class Week(StrEnum):
    """The day of a week that a date beside it is."""

    START = "start"
    END = "end"


class Moment(NamedTuple):
    """What a heading says of when; what it leaves open is None.

    `week` tells that the date is of a whole week, `whole` that this week has seven days and not five. A
    `weak` half is a figure or a letter, which means one only among others of its kind.
    """

    written: WrittenDate | None = None
    weekday: int | None = None
    half: Half | None = None
    week: Week | None = None
    whole: bool = False
    weak: bool = False


@lru_cache(maxsize=4096)
def moment_of(text: str) -> Moment | None:
    """What a text says of when; None where it says anything else besides.

    "Mon 09/11/2026 AM", "9 Nov", "Tuesday", "PM", "Wed AM", "W/C 09/11/2026".
    """
    found = find_date(text, yearless=True)
    if found is None:
        return _undated(normalise(text))
    written, rest = found
    if not rest:
        return Moment(written)
    half = HALF_OF.get(rest)
    if half is not None and not rest.isdigit():
        return Moment(written, half=half)
    week = _week_word(rest)
    if week is None:
        return _range(written, text)
    named = {WEEKDAY_OF[word] for word in normalise(text).split() if word in WEEKDAY_OF}
    return Moment(written, week=week, whole=_SUNDAY in named)


def letter_after_date(text: str) -> str:
    """The one letter that a text says beside a date ("16/11a"), '' for anything else."""
    if not text[-1:].isalpha():
        return ""
    found = find_date(text, yearless=True)
    return found[1] if found and len(found[1]) == 1 else ""


def _undated(words: str) -> Moment | None:
    if words in WEEKDAY_OF:
        return Moment(weekday=WEEKDAY_OF[words])
    if words in HALF_OF:
        return Moment(half=HALF_OF[words], weak=len(words) == 1)
    first, _, rest = words.partition(" ")
    before, _, last = words.rpartition(" ")
    for day, half in ((first, rest), (last, before)):
        if day in WEEKDAY_OF and half in HALF_OF and not half.isdigit():
            return Moment(weekday=WEEKDAY_OF[day], half=HALF_OF[half])
    return None


def _week_word(rest: str) -> Week | None:
    padded = f" {rest} "
    if any(f" {words} " in padded for words in WEEK_END_WORDS):
        return Week.END
    is_numbered = rest.rstrip("0123456789 ") in ("week", "wk")
    if is_numbered or any(f" {words} " in padded for words in WEEK_START_WORDS):
        return Week.START
    return None


def _range(written: WrittenDate, text: str) -> Moment | None:
    """Five or seven days from one date to another in one text: a week that begins on the first."""
    dates = dates_in(text)
    if len(dates) != 2:
        return None
    for order in DateOrder:
        first, last = dates[0].read(order), dates[1].read(order)
        if first and last and first.weekday() == 0 and (last - first).days in (_FRIDAY, _SUNDAY):
            return Moment(written, week=Week.START, whole=last.weekday() == _SUNDAY)
    return None
