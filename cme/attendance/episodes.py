"""Absences of a school year that reached a threshold, the present one or an earlier one.

A run says how long the present absence is; a return is owed for every absence that reached its days
(attendance reference s.7), whether or not the pupil has come back since.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cme.attendance.calendar import RegisterDays
from cme.attendance.codes import BY_LETTER, ReturnEffect
from cme.attendance.lines import BLANK, Lines, academic_year
from cme.attendance.runs import NOT_HELD, Place, Step, fold

_COUNTING = tuple(code.letter for code in BY_LETTER.values() if code.return_effect is ReturnEffect.COUNT)
_ILL = frozenset({"I", NOT_HELD})


@dataclass(frozen=True, slots=True)
class Episode:
    """One absence: its first counted day, and the day on which it reached the threshold.

    `last_on` is its last counted day so far, `days` what had been counted by then.
    """

    started_on: date
    reached_on: date
    last_on: date
    days: int


def absences(lines: Lines, register: RegisterDays, place: Place, threshold: int) -> tuple[Episode, ...]:
    """The absences of the present school year whose `return_run` reached the threshold, oldest first.

    () for a boarder. The year is that of the last day counted.
    """
    if not _could_reach(lines, register, _COUNTING, threshold):
        return ()
    found: list[Episode] = []
    started_on, before = date.max, 0
    for step in fold(lines, register, place):
        if step.return_run == 1 and before == 0:
            started_on = step.day.on
        if step.return_run == threshold and before == threshold - 1:
            found.append(Episode(started_on, step.day.on, step.day.on, step.return_run))
        elif before >= threshold and step.return_run > before:
            found[-1] = replace(found[-1], last_on=step.day.on, days=step.return_run)
        before = step.return_run
    return tuple(each for each in found if academic_year(each.reached_on) == _year(register))


def sicknesses(lines: Lines, register: RegisterDays, place: Place, threshold: int) -> tuple[Episode, ...]:
    """The periods of sickness of the present school year in which so many days were reached, oldest first.

    A day of sickness has code I in every session held. A period is continuous over school days; the days
    are those of the period itself or of the whole year up to it (SI 2024/208 reg 13: consecutive or
    cumulative, one return for each period). That the year's total asks for one return alone is our policy.
    """
    if not _could_reach(lines, register, ("I",), threshold):
        return ()
    return tuple(_sicknesses(fold(lines, register, place), _year(register), threshold))


def _sicknesses(steps: Iterator[Step], year: int, threshold: int) -> Sequence[Episode]:
    found: list[Episode] = []
    started_on, own, total, told = date.max, 0, 0, False
    for step in steps:
        is_ill = "I" in (step.am, step.pm) and {step.am, step.pm} <= _ILL and step.of_age
        if step.day.year != year:
            continue
        if not is_ill:
            own, told = 0, False
            continue
        started_on = step.day.on if own == 0 else started_on
        own, total = own + 1, total + 1
        if not told and (own == threshold or total == threshold):
            told = True
            found.append(Episode(started_on, step.day.on, step.day.on, total))
        elif told:
            found[-1] = replace(found[-1], last_on=step.day.on, days=total)
    return found


def _could_reach(lines: Lines, register: RegisterDays, letters: tuple[str, ...], days: int) -> bool:
    """Whether a line has as many such marks as there would be days: most pupils have none."""
    if register.as_of is None:
        return False
    marks = sum(
        lines.get(year, BLANK).count(letter)
        for year in (_year(register) - 1, _year(register))
        for letter in letters
    )
    return marks >= days


def _year(register: RegisterDays) -> int:
    return academic_year(register.as_of) if register.as_of else 0
