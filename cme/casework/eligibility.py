"""Whether the register makes a pupil eligible for decision, and why not. It never removes anybody."""

from datetime import date

from cme.casework.facts import CaseFacts
from cme.casework.questions import Question
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.words import day


def doubtful_days(facts: CaseFacts) -> tuple[date, ...]:
    """School days without a full set of marks since the pupil last attended: they keep removal shut."""
    return facts.standing.unmarked_on


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
        and (facts.removal_run >= facts.pack.days("removal_ground_i") or _leave_is_over(facts))
        and not doubtful_days(facts)
    )


def _leave_is_over(facts: CaseFacts) -> bool:
    days = facts.standing.ground_h_days
    return facts.leave_granted and days is not None and days >= facts.pack.days("leave_not_returned")


def lost_because(question: Question) -> str:
    """Why a pupil is not, or no longer, eligible for decision, in one sentence."""
    facts = question.facts
    wanted = facts.pack.days("removal_ground_i")
    if not facts.on_roll:
        return "The pupil is no longer on the register of this school."
    if not facts.standing.compulsory_age:
        return "The pupil is not of compulsory school age."
    attended_on = _attended_after_count(facts)
    if attended_on:
        return f"The register shows the pupil present on {day(attended_on)}."
    if facts.removal_run < wanted:
        return f"{facts.removal_run} of {wanted} school days are counted towards removal."
    return f"{len(doubtful_days(facts))} school days have no full marks. Upload the complete register."


def keeps_proposal(question: Question) -> bool:
    """Whether what is proposed rests on another ground than absence, which the count does not end."""
    return question.state.ground not in ("", *JOINT_GROUNDS)
