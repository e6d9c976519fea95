"""Which days and sessions a school holds (attendance-law: counting is by that school's own days).

A school that has entered its terms is counted by them. One that has not is counted by what its registers
show: a session is held when anybody has a mark other than '#' in it. Bank holidays come in as an argument.
"""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from cme.attendance.codes import Half
from cme.attendance.lines import LENGTH, Coverage, academic_year, position, session_at


class PeriodKind(StrEnum):
    """What an entry of a school's calendar says of its dates."""

    TERM = "term"
    INSET = "inset"
    CLOSURE = "closure"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Period:
    """A run of dates in a school's calendar, both ends inclusive.

    `half` narrows a closure to the mornings or afternoons of its dates, as on an early last day of term.
    """

    kind: PeriodKind
    first_on: date
    last_on: date
    note: str = ""
    half: Half | None = None

    def covers(self, on: date, half: Half) -> bool:
        """Whether the entry speaks of that session."""
        return self.first_on <= on <= self.last_on and self.half in (None, half)


class CalendarUnreadable(ValueError):
    """A calendar file that cannot be used; the message says which line and what to do."""


def read_calendar(text: str) -> tuple[Period, ...]:
    """The periods of a calendar file: CSV with the columns kind, first_on, last_on, note (and half).

    Dates are ISO. Raises CalendarUnreadable naming the line; a file without a term is refused, since days
    outside every term are not school days and nothing would be counted.
    """
    reader = csv.DictReader(text.lstrip("\ufeff").splitlines())
    reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
    missing = {"kind", "first_on", "last_on"} - set(reader.fieldnames)
    if missing:
        raise CalendarUnreadable(
            f"The calendar has no column {' or '.join(sorted(missing))}. "
            "Its first line must be kind,first_on,last_on,note."
        )
    periods = tuple(_read_period(reader.line_num, row) for row in reader if any(row.values()))
    if not any(period.kind is PeriodKind.TERM for period in periods):
        raise CalendarUnreadable(
            "The calendar has no term. Add a line such as term,2026-09-02,2026-10-23,Autumn."
        )
    return periods


def _read_period(line: int, row: Mapping[str, str | None]) -> Period:
    try:
        kind = PeriodKind((row["kind"] or "").strip().lower())
    except ValueError:
        raise CalendarUnreadable(
            f"Line {line} of the calendar: kind must be term, inset, closure or holiday."
        ) from None
    try:
        first_on = date.fromisoformat((row["first_on"] or "").strip())
        last_on = date.fromisoformat((row["last_on"] or "").strip() or first_on.isoformat())
    except ValueError:
        raise CalendarUnreadable(
            f"Line {line} of the calendar: write dates as 2026-09-02 (year, month, day)."
        ) from None
    if last_on < first_on:
        raise CalendarUnreadable(f"Line {line} of the calendar ends before it begins. Swap the two dates.")
    half = (row.get("half") or "").strip().upper()
    if half and half not in Half.__members__:
        raise CalendarUnreadable(f"Line {line} of the calendar: half must be AM, PM or empty.")
    return Period(kind, first_on, last_on, (row.get("note") or "").strip(), Half(half) if half else None)


