"""The runs against a second, naive reading of the rules, over whole academic years.

`naive_runs` follows the text of the attendance rules date by date and shares nothing with the product but
its input: it keeps marks in a dictionary and knows from the drawn school which sessions were held.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from random import Random
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cme.attendance import standing
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import CODES, Half
from cme.attendance.ledger import ledger
from cme.attendance.lines import BLANK, Lines, overlay
from cme.attendance.runs import Place
from cme.attendance.standing import Standing, count
from tests.marks import from_marks

from .build import BANK_HOLIDAYS, TERMS, Register, closure, dates, inset, register_of

AM, PM = Half.AM, Half.PM
Marks = dict[tuple[date, Half], str]
Runs = tuple[int, int, int]

thoroughly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

# The rules, word for word (attendance-law s.6.2)

ZERO = set("/\\LKVPWB") | {"C", "C1", "E", "I", "J1", "M", "R", "S", "T"}
COUNT, QUALIFY, SEEN, NOT_DUE = set("GNOU"), set("GNO"), set("/\\LUVPW"), {"X", "Z"}


def fold_day(ret: int, rem: int, unseen: int, am: str, pm: str, csa: bool) -> Runs:
    held = [c for c in (am, pm) if c != "#"]
    if held and csa:
        if any(c in ZERO for c in held):
            ret = 0
        elif any(c in COUNT for c in held):
            ret += 1
        rem = rem + 1 if all(c in QUALIFY for c in held) else 0
    if any(c in SEEN for c in held):
        unseen = 0
    elif any(c not in NOT_DUE for c in held):
        unseen += 1
    return ret, rem, unseen


def of_compulsory_age(born_on: date | None, on: date) -> bool:
    if born_on is None:
        return True
    birthday = (3, 1) if (born_on.month, born_on.day) == (2, 29) else (born_on.month, born_on.day)
    first_on = date(born_on.year + 5, *birthday)
    while (first_on.month, first_on.day) not in {(3, 31), (8, 31), (12, 31)}:
        first_on += timedelta(days=1)
    leaving_year = born_on.year + 16 + (born_on.month >= 9)
    last_on = max(
        day for day in dates(date(leaving_year, 6, 1), date(leaving_year, 6, 30)) if day.weekday() == 4
    )
    return first_on <= on <= last_on


# A school and a pupil, drawn at random


@dataclass(frozen=True)
class School:
    """What a school really did, in one or two years; `has_entered_terms` is what the product knows of it."""

    years: int
    has_entered_terms: bool
    opens_on_bank_holidays: bool
    insets: frozenset[date]
    mornings_only: frozenset[date]
    unreported: frozenset[date]
    closed_by_marks: frozenset[date]

    @cached_property
    def calendar(self) -> SchoolCalendar:
        periods = (
            *TERMS[: 6 * self.years],
            *(inset(on.isoformat()) for on in sorted(self.insets)),
            *(closure(on.isoformat(), PM) for on in sorted(self.mornings_only)),
        )
        return SchoolCalendar(periods if self.has_entered_terms else (), BANK_HOLIDAYS)

    @cached_property
    def held(self) -> dict[date, set[Half]]:
        """The sessions that were due on each date, whether or not they were submitted."""
        held: dict[date, set[Half]] = {}
        for on in (
            day for period in TERMS[: 6 * self.years] for day in dates(period.first_on, period.last_on)
        ):
            if on in BANK_HOLIDAYS:
                if self.opens_on_bank_holidays:
                    held[on] = {AM, PM}
            elif on.weekday() < 5 and on not in self.insets:
                held[on] = {AM} if on in self.mornings_only else {AM, PM}
        return held

    def everybody(self) -> Iterator[tuple[date, Half, str]]:
        """The marks of a classmate who is present whenever there is a session."""
        for on, halves in self.held.items():
            if on in self.closed_by_marks:
                yield from ((on, half, "#") for half in halves)
            elif on not in self.unreported:
                yield from ((on, half, "/" if half is AM else "\\") for half in halves)


@dataclass(frozen=True)
class Scene:
    """One pupil's marks at a school, the place that they hold there, and the last day that came in."""

    school: School
    place: Place
    first: int
    stretches: list[tuple[tuple[str, str], int]]
    has_stray_marks: bool
    until: date | None = None

    @cached_property
    def marks(self) -> Marks:
        """The codes of `stretches`, day by day from the school's day number `first`."""
        # Marks on sessions that a calendar does not hold stay behind when a school enters an INSET day late.
        days = sorted({*self.school.held, *(self.school.insets if self.has_stray_marks else ())})[
            self.first :
        ]
        pairs = (pair for pair, times in self.stretches for _ in range(times))
        marks: Marks = {}
        for on, pair in zip(days, pairs, strict=False):
            for half, code in zip(
                Half, ("#", "#") if on in self.school.closed_by_marks else pair, strict=True
            ):
                if half in self.school.held.get(on, ()) or self.has_stray_marks:
                    marks[on, half] = code
        return {
            (on, half): code
            for (on, half), code in marks.items()
            if on not in self.school.unreported and (self.until is None or on <= self.until)
        }

    @cached_property
    def lines(self) -> Lines:
        return from_marks((*session, code) for session, code in self.marks.items())

    def register(self, as_of: date | None = None) -> Register:
        marks = ((*session, code) for session, code in self.marks.items())
        everybody = (mark for mark in self.school.everybody() if self.until is None or mark[0] <= self.until)
        return register_of(marks, everybody, calendar=self.school.calendar, as_of=as_of)


