"""What an open case owes, and when: its duties.

A stage without a deadline is a bug: every open stage has at least one duty at any time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cme.attendance.calendar import SchoolCalendar
from cme.attendance.holidays import next_holiday
from cme.casework.enquiries.dates import day_of_absence, step_due_on
from cme.casework.enquiries.steps import DueRule, Step, read_steps
from cme.casework.facts import CaseFacts
from cme.casework.messages import waiting_for
from cme.casework.outcomes import Side
from cme.casework.policy.clocks import BASES, due_on
from cme.casework.policy.pack import PolicyPack
from cme.casework.stages import OPEN_STAGES, Overlay, Stage
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
class _Ask:
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

    @cached_property
    def first_enquiry(self) -> tuple[date, Step] | None:
        """The step that the meter misses and that is due first, while the absence lasts and nothing is sent.

        The review has a duty of its own, and what goes with the referral is asked for there.
        """
        readiness = self.facts.readiness
        if readiness is None or self.state.referral_sent_on or not self.facts.return_run:
            return None
        steps = [
            step
            for step in readiness.missing
            if step.is_logged and step.due.rule not in (DueRule.BEFORE_REFERRAL, DueRule.WITH_REFERRAL)
        ]
        dated = [(step_due_on(step, self.state, self.facts, self.calendar), step) for step in steps]
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
    falls_on: Callable[[_Ask], date | None]
    owner: Side = Side.SCHOOL
    source: str = "date set by the DSL"

    def deadline(self, ask: _Ask) -> Deadline | None:
        """The duty as a deadline, None while it does not apply."""
        on = self.falls_on(ask)
        return Deadline(on, self.what, self.basis(ask.facts.pack), self.owner) if on else None

    def basis(self, pack: PolicyPack) -> str:
        """What the date rests on, in words."""
        if self.clock is None:
            return self.source
        basis = pack.clocks[self.clock].basis
        return f"{BASES[basis]} ({pack.source})" if basis == "procedure" else BASES[basis]


def _review_day(ask: _Ask) -> date | None:
    return ask.day_of_absence(ask.facts.pack.review_day(flagged=ask.facts.flagged))


def _first_review(ask: _Ask) -> date | None:
    """The review day, at the latest the day of opening for a case without a counted absence."""
    return None if ask.state.reviewed_on else _review_day(ask) or ask.state.opened_on


def _referral(ask: _Ask) -> date | None:
    if ask.state.referral_sent_on:
        return None
    return ask.day_of_absence(ask.facts.pack.days("cme_referral"))


def _referral_or_decision(ask: _Ask) -> date | None:
    return None if ask.state.declined_on else _referral(ask)


def _acknowledgement(ask: _Ask) -> date | None:
    """The day by which a referral, or the latest update to it, is acknowledged.

    The same day where there is a safeguarding concern.
    """
    if ask.state.acknowledged_on:
        return None
    received_on = ask.state.updated_on or ask.state.referral_sent_on
    if Overlay.SAFEGUARDING in ask.state.overlays:
        return received_on
    return ask.ends("acknowledge", received_on)


def _answer_by(side: Side) -> Callable[[_Ask], date | None]:
    """The day by which a side answers the oldest question that waits for it."""

    def falls_on(ask: _Ask) -> date | None:
        waiting = waiting_for(ask.state.unanswered, frozenset({side}))
        return ask.ends("answer_question", waiting[0].asked_on) if waiting else None

    return falls_on


def _welfare_talk(ask: _Ask) -> date | None:
    """The day by which a child who is back, or whose absence is explained, is talked with."""
    if ask.state.welfare_talk_on or not (ask.facts.on_roll and ask.facts.standing.compulsory_age):
        return None
    return ask.ends("welfare_talk", ask.state.closing_proposed_on)


def _enquiry(step: Step) -> Duty:
    def falls_on(ask: _Ask) -> date | None:
        first = ask.first_enquiry
        return first[0] if first and first[1] is step else None

    what = f"Make the enquiry: {step.short}"
    return Duty(what, step.clock or None, OPEN_STAGES, falls_on, source=step.source)


def _untouched_in_holidays(ask: _Ask) -> date | None:
    """A number of calendar days after the last entry, where that day lies in a holiday."""
    on = ask.ends("untouched_holiday", ask.state.last_touched_on)
    holiday = next_holiday(ask.calendar, on) if on else None
    return on if on and holiday and holiday.covers(on) else None


def _chase(ask: _Ask) -> date | None:
    return None if Overlay.CLOSING_PROPOSED in ask.state.overlays else ask.facts.chase_on


_ENQUIRIES: tuple[Duty, ...] = tuple(_enquiry(step) for step in read_steps().values() if step.is_logged)
"""One for each step, of which one at a time applies: the step that is due first."""

_CONCERN = Duty(
    "Review the concern that an enquiry raised",
    None,
    OPEN_STAGES,
    lambda ask: ask.facts.concern_on,
    source="the same day (casework reference s.7)",
)

DUTIES: tuple[Duty, ...] = (
    Duty(
        "DSL review",
        "dsl_review",
        (Stage.WATCHING,),
        lambda ask: _review_day(ask) if ask.facts.return_run else None,
    ),
    Duty("Sign the DSL review", "dsl_review", OPEN_STAGES, _first_review),
    Duty("Review again", None, OPEN_STAGES, lambda ask: ask.state.next_review_on),
    Duty(
        "Send the referral, or record the decision not to refer",
        "cme_referral",
        (Stage.ENQUIRIES,),
        _referral_or_decision,
    ),
    Duty("Send the referral", "cme_referral", (Stage.REFERRAL_DRAFT, Stage.DECISION), _referral),
    Duty("Acknowledge the referral", "acknowledge", OPEN_STAGES, _acknowledgement, Side.AUTHORITY),
    Duty("Answer the authority's question", "answer_question", OPEN_STAGES, _answer_by(Side.SCHOOL)),
    Duty(
        "Answer the school's question",
        "answer_question",
        OPEN_STAGES,
        _answer_by(Side.AUTHORITY),
        Side.AUTHORITY,
    ),
    Duty("Hold the welfare talk", "welfare_talk", OPEN_STAGES, _welfare_talk),
    Duty(
        "Close the case, or note why it stays open",
        "welfare_talk",
        OPEN_STAGES,
        lambda ask: ask.ends("welfare_talk", ask.state.closing_proposed_on),
    ),
    _CONCERN,
    Duty("Chase a reply", None, OPEN_STAGES, _chase, source="date set with the enquiry"),
    *_ENQUIRIES,
)
"""Every duty a case can have, each ended by something that can be done. A later stage adds its own rows.
Source: casework reference ss.2 and 4."""

_UNTOUCHED = (
    Duty("Look at the case again", "untouched_holiday", OPEN_STAGES, _untouched_in_holidays),
    Duty(
        "Look at the case again",
        "untouched_term",
        OPEN_STAGES,
        lambda ask: ask.ends("untouched_term", ask.state.last_touched_on),
    ),
)
"""What an open case owes that owes nothing else: the first that applies."""


def duties(
    state: CaseState, facts: CaseFacts, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> tuple[Deadline, ...]:
    """Everything the case owes, the earliest first; () for a closed case and for a pupil who is not absent.

    A concern and a referral whose day has come stand before whatever was due earlier, and an enquiry stands
    behind every other duty whose day has come. An open case that owes nothing else is looked at again, so
    that none lies untouched.
    """
    ask = _Ask(state, facts, calendar, bank_holidays)
    owed = [
        (_press(duty, each, facts.standing.as_of or date.min), each.due_on, each)
        for duty in DUTIES
        if state.stage in duty.stages and (each := duty.deadline(ask))
    ]
    if not owed and state.stage in OPEN_STAGES:
        untouched = (duty.deadline(ask) for duty in _UNTOUCHED)
        return tuple(each for each in untouched if each)[:1]
    return tuple(each for *_, each in sorted(owed, key=lambda one: one[:2]))


def _press(duty: Duty, due: Deadline, counted_to: date) -> int:
    """How a duty stands in the order: 0 before everything, 1 where its day has come, 2 by its date alone."""
    has_come = due.due_on <= counted_to
    if duty is _CONCERN or (duty.clock == "cme_referral" and has_come):
        return 0
    return 1 if has_come and duty not in _ENQUIRIES else 2


def next_enquiry(state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> Deadline | None:
    """The enquiry that is due first, whatever else is due; None where none is missing."""
    ask = _Ask(state, facts, calendar, calendar.bank_holidays)
    owed = (duty.deadline(ask) for duty in _ENQUIRIES if state.stage in duty.stages)
    return next((each for each in owed if each), None)


def deadline(
    state: CaseState, facts: CaseFacts, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> Deadline | None:
    """What the case owes first; None for a closed case and for a pupil who is not absent.

    A duty that was missed stays the first: an unsent referral is overdue until it is sent, whatever stage
    the case has reached since.
    """
    return next(iter(duties(state, facts, calendar, bank_holidays)), None)
