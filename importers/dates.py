"""Dates and sessions as registers write them. In England the day comes first, but the order is proved."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cme.attendance.codes import Half
from cme.attendance.lines import academic_year
from importers.words import HALF_OF, MONTH_OF, WEEKDAY_OF, normalise


class DateOrder(StrEnum):
    """Which number comes first in an all-figures date; one order holds for a whole file."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as text: its two readings (None where impossible) and the weekday written beside it."""

    day_first: date | None
    month_first: date | None
    weekday: int | None

    def read(self, order: DateOrder) -> date | None:
        """The date under an order."""
        return self.day_first if order is DateOrder.DAY_FIRST else self.month_first

    def contradicts(self, order: DateOrder) -> bool:
        """Whether a weekday stands beside the date and is not that of the reading."""
        on = self.read(order)
        return on is not None and self.weekday is not None and on.weekday() != self.weekday


@dataclass(frozen=True, slots=True)
class SessionHeading:
    """A column heading that names a session: a date and a half."""

    written: WrittenDate
    half: Half


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_FIGURES = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: 00:00(?::00)?)?")
_LETTERS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ \-/.]+([a-z]{3,9})\.?[ \-/.,]+(\d{4}|\d{2})", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z]+")


def write_date(text: str) -> WrittenDate | None:
    """The date that a text holds and nothing else beside it but a weekday; None when it holds none."""
    found = _find(text)
    if found is None:
        return None
    written, rest = found
    return written if not rest else None


def session_heading(text: str) -> SessionHeading | None:
    """The session that a heading names ("Mon 09/11/2026 AM"); None unless it is a date and a half."""
    found = _find(text)
    if found is None:
        return None
    written, rest = found
    half = HALF_OF.get(rest)
    return SessionHeading(written, half) if half and not rest.isdigit() else None


def holds_date(text: str) -> bool:
    """Whether a text has a date in it, whatever else it says."""
    return _find(text) is not None


def _find(text: str) -> tuple[WrittenDate, str] | None:
    for pattern, build in ((_ISO, _iso), (_FIGURES, _figures), (_LETTERS, _letters)):
        match = pattern.search(text)
        if match is None or _touches_digits(text, match):
            continue
        readings = build(*match.groups())
        if readings is None:
            continue
        around = f"{text[: match.start()]} {text[match.end() :]}"
        weekdays = [WEEKDAY_OF[w.casefold()] for w in _WORD.findall(around) if w.casefold() in WEEKDAY_OF]
        rest = normalise(_WORD.sub(_drop_weekday, around))
        return WrittenDate(*readings, weekdays[0] if len(weekdays) == 1 else None), rest
    return None


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


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class OrderFound:
    """The date order of a file: proved by something in it, or `assumed` and to be confirmed."""

    order: DateOrder
    assumed: bool


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
    return OrderFound(plausible[0] if len(plausible) == 1 else DateOrder.DAY_FIRST, assumed=True)


def possible_orders(dates: Iterable[WrittenDate]) -> list[DateOrder]:
    """The orders in which every one of the dates can be read."""
    written = list(dates)
    return [order for order in DateOrder if all(w.read(order) is not None for w in written)]


def _one_year_of_weekdays(dates: list[date | None]) -> bool:
    known = [on for on in dates if on is not None]
    return all(on.weekday() < 5 for on in known) and len({academic_year(on) for on in known}) == 1


_SERIAL_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73051)


def from_serial(number: float) -> date | None:
    """The date that Excel's serial number stands for (years 2000 to 2099), in a date column only."""
    whole = int(number)
    return _SERIAL_EPOCH + timedelta(days=whole) if whole in _SERIALS and whole == number else None
