"""Every register is searched for the children who are looked for; what is found is for a person to decide.

Source: tracing reference ss.1 and 3; casework reference s.12. Nothing is merged, opened or closed by a match.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import LocationEntry
from cme.casework.stages import Stage
from cme.casework.transitions import TRANSITIONS
from cme.identity.searching import Child, Finding, Label, Line, grid_of, judge
from cme.services import alerts
from cme.services.judging import judge as judge_act
from cme.services.tracing import confidence, incoming_search, searching
from cme.services.tracing.match_review import restate
from cme.store import audit, child_lists
from cme.store import matches as store
from cme.store.database import transaction
from cme.store.search_keys import identity_of, identity_of_listed
from cme.store.tables import Case, ChildList, IncomingTrace, MatchDecision, Pupil, RegisterImport, TraceMatch
from cme.tracing.dispositions import Disposition

OVERTAKEN = "Somebody has decided meanwhile, or more is known by now. Read it below, then decide."
FOUND_HERE = Entry(
    message="A CME officer decided that a record of a register or list is of this child, and finds out more.",
    location=LocationEntry(source="A register or list of the local authority"),
)
"""The possible location after a match. The school is not told which: it would know where the child is."""


def search_register(
    upload: RegisterImport, entered: Collection[int], *, since: datetime | None, at: datetime
) -> int:
    """Look for the children of open cases, of the CME record and of other authorities' requests among those
    whom an upload entered or corrected, by registration, and for those of the school's cases since `since` on
    every roll; how many records the authority is told of.

    Inside the open transaction that the register came with. A child who is found at several schools is likely
    at none: the rules see everybody on a roll.
    """
    asked_for = incoming_search.search_again(entered, upload.school, upload.id, at=at)
    sought_ids = store.find_sought(entered, upload.school_id, since)
    if not sought_ids:
        return asked_for
    alike = store.read_alike(sought_ids)
    found_ids = {each for others in alike.values() for each in others}
    pupils = store.read_pupils(sought_ids | found_ids)
    here = store.read_pupils_of(entered)
    looked_for = store.read_looked_for(sought_ids)
    known = store.lock_known(alike.keys())
    told, again = [], 0
    for sought_id, others in alike.items():
        authority_id, case = looked_for[sought_id]
        for found_id, finding in _judged(pupils[sought_id], [pupils[each] for each in others]):
            match = known.get((sought_id, found_id))
            if match is not None:
                if not restate(match, finding, at=at, import_id=upload.id):
                    continue
                again += 1
            elif found_id in here or (case is not None and case.school_id == upload.school_id):
                told.append(
                    {
                        "authority_id": authority_id,
                        "sought_pupil_id": sought_id,
                        "case_id": case.id if case else None,
                        "pupil_id": found_id,
                        "import_id": upload.id,
                        "label": finding.label.value,
                        "rule": finding.words,
                        "disposition": Disposition.UNREVIEWED.value,
                        "found_at": at,
                        "version": 1,
                    }
                )
            else:
                continue
            alerts.tell_of_match(
                authority_id, upload.school, case, found_id, is_likely=finding.label is Label.LIKELY, at=at
            )
    return asked_for + again + store.add(told)


def search_list(taken: ChildList, *, at: datetime) -> int:
    """Look for the same children in a list that is used from now on; how many the authority is told of.

    Inside the open transaction. Each list is judged for itself: its children may be on a roll as well.
    """
    asked_for = incoming_search.search_list(taken, at=at)
    alike = store.find_listed(taken.id, taken.authority_id)
    if not alike:
        return asked_for
    pupils, looked_for = store.read_pupils(alike.keys()), store.read_looked_for(alike.keys())
    rows = child_lists.read_children({each for others in alike.values() for each in others})
    known = store.read_known_listed(alike.keys())
    told = []
    for sought_id, others in alike.items():
        authority_id, case = looked_for[sought_id]
        candidates = [Child(identity_of_listed(rows[each][0])) for each in others]
        for finding in judge(Child(identity_of(pupils[sought_id])), candidates):
            listed_id = others[finding.place]
            if authority_id != taken.authority_id or (sought_id, listed_id) in known:
                continue
            told.append(
                {
                    "authority_id": authority_id,
                    "sought_pupil_id": sought_id,
                    "case_id": case.id if case else None,
                    "listed_id": listed_id,
                    "label": finding.label.value,
                    "rule": finding.words,
                    "disposition": Disposition.UNREVIEWED.value,
                    "found_at": at,
                    "version": 1,
                }
            )
            likely = finding.label is Label.LIKELY
            alerts.tell_of_listed(authority_id, case, sought_id, listed_id, is_likely=likely, at=at)
    return asked_for + store.add(told)


def _judged(sought: Pupil, candidates: Iterable[Pupil]) -> list[tuple[int, Finding]]:
    """Who may be the child, by pupil id."""
    listed = list(candidates)
    children = [Child(identity_of(each)) for each in listed]
    return [(listed[each.place].id, each) for each in judge(Child(identity_of(sought)), children)]


@dataclass(frozen=True, slots=True)
class MatchView:
    """Two records side by side: the child who is looked for, and who turned up.

    `schools` are where the found child is on roll, `listed` is the kind of the list that has it, '' for a
    register. `case` is the reference of the case, '' without one. `is_confidential`: one of the two is
    restricted or looked for in confidence; who may not know where such a child is sees no home, parents or
    school.
    """

    match: TraceMatch
    sought: Child
    found: Child
    grid: tuple[Line, ...]
    schools: tuple[str, ...]
    listed: str
    case: str
    is_confidential: bool
    decisions: tuple[MatchDecision, ...]


def list_undecided(scope: Scope) -> list[tuple[TraceMatch, Child]]:
    """The matches that wait for a decision, the oldest first, each with the child who is looked for."""
    rows = store.list_undecided(scope)
    children = searching.describe(scope, [row.sought_pupil_id for row in rows if row.sought_pupil_id])
    return [(row, children[row.sought_pupil_id]) for row in rows if row.sought_pupil_id]


def show(scope: Scope, match_id: int) -> MatchView | None:
    """One match of a register; None outside the scope."""
    match = store.find(scope, match_id)
    if match is None or match.sought_pupil_id is None:
        return None
    ids = [each for each in (match.sought_pupil_id, match.pupil_id) if each is not None]
    children, of_list = searching.describe(scope, ids), set[int]()
    sought, listed = children[match.sought_pupil_id], ""
    if match.pupil_id is not None:
        found, schools = children[match.pupil_id], tuple(store.read_school_names(match.pupil_id))
    elif match.listed_id is not None:
        found, schools = searching.describe_listed(scope, [match.listed_id])[0][match.listed_id], ()
        everybody = Scope.for_operator({match.authority_id})
        of_list = searching.describe_listed(everybody, [match.listed_id])[1]
        listed = child_lists.read_children([match.listed_id])[match.listed_id][1].kind
    else:
        return None
    confidential = bool(of_list or confidence.of_children(ids))
    if confidential and not scope.may(Permission.SEE_PROTECTED_ADDRESS, authority_id=match.authority_id):
        sought, found, schools = _without_home(sought), _without_home(found), ()
    return MatchView(
        match,
        sought,
        found,
        grid_of(found, sought),
        schools,
        listed,
        store.read_case_reference(match),
        confidential,
        tuple(store.list_decisions(match)),
    )


def _without_home(child: Child) -> Child:
    return Child(replace(child.identity, postcode=""), child.sex)


def decide(
    scope: Scope,
    match_id: int,
    disposition: str,
    reason: str,
    *,
    seen: int | None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Record what somebody makes of a match, with the reason; it can be decided again, and all is kept.

    Nothing is merged, and no case is opened or closed by it. The case of a child who was found is told of a
    possible location, for somebody to verify, as after an answer of another authority. `seen` is the version
    that was on the page. Raises LookupError outside the scope.
    """
    missing = {}
    if disposition not in {each.value for each in Disposition} - {Disposition.UNREVIEWED.value}:
        missing["disposition"] = "Choose whether it is the same child."
    if not reason.strip():
        missing["reason"] = "Enter the reason: what you compared, or whom you asked."
    if missing:
        return Refused(tuple(missing.values()), tuple(missing))
    with transaction():
        case = store.lock_case(scope, match_id)
        match = store.lock(scope, match_id)
        if seen is not None and seen != match.version:
            return Refused((OVERTAKEN,), ("seen",))
        if case is not None:
            entry = Entry(reason=reason)
            refused = judge_act(scope, case, Action.DECIDE_MATCH, entry, None, at=at, address=address)
            if refused is not None:
                return refused
            is_same = disposition == Disposition.SAME.value
            if is_same and (Stage(case.stage), Action.REPORT_LOCATION) in TRANSITIONS:
                judge_act(scope, case, Action.REPORT_LOCATION, FOUND_HERE, None, at=at, address=address)
        match.disposition, match.reason = disposition, reason.strip()
        match.decided_at, match.decided_by = at, scope.name
        store.add_decision(
            MatchDecision(
                match_id=match.id,
                disposition=disposition,
                reason=reason.strip(),
                decided_at=at,
                decided_by=scope.name,
            )
        )
        audit.record(
            scope, "match.decided", f"match:{match.id}", at=at, address=address, detail={"as": disposition}
        )
    return None


def list_asked(scope: Scope, case: Case) -> Sequence[tuple[IncomingTrace, str]]:
    """The requests of other authorities that may be about the child of a case, each with what was decided.

    Of a child looked for in confidence none for who may not know where such a child is: who asks may tell.
    """
    pupil_id = case.registration.pupil_id
    is_cleared = scope.may(Permission.SEE_PROTECTED_ADDRESS, authority_id=case.authority_id)
    return store.list_asked(scope, pupil_id) if is_cleared or not confidence.is_of(pupil_id) else []


def list_of_case(scope: Scope, case: Case) -> Sequence[TraceMatch]:
    """The records that may be of the child of a case, the newest first."""
    return store.list_of_case(scope, case.id)
