"""A calendar as people read it: a list by year, months in a picture, and what a change of it does."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.attendance.codes import Half
from cme.attendance.lines import academic_year
from cme.attendance.periods import Edit, Periods, in_order, key_of, label_of, write_edit, year_of
from cme.services.absence import Change
from cme.services.calendars import Days, MarkedDay, Preview, Receipt
from cme.services.following import Followed
from cme.web.presenters import dates, impact
from cme.web.presenters.pupils import case_of, class_name, list_names
from cme.web.presenters.stages import stage_tag
from cme.web.presenters.words import counted, listed

MOST_SPANS = 8
"""Stretches of dates named in one sentence; how many there are in all is said."""

MOST_MARKED = 10
"""Days with marks named one by one."""

_HALVES = {None: "", Half.AM: ", morning only", Half.PM: ", afternoon only"}


def year_name(year: int) -> str:
    """An academic year as schools write it: 2026/27."""
    return f"{year}/{(year + 1) % 100:02d}"


def year_asked(given: str | None, today: date) -> int:
    """The academic year that an address asks for; the present one where it asks for none that could be."""
    year = int(given) if given and given.isascii() and given.isdigit() and len(given) == 4 else 0
    return year if 2000 < year < 2100 else academic_year(today)


def years_to_show(periods: Iterable[Period], today: date, shown: int) -> list[int]:
    """The years that have entries, with the present one, the next and the one shown."""
    now = academic_year(today)
    return sorted({year_of(period) for period in periods} | {now, now + 1, shown})


def year_page(calendar: SchoolCalendar, year: int, today: date) -> dict[str, Any]:
    """One academic year of a calendar: its entries, gaps and bank holidays in order, months, and totals."""
    first_on, last_on = date(year, 9, 1), date(year + 1, 8, 31)
    days = [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
    held = [calendar.sessions(on) for on in days] if calendar.is_planned else []
    rows = [*_entry_rows(calendar, year), *_gap_rows(calendar, year), *_bank_holiday_rows(calendar, year)]
    has_term = any(year_of(each) == year and each.kind is PeriodKind.TERM for each in calendar.periods)
    return {
        "name": year_name(year),
        "rows": [row for _, row in sorted(rows, key=lambda pair: pair[0])],
        "has_term": has_term,
        "total": _total(sum(map(any, held)), sum(am + pm for am, pm in held)) if has_term else "",
        "months": [_month(calendar, year, number, today) for number in range(12)] if has_term else [],
        "key": [{"tone": tone, "text": text} for tone, text in _TONES.items()],
    }


def _total(days: int, sessions: int) -> str:
    return f"{counted(days, 'school day')}, {counted(sessions, 'session')}"


def _entry_rows(calendar: SchoolCalendar, year: int) -> Iterable[tuple[Any, dict[str, Any]]]:
    for period in calendar.periods:
        if year_of(period) == year:
            yield _order(period.first_on, period.kind), entry_row(period, calendar)


def entry_row(period: Period, calendar: SchoolCalendar | None = None) -> dict[str, Any]:
    """One entry in a list; a term with its school days where the calendar is given."""
    days = ""
    if calendar is not None and period.kind is PeriodKind.TERM:
        span = range((period.last_on - period.first_on).days + 1)
        number = sum(calendar.is_school_day(period.first_on + timedelta(days=each)) for each in span)
        days = counted(number, "school day")
    return {
        "when": dates.day_span(period.first_on, period.last_on) + _HALVES[period.half],
        "what": label_of(period.kind),
        "note": period.note,
        "days": days,
        "key": key_of(period),
    }


def _gap_rows(calendar: SchoolCalendar, year: int) -> Iterable[tuple[Any, dict[str, Any]]]:
    """The weekdays between one term and the next, which need no entry of their own."""
    terms = [each for each in in_order(calendar.periods) if each.kind is PeriodKind.TERM]
    for term, following in pairwise(terms):
        between = range(1, (following.first_on - term.last_on).days)
        days = [term.last_on + timedelta(days=each) for each in between]
        weekdays = [on for on in days if on.weekday() <= 4]
        if weekdays and academic_year(weekdays[0]) == year:
            what = {"what": "Between terms", "note": "", "days": "", "key": ""}
            yield _order(weekdays[0]), {"when": dates.day_span(weekdays[0], weekdays[-1]), **what}


def _bank_holiday_rows(calendar: SchoolCalendar, year: int) -> Iterable[tuple[Any, dict[str, Any]]]:
    for on in calendar.bank_holidays:
        if academic_year(on) == year and on.weekday() <= 4:
            what = {"what": "Bank holiday", "note": "", "days": "", "key": ""}
            yield _order(on), {"when": dates.day(on), **what}


def _order(on: date, kind: PeriodKind | None = None) -> tuple[date, int]:
    return on, 0 if kind is PeriodKind.TERM else 1


_TONES = {
    "held": "School day",
    "half": "Half a day",
    "inset": "INSET day",
    "closure": "Closure",
    "bank": "Bank holiday",
    "out": "Not in term",
}


def _month(calendar: SchoolCalendar, year: int, number: int, today: date) -> dict[str, Any]:
    """One month, Monday to Friday, a week a row."""
    month = (8 + number) % 12 + 1
    first_on = date(year if month >= 9 else year + 1, month, 1)
    monday = first_on - timedelta(days=first_on.weekday())
    weeks = []
    while monday <= (first_on + timedelta(days=31)).replace(day=1) - timedelta(days=1):
        days = [monday + timedelta(days=each) for each in range(5)]
        if any(on.month == month for on in days):
            weeks.append([_cell(calendar, on, today) if on.month == month else None for on in days])
        monday += timedelta(days=7)
    return {"name": f"{first_on:%B %Y}", "weeks": weeks}


def _cell(calendar: SchoolCalendar, on: date, today: date) -> dict[str, Any]:
    tone = _tone(calendar, on)
    return {"day": on.day, "tone": tone, "text": _TONES[tone], "is_today": on == today}


def _tone(calendar: SchoolCalendar, on: date) -> str:
    sessions = calendar.sessions(on)
    if all(sessions):
        return "held"
    if any(sessions):
        return "half"
    if on in calendar.bank_holidays:
        return "bank"
    kinds = {each.kind for each in calendar.periods if each.first_on <= on <= each.last_on}
    if PeriodKind.CLOSURE in kinds:
        return "closure"
    return "inset" if PeriodKind.INSET in kinds else "out"


def carried(edit: Edit) -> dict[str, Any]:
    """A change as the page of it shows and carries it."""
    return {"rows": edit_rows(edit), "text": write_edit(edit)}


def edit_rows(edit: Edit) -> list[dict[str, Any]]:
    """The entries of an edit in order: what goes, what comes, and what only changes."""
    rows = [(period, "Taken out", "removed") for period in edit.removed]
    rows += [(period, "Added", "added") for period in edit.added]
    rows.sort(key=lambda row: (row[0].first_on, row[2] == "added"))
    return [{**entry_row(period), "does": does} for period, does, _ in rows]


def days_in_words(days: Days, *, is_done: bool) -> list[str]:
    """What a change does to the school's days, a sentence for each kind of thing."""
    if days.is_planned and not days.was_planned:
        verb = "is now" if is_done else "would be"
        return [
            f"The school {verb} counted by these terms, and no longer by what its registers show. "
            "Days outside every term do not count, and a day of term without a register is missing."
        ]
    if days.was_planned and not days.is_planned:
        verb = "is now" if is_done else "would be"
        return [f"No term is left: the school {verb} counted by what its registers show."]
    said = [
        f"{counted(len(found), 'date')} {done if is_done else coming} {one if len(found) == 1 else many}: "
        f"{_spans(found)}."
        for found, done, coming, one, many in (
            (days.lost, "stopped being", "would stop being", "a school day", "school days"),
            (days.gained, "became", "would become", "a school day", "school days"),
            (days.halved, "changed in", "would change in", "one half of the day", "one half of the day"),
        )
        if found
    ]
    return said or ["No school day changes."]


