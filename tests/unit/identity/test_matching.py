"""Whether two records are of one child (registers.md s.6, tracing.md s.3)."""

from datetime import date
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.identity.likeness import Identity, Likeness, compare, contradict, may_be_one
from cme.identity.matching import Match, Step, match
from cme.identity.upn import check_letter

BORN_ON = date(2014, 3, 12)


def upn(serial: int, *, temporary: bool = False) -> str:
    digits = f"841200018{serial:03d}"
    digits = f"{digits[:-1]}A" if temporary else digits
    return check_letter(digits) + digits


def child(**given: Any) -> Identity:
    values: dict[str, Any] = {"surname": "Bell", "forename": "Ana", "born_on": BORN_ON}
    return Identity(**values | given)


def only(record: Identity, *known: Identity, **options: Any) -> Match:
    (found,) = match([record], known, **options)
    return found


@pytest.mark.parametrize(
    ("given_one", "given_other", "expected"),
    [
        ({}, {}, Step.PARTICULARS),
        ({"surname": "BÉLL", "forename": "A-na"}, {}, Step.PARTICULARS),
        ({"forename": "Annie"}, {"other_forenames": ("Annie",)}, Step.PARTICULARS),
        ({"surname": "Cole"}, {"other_surnames": ("Cole",)}, Step.PARTICULARS),
        ({"born_on": date(2014, 12, 3)}, {}, Step.CLOSE),
        ({"born_on": date(2014, 3, 13)}, {}, Step.CLOSE),
        ({"born_on": date(2014, 3, 21)}, {}, Step.NONE),
        ({"born_on": None}, {}, Step.NONE),
        ({"born_on": None, "postcode": "ab1 2cd"}, {"postcode": "AB12CD"}, Step.CLOSE),
        ({"forename": "A"}, {}, Step.CLOSE),
        ({"forename": ""}, {}, Step.CLOSE),
        ({"forename": "Kate"}, {"forename": "Katherine"}, Step.CLOSE),
        ({"forename": "Sam"}, {"forename": "Samuel"}, Step.CLOSE),
        ({"forename": "Ana Maria"}, {}, Step.CLOSE),
        ({"forename": "Jonh"}, {"forename": "John"}, Step.CLOSE),
        ({"forename": "Zed"}, {}, Step.NONE),
        ({"forename": "Zed", "postcode": "AB1 2CD"}, {"postcode": "AB1 2CD"}, Step.CLOSE),
        ({"surname": "Bell-Cole"}, {}, Step.CLOSE),
        ({"surname": "Berg"}, {"surname": "van der Berg"}, Step.CLOSE),
        ({"surname": "Smyth"}, {"surname": "Smith"}, Step.CLOSE),
        ({"surname": "Bell-Cole"}, {"surname": "Cole-Bell"}, Step.CLOSE),
        ({"forename": "Maria"}, {"forename": "Ana Maria"}, Step.CLOSE),
        ({"surname": "Hill"}, {}, Step.NONE),
        ({"surname": "Ana", "forename": "Bell"}, {}, Step.CLOSE),
        ({"surname": "Ana", "forename": "Bell", "born_on": date(2014, 12, 3)}, {}, Step.NONE),
    ],
)
def test_without_identifiers_full_particulars_match_and_a_slip_is_for_a_person(
    given_one: dict[str, Any], given_other: dict[str, Any], expected: Step
):
    assert only(child(**given_one), child(**given_other)).step is expected


def test_a_upn_matches_whether_it_is_the_current_or_a_former_one():
    assert only(child(upns=(upn(1),)), child(upns=(upn(1),))) == Match(Step.UPN, (0,))
    assert only(child(upns=(upn(1),)), child(upns=(upn(2), upn(1)))) == Match(Step.UPN, (0,))
    assert only(child(upns=(upn(2), upn(1))), child(upns=(upn(1),))) == Match(Step.UPN, (0,))
    now, before = child(upns=(upn(1),)), child(upns=(upn(2), upn(1)))
    assert only(child(upns=(upn(1),)), before, now) == Match(Step.UPN, (1,))


@pytest.mark.parametrize(
    ("given_one", "expected"),
    [
        ({"surname": "Hill"}, Step.UPN),
        ({"born_on": date(2015, 1, 1)}, Step.UPN),
        ({"surname": "", "born_on": None}, Step.UPN),
        ({"surname": "Hill", "born_on": date(2015, 1, 1)}, Step.UPN_CONFLICT),
        ({"forename": "Zed", "born_on": date(2016, 8, 27)}, Step.UPN_CONFLICT),
        ({"forename": "Zed"}, Step.UPN),
        ({"forename": "A", "born_on": date(2016, 8, 27)}, Step.UPN),
        ({"forename": "Zed", "born_on": date(2014, 12, 3)}, Step.UPN),
        ({"forename": "", "born_on": date(2016, 8, 27)}, Step.UPN),
    ],
)
def test_a_upn_is_doubted_only_where_birth_date_and_one_of_the_names_both_differ(
    given_one: dict[str, Any], expected: Step
):
    assert only(child(upns=(upn(1),), **given_one), child(upns=(upn(1),))) == Match(expected, (0,))


