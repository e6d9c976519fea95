"""The three runs of a registration, and the ledger that explains every day of them.

`return_run`: consecutive school days for the ten-day attendance return (SI 2024/208 reg 13).
`removal_run`: consecutive school days towards Ground I (reg 9(1)(i)), strictly G, N or O.
`days_unseen`: school days since somebody at school saw the child (our policy).

There is one fold. `count` gives what is stored; `ledger` gives the same fold day by day. Nothing is ever
incremented: every change of a mark, a calendar or a birth date counts again from the marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from cme.attendance.age import compulsory_age
from cme.attendance.calendar import RegisterDays, SchoolDay
from cme.attendance.codes import BY_LETTER, Group, Half, RemovalEffect, ReturnEffect, UnseenEffect, code_of
from cme.attendance.lines import BLANK, Lines, session_at

RETURN_DAYS = 10
"""School days of `return_run` at which the attendance return is due (SI 2024/208 reg 13)."""

REMOVAL_DAYS = 20
"""School days of `removal_run` that Ground I asks for (SI 2024/208 reg 9(1)(i))."""

RESOLVE_N_DAYS = 5
"""School days within which the reason behind an N must be found (SI 2024/208 reg 10(7)-(9))."""

_NOT_HELD = "#"
_NO_MARK = "."
_ATTENDING = (Group.PRESENT, Group.ACTIVITY)
_ATTENDED = "U" + "".join(code.letter for code in BY_LETTER.values() if code.group in _ATTENDING)
_SEEN = "".join(code.letter for code in BY_LETTER.values() if code.unseen_effect is UnseenEffect.SEEN)
_LEAVE = "C" + next(code.letter for code in BY_LETTER.values() if code.code == "C1")


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
    held = [letter for letter in (am, pm) if letter != _NOT_HELD]
    codes = [BY_LETTER[letter] for letter in held if letter != _NO_MARK]
    unmarked = _NO_MARK in held
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
        if self.born_on is None:
            return True
        age = compulsory_age(self.born_on)
        return age.first_on <= on <= age.last_on


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a registration stands: the stored result of counting it.

    Runs are in school days; a boarder has none (None: no marks are taken, the manual path applies).
    `return_reached_on` and `removal_reached_on` are the days on which the current run reached 10 and 20.
    `removal_blocked_by` names what keeps the days of the current absence from counting towards removal.
    `unmarked_on` are school days without a full set of marks since the pupil last attended.
    `ground_h_days` are school days since granted leave ended, None without leave or once attended again.
    """

    as_of: date | None = None
    return_run: int | None = 0
    removal_run: int | None = 0
    days_unseen: int | None = 0
    last_attended_on: date | None = None
    last_seen_on: date | None = None
    run_started_on: date | None = None
    return_reached_on: date | None = None
    removal_reached_on: date | None = None
    sickness_days: int = 0
    overdue_n: tuple[date, ...] = ()
    removal_blocked_by: tuple[str, ...] = ()
    unmarked_on: tuple[date, ...] = ()
    ground_h_days: int | None = None
    leave_inferred: bool = False
    compulsory_age: bool = True


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


def _letters(lines: Lines, day: SchoolDay) -> tuple[str, str]:
    line = lines.get(day.year, BLANK)
    return line[day.at] if day.am else _NOT_HELD, line[day.at + 1] if day.pm else _NOT_HELD


def fold(lines: Lines, register: RegisterDays, place: Place) -> Iterator[Step]:
    """Every day from the starting day to `register.as_of` with the runs after it; none for a boarder.

    Rule: attendance reference s.6.2, first match: boarder; closed; not reported; the day's codes.
    """
    if not place.boarder:
        yield from _fold(lines, _days_counted(lines, register, place), place, planned=register.planned)


def _fold(lines: Lines, days: Sequence[SchoolDay], place: Place, *, planned: bool) -> Iterator[Step]:
    """The fold over the given days, starting from (0, 0, 0)."""
    return_run = removal_run = days_unseen = 0
    sightings = sorted(place.sightings)
    age = compulsory_age(place.born_on) if place.born_on else None
    for day in days:
        while sightings and sightings[0] < day.on:
            sightings.pop(0)
            days_unseen = 0
        am, pm = _letters(lines, day)
        if day.reported:
            effects = day_effects(am, pm)
        else:
            effects = _UNREPORTED if planned else _UNREPORTED_SKIPPED
        of_age = age is None or age.first_on <= day.on <= age.last_on
        if of_age:
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


def _days_counted(lines: Lines, register: RegisterDays, place: Place) -> Sequence[SchoolDay]:
    first_on = starting_day(lines, place)
    if first_on is None or register.as_of is None:
        return ()
    return register.between(first_on, _counted_until(place, register.as_of))


def _counted_until(place: Place, as_of: date) -> date:
    return min(as_of, place.removed_on - timedelta(days=1)) if place.removed_on else as_of


def _resets_all(lines: Lines, day: SchoolDay, place: Place) -> bool:
    # Attendance sets both statutory runs to 0 and ends the absence that `removal_blocked_by` speaks of.
    effects = day_effects(*_letters(lines, day))
    return (
        day.reported
        and effects.attended
        and effects.on_unseen is UnseenEffect.SEEN
        and place.is_compulsory_age(day.on)
    )


