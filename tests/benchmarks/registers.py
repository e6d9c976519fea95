"""Register files and lines of any size, the same for the same arguments."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import Half
from cme.demo.files import Roll, write_wide
from cme.demo.people import make_children
from cme.demo.stories import PRESENT, Marks
from cme.demo.terms import terms_around
from tests.marks import from_marks

LAESTAB = "8419001"


def school_days(first_on: date, count: int) -> list[date]:
    """The given number of weekdays from a date on."""
    days: list[date] = []
    day = first_on
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def calendar() -> SchoolCalendar:
    """A school that has entered the terms of 2025-26."""
    return SchoolCalendar(terms_around(date(2026, 7, 1)))


def make_roll(pupils: int, days: list[date], laestab: str = LAESTAB) -> Roll:
    """Pupils with marks: one in twenty days away, and one pupil in forty absent at the end."""
    chance = Random(pupils)
    children = make_children(laestab, pupils, range(7, 12), days[-1])
    return [(child, _marks(chance, days, index)) for index, child in enumerate(children)]


def _marks(chance: Random, days: list[date], index: int) -> Marks:
    absent = index // 40 % 25 if index % 40 == 0 else 0
    marks: Marks = {}
    for number, on in enumerate(days):
        pair = PRESENT
        if number >= len(days) - absent:
            pair = ("O", "O")
        elif chance.random() < 0.05:
            pair = (chance.choice("IMCNUO"),) * 2
        marks[on, Half.AM], marks[on, Half.PM] = pair
    return marks


def write_register(folder: Path, name: str, pupils: int, days: list[date], laestab: str = LAESTAB) -> Path:
    """A wide register as an Excel workbook."""
    path = folder / name
    path.write_bytes(write_wide("Northmoor Academy", make_roll(pupils, days, laestab), days))
    return path


def make_lines(pupils: int) -> Iterator[dict[int, str]]:
    """A school year of register lines for each pupil: 400 different ones, repeated."""
    year = calendar()
    days = [day for day in school_days(date(2025, 9, 1), 230) if year.is_school_day(day)]
    marked = make_roll(min(pupils, 400), days)
    different = [from_marks((on, half, code) for (on, half), code in marks.items()) for _, marks in marked]
    for index in range(pupils):
        yield different[index % len(different)]
