"""The family of the child of a case: who, what ties them, where each stands, and the joint pack."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Refused
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind
from cme.identity.households import MOST_TIED, Tie
from cme.services import casework, enquiries, restrictions
from cme.services.papers import Paper
from cme.services.restrictions import NewRestriction
from cme.services.tracing import families, family_packs
from cme.services.tracing.families import Bond, Relative
from cme.services.tracing.siblings import absent_siblings
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry
from importers.roll.entries import ContactEntry, RollEntry
from tests.enquiries import call_entry
from tests.integration.services.office import Office, Town, after_school, days_from, on_both
from tests.integration.services.test_roll import take
from tests.store import statements
from tests.unit.documents.pdfs import claims_accessibility, count_pages, is_tagged, words_of

DAYS = days_from(date(2026, 10, 5), 12)
AT = after_school(DAYS[-1]) + timedelta(hours=1)
ADA, BEN, CORA, DAN, EVA = "Birch, Ada", "Birch, Ben", "Hill, Cora", "Hill, Dan", "Oak, Eva"
HOME = {"house": "77", "street": "Hidden Lane", "postcode": "QZ9 9ZQ"}
WRITTEN = "77 Hidden Lane, QZ9 9ZQ"
MOTHER = ContactEntry("Pat Birch", "Mother", "07700 900001", "pat@example.org")
AUNT = ContactEntry("P. B.", "Aunt", "+44 7700 900001")


@pytest.fixture
def town(town: Town) -> Town:
    """Ada is absent. Ben shares her home and is absent, Cora a phone; Dan, at Beech, the home, absent too."""
    town.alder.submit(DAYS, {ADA: "PPOOOOOOOOOO", BEN: "PPPPPPPPOOOO", CORA: "PPPPPPPPPPPP"})
    town.beech.submit(DAYS, {DAN: "PPPPPPPPPOOO", EVA: "PPPPPPPPPOOO"})
    take(town.alder, RollEntry(**HOME, contacts=(MOTHER,)), accept=True, name=ADA)
    take(town.alder, RollEntry(**HOME), accept=True, name=BEN)
    take(town.alder, RollEntry(contacts=(AUNT,)), accept=True, name=CORA)
    take(town.beech, RollEntry(**HOME), accept=True, name=DAN)
    return town


def family(scope: Scope, office: Office, name: str = ADA) -> dict[str, Relative]:
    """The family of the child of a case, by forename."""
    view = casework.show(scope, office.case(name).reference, today=AT.date())
    assert view is not None
    return {one.registration.pupil.forename: one for one in families.family_of(scope, view)}


def pack(scope: Scope, office: Office, name: str = ADA) -> Paper:
    made = family_packs.make(scope, office.case(name).reference, lambda _: (), at=AT)
    assert isinstance(made, Paper), made
    return made


def protect(office: Office, name: str) -> None:
    new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
    assert isinstance(restrictions.add(office.officer, office.registration(name).id, new, at=AT), int)


def both(*offices: Office) -> Scope:
    """A CME officer of each of these authorities."""
    return Scope(7, "Cleo Rowe", frozenset(Grant(Role.CME_OFFICER, each.authority_id) for each in offices))


@on_both
def test_an_officer_sees_the_family_across_schools_with_what_ties_it(town: Town) -> None:
    found = family(town.alder.officer, town.alder)
    assert {name: one.bonds for name, one in found.items()} == {
        "Ben": (Bond(Tie.ADDRESS, (WRITTEN,)),),
        "Cora": (Bond(Tie.PHONE, ("07700 900001 (Pat Birch)",)),),
        "Dan": (Bond(Tie.ADDRESS, (WRITTEN,)),),
    }
    cases = {name: one.case and one.case.reference for name, one in found.items()}
    assert cases == {
        "Ben": town.alder.case(BEN).reference,
        "Cora": None,
        "Dan": town.beech.case(DAN).reference,
    }


def test_a_school_sees_its_own_children_only(town: Town) -> None:
    assert set(family(town.alder.dsl, town.alder)) == {"Ben", "Cora"}
    assert family(town.beech.dsl, town.beech, DAN) == {}


def test_the_office_is_told_that_something_ties_and_not_what(town: Town) -> None:
    found = family(town.alder.clerk, town.alder)
    assert {name: one.bonds for name, one in found.items()} == {
        "Ben": (Bond(Tie.ADDRESS),),
        "Cora": (Bond(Tie.PHONE),),
    }


def test_a_front_door_sees_who_was_referred(town: Town) -> None:
    assert town.alder.send(ADA, at=AT) is None
    assert family(town.alder.front_door, town.alder) == {}
    assert town.alder.send(BEN, at=AT) is None
    assert set(family(town.alder.front_door, town.alder)) == {"Ben"}


@on_both
def test_a_child_off_the_roll_who_is_looked_for_is_of_the_family(town: Town) -> None:
    with transaction():
        town.alder.registration(BEN).removed_on = DAYS[-1]
        town.alder.registration(CORA).removed_on = DAYS[-1]
    assert set(family(town.alder.officer, town.alder)) == {"Ben", "Dan"}
    own = town.alder.registration(ADA).id
    absent = absent_siblings(town.alder.officer, own)
    assert {one.registration.pupil.forename for one in absent} == {"Ben", "Dan"}


@on_both
def test_a_protected_home_ties_nobody_for_whom_it_is_hidden(town: Town) -> None:
    protect(town.alder, BEN)
    for scope in (town.alder.dsl, town.alder.scope(Role.INSPECTOR)):
        found = family(scope, town.alder)
        assert set(found) == {"Cora"}
        assert found["Cora"].bonds == (Bond(Tie.PHONE),)
        assert absent_siblings(scope, town.alder.registration(ADA).id) == ()
    assert set(family(town.alder.officer, town.alder)) == {"Ben", "Cora", "Dan"}


@on_both
def test_only_who_is_away_too_is_told_to_be(town: Town) -> None:
    for scope, absent in (
        (town.alder.officer, {"Ben", "Dan"}),
        (town.alder.dsl, {"Ben"}),
        (town.beech.dsl, set()),
        (town.cedar.officer, set()),
    ):
        found = absent_siblings(scope, town.alder.registration(ADA).id)
        assert {one.registration.pupil.forename for one in found} == absent


def test_what_more_children_share_than_a_family_has_ties_nobody_among_the_absent_either(town: Town) -> None:
    crowd = [f"Elm, Child {number}" for number in range(MOST_TIED)]
    town.alder.submit(DAYS[-2:], dict.fromkeys(crowd, "PP"))
    for name in crowd:
        take(town.alder, RollEntry(**HOME), accept=True, name=name)
    own = town.alder.registration(ADA).id
    assert absent_siblings(town.alder.officer, own) == ()


def test_a_greater_family_costs_no_more_queries(town: Town) -> None:
    scope, own = town.alder.officer, town.alder.registration(ADA).id

    def asked() -> int:
        db.session.rollback()
        db.session.expunge_all()
        with statements(town.alder.app) as made:
            assert absent_siblings(scope, own)
            family(scope, town.alder)
        return len(made)

    few = asked()
    more = [f"Elm, Child {number}" for number in range(4)]
    town.alder.submit(DAYS[-2:], dict.fromkeys(more, "OO"))
    for name in more:
        take(town.alder, RollEntry(**HOME), accept=True, name=name)
    assert len(absent_siblings(scope, own)) == len(more) + 2
    assert asked() <= few


def test_children_of_two_authorities_are_one_family_for_who_works_in_both(town: Town) -> None:
    cedar = town.cedar
    cedar.submit(DAYS, {EVA: "PPPPPPPPPPPP"})
    take(cedar, RollEntry(**HOME), accept=True, name=EVA)
    assert "Eva" not in family(town.alder.officer, town.alder)
    assert set(family(both(town.alder, cedar), town.alder)) == {"Ben", "Cora", "Dan", "Eva"}


def test_the_pack_tells_of_each_case_that_the_reader_prints(town: Town, tmp_path: Path) -> None:
    call = enquiries.log(
        town.alder.dsl, town.alder.registration(BEN).id, call_entry(done_at=AT - timedelta(hours=1)), at=AT
    )
    assert not isinstance(call, Refused)
    made = pack(town.alder.officer, town.alder)
    references = [
        town.alder.case(ADA).reference,
        town.alder.case(BEN).reference,
        town.beech.case(DAN).reference,
    ]
    assert made.name == f"{references[0]}-family-pack.pdf"
    assert is_tagged(made.content)
    assert claims_accessibility(made.content)
    words = words_of(made.content, tmp_path)
    for reference, name in zip(references, ("Ada Birch", "Ben Birch", "Dan Hill"), strict=True):
        assert f"{name}, {reference}" in words
    assert "Cora Hill" in words
    assert "No case" in words
    assert "(school)" in words
    assert "What is due" in words
    assert f"Last seen at school {DAYS[1]:%-d %B %Y}" in words
    assert f"{town.alder.registration(ADA).school.authority.name} Confidential" in words
    assert "Eva" not in words
    db.session.rollback()
    logged = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "document.made")).all()
    cases = [town.alder.case(ADA).id, town.alder.case(BEN).id, town.beech.case(DAN).id]
    assert sorted(entry.subject for entry in logged) == sorted(f"case:{key}" for key in cases)
    assert len({entry.detail["sha256"] for entry in logged}) == 1


def test_a_school_makes_the_pack_of_its_own_children(town: Town, tmp_path: Path) -> None:
    words = words_of(pack(town.alder.dsl, town.alder).content, tmp_path)
    assert "Ben Birch" in words
    assert "Dan" not in words
    assert town.beech.case(DAN).reference not in words


@on_both
def test_no_protected_home_is_printed_in_whichever_case_it_was_typed(town: Town, tmp_path: Path) -> None:
    cedar = town.cedar
    cedar.submit(DAYS, {EVA: "PPPPPPPPPPPP"})
    take(cedar, RollEntry(**HOME), accept=True, name=EVA)
    for office, name in ((town.alder, CORA), (town.alder, ADA)):
        entry = call_entry(done_at=AT - timedelta(hours=1), notes=f"An aunt says they are at {WRITTEN}.")
        made = enquiries.log(office.dsl, office.registration(name).id, entry, at=AT)
        assert not isinstance(made, Refused)
    protect(town.alder, BEN)
    for scope in (both(town.alder, cedar), town.alder.officer, town.alder.dsl):
        words = words_of(pack(scope, town.alder).content, tmp_path).casefold()
        assert "hidden lane" not in words
        assert "qz9" not in words
        assert "07700" not in words
    whole = words_of(pack(town.alder.officer, town.alder).content, tmp_path)
    assert f"An aunt says they are at {ADDRESS_NOT_SHOWN}" in whole


def test_without_a_family_there_is_no_pack(town: Town) -> None:
    refused = family_packs.make(town.beech.dsl, town.beech.case(DAN).reference, lambda _: (), at=AT)
    assert refused == Refused((family_packs.NO_FAMILY,), ("family",))
    with pytest.raises(LookupError):
        family_packs.make(town.beech.dsl, town.alder.case(ADA).reference, lambda _: (), at=AT)
    with pytest.raises(LookupError):
        family_packs.make(
            town.alder.scope(Role.INSPECTOR), town.alder.case(ADA).reference, lambda _: (), at=AT
        )


def test_ten_children_and_more_with_long_names_are_one_pack(town: Town, tmp_path: Path) -> None:
    at_home, by_phone = ([f"Elm, {kin} {number}" for number in range(4)] for kin in ("Home", "Ring"))
    town.alder.submit(DAYS[-1:], dict.fromkeys([*at_home, *by_phone], "O"))
    for name in at_home:
        take(town.alder, RollEntry(**HOME), accept=True, name=name)
    for name in by_phone:
        take(town.alder, RollEntry(contacts=(AUNT,)), accept=True, name=name)
    with transaction():
        for name in at_home:
            town.alder.registration(name).pupil.surname = "Wolfeschlegelsteinhausenbergerdorff" * 2
    assert len(family(town.alder.officer, town.alder)) == 11
    made = pack(town.alder.officer, town.alder)
    assert made.content.startswith(b"%PDF")
    assert count_pages(made.content) >= 4
    words = words_of(made.content, tmp_path).replace(" ", "")
    assert words.count("Wolfeschlegelsteinhausenbergerdorff" * 2) == len(at_home)
    assert all(f"Ring{number}Elm" in words for number in range(4))
