"""Dates as registers write them. In England the day comes first, but the order is proved."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from cme.attendance.lines import academic_year
from importers.text.words import MONTH_OF, WEEKDAY_OF, normalise

FIRST_MONTH = 8
"""The first month of a school year for dates without a year: a term may open in late August (our policy)."""


class DateOrder(StrEnum):
    """Which number comes first in an all-figures date; one order holds for a whole file."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as text: its two readings (None where impossible) and the weekday written beside it.

    The readings of a date without a year are of a stand-in year until `in_year` gives them the right one.
    """

    day_first: date | None
    month_first: date | None
    weekday: int | None
    yearless: bool = False

    @classmethod
    def of(cls, on: date) -> "WrittenDate":
        """A true date, which has one reading."""
        return cls(on, on, None)

    def read(self, order: DateOrder) -> date | None:
        """The date under an order."""
        return self.day_first if order is DateOrder.DAY_FIRST else self.month_first

    def contradicts(self, order: DateOrder) -> bool:
        """Whether a weekday stands beside the date and is not that of the reading."""
        on = self.read(order)
        return on is not None and self.weekday is not None and on.weekday() != self.weekday

    def of_monday(self) -> "WrittenDate":
        """The same date with the weekday Monday beside it, unless it has one of its own."""
        if self.weekday is not None:
            return self
        return WrittenDate(self.day_first, self.month_first, 0, self.yearless)

    def in_year(self, year: int) -> "WrittenDate":
        """The same date, within the academic year that begins in `year` where it has no year of its own."""
        if not self.yearless:
            return self
        return WrittenDate(_moved(self.day_first, year), _moved(self.month_first, year), self.weekday)


_STAND_IN = 2000
"""The year of the readings of a date without one: any with a 29 February."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?")
_FIGURES = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: 00:00(?::00)?)?")
_LETTERS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ \-/.]*([a-z]{3,9})\.?[ \-/.,]*(\d{4}|\d{2})", re.IGNORECASE
)
_LETTERS_FIRST = re.compile(
    r"\b([a-z]{3,9})\.?[ \-/.]*(\d{1,2})(?:st|nd|rd|th)?[ \-/.,]+(\d{4}|\d{2})", re.IGNORECASE
)
_SHORT_FIGURES = re.compile(r"(?<![\d/.\-])(\d{1,2})[/.\-](\d{1,2})(?!\d|[/.\-]\d)")
_SHORT_LETTERS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-/.]*([a-z]{3,9})\b(?![ \-/.,]*\d)", re.IGNORECASE)
_SHORT_LETTERS_FIRST = re.compile(
    r"\b([a-z]{3,9})[ \-/.]*(\d{1,2})(?:st|nd|rd|th)?(?![ \-/.,]*\d)", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z]+")


def write_date(text: str) -> WrittenDate | None:
    """The date that a text holds and nothing else beside it but a weekday; None when it holds none."""
    found = find_date(text)
    return found[0] if found and not found[1] else None


def write_day(text: str) -> WrittenDate | None:
    """As `write_date`, and a date without a year is one too."""
    found = find_date(text, yearless=True)
    return found[0] if found and not found[1] else None


def holds_date(text: str) -> bool:
    """Whether a text has a date in it, whatever else it says."""
    return find_date(text) is not None


@lru_cache(maxsize=4096)
def find_date(text: str, *, yearless: bool = False) -> tuple[WrittenDate, str] | None:
    """The first date in a text and what else the text says, normalised and without weekdays."""
    for pattern, build in (*_FORMS, *(_SHORT_FORMS if yearless else ())):
        match = pattern.search(text)
        if match is None or _touches_digits(text, match):
            continue
        readings = build(*match.groups())
        if readings is None:
            continue
        around = f"{text[: match.start()]} {text[match.end() :]}"
        weekdays = [WEEKDAY_OF[w.casefold()] for w in _WORD.findall(around) if w.casefold() in WEEKDAY_OF]
        rest = normalise(_WORD.sub(_drop_weekday, around))
        weekday = weekdays[0] if len(weekdays) == 1 else None
        return WrittenDate(*readings, weekday, yearless=(pattern, build) in _SHORT_FORMS), rest
    return None


def dates_in(text: str) -> list[WrittenDate]:
    """Every date with a year in a text, in order: "From 09/11/2026 to 13/11/2026" holds two."""
    found: dict[int, WrittenDate] = {}
    for pattern, build in _FORMS:
        for match in pattern.finditer(text):
            readings = build(*match.groups())
            if readings is not None and not _touches_digits(text, match):
                found.setdefault(match.start(), WrittenDate(*readings, None))
    return [found[start] for start in sorted(found)]


def _touches_digits(text: str, match: re.Match[str]) -> bool:
    return (
        text[match.end() : match.end() + 1].isdigit()
        or text[max(0, match.start() - 1) : match.start()].isdigit()
    )


