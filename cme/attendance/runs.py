"""The three runs of a registration, and the ledger that explains every day of them.

`return_run`: consecutive school days for the ten-day attendance return (SI 2024/208 reg 13).
`removal_run`: consecutive school days towards Ground I (reg 9(1)(i)), strictly G, N or O.
`days_unseen`: school days since somebody at school saw the child (our policy).

There is one fold. `standing.count` gives what is stored of it, `ledger.ledger` shows it day by day. Nothing
is ever incremented: every change of a mark, a calendar or a birth date counts again from the marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from cme.attendance.age import compulsory_age
from cme.attendance.calendar import RegisterDays, SchoolDay
from cme.attendance.codes import BY_LETTER, Group, RemovalEffect, ReturnEffect, UnseenEffect
from cme.attendance.lines import BLANK, Lines, session_at

NOT_HELD = "#"
"""Stands for a session that was not held."""

NO_MARK = "."
"""Stands for a session that was held and has no mark."""

_ATTENDING = (Group.PRESENT, Group.ACTIVITY)


class Effect(StrEnum):
    """What one day did to one run, in the words the ledger shows."""

    COUNTED = "counted"
    SKIPPED = "skipped"
    BROKE = "broke"
    UNKNOWN = "unknown"


class DayEffects(NamedTuple):
    """What one held day does to each run, before age and starting day are considered."""

    on_return: ReturnEffect
    on_removal: RemovalEffect
    on_unseen: UnseenEffect
    unmarked: bool
    attended: bool


@cache
def day_effects(am: str, pm: str) -> DayEffects:
    """The effect of one school day, from the register-line letters of its two sessions.

    '#' is a session that was not held, '.' one that was held and has no mark. Normative rule: attendance
    reference s.6.2, after SI 2024/208 regs 9 and 13; what blank and "not possible" codes do is our policy.
    """
    held = [letter for letter in (am, pm) if letter != NOT_HELD]
    codes = [BY_LETTER[letter] for letter in held if letter != NO_MARK]
    unmarked = NO_MARK in held
    returns = {code.return_effect for code in codes}
    if ReturnEffect.ZERO in returns:
        on_return = ReturnEffect.ZERO
    elif ReturnEffect.COUNT in returns:
        on_return = ReturnEffect.COUNT
    else:
        on_return = ReturnEffect.NEUTRAL
    if not held:
        on_removal = RemovalEffect.NONE
    elif not unmarked and all(code.removal_effect is RemovalEffect.QUALIFY for code in codes):
        on_removal = RemovalEffect.QUALIFY
    else:
        on_removal = RemovalEffect.BREAK
    unseens = {code.unseen_effect for code in codes} | ({UnseenEffect.UNSEEN} if unmarked else set())
    if UnseenEffect.SEEN in unseens:
        on_unseen = UnseenEffect.SEEN
    elif UnseenEffect.UNSEEN in unseens:
        on_unseen = UnseenEffect.UNSEEN
    else:
        on_unseen = UnseenEffect.NONE
    attended = any(code.group in _ATTENDING for code in codes)
    return DayEffects(on_return, on_removal, on_unseen, unmarked, attended)


@dataclass(frozen=True, slots=True)
class Place:
    """What the fold must know of a registration besides its marks.

    `starting_on` is the agreed starting day; without one the pupil is counted from the first day with a
    mark other than Z. `removed_on` ends the counting before that day. `sightings` are dates on which the
    child was seen in person and somebody verified it. `leave_ended_on` is the last day of granted leave.
    """

    starting_on: date | None = None
    removed_on: date | None = None
    born_on: date | None = None
    boarder: bool = False
    sightings: frozenset[date] = frozenset()
    leave_ended_on: date | None = None

    def is_compulsory_age(self, on: date) -> bool:
        """Whether the pupil is of compulsory school age on a date; taken to be so without a birth date."""
        return self.born_on is None or compulsory_age(self.born_on).covers(on)


class Step(NamedTuple):
    """One day of the fold: its letters and effects, and the runs as they stand after it."""

    day: SchoolDay
    am: str
    pm: str
    effects: DayEffects
    of_age: bool
    return_run: int
    removal_run: int
    days_unseen: int


_UNREPORTED = DayEffects(
    ReturnEffect.NEUTRAL, RemovalEffect.BREAK, UnseenEffect.NONE, unmarked=True, attended=False
)
_UNREPORTED_SKIPPED = _UNREPORTED._replace(on_removal=RemovalEffect.NONE)


def letters_of(lines: Lines, day: SchoolDay) -> tuple[str, str]:
    """The register-line letters of a day's two sessions, NOT_HELD where the school held none."""
    line = lines.get(day.year, BLANK)
    return line[day.at] if day.am else NOT_HELD, line[day.at + 1] if day.pm else NOT_HELD


def fold(lines: Lines, register: RegisterDays, place: Place) -> Iterator[Step]:
    """Every day from the starting day to `register.as_of` with the runs after it; none for a boarder.

    Rule: attendance reference s.6.2, first match: boarder; closed; not reported; the day's codes.
    """
    if not place.boarder:
        yield from fold_days(lines, days_counted(lines, register, place), place, planned=register.planned)


def fold_days(lines: Lines, days: Sequence[SchoolDay], place: Place, *, planned: bool) -> Iterator[Step]:
    """The fold over the given days, starting from (0, 0, 0)."""
    return_run = removal_run = days_unseen = 0
    sightings = sorted(place.sightings)
    age = compulsory_age(place.born_on) if place.born_on else None
    for day in days:
        while sightings and sightings[0] < day.on:
            sightings.pop(0)
            days_unseen = 0
        am, pm = letters_of(lines, day)
        if day.reported:
            effects = day_effects(am, pm)
        else:
            effects = _UNREPORTED if planned else _UNREPORTED_SKIPPED
        of_age = age is None or age.first_on <= day.on <= age.last_on
        # A day that nobody reported comes before the question of age (attendance reference s.6.2).
        if of_age or not day.reported:
            if effects.on_return is ReturnEffect.ZERO:
                return_run = 0
            elif effects.on_return is ReturnEffect.COUNT:
                return_run += 1
            if effects.on_removal is RemovalEffect.QUALIFY:
                removal_run += 1
            elif effects.on_removal is RemovalEffect.BREAK:
                removal_run = 0
        if effects.on_unseen is UnseenEffect.SEEN or day.on in place.sightings:
            days_unseen = 0
        elif effects.on_unseen is UnseenEffect.UNSEEN:
            days_unseen += 1
        yield Step(day, am, pm, effects, of_age, return_run, removal_run, days_unseen)


def starting_day(lines: Lines, place: Place) -> date | None:
    """The first day on which the registration is counted: the agreed one, else the first mark but Z."""
    if place.starting_on is not None:
        return place.starting_on
    for year in sorted(lines):
        line = lines[year]
        index = len(line) - len(line.lstrip(".Z"))
        if index < len(line):
            return session_at(year, index)[0]
    return None


def days_counted(lines: Lines, register: RegisterDays, place: Place) -> Sequence[SchoolDay]:
    """The days from the starting day to `register.as_of`, or to the day before removal."""
    first_on = starting_day(lines, place)
    if first_on is None or register.as_of is None:
        return ()
    return register.between(first_on, counted_until(place, register.as_of))


def counted_until(place: Place, as_of: date) -> date:
    """The last day that is counted: `as_of`, or the day before removal."""
    return min(as_of, place.removed_on - timedelta(days=1)) if place.removed_on else as_of
