"""Registers to fill in: what is downloaded, filled in and sent back must be read without a word."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from cme.documents.templates import (
    HEADINGS,
    Layout,
    Listed,
    Register,
    register_rows,
    template_csv,
    template_workbook,
)
from cme.synthetic import make_upn
from importers.layouts.own_sheets import HELP_SHEET
from importers.reading import read_workbook
from importers.register import RegisterReading
from importers.registers import read_register
from tests.marks import iter_marks

DAYS = tuple(date(2026, 11, day) for day in (9, 10, 11, 12, 13))
TODAY = date(2026, 11, 22)
ROLL = Register(
    DAYS,
    tuple(
        Listed((make_upn("8412001", 2020, number), f"00{number}", surname, "Ada", "04/05/2015", "6", "6A"))
        for number, surname in ((901, "Birch"), (902, "=Cole"), (903, "-Ellis"))
    ),
)
FILES = [(layout, kind) for layout in Layout for kind in ("xlsx", "csv")]


def read(content: bytes, kind: str) -> RegisterReading:
    name = f"register.{kind}"
    return read_register([(name, read_workbook(content, name))], known_until=TODAY)


def fill_in(content: bytes, kind: str, layout: Layout, extra: list[str] | None = None) -> bytes:
    """Type a mark into every cell for one, as an office would, under a row of its own where there is none."""
    codes = {Layout.WIDE: ["/", "O"] * 5, Layout.PUPIL_DAY: ["/", "O"], Layout.LONG: ["O"]}[layout]
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        filled = [rows[0], *([*row[: -len(codes)], *codes] for row in rows[1:]), *([extra] if extra else [])]
        text = io.StringIO(newline="")
        csv.writer(text).writerows(filled)
        return text.getvalue().encode()
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    if extra:
        sheet.append(extra)
    width = sheet.max_column
    for row in sheet.iter_rows(min_row=2, min_col=width - len(codes) + 1):
        for cell, code in zip(row, codes, strict=True):
            cell.value = cell.value or code
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def write(register: Register, layout: Layout, kind: str) -> bytes:
    return (template_csv if kind == "csv" else template_workbook)(register, layout)


@pytest.mark.parametrize(("layout", "kind"), FILES)
def test_the_roll_filled_in_is_read_without_a_word(layout: Layout, kind: str) -> None:
    content = fill_in(write(ROLL, layout, kind), kind, layout)
    if layout is Layout.LONG:
        content = content.replace(b"AM,O", b"AM,/")
    reading = read(content, kind)
    assert [issue.message for issue in reading.issues] == []
    assert reading.files[0].layout == layout
    assert [pupil.surname for pupil in reading.pupils] == ["Birch", "=Cole", "-Ellis"]
    assert [pupil.admission_number for pupil in reading.pupils] == ["00901", "00902", "00903"]
    assert {len(list(iter_marks(pupil.lines))) for pupil in reading.pupils} == {10}
    assert reading.dates == (DAYS[0], DAYS[-1])


@pytest.mark.parametrize(("layout", "kind"), FILES)
def test_an_empty_one_is_read_once_a_pupil_is_entered(layout: Layout, kind: str) -> None:
    about = list(ROLL.pupils[0].about)
    extra = {
        Layout.WIDE: [*about, *["/", "\\"] * 5],
        Layout.PUPIL_DAY: [*about, "09/11/2026", "/", "\\"],
        Layout.LONG: [*about, "13/11/2026", "PM", "\\"],
    }[layout]
    reading = read(fill_in(write(Register(DAYS), layout, kind), kind, layout, extra), kind)
    assert [issue.message for issue in reading.issues if issue.severity == "error"] == []
    assert [pupil.surname for pupil in reading.pupils] == ["Birch"]


@pytest.mark.parametrize(("layout", "kind"), FILES)
def test_one_without_a_mark_is_refused_and_says_why(layout: Layout, kind: str) -> None:
    assert [issue.code for issue in read(write(ROLL, layout, kind), kind).errors] == ["not_a_register"]


@pytest.mark.parametrize("layout", Layout)
def test_the_codes_offered_are_those_of_the_half_and_the_day(layout: Layout) -> None:
    sheet = load_workbook(io.BytesIO(template_workbook(ROLL, layout))).worksheets[0]
    offered: dict[str, list[str]] = {}
    for rule in sheet.data_validations.dataValidation:
        for cells in str(rule.sqref).split():
            first = cells.partition(":")[0].rstrip("0123456789")
            offered[str(sheet[f"{first}1"].value)] = rule.formula1.strip('"').split(",")
    if layout is Layout.LONG:
        assert offered.pop("Session") == ["AM", "PM"]
        assert {"/", "\\", "O", "Y7"} <= set(offered.pop("Mark"))
        assert offered == {}
        return
    assert len(offered) == (10 if layout is Layout.WIDE else 2)
    for heading, codes in offered.items():
        assert ("/" in codes, "\\" in codes) == ((True, False) if heading.endswith("AM") else (False, True))
        assert {"O", "C1", "#"} <= set(codes)
        assert not {"F", "H", "J", "Y"} & set(codes)


def test_the_codes_of_an_earlier_day_are_those_of_that_day() -> None:
    early = Register((date(2024, 7, 15),))
    sheet = load_workbook(io.BytesIO(template_workbook(early, Layout.PUPIL_DAY))).worksheets[0]
    for rule in sheet.data_validations.dataValidation:
        assert "C2" not in rule.formula1


def test_what_is_typed_stays_text_and_the_headings_stay_in_sight() -> None:
    sheet = load_workbook(io.BytesIO(template_workbook(ROLL, Layout.WIDE))).worksheets[0]
    assert sheet.freeze_panes == "E2"
    assert {sheet.column_dimensions[letter].number_format for letter in ("A", "B", "E", "H", "Q")} == {"@"}
    assert sheet.column_dimensions["A"].width == 15
    kinds = {cell.data_type for row in sheet.rows for cell in row if cell.value is not None}
    assert kinds == {"s"}


def test_a_second_sheet_says_how_to_fill_it_in_and_is_not_read() -> None:
    workbook = load_workbook(io.BytesIO(template_workbook(ROLL, Layout.WIDE)))
    assert workbook.sheetnames == ["Register", HELP_SHEET]
    said = [row for row in workbook.worksheets[1].iter_rows(values_only=True) if row[0]]
    assert ("O", "Absent, no reason or the reason is not accepted") in said


def test_a_date_is_written_with_its_weekday_which_proves_its_order() -> None:
    assert register_rows(ROLL, Layout.WIDE)[0][len(HEADINGS)] == "Mon 09/11/2026 AM"
    assert register_rows(ROLL, Layout.LONG)[1][len(HEADINGS) :] == ["Mon 09/11/2026", "AM", ""]
