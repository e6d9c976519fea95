"""What a file leaves open is asked or mapped, and the same file reads once somebody has answered."""

from datetime import date, timedelta

import pytest

from cme.attendance.codes import Half
from importers.answering.answers import EVERY_FILE, Answers, MappedColumns, Translation
from importers.answering.fingerprints import MAPPABLE, fingerprint
from importers.issues import Issue, Severity
from importers.reading import Cell, Sheet, Workbook
from importers.register import RegisterReading
from importers.registers import read_register
from importers.text.dates import DateOrder
from importers.text.words import FIELD_OF
from tests.unit.importers.grids import (
    TODAY,
    WEEK,
    Grid,
    book,
    codes,
    found,
    headings,
    marks,
    only,
    sheet,
    upn,
    week_of,
    wide,
)
from tests.unit.importers.layouts.test_layouts import day_by_day

NEXT_WEEK = tuple(on + timedelta(days=7) for on in WEEK)
ANA, BEN = upn(1), upn(2)


def read(rows: Grid | Sheet | Workbook, **answers: object) -> RegisterReading:
    workbook = rows if isinstance(rows, Workbook) else book(rows)
    return read_register([("part.xlsx", workbook)], known_until=TODAY, answers=Answers(**answers))  # type: ignore[arg-type]


def asked(reading: RegisterReading) -> list[str]:
    return [question.kind for question in reading.questions]


# The order of day and month


CONTRADICTED: Grid = [["UPN", "Mon 11/09/2026 AM", "Mon 11/09/2026 PM"], [ANA, "/", "\\"]]


def test_a_weekday_that_fits_the_other_order_only_is_asked_about_and_the_answer_settles_it():
    reading = read(CONTRADICTED)
    (question,) = reading.questions

    assert {error.code for error in reading.errors} == {"ambiguous_date"}
    assert (question.kind, [choice.value for choice in question.choices]) == (
        "date_order",
        ["day first", "month first"],
    )
    assert [choice.samples for choice in question.choices] == [
        ("Friday 11 September 2026",),
        ("Monday 9 November 2026",),
    ]

    answered = read(CONTRADICTED, date_order=DateOrder.MONTH_FIRST)
    assert not answered.questions
    assert marks(only(answered))[0][0] == date(2026, 11, 9)


def test_an_answer_that_the_weekdays_still_contradict_leaves_the_error():
    answered = read(CONTRADICTED, date_order=DateOrder.DAY_FIRST)

    assert {error.code for error in answered.errors} == {"ambiguous_date"}


def test_a_weekday_that_fits_no_order_is_an_error_without_a_question():
    reading = read([["UPN", "Thu 09/11/2026 AM", "Thu 09/11/2026 PM"], [ANA, "/", "\\"]])

    assert reading.errors
    assert not reading.questions


def test_where_both_orders_fit_the_person_is_asked_and_the_import_is_not_stopped():
    rows: Grid = [["UPN", "09/11/2026 AM", "09/11/2026 PM"], [ANA, "/", "\\"]]
    reading = read(rows)

    assert asked(reading) == ["date_order"]
    assert not reading.errors
    answered = read(rows, date_order=DateOrder.MONTH_FIRST)
    assert not answered.issues
    assert marks(only(answered))[0][0] == date(2026, 9, 11)


def test_what_the_file_proves_beats_the_remembered_answer():
    rows: Grid = [["UPN", "13/11/2026 AM", "13/11/2026 PM"], [ANA, "/", "\\"]]

    assert marks(only(read(rows, date_order=DateOrder.MONTH_FIRST)))[0][0] == date(2026, 11, 13)


@pytest.mark.parametrize(
    ("title", "on"),
    [
        ("Register from 9 November 2026 to 13 November 2026", date(2026, 11, 9)),
        ("Week commencing 9 November 2026", date(2026, 11, 9)),
        ("Printed 11 September 2026", date(2026, 9, 11)),
        ("2026-11-09", date(2026, 11, 9)),
    ],
)
def test_a_title_dated_in_letters_proves_the_order(title: str, on: date):
    reading = read([["Northmoor", title], [], ["UPN", "09/11/2026 AM", "09/11/2026 PM"], [ANA, "/", "\\"]])

    assert not reading.issues
    assert marks(only(reading))[0][0] == on


