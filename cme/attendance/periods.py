"""Editing a calendar: what an entry is called, what an edit makes of the entries, and what is wrong with it.

A calendar is never changed in place: an edit names the entries that go and those that come, so that it can
be shown before it is made, carried by a form, and made again on a calendar that changed meanwhile.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cme.attendance.calendar import CalendarUnreadable, Period, PeriodKind, read_calendar
from cme.attendance.codes import Half
from cme.attendance.lines import academic_year

Periods = tuple[Period, ...]

LONGEST_NOTE = 200
_LONGEST_ENTRY = 366
MOST_ENTRIES = 400
"""Entries in one file. Ten years of a busy calendar have about 200."""

YEARS_BACK, YEARS_AHEAD = 7, 3
"""Academic years before and after the present one that dates may lie in (our policy: it catches slips)."""

_HEADINGS = ("kind", "first_on", "last_on", "note", "half")
_LARGEST_FILE = 200_000
_DAY_FIRST = re.compile(r'(?<=,)[ \t]*"?([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})"?[ \t]*(?=,|$)', re.MULTILINE)
"""A field that is a date as a spreadsheet set for England saves it."""

_LABELS = {
    PeriodKind.TERM: "Term",
    PeriodKind.INSET: "INSET day",
    PeriodKind.CLOSURE: "Closure",
    PeriodKind.HOLIDAY: "Holiday",
}
_HALVED = (PeriodKind.INSET, PeriodKind.CLOSURE)


def label_of(kind: PeriodKind) -> str:
    """What people call a kind of entry."""
    return _LABELS[kind]


def key_of(period: Period) -> str:
    """An entry by what tells it from all others, in letters that an address and the audit log take."""
    half = f":{period.half.value}" if period.half else ""
    return f"{period.kind.value}:{period.first_on.isoformat()}/{period.last_on.isoformat()}{half}"


def find(periods: Iterable[Period], key: str) -> Period | None:
    """The entry with that key; None where there is none."""
    return next((period for period in periods if key_of(period) == key), None)


def describe(period: Period) -> str:
    """An entry in words: "the closure 12 November 2026, morning (Boiler)"."""
    days = _day(period.first_on)
    if period.last_on != period.first_on:
        days += f" to {_day(period.last_on)}"
    half = {None: "", Half.AM: ", morning", Half.PM: ", afternoon"}[period.half]
    note = f" ({period.note})" if period.note else ""
    name = _LABELS[period.kind]
    name = name if period.kind is PeriodKind.INSET else name.lower()
    return f"the {name} {days}{half}{note}"


def in_order(periods: Iterable[Period]) -> Periods:
    """Entries by their dates; the same entries are always in the same order."""
    return tuple(sorted(periods, key=lambda each: (each.first_on, each.last_on, key_of(each), each.note)))


def fingerprint(periods: Iterable[Period]) -> str:
    """What tells whether a calendar is still as it was: SHA-256 of its entries, in hexadecimal."""
    return hashlib.sha256(write_calendar(periods).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Edit:
    """Entries that go and entries that come. One that changes is in both."""

    removed: Periods = ()
    added: Periods = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


class EntryGone(LookupError):
    """An entry that was to be changed is not in the calendar any more, or one that was to come is already."""


def difference(old: Iterable[Period], new: Iterable[Period]) -> Edit:
    """What makes one calendar of another."""
    before, after = set(old), set(new)
    return Edit(in_order(before - after), in_order(after - before))


def apply(periods: Iterable[Period], edit: Edit) -> Periods:
    """The calendar after an edit. Raises EntryGone when the edit does not fit what is there."""
    now = set(periods)
    kept = now - set(edit.removed)
    if not set(edit.removed) <= now or kept & set(edit.added):
        raise EntryGone
    return in_order(kept | set(edit.added))


def replace_span(periods: Iterable[Period], given: Iterable[Period]) -> Edit:
    """What puts the given entries in place of those that stand in the dates that they cover (our policy).

    Given terms cover everything from the first to the last day of them, entries of another kind only
    their own kind: one closure in a file takes no term out. What lies outside stays.
    """
    new, old = set(given), set(periods)
    spans = _spans(new)
    return difference(old, {each for each in old if not _lies_in(each, spans)} | new)


def copy_year(own: Iterable[Period], offered: Iterable[Period], year: int) -> Edit:
    """What takes over the terms and holidays of one academic year from the authority's dates.

    They replace what stands in the dates that they cover, as `replace_span` does: an autumn term that is
    offered alone leaves spring and summer. A school's own INSET days and closures stay; the authority's come
    where the school has none then.
    """
    mine = set(own)
    taken = {period for period in offered if year_of(period) == year}
    spans = _spans(taken)
    kept = {each for each in mine if each.kind in _HALVED or not _lies_in(each, spans)}
    added = {
        each for each in taken if not any(each.kind is other.kind and _meet(each, other) for other in kept)
    }
    return difference(mine, kept | added)


def _spans(given: Iterable[Period]) -> dict[PeriodKind, tuple[date, date]]:
    """The first and the last day of the entries of each kind."""
    spans: dict[PeriodKind, tuple[date, date]] = {}
    for each in given:
        first_on, last_on = spans.get(each.kind, (each.first_on, each.last_on))
        spans[each.kind] = min(first_on, each.first_on), max(last_on, each.last_on)
    return spans


def _lies_in(period: Period, spans: Mapping[PeriodKind, tuple[date, date]]) -> bool:
    """Whether an entry overlaps what the terms cover, or what entries of its own kind do."""
    covering = (spans[kind] for kind in {PeriodKind.TERM, period.kind} & spans.keys())
    return any(period.first_on <= last_on and first_on <= period.last_on for first_on, last_on in covering)


def year_of(period: Period) -> int:
    """The academic year in which an entry begins, which it belongs to."""
    return academic_year(period.first_on)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one entry of an edit. `field` is the part of the entry that it is about."""

    period: Period
    field: str
    message: str


