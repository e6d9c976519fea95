"""Looking again for children who are not found: what is planned, what was done, and who is overdue.

The dates are those of `casework.enquiries.rechecking`; a case has them stored as what the authority owes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.casework.case import Entry, Refused
from cme.casework.deadlines.authority import RECHECK
from cme.casework.enquiries.enquiry import NO_SOURCE
from cme.casework.enquiries.rechecking import SOURCES, began_on, in_words, next_on, plan, plan_of
from cme.casework.enquiries.results import RESULTS, Result
from cme.casework.enquiries.steps import RECHECK_STEP
from cme.casework.events import EventKind
from cme.casework.locating import is_found
from cme.casework.stages import Stage
from cme.clock import local_date
from cme.services import enquiry_records
from cme.services.absence import calendar_of
from cme.services.hiding import hidden_home
from cme.services.judging import facts_of
from cme.services.policies import pack_in_force
from cme.store import audit, cases, cme_records
from cme.store.database import db, transaction
from cme.store.tables import Case, CmeSpell, Pupil, SpellCheck, Trace
from cme.tracing.research import Search, ends_on
from cme.tracing.states import Result as TraceResult

CLOSED = "The case is closed. Nobody is asked to look again."
VERIFYING = "Somebody looks into a possible location. The dates go on if the child is not there."
FOUND = "The child was found. The dates begin anew if a new trace request is sent."
KNOWN = "The removal says where the child is. Nobody is asked to look again."
OVER_AGE = "No further search is planned: compulsory school age ends first."
ENDED = "The entry has ended. Nobody is asked to look again."

WHEN = "Enter the day on which you looked."
TOO_LATE = "The day must be today or earlier."
TOO_EARLY = "The day must not lie before the first day off every roll."
WHO = "Enter the name of the person who looked."
WHAT = "Choose what came of it."
TOO_LONG = "Where you looked must be 240 characters or fewer."
FOR_CASE = "This child has a case. Record the check there."
CHECK_RESULTS = (Result.AGENCY_NO_TRACE, Result.AGENCY_POSITIVE)
"""What can come of a check of a child without a case."""


@dataclass(frozen=True, slots=True)
class Made:
    """One search that was made: when, by whom, where, and what came of it.

    `trace` is the reference of a trace that ended without a find.
    """

    on: date
    by: str = ""
    sources: str = ""
    result: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """The searches for one child: `rows` each with what was made on its day, and when the next is due.

    `rests` says why none is due now, '' where one is. `ends_on` is the end of compulsory school age.
    """

    rows: tuple[tuple[Search, tuple[Made, ...]], ...]
    next_on: date | None
    rests: str
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Check:
    """A search that somebody made for a child who has no case."""

    made_on: date | None
    made_by: str
    sources: tuple[str, ...] = ()
    other: str = ""
    result: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class DueSearch:
    """A child for whom a search is planned; of a case its `reference`, else the `spell_id` of the entry."""

    name: str
    due_on: date
    reference: str = ""
    spell_id: int | None = None


def plan_of_case(scope: Scope, case: Case, *, today: date) -> SearchPlan | None:
    """The searches of a case that was found within the scope; None before a removal."""
    state, facts = cases.state_of(case), facts_of(case, Entry(), None, today)
    searches = plan_of(state, facts, calendar_of(case.school))
    if state.removed_on is None:
        return None
    if began_on(state) is None:
        return SearchPlan((), None, KNOWN, ends_on(facts.born_on))
    rests = OVER_AGE if next_on(searches) is None else ""
    if state.stage is Stage.CLOSED:
        rests = CLOSED
    elif is_found(state, facts):
        rests = FOUND
    elif state.stage is Stage.VERIFYING:
        rests = VERIFYING
    return _whole(searches, _made_of(scope, case), rests, facts.born_on)


def plan_of_spell(scope: Scope, spell: CmeSpell, *, today: date) -> SearchPlan | None:
    """The searches of an entry of the record, by its case where it has one; None where no start is known."""
    if spell.case is not None:
        return plan_of_case(scope, spell.case, today=today)
    if spell.started_on is None:
        return None
    made = [
        Made(each.made_on, each.made_by, each.sources, RESULTS[Result(each.result)].label)
        for each in spell.checks
    ]
    searches = _searches_of(spell, today)
    rests = OVER_AGE if next_on(searches) is None else ""
    return _whole(searches, made, ENDED if spell.ended_on else rests, spell.pupil.born_on)


def recheck_on(spell: CmeSpell, today: date) -> date | None:
    """When the authority looks for the child of an entry again: what its case owes, else by the entry itself.

    None for an entry that has ended or whose start nobody knows, and while nobody is asked to look.
    """
    if spell.ended_on is not None:
        return None
    if spell.case is not None:
        return _owed_on(spell.case)
    return next_on(_searches_of(spell, today))


def list_due(scope: Scope, *, today: date, permission: Permission = Permission.SEE_TRACES) -> list[DueSearch]:
    """Every child whom the authority is to look for again, the earliest date first."""
    found = [
        DueSearch(_name(case.registration.pupil), on, reference=case.reference)
        for case in cme_records.list_off_roll(scope, permission)
        if (on := _owed_on(case)) is not None
    ]
    found += [
        DueSearch(_name(spell.pupil), on, spell_id=spell.id)
        for spell in cme_records.list_without_case(scope, permission)
        if (on := recheck_on(spell, today)) is not None
    ]
    return sorted(found, key=lambda each: (each.due_on, each.name))


def count_overdue(due: Iterable[DueSearch], today: date) -> int:
    """How many of them should have been looked for before today."""
    return sum(each.due_on < today for each in due)


def record_check(
    scope: Scope, spell_id: int, check: Check, *, at: datetime, address: str = ""
) -> Refused | None:
    """Keep a search for a child who has no case. Raises LookupError outside the scope."""
    with transaction():
        spell = cme_records.lock_spell(scope, spell_id)
        if spell is None:
            raise LookupError("the entry is not within the scope")
        if spell.case is not None or spell.ended_on is not None:
            return Refused((FOR_CASE if spell.case else ENDED,), ("seen",))
        sources = in_words(check.sources, check.other)
        if faults := _faults(check, sources, spell.started_on, local_date(at)):
            return Refused(tuple(faults.values()), tuple(faults))
        _keep(scope, spell, check, sources, at=at, address=address)
    return None


def note_no_trace(scope: Scope, trace: Trace, *, at: datetime, address: str = "") -> None:
    """A trace of a child without a case found nobody: that is a search too. Inside the open transaction."""
    spell = cme_records.lock_open_spell(trace.pupil_id)
    if spell is not None and spell.case is None and spell.authority_id == trace.authority_id:
        check = Check(local_date(at), scope.name, (), "", Result.AGENCY_NO_TRACE, f"Trace {trace.reference}")
        _keep(scope, spell, check, SOURCES["authorities"], at=at, address=address)


def _owed_on(case: Case) -> date | None:
    owed = next((on for what, on, _ in case.owed if what == RECHECK), None)
    return date.fromisoformat(owed) if owed else None


def _name(pupil: Pupil) -> str:
    return f"{pupil.forename} {pupil.surname}"


def _keep(scope: Scope, spell: CmeSpell, check: Check, sources: str, *, at: datetime, address: str) -> None:
    db.session.add(
        SpellCheck(
            spell_id=spell.id,
            made_on=check.made_on,
            made_by=check.made_by.strip(),
            sources=sources,
            result=str(check.result),
            notes=check.notes.strip(),
            entered_at=at,
            entered_by=scope.name,
        )
    )
    audit.record(scope, "cme_record.checked", f"spell:{spell.id}", at=at, address=address)


def _faults(check: Check, sources: str, started_on: date | None, today: date) -> dict[str, str]:
    found = {}
    if not sources:
        found["sources"] = NO_SOURCE
    elif len(sources) > 240:
        found["other"] = TOO_LONG
    if check.made_on is None:
        found["made_on"] = WHEN
    elif check.made_on > today:
        found["made_on"] = TOO_LATE
    elif started_on is not None and check.made_on < started_on:
        found["made_on"] = TOO_EARLY
    if not check.made_by.strip():
        found["made_by"] = WHO
    if check.result not in CHECK_RESULTS:
        found["result"] = WHAT
    return found


def _searches_of(spell: CmeSpell, today: date) -> tuple[Search, ...]:
    """Without a school nobody knows its terms: after the first dates a search comes every 13 weeks."""
    if spell.started_on is None:
        return ()
    calendar = SchoolCalendar((), bank_holidays.england())
    pack = pack_in_force(spell.authority, today)
    done = [each.made_on for each in spell.checks]
    return plan(pack, spell.started_on, done, calendar, spell.pupil.born_on)


def _made_of(scope: Scope, case: Case) -> list[Made]:
    shown = hidden_home(scope, case.registration).kept_out_of
    made = [
        Made(each.done_on, each.row.done_by, shown(each.row.contacted), each.result.label)
        for each in enquiry_records.list_of_case(scope, case)
        if each.step.code == RECHECK_STEP
    ]
    for event in case.events:
        if event.kind == EventKind.TRACE_ENDED and event.data.get("ended") == TraceResult.NO_TRACE:
            made.append(
                Made(
                    local_date(event.at),
                    event.by,
                    SOURCES["authorities"],
                    TraceResult.NO_TRACE.label,
                    event.data.get("trace", ""),
                )
            )
    return made


def _whole(searches: Sequence[Search], made: Sequence[Made], rests: str, born_on: date | None) -> SearchPlan:
    """The plan with what was made on each day; one that ended several dates is told once, at the last."""
    last = {each.done_on: at for at, each in enumerate(searches)}
    rows = tuple(
        (each, tuple(one for one in made if one.on == each.done_on and last[each.done_on] == at))
        for at, each in enumerate(searches)
        if each.done_on is not None or not rests
    )
    return SearchPlan(rows, None if rests else next_on(searches), rests, ends_on(born_on))
