"""Removals from a register: the one that is proposed in a case, those that were made, and other rolls."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.removal.deciding import QUERIES
from cme.casework.stages import OFF_ROLL, Stage
from cme.store.database import db
from cme.store.scoping import cases_within, registrations_within
from cme.store.tables import Case, CmeSpell, Pupil, Registration, Removal

PER_PAGE = 25


def find_open(scope: Scope, case_id: int) -> Removal | None:
    """The removal that is proposed in a case and neither made nor ended; None outside the scope."""
    return db.session.scalar(_of_case(scope, case_id).where(_is_open()).limit(1))


def find_latest(scope: Scope, case_id: int) -> Removal | None:
    """The last removal that was proposed in a case, whatever became of it; None outside the scope."""
    return db.session.scalar(_of_case(scope, case_id).limit(1))


def list_of_case(scope: Scope, case_id: int) -> Sequence[Removal]:
    """Every removal that was proposed in a case, newest first."""
    return db.session.scalars(_of_case(scope, case_id)).all()


def end_open(case_id: int, reason: str, *, at: datetime) -> None:
    """End what is proposed in a case, inside the open transaction: its case left the proposal."""
    whole = db.session.scalars(select(Removal).where(Removal.case_id == case_id, _is_open()))
    for removal in whole:
        removal.ended_at, removal.end_reason = at, reason


def list_proposed(scope: Scope) -> Sequence[Removal]:
    """What waits for the admissions team or for the head teacher, the oldest proposal first."""
    return db.session.scalars(
        _with_child()
        .where(_is_open(), _reached(scope), Case.stage.in_((Stage.REMOVAL_PROPOSED, Stage.VERIFYING)))
        .order_by(Removal.proposed_at, Removal.id)
    ).all()


def list_queried(scope: Scope) -> Sequence[Removal]:
    """What admissions queried and nobody has proposed again, in open cases, the oldest query first."""
    later = aliased(Removal)
    return db.session.scalars(
        _with_child()
        .where(
            Removal.ended_at.is_not(None),
            Removal.confirmation.in_(QUERIES),
            Case.closed_at.is_(None),
            _reached(scope),
            ~select(later.id).where(later.case_id == Removal.case_id, later.id > Removal.id).exists(),
        )
        .options(contains_eager(Removal.case).selectinload(Case.events))
        .order_by(Removal.answered_at, Removal.id)
    ).all()


@dataclass(frozen=True, slots=True)
class MadePage:
    """One page of the removals that were made, from 1, and how many there are."""

    removals: Sequence[Removal]
    total: int
    page: int
    pages: int


def read_made(scope: Scope, *, page: int) -> MadePage:
    """The removals that were made, the newest first; a page out of range becomes the first."""
    query = _with_child().where(Removal.removed_on.is_not(None), _reached(scope))
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = page if 1 <= page <= pages else 1
    found = db.session.scalars(
        query.order_by(Removal.removed_on.desc(), Removal.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return MadePage(found, total, page, pages)


def list_unanswered(scope: Scope, school_id: int) -> Sequence[Removal]:
    """What is proposed at a school and admissions have not answered."""
    return db.session.scalars(
        _with_child()
        .where(
            _is_open(),
            Removal.confirmation == "",
            Case.school_id == school_id,
            cases_within(scope, Permission.SEE_CASE),
        )
        .order_by(Removal.id)
    ).all()


def count_elsewhere(upn: str | None, school_id: int) -> int:
    """On how many other rolls of this database a UPN is: a number, for the child's particulars stay there."""
    if not upn:
        return 0
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .join(Registration.pupil)
            .where(
                or_(Pupil.upn == upn, Pupil.former_upn == upn),
                Registration.school_id != school_id,
                Registration.on_roll,
            )
        )
        or 0
    )


def list_elsewhere(upn: str | None, school_id: int) -> Sequence[Pupil]:
    """The children with that UPN on other rolls of this database: to be compared, and shown to nobody."""
    if not upn:
        return ()
    return db.session.scalars(
        select(Pupil)
        .join(Pupil.registrations)
        .where(
            or_(Pupil.upn == upn, Pupil.former_upn == upn),
            Registration.school_id != school_id,
            Registration.on_roll,
        )
    ).all()