def naive_runs(scene: Scene, as_of: date | None) -> dict[date, Runs]:
    """The three runs after every date from the starting day to `as_of`."""
    school, place = scene.school, scene.place
    not_z = [on for (on, _), code in scene.marks.items() if code not in ("", "Z")]
    starting_day = place.starting_on or min(not_z, default=None)
    if starting_day is None or as_of is None:
        return {}
    after: dict[date, Runs] = {}
    ret = rem = unseen = 0
    for on in dates(starting_day, as_of):
        if place.removed_on and on >= place.removed_on:
            break
        halves = set() if on in school.closed_by_marks else school.held.get(on, set())
        am, pm = (scene.marks.get((on, half), "") if half in halves else "#" for half in (AM, PM))
        if am == pm == "#":
            pass
        elif on in school.unreported:
            rem = 0 if school.calendar.is_planned else rem
        else:
            ret, rem, unseen = fold_day(ret, rem, unseen, am, pm, of_compulsory_age(place.born_on, on))
        if on in place.sightings:
            unseen = 0
        after[on] = ret, rem, unseen
    return after


PAIRS = [
    *[(code, code) for code in CODES if code not in "/\\"],
    *[
        ("/", "\\"),
        ("", ""),
        ("O", ""),
        ("", "N"),
        ("O", "\\"),
        ("/", "O"),
        ("O", "C2"),
        ("D", "O"),
        ("X", ""),
    ],
    *[
        ("#", "O"),
        ("O", "#"),
        ("#", "I"),
        ("U", "O"),
        ("U", "I"),
        ("N", "Y1"),
        ("", "X"),
        ("C", "\\"),
        ("K", "O"),
    ],
]
FREQUENT = [("O", "O"), ("N", "N"), ("G", "O"), ("/", "\\")]

stretches = st.lists(
    st.tuples(st.sampled_from(FREQUENT) | st.sampled_from(PAIRS), st.integers(1, 24)), min_size=1, max_size=40
)


def weekdays_in(years: int) -> st.SearchStrategy[date]:
    return st.dates(date(2026, 9, 2), TERMS[6 * years - 1].last_on).filter(lambda on: on.weekday() < 5)


@st.composite
def schools(draw: st.DrawFn, years: int) -> School:
    some = st.frozensets(weekdays_in(years), max_size=4)
    unreported = draw(some) - BANK_HOLIDAYS
    return School(
        years=years,
        has_entered_terms=draw(st.booleans()),
        opens_on_bank_holidays=draw(st.booleans()),
        # A mark on a bank holiday makes a school day of it, so no INSET day with stray marks may be one.
        insets=draw(some) - BANK_HOLIDAYS,
        mornings_only=draw(some),
        unreported=unreported,
        closed_by_marks=draw(some) - unreported,
    )


AROUND_FIVE = st.dates(date(2021, 8, 1), date(2022, 4, 30))
AROUND_SIXTEEN = st.dates(date(2010, 8, 1), date(2011, 9, 30))


@st.composite
def scenes(draw: st.DrawFn, years: int = 1) -> Scene:
    school = draw(schools(years))
    span = st.dates(date(2026, 8, 25), date(2027, 8, 1))
    place = Place(
        starting_on=draw(st.none() | st.dates(date(2026, 9, 1), date(2026, 11, 1))),
        removed_on=draw(st.none() | st.none() | span),
        born_on=draw(st.none() | AROUND_FIVE | AROUND_SIXTEEN),
        sightings=draw(st.frozensets(span, max_size=3)),
    )
    stray = draw(st.booleans()) and school.has_entered_terms
    return Scene(school, place, draw(st.integers(0, 30)), draw(stretches), stray)


def runs_of(standing: Standing) -> tuple[int | None, int | None, int | None]:
    return standing.return_run, standing.removal_run, standing.days_unseen


