"""What every act on a case goes through: the case is held, the table asked, and what happened recorded."""

from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action, CaseFacts, CaseState, Decision, Entry, Refused, decide
from cme.casework.outcomes import RETURNED
from cme.casework.policy.pack import PolicyPack
from cme.casework.record.catalogue import ends
from cme.casework.referral.answers import ReferralDraft
from cme.casework.safety.flags import KnownRisks
from cme.casework.stages import REMOVAL_STAGES, Stage
from cme.clock import local_date
from cme.services import alerts, readiness
from cme.services.absence import calendar_of
from cme.services.following import append_events, open_case, set_deadline
from cme.services.policies import pack_in_force, pack_of
from cme.services.removal import cme_records, conclusions, gates, proposals
from cme.store import audit, cases
from cme.store.pupils import standing_of
from cme.store.risks import risks_of
from cme.store.tables import Case, Registration

OVERTAKEN = (
    "Somebody else worked on this case after you opened this page. Nothing of yours is saved yet. "
    "Read what they did below, then send this again if it still holds."
)


def locked(scope: Scope, reference: str, permission: Permission = Permission.SEE_CASE) -> Case:
    """A case, held until the open transaction ends. Raises LookupError outside the scope."""
    case = cases.lock_case(scope, reference, permission)
    if case is None:
        raise LookupError("the case is not within the scope")
    return case


def permissions_on(scope: Scope, case: Case) -> frozenset[Permission]:
    """Every permission that the scope holds about the child of a case."""
    return scope.permissions_on_child(
        authority_id=case.authority_id,
        school_id=case.school_id,
        is_referred=case.referred_at is not None,
        is_removal=Stage(case.stage) in REMOVAL_STAGES,
        home_authority_id=case.home_authority_id,
    )


def known_risks(registration: Registration, pack: PolicyPack, today: date) -> KnownRisks:
    """What is on record of a child's risks on a day, the age that the policy names among it."""
    born_on = registration.pupil.born_on
    return risks_of(registration).of_age(born_on, today, under=pack.young_child_age_under)


def facts_of(case: Case, entry: Entry, draft: ReferralDraft | None, today: date) -> CaseFacts:
    """What is known of the child of a case, with what a person entered and the referral as it is written."""
    registration, pack = case.registration, pack_of(case)
    known = known_risks(registration, pack, today)
    facts = CaseFacts(
        standing=standing_of(registration),
        pack=pack,
        on_roll=registration.on_roll,
        flagged=known.is_flagged,
        risks=known,
        draft=draft,
        entry=entry,
        leave_granted=gates.leave_of(case) is not None,
        born_on=registration.pupil.born_on,
        statement=conclusions.statement_of(case),
    )
    return readiness.told(facts, readiness.state_of(case))


def open_for(
    scope: Scope, registration: Registration, action: Action, entry: Entry, *, at: datetime, address: str
) -> Case | Refused:
    """Open a case of a child who has none, as somebody asks for it or what they recorded does."""
    school, today = registration.school, local_date(at)
    pack = pack_in_force(school.authority, today)
    known = known_risks(registration, pack, today)
    facts = CaseFacts(
        standing=standing_of(registration),
        pack=pack,
        on_roll=registration.on_roll,
        flagged=known.is_flagged,
        risks=known,
        entry=entry,
    )
    permissions = scope.permissions_at(authority_id=school.authority_id, school_id=school.id)
    decision = decide(CaseState(), action, facts, today, permissions=permissions)
    if isinstance(decision, Refused):
        return decision
    case = open_case(school, registration.id, at=at)
    happen(scope, case, decision, facts, at=at, address=address)
    return case


def restate(case: Case, *, at: datetime) -> None:
    """Store again what each side of a case owes first: something was recorded that no event tells of."""
    today = local_date(at)
    set_deadline(case, facts_of(case, Entry(), None, today), calendar_of(case.school), today=today)


def judge(
    scope: Scope,
    case: Case,
    action: Action,
    entry: Entry,
    draft: ReferralDraft | None,
    *,
    at: datetime,
    address: str,
) -> Refused | None:
    """Do something to a case that is held, or say what is missing."""
    if is_overtaken(case, entry):
        return Refused((OVERTAKEN,), ("seen",))
    state, today = cases.state_of(case), local_date(at)
    facts = proposals.told(scope, case, state, facts_of(case, entry, draft, today), today)
    decision = decide(state, action, facts, today, permissions=permissions_on(scope, case))
    if isinstance(decision, Refused):
        return decision
    happen(scope, case, decision, facts, at=at, address=address)
    return None


def is_overtaken(case: Case, entry: Entry) -> bool:
    """Whether something happened in the case after the form was opened that the entry came with."""
    return entry.seen is not None and entry.seen < len(case.events)


def happen(
    scope: Scope, case: Case, decision: Decision, facts: CaseFacts, *, at: datetime, address: str
) -> None:
    """Append what was decided, with the deadline and the audit entry that follow from it."""
    events = append_events(case, (decision,), by=scope.name, role=scope.role_label, at=at)
    alerts.tell(scope, case.school, [(case, event) for event in events], at=at)
    _end_spell(scope, case, decision, at=at, address=address)
    # What was just recorded can settle or open enquiries.
    told = readiness.told(facts, readiness.state_of(case))
    set_deadline(case, told, calendar_of(case.school), today=local_date(at))
    audit.record(
        scope,
        decision.event.value,
        f"case:{case.id}",
        at=at,
        address=address,
        detail={"stage": decision.next_stage.value},
    )


def _end_spell(scope: Scope, case: Case, decision: Decision, *, at: datetime, address: str) -> None:
    """A case that ends after a removal with the child in education ends the child's time on no roll."""
    state = cases.state_of(case)
    if decision.next_stage is not Stage.CLOSED or state.removed_on is None:
        return
    is_back = decision.action is Action.READMIT
    outcome = RETURNED if is_back else state.outcome_code
    first_day = decision.data.get("starting_on" if is_back else "educated_on")
    ended_on = date.fromisoformat(first_day) if first_day else local_date(at)
    if outcome in ends():
        cme_records.close_spell(
            scope,
            case.registration.pupil_id,
            ended_on=ended_on,
            end_reason=outcome,
            at=at,
            address=address,
        )
