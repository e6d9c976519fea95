"""The welfare talk with a child who is back or was found: that it was held, and what the child said.

Source: casework reference ss.2 and 14; that closing waits for it is our policy.
"""

from datetime import date

from cme.casework.outcomes import RETURNED
from cme.casework.questions import Question


def held_by_fault(question: Question) -> str | None:
    """Whether it is said who talked with the child."""
    return None if question.facts.entry.held_by.strip() else "Enter who talked with the child."


def held_on_fault(question: Question) -> str | None:
    """Whether the day of the talk can be right: not to come, and not before the absence that it is about."""
    held_on = question.facts.entry.held_on
    if held_on is None:
        return "Enter the day of the talk."
    if held_on > question.today:
        return "The day of the talk must be today or earlier."
    began_on = question.state.absent_from_on or question.state.opened_on or date.min
    if held_on < began_on:
        return "The day of the talk lies before this absence began. Enter the day of the talk about it."
    return None


def no_talk_fault(question: Question) -> str | None:
    """A child who is back is talked with, or it is said why not, before the case ends (our policy)."""
    facts = question.facts
    if facts.entry.outcome_code != RETURNED or question.state.welfare_talk_on is not None:
        return None
    if facts.entry.no_talk.strip():
        return None
    return "No welfare talk is recorded. Record it first, or say why there was none."
