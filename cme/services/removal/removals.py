"""Coming off a roll: proposed, delivered, answered by admissions, decided by the head teacher, and undone by
nothing but a new admission.

No removal happens by itself. The gate is judged again in the transaction that makes it, with today's date:
no other can be entered (SI 2024/208 reg 9; attendance reference s.9).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Self

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action, CaseFacts, Decision, Entry, Refused, decide
from cme.casework.entries import RemovalEntry
from cme.casework.needs import Need
from cme.casework.record.catalogue import NOT_RECORDED
from cme.casework.removal import confirming, other_grounds, pupil_file
from cme.casework.removal.afterwards import JOINT_GROUNDS, is_educated, whereabouts_known
from cme.casework.removal.deciding import WITH_PROPOSAL, why_not_proposed
from cme.casework.removal.facts import Condition, Ground, RemovalFacts
from cme.casework.removal.returning import RemovalReturn
from cme.casework.words import day
from cme.clock import LONDON, local_date
from cme.services.absence import recount_school
from cme.services.judging import OVERTAKEN, facts_of, happen, is_overtaken, locked, permissions_on
from cme.services.registers.entering import is_elsewhere
from cme.services.removal import cme_records, gates, proposals, statements
from cme.services.removal.conclusions import statement_of
from cme.store import audit, cases
from cme.store import removals as store
from cme.store.database import transaction
from cme.store.tables import Case, Registration, Removal

HERE = "In this service"
"""How a return is delivered that the authority reads here."""

LONGEST_HOW = 200

NOT_ON_RECORD = "No removal is proposed in this case. Open its page again."
ALREADY = "The return was recorded as delivered before. Nothing was recorded again."
HOW = "Enter how the return reached the authority: whom it was sent to, and how."
TOO_LONG = f"How it was delivered must be {LONGEST_HOW} characters or fewer."
AGAIN = "Nothing was recorded again."
BACK = "The child was admitted again before. Nothing was recorded again."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A removal as the DSL proposes it.

    `ground` is the letter of the ground, `evidence` what another ground than H and I rests on, by id.
    `is_delivered`: the return reaches the authority in this service, with the proposal. `seen` is as in
    `Entry`.
    """

    ground: str
    answers: RemovalReturn
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_delivered: bool = False
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What admissions say of a proposal: a key of `deciding.CONFIRMATIONS`, or of `deciding.QUERIES`.

    `checks` are what was looked up, by the keys of `confirming.CHECKS`.
    """

    confirmation: str = ""
    query: str = ""
    checks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""
    seen: int | None = None


def propose(
    scope: Scope, reference: str, proposal: Proposal, *, at: datetime, address: str = ""
) -> Refused | None:
    """Propose a removal on a ground whose conditions hold, all but its date; Refused names what does not.

    Raises LookupError outside the scope.
    """
    with transaction() as session:
        case = locked(scope, reference)
        entry = Entry(seen=proposal.seen, removal=RemovalEntry(ground=proposal.ground))
        if is_overtaken(case, entry):
            return Refused((OVERTAKEN,), ("seen",))
        removal = Removal(
            case_id=case.id,
            registration_id=case.registration_id,
            ground=proposal.ground,
            evidence=dict(proposal.evidence),
            answers=proposal.answers.to_json(),
            proposed_at=at,
            proposed_by=scope.name,
            proposer_id=scope.user_id,
        )
        # The gate reads return and evidence from what is proposed: that stays only if the gate lets it.
        with session.begin_nested() as attempt:
            session.add(removal)
            session.flush()
            judged = _Judged.of(case, proposal.ground, today=local_date(at))
            decided = _decided(scope, case, Action.PROPOSE_REMOVAL, entry, gate=judged.conditions, at=at)
            if isinstance(decided, Refused):
                attempt.rollback()
                return _at_their_fields(decided, proposal, judged.conditions, local_date(at))
        judged.keep(removal)
        if proposal.is_delivered:
            _deliver(removal, HERE, by=scope.name, at=at)
        happen(scope, case, *decided, at=at, address=address)
    return None


def _at_their_fields(
    refused: Refused, proposal: Proposal, conditions: tuple[Condition, ...], today: date
) -> Refused:
    """The same refusal with what the form lacks told at its fields; only the rest stands as conditions.

    A field is named as in the return; a piece of evidence by its id after "evidence_".
    """
    told = dict(zip(refused.missing, refused.sentences, strict=True))
    if told.pop(_GATE, None) is None or not conditions:
        return refused
    evidence = other_grounds.evidence_faults(proposal.ground, proposal.evidence, today)
    fields = {f"evidence_{key}": sentence for key, sentence in evidence.items()}
    fields |= {part: f"Enter {noun}." for part, noun in proposal.answers.lacking.items()}
    others = why_not_proposed(conditions, [each.id for each in other_grounds.evidence_for(proposal.ground)])
    contradicted = any(line.id in WITH_PROPOSAL and line.holds is False for line in conditions)
    if contradicted and not proposal.answers.lacking:
        fields["future_address"] = WHERE_NOW
    return Refused((*told.values(), *others, *fields.values()), (*told, *(_GATE for _ in others), *fields))


WHERE_NOW = "The joint statement says that the child is located. Enter where the child is, or conclude anew."
_GATE = Need.GATE_FOR_PROPOSAL.value


def deliver_return(
    scope: Scope, reference: str, how: str, on: date, *, at: datetime, address: str = ""
) -> Refused | None:
    """Record how and on which day the removal return reached the authority: no later than the removal.

    Source: SI 2024/208 reg 13. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        removal = store.find_open(scope, case.id)
        if Permission.PROPOSE_REMOVAL not in permissions_on(scope, case):
            return Refused((NO_RIGHT,), ("permission",))
        if removal is None:
            return Refused((NOT_ON_RECORD,), ("stage",))
        if removal.delivered_at is not None:
            return Refused((ALREADY,), ("stage",))
        said = how.strip()
        if not said or len(said) > LONGEST_HOW:
            return Refused((TOO_LONG if said else HOW,), ("how",))
        if not local_date(removal.proposed_at) <= on <= local_date(at):
            return Refused((_NOT_THEN,), ("delivered_on",))
        delivered_at = at if on == local_date(at) else datetime.combine(on, time(12), LONDON)
        _deliver(removal, said, by=scope.name, at=delivered_at)
        audit.record(
            scope,
            "removal.return_delivered",
            f"case:{case.id}",
            at=at,
            address=address,
            detail={"on": on.isoformat()},
        )
    return None


