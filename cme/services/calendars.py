"""Changing a school's calendar: what a change would do, and making it with everything that follows.

A calendar decides which days count, so a change of it recounts the school in the same transaction
(attendance-law s.6.2: calendar changes refold everything).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import Half
from cme.attendance.lines import BLANK, Lines, academic_year, position
from cme.attendance.periods import (
    Edit,
    Fault,
    Periods,
    apply,
    faults_of,
    fingerprint,
    key_of,
)
from cme.clock import local_date
from cme.services.absence import Change, count_school, recount_school, whole_school
from cme.services.following import Followed, foresee_register
from cme.services.registers.impact import moves
from cme.store import audit, calendars, cases, pupils, schools
from cme.store.database import transaction
from cme.store.tables import School

MOST_AUDITED = 200
"""Entries that one audit entry names of each kind; how many there were is always told."""

Sessions = tuple[bool, bool]
"""Whether AM and PM of a date are held."""


class ChangedMeanwhile(Exception):
    """Somebody changed the calendar after the change was looked at; nothing was done."""


class Unfit(Exception):
    """A change that cannot be made as it stands; `faults` says what is to be put right."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("the change of the calendar has faults")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A session or day that a change closes and for which `pupils` have a mark; these are not counted."""

    on: date
    pupils: int


@dataclass(frozen=True, slots=True)
class Days:
    """The dates of which a change alters what is held; `halved` are held in another part of the day.

    `was_planned` and `is_planned` tell whether terms are entered before and after. Where they differ no date
    is listed: the first terms change how every day is judged, not single days.
    """

    lost: tuple[date, ...]
    gained: tuple[date, ...]
    halved: tuple[date, ...]
    was_planned: bool
    is_planned: bool

    @property
    def total(self) -> int:
        """How many dates change."""
        return len(self.lost) + len(self.gained) + len(self.halved)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do; nothing was written. `based_on` is the fingerprint of the calendar it is of.

    `changes` are of everybody whose runs or case would move, `followed` of the cases that would.
    """

    edit: Edit
    after: Periods
    based_on: str
    days: Days
    marked: tuple[MarkedDay, ...]
    changes: tuple[Change, ...]
    followed: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a change did: the days, whose runs changed, the cases that moved, and deadlines that did."""

    edit: Edit
    days: Days
    moves: tuple[Change, ...]
    followed: tuple[Followed, ...]
    deadlines: int


def preview(scope: Scope, laestab: str, edit: Edit, *, today: date) -> Preview:
    """What a change of a school's calendar would do; writes nothing.

    Raises LookupError outside the scope, EntryGone when the edit does not fit the calendar as it is now,
    and Unfit when its entries have faults.
    """
    school = schools.get_school(scope, laestab, Permission.MANAGE_CALENDAR)
    whole = whole_school(school)
    before = schools.read_periods(whole, school.id)
    after = _edited(before, edit, today)
    counted = pupils.read_counted(whole, school.id)
    was, will_be = (SchoolCalendar(each, bank_holidays.england()) for each in (before, after))
    lines = [one.lines for one in counted]
    recounted = count_school(will_be, counted)
    followed = foresee_register(whole, school, recounted.days, recounted.pupils, today=today)
    return Preview(
        edit=edit,
        after=after,
        based_on=fingerprint(before),
        days=_days(was, will_be),
        marked=tuple(_closed_with_marks(was, will_be, lines)),
        changes=tuple(change for change, _ in moves(recounted, followed)),
        followed=followed,
    )


def change(
    scope: Scope, laestab: str, edit: Edit, based_on: str, *, at: datetime, address: str = ""
) -> Receipt:
    """Change a school's calendar, count the school again and let its cases follow: all of it or nothing.

    Raises LookupError outside the scope, ChangedMeanwhile when the calendar is not the one that `based_on`
    was taken of, EntryGone and Unfit as `preview` does.
    """
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.MANAGE_CALENDAR)
        before = schools.read_periods(whole_school(school), school.id)
        after = _checked(before, edit, based_on, local_date(at))
        calendars.change_school(school.id, edit, at)
        owed = _deadlines(school)
        recounted, followed = recount_school(school, at=at)
        owed_now = _deadlines(school)
        was, now = (SchoolCalendar(each, bank_holidays.england()) for each in (before, after))
        receipt = Receipt(
            edit=edit,
            days=_days(was, now),
            moves=tuple(change for change, _ in moves(recounted, followed)),
            followed=followed,
            deadlines=sum(owed[key] != owed_now[key] for key in owed.keys() & owed_now.keys()),
        )
        detail = {
            **_audited(edit),
            "school_days_lost": len(receipt.days.lost),
            "school_days_gained": len(receipt.days.gained),
            "pupils": len(receipt.moves),
            "cases": len(followed),
        }
        audit.record(scope, "calendar.changed", f"school:{school.id}", at=at, address=address, detail=detail)
        return receipt


