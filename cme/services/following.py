"""What the cases of a school make of a count: opened, advanced, or proposed for closing by themselves."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from cme.access.scope import Scope
from cme.attendance.calendar import RegisterDays, SchoolCalendar
from cme.attendance.lines import Lines, codes_between, newest_marks
from cme.attendance.runs import Place
from cme.attendance.standing import Standing, count
from cme.casework.case import CaseFacts, CaseState, Decision, PreviousCase, follow
from cme.casework.deadlines import duties
from cme.casework.enquiries.calls import is_unexplained
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.outcomes import Side
from cme.casework.removal.statement import Statement
from cme.casework.safety.flags import KnownRisks
from cme.casework.stages import Stage
from cme.clock import local_date
from cme.services import alerts, readiness
from cme.services.policies import pack_in_force, pack_of
from cme.services.removal import conclusions
from cme.store import cases, removals, risks
from cme.store.database import db
from cme.store.tables import Case, CaseEvent, School

THE_REGISTER = "The register"
"""Who did it, where the count itself did."""


_RECORDED = frozenset({EventKind.MISSING_NOTICED, EventKind.MISSING_ENDED})
"""What a person records of a child, and the case only follows."""


@dataclass(frozen=True, slots=True)
class CountedPupil:
    """One registration as the count left it: the marks, the place it was counted with, and the result."""

    lines: Lines
    place: Place
    standing: Standing
    on_roll: bool = True


@dataclass(frozen=True, slots=True)
class Followed:
    """A case that a count moves: the stage before and after, and the kinds of its new events.

    `reference` is '' while the case is yet to be opened.
    """

    reference: str
    registration_id: int
    before: Stage
    after: Stage
    events: tuple[str, ...]


def follow_register(
    scope: Scope,
    school: School,
    calendar: SchoolCalendar,
    days: RegisterDays,
    counted: Mapping[int, CountedPupil],
    *,
    at: datetime,
    recorded_by: Scope | None = None,
) -> tuple[Followed, ...]:
    """Let every case of a school follow the count, inside the open transaction.

    `recorded_by` is who recorded that a child is missing or was found: those events are theirs.
    """
    history = cases.read_cases_to_follow(scope, school.id)
    for own in history.values():
        for each in own:
            store_state(each)
    followed, open_now, happened = [], [], []
    known = risks.read_risks(scope, school.id)
    for course in _courses(school, days, counted, history, known, local_date(at)):
        case = course.case
        if course.decisions:
            case = case or open_case(school, course.registration_id, at=at)
            for is_recorded, some in groupby(course.decisions, key=lambda each: each.event in _RECORDED):
                who = recorded_by if is_recorded else None
                by, role = (who.name, who.role_label) if who else (THE_REGISTER, "")
                events = append_events(case, tuple(some), by=by, role=role, at=at)
                happened += [(case, event) for event in events]
            followed.append(course.followed(case))
        if case is not None:
            open_now.append((case, course.facts))
    lines = {key: pupil.lines for key, pupil in counted.items()}
    enquiries = readiness.states_of([case for case, _ in open_now], lines)
    for case, facts in open_now:
        told = readiness.told(facts, enquiries[case.id])
        set_deadline(case, told, calendar, today=local_date(at))
    alerts.tell(scope, school, happened, at=at)
    return tuple(followed)


def foresee_register(
    scope: Scope,
    school: School,
    days: RegisterDays,
    counted: Mapping[int, CountedPupil],
    *,
    today: date,
    newly_flagged: Mapping[int, Collection[str]] = MappingProxyType({}),
) -> tuple[Followed, ...]:
    """What `follow_register` would do with a count, and with flags that are yet to be raised; writes nothing.

    Registrations that are yet to be made have ids below 0. `newly_flagged`: kinds of flags by registration.
    """
    history = cases.read_cases_to_follow(scope, school.id)
    known = risks.read_risks(scope, school.id)
    for key, kinds in newly_flagged.items():
        known[key] = known.get(key, KnownRisks()).with_flags(kinds)
    courses = _courses(school, days, counted, history, known, today)
    return tuple(course.followed(course.case) for course in courses if course.decisions)


@dataclass(frozen=True, slots=True)
class _Course:
    """What the count makes of one registration's case by itself; `case` is None where none is open."""

    registration_id: int
    case: Case | None
    state: CaseState
    facts: CaseFacts
    decisions: tuple[Decision, ...]

    def followed(self, case: Case | None) -> Followed:
        """The move of the case that the decisions are, or would be, appended to."""
        return Followed(
            case.reference if case else "",
            self.registration_id,
            self.state.stage,
            self.decisions[-1].next_stage,
            tuple(decision.event.value for decision in self.decisions),
        )


