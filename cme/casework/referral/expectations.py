"""What the authority does after a referral, and by when: for the school to expect, by the pack's clocks."""

from dataclasses import dataclass
from datetime import date

from cme.attendance.calendar import SchoolCalendar
from cme.casework.policy.clocks import due_on
from cme.casework.policy.pack import PolicyPack

_STEPS = (
    ("front_door_check", "the {front_door} checks what is known of the child and the family"),
    ("acknowledge", "the {investigator} acknowledges the referral"),
    ("allocate", "the {investigator} takes it on, or passes it to a colleague"),
    ("la_databases", "the authority searches its own lists: admissions, home education, exclusions"),
    ("la_partner_checks", "it asks its partners (housing, health, benefits, relatives) and visits"),
    ("la_first_result", "it tells the school the first result"),
)
"""The clock of each step, and the step. Source: casework reference s.2."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One step of the authority and the last day on which the school may expect it."""

    what: str
    due_on: date


def after_referral(pack: PolicyPack, received_on: date, calendar: SchoolCalendar) -> tuple[Expected, ...]:
    """What follows a referral that arrived on a date, in order."""
    names = {"front_door": pack.front_door.name, "investigator": pack.labels["investigator"]}
    return tuple(
        Expected(
            what.format(**names), due_on(pack.clocks[clock], received_on, calendar, calendar.bank_holidays)
        )
        for clock, what in _STEPS
    )
