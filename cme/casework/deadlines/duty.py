"""What can be owed: a duty, when it falls, and the deadline that it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cme.attendance.calendar import SchoolCalendar
from cme.casework.enquiries.dates import day_of_absence, step_due_on
from cme.casework.enquiries.steps import DueRule, Step
from cme.casework.facts import CaseFacts
from cme.casework.locating import is_found
from cme.casework.outcomes import Side
from cme.casework.policy.clocks import BASES, due_on
from cme.casework.policy.pack import PolicyPack
from cme.casework.stages import OFF_ROLL, Stage
from cme.casework.state import CaseState


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing due: the last date in time, what it is, what that rests on, and which side owes it."""

    due_on: date
    what: str
    basis: str
    owner: Side = Side.SCHOOL

    def is_overdue(self, today: date) -> bool:
        """Whether the last date in time has passed."""
        return today > self.due_on


@dataclass(frozen=True)
class Ask:
    """What is asked of a duty: a case, what is known, and the calendars."""

    state: CaseState
    facts: CaseFacts
    calendar: SchoolCalendar
    bank_holidays: frozenset[date]

    def ends(self, clock: str, start_on: date | None) -> date | None:
        """The end of a clock of the pack; None while it has not started."""
        if start_on is None:
            return None
        return due_on(self.facts.pack.clocks[clock], start_on, self.calendar, self.bank_holidays)

    def day_of_absence(self, day: int) -> date | None:
        """As `enquiry_dates.day_of_absence`."""
        return day_of_absence(self.facts, self.calendar, day)

    @property
    def is_found(self) -> bool:
        """As `locating.is_found`."""
        return is_found(self.state, self.facts)

    @cached_property
    def first_enquiry(self) -> tuple[date, Step] | None:
        """The step that the meter misses and that is due first, while a child on roll is absent.

        The school stays responsible for it once the referral is sent. The review has a duty of its own, and
        what goes with the referral is asked for there.
        """
        readiness = self.facts.readiness
        if readiness is None or self.state.stage in OFF_ROLL or not self.facts.return_run or self.is_found:
            return None
        steps = [
            step
            for step in readiness.missing
            if step.is_logged and step.due.rule not in (DueRule.BEFORE_REFERRAL, DueRule.WITH_REFERRAL)
        ]
        dated = [(step_due_on(step, self.state, self.facts, self.calendar), step) for step in steps]
        return min(((on, step) for on, step in dated if on), key=lambda one: one[0], default=None)

    @cached_property
    def first_authority_enquiry(self) -> tuple[date, Step] | None:
        """The mandatory step that an authority which accepted has not made, and that is due first."""
        if self.state.accepted_on is None or self.is_found:
            return None
        missing = self.facts.authority_missing
        dated = [(step_due_on(step, self.state, self.facts, self.calendar), step) for step in missing]
        return min(((on, step) for on, step in dated if on), key=lambda one: one[0], default=None)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a case can owe: at which stages, by which clock, and until when.

    `falls_on` gives the date, None while the duty does not apply. Without a clock the date was set by a
    person, and the basis says so, or names the `source` that sets it. `owner` is the side that owes it.
    """

    what: str
    clock: str | None
    stages: tuple[Stage, ...]
    falls_on: Callable[[Ask], date | None]
    owner: Side = Side.SCHOOL
    source: str = "date set by the DSL"

    def deadline(self, ask: Ask) -> Deadline | None:
        """The duty as a deadline, None while it does not apply."""
        on = self.falls_on(ask)
        return Deadline(on, self.what, self.basis(ask.facts.pack), self.owner) if on else None

    def basis(self, pack: PolicyPack) -> str:
        """What the date rests on, in words."""
        if self.clock is None:
            return self.source
        basis = pack.clocks[self.clock].basis
        return f"{BASES[basis]} ({pack.source})" if basis == "procedure" else BASES[basis]


def since(clock: str, field: str) -> Callable[[Ask], date | None]:
    """The end of a clock that a field of the state starts."""
    return lambda ask: ask.ends(clock, getattr(ask.state, field))
