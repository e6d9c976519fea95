"""A place where the child may be: who said so, and what came of looking. Source: casework reference s.4."""

from collections.abc import Mapping
from types import MappingProxyType

from cme.casework.facts import CaseFacts
from cme.casework.questions import Check, Question, unless
from cme.casework.state import CaseState
from cme.casework.words import day, is_named

CONFIRMED, RULED_OUT = "confirmed", "ruled_out"

VERDICTS: Mapping[str, str] = MappingProxyType(
    {CONFIRMED: "The child is there", RULED_OUT: "The child is not there"}
)
"""What can come of looking into a possible location."""


def is_found(state: CaseState, facts: CaseFacts) -> bool:
    """Whether the child was found, and no other absence began since: nobody asks where the child is."""
    found_on, began_on = state.located_on, facts.standing.run_started_on
    return found_on is not None and (began_on is None or began_on <= found_on)


def _seen(question: Question) -> str | None:
    """A child is found when somebody saw the child: a bill in the family's name is none (our policy).

    A sighting from before the absence says nothing of where the child is now.
    """
    entry = question.facts.entry.location
    if entry.verified != CONFIRMED:
        return None
    if not is_named(entry.seen_by) or entry.seen_on is None:
        return "Enter who saw the child, and on which day. Until somebody has, the location is not confirmed."
    if entry.seen_on > question.today:
        return "The day of the sighting must be today or earlier."
    absent_from = question.state.absent_from_on
    if absent_from is not None and entry.seen_on < absent_from:
        return (
            f"The day of the sighting must be {day(absent_from)}, the first day of the absence, or later. "
            "A sighting from before it does not say where the child is now."
        )
    return None


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "source": unless(lambda q: q.facts.entry.location.source.strip(), "Enter who said so."),
        "verified": unless(
            lambda q: q.facts.entry.location.verified in VERDICTS, "Choose whether the child is there."
        ),
        "seen_by": _seen,
    }
)
"""The checks of a possible location, by the need that asks for them."""