def faults_of(periods: Iterable[Period], edit: Edit, *, today: date) -> list[Fault]:
    """What must be put right before an edit can be made; empty when nothing. Raises nothing.

    Only entries that come are looked at: what stands already stands (our policy, all of it).
    """
    stand = set(periods) - set(edit.removed)
    found: list[Fault] = []
    for number, period in enumerate(edit.added):
        faults = [Fault(period, field, message) for field, message in _own_faults(period, today)]
        if not faults:
            others = in_order(stand | set(edit.added[:number]))
            faults = [Fault(period, "first_on", text) for text in _clashes(period, others)]
        found += faults
    return found


def _own_faults(period: Period, today: date) -> Iterator[tuple[str, str]]:
    year = academic_year(today)
    earliest, latest = date(year - YEARS_BACK, 9, 1), date(year + YEARS_AHEAD + 1, 8, 31)
    for field, on in (("first_on", period.first_on), ("last_on", period.last_on)):
        if not earliest <= on <= latest:
            yield field, f"Dates must lie between {_day(earliest)} and {_day(latest)}. Check the year."
            return
    if period.last_on < period.first_on:
        yield "last_on", "The last day is before the first day. Correct one of them."
    elif (period.last_on - period.first_on).days >= _LONGEST_ENTRY:
        yield "last_on", "These dates cover more than a year. Check the year of each."
    elif period.kind is PeriodKind.TERM and academic_year(period.last_on) != year_of(period):
        yield (
            "last_on",
            f"A term must end by {_day(date(year_of(period) + 1, 8, 31))}. Enter each term alone.",
        )
    if period.half and period.kind not in _HALVED:
        yield "half", "Only a closure or an INSET day can be half a day. Choose the whole day."
    if period.kind is PeriodKind.CLOSURE and not period.note:
        yield "note", "Say why the school is closed, for example: Boiler failure."
    if len(period.note) > LONGEST_NOTE:
        yield "note", f"The note must be {LONGEST_NOTE} characters or fewer."
    # A spreadsheet would take it for a formula when the calendar is downloaded.
    if period.note.startswith(("=", "+", "-", "@")):
        yield "note", "The note cannot begin with =, +, - or @. Begin with a letter."