def list_removed_with_upn_of(registration_ids: Collection[int]) -> list[tuple[Removal, Registration]]:
    """The removals at other schools of children whose UPN these registrations have, while the child is looked
    for there or the time on no roll that began with the removal goes on."""
    goes_on = select(CmeSpell.id).where(CmeSpell.case_id == Removal.case_id, CmeSpell.ended_on.is_(None))
    entered = aliased(Registration)
    newcomer = aliased(Pupil)
    found: list[tuple[Removal, Registration]] = []
    wanted = sorted(registration_ids)
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(Removal, entered)
            .join(Removal.registration)
            .join(Registration.pupil)
            .join(newcomer, newcomer.upn == Pupil.upn)
            .join(entered, entered.pupil_id == newcomer.id)
            .join(Removal.case)
            .where(
                entered.id.in_(wanted[start : start + 500]),
                entered.school_id != Registration.school_id,
                Removal.removed_on.is_not(None),
                or_(Case.stage.in_(OFF_ROLL), goes_on.exists()),
            )
            .order_by(Removal.id)
        )
        found += [(removal, registration) for removal, registration in rows]
    return found


def find_again(registration: Registration) -> Registration | None:
    """The registration with which a child who was removed came back to the same school; None while there
    is none."""
    return db.session.scalar(
        select(Registration)
        .where(
            Registration.pupil_id == registration.pupil_id,
            Registration.school_id == registration.school_id,
            Registration.id > registration.id,
            Registration.on_roll,
        )
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class RemovedPupil:
    """A child who was removed from a school's roll and is not on it again, as a register is compared."""

    registration_id: int
    upn: str | None
    former_upn: str | None
    admission_number: str | None
    surname: str
    forename: str
    born_on: date | None
    postcode: str
    removed_on: date | None


def read_removed(scope: Scope, school_id: int) -> list[RemovedPupil]:
    """Everybody who was removed from a school's roll and is not on it again."""
    back = select(Registration.pupil_id).where(Registration.school_id == school_id, Registration.on_roll)
    rows = db.session.execute(
        select(
            Registration.id,
            Pupil.upn,
            Pupil.former_upn,
            Registration.admission_number,
            Pupil.surname,
            Pupil.forename,
            Pupil.born_on,
            Pupil.postcode,
            Registration.removed_on,
        )
        .join(Registration.pupil)
        .where(
            Registration.school_id == school_id,
            Registration.removed_on.is_not(None),
            Registration.annulled_at.is_(None),
            Registration.pupil_id.not_in(back),
            registrations_within(scope, Permission.SEE_PUPIL),
        )
        .order_by(Registration.removed_on.desc(), Registration.id.desc())
    )
    return [RemovedPupil(*row) for row in rows]


def _is_open() -> ColumnElement[bool]:
    return and_(Removal.removed_on.is_(None), Removal.ended_at.is_(None))


def _of_case(scope: Scope, case_id: int) -> Select[Removal]:
    within = or_(cases_within(scope, Permission.SEE_CASE), cases_within(scope, Permission.SEE_REMOVALS))
    return (
        select(Removal)
        .join(Removal.case)
        .where(Removal.case_id == case_id, within)
        .order_by(Removal.id.desc())
    )


def _reached(scope: Scope) -> ColumnElement[bool]:
    """Removals of the authorities in which the scope sees removals, whatever became of the case since."""
    reach = scope.reach(Permission.SEE_REMOVALS)
    return Case.authority_id.in_(reach.authorities | reach.removals_in)


def _with_child() -> Select[Removal]:
    return (
        select(Removal)
        .join(Removal.case)
        .join(Removal.registration)
        .join(Registration.pupil)
        .options(
            contains_eager(Removal.case).joinedload(Case.school),
            contains_eager(Removal.registration).contains_eager(Registration.pupil),
        )
    )
