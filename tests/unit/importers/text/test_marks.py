"""One cell under a mark column."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.codes import ABOLISHED, CODES, RULES_FROM, Half
from importers.answering.answers import Translation
from importers.reading import CellError
from importers.text.marks import Unreadable, known_share, own_codes, read_mark, session_of, translation_error

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
        ("\u3000\uff23\uff11\u200e", "C1"),
        ("\u202fO\u00ad", "O"),
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
        ("X01", '"X01" is not an attendance code'),
        (" 0", "0 (zero) is not a code. Enter O (letter O)"),
        ("0.0", "0 (zero) is not a code. Enter O (letter O)"),
        ("7.0", '"7" is not an attendance code'),
        ("C\u00b9", "looks like C1"),
        ("\u24c4", "looks like O"),
        ("\u2160", "looks like I"),
        ("\u2044", "looks like /"),
        ("\u2713", "of another alphabet"),
        ("\u2013", "is a long dash, not a mark"),
        ("\u2212", "is a long dash, not a mark"),
        ("O\u202e", "cannot be seen"),
        ("\x1b[2J", "cannot be seen"),
        ("O\nO", "cannot be seen"),
        (date(2026, 11, 9), '"2026-11-09" is not an attendance code'),
    ],
)
def test_anything_else_is_refused_with_its_reason_and_never_corrected(cell: object, says: str):
    found = refusal(cell)

    assert found.code == "unknown_mark"
    assert says in found.message


@pytest.mark.parametrize(
    ("letter", "like"),
    [
        *zip("\u0410\u0412\u0415\u0421\u041a\u041c\u041e\u0420\u0422\u0425", "ABECKMOPTX", strict=True),
        *zip("\u0391\u0395\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7", "AEIKMNOPTX", strict=True),
        ("\u04211", "C1"),
        ("\u04237", "Y7"),
        ("\u041d", "H"),
    ],
)
def test_a_letter_of_another_alphabet_is_refused_and_the_latin_one_named(letter: str, like: str):
    found = refusal(letter)

    assert found.code == "unknown_mark"
    assert "of another alphabet" in found.message
    if like in CODES or like in ABOLISHED:
        assert f"looks like {like}" in found.message


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


@pytest.mark.parametrize(
    "cell",
    [
        CellError("#N/A"),
        CellError("#REF!"),
        CellError("formula not calculated"),
        "#N/A",
        "#DIV/0!",
        "#NAME?",
        " #VALUE! ",
        "#######",
        "Err:502",
    ],
)
def test_an_error_cell_is_unreadable_and_not_blank(cell: object):
    found = refusal(cell)

    assert found.code == "unreadable_cell"
    assert "Open the file in Excel" in found.message


def test_the_share_of_codes_leaves_blanks_out():
    assert known_share(["/", "o", "Q9", "", "-"]) == pytest.approx(2 / 3)
    assert known_share(["", "-"]) == 0
    assert known_share([]) == 0


def test_codes_in_full_width_or_between_unseen_spaces_are_known_as_codes():
    assert known_share(["\uff2f", "O\u200b", "\u200b", " ", "dog"]) == pytest.approx(2 / 3)


def test_a_schools_own_codes_count_as_codes():
    assert known_share(["X01", "/", 7], own_codes([Translation("X01", "I", NOW)])) == pytest.approx(2 / 3)


ALWAYS = date(2006, 9, 1)


def translated(cell: object, *translations: Translation, half: Half = Half.AM, on: date = NOW) -> object:
    return read_mark(cell, session_of(on, half), own_codes(translations))  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["X01", " X01 ", "\uff380\uff11", "X01\u200b"])
def test_a_schools_own_code_is_read_as_the_code_it_stands_for(cell: str):
    assert translated(cell, Translation("X01", "C1", NOW)) == CODES["C1"].letter


@pytest.mark.parametrize("cell", [7, " 7", "7.0", "\uff17"])
def test_a_figure_may_be_an_own_code_however_the_file_holds_it(cell: object):
    assert translated(cell, Translation("7", "O", NOW)) == "O"


def test_a_translation_holds_on_its_days_only():
    of_a_week = Translation("X01", "I", NOW, NOW + timedelta(days=4))

    assert translated("X01", of_a_week, on=NOW + timedelta(days=4)) == "I"
    for on in (NOW - timedelta(days=1), NOW + timedelta(days=5)):
        found = translated("X01", of_a_week, on=on)
        assert isinstance(found, Unreadable)
        assert '"X01" is not an attendance code' in found.message


def test_two_meanings_on_different_days_follow_each_other():
    first = Translation("X01", "I", NOW - timedelta(days=9), NOW - timedelta(days=1))
    then = Translation("X01", "O", NOW)

    assert translated("X01", first, then, on=NOW - timedelta(days=1)) == "I"
    assert translated("X01", first, then) == "O"


def test_two_meanings_on_one_day_are_refused():
    found = translated("X01", Translation("X01", "I", NOW), Translation("X01", "O", NOW))

    assert isinstance(found, Unreadable)
    assert "two meanings" in found.message


def test_one_own_code_may_mean_present_in_either_half():
    present = (Translation("PR", "/", NOW), Translation("PR", "\\", NOW))

    assert translated("PR", *present, half=Half.AM) == "/"
    assert translated("PR", *present, half=Half.PM) == "\\"


def test_what_an_own_code_stands_for_must_be_right_for_the_half():
    found = translated("PR", Translation("PR", "/", NOW), half=Half.PM)

    assert isinstance(found, Unreadable)
    assert found.code == "mark_wrong_half"
    assert found.message.startswith("PR is the school's own code for /. / means present in the morning")


def test_what_an_own_code_stands_for_must_be_a_code_on_that_date():
    found = translated("X01", Translation("X01", "K", ALWAYS), on=BEFORE)

    assert isinstance(found, Unreadable)
    assert "K was not a code on 16 July 2024" in found.message


@pytest.mark.parametrize("code", sorted({*CODES, *ABOLISHED} - {"/", "\\"}))
def test_a_national_code_is_never_translated_away(code: str):
    other = "O" if code != "O" else "I"

    assert "keeps its meaning" in (translation_error(code, other, NOW, None) or "")
    assert translated(code, Translation(code, other, NOW)) == read_mark(code, session_of(NOW, Half.AM))


def test_a_present_sign_in_the_wrong_half_is_not_translated_either():
    found = translated("/", Translation("/", "L", NOW), half=Half.PM)

    assert isinstance(found, Unreadable)
    assert found.code == "mark_wrong_half"


@given(own=st.text(max_size=12), code=st.sampled_from(sorted(CODES)), days=st.integers(-900, 900))
def test_a_translation_that_may_be_made_changes_no_mark_that_could_be_read(own: str, code: str, days: int):
    first_on = RULES_FROM + timedelta(days=days)
    if translation_error(own, code, first_on, None) is not None:
        return
    for half in Half:
        assert isinstance(read_mark(own, session_of(first_on, half)), Unreadable)
        found = translated(own, Translation(own, code, first_on), half=half, on=first_on)
        assert found == read_mark(code, session_of(first_on, half)) or isinstance(found, Unreadable)


@pytest.mark.parametrize("own", ["X01", "7", "0", "I01", "@", "PR", "a1", "\u2713"])
def test_what_only_a_school_uses_may_be_given_a_meaning(own: str):
    assert translation_error(own, "O", NOW, None) is None


@pytest.mark.parametrize(
    ("own", "code", "first_on", "last_on", "says"),
    [
        ("", "O", NOW, None, "Enter the school's own code"),
        (" - ", "O", NOW, None, "Enter the school's own code"),
        ("a rather long one", "O", NOW, None, "at most 10 characters"),
        ("X\n1", "O", NOW, None, "at most 10 characters"),
        ("o", "I", NOW, None, "o is O in lower case"),
        ("\u041e", "O", NOW, None, "looks like O"),
        ("K", "O", BEFORE, None, "keeps its meaning"),
        ("H", "O", BEFORE, None, "keeps its meaning"),
        ("X01", "X02", NOW, None, '"X02" is not an attendance code'),
        ("X01", "", NOW, None, '"" is not an attendance code'),
        ("X01", "-", NOW, None, '"-" is not an attendance code'),
        ("X01", "H", NOW, None, '"H" is not an attendance code'),
        ("X01", "K", BEFORE, None, "K came in on 19 August 2024"),
        ("X01", "O", NOW, BEFORE, "The last day is before the first"),
    ],
)
def test_a_translation_that_cannot_be_made_says_why(
    own: str, code: str, first_on: date, last_on: date | None, says: str
):
    assert says in (translation_error(own, code, first_on, last_on) or "")


def test_a_letter_that_came_in_later_may_be_an_own_code_before_that_day():
    assert translation_error("K", "B", BEFORE, RULES_FROM - timedelta(days=1)) is None
    assert translated("K", Translation("K", "B", BEFORE, RULES_FROM - timedelta(days=1)), on=BEFORE) == "B"