def _spans(days: Sequence[date]) -> str:
    """Dates as stretches, bridging weekends: Mon 9 to Tue 17 Nov 2026 and Fri 4 Dec 2026."""
    spans: list[list[date]] = []
    for on in sorted(days):
        if spans and on - spans[-1][1] <= timedelta(days=3 if on.weekday() == 0 else 1):
            spans[-1][1] = on
        else:
            spans.append([on, on])
    said = [dates.day_span(first_on, last_on) for first_on, last_on in spans[:MOST_SPANS]]
    more = len(spans) - MOST_SPANS
    return listed([*said, f"{more:,} more"] if more > 0 else said)


def marked_in_words(marked: Sequence[MarkedDay]) -> list[str]:
    """The days that would be closed although the register has marks for them."""
    said = [f"{dates.day(day.on)}: {counted(day.pupils, 'pupil')} with marks" for day in marked[:MOST_MARKED]]
    more = len(marked) - MOST_MARKED
    return [*said, f"{counted(more, 'more day')} with marks"] if more > 0 else said


def foreseen(seen: Preview, registrations: Mapping[int, Any], cases: Iterable[Any]) -> dict[str, Any]:
    """What a change would do to runs and cases: in words, and child by child for who may see children."""
    moves = _moves(seen.changes, seen.followed)
    links = {case.registration_id: case_of(case) for case in cases}
    return {
        "sentences": impact.in_words([move for move, _ in moves], is_done=False),
        "caption": _caption(len(moves), "whose runs or cases would move"),
        "rows": _rows(moves, registrations, links),
    }


