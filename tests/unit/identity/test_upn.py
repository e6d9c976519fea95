"""Unique pupil numbers: what is accepted, what is refused, and what each refusal says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.identity.upn import LETTERS, UpnKind, check_letter, normalise_upn, read_upn


def test_t9_a_permanent_upn_is_valid_and_names_who_issued_it_when():
    upn = read_upn("R201100018042")

    assert upn.is_valid
    assert upn.kind is UpnKind.PERMANENT
    assert (upn.authority, upn.school, upn.year, upn.serial) == ("201", "1000", "18", "042")
    assert upn.messages == ()


def test_t10_a_temporary_upn_ends_in_a_letter_and_is_valid_with_a_warning():
    upn = read_upn("T20110001804V")

    assert upn.is_valid
    assert upn.kind is UpnKind.TEMPORARY
    assert upn.messages == upn.warnings == ("temporary UPN",)
    assert upn.serial == "04V"


def test_t11_a_wrong_check_letter_is_an_error_that_names_the_right_one():
    upn = read_upn("A801200005001")

    assert not upn.is_valid
    assert upn.errors == ("The check letter should be B.",)
    assert upn.authority == "801"


@pytest.mark.parametrize(
    "written", [" m841200023001 ", "M841 2000 23001", "m841200023001\u00a0", "\tM841200023001"]
)
def test_t12_white_space_and_lower_case_are_put_right(written: str):
    upn = read_upn(written)

    assert upn.value == "M841200023001"
    assert upn.is_valid


def test_t13_an_authority_that_does_not_exist_leaves_the_check_letter_right():
    upn = read_upn("E000200005001")

    assert upn.is_valid
    assert upn.authority == "000"


@pytest.mark.parametrize(
    ("digits", "upn"),
    [
        ("201100018042", "R201100018042"),
        ("20110001804V", "T20110001804V"),
        ("84120002300A", "Y84120002300A"),
        ("123456789123", "P123456789123"),
    ],
)
def test_check_letters_are_those_of_the_worked_examples(digits: str, upn: str):
    assert check_letter(digits) + digits == upn
    assert read_upn(upn).is_valid


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("M84120002300", "13 characters; this has 12"),
        ("", "13 characters; this has 0"),
        ("I841200023001", "letter other than I, O or S"),
        ("9841200023001", "letter other than I, O or S"),
        ("M84120002O001", "Characters 2 to 12 of a UPN are digits"),
        ("M84120002300S", "ends in a digit, or in a letter other than I, O or S"),
        ("M84120002300!", "ends in a digit"),
        ("M84120002300\u0663", "ends in a digit"),
        ("M\u0668\u0664\u0661200023001", "Characters 2 to 12 of a UPN are digits"),
    ],
)
def test_every_other_fault_has_a_sentence_of_its_own(written: str, says: str):
    upn = read_upn(written)

    assert not upn.is_valid
    assert [error for error in upn.errors if says in error] == [*upn.errors]
    assert (upn.warnings, upn.authority, upn.serial) == ((), "", "")


@given(st.text(max_size=20))
def test_no_text_whatever_stops_the_reading(text: str):
    upn = read_upn(text)

    assert upn.value == normalise_upn(text)
    assert upn.is_valid == (not upn.errors)


@given(
    digits=st.text("0123456789", min_size=11, max_size=11),
    last=st.sampled_from("0123456789" + LETTERS),
    at=st.integers(1, 12),
    other=st.sampled_from("0123456789"),
)
def test_one_wrong_digit_never_passes_for_another_childs_number(digits: str, last: str, at: int, other: str):
    value = check_letter(digits + last) + digits + last
    mistyped = value[:at] + other + value[at + 1 :]

    assert read_upn(value).is_valid
    if at < 12 and other != value[at]:
        assert not read_upn(mistyped).is_valid
