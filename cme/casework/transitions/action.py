"""What can be done to a case, by people and by the count itself."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """Something that can be done to a case, by a person or by the count itself."""

    OPEN_AT_REVIEW_DAY = "open_at_review_day"
    OPEN_BY_HAND = "open_by_hand"
    OPEN_AGAIN = "open_again"
    CARRY_REFERRAL = "carry_referral"
    FAST_TRACK = "fast_track"
    SIGN_REVIEW = "sign_review"
    DRAFT_REFERRAL = "draft_referral"
    SEND_REFERRAL = "send_referral"
    DECLINE_REFERRAL = "decline_referral"
    ACKNOWLEDGE_REFERRAL = "acknowledge_referral"
    LOSE_ELIGIBILITY = "lose_eligibility"
    SUPERSEDE_REFERRAL = "supersede_referral"
    RESTORE_REFERRAL = "restore_referral"
    REACH_ELIGIBILITY = "reach_eligibility"
    WITHDRAW_CLOSING = "withdraw_closing"
    PROPOSE_CLOSING = "propose_closing"
    CLOSE = "close"
    REOPEN = "reopen"
    APPROVE_REFERRAL = "approve_referral"
    SEND_UPDATE = "send_update"
    ASK_QUESTION = "ask_question"
    ANSWER_QUESTION = "answer_question"
    RECORD_TALK = "record_talk"
    LOG_ENQUIRY = "log_enquiry"
    CORRECT_ENQUIRY = "correct_enquiry"
    OPEN_FOR_MISSING = "open_for_missing"
    OPEN_FOR_CONCERN = "open_for_concern"
    NOTE_MISSING = "note_missing"
    NOTE_FOUND = "note_found"
    TICK_FOUND_ITEM = "tick_found_item"
    UNTICK_FOUND_ITEM = "untick_found_item"
    ACCEPT_REFERRAL = "accept_referral"
    RETURN_REFERRAL = "return_referral"
    RESEND_REFERRAL = "resend_referral"
    REJECT_REFERRAL = "reject_referral"
    MARK_DUPLICATE = "mark_duplicate"
    TRANSFER = "transfer"
    REVOKE_REFERRAL = "revoke_referral"
    ALLOCATE = "allocate"
    HAND_OVER = "hand_over"
    GIVE_RESULT = "give_result"
    RAISE_CHALLENGE = "raise_challenge"
    ANSWER_CHALLENGE = "answer_challenge"
    REQUEST_MEETING = "request_meeting"
    REACH_JOINT_REVIEW = "reach_joint_review"
    OPEN_JOINT_REVIEW = "open_joint_review"
    CONTINUE_ENQUIRIES = "continue_enquiries"
    SIGN_STATEMENT = "sign_statement"
    REOPEN_STATEMENT = "reopen_statement"
    RECORD_FACT = "record_fact"
    PROPOSE_REMOVAL = "propose_removal"
    CONFIRM_REMOVAL = "confirm_removal"
    QUERY_REMOVAL = "query_removal"
    ANSWER_QUERY = "answer_query"
    WITHDRAW_REMOVAL = "withdraw_removal"
    MAKE_REMOVAL = "make_removal"
    RECORD_CTF = "record_ctf"
    READMIT = "readmit"
    REPORT_LOCATION = "report_location"
    VERIFY_LOCATION = "verify_location"
    SEND_TRACE = "send_trace"
    RECORD_TRACE_REPLY = "record_trace_reply"
    END_TRACE = "end_trace"
    RECORD_REQUEST = "record_request"
    WITHDRAW_REQUEST = "withdraw_request"
    DECIDE_MATCH = "decide_match"

    @property
    def label(self) -> str:
        """The action in the words of its button."""
        return _ACTION_LABELS[self]


_ACTION_LABELS: Mapping[Action, str] = MappingProxyType(
    {
        Action.OPEN_AT_REVIEW_DAY: "Open at the review day",
        Action.OPEN_BY_HAND: "Open a case",
        Action.OPEN_AGAIN: "Open a case that takes up a closed one",
        Action.CARRY_REFERRAL: "Carry the referral over from the closed case",
        Action.FAST_TRACK: "Fast-track",
        Action.SIGN_REVIEW: "Sign the DSL review",
        Action.DRAFT_REFERRAL: "Draft the referral",
        Action.SEND_REFERRAL: "Send the referral",
        Action.DECLINE_REFERRAL: "Decide not to refer",
        Action.ACKNOWLEDGE_REFERRAL: "Acknowledge the referral",
        Action.LOSE_ELIGIBILITY: "End eligibility for decision",
        Action.SUPERSEDE_REFERRAL: "Mark the referral superseded",
        Action.RESTORE_REFERRAL: "Let the referral stand again",
        Action.REACH_ELIGIBILITY: "Make eligible for decision",
        Action.WITHDRAW_CLOSING: "Withdraw the proposal to close",
        Action.PROPOSE_CLOSING: "Propose closing",
        Action.CLOSE: "Close the case",
        Action.REOPEN: "Reopen in a new case",
        Action.APPROVE_REFERRAL: "Approve the referral",
        Action.SEND_UPDATE: "Send an update",
        Action.ASK_QUESTION: "Ask a question",
        Action.ANSWER_QUESTION: "Answer a question",
        Action.RECORD_TALK: "Record the welfare talk",
        Action.LOG_ENQUIRY: "Record an enquiry",
        Action.CORRECT_ENQUIRY: "Correct an enquiry",
        Action.OPEN_FOR_MISSING: "Open for a child who is missing",
        Action.OPEN_FOR_CONCERN: "Open for a concern",
        Action.NOTE_MISSING: "Note that the child is missing",
        Action.NOTE_FOUND: "Note that the child is no longer missing",
        Action.TICK_FOUND_ITEM: "Tick off what is done for a child who was found",
        Action.UNTICK_FOUND_ITEM: "Take back what was ticked off for a child who was found",
        Action.ACCEPT_REFERRAL: "Accept the referral",
        Action.RETURN_REFERRAL: "Return the referral to the school",
        Action.RESEND_REFERRAL: "Send the referral again",
        Action.REJECT_REFERRAL: "Reject as not missing from education",
        Action.MARK_DUPLICATE: "Close as a duplicate",
        Action.TRANSFER: "Transfer to another authority",
        Action.REVOKE_REFERRAL: "Revoke the referral",
        Action.ALLOCATE: "Allocate the case",
        Action.HAND_OVER: "Hand over to the receiving authority",
        Action.GIVE_RESULT: "Give the school the first result",
        Action.RAISE_CHALLENGE: "Raise a professional challenge",
        Action.ANSWER_CHALLENGE: "Answer a professional challenge",
        Action.REQUEST_MEETING: "Request a multi-agency meeting",
        Action.REACH_JOINT_REVIEW: "Open the joint review on its day",
        Action.OPEN_JOINT_REVIEW: "Open the joint review",
        Action.CONTINUE_ENQUIRIES: "Go on with the enquiries",
        Action.SIGN_STATEMENT: "Sign the joint statement",
        Action.REOPEN_STATEMENT: "Reopen the joint statement",
        Action.RECORD_FACT: "Record what a removal condition waits for",
        Action.PROPOSE_REMOVAL: "Propose the removal",
        Action.CONFIRM_REMOVAL: "Confirm what admissions checked",
        Action.QUERY_REMOVAL: "Query the removal",
        Action.ANSWER_QUERY: "Answer the query of admissions",
        Action.WITHDRAW_REMOVAL: "Withdraw the proposal",
        Action.MAKE_REMOVAL: "Record the removal made today",
        Action.RECORD_CTF: "Record that the pupil file was uploaded",
        Action.READMIT: "Admit again",
        Action.REPORT_LOCATION: "Report where the child may be",
        Action.VERIFY_LOCATION: "Record what became of it",
        Action.SEND_TRACE: "Record that a trace request was sent",
        Action.RECORD_TRACE_REPLY: "Record what another authority answered",
        Action.END_TRACE: "End a trace",
        Action.RECORD_REQUEST: "Record that somebody asked for the child's records",
        Action.WITHDRAW_REQUEST: "Take back that somebody asked for the child's records",
        Action.DECIDE_MATCH: "Decide whether a record found is of this child",
    }
)