def _drop_weekday(word: re.Match[str]) -> str:
    return "" if word.group().casefold() in WEEKDAY_OF else word.group()


def _iso(year: str, month: str, day: str) -> tuple[date | None, date | None] | None:
    on = _date(int(year), int(month), int(day))
    return (on, on) if on else None


def _figures(first: str, second: str, year: str) -> tuple[date | None, date | None] | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    readings = _date(full, int(second), int(first)), _date(full, int(first), int(second))
    return readings if any(readings) else None


def _letters(day: str, month: str, year: str) -> tuple[date | None, date | None] | None:
    number = MONTH_OF.get(month.casefold())
    on = _date(int(year) + (2000 if len(year) == 2 else 0), number, int(day)) if number else None
    return (on, on) if on else None


def _letters_first(month: str, day: str, year: str) -> tuple[date | None, date | None] | None:
    return _letters(day, month, year)


def _short_figures(first: str, second: str) -> tuple[date | None, date | None] | None:
    return _figures(first, second, str(_STAND_IN))


def _short_letters(day: str, month: str) -> tuple[date | None, date | None] | None:
    return _letters(day, month, str(_STAND_IN))


def _short_letters_first(month: str, day: str) -> tuple[date | None, date | None] | None:
    return _letters(day, month, str(_STAND_IN))


_Readings = tuple[date | None, date | None] | None
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., _Readings]], ...] = (
    (_ISO, _iso),
    (_FIGURES, _figures),
    (_LETTERS, _letters),
    (_LETTERS_FIRST, _letters_first),
)
_SHORT_FORMS: tuple[tuple[re.Pattern[str], Callable[..., _Readings]], ...] = (
    (_SHORT_FIGURES, _short_figures),
    (_SHORT_LETTERS, _short_letters),
    (_SHORT_LETTERS_FIRST, _short_letters_first),
)


def _moved(on: date | None, year: int) -> date | None:
    if on is None:
        return None
    return _date(year if on.month >= FIRST_MONTH else year + 1, on.month, on.day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class OrderFound:
    """The date order of a file: proved by something in it, or `assumed` and to be confirmed.

    With `both_fit` the other order makes as much sense, and a person has to say.
    """

    order: DateOrder
    assumed: bool
    both_fit: bool = False


def find_order(dates: Iterable[WrittenDate]) -> OrderFound | None:
    """The one order that all the register dates of a file can be read in; None when there is none.

    Proof is a number above 12, a date with one reading only, or a weekday beside a date (the caller checks
    that it fits). Without proof: the only order under which all are weekdays of one academic year, else day
    first.
    """
    written = list(dates)
    two_ways = [w for w in written if w.day_first != w.month_first]
    possible = possible_orders(written)
    if len(possible) < 2 or not two_ways:
        return OrderFound(possible[0], assumed=False) if possible else None
    if any(w.weekday is not None for w in two_ways):
        # A weekday that contradicts this reading is shown to a person: it may be the weekday that is wrong.
        return OrderFound(DateOrder.DAY_FIRST, assumed=False)
    plausible = [order for order in possible if _one_year_of_weekdays([w.read(order) for w in written])]
    if len(plausible) == 1:
        return OrderFound(plausible[0], assumed=True)
    return OrderFound(DateOrder.DAY_FIRST, assumed=True, both_fit=True)


def possible_orders(dates: Iterable[WrittenDate]) -> list[DateOrder]:
    """The orders in which every one of the dates can be read."""
    written = list(dates)
    return [order for order in DateOrder if all(w.read(order) is not None for w in written)]


def proved_by(dates: Iterable[WrittenDate], titles: Iterable[Sequence[WrittenDate]]) -> list[DateOrder]:
    """The orders that titles leave possible whose own dates have one reading (month in letters, or ISO).

    Two dates in a title are the first and last that a register can have; a single one is among its dates.
    """
    orders = list(DateOrder)
    written = list(dates)
    for title in titles:
        days = [one.day_first for one in title if one.day_first == one.month_first]
        certain = [on for on in days if on is not None]
        if not certain or len(certain) != len(title):
            continue
        fitting = [order for order in DateOrder if _speak_of([one.read(order) for one in written], certain)]
        if fitting:
            orders = [order for order in orders if order in fitting]
    return orders if len(orders) == 1 else []


def _speak_of(dates: Sequence[date | None], title: Sequence[date]) -> bool:
    if len(title) == 1:
        return title[0] in dates
    return all(on is not None and min(title) <= on <= max(title) for on in dates)


def _one_year_of_weekdays(dates: list[date | None]) -> bool:
    known = [on for on in dates if on is not None]
    return all(on.weekday() < 5 for on in known) and len({academic_year(on) for on in known}) == 1


_SERIAL_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73051)


def from_serial(number: float) -> date | None:
    """The date that Excel's serial number stands for (years 2000 to 2099), in a date column only."""
    whole = int(number)
    return _SERIAL_EPOCH + timedelta(days=whole) if whole in _SERIALS and whole == number else None
