"""What each attendance code does, transcribed from SI 2024/208 reg 10 and our policy on the runs."""

import csv
from datetime import date, timedelta
from importlib import resources

import pytest

from cme.attendance.codes import ABOLISHED, BY_LETTER, CODES, RULES_FROM, Half, code_of, rejection

TABLE = r"""
/ \ L                   | present           | zero    | break   | seen
V P W                   | approved activity | zero    | break   | seen
K B                     | approved activity | zero    | break   | unseen
C C1 E I J1 M R S T     | authorised        | zero    | break   | unseen
C2                      | authorised        | neutral | break   | unseen
G N O                   | unauthorised      | count   | qualify | unseen
U                       | unauthorised      | count   | break   | seen
D Q                     | not possible      | neutral | break   | unseen
Y1 Y2 Y3 Y4 Y5 Y6 Y7    | not possible      | neutral | break   | unseen
X                       | not possible      | neutral | break   | none
Z                       | not collected     | neutral | break   | none
#                       | not collected     | neutral | none    | none
"""

EFFECTS = {
    code: tuple(cells[1:])
    for cells in ([cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines())
    for code in cells[0].split()
}

NEW_IN_2024 = {"K", "Q", "C1", "C2", "J1", *(f"Y{n}" for n in range(1, 8))}

# Stored register lines hold these letters: a line must mean the same for ever, so none may change.
LETTERS = {
    **{code: code for code in r"/\LVPWKBCEIMRSTGNOUDQXZ#"},
    **{"C1": "a", "C2": "b", "J1": "c"},
    **{f"Y{n}": letter for n, letter in enumerate("defghij", start=1)},
}


@pytest.mark.parametrize("code", EFFECTS)
def test_each_code_has_the_effects_of_the_table(code: str) -> None:
    known = CODES[code]
    assert (
        known.group,
        known.return_effect,
        known.removal_effect,
        known.unseen_effect,
    ) == EFFECTS[code]


def test_there_are_no_codes_beyond_the_table() -> None:
    assert set(CODES) == set(EFFECTS)
    assert set(ABOLISHED) == {"F", "H", "J", "Y"}


@pytest.mark.parametrize("code", EFFECTS)
def test_only_the_present_signs_belong_to_one_half(code: str) -> None:
    assert CODES[code].half == {"/": Half.AM, "\\": Half.PM}.get(code)


@pytest.mark.parametrize("code", EFFECTS)
def test_codes_new_in_2024_are_valid_from_the_day_the_regulations_began(code: str) -> None:
    known = CODES[code]
    assert known.valid_on(RULES_FROM)
    assert known.valid_on(date(2030, 9, 2))
    assert known.valid_on(RULES_FROM - timedelta(days=1)) is (code not in NEW_IN_2024)


@pytest.mark.parametrize("code", ["F", "H", "J", "Y"])
def test_abolished_codes_end_the_day_before_the_regulations_began(code: str) -> None:
    assert ABOLISHED[code].valid_on(date(2024, 8, 18))
    assert not ABOLISHED[code].valid_on(date(2024, 8, 19))


def test_every_code_names_its_meaning_and_source() -> None:
    assert all(code.meaning and code.source for code in (*CODES.values(), *ABOLISHED.values()))


def test_letters_are_single_and_never_shared() -> None:
    text = resources.files("cme.data").joinpath("attendance_codes.csv").read_text(encoding="utf-8")
    letters = [row["letter"] for row in csv.DictReader(text.splitlines()) if row["letter"]]
    assert all(len(letter) == 1 and letter.isascii() for letter in letters)
    assert len(set(letters)) == len(letters)
    assert "." not in letters


def test_letters_in_stored_lines_never_change_their_meaning() -> None:
    assert {code: CODES[code].letter for code in LETTERS} == LETTERS
    assert {letter: code_of(letter) for letter in LETTERS.values()} == {v: k for k, v in LETTERS.items()}


def test_private_letters_are_lower_case_since_lower_case_never_comes_in() -> None:
    assert all(letter.islower() for letter, code in BY_LETTER.items() if len(code.code) == 2)
    assert all(letter == code.code for letter, code in BY_LETTER.items() if len(code.code) == 1)


def test_a_full_stop_stands_for_no_mark() -> None:
    assert code_of(".") == ""


TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("half", Half)
@pytest.mark.parametrize("code", EFFECTS)
def test_a_code_of_today_is_accepted_in_its_half(code: str, half: Half) -> None:
    refused = rejection(code, half, TODAY) is not None
    assert refused is ((code, half) in {("/", Half.PM), ("\\", Half.AM)})


def test_a_present_sign_in_the_wrong_half_is_rejected_naming_both_halves() -> None:
    morning = rejection("/", Half.PM, TODAY) or ""
    afternoon = rejection("\\", Half.AM, TODAY) or ""
    assert "morning" in morning
    assert "PM" in morning
    assert "afternoon" in afternoon
    assert "AM" in afternoon


@pytest.mark.parametrize("code", ["o", "n", "i", "c1", "y7", "u"])
def test_lower_case_is_rejected_with_a_hint_and_never_corrected(code: str) -> None:
    sentence = rejection(code, Half.AM, TODAY) or ""
    assert "lower case" in sentence
    assert code.upper() in sentence


@pytest.mark.parametrize("code", ["F", "H", "J", "Y"])
def test_abolished_codes_are_rejected_and_the_date_decides_the_sentence(code: str) -> None:
    before = rejection(code, Half.AM, date(2024, 8, 18)) or ""
    since = rejection(code, Half.AM, date(2024, 8, 19)) or ""
    assert before.startswith(
        f"{code} was a code then; this service counts under the rules from 19 August 2024"
    )
    assert since.startswith(f"{code} is not a code since 19 August 2024")


@pytest.mark.parametrize("code", sorted(NEW_IN_2024))
def test_codes_new_in_2024_are_rejected_before_they_came_in(code: str) -> None:
    sentence = rejection(code, Half.AM, date(2024, 7, 19)) or ""
    assert f"{code} was not a code on 19 July 2024" in sentence
    assert "19 August 2024" in sentence
    assert rejection(code, Half.AM, date(2024, 8, 19)) is None


@pytest.mark.parametrize("code", ["O", "I", "G", "/"])
def test_codes_that_did_not_change_are_accepted_before_2024(code: str) -> None:
    assert rejection(code, Half.AM, date(2023, 11, 20)) is None


def test_zero_is_rejected_with_the_hint_that_it_may_be_the_letter() -> None:
    sentence = rejection("0", Half.AM, TODAY) or ""
    assert "zero" in sentence
    assert "letter O" in sentence


# Cyrillic O, Greek capital omicron, Cyrillic C, Turkish dotless i, long s: each passes for a code to the eye.
LOOK_ALIKES = ["\u041e", "\u039f", "\u0421", "\u0131", "\u017f"]


@pytest.mark.parametrize("code", LOOK_ALIKES)
def test_a_look_alike_letter_of_another_alphabet_is_named_as_one(code: str) -> None:
    assert "another alphabet" in (rejection(code, Half.AM, TODAY) or "")


@pytest.mark.parametrize(
    "code", ["1", "9", "X01", "I01", "O2", "Y8", "Y0", "C3", "AB", "@", "!", "+", "OO", "//"]
)
def test_digits_old_signs_and_sub_codes_are_rejected(code: str) -> None:
    assert rejection(code, Half.AM, TODAY) is not None


@pytest.mark.parametrize("code", ["o", "H", "K", "0", "\u041e", "X01", "/"])
def test_every_rejection_is_a_sentence_that_says_what_to_do(code: str) -> None:
    sentence = rejection(code, Half.PM, date(2024, 1, 8)) or ""
    assert sentence.endswith(".")
    assert any(word in sentence for word in ("Enter ", "Type ", "Leave ", "Export "))
