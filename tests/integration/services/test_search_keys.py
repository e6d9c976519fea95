"""The keys by which a child is found follow the particulars, however those came to be."""

from sqlalchemy import delete, select

from cme.identity.likeness import Identity
from cme.identity.searching import keys_of
from cme.services import undoing
from cme.store import search_keys
from cme.store.database import db, transaction
from cme.store.tables import Pupil, SearchKey
from tests.integration.services.office import BORN_ON, Town, after_school, days_from, on_both

WEEK = days_from(BORN_ON.replace(year=2026, month=10, day=12), 5)
NEXT_WEEK = days_from(BORN_ON.replace(year=2026, month=10, day=19), 5)
UPN = "M841200023001"


def stored(surname: str) -> set[str]:
    """The keys on record of the pupil of that surname."""
    db.session.rollback()
    query = select(SearchKey.key).join(Pupil, Pupil.id == SearchKey.pupil_id)
    return set(db.session.scalars(query.where(Pupil.surname == surname)))


def derived(surname: str, forename: str, *upns: str) -> frozenset[str]:
    return keys_of(Identity(surname, forename, BORN_ON, upns=upns))


@on_both
def test_a_child_who_is_entered_can_be_found_and_after_a_correction_and_its_undoing(town: Town) -> None:
    office = town.alder
    office.submit(WEEK, {"Birch, Ada": "PPPPP"})
    assert stored("Birch") == derived("Birch", "Ada")
    later = office.submit(NEXT_WEEK, {"Birch, Ada": "PPPPP"}, numbers={"Birch, Ada": UPN})
    assert stored("Birch") == derived("Birch", "Ada", UPN)
    undoing.undo(office.dsl, later.id, at=after_school(NEXT_WEEK[-1]))
    assert stored("Birch") == derived("Birch", "Ada")


@on_both
def test_what_is_lost_is_made_again(town: Town) -> None:
    town.alder.submit(WEEK, {"Birch, Ada": "PPPPP", "Elm, Ben": "PPPPP"})
    with transaction():
        db.session.execute(delete(SearchKey))
    told: list[int] = []
    with transaction():
        search_keys.rebuild(told.append)
    assert sum(told) == 3
    assert stored("Birch") == derived("Birch", "Ada")
    assert stored("Elm") == derived("Elm", "Ben")