def test_a_title_that_fits_neither_order_proves_nothing():
    reading = read([["Printed 1 May 2026"], [], ["UPN", "09/11/2026 AM", "09/11/2026 PM"], [ANA, "/", "\\"]])

    assert found(reading, "date_order")


def test_one_order_holds_for_all_sheets_of_a_file():
    open_sheet = sheet([["UPN", "09/11/2026 AM", "09/11/2026 PM"], [ANA, "/", "\\"]], "7A")
    proving = sheet([["UPN", "11/13/2026 AM", "11/13/2026 PM"], [ANA, "/", "\\"]], "7B")

    assert [on for on, _, _ in marks(only(read(book(open_sheet, proving))))] == [date(2026, 9, 11)] * 2 + [
        date(2026, 11, 13)
    ] * 2


def test_sheets_that_prove_different_orders_are_an_error():
    first = sheet([["UPN", "13/11/2026 AM", "13/11/2026 PM"], [ANA, "/", "\\"]], "7A")
    second = sheet([["UPN", "11/16/2026 AM", "11/16/2026 PM"], [ANA, "/", "\\"]], "7B")

    assert {error.code for error in read(book(first, second)).errors} == {"ambiguous_date"}


@pytest.mark.parametrize("year", ["1926", "2062", "2015"])
def test_dates_outside_any_plausible_school_year_are_refused(year: str):
    (error, *_) = read([["UPN", f"09/11/{year} AM", f"13/11/{year} PM"], [ANA, "/", "\\"]]).errors
    assert (error.code, error.cell) == ("implausible_date", "B1")

    (error,) = read(day_by_day([ANA, "13/11/2026", "/", "\\"], [ANA, f"13/11/{year}", "/", "\\"])).errors
    assert (error.code, error.cell) == ("implausible_date", "B3")


def test_true_dates_beside_texts_in_the_headings_may_be_swapped_too():
    reading = read([["UPN", "Name", date(2026, 9, 11), "13/11/2026"], [ANA, "BELL, Ana", "/\\", "OO"]])

    assert "taken the day for the month" in reading.errors[0].message


# Dates without a year


NO_YEAR: Grid = [["UPN", "Mon 9 Nov AM", "Mon 9 Nov PM"], [ANA, "/", "\\"], [BEN, "/", "\\"]]


def test_a_date_without_a_year_is_asked_about_and_the_answer_settles_it():
    rows: Grid = [["UPN", "10 Nov AM", "10 Nov PM"], [ANA, "/", "\\"], [BEN, "/", "\\"]]
    reading = read(rows)
    (question,) = reading.questions

    assert [(error.code, error.cell) for error in reading.errors] == [("year_missing", "B1")]
    assert question.kind == "academic_year"
    # 10 November is a school day in both of the years that a register is likely to be of.
    assert [choice.value for choice in question.choices] == ["2026", "2025"]
    assert not any(codes(pupil) for pupil in reading.pupils)

    answered = read(rows, academic_year=2026)
    assert not answered.questions
    assert [issue.code for issue in answered.issues] == ["year_assumed"]
    assert "2026 to 2027" in answered.issues[0].message
    assert marks(answered.pupils[0])[0][0] == date(2026, 11, 10)


def test_a_date_without_a_year_that_fits_one_likely_year_is_of_that_year():
    reading = read(NO_YEAR)

    assert not reading.questions
    assert [issue.code for issue in reading.issues] == ["year_assumed"]
    assert marks(reading.pupils[0])[0][0] == date(2026, 11, 9)


def test_a_year_in_which_the_weekdays_do_not_fit_is_an_error():
    assert {error.code for error in read(NO_YEAR, academic_year=2025).errors} == {"ambiguous_date"}


