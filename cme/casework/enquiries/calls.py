"""The first-day calls: whom to ring about, how urgent it is, in which order, and which step a call is.

Attendance-law reference s.10 (further contact at varied times, by a person) and s.13 (first-day contact);
casework reference s.2 (first contact, with its hours) and steps E01 to E04.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from cme.casework.enquiries import enquiry as enquiries
from cme.casework.enquiries.enquiry import LoggedEnquiry, Result

PARENTS = 2
"""How many places of the call order are taken for those of the parents or carers (our policy)."""

UNEXPLAINED = frozenset({"N", "O"})
"""Codes that leave open where the child is. G is a known holiday, and with U the child has come (s.5)."""

FIRST_PARENT, SECOND_PARENT, SECOND_ATTEMPT, EVERY_CONTACT = "E01", "E02", "E03", "E04"
CALLS = frozenset({FIRST_PARENT, SECOND_PARENT, SECOND_ATTEMPT, EVERY_CONTACT})
"""The steps of the enquiry catalogue that are calls to the family."""

QUICK_RESULTS: Mapping[Result, str] = MappingProxyType(
    {
        Result.REACHED_SAFE: "Reached: no concern",
        Result.REACHED_CONCERN: "Reached: a concern",
        Result.NO_ANSWER: "No answer",
        Result.MESSAGE_LEFT: "Message left",
        Result.NUMBER_DEAD: "Number is dead",
        Result.WRONG_PERSON: "Wrong person",
        Result.REFUSED: "Would not say",
        Result.MOVED_NEW_ADDRESS: "Family has moved",
        Result.ABROAD: "Said to be abroad",
    }
)
"""What can come of a call to the family, in the words of a call; each is recorded with one field."""

_ANSWERED = frozenset({Result.REACHED_SAFE, Result.REACHED_CONCERN})
_SETTLES_CALLS = _ANSWERED | {
    Result.REFUSED,
    Result.MOVED_NEW_ADDRESS,
    Result.ABROAD,
}


def is_unexplained(am: str, pm: str) -> bool:
    """Whether the newest mark of a day leaves open where the child is.

    A later mark of the same day answers an earlier one: the child came, or the reason was found (our policy).
    """
    marks = [code for code in (am, pm) if code not in ("", "#")]
    return bool(marks) and marks[-1] in UNEXPLAINED


def settles(enquiry: LoggedEnquiry) -> bool:
    """Whether, after it, nobody needs to be rung any more that day.

    A call that was answered settles it whatever was said, and so does the DSL who waives the first call; that
    a further call does not apply says nothing of the child. Any other enquiry settles it only where somebody
    was reached who knows of the child.
    """
    if enquiry.result is Result.WAIVED:
        return enquiry.step == FIRST_PARENT
    return enquiry.result in (_SETTLES_CALLS if enquiry.step in CALLS else _ANSWERED)


class Urgency(StrEnum):
    """How a first contact stands to its hours."""

    TO_DO = "to_do"
    AMBER = "amber"
    RED = "red"
    OVERDUE = "overdue"


def urgency(at: datetime, amber_at: datetime, red_at: datetime, *, zone: tzinfo) -> Urgency:
    """How urgent the calls of a register day are at an instant; from the day after they are overdue.

    The hours belong to the pack (`first_contact_amber`, `first_contact_red`); both lie on the register day.
    """
    if at.astimezone(zone).date() > red_at.astimezone(zone).date():
        return Urgency.OVERDUE
    if at >= red_at:
        return Urgency.RED
    return Urgency.AMBER if at >= amber_at else Urgency.TO_DO


@dataclass(frozen=True, slots=True)
class Progress:
    """The calls made for one child since the register day began."""

    attempts: tuple[LoggedEnquiry, ...] = ()
    is_settled: bool = False

    @classmethod
    def of(cls, logged: Iterable[LoggedEnquiry], since_at: datetime) -> Self:
        """What of the enquiries on record counts from the beginning of the register day."""
        standing = [each for each in enquiries.in_force(logged) if each.done_at >= since_at]
        calls = tuple(each for each in standing if each.step in CALLS and each.is_made)
        return cls(calls, any(map(settles, standing)))

    @property
    def number(self) -> int:
        """How many attempts there were."""
        return len(self.attempts)

    @property
    def tried(self) -> frozenset[int | None]:
        """The contacts who were tried; None stands for people who are not on the list."""
        return frozenset(one.contact_id for one in self.attempts)

    @property
    def second_at(self) -> datetime | None:
        """From when the second attempt counts; None before the first, and once it is made."""
        if not self.attempts or any(one.step == SECOND_ATTEMPT for one in self.attempts):
            return None
        return self.attempts[0].done_at + enquiries.SECOND_ATTEMPT

    def is_second_due(self, at: datetime) -> bool:
        """Whether the second attempt counts by now and has not been made."""
        return self.second_at is not None and at >= self.second_at

    def step_for(self, place: int, contact_id: int | None, at: datetime) -> str:
        """Which step a call to a contact is, `place` being the contact's in the call order, from 1.

        The first two are the parents. One of them, rung again three hours after the first attempt, is the
        second attempt; everybody after them is an emergency contact.
        """
        if place > PARENTS:
            return EVERY_CONTACT
        if contact_id in self.tried and self.is_second_due(at):
            return SECOND_ATTEMPT
        return FIRST_PARENT if place == 1 else SECOND_PARENT

    def next_of(self, contact_ids: Sequence[int], at: datetime) -> int | None:
        """Whom to ring next, of those who may be rung, in call order: the first nobody has tried.

        Once all were tried, or the second attempt is due, it begins again at the top.
        """
        if self.is_second_due(at):
            return contact_ids[0] if contact_ids else None
        untried = (each for each in contact_ids if each not in self.tried)
        return next(untried, contact_ids[0] if contact_ids else None)


def call_order(rank: int, progress: Progress, days: int, name: str) -> tuple[int, bool, int, str]:
    """What the list is sorted by: `rank` first (0 is flagged), then those nobody has rung about, then `days`.

    `days` are school days of the absence, so that a new one comes first; `name` has the surname first.
    """
    return (rank, progress.number > 0, days, name)
