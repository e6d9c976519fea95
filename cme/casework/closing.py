"""When a case can end: what in the register suggests it, and what each outcome asks to be on record."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from cme.casework.outcomes import RETURNED, Requirement, Side, outcomes_for, read_outcomes
from cme.casework.questions import Check, Question, unless
from cme.casework.stages import Overlay
from cme.casework.words import day


def attended_since_opening(question: Question) -> date | None:
    """The latest day of attendance, when it lies after the first day of the absence the case was opened for.

    On that day itself the child can have come late (U) and still be counted as absent; it ends the absence
    only as long as no later day is counted.
    """
    state, attended_on = question.state, question.facts.standing.last_attended_on
    if attended_on is None or state.opened_on is None:
        return None
    if state.absent_from_on is None:
        return attended_on if attended_on > state.opened_on else None
    as_of, has_run = question.facts.standing.as_of, question.facts.return_run > 0
    if attended_on == state.absent_from_on and (has_run or as_of is None or as_of > attended_on):
        return None
    return attended_on if attended_on >= state.absent_from_on else None


def reason_to_close(question: Question) -> tuple[str, str] | None:
    """Why the register suggests that the case be closed: the outcome it suggests ('' for none), and why.

    An authorised or explained absence does not suggest closing a fast-tracked case: it is no sighting of
    the child (casework reference s.5).
    """
    state, facts = question.state, question.facts
    if state.removed_on is not None:
        return None
    if not facts.on_roll:
        return "", "The pupil is no longer on the register of this school."
    if not facts.standing.compulsory_age:
        return "O23", "The pupil is over or under compulsory school age."
    if facts.risks.is_missing or facts.unexplained_on:
        return None
    if facts.standing.as_of is None or facts.return_run > 0:
        return None
    attended_on = attended_since_opening(question)
    if attended_on is not None:
        return RETURNED, f"The register shows the pupil present on {day(attended_on)}."
    if state.absent_from_on is not None and Overlay.FAST_TRACK not in state.overlays:
        unseen = facts.days_unseen
        seen = f"Nobody at school has seen the child for {unseen} school days." if unseen else ""
        return "", f"The latest marks are authorised, so no day counts now. {seen}".strip()
    return None


def outcome_fault(question: Question) -> str | None:
    """Why the outcome cannot be chosen by this side, or None."""
    code = question.facts.entry.outcome_code
    outcome = read_outcomes().get(code)
    if outcome is None:
        return "Choose an outcome from the list."
    if outcome in outcomes_for(question.sides):
        return None
    others = " or ".join(sorted(side.value for side in outcome.set_by))
    return f"Outcome {code} is for the {others} to set. Choose another outcome, or ask them to close."


def _present_mark(question: Question) -> str | None:
    if attended_since_opening(question) is None:
        return (
            "The register shows no present mark since this absence began. "
            "Upload a register with the mark, or choose another outcome."
        )
    if question.facts.return_run > 0:
        return "The pupil is absent again. Keep the case open until the register shows the pupil present."
    return None


def _run_ended(question: Question) -> str | None:
    """An authorised code ends the count, and is no sighting."""
    if question.facts.return_run > 0:
        return "Days of this absence still count. Correct the marks in the school's system and upload again."
    return None


def _unseen_alone(question: Question) -> str | None:
    """A school does not close by itself what it referred while nobody has seen the child."""
    facts = question.facts
    if not facts.days_unseen or not question.state.was_referred or Side.AUTHORITY in question.sides:
        return None
    if facts.entry.agreed_by.strip():
        return None
    return (
        f"Nobody at school has seen the child for {facts.days_unseen} school days, and the referral was "
        "sent. Enter who at the authority agreed to close, or who saw the child and when."
    )


_REQUIREMENTS: Mapping[Requirement, Check] = MappingProxyType(
    {
        Requirement.PRESENT_MARK: _present_mark,
        Requirement.RUN_ENDED: _run_ended,
        Requirement.AGREEMENT: unless(
            lambda q: q.facts.entry.agreed_by.strip(),
            "This outcome needs the other side. Enter who agreed to it, for the school or the authority.",
        ),
        Requirement.REMOVAL: unless(
            lambda q: q.facts.removal_made,
            "This outcome follows a removal, and none is recorded. "
            "Complete the removal conditions, or choose another outcome.",
        ),
        Requirement.OVER_AGE: unless(
            lambda q: not q.facts.standing.compulsory_age,
            "The pupil is of compulsory school age. Correct the date of birth, or choose another outcome.",
        ),
    }
)


def _kept_fault(question: Question) -> str | None:
    """What is wrong with the reference of the case that is kept of two, where one was entered."""
    return question.facts.entry.triage.contradicted.get("kept")


def outcome_evidence_fault(question: Question) -> str | None:
    """What is not on record that the outcome asks for, or None."""
    outcome = read_outcomes().get(question.facts.entry.outcome_code)
    required = _REQUIREMENTS[outcome.requires](question) if outcome and outcome.requires else None
    return required or _kept_fault(question) or _unseen_alone(question)