@pytest.mark.parametrize(
    "title",
    [
        ["From 09/11/2026 to 13/11/2026"],
        ["From", "09/11/2026", "to", "13/11/2026"],
        [date(2026, 11, 9), date(2026, 11, 13)],
        ["Academic year 2026/27"],
        ["2026-2027"],
        ["Week beginning 9 November 2026"],
    ],
)
def test_the_title_may_say_the_year(title: list[object]):
    reading = read([["Northmoor"], title, [], *NO_YEAR])  # type: ignore[list-item]

    assert [issue.code for issue in reading.issues] == ["year_assumed"]
    assert marks(reading.pupils[0])[0][0] == date(2026, 11, 9)


@pytest.mark.parametrize("title", ["Printed 20/09/2027", "From 01/09/2020 to 30/09/2020"])
def test_titles_of_another_year_leave_it_open(title: str):
    assert asked(read([[title], [], *NO_YEAR])) == ["academic_year"]


def test_dates_of_spring_are_in_the_second_half_of_the_school_year():
    rows: Grid = [["From 14/12/2026 to 08/01/2027"], [], ["UPN", "14 Dec AM", "8 Jan AM"], [ANA, "/", "O"]]
    reading = read_register([("x", book(rows))], known_until=date(2027, 2, 1))

    assert [on for on, _, _ in marks(only(reading))] == [date(2026, 12, 14), date(2027, 1, 8)]


# One code for a day


LONE: Grid = [
    ["UPN", "Name", "Mon 09/11/2026", "Tue 10/11/2026", "Wed 11/11/2026"],
    [ANA, "BELL, Ana", "OO", "O", "\\"],
    [BEN, "COLE, Ben", "/\\", "C1", "/"],
]


def test_a_lone_code_of_either_half_is_asked_about_and_the_answer_settles_it():
    reading = read(LONE)
    (question,) = reading.questions

    assert [(error.code, error.cell) for error in reading.errors] == [
        ("ambiguous_cell", "D2"),
        ("ambiguous_cell", "D3"),
    ]
    assert (question.kind, question.choices[0].samples) == ("lone_codes", ("C1", "O"))
    for half in Half:
        answered = read(LONE, lone_codes=half.value)
        assert not answered.issues
        assert not answered.questions
        assert marks(answered.pupils[0])[2] == (WEEK[1], half, "O")
        assert marks(answered.pupils[0])[3] == (WEEK[2], Half.PM, "\\")


# Names


def test_names_without_a_comma_are_asked_about_without_stopping_the_import():
    rows = wide([ANA, "1", "Bell Ana Maria", *week_of("P")], [BEN, "2", "Van Der Cole Ben", *week_of("P")])
    reading = read(rows)

    assert asked(reading) == ["surname_first"]
    assert not reading.errors
    assert [(one.code, one.cell) for one in reading.issues] == [("name_order", "C2")]
    answered = read(rows, surname_first=True)
    assert not answered.issues
    assert [(one.surname, one.forename) for one in answered.pupils] == [
        ("Bell", "Ana Maria"),
        ("Van Der Cole", "Ben"),
    ]
    assert [one.surname for one in read(rows, surname_first=False).pupils] == ["Maria", "Ben"]


def test_a_heading_that_says_the_order_of_names_leaves_nothing_to_ask():
    for heading, surname in (("Surname Forename", "Bell"), ("Forename Surname", "Ana")):
        rows = wide([ANA, "1", "Bell Ana", *week_of("P")], identity=("UPN", "Adno", heading))

        assert only(read(rows)).surname == surname
        assert not read(rows).questions


# Hidden sheets


def test_a_hidden_sheet_is_read_once_a_person_picked_it():
    shown = sheet(wide([ANA, "1", "BELL, Ana", *week_of("P")]), "7A")
    hidden = sheet(wide([BEN, "2", "COLE, Ben", *week_of("P")]), "7B", hidden=True)
    for position in (0, EVERY_FILE):
        reading = read(book(shown, hidden), sheets=frozenset({(position, "7B")}))

        assert len(reading.pupils) == 2
        assert not reading.issues
    assert found(read(book(shown, hidden), sheets=frozenset({(1, "7B")})), "hidden_sheet")


