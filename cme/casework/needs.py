"""What an action needs before it can be done: one small check each, with the sentence that refuses.

A transition lists its needs by name; no other code asks these questions. Each check looks at a `Question`
and gives None when the need is met, or a sentence that says what is missing and what to do.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from cme.casework import closing, locating, messages, requesting, review, triage
from cme.casework.closing import reason_to_close
from cme.casework.declining import DECLINE_REASONS
from cme.casework.eligibility import is_eligible, keeps_proposal, lost_because
from cme.casework.questions import Check, Question, unless
from cme.casework.referral import sending
from cme.casework.removal import deciding
from cme.casework.safety import found, welfare
from cme.casework.stages import Overlay
from cme.casework.words import day, is_named


class Need(StrEnum):
    """Something an action cannot be done without."""

    ON_ROLL = "on_roll"
    COMPULSORY_AGE = "compulsory_age"
    REVIEW_DAY = "review_day"
    NEW_ABSENCE = "new_absence"
    CLOSED_BEFORE = "closed_before"
    REFERRAL_STOOD = "referral_stood"
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
    ANSWERS = "answers"
    FRONT_DOOR = "front_door"
    POLICE = "police"
    RATING = "rating"
    RATING_REASON = "rating_reason"
    SECOND_SIGNATURE = "second_by"
    REASON_CODE = "reason_code"
    OUTCOME = "outcome_code"
    OUTCOME_EVIDENCE = "outcome_evidence"
    EDUCATED_ON = "educated_on"
    LEFT_OPEN = "left_open"
    UPDATE_WRITTEN = "update_written"
    READY = "ready"
    APPROVED = "approved"
    APPROVAL_ASKED = "approval_asked"
    DRAFT_READ = "draft_read"
    MESSAGE = "message"
    QUESTION = "question"
    UNANSWERED = "unanswered"
    TALK_HELD_BY = "held_by"
    TALK_HELD_ON = "held_on"
    TALK_OR_REASON = "no_talk"
    ENQUIRY = "enquiry"
    CONCERN = "concern"
    MISSING = "missing"
    NOT_MISSING = "not_missing"
    MISSING_NOTED = "missing_noted"
    MISSING_NOT_NOTED = "missing_not_noted"
    FOUND_ITEM = "found_item"
    FOUND_NOTE = "found_note"
    FOUND_ITEM_DONE = "found_item_done"
    SOMETHING_TICKED = "something_ticked"
    EXPECTED_ON = "expected_on"
    NOT_ACCEPTED = "not_accepted"
    OFFICER = "officer"
    NOTHING_ASKED = "nothing_asked"
    ITEMS_ASKED = "items_asked"
    RETURN_ITEMS = "items"
    REPLIES = "replies"
    NOT_CME = "not_cme"
    KEPT_CASE = "kept"
    OTHER_AUTHORITY = "authority"
    ACCEPTED_BY = "accepted_by"
    ACCEPTED_ON = "accepted_on"
    SENT_BEFORE = "sent_before"
    CHALLENGED = "challenged"
    REVIEW_TIME = "review_time"
    BOTH_ENQUIRED = "both_enquired"
    SOURCE = "source"
    VERIFIED = "verified"
    SEEN = "seen_by"
    STATEMENT_COMPLETE = "statement_complete"
    STATEMENT_READ = "statement_read"
    NOT_SIGNED = "not_signed"
    GROUND = "ground"
    GATE_FOR_PROPOSAL = "gate_for_proposal"
    GATE_OPEN = "gate_open"
    NOT_OWN_PROPOSAL = "not_own_proposal"
    RETURN_DELIVERED = "return_delivered"
    ADMISSIONS_ASKED = "admissions_asked"
    NEW_ANSWER = "new_answer"
    QUERY_ANSWERED = "query_answered"
    QUERIED = "queried"
    SAME_CONCLUSION = "same_conclusion"
    CONFIRMATION = "confirmation"
    QUERY = "query"
    CTF_FILE = "file"
    CTF_UPLOADED_AT = "uploaded_at"
    CTF_PROOF = "proof"
    REMOVED = "removed"
    FILE_AWAITED = "file_awaited"
    STARTING_ON = "starting_on"
    ASKED_FOR = "asked_for"
    ASKED_BY = "asked_by"
    RECEIVED_ON = "received_on"
    REQUESTED = "requested"


LONGEST_REVIEW = timedelta(weeks=4)
"""How far ahead the next review may lie (our policy): beyond it a child is forgotten."""

ENTERED = frozenset(
    {
        Need.REASON,
        Need.DECISION,
        Need.AGREED_BY,
        Need.NEXT_REVIEW_ON,
        Need.ANSWERS,
        Need.FRONT_DOOR,
        Need.POLICE,
        Need.RATING,
        Need.RATING_REASON,
        Need.SECOND_SIGNATURE,
        Need.REASON_CODE,
        Need.OUTCOME,
        Need.OUTCOME_EVIDENCE,
        Need.EDUCATED_ON,
        Need.LEFT_OPEN,
        Need.DRAFT_READ,
        Need.MESSAGE,
        Need.QUESTION,
        Need.TALK_HELD_BY,
        Need.TALK_HELD_ON,
        Need.TALK_OR_REASON,
        Need.ENQUIRY,
        Need.CONCERN,
        Need.FOUND_ITEM,
        Need.FOUND_NOTE,
        Need.FOUND_ITEM_DONE,
        Need.EXPECTED_ON,
        Need.OFFICER,
        Need.RETURN_ITEMS,
        Need.REPLIES,
        Need.NOT_CME,
        Need.KEPT_CASE,
        Need.OTHER_AUTHORITY,
        Need.ACCEPTED_BY,
        Need.ACCEPTED_ON,
        Need.SOURCE,
        Need.VERIFIED,
        Need.SEEN,
        Need.STATEMENT_READ,
        Need.GROUND,
        Need.CONFIRMATION,
        Need.NEW_ANSWER,
        Need.QUERY,
        Need.CTF_FILE,
        Need.CTF_UPLOADED_AT,
        Need.CTF_PROOF,
        Need.STARTING_ON,
        Need.ASKED_FOR,
        Need.ASKED_BY,
        Need.RECEIVED_ON,
    }
)
"""Needs that a person meets by filling in the form: they do not hide the button that leads to it."""


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
    if previous is None:
        return True
    if facts.standing.run_started_on is None:
        return facts.unexplained_on is None or facts.unexplained_on > previous.closed_on
    if facts.standing.run_started_on > previous.counted_to:
        return True
    pack = facts.pack
    thresholds = (
        pack.days("attendance_return"),
        pack.days("removal_ground_i"),
        previous.return_run + pack.days("joint_note"),
    )
    return any(previous.return_run < threshold <= facts.return_run for threshold in thresholds)


def _referral_stood(question: Question) -> bool:
    """Whether the case that is taken up again was with the authority, for the absence that still goes on."""
    previous, began_on = question.facts.previous, question.facts.standing.run_started_on
    if previous is None or not previous.was_with_authority:
        return False
    return began_on is not None and began_on <= previous.counted_to


def _draft_wanted(question: Question) -> bool:
    """Whether a referral is to be prepared: nobody sees the child, nobody knows where the child is, and no
    decision not to refer is in force (attendance law s.6.3: proposed by the count, decided by a person)."""
    state, facts = question.state, question.facts
    in_force = (
        state.declined_on is not None
        and state.declined_until_on is not None
        and question.today < state.declined_until_on
    )
    return facts.days_unseen > 0 and not facts.whereabouts_known and not in_force


def _reason(question: Question) -> str | None:
    reason = question.facts.entry.reason.strip()
    if is_named(reason):
        return None
    return "Enter the reason in words that others can follow." if reason else "Enter the reason."


def _next_review(question: Question) -> str | None:
    on = question.facts.entry.next_review_on
    if on is None:
        return "Enter the next review date."
    if on <= question.today:
        return "The next review date must be after today. Enter a later date."
    latest_on = question.today + LONGEST_REVIEW
    return None if on <= latest_on else f"Enter a next review date by {day(latest_on)}, so that nobody waits."


NEEDS: Mapping[Need, Check] = MappingProxyType(
    {
        Need.ON_ROLL: unless(
            lambda q: q.facts.on_roll,
            "The pupil is not on the register of this school. Check the register, or tell the authority.",
        ),
        Need.COMPULSORY_AGE: unless(
            lambda q: q.facts.standing.compulsory_age,
            "The pupil is not of compulsory school age. Check the date of birth.",
        ),
        Need.REVIEW_DAY: unless(
            lambda q: (
                q.facts.unexplained_on
                or q.facts.return_run >= q.facts.pack.review_day(flagged=q.facts.flagged)
            ),
            "The absence has not reached the day of the DSL review. Open a case by hand if there is concern.",
        ),
        Need.NEW_ABSENCE: unless(
            _new_absence, "A case for this absence was closed. Reopen that case if there is concern."
        ),
        Need.CLOSED_BEFORE: unless(
            lambda q: q.facts.previous, "The pupil has no closed case. Open a case by hand."
        ),
        Need.REFERRAL_STOOD: unless(
            _referral_stood, "No referral of this absence stood when the case before was closed."
        ),
        Need.FLAG: unless(lambda q: q.facts.flagged, "No risk to the child is on record. Record one first."),
        Need.NOT_FAST_TRACKED: unless(
            lambda q: Overlay.FAST_TRACK not in q.state.overlays, "The case is fast-tracked already."
        ),
        Need.DRAFT_DAY: unless(
            lambda q: q.facts.return_run >= q.facts.pack.days("referral_draft"),
            "The absence has not reached the day on which a referral is drafted. Sign a review to refer now.",
        ),
        Need.DRAFT_WANTED: unless(
            _draft_wanted,
            "The child is seen, the whereabouts are known, or a decision not to refer is in force. "
            "Sign a review to refer now.",
        ),
        Need.DRAFT_COMPLETE: sending.draft_fault,
        Need.SENT: unless(
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
        Need.STANDS_BELOW: unless(
            lambda q: Overlay.SUPERSEDED not in q.state.overlays and _below_return(q),
            "The register still supports the referral. Correct the marks first.",
        ),
        Need.STANDS_AGAIN: unless(
            lambda q: Overlay.SUPERSEDED in q.state.overlays and not _below_return(q),
            "The register does not support the referral at ten days. Correct the marks first.",
        ),
        Need.ELIGIBLE: lambda q: None if is_eligible(q) else lost_because(q),
        Need.NOT_ELIGIBLE: unless(
            lambda q: not is_eligible(q) and not keeps_proposal(q),
            "The pupil is eligible for decision. Correct the marks first.",
        ),
        Need.REASON_TO_CLOSE: unless(
            reason_to_close, "The absence goes on. Wait for a register that shows otherwise."
        ),
        Need.NO_REASON_TO_CLOSE: unless(
            lambda q: reason_to_close(q) is None,
            "The register still suggests closing. Wait for the next upload.",
        ),
        Need.CLOSING_PROPOSED: unless(
            lambda q: Overlay.CLOSING_PROPOSED in q.state.overlays,
            "Closing is not proposed. Propose it first.",
        ),
        Need.CLOSING_NOT_PROPOSED: unless(
            lambda q: Overlay.CLOSING_PROPOSED not in q.state.overlays,
            "Closing is proposed already. Close the case, or leave it open.",
        ),
        Need.REASON: _reason,
        Need.DECISION: unless(lambda q: q.facts.entry.decision, "Choose what you decide."),
        Need.AGREED_BY: unless(
            lambda q: q.facts.entry.agreed_by.strip(), "Enter who agreed to the decision."
        ),
        Need.NEXT_REVIEW_ON: _next_review,
        Need.ANSWERS: lambda q: review.unanswered_fault(q.facts.entry.review, q.facts.entry.decision),
        Need.FRONT_DOOR: lambda q: review.telling_fault(
            q.facts.entry.review,
            q.facts.entry.review.front_door,
            f"the {q.facts.pack.front_door.name}",
        ),
        Need.POLICE: lambda q: review.telling_fault(
            q.facts.entry.review, q.facts.entry.review.police, "the police"
        ),
        Need.RATING: lambda q: review.rating_fault(q.facts.entry.review, q.facts.risks, q.facts.pack),
        Need.RATING_REASON: lambda q: review.rating_reason_fault(
            q.facts.entry.review, q.facts.risks, q.facts.pack
        ),
        Need.SECOND_SIGNATURE: lambda q: review.second_signature_fault(q.facts.entry.review),
        Need.REASON_CODE: unless(
            lambda q: q.facts.entry.reason_code in DECLINE_REASONS, "Choose why the child is not referred."
        ),
        Need.UPDATE_WRITTEN: sending.update_fault,
        Need.READY: sending.readiness_fault,
        Need.APPROVED: sending.approval_fault,
        Need.APPROVAL_ASKED: sending.approval_asked_fault,
        Need.DRAFT_READ: sending.read_fault,
        Need.MESSAGE: messages.message_fault,
        Need.QUESTION: messages.question_fault,
        Need.UNANSWERED: messages.unanswered_fault,
        Need.TALK_HELD_BY: welfare.held_by_fault,
        Need.TALK_HELD_ON: welfare.held_on_fault,
        Need.TALK_OR_REASON: welfare.no_talk_fault,
        Need.MISSING: unless(lambda q: q.facts.risks.is_missing, "The child is not recorded as missing."),
        Need.NOT_MISSING: unless(
            lambda q: not q.facts.risks.is_missing, "The child is still recorded as missing."
        ),
        Need.MISSING_NOTED: unless(
            lambda q: Overlay.MISSING_NOW in q.state.overlays,
            "The case says nothing of a missing child.",
        ),
        Need.MISSING_NOT_NOTED: unless(
            lambda q: Overlay.MISSING_NOW not in q.state.overlays,
            "The case says already that the child is missing.",
        ),
        Need.FOUND_ITEM: found.item_fault,
        Need.SOMETHING_TICKED: unless(
            lambda q: q.state.found_items, "Nothing is ticked off. There is nothing to take back."
        ),
        Need.FOUND_NOTE: found.note_fault,
        Need.FOUND_ITEM_DONE: found.done_fault,
        Need.ENQUIRY: unless(
            lambda q: q.facts.entry.enquiry and q.facts.entry.enquiry.result,
            "Enter the enquiry that was made, and what came of it.",
        ),
        Need.CONCERN: unless(
            lambda q: q.facts.entry.enquiry and q.facts.entry.enquiry.raises_concern,
            "Nothing of concern is recorded. Record the enquiry that raised it.",
        ),
        **{
            Need(name): check
            for name, check in (
                {**closing.CHECKS, **triage.CHECKS, **locating.CHECKS, **deciding.CHECKS, **requesting.CHECKS}
            ).items()
        },
    }
)
"""Every need and its check."""
