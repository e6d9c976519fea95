"""Cases, their events and referrals."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.events import Event, EventKind
from cme.casework.folding import fold_events
from cme.casework.stages import OPEN_STAGES, Stage
from cme.casework.state import CaseState
from cme.clock import local_date
from cme.store.database import db
from cme.store.scoping import cases_within, copies_within
from cme.store.tables import Case, LocalAuthority, Referral, Registration, School


def state_of(case: Case) -> CaseState:
    """The state of a case, folded from its events."""
    return fold_events(
        Event(EventKind(event.kind), local_date(event.at), event.data) for event in case.events
    )


def find_case_id(scope: Scope, reference: str, permission: Permission) -> int | None:
    """The id of the case for which the scope holds the permission; None for any other."""
    return db.session.scalar(
        select(Case.id).where(Case.reference == reference, cases_within(scope, permission))
    )


def find_registration_id(scope: Scope, case_id: int) -> int | None:
    """The registration that a case is about; None for a case that the scope does not see."""
    seen = or_(*(cases_within(scope, each) for each in (Permission.SEE_CASE, Permission.SEE_REMOVALS)))
    return db.session.scalar(select(Case.registration_id).where(Case.id == case_id, seen))


def find_case(scope: Scope, reference: str, permission: Permission = Permission.SEE_CASE) -> Case | None:
    """One case with its events, pupil and school; None outside the scope."""
    return db.session.scalar(
        select(Case)
        .where(Case.reference == reference, cases_within(scope, permission))
        .options(
            selectinload(Case.events),
            joinedload(Case.registration).joinedload(Registration.pupil),
            joinedload(Case.school),
        )
    )


def lock_case(scope: Scope, reference: str, permission: Permission = Permission.SEE_CASE) -> Case | None:
    """The same case, its school held until the transaction ends: an upload, too, moves the school's cases."""
    locked = db.session.scalar(
        select(Case.id)
        .join(Case.school)
        .where(Case.reference == reference, cases_within(scope, permission))
        .with_for_update(of=School, key_share=True)
    )
    return find_case(scope, reference, permission) if locked else None


def list_school_cases(scope: Scope, school_id: int) -> Sequence[Case]:
    """The open cases of a school, what is due first first."""
    return db.session.scalars(
        _with_child(scope, Permission.SEE_CASE)
        .where(Case.school_id == school_id, Case.stage.in_(OPEN_STAGES))
        .order_by(Case.due_on.is_(None), Case.due_on, Case.id)
    ).all()


def list_closed_in_absence(scope: Scope, school_id: int) -> Sequence[Case]:
    """The cases of a school that were closed in an absence that still goes on, with no case open since."""
    return db.session.scalars(
        _with_child(scope, Permission.SEE_CASE).where(Case.school_id == school_id, closed_in_absence())
    ).all()


def closed_in_absence() -> ColumnElement[bool]:
    """The condition on Case, joined with its registration, for the last case of a child who is still absent
    in the absence in which it was closed: nobody works on it."""
    other = aliased(Case)
    last = select(func.max(other.id)).where(other.registration_id == Registration.id).scalar_subquery()
    return and_(
        Case.id == last,
        Case.closed_at >= Registration.run_started_on,
        Registration.on_roll,
        Registration.return_run > 0,
    )


def list_copies(scope: Scope) -> Sequence[Case]:
    """Open cases of children who live where the scope reads copies, the latest referral first."""
    return db.session.scalars(
        _with_child(scope, Permission.SEE_CASE)
        .where(copies_within(scope, Permission.SEE_CASE), Case.stage.in_(OPEN_STAGES))
        .order_by(Case.referred_at.desc(), Case.id.desc())
    ).all()


def read_authorities(codes: Collection[str]) -> dict[str, int]:
    """The authorities of this database among these codes, by code: which exist is no secret."""
    rows = db.session.execute(
        select(LocalAuthority.code, LocalAuthority.id).where(LocalAuthority.code.in_(codes))
    )
    return {row.code: row.id for row in rows}


def list_cases(scope: Scope, *, school_id: int | None = None, stage: Stage | None = None) -> Sequence[Case]:
    """The cases that the scope sees, of one school or stage if given, open ones unless a stage is; the
    earliest due first."""
    query = _with_child(scope, Permission.SEE_CASE)
    query = query.where(Case.stage.in_((stage,) if stage else OPEN_STAGES))
    if school_id is not None:
        query = query.where(Case.school_id == school_id)
    return db.session.scalars(query.order_by(Case.due_on.is_(None), Case.due_on, Case.id)).all()


