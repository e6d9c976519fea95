"""When a trace request may be made, and what is missing where it may not.

A child on roll is traced after twenty school days, with reasonable enquiries and the safeguarding decision on
record; a manager may decide otherwise, with a reason. Social care and the police never wait for this. Source:
tracing reference s.2.
"""

from dataclasses import dataclass
from enum import StrEnum

TRACE_DAYS = 20
"""School days of unauthorised absence (Darlington procedure s.8.4)."""

LONGEST_REASON = 4000


class Audience(StrEnum):
    """Who is asked. ONE is a direct enquiry to the authority that was named to us."""

    ONE = "one"
    CHOSEN = "chosen"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What is on record. `days` are school days of unauthorised absence in a row, as the alerts count them.

    That count never misses a day, so that nobody is looked for too late because of a doubtful mark.
    `on_roll`: the child is on the roll of a school of ours.
    """

    on_roll: bool
    days: int
    enquiries_recorded: bool
    safeguarding_decided: bool


def gate(facts: GateFacts, audience: Audience = Audience.ALL) -> dict[str, str]:
    """What is missing before a request may be made: name -> sentence; {} where nothing is.

    A direct enquiry to one named authority is a reasonable enquiry itself, made on the day the authority is
    named: it waits for nothing. A child on no roll has no days to count.
    """
    if audience is Audience.ONE:
        return {}
    found = {}
    if facts.on_roll and facts.days < TRACE_DAYS:
        found["days"] = f"20 school days not reached: {facts.days} counted. Wait, or ask a manager to decide."
    if not facts.enquiries_recorded:
        found["enquiries"] = "Reasonable enquiries not recorded. Record them in the case."
    if not facts.safeguarding_decided:
        found["safeguarding"] = "Safeguarding decision not recorded. Record it in the case."
    return found


def override_fault(reason: str) -> str | None:
    """What is wrong with a manager's reason to go on although something is missing; None where nothing is."""
    if not reason.strip():
        return "Enter why the request is made although something is missing."
    if len(reason) > LONGEST_REASON:
        return f"The reason must be {LONGEST_REASON:,} characters or fewer."
    return None
