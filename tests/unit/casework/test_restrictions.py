"""What a restriction forbids, and whom it is about."""

import pytest

from cme.casework.safety.restrictions import Restriction, RestrictionKind, Restrictions, faults, in_order

KIND = RestrictionKind


def of(kind: RestrictionKind, contact_id: int | None = None, who: str = "") -> Restrictions:
    return Restrictions((Restriction(1, kind, contact_id, who),))


def test_without_restrictions_everybody_may_be_rung() -> None:
    none = Restrictions()
    said = (none.no_contact, none.no_letters, none.advice_first, none.address_is_protected)
    assert not any(said)
    assert not none.stops_family_contact
    assert not none.bars(3, "Jo Ferris")


@pytest.mark.parametrize("kind", [KIND.NO_CONTACT, KIND.ADVICE_FIRST])
def test_what_is_about_the_family_bars_each_of_them(kind: RestrictionKind) -> None:
    everybody = of(kind)
    assert everybody.stops_family_contact
    assert everybody.bars(3, "Jo Ferris")
    assert everybody.bars(None)


def test_one_contact_is_barred_and_the_others_are_not() -> None:
    one = of(KIND.NO_CONTACT, 3, "Jo Ferris")
    assert one.bars(3, "Jo Ferris")
    assert not one.bars(4, "Pat Ferris")
    assert not one.no_contact
    assert not one.stops_family_contact


def test_a_barred_contact_who_comes_anew_with_a_file_is_still_barred() -> None:
    assert of(KIND.NO_CONTACT, 3, "Jo Ferris").bars(9, "Jo Ferris-Lane") is False
    assert of(KIND.NO_CONTACT, 3, "Jo Ferris").bars(9, "jo  FERRIS")


def test_somebody_who_is_no_contact_is_barred_by_name_only() -> None:
    named = of(KIND.NO_CONTACT, None, "Uncle Lee")
    assert not named.no_contact
    assert named.bars(None, "uncle lee")
    assert not named.bars(None, "")
    assert not named.bars(5)


def test_a_protected_address_is_protected_by_a_childs_own_restriction_or_anothers() -> None:
    assert of(KIND.PROTECTED_ADDRESS).address_is_protected
    assert Restrictions(shares_protected_address=True).address_is_protected
    assert not of(KIND.NO_LETTERS).address_is_protected
    assert of(KIND.NO_LETTERS).no_letters


def test_the_furthest_reaching_stands_first() -> None:
    made = [Restriction(number, kind) for number, kind in enumerate(reversed(KIND))]
    assert [one.kind for one in in_order(made)] == list(KIND)


@pytest.mark.parametrize(
    ("restriction", "heading"),
    [
        (Restriction(1, KIND.NO_CONTACT), "Do not contact anybody in the family"),
        (Restriction(1, KIND.NO_CONTACT, 3, "Jo Ferris"), "Do not contact Jo Ferris"),
        (Restriction(1, KIND.ADVICE_FIRST), "Specialist advice first"),
    ],
)
def test_a_heading_says_who_is_meant(restriction: Restriction, heading: str) -> None:
    assert restriction.heading == heading


@pytest.mark.parametrize(
    ("kind", "who", "note", "wrong"),
    [
        (KIND.NO_CONTACT, "", "Court order", []),
        (KIND.NO_CONTACT, "Jo", "Court order", []),
        (KIND.NO_CONTACT, "", " ", ["note"]),
        (KIND.NO_LETTERS, "Jo", "Court order", ["who"]),
        (KIND.NO_CONTACT, "J" * 241, "Court order", ["who"]),
        (KIND.ADVICE_FIRST, "", "x" * 4001, ["note"]),
    ],
)
def test_what_is_wrong_with_a_restriction(
    kind: RestrictionKind, who: str, note: str, wrong: list[str]
) -> None:
    assert list(faults(kind, who, note)) == wrong
