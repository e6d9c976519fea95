"""What approving a register would do to a school's roll and marks. Nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.attendance.lines import BLANK, differences, overlay
from cme.identity.names import compared
from importers.issues import Issue
from importers.registers import PupilReading


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil on the school's roll, with the register lines that are stored."""

    registration_id: int
    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date | None
    lines: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A stretch of neighbouring sessions that changes: letters of a register line, old and new."""

    year: int
    first_index: int
    old: str
    new: str

    @property
    def altered(self) -> int:
        """How many sessions had another mark before."""
        return sum(o not in (".", n) for o, n in zip(self.old, self.new, strict=True))

    @property
    def added(self) -> int:
        """How many sessions had no mark before."""
        return sum(o == "." and n != "." for o, n in zip(self.old, self.new, strict=True))


@dataclass(frozen=True, slots=True)
class ParticularChange:
    """Something about the child that file and roll say differently: shown, and taken over if approved.

    `name` is upn, surname, forename or born_on; `old` is '' where the roll had nothing.
    """

    name: str
    old: str
    new: str


class RowKind(StrEnum):
    """What approval does with a pupil of the file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PlannedPupil:
    """One pupil of the file: whom it is, the lines as they will be, and what changes in and beside them."""

    reading: PupilReading
    known: KnownPupil | None
    lines: dict[int, str]
    changes: tuple[LineChange, ...]
    particulars: tuple[ParticularChange, ...] = ()

    @property
    def kind(self) -> RowKind:
        """New to the roll, changed, or unchanged."""
        if self.known is None:
            return RowKind.NEW
        return RowKind.CHANGED if self.changes or self.particulars else RowKind.UNCHANGED


@dataclass(frozen=True, slots=True)
class Plan:
    """What approval would do.

    `held` are pupils of the file whom the roll contradicts: each an error until the number is put right.
    `not_in_file` are on the roll and not in the file: a signal for a person, never a removal.
    """

    pupils: tuple[PlannedPupil, ...]
    held: tuple[Issue, ...]
    not_in_file: tuple[KnownPupil, ...]

    def of_kind(self, kind: RowKind) -> tuple[PlannedPupil, ...]:
        """The pupils with whom approval does the same."""
        return tuple(pupil for pupil in self.pupils if pupil.kind is kind)

    @property
    def marks_added(self) -> int:
        """Sessions that get their first mark."""
        return sum(change.added for pupil in self.pupils for change in pupil.changes)

    @property
    def marks_altered(self) -> int:
        """Sessions whose mark becomes another."""
        return sum(change.altered for pupil in self.pupils for change in pupil.changes)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is stored already."""
        return all(pupil.kind is RowKind.UNCHANGED for pupil in self.pupils)


GATED_PUPILS, LEAST_MATCHED = 10, 0.7
"""A file of at least so many pupils, of whom a smaller share is on a roll that is not empty, is another's."""


def plan_import(pupils: Sequence[PupilReading], roll: Iterable[KnownPupil]) -> Plan:
    """Match the pupils of a register to a school's roll and say what would change.

    By UPN; else by admission number, if surname or date of birth agrees, a number without its leading zeros
    only if it is one pupil's. A number that belongs to a child with another surname and another date of
    birth, or with another UPN unless all else agrees, holds the pupil. Names alone never match, and a file
    of which most pupils are unknown to the roll is held as a whole (our policy).
    """
    known = list(roll)
    by_upn = {pupil.upn: pupil for pupil in known if pupil.upn}
    by_number = {pupil.admission_number: pupil for pupil in known if pupil.admission_number}
    by_bare_number = _by_bare_number(known)
    planned: list[PlannedPupil] = []
    held: list[Issue] = []
    matched: set[int] = set()
    for reading in pupils:
        found = by_upn.get(reading.upn)
        if found is None and reading.admission_number:
            found = by_number.get(reading.admission_number)
            if found is not None and not _fits_number(reading, found):
                held.append(_held(reading, "admission number"))
                continue
        elif found is not None and _contradicts(reading, found):
            held.append(_held(reading, "UPN"))
            continue
        if found is None and reading.admission_number:
            padded = by_bare_number.get(reading.admission_number.lstrip("0"))
            found = padded if padded is not None and _agrees(reading, padded) else None
        if found is not None and found.registration_id in matched:
            held.append(_held(reading, "UPN and admission number, which stand apart in this file,"))
            continue
        if found is not None:
            matched.add(found.registration_id)
        planned.append(_plan_pupil(reading, found))
    missing = tuple(pupil for pupil in known if pupil.registration_id not in matched)
    if known and len(pupils) >= GATED_PUPILS and len(matched) < LEAST_MATCHED * len(pupils):
        held.insert(0, _other_register(len(matched), len(pupils)))
    return Plan(tuple(planned), tuple(held), missing)


