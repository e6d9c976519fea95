"""Roll data on record: homes, contacts in call order, and flags."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import contains_eager, selectinload

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import registrations_within, schools_within
from cme.store.tables import Contact, Pupil, PupilFlag, Registration, School


def read_rolls(scope: Scope, school_id: int, registration_ids: Collection[int]) -> dict[int, Registration]:
    """Registrations of a school with every contact and flag, ended ones too."""
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
    found: dict[int, Registration] = {}
    wanted = sorted(set(registration_ids))
    for start in range(0, len(wanted), 500):
        part = query.where(Registration.id.in_(wanted[start : start + 500]))
        found |= {one.id: one for one in db.session.scalars(part)}
    return found


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What a school holds of one child, as plain rows: values by column, contacts in call order, and flags.

    Contacts and flags are those in force.
    """

    about: Row[*tuple[Any, ...]]
    contacts: list[Row[*tuple[Any, ...]]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def read_on_record(scope: Scope, school_id: int) -> dict[int, OnRecord]:
    """The same of every registration of a school, in order of id, to be compared: few of them are changed."""
    of_school = (Registration.school_id == school_id, registrations_within(scope, Permission.SEE_PUPIL))
    about = (
        select(
            Registration.id,
            Registration.starting_on,
            Registration.leaving_on,
            Pupil.sex,
            Pupil.former_upn,
            Pupil.house,
            Pupil.street,
            Pupil.locality,
            Pupil.town,
            Pupil.county,
            Pupil.postcode,
        )
        .join(Registration.pupil)
        .where(*of_school)
        .order_by(Registration.id)
    )
    found = {row.id: OnRecord(row) for row in db.session.execute(about)}
    contacts = (
        select(
            Registration.id.label("registration_id"),
            Contact.id,
            Contact.position,
            Contact.name,
            Contact.relationship_,
            Contact.phone,
            Contact.email,
        )
        .join(Registration, Registration.pupil_id == Contact.pupil_id)
        .where(*of_school, Contact.ended_at.is_(None))
        .order_by(Contact.position, Contact.id)
    )
    for row in db.session.execute(contacts):
        found[row.registration_id].contacts.append(row)
    flags = (
        select(Registration.id, PupilFlag.kind)
        .join(Registration, Registration.pupil_id == PupilFlag.pupil_id)
        .where(*of_school, PupilFlag.ended_at.is_(None))
    )
    for registration_id, kind in db.session.execute(flags):
        found[registration_id].flags.append(kind)
    return found


def sees_flags(scope: Scope, school_id: int) -> bool:
    """Whether the scope may see the flags of every child of a school (casework reference s.3: risk notes)."""
    reached = schools_within(scope, Permission.SEE_RISK_NOTES)
    return db.session.scalar(select(School.id).where(School.id == school_id, reached)) is not None


def has_recorded_flags(scope: Scope, school_id: int) -> bool:
    """Whether a school has ever recorded a flag of anybody, so that a child without one has none."""
    query = (
        select(PupilFlag.id)
        .join(Registration, Registration.pupil_id == PupilFlag.pupil_id)
        .where(Registration.school_id == school_id, registrations_within(scope, Permission.SEE_RISK_NOTES))
        .limit(1)
    )
    return db.session.scalar(query) is not None


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