@dataclass(frozen=True)
class SchoolCalendar:
    """A school's own calendar; without any term it knows only weekdays and bank holidays."""

    periods: tuple[Period, ...] = ()
    bank_holidays: frozenset[date] = frozenset()
    _held: dict[date, tuple[bool, bool]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    @cached_property
    def is_planned(self) -> bool:
        """Whether the school has entered its terms."""
        return any(period.kind is PeriodKind.TERM for period in self.periods)

    @cached_property
    def last_planned_on(self) -> date | None:
        """The last day of the last term entered."""
        return max((p.last_on for p in self.periods if p.kind is PeriodKind.TERM), default=None)

    def sessions(self, on: date) -> tuple[bool, bool]:
        """Whether the calendar holds (AM, PM) of a date; without terms every weekday but bank holidays."""
        found = self._held.get(on)
        if found is None:
            found = self._held[on] = (self._holds(on, Half.AM), self._holds(on, Half.PM))
        return found

    def _holds(self, on: date, half: Half) -> bool:
        if not self._is_working_day(on):
            return False
        speaking = [period.kind for period in self.periods if period.covers(on, half)]
        if not self.is_planned:
            return not speaking
        return PeriodKind.TERM in speaking and all(kind is PeriodKind.TERM for kind in speaking)

    def is_school_day(self, on: date) -> bool:
        """Whether at least one session is held on a date."""
        return any(self.sessions(on))

    def nth_school_day_after(self, on: date, n: int) -> date:
        """The nth school day after a date; n = 0 is the date itself or else the next school day.

        Beyond the last term entered, weekdays other than bank holidays stand in, so that no deadline is
        ever lost for want of next year's calendar.
        """
        day = on if n else on - timedelta(days=1)
        for _ in range(max(n, 1)):
            day += timedelta(days=1)
            while not self._expects(day):
                day += timedelta(days=1)
        return day

    def last_school_day_before(self, on: date) -> date:
        """The last school day before a date; before the first term entered, weekdays stand in."""
        terms_begin_on = min((p.first_on for p in self.periods if p.kind is PeriodKind.TERM), default=None)
        day = on - timedelta(days=1)
        while not (
            self._is_working_day(day) if terms_begin_on and day < terms_begin_on else self._expects(day)
        ):
            day -= timedelta(days=1)
        return day

    def _expects(self, on: date) -> bool:
        if self.last_planned_on is not None and on > self.last_planned_on:
            return self._is_working_day(on)
        return self.is_school_day(on)

    def _is_working_day(self, on: date) -> bool:
        return on.weekday() <= 4 and on not in self.bank_holidays

    def school_days_in(self, after: date, until: date) -> int:
        """How many school days lie after one date, up to and including another."""
        return sum(
            self._expects(after + timedelta(days=offset)) for offset in range(1, (until - after).days + 1)
        )


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """One date of a school's register.

    `am` and `pm` say which sessions were held; `reported` is False when the school submitted nothing for a
    day that it was expected to hold; `year` and `at` are where the day stands in a register line.
    """

    on: date
    am: bool
    pm: bool
    reported: bool
    year: int
    at: int

    @property
    def is_school_day(self) -> bool:
        """Whether at least one session was held."""
        return self.am or self.pm


@dataclass(frozen=True)
class RegisterDays:
    """The days that one school's registers are counted over, in order.

    `planned` tells by which of two rules an unreported day is counted: with terms entered it sets
    `removal_run` to 0 (attendance-law s.6.2 rule 3); without, it is skipped by all runs, and named.
    """

    days: tuple[SchoolDay, ...]
    planned: bool
    as_of: date | None

    @cached_property
    def _dates(self) -> list[date]:
        return [day.on for day in self.days]

    @cached_property
    def _school_days(self) -> list[date]:
        return [day.on for day in self.days if day.is_school_day and (day.reported or self.planned)]

    @property
    def school_days(self) -> int:
        """How many school days there are up to `as_of`."""
        return self.school_days_in(date.min, self.as_of) if self.as_of else 0

    @property
    def unreported(self) -> tuple[date, ...]:
        """Days up to `as_of` for which the school submitted nothing."""
        return tuple(d.on for d in self.days if not d.reported and self.as_of and d.on <= self.as_of)

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], SchoolDay]:
        return {(day.year, day.at): day for day in self.days}

    def day_at(self, year: int, at: int) -> SchoolDay | None:
        """The day that stands at an AM index of an academic year's line; None when it is not counted over."""
        return self._by_place.get((year, at))

    def between(self, first_on: date, last_on: date) -> tuple[SchoolDay, ...]:
        """The days from one date to another, both inclusive."""
        return self.days[bisect_left(self._dates, first_on) : bisect_right(self._dates, last_on)]

    def school_days_in(self, after: date, until: date) -> int:
        """How many school days lie after one date, up to and including another."""
        return bisect_right(self._school_days, until) - bisect_right(self._school_days, after)

    def last_school_days(self, count: int) -> list[date]:
        """The last `count` school days up to `as_of`, in order."""
        end = bisect_right(self._school_days, self.as_of) if self.as_of else 0
        return self._school_days[max(0, end - count) : end]


def register_days(calendar: SchoolCalendar, coverage: Coverage, *, as_of: date | None = None) -> RegisterDays:
    """The days over which a school's registers are counted, from the first date with a mark to the last.

    `as_of` defaults to the last closed day and is never later than it: a missing upload is not absence.
    """
    marked, held = coverage.marked(), coverage.held()
    days = tuple(_days(calendar, marked, held))
    closed_on = _last_closed(days, marked, planned=calendar.is_planned)
    if as_of is None or (closed_on is not None and as_of > closed_on):
        as_of = closed_on
    return RegisterDays(days, calendar.is_planned, as_of if closed_on else None)


def _days(
    calendar: SchoolCalendar, marked: Mapping[int, str], held: Mapping[int, str]
) -> Iterator[SchoolDay]:
    dates = list(_marked_dates(marked))
    if not dates:
        return
    day, last = dates[0], dates[-1]
    while day <= last:
        year, at = academic_year(day), position(day)
        any_mark = marked.get(year, _NONE)[at : at + 2]
        any_held = held.get(year, _NONE)[at : at + 2]
        am, pm = _sessions(calendar, day, any_mark, any_held)
        reported = "1" in any_mark
        if am or pm or (reported and day.weekday() <= 4):
            yield SchoolDay(day, am, pm, reported, year, at)
        day += timedelta(days=1)


_NONE = "0" * LENGTH


def _sessions(calendar: SchoolCalendar, on: date, any_mark: str, any_held: str) -> tuple[bool, bool]:
    """Whether (AM, PM) of a date were held, or expected when the school submitted nothing for the date."""
    shown = (any_held[0] == "1", any_held[1] == "1")
    if on.weekday() <= 4 and on in calendar.bank_holidays:
        return shown
    am, pm = calendar.sessions(on)
    if any_mark == "00":
        return am, pm
    if not calendar.is_planned:
        return am and shown[0], pm and shown[1]
    # A session that the whole school marked '#' was not held, whatever the calendar expected.
    return am and (shown[0] or any_mark[0] == "0"), pm and (shown[1] or any_mark[1] == "0")


def _marked_dates(marked: Mapping[int, str]) -> Iterator[date]:
    """Every weekday with a mark; a mark on a Saturday or Sunday is not counted and opens no range."""
    for year, bits in sorted(marked.items()):
        for index in range(0, LENGTH, 2):
            on, _ = session_at(year, index)
            if "1" in bits[index : index + 2] and on.weekday() <= 4:
                yield on


def _last_closed(days: tuple[SchoolDay, ...], marked: Mapping[int, str], *, planned: bool) -> date | None:
    """The latest school day for which the school has submitted every session that it held.

    Without terms only the last day can be open: its PM was neither held nor marked '#'.
    """
    reported = [day for day in days if day.reported]
    for day in reversed(reported):
        am, pm = (bit == "1" for bit in marked[day.year][day.at : day.at + 2])
        if planned:
            is_closed = (am or not day.am) and (pm or not day.pm)
        else:
            is_closed = pm or day is not reported[-1]
        if day.is_school_day and is_closed:
            return day.on
    return None
