"""Whether the register makes a pupil eligible for decision, and why not. It never removes anybody."""

from datetime import date

from cme.casework.facts import CaseFacts
from cme.casework.questions import Question
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.words import day


def _attended_after_count(facts: CaseFacts) -> date | None:
    attended_on, as_of = facts.standing.last_attended_on, facts.standing.as_of
    return attended_on if attended_on and as_of and attended_on > as_of else None


def is_eligible(question: Question) -> bool:
    """Whether the register makes the pupil eligible for decision; never more than that.

    Twenty school days of G, N or O (SI 2024/208 reg 9(1)(i)), or ten since leave that was granted has ended
    (reg 9(1)(h)), and no day unmarked or unreported since the pupil last attended (our policy). A mark of a
    day that is still open ends it at once.
    """
    facts = question.facts
    return (
        facts.on_roll
        and _attended_after_count(facts) is None
        and facts.standing.compulsory_age
        and _is_long_enough(facts)
        and not facts.standing.unmarked_on
    )


def _is_long_enough(facts: CaseFacts) -> bool:
    return facts.removal_run >= facts.pack.days("removal_ground_i") or _leave_is_over(facts)


def _leave_is_over(facts: CaseFacts) -> bool:
    days = facts.standing.ground_h_days
    return facts.leave_granted and days is not None and days >= facts.pack.days("leave_not_returned")


def lost_because(question: Question) -> str:
    """Why a pupil is not, or no longer, eligible for decision, in one sentence."""
    facts = question.facts
    if not facts.on_roll:
        return "The pupil is no longer on the register of this school."
    if not facts.standing.compulsory_age:
        return "The pupil is not of compulsory school age."
    attended_on = _attended_after_count(facts)
    if attended_on:
        return f"The register shows the pupil present on {day(attended_on)}."
    if not _is_long_enough(facts):
        wanted = facts.pack.days("removal_ground_i")
        counted = f"{facts.removal_run} of {wanted} school days are counted towards removal."
        return f"{counted} {_since_leave(facts)}" if facts.leave_granted else counted
    doubtful = ", ".join(day(on) for on in facts.standing.unmarked_on)
    return f"Not marked in full: {doubtful}. Upload the complete register."


def _since_leave(facts: CaseFacts) -> str:
    days = facts.standing.ground_h_days
    if days is None:
        return "The pupil has attended since the leave ended."
    return f"{days} of {facts.pack.days('leave_not_returned')} have passed since the leave ended."


def keeps_proposal(question: Question) -> bool:
    """Whether what is proposed rests on another ground than absence, which the count does not end."""
    return question.state.ground not in ("", *JOINT_GROUNDS)
