"""When a case can end: what in the register suggests it, and what each outcome asks to be on record."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from cme.casework.facts import CaseFacts
from cme.casework.outcomes import (
    AGREED_AWAY,
    DUPLICATE,
    NOT_CME,
    NOT_LOCATED,
    RETURNED,
    SCHOOLED,
    TRANSFERRED,
    Requirement,
    Side,
    outcomes_for,
    read_outcomes,
)
from cme.casework.questions import Check, Question, unless
from cme.casework.removal.afterwards import whereabouts_known
from cme.casework.stages import WITH_AUTHORITY, Overlay, Stage
from cme.casework.state import CaseState
from cme.casework.words import day, is_named, is_told


def attended_since_opening(question: Question) -> date | None:
    """The latest day of attendance, when it lies after the first day of the absence the case was opened for.

    On that day itself the child can have come late (U) and still be counted as absent; it ends the absence
    only as long as no later day is counted.
    """
    state, attended_on = question.state, question.facts.standing.last_attended_on
    if attended_on is None or state.opened_on is None:
        return None
    if state.absent_from_on is None:
        return attended_on if attended_on > state.opened_on else None
    as_of, has_run = question.facts.standing.as_of, question.facts.return_run > 0
    if attended_on == state.absent_from_on and (has_run or as_of is None or as_of > attended_on):
        return None
    return attended_on if attended_on >= state.absent_from_on else None


def reason_to_close(question: Question) -> tuple[str, str] | None:
    """Why the register suggests that the case be closed: the outcome it suggests ('' for none), and why.

    An authorised or explained absence does not suggest closing a fast-tracked case: it is no sighting of
    the child (casework reference s.5).
    """
    state, facts = question.state, question.facts
    if state.removed_on is not None:
        return None
    if not facts.on_roll:
        return "", "The pupil is no longer on the register of this school."
    if not facts.standing.compulsory_age:
        return "O23", "The pupil is over or under compulsory school age."
    if facts.risks.is_missing or facts.unexplained_on:
        return None
    if facts.standing.as_of is None or facts.return_run > 0:
        return None
    attended_on = attended_since_opening(question)
    if attended_on is not None:
        return RETURNED, f"The register shows the pupil present on {day(attended_on)}."
    if state.absent_from_on is not None and Overlay.FAST_TRACK not in state.overlays:
        unseen = facts.days_unseen
        seen = f"Nobody at school has seen the child for {unseen} school days." if unseen else ""
        return "", f"The latest marks are authorised, so no day counts now. {seen}".strip()
    return None


def outcome_fault(question: Question) -> str | None:
    """Why the outcome cannot be chosen by this side, or None."""
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
    """An authorised code ends the count, and is no sighting."""
    if question.facts.return_run > 0:
        return "Days of this absence still count. Correct the marks in the school's system and upload again."
    return None


def _unseen_alone(question: Question) -> str | None:
    """A school does not close by itself what it referred while nobody has seen the child."""
    facts = question.facts
    if not facts.days_unseen or not question.state.was_referred or Side.AUTHORITY in question.sides:
        return None
    if is_named(facts.entry.agreed_by):
        return None
    return (
        f"Nobody at school has seen the child for {facts.days_unseen} school days, and the referral was "
        "sent. Enter who at the authority agreed to close, or who saw the child and when."
    )


_REQUIREMENTS: Mapping[Requirement, Check] = MappingProxyType(
    {
        Requirement.PRESENT_MARK: _present_mark,
        Requirement.RUN_ENDED: _run_ended,
        Requirement.AGREEMENT: unless(
            lambda q: is_named(q.facts.entry.agreed_by),
            "This outcome needs the other side. Enter who agreed to it, for the school or the authority.",
        ),
        Requirement.REMOVAL: unless(
            lambda q: q.facts.removal_made,
            "This outcome follows a removal, and none is recorded. "
            "Complete the removal conditions, or choose another outcome.",
        ),
        Requirement.OVER_AGE: unless(
            lambda q: not q.facts.standing.compulsory_age,
            "The pupil is of compulsory school age. Correct the date of birth, or choose another outcome.",
        ),
    }
)


def _kept_fault(question: Question) -> str | None:
    """What is wrong with the case that is kept of two, or that none is named where the child is still away.

    A case of a child who was referred or removed is no duplicate of nothing: it names the one in which the
    work goes on (our policy).
    """
    facts, state = question.facts, question.state
    if contradicted := facts.entry.triage.contradicted.get("kept"):
        return contradicted
    if facts.entry.outcome_code != DUPLICATE or facts.entry.triage.kept.strip():
        return None
    goes_on = facts.return_run >= facts.pack.review_day(flagged=facts.flagged)
    if state.removed_on is None and not (state.referral_sent_on and goes_on):
        return None
    return (
        "The child is still away. Enter the reference of the case in which the work goes on, "
        "or choose another outcome."
    )


def is_lost_with(state: CaseState, code: str) -> bool:
    """Whether an outcome would end the search for a child who was removed and whom nobody has found."""
    is_sought = state.removed_on is not None and not whereabouts_known(state)
    return is_sought and code in {*NOT_LOCATED, NOT_CME, AGREED_AWAY}


def _unfinished_removal(question: Question) -> str | None:
    """What is left to do for a child who was removed, before the case can end.

    The pupil file is owed at once, and whoever is not found is looked for until compulsory school age ends
    (casework reference s.12, tracing reference s.1).
    """
    state, code = question.state, question.facts.entry.outcome_code
    if state.removed_on is None:
        return None
    if state.ctf_on is None and code != _DIED:
        return "The pupil file (CTF) is not recorded as uploaded. Upload it, and record that first."
    if is_lost_with(state, code):
        return (
            "Nobody has found the child. The case stays open, and the authority looks again, until somebody "
            "has, or compulsory school age ends. Choose an outcome that says where the child is."
        )
    return None


_DIED = "O22"


def outcome_evidence_fault(question: Question) -> str | None:
    """What is not on record that the outcome asks for, or None."""
    outcome = read_outcomes().get(question.facts.entry.outcome_code)
    required = _REQUIREMENTS[outcome.requires](question) if outcome and outcome.requires else None
    checks = (_unfinished_removal, _transfer_fault, _kept_fault, _unseen_alone)
    return required or next((fault for check in checks if (fault := check(question))), None)


def _transfer_fault(question: Question) -> str | None:
    """What a transfer asks, where it is chosen as an outcome: a named officer of the other authority has to
    have said yes."""
    if question.facts.entry.outcome_code != TRANSFERRED:
        return None
    if question.state.stage in WITH_AUTHORITY:
        return "Use “Transfer to another authority”: it asks who took the child on, and when."
    if is_told(question.facts.entry.agreed_by):
        return None
    return "Enter under “Who agreed to it” the name and the team of the officer who took the child on."


def asks_for_first_day(state: CaseState) -> bool:
    """Whether closing with a place elsewhere asks since when: it ends the child's time on no roll."""
    return state.removed_on is not None


