"""What schools send: read right, asked about, or refused with a sentence that is true."""

from datetime import date, timedelta

import pytest

from cme.attendance.codes import Half
from importers.answering.answers import Answers, MappedColumns
from importers.answering.fingerprints import fingerprint, lacks_dates
from importers.layouts.unread import columns_of
from importers.register import RegisterReading
from importers.registers import read_register
from tests.unit.importers.grids import (
    MONDAY,
    TODAY,
    WEEK,
    Grid,
    book,
    codes,
    found,
    headings,
    marks,
    only,
    read,
    sheet,
    upn,
    week_of,
)

ANA, BEN = upn(1), upn(2)


def answered(rows: Grid, **answers: object) -> RegisterReading:
    known = Answers(**answers)  # type: ignore[arg-type]
    return read_register([("a.csv", book(rows))], known_until=TODAY, answers=known)


def sentence(rows: Grid) -> str:
    """The one sentence with which a sheet is refused."""
    reading = read(rows)
    assert not any(codes(pupil) for pupil in reading.pupils)
    (error,) = reading.errors
    return error.message


# Two marks a day in one column


TWO_A_DAY: Grid = [
    ["UPN", "Date", "Teil", "Mark"],
    [ANA, "13/11/2026", "1", "O"],
    [ANA, "13/11/2026", "2", "O"],
    [BEN, "13/11/2026", "1", "/"],
    [BEN, "13/11/2026", "2", "\\"],
]


@pytest.mark.parametrize("lone", ["", "AM", "PM"])
def test_two_rows_a_day_with_one_code_each_need_a_session(lone: str):
    reading = answered(TWO_A_DAY, lone_codes=lone)

    assert not any(codes(pupil) for pupil in reading.pupils)
    assert "These rows have two marks a day" in reading.errors[0].message
    assert not reading.questions
    assert reading.unmapped


def test_rows_of_a_half_each_under_dated_headings_need_a_session():
    rows: Grid = [
        ["UPN", "Session", "Mon 09/11/2026", "Tue 10/11/2026"],
        [ANA, "AM", "O", "O"],
        [ANA, "PM", "O", "/"],
        [BEN, "AM", "/", "/"],
        [BEN, "PM", "O", "O"],
    ]
    reading = answered(rows, lone_codes="AM")

    assert reading.errors
    assert not any(codes(pupil) for pupil in reading.pupils)
    assert "two marks a day" in reading.errors[0].message


def test_a_day_with_both_marks_in_its_cell_needs_none():
    reading = read([["UPN", "Date", "Mark"], [ANA, "13/11/2026", "OO"], [BEN, "13/11/2026", "/\\"]])

    assert not reading.errors


def test_two_words_that_nobody_knows_are_named_once():
    rows = [[cell.replace("Teil", "Session") for cell in map(str, row)] for row in TWO_A_DAY]
    for row in rows[1:]:
        row[2] = {"1": "Vormittag", "2": "Nachmittag"}[row[2]]
    (error,) = read(rows).errors

    assert error.code == "session_words"
    assert "Nachmittag and Vormittag" in error.message
    assert "Write AM and PM" in error.message


# Columns that are not used


def test_columns_that_were_not_read_are_named():
    rows: Grid = [
        ["UPN", "Photo", "Sex", "Bus route", "Locker", "Empty", *headings()],
        [ANA, "x.jpg", "F", "12", "7", "", *week_of("P")],
        [BEN, "y.jpg", "M", "12", "8", "", *week_of("O")],
    ]
    (warning,) = found(read(rows), "unread_columns")

    assert "Bus route and Locker" in warning.message
    assert "Photo" not in warning.message
    assert "Empty" not in warning.message


def test_at_most_ten_columns_are_named_once_a_file():
    extra = [f"Extra {chr(65 + at)}" for at in range(14)]
    rows: Grid = [
        ["UPN", *extra, *headings()],
        [ANA, *["x"] * 14, *week_of("P")],
        [BEN, *["x"] * 14, *week_of("O")],
    ]
    (warning,) = found(read(book(sheet(rows[:2], "7A"), sheet([rows[0], rows[2]], "7B"))), "unread_columns")

    assert "Extra J and 4 more" in warning.message
    assert "Extra K" not in warning.message


@pytest.mark.parametrize("heading", ["Unique Pupil No", "Unique Pupil Ref", "UPN No.", "UPN reference"])
def test_more_words_for_the_upn(heading: str):
    assert only(read([[heading, *headings()], [ANA, *week_of("P")]])).upn == ANA


