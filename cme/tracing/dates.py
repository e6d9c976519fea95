"""Dates as people write them in messages: the day first, with the month in letters, or ISO."""

import re
from datetime import date
from typing import NamedTuple

TWO_DIGITS = "The year has two digits. Enter the date with all four digits of the year."
NOT_A_DATE = "This cannot be read as a date. Enter it as 09/03/2018, with the day first."


class ReadDate(NamedTuple):
    """The date that a text holds, or the sentence that says why none is taken from it."""

    on: date | None
    fault: str = ""


def read_date(text: str) -> ReadDate:
    """The date that a text is, whatever weekday stands before it or age in brackets after it.

    A year of two digits is never guessed: a person is asked (tracing.md s.3).
    """
    bare = _BESIDE.sub("", " ".join(text.split())).strip(" .,")
    if match := _ISO.fullmatch(bare):
        year, month, day = match.groups()
    elif (match := _FIGURES.fullmatch(bare)) or (match := _LETTERS.fullmatch(bare)):
        day, month, year = match.groups()
    elif match := _LETTERS_FIRST.fullmatch(bare):
        month, day, year = match.groups()
    else:
        return ReadDate(None, NOT_A_DATE)
    number = int(month) if month.isdigit() else _month(month)
    if len(year) == 2:
        return ReadDate(None, TWO_DIGITS)
    try:
        return ReadDate(date(int(year), number, int(day)))
    except ValueError:
        return ReadDate(None, NOT_A_DATE)


_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[ ,]+)?"
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
_FIGURES = re.compile(
    _WEEKDAY + r"([0-9]{1,2}) ?[-/. ] ?([0-9]{1,2}) ?[-/. ] ?([0-9]{4}|[0-9]{2})(?: 00:00(?::00)?)?",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    _WEEKDAY + r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]*(?:of )?([a-z]{3,9})[-/., ]*([0-9]{4}|[0-9]{2})",
    re.IGNORECASE,
)
_LETTERS_FIRST = re.compile(
    _WEEKDAY + r"([a-z]{3,9})[. ]+([0-9]{1,2})(?:st|nd|rd|th)?[., ]+([0-9]{4}|[0-9]{2})", re.IGNORECASE
)
_BESIDE = re.compile(r"(?: ?\([^()]*\)|,? aged? [0-9]{1,2}(?: years?)?(?: old)?)$", re.IGNORECASE)

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def _month(word: str) -> int:
    """A month by its name or the beginning of it; 0 for another word."""
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(word.casefold())), 0)
