"""Who turned up and may be a child somebody looks for: pairs found by their keys, and what was decided."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.searching import batches
from cme.store.tables import (
    Case,
    CmeSpell,
    IncomingTrace,
    ListedChild,
    MatchDecision,
    Pupil,
    Registration,
    School,
    SearchKey,
    TraceMatch,
)
from cme.tracing.dispositions import Disposition


def find_sought(registration_ids: Collection[int], school_id: int, since: datetime | None) -> set[int]:
    """The children who are looked for and share a key with somebody else on a roll, by pupil id: with one of
    these registrations; and those of cases that this school has had since an instant, with anybody.

    Looked for is the child of every open case, and every child of the CME record. Everybody else was searched
    for before: when that child was entered, or when the case opened.
    """
    of_cases = select(Registration.pupil_id).join(Case).where(Case.closed_at.is_(None))
    of_record = select(CmeSpell.pupil_id).where(CmeSpell.ended_on.is_(None))
    new_cases = of_cases.where(Case.school_id == school_id)
    if since is not None:
        new_cases = new_cases.where(Case.opened_at > since)
    sought_ids = set(_pairs(new_cases.scalar_subquery()))
    if registration_ids:
        looked_for = union(of_cases, of_record).scalar_subquery()
        entered = read_pupils_of(registration_ids)
        alike = _pairs(looked_for, Registration.school_id == school_id)
        sought_ids |= {one for one, others in alike.items() if not entered.isdisjoint(others)}
    return sought_ids


def read_alike(pupil_ids: Collection[int]) -> dict[int, list[int]]:
    """For each of the pupils everybody else on a roll who shares a key, by pupil id."""
    return _pairs(pupil_ids)


def find_listed(list_id: int, authority_id: int) -> dict[int, list[int]]:
    """Whom an authority looks for and who shares a key with children of a list: these by pupil id."""
    of_cases = (
        select(Registration.pupil_id)
        .join(Case)
        .where(Case.closed_at.is_(None), Case.authority_id == authority_id)
    )
    of_record = select(CmeSpell.pupil_id).where(
        CmeSpell.ended_on.is_(None), CmeSpell.authority_id == authority_id
    )
    sought, found = aliased(SearchKey), aliased(SearchKey)
    query = (
        select(sought.pupil_id, found.listed_id)
        .join(found, found.key == sought.key)
        .join(ListedChild, ListedChild.id == found.listed_id)
        .where(ListedChild.list_id == list_id)
        .where(sought.pupil_id.in_(union(of_cases, of_record).scalar_subquery()))
        .distinct()
        .order_by(sought.pupil_id, found.listed_id)
    )
    alike: dict[int, list[int]] = {}
    for one, other in db.session.execute(query):
        if one is not None and other is not None:
            alike.setdefault(one, []).append(other)
    return alike


def _pairs(sought_ids: Any, *conditions: ColumnElement[bool]) -> dict[int, list[int]]:
    """For each of the pupils everybody else on a roll who shares a key, under conditions of the registration.

    The roll is asked for each who shares a key: a list of everybody on roll grows with the authority.
    """
    sought, found = aliased(SearchKey), aliased(SearchKey)
    on_roll = select(Registration.id).where(
        Registration.pupil_id == found.pupil_id, Registration.on_roll, *conditions
    )
    query = (
        select(sought.pupil_id, found.pupil_id)
        .join(found, found.key == sought.key)
        .where(sought.pupil_id.in_(sought_ids), found.pupil_id != sought.pupil_id, on_roll.exists())
        .distinct()
    )
    alike: dict[int, list[int]] = {}
    for one, other in db.session.execute(query):
        if one is not None and other is not None:
            alike.setdefault(one, []).append(other)
    return alike


def read_pupils(pupil_ids: Collection[int]) -> dict[int, Pupil]:
    """Pupils by id, whoever's they are: for the rules, not to be shown."""
    return {one.id: one for one in db.session.scalars(select(Pupil).where(Pupil.id.in_(pupil_ids)))}


def read_pupils_of(registration_ids: Collection[int]) -> set[int]:
    """The pupils of registrations, by pupil id."""
    return {
        pupil_id
        for some in batches(registration_ids)
        for pupil_id in db.session.scalars(
            select(Registration.pupil_id).where(Registration.on_roll, Registration.id.in_(some))
        )
    }


def read_looked_for(pupil_ids: Collection[int]) -> dict[int, tuple[int, Case | None]]:
    """For each pupil who is looked for the authority that does, and the newest open case, if there is one."""
    found: dict[int, tuple[int, Case | None]] = {
        spell.pupil_id: (spell.authority_id, None)
        for spell in db.session.scalars(
            select(CmeSpell).where(CmeSpell.pupil_id.in_(pupil_ids), CmeSpell.ended_on.is_(None))
        )
    }
    cases = db.session.execute(
        select(Registration.pupil_id, Case)
        .join(Registration, Registration.id == Case.registration_id)
        .where(Registration.pupil_id.in_(pupil_ids), Case.closed_at.is_(None))
        .order_by(Case.id)
    )
    return found | {pupil_id: (case.authority_id, case) for pupil_id, case in cases}


def list_of_case(scope: Scope, case_id: int) -> Sequence[TraceMatch]:
    """The records that may be of the child of a case, the newest first."""
    return db.session.scalars(
        select(TraceMatch)
        .where(TraceMatch.case_id == case_id, _within(scope, Permission.SEE_TRACES))
        .order_by(TraceMatch.id.desc())
    ).all()


