"""What an open case owes, and when: its duties.

A stage without a deadline is a bug: every open stage has at least one duty at any time.
"""

from datetime import date

from cme.attendance.calendar import SchoolCalendar
from cme.casework.deadlines import authority, school
from cme.casework.deadlines.duty import Ask, Deadline, Duty
from cme.casework.facts import CaseFacts
from cme.casework.stages import OPEN_STAGES
from cme.casework.state import CaseState

__all__ = ["DUTIES", "Deadline", "Duty", "deadline", "duties", "next_enquiry"]

DUTIES: tuple[Duty, ...] = (*school.ROWS, *authority.ROWS)
"""Every duty a case can have, each ended by something that can be done."""


def duties(
    state: CaseState,
    facts: CaseFacts,
    calendar: SchoolCalendar,
    bank_holidays: frozenset[date] = frozenset(),
    *,
    today: date | None = None,
) -> tuple[Deadline, ...]:
    """Everything the case owes, the earliest first; () for a closed case and for a pupil who is not absent.

    A concern and a referral whose day has come stand before whatever was due earlier, and an enquiry stands
    behind every other duty whose day has come. An open case that owes nothing else is looked at again, so
    that none lies untouched. What has come is told by `today`, without which it is the last day counted.
    """
    now_on = today or facts.standing.as_of or date.min
    ask = Ask(state, facts, calendar, bank_holidays)
    owed = [
        (_press(duty, each, now_on), each.due_on, each)
        for duty in DUTIES
        if state.stage in duty.stages and (each := duty.deadline(ask))
    ]
    if not owed and state.stage in OPEN_STAGES:
        untouched = (duty.deadline(ask) for duty in school.UNTOUCHED)
        return tuple(each for each in untouched if each)[:1]
    return tuple(each for *_, each in sorted(owed, key=lambda one: one[:2]))


def _press(duty: Duty, due: Deadline, today: date) -> int:
    """How a duty stands in the order: 0 before everything, 1 where its day has come, 2 by its date alone."""
    has_come = due.due_on <= today
    if duty is school.CONCERN or (duty.clock == "cme_referral" and has_come):
        return 0
    return 1 if has_come and duty not in (*school.ENQUIRIES, *authority.ENQUIRIES) else 2


def next_enquiry(state: CaseState, facts: CaseFacts, calendar: SchoolCalendar) -> Deadline | None:
    """The enquiry that is due first, whatever else is due; None where none is missing."""
    ask = Ask(state, facts, calendar, calendar.bank_holidays)
    owed = (duty.deadline(ask) for duty in school.ENQUIRIES if state.stage in duty.stages)
    return next((each for each in owed if each), None)


def deadline(
    state: CaseState, facts: CaseFacts, calendar: SchoolCalendar, bank_holidays: frozenset[date] = frozenset()
) -> Deadline | None:
    """What the case owes first; None for a closed case and for a pupil who is not absent.

    A duty that was missed stays the first: an unsent referral is overdue until it is sent, whatever stage
    the case has reached since.
    """
    return next(iter(duties(state, facts, calendar, bank_holidays)), None)