@pytest.mark.parametrize("heading", ["Kennung", "Reference", "Pupil number"])
def test_a_column_of_upns_is_the_upn_column(heading: str):
    reading = read([["Name", heading, *headings()], ["BELL, Ana", ANA, *week_of("P")]])

    assert (only(reading).upn, only(reading).admission_number) == (ANA, "")


def test_a_column_of_upns_holds_in_long_files_too():
    rows: Grid = [["Kennung", "Date", "Session", "Mark"]]
    rows += [[one, "13/11/2026", half, "O"] for one in (ANA, BEN) for half in ("AM", "PM")]
    rows[-1][-1] = "\\"
    reading = read(rows)

    assert [(one.upn, codes(one)) for one in reading.pupils] == [(ANA, "OO"), (BEN, "O\\")]


def test_short_numbers_under_upn_are_admission_numbers():
    reading = read([["UPN", "Name", *headings()], ["4012", "BELL, Ana", *week_of("P")]])

    assert (only(reading).upn, only(reading).admission_number) == ("", "4012")
    (warning,) = found(reading, "upn_is_number")
    assert "admission number" in warning.message


def test_the_column_with_upns_beats_the_one_with_the_heading():
    rows: Grid = [["4012", ANA, *week_of("P")], ["4013", BEN, *week_of("O")]]
    reading = read([["UPN", "Kennung", *headings()], *rows])

    assert [(one.upn, one.admission_number) for one in reading.pupils] == [(ANA, "4012"), (BEN, "4013")]


# Two columns with one heading beside a date


TWO_MARKS: Grid = [
    ["UPN", "Surname", "Forename", "Date", "Mark", "Mark"],
    [ANA, "Bell", "Ana", "13/11/2026", "O", "\\"],
    [BEN, "Cole", "Ben", "13/11/2026", "/", "I"],
]


def test_two_mark_columns_are_asked_about():
    reading = read(TWO_MARKS)

    assert reading.errors
    assert not any(codes(pupil) for pupil in reading.pupils)
    assert "both headed Mark" in reading.errors[0].message
    (question,) = reading.questions
    assert question.kind == "first_mark"
    assert [choice.value for choice in question.choices] == ["AM", "PM"]


@pytest.mark.parametrize("first", ["AM", "PM"])
def test_two_mark_columns_are_read_once_somebody_says(first: str):
    turned = [TWO_MARKS[0], *([*row[:4], row[5], row[4]] for row in TWO_MARKS[1:])]
    rows = TWO_MARKS if first == "AM" else turned
    reading = answered(rows, first_mark=first)

    assert not reading.errors
    assert marks(reading.pupils[0]) == [(WEEK[4], Half.AM, "O"), (WEEK[4], Half.PM, "\\")]
    assert not reading.questions


def test_two_mark_columns_with_halves_above_are_not_asked_about():
    reading = read([["", "", "", "", "AM", "PM"], *TWO_MARKS])

    assert not reading.errors
    assert codes(reading.pupils[0]) == "O\\"


# One half of the day only


@pytest.mark.parametrize(
    "rows",
    [
        [["UPN", "Date", "AM"], [ANA, "13/11/2026", "O"], [BEN, "13/11/2026", "/"]],
        [["UPN", "Date", "Session", "Mark"], [ANA, "13/11/2026", "AM", "O"], [BEN, "13/11/2026", "AM", "/"]],
        [["UPN", "Mon 09/11/2026 AM"], [ANA, "O"], [BEN, "/"]],
        [["UPN", "Mon 09/11/2026"], ["", "AM"], [ANA, "O"], [BEN, "/"]],
        [["Week beginning 09/11/2026"], ["", "Mon"], ["UPN", "AM"], [ANA, "O"], [BEN, "/"]],
    ],
)
def test_a_file_of_one_half_is_read_and_says_so(rows: Grid):
    reading = read(rows)

    assert not reading.errors
    assert [codes(pupil) for pupil in reading.pupils] == ["O", "/"]
    assert found(reading, "one_session")


# Headings


@pytest.mark.parametrize("suffixes", [("a", "b"), ("x", "y")])
def test_dates_with_letters_that_are_no_halves_are_none(suffixes: tuple[str, str]):
    heads = [f"{on:%d/%m/%Y}{each}" for on in WEEK for each in suffixes]
    assert "no column is dated" in sentence([["UPN", *heads], [ANA, *week_of("P")]])


