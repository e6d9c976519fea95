"""The record of children on no school's roll, and what the return to the DfE is counted from."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.record.returning import OnRoll, Recorded
from cme.casework.stages import OFF_ROLL, OPEN_STAGES
from cme.clock import local_date
from cme.store import search_keys
from cme.store.database import db
from cme.store.paging import Key, Slice, read_slice
from cme.store.scoping import cases_within
from cme.store.tables import Case, CmeSpell, LocalAuthority, Pupil, Registration, School

_NEVER = date(1900, 1, 1)

_SEARCHED = (
    selectinload(CmeSpell.checks),
    joinedload(CmeSpell.authority).selectinload(LocalAuthority.policy_versions),
)
"""What the next search of an entry is counted from."""


class Part(StrEnum):
    """What of the record to list: times that go on, those that have ended, or all."""

    OPEN = "open"
    ENDED = "ended"
    ALL = "all"


def list_spells(scope: Scope, part: Part, *, after: str = "", before: str = "", per_page: int = 50) -> Slice:
    """A page of the record with pupils and cases, the longest first; an unknown start comes first."""
    query = (
        select(CmeSpell)
        .join(CmeSpell.pupil)
        .where(spells_within(scope, Permission.SEE_CME_RECORD), *_in(part))
        .options(contains_eager(CmeSpell.pupil), joinedload(CmeSpell.case), *_SEARCHED)
    )
    keys = (Key(func.coalesce(CmeSpell.started_on, _NEVER), date), Key(CmeSpell.id.expression, int))
    return read_slice(query, keys, after=after, before=before, per_page=per_page)


def list_without_case(scope: Scope, permission: Permission) -> Sequence[CmeSpell]:
    """Every time that goes on of a child without a case, with pupil and checks, of the authorities where a
    permission is held."""
    return db.session.scalars(
        select(CmeSpell)
        .where(spells_within(scope, permission), CmeSpell.ended_on.is_(None), CmeSpell.case_id.is_(None))
        .options(joinedload(CmeSpell.pupil), *_SEARCHED)
    ).all()


def list_off_roll(scope: Scope, permission: Permission) -> Sequence[Case]:
    """The open cases of children who were removed from a roll, with the child."""
    return db.session.scalars(
        select(Case)
        .where(cases_within(scope, permission), Case.stage.in_(OFF_ROLL))
        .options(joinedload(Case.registration).joinedload(Registration.pupil))
    ).all()


def count_parts(scope: Scope) -> dict[Part, int]:
    """How many times each part of the record has."""
    ended = func.count(CmeSpell.ended_on)
    total, over = db.session.execute(
        select(func.count(), ended).where(spells_within(scope, Permission.SEE_CME_RECORD))
    ).one()
    return {Part.OPEN: total - over, Part.ENDED: over, Part.ALL: total}


def find_spell(scope: Scope, spell_id: int) -> CmeSpell | None:
    """One time on no roll with the pupil and the case; None outside the scope."""
    return db.session.scalar(_one(scope, spell_id, Permission.SEE_CME_RECORD))


def list_rolls_of(spell: CmeSpell) -> Sequence[int]:
    """Every registration of the child, of whichever school, by its id; the entry was found within a scope."""
    of_child = select(Registration.id).where(Registration.pupil_id == spell.pupil_id)
    return db.session.scalars(of_child.order_by(Registration.id)).all()


def lock_spell(scope: Scope, spell_id: int) -> CmeSpell | None:
    """The same for somebody who keeps the record, held until the transaction ends."""
    locked = db.session.scalar(
        select(CmeSpell.id)
        .where(CmeSpell.id == spell_id, spells_within(scope, Permission.KEEP_CME_RECORD))
        .with_for_update()
    )
    return db.session.scalar(_one(scope, spell_id, Permission.KEEP_CME_RECORD)) if locked else None


def lock_open_spell(pupil_id: int) -> CmeSpell | None:
    """The time on no roll of a child that goes on, held until the transaction ends; None where none does.

    For an act on the child that was allowed already: it takes no scope, and one child has one at most.
    """
    db.session.execute(select(Pupil.id).where(Pupil.id == pupil_id).with_for_update(key_share=True))
    return db.session.scalar(
        select(CmeSpell).where(CmeSpell.pupil_id == pupil_id, CmeSpell.ended_on.is_(None)).limit(1)
    )


def list_authorities(scope: Scope) -> Sequence[LocalAuthority]:
    """The authorities whose record the scope keeps, by name."""
    kept = scope.reach(Permission.KEEP_CME_RECORD).authorities
    return db.session.scalars(
        select(LocalAuthority).where(LocalAuthority.id.in_(kept)).order_by(LocalAuthority.name)
    ).all()


def find_pupils_alike(
    scope: Scope, authority_id: int, *, upn: str | None, surname: str, forename: str, born_on: date | None
) -> Sequence[Pupil]:
    """The children known to the authority with that UPN, else with those names and that birth date.

    Known are those at its schools and those on its record. The ones with the UPN come first.
    """
    by_name = and_(
        func.lower(Pupil.surname) == surname.lower(),
        func.lower(Pupil.forename) == forename.lower(),
        Pupil.born_on == born_on,
    )
    by_upn = Pupil.upn == upn
    if not scope.may(Permission.KEEP_CME_RECORD, authority_id=authority_id):
        return []
    at_school = (
        select(Registration.pupil_id).join(Registration.school).where(School.authority_id == authority_id)
    )
    recorded = select(CmeSpell.pupil_id).where(CmeSpell.authority_id == authority_id)
    found = db.session.scalars(
        select(Pupil)
        .where(
            or_(Pupil.id.in_(at_school), Pupil.id.in_(recorded)),
            or_(by_name, by_upn) if upn else by_name,
        )
        .order_by(Pupil.id)
    ).all()
    return sorted(found, key=lambda pupil: pupil.upn != upn)


def is_on_roll(pupil_ids: Collection[int]) -> bool:
    """Whether any of these children, found within a scope, is on a roll."""
    return bool(
        db.session.scalar(
            select(func.count()).where(Registration.pupil_id.in_(pupil_ids), Registration.on_roll)
        )
    )


def read_recorded(scope: Scope, since_on: date) -> dict[int, tuple[Recorded, str]]:
    """Every time on no roll since a date, by its id, as the return counts it, with the child's name."""
    rows = db.session.scalars(
        select(CmeSpell)
        .where(
            spells_within(scope, Permission.SEE_CME_RECORD),
            or_(CmeSpell.ended_on.is_(None), CmeSpell.ended_on >= since_on),
        )
        .options(joinedload(CmeSpell.pupil))
        .order_by(CmeSpell.id)
    ).all()
    rolls = _rolls(scope, since_on)
    return {
        row.id: (
            Recorded(
                id=row.id,
                child=row.pupil_id,
                started_on=row.started_on,
                ended_on=row.ended_on,
                reason=row.reason,
                sex=row.sex,
                year_group=row.year_group,
                born_on=row.pupil.born_on,
                flags=tuple(row.flags),
                rolls=tuple(rolls[row.id]),
            ),
            f"{row.pupil.forename} {row.pupil.surname}",
        )
        for row in rows
    }


