"""The keys by which relatives are found follow homes and contacts, however those came to be."""

from dataclasses import replace
from datetime import date

import pytest
from alembic import command
from flask import current_app
from sqlalchemy import delete, event, select

from cme.identity.households import Household, Tie
from cme.identity.likeness import Identity
from cme.identity.searching import Child
from cme.services.registers import roll, undoing
from cme.services.tracing import searching
from cme.services.tracing.siblings import siblings_of
from cme.store import matches, search_keys
from cme.store.database import db, transaction
from cme.store.schema import upgrade_schema
from cme.store.tables import HouseholdKey, Pupil
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import Town, after_school, days_from, on_both
from tests.integration.services.test_roll import LATER, take

WEEK = days_from(date(2026, 10, 12), 5)
NEXT_WEEK = days_from(date(2026, 10, 19), 5)
ADA, BEN = "Birch, Ada", "Hill, Ben"
HOME = RollEntry(house="12", street="High Street", postcode="DL1 5QT")
MOTHER = ContactEntry("Pat Birch", "Mother", "07700 900001; 07700 900002", "Pat@Example.org")
AUNT = ContactEntry("P. B.", "Aunt", "+44 7700 900003")


@pytest.fixture
def town(town: Town) -> Town:
    """Two children of one school, of whom nothing but the marks is known."""
    town.alder.submit(WEEK, {ADA: "PPPPP", BEN: "PPPPP"})
    return town


def stored(name: str = ADA) -> set[tuple[Tie, str]]:
    """The keys on record of a pupil."""
    db.session.rollback()
    surname, forename = name.split(", ")
    query = select(HouseholdKey.tie, HouseholdKey.key).join(Pupil, Pupil.id == HouseholdKey.pupil_id)
    rows = db.session.execute(query.where(Pupil.surname == surname, Pupil.forename == forename))
    return {(Tie(tie), key) for tie, key in rows}


def derived(*contacts: ContactEntry, home: RollEntry = HOME) -> frozenset[tuple[Tie, str]]:
    return Household(
        home.house,
        home.street,
        home.postcode,
        tuple(one.phone for one in contacts),
        tuple(one.email for one in contacts),
    ).keys


@on_both
def test_what_a_file_says_of_home_and_contacts_is_found_by_and_no_more_when_it_changes(town: Town) -> None:
    assert stored() == set()
    take(town.alder, replace(HOME, contacts=(MOTHER,), contact_slots=2))
    assert stored() == derived(MOTHER)
    moved = replace(HOME, house="90", contacts=(MOTHER,), contact_slots=2)
    take(town.alder, moved, accept=True)
    assert stored() == derived(MOTHER, home=moved)
    take(town.alder, replace(moved, contacts=(AUNT,)), accept=True)
    assert stored() == derived(AUNT, home=moved)
    assert stored(BEN) == set()


@on_both
def test_what_is_taken_back_is_found_by_no_more(town: Town) -> None:
    take(town.alder, replace(HOME, contacts=(MOTHER,)))
    moved = replace(HOME, house="90", contacts=(MOTHER, AUNT))
    done = take(town.alder, moved, accept=True)
    assert stored() == derived(MOTHER, AUNT, home=moved)
    with transaction():
        roll.revert(town.alder.dsl, town.alder.school_id, done, at=LATER)
    assert stored() == derived(MOTHER)


@on_both
def test_a_number_that_changes_and_its_undoing_leave_the_keys(town: Town) -> None:
    take(town.alder, replace(HOME, contacts=(MOTHER,)))
    later = town.alder.submit(NEXT_WEEK, {ADA: "PPPPP"}, numbers={ADA: "M841200023001"})
    assert stored() == derived(MOTHER)
    undoing.undo(town.alder.dsl, later.id, at=after_school(NEXT_WEEK[-1]))
    assert stored() == derived(MOTHER)


def test_only_the_children_whose_home_or_contacts_change_are_written(town: Town) -> None:
    take(town.alder, HOME)
    take(town.alder, HOME, name=BEN)
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "household_key" in statement and not statement.startswith("SELECT"):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    take(town.alder, replace(HOME, sex="F", leaving_on=date(2027, 7, 20)))
    town.alder.submit(NEXT_WEEK, {ADA: "OOOOO", BEN: "PPPPP"})
    event.remove(db.engine, "before_cursor_execute", note)
    assert written == []


@on_both
def test_what_is_lost_is_made_again_and_an_older_database_has_it_once_upgraded(town: Town) -> None:
    take(town.alder, replace(HOME, contacts=(MOTHER,)))
    take(town.alder, HOME, name=BEN)
    with transaction():
        db.session.execute(delete(HouseholdKey))
    with transaction():
        search_keys.rebuild()
    assert (stored(), stored(BEN)) == (derived(MOTHER), derived())
    app = current_app._get_current_object()
    db.session.remove()
    command.downgrade(app.extensions["migrate"].migrate.get_config(), "0004")
    upgrade_schema(app)
    assert (stored(), stored(BEN)) == (derived(MOTHER), derived())
    own = town.alder.registration(ADA).id
    assert [one.registration.pupil.forename for one in siblings_of(town.alder.dsl, own)] == ["Ben"]


@on_both
def test_what_a_family_shares_finds_nobody_who_is_looked_for(town: Town) -> None:
    shared = replace(HOME, contacts=(MOTHER,))
    take(town.alder, shared)
    take(town.alder, shared, name=BEN)
    pupil_id = town.alder.registration(ADA).pupil_id
    assert matches.read_alike([pupil_id]) == {}
    sought = Child(Identity("Elm", "Cy", date(2012, 3, 1), postcode="DL1 5QT"), address="12 High Street")
    assert searching.find(town.alder.dsl, [sought]) == [[]]
