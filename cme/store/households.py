"""What may tie a child to others, kept by key: relatives are looked up in an index, never searched for.

Derived from homes and contacts, never edited.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Connection, delete, insert, or_, select
from sqlalchemy.orm import Session, scoped_session

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.identity.households import Household, Key, Tie
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.searching import batches
from cme.store.tables import Case, Contact, HouseholdKey, Pupil, Registration


def read_near(
    scope: Scope,
    registration_ids: Collection[int],
    *,
    school_id: int | None = None,
    with_searched: bool = False,
) -> dict[int, frozenset[Key]]:
    """The keys of these registrations, on roll or not, and of everybody on roll who shares one of them, by
    registration, as far as the scope reaches. Of the others only the keys that are shared are given.

    `school_id`: only who is on the roll of that school. `with_searched`: also who is off the roll, and whose
    case is open.
    """
    there = or_(Registration.on_roll, _is_searched_for()) if with_searched else Registration.on_roll
    here = () if school_id is None else (Registration.school_id == school_id,)
    own = _read(scope, Registration.id, registration_ids)
    shared = {text for keys in own.values() for _, text in keys}
    return _read(scope, HouseholdKey.key, shared, there, *here) | own


def _read(
    scope: Scope, column: Any, values: Iterable[Any], *conditions: ColumnExpressionArgument[bool]
) -> dict[int, frozenset[Key]]:
    found: dict[int, set[Key]] = defaultdict(set)
    for some in batches(values):
        rows = db.session.execute(
            select(Registration.id, HouseholdKey.tie, HouseholdKey.key)
            .join(Registration, Registration.pupil_id == HouseholdKey.pupil_id)
            .where(column.in_(some), registrations_within(scope, Permission.SEE_PUPIL), *conditions)
        )
        for registration_id, tie, text in rows:
            found[registration_id].add((Tie(tie), text))
    return {registration_id: frozenset(keys) for registration_id, keys in found.items()}


def _is_searched_for() -> ColumnElement[bool]:
    return Registration.id.in_(select(Case.registration_id).where(Case.closed_at.is_(None)))


def refresh_of(registration_ids: Collection[int]) -> None:
    """Make the keys of the pupils of these registrations anew, inside the open transaction."""
    for some in batches(registration_ids):
        pupil_ids = db.session.scalars(select(Registration.pupil_id).where(Registration.id.in_(some)))
        replace_keys(sorted(set(pupil_ids)), db.session)


def replace_keys(pupil_ids: Sequence[int], database: Connection | Session | scoped_session[Any]) -> None:
    """The same for pupils, at most as many as one statement takes, through whatever runs statements."""
    contacts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pupil_id, phone, email in database.execute(
        select(Contact.pupil_id, Contact.phone, Contact.email).where(
            Contact.pupil_id.in_(pupil_ids), Contact.ended_at.is_(None)
        )
    ):
        contacts[pupil_id].append((phone, email))
    homes = select(Pupil.id, Pupil.house, Pupil.street, Pupil.postcode).where(Pupil.id.in_(pupil_ids))
    rows = [
        {"pupil_id": pupil_id, "tie": tie.value, "key": text}
        for pupil_id, house, street, postcode in database.execute(homes)
        for tie, text in _household(house, street, postcode, contacts[pupil_id]).keys
    ]
    database.execute(delete(HouseholdKey).where(HouseholdKey.pupil_id.in_(pupil_ids)))
    if rows:
        database.execute(insert(HouseholdKey), rows)


def _household(house: str, street: str, postcode: str, contacts: Collection[tuple[str, str]]) -> Household:
    return Household(
        house, street, postcode, tuple(phone for phone, _ in contacts), tuple(email for _, email in contacts)
    )
