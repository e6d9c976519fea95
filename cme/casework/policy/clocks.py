"""Clocks: how long something may take, in which unit, from which start. The one place that counts time.

Sources: casework reference s.2 for the units and the starts; how a clock of 0 and a missing hour are read
is our policy.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType

from cme.attendance.calendar import SchoolCalendar


class Unit(StrEnum):
    """What a clock counts in. School days are the pupil's school's; working days exclude bank holidays."""

    SCHOOL_DAY = "school_day"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WEEK = "week"
    CALENDAR_MONTH = "calendar_month"
    HOUR = "hour"

    @property
    def noun(self) -> str:
        """The unit as people say it: school day."""
        return self.value.replace("_", " ")


BASES: Mapping[str, str] = MappingProxyType(
    {
        "law": "required by law or statutory guidance",
        "procedure": "the local procedure",
        "practice": "practice of another authority",
        "default": "our policy",
        "authority": "set by the local authority",
    }
)
"""What a clock rests on -> the words shown beside its deadline."""

FIRST_COUNTED_DAY = "first_counted_day"

STARTS: Mapping[str, str] = MappingProxyType(
    {
        FIRST_COUNTED_DAY: "the first counted day of the absence, which is day 1",
        "first_unexplained_session": "the first session without an explanation",
        "flagged_pupil_unexplained": "a flagged child is absent without an explanation",
        "first_day_ill": "the first day with code I",
        "mark_n_entered": "the day on which code N was entered",
        "leave_ended": "the last day of the leave that was granted",
        "previous_return": "the attendance return before",
        "returned_for_information": "the referral was sent back for information",
        "referral_received": "the referral arrived",
        "previous_joint_note": "the joint note before",
        "removal_proposed": "the removal was proposed",
        "removal": "the removal from the register",
        "name_entered": "the name was entered in the register",
        "new_school_known": "the new school is known",
        "recorded_cme": "the child was recorded as missing from education",
        "trace_written": "the trace request was begun",
        "match_found": "a child was found who may be the one looked for",
        "possible_location": "somebody reported where the child may be",
        "returned_or_found": "the child came back or was found",
        "last_entry": "the last entry in the case",
        "question_asked": "the other side asked a question",
        "noticed_missing": "somebody noticed that the child is missing",
        "rated_very_high": "the risk was rated very high",
        "first_episode_in_window": "the first missing episode of the window",
    }
)
"""What can set a clock going -> the words for it. A clock with any other start is refused."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long something may take: `value` units from the event `start`, resting on `basis`.

    `at` is the time of day it is due, in England, where the policy names one.
    """

    value: int
    unit: Unit
    start: str
    basis: str
    at: time | None = None

    @property
    def counts_its_first_day(self) -> bool:
        """Whether the starting day is day 1, as it is for days of an absence."""
        return self.start == FIRST_COUNTED_DAY

    @property
    def text(self) -> str:
        """The length in words: day 3, 2 working days, the same day by 10:00."""
        if self.counts_its_first_day:
            said = f"day {self.value}"
        elif self.value:
            said = f"{self.value} {self.unit.noun}{'s' if self.value > 1 else ''}"
        else:
            said = "at once" if self.unit is Unit.HOUR else f"the same {self.unit.noun.split()[-1]}"
        return f"{said} by {self.at:%H:%M}" if self.at else said


def due_on(
    clock: Clock, start_on: date, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> date:
    """The date on which something is due, counted from the date it starts.

    Day 1 of an absence is its first counted day, so D10 lies nine school days after it; every other clock
    starts the day after. A clock of 0 is due on its first day, or on the next that the unit counts.
    Raises ValueError for a clock in hours: that ends at an instant (`due_at`).
    """
    count = clock.value - 1 if clock.counts_its_first_day else clock.value
    match clock.unit:
        case Unit.SCHOOL_DAY:
            return calendar.nth_school_day_after(start_on, count)
        case Unit.WORKING_DAY:
            return nth_working_day_after(start_on, count, bank_holidays | calendar.bank_holidays)
        case Unit.CALENDAR_DAY:
            return start_on + timedelta(days=count)
        case Unit.WEEK:
            return start_on + timedelta(weeks=count)
        case Unit.CALENDAR_MONTH:
            return months_after(start_on, count)
        case Unit.HOUR:
            raise ValueError("A clock in hours ends at an instant. Ask due_at for it.")


def due_at(clock: Clock, start_at: datetime) -> datetime:
    """The instant, in UTC, at which something is due, for a clock in hours.

    They are hours that pass: they run through nights, weekends, holidays and the change of the clocks.
    Raises ValueError for any other unit.
    """
    if clock.unit is not Unit.HOUR:
        raise ValueError(f"A clock in {clock.unit} ends on a date. Ask due_on for it.")
    return start_at.astimezone(UTC) + timedelta(hours=clock.value)


def strikes_at(
    clock: Clock,
    start_on: date,
    calendar: SchoolCalendar,
    bank_holidays: frozenset[date] = frozenset(),
    *,
    zone: tzinfo,
) -> datetime:
    """The instant, in UTC, at which a clock with a time of day is due: that time on its last date, in `zone`.

    A time that the change to summer time leaves out is read as an hour later. Raises ValueError for a clock
    without a time of day, and for one in hours.
    """
    if clock.at is None:
        raise ValueError("This clock names no time of day. Ask due_on for its date.")
    on = due_on(clock, start_on, calendar, bank_holidays)
    return datetime.combine(on, clock.at, zone).astimezone(UTC)


def is_working_day(on: date, bank_holidays: frozenset[date]) -> bool:
    """Whether a date lies between Monday and Friday and is no bank holiday."""
    return on.weekday() <= 4 and on not in bank_holidays


def nth_working_day_after(on: date, n: int, bank_holidays: frozenset[date]) -> date:
    """The nth working day after a date; n = 0 is the date itself or else the next working day."""
    day = on if n else on - timedelta(days=1)
    for _ in range(max(n, 1)):
        day += timedelta(days=1)
        while not is_working_day(day, bank_holidays):
            day += timedelta(days=1)
    return day


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it is shorter."""
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))
