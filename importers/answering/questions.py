"""What a file leaves open, as questions that a person can answer."""

from collections.abc import Iterable, Sequence

from importers.answering.answers import Choice, Question
from importers.reading import ENCODINGS
from importers.text.dates import DateOrder, WrittenDate

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
    fitting = [year for year in reversed(list(years)) if fits(dates, year)]
    choices = tuple(
        Choice(str(year), f"{year} to {year + 1}", _first_and_last(dates, year)) for year in fitting
    )
    return Question("academic_year", "The dates in this file have no year. Which school year is it?", choices)


def fits(dates: Iterable[WrittenDate], year: int) -> bool:
    """Whether no weekday beside dates without a year contradicts an academic year."""
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


def first_mark(first: Iterable[str], second: Iterable[str]) -> Question:
    """Which half of the day the first of two columns is of that are both headed as a mark."""
    shown = f"First: {', '.join(first)}", f"Second: {', '.join(second)}"
    return Question(
        "first_mark",
        "Two columns hold the marks of a day. Which comes first?",
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


def encoding(names: Iterable[str]) -> Question:
    """How the letters of a text file are stored; each choice shows names as it would read them.

    `names` are as they read with the first of the encodings. Of those that read all samples alike the first
    alone is a choice.
    """
    shown = tuple(dict.fromkeys(names))[:_SAMPLES]
    taken = next(iter(ENCODINGS))
    choices: dict[tuple[str, ...], Choice] = {}
    for slug, words in ENCODINGS.items():
        try:
            samples = tuple(" ".join(name.encode(taken).decode(slug).split()) for name in shown)
        except UnicodeError:
            continue
        choices.setdefault(samples, Choice(slug, words, samples))
    return Question("encoding", "In which line are the names of this file right?", tuple(choices.values()))
