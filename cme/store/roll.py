"""Roll data on record: homes, contacts in call order, and flags."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import registrations_within, schools_within
from cme.store.tables import Contact, Pupil, PupilFlag, Registration, School


def read_rolls(
    scope: Scope, school_id: int, registration_ids: Collection[int] | None = None
) -> dict[int, Registration]:
    """Registrations of a school, those named or all on roll, with every contact and flag, ended ones too."""
    query = (
        select(Registration)
        .join(Registration.pupil)
        .where(Registration.school_id == school_id, registrations_within(scope, Permission.SEE_PUPIL))
        .options(
            contains_eager(Registration.pupil).options(
                selectinload(Pupil.contacts), selectinload(Pupil.flags)
            )
        )
        .order_by(Registration.id)
    )
    if registration_ids is None:
        on_roll = query.where(Registration.removed_on.is_(None))
        return {one.id: one for one in db.session.scalars(on_roll)}
    found: dict[int, Registration] = {}
    wanted = sorted(set(registration_ids))
    for start in range(0, len(wanted), 500):
        part = query.where(Registration.id.in_(wanted[start : start + 500]))
        found |= {one.id: one for one in db.session.scalars(part)}
    return found


def has_flag(registration: Registration) -> bool:
    """Whether the pupil of a registration that was found within a scope has a flag in force."""
    return any(flag.ended_at is None for flag in registration.pupil.flags)


def sees_flags(scope: Scope, school_id: int) -> bool:
    """Whether the scope may see the flags of every child of a school (casework reference s.3: risk notes)."""
    reached = schools_within(scope, Permission.SEE_RISK_NOTES)
    return db.session.scalar(select(School.id).where(School.id == school_id, reached)) is not None


def list_contacts(scope: Scope, registration_id: int) -> Sequence[Contact]:
    """The contacts of a pupil in call order, without those who were ended."""
    return db.session.scalars(
        select(Contact)
        .join(Registration, Registration.pupil_id == Contact.pupil_id)
        .where(
            Registration.id == registration_id,
            Contact.ended_at.is_(None),
            registrations_within(scope, Permission.SEE_PUPIL),
        )
        .order_by(Contact.position, Contact.id)
    ).all()


def list_flags(scope: Scope, registration_id: int) -> list[str] | None:
    """The kinds of a pupil's flags in force; None for a scope that may not see risk notes of this child."""
    within = registrations_within(scope, Permission.SEE_RISK_NOTES)
    pupil_id = db.session.scalar(
        select(Registration.pupil_id).where(Registration.id == registration_id, within)
    )
    if pupil_id is None:
        return None
    in_force = select(PupilFlag.kind).where(PupilFlag.pupil_id == pupil_id, PupilFlag.ended_at.is_(None))
    return list(db.session.scalars(in_force))


def read_flagged(scope: Scope, school_id: int) -> frozenset[int]:
    """The registrations of a school whose pupils have a flag in force."""
    return frozenset(
        db.session.scalars(
            select(Registration.id)
            .join(PupilFlag, PupilFlag.pupil_id == Registration.pupil_id)
            .where(
                Registration.school_id == school_id,
                PupilFlag.ended_at.is_(None),
                registrations_within(scope, Permission.SEE_RISK_NOTES),
            )
        )
    )