NO_RIGHT = "Recording the return is for the designated safeguarding lead. Ask them."
_NOT_THEN = "The day must be that of the proposal or later, and today or earlier."


def answer(scope: Scope, reference: str, given: Answer, *, at: datetime, address: str = "") -> Refused | None:
    """Record what the admissions team says of a proposal, with what it looked up: no veto.

    Until the removal is made it can answer again, and say what has changed; the case keeps every answer.
    Raises LookupError outside the scope.
    """
    action = Action.QUERY_REMOVAL if given.query else Action.CONFIRM_REMOVAL
    entry = Entry(
        reason=given.note,
        seen=given.seen,
        removal=RemovalEntry(confirmation=given.confirmation, query=given.query, checks=given.checks),
    )
    with transaction():
        case = locked(scope, reference, Permission.CONFIRM_REMOVAL)
        removal = store.find_open(scope, case.id)
        if is_overtaken(case, entry):
            return Refused((OVERTAKEN,), ("seen",))
        found = confirming.faults(given.confirmation, given.checks, given.note)
        if found and removal is not None:
            return Refused(tuple(found.values()), tuple(found))
        decided = _decided(scope, case, action, entry, at=at)
        if isinstance(decided, Refused):
            return decided
        if removal is None:
            return Refused((NOT_ON_RECORD,), ("stage",))
        looked_up = {code: given.checks.get(code, confirming.UNCHECKED) for code in confirming.CHECKS}
        elsewhere = store.count_elsewhere(case.registration.pupil.upn, case.school_id)
        removal.checks = {**looked_up, "rolls_here": elsewhere}
        removal.confirmation = given.query or given.confirmation
        removal.said, removal.answered_at, removal.answered_by = given.note.strip(), at, scope.name
        happen(scope, case, *decided, at=at, address=address)
    return None


