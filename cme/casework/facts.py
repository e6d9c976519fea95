"""What a decision about a case rests on: what is known of the child, and what a person has entered."""

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from cme.attendance.standing import Standing
from cme.casework.enquiries.readiness import Readiness
from cme.casework.enquiries.steps import Step
from cme.casework.entries import Entry
from cme.casework.policy.pack import PolicyPack
from cme.casework.referral.answers import ReferralDraft
from cme.casework.removal.facts import Condition
from cme.casework.removal.statement import Statement
from cme.casework.safety.flags import KnownRisks
from cme.casework.state import CaseState


@dataclass(frozen=True, slots=True)
class PreviousCase:
    """The last closed case of the same registration, as the register stood when it was closed.

    `counted_to` is the last day that was counted then, `return_run` the count. `was_with_authority`: its
    referral stood when it was closed.
    """

    counted_to: date
    return_run: int
    closed_on: date = date.min
    was_with_authority: bool = False

    @classmethod
    def of(cls, closed: CaseState) -> Self | None:
        """What a closed case leaves behind; None while it is open."""
        if closed.closed_on is None:
            return None
        return cls(
            closed.closed_as_of or closed.closed_on,
            closed.closed_run or 0,
            closed.closed_on,
            closed.referral_sent_on is not None,
        )


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of the child when a decision is asked for.

    `flagged`: one of the `risks` brings the review to day 1. `whereabouts_known`: somebody recorded where the
    child is, or every day of the absence is a known holiday (G). `return_run_when_referred`: the register as
    it reads now, counted up to `CaseState.referral_as_of`; None before a referral. `removal_made`: the
    removal from the register is on record. `readiness` is the meter, `plain_readiness` the one
    without steps that are risk notes; None where nobody asks for them.
    `unexplained_on` is a day that is not counted yet, of a child with a flag, whose newest mark leaves open
    where the child is. `concern_on` is when an enquiry first raised a concern that no review has looked at,
    `chase_on` the first date on which a reply is to be chased; `authority_missing` and `authority_chase_on`
    are the authority's own: the mandatory steps that it has not made, and when it chases. `rechecked_on`
    are the days on which it looked for the child again (E48), `born_on` is the child's birth date.

    Of the removal: `leave_granted` is on record for Ground H. `statement` is the joint statement as it is
    now. `gate` is every condition of the ground that is, or would be, proposed; () where nobody asks for it.
    `own_proposal`: whoever acts has proposed the removal. `admissions_overdue`: the clock of the admissions
    team has run out. `return_delivered`: the removal return is with the authority. `concluded_otherwise`: the
    joint statement says otherwise than the one that was proposed on.
    """

    standing: Standing
    pack: PolicyPack
    on_roll: bool = True
    flagged: bool = False
    risks: KnownRisks = field(default_factory=KnownRisks)
    whereabouts_known: bool = False
    unexplained_on: date | None = None
    draft: ReferralDraft | None = None
    return_run_when_referred: int | None = None
    previous: PreviousCase | None = None
    removal_made: bool = False
    readiness: Readiness | None = None
    plain_readiness: Readiness | None = None
    concern_on: date | None = None
    chase_on: date | None = None
    authority_missing: tuple[Step, ...] = ()
    authority_chase_on: date | None = None
    rechecked_on: tuple[date, ...] = ()
    born_on: date | None = None
    leave_granted: bool = False
    statement: Statement | None = None
    gate: tuple[Condition, ...] = ()
    own_proposal: bool = False
    admissions_overdue: bool = False
    return_delivered: bool = False
    concluded_otherwise: bool = False
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
