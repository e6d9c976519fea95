"""A school's own file back: each cell where it was, what is wrong beside its row, fit to be sent again."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from cme.documents.errors_column import count_cells, errors_workbook
from cme.documents.workbooks import Page, write_workbook
from cme.synthetic import make_upn
from importers.answering.answers import Answers, MappedColumns
from importers.answering.fingerprints import fingerprint
from importers.issues import Issue
from importers.reading import Cell, Workbook, read_workbook
from importers.register import RegisterReading
from importers.registers import read_register

TODAY = date(2026, 11, 22)
HEAD: list[Cell] = ["UPN", "Adno", "Name", "Mon 09/11/2026 AM", "Mon 09/11/2026 PM"]
GOOD: list[Cell] = [make_upn("8412001", 2020, 901), "00901", "Birch, Ada", "/", "\\"]
MORE: list[Cell] = [make_upn("8412001", 2020, 903), "00903", "Ellis, Eve", "/", "\\"]
BAD: list[Cell] = [make_upn("8412001", 2020, 902), "00902", "=Cole, Cora", "QZ", "0"]


def workbook(*pages: Page) -> Workbook:
    return read_workbook(write_workbook(pages), "register.xlsx")


def page(*rows: list[Cell], title: str = "Week") -> Page:
    return Page(title=title, rows=[["Alder Grove: register"], [], HEAD, *rows])


def read(*files: tuple[str, Workbook]) -> RegisterReading:
    return read_register(files, known_until=TODAY)


def test_the_rows_keep_their_places_and_the_sentences_stand_at_the_end() -> None:
    given = workbook(page(GOOD, BAD, MORE))
    errors = read(("register.xlsx", given)).errors
    back = read_workbook(errors_workbook([("register.xlsx", given)], errors), "b.xlsx").sheets
    assert [sheet.name for sheet in back] == ["Week"]
    assert back[0].rows[:2] == [["Alder Grove: register"], []]
    assert back[0].rows[2] == [*HEAD, "Errors"]
    assert back[0].rows[3] == GOOD
    assert back[0].rows[4][:-1] == BAD
    said = back[0].rows[4][-1]
    assert isinstance(said, str)
    assert said.splitlines() == [f"{issue.cell}: {issue.message}" for issue in errors]
    assert [issue.cell for issue in errors] == ["D5", "E5"]


def test_the_cells_that_are_wrong_are_filled() -> None:
    given = workbook(page(GOOD, BAD, MORE))
    content = errors_workbook([("a.xlsx", given)], read(("a.xlsx", given)).errors)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    filled = {cell.coordinate for row in sheet.rows for cell in row if cell.fill.fill_type}
    assert filled == {"D5", "E5"}
    assert {cell.data_type for row in sheet.rows for cell in row if cell.value is not None} == {"s"}


def test_the_same_errors_are_found_when_it_comes_back_uncorrected_and_none_when_corrected() -> None:
    given = workbook(page(GOOD, BAD, MORE))
    first = read(("a.xlsx", given))
    back = errors_workbook([("a.xlsx", given)], first.errors)
    again = read(("a.xlsx", read_workbook(back, "a.xlsx")))
    assert again.issues == first.issues
    corrected = load_workbook(io.BytesIO(back))
    corrected["Week"]["D5"], corrected["Week"]["E5"] = "O", "O"
    stream = io.BytesIO()
    corrected.save(stream)
    done = read(("a.xlsx", read_workbook(stream.getvalue(), "a.xlsx")))
    assert done.issues == ()
    assert [pupil.lines for pupil in done.pupils] == [
        pupil.lines for pupil in read(("a.xlsx", workbook(page(GOOD, [*BAD[:3], "O", "O"], MORE)))).pupils
    ]


def test_a_second_download_writes_over_the_errors_of_the_first() -> None:
    given = workbook(page(GOOD, BAD, MORE))
    errors = read(("a.xlsx", given)).errors
    once = errors_workbook([("a.xlsx", given)], errors)
    half = read_workbook(once, "a.xlsx")
    twice = errors_workbook([("a.xlsx", half)], errors[:1])
    (sheet,) = read_workbook(twice, "a.xlsx").sheets
    assert sheet.rows[2] == [*HEAD, "Errors"]
    assert sheet.rows[4][-1] == f"{errors[0].cell}: {errors[0].message}"


def test_what_is_wrong_with_a_whole_file_stands_on_a_sheet_before_it_that_is_not_read_again() -> None:
    given = workbook(page(GOOD))
    issues = [
        Issue(code="low_match_rate", message="Most pupils are not on the roll.", file="a.xlsx"),
        Issue(code="x", message="Row 99 is not there.", file="a.xlsx", sheet="Week", row=99),
    ]
    content = errors_workbook([("a.xlsx", given)], issues)
    first, second = read_workbook(content, "b.xlsx").sheets
    assert (first.name, second.name) == ("Errors", "Week")
    assert first.rows[1:] == [
        ["a.xlsx", "", "", "Most pupils are not on the roll."],
        ["a.xlsx", "Week", "", "Row 99 is not there."],
    ]
    assert read(("b.xlsx", read_workbook(content, "b.xlsx"))).issues == ()


def test_what_is_wrong_with_a_heading_stands_there_too_so_that_the_column_keeps_its_own() -> None:
    given = workbook(page(GOOD, MORE))
    issue = Issue(code="x", message="A Monday.", file="a.xlsx", sheet="Week", cell="D3", row=3)
    content = errors_workbook([("a.xlsx", given)], [issue])
    first, second = read_workbook(content, "b.xlsx").sheets
    assert first.rows[1] == ["a.xlsx", "Week", "D3", "A Monday."]
    assert second.rows[2] == [*HEAD, "Errors"]
    assert load_workbook(io.BytesIO(content))["Week"]["D3"].fill.fill_type == "solid"


def test_a_sheet_of_the_school_that_is_named_errors_is_read_all_the_same() -> None:
    given = workbook(page(GOOD, BAD, MORE, title="Errors"))
    reading = read(("a.xlsx", given))
    assert len(reading.pupils) == 3
    whole = Issue(code="x", message="Something.", file="a.xlsx")
    back = read_workbook(errors_workbook([("a.xlsx", given)], [whole, *reading.errors]), "a.xlsx")
    assert [sheet.name for sheet in back.sheets] == ["Errors", "Errors (2)"]
    assert len(read(("a.xlsx", back)).pupils) == 3


def test_several_files_are_sheets_of_one_workbook_each_with_its_own_errors() -> None:
    files = [
        ("a.csv", read_workbook(b"UPN,Mon 09/11/2026 AM\r\nx,/\r\n", "a.csv")),
        ("b.csv", read_workbook(b"UPN,Mon 09/11/2026 AM\r\ny,/\r\n", "b.csv")),
    ]
    issues = [Issue(code="x", message=f"{name} is wrong.", file=name, row=2, cell="A2") for name, _ in files]
    sheets = read_workbook(errors_workbook(files, issues), "c.xlsx").sheets
    assert [(sheet.name, sheet.rows[1][-1]) for sheet in sheets] == [
        ("Register", "A2: a.csv is wrong."),
        ("Register (2)", "A2: b.csv is wrong."),
    ]
    assert count_cells(files) == 8


@pytest.mark.parametrize(
    "row", [["x", 46335], ["x", date(2026, 11, 9)], ["x", "9/11/2026"], ["x", "4012"], ["x", 4012]]
)
def test_values_keep_their_kind_so_that_they_are_read_as_before(row: list[Cell]) -> None:
    given = workbook(Page(title="A", rows=[["UPN", "Date"], row]))
    (sheet,) = read_workbook(errors_workbook([("a.xlsx", given)], []), "a.xlsx").sheets
    assert sheet.rows[1] == row


def test_what_was_merged_or_hidden_stays_so() -> None:
    given = workbook(
        Page(title="A", rows=[["x", ""], HEAD, GOOD], merged=[(0, 0, 0, 1)], hidden_rows={2}),
        Page(title="B", rows=[["old"]], hidden=True),
    )
    back = read_workbook(errors_workbook([("a.xlsx", given)], []), "a.xlsx").sheets
    assert [(sheet.merged, sheet.hidden_rows, sheet.hidden) for sheet in back] == [
        (((0, 0, 0, 1),), frozenset({2}), False),
        ((), frozenset(), True),
    ]


def test_a_layout_that_a_person_mapped_is_known_again_with_its_errors() -> None:
    head: list[Cell] = ["Ref", "Child", "When", "First half", "Second half"]
    fields = ("admission_number", "full_name", "date", "am_mark", "pm_mark")
    mapped = MappedColumns(fingerprint(head), 0, dict(enumerate(fields)))
    rows: list[list[Cell]] = [["001", "Birch, Ada", "13/10/2026", "/", "QZ"]]
    rows += [[f"00{number}", "Cole, Cora", "13/10/2026", "/", "\\"] for number in range(2, 6)]
    given = workbook(Page(title="A", rows=[head, *rows]))
    answers = Answers(mappings=(mapped,))
    first = read_register([("a.xlsx", given)], known_until=TODAY, answers=answers)
    assert [issue.cell for issue in first.errors] == ["E2"]
    back = read_workbook(errors_workbook([("a.xlsx", given)], first.errors), "a.xlsx")
    assert back.sheets[0].rows[0] == [*head, "Errors"]
    again = read_register([("a.xlsx", back)], known_until=TODAY, answers=answers)
    assert again.issues == first.issues
