"""The returns that a school owes its local authority: which, since when, and until when.

Source: SI 2024/208 reg 13; attendance reference s.7. A return is a duty whatever is known of the child's
whereabouts, and so is neither a referral nor a reason for one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.attendance.calendar import RegisterDays
from cme.attendance.episodes import absences, sicknesses
from cme.attendance.lines import Lines
from cme.attendance.runs import Place
from cme.casework.policy.pack import PolicyPack


class ReturnKind(StrEnum):
    """What a return tells of."""

    ATTENDANCE = "attendance"
    SICKNESS = "sickness"

    @property
    def label(self) -> str:
        """The return in the words people read."""
        return {ReturnKind.ATTENDANCE: "Attendance return", ReturnKind.SICKNESS: "Sickness return"}[self]

    @property
    def clock(self) -> str:
        """The clock of the law that it is reached by."""
        return {ReturnKind.ATTENDANCE: "attendance_return", ReturnKind.SICKNESS: "sickness_return"}[self]


@dataclass(frozen=True, slots=True)
class Owed:
    """One return that is owed: of which kind and absence. It is due at the end of the day it is reached.

    `last_on` and `days` as of the absence so far; for sickness the days of the school year up to then.
    """

    kind: ReturnKind
    started_on: date
    reached_on: date
    last_on: date
    days: int

    @property
    def due_on(self) -> date:
        """The last day in time; from the next it is overdue."""
        return self.reached_on

    def is_of(self, started_on: date, reached_on: date) -> bool:
        """Whether it is of an absence that was known by these days before the register was corrected."""
        return started_on <= self.reached_on and self.started_on <= reached_on


def owed_returns(lines: Lines, register: RegisterDays, place: Place, pack: PolicyPack) -> Iterator[Owed]:
    """The returns that the marks of this school year ask for, oldest first of each kind.

    Ten days of known holiday (G) ask for one as ten days without a reason do. U counts; a boarder owes none.
    """
    for kind, find in ((ReturnKind.ATTENDANCE, absences), (ReturnKind.SICKNESS, sicknesses)):
        for each in find(lines, register, place, pack.days(kind.clock)):
            yield Owed(kind, each.started_on, each.reached_on, each.last_on, each.days)