@pytest.mark.parametrize(
    ("given_one", "given_other", "expected"),
    [
        ({"surname": "Hill"}, {}, Step.NUMBER),
        ({"born_on": None}, {}, Step.NUMBER),
        ({"number": "12", "born_on": None}, {}, Step.NUMBER),
        ({"surname": "Hill", "born_on": None}, {}, Step.NUMBER_CONFLICT),
        ({"surname": "", "born_on": None}, {}, Step.UNPROVEN),
        ({"forename": "Zed", "born_on": date(2016, 8, 27)}, {}, Step.NUMBER_CONFLICT),
        ({"forename": "Zed"}, {}, Step.NUMBER),
        ({"forename": "Anabel", "born_on": date(2016, 8, 27)}, {}, Step.NUMBER),
        ({"upns": (upn(1),), "forename": "Zed"}, {"upns": (upn(2),)}, Step.NUMBER_CONFLICT),
        ({"upns": (upn(1),)}, {"upns": (upn(2),)}, Step.NUMBER_CONFLICT),
        ({"upns": (upn(1),)}, {"upns": (upn(2, temporary=True),)}, Step.NUMBER),
        ({"upns": (upn(1),), "forename": "Zed"}, {"upns": (upn(2, temporary=True),)}, Step.NUMBER_CONFLICT),
    ],
)
def test_an_admission_number_needs_surname_or_birth_date(
    given_one: dict[str, Any], given_other: dict[str, Any], expected: Step
):
    one = child(**{"number": "0012", **given_one})
    assert only(one, child(number="0012", **given_other)).step is expected


def test_a_number_without_its_zeros_must_fit_one_child_alone():
    assert only(child(number="12"), child(number="0012"), child(number="012")).step is Step.CLOSE
    assert only(child(number="12", forename="Zed"), child(number="12"), child(number="012")).found == (0,)


def test_numbers_that_are_not_admission_numbers_neither_match_nor_tell_apart():
    one, other = child(number="7"), child(number="8")

    assert only(one, other).step is Step.NONE
    assert only(one, other, by_number=False).step is Step.PARTICULARS
    assert only(child(number="8", forename="Zed"), other, by_number=False).step is Step.NONE


def test_full_particulars_do_not_match_where_a_twin_or_a_namesake_is_about():
    assert only(child(), child(), child(forename="Ben")) == Match(Step.CLOSE, (0,))
    assert only(child(), child(), child()) == Match(Step.CLOSE, (0, 1))
    assert {found.step for found in match([child(), child(forename="Ben")], [child()])} == {
        Step.CLOSE,
        Step.NONE,
    }
    assert [found.step for found in match([child(), child()], [child()])] == [Step.CLOSE, Step.CLOSE]


def test_who_has_another_identifier_is_no_candidate():
    assert only(child(upns=(upn(1),)), child(upns=(upn(2),))).step is Step.NONE
    assert only(child(number="1"), child(number="2")).step is Step.NONE
    # A temporary UPN is not the child's for good, so a person is asked.
    assert only(child(upns=(upn(1),)), child(upns=(upn(2, temporary=True),))).step is Step.CLOSE


def test_one_child_claimed_by_two_records_goes_to_neither_unless_one_has_the_stronger_claim():
    known = [child(upns=(upn(2), upn(1)), number="12")]

    equal = match([child(upns=(upn(1),)), child(upns=(upn(2),))], known)
    assert [found.step for found in equal] == [Step.TWICE, Step.TWICE]
    stronger = match([child(number="12"), child(upns=(upn(2),))], known)
    assert [found.step for found in stronger] == [Step.TWICE, Step.UPN]


@pytest.mark.parametrize("second", [{}, {"number": "7"}, {"upns": (upn(2),)}])
def test_who_is_alike_in_everything_with_a_child_who_is_matched_is_never_new(second: dict[str, Any]):
    known = [child(upns=(upn(1),), number="12")]

    results = match([child(upns=(upn(1),)), child(**second)], known)
    assert results == [Match(Step.UPN, (0,)), Match(Step.TWICE, (0,))]


def test_candidates_come_most_alike_first():
    known = [
        child(born_on=date(2014, 12, 3)),
        child(forename="Anabel", postcode="AB1 2CD"),
        child(forename="Zed"),
    ]

    assert only(child(postcode="AB1 2CD"), *known).found == (1, 0)


