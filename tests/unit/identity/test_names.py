"""Names as registers write them, and as two of them are compared."""

import pytest

from cme.identity.names import compared, split_name


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
    ],
)
def test_accents_case_and_punctuation_do_not_make_another_name(one: str, other: str):
    assert compared(one) == compared(other)


def test_different_names_stay_different():
    assert compared("Bell") != compared("Bella")