def _clashes(period: Period, others: Iterable[Period]) -> Iterator[str]:
    for other in others:
        if other.kind is period.kind and _meet(other, period):
            yield f"These dates overlap {describe(other)}. Change that entry, or correct these dates."


def _meet(one: Period, other: Period) -> bool:
    return (
        one.first_on <= other.last_on
        and other.first_on <= one.last_on
        and (None in (one.half, other.half) or one.half is other.half)
    )


def _day(on: date) -> str:
    return f"{on:%-d %B %Y}"


def read_calendar_file(content: bytes) -> Periods:
    """The entries of a calendar file from its bytes. Raises CalendarUnreadable, saying what to do.

    Dates may be day first too (02/09/2026): so Excel writes those of a calendar that was downloaded here.
    """
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise CalendarUnreadable(
            "This is a workbook or a packed file. Open it, save the calendar as CSV and send that."
        )
    if len(content) > _LARGEST_FILE:
        raise CalendarUnreadable("This file is too large to be a calendar. Choose the file with the dates.")
    try:
        periods = read_calendar(_DAY_FIRST.sub(_year_first, _decode(content)))
    except csv.Error:
        raise CalendarUnreadable(
            "The calendar cannot be read as CSV. Save it again as CSV (UTF-8)."
        ) from None
    if len(periods) > MOST_ENTRIES:
        raise CalendarUnreadable(
            f"The calendar has {len(periods):,} entries. Send at most {MOST_ENTRIES}, a few years at a time."
        )
    if len({key_of(period) for period in periods}) < len(periods):
        twice = next(each for at, each in enumerate(periods) if find(periods[:at], key_of(each)))
        raise CalendarUnreadable(f"The calendar has {describe(twice)} twice. Take one of the lines out.")
    return tuple(_tidy(period) for period in periods)


def _decode(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CalendarUnreadable("The calendar is not a text file. Save it again as CSV (UTF-8).")


def _year_first(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _tidy(period: Period) -> Period:
    return Period(period.kind, period.first_on, period.last_on, " ".join(period.note.split()), period.half)


def write_calendar(periods: Iterable[Period]) -> str:
    """A calendar as the file that `read_calendar` takes, in order of dates."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows(_row(period) for period in in_order(periods))
    return text.getvalue()


def _row(period: Period) -> tuple[str, str, str, str, str]:
    half = period.half.value if period.half else ""
    first_on, last_on = period.first_on.isoformat(), period.last_on.isoformat()
    return period.kind.value, first_on, last_on, period.note, half


def write_edit(edit: Edit) -> str:
    """An edit as one line of text, for a form to carry."""
    return json.dumps([[_row(each) for each in part] for part in (edit.removed, edit.added)])


def read_edit(text: str) -> Edit:
    """The edit that a form carried. Raises ValueError for anything that `write_edit` does not write."""
    try:
        removed, added = (tuple(map(_read_row, part)) for part in json.loads(text))
    except (TypeError, RecursionError) as fault:
        raise ValueError("not an edit of a calendar") from fault
    if len(removed) + len(added) > 2 * MOST_ENTRIES:
        raise ValueError("too many entries for one edit")
    return Edit(removed, added)


def _read_row(row: Sequence[str]) -> Period:
    kind, first_on, last_on, note, half = row
    if not isinstance(note, str):
        raise ValueError("a note is text")
    return _tidy(
        Period(
            PeriodKind(kind),
            date.fromisoformat(first_on),
            date.fromisoformat(last_on),
            note,
            Half(half) if half else None,
        )
    )
