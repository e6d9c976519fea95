"""What can happen in a case: the kinds of event, in the past tense, and what each may carry.

Events are for people: they are shown, and the state of a case is the fold of them. They are only ever
appended. `data` is JSON-ready: dates are ISO texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class EventKind(StrEnum):
    """What happened."""

    CASE_OPENED = "case.opened"
    CASE_FAST_TRACKED = "case.fast_tracked"
    REVIEW_SIGNED = "review.signed"
    REFERRAL_DRAFTED = "referral.drafted"
    REFERRAL_SENT = "referral.sent"
    REFERRAL_DECLINED = "referral.declined"
    REFERRAL_APPROVED = "referral.approved"
    REFERRAL_UPDATED = "referral.updated"
    REFERRAL_ACKNOWLEDGED = "referral.acknowledged"
    REFERRAL_SUPERSEDED = "referral.superseded"
    REFERRAL_RESTORED = "referral.restored"
    ELIGIBILITY_REACHED = "eligibility.reached"
    ELIGIBILITY_LOST = "eligibility.lost"
    CLOSING_PROPOSED = "closing.proposed"
    CLOSING_WITHDRAWN = "closing.withdrawn"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    QUESTION_ASKED = "question.asked"
    QUESTION_ANSWERED = "question.answered"
    WELFARE_TALK_HELD = "welfare_talk.held"
    ENQUIRY_LOGGED = "enquiry.logged"
    ENQUIRY_CORRECTED = "enquiry.corrected"
    MISSING_NOTICED = "missing.noticed"
    MISSING_ENDED = "missing.ended"
    FOUND_ITEM_DONE = "found.item_done"
    FOUND_ITEM_UNDONE = "found.item_undone"
    REFERRAL_ACCEPTED = "referral.accepted"
    REFERRAL_RETURNED = "referral.returned"
    REFERRAL_RESENT = "referral.resent"
    REFERRAL_REJECTED = "referral.rejected"
    REFERRAL_REVOKED = "referral.revoked"
    CASE_ALLOCATED = "case.allocated"
    CASE_TRANSFERRED = "case.transferred"
    CASE_HANDED_OVER = "case.handed_over"
    RESULT_GIVEN = "result.given"
    CHALLENGE_RAISED = "challenge.raised"
    CHALLENGE_ANSWERED = "challenge.answered"
    MEETING_REQUESTED = "meeting.requested"
    JOINT_OPENED = "joint.opened"
    JOINT_CONTINUED = "joint.continued"
    JOINT_SIGNED = "joint.signed"
    STATEMENT_REOPENED = "statement.reopened"
    FACT_RECORDED = "removal_fact.recorded"
    REMOVAL_PROPOSED = "removal.proposed"
    REMOVAL_CONFIRMED = "removal.confirmed"
    REMOVAL_QUERIED = "removal.queried"
    QUERY_ANSWERED = "removal.query_answered"
    REMOVAL_WITHDRAWN = "removal.withdrawn"
    REMOVAL_MADE = "removal.made"
    CTF_UPLOADED = "ctf.uploaded"
    PUPIL_READMITTED = "pupil.readmitted"
    LOCATION_REPORTED = "location.reported"
    LOCATION_VERIFIED = "location.verified"
    TRACE_SENT = "trace.sent"
    TRACE_REPLIED = "trace.replied"
    TRACE_ENDED = "trace.ended"
    RECORDS_REQUESTED = "records.requested"
    RECORDS_REQUEST_WITHDRAWN = "records.request_withdrawn"
    MATCH_DECIDED = "match.decided"


ACKNOWLEDGING = (EventKind.REFERRAL_ACKNOWLEDGED, EventKind.REFERRAL_ACCEPTED)
"""What tells the school that its referral has arrived: accepting it says so too."""


class Tone(StrEnum):
    """How an event is coloured: plain, something done, something to attend to, something urgent."""

    PLAIN = "plain"
    DONE = "done"
    ATTENTION = "attention"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class EventType:
    """What an event of one kind is called and carries.

    `keys` are the only keys its data may have, besides `stage` (the stage after it, always there). The
    `private` ones are risk notes: shown only to those who may see them.
    """

    title: str
    tone: Tone
    keys: tuple[str, ...] = ()
    private: frozenset[str] = frozenset()


_COUNTS = ("as_of", "return_run", "removal_run", "days_unseen")
_REASON = frozenset({"reason"})
_ENQUIRY = ("side", "enquiry", "step", "result", "restricted_step", "restricted_result", "concern")
_RESTRICTED = frozenset({"restricted_step", "restricted_result", "concern"})

EVENT_TYPES: Mapping[EventKind, EventType] = MappingProxyType(
    {
        EventKind.CASE_OPENED: EventType(
            "Case opened", Tone.ATTENTION, (*_COUNTS, "absent_from", "heard_on", "reason"), _REASON
        ),
        EventKind.CASE_FAST_TRACKED: EventType("Fast-tracked: a risk to the child is on record", Tone.URGENT),
        EventKind.REVIEW_SIGNED: EventType(
            "DSL review signed",
            Tone.DONE,
            ("rating", "decision", "reason", "next_review_on"),
            frozenset({"rating", "reason"}),
        ),
        EventKind.REFERRAL_DRAFTED: EventType(
            "Referral drafted, to be checked and sent", Tone.ATTENTION, _COUNTS
        ),
        EventKind.REFERRAL_SENT: EventType(
            "Referral sent",
            Tone.DONE,
            (
                *_COUNTS,
                "recipients",
                "safeguarding",
                "missing",
                "without_steps",
                "without_because",
                "carried_from",
            ),
            frozenset({"safeguarding", "missing", "without_steps", "without_because"}),
        ),
        EventKind.REFERRAL_APPROVED: EventType(
            "Referral approved by the head teacher", Tone.DONE, ("draft",)
        ),
        EventKind.REFERRAL_UPDATED: EventType(
            "Update to the referral sent",
            Tone.ATTENTION,
            (*_COUNTS, "recipients", "safeguarding"),
            frozenset({"safeguarding"}),
        ),
        EventKind.REFERRAL_DECLINED: EventType(
            "Decision not to refer",
            Tone.ATTENTION,
            ("reason_code", "reason", "agreed_by", "next_review_on"),
            frozenset({"reason_code", "reason", "agreed_by"}),
        ),
        EventKind.REFERRAL_ACKNOWLEDGED: EventType("Referral acknowledged", Tone.DONE, ("expected_on",)),
        EventKind.REFERRAL_SUPERSEDED: EventType(
            "Referral superseded: the corrected register is below ten days",
            Tone.ATTENTION,
            (*_COUNTS, "because", "recipients"),
        ),
        EventKind.REFERRAL_RESTORED: EventType(
            "Referral stands again: the corrected register is back at ten days",
            Tone.ATTENTION,
            (*_COUNTS, "recipients"),
        ),
        EventKind.ELIGIBILITY_REACHED: EventType(
            "Eligible for decision", Tone.ATTENTION, (*_COUNTS, "came_from")
        ),
        EventKind.ELIGIBILITY_LOST: EventType(
            "No longer eligible for decision", Tone.ATTENTION, (*_COUNTS, "because")
        ),
        EventKind.CLOSING_PROPOSED: EventType(
            "Closing proposed", Tone.ATTENTION, (*_COUNTS, "because", "suggested")
        ),
        EventKind.CLOSING_WITHDRAWN: EventType(
            "Closing no longer proposed: the absence goes on", Tone.ATTENTION, _COUNTS
        ),
        EventKind.CASE_CLOSED: EventType(
            "Case closed",
            Tone.DONE,
            (*_COUNTS, "outcome", "reason", "agreed_by", "no_talk", "kept", "educated_on", "left_open"),
            frozenset({"outcome", "reason", "agreed_by", "no_talk", "educated_on", "left_open"}),
        ),
        EventKind.CASE_REOPENED: EventType(
            "Taken up again in a new case", Tone.ATTENTION, ("reason", "new_case"), _REASON
        ),
        EventKind.QUESTION_ASKED: EventType(
            "Question asked", Tone.ATTENTION, ("number", "side", "text"), frozenset({"text"})
        ),
        EventKind.QUESTION_ANSWERED: EventType(
            "Question answered", Tone.DONE, ("answers", "side", "text"), frozenset({"text"})
        ),
        EventKind.WELFARE_TALK_HELD: EventType(
            "Welfare talk held", Tone.DONE, ("held_by", "held_on", "words"), frozenset({"words"})
        ),
        EventKind.ENQUIRY_LOGGED: EventType("Enquiry recorded", Tone.DONE, _ENQUIRY, _RESTRICTED),
        EventKind.ENQUIRY_CORRECTED: EventType(
            "Enquiry corrected", Tone.ATTENTION, (*_ENQUIRY, "replaces", "reason"), _RESTRICTED | _REASON
        ),
        EventKind.MISSING_NOTICED: EventType("The child is missing now", Tone.URGENT),
        EventKind.MISSING_ENDED: EventType("The child is no longer missing", Tone.DONE),
        EventKind.FOUND_ITEM_DONE: EventType(
            "Done after the child was found", Tone.DONE, ("item", "reason"), _REASON
        ),
        EventKind.FOUND_ITEM_UNDONE: EventType(
            "Not done after all, after the child was found", Tone.ATTENTION, ("item", "reason"), _REASON
        ),
        EventKind.REFERRAL_ACCEPTED: EventType(
            "Referral accepted",
            Tone.DONE,
            ("officer", "cover", "officer_id", "cover_id", "expected_on", "items"),
        ),
        EventKind.REFERRAL_RETURNED: EventType(
            "Referral returned to the school for information",
            Tone.ATTENTION,
            ("items", "reason"),
            _REASON,
        ),
        EventKind.REFERRAL_RESENT: EventType(
            "Referral sent again with what was asked for", Tone.DONE, ("replies",), frozenset({"replies"})
        ),
        EventKind.REFERRAL_REJECTED: EventType(
            "Referral rejected: not missing from education",
            Tone.ATTENTION,
            ("not_cme", "reason"),
            _REASON,
        ),
        EventKind.REFERRAL_REVOKED: EventType("Referral revoked", Tone.ATTENTION, ("reason",), _REASON),
        EventKind.CASE_ALLOCATED: EventType(
            "Case allocated", Tone.PLAIN, ("officer", "cover", "officer_id", "cover_id")
        ),
        EventKind.CASE_TRANSFERRED: EventType(
            "Case transferred to another authority",
            Tone.DONE,
            (*_COUNTS, "authority", "accepted_by", "accepted_on", "outcome", "reason", "left_open"),
            frozenset({"reason", "left_open"}),
        ),
        EventKind.CASE_HANDED_OVER: EventType(
            "Handed over to the receiving authority",
            Tone.DONE,
            ("authority", "accepted_by", "accepted_on", "reason"),
            _REASON,
        ),
        EventKind.RESULT_GIVEN: EventType(
            "First result of the authority's enquiries", Tone.DONE, ("text",), frozenset({"text"})
        ),
        EventKind.CHALLENGE_RAISED: EventType(
            "Professional challenge raised", Tone.ATTENTION, ("side", "text"), frozenset({"text"})
        ),
        EventKind.CHALLENGE_ANSWERED: EventType(
            "Professional challenge answered", Tone.DONE, ("side", "text"), frozenset({"text"})
        ),
        EventKind.MEETING_REQUESTED: EventType(
            "Multi-agency meeting requested", Tone.ATTENTION, ("side", "text"), frozenset({"text"})
        ),
        EventKind.JOINT_OPENED: EventType("Joint review opened", Tone.ATTENTION, _COUNTS),
        EventKind.JOINT_CONTINUED: EventType(
            "Joint note: the enquiries go on",
            Tone.ATTENTION,
            ("reason", "next_review_on"),
            _REASON,
        ),
        EventKind.JOINT_SIGNED: EventType(
            "Joint statement signed", Tone.DONE, ("side", "statement", "limb", "fingerprint")
        ),
        EventKind.STATEMENT_REOPENED: EventType(
            "Joint statement reopened", Tone.ATTENTION, ("reason",), _REASON
        ),
        EventKind.FACT_RECORDED: EventType(
            "A removal condition answered", Tone.PLAIN, ("fact",), frozenset({"fact"})
        ),
        EventKind.REMOVAL_PROPOSED: EventType(
            "Removal proposed", Tone.ATTENTION, (*_COUNTS, "ground", "came_from")
        ),
        EventKind.REMOVAL_CONFIRMED: EventType(
            "Removal answered by admissions", Tone.DONE, ("confirmation", "checks", "reason"), _REASON
        ),
        EventKind.REMOVAL_QUERIED: EventType(
            "Removal queried by admissions", Tone.ATTENTION, ("query", "checks", "reason"), _REASON
        ),
        EventKind.QUERY_ANSWERED: EventType(
            "The query of admissions answered", Tone.DONE, ("query", "text"), frozenset({"text"})
        ),
        EventKind.REMOVAL_WITHDRAWN: EventType("Proposal withdrawn", Tone.ATTENTION, ("reason",), _REASON),
        EventKind.REMOVAL_MADE: EventType(
            "Removed from the register", Tone.ATTENTION, (*_COUNTS, "ground", "limb", "without_reply")
        ),
        EventKind.CTF_UPLOADED: EventType(
            "Pupil file (CTF) uploaded", Tone.DONE, ("file", "uploaded_at", "proof", "outcome")
        ),
        EventKind.PUPIL_READMITTED: EventType(
            "Admitted again", Tone.DONE, ("starting_on", "return_due_on", "reason"), _REASON
        ),
        EventKind.LOCATION_REPORTED: EventType(
            "Possible location reported",
            Tone.ATTENTION,
            ("source", "text", "came_from"),
            frozenset({"source", "text"}),
        ),
        EventKind.LOCATION_VERIFIED: EventType(
            "Possible location verified",
            Tone.DONE,
            ("verified", "seen_by", "seen_on", "expected_back", "text", "came_from"),
            frozenset({"seen_by", "text"}),
        ),
        EventKind.TRACE_SENT: EventType(
            "Trace request sent to other authorities", Tone.DONE, ("trace", "asked", "reply_by_on", "is_wide")
        ),
        EventKind.TRACE_REPLIED: EventType(
            "Another authority answered the trace request",
            Tone.ATTENTION,
            ("trace", "authority", "answer", "says"),
            frozenset({"authority", "answer"}),
        ),
        EventKind.TRACE_ENDED: EventType(
            "Trace ended", Tone.DONE, ("trace", "ended", "reason"), frozenset({"ended", "reason"})
        ),
        EventKind.RECORDS_REQUESTED: EventType(
            "Somebody asked for the child's records",
            Tone.ATTENTION,
            ("asked_for", "asked_by", "received_on"),
            frozenset({"asked_by"}),
        ),
        EventKind.RECORDS_REQUEST_WITHDRAWN: EventType(
            "Taken back: nobody asked for the child's records", Tone.PLAIN, ("reason",), _REASON
        ),
        # What was decided stays with the match: a school sees only that the authority looked.
        EventKind.MATCH_DECIDED: EventType(
            "A record that may be of this child was looked at", Tone.ATTENTION
        ),
    }
)
"""Every kind of event. A later kind is a row here and, if it changes the state, in `folding.EFFECTS`."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a case, on a date. `data` holds `stage` and the keys of its kind."""

    kind: EventKind
    on: date
    data: Mapping[str, Any] = field(default_factory=dict)
