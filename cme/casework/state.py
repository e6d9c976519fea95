"""Where a case stands and what has been done in it: what `folding` makes of its events, and nothing else."""

from dataclasses import dataclass
from datetime import date

from cme.casework.outcomes import Side
from cme.casework.stages import Overlay, Stage


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that waits for an answer: its number in the case, from 1, the side that asked, and when."""

    number: int
    side: Side
    asked_on: date


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands and what has been done in it; the default is a pupil without a case.

    `absent_from_on` is the first day of the absence the case was opened for, `heard_on` the day on which a
    concern was heard that opened it. `referral_as_of` and
    `referral_run` are the day up to which the register was counted when the referral was sent, and the
    count; `closed_as_of` and `closed_run` are the same of the closing. `returns_to` is the stage that losing
    eligibility leads back to. `approved_draft` is the fingerprint of the referral that the head teacher
    approved. `acknowledged_on` is None again once an update is sent, until that is acknowledged.
    `welfare_talk_on` is the day on which the talk was held. `found_on` is the day on which the child was last
    noted to be no longer missing, `found_items` what is ticked off since.

    Of the authority: `expected_on` is when it expects to be done, `return_items` what it asked the school for
    and has not got, `officer_id` and `cover_id` are users. Of the removal: `statement` is the fingerprint of
    the joint statement that `signed_by` have signed, `ground` the letter of the ground that is proposed,
    `proposed_from` the stage that withdrawing leads back to, `limb` that of the statement the removal rests
    on, `confirmation` what admissions said, `found_by_admissions` the codes of what they found when they
    looked, `query` what they queried and the school has yet to answer. `was_at` is the stage that verifying a
    location leads back to, `completed` the enquiries that were completed and stand, by number (None where
    none was kept) with the side that made each, `sighted_on` the latest verified sighting, `located_on`
    the day on which it was recorded that the child was found, until the child is looked for again,
    `no_trace_on` the days on which a trace ended without a find after the removal, `searched_anew_on` the
    day on which a child who had been found was looked for again, `challenged_by` the sides whose
    professional challenge waits for an answer.
    """

    stage: Stage = Stage.WATCHING
    overlays: frozenset[Overlay] = frozenset()
    opened_on: date | None = None
    absent_from_on: date | None = None
    heard_on: date | None = None
    reviewed_on: date | None = None
    next_review_on: date | None = None
    referral_drafted_on: date | None = None
    referral_sent_on: date | None = None
    referral_as_of: date | None = None
    referral_run: int | None = None
    acknowledged_on: date | None = None
    declined_on: date | None = None
    declined_until_on: date | None = None
    eligible_on: date | None = None
    returns_to: Stage = Stage.ENQUIRIES
    closing_proposed_on: date | None = None
    closed_on: date | None = None
    closed_as_of: date | None = None
    closed_run: int | None = None
    outcome_code: str = ""
    approved_draft: str = ""
    updated_on: date | None = None
    welfare_talk_on: date | None = None
    questions_asked: int = 0
    unanswered: tuple[Unanswered, ...] = ()
    enquired_on: date | None = None
    found_on: date | None = None
    found_items: tuple[str, ...] = ()
    expected_on: date | None = None
    accepted_on: date | None = None
    officer_id: int | None = None
    cover_id: int | None = None
    returned_on: date | None = None
    return_items: tuple[str, ...] = ()
    result_given_on: date | None = None
    joint_opened_on: date | None = None
    joint_noted_on: date | None = None
    next_note_on: date | None = None
    statement: str = ""
    signed_by: frozenset[Side] = frozenset()
    signed_on: date | None = None
    ground: str = ""
    limb: str = ""
    proposed_on: date | None = None
    proposed_from: Stage = Stage.DECISION
    confirmation: str = ""
    confirmed_on: date | None = None
    found_by_admissions: frozenset[str] = frozenset()
    query: str = ""
    queried_on: date | None = None
    removed_on: date | None = None
    ctf_on: date | None = None
    readmitted_on: date | None = None
    traced_on: date | None = None
    no_trace_on: tuple[date, ...] = ()
    searched_anew_on: date | None = None
    records_requests: int = 0
    verifying_since_on: date | None = None
    completed: frozenset[tuple[int | None, Side]] = frozenset()
    was_at: Stage = Stage.ENQUIRIES
    sighted_on: date | None = None
    located_on: date | None = None
    worked_on: date | None = None
    expected_back: bool = False
    challenged_by: tuple[Side, ...] = ()
    challenged_on: date | None = None

    @property
    def enquired_by(self) -> frozenset[Side]:
        """The sides of which a completed enquiry stands."""
        return frozenset(side for _, side in self.completed)

    @property
    def risk(self) -> int:
        """Where the case comes in a queue: 0 safeguarding or missing now, 1 fast-tracked, 2 every other."""
        if self.overlays & {Overlay.SAFEGUARDING, Overlay.MISSING_NOW}:
            return 0
        return 1 if Overlay.FAST_TRACK in self.overlays else 2

    @property
    def was_referred(self) -> bool:
        """Whether a referral was ever sent, whatever became of it."""
        return self.referral_as_of is not None or self.referral_sent_on is not None

    @property
    def absence_since_on(self) -> date | None:
        """From when enquiries belong to the case: the absence, or for want of a counted one the opening; or a
        concern that was heard before."""
        since_on = self.absent_from_on or self.opened_on
        return min(since_on, self.heard_on) if since_on and self.heard_on else since_on

    def covers(self, on: date) -> bool:
        """Whether an enquiry made on a date belongs to the case: from the absence on, until it was closed."""
        since_on, until_on = self.absence_since_on, self.closed_on
        return (since_on is None or on >= since_on) and (until_on is None or on <= until_on)

    @property
    def last_touched_on(self) -> date | None:
        """The latest date on which a person did something to the case, or it was opened."""
        dates = (
            self.opened_on,
            self.reviewed_on,
            self.referral_sent_on,
            self.acknowledged_on,
            self.declined_on,
            self.updated_on,
            self.enquired_on,
            self.accepted_on,
            self.returned_on,
            self.result_given_on,
            self.joint_noted_on,
            self.signed_on,
            self.proposed_on,
            self.confirmed_on,
            self.removed_on,
            self.ctf_on,
            self.verifying_since_on,
            self.worked_on,
        )
        return max((on for on in dates if on is not None), default=None)