def educated_on_fault(question: Question) -> str | None:
    """What is wrong with the first day of education elsewhere of a child who was removed here."""
    state, on = question.state, question.facts.entry.educated_on
    if not asks_for_first_day(state) or question.facts.entry.outcome_code not in SCHOOLED:
        return None
    if on is None:
        return "Enter the first day on which the child was in education again, as the school confirms it."
    if on > question.today:
        return "The first day in education must be today or earlier. The case stays open until then."
    since_on = state.absence_since_on
    if since_on is not None and on < since_on:
        return f"The first day in education must be {day(since_on)}, the first day of the absence, or later."
    return None


def open_ends(state: CaseState, facts: CaseFacts) -> tuple[str, ...]:
    """What somebody waits for in a case: it would end with the case, unless it is said what becomes of it."""
    told = (
        (state.unanswered, "a question that waits for an answer"),
        (state.challenged_by, "a professional challenge that waits for an answer"),
        (state.return_items, "what the authority asked the school for"),
        (state.query, "a query of admissions"),
        (facts.chase_on, "a reply that the school waits for"),
        (facts.authority_chase_on, "a reply that the local authority waits for"),
        (state.stage is Stage.VERIFYING, "a possible location that nobody has looked into"),
    )
    return tuple(phrase for is_open, phrase in told if is_open)


def left_open_fault(question: Question) -> str | None:
    """What is open and would end with the case, where nobody says what becomes of it (our policy)."""
    found = open_ends(question.state, question.facts)
    if not found or is_told(question.facts.entry.left_open):
        return None
    return f"Say what becomes of what is still open: {', '.join(found)}."


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "outcome_code": outcome_fault,
        "outcome_evidence": outcome_evidence_fault,
        "educated_on": educated_on_fault,
        "left_open": left_open_fault,
    }
)
"""The checks of an end, by the need that asks for them."""