def test_of_two_files_of_one_name_only_the_one_meant_is_read_otherwise():
    hidden = sheet(wide([BEN, "2", "COLE, Ben", *week_of("P")]), "7B", hidden=True)
    parts = [
        ("part.xlsx", book(sheet(wide([ANA, "1", "BELL, Ana", *week_of("O")], days=days)), hidden))
        for days in (WEEK, NEXT_WEEK)
    ]
    answers = Answers(sheets=frozenset({(1, "7B")}), left_out=frozenset({(0, "Register", 2)}))
    reading = read_register(parts, known_until=TODAY, answers=answers)

    assert not reading.errors
    assert [codes(pupil) for pupil in reading.pupils] == ["O" * 10, "/\\" * 5]
    assert [(issue.code, issue.position) for issue in reading.issues] == [
        ("hidden_sheet", 0),
        ("row_left_out", 0),
    ]
    assert [file.position for file in reading.files] == [0, 1]


# How the letters of a text file are stored


def guessed(rows: Grid) -> Workbook:
    notice = Issue(code="encoding_guessed", message="x", severity=Severity.WARNING)
    return Workbook("csv", (sheet(rows),), (notice,), "0" * 64)


def test_names_of_a_file_whose_encoding_was_guessed_are_shown_in_each_that_reads_them_otherwise():
    name = "Młynarz, Łucja".encode("cp1250").decode("cp1252")
    reading = read(guessed(wide([ANA, "1", name, *week_of("O")], [BEN, "2", "COLE, Ben", *week_of("P")])))
    (question,) = reading.questions

    assert not reading.errors
    assert question.kind == "encoding"
    samples = {choice.value: choice.samples for choice in question.choices}
    assert samples["cp1252"] == (name,)
    assert samples["cp1250"] == ("Młynarz, Łucja",)
    assert len(set(samples.values())) == len(samples) > 1


def test_nobody_is_asked_for_the_encoding_of_english_letters_or_of_a_proved_one():
    row: list[Cell] = [ANA, "1", "BELL, Ana", *week_of("O")]

    assert not read(guessed(wide(row))).questions
    assert not read(wide([ANA, "1", "Müller, Ana", *week_of("O")])).questions


# Columns that a person maps


UNKNOWN: Grid = [
    ["Northmoor"],
    [],
    ["Ident", "Who", "When", "Which half", "Sign"],
    [ANA, "BELL, Ana", "13/11/2026", "AM", "O"],
    [ANA, "BELL, Ana", "13/11/2026", "PM", "\\"],
    [BEN, "COLE, Ben", "13/11/2026", "AM", "/"],
]
FIELDS = {0: "upn", 1: "full_name", 2: "date", 3: "session", 4: "mark"}


def test_a_table_that_is_not_recognised_is_offered_for_mapping_with_its_samples():
    reading = read(UNKNOWN)
    (wanted,) = reading.unmapped

    assert [error.code for error in reading.errors] == ["not_a_register"]
    assert (wanted.file, wanted.sheet, wanted.header_row) == ("part.xlsx", "Register", 2)
    assert [(one.heading, one.guess) for one in wanted.columns] == [
        ("Ident", "upn"),
        ("Who", "full_name"),
        ("When", "date"),
        ("Which half", "session"),
        ("Sign", "mark"),
    ]
    assert wanted.columns[4].samples == ("O", "\\", "/")


def test_mapped_columns_are_read_and_it_is_said():
    (wanted,) = read(UNKNOWN).unmapped
    mapping = MappedColumns(wanted.fingerprint, wanted.header_row, FIELDS)
    for rows in (UNKNOWN, UNKNOWN[2:], [["Another title"], *UNKNOWN]):
        reading = read(rows, mappings=(mapping,))

        assert [issue.code for issue in reading.issues] == ["mapping_used"]
        assert not reading.unmapped
        assert reading.files[0].layout == "long"
        assert [codes(pupil) for pupil in reading.pupils] == ["O\\", "/"]


