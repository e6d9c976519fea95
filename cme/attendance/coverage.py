"""Which school days of an academic year have a register, which have none, and which only a part.

A day without a register is skipped or blocks a removal (attendance-law s.6.2), and absence on it is not
counted: so it is said aloud. What counts as missing here is our policy; it decides nothing in law.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from cme.attendance.calendar import PeriodKind, SchoolCalendar
from cme.attendance.codes import Half
from cme.attendance.lines import LENGTH, Lines, academic_year, position, session_at

SMALL_CLASS = 3
"""Pupils on roll below whom a class is pupils without marks, not a class without a register (our policy)."""

_BITS = bytes(ord("0" if letter == ord(".") else "1") for letter in range(256))


def marked_sessions(line: str) -> int:
    """The sessions with a mark in a register line, as a set that `|` and `&` work on: bit n is position n."""
    return int(line.encode("ascii").translate(_BITS)[::-1], 2)


@dataclass(frozen=True, slots=True)
class ClassMarks:
    """One class: how many pupils it has on roll, and the sessions of the year in which any has a mark.

    Pupils without a class are a class with the name ''.
    """

    name: str
    pupils: int
    marked: int


def class_marks(pupils: Iterable[tuple[str, bool, Lines]]) -> dict[int, tuple[ClassMarks, ...]]:
    """By academic year, the classes of a school that have marks, from (class, on roll, lines) of each pupil.

    Whoever has left counts for the marks and not for the size of the class.
    """
    sizes: Counter[str] = Counter()
    marked: dict[int, dict[str, int]] = {}
    for name, is_on_roll, lines in pupils:
        sizes[name] += is_on_roll
        for year, line in lines.items():
            if own := marked_sessions(line):
                of_year = marked.setdefault(year, {})
                of_year[name] = of_year.get(name, 0) | own
    return {
        year: tuple(ClassMarks(name, sizes[name], of_year[name]) for name in sorted(of_year))
        for year, of_year in sorted(marked.items())
    }


@dataclass(frozen=True, slots=True)
class PartDay:
    """A school day with a register that lacks something.

    `half` is the session that the school held and nobody has a mark for, None when there is none;
    `classes` are those of which nobody has a mark all day.
    """

    on: date
    half: Half | None
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterCoverage:
    """The registers of one school in one academic year, up to a day.

    `school_days` are the days looked at, `last_on` is the last of them with a mark, None before the first.
    """

    school_days: int = 0
    last_on: date | None = None
    missing: tuple[date, ...] = ()
    partial: tuple[PartDay, ...] = ()


def register_coverage(
    calendar: SchoolCalendar, classes: Iterable[ClassMarks], until: date, *, had_registers: bool = False
) -> RegisterCoverage:
    """Which school days of the academic year of `until` lack a register, up to and including that day.

    The school is expected to send one from its first mark of the year, or from the first school day of
    terms it has entered if it `had_registers` in an earlier year. '#' is a mark: somebody said that the
    school was closed. A class is looked at from its own first mark.
    """
    year, end = academic_year(until), position(until) + 2
    known = [replace(each, marked=each.marked & _weekdays(year)) for each in classes]
    marked = _union(known) & ((1 << end) - 1)
    expected = _expected(calendar, year) & ((1 << end) - 1)
    if marked:
        first = _first_index(marked)
        if not (had_registers and calendar.is_planned):
            expected = expected >> first << first
    elif not had_registers:
        return RegisterCoverage()
    return RegisterCoverage(
        school_days=len(_days(year, expected)),
        last_on=session_at(year, marked.bit_length() - 1)[0] if marked else None,
        missing=tuple(_days(year, expected & ~_whole_days(marked))),
        partial=_part_days(year, expected & _whole_days(marked), marked, known),
    )


def _union(classes: Iterable[ClassMarks]) -> int:
    marked = 0
    for each in classes:
        marked |= each.marked
    return marked


def _first_index(sessions: int) -> int:
    """The AM index of the first day with a session in the set."""
    return ((sessions & -sessions).bit_length() - 1) // 2 * 2


_MORNINGS = int("01" * (LENGTH // 2), 2)


def _whole_days(sessions: int) -> int:
    """The set with both halves of every day of which it has one."""
    either = (sessions | sessions >> 1) & _MORNINGS
    return either | either << 1


def _days(year: int, sessions: int) -> list[date]:
    """The dates of which the set has a session, in order."""
    either = (sessions | sessions >> 1) & _MORNINGS
    found = []
    while either:
        lowest = either & -either
        found.append(session_at(year, lowest.bit_length() - 1)[0])
        either ^= lowest
    return found


def _part_days(year: int, expected: int, marked: int, classes: Iterable[ClassMarks]) -> tuple[PartDay, ...]:
    """What is missing on the days that have some mark."""
    halves = {}
    for on in _days(year, expected & ~marked):
        is_morning = not marked >> position(on) & 1
        halves[on] = Half.AM if is_morning else Half.PM
    without: dict[date, list[str]] = {}
    for each in classes:
        if each.name and each.marked and each.pupils >= SMALL_CLASS:
            first = _first_index(each.marked)
            for on in _days(year, expected & ~_whole_days(each.marked) >> first << first):
                without.setdefault(on, []).append(each.name)
    return tuple(
        PartDay(on, halves.get(on), tuple(sorted(without.get(on, ())))) for on in sorted({*halves, *without})
    )


@lru_cache(maxsize=4)
def _weekdays(year: int) -> int:
    """The sessions of Mondays to Fridays: a mark on any other day opens nothing."""
    days = (session_at(year, index) for index in range(LENGTH))
    return sum(1 << index for index, (on, _) in enumerate(days) if on.weekday() <= 4)


@lru_cache(maxsize=256)
def _expected(calendar: SchoolCalendar, year: int) -> int:
    """The sessions of an academic year that a school is expected to hold.

    By its terms; beyond the last one entered, and where none is, by weekdays other than bank holidays and
    the closures entered, up to the summer. Schools of one authority mostly share their dates.
    """
    found, day = 0, date(year, 9, 1)
    stand_in = SchoolCalendar(
        tuple(period for period in calendar.periods if period.kind is not PeriodKind.TERM),
        calendar.bank_holidays,
    )
    ends_on = _stand_in_ends_on(calendar, year)
    while day < date(year + 1, 9, 1):
        is_planned = calendar.last_planned_on is not None and day <= calendar.last_planned_on
        if is_planned or day <= ends_on:
            am, pm = (calendar if is_planned else stand_in).sessions(day)
            found |= (am | pm << 1) << position(day)
        day += timedelta(days=1)
    return found


def _stand_in_ends_on(calendar: SchoolCalendar, year: int) -> date:
    """The last day of a year on which a weekday is taken for a school day where no term says so.

    A summer term that was entered ends the year; else 24 July, by when schools in England have closed (our
    policy).
    """
    last_on = calendar.last_planned_on
    summer_on = date(year + 1, 7, 1)
    return last_on if last_on is not None and last_on >= summer_on else date(year + 1, 7, 24)
