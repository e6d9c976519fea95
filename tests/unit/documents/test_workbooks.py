"""Spreadsheets that we write: what people typed is text in them, and comes back as it was."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cme.documents.workbooks import Choices, Page, escape, sheet_title, write_csv, write_workbook
from importers.reading import Cell, CellError, read_workbook

LIVE = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1")
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def cells(content: bytes) -> list[list[tuple[object, str, str]]]:
    """Every cell of the first sheet: its value, type and number format."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.rows]


@pytest.mark.parametrize("text", [*LIVE, "001234", "4E5", "1/2", "TRUE", "#N/A", "https://a.example"])
def test_a_text_in_a_workbook_is_text_and_nothing_else(text: str) -> None:
    value, kind, style = cells(write_workbook([Page(title="A", rows=[["x", text]])]))[0][1]
    assert (kind, style) == ("s", "@")
    assert value == text.replace("\r", "\n")


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_text_ever_becomes_a_formula(rows: list[list[str]]) -> None:
    written = cells(write_workbook([Page(title="A", rows=rows)]))
    assert {kind for row in written for value, kind, _ in row if value is not None} <= {"s"}


def test_control_characters_are_replaced_and_white_space_stays() -> None:
    ((value, _, _),) = cells(write_workbook([Page(title="A", rows=[["a\x00b\x0b\x1fc\ud800\nd\te"]])]))[0]
    assert value == "a\ufffdb\ufffd\ufffdc\ufffd\nd\te"


def test_numbers_dates_and_unreadable_cells_come_back_as_they_were() -> None:
    row: list[Cell] = ["", 4012, 4012.5, date(2026, 11, 9), CellError("#N/A"), CellError("no value"), "end"]
    (sheet,) = read_workbook(write_workbook([Page(title="A", rows=[row])]), "a.xlsx").sheets
    assert sheet.rows == [[*row[:5], CellError("#N/A"), "end"]]


def test_a_page_keeps_what_was_merged_and_hidden() -> None:
    page = Page(
        title="A",
        rows=[["x", "", "z"], ["y"], ["w"]],
        merged=[(0, 0, 0, 1)],
        hidden_rows={1},
        hidden_columns={2},
    )
    hidden = Page(title="B", rows=[["x"]], hidden=True)
    first, second = read_workbook(write_workbook([page, hidden]), "a.xlsx").sheets
    assert (first.merged, first.hidden_rows, first.hidden_columns) == (
        ((0, 0, 0, 1),),
        frozenset({1}),
        frozenset({2}),
    )
    assert second.hidden


def test_marked_cells_are_filled_even_where_they_are_empty() -> None:
    content = write_workbook([Page(title="A", rows=[["x", ""], ["y", "z"]], marked={(0, 1), (1, 1)})])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [[cell.fill.fill_type for cell in row] for row in sheet.rows] == [[None, "solid"], [None, "solid"]]


def test_a_list_of_choices_is_offered_in_its_cells() -> None:
    choices = Choices(("/", "O", "C1"), ((1, 2, 9, 2), (1, 4, 9, 4)), "Pick one.")
    content = write_workbook([Page(title="A", rows=[["x"]], choices=[choices])])
    (rule,) = load_workbook(io.BytesIO(content)).worksheets[0].data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref), rule.error) == ('"/,O,C1"', "C2:C10 E2:E10", "Pick one.")
    assert rule.showErrorMessage
    assert rule.allow_blank


@pytest.mark.parametrize("values", [("a,b",), ('"',), tuple(f"value {n}" for n in range(40))])
def test_choices_that_excel_would_cut_or_take_apart_are_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="choice"):
        Choices(values, ((0, 0, 0, 0),))


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("7A / 7B: week [1]?*\\", "7A   7B  week  1"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("a" * 40, "a" * 31),
        ("REGISTER", "REGISTER (2)"),
        ("r" * 31, "r" * 27 + " (2)"),
    ],
)
def test_the_name_of_a_sheet_is_made_to_fit(wanted: str, title: str) -> None:
    taken = {"register", "r" * 31}
    assert sheet_title(wanted, taken) == title
    assert title.casefold() in taken


@pytest.mark.parametrize("text", LIVE)
def test_a_csv_has_an_apostrophe_before_what_a_spreadsheet_would_run(text: str) -> None:
    assert escape(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-", "", "/", "\\", "O", "Birch-Ellis", "'quoted", "#"])
def test_other_text_of_a_csv_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


def test_a_csv_is_written_as_excel_opens_it() -> None:
    content = write_csv([["Zoë", "-"], ["a,b", 'c"d']])
    assert content == '\ufeffZoë,-\r\n"a,b","c""d"\r\n'.encode()


@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_no_cell_of_a_csv_can_be_run(row: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(write_csv([row]).decode("utf-8-sig"), newline=""))
    assert all(text == "-" or text[:1] not in tuple("=+-@\t\r\n") for text in read if text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "-", "O"])
def test_a_csv_of_ours_is_read_as_it_was(text: str) -> None:
    (sheet,) = read_workbook(write_csv([["x", text, "y"]]), "a.csv").sheets
    assert sheet.rows == [["x", text, "y"]]
