"""What is shown beside the conditions of a removal to whoever signs, checks or decides it."""

from datetime import date

from cme.casework.case import Entry
from cme.casework.facts import CaseFacts
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.doubts import against_limb, left_open
from cme.casework.state import CaseState
from cme.services.absence import calendar_of
from cme.services.judging import facts_of
from cme.services.removal.conclusions import on_record, whole
from cme.store import cases, statements
from cme.store.tables import Case


def doubts_about(
    case: Case, state: CaseState, facts: CaseFacts, letter: str, *, today: date, sees_risk_notes: bool
) -> tuple[str, ...]:
    """What is still open, and what speaks against the joint statement; () for a ground without enquiries.

    `letter` is the letter of the ground. The caller found the case within its scope.
    """
    if letter not in JOINT_GROUNDS:
        return ()
    row = statements.find_latest(whole(case), case.id)
    against = against_limb(row.content, seen_on(case, state)) if row and row.withdrawn_at is None else ()
    calendar = calendar_of(case.school)
    return (*against, *left_open(state, facts, calendar, today, sees_risk_notes=sees_risk_notes))


def seen_on(case: Case, state: CaseState) -> date | None:
    """The day on which somebody last saw the child in person since the absence began; None before one."""
    return max((on for on in on_record(case).sighted if state.covers(on)), default=None)


def doubts_for_admissions(case: Case, letter: str, *, today: date) -> tuple[str, ...]:
    """The same for the admissions team, which sees no risk notes."""
    facts = facts_of(case, Entry(), None, today)
    return doubts_about(case, cases.state_of(case), facts, letter, today=today, sees_risk_notes=False)
