"""A sample register of made-up pupils for one school and day."""

from dataclasses import dataclass
from datetime import date, timedelta

from cme.attendance.calendar import PeriodKind, SchoolCalendar
from cme.attendance.lines import academic_year
from cme.documents.templates import Listed, Register
from cme.synthetic import FORENAMES, SURNAMES, make_upn

FEWEST_DAYS, MOST_DAYS = 25, 75
"""School days in a sample: enough for a run of 20, at most about a term."""

_PRESENT = "/\\"


@dataclass(frozen=True, slots=True)
class _Story:
    """How one made-up pupil's register ends: the marks of the last days, the rest present."""

    last_days: tuple[str, ...] = ()


def _run(code: str, days: int) -> tuple[str, ...]:
    return (code * 2,) * days


_STORIES = (
    _Story(),
    _Story((_PRESENT, "/O", *_run("O", 11))),
    _Story(("LO", *_run("G", 2), *_run("O", 19))),
    _Story(_run("N", 3)),
    _Story((*_run("O", 3), "UU", *_run("O", 8))),
    _Story((*_run("O", 6), _PRESENT)),
    _Story(_run("I", 4)),
    _Story(_run("G", 5)),
    _Story(("NN", *(_PRESENT,) * 8)),
    _Story(("L\\", _PRESENT, "/M", _PRESENT)),
    _Story(),
    _Story((*_run("O", 10),)),
)
"""Among them: past day 10, past day 20, at the review day, and a removal run shorter than the return run."""


def sample_register(laestab: str, calendar: SchoolCalendar, today: date) -> Register:
    """A sample register up to the last school day before `today`.

    The same school and day always give the same pupils: twelve, of primary age where the establishment
    number (DfE: 2000 to 3999) says so.
    """
    days = _school_days(calendar, today)
    pupils = []
    for number, story in enumerate(_STORIES):
        told = story.last_days[-len(days) :]
        marks = (_PRESENT,) * (len(days) - len(told)) + told
        pupils.append(Listed(_about(laestab, days[-1], number), [(pair[0], pair[1]) for pair in marks]))
    return Register(tuple(days), tuple(pupils))


def _school_days(calendar: SchoolCalendar, today: date) -> list[date]:
    terms = [period for period in calendar.periods if period.kind is PeriodKind.TERM]
    opened_on = min((term.first_on for term in terms), default=date.min)
    if today <= opened_on:
        calendar, terms, opened_on = SchoolCalendar((), calendar.bank_holidays), [], date.min
    began_on = max((term.first_on for term in terms if term.first_on < today), default=today)
    days: list[date] = []
    on = today
    while len(days) < MOST_DAYS and on > opened_on:
        on -= timedelta(days=1)
        if len(days) >= FEWEST_DAYS and on < began_on:
            break
        if calendar.is_school_day(on):
            days.append(on)
    return days[::-1]


def _about(laestab: str, last_on: date, number: int) -> tuple[str, ...]:
    years = range(1, 7) if "2000" <= laestab[3:] < "4000" else range(7, 12)
    year = years[number % len(years)]
    began = academic_year(last_on)
    born_on = date(began - year - 5, 9, 1) + timedelta(days=number * 29 % 360)
    shift = int(laestab[3:])
    return (
        make_upn(laestab, began - year, 901 + number),
        f"{number + 901:06d}",
        # Steps that share no factor with the length, so that no name comes twice.
        SURNAMES[(shift + number * 3) % len(SURNAMES)],
        FORENAMES[(shift + number * 7) % len(FORENAMES)],
        f"{born_on:%d/%m/%Y}",
        str(year),
        f"{year}{'ABC'[number % 3]}",
    )
