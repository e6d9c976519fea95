"""What is owed once a referral is sent: by the authority, and by both sides until the case ends.

Source: casework reference ss.2 and 4.
"""

from collections.abc import Callable
from datetime import date

from cme.casework.deadlines.duty import Ask, Duty, since
from cme.casework.enquiries.rechecking import recheck_due_on
from cme.casework.enquiries.steps import DueRule, Step, read_steps
from cme.casework.outcomes import Side
from cme.casework.removal.deciding import CHECKED
from cme.casework.safety.found import DECIDED
from cme.casework.stages import OFF_ROLL, OPEN_STAGES, Stage

_WORKED_ON = (Stage.LA_ENQUIRIES, Stage.JOINT_REVIEW, Stage.DECISION)
_ENQUIRING = (*_WORKED_ON, Stage.REMOVAL_PROPOSED, Stage.VERIFYING)
"""What nobody has made is still owed while a removal is proposed: then of all times."""


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
    """The day of the answer that says what was checked, or the day on which the time for one runs out."""
    if ask.state.confirmation == CHECKED:
        return ask.state.confirmed_on
    return ask.ends("admissions_confirm", ask.state.proposed_on)


def _trace(ask: Ask) -> date | None:
    if ask.state.traced_on or ask.is_found:
        return None
    return ask.ends("trace_message", ask.state.removed_on)


def _pupil_file(ask: Ask) -> date | None:
    return None if ask.state.ctf_on else ask.ends("lost_ctf", ask.state.removed_on)


def _recheck(ask: Ask) -> date | None:
    return None if ask.is_found else recheck_due_on(ask.state, ask.facts, ask.calendar)


def _what_follows(ask: Ask) -> date | None:
    """A child who was found needs somebody to decide what follows, until that is ticked off."""
    is_owed = ask.is_found and DECIDED not in ask.state.found_items
    return ask.ends("verify_location", ask.state.located_on) if is_owed else None


def _end_of_search(ask: Ask) -> date | None:
    return ask.ends("verify_location", ask.state.located_on) if ask.is_found else None


def _enquiry(step: Step) -> Duty:
    def falls_on(ask: Ask) -> date | None:
        first = ask.first_authority_enquiry
        return first[0] if first and first[1] is step else None

    what = f"Make the enquiry: {step.short}"
    return Duty(what, step.clock or None, _ENQUIRING, falls_on, Side.AUTHORITY, step.source)


FIRST_RESULT = "Give the school a first result"
"""What the authority owes by a clock of the referral, whatever date it expects to keep."""

RECHECK = "Check again for the child"
"""What the authority owes while nobody has found a child who was removed."""

ANSWER_QUERY = "Answer the query of admissions"
"""What the school owes once admissions query a removal: within a working day, as admissions are told."""

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
    Duty(FIRST_RESULT, "la_first_result", _WORKED_ON, _first_result, Side.AUTHORITY),
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
        ANSWER_QUERY,
        "admissions_confirm",
        OPEN_STAGES,
        since("admissions_confirm", "queried_on"),
    ),
    Duty(
        "Record the removal made today, or withdraw the proposal",
        None,
        (Stage.REMOVAL_PROPOSED,),
        _decision,
        source="due once the ground is wholly met (SI 2024/208 reg 9)",
    ),
    Duty("Upload the pupil file (CTF)", "lost_ctf", (Stage.REMOVED, Stage.VERIFYING), _pupil_file),
    Duty("Send the trace request", "trace_message", (Stage.TRACE,), _trace, Side.AUTHORITY),
    Duty(
        RECHECK,
        None,
        OFF_ROLL,
        _recheck,
        Side.AUTHORITY,
        source="4, 8 and 12 weeks after the removal, then once a term (our policy)",
    ),
    Duty(
        "Say what follows for the child who was found",
        "verify_location",
        tuple(stage for stage in OPEN_STAGES if stage not in (*OFF_ROLL, Stage.VERIFYING)),
        _what_follows,
        Side.AUTHORITY,
    ),
    Duty(
        "Close the case of the child who was found, or send a new trace request",
        "verify_location",
        (Stage.TRACE,),
        _end_of_search,
        Side.AUTHORITY,
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
