"""Which pupils of a register approval takes, which wait for a person and why, and what would change."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from cme.attendance.lines import BLANK, differences, overlay
from cme.identity.likeness import compare
from cme.identity.matching import Match, Step
from cme.identity.names import compared, particulars
from importers.planning.planned import (
    CloseMatch,
    Decision,
    DecisionKind,
    KnownPupil,
    LeftOut,
    LineChange,
    NumberConflict,
    ParticularChange,
    PlannedPupil,
    RemovedMatch,
)
from importers.register import PupilReading

_NOTHING: Mapping[int, str] = MappingProxyType({})

_MESSAGES = {
    Step.CLOSE: "This pupil ({address}) is like a child on the roll, but not the same in everything. Say "
    "whether they are the same child.",
    Step.UPN_CONFLICT: "The UPN of this pupil ({address}) is that of a child on the roll with another "
    "surname and another date of birth. Say that they are the same child, or leave the pupil out and "
    "correct the UPN in your own system.",
    Step.NUMBER_CONFLICT: "The admission number of this pupil ({address}) is that of a child on the roll, "
    "and the rest does not bear it out. Say that they are the same child, or leave the pupil out and "
    "correct the number in your own system.",
    Step.UNPROVEN: "The admission number of this pupil ({address}) is that of a child on the roll, but there "
    "is neither surname nor date of birth to compare. Export the register with names.",
    Step.NONE: "This pupil ({address}) is not on the roll, and the row has too little to tell the child from "
    "others next time. Export the register with UPNs, or with names and dates of birth.",
    Step.TWICE: "This pupil ({address}) and another in the file would be the same child on the roll. Say "
    "which of them is, and leave the other out. If they are two children, say that one is new.",
}
"""What is wrong, where and what to do, for each reason to hold a pupil."""

_NAMESAKE = (
    "This pupil ({address}) and another in the file have the same full name and date of birth, but not the "
    "same number. Say that it is another child, or leave one of the rows out and correct the number in your "
    "own system."
)

_SWAPPED = (
    "The UPN of this pupil ({address}) is that of one child on the roll, and the name and date of birth are "
    "those of another: two UPNs look swapped. Say which child it is, and correct the UPN in your own system."
)

_REMOVED = (
    "This pupil ({address}) was removed from the register on {day}. If the child is back, admit the child "
    "again on the page of the case: nobody comes back by an upload. Otherwise leave the row out."
)

_MAYBE_REMOVED = (
    "This pupil ({address}) is like a child who was removed from the register on {day}. If it is that child, "
    "admit the child again on the page of the case. If it is another, say that the child is new."
)


class Row(NamedTuple):
    """A pupil of a file under a key, who of the roll it is or may be, and who of those removed from it."""

    key: str
    reading: PupilReading
    found: Match
    was: Match

    @property
    def is_gone(self) -> bool:
        """Whether it is surely of a child who was removed, perhaps more than once."""
        return not self.found.step.is_match and (self.was.step.is_match or self.was.step is Step.TWICE)


class Sorter:
    """Puts each pupil of a file in its group. `in_file`: the places on the roll of who is or may be in it."""

    def __init__(
        self,
        known: Sequence[KnownPupil],
        gone: Sequence[KnownPupil],
        later: Mapping[int, Mapping[int, str]],
        accepted: Set[str],
        *,
        trusts_numbers: bool,
    ) -> None:
        self.planned: list[PlannedPupil] = []
        self.removed: list[RemovedMatch] = []
        self.close: list[CloseMatch] = []
        self.conflicts: list[NumberConflict] = []
        self.left_out: list[LeftOut] = []
        self.in_file: set[int] = set()
        self._known = known
        self._gone = gone
        self._later = later
        self._accepted = accepted
        self._numbers = {one.admission_number for one in known} if trusts_numbers else None
        self._taken: set[int] = set()
        self._times: Counter[tuple[str, str, date] | None] = Counter()

    def sort(self, rows: Sequence[Row], decisions: Mapping[str, Decision]) -> None:
        """Take what a person left out, then who is sure, then what a person decided of the rest."""
        rest: list[Row] = []
        for row in rows:
            decision = decisions.get(row.key)
            if decision is not None and decision.kind is DecisionKind.LEAVE_OUT:
                self._leave_out(row, decision.reason)
            else:
                rest.append(row)
                self._taken.update(row.found.found if row.found.step.is_match else ())
        unsure = [row for row in rest if not row.found.step.is_match]
        if unsure:
            self._times = Counter(
                particulars(one.surname, one.forename, one.born_on) for one in (row.reading for row in rest)
            )
        asked = Counter(self._chosen(row, decisions.get(row.key)) for row in unsure)
        for row in rest:
            if row.found.step.is_match:
                self._plan(row, row.found.found[0], row.found.step)
                continue
            chosen = self._chosen(row, decisions.get(row.key))
            if chosen is not None and asked[chosen] == 1:
                self._plan(row, chosen, None)
            else:
                self._plan_or_hold(row, decisions.get(row.key))

    def _chosen(self, row: Row, decision: Decision | None) -> int | None:
        """The place on the roll that a person chose for a row in doubt, if it is still to be had."""
        if row.is_gone or decision is None or decision.kind is not DecisionKind.SAME:
            return None
        free = (place for place in row.found.found if place not in self._taken)
        return next((p for p in free if self._known[p].registration_id == decision.registration_id), None)

    def _leave_out(self, row: Row, reason: str) -> None:
        key, reading, found, _ = row
        known = self._known[found.found[0]] if found.step.is_match else None
        self.in_file.update(found.found if found.step.is_match else ())
        self.left_out.append(LeftOut(key, reading, reason, known))

    def _plan_or_hold(self, row: Row, decision: Decision | None) -> None:
        key, reading, found, _ = row
        step, message = found.step, _MESSAGES.get(found.step, "")
        if self._hold_removed(row, decision):
            return
        if step is Step.NONE and self._can_be_found_again(reading):
            who = particulars(reading.surname, reading.forename, reading.born_on)
            if who is None or self._times[who] == 1:
                self._plan(row, None, None)
                return
            step, message = Step.TWICE, _NAMESAKE
        candidates = tuple(self._known[place] for place in found.found)
        bearers = [one for one in candidates if reading.upn in (one.upn, one.former_upn)]
        if step is Step.UPN_CONFLICT and len(bearers) < len(candidates):
            message = _SWAPPED
        choices = {DecisionKind.LATER, DecisionKind.LEAVE_OUT}
        if not self._taken.issuperset(found.found):
            choices.add(DecisionKind.SAME)
        if (
            step is Step.CLOSE
            or (step is Step.NUMBER_CONFLICT and reading.upn)
            or (step is Step.TWICE and self._has_own_number(reading, candidates))
        ):
            choices.add(DecisionKind.NEW)
        if decision is not None and decision.kind is DecisionKind.NEW and DecisionKind.NEW in choices:
            self._plan(row, None, None)
            return
        self.in_file.update(found.found)
        why = _compared(reading, candidates)
        message = message.format(address=reading.address)
        deferred = decision is not None and decision.kind is DecisionKind.LATER
        if step is Step.CLOSE:
            held = CloseMatch(key, reading, candidates, why, frozenset(choices), message, deferred)
            self.close.append(held)
        else:
            self.conflicts.append(
                NumberConflict(key, reading, candidates, why, frozenset(choices), message, deferred, step)
            )

    def _hold_removed(self, row: Row, decision: Decision | None) -> bool:
        """Hold a row that is of a child who was removed, or may be and of nobody else; whether it is held."""
        gone = tuple(self._gone[place] for place in row.was.found)
        if not gone or not (row.is_gone or row.found.step is Step.NONE):
            return False
        choices = {DecisionKind.LATER, DecisionKind.LEAVE_OUT}
        if not row.is_gone:
            choices.add(DecisionKind.NEW)
        kind = decision.kind if decision else None
        if kind is DecisionKind.NEW and kind in choices:
            return False
        message = _REMOVED if row.is_gone else _MAYBE_REMOVED
        self.removed.append(
            RemovedMatch(
                key=row.key,
                reading=row.reading,
                candidates=gone,
                why=_compared(row.reading, gone),
                choices=frozenset(choices),
                message=message.format(address=row.reading.address, day=f"{gone[0].removed_on:%-d %B %Y}"),
                deferred=kind is DecisionKind.LATER,
            )
        )
        return True

    def _plan(self, row: Row, place: int | None, step: Step | None) -> None:
        key, reading, _, _ = row
        known = None if place is None else self._known[place]
        self.in_file.update(() if place is None else (place,))
        changes, outranked, lines = self._marks(reading, known)
        differences = _particulars(reading, known) if known else ()
        taken = tuple(one for one in differences if not one.old or one.key in self._accepted)
        self.planned.append(
            PlannedPupil(
                key=key,
                reading=reading,
                known=known,
                lines=lines,
                changes=changes,
                outranked=outranked,
                particulars=taken,
                differences=tuple(one for one in differences if one not in taken),
                admission_number=self._number(reading, known),
                step=step,
            )
        )

    def _can_be_found_again(self, reading: PupilReading) -> bool:
        """Whether the same row next week would find a pupil made of this one, and not make another."""
        has_number = self._free_number(reading) and (reading.surname or reading.born_on)
        return bool(reading.upn or has_number or (reading.surname and reading.forename and reading.born_on))

    def _has_own_number(self, reading: PupilReading, candidates: Iterable[KnownPupil]) -> bool:
        """Whether a row has a UPN or number of its own, by which it is found next time."""
        if reading.upn:
            return all(reading.upn not in (one.upn, one.former_upn) for one in candidates)
        return bool(self._free_number(reading))

    def _free_number(self, reading: PupilReading) -> str:
        number = reading.admission_number
        return "" if self._numbers is None or number in self._numbers else number

    def _number(self, reading: PupilReading, known: KnownPupil | None) -> str:
        number = "" if known and known.admission_number else self._free_number(reading)
        if number and self._numbers is not None:
            self._numbers.add(number)
        return number

    def _marks(
        self, reading: PupilReading, known: KnownPupil | None
    ) -> tuple[tuple[LineChange, ...], tuple[LineChange, ...], dict[int, str]]:
        """(changes, marks that lose to a later upload, lines as they will be)."""
        old = known.lines if known else _NOTHING
        vouched = self._later.get(known.registration_id, _NOTHING) if known else _NOTHING
        lines, said = {}, {}
        for year, new in reading.lines.items():
            before, fixed = old.get(year, BLANK), vouched.get(year, BLANK)
            lines[year] = overlay(before, _where(new, fixed, blank=True))
            if fixed != BLANK:
                said[year] = overlay(before, _where(new, fixed, blank=False))
        return _changes(old, lines), _changes(old, said), lines


def _compared(reading: PupilReading, candidates: Iterable[KnownPupil]) -> tuple[str, ...]:
    """For each of them a sentence: what agrees and what does not."""
    return tuple(compare(reading.identity, one.identity).sentence for one in candidates)


def _where(line: str, other: str, *, blank: bool) -> str:
    """The marks of a line in those sessions only in which another line is blank, or is not."""
    if other == BLANK:
        return line if blank else BLANK
    return "".join(one if (two == ".") is blank else "." for one, two in zip(line, other, strict=True))


def _changes(old: Mapping[int, str], lines: Mapping[int, str]) -> tuple[LineChange, ...]:
    return tuple(
        LineChange(year, first_index, before, after)
        for year, line in sorted(lines.items())
        if line != old.get(year, BLANK)
        for first_index, before, after in differences(old.get(year, BLANK), line)
    )


def _particulars(reading: PupilReading, known: KnownPupil) -> tuple[ParticularChange, ...]:
    """What file and roll say differently; a UPN that the child had before is no news."""
    said = {
        "upn": (known.upn, reading.upn if reading.upn != known.former_upn else ""),
        "surname": (known.surname, reading.surname),
        "forename": (known.forename, reading.forename),
        "born_on": tuple(one.born_on.isoformat() if one.born_on else "" for one in (known, reading)),
    }
    return tuple(
        ParticularChange(name, old, new, _key(known.registration_id, name, old, new))
        for name, (old, new) in said.items()
        if new and new != old and compared(new) != compared(old)
    )


def _key(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
