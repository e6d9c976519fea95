"""Contact restrictions on record, and the homes that they protect."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.safety import restrictions as rules
from cme.casework.safety.restrictions import RestrictionKind, Restrictions
from cme.identity.households import home_key
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import Pupil, Registration, Restriction, School

_AT_ONCE = 500
"""Ids in one query."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a child lives, as it is compared ('' where it cannot be), and the authority of its school."""

    authority_id: int
    key: str


def read_homes(scope: Scope, registration_ids: Collection[int]) -> dict[int, Home]:
    """The homes of registrations within the scope."""
    found: dict[int, Home] = {}
    for part in _parts(registration_ids):
        rows = db.session.execute(
            select(Registration.id, School.authority_id, Pupil.house, Pupil.street, Pupil.postcode)
            .join(Registration.pupil)
            .join(Registration.school)
            .where(Registration.id.in_(part), registrations_within(scope, Permission.SEE_PUPIL))
        )
        found |= {key: Home(authority, home_key(*address)) for key, authority, *address in rows}
    return found


def read_protected_homes(scope: Scope) -> frozenset[Home]:
    """Every protected home that the scope reaches, of whichever child."""
    # In two steps, from the few restrictions: a database that plans by itself may go through every roll.
    protected = db.session.scalars(
        select(Restriction.pupil_id).where(
            Restriction.kind == RestrictionKind.PROTECTED_ADDRESS, Restriction.ended_at.is_(None)
        )
    )
    homes: set[Home] = set()
    for part in _parts(protected.all()):
        rows = db.session.execute(
            select(School.authority_id, Pupil.house, Pupil.street, Pupil.postcode)
            .join(Registration, Registration.school_id == School.id)
            .join(Registration.pupil)
            .where(Registration.pupil_id.in_(part), registrations_within(scope, Permission.SEE_PUPIL))
        )
        homes |= {Home(authority, home_key(*address)) for authority, *address in rows}
    return frozenset(home for home in homes if home.key)


def read_in_force(scope: Scope, registration_ids: Collection[int]) -> dict[int, list[Restriction]]:
    """The restrictions in force of registrations within the scope; one without any is left out."""
    found: dict[int, list[Restriction]] = {}
    for part in _parts(registration_ids):
        rows = db.session.execute(
            select(Registration.id, Restriction)
            .join(Restriction, Restriction.pupil_id == Registration.pupil_id)
            .where(
                Registration.id.in_(part),
                Restriction.ended_at.is_(None),
                registrations_within(scope, Permission.SEE_PUPIL),
            )
            .order_by(Restriction.id)
        )
        for registration_id, restriction in rows:
            found.setdefault(registration_id, []).append(restriction)
    return found


def read_restrictions(scope: Scope, registration_ids: Collection[int]) -> dict[int, Restrictions]:
    """What holds for several children, by registration; one outside the scope is left out.

    The home of a child whose address is protected is protected for every other child of the authority who
    lives there, or it would be read off a brother's page.
    """
    homes = read_homes(scope, registration_ids)
    own = read_in_force(scope, homes)
    protected = read_protected_homes(Scope.for_operator({each.authority_id for each in homes.values()}))
    found = {key: Restrictions(rules.in_order(map(_as_rule, own.get(key, ())))) for key in homes}
    return {
        key: replace(each, shares_protected_address=True)
        if homes[key] in protected and not each.address_is_protected
        else each
        for key, each in found.items()
    }


def _as_rule(row: Restriction) -> rules.Restriction:
    return rules.Restriction(
        row.id, RestrictionKind(row.kind), row.contact_id, row.who, row.note, row.created_at
    )


def list_restrictions(scope: Scope, registration_id: int) -> Sequence[Restriction]:
    """Every restriction of a registration's pupil, ended ones too, newest first."""
    return db.session.scalars(
        select(Restriction)
        .join(Registration, Registration.pupil_id == Restriction.pupil_id)
        .where(Registration.id == registration_id, registrations_within(scope, Permission.SEE_PUPIL))
        .order_by(Restriction.id.desc())
    ).all()


def find_restriction(scope: Scope, restriction_id: int) -> tuple[Restriction, Registration] | None:
    """One restriction, and the registration it is reached by; None where the scope may not change it."""
    row = db.session.execute(
        select(Restriction, Registration)
        .join(Registration, Registration.pupil_id == Restriction.pupil_id)
        .where(Restriction.id == restriction_id, registrations_within(scope, Permission.RESTRICT_CONTACT))
        .order_by(Registration.id)
    ).first()
    return (row[0], row[1]) if row else None


def read_with(scope: Scope, permission: Permission, registration_ids: Collection[int]) -> frozenset[int]:
    """Those of the registrations for whose child the scope holds the permission."""
    found: set[int] = set()
    for part in _parts(registration_ids):
        within = registrations_within(scope, permission)
        found |= set(db.session.scalars(select(Registration.id).where(Registration.id.in_(part), within)))
    return frozenset(found)


def _parts(registration_ids: Collection[int]) -> Iterator[Sequence[int]]:
    wanted = sorted(set(registration_ids))
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
