"""What is owed once a referral is sent: by the authority, and by both sides until the case ends.

Source: casework reference ss.2 and 4.
"""

from collections.abc import Callable
from datetime import date

from cme.casework.deadlines.duty import Ask, Duty, since
from cme.casework.enquiries.dates import recheck_due_on
from cme.casework.enquiries.steps import DueRule, Step, read_steps
from cme.casework.outcomes import Side
from cme.casework.stages import OPEN_STAGES, Stage

_WORKED_ON = (Stage.LA_ENQUIRIES, Stage.JOINT_REVIEW, Stage.DECISION)


def _acceptance(ask: Ask) -> date | None:
    """While something is asked of the school, the authority waits for it."""
    if ask.state.accepted_on or ask.state.return_items:
        return None
    return ask.ends("allocate", ask.state.updated_on or ask.state.referral_sent_on)


def _first_result(ask: Ask) -> date | None:
    return None if ask.state.result_given_on else ask.ends("la_first_result", ask.state.referral_sent_on)


def _joint_review(ask: Ask) -> date | None:
    return ask.state.next_note_on or ask.day_of_absence(ask.facts.pack.days("joint_review"))


def _joint_note(ask: Ask) -> date | None:
    """The date set in the last note, else the clock of the notes from the last, the review or eligibility."""
    if ask.state.referral_sent_on is None:
        return None
    statement = ask.facts.statement
    if statement is not None and statement.is_live:
        return None
    last_on = ask.state.joint_noted_on or ask.state.eligible_on
    return ask.state.next_note_on or ask.ends("joint_note", last_on)


def _confirmation(ask: Ask) -> date | None:
    return None if ask.state.confirmation else ask.ends("admissions_confirm", ask.state.proposed_on)


def _decision(ask: Ask) -> date | None:
    """The day of the answer, or the day on which the time for one runs out."""
    return ask.state.confirmed_on or ask.ends("admissions_confirm", ask.state.proposed_on)


def _trace(ask: Ask) -> date | None:
    return None if ask.state.traced_on else ask.ends("trace_message", ask.state.removed_on)


def _recheck(ask: Ask) -> date | None:
    return recheck_due_on(ask.state, ask.facts, ask.calendar)


def _enquiry(step: Step) -> Duty:
    def falls_on(ask: Ask) -> date | None:
        first = ask.first_authority_enquiry
        return first[0] if first and first[1] is step else None

    what = f"Make the enquiry: {step.short}"
    return Duty(what, step.clock or None, _WORKED_ON, falls_on, Side.AUTHORITY, step.source)


ENQUIRIES: tuple[Duty, ...] = tuple(
    _enquiry(step)
    for step in read_steps().values()
    if step.is_of_authority and step.due.rule is not DueRule.AFTER_REMOVAL
)
"""One for each step of the authority, of which one at a time applies: the step that is due first."""


def _challenge_of(side: Side) -> Callable[[Ask], date | None]:
    def falls_on(ask: Ask) -> date | None:
        waits = any(each is not side for each in ask.state.challenged_by)
        return ask.ends("answer_question", ask.state.challenged_on) if waits else None

    return falls_on


ROWS: tuple[Duty, ...] = (
    Duty(
        "Answer what the authority asked for",
        "returned_reply",
        OPEN_STAGES,
        since("returned_reply", "returned_on"),
    ),
    Duty(
        "Accept the referral, or send it back",
        "allocate",
        (Stage.REFERRED, Stage.RETURNED, Stage.DECISION),
        _acceptance,
        Side.AUTHORITY,
    ),
    *ENQUIRIES,
    Duty(
        "Chase a reply",
        None,
        OPEN_STAGES,
        lambda ask: ask.facts.authority_chase_on,
        Side.AUTHORITY,
        source="date set with the enquiry",
    ),
    Duty("Give the school a first result", "la_first_result", _WORKED_ON, _first_result, Side.AUTHORITY),
    *(
        Duty("Hold the joint review", "joint_review", (Stage.LA_ENQUIRIES,), _joint_review, side)
        for side in Side
    ),
    *(
        Duty(
            "Sign the joint statement, or write a joint note",
            "joint_note",
            (Stage.JOINT_REVIEW, Stage.DECISION),
            _joint_note,
            side,
        )
        for side in Side
    ),
    Duty(
        "Confirm or query the removal",
        "admissions_confirm",
        (Stage.REMOVAL_PROPOSED,),
        _confirmation,
        Side.AUTHORITY,
    ),
    Duty(
        "Record the removal made today, or withdraw the proposal",
        None,
        (Stage.REMOVAL_PROPOSED,),
        _decision,
        source="due once the ground is wholly met (SI 2024/208 reg 9)",
    ),
    Duty("Upload the pupil file (CTF)", "lost_ctf", (Stage.REMOVED,), since("lost_ctf", "removed_on")),
    Duty("Send the trace request", "trace_message", (Stage.TRACE,), _trace, Side.AUTHORITY),
    Duty(
        "Check again for the child",
        None,
        (Stage.TRACE,),
        _recheck,
        Side.AUTHORITY,
        source="4, 8 and 12 weeks after the removal, then once a term (our policy)",
    ),
    Duty(
        "Find out whether the child is there",
        "verify_location",
        (Stage.VERIFYING,),
        since("verify_location", "verifying_since_on"),
        Side.AUTHORITY,
    ),
    *(
        Duty(
            "Answer the professional challenge",
            "answer_question",
            OPEN_STAGES,
            _challenge_of(side),
            side,
        )
        for side in Side
    ),
)
"""The duties from the referral on, each ended by something that can be done."""