def agree(scene: Scene, as_of: date | None) -> None:
    register = scene.register(as_of)
    expected = naive_runs(scene, register.days.as_of)
    standing = count(register.lines, register.days, scene.place)
    assert runs_of(standing) == ([*expected.values()] or [(0, 0, 0)])[-1]
    for day in ledger(register.lines, register.days, scene.place):
        assert (day.on, (day.return_run, day.removal_run, day.days_unseen)) == (day.on, expected[day.on])


@thoroughly
@given(scenes(), st.none() | weekdays_in(1))
def test_count_and_ledger_agree_with_the_naive_reading_over_a_year(scene: Scene, as_of: date | None) -> None:
    agree(scene, as_of)


@settings(thoroughly, max_examples=20)
@given(scenes(years=2), st.none() | weekdays_in(2))
def test_count_and_ledger_agree_with_the_naive_reading_over_two_years(
    scene: Scene, as_of: date | None
) -> None:
    agree(scene, as_of)


@thoroughly
@given(scenes())
def test_starting_from_the_last_day_that_resets_all_runs_changes_nothing(scene: Scene) -> None:
    register = scene.register()
    quick = count(register.lines, register.days, scene.place)
    with patch.object(standing, "_resets_all", return_value=False):
        whole = count(register.lines, register.days, scene.place)
    assert quick == whole


@thoroughly
@given(scenes())
def test_the_removal_run_is_never_longer_than_the_return_run(scene: Scene) -> None:
    register = scene.register()
    assert all(
        day.removal_run <= day.return_run for day in ledger(register.lines, register.days, scene.place)
    )


@thoroughly
@given(scenes(), weekdays_in(1))
def test_appending_days_leaves_the_ledger_of_the_days_before_as_it_was(scene: Scene, until: date) -> None:
    register, before = scene.register(), replace(scene, until=until).register()
    whole = ledger(register.lines, register.days, scene.place)
    part = ledger(before.lines, before.days, scene.place)
    assert whole[: len(part)] == part
    assert all(
        day.on > until or before.days.as_of is None or day.on > before.days.as_of
        for day in whole[len(part) :]
    )


@thoroughly
@given(scenes())
def test_each_day_changes_the_runs_by_what_its_marks_say_alone(scene: Scene) -> None:
    register = scene.register()
    for before, day in pairwise(ledger(register.lines, register.days, scene.place)):
        seen_between = any(before.on < on < day.on for on in scene.place.sightings)
        changes = [
            (before.return_run, day.return_run),
            (before.removal_run, day.removal_run),
            (0 if seen_between else before.days_unseen, day.days_unseen),
        ]
        assert all(new in (0, old, old + 1) for old, new in changes)


def weekly_lines(lines: Lines) -> list[tuple[int, str]]:
    """The lines cut into what each weekly upload would have brought."""
    width = 14
    parts = []
    for year, line in lines.items():
        for start in range(0, len(line), width):
            week = line[start : start + width]
            parts.append((year, BLANK[:start] + week + BLANK[start + width :]))
    return parts


@settings(thoroughly, max_examples=20)
@given(scenes(), st.randoms(use_true_random=False), st.integers(0, 20))
def test_the_order_in_which_weeks_arrive_does_not_change_the_standing(
    scene: Scene, shuffled: Random, sent_again: int
) -> None:
    parts = weekly_lines(scene.lines)
    parts += parts[:sent_again]
    shuffled.shuffle(parts)
    laid: dict[int, str] = {}
    for year, part in parts:
        laid[year] = overlay(laid.get(year, BLANK), part)
    register = scene.register()
    assert count(laid, register.days, scene.place) == count(register.lines, register.days, scene.place)


def effects_of(code: str) -> tuple[str, str, str]:
    known = CODES[code]
    return known.return_effect, known.removal_effect, known.unseen_effect


ALIKE = {
    code: [other for other in CODES if effects_of(other) == effects_of(code) and CODES[other].half is None]
    for code in CODES
}


@thoroughly
@given(scenes(), st.data())
def test_codes_of_equal_effect_are_interchangeable_in_the_runs(scene: Scene, data: st.DataObject) -> None:
    other = {code: data.draw(st.sampled_from(alike), label=code) for code, alike in ALIKE.items()}
    renamed = {key: other.get(code, "") for key, code in scene.marks.items()}
    before = scene.register()
    after = from_marks((*key, code) for key, code in renamed.items())
    place = Place(**{**_fields(scene.place), "starting_on": scene.place.starting_on or date(2026, 9, 2)})
    assert runs_of(count(after, before.days, place)) == runs_of(count(before.lines, before.days, place))


def _fields(place: Place) -> dict[str, object]:
    return {name: getattr(place, name) for name in Place.__slots__}