def _courses(
    school: School,
    days: RegisterDays,
    counted: Mapping[int, CountedPupil],
    history: Mapping[int, Sequence[Case]],
    known: Mapping[int, KnownRisks],
    today: date,
) -> Iterator[_Course]:
    """Everybody who has a case, is absent or is missing, and what follows for them; writes nothing."""
    whole = Scope.for_operator((school.authority_id,))
    concluded = _concluded(whole, school, counted, history)
    for registration_id, pupil in sorted(counted.items()):
        own, on_record = history.get(registration_id, []), known.get(registration_id, KnownRisks())
        is_absent = pupil.standing.return_run or _unexplained_on(pupil, on_record)
        if not own and not is_absent and not on_record.is_missing:
            continue
        case = own[-1] if own and own[-1].closed_at is None else None
        state = cases.state_of(case) if case else CaseState()
        facts = _facts(school, days, pupil, case, state, own, on_record, today)
        facts = replace(facts, statement=concluded.get(case.id) if case else None)
        yield _Course(registration_id, case, state, facts, follow(state, facts, today))


def _facts(
    school: School,
    days: RegisterDays,
    pupil: CountedPupil,
    case: Case | None,
    state: CaseState,
    own: Sequence[Case],
    on_record: KnownRisks,
    today: date,
) -> CaseFacts:
    closed = [one for one in own if one.closed_at is not None]
    pack = pack_of(case) if case else pack_in_force(school.authority, today)
    known = on_record.of_age(pupil.place.born_on, today, under=pack.young_child_age_under)
    return CaseFacts(
        standing=pupil.standing,
        pack=pack,
        on_roll=pupil.on_roll,
        flagged=known.is_flagged,
        risks=known,
        whereabouts_known=_is_known_holiday(pupil),
        unexplained_on=_unexplained_on(pupil, known),
        return_run_when_referred=_run_on(state.referral_as_of, days, pupil),
        previous=PreviousCase.of(cases.state_of(closed[-1])) if closed else None,
        born_on=pupil.place.born_on,
        leave_granted=case is not None and pupil.place.leave_ended_on is not None,
    )


def _concluded(
    scope: Scope, school: School, counted: Mapping[int, CountedPupil], history: Mapping[int, Sequence[Case]]
) -> dict[int, Statement]:
    """The joint statements of open cases, by id of the case, as this count leaves them."""
    latest = [own[-1] for key, own in history.items() if own and key in counted]
    open_cases = [case for case in latest if case.closed_at is None]
    found = {}
    for case in open_cases:
        pupil = counted[case.registration_id]
        found[case.registration_id] = (pupil.lines, pupil.standing, pupil.place.sightings)
    return conclusions.statements_in(scope, school.id, open_cases, found)


def _run_on(on: date | None, days: RegisterDays, pupil: CountedPupil) -> int | None:
    """`return_run` as the register now tells it for an earlier day."""
    if on is None or days.as_of is None:
        return None
    return count(pupil.lines, replace(days, as_of=min(on, days.as_of)), pupil.place).return_run


def _unexplained_on(pupil: CountedPupil, known: KnownRisks) -> date | None:
    """A day that is not counted yet, whose newest mark leaves open where a flagged child is.

    The fast track waits for no afternoon register (casework reference s.5). A young age alone does not ask
    for it: that is a whole primary school.
    """
    newest = newest_marks(pupil.lines) if known.kinds or known.is_missing else None
    if newest is None or not pupil.on_roll or not pupil.standing.compulsory_age:
        return None
    on, as_of = newest[0], pupil.standing.as_of
    return on if is_unexplained(*newest[1:]) and (as_of is None or on > as_of) else None


