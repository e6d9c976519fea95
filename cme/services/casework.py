"""What people do to a case: one transaction each, judged by the transition table and recorded as events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import (
    Action,
    CaseFacts,
    CaseState,
    Decision,
    Entry,
    PreviousCase,
    Refused,
    allowed_actions,
    decide,
)
from cme.casework.deadlines import Deadline, basis_of
from cme.casework.needs import Question
from cme.casework.outcomes import Outcome, Requirement, Side, outcomes_for
from cme.casework.policy import load_pack
from cme.casework.referral import FIELDS, ReferralDraft
from cme.casework.removal import Condition, removal_conditions
from cme.casework.removal_facts import Ground, RemovalFacts
from cme.casework.stages import REMOVAL_STAGES, Stage
from cme.clock import local_date
from cme.identity.names import compared
from cme.services.absence import calendar_of, explain
from cme.services.following import append_events, open_case, set_deadline
from cme.services.prefill import prefilled
from cme.store import audit, cases, pupils
from cme.store.database import db, transaction
from cme.store.pupils import standing_of
from cme.store.roll import has_flag
from cme.store.tables import Case, Referral

_CLOSED = "This case is closed. Reopen it to write a referral."


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its state, what is known of the child, and what the viewer may do to it now."""

    case: Case
    state: CaseState
    facts: CaseFacts
    actions: tuple[Action, ...]


def show(scope: Scope, reference: str, *, today: date) -> CaseView | None:
    """One case as the viewer may see it; None outside the scope."""
    case = cases.find_case(scope, reference)
    if case is None:
        return None
    state = cases.state_of(case)
    facts = _facts(case, Entry(), draft_of(scope, case))
    return CaseView(case, state, facts, allowed_actions(state, facts, _permissions(scope, case), today))


def dues_of(view: CaseView) -> tuple[Deadline, ...]:
    """What school and authority owe first, as stored, the earlier first; () once the case is closed."""
    case, pack = view.case, view.facts.pack
    stored = (
        (case.due_on, case.due_what, Side.SCHOOL),
        (case.authority_due_on, case.authority_due_what, Side.AUTHORITY),
    )
    owed = [Deadline(on, what, basis_of(what, pack), owner) for on, what, owner in stored if on is not None]
    return tuple(sorted(owed, key=lambda each: each.due_on))


def may_write_referral(scope: Scope, view: CaseView) -> bool:
    """Whether the viewer writes this case's referral: while the case is open and nothing has been sent."""
    return (
        Permission.WRITE_REFERRAL in _permissions(scope, view.case)
        and view.state.stage.is_open
        and view.state.referral_sent_on is None
    )


def may_see_risk_notes(scope: Scope, view: CaseView) -> bool:
    """Whether the viewer may read the risk notes of this case."""
    return Permission.SEE_RISK_NOTES in _permissions(scope, view.case)


def outcomes_to_choose(scope: Scope, view: CaseView, *, today: date) -> tuple[Outcome, ...]:
    """The outcomes that the viewer may close this case with; those of a removal only once one is recorded."""
    question = Question(view.state, view.facts, _permissions(scope, view.case), today)
    return tuple(
        outcome
        for outcome in outcomes_for(question.sides)
        if outcome.requires is not Requirement.REMOVAL or view.facts.removal_made
    )


def show_gate(case: Case, *, today: date) -> tuple[Condition, ...]:
    """The conditions of removal under Ground I, as far as anything is on record: to read, not to act on."""
    registration = case.registration
    explained = explain(registration)
    facts = RemovalFacts(
        ground=Ground.I,
        standing=explained.standing,
        on_roll=registration.on_roll,
        boarder=registration.boarder,
        began_on=explained.removal_began_on,
        last_school_day_on=calendar_of(case.school).last_school_day_before(today),
        open_day_codes=explained.open_day_codes,
    )
    return removal_conditions(facts, today)


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
    if entry.agreed_by and compared(entry.agreed_by) == compared(scope.name):
        return Refused(("Enter the name of another person: nobody agrees with themselves.",), ("agreed_by",))
    with transaction():
        case = _locked(scope, reference)
        return _decide(scope, case, action, entry, draft_of(scope, case), at=at, address=address)


