"""Brothers and sisters, found by home and contacts within what the viewer may see."""

from datetime import date, timedelta

import pytest

from cme.access.scope import Scope
from cme.casework.safety.restrictions import RestrictionKind
from cme.identity.households import Tie
from cme.services import restrictions
from cme.services.restrictions import NewRestriction
from cme.services.tracing.siblings import Sibling, Whereabouts, siblings_at_school, siblings_of
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import Office, Town, after_school, days_from, on_both
from tests.integration.services.test_roll import take

DAYS = days_from(date(2026, 10, 12), 6)
AT = after_school(DAYS[-1])
ADA, BEN, CORA, DAN, EVA = "Birch, Ada", "Birch, Ben", "Hill, Cora", "Hill, Dan", "Birch, Eva"
HOME = {"house": "12", "street": "High Street", "postcode": "DL1 5QT"}
MOTHER = ContactEntry("Pat Birch", "Mother", "07700 900001", "pat@example.org")


@pytest.fixture
def town(town: Town) -> Town:
    """Ada is absent. Ben and Dan, at Beech, share her home, Cora a phone, and Eva nothing but the name."""
    town.alder.submit(DAYS, {ADA: "PPOOOO", BEN: "PPPPOO", CORA: "PPPPPP", EVA: "PPPPPP"})
    town.beech.submit(DAYS[:5], {DAN: "PPPPI"})
    take(town.alder, RollEntry(**HOME, contacts=(MOTHER,)), accept=True, name=ADA)
    take(town.alder, RollEntry(street="12 High Street", postcode="DL1 5QT"), accept=True, name=BEN)
    aunt = ContactEntry("P. B.", "Aunt", "+44 7700 900001")
    take(town.alder, RollEntry(contacts=(aunt,)), accept=True, name=CORA)
    take(town.beech, RollEntry(**HOME), accept=True, name=DAN)
    take(town.alder, RollEntry(house="90", street="High Street", postcode="DL1 5QT"), accept=True, name=EVA)
    return town


def found(scope: Scope, office: Office, name: str = ADA) -> dict[str, Sibling]:
    """Siblings by forename."""
    return {one.registration.pupil.forename: one for one in siblings_of(scope, office.registration(name).id)}


@on_both
def test_they_are_tied_by_home_or_phone_and_never_by_a_name(town: Town) -> None:
    ties = {name: one.ties for name, one in found(town.alder.dsl, town.alder).items()}
    assert ties == {"Ben": (Tie.ADDRESS,), "Cora": (Tie.PHONE,)}


@on_both
def test_an_officer_finds_them_at_other_schools_too(town: Town) -> None:
    assert set(found(town.alder.officer, town.alder)) == {"Ben", "Cora", "Dan"}
    assert found(town.beech.dsl, town.beech, DAN) == {}


def test_outside_the_scope_nobody_is_found(town: Town) -> None:
    for scope in (Scope.nobody(), town.beech.dsl, town.cedar.officer):
        assert found(scope, town.alder) == {}
        assert siblings_at_school(scope, town.alder.school_id, [town.alder.registration(ADA).id]) in (
            {},
            {town.alder.registration(ADA).id: ()},
        )


@on_both
def test_each_stands_as_the_register_of_its_own_school_says(town: Town) -> None:
    seen = found(town.alder.officer, town.alder)
    assert {name: one.whereabouts for name, one in seen.items()} == {
        "Ben": Whereabouts.UNEXPLAINED,
        "Cora": Whereabouts.PRESENT,
        "Dan": Whereabouts.ABSENT,
    }
    assert (seen["Ben"].on, seen["Ben"].registration.return_run, seen["Ben"].is_absent_too) == (
        DAYS[5],
        2,
        True,
    )
    assert (seen["Dan"].on, seen["Dan"].marks) == (DAYS[4], ("I", "I"))
    assert not seen["Cora"].is_absent_too


@on_both
def test_several_children_of_a_school_at_once_are_told_the_same(town: Town) -> None:
    keys = {name: town.alder.registration(name).id for name in (ADA, BEN, CORA, EVA)}
    at_once = siblings_at_school(town.alder.dsl, town.alder.school_id, keys.values())
    for key in keys.values():
        assert at_once[key] == siblings_of(town.alder.dsl, key)


def test_who_left_the_roll_is_no_sibling_to_look_for(town: Town) -> None:
    with transaction():
        town.alder.registration(BEN).removed_on = DAYS[-1]
    assert set(found(town.alder.dsl, town.alder)) == {"Cora"}


def test_the_same_child_at_the_school_before_is_no_sibling(town: Town) -> None:
    town.beech.submit(days_from(date(2026, 11, 9), 2), {ADA: "PP"})
    take(town.beech, RollEntry(**HOME), accept=True, name=ADA)
    assert set(found(town.alder.officer, town.alder)) == {"Ben", "Cora", "Dan"}


@on_both
def test_a_home_that_is_hidden_ties_nobody_it_would_give_itself_away(town: Town) -> None:
    new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
    restrictions.add(town.alder.dsl, town.alder.registration(ADA).id, new, at=AT + timedelta(hours=1))
    assert set(found(town.alder.dsl, town.alder)) == {"Cora"}
    assert found(town.alder.dsl, town.alder, BEN) == {}
    assert set(found(town.alder.officer, town.alder)) == {"Ben", "Cora", "Dan"}
