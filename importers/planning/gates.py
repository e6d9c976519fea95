"""Questions about a file as a whole: is it this school's, this year's, and what it seems to be?

The tests and their thresholds are our policy (registers.md s.7).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cme.attendance.calendar import PeriodKind, SchoolCalendar
from cme.attendance.codes import BY_LETTER
from cme.attendance.lines import BLANK, Coverage, academic_year, session_at
from cme.identity.matching import Step
from importers.layouts.schools import SaidSchool
from importers.planning.gate_facts import FileFacts, SchoolFacts
from importers.planning.other_school import differ
from importers.planning.planned import KnownPupil, Plan


class Effect(StrEnum):
    """What a gate does: STOP cannot be passed, HOLD waits for a person to confirm, NOTICE is only said."""

    STOP = "stop"
    HOLD = "hold"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Gate:
    """Something about the whole file that stops it, or that a person must look at.

    `details` are lines to show under the message and may name pupils: they go on a page and in no log.
    `classes` are those of the file where it looks like a part of the school. `basis` is what the gate was
    drawn from, beyond its words.
    """

    code: str
    effect: Effect
    message: str
    details: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    basis: str = ""

    @property
    def key(self) -> str:
        """What is kept when a person confirms: other numbers under the gate make another key."""
        content = "\0".join((self.code, self.message, *self.details, *self.classes, self.basis))
        return f"{self.code}:{hashlib.sha256(content.encode()).hexdigest()[:16]}"


LEAST_ROWS, LEAST_MATCHED = 10, 0.7
MOST_MISSING = 0.2
MOST_CLOSED = 0.1
MOST_ALTERED = 0.25
MOST_OF_ONE_CODE = 0.5
MOST_DETAILS = 30


def gates(
    plan: Plan, facts: FileFacts, roll: Sequence[KnownPupil], school: SchoolFacts, *, today: date
) -> tuple[Gate, ...]:
    """The gates that a file meets, in the order to show them; where one stops it, only those that stop.

    `roll` are all pupils on the school's roll with their stored lines.
    """
    file = _File(plan, facts, list(roll), school, today)
    found = [gate for test in _TESTS if (gate := test(file)) is not None]
    stops = tuple(gate for gate in found if gate.effect is Effect.STOP)
    return stops or tuple(sorted(found, key=lambda gate: gate.effect is Effect.NOTICE))


def blocking(found: Iterable[Gate], confirmed: Set[str]) -> tuple[Gate, ...]:
    """The gates that are in the way of approval: every stop, and every hold whose key nobody confirmed."""
    return tuple(
        gate
        for gate in found
        if gate.effect is Effect.STOP or (gate.effect is Effect.HOLD and gate.key not in confirmed)
    )


@dataclass
class _File:
    """A file's plan beside what is known of its school, with what several gates count.

    `bits` are the sessions with a mark, and `sections` what lies from the first to the last of them, by year.
    """

    plan: Plan
    facts: FileFacts
    roll: list[KnownPupil]
    school: SchoolFacts
    today: date

    def __post_init__(self) -> None:
        self.lines = [reading.lines for reading in self.plan.readings]
        covered = Coverage()
        for lines in self.lines:
            covered.add(lines)
        self.bits = covered.marked()
        self.sections = {year: slice(bits.find("1"), bits.rfind("1") + 1) for year, bits in self.bits.items()}
        text = "".join(line[self.sections[year]] for lines in self.lines for year, line in lines.items())
        self.tally = Counter({letter: times for letter in BY_LETTER if (times := text.count(letter))})
        self.marks = self.tally.total()

    @property
    def is_small(self) -> bool:
        """Whether the shares of a few pupils would say nothing: one absent child can be half of the marks."""
        return len(self.lines) < LEAST_ROWS


def of_another_school(said: Iterable[SaidSchool], *, name: str, urn: str, laestab: str) -> Gate | None:
    """The gate that a file meets which says that it is of another school; it needs no plan to be told."""
    surely, maybe = differ(said, name=name, urn=urn, laestab=laestab)
    if surely:
        return Gate(
            "wrong_school",
            Effect.STOP,
            f"The file says that it is the register of another school than {name}. Choose "
            "the school's own file, or upload this one for the school it is from.",
            _first(surely),
        )
    if maybe:
        return Gate(
            "other_name",
            Effect.HOLD,
            f"The file gives a name that is not quite {name}. Is it this school's register?",
            _first(maybe),
        )
    return None


def _wrong_school(file: _File) -> Gate | None:
    school = file.school
    return of_another_school(file.facts.schools, name=school.name, urn=school.urn, laestab=school.laestab)


def _match_rate(file: _File) -> Gate | None:
    plan, name = file.plan, file.school.name
    if not file.roll or not plan.rows or plan.matched >= LEAST_MATCHED * plan.rows:
        return None
    only = "None" if not plan.matched else f"Only {plan.matched:,}"
    verb = "is" if plan.matched == 1 else "are"
    said = f"{only} of the {plan.rows:,} pupils in this file {verb} on the roll of {name}."
    if plan.rows < LEAST_ROWS:
        more = "Confirm that the others are new, or belong to this school."
        return Gate("few_matched", Effect.HOLD, f"{said} {more}", basis=_ids(plan))
    unproven = sum(one.step is Step.UNPROVEN for one in plan.conflicts)
    if 2 * unproven > plan.rows:
        more = "It gives no names by which they could be told. Export the register with UPNs and names."
    elif not plan.trusts_numbers:
        more = (
            "Its admission numbers are not those on the roll; they look like a system's own. Choose the "
            "school's own file, or export it with UPNs."
        )
    else:
        more = "It looks like another school's register. Choose the school's own file."
    return Gate("low_match_rate", Effect.STOP, f"{said} {more}")


def _ids(plan: Plan) -> str:
    return ",".join(sorted(str(one.known.registration_id) for one in plan.pupils if one.known))


def _wrong_year(file: _File) -> Gate | None:
    this_year, calendar = academic_year(file.today), file.school.calendar
    wrong = [year for year in file.bits if not this_year - 1 <= year <= this_year]
    if wrong:
        return Gate(
            "wrong_year",
            Effect.STOP,
            f"The file has marks of the school year {_years(wrong)}. Only this school year and the last are "
            "taken. Check the year in its dates, or choose another file.",
        )
    unplanned = [year for year in file.bits if calendar.is_planned and not _has_term(calendar, year)]
    if unplanned:
        return Gate(
            "wrong_year",
            Effect.STOP,
            f"The file has marks of the school year {_years(unplanned)}, and the calendar of "
            f"{file.school.name} has no terms in it. Check the dates of the file, or enter the terms first.",
        )
    if file.roll and file.bits and max(file.bits) < this_year and not calendar.is_planned:
        return Gate(
            "last_year",
            Effect.HOLD,
            f"Every mark in this file is of the last school year ({_years(file.bits)}). Is it right?",
        )
    return None


def _years(years: Iterable[int]) -> str:
    return " and ".join(f"{year}/{(year + 1) % 100:02d}" for year in sorted(years))


def _has_term(calendar: SchoolCalendar, year: int) -> bool:
    first_on, last_on = date(year, 9, 1), date(year + 1, 8, 31)
    terms = (period for period in calendar.periods if period.kind is PeriodKind.TERM)
    return any(term.first_on <= last_on and term.last_on >= first_on for term in terms)


def _first_upload(file: _File) -> Gate | None:
    if file.roll or not file.plan.rows:
        return None
    readings = file.plan.readings
    names = [" ".join(filter(None, (one.forename, one.surname))) or one.admission_number for one in readings]
    details = [f"The file says: {one.value}" for one in file.facts.schools[:3]]
    details.append(f"Among the pupils: {', '.join(names[:5])}")
    given = Counter(one.upn[1:8] for one in readings if one.upn)
    if given:
        laestab, times = given.most_common(1)[0]
        whose = "this school" if laestab == file.school.laestab else f"school {laestab[:3]}/{laestab[3:]}"
        details.append(f"{times:,} of {given.total():,} UPNs were first given by {whose}")
    return Gate(
        "first_upload",
        Effect.HOLD,
        f"This is the first register of {file.school.name}: nothing is there to compare it with. Approving "
        f"puts {_counted(len(file.plan.pupils), 'pupil')} on its roll. Check that it is the right school.",
        tuple(details),
    )


def _wrong_file(file: _File) -> Gate | None:
    stored = 0
    for known in filter(None, (pupil.known for pupil in file.plan.pupils)):
        for year, section in file.sections.items():
            held = known.lines.get(year, BLANK)[section]
            stored += len(held) - held.count(".")
    altered = file.plan.marks_altered
    if file.is_small or altered <= MOST_ALTERED * stored:
        return None
    return Gate(
        "wrong_file",
        Effect.HOLD,
        f"{altered:,} of the {stored:,} marks that are held for these days would become others. That is more "
        "than corrections usually are. Is it the right file?",
    )


def _one_code(file: _File) -> Gate | None:
    odd = [
        letter
        for letter, times in file.tally.items()
        if letter not in "/\\" and times > MOST_OF_ONE_CODE * file.marks
    ]
    if file.is_small or not odd:
        return None
    code = BY_LETTER[odd[0]]
    return Gate(
        "one_code",
        Effect.HOLD,
        f"{file.tally[odd[0]]:,} of the {file.marks:,} marks in this file are {code.code} "
        f"({code.meaning}). Is that right?",
        tuple(f"{BY_LETTER[letter].code}: {times:,}" for letter, times in file.tally.most_common()),
    )


def _closed_days(file: _File) -> Gate | None:
    shut: dict[date, list[tuple[int, int]]] = {}
    for year, index in _sessions(file.bits):
        on, _ = session_at(year, index)
        if not file.school.calendar.sessions(on)[index % 2]:
            shut.setdefault(on, []).append((year, index))
    times = {
        on: sum(
            lines[year][index] not in ".#" for lines in file.lines for year, index in places if year in lines
        )
        for on, places in shut.items()
    }
    closed, marks = sum(times.values()), file.marks - file.tally["#"]
    if closed <= MOST_CLOSED * marks:
        return None
    return Gate(
        "closed_days",
        Effect.HOLD,
        f"{closed:,} of the {marks:,} marks in this file are of bank holidays or other days on which "
        f"{file.school.name} is closed. Is it the right week?",
        _first(f"{_day(on)}: {_counted(number, 'mark')}" for on, number in sorted(times.items()) if number),
    )


def _sessions(bits: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    for year, line in sorted(bits.items()):
        index = line.find("1")
        while index >= 0:
            yield year, index
            index = line.find("1", index + 1)


def _future_marks(file: _File) -> Gate | None:
    future = file.facts.future
    if not future:
        return None
    number = sum(future.values())
    if not file.marks:
        return Gate(
            "future_marks",
            Effect.STOP,
            f"Every mark in this file is dated after today ({number:,}). Nothing can be counted from it. "
            "Check its dates, or upload it when the days have passed.",
        )
    said = f"{_counted(number, 'mark')} {'is' if number == 1 else 'are'} dated after today"
    return Gate(
        "future_marks",
        Effect.HOLD,
        f"{said}. They are left out. Systems fill in days ahead, but a wrong date looks the same: check.",
        _first(f"{_day(on)}: {_counted(times, 'mark')}" for on, times in sorted(future.items())),
    )


def _roll_missing(file: _File) -> Gate | None:
    missing, roll = file.plan.not_in_file, file.roll
    if len(missing) <= MOST_MISSING * len(roll):
        return None
    absent = {one.registration_id for one in missing}
    in_file = {one.class_name for one in roll if one.registration_id not in absent and one.class_name}
    rest = [one for one in roll if one.class_name in in_file]
    lacking = sum(one.registration_id in absent for one in rest)
    named = all(one.class_name for one in missing)
    is_part = named and bool(in_file) and lacking <= MOST_MISSING * len(rest)
    classes = tuple(sorted(in_file)) if is_part else ()
    number = f"{len(missing):,} of the {len(roll):,} pupils on the roll of {file.school.name}"
    said = f"{number} {'is' if len(missing) == 1 else 'are'} not in this file."
    if classes:
        which = f"class {classes[0]}" if len(classes) == 1 else f"classes {', '.join(classes)}"
        said += f" It looks like the register of only {which}. Confirm if it is."
    else:
        said += " Is the file complete?"
    return Gate(
        "roll_missing",
        Effect.HOLD,
        f"{said} Nobody is taken off roll.",
        classes=classes,
        basis=",".join(map(str, sorted(absent))),
    )


def _gap(file: _File) -> Gate | None:
    stored = Coverage()
    for pupil in file.roll:
        stored.add(pupil.lines)
    held = [session_at(year, index)[0] for year, index in _sessions(stored.marked())]
    read = [session_at(year, index)[0] for year, index in _sessions(file.bits)]
    if not held or not read:
        return None
    before = max((on for on in held if on < read[0]), default=read[0])
    after = min((on for on in held if on > read[-1]), default=read[-1])
    between = [*_days_between(before, read[0]), *_days_between(read[-1], after)]
    days = [on for on in between if file.school.calendar.is_school_day(on)]
    if not days:
        return None
    has = "has" if len(days) == 1 else "have"
    return Gate(
        "gap",
        Effect.NOTICE,
        f"Between this file and the registers held already, {_counted(len(days), 'school day')} {has} no "
        "register. Upload that too.",
        _first(map(_day, days)),
    )


def _days_between(first_on: date, last_on: date) -> Iterator[date]:
    return (first_on + timedelta(days=n) for n in range(1, (last_on - first_on).days))


_TESTS: tuple[Callable[[_File], Gate | None], ...] = (
    _wrong_school,
    _match_rate,
    _wrong_year,
    _first_upload,
    _wrong_file,
    _one_code,
    _closed_days,
    _future_marks,
    _roll_missing,
    _gap,
)


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"


def _first(lines: Iterable[str]) -> tuple[str, ...]:
    every = list(lines)
    more = len(every) - MOST_DETAILS
    return (*every[:MOST_DETAILS], *([f"and {more:,} more"] if more > 0 else ()))