def reopen(scope: Scope, reference: str, entry: Entry, *, at: datetime, address: str = "") -> str | Refused:
    """Take a closed case up again in a new one, which it then names; the new reference, or Refused.

    Raises LookupError outside the scope.
    """
    with transaction():
        closed = _locked(scope, reference)
        permissions, today = _permissions(scope, closed), local_date(at)
        state, facts = cases.state_of(closed), _facts(closed, entry, None)
        history = cases.list_case_history(scope, closed.registration_id)
        if any(case.closed_at is None for case in history):
            return Refused(("This pupil has an open case. Work on that one.",), ("stage",))
        ending = decide(state, Action.REOPEN, facts, today, permissions=permissions)
        again = replace(facts, previous=PreviousCase.of(state))
        opening = decide(CaseState(), Action.OPEN_AGAIN, again, today, permissions=permissions)
        if isinstance(ending, Refused):
            return ending
        if isinstance(opening, Refused):
            return opening
        case = open_case(closed.school, closed.registration_id, at=at)
        _happen(scope, case, opening, again, at=at, address=address)
        ending = replace(ending, data={**ending.data, "new_case": case.reference})
        _happen(scope, closed, ending, facts, at=at, address=address)
        return case.reference


def save_draft(
    scope: Scope,
    reference: str,
    answers: Mapping[str, str],
    *,
    safeguarding: bool = False,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Keep what has been written of a referral, complete or not."""
    with transaction():
        case = _locked(scope, reference)
        if Permission.WRITE_REFERRAL not in _permissions(scope, case):
            return Refused(("Only the designated safeguarding lead writes the referral.",), ("permission",))
        if cases.state_of(case).referral_sent_on is not None:
            return Refused(("This referral has been sent. It cannot be changed.",), ("stage",))
        if case.closed_at is not None:
            return Refused((_CLOSED,), ("stage",))
        _keep(scope, case, answers, at=at, safeguarding=safeguarding)
        audit.record(scope, "referral.saved", f"case:{case.id}", at=at, address=address)
    return None


def send_referral(
    scope: Scope,
    reference: str,
    answers: Mapping[str, str],
    *,
    safeguarding: bool,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Send a case's referral to the front door and the CME officer.

    A refused one is kept as written: nothing typed is lost.
    """
    with transaction():
        case = _locked(scope, reference)
        if Permission.SEND_REFERRAL not in _permissions(scope, case):
            return Refused(("Only the designated safeguarding lead sends the referral.",), ("permission",))
        if cases.state_of(case).referral_sent_on is not None:
            return Refused(("This referral has been sent before. Nothing was sent again.",), ("stage",))
        if case.closed_at is not None:
            return Refused((_CLOSED,), ("stage",))
        referral = _keep(scope, case, answers, at=at, safeguarding=safeguarding)
        draft = _complete(scope, case, referral)
        refused = _decide(scope, case, Action.SEND_REFERRAL, Entry(), draft, at=at, address=address)
        if refused is not None:
            audit.record(scope, "referral.saved", f"case:{case.id}", at=at, address=address)
        else:
            referral.form = {"answers": dict(draft.answers), "safeguarding": draft.safeguarding}
            referral.sent_at, referral.sent_by = at, scope.name
            referral.recipients = list(load_pack(case.policy_pack).recipients.get("cme_referral", ()))
        return refused


def draft_of(scope: Scope, case: Case) -> ReferralDraft:
    """The referral as it stands: as sent, or what was written with the rest filled in from the register."""
    referral = cases.find_referral(scope, case.id)
    if referral is not None and referral.sent_at is not None:
        return ReferralDraft(referral.form["answers"], referral.form["safeguarding"])
    return _complete(scope, case, referral)


def open_by_hand(
    scope: Scope,
    registration_id: int,
    reason: str,
    *,
    at: datetime,
    address: str = "",
) -> str | Refused:
    """Open a case that the count has not opened; its reference, or Refused.

    Raises LookupError outside the scope.
    """
    with transaction():
        registration = pupils.lock_registration(scope, registration_id)
        if registration is None:
            raise LookupError("the pupil is not within the scope")
        if any(case.closed_at is None for case in cases.list_case_history(scope, registration_id)):
            return Refused(("This pupil has an open case. Work on that one.",), ("stage",))
        school = registration.school
        facts = CaseFacts(
            standing=standing_of(registration),
            pack=load_pack(school.authority.policy_pack),
            on_roll=registration.on_roll,
            flagged=has_flag(registration),
            entry=Entry(reason=reason),
        )
        permissions = scope.permissions_at(authority_id=school.authority_id, school_id=school.id)
        decision = decide(CaseState(), Action.OPEN_BY_HAND, facts, local_date(at), permissions=permissions)
        if isinstance(decision, Refused):
            return decision
        case = open_case(school, registration_id, at=at)
        _happen(scope, case, decision, facts, at=at, address=address)
        return case.reference


def _locked(scope: Scope, reference: str) -> Case:
    case = cases.lock_case(scope, reference)
    if case is None:
        raise LookupError("the case is not within the scope")
    return case


def _permissions(scope: Scope, case: Case) -> frozenset[Permission]:
    return scope.permissions_on_child(
        authority_id=case.authority_id,
        school_id=case.school_id,
        is_referred=case.referred_at is not None,
        is_removal=Stage(case.stage) in REMOVAL_STAGES,
    )


def _facts(case: Case, entry: Entry, draft: ReferralDraft | None) -> CaseFacts:
    registration = case.registration
    return CaseFacts(
        standing=standing_of(registration),
        pack=load_pack(case.policy_pack),
        on_roll=registration.on_roll,
        flagged=has_flag(registration),
        draft=draft,
        entry=entry,
    )


def _decide(
    scope: Scope,
    case: Case,
    action: Action,
    entry: Entry,
    draft: ReferralDraft | None,
    *,
    at: datetime,
    address: str,
) -> Refused | None:
    state = cases.state_of(case)
    facts = _facts(case, entry, draft)
    decision = decide(state, action, facts, local_date(at), permissions=_permissions(scope, case))
    if isinstance(decision, Refused):
        return decision
    _happen(scope, case, decision, facts, at=at, address=address)
    return None


def _happen(
    scope: Scope, case: Case, decision: Decision, facts: CaseFacts, *, at: datetime, address: str
) -> None:
    """Append what was decided, with the deadline and the audit entry that follow from it."""
    append_events(case, (decision,), by=scope.name, role=scope.role_label, at=at)
    set_deadline(case, facts, calendar_of(case.school))
    audit.record(
        scope,
        decision.event.value,
        f"case:{case.id}",
        at=at,
        address=address,
        detail={"stage": decision.next_stage.value},
    )


def _keep(
    scope: Scope, case: Case, answers: Mapping[str, str], *, at: datetime, safeguarding: bool = False
) -> Referral:
    """Store what a person typed; the fields that the register fills are never taken from a form."""
    referral = cases.find_referral(scope, case.id)
    if referral is None:
        referral = Referral(case_id=case.id, form={}, drafted_at=at)
        db.session.add(referral)
    typed = {each.id: answers.get(each.id, "") for each in FIELDS if not each.filled}
    referral.form = {"answers": typed, "safeguarding": safeguarding}
    db.session.flush()
    return referral


def _complete(scope: Scope, case: Case, referral: Referral | None) -> ReferralDraft:
    answers = dict(referral.form["answers"]) if referral else {}
    safeguarding = bool(referral and referral.form["safeguarding"])
    return ReferralDraft(answers | prefilled(case, scope), safeguarding)
