"""Who may be the child that another authority describes (tracing.md s.3)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cme.identity.likeness import Identity
from cme.identity.searching import LONGEST_KEY, Child, Finding, Label, Rule, Verdict, judge, keys_of
from cme.identity.upn import check_letter

BORN_ON = date(2014, 3, 12)


def upn(serial: int, *, temporary: bool = False) -> str:
    digits = f"841200018{serial:03d}"
    digits = f"{digits[:-1]}A" if temporary else digits
    return check_letter(digits) + digits


def child(**given: Any) -> Child:
    values: dict[str, Any] = {"surname": "Bell", "forename": "Ana", "born_on": BORN_ON}
    return Child(Identity(**values | given))


def labels(sought: Child, *candidates: Child) -> dict[int, tuple[Label, Rule]]:
    return {found.place: (found.label, found.rule) for found in judge(sought, candidates)}


def only(sought: Child, *candidates: Child) -> Finding:
    (found,) = judge(sought, candidates)
    assert not keys_of(sought.identity).isdisjoint(keys_of(candidates[found.place].identity))
    return found


LIKELY_UPN = (Label.LIKELY, Rule.UPN)
CONFLICT = (Label.POSSIBLE, Rule.UPN_CONFLICT)


@pytest.mark.parametrize(
    ("given_one", "expected"),
    [
        ({}, LIKELY_UPN),
        ({"surname": "Hill"}, LIKELY_UPN),
        ({"born_on": date(2015, 1, 1)}, LIKELY_UPN),
        ({"surname": "", "forename": "", "born_on": None}, LIKELY_UPN),
        ({"surname": "Hill", "born_on": date(2015, 1, 1)}, CONFLICT),
        ({"surname": "Hill", "born_on": date(2014, 12, 3)}, CONFLICT),
        ({"forename": "Zed", "born_on": date(2016, 8, 27)}, CONFLICT),
        ({"forename": "Zed", "born_on": date(2015, 3, 12)}, CONFLICT),
        ({"forename": "A", "born_on": date(2016, 8, 27)}, LIKELY_UPN),
    ],
)
def test_a_upn_is_likely_unless_birth_date_and_a_name_both_differ(
    given_one: dict[str, Any], expected: tuple[Label, Rule]
):
    sought = child(upns=(upn(1),), **given_one)

    assert labels(sought, child(upns=(upn(1),))) == {0: expected}
    assert labels(sought, child(upns=(upn(2), upn(1)))) == {0: expected}
    assert labels(child(upns=(upn(3), upn(1))), child(upns=(upn(1),))) == {0: LIKELY_UPN}


@pytest.mark.parametrize(
    ("given_one", "given_other"),
    [
        ({}, {}),
        ({"surname": "BÉLL", "forename": "A-na"}, {}),
        ({"forename": "Annie"}, {"other_forenames": ("Annie",)}),
        ({"other_surnames": ("Cole",)}, {"surname": "Cole"}),
        ({"upns": (upn(1),)}, {"upns": (upn(2, temporary=True),)}),
        ({"upns": ("A841200018001",)}, {"upns": (upn(1),)}),
    ],
)
def test_full_names_and_birth_date_are_likely_for_one_child_and_possible_for_several(
    given_one: dict[str, Any], given_other: dict[str, Any]
):
    sought, one = child(**given_one), child(**given_other)

    assert labels(sought, one) == {0: (Label.LIKELY, Rule.PARTICULARS)}
    namesake = replace(one, identity=replace(one.identity, upns=()))
    assert labels(sought, one, namesake) == dict.fromkeys((0, 1), (Label.POSSIBLE, Rule.NAMESAKE))


def test_full_names_and_birth_date_with_another_permanent_upn_are_for_a_person():
    assert labels(child(upns=(upn(1),)), child(upns=(upn(2),))) == {0: (Label.POSSIBLE, Rule.OTHER_UPN)}


def test_where_the_upn_is_one_childs_and_the_particulars_anothers_neither_is_likely():
    bearer = child(upns=(upn(1),), forename="Ben")

    assert labels(child(upns=(upn(1),)), bearer, child()) == {0: CONFLICT, 1: CONFLICT}


def test_where_the_upn_and_the_particulars_are_one_childs_a_namesake_is_only_possible():
    bearer = child(upns=(upn(1),))

    assert labels(child(upns=(upn(1),)), child(), bearer) == {
        0: (Label.POSSIBLE, Rule.NAMESAKE),
        1: LIKELY_UPN,
    }


@pytest.mark.parametrize(
    ("given_one", "given_other", "words"),
    [
        ({"forename": ""}, {}, "one of the two has no forename"),
        ({"surname": ""}, {}, "one of the two has no surname"),
        ({"forename": "A."}, {}, "one forename may be short for the other"),
        ({"forename": "Kate"}, {"forename": "Katherine"}, "one forename may be short for the other"),
        ({"forename": "Maria"}, {"forename": "Ana Maria"}, "the forenames have a name in common"),
        ({"surname": "Ana", "forename": "Bell"}, {}, "surname and forename may be swapped"),
        ({"surname": "Bell-Cole"}, {}, "one surname is part of the other"),
        ({"surname": "Bell-Cole"}, {"surname": "Cole Bell"}, "the parts of the surname may be swapped"),
        ({"surname": "Smyth"}, {"surname": "Smith"}, "the surnames are one letter apart"),
        (
            {"surname": "Bell-Cole", "forename": "A"},
            {},
            "one surname is part of the other, one forename may be short for the other",
        ),
    ],
)
def test_close_names_with_the_same_birth_date_are_possible_and_it_is_said_why(
    given_one: dict[str, Any], given_other: dict[str, Any], words: str
):
    found = only(child(**given_one), child(**given_other))

    assert (found.label, found.words) == (
        Label.POSSIBLE,
        f"Same date of birth, names close: {words}",
    )


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        (date(2014, 12, 3), "day and month of birth may be swapped"),
        (date(2014, 3, 13), "the dates of birth differ in one digit"),
        (date(2014, 3, 22), "the dates of birth differ in one digit"),
        (date(2015, 3, 12), "the dates of birth differ in one digit"),
        (date(2004, 3, 12), "the dates of birth differ in one digit"),
    ],
)
def test_the_same_names_with_a_birth_date_off_by_a_slip_are_possible(born_on: date, words: str):
    found = only(child(born_on=born_on), child())

    assert found.words == f"Same names, date of birth close: {words}"
    assert found.label is Label.POSSIBLE


@pytest.mark.parametrize(
    "given_one",
    [
        {"born_on": None},
        {"born_on": date(2014, 4, 21)},
        {"forename": "Zed"},
        {"surname": "Hill"},
        {"surname": "", "forename": ""},
        {"surname": "", "forename": "A"},
        {"forename": "A", "born_on": date(2014, 12, 3)},
        {"surname": "Ana", "forename": "Bell", "born_on": date(2014, 12, 3)},
    ],
)
def test_less_than_that_is_nobody(given_one: dict[str, Any]):
    assert judge(child(**given_one), [child()]) == []


def test_sex_address_parents_and_siblings_are_shown_and_never_decide():
    ours = Child(child().identity, "F", "1 Sample Street", ("Pat Example",), ("Sam Bell",))
    theirs = Child(child().identity, "M", "2 Other Road", ("Lee Other", "PAT EXAMPLE"), ())
    far = Child(Identity(surname="Hill", forename="Zed", born_on=date(2010, 1, 1)), *_never(ours))

    found = only(theirs, ours)
    assert found.label is Label.LIKELY
    assert {line.field: line.verdict for line in found.grid} == {
        "Surname": Verdict.MATCH,
        "Forenames": Verdict.MATCH,
        "Date of birth": Verdict.MATCH,
        "Sex": Verdict.DIFFERS,
        "Address": Verdict.DIFFERS,
        "Parents or carers": Verdict.MATCH,
        "Siblings": Verdict.BLANK_THEIRS,
    }
    assert judge(far, [ours]) == []


def _never(one: Child) -> tuple[Any, ...]:
    return one.sex, one.address, one.parents, one.siblings


def test_the_grid_shows_both_sides_as_given_with_every_recorded_form():
    sought = child(surname="BÉLL", upns=(upn(1),), postcode="DL1 1AA")
    ours = child(surname="Cole", other_surnames=("Bell",), upns=(upn(2), upn(1)), born_on=None)

    lines = {line.field: line[1:] for line in only(sought, ours).grid}
    assert lines["Surname"] == ("BÉLL", "Cole; Bell", Verdict.MATCH)
    assert lines["UPN"] == (upn(1), f"{upn(2)}; {upn(1)}", Verdict.MATCH)
    assert lines["Date of birth"] == ("12/03/2014", "", Verdict.BLANK_OURS)
    assert lines["Postcode"] == ("DL1 1AA", "", Verdict.BLANK_OURS)


def test_a_finding_comes_likely_first_then_the_most_alike():
    sought = child(upns=(upn(1),), postcode="AB1 2CD")
    found = judge(
        sought,
        [child(forename="A"), child(forename="A", postcode="ab12cd"), child(surname="Hill", upns=(upn(1),))],
    )

    assert [each.place for each in found] == [2, 1, 0]


surnames = st.sampled_from(
    ["Bell", "Bell-Cole", "Cole", "Cole-Bell", "Bel", "Ana", "Bellx", "Łuk", "Luk", ""]
)
forenames = st.sampled_from(["Ana", "A", "Ana Maria", "Maria", "Ben", "Benjamin", "Bell", "Anna", ""])
others = st.lists(st.sampled_from(["Cole", "Bell", "Ana", "Maria"]), max_size=2).map(tuple)
identities = st.builds(
    Identity,
    surname=surnames,
    forename=forenames,
    born_on=st.sampled_from(
        [BORN_ON, date(2014, 12, 3), date(2014, 3, 13), date(2004, 3, 12), date(2011, 8, 1), None]
    ),
    upns=st.sampled_from(
        [(), (), (upn(1),), (upn(2),), (upn(3), upn(1)), (upn(4, temporary=True),), ("A841200018001",)]
    ),
    postcode=st.sampled_from(["", "AB1 2CD"]),
    other_surnames=others,
    other_forenames=others,
)
children = st.builds(Child, identities)


@given(sought=children, candidates=st.lists(children, max_size=6))
@example(child(forename=""), [child()])
def test_whoever_gets_a_label_is_found_by_a_key(sought: Child, candidates: list[Child]):
    keys = keys_of(sought.identity)
    for found in judge(sought, candidates):
        assert not keys.isdisjoint(keys_of(candidates[found.place].identity))


@given(
    sought=children,
    surname=st.text(max_size=40),
    forename=st.text(max_size=40),
    born_on=st.dates(),
    number=st.text(max_size=40),
)
def test_keys_are_short_whatever_a_record_says(
    sought: Child, surname: str, forename: str, born_on: date, number: str
):
    identity = Identity(surname, forename, born_on, (number,))
    assert all(0 < len(key) <= LONGEST_KEY for key in keys_of(identity) | keys_of(sought.identity))


@given(sought=children, candidates=st.lists(children, max_size=6), data=st.data())
def test_the_order_of_the_candidates_changes_no_label(
    sought: Child, candidates: list[Child], data: st.DataObject
):
    order = data.draw(st.permutations(range(len(candidates))))
    straight, mixed = labels(sought, *candidates), labels(sought, *(candidates[place] for place in order))

    assert {order[place]: label for place, label in mixed.items()} == straight


@given(sought=children, candidates=st.lists(children, max_size=6))
def test_likely_is_one_child_unless_several_have_the_same_upn(sought: Child, candidates: list[Child]):
    likely = [found for found in judge(sought, candidates) if found.label is Label.LIKELY]

    assert len(likely) < 2 or all(
        not set(sought.identity.upns).isdisjoint(candidates[found.place].identity.upns) for found in likely
    )


@given(one=children, other=children)
def test_who_may_be_whom_is_the_same_both_ways(one: Child, other: Child):
    assert labels(one, other) == labels(other, one)
