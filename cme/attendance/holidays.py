"""When a school breaks up and when it is back, by its own calendar.

A holiday is a stretch of at least five weekdays on which the school holds nothing, so half terms are some,
and a bank holiday or an INSET day alone is none (our policy: a week without anybody at school is what cover
is needed for).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from cme.attendance.calendar import PeriodKind, SchoolCalendar

FEWEST_WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """The days between two school days. `back_on` is None where no later term is entered yet."""

    breaks_up_on: date
    back_on: date | None

    @property
    def first_on(self) -> date:
        """The day after the last school day, which may be a Saturday."""
        return self.breaks_up_on + timedelta(days=1)

    @property
    def last_on(self) -> date | None:
        """The day before school begins again."""
        return self.back_on - timedelta(days=1) if self.back_on else None

    def covers(self, on: date) -> bool:
        """Whether a date lies in it."""
        return on >= self.first_on and (self.last_on is None or on <= self.last_on)


def next_holiday(calendar: SchoolCalendar, on: date) -> Holiday | None:
    """The holiday that a date lies in, or else the next one after it; None where no terms are entered."""
    terms_end_on = calendar.last_planned_on
    if terms_end_on is None:
        return None
    last_day = _last_school_day(calendar, on)
    while last_day is not None:
        back_on = _next_school_day(calendar, last_day, terms_end_on)
        if back_on is None or _weekdays_between(last_day, back_on) >= FEWEST_WEEKDAYS:
            return Holiday(last_day, back_on)
        last_day = back_on
    return None


def breaks_up(calendar: SchoolCalendar, on: date) -> Holiday | None:
    """The holiday that begins when school is over on a date; None where the date is no last day of a term."""
    if not calendar.is_planned or not calendar.is_school_day(on):
        return None
    holiday = next_holiday(calendar, on)
    return holiday if holiday and holiday.breaks_up_on == on else None


def _last_school_day(calendar: SchoolCalendar, on: date) -> date | None:
    """The last school day up to a date; before the first of all, that one."""
    terms = [period for period in calendar.periods if period.kind is PeriodKind.TERM]
    begin_on, end_on = min(term.first_on for term in terms), max(term.last_on for term in terms)
    day = min(on, end_on)
    while day >= begin_on:
        if calendar.is_school_day(day):
            return day
        day -= timedelta(days=1)
    return _next_school_day(calendar, begin_on - timedelta(days=1), end_on)


def _next_school_day(calendar: SchoolCalendar, after: date, until: date) -> date | None:
    day = after + timedelta(days=1)
    while day <= until:
        if calendar.is_school_day(day):
            return day
        day += timedelta(days=1)
    return None


def _weekdays_between(first_on: date, last_on: date) -> int:
    days = range(1, (last_on - first_on).days)
    return sum((first_on + timedelta(days=number)).weekday() <= 4 for number in days)