def test_a_mapping_overrides_what_the_headings_seem_to_say():
    rows: Grid = [["UPN", "Student ID", "Date", "PM", "AM"], ["", ANA, "13/11/2026", "O", "\\"]]
    fields = {0: "", 1: "upn", 2: "date", 3: "am_mark", 4: "pm_mark"}
    mapping = MappedColumns(fingerprint(rows[0]), 0, fields)

    assert marks(only(read(rows, mappings=(mapping,)))) == [
        (WEEK[4], Half.AM, "O"),
        (WEEK[4], Half.PM, "\\"),
    ]


def test_for_dated_headings_mapping_who_the_rows_are_about_is_enough():
    first: Grid = [["Ident", "Who", *headings()], ["A17", "BELL, Ana", *week_of("P")]]
    (wanted,) = read(first).unmapped
    mapping = MappedColumns(wanted.fingerprint, wanted.header_row, {0: "admission_number", 1: "full_name"})
    later: Grid = [["Ident", "Who", *headings(NEXT_WEEK[:4])], ["A17", "BELL, Ana", *week_of("O", 4)]]

    assert codes(only(read(first, mappings=(mapping,)))) == "/\\" * 5
    assert codes(only(read(later, mappings=(mapping,)))) == "O" * 8


def test_headings_in_two_rows_are_mapped_by_the_row_that_names_the_columns():
    rows: Grid = [
        ["Ident", "Who", "Mon 09/11/2026", "", "Tue 10/11/2026"],
        ["", "", "AM", "PM", "AM", "PM"],
        ["A17", "BELL, Ana", "/", "\\", "O", "O"],
    ]
    for grid in (rows, [["", "", *rows[0][2:]], ["Ident", "Who", *rows[1][2:]], rows[2]]):
        (wanted,) = read(grid).unmapped
        assert [one.heading for one in wanted.columns] == ["Ident", "Who"]
        mapping = MappedColumns(
            wanted.fingerprint, wanted.header_row, {0: "admission_number", 1: "full_name"}
        )

        assert codes(only(read(grid, mappings=(mapping,)))) == "/\\OO"


def test_other_headings_have_another_fingerprint_and_other_dates_have_not():
    heads = ["UPN", "Name", "Mon 09/11/2026 AM"]

    assert fingerprint(heads) == fingerprint(["upn ", "NAME", "Tue 10/11/2026 AM", "Tue 10/11/2026 PM"])
    assert fingerprint(heads) == fingerprint(["UPN", "Name", date(2026, 11, 9), ""])
    assert fingerprint(heads) != fingerprint(["Name", "UPN", "Mon 09/11/2026 AM"])
    assert fingerprint(heads) != fingerprint(["UPN", "Name"])
    assert fingerprint(["UPN", "Date", "AM", "PM"]) != fingerprint(["UPN", "Date", "PM", "AM"])
    assert fingerprint(["UPN", "9/11 AM", "Total"]) != fingerprint(["UPN", "9/11 AM", "9/11 PM", "Total"])


def test_reports_that_no_mapping_makes_a_register_are_not_offered():
    for heads in (["UPN", "Possible marks", "Present"], ["UPN", "Start date", "End date", "Code"]):
        reading = read([heads, [ANA, "1", "2", "3"], [BEN, "1", "2", "3"]])  # type: ignore[list-item]

        assert reading.errors
        assert not reading.unmapped


def test_every_field_that_may_be_mapped_is_one_that_is_read():
    assert {field for field, _ in MAPPABLE} - {""} <= set(FIELD_OF.values())


def test_a_schools_own_codes_are_codes_when_a_register_is_recognised():
    own = Translation("7", "O", date(2026, 9, 1))
    rows = wide([ANA, "1", "BELL, Ana", *[7] * 10], [BEN, "2", "COLE, Ben", *week_of("P", 1), *[7] * 8])

    assert "the cells below are not attendance codes" in read(rows).errors[0].message
    assert [codes(one) for one in read(rows, translations=(own,)).pupils] == ["O" * 10, "/\\" + "O" * 8]
