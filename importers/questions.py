"""What a file leaves open, as questions that a person can answer."""

from collections.abc import Iterable, Sequence

from importers.answers import Choice, Question
from importers.dates import DateOrder, WrittenDate

_SAMPLES = 3


def date_order(dates: Sequence[WrittenDate]) -> Question:
    """Whether the day or the month comes first; each choice shows dates as it would read them."""
    open_dates = [one for one in dates if one.day_first != one.month_first] or list(dates)
    choices = []
    for order in DateOrder:
        read = [on for one in open_dates if (on := one.read(order)) is not None]
        samples = tuple(f"{on:%A %-d %B %Y}" for on in dict.fromkeys((*read[: _SAMPLES - 1], *read[-1:])))
        choices.append(Choice(order.value, f"The {order.split()[0]} comes first", samples))
    return Question("date_order", "How are the dates in this file written?", tuple(choices))


def academic_year(dates: Sequence[WrittenDate], years: Iterable[int]) -> Question:
    """The year of dates that have none: the latest first, and only years in which the weekdays fit."""
    fitting = [year for year in reversed(list(years)) if _fits(dates, year)]
    choices = tuple(
        Choice(str(year), f"{year} to {year + 1}", _first_and_last(dates, year)) for year in fitting
    )
    return Question("academic_year", "The dates in this file have no year. Which school year is it?", choices)


def _fits(dates: Iterable[WrittenDate], year: int) -> bool:
    moved = [one.in_year(year) for one in dates]
    return any(
        all(one.read(order) is not None and not one.contradicts(order) for one in moved)
        for order in DateOrder
    )


def _first_and_last(dates: Sequence[WrittenDate], year: int) -> tuple[str, ...]:
    known = [on for one in dates if (on := one.in_year(year).read(DateOrder.DAY_FIRST)) is not None]
    return tuple(f"{on:%A %-d %B %Y}" for on in dict.fromkeys((min(known), max(known)))) if known else ()


def lone_codes(samples: Iterable[str]) -> Question:
    """The half of the day of a code that stands alone in the cell of a day."""
    shown = tuple(dict.fromkeys(samples))[:_SAMPLES]
    return Question(
        "lone_codes",
        "Some days have a single code. Which half of the day is it of?",
        (Choice("AM", "The morning (AM)", shown), Choice("PM", "The afternoon (PM)", shown)),
    )


def surname_first(samples: Iterable[str]) -> Question:
    """Whether names without a comma begin with the surname."""
    shown = tuple(dict.fromkeys(samples))[:_SAMPLES]
    return Question(
        "surname_first",
        "The names in this file have no comma. Which comes first?",
        (Choice("no", "The forename", shown), Choice("yes", "The surname", shown)),
    )
