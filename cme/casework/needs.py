"""What an action needs before it can be done: one small check each, with the sentence that refuses.

A transition lists its needs by name; no other code asks these questions. Each check looks at a `Question`
and gives None when the need is met, or a sentence that says what is missing and what to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from cme.access.roles import Permission
from cme.casework.facts import CaseFacts, ReviewDecision
from cme.casework.outcomes import Requirement, Side, outcomes_for, read_outcomes
from cme.casework.referral import missing_fields
from cme.casework.stages import Overlay
from cme.casework.state import CaseState


class Need(StrEnum):
    """Something an action cannot be done without."""

    ON_ROLL = "on_roll"
    COMPULSORY_AGE = "compulsory_age"
    REVIEW_DAY = "review_day"
    NEW_ABSENCE = "new_absence"
    CLOSED_BEFORE = "closed_before"
    FLAG = "flag"
    NOT_FAST_TRACKED = "not_fast_tracked"
    DRAFT_DAY = "draft_day"
    DRAFT_WANTED = "draft_wanted"
    DRAFT_COMPLETE = "draft_complete"
    SENT = "sent"
    NOT_SENT = "not_sent"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    STANDS_BELOW = "stands_below"
    STANDS_AGAIN = "stands_again"
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    REASON_TO_CLOSE = "reason_to_close"
    NO_REASON_TO_CLOSE = "no_reason_to_close"
    CLOSING_PROPOSED = "closing_proposed"
    CLOSING_NOT_PROPOSED = "closing_not_proposed"
    REASON = "reason"
    DECISION = "decision"
    AGREED_BY = "agreed_by"
    NEXT_REVIEW_ON = "next_review_on"
    REVIEW_DATE = "review_date"
    OUTCOME = "outcome_code"
    OUTCOME_EVIDENCE = "outcome_evidence"


LONGEST_REVIEW = timedelta(weeks=4)
"""How far ahead the next review may lie (our policy): beyond it a child is forgotten."""

ENTERED = frozenset(
    {
        Need.REASON,
        Need.DECISION,
        Need.AGREED_BY,
        Need.NEXT_REVIEW_ON,
        Need.REVIEW_DATE,
        Need.OUTCOME,
        Need.OUTCOME_EVIDENCE,
    }
)
"""Needs that a person meets by filling in the form: they do not hide the button that leads to it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: may this be done to a case in this state, by somebody with these permissions, today?"""

    state: CaseState
    facts: CaseFacts
    permissions: frozenset[Permission]
    today: date

    @property
    def sides(self) -> frozenset[Side]:
        """The sides of the case that the person speaks for."""
        spoken = {Permission.SPEAK_FOR_SCHOOL: Side.SCHOOL, Permission.SPEAK_FOR_AUTHORITY: Side.AUTHORITY}
        return frozenset(side for permission, side in spoken.items() if permission in self.permissions)


Check = Callable[[Question], str | None]


def _unless(met: Callable[[Question], object], sentence: str) -> Check:
    return lambda question: None if met(question) else sentence


def day(on: date) -> str:
    """A date as sentences show it: 5 November 2026."""
    return f"{on.day} {on:%B %Y}"


def attended_since_opening(question: Question) -> date | None:
    """The latest day of attendance, when it lies in or after the absence the case was opened for."""
    state, attended_on = question.state, question.facts.standing.last_attended_on
    if attended_on is None or state.opened_on is None:
        return None
    if state.absent_from_on is None:
        return attended_on if attended_on > state.opened_on else None
    return attended_on if attended_on >= state.absent_from_on else None


def reason_to_close(question: Question) -> tuple[str, str] | None:
    """Why the register suggests that the case be closed: the outcome it suggests ('' for none), and why.

    An authorised or explained absence does not suggest closing a fast-tracked case: it is no sighting of
    the child (casework reference s.5).
    """
    state, facts = question.state, question.facts
    if not facts.on_roll:
        return "", "The pupil is no longer on the register of this school."
    if not facts.standing.compulsory_age:
        return "O23", "The pupil is over or under compulsory school age."
    if facts.standing.as_of is None or facts.return_run > 0:
        return None
    attended_on = attended_since_opening(question)
    if attended_on is not None:
        return "O01", f"The register shows the pupil present on {day(attended_on)}."
    if state.absent_from_on is not None and Overlay.FAST_TRACK not in state.overlays:
        unseen = facts.days_unseen
        seen = f"Nobody at school has seen the child for {unseen} school days." if unseen else ""
        return "", f"The latest marks are authorised, so no day counts now. {seen}".strip()
    return None


def doubtful_days(facts: CaseFacts) -> tuple[date, ...]:
    """School days without a full set of marks since the pupil last attended: they keep removal shut."""
    return facts.standing.unmarked_on


def _attended_after_count(facts: CaseFacts) -> date | None:
    attended_on, as_of = facts.standing.last_attended_on, facts.standing.as_of
    return attended_on if attended_on and as_of and attended_on > as_of else None


def is_eligible(question: Question) -> bool:
    """Whether the register makes the pupil eligible for decision; never more than that.

    Twenty school days of G, N or O (SI 2024/208 reg 9(1)(i)) and no day unmarked or unreported since the
    pupil last attended (our policy). A mark of a day that is still open ends it at once.
    """
    facts = question.facts
    return (
        facts.on_roll
        and _attended_after_count(facts) is None
        and facts.standing.compulsory_age
        and facts.removal_run >= facts.pack.days("removal_ground_i")
        and not doubtful_days(facts)
    )


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


def _below_return(question: Question) -> bool:
    """Whether the corrected register no longer supports a referral that was sent at ten days or more.

    A referral sent earlier, for risk, never rested on the count and is never superseded by it.
    """
    threshold = question.facts.pack.days("attendance_return")
    sent_at, now = question.state.referral_run, question.facts.return_run_when_referred
    return sent_at is not None and sent_at >= threshold and now is not None and now < threshold


def _new_absence(question: Question) -> bool:
    """Whether this absence has no case yet.

    A case that a person closed while the absence went on is taken up again by itself when the absence reaches
    ten or twenty days after that, and at the latest after as many more school days as a joint note may be
    apart: no child drops out for having been closed early (our policy).
    """
    facts, previous = question.facts, question.facts.previous
    if previous is None or facts.standing.run_started_on is None:
        return True
    if facts.standing.run_started_on > previous.counted_to:
        return True
    pack = facts.pack
    thresholds = (
        pack.days("attendance_return"),
        pack.days("removal_ground_i"),
        previous.return_run + pack.days("joint_note"),
    )
    return any(previous.return_run < threshold <= facts.return_run for threshold in thresholds)


def _draft_wanted(question: Question) -> bool:
    """Whether a referral is to be prepared: nobody sees the child, nobody knows where the child is, and no
    decision not to refer is in force (attendance law s.6.3: proposed by the count, decided by a person)."""
    state, facts = question.state, question.facts
    in_force = (
        state.declined_on is not None
        and state.next_review_on is not None
        and question.today < state.next_review_on
    )
    return facts.days_unseen > 0 and not facts.whereabouts_known and not in_force


def _draft_complete(question: Question) -> str | None:
    draft = question.facts.draft
    if draft is None:
        return "There is no referral to send. Start the referral and fill in its starred fields."
    missing = missing_fields(draft)
    if draft.safeguarding or not missing:
        return None
    names = "; ".join(each.label for each in missing)
    return f"The referral lacks: {names}. Fill them in, or mark it as a safeguarding referral to send it now."


def _next_review(question: Question) -> str | None:
    on = question.facts.entry.next_review_on
    if on is None:
        return "Enter the next review date."
    if on <= question.today:
        return "The next review date must be after today. Enter a later date."
    latest_on = question.today + LONGEST_REVIEW
    return None if on <= latest_on else f"Enter a next review date by {day(latest_on)}, so that nobody waits."


def _review_date(question: Question) -> str | None:
    entry = question.facts.entry
    if entry.next_review_on is None and entry.decision is not ReviewDecision.ENQUIRE_ON:
        return None
    return _next_review(question)


def _outcome(question: Question) -> str | None:
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
    """An authorised code ends the count and is no sighting; a child unseen is not closed on one word."""
    facts = question.facts
    if facts.return_run > 0:
        return "Days of this absence still count. Correct the marks in the school's system and upload again."
    if facts.days_unseen and question.state.referral_sent_on and not facts.entry.agreed_by.strip():
        return (
            f"Nobody at school has seen the child for {facts.days_unseen} school days, and the referral was "
            "sent. Enter who at the authority agreed to close, or who saw the child and when."
        )
    return None


_REQUIREMENTS: Mapping[Requirement, Check] = MappingProxyType(
    {
        Requirement.PRESENT_MARK: _present_mark,
        Requirement.RUN_ENDED: _run_ended,
        Requirement.AGREEMENT: _unless(
            lambda q: q.facts.entry.agreed_by.strip(),
            "This outcome needs the other side. Enter who agreed to it, for the school or the authority.",
        ),
        Requirement.REMOVAL: _unless(
            lambda q: q.facts.removal_made,
            "This outcome follows a removal, and none is recorded. "
            "Complete the removal conditions, or choose another outcome.",
        ),
        Requirement.OVER_AGE: _unless(
            lambda q: not q.facts.standing.compulsory_age,
            "The pupil is of compulsory school age. Correct the date of birth, or choose another outcome.",
        ),
    }
)


def _outcome_evidence(question: Question) -> str | None:
    outcome = read_outcomes().get(question.facts.entry.outcome_code)
    if outcome is None or outcome.requires is None:
        return None
    return _REQUIREMENTS[outcome.requires](question)


NEEDS: Mapping[Need, Check] = MappingProxyType(
    {
        Need.ON_ROLL: _unless(
            lambda q: q.facts.on_roll,
            "The pupil is not on the register of this school. Check the register, or tell the authority.",
        ),
        Need.COMPULSORY_AGE: _unless(
            lambda q: q.facts.standing.compulsory_age,
            "The pupil is not of compulsory school age. Check the date of birth.",
        ),
        Need.REVIEW_DAY: _unless(
            lambda q: q.facts.return_run >= q.facts.pack.review_day(flagged=q.facts.flagged),
            "The absence has not reached the day of the DSL review. Open a case by hand if there is concern.",
        ),
        Need.NEW_ABSENCE: _unless(
            _new_absence, "A case for this absence was closed. Reopen that case if there is concern."
        ),
        Need.CLOSED_BEFORE: _unless(
            lambda q: q.facts.previous, "The pupil has no closed case. Open a case by hand."
        ),
        Need.FLAG: _unless(lambda q: q.facts.flagged, "The child has no risk flag. Record one first."),
        Need.NOT_FAST_TRACKED: _unless(
            lambda q: Overlay.FAST_TRACK not in q.state.overlays, "The case is fast-tracked already."
        ),
        Need.DRAFT_DAY: _unless(
            lambda q: q.facts.return_run >= q.facts.pack.days("referral_draft"),
            "The absence has not reached the day on which a referral is drafted. Sign a review to refer now.",
        ),
        Need.DRAFT_WANTED: _unless(
            _draft_wanted,
            "The child is seen, the whereabouts are known, or a decision not to refer is in force. "
            "Sign a review to refer now.",
        ),
        Need.DRAFT_COMPLETE: _draft_complete,
        Need.SENT: _unless(
            lambda q: q.state.referral_sent_on, "No referral has been sent. Wait for the DSL to send it."
        ),
        Need.NOT_SENT: lambda q: (
            f"The referral was sent on {day(q.state.referral_sent_on)}. It stands as it was sent."
            if q.state.referral_sent_on
            else None
        ),
        Need.NOT_ACKNOWLEDGED: lambda q: (
            f"The referral was acknowledged on {day(q.state.acknowledged_on)}. Nothing more is needed."
            if q.state.acknowledged_on
            else None
        ),
        Need.STANDS_BELOW: _unless(
            lambda q: Overlay.SUPERSEDED not in q.state.overlays and _below_return(q),
            "The register still supports the referral. Correct the marks first.",
        ),
        Need.STANDS_AGAIN: _unless(
            lambda q: Overlay.SUPERSEDED in q.state.overlays and not _below_return(q),
            "The register does not support the referral at ten days. Correct the marks first.",
        ),
        Need.ELIGIBLE: lambda q: None if is_eligible(q) else lost_because(q),
        Need.NOT_ELIGIBLE: _unless(
            lambda q: not is_eligible(q), "The pupil is eligible for decision. Correct the marks first."
        ),
        Need.REASON_TO_CLOSE: _unless(
            reason_to_close, "The absence goes on. Wait for a register that shows otherwise."
        ),
        Need.NO_REASON_TO_CLOSE: _unless(
            lambda q: reason_to_close(q) is None,
            "The register still suggests closing. Wait for the next upload.",
        ),
        Need.CLOSING_PROPOSED: _unless(
            lambda q: Overlay.CLOSING_PROPOSED in q.state.overlays,
            "Closing is not proposed. Propose it first.",
        ),
        Need.CLOSING_NOT_PROPOSED: _unless(
            lambda q: Overlay.CLOSING_PROPOSED not in q.state.overlays,
            "Closing is proposed already. Close the case, or leave it open.",
        ),
        Need.REASON: _unless(lambda q: q.facts.entry.reason.strip(), "Enter the reason."),
        Need.DECISION: _unless(lambda q: q.facts.entry.decision, "Choose what you decide."),
        Need.AGREED_BY: _unless(
            lambda q: q.facts.entry.agreed_by.strip(), "Enter who agreed to the decision."
        ),
        Need.NEXT_REVIEW_ON: _next_review,
        Need.REVIEW_DATE: _review_date,
        Need.OUTCOME: _outcome,
        Need.OUTCOME_EVIDENCE: _outcome_evidence,
    }
)
"""Every need and its check."""
