"""Hostile inputs that can be read: what a register says of them, cell by cell (security.md s.3.3)."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.issues import Severity
from importers.reading import CellError, Refused, read_workbook, shown_name
from importers.register import RegisterReading
from importers.registers import read_register
from tests.unit.importers.grids import TODAY, codes, upn

from .files import MAIN, text_cell, with_parts, worksheet, xlsx

HEADINGS = ["UPN", "Name", "Mon 09/11/2026 AM", "Mon 09/11/2026 PM"]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def row(number: int, *cells: str) -> str:
    """A row of a worksheet; a cell that is no markup yet becomes text."""
    made = (
        cell if cell.startswith("<") else text_cell(f"{'ABCDEFGH'[column]}{number}", cell)
        for column, cell in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(made)}</row>'


def register(*cells: str, name: str = "BELL, Ana") -> str:
    """A register of two pupils; the first has these cells from column C on."""
    return worksheet(
        row(1, *HEADINGS) + row(2, upn(1), name, *cells) + row(3, upn(2), "COLE, Ben", "/", "\\")
    )


def read(content: bytes) -> RegisterReading:
    return read_register([("r.xlsx", read_workbook(content, "r.xlsx"))], known_until=TODAY)


def errors(reading: RegisterReading) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.cell, issue.header) for issue in reading.errors]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="C2"><v>1e999</v></c>', "unreadable_cell"),
        ('<c r="C2"><v>-1e999</v></c>', "unreadable_cell"),
        ('<c r="C2"><v>nan</v></c>', "unreadable_cell"),
        ('<c r="C2"><v>1e300</v></c>', "unknown_mark"),
        ('<c r="C2" s="99999"><v>7</v></c>', "unknown_mark"),
        ('<c r="C2" t="e"><v>#N/A</v></c>', "unreadable_cell"),
        ('<c r="C2"><f>1/0</f></c>', "unreadable_cell"),
    ],
)
def test_26_a_number_that_is_none_is_an_error_at_its_cell(cell: str, code: str) -> None:
    reading = read(xlsx(register(cell, "O")))

    assert errors(reading) == [(code, "C2", HEADINGS[2])]
    assert codes(reading.pupils[0]) == "O"


def test_26_a_style_that_is_not_there_does_not_hide_the_cell() -> None:
    cells = '<c r="A1"><v>1e999</v></c><c r="B1" s="99999"><v>7</v></c>' + text_cell("C1", "end")
    (sheet,) = read_workbook(xlsx(worksheet(f'<row r="1">{cells}</row>')), "r.xlsx").sheets

    assert sheet.rows == [[CellError("not a number"), 7, "end"]]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "=1+1", "@SUM(1)", "+1", "-1", "=HYPERLINK(1)"])
def test_22_a_text_like_a_formula_is_text_and_no_mark(text: str) -> None:
    reading = read(xlsx(register(text, "O")))

    assert errors(reading) == [("unknown_mark", "C2", HEADINGS[2])]
    assert reading.errors[0].message.startswith(f'"{text[:20]}" is not an attendance code')


def test_22_a_formula_gives_the_value_that_was_saved_with_it() -> None:
    saved = '<c r="C2" t="str"><f>IF(1,"O","/")</f><v>O</v></c>'

    assert codes(read(xlsx(register(saved, "O"))).pupils[0]) == "OO"


@pytest.mark.parametrize("name", ["\u202eBELL, Ana", "BE\u200bLL, Ana", "BELL, &lt;script&gt;"])
def test_27_an_odd_name_is_read_as_it_is_and_flagged_at_its_cell(name: str) -> None:
    reading = read(xlsx(register("O", "O", name=name)))
    (note,) = reading.issues

    assert (note.code, note.severity, note.cell) == ("odd_characters", Severity.WARNING, "B2")
    assert f"{reading.pupils[0].surname}, {reading.pupils[0].forename}" == name.replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert codes(reading.pupils[0]) == "OO"


@pytest.mark.parametrize("index", ["4294967295", "2", "-1", "x", "1e0", "0.0", " 0", "18446744073709551616"])
def test_25_a_shared_string_that_is_not_there_is_never_a_blank(index: str) -> None:
    with pytest.raises(Refused) as caught:
        read(xlsx(register(f'<c r="C2" t="s"><v>{index}</v></c>', "O")))

    assert caught.value.issue.code in ("unreadable_file", "bad_reference")


def test_25_shared_strings_that_are_there_are_read() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>O</t></si><si><t>I</t></si></sst>'
    cells = ('<c r="C2" t="s"><v>0</v></c>', '<c r="D2" t="s"><v>1</v></c>')

    reading = read(with_parts(register(*cells), {"xl/sharedStrings.xml": strings.encode()}))

    assert codes(reading.pupils[0]) == "OI"


WHOLE = xlsx(register("O", "O"))


@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_16_one_bit_changed_anywhere_never_gives_another_register(at: int, bit: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= 1 << bit
    with suppress(Refused):
        assert [codes(pupil) for pupil in read(bytes(changed)).pupils] == ["OO", "/\\"]


@given(kept=st.integers(0, len(WHOLE) - 1))
@settings(max_examples=40, deadline=None)
def test_15_a_workbook_cut_short_anywhere_is_refused(kept: int) -> None:
    with pytest.raises(Refused):
        read(WHOLE[:kept])


def test_30_a_test_virus_is_no_register_and_nothing_is_counted() -> None:
    reading = read_register([("r.csv", read_workbook(EICAR, "r.csv"))], known_until=TODAY)

    assert [issue.code for issue in reading.errors] == ["not_a_register"]
    assert not reading.pupils
    assert "EICAR" not in "".join(issue.message for issue in reading.issues)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../x", "x"),
        ("C:\\school\\x.xlsx", "x.xlsx"),
        ("a\r\nSet-Cookie: b", "a\ufffd\ufffdSet-Cookie: b"),
        ("\u202excod.xslx", "\ufffdxcod.xslx"),
        ("CON", "CON"),
        ("x.xlsx.exe", "x.xlsx.exe"),
    ],
)
def test_29_a_file_name_is_shown_without_its_folders_and_tricks(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown
    assert read_workbook(WHOLE, sent).kind == "xlsx"


def test_29_a_file_name_of_5000_letters_is_shown_short() -> None:
    assert len(shown_name("x" * 5000)) == 200