def preview_authority(scope: Scope, code: str, edit: Edit, *, today: date) -> str:
    """Check a change of an authority's dates; the fingerprint of the dates it is of. Writes nothing.

    Raises as `preview` does. The dates count nowhere until a school copies them.
    """
    authority = calendars.find_authority(scope, code)
    if authority is None:
        raise LookupError("the authority is not within the scope")
    before = calendars.read_authority_periods(scope, authority.id)
    _edited(before, edit, today)
    return fingerprint(before)


def change_authority(
    scope: Scope, code: str, edit: Edit, based_on: str, *, at: datetime, address: str = ""
) -> None:
    """Change the dates that an authority offers its schools. Raises as `change` does."""
    with transaction():
        authority = calendars.lock_authority(scope, code)
        before = calendars.read_authority_periods(scope, authority.id)
        _checked(before, edit, based_on, local_date(at))
        calendars.change_authority(authority.id, edit, at)
        audit.record(
            scope,
            "authority_dates.changed",
            f"authority:{authority.id}",
            at=at,
            address=address,
            detail=_audited(edit),
        )


def _edited(before: Periods, edit: Edit, today: date) -> Periods:
    after = apply(before, edit)
    if faults := faults_of(before, edit, today=today):
        raise Unfit(faults)
    return after


def _checked(before: Periods, edit: Edit, based_on: str, today: date) -> Periods:
    if fingerprint(before) != based_on:
        raise ChangedMeanwhile
    return _edited(before, edit, today)


def _deadlines(school: School) -> dict[str, tuple[date | None, date | None]]:
    """What each side owes first, by case."""
    history = cases.read_cases_to_follow(whole_school(school), school.id)
    return {
        case.reference: (case.due_on, case.authority_due_on)
        for own in history.values()
        for case in own
        if case.closed_at is None
    }


def _audited(edit: Edit) -> dict[str, int | list[str | int | bool | None]]:
    return {
        "removed": [key_of(each) for each in edit.removed[:MOST_AUDITED]],
        "added": [key_of(each) for each in edit.added[:MOST_AUDITED]],
        "entries_removed": len(edit.removed),
        "entries_added": len(edit.added),
    }


def _days(was: SchoolCalendar, will_be: SchoolCalendar) -> Days:
    lost, gained, halved = [], [], []
    if was.is_planned == will_be.is_planned:
        for on, before, after in _altered(was, will_be):
            if not any(after):
                lost.append(on)
            elif not any(before):
                gained.append(on)
            else:
                halved.append(on)
    return Days(tuple(lost), tuple(gained), tuple(halved), was.is_planned, will_be.is_planned)


def _altered(was: SchoolCalendar, will_be: SchoolCalendar) -> Iterator[tuple[date, Sessions, Sessions]]:
    """Every date of which two calendars say otherwise, within what their entries cover."""
    entries = (*was.periods, *will_be.periods)
    if not entries:
        return
    on, last_on = min(each.first_on for each in entries), max(each.last_on for each in entries)
    while on <= last_on:
        before, after = was.sessions(on), will_be.sessions(on)
        if before != after:
            yield on, before, after
        on += timedelta(days=1)


def _closed_with_marks(
    was: SchoolCalendar, will_be: SchoolCalendar, lines: Sequence[Lines]
) -> Iterator[MarkedDay]:
    """The days that a change closes, wholly or in part, and for which somebody has a mark other than '#'."""
    years = {year for each in lines for year in each}
    for on in _weekdays(years):
        before, after = was.sessions(on), will_be.sessions(on)
        closes = [half for half, held, kept in zip(Half, before, after, strict=True) if held and not kept]
        if not closes:
            continue
        year, at = academic_year(on), [position(on, half) for half in closes]
        number = sum(any(each.get(year, BLANK)[index] not in ".#" for index in at) for each in lines)
        if number:
            yield MarkedDay(on, number)


def _weekdays(years: set[int]) -> Iterator[date]:
    for year in sorted(years):
        on = date(year, 9, 1)
        while on < date(year + 1, 9, 1):
            if on.weekday() <= 4:
                yield on
            on += timedelta(days=1)
