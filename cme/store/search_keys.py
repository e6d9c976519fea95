"""The keys by which children are looked up, whoever asks: derived from their particulars, never edited."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select

from cme.identity.likeness import Identity
from cme.identity.searching import keys_of
from cme.store.database import db
from cme.store.tables import Pupil, Registration, SearchKey

_AT_ONCE = 500
"""Children whose keys one statement replaces: databases limit the values of one statement."""

SEARCHED = frozenset({"upn", "former_upn", "surname", "forename", "born_on"})
"""The particulars of a pupil that a key is made of."""


def identity_of(pupil: Pupil | Row[Any]) -> Identity:
    """Who a pupil is, as the rules of searching take it."""
    return Identity(
        pupil.surname,
        pupil.forename,
        pupil.born_on,
        upns=tuple(upn for upn in (pupil.upn, pupil.former_upn) if upn),
        postcode=pupil.postcode,
    )


def refresh(pupil_ids: Collection[int]) -> None:
    """Make the keys of these pupils anew, inside the open transaction."""
    wanted = sorted(set(pupil_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        _replace(wanted[start : start + _AT_ONCE])


def refresh_of(registration_ids: Collection[int]) -> None:
    """The same for the pupils of registrations."""
    wanted = sorted(set(registration_ids))
    found: list[int] = []
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = Registration.id.in_(wanted[start : start + _AT_ONCE])
        found += db.session.scalars(select(Registration.pupil_id).where(chosen))
    refresh(found)


def refresh_changed(added: Collection[int], changes: Iterable[Mapping[str, Any]]) -> set[int]:
    """The same after an upload: for registrations that it added, and for changes of what a key is made of.

    A change names its `registration_id` and the `name` of the value. Gives the registrations.
    """
    touched = {*added, *(each["registration_id"] for each in changes if each["name"] in SEARCHED)}
    refresh_of(touched)
    return touched


def rebuild(progress: Callable[[int], None] = lambda _: None) -> None:
    """Make the keys of every pupil anew, inside the open transaction; `progress` is told how many were."""
    last = 0
    while wanted := db.session.scalars(_ids_after(last)).all():
        _replace(wanted)
        last = wanted[-1]
        progress(len(wanted))


def _ids_after(last: int) -> Any:
    return select(Pupil.id).where(Pupil.id > last).order_by(Pupil.id).limit(_AT_ONCE)


def _replace(pupil_ids: Sequence[int]) -> None:
    db.session.execute(delete(SearchKey).where(SearchKey.pupil_id.in_(pupil_ids)))
    rows = [
        {"pupil_id": pupil.id, "key": key}
        for pupil in db.session.execute(_particulars(Pupil.id.in_(pupil_ids)))
        for key in keys_of(identity_of(pupil))
    ]
    if rows:
        db.session.execute(insert(SearchKey), rows)


def _particulars(chosen: ColumnElement[bool]) -> Any:
    of = (Pupil.id, Pupil.surname, Pupil.forename, Pupil.born_on, Pupil.upn, Pupil.former_upn, Pupil.postcode)
    return select(*of).where(chosen)
