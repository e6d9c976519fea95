"""A child somebody looks for is noticed in any register, and a person decides."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from cme.services.tracing import matches as matching
from cme.store import matches
from cme.store.database import db, transaction
from cme.store.tables import Alert, School, TraceMatch
from tests.integration.services.leaving import Leaving
from tests.integration.services.office import Office, Town, after_school, days_from, on_both
from tests.integration.services.tracing import member

WEEKS = days_from(date(2026, 10, 12), 5), days_from(date(2026, 10, 19), 5)
UPN, OTHER_UPN = "M841200023001", "R201100018042"


def found() -> list[tuple[str, str]]:
    """Every match on record: label and rule."""
    db.session.rollback()
    rows = db.session.scalars(select(TraceMatch).order_by(TraceMatch.id))
    return [(row.label, row.rule) for row in rows]


def miss(office: Office, name: str = "Birch, Ada", upn: str = UPN) -> None:
    """Open a case by a week of absence."""
    office.submit(WEEKS[0], {name: "OOOOO"}, numbers={name: upn})
    assert office.case(name).closed_at is None


def told(receipt: dict[str, object] | None) -> object:
    assert receipt is not None
    return receipt["authority_told"]


@on_both
def test_a_child_with_an_open_case_is_noticed_at_another_school_once(town: Town) -> None:
    miss(town.alder)
    arrived = {"Newname, Ada": "PPPPP"}
    first = town.beech.submit(WEEKS[0], arrived, numbers={"Newname, Ada": UPN})
    assert found() == [("likely", "Same UPN")]
    assert told(first.receipt) == 1
    again = town.beech.submit(WEEKS[1], arrived, numbers={"Newname, Ada": UPN})
    assert found() == [("likely", "Same UPN")]
    assert told(again.receipt) == 0


@on_both
def test_a_match_that_two_uploads_bring_at_once_is_kept_once(town: Town) -> None:
    miss(town.alder)
    town.beech.submit(WEEKS[0], {"Newname, Ada": "PPPPP"}, numbers={"Newname, Ada": UPN})
    db.session.rollback()
    row = db.session.scalars(select(TraceMatch)).one()
    again = {
        each.name: getattr(row, each.name)
        for each in TraceMatch.__table__.columns
        if each.name not in ("id", "reason", "decided_by")
    }
    db.session.rollback()
    with transaction():
        assert matches.add([again]) == 0
    assert len(found()) == 1


@on_both
def test_a_namesake_at_two_schools_is_likely_at_none(town: Town) -> None:
    miss(town.alder, upn="")
    town.beech.submit(WEEKS[0], {"Birch, Ada": "PPPPP"})
    assert found() == [("likely", "Same names and date of birth")]
    town.another().submit(WEEKS[0], {"Birch, Ada": "PPPPP"})
    assert [label for label, _ in found()] == ["possible", "possible"]


@on_both
@pytest.mark.parametrize(
    ("disposition", "left"), [("not_same_child", "unreviewed"), ("same_child", "same_child")]
)
def test_who_was_only_possible_and_is_likely_by_now_is_looked_at_again(
    town: Town, disposition: str, left: str
) -> None:
    boss = member(town.alder.authority_id)
    miss(town.alder)
    town.beech.submit(WEEKS[0], {"Birch, Adah": "PPPPP"})
    assert [label for label, _ in found()] == ["possible"]
    with transaction() as session:
        match = session.scalars(select(TraceMatch)).one()
        match.disposition = disposition
    again = town.beech.submit(WEEKS[1], {"Birch, Adah": "PPPPP"}, numbers={"Birch, Adah": UPN})
    db.session.rollback()
    match = db.session.scalars(select(TraceMatch)).one()
    assert match.disposition == left
    is_again = left == "unreviewed"
    assert (match.label == "likely", told(again.receipt) == 1) == (is_again, is_again)
    alerts = db.session.scalars(select(Alert.is_urgent).where(Alert.user_id == boss, Alert.kind == "match"))
    assert alerts.all() == ([False, True] if is_again else [False])


def test_the_case_of_a_child_who_was_found_looks_into_the_place(town: Town) -> None:
    miss(town.alder)
    town.beech.submit(WEEKS[0], {"Newname, Ada": "PPPPP"}, numbers={"Newname, Ada": UPN})
    match_id, officer = db.session.scalars(select(TraceMatch.id)).one(), Leaving(town.alder).officer
    decide = partial(matching.decide, officer, match_id, seen=None, at=after_school(WEEKS[0][-1]))
    assert decide("cannot_tell", "No photograph") is None
    assert decide("same_child", "The school sent one") is None
    case, school_name = town.alder.case("Birch, Ada"), db.session.get_one(School, town.beech.school_id).name
    assert case.stage == "verifying"
    # Which school it is would tell the child's old school where the child is.
    assert school_name not in " ".join(str(event.data) for event in case.events)
    assert decide("same_child", "Seen again") is None


def test_a_case_that_opens_later_finds_who_is_on_another_roll_already(town: Town) -> None:
    town.beech.submit(WEEKS[0], {"Birch, Ada": "PPPPP"})
    assert found() == []
    miss(town.alder, upn="")
    assert [label for label, _ in found()] == ["likely"]


def test_nobody_is_told_of_brothers_sisters_and_classmates(town: Town) -> None:
    miss(town.alder)
    receipt = town.beech.submit(WEEKS[0], {"Birch, Ben": "PPPPP"}, numbers={"Birch, Ben": OTHER_UPN}).receipt
    assert (found(), told(receipt)) == ([], 0)