def test_dates_with_a_and_p_are_halves():
    heads = [f"{on:%d/%m/%Y}{each}" for on in WEEK for each in "ap"]
    assert codes(only(read([["UPN", *heads], [ANA, *week_of("P")]]))) == "/\\" * 5


def test_birthday_is_a_date_of_birth():
    reading = read([["UPN", "Birthday", *headings()], [ANA, "03/02/2014", *week_of("P")]])
    assert only(reading).born_on == date(2014, 2, 3)


@pytest.mark.parametrize("heading", ["Mon 16/11 P{}", "Mon 16/11/2026 P{}", "Mon P{}", "16/11 Period {}"])
def test_dated_lessons_are_refused_as_lessons(heading: str):
    heads = [heading.format(number) for number in range(1, 6)]
    assert "These are lesson marks" in sentence([["UPN", *heads], [ANA, *"/////"], [BEN, *"OOOOO"]])


# Forms of ours that were half filled in


def test_absences_only_says_to_enter_who_was_there():
    rows = [["UPN", *headings()], [ANA, *week_of("O")], [BEN, "", "", *week_of("I", 4)]]
    (error,) = read(rows).errors
    assert "enter / and \\ for the pupils who were there" in error.message


@pytest.mark.parametrize(
    "rows",
    [
        [["UPN", *headings()], [ANA], [BEN]],
        [["UPN", *headings()]],
        [["UPN", "Date", "Session", "Mark"], [ANA, "13/11/2026", "AM"], [BEN, "13/11/2026", "AM"]],
        [["UPN", "Date", "AM", "PM"]],
    ],
)
def test_a_register_without_marks_is_said_to_have_none(rows: Grid):
    assert "No marks are entered yet" in sentence(rows)


# Dates without a year


def yearless(days: list[date], form: str = "%a %-d %b") -> Grid:
    heads = headings(days, form)
    return [["UPN", *heads], [ANA, *week_of("P", len(days))], [BEN, *week_of("O", len(days))]]


@pytest.mark.parametrize("weeks_ago", [0, 52])
def test_the_one_of_two_years_that_fits_is_taken_and_said(weeks_ago: int):
    days = [on - timedelta(weeks=weeks_ago) for on in WEEK]
    reading = read(yearless(days))

    assert not reading.errors
    assert found(reading, "year_assumed")
    assert marks(reading.pupils[0])[0][0] == days[0]


def test_where_both_years_fit_only_they_are_offered():
    reading = read(yearless([MONDAY + timedelta(days=1)], "%-d/%m"))

    assert "Say which school year it is" in reading.errors[0].message
    assert '"academic_year"' in reading.errors[0].message
    assert "--columns FILE" in reading.errors[0].message
    (question,) = reading.questions
    assert [choice.value for choice in question.choices] == ["2026", "2025"]


# Said once


def test_a_mapping_is_said_to_be_used_once_a_file():
    rows = [["Kennung", "Wer", "Tag", "Teil", "Zeichen"], ["A1", "Birch, Ben", "09/11/2026", "AM", "/"]]
    said = MappedColumns(
        fingerprint(rows[0]), 0, {0: "admission_number", 1: "full_name", 2: "date", 3: "session", 4: "mark"}
    )
    known = Answers(mappings=(said,))
    sheets = [sheet(rows, "7A"), sheet([rows[0], ["A2", *rows[1][1:]]], "7B")]
    reading = read_register([("a.xlsx", book(*sheets))], known_until=TODAY, answers=known)

    assert len(found(reading, "mapping_used")) == 1


# What a person is asked of columns


def test_marks_without_dates_are_not_guessed_and_the_page_knows_why():
    wanted = columns_of(sheet([["Kennung", "a", "b", "c"], ["A1", "/", "\\", "/"], ["A2", "/", "\\", "O"]]))

    assert wanted is not None
    assert [column.guess for column in wanted.columns] == ["", "", "", ""]
    assert lacks_dates(wanted)


def test_no_field_is_guessed_twice():
    row = ["A1", "13/11/2026", "/", "/"]
    wanted = columns_of(sheet([["Kennung", "Tag", "a", "b"], row, ["A2", *row[1:]]]))

    assert wanted is not None
    assert [column.guess for column in wanted.columns] == ["", "date", "am_mark", ""]
    assert not lacks_dates(wanted)