def list_asked(scope: Scope, pupil_id: int) -> Sequence[tuple[IncomingTrace, str]]:
    """The requests of other authorities for which a child was found, each with its disposition, the newest
    first."""
    rows = db.session.execute(
        select(IncomingTrace, TraceMatch.disposition)
        .join(TraceMatch, TraceMatch.incoming_id == IncomingTrace.id)
        .where(TraceMatch.pupil_id == pupil_id, _within(scope, Permission.SEE_TRACES))
        .order_by(IncomingTrace.id.desc())
    )
    return [(request, disposition) for request, disposition in rows]


def add(rows: Sequence[Mapping[str, Any]]) -> int:
    """Write matches, inside the open transaction; how many are new: two registers may bring one at once."""
    if not rows:
        return 0
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(TraceMatch).on_conflict_do_nothing().returning(TraceMatch.id)
    return len(db.session.scalars(statement, [dict(row) for row in rows]).all())


def lock_known(sought_ids: Collection[int]) -> dict[tuple[int, int], TraceMatch]:
    """The matches on record of whom is looked for with pupils, by both, held until the transaction ends."""
    found = db.session.scalars(
        select(TraceMatch)
        .where(TraceMatch.sought_pupil_id.in_(sought_ids), TraceMatch.pupil_id.is_not(None))
        .order_by(TraceMatch.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {
        (each.sought_pupil_id, each.pupil_id): each
        for each in found
        if each.sought_pupil_id is not None and each.pupil_id is not None
    }


def read_known_listed(sought_ids: Collection[int]) -> set[tuple[int, int]]:
    """The pairs on record of whom is looked for and a child of a list."""
    found = db.session.execute(
        select(TraceMatch.sought_pupil_id, TraceMatch.listed_id).where(
            TraceMatch.sought_pupil_id.in_(sought_ids), TraceMatch.listed_id.is_not(None)
        )
    )
    return {(one, other) for one, other in found if one is not None and other is not None}


def list_undecided(scope: Scope, *, most: int = 200) -> Sequence[TraceMatch]:
    """The matches of registers that nobody has decided on, the oldest first, at most so many."""
    return db.session.scalars(
        select(TraceMatch)
        .where(_within(scope, Permission.SEE_TRACES), TraceMatch.disposition == Disposition.UNREVIEWED.value)
        .where(TraceMatch.sought_pupil_id.is_not(None))
        .order_by(TraceMatch.found_at, TraceMatch.id)
        .limit(most)
    ).all()


def find(scope: Scope, match_id: int) -> TraceMatch | None:
    """One match; None outside the scope."""
    return db.session.scalar(
        select(TraceMatch).where(TraceMatch.id == match_id, _within(scope, Permission.SEE_TRACES))
    )


def lock(scope: Scope, match_id: int) -> TraceMatch:
    """The same for whoever decides, held until the transaction ends. Raises LookupError outside the scope."""
    found = db.session.scalar(
        select(TraceMatch)
        .where(TraceMatch.id == match_id, _within(scope, Permission.RECEIVE_TRACE))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise LookupError("the match is not within the scope")
    return found


def read_school_names(pupil_id: int) -> Sequence[str]:
    """The schools on whose roll a pupil of a match is."""
    return db.session.scalars(
        select(School.name)
        .join(Registration, Registration.school_id == School.id)
        .where(Registration.pupil_id == pupil_id, Registration.on_roll)
        .order_by(School.name)
    ).all()


def lock_case(scope: Scope, match_id: int) -> Case | None:
    """The case of the child who is looked for, held until the transaction ends; None without one. Whoever
    holds both holds the case first."""
    of_match = select(TraceMatch.case_id).where(
        TraceMatch.id == match_id, _within(scope, Permission.RECEIVE_TRACE)
    )
    return db.session.scalar(
        select(Case).where(Case.id == of_match.scalar_subquery()).with_for_update(of=Case)
    )


def read_case_reference(match: TraceMatch) -> str:
    """The reference of the case of a match; '' without one."""
    return db.session.scalar(select(Case.reference).where(Case.id == match.case_id)) or ""


def list_decisions(match: TraceMatch) -> Sequence[MatchDecision]:
    """What was decided of a match, the oldest first."""
    return db.session.scalars(
        select(MatchDecision).where(MatchDecision.match_id == match.id).order_by(MatchDecision.id)
    ).all()


def read_decided(match_ids: Collection[int]) -> set[int]:
    """Those of the matches that somebody has decided on, whatever became of it."""
    found = select(MatchDecision.match_id).where(MatchDecision.match_id.in_(match_ids))
    return set(db.session.scalars(found))


def read_put_aside(match_ids: Collection[int]) -> dict[int, set[str]]:
    """Who has put matches aside, by match: since each was found, and nobody has said otherwise after them."""
    found: dict[int, set[str]] = {}
    query = (
        select(MatchDecision)
        .join(TraceMatch, TraceMatch.id == MatchDecision.match_id)
        .where(MatchDecision.match_id.in_(match_ids), MatchDecision.decided_at >= TraceMatch.found_at)
        .order_by(MatchDecision.id)
    )
    for each in db.session.scalars(query):
        if each.disposition == Disposition.NOT_SAME.value:
            found.setdefault(each.match_id, set()).add(each.decided_by)
        else:
            found.pop(each.match_id, None)
    return found


def add_decision(decision: MatchDecision) -> None:
    """Record a decision, inside the open transaction."""
    db.session.add(decision)


def _within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    return TraceMatch.authority_id.in_(scope.reach(permission).authorities)
