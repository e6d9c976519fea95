"""What the reading of one school's register gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cme.identity.likeness import Identity
from importers.answering.answers import ColumnsToMap, Question
from importers.issues import Issue, Severity
from importers.layouts.schools import SaidSchool
from importers.roll.entries import NOTHING, RollEntry


@dataclass(frozen=True, slots=True)
class PupilReading:
    """One pupil as the files give the child. `lines` are register lines by academic year.

    `upn` is '' unless its check letter is right; `address` is where the pupil first stands. `roll` is what
    else the files say of the child; None where they have no column for it.
    """

    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date | None
    year_group: str
    class_name: str
    lines: dict[int, str]
    address: str
    roll: RollEntry | None = None

    @property
    def identity(self) -> Identity:
        """What the child is told by."""
        roll = self.roll or NOTHING
        upns = tuple(filter(None, (self.upn, roll.former_upn)))
        return Identity(self.surname, self.forename, self.born_on, upns, self.admission_number, roll.postcode)


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file turned out to be; `layout` is '' when no register was found in it.

    `position` is its place among the files of the register (from 0).
    """

    name: str
    sha256: str
    layout: str = ""
    pupils: int = 0
    first_on: date | None = None
    last_on: date | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """One school's register as its files give it. With an error among the issues nothing may be counted.

    `questions` are what a person can say that the files leave open, `unmapped` the sheets whose columns a
    person can map; both are answered by reading the same files again with fuller `Answers`. `schools` are
    what the files say of their school, `future` the marks that were left out, by the day to come.
    """

    files: tuple[FileReading, ...]
    pupils: tuple[PupilReading, ...]
    issues: tuple[Issue, ...]
    skipped_rows: int
    questions: tuple[Question, ...] = ()
    unmapped: tuple[ColumnsToMap, ...] = ()
    schools: tuple[SaidSchool, ...] = ()
    future: Mapping[date, int] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that stop the import."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.ERROR)

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The first and last date that the files speak of."""
        firsts = [file.first_on for file in self.files if file.first_on]
        lasts = [file.last_on for file in self.files if file.last_on]
        return min(firsts, default=None), max(lasts, default=None)