def _by_bare_number(roll: Iterable[KnownPupil]) -> dict[str, KnownPupil | None]:
    """Pupils by admission number without leading zeros, as spreadsheets leave it; None where two share it."""
    found: dict[str, KnownPupil | None] = {}
    for pupil in roll:
        if pupil.admission_number:
            bare = pupil.admission_number.lstrip("0")
            found[bare] = None if bare in found else pupil
    return found


def _plan_pupil(reading: PupilReading, known: KnownPupil | None) -> PlannedPupil:
    old = known.lines if known else {}
    lines = {year: overlay(old.get(year, BLANK), new) for year, new in reading.lines.items()}
    changes = tuple(
        LineChange(year, first_index, before, after)
        for year, line in sorted(lines.items())
        for first_index, before, after in differences(old.get(year, BLANK), line)
    )
    return PlannedPupil(reading, known, lines, changes, _particulars(reading, known) if known else ())


def _particulars(reading: PupilReading, known: KnownPupil) -> tuple[ParticularChange, ...]:
    texts = [
        ("upn", known.upn, reading.upn),
        ("surname", known.surname, reading.surname),
        ("forename", known.forename, reading.forename),
    ]
    born_on = [one.born_on.isoformat() if one.born_on else "" for one in (known, reading)]
    return tuple(
        ParticularChange(name, old, new)
        for name, old, new in (*texts, ("born_on", *born_on))
        if new and compared(new) != compared(old)
    )


def _surnames_differ(reading: PupilReading, known: KnownPupil) -> bool:
    return bool(reading.surname) and compared(reading.surname) != compared(known.surname)


def _birth_dates_differ(reading: PupilReading, known: KnownPupil) -> bool:
    return None not in (reading.born_on, known.born_on) and reading.born_on != known.born_on


def _contradicts(reading: PupilReading, known: KnownPupil) -> bool:
    return _surnames_differ(reading, known) and _birth_dates_differ(reading, known)


def _fits_number(reading: PupilReading, known: KnownPupil) -> bool:
    """Whether an admission number is borne out; a UPN may have changed only where all else is the same."""
    if reading.upn and known.upn and reading.upn != known.upn:
        same_forename = compared(reading.forename) == compared(known.forename) != ""
        same_birth = reading.born_on is not None and reading.born_on == known.born_on
        return same_forename and same_birth and not _surnames_differ(reading, known)
    if not _surnames_differ(reading, known):
        return True
    return reading.born_on is not None and reading.born_on == known.born_on


def _agrees(reading: PupilReading, known: KnownPupil) -> bool:
    """Whether a number without its zeros is borne out: no second UPN, and one surname or birth date."""
    if reading.upn and known.upn and reading.upn != known.upn:
        return False
    same_surname = bool(reading.surname) and not _surnames_differ(reading, known)
    return same_surname or (reading.born_on is not None and reading.born_on == known.born_on)


def _other_register(matched: int, pupils: int) -> Issue:
    return Issue(
        code="low_match_rate",
        message=f"Only {matched} of the {pupils} pupils in this file are on the roll of this school. "
        "It looks like another school's register. Choose the school's own file.",
    )


def _held(reading: PupilReading, number: str) -> Issue:
    return Issue(
        code="identity_conflict",
        message=f"The {number} of this pupil ({reading.address}) belongs to another child on the roll: the "
        "other particulars do not agree. Correct the number in your own system and export again.",
    )