def _is_known_holiday(pupil: CountedPupil) -> bool:
    """Whether every mark of the current absence is a holiday that was not granted: the family is known."""
    standing = pupil.standing
    if standing.run_started_on is None or standing.as_of is None:
        return False
    return codes_between(pupil.lines, standing.run_started_on, standing.as_of) - {"#"} == {"G"}


def open_case(school: School, registration_id: int, *, at: datetime) -> Case:
    """A new case of a registration, as yet without events."""
    pack = pack_in_force(school.authority, local_date(at))
    case = Case(
        reference=cases.next_reference(local_date(at).year),
        authority_id=school.authority_id,
        school_id=school.id,
        registration_id=registration_id,
        stage=Stage.WATCHING.value,
        overlays=[],
        policy_pack=pack.id,
        policy_version=pack.version,
        opened_at=at,
        stage_since_at=at,
        events=[],
    )
    db.session.add(case)
    db.session.flush()
    return case


def append_events(
    case: Case, decisions: Sequence[Decision], *, by: str, role: str, at: datetime
) -> list[CaseEvent]:
    """Append what was decided to a case, and store the state that its events now fold to; the new events."""
    before, stage = len(case.events), Stage(case.stage)
    happened = [
        CaseEvent(seq=seq, kind=decision.event.value, at=at, by=by, role=role, data=dict(decision.data))
        for seq, decision in enumerate(decisions, start=before + 1)
    ]
    case.events.extend(happened)
    store_state(case)
    if stage in _PROPOSED and Stage(case.stage) not in (*_PROPOSED, Stage.REMOVED):
        ended_it = next(each for each in happened if Stage(each.data["stage"]) not in _PROPOSED)
        removals.end_open(case.id, _why_ended(ended_it), at=at)
    return happened


_PROPOSED = (Stage.REMOVAL_PROPOSED, Stage.VERIFYING)
"""Where a removal can be proposed: while a possible location is verified, the proposal waits."""


def _why_ended(event: CaseEvent) -> str:
    """Why what was proposed came to its end: the event that ended it, and what it says."""
    said = event.data.get("because") or event.data.get("reason", "")
    return f"{EVENT_TYPES[EventKind(event.kind)].title}. {said}".strip()


def store_state(case: Case) -> None:
    """Store the state that a case's events fold to."""
    for name, value in _folded(case).items():
        setattr(case, name, value)


def is_adrift(case: Case) -> bool:
    """Whether a case stores another state than its events fold to."""
    return any(getattr(case, name) != value for name, value in _folded(case).items())


def _folded(case: Case) -> dict[str, Any]:
    """What a case stores of its events, by column."""
    state = cases.state_of(case)
    happened_at = {event.kind: event.at for event in case.events}
    stage, since_at = Stage.WATCHING.value, case.opened_at
    for event in case.events:
        if event.data["stage"] != stage:
            stage, since_at = event.data["stage"], event.at
    return {
        "stage": state.stage.value,
        "overlays": sorted(overlay.value for overlay in state.overlays),
        "stage_since_at": since_at,
        "referred_at": happened_at.get(EventKind.REFERRAL_SENT.value) if state.referral_sent_on else None,
        "closed_at": next((e.at for e in case.events if e.data["stage"] == Stage.CLOSED.value), None),
        "officer_id": state.officer_id,
        "cover_id": state.cover_id,
        "risk": state.risk,
        "touched_on": state.last_touched_on,
    }


def set_deadline(case: Case, facts: CaseFacts, calendar: SchoolCalendar, *, today: date) -> None:
    """Store what each side of the case owes, and what first; nothing once it is closed."""
    owed = duties(cases.state_of(case), facts, calendar, calendar.bank_holidays, today=today)
    of_school = next((each for each in owed if each.owner is Side.SCHOOL), None)
    of_authority = next((each for each in owed if each.owner is Side.AUTHORITY), None)
    case.due_on = of_school.due_on if of_school else None
    case.due_what = of_school.what if of_school else ""
    case.authority_due_on = of_authority.due_on if of_authority else None
    case.authority_due_what = of_authority.what if of_authority else ""
    case.owed = [[each.what, each.due_on.isoformat(), each.owner.value] for each in owed]
