"""Which school days have a register: on a school's first page, and school by school for the authority."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

from flask import url_for

from cme.attendance.codes import Half
from cme.attendance.coverage import PartDay, RegisterCoverage
from cme.web.presenters import dates
from cme.web.presenters.words import counted, listed, school_days

MOST_DAYS = 5
"""Days named one by one; of more, the first and the last are."""

MOST_SENTENCES = 2
"""Sentences about registers in part among the things to do; the rest stands further down the page."""

COMPLETE = "Every school day has its register."

_HALVES = {Half.AM: "morning", Half.PM: "afternoon"}


def days_listed(days: Sequence[date]) -> str:
    """Dates as a sentence lists them, each month named once: Thu 12 and Fri 13 November."""
    months = [list(group) for _, group in groupby(days, lambda on: (on.year, on.month))]
    texts = [
        f"{on:%a} {on.day}" + (f" {on:%B}" if on == month[-1] else "") for month in months for on in month
    ]
    return listed(texts)


def days_in_short(days: Sequence[date]) -> str:
    """The same for a few dates; for more, how many there are between the first and the last."""
    if len(days) <= MOST_DAYS:
        return days_listed(days)
    return f"{school_days(len(days))} {_between(days)}"


def _between(days: Sequence[date]) -> str:
    return f"between {days_listed([days[0], days[-1]])}"


def actions(covered: Any, laestab: str) -> list[dict[str, Any]]:
    """What a school's missing registers ask of whoever uploads them."""
    registers: RegisterCoverage = covered.coverage
    href = url_for("school.list_uploads", laestab=laestab)
    found = []
    if registers.missing:
        number = len(registers.missing)
        found.append(
            {
                "heading": "Upload the register" if number == 1 else "Upload the registers that are missing",
                "href": href,
                "why": f"{_missing(registers.missing)} Absence on such a day is not counted. "
                "If the school was closed, enter the closure in its term dates.",
                "due": school_days(number),
                "tone": "alert" if number > 1 else "warn",
            }
        )
    if registers.partial:
        parts = _partial(registers.partial)
        found.append(
            {
                "heading": f"Complete the register of {school_days(len(registers.partial))}",
                "href": href,
                "why": " ".join(parts[:MOST_SENTENCES])
                + (" There is more below." if len(parts) > MOST_SENTENCES else ""),
                "tone": "warn",
            }
        )
    return found


def summary(covered: Any, *, is_asked: bool = False) -> dict[str, Any]:
    """Every day without a register or with only a part of one, for the school's first page.

    Whoever `is_asked` to upload has read most of it in `actions`: only what was left out there is repeated.
    """
    registers: RegisterCoverage = covered.coverage
    missing, partial = registers.missing, _partial(registers.partial)
    is_long = len(missing) > MOST_DAYS
    in_part = partial if len(partial) > MOST_SENTENCES or not is_asked else []
    is_complete = registers.school_days and not missing and not partial
    return {
        "empty": COMPLETE if is_complete else "",
        "missing": _missing(missing) if missing and not is_asked else "",
        "months": _by_month(missing) if is_long else [],
        "partial": in_part,
        "more": _more(is_long=is_long, in_part=bool(in_part)),
    }


def _more(*, is_long: bool, in_part: bool) -> str:
    """What the details of the first page are about; '' where they hold nothing."""
    if is_long:
        return "Each day without a register" + (", and registers in part" if in_part else "")
    return "Registers in part" if in_part else ""


def _missing(days: Sequence[date]) -> str:
    number = f" ({school_days(len(days))})" if len(days) <= MOST_DAYS else ""
    return f"No register for {days_in_short(days)}{number}."


def _by_month(days: Sequence[date]) -> list[str]:
    return [days_listed(list(group)) for _, group in groupby(days, lambda on: (on.year, on.month))]


