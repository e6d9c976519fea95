"""Children as they are searched for: everybody who shares a key with one who is sought."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import ChildList, CmeSpell, Contact, ListedChild, Pupil, Registration, SearchKey

_AT_ONCE = 500
"""Values of one statement: databases limit them."""

_OF_PUPIL = (
    Pupil.id,
    Pupil.surname,
    Pupil.forename,
    Pupil.born_on,
    Pupil.upn,
    Pupil.former_upn,
    Pupil.sex,
    Pupil.house,
    Pupil.street,
    Pupil.locality,
    Pupil.town,
    Pupil.postcode,
)


def read_bearers(scope: Scope, keys: Iterable[str]) -> dict[str, list[int]]:
    """Who has each of these keys, by pupil id, of the children the scope may see, on a roll or off it.

    A child of the CME record who was never at a school here is among them. Costs a query for 500 keys.
    """
    reach = scope.reach(Permission.SEE_PUPIL)
    ever = select(Registration.id).where(
        Registration.pupil_id == SearchKey.pupil_id,
        Registration.annulled_at.is_(None),
        registrations_within(scope, Permission.SEE_PUPIL),
    )
    recorded = select(CmeSpell.id).where(
        CmeSpell.pupil_id == SearchKey.pupil_id, CmeSpell.authority_id.in_(reach.authorities)
    )
    found: dict[str, list[int]] = {}
    for some in batches(keys):
        rows = db.session.execute(
            select(SearchKey.key, SearchKey.pupil_id).where(
                SearchKey.key.in_(some), or_(ever.exists(), recorded.exists())
            )
        )
        for key, pupil_id in rows:
            if pupil_id is not None:
                found.setdefault(key, []).append(pupil_id)
    return found


def read_listed(scope: Scope, keys: Iterable[str]) -> dict[str, list[int]]:
    """Which children of the lists in use have each of these keys, by their id in the lists."""
    authorities = scope.reach(Permission.SEE_PUPIL).authorities
    in_use = select(ListedChild.id).where(
        ListedChild.id == SearchKey.listed_id,
        ListedChild.list_id == ChildList.id,
        ChildList.authority_id.in_(authorities),
        ChildList.taken_at.is_not(None),
        ChildList.replaced_at.is_(None),
    )
    found: dict[str, list[int]] = {}
    for some in batches(keys):
        rows = db.session.execute(
            select(SearchKey.key, SearchKey.listed_id).where(
                SearchKey.key.in_(some), SearchKey.listed_id.is_not(None), in_use.exists()
            )
        )
        for key, listed_id in rows:
            if listed_id is not None:
                found.setdefault(key, []).append(listed_id)
    return found


def read_particulars(pupil_ids: Collection[int]) -> dict[int, Any]:
    """The particulars of pupils whom a query has given under a scope, by id."""
    return {
        row.id: row
        for some in batches(pupil_ids)
        for row in db.session.execute(select(*_OF_PUPIL).where(Pupil.id.in_(some)))
    }


def read_carers(pupil_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the contacts of the same pupils, in call order."""
    found: dict[int, list[str]] = {}
    for some in batches(pupil_ids):
        rows = db.session.execute(
            select(Contact.pupil_id, Contact.name)
            .where(Contact.pupil_id.in_(some), Contact.ended_at.is_(None))
            .order_by(Contact.position, Contact.id)
        )
        for pupil_id, name in rows:
            found.setdefault(pupil_id, []).append(name)
    return found


def read_registrations(pupil_ids: Collection[int]) -> dict[int, list[int]]:
    """The registrations of the same pupils, by pupil."""
    found: dict[int, list[int]] = {}
    for some in batches(pupil_ids):
        rows = db.session.execute(
            select(Registration.pupil_id, Registration.id)
            .where(Registration.pupil_id.in_(some), Registration.annulled_at.is_(None))
            .order_by(Registration.id)
        )
        for pupil_id, registration_id in rows:
            found.setdefault(pupil_id, []).append(registration_id)
    return found


def batches(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Values in parts that one statement can take, in order, each once."""
    listed = sorted(set(values))
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))
