"""Which enquiries a joint review, its statement and the gate count: completed, of which side, since when."""

from collections.abc import Iterable
from datetime import date, timedelta

from cme.access.roles import POLICY, SCHOOL_ROLES
from cme.casework.enquiries.enquiry import LoggedEnquiry, in_force
from cme.casework.enquiries.results import SETTLED_WITHOUT, Result
from cme.casework.enquiries.steps import Step, read_steps
from cme.casework.outcomes import Side
from cme.casework.removal.facts import Ground

_UNDONE = SETTLED_WITHOUT | {Result.AWAITING_REPLY}
"""Results of which nothing came yet: asking is not enough."""

_TELLING = frozenset({"E14", "E15", "E16", "E29", "E30", "E45", "E50"})
"""Steps that tell, ask for advice or decide: they look into neither location nor circumstances."""


def since(ground: Ground, began_on: date) -> date:
    """The first day on which an enquiry counts: that of the run, or for Ground H the day after the leave."""
    return began_on + timedelta(days=1) if ground is Ground.H else began_on


def side_of(enquiry: LoggedEnquiry) -> Side:
    """The side that made an enquiry; of a step that either may make, the side of whoever wrote it down."""
    side = read_steps()[enquiry.step].side
    if side == "joint":
        held = {role for role, policy in POLICY.items() if policy.label in enquiry.entered_role.split(", ")}
        return Side.SCHOOL if held & SCHOOL_ROLES or not enquiry.entered_role else Side.AUTHORITY
    return Side.AUTHORITY if side == "la" else Side.SCHOOL


def is_completed(step: Step, result: str) -> bool:
    """Whether a step with this result is an enquiry that was made and came to something.

    Source: attendance reference s.9, line 7.
    """
    return result not in _UNDONE and step.code not in _TELLING


def completed(enquiries: Iterable[LoggedEnquiry], since_on: date) -> tuple[LoggedEnquiry, ...]:
    """The completed enquiries since a day, in the order in which they were made.

    `enquiries` are all on record, superseded ones too.
    """
    return tuple(
        each
        for each in in_force(enquiries)
        if each.done_on >= since_on and is_completed(read_steps()[each.step], each.result)
    )
