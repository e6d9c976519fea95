"""The removal gate of a case, filled from what is on record: to read, and to judge a removal by.

Everything is worked out anew each time: a change between the page and the button is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.attendance.standing import count
from cme.casework.events import EventKind
from cme.casework.locating import CONFIRMED
from cme.casework.outcomes import Side
from cme.casework.removal import gate, other_grounds
from cme.casework.removal.afterwards import JOINT_GROUNDS
from cme.casework.removal.confirming import CONTRADICTS, FOUND
from cme.casework.removal.enquired import completed, side_of, since
from cme.casework.removal.facts import Condition, Ground, RemovalFacts
from cme.casework.removal.recorded import FactEntry, FactKind, answer_to, speaks_of
from cme.casework.removal.returning import RemovalReturn
from cme.casework.stages import Stage
from cme.casework.state import CaseState
from cme.services.absence import PupilLedger, calendar_of, explain
from cme.services.removal.conclusions import OnRecord, on_record_of, statement_of, whole
from cme.store import cases, removal_facts, removals
from cme.store.tables import Case, Registration, Removal


def conditions_for(case: Case, letter: str, *, today: date, removing: bool = False) -> tuple[Condition, ...]:
    """Every condition of a ground for the child of a case, in order; () for a ground there is not.

    `letter` is the letter of the ground. `removing`: the school decides now, so that the removal is dated
    today. The removal return and the evidence are those of the proposal. The caller found the case within its
    scope.
    """
    return conditions_of(case.registration, case, letter, today=today, removing=removing)


def conditions_of(
    registration: Registration, case: Case | None, letter: str, *, today: date, removing: bool = False
) -> tuple[Condition, ...]:
    """The same for a child who may have no case, of whom then nothing but the register is on record."""
    letter = letter.lower()
    if letter in JOINT_GROUNDS:
        facts = _facts(registration, case, Ground(letter.upper()), today=today, removing=removing)
        return gate.removal_conditions(facts, today)
    facts = _facts(registration, case, None, today=today, removing=removing)
    proposed = _proposed(case)
    return other_grounds.ground_conditions(letter, proposed.evidence if proposed else {}, facts, today)


def facts_for(case: Case, ground: Ground, *, today: date, removing: bool = False) -> RemovalFacts:
    """What is on record about a removal on Ground H or I, the standing counted anew from the marks.

    As `conditions_for`.
    """
    return _facts(case.registration, case, ground, today=today, removing=removing)


def leave_of(case: Case) -> date | None:
    """The last day of the leave that is recorded as granted; None without one."""
    leave = _recorded(case).get(FactKind.LEAVE)
    return leave.entry.last_on if leave else None


def period_of(case: Case, ground: Ground, explained: PupilLedger) -> date | None:
    """The day from which a ground counts: the first of the run, or the last of the leave; None without it."""
    return leave_of(case) if ground is Ground.H else explained.removal_began_on


def _facts(
    registration: Registration, case: Case | None, ground: Ground | None, *, today: date, removing: bool
) -> RemovalFacts:
    """What is on record. `ground` is None for one that rests neither on absence nor on a joint conclusion."""
    facts, explained = _recorded(case), explain(registration)
    state = cases.state_of(case) if case else CaseState()
    record = on_record_of(registration, state)
    leave = facts.get(FactKind.LEAVE)
    leave_ended_on = leave.entry.last_on if leave else None
    began_on = {Ground.H: leave_ended_on, Ground.I: explained.removal_began_on, None: None}[ground]
    said = {kind: answer_to(kind, fact.entry, began_on) for kind, fact in facts.items()}
    # Sightings elsewhere are a line of their own: here "seen" is seen in school.
    place = replace(explained.place, sightings=frozenset(), leave_ended_on=leave_ended_on)
    statement = statement_of(case) if case and ground else None
    if statement is not None and statement.ground is not ground:
        statement = None
    joint = ground or Ground.I
    enquired = _enquired(joint, began_on, record)
    special, proposed = facts.get(FactKind.SPECIAL_SCHOOL), _proposed(case)
    answers = RemovalReturn.from_json(proposed.answers) if proposed else None
    return RemovalFacts(
        ground=joint,
        standing=replace(
            count(explained.lines, explained.days, place), compulsory_age=place.is_compulsory_age(today)
        ),
        on_roll=registration.on_roll,
        boarder=registration.boarder or bool(said.get(FactKind.BOARDER)),
        began_on=began_on,
        last_school_day_on=calendar_of(registration.school).last_school_day_before(today),
        open_day_codes=explained.open_day_codes,
        leave_granted=said.get(FactKind.LEAVE),
        sighted_on=max(record.sighted, default=None),
        expected_back=_expected_back(facts, case, state),
        lead_open=state.stage is Stage.VERIFYING,
        contradicted=_contradicted(facts, case, state),
        future_address_known=answers is None or answers.is_future_address_known,
        sickness=statement.sickness if statement else None,
        school_enquiries=enquired.get(Side.SCHOOL),
        authority_enquiries=enquired.get(Side.AUTHORITY),
        conclusion=statement.conclusion if statement and statement.signatures else None,
        attendance_order=said.get(FactKind.ATTENDANCE_ORDER),
        dual_registered=said.get(FactKind.DUAL_REGISTERED),
        mobile_child=said.get(FactKind.MOBILE_CHILD),
        authority_arranged_special=said.get(FactKind.SPECIAL_SCHOOL),
        consent_reference=special.entry.reference
        if special and speaks_of(FactKind.SPECIAL_SCHOOL, special.entry, began_on)
        else "",
        dsl_confirms_no_objection=said.get(FactKind.NO_OBJECTION),
        decided_on=today if removing else None,
        removed_on=today if removing else None,
        return_missing=answers.missing if answers else None,
    )


@dataclass(frozen=True, slots=True)
class _Fact:
    entry: FactEntry
    at: datetime


def _recorded(case: Case | None) -> dict[FactKind, _Fact]:
    if case is None:
        return {}
    rows = removal_facts.read_standing(whole(case), case.id)
    return {kind: _Fact(FactEntry.from_json(row.value), row.recorded_at) for kind, row in rows.items()}


def _contradicted(facts: Mapping[FactKind, _Fact], case: Case | None, state: CaseState) -> frozenset[str]:
    """What admissions found, and found last after the fact that it contradicts was recorded."""
    found_at = {
        code: event.at
        for event in (case.events if case else ())
        for code, said in event.data.get("checks", {}).items()
        if said == FOUND
    }
    return frozenset(
        code
        for code, kind in CONTRADICTS.items()
        if code in state.found_by_admissions and kind in facts and facts[kind].at <= found_at[code]
    )


def _expected_back(facts: Mapping[FactKind, _Fact], case: Case | None, state: CaseState) -> bool | None:
    """Whether the child is expected: as was said last, with a location that was verified or as a fact."""
    recorded, verified = facts.get(FactKind.EXPECTED_BACK), EventKind.LOCATION_VERIFIED.value
    # A place that is ruled out says nothing of a child who is expected for another reason.
    said_at = [
        event.at
        for event in (case.events if case else ())
        if event.kind == verified and event.data["verified"] == CONFIRMED
    ]
    if recorded is not None and (not said_at or recorded.at >= max(said_at)):
        return recorded.entry.holds
    return state.expected_back


def _enquired(ground: Ground, began_on: date | None, record: OnRecord) -> Mapping[Side, int]:
    """How many completed enquiries each side made since the ground began to count; {} before it did."""
    if began_on is None:
        return {}
    sides = [side_of(each) for each in completed(record.enquiries, since(ground, began_on))]
    return {side: sides.count(side) for side in Side}


def _proposed(case: Case | None) -> Removal | None:
    return removals.find_open(whole(case), case.id) if case else None
