"""What whoever signs, checks or decides a removal has to see beside its conditions.

No line of the gate rests on it: one completed enquiry of each side is what the law asks for (attendance
reference s.9, line 7). It is shown so that nobody concludes past an enquiry that is still open, or past an
entry that says where the child is (our policy).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cme.attendance.calendar import SchoolCalendar
from cme.casework.enquiries.dates import step_due_on
from cme.casework.enquiries.results import Result
from cme.casework.enquiries.steps import DueRule, Step, read_steps
from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.removal.content import StatementEntry
from cme.casework.removal.facts import Limb
from cme.casework.state import CaseState
from cme.casework.words import day

_LOCATING = frozenset({Result.REACHED_SAFE, Result.MOVED_NEW_ADDRESS, Result.ABROAD, Result.AGENCY_POSITIVE})
"""Results that say, or may say, where the child is."""


def left_open(
    state: CaseState, facts: CaseFacts, calendar: SchoolCalendar, today: date, *, sees_risk_notes: bool
) -> tuple[str, ...]:
    """The mandatory enquiries of both sides that are still open, and replies that are waited for.

    A sentence each, the school's first. The name of a step that is a risk note is for those who see them.
    """
    of_school = facts.readiness.missing if facts.readiness else ()
    told = []
    for side, missing, chase_on in (
        (Side.SCHOOL, of_school, facts.chase_on),
        (Side.AUTHORITY, facts.authority_missing, facts.authority_chase_on),
    ):
        steps = [
            step
            for step in missing
            if step.is_logged
            and step.due.rule is not DueRule.AFTER_REMOVAL
            and (sees_risk_notes or not step.is_restricted)
        ]
        told += _told(side, ((step, step_due_on(step, state, facts, calendar)) for step in steps), today)
        if chase_on is not None:
            word = "was" if chase_on < today else "is"
            told.append(f"{_named(side)} waits for a reply, which {word} to be chased on {day(chase_on)}.")
    return tuple(told)


def _told(side: Side, steps: Iterable[tuple[Step, date | None]], today: date) -> list[str]:
    found = sorted(steps, key=lambda each: each[1] or date.max)
    return [f"{_named(side)} has not done: {step.short}{_due(on, today)}." for step, on in found]


def _due(on: date | None, today: date) -> str:
    if on is None:
        return ""
    return f", which was due on {day(on)}" if on < today else f", due by {day(on)}"


def _named(side: Side) -> str:
    return side.label[:1].upper() + side.label[1:]


def against_limb(content: Mapping[str, Any], sighted_on: date | None = None) -> tuple[str, ...]:
    """What is on record against the limb that a joint statement concludes, a sentence each.

    `content` is that of the statement; of a restricted enquiry nothing is told. `sighted_on` is the latest
    verified sighting.
    """
    limb = StatementEntry.of(content).limb
    if limb == Limb.NOT_LOCATED:
        return tuple(_located(each) for each in content["enquiries"] if each.get("result") in _LOCATING)
    if limb == Limb.WILL_NOT_ATTEND and sighted_on is None:
        return ("The statement says that the child is located, and nobody is on record who saw the child.",)
    return ()


def _located(row: Mapping[str, Any]) -> str:
    on, short = day(date.fromisoformat(row["on"])), read_steps()[row["step"]].short
    return (
        f"The statement says that the child could not be located, and on {on} an enquiry ({short}) came to: "
        f"{Result(row['result']).label[:1].lower()}{Result(row['result']).label[1:]}."
    )