def _rolls(scope: Scope, since_on: date) -> dict[int, list[OnRoll]]:
    """When the children on the record were on a roll, by the id of the time; a child is known by the UPN too.

    Of another authority's school only this much is told: that the child was on its roll.
    """
    same = aliased(Pupil)
    rows = db.session.execute(
        select(CmeSpell.id, Registration.starting_on, Registration.created_at, Registration.removed_on)
        .join(CmeSpell.pupil)
        .join(same, or_(same.id == Pupil.id, and_(Pupil.upn.is_not(None), same.upn == Pupil.upn)))
        .join(Registration, Registration.pupil_id == same.id)
        .where(
            spells_within(scope, Permission.SEE_CME_RECORD),
            or_(CmeSpell.ended_on.is_(None), CmeSpell.ended_on >= since_on),
            Registration.annulled_at.is_(None),
        )
    )
    found: dict[int, list[OnRoll]] = defaultdict(list)
    for spell_id, starting_on, created_at, removed_on in rows:
        found[spell_id].append(OnRoll(starting_on or local_date(created_at), removed_on))
    return found


def list_referred_on_roll(scope: Scope, most: int) -> tuple[int, Sequence[Case]]:
    """The referred children who are on a roll still: how many, and the first with pupil and school."""
    where = (
        cases_within(scope, Permission.SEE_CME_RECORD),
        Case.referred_at.is_not(None),
        Case.stage.in_(OPEN_STAGES),
        Registration.on_roll,
    )
    total = db.session.scalar(select(func.count()).select_from(Case).join(Case.registration).where(*where))
    cases = db.session.scalars(
        select(Case)
        .join(Case.registration)
        .join(Registration.pupil)
        .where(*where)
        .options(
            contains_eager(Case.registration).contains_eager(Registration.pupil), joinedload(Case.school)
        )
        .order_by(Case.referred_at, Case.id)
        .limit(most)
    ).all()
    return total or 0, cases


def spells_within(scope: Scope, permission: Permission) -> ColumnElement[bool]:
    """The condition on CmeSpell that keeps the authorities for whose children the permission is held."""
    return CmeSpell.authority_id.in_(scope.reach(permission).authorities)


def add_pupil(
    *, surname: str, forename: str, born_on: date | None, sex: str, upn: str | None, at: datetime
) -> Pupil:
    """A child who was never at a school here, inside the open transaction."""
    pupil = Pupil(surname=surname, forename=forename, born_on=born_on, sex=sex, upn=upn, created_at=at)
    db.session.add(pupil)
    db.session.flush()
    search_keys.refresh([pupil.id])
    return pupil


def _in(part: Part) -> tuple[ColumnElement[bool], ...]:
    if part is Part.ALL:
        return ()
    return (CmeSpell.ended_on.is_(None) if part is Part.OPEN else CmeSpell.ended_on.is_not(None),)


def _one(scope: Scope, spell_id: int, permission: Permission) -> Select[CmeSpell]:
    return (
        select(CmeSpell)
        .where(CmeSpell.id == spell_id, spells_within(scope, permission))
        .options(joinedload(CmeSpell.pupil), joinedload(CmeSpell.case).joinedload(Case.school))
    )
