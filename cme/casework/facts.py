"""What a decision about a case rests on: what is known of the child, and what a person has entered."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from cme.attendance.standing import Standing
from cme.casework.policy import PolicyPack
from cme.casework.referral import ReferralDraft
from cme.casework.state import CaseState


class ReviewDecision(StrEnum):
    """What the DSL decides in a review."""

    ENQUIRE_ON = "enquire_on"
    REFER_NOW = "refer_now"
    ADVICE = "advice"

    @property
    def label(self) -> str:
        """The decision in the words people read."""
        return {
            ReviewDecision.ENQUIRE_ON: "Keep enquiring",
            ReviewDecision.REFER_NOW: "Refer now",
            ReviewDecision.ADVICE: "Ask the front door for advice",
        }[self]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person has filled in for an action; blank where the form has nothing."""

    reason: str = ""
    decision: ReviewDecision | None = None
    agreed_by: str = ""
    next_review_on: date | None = None
    outcome_code: str = ""


@dataclass(frozen=True, slots=True)
class PreviousCase:
    """The last closed case of the same registration, as the register stood when it was closed.

    `counted_to` is the last day that was counted then, `return_run` the count.
    """

    counted_to: date
    return_run: int

    @classmethod
    def of(cls, closed: CaseState) -> Self | None:
        """What a closed case leaves behind; None while it is open."""
        if closed.closed_on is None:
            return None
        return cls(closed.closed_as_of or closed.closed_on, closed.closed_run or 0)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of the child when a decision is asked for.

    `flagged`: a risk flag that brings the review to day 1. `whereabouts_known`: somebody recorded where the
    child is, or every day of the absence is a known holiday (G). `return_run_when_referred`: the register as
    it reads now, counted up to `CaseState.referral_as_of`; None before a referral. `removal_made`: the
    removal from the register is on record.
    """

    standing: Standing
    pack: PolicyPack
    on_roll: bool = True
    flagged: bool = False
    whereabouts_known: bool = False
    draft: ReferralDraft | None = None
    return_run_when_referred: int | None = None
    previous: PreviousCase | None = None
    removal_made: bool = False
    entry: Entry = field(default_factory=Entry)

    @property
    def return_run(self) -> int:
        """`return_run` in school days; 0 for a boarder, who has none."""
        return self.standing.return_run or 0

    @property
    def removal_run(self) -> int:
        """`removal_run` in school days; 0 for a boarder, who has none."""
        return self.standing.removal_run or 0

    @property
    def days_unseen(self) -> int:
        """`days_unseen` in school days; 0 for a boarder, who has none."""
        return self.standing.days_unseen or 0