def test_a_comparison_says_what_agrees_without_naming_anything():
    found = compare(child(forename="A", postcode="AB1 2CD"), child(born_on=date(2014, 12, 3)))

    assert found.forename is found.born_on is Likeness.SLIP
    assert found.sentence == (
        "Surname is the same; one forename may be short for the other; day and month of birth may be swapped."
    )
    assert compare(child(surname="Ana", forename="Bell"), child()).sentence == (
        "Date of birth is the same; surname and forename may be swapped."
    )
    other = child(surname="Hill", born_on=None)
    assert compare(child(), other).sentence == (
        "Forename is the same; surname differs; one of the two has no date of birth."
    )
    assert compare(Identity(), child()).sentence.startswith("Nothing is the same")


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ({}, {}, True),
        ({"born_on": date(2014, 12, 3)}, {}, True),
        ({"surname": "Ana", "forename": "Bell"}, {}, True),
        ({"surname": "Cole", "upns": (upn(1),)}, {"upns": (upn(1),)}, True),
        ({"surname": "Cole", "born_on": date(2012, 1, 9), "upns": (upn(1),)}, {"upns": (upn(1),)}, False),
        ({"upns": (upn(1),)}, {"upns": (upn(2),)}, False),
        ({"upns": (upn(1),)}, {"upns": (upn(2, temporary=True),)}, True),
        ({"forename": "Ben", "postcode": "AB1 2CD"}, {"postcode": "AB1 2CD"}, False),
        ({"surname": "Cole", "forename": "Ben"}, {}, False),
    ],
    ids=[
        "alike",
        "a slip",
        "swapped",
        "one UPN",
        "one UPN of two",
        "two UPNs",
        "a temporary UPN",
        "twins",
        "others",
    ],
)
def test_two_records_may_be_of_one_child(one: dict[str, Any], other: dict[str, Any], may: bool) -> None:
    assert may_be_one(child(**one), child(**other)) is may


identities = st.builds(
    Identity,
    surname=st.sampled_from(["Bell", "Bell-Cole", "Cole", "Bel", ""]),
    forename=st.sampled_from(["Ana", "A", "Ben", "Benjamin", ""]),
    born_on=st.sampled_from([BORN_ON, date(2014, 12, 3), date(2015, 1, 1), None]),
    upns=st.sampled_from([(), (), (upn(1),), (upn(2),), (upn(3), upn(1)), (upn(4, temporary=True),)]),
    number=st.sampled_from(["", "", "12", "0012", "13"]),
    postcode=st.sampled_from(["", "AB1 2CD", "AB1 3CD"]),
)
lists = st.lists(identities, max_size=6)


@given(records=lists, known=lists, by_number=st.booleans())
def test_each_known_child_is_matched_at_most_once_and_never_against_another_identifier(
    records: list[Identity], known: list[Identity], by_number: bool
):
    results = match(records, known, by_number=by_number)

    matched = [found.found for found in results if found.step.is_match]
    assert all(len(found) == 1 for found in matched)
    assert len(set(matched)) == len(matched)
    for record, found in zip(records, results, strict=True):
        assert bool(found.found) is (found.step is not Step.NONE)
        for place in found.found if found.step.is_match else ():
            _assert_one_child(record, known[place], by_number=by_number)


@given(one=identities, other=identities)
def test_records_contradict_as_their_comparison_says(one: Identity, other: Identity):
    assert contradict(one, other) is compare(one, other).contradicts


def _assert_one_child(one: Identity, other: Identity, *, by_number: bool) -> None:
    has_same_upn = not set(one.upns).isdisjoint(other.upns)
    permanent = [upn[-1].isdigit() for child in (one, other) for upn in child.upns[:1]]
    assert has_same_upn or permanent != [True, True]
    numbers = {child.number.lstrip("0") for child in (one, other)} - {""}
    assert has_same_upn or not by_number or len(numbers) < 2


@given(records=lists, known=lists, data=st.data())
def test_the_order_of_the_records_makes_no_difference(
    records: list[Identity], known: list[Identity], data: st.DataObject
):
    order = data.draw(st.permutations(range(len(records))))

    assert match([records[place] for place in order], known) == [
        match(records, known)[place] for place in order
    ]


@pytest.mark.parametrize("with_numbers", [True, False])
def test_a_large_school_is_matched_without_comparing_everybody_with_everybody(with_numbers: bool):
    def pupils(shift: int) -> list[Identity]:
        return [
            Identity(
                surname=f"Sur{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}",
                forename=f"Fore{chr(97 + n * 7 % 26)}",
                born_on=date(2010 + n % 5, 1 + n % 12, 1 + (n + shift) % 28),
                number=f"{n:06d}" if with_numbers else "",
            )
            for n in range(1600)
        ]

    known, records = pupils(0), pupils(0 if with_numbers else 1)
    started = perf_counter()
    found = match(records, known)

    assert perf_counter() - started < 3  # a scan for each row takes many times that
    assert len(found) == 1600
