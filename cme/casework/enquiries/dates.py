"""When the steps of an absence are due, by the pack's clocks and the school's own days."""

from datetime import date

from cme.attendance.calendar import SchoolCalendar
from cme.casework.enquiries.rechecking import recheck_due_on
from cme.casework.enquiries.steps import DueRule, Kind, Requirement, Step
from cme.casework.facts import CaseFacts
from cme.casework.policy.clocks import due_on
from cme.casework.state import CaseState


def day_of_absence(facts: CaseFacts, calendar: SchoolCalendar, day: int) -> date | None:
    """The date that is, or will be, the given counted day of the current absence; None without one.

    Ahead of the count: as if every coming school day counted. Behind it: `return_reached_on` for the
    tenth day, else the earliest date it can have been, so that a doubt makes a duty due earlier.
    """
    standing, run = facts.standing, facts.return_run
    if standing.as_of is None or standing.run_started_on is None:
        return None
    if run < day:
        return calendar.nth_school_day_after(standing.as_of, day - run)
    if day == facts.pack.days("attendance_return") and standing.return_reached_on:
        return standing.return_reached_on
    return min(calendar.nth_school_day_after(standing.run_started_on, day - 1), standing.as_of)


def step_due_on(step: Step, state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> date | None:
    """The last date in time for a step; None for one without a date.

    A step that is made only where something is suspected is due when it is; a step of the authority once
    the referral is sent. After the absence its days are counted from the first of them.
    """
    if step.requirement is Requirement.IF_INDICATED:
        return None
    value = step.due.values[0] if step.due.values else 0
    match step.due.rule:
        case DueRule.DAY:
            return _nth_day(_day_due(step, facts, value), state, facts, calendar)
        case DueRule.AT_ONCE | DueRule.SAME_DAY:
            return _nth_day(1, state, facts, calendar)
        case DueRule.AFTER_LEAVE:
            return _after_leave(value, state, facts, calendar)
        case DueRule.BEFORE_REFERRAL | DueRule.WITH_REFERRAL:
            return _nth_day(facts.pack.days("cme_referral"), state, facts, calendar)
        case DueRule.AFTER_REFERRAL if state.referral_sent_on:
            clock = facts.pack.clocks[step.clock]
            return due_on(clock, state.referral_sent_on, calendar, calendar.bank_holidays)
        case DueRule.AFTER_REMOVAL:
            return recheck_due_on(state, facts, calendar)
        case _:
            return None


def _day_due(step: Step, facts: CaseFacts, value: int) -> int:
    if step.kind is Kind.REVIEW:
        return facts.pack.review_day(flagged=facts.flagged)
    return facts.pack.days(step.clock) if step.clock else value


def _nth_day(day: int, state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> date | None:
    on, began_on = day_of_absence(facts, calendar, day), state.absent_from_on
    return on or (calendar.nth_school_day_after(began_on, day - 1) if began_on else None)


def _after_leave(days: int, state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> date | None:
    """So many school days after granted leave ended; without a granted one the second day of the absence."""
    since, on = facts.standing.ground_h_days, facts.standing.as_of
    if since is None or on is None:
        return _nth_day(2, state, facts, calendar)
    if since < days:
        return calendar.nth_school_day_after(on, days - since)
    for _ in range(since - days):
        on = calendar.last_school_day_before(on)
    return on
