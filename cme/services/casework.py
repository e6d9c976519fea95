"""What people do to a case: one transaction each, judged by the transition table and recorded as events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import (
    Action,
    CaseFacts,
    CaseState,
    Entry,
    PreviousCase,
    Refused,
    allowed_actions,
    decide,
)
from cme.casework.closing import is_lost_with
from cme.casework.deadlines import Deadline, duties, next_enquiry
from cme.casework.events import EventKind
from cme.casework.messages import waiting_for, writes_for
from cme.casework.outcomes import RETURNED, Outcome, Requirement, Side, outcomes_for
from cme.casework.policy.clocks import BASES
from cme.casework.questions import SPEAKERS, Question
from cme.casework.returns import ReturnKind
from cme.casework.stages import Overlay
from cme.casework.state import Unanswered
from cme.clock import local_date
from cme.identity.names import compared
from cme.services import reviews, triage
from cme.services.absence import calendar_of, recount_school, whole_school
from cme.services.drafts import draft_of, is_update_begun
from cme.services.following import open_case
from cme.services.judging import (
    OVERTAKEN,
    facts_of,
    happen,
    is_overtaken,
    judge,
    locked,
    open_for,
    permissions_on,
)
from cme.services.policies import pack_in_force, pack_of
from cme.services.removal import proposals
from cme.store import cases, pupils, returns
from cme.store.database import transaction
from cme.store.tables import Case, StatutoryReturn


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its state, what is known of the child, and what the viewer may do to it now."""

    case: Case
    state: CaseState
    facts: CaseFacts
    actions: tuple[Action, ...]
    today: date


def show(scope: Scope, reference: str, *, today: date) -> CaseView | None:
    """One case as the viewer may see it; None outside the scope."""
    case = cases.find_case(scope, reference)
    if case is None:
        return None
    state = cases.state_of(case)
    permissions = permissions_on(scope, case)
    draft = draft_of(scope, case) if _may_approve(case, state, permissions) else None
    facts = proposals.told(scope, case, state, facts_of(case, Entry(), draft, today), today)
    return CaseView(case, state, facts, allowed_actions(state, facts, permissions, today), today)


def _may_approve(case: Case, state: CaseState, permissions: frozenset[Permission]) -> bool:
    """Whether what can be done hangs on what the referral says: many records are read for it."""
    is_open = state.stage.is_open and state.referral_sent_on is None
    return is_open and Permission.APPROVE_REFERRAL in permissions and pack_of(case).head_approves_referral


def dues_of(view: CaseView) -> tuple[Deadline, ...]:
    """All that school and authority owe, the enquiry that is due next, and returns, the earliest first.

    () once the case is closed.
    """
    case, calendar = view.case, calendar_of(view.case.school)
    enquiry = next_enquiry(view.state, view.facts, calendar)
    all_owed = duties(view.state, view.facts, calendar, calendar.bank_holidays, today=view.today)
    owed = [*(each for each in all_owed if each != enquiry), *([enquiry] if enquiry else ())]
    if view.state.stage.is_open:
        owed += _returns_due(returns.list_owed_for(whole_school(case.school), case.registration_id))
    return tuple(sorted(owed, key=lambda each: each.due_on))


def stored_dues(case: Case, owed_at_school: Iterable[StatutoryReturn]) -> tuple[Deadline, ...]:
    """The same of an open case as it was stored when it last changed, for lists of many: without what each
    date rests on. `owed_at_school` are the returns that its school owes.
    """
    own = (row for row in owed_at_school if row.registration_id == case.registration_id)
    stored = [Deadline(date.fromisoformat(on), what, "", Side(side)) for what, on, side in case.owed]
    return tuple(sorted((*stored, *_returns_due(own)), key=lambda each: each.due_on))


def _returns_due(rows: Iterable[StatutoryReturn]) -> list[Deadline]:
    return [
        Deadline(row.due_on, f"Send the {ReturnKind(row.kind).label.lower()}", BASES["law"]) for row in rows
    ]


def may_write_referral(scope: Scope, view: CaseView) -> bool:
    """Whether the viewer writes this case's referral, or the update to it that was begun: nothing else is
    changed once it is sent."""
    return _writes(scope, view) and (view.state.referral_sent_on is None or is_update_begun(scope, view.case))


def may_start_update(scope: Scope, view: CaseView) -> bool:
    """Whether the viewer can begin an update: something was sent, and no update is being written."""
    return _writes(scope, view) and not may_write_referral(scope, view)


def _writes(scope: Scope, view: CaseView) -> bool:
    return Permission.WRITE_REFERRAL in permissions_on(scope, view.case) and view.state.stage.is_open


def questions_to_answer(scope: Scope, view: CaseView) -> tuple[Unanswered, ...]:
    """The questions that wait for an answer of the viewer, the oldest first."""
    if Action.ANSWER_QUESTION not in view.actions:
        return ()
    return waiting_for(view.state.unanswered, writes_for(permissions_on(scope, view.case)))


def may_see_risk_notes(scope: Scope, view: CaseView) -> bool:
    """Whether the viewer may read the risk notes of this case."""
    return Permission.SEE_RISK_NOTES in permissions_on(scope, view.case)


