"""One cell under a mark column."""

from datetime import date

import pytest

from cme.attendance.codes import CODES, Half
from importers.marks import Unreadable, known_share, read_mark, session_of
from importers.reading import CellError

NOW = date(2026, 11, 9)
BEFORE = date(2024, 7, 16)
UNDER_THE_NEW_RULES = date(2024, 9, 5)


def refusal(cell: object, half: Half = Half.AM, on: date = NOW) -> Unreadable:
    found = read_mark(cell, session_of(on, half))  # type: ignore[arg-type]
    assert isinstance(found, Unreadable)
    return found


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_read_as_itself(code: str):
    half = CODES[code].half or Half.PM

    assert read_mark(code, session_of(NOW, half)) == CODES[code].letter


@pytest.mark.parametrize("cell", ["", " ", "-", "\u00a0", "\u200b", " - "])
def test_a_blank_is_neither_present_nor_absent(cell: str):
    assert read_mark(cell, session_of(NOW, Half.AM)) == "."


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (" O ", "O"),
        ("\u00a0O\u00a0", "O"),
        ("O\u200b", "O"),
        ("\ufeffO", "O"),
        ("\uff2f", "O"),
        ("\uff03", "#"),
        ("\uff0f", "/"),
    ],
)
def test_spaces_round_a_code_and_full_width_forms_are_folded(cell: str, code: str):
    assert read_mark(cell, session_of(NOW, Half.AM)) == CODES[code].letter


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("o", "o is in lower case. Enter O"),
        ("c1", "c1 is in lower case. Enter C1"),
        ("@", '"@" is not an attendance code'),
        ("!", '"!" is not an attendance code'),
        ("+", '"+" is not an attendance code'),
        ("H", "H is not a code since 19 August 2024"),
        ("J", "J is not a code since 19 August 2024"),
        ("F", "F is not a code since 19 August 2024"),
        ("Y", "Y is not a code since 19 August 2024"),
        ("Y8", '"Y8" is not an attendance code'),
        ("I01", '"I01" is not an attendance code'),
        (0, "0 (zero) is not a code. Enter O (letter O)"),
        (7, '"7" is not an attendance code'),
        (1.5, '"1.5" is not an attendance code'),
        ("TRUE", '"TRUE" is not an attendance code'),
        ("OO", '"OO" is not an attendance code'),
        ("/\\", '"/\\" is not an attendance code'),
        ("\u041e", "of another alphabet"),
        ("\u039f", "of another alphabet"),
        ("\u2013", "of another alphabet"),
        (date(2026, 11, 9), '"2026-11-09" is not an attendance code'),
    ],
)
def test_anything_else_is_refused_with_its_reason_and_never_corrected(cell: object, says: str):
    found = refusal(cell)

    assert found.code == "unknown_mark"
    assert says in found.message


@pytest.mark.parametrize("code", ["H", "J", "F", "Y"])
def test_an_abolished_code_of_the_old_rules_has_another_sentence(code: str):
    assert "was a code then" in refusal(code, on=BEFORE).message
    assert "not a code since" in refusal(code, on=UNDER_THE_NEW_RULES).message


@pytest.mark.parametrize("code", ["K", "Q", "C1", "C2", "J1", *(f"Y{n}" for n in range(1, 8))])
def test_a_code_of_the_new_rules_is_refused_before_they_began(code: str):
    found = refusal(code, on=date(2024, 8, 18))

    assert found.code == "unknown_mark"
    assert "was not a code on 18 August 2024" in found.message
    assert read_mark(code, session_of(date(2024, 8, 19), Half.AM)) == CODES[code].letter


@pytest.mark.parametrize(
    ("cell", "half"), [("/", Half.PM), ("\\", Half.AM), (" / ", Half.PM), ("\uff0f", Half.PM)]
)
def test_a_present_sign_in_the_wrong_half_is_refused(cell: str, half: Half):
    assert refusal(cell, half).code == "mark_wrong_half"


@pytest.mark.parametrize("shown", ["#N/A", "#REF!", "formula not calculated"])
def test_an_error_cell_is_unreadable_and_not_blank(shown: str):
    found = refusal(CellError(shown))

    assert found.code == "unreadable_cell"
    assert "Open the file in Excel" in found.message


def test_the_share_of_codes_leaves_blanks_out():
    assert known_share(["/", "o", "Q9", "", "-"]) == pytest.approx(2 / 3)
    assert known_share(["", "-"]) == 0
    assert known_share([]) == 0
