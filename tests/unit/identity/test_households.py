"""Who may belong to one family: an address with its postcode, a phone, an e-mail; never a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.identity.households import (
    MOST_TIED,
    Household,
    Key,
    Tie,
    home_key,
    kinds_of,
    phone_keys,
    tied_by,
)

HOME = Household("12", "High Street", "DL1 5QT")


def ties(one: Household, other: Household) -> tuple[Tie, ...]:
    return kinds_of(tied_by(["a"], {"a": one.keys, "b": other.keys})["a"].get("b", ()))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (HOME, (Tie.ADDRESS,)),
        (Household("", "12 High Street", "dl15qt"), (Tie.ADDRESS,)),
        (Household("14", "High Street", "DL1 5QT"), ()),
        (Household("12", "High Street", "DL1 5QU"), ()),
        (Household("12", "High Street", ""), ()),
        (Household("", "", "DL1 5QT"), ()),
    ],
)
def test_a_home_is_the_same_with_house_and_postcode_only(other: Household, expected: tuple[Tie, ...]) -> None:
    assert ties(HOME, other) == expected


def test_a_street_without_a_house_is_no_home() -> None:
    assert home_key("", "High Street", "DL1 5QT") == ""
    assert home_key("The Old Mill", "", "DL1 5QT") != ""


@pytest.mark.parametrize(
    ("given_phone", "keys"),
    [
        ("07700 900123", {"07700900123"}),
        ("+44 7700 900123", {"07700900123"}),
        ("0044 (0)7700 900123", {"07700900123"}),
        ("01325 406222; ext 12", {"01325406222"}),
        ("406222", set()),
        ("", set()),
    ],
)
def test_a_phone_is_compared_by_its_whole_number(given_phone: str, keys: set[str]) -> None:
    assert phone_keys(given_phone) == keys


def test_a_phone_or_an_email_of_any_contact_ties() -> None:
    one = Household(phones=("01325 406222", "07700 900123; 07700 900124"), emails=("Pat@Example.org",))
    assert ties(one, Household(phones=("+447700900124",))) == (Tie.PHONE,)
    assert ties(one, Household(emails=("pat@example.org",))) == (Tie.EMAIL,)
    assert ties(one, Household(phones=("999",), emails=("none",))) == ()


def test_what_more_children_share_than_a_family_has_ties_nobody() -> None:
    family = dict.fromkeys(range(MOST_TIED), HOME.keys)
    assert len(tied_by([0], family)[0]) == MOST_TIED - 1
    assert tied_by([0], family | {MOST_TIED: HOME.keys})[0] == {}


def test_a_crowded_phone_does_not_undo_a_shared_home() -> None:
    office = ("01325 406222",)
    crowd: dict[object, frozenset[Key]] = {number: Household(phones=office).keys for number in range(20)}
    pair = {"a": Household("12", "High Street", "DL1 5QT", office).keys, "b": HOME.keys}
    assert tied_by(["a"], crowd | pair)["a"] == {"b": HOME.keys}


households = st.builds(
    Household,
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "High Street"]),
    st.sampled_from(["", "DL1 5QT", "DL1 5QU"]),
    st.lists(st.sampled_from(["07700 900001", "07700 900002", "12"]), max_size=2).map(tuple),
    st.lists(st.sampled_from(["a@example.org", "b@example.org", ""]), max_size=1).map(tuple),
)


@given(st.lists(households, max_size=MOST_TIED))
def test_kin_is_mutual_and_never_oneself(found: list[Household]) -> None:
    children = {child: household.keys for child, household in enumerate(found)}
    kin = tied_by(children, children)
    for child, others in kin.items():
        assert child not in others
        assert all(kin[other][child] == by for other, by in others.items())
        assert all(by for by in others.values())


def test_it_is_told_which_address_phone_and_email_ties_and_no_other() -> None:
    one = Household("12", "High Street", "DL1 5QT", ("07700 900123; 07700 900124",), ("Pat@Example.org",))
    other = Household(phones=("+44 7700 900124", "07700 900125"), emails=("pat@example.org",))
    assert tied_by(["a"], {"a": one.keys, "b": other.keys}) == {
        "a": {"b": {(Tie.PHONE, "07700900124"), (Tie.EMAIL, "pat@example.org")}}
    }