def count(lines: Lines, register: RegisterDays, place: Place) -> Standing:
    """Where the registration stands on `register.as_of`.

    Only the days since the last one that set all three runs to 0 are folded: what lies before cannot
    matter to them.
    """
    if place.boarder:
        return Standing(as_of=register.as_of, return_run=None, removal_run=None, days_unseen=None)
    days = _days_counted(lines, register, place)
    if not days or register.as_of is None:
        return Standing(
            as_of=register.as_of,
            last_attended_on=_latest(lines, _ATTENDED),
            last_seen_on=_last_seen_on(lines, place),
        )
    since = len(days) - 1
    while since > 0 and not _resets_all(lines, days[since], place):
        since -= 1
    steps = list(_fold(lines, days[since:], place, planned=register.planned))
    return _standing(lines, register, place, days, steps, register.as_of)


def _standing(
    lines: Lines,
    register: RegisterDays,
    place: Place,
    days: Sequence[SchoolDay],
    steps: Sequence[Step],
    as_of: date,
) -> Standing:
    last = steps[-1]
    days_unseen = last.days_unseen
    if any(days[-1].on < on <= _counted_until(place, as_of) for on in place.sightings):
        days_unseen = 0
    last_attended_on = _latest(lines, _ATTENDED)
    absent = last.return_run or last.removal_run or days_unseen
    leave_ended_on = place.leave_ended_on or _latest(lines, _LEAVE)
    since_leave = (
        register.school_days_in(leave_ended_on, max(leave_ended_on, as_of))
        if leave_ended_on and not (last_attended_on and last_attended_on > leave_ended_on)
        else None
    )
    return Standing(
        as_of=as_of,
        return_run=last.return_run,
        removal_run=last.removal_run,
        days_unseen=days_unseen,
        last_attended_on=last_attended_on,
        last_seen_on=_last_seen_on(lines, place),
        run_started_on=_day_reached([step.return_run for step in steps], steps, 1),
        return_reached_on=_day_reached([step.return_run for step in steps], steps, RETURN_DAYS),
        removal_reached_on=_day_reached([step.removal_run for step in steps], steps, REMOVAL_DAYS),
        sickness_days=_sickness_days(lines, days, register),
        overdue_n=_overdue_n(lines, register, days[0].on, as_of),
        removal_blocked_by=_blocked_by(register, steps) if absent else (),
        unmarked_on=_unmarked_on(steps, last_attended_on),
        ground_h_days=since_leave,
        leave_inferred=since_leave is not None and place.leave_ended_on is None,
        compulsory_age=place.is_compulsory_age(as_of),
    )


def _day_reached(run: Sequence[int], steps: Sequence[Step], threshold: int) -> date | None:
    """The day on which the run, as it stands at the end, reached the threshold."""
    if run[-1] < threshold:
        return None
    index = len(run) - 1
    while index > 0 and run[index - 1] >= threshold:
        index -= 1
    return steps[index].day.on


def _latest(lines: Lines, letters: str) -> date | None:
    """The latest date with any of the given register-line letters, up to the last mark there is."""
    for year in sorted(lines, reverse=True):
        index = max(map(lines[year].rfind, letters))
        if index >= 0:
            return session_at(year, index)[0]
    return None


def _last_seen_on(lines: Lines, place: Place) -> date | None:
    marked_on = _latest(lines, _SEEN)
    return max(place.sightings | ({marked_on} if marked_on else set()), default=None)


def _sickness_days(lines: Lines, days: Sequence[SchoolDay], register: RegisterDays) -> int:
    """School days of the current school year on which every held session is I (SI 2024/208 reg 13)."""
    year = days[-1].year
    marked = {index & ~1 for index in _positions(lines.get(year, BLANK), "I")}
    found = (register.day_at(year, at) for at in marked)
    return sum(
        set(_letters(lines, day)) in ({"I"}, {"I", _NOT_HELD})
        for day in found
        if day is not None and days[0].on <= day.on <= days[-1].on
    )


def _positions(line: str, letter: str) -> Iterator[int]:
    index = line.find(letter)
    while index >= 0:
        yield index
        index = line.find(letter, index + 1)


def _overdue_n(lines: Lines, register: RegisterDays, first_on: date, as_of: date) -> tuple[date, ...]:
    """Each date whose N is still there five school days later (SI 2024/208 reg 10(7)-(9))."""
    dates = []
    for year in sorted(lines):
        index = lines[year].find("N")
        while index >= 0:
            on, _ = session_at(year, index)
            is_held = any("N" in _letters(lines, day) for day in register.between(on, on))
            if is_held and first_on <= on and register.school_days_in(on, as_of) >= RESOLVE_N_DAYS:
                dates.append(on)
            index = lines[year].find("N", (index // 2 + 1) * 2)
    return tuple(dates)


def _blocked_by(register: RegisterDays, steps: Sequence[Step]) -> tuple[str, ...]:
    """What in the last 20 school days of this absence keeps it from counting towards removal."""
    window = register.last_school_days(REMOVAL_DAYS)
    recent_on = window[0] if window else date.max
    reasons: list[str] = []
    in_run = False
    for step in steps:
        if step.effects.attended:
            reasons, in_run = [], False
            continue
        in_run = in_run or step.return_run > 0
        on = step.day.on
        if not step.day.reported:
            if in_run:
                reasons.append(f"not reported {on}")
        elif on >= recent_on and step.of_age and step.effects.on_removal is RemovalEffect.BREAK:
            reasons += [
                f"{code_of(letter) or 'unmarked'} {on} {half}"
                for letter, half in ((step.am, Half.AM), (step.pm, Half.PM))
                if letter == _NO_MARK or BY_LETTER[letter].removal_effect is RemovalEffect.BREAK
            ]
    return tuple(reasons)


def _unmarked_on(steps: Sequence[Step], last_attended_on: date | None) -> tuple[date, ...]:
    return tuple(
        step.day.on
        for step in steps
        if step.effects.unmarked and (last_attended_on is None or step.day.on > last_attended_on)
    )