def _partial(parts: Sequence[PartDay]) -> list[str]:
    """A sentence for each half without marks and for each group of classes, with the days it holds for."""
    sentences = []
    for half in Half:
        days = [part.on for part in parts if part.half is half]
        if days:
            sentences.append(f"Nobody has a mark for the {_HALVES[half]} of {days_in_short(days)}.")
    classes: dict[tuple[str, ...], list[date]] = {}
    for part in parts:
        if part.classes:
            classes.setdefault(part.classes, []).append(part.on)
    for names, days in classes.items():
        word = "class" if len(names) == 1 else "classes"
        sentences.append(f"No marks at all for {word} {listed(names)} on {days_in_short(days)}.")
    return sentences


class Part(StrEnum):
    """A part of the authority's schools that the list can be narrowed to."""

    ALL = "all"
    MISSING = "missing"
    PARTLY = "partly"
    WAITING = "waiting"
    NEVER = "never"


_IN: Mapping[Part, tuple[str, Callable[[Any], bool], str]] = {
    Part.ALL: (
        "All schools",
        lambda _covered: True,
        "No school has been entered yet. The local authority administrator enters them.",
    ),
    Part.MISSING: (
        "Days without a register",
        lambda covered: bool(days_missing(covered)),
        COMPLETE,
    ),
    Part.PARTLY: (
        "Registers in part",
        lambda covered: bool(covered.coverage.partial),
        "No register lacks a morning, an afternoon or a class.",
    ),
    Part.WAITING: (
        "Uploads waiting",
        lambda covered: covered.waiting > 0,
        "No upload waits for approval.",
    ),
    Part.NEVER: (
        "No register yet",
        lambda covered: not covered.is_counted,
        "Every school has sent a register.",
    ),
}
"""How a part is called, what is in it, and what to say where nothing is."""


def part_named(name: str | None) -> Part:
    """The part of that name, or all."""
    return Part(name) if name in {part.value for part in Part} else Part.ALL


def list_of_schools(schools: Sequence[Any], part: Part) -> dict[str, Any]:
    """The schools of a part, the one with most days missing first, with the totals of every part.

    Of a school without term dates its row says so: holidays may be among its days.
    """
    heading, is_in, empty = _IN[part]
    found = sorted(
        filter(is_in, schools),
        key=lambda each: (-len(days_missing(each)), -len(each.coverage.partial), each.school.name),
    )
    missing = sum(len(days_missing(each)) for each in found)
    return {
        "heading": f"Schools: {heading.lower()}" if part is not Part.ALL else "Schools and their registers",
        "caption": f"{counted(len(found), 'school')}, {school_days(missing)} without a register",
        "parts": [_part(each, schools, part) for each in Part],
        "rows": [_row(each) for each in found],
        "empty": empty,
    }


def _part(part: Part, schools: Sequence[Any], chosen: Part) -> dict[str, Any]:
    text, is_in, _ = _IN[part]
    show = None if part is Part.ALL else part.value
    return {
        "text": f"{text} ({sum(map(is_in, schools)):,})",
        "href": url_for("school.list_schools", show=show),
        "active": part is chosen,
    }


def days_missing(covered: Any) -> Sequence[date]:
    """The days that lack a register: what the school's own page says of it."""
    missing: Sequence[date] = covered.coverage.missing
    return missing


def _row(covered: Any) -> dict[str, Any]:
    registers: RegisterCoverage = covered.coverage
    days = days_missing(covered)
    missing = len(days)
    return {
        "name": covered.school.name,
        "laestab": covered.school.laestab,
        "href": url_for("school.show", laestab=covered.school.laestab),
        "last": dates.day(registers.last_on) if registers.last_on else _no_register(covered),
        "missing": f"{missing:,}",
        "tone": "" if not missing else "due" if missing == 1 else "overdue",
        "days": _row_days(days)
        + ("" if covered.has_calendar else ". No term dates: holidays may be among them"),
        "none": "None" if covered.has_calendar else "No term dates",
        "partial": f"{len(registers.partial):,}",
        "waiting": f"{covered.waiting:,}",
    }


def _row_days(days: Sequence[date]) -> str:
    return _between(days) if len(days) > MOST_DAYS else days_listed(days)


def _no_register(covered: Any) -> str:
    return "None this school year" if covered.is_counted else "None yet"
