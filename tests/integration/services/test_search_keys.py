"""The keys by which a child is found follow the particulars, however those came to be."""

from alembic import command
from flask import current_app
from sqlalchemy import delete, select

from cme.identity.likeness import Identity
from cme.identity.searching import Child, judge, keys_of
from cme.services.registers import undoing
from cme.services.tracing import searching
from cme.store import search_keys
from cme.store.database import db, transaction
from cme.store.schema import upgrade_schema
from cme.store.search_keys import identity_of
from cme.store.tables import Pupil, Registration, SearchKey
from tests.integration.services.office import BORN_ON, Town, after_school, days_from, on_both
from tests.pairs import make_cases

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


@on_both
def test_an_older_database_is_searched_as_soon_as_it_is_upgraded(town: Town) -> None:
    town.alder.submit(WEEK, {"Birch, Ada": "PPPPP"})
    app = current_app._get_current_object()
    db.session.remove()
    command.downgrade(app.extensions["migrate"].migrate.get_config(), "0004")
    upgrade_schema(app)
    assert stored("Birch") == derived("Birch", "Ada")
    found = searching.find(town.alder.dsl, [Child(Identity("Birch", "Ada", BORN_ON))])
    assert [each.finding.label.value for each in found[0]] == ["likely"]


def test_whoever_the_rules_label_is_found_through_the_keys_on_record(town: Town) -> None:
    town.alder.submit(WEEK, {"Zeal, Zoe": "PPPPP"})
    school_id = db.session.scalars(select(Registration.school_id)).first()
    cases = make_cases()[::13]
    children = [child for case in cases for child in (case.truth, *case.others) if child]
    with transaction() as session:
        rows = [
            Pupil(
                surname=one.surname,
                forename=one.forename,
                born_on=one.born_on,
                upn=next(iter(one.upns), None),
                former_upn=next(iter(one.upns[1:]), None),
                registrations=[Registration(school_id=school_id, created_at=after_school(WEEK[-1]))],
                created_at=after_school(WEEK[-1]),
            )
            for one in (child.identity for child in children)
        ]
        session.add_all(rows)
        session.flush()
        search_keys.refresh([row.id for row in rows])
    pupils = db.session.scalars(select(Pupil).order_by(Pupil.id)).all()
    ours = [Child(identity_of(pupil)) for pupil in pupils]
    found = searching.find(town.alder.dsl, [case.sought for case in cases])
    labelled = 0
    for case, each in zip(cases, found, strict=True):
        expected = {(pupils[one.place].id, one.label, one.rule) for one in judge(case.sought, ours)}
        assert {(one.pupil_id, one.finding.label, one.finding.rule) for one in each} == expected
        labelled += len(expected)
    assert labelled > len(cases) // 2
