"""Names as registers write them, and as two of them are compared."""

import pytest

from cme.identity.names import (
    compared,
    is_half,
    is_one_letter_apart,
    is_reordered,
    is_short_form,
    may_be,
    split_name,
)


@pytest.mark.parametrize(
    ("written", "surname", "forename"),
    [
        ("BELL, Ana", "BELL", "Ana"),
        ("Bell, Ana Maria", "Bell", "Ana Maria"),
        ("BELL Ana", "BELL", "Ana"),
        ("VAN DER BERG Ana", "VAN DER BERG", "Ana"),
        ("Ana BELL", "Bell".upper(), "Ana"),
        ("Ana Bell", "Bell", "Ana"),
        ("  Bell ,  Ana ", "Bell", "Ana"),
        ("Bell, Ana (Annie)", "Bell", "Ana"),
        ("O'Hara, Ann", "O'Hara", "Ann"),
        ("Bell", "Bell", ""),
        ("", "", ""),
    ],
)
def test_a_name_in_one_cell_is_split(written: str, surname: str, forename: str):
    assert split_name(written) == (surname, forename)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Hara", "O\u2019Hara"),
        ("O'Hara", "OHARA"),
        ("Zoë", "Zoe"),
        ("Smith-Jones", "Smith Jones"),
        ("STRAUSS", "Strauß"),
        ("Zoe\u0308", "Zoë"),
        ("Łucja", "Lucja"),
        ("Sørensen", "SORENSEN"),
        ("Ægir", "Aegir"),
    ],
)
def test_accents_case_and_punctuation_do_not_make_another_name(one: str, other: str):
    assert compared(one) == compared(other)


def test_different_names_stay_different():
    assert compared("Bell") != compared("Bella")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jones", "Smith-Jones", True),
        ("Smith Jones", "Smith", True),
        ("van der Berg", "Berg", True),
        ("Smith-Jones", "Jones-Smith", False),
        ("Smith", "Smithson", False),
        ("Smith", "Smith", False),
        ("", "Smith-Jones", False),
    ],
)
def test_half_of_a_double_surname(one: str, other: str, expected: bool):
    assert is_half(one, other) is is_half(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Smith-Jones", "Jones-Smith", True),
        ("Ana Maria", "Maria Ana", True),
        ("Smith-Jones", "Smith Jones", False),
        ("Smith", "Smith-Jones", False),
    ],
)
def test_the_same_words_in_another_order(one: str, other: str, expected: bool):
    assert is_reordered(one, other) is is_reordered(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("A", "Ana", True),
        ("Sam", "Samantha", True),
        ("Ana", "Ana Maria", True),
        ("Ana M", "Ana Maria", True),
        ("Kate", "Katherine", True),
        ("Muhammad", "Mohamed", True),
        ("Ana", "Ana", False),
        ("Ana", "Ben", False),
        ("", "Ana", False),
    ],
)
def test_short_and_other_forms_of_a_forename(one: str, other: str, expected: bool):
    assert is_short_form(one, other) is is_short_form(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Smith", "Smyth", True),
        ("Smith", "Smiht", True),
        ("Smith", "Smit", True),
        ("Smith", "Smitth", True),
        ("SMITH", "smith", False),
        ("Smith", "Smythe", False),
        ("Jay", "Kay", False),
        ("Ella", "Bella", True),
        ("Hill", "Wood", False),
    ],
)
def test_names_one_letter_apart(one: str, other: str, expected: bool):
    assert is_one_letter_apart(one, other) is is_one_letter_apart(other, one) is expected


@pytest.mark.parametrize(
    ("name", "addressed", "expected"),
    [
        ("Lee Birch", "Lee Birch", True),
        ("Lee Birch", "Mr Lee James Birch", True),
        ("Lee Birch", "Mr L. Birch", True),
        ("Lee Birch", "Mr and Mrs Birch", True),
        ("Lee Birch", "The Birch family", True),
        ("Lee Birch", "Ms Jane Birch", False),
        ("Lee Birch", "Mr L Birchall", False),
        ("Ed", "Ted Smith", False),
        ("Ann", "Joanne Birch", False),
        ("Ann", "Ann Birch", True),
        ("李明", "Jane Birch", False),
        ("李明", "李明", True),
    ],
)
def test_who_may_be_meant_by_how_a_letter_is_addressed(name: str, addressed: str, expected: bool) -> None:
    assert may_be(name, addressed) is expected