def list_case_history(scope: Scope, registration_id: int) -> Sequence[Case]:
    """Every case of a registration, newest first, with its events."""
    return db.session.scalars(
        select(Case)
        .where(Case.registration_id == registration_id, cases_within(scope, Permission.SEE_CASE))
        .options(selectinload(Case.events))
        .order_by(Case.id.desc())
    ).all()


def read_latest(scope: Scope, registration_ids: Collection[int]) -> dict[int, Case]:
    """The case of each registration that counts now, by registration: the open one, else the last closed."""
    rows = db.session.scalars(
        select(Case)
        .where(
            Case.registration_id.in_(sorted(set(registration_ids))), cases_within(scope, Permission.SEE_CASE)
        )
        .order_by(Case.closed_at.is_(None), Case.id)
    )
    return {case.registration_id: case for case in rows}


def read_cases_to_follow(scope: Scope, school_id: int) -> dict[int, list[Case]]:
    """Every case of a school with its events, by registration, oldest first: what a recount follows."""
    found: dict[int, list[Case]] = {}
    for case in db.session.scalars(
        select(Case)
        .where(Case.school_id == school_id, cases_within(scope, Permission.SEE_CASE))
        .options(selectinload(Case.events))
        .order_by(Case.id)
    ):
        found.setdefault(case.registration_id, []).append(case)
    return found


def next_reference(year: int) -> str:
    """The next case reference of a year, CME-yy-nnnn; writers take turns until their transaction ends."""
    db.session.execute(
        select(LocalAuthority.id).order_by(LocalAuthority.id).limit(1).with_for_update(key_share=True)
    )
    prefix = f"CME-{year % 100:02d}-"
    last = db.session.scalar(
        select(Case.reference)
        .where(Case.reference.startswith(prefix))
        .order_by(func.length(Case.reference).desc(), Case.reference.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


def find_referral(scope: Scope, case_id: int) -> Referral | None:
    """The latest referral of a case, drafted or sent; None outside the scope."""
    return db.session.scalar(
        select(Referral)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.case_id == case_id, cases_within(scope, Permission.SEE_CASE))
        .order_by(Referral.id.desc())
        .limit(1)
    )


def find_sent_referral(scope: Scope, case_id: int) -> Referral | None:
    """The latest of what was sent of a case, the referral or an update to it; None outside the scope."""
    return next(iter(reversed(list_sent_referrals(scope, case_id))), None)


def list_sent_referrals(scope: Scope, case_id: int) -> Sequence[Referral]:
    """What was sent of a case, in order: the referral, and the updates to it."""
    return db.session.scalars(
        select(Referral)
        .join(Case, Case.id == Referral.case_id)
        .where(
            Referral.case_id == case_id,
            Referral.sent_at.is_not(None),
            cases_within(scope, Permission.SEE_CASE),
        )
        .order_by(Referral.id)
    ).all()


def carry_referrals(scope: Scope, case_id: int, new_case_id: int) -> None:
    """Give a new case what was sent of another, as it was sent, inside the open transaction."""
    db.session.add_all(
        Referral(
            case_id=new_case_id,
            form=sent.form,
            drafted_at=sent.drafted_at,
            sent_at=sent.sent_at,
            sent_by=sent.sent_by,
            recipients=sent.recipients,
        )
        for sent in list_sent_referrals(scope, case_id)
    )
    db.session.flush()


def read_draft_answers(scope: Scope, case_ids: Collection[int], field_id: str) -> dict[int, str]:
    """What the latest referral of each case answers to one field; a case without an answer is left out."""
    rows = db.session.execute(
        select(Referral.case_id, Referral.form)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.case_id.in_(case_ids), cases_within(scope, Permission.SEE_CASE))
        .order_by(Referral.id)
    )
    answers = {case_id: form.get("answers", {}).get(field_id) for case_id, form in rows}
    return {case_id: answer for case_id, answer in answers.items() if answer}


def count_eligible(scope: Scope) -> int:
    """How many children are eligible for decision where the scope sees removals: a number, and no child."""
    reach = scope.reach(Permission.SEE_REMOVALS)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Case)
            .where(Case.authority_id.in_(reach.authorities | reach.removals_in), Case.stage == Stage.DECISION)
        )
        or 0
    )


def _with_child(scope: Scope, permission: Permission) -> Select[Case]:
    return (
        select(Case)
        .join(Case.registration)
        .join(Registration.pupil)
        .where(cases_within(scope, permission))
        .options(
            contains_eager(Case.registration).contains_eager(Registration.pupil), joinedload(Case.school)
        )
    )
