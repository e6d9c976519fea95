"""What a plan is made of: the roll, the pupils of a file, what becomes of each, what a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.identity.likeness import Identity
from cme.identity.matching import Step
from importers.register import PupilReading


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil on the school's roll, with the register lines that are stored.

    `removed_on` is set for one who was removed from the roll, with whom no row is ever joined.
    """

    registration_id: int
    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date | None
    lines: Mapping[int, str]
    former_upn: str = ""
    postcode: str = ""
    year_group: str = ""
    class_name: str = ""
    starting_on: date | None = None
    leaving_on: date | None = None
    removed_on: date | None = None

    @property
    def identity(self) -> Identity:
        """What the child is told by."""
        upns = tuple(filter(None, (self.upn, self.former_upn)))
        return Identity(self.surname, self.forename, self.born_on, upns, self.admission_number, self.postcode)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A stretch of neighbouring sessions, each of which changes: letters of a register line, old and new."""

    year: int
    first_index: int
    old: str
    new: str

    @property
    def altered(self) -> int:
        """How many sessions had another mark before."""
        return len(self.old) - self.old.count(".")

    @property
    def added(self) -> int:
        """How many sessions had no mark before."""
        return self.old.count(".")


@dataclass(frozen=True, slots=True)
class ParticularChange:
    """Something about the child that file and roll say differently.

    `name` is upn, surname, forename or born_on; `old` is '' where the roll had nothing. `key` stands for this
    change of this pupil, and for no other once either side says something else.
    """

    name: str
    old: str
    new: str
    key: str


class RowKind(StrEnum):
    """What approval does with a pupil of the file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class DecisionKind(StrEnum):
    """What a person may say of a pupil of the file."""

    SAME = "same"
    NEW = "new"
    LEAVE_OUT = "leave_out"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a pupil of the file: the same child as one on the roll, another child, and so on.

    Raises ValueError for "the same" without saying whom, and for leaving out without a reason.
    """

    kind: DecisionKind
    registration_id: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind is DecisionKind.SAME and self.registration_id is None:
            raise ValueError("Choose the child on the roll.")
        if self.kind is DecisionKind.LEAVE_OUT and not self.reason.strip():
            raise ValueError("Enter a reason for leaving the pupil out.")


@dataclass(frozen=True, slots=True)
class PlannedPupil:
    """One pupil of the file: whom it is, the lines as they will be, and what changes in and beside them.

    `particulars` are what approval takes over: what the roll lacks, and what a person accepted. `differences`
    are shown and not taken. `outranked` are marks of the file that lose to an upload received later (`old` is
    the mark that stays, `new` what the file said). `admission_number` is the number that may be stored: ''
    where the roll has it already, or the column does not look like admission numbers. `step` is how the pupil
    was matched: None for a new pupil and where a person said so.
    """

    key: str
    reading: PupilReading
    known: KnownPupil | None
    lines: dict[int, str]
    changes: tuple[LineChange, ...]
    outranked: tuple[LineChange, ...] = ()
    particulars: tuple[ParticularChange, ...] = ()
    differences: tuple[ParticularChange, ...] = ()
    admission_number: str = ""
    step: Step | None = None

    @property
    def kind(self) -> RowKind:
        """New to the roll, changed, or unchanged."""
        if self.known is None:
            return RowKind.NEW
        return RowKind.CHANGED if self.changes or self.particulars else RowKind.UNCHANGED


@dataclass(frozen=True, slots=True)
class HeldPupil:
    """A pupil of the file who waits for a person: nothing of the row is counted, and it stops no other.

    `why` has one sentence for each of the `candidates`: what agrees and what does not. `choices` are what may
    be decided, SAME for a candidate only. `deferred` is whether somebody said "later".
    """

    key: str
    reading: PupilReading
    candidates: tuple[KnownPupil, ...]
    why: tuple[str, ...]
    choices: frozenset[DecisionKind]
    message: str
    deferred: bool = False


@dataclass(frozen=True, slots=True)
class CloseMatch(HeldPupil):
    """A pupil who may be one on the roll: nothing proves it and nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class NumberConflict(HeldPupil):
    """A pupil whose UPN or admission number is that of a child on the roll, but who may be another."""

    step: Step = Step.NUMBER_CONFLICT


@dataclass(frozen=True, slots=True)
class RemovedMatch(HeldPupil):
    """A pupil who was removed from the roll, or may be: nobody comes back on it by an upload."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A pupil of the file whom a person left out, and why; `known` is whom the row would have been of."""

    key: str
    reading: PupilReading
    reason: str
    known: KnownPupil | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What approval would do; each pupil of the file is in one of `pupils`, the three that wait, `left_out`.

    `not_in_file` are on the roll and nobody in the file is or may be them: a signal for a person, never a
    removal. `rows` are the pupils of the file and `matched` those of them that were found on the roll without
    anybody's decision. `trusts_numbers` is False where the admission numbers look like a system's own.
    """

    pupils: tuple[PlannedPupil, ...]
    close: tuple[CloseMatch, ...]
    conflicts: tuple[NumberConflict, ...]
    left_out: tuple[LeftOut, ...]
    not_in_file: tuple[KnownPupil, ...]
    rows: int
    matched: int
    trusts_numbers: bool
    removed: tuple[RemovedMatch, ...] = ()

    @property
    def waiting(self) -> tuple[HeldPupil, ...]:
        """Everybody who waits for a person."""
        return (*self.close, *self.conflicts, *self.removed)

    @property
    def readings(self) -> list[PupilReading]:
        """Every pupil of the file, whatever becomes of the row."""
        planned = [one.reading for one in self.pupils]
        return [*planned, *(one.reading for one in self.waiting), *(one.reading for one in self.left_out)]

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
    def marks_outranked(self) -> int:
        """Sessions that keep the mark of an upload received later."""
        return sum(change.altered + change.added for pupil in self.pupils for change in pupil.outranked)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is stored already."""
        return not self.waiting and all(pupil.kind is RowKind.UNCHANGED for pupil in self.pupils)
