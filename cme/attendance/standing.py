"""Where a registration stands: its runs, and what else is read off its marks. This is what is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cme.attendance.calendar import RegisterDays, SchoolDay
from cme.attendance.codes import BY_LETTER, Group, Half, RemovalEffect, UnseenEffect, code_of
from cme.attendance.lines import BLANK, Lines, academic_year, position, session_at
from cme.attendance.runs import (
    NO_MARK,
    NOT_HELD,
    Place,
    Step,
    counted_until,
    day_effects,
    days_counted,
    fold_days,
    letters_of,
)

RETURN_DAYS = 10
"""School days of `return_run` at which the attendance return is due (SI 2024/208 reg 13)."""

REMOVAL_DAYS = 20
"""School days of `removal_run` that Ground I asks for (SI 2024/208 reg 9(1)(i))."""

RESOLVE_N_DAYS = 5
"""School days within which the reason behind an N must be found (SI 2024/208 reg 10(7)-(9))."""

_ATTENDED = "U" + "".join(
    code.letter for code in BY_LETTER.values() if code.group in (Group.PRESENT, Group.ACTIVITY)
)
_SEEN = "".join(code.letter for code in BY_LETTER.values() if code.unseen_effect is UnseenEffect.SEEN)
_LEAVE = "C" + next(code.letter for code in BY_LETTER.values() if code.code == "C1")


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


def _resets_all(lines: Lines, day: SchoolDay, place: Place) -> bool:
    # Attendance sets both statutory runs to 0 and ends the absence that `removal_blocked_by` speaks of.
    effects = day_effects(*letters_of(lines, day))
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
    days = days_counted(lines, register, place)
    if not days or register.as_of is None:
        return Standing(
            as_of=register.as_of,
            last_attended_on=_latest(lines, _ATTENDED),
            last_seen_on=_last_seen_on(lines, place),
            compulsory_age=register.as_of is None or place.is_compulsory_age(register.as_of),
        )
    since = len(days) - 1
    while since > 0 and not _resets_all(lines, days[since], place):
        since -= 1
    steps = list(fold_days(lines, days[since:], place, planned=register.planned))
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
    if any(days[-1].on < on <= counted_until(place, as_of) for on in place.sightings):
        days_unseen = 0
    last_attended_on = _latest(lines, _ATTENDED)
    absent = last.return_run or last.removal_run or days_unseen
    run_started_on = _day_reached([step.return_run for step in steps], steps, 1)
    since_leave = _ground_h_days(lines, register, place, last_attended_on, as_of)
    return Standing(
        as_of=as_of,
        return_run=last.return_run,
        removal_run=last.removal_run,
        days_unseen=days_unseen,
        last_attended_on=last_attended_on,
        last_seen_on=_last_seen_on(lines, place),
        run_started_on=run_started_on,
        return_reached_on=_day_reached([step.return_run for step in steps], steps, RETURN_DAYS),
        removal_reached_on=_day_reached([step.removal_run for step in steps], steps, REMOVAL_DAYS),
        sickness_days=_sickness_days(lines, days, register),
        overdue_n=_overdue_n(lines, register, days[0].on, as_of),
        removal_blocked_by=_blocked_by(register, steps, run_started_on) if absent else (),
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


def _ground_h_days(
    lines: Lines, register: RegisterDays, place: Place, last_attended_on: date | None, as_of: date
) -> int | None:
    """School days since granted leave ended (SI 2024/208 reg 9(1)(h)); None once the pupil attended again."""
    ended_on = place.leave_ended_on or _latest(lines, _LEAVE)
    if ended_on is None or (last_attended_on is not None and last_attended_on > ended_on):
        return None
    line, afternoon = lines.get(academic_year(ended_on), BLANK), position(ended_on, Half.PM)
    return None if line[afternoon] in _ATTENDED else register.school_days_in(ended_on, max(ended_on, as_of))


def _last_seen_on(lines: Lines, place: Place) -> date | None:
    marked_on = _latest(lines, _SEEN)
    return max(place.sightings | ({marked_on} if marked_on else set()), default=None)


def _sickness_days(lines: Lines, days: Sequence[SchoolDay], register: RegisterDays) -> int:
    """School days of the current school year on which every held session is I (SI 2024/208 reg 13)."""
    year = days[-1].year
    marked = {index & ~1 for index in _positions(lines.get(year, BLANK), "I")}
    found = (register.day_at(year, at) for at in marked)
    return sum(
        set(letters_of(lines, day)) in ({"I"}, {"I", NOT_HELD})
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
            is_held = any("N" in letters_of(lines, day) for day in register.between(on, on))
            if is_held and first_on <= on and register.school_days_in(on, as_of) >= RESOLVE_N_DAYS:
                dates.append(on)
            index = lines[year].find("N", (index // 2 + 1) * 2)
    return tuple(dates)


def _blocked_by(
    register: RegisterDays, steps: Sequence[Step], run_started_on: date | None
) -> tuple[str, ...]:
    """What in the last 20 school days of this absence keeps it from counting towards removal.

    A day without a register is named where the run crosses it; without terms entered, however long ago.
    """
    window = register.last_school_days(REMOVAL_DAYS)
    recent_on = window[0] if window else date.max
    reasons: list[str] = []
    for step in steps:
        on, is_recent = step.day.on, step.day.on >= recent_on
        if step.effects.attended:
            reasons = []
        elif not step.day.reported:
            is_crossed = run_started_on is not None and on > run_started_on
            if is_crossed and (is_recent or not register.planned):
                reasons.append(f"not reported {on}")
        elif is_recent and step.of_age and step.effects.on_removal is RemovalEffect.BREAK:
            reasons += [
                f"{code_of(letter) or 'unmarked'} {on} {half}"
                for letter, half in ((step.am, Half.AM), (step.pm, Half.PM))
                if letter == NO_MARK or BY_LETTER[letter].removal_effect is RemovalEffect.BREAK
            ]
    return tuple(reasons)


def _unmarked_on(steps: Sequence[Step], last_attended_on: date | None) -> tuple[date, ...]:
    return tuple(
        step.day.on
        for step in steps
        if step.effects.unmarked and (last_attended_on is None or step.day.on > last_attended_on)
    )
