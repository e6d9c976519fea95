"""What the authority still does after a referral, and by when: for the school to expect.

What has a duty stands at the date of that duty, so that no page promises another one. What the authority
has done is expected no longer. Source: casework reference s.2.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from cme.attendance.calendar import SchoolCalendar
from cme.casework.deadlines import Deadline, duties
from cme.casework.enquiries.steps import Requirement, read_steps
from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.policy.clocks import due_on
from cme.casework.state import CaseState

_STEPS = (
    ("front_door_check", "the {front_door} checks what is known of the child and the family", "", ""),
    (
        "acknowledge",
        "the {investigator} acknowledges the referral",
        "acknowledged_on",
        "Acknowledge the referral",
    ),
    (
        "allocate",
        "the {investigator} takes it on, or sends it back",
        "accepted_on",
        "Accept the referral, or send it back",
    ),
    ("la_databases", "the authority searches its own lists: admissions, home education, exclusions", "", ""),
    (
        "la_partner_checks",
        "the authority asks its partners (housing, health, benefits, relatives) and visits",
        "",
        "",
    ),
    (
        "la_first_result",
        "the authority tells the school the first result",
        "result_given_on",
        "Give the school a first result",
    ),
)
"""The clock of each step, the step, the field of the state that ends it, and the duty that dates it.

Where no field ends a step, the mandatory enquiries of its clock do.
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """One step of the authority and the last day on which the school may expect it."""

    what: str
    due_on: date


def after_referral(
    state: CaseState, facts: CaseFacts, made: Collection[str], calendar: SchoolCalendar
) -> tuple[Expected, ...]:
    """What the school can still expect of the authority, the earliest first; () once the case is closed.

    `made` are codes of the enquiries that are on record.
    """
    if not state.stage.is_open or state.referral_sent_on is None:
        return ()
    all_owed = duties(state, facts, calendar, calendar.bank_holidays)
    owed = [each for each in all_owed if each.owner is Side.AUTHORITY]
    steps = _steps(state, facts, made, owed, calendar)
    named = {duty for *_, duty in _STEPS}
    others = (
        Expected(f"the authority has this to do: {each.what[0].lower()}{each.what[1:]}", each.due_on)
        for each in owed
        if each.what not in named and not each.what.startswith("Make the enquiry")
    )
    return tuple(sorted((*steps, *others), key=lambda each: each.due_on))


def _steps(
    state: CaseState,
    facts: CaseFacts,
    made: Collection[str],
    owed: Collection[Deadline],
    calendar: SchoolCalendar,
) -> Iterator[Expected]:
    pack, dates = facts.pack, {each.what: each.due_on for each in owed}
    names = {"front_door": pack.front_door.name, "investigator": pack.labels["investigator"]}
    for clock, what, ends, duty in _STEPS:
        asked = {
            step.code
            for step in read_steps().values()
            if step.clock == clock and step.requirement is Requirement.MANDATORY
        }
        is_done = getattr(state, ends) is not None if ends else asked <= set(made)
        # While the school is asked for more, nobody owes the acceptance.
        waits_for_school = clock == "allocate" and state.return_items
        if is_done or waits_for_school or state.referral_sent_on is None:
            continue
        falls_on = due_on(pack.clocks[clock], state.referral_sent_on, calendar, calendar.bank_holidays)
        yield Expected(what.format(**names), dates.get(duty, falls_on))
