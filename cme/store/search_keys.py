"""The keys by which children are looked up, whoever asks: derived from their particulars, never edited."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select
from sqlalchemy.orm import Session, scoped_session

from cme.identity.likeness import Identity
from cme.identity.searching import keys_of
from cme.store import households
from cme.store.database import db
from cme.store.tables import ChildList, ListedChild, Pupil, Registration, SearchKey

_AT_ONCE = 500
"""Children whose keys one statement replaces: databases limit the values of one statement."""

Database = Connection | Session | scoped_session[Any]
"""What runs a statement."""

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


def identity_of_listed(child: ListedChild | Row[Any]) -> Identity:
    """Who a child of a list is, as the rules of searching take it."""
    other = child.other_names
    return Identity(
        child.surname,
        child.forename,
        child.born_on,
        upns=tuple(upn for upn in (child.upn, *other.get("upns", ())) if upn),
        other_surnames=tuple(other.get("surnames", ())),
        other_forenames=tuple(other.get("forenames", ())),
    )


def refresh(pupil_ids: Collection[int]) -> None:
    """Make the keys of these pupils anew, inside the open transaction."""
    wanted = sorted(set(pupil_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        _replace(wanted[start : start + _AT_ONCE], db.session)


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


def refresh_list(list_id: int) -> None:
    """Make the keys of the children of a list, inside the open transaction."""
    _make_listed(db.session, ListedChild.list_id == list_id)


def rebuild(progress: Callable[[int], None] = lambda _: None) -> None:
    """Make the keys of everybody anew, inside the open transaction; `progress` is told how many were."""
    make_keys(db.session, progress)


def make_keys(database: Database, progress: Callable[[int], None] = lambda _: None) -> None:
    """The same through whatever runs statements: a change of the schema has a connection of its own."""
    last = 0
    while wanted := database.scalars(_ids_after(Pupil.id, last)).all():
        _replace(wanted, database)
        households.replace_keys(wanted, database)
        last = wanted[-1]
        progress(len(wanted))
    in_use = select(ChildList.id).where(ChildList.taken_at.is_not(None), ChildList.replaced_at.is_(None))
    _make_listed(database, ListedChild.list_id.in_(in_use))


def _make_listed(database: Database, chosen: ColumnElement[bool]) -> None:
    last = 0
    while wanted := database.scalars(_ids_after(ListedChild.id, last).where(chosen)).all():
        last = wanted[-1]
        database.execute(delete(SearchKey).where(SearchKey.listed_id.in_(wanted)))
        rows = [
            {"listed_id": child.id, "key": key}
            for child in database.execute(select(*_OF_LISTED).where(ListedChild.id.in_(wanted)))
            for key in keys_of(identity_of_listed(child))
        ]
        if rows:
            database.execute(insert(SearchKey), rows)


_OF_LISTED = (
    ListedChild.id,
    ListedChild.surname,
    ListedChild.forename,
    ListedChild.born_on,
    ListedChild.upn,
    ListedChild.other_names,
)


def _ids_after(column: Any, last: int) -> Any:
    return select(column).where(column > last).order_by(column).limit(_AT_ONCE)


def _replace(pupil_ids: Sequence[int], database: Database) -> None:
    database.execute(delete(SearchKey).where(SearchKey.pupil_id.in_(pupil_ids)))
    rows = [
        {"pupil_id": pupil.id, "key": key}
        for pupil in database.execute(_particulars(Pupil.id.in_(pupil_ids)))
        for key in keys_of(identity_of(pupil))
    ]
    if rows:
        database.execute(insert(SearchKey), rows)


def _particulars(chosen: ColumnElement[bool]) -> Any:
    of = (Pupil.id, Pupil.surname, Pupil.forename, Pupil.born_on, Pupil.upn, Pupil.former_upn, Pupil.postcode)
    return select(*of).where(chosen)
