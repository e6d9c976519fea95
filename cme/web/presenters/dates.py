"""Dates and times as people read them, always in England's time."""

from datetime import date, datetime, timedelta

from cme.casework import words
from cme.clock import LONDON


def day(on: date) -> str:
    """A date with its weekday: Mon 9 Nov 2026."""
    return f"{on:%a %-d %b %Y}"


def long_day(on: date) -> str:
    """A date in full, without its weekday: 9 November 2026."""
    return words.day(on)


def moment(at: datetime) -> str:
    """An instant: Mon 9 Nov 2026, 4:05pm."""
    local = at.astimezone(LONDON)
    half = "am" if local.hour < 12 else "pm"
    return f"{day(local.date())}, {local.hour % 12 or 12}:{local:%M}{half}"


def span(first_on: date, last_on: date) -> str:
    """Two dates as one stretch, saying month and year once: 9 to 13 November 2026."""
    if first_on == last_on:
        return long_day(first_on)
    first = f"{first_on:%-d %B %Y}"
    if first_on.year == last_on.year:
        first = f"{first_on:%-d}" if first_on.month == last_on.month else f"{first_on:%-d %B}"
    return f"{first} to {long_day(last_on)}"


def day_span(first_on: date, last_on: date) -> str:
    """Two dates with their weekdays, saying month and year once: Mon 26 to Fri 30 Oct 2026."""
    if first_on == last_on:
        return day(first_on)
    first = f"{first_on:%a %-d %b %Y}"
    if first_on.year == last_on.year:
        first = f"{first_on:%a %-d}" if first_on.month == last_on.month else f"{first_on:%a %-d %b}"
    return f"{first} to {day(last_on)}"


def week(monday: date, *, with_year: bool) -> str:
    """A school week by its Monday, short enough to stand over it: 9 to 13 Nov, 30 Nov to 4 Dec 2026."""
    friday = monday + timedelta(days=4)
    first = f"{monday:%-d}" if monday.month == friday.month else f"{monday:%-d %b}"
    return f"{first} to {friday:%-d %b %Y}" if with_year else f"{first} to {friday:%-d %b}"
