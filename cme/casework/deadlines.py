"""When things are due: counting days in each unit, and the duties of an open case.

A stage without a deadline is a bug: every open stage has at least one duty at any time.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cme.attendance.calendar import SchoolCalendar
from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.policy import BASES, Clock, PolicyPack, Unit
from cme.casework.stages import OPEN_STAGES, Overlay, Stage
from cme.casework.state import CaseState


def due_on(
    clock: Clock, start_on: date, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> date:
    """The date on which something is due, counted from the date it starts.

    Day 1 of an absence is its first counted day, so D10 lies nine school days after it; every other clock
    starts the day after. A clock of 0 is due on its first day, or on the next that the unit counts.
    Raises ValueError for a clock in hours: that ends at an instant (`due_at`).
    """
    count = clock.value - 1 if clock.counts_its_first_day else clock.value
    match clock.unit:
        case Unit.SCHOOL_DAY:
            return calendar.nth_school_day_after(start_on, count)
        case Unit.WORKING_DAY:
            return _nth_working_day_after(start_on, count, bank_holidays | calendar.bank_holidays)
        case Unit.CALENDAR_DAY:
            return start_on + timedelta(days=count)
        case Unit.WEEK:
            return start_on + timedelta(weeks=count)
        case Unit.CALENDAR_MONTH:
            return _months_after(start_on, count)
        case Unit.HOUR:
            raise ValueError("A clock in hours ends at an instant. Ask due_at for it.")


def due_at(clock: Clock, start_at: datetime) -> datetime:
    """The instant at which something is due, for a clock in hours (they run through nights and holidays).

    Raises ValueError for any other unit.
    """
    if clock.unit is not Unit.HOUR:
        raise ValueError(f"A clock in {clock.unit} ends on a date. Ask due_on for it.")
    return start_at + timedelta(hours=clock.value)


def _nth_working_day_after(on: date, n: int, bank_holidays: frozenset[date]) -> date:
    day = on if n else on - timedelta(days=1)
    for _ in range(max(n, 1)):
        day += timedelta(days=1)
        while day.weekday() > 4 or day in bank_holidays:
            day += timedelta(days=1)
    return day


def _months_after(on: date, months: int) -> date:
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


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


@dataclass(frozen=True, slots=True)
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
        """The date that is, or will be, the given counted day of the current absence; None without one.

        Ahead of the count: as if every coming school day counted. Behind it: `return_reached_on` for the
        tenth day, else the earliest date it can have been, so that a doubt makes a duty due earlier.
        """
        standing, run = self.facts.standing, self.facts.return_run
        if standing.as_of is None or standing.run_started_on is None:
            return None
        if run < day:
            return self.calendar.nth_school_day_after(standing.as_of, day - run)
        if day == self.facts.pack.days("attendance_return") and standing.return_reached_on:
            return standing.return_reached_on
        return min(self.calendar.nth_school_day_after(standing.run_started_on, day - 1), standing.as_of)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a case can owe: at which stages, by which clock, and until when.

    `falls_on` gives the date, None while the duty does not apply. Without a clock the date was set by a
    person, and the basis says so. `owner` is the side that owes it.
    """

    what: str
    clock: str | None
    stages: tuple[Stage, ...]
    falls_on: Callable[[_Ask], date | None]
    owner: Side = Side.SCHOOL

    def deadline(self, ask: _Ask) -> Deadline | None:
        """The duty as a deadline, None while it does not apply."""
        on = self.falls_on(ask)
        return Deadline(on, self.what, _basis(self.clock, ask.facts.pack), self.owner) if on else None


def _basis(clock: str | None, pack: PolicyPack) -> str:
    if clock is None:
        return "date set by the DSL"
    basis = pack.clocks[clock].basis
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
    """The day by which a referral is acknowledged: the same day where there is a safeguarding concern."""
    if ask.state.acknowledged_on:
        return None
    if Overlay.SAFEGUARDING in ask.state.overlays:
        return ask.state.referral_sent_on
    return ask.ends("acknowledge", ask.state.referral_sent_on)


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
    Duty(
        "Close the case, or note why it stays open",
        "welfare_talk",
        OPEN_STAGES,
        lambda ask: ask.ends("welfare_talk", ask.state.closing_proposed_on),
    ),
)
"""Every duty a case can have, each ended by something that can be done. A later stage adds its own rows.
Source: casework reference ss.2 and 4."""

_UNTOUCHED = Duty(
    "Look at the case again",
    "untouched_term",
    OPEN_STAGES,
    lambda ask: ask.ends("untouched_term", ask.state.last_touched_on),
)


def duties(
    state: CaseState, facts: CaseFacts, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> tuple[Deadline, ...]:
    """Everything the case owes, the earliest first; () for a closed case and for a pupil who is not absent.

    A referral whose day has come stands before whatever was due earlier. An open case that owes nothing else
    is looked at again, so that none lies untouched.
    """
    ask = _Ask(state, facts, calendar, bank_holidays)
    owed = [
        (duty.clock != "cme_referral" or each.due_on > (facts.standing.as_of or date.min), each.due_on, each)
        for duty in DUTIES
        if state.stage in duty.stages and (each := duty.deadline(ask))
    ]
    if not owed and state.stage in _UNTOUCHED.stages and (untouched := _UNTOUCHED.deadline(ask)):
        return (untouched,)
    return tuple(each for *_, each in sorted(owed, key=lambda one: one[:2]))


def deadline(
    state: CaseState, facts: CaseFacts, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> Deadline | None:
    """What the case owes first; None for a closed case and for a pupil who is not absent.

    A duty that was missed stays the first: an unsent referral is overdue until it is sent, whatever stage
    the case has reached since.
    """
    return next(iter(duties(state, facts, calendar, bank_holidays)), None)


def basis_of(what: str, pack: PolicyPack) -> str:
    """What the duty of that name rests on, in words; '' for a name that no duty has."""
    return next((_basis(duty.clock, pack) for duty in (*DUTIES, _UNTOUCHED) if duty.what == what), "")