def sides_of(scope: Scope, view: CaseView) -> frozenset[Side]:
    """The sides of the case that the viewer speaks for."""
    held = permissions_on(scope, view.case)
    return frozenset(side for permission, side in SPEAKERS.items() if permission in held)


def outcomes_to_choose(scope: Scope, view: CaseView, *, today: date) -> tuple[Outcome, ...]:
    """The outcomes that the viewer may close this case with.

    Those of a removal only once one is recorded, and none that would end the search for a child who was
    removed and is not found.
    """
    question = Question(view.state, view.facts, permissions_on(scope, view.case), today)
    return tuple(
        outcome
        for outcome in outcomes_for(question.sides)
        if (outcome.requires is not Requirement.REMOVAL or view.facts.removal_made)
        and not is_lost_with(view.state, outcome.code)
    )


def asks_for_talk(view: CaseView, outcomes: Sequence[Outcome]) -> bool:
    """Whether closing asks why there was no welfare talk: the child may be back, and none is recorded."""
    return view.state.welfare_talk_on is None and any(each.code == RETURNED for each in outcomes)


def act(
    scope: Scope,
    reference: str,
    action: Action,
    entry: Entry,
    *,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Do something to a case with what a person entered; Refused says what is missing.

    Raises LookupError outside the scope.
    """
    for field, name in (("agreed_by", entry.agreed_by), ("second_by", entry.review.second_by)):
        if name and compared(name) == compared(scope.name):
            return Refused(("Enter the name of another person: nobody agrees with themselves.",), (field,))
    with transaction():
        case = locked(scope, reference)
        entry = triage.completed(scope, case, action, entry, local_date(at))
        refused = judge(scope, case, action, entry, None, at=at, address=address)
        if refused is None and action is Action.SIGN_REVIEW:
            reviews.keep(scope, case, entry, at=at)
        return refused


def reopen(scope: Scope, reference: str, entry: Entry, *, at: datetime, address: str = "") -> str | Refused:
    """Take a closed case up again in a new one, which it then names; the new reference, or Refused.

    Raises LookupError outside the scope.
    """
    with transaction():
        closed = locked(scope, reference)
        if is_overtaken(closed, entry):
            return Refused((OVERTAKEN,), ("seen",))
        permissions, today = permissions_on(scope, closed), local_date(at)
        state, facts = cases.state_of(closed), facts_of(closed, entry, None, today)
        history = cases.list_case_history(scope, closed.registration_id)
        if any(case.closed_at is None for case in history):
            return Refused(("This pupil has an open case. Work on that one.",), ("stage",))
        ending = decide(state, Action.REOPEN, facts, today, permissions=permissions)
        pack = pack_in_force(closed.school.authority, today)
        again = replace(facts, pack=pack, previous=PreviousCase.of(state))
        opening = decide(CaseState(), Action.OPEN_AGAIN, again, today, permissions=permissions)
        if isinstance(ending, Refused):
            return ending
        if isinstance(opening, Refused):
            return opening
        case = open_case(closed.school, closed.registration_id, at=at)
        happen(scope, case, opening, again, at=at, address=address)
        _carry_referral(scope, closed, case, again, permissions, at=at, address=address)
        ending = replace(ending, data={**ending.data, "new_case": case.reference})
        happen(scope, closed, ending, facts, at=at, address=address)
        recount_school(closed.school, at=at)
        return case.reference


def _carry_referral(
    scope: Scope,
    closed: Case,
    case: Case,
    facts: CaseFacts,
    permissions: frozenset[Permission],
    *,
    at: datetime,
    address: str,
) -> None:
    """Give the new case the referral of the closed one as it was sent, where that still stands."""
    state = cases.state_of(case)
    decision = decide(state, Action.CARRY_REFERRAL, facts, local_date(at), permissions=permissions)
    if isinstance(decision, Refused):
        return
    case.home_authority_id = closed.home_authority_id
    cases.carry_referrals(whole_school(closed.school), closed.id, case.id)
    (*_, sent) = (event for event in closed.events if event.kind == EventKind.REFERRAL_SENT)
    data = {**sent.data, "stage": decision.next_stage.value, "carried_from": closed.reference}
    if Overlay.SAFEGUARDING in cases.state_of(closed).overlays:
        data["safeguarding"] = True
    happen(scope, case, replace(decision, data=data), facts, at=at, address=address)


def open_by_hand(
    scope: Scope,
    registration_id: int,
    reason: str,
    *,
    at: datetime,
    address: str = "",
) -> str | Refused:
    """Open a case that the count has not opened; its reference, or Refused.

    The count follows it at once: a child with a flag is on the fast track. Raises LookupError outside the
    scope.
    """
    with transaction():
        registration = pupils.lock_registration(scope, registration_id)
        if registration is None:
            raise LookupError("the pupil is not within the scope")
        if any(case.closed_at is None for case in cases.list_case_history(scope, registration_id)):
            return Refused(("This pupil has an open case. Work on that one.",), ("stage",))
        entry = Entry(reason=reason)
        case = open_for(scope, registration, Action.OPEN_BY_HAND, entry, at=at, address=address)
        if isinstance(case, Refused):
            return case
        recount_school(registration.school, at=at)
        return case.reference
