"""The conditions of removal, as a list to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from cme.attendance.standing import Standing
from cme.casework.removal.gate import Condition, gate_open
from cme.casework.stages import Stage
from cme.services.casework import CaseView
from cme.web.presenters.dates import day
from cme.web.presenters.pupils import blocks
from cme.web.presenters.words import capitalised, counted, school_days

_STATES = {True: "met", False: "unmet", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Gate:
    """The page of conditions: what follows from them, where the count stands, and each of them."""

    is_open: bool
    verdict: str
    eligibility: str
    standing: str
    conditions: list[dict[str, str]]


def present_gate(view: CaseView, conditions: Sequence[Condition]) -> Gate:
    """The gate of a case, shut or open, in words."""
    unmet = sum(condition.holds is not True for condition in conditions)
    is_open = gate_open(conditions)
    wanted, run = view.facts.pack.days("removal_ground_i"), view.facts.removal_run
    as_of = view.facts.standing.as_of
    eligible = view.state.stage is Stage.DECISION
    counted_to = f", counted up to {day(as_of)}" if as_of else ""
    return Gate(
        is_open=is_open,
        verdict=_verdict(unmet, len(conditions), is_open=is_open),
        eligibility="Eligible for decision" if eligible else "Not eligible for decision",
        standing=f"The removal run stands at {run} of {school_days(wanted)}{counted_to}.",
        conditions=[_line(condition, view.facts.standing) for condition in conditions],
    )


def _verdict(unmet: int, all_: int, *, is_open: bool) -> str:
    if is_open:
        return (
            f"All {all_} conditions are met. The school decides, and records a removal on the day it is made."
        )
    verb = "is" if unmet == 1 else "are"
    return (
        f"Removal is not possible: {unmet} of {counted(all_, 'condition')} {verb} not met. "
        "The child stays on roll."
    )


def _line(condition: Condition, standing: Standing) -> dict[str, str]:
    change = f"What would change it: {condition.to_change} " if condition.to_change else ""
    return {
        "state": _STATES[condition.holds],
        "text": f"{condition.number}. {condition.name}. {in_words(condition.because, standing)}",
        "note": f"{change}Source: {capitalised(condition.source)}.",
    }


def in_words(because: str, standing: Standing) -> str:
    """A condition's reason, with what is in the way of the removal run in words: "unmarked 2026-11-05 AM"."""
    if not standing.removal_blocked_by:
        return because
    return because.replace(", ".join(standing.removal_blocked_by), "; ".join(blocks(standing)))