def recorded(receipt: Receipt, registrations: Mapping[int, Any], cases: Iterable[Any]) -> dict[str, Any]:
    """What a change did to runs and cases."""
    moves = _moves(receipt.moves, receipt.followed)
    links = {case.registration_id: case_of(case) for case in cases}
    moved = {each.registration_id: _case(each) for each in receipt.followed}
    return {
        "sentences": impact.in_words([move for move, _ in moves], is_done=True) + _deadlines(receipt),
        "caption": _caption(len(moves), "whose runs or cases moved"),
        "rows": _rows(moves, registrations, links | moved),
    }


def _moves(changes: Iterable[Change], followed: Iterable[Followed]) -> list[tuple[impact.Move, int]]:
    events = {each.registration_id: each.events for each in followed}
    return [
        (
            impact.Move(
                impact.Runs.of(each.before),
                impact.Runs.of(each.after),
                events.get(each.registration_id, ()),
            ),
            each.registration_id,
        )
        for each in changes
    ]


def _deadlines(receipt: Receipt) -> list[str]:
    number = receipt.deadlines
    return [f"What is due next changed in {counted(number, 'open case')}."] if number else []


def _case(followed: Followed) -> dict[str, Any]:
    return {"reference": followed.reference, "tag": stage_tag(followed.after)}


def _rows(
    moves: Sequence[tuple[impact.Move, int]], registrations: Mapping[int, Any], links: Mapping[int, Any]
) -> list[dict[str, Any]]:
    names = list_names(registrations.values())
    seen = [(move, key) for move, key in moves if key in names]
    return [
        impact.row(
            move,
            names[key],
            class_name(registrations[key]),
            id=key,
            case=links.get(key),
            why=impact.why(move, "Counted again with these dates"),
        )
        for move, key in impact.heaviest(seen)
    ]


def _caption(number: int, whose: str) -> str:
    total = f"{counted(number, 'pupil')} {whose}"
    return f"{total}. The first {impact.MOST_ROWS} are listed." if number > impact.MOST_ROWS else total


def offered_years(periods: Periods) -> list[tuple[int, str]]:
    """The academic years that an authority offers, newest first, each with its number of entries."""
    numbers = Counter(map(year_of, periods))
    return [
        (year, f"{year_name(year)}: {counted(numbers[year], 'entry', 'entries')}")
        for year in sorted(numbers, reverse=True)
    ]
