"""Compulsory school age in England (Education Act 1996 s.8 and the orders under it)."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple


class CompulsoryAge(NamedTuple):
    """The first and last day of compulsory school age, both inclusive."""

    first_on: date
    last_on: date

    def covers(self, on: date) -> bool:
        """Whether a child is of compulsory school age on a date."""
        return self.first_on <= on <= self.last_on


@lru_cache(maxsize=16384)
def compulsory_age(born_on: date) -> CompulsoryAge:
    """When a child born on that date is of compulsory school age.

    It starts on the first 31 March, 31 August or 31 December on or after the fifth birthday (a child born
    on 29 February has it on 1 March). It ends on the last Friday in June of the school year in which the
    child reaches 16, where turning 16 by 31 August belongs to that year (our policy for the August edge).
    """
    fifth = _birthday(born_on, 5)
    first_on = next(
        day
        for day in (
            date(fifth.year, 3, 31),
            date(fifth.year, 8, 31),
            date(fifth.year, 12, 31),
        )
        if day >= fifth
    )
    sixteenth = _birthday(born_on, 16)
    leaving_year = sixteenth.year if sixteenth <= date(sixteenth.year, 8, 31) else sixteenth.year + 1
    return CompulsoryAge(first_on, _last_friday_in_june(leaving_year))


def age_on(born_on: date, on: date) -> int:
    """Completed years of age on a date."""
    return on.year - born_on.year - (on < _birthday(born_on, on.year - born_on.year))


def _birthday(born_on: date, years: int) -> date:
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def _last_friday_in_june(year: int) -> date:
    end = date(year, 6, 30)
    return end - timedelta(days=(end.weekday() - 4) % 7)
