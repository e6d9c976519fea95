"""What the school owes in a case, and what both sides owe each other at every stage.

Source: casework reference ss.2 and 4.
"""

from collections.abc import Callable
from datetime import date

from cme.attendance.holidays import next_holiday
from cme.casework.deadlines.duty import Ask, Duty
from cme.casework.enquiries.steps import Step, read_steps
from cme.casework.messages import waiting_for
from cme.casework.outcomes import Side
from cme.casework.stages import OPEN_STAGES, Overlay, Stage


def _review_day(ask: Ask) -> date | None:
    return ask.day_of_absence(ask.facts.pack.review_day(flagged=ask.facts.flagged))


def _first_review(ask: Ask) -> date | None:
    """The review day, at the latest the day of opening for a case without a counted absence.

    After the removal there is no first review any more: the child is no longer the school's to bring back.
    """
    return None if ask.state.reviewed_on or ask.state.removed_on else _review_day(ask) or ask.state.opened_on


def _next_review(ask: Ask) -> date | None:
    """The day that the last review set. After the removal the authority looks again on days of its own."""
    return None if ask.state.removed_on else ask.state.next_review_on


def _referral(ask: Ask) -> date | None:
    if ask.state.referral_sent_on:
        return None
    return ask.day_of_absence(ask.facts.pack.days("cme_referral"))


def _referral_or_decision(ask: Ask) -> date | None:
    return None if ask.state.declined_on else _referral(ask)


def _acknowledgement(ask: Ask) -> date | None:
    """The day by which a referral, or the latest update to it, is acknowledged.

    The same day where there is a safeguarding concern.
    """
    if ask.state.acknowledged_on:
        return None
    received_on = ask.state.updated_on or ask.state.referral_sent_on
    if Overlay.SAFEGUARDING in ask.state.overlays:
        return received_on
    return ask.ends("acknowledge", received_on)


def _answer_by(side: Side) -> Callable[[Ask], date | None]:
    """The day by which a side answers the oldest question that waits for it."""

    def falls_on(ask: Ask) -> date | None:
        waiting = waiting_for(ask.state.unanswered, frozenset({side}))
        return ask.ends("answer_question", waiting[0].asked_on) if waiting else None

    return falls_on


def _welfare_talk(ask: Ask) -> date | None:
    """The day by which a child who is back, or whose absence is explained, is talked with."""
    if ask.state.welfare_talk_on or not (ask.facts.on_roll and ask.facts.standing.compulsory_age):
        return None
    return ask.ends("welfare_talk", ask.state.closing_proposed_on)


def _enquiry(step: Step) -> Duty:
    def falls_on(ask: Ask) -> date | None:
        first = ask.first_enquiry
        return first[0] if first and first[1] is step else None

    # The name of a step that is a risk note tells of a flag: lists and e-mails show what is due.
    what = (
        "Make the enquiry that only the DSL sees" if step.is_restricted else f"Make the enquiry: {step.short}"
    )
    return Duty(what, step.clock or None, OPEN_STAGES, falls_on, source=step.source)


def _untouched_in_holidays(ask: Ask) -> date | None:
    """A number of calendar days after the last entry, where that day lies in a holiday."""
    on = ask.ends("untouched_holiday", ask.state.last_touched_on)
    holiday = next_holiday(ask.calendar, on) if on else None
    return on if on and holiday and holiday.covers(on) else None


def _chase(ask: Ask) -> date | None:
    return None if Overlay.CLOSING_PROPOSED in ask.state.overlays else ask.facts.chase_on


ENQUIRIES: tuple[Duty, ...] = tuple(
    _enquiry(step) for step in read_steps().values() if step.is_logged and not step.is_of_authority
)
"""One for each step, of which one at a time applies: the step that is due first."""

CONCERN = Duty(
    "Review the concern that an enquiry raised",
    None,
    OPEN_STAGES,
    lambda ask: ask.facts.concern_on,
    source="the same day (casework reference s.7)",
)

ROWS: tuple[Duty, ...] = (
    Duty(
        "DSL review",
        "dsl_review",
        (Stage.WATCHING,),
        lambda ask: _review_day(ask) if ask.facts.return_run else None,
    ),
    Duty("Sign the DSL review", "dsl_review", OPEN_STAGES, _first_review),
    Duty("Review again", None, OPEN_STAGES, _next_review),
    Duty(
        "Send the referral, or record the decision not to refer",
        "cme_referral",
        (Stage.ENQUIRIES,),
        _referral_or_decision,
    ),
    Duty("Send the referral", "cme_referral", (Stage.REFERRAL_DRAFT, Stage.DECISION), _referral),
    Duty("Acknowledge the referral", "acknowledge", OPEN_STAGES, _acknowledgement, Side.AUTHORITY),
    Duty("Answer the authority's question", "answer_question", OPEN_STAGES, _answer_by(Side.SCHOOL)),
    Duty(
        "Answer the school's question",
        "answer_question",
        OPEN_STAGES,
        _answer_by(Side.AUTHORITY),
        Side.AUTHORITY,
    ),
    Duty("Hold the welfare talk", "welfare_talk", OPEN_STAGES, _welfare_talk),
    Duty(
        "Close the case, or note why it stays open",
        "welfare_talk",
        OPEN_STAGES,
        lambda ask: ask.ends("welfare_talk", ask.state.closing_proposed_on),
    ),
    CONCERN,
    Duty("Chase a reply", None, OPEN_STAGES, _chase, source="date set with the enquiry"),
    *ENQUIRIES,
)
"""Every duty a case can have, each ended by something that can be done. A later stage adds its own rows.
Source: casework reference ss.2 and 4."""

UNTOUCHED = (
    Duty("Look at the case again", "untouched_holiday", OPEN_STAGES, _untouched_in_holidays),
    Duty(
        "Look at the case again",
        "untouched_term",
        OPEN_STAGES,
        lambda ask: ask.ends("untouched_term", ask.state.last_touched_on),
    ),
)
"""What an open case owes that owes nothing else: the first that applies."""