def withdraw(
    scope: Scope, reference: str, entry: Entry, *, reopens: bool = True, at: datetime, address: str = ""
) -> Refused | None:
    """Take a proposal back; `reopens` its joint statement as well, which both sides then write and sign anew.

    Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        if is_overtaken(case, entry):
            return Refused((OVERTAKEN,), ("seen",))
        decided = _decided(scope, case, Action.WITHDRAW_REMOVAL, entry, at=at)
        if isinstance(decided, Refused):
            return decided
        decision, facts = decided
        if reopens:
            statements.withdraw_live(case, entry.reason, at=at)
            facts = replace(facts, statement=None)
        happen(scope, case, decision, facts, at=at, address=address)
    return None


def make_removal(
    scope: Scope, reference: str, entry: Entry, *, at: datetime, address: str = ""
) -> Refused | None:
    """Record the removal that the head teacher makes today, if the gate, judged once more, lets it.

    The registration ends, its counts end with it, the conditions and the facts behind them are kept. A child
    on no known roll is missing education from today, located or not, unless the ground says where it is
    educated (Education Act 1996 s.436A). Raises LookupError outside the scope.
    """
    with transaction() as session:
        case = locked(scope, reference)
        removed_on = case.registration.removed_on
        if removed_on is not None:
            return Refused((f"The removal was recorded on {day(removed_on)}. {AGAIN}",), ("stage",))
        if is_overtaken(case, entry):
            return Refused((OVERTAKEN,), ("seen",))
        removal, today = store.find_open(scope, case.id), local_date(at)
        if removal is None:
            return Refused((NOT_ON_RECORD,), ("stage",))
        judged = _Judged.of(case, removal.ground, today=today, removing=True)
        decided = _decided(scope, case, Action.MAKE_REMOVAL, entry, gate=judged.conditions, at=at)
        if isinstance(decided, Refused):
            return decided
        judged.keep(removal)
        removal.removed_on = case.registration.removed_on = today
        removal.decided_at, removal.decided_by = at, scope.name
        removal.decided_role, removal.decider_id = scope.role_label, scope.user_id
        decision, facts = decided
        happen(scope, case, decision, replace(facts, on_roll=False), at=at, address=address)
        session.flush()
        recount_school(case.school, at=at)
        if not (is_educated(cases.state_of(case)) or is_elsewhere(case.registration)):
            cme_records.open_spell(scope, case, started_on=today, reason=NOT_RECORDED, at=at)
    return None


def record_ctf(
    scope: Scope, reference: str, entry: Entry, *, at: datetime, address: str = ""
) -> Refused | None:
    """Record that the pupil file was uploaded to School to School: its name, when, and the proof.

    `entry.removal.uploaded_at` is an ISO text in England's time. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        if is_overtaken(case, entry):
            return Refused((OVERTAKEN,), ("seen",))
        state = cases.state_of(case)
        decided = _decided(scope, case, Action.RECORD_CTF, entry, at=at)
        if isinstance(decided, Refused):
            return decided
        given, removed_on = entry.removal, state.removed_on or local_date(at)
        is_lost = not whereabouts_known(state) and not is_elsewhere(case.registration)
        faults = {
            "file": pupil_file.name_fault(given.file, case.school.laestab, is_lost=is_lost),
            "uploaded_at": pupil_file.uploaded_fault(
                _moment(given.uploaded_at), datetime.combine(removed_on, time(), LONDON), at
            ),
        }
        found = {name: fault for name, fault in faults.items() if fault}
        if found:
            return Refused(tuple(found.values()), tuple(found))
        happen(scope, case, *decided, at=at, address=address)
    return None


def readmit(scope: Scope, reference: str, entry: Entry, *, at: datetime, address: str = "") -> Refused | None:
    """Admit a removed child again: a new place on the roll from the new starting day; the old one stays.

    There is no other way back. The new-pupil return is due within five days (SI 2024/208 reg 13). Raises
    LookupError outside the scope.
    """
    with transaction() as session:
        case = locked(scope, reference)
        if is_overtaken(case, entry):
            return Refused((OVERTAKEN,), ("seen",))
        decided = _decided(scope, case, Action.READMIT, entry, at=at)
        if isinstance(decided, Refused):
            return decided
        old = case.registration
        if store.find_again(old) is not None:
            return Refused((BACK,), ("stage",))
        session.add(_again(old, entry.removal.starting_on, at=at))
        happen(scope, case, *decided, at=at, address=address)
        session.flush()
        recount_school(case.school, at=at)
    return None


def _decided(
    scope: Scope,
    case: Case,
    action: Action,
    entry: Entry,
    *,
    at: datetime,
    gate: tuple[Condition, ...] = (),
) -> tuple[Decision, CaseFacts] | Refused:
    """What an action does to a case that is held, with the facts that it rests on."""
    state, today = cases.state_of(case), local_date(at)
    facts = proposals.told(scope, case, state, facts_of(case, entry, None, today), today)
    facts = replace(facts, gate=gate)
    decision = decide(state, action, facts, today, permissions=permissions_on(scope, case))
    return decision if isinstance(decision, Refused) else (decision, facts)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A ground as it was judged: its conditions, what they were judged on, and the joint statement's hash."""

    conditions: tuple[Condition, ...]
    facts: RemovalFacts
    statement: str

    @classmethod
    def of(cls, case: Case, letter: str, *, today: date, removing: bool = False) -> Self:
        """A ground by its letter, as everything on record has it now."""
        is_joint = letter in JOINT_GROUNDS
        ground = Ground(letter.upper()) if is_joint else Ground.I
        statement = statement_of(case) if is_joint else None
        return cls(
            gates.conditions_for(case, letter, today=today, removing=removing),
            gates.facts_for(case, ground, today=today, removing=removing),
            statement.fingerprint if statement else "",
        )

    def keep(self, removal: Removal) -> None:
        """Store what was judged with the removal that it allows."""
        removal.conditions = [asdict(line) for line in self.conditions]
        removal.facts = json.loads(json.dumps(asdict(self.facts), default=str))
        removal.sha256 = self.statement


def _deliver(removal: Removal, how: str, *, by: str, at: datetime) -> None:
    removal.delivered_at, removal.delivered_by, removal.delivered_how = at, by, how


def _again(old: Registration, starting_on: date | None, *, at: datetime) -> Registration:
    return Registration(
        pupil_id=old.pupil_id,
        school_id=old.school_id,
        admission_number=old.admission_number,
        year_group=old.year_group,
        class_name=old.class_name,
        boarder=old.boarder,
        starting_on=starting_on,
        created_at=at,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LONDON)
    except ValueError:
        return None
