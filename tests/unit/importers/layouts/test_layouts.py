"""Which layouts are recognised, and that every other one is refused with a sentence and never misread."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.codes import CODES, Half
from importers.issues import Severity
from importers.reading import Cell, cell_address
from tests.unit.importers.grids import (
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
    warnings,
    week_of,
    wide,
)

NEXT_WEEK = tuple(on + timedelta(days=7) for on in WEEK)
ANA, BEN = upn(1), upn(2)


def long(*rows: list[Cell], heads: tuple[str, ...] = ("UPN", "Date", "Session", "Mark")) -> Grid:
    return [list(heads), *rows]


def day_by_day(*rows: list[Cell], heads: tuple[str, ...] = ("UPN", "Date", "AM", "PM")) -> Grid:
    return [list(heads), *rows]


def refused(rows: Grid) -> str:
    """The sentence with which a sheet is refused; no pupil may come out of it."""
    reading = read(rows)
    assert not reading.pupils
    assert reading.errors
    return reading.errors[0].message


# What is recognised


def test_wide_is_dates_and_halves_in_the_headings():
    reading = read(wide([ANA, "1", "BELL, Ana", *week_of("O")], [BEN, "2", "COLE, Ben", *week_of("P")]))

    assert reading.files[0].layout == "wide-1"
    assert (reading.files[0].first_on, reading.files[0].last_on) == (WEEK[0], WEEK[-1])
    assert reading.files[0].pupils == 2
    assert [(p.surname, codes(p)) for p in reading.pupils] == [("BELL", "O" * 10), ("COLE", "/\\" * 5)]
    assert not reading.issues


def test_long_is_one_mark_a_row():
    reading = read(
        long([ANA, "13/11/2026", "AM", "O"], [ANA, "13/11/2026", "PM", "O"], [BEN, "13/11/2026", "AM", "/"])
    )

    assert reading.files[0].layout == "long"
    assert marks(reading.pupils[0]) == [(WEEK[4], Half.AM, "O"), (WEEK[4], Half.PM, "O")]


def test_pupil_day_is_one_day_a_row():
    reading = read(day_by_day([ANA, "13/11/2026", "O", "I"], [BEN, "13/11/2026", "/", "\\"]))

    assert reading.files[0].layout == "pupil-day"
    assert marks(reading.pupils[0]) == [(WEEK[4], Half.AM, "O"), (WEEK[4], Half.PM, "I")]


def test_one_session_is_a_register_too_and_the_missing_half_is_said():
    reading = read([["UPN", "Mon 09/11/2026 AM"], [ANA, "O"], [BEN, "/"]])

    assert [codes(pupil) for pupil in reading.pupils] == ["O", "/"]
    assert [issue.code for issue in reading.issues] == ["one_session"]


def test_headings_may_stand_below_titles_and_blank_rows():
    titles: Grid = [
        ["Northmoor School"],
        ["From 09/11/2026 to 13/11/2026"],
        [],
        ["Printed", date(2026, 11, 13)],
    ]

    assert codes(only(read([*titles, *wide([ANA, "1", "BELL, Ana", *week_of("P")])]))) == "/\\" * 5


def test_headings_are_known_by_every_usual_word():
    for heading in (
        "Unique Pupil Number",
        "upn",
        "Pupil_UPN",
        "UPN (Main)",
        "Adno",
        "Admission No.",
        "AdmissionNumber",
    ):
        reading = read([[heading, *headings()], [ANA, *week_of("P")]])

        assert not reading.errors, heading
        assert len(reading.pupils) == 1


def test_an_export_mark_beats_the_mark_that_is_shown():
    heads = ("UPN", "Date", "Session", "Mark", "Export Mark")
    reading = read(
        long([ANA, "13/11/2026", "AM", "I01", "I"], [ANA, "13/11/2026", "PM", "\\", "\\"], heads=heads)
    )

    assert codes(only(reading)) == "I\\"


def test_a_weekday_column_beside_the_date_is_no_second_date():
    for heads in (("UPN", "Day", "Date", "AM", "PM"), ("UPN", "Date", "Day", "AM", "PM")):
        row = {"UPN": ANA, "Day": "Fri", "Date": "13/11/2026", "AM": "O", "PM": "O"}

        assert codes(only(read([list(heads), [row[head] for head in heads]]))) == "OO"


def test_a_systems_own_id_gives_way_to_the_admission_number():
    for heads in (("Student ID", "Admission No"), ("Admission No", "Student ID")):
        row = {"Student ID": "900", "Admission No": "12"}
        reading = read([[*heads, *headings()], [*(row[head] for head in heads), *week_of("P")]])

        assert only(reading).admission_number == "12"


# Sessions as values


@pytest.mark.parametrize(
    ("am", "pm"),
    [("AM", "PM"), ("am", "pm"), ("Morning", "Afternoon"), (1, 2), ("1 ", "2 "), ("A", "P"), ("S1", "S2")],
)
def test_a_session_column_may_use_words_letters_or_figures(am: Cell, pm: Cell):
    reading = read(
        long([ANA, "13/11/2026", am, "O"], [ANA, "13/11/2026", pm, "I"], [BEN, "13/11/2026", am, "/"])
    )

    assert marks(reading.pupils[0]) == [(WEEK[4], Half.AM, "O"), (WEEK[4], Half.PM, "I")]


@pytest.mark.parametrize("values", [(1, 2, 3), ("A", "P", "E"), ("P1", "P2", "P3"), (1, 1, 1), ("", "", "")])
def test_figures_that_may_be_lessons_are_not_read_as_halves(values: tuple[Cell, ...]):
    reading = read(long(*([ANA, "13/11/2026", value, "/"] for value in values)))

    assert not any(codes(pupil) for pupil in reading.pupils)
    assert {issue.code for issue in reading.errors} == {"unknown_session"}
    assert reading.errors[0].cell == "C2"


# Dates


@pytest.mark.parametrize(
    "value", ["09/11/2026", "2026-11-09", "Mon 9 Nov 2026", date(2026, 11, 9), 46335, "9.11.26"]
)
def test_a_date_column_holds_any_form_of_date(value: Cell):
    pupil = read(day_by_day([ANA, value, "O", "O"], [BEN, "16/11/2026", "/", "\\"])).pupils[0]

    assert marks(pupil)[0][0] == date(2026, 11, 9)


def test_a_true_date_that_is_not_swapped_proves_nothing_wrong():
    reading = read(
        day_by_day(
            [ANA, date(2026, 11, 13), "O", "O"], [ANA, "16/11/2026", "O", "O"], [BEN, "16/11/2026", "/", "\\"]
        )
    )

    assert not reading.errors


def test_dates_that_a_program_may_have_swapped_are_refused():
    # 9 November typed into a program that puts the month first becomes 11 September; 13/11 stays text.
    reading = read(day_by_day([ANA, date(2026, 9, 11), "O", "O"], [ANA, "13/11/2026", "O", "O"]))

    (error,) = reading.errors
    assert error.code == "ambiguous_date"
    assert error.header == "Date"


def test_a_weekday_that_contradicts_its_heading_is_an_error_that_shows_both_readings():
    reading = read([["UPN", "Mon 11/09/2026 AM", "Mon 11/09/2026 PM"], [ANA, "/", "\\"]])

    error = reading.errors[0]
    assert (error.code, error.cell, error.header) == ("ambiguous_date", "B1", "Mon 11/09/2026 AM")
    assert "Friday 11 September 2026 or Monday 9 November 2026" in error.message
    assert not marks(reading.pupils[0])


def test_a_wrong_weekday_on_a_date_with_one_reading_is_an_error_and_no_crash():
    reading = read([["UPN", "Mon 11/13/2026 AM", "Mon 11/13/2026 PM"], [ANA, "/", "\\"]])

    assert {issue.code for issue in reading.errors} == {"ambiguous_date"}


def test_a_wrong_weekday_in_a_date_column_is_an_error_in_its_row():
    reading = read(day_by_day([ANA, "Tue 13/11/2026", "O", "O"], [BEN, "Fri 13/11/2026", "/", "\\"]))

    (error,) = reading.errors
    assert (error.code, error.cell, error.row) == ("ambiguous_date", "B2", 2)


def test_headings_that_fit_no_one_order_are_an_error():
    reading = read([["UPN", "13/11/2026 AM", "11/16/2026 AM"], [ANA, "/", "/"]])

    assert reading.errors[0].code == "ambiguous_date"
    assert not marks(reading.pupils[0])


def test_an_order_without_proof_is_said():
    reading = read([["UPN", "09/11/2026 AM", "09/11/2026 PM"], [ANA, "/", "\\"]])

    (warning,) = reading.issues
    assert (warning.code, warning.severity) == ("date_order", Severity.WARNING)
    assert "day first" in warning.message
    assert marks(only(reading))[0][0] == date(2026, 11, 9)


def test_dates_of_birth_prove_the_order_of_the_register_and_are_read_in_it():
    heads: list[Cell] = ["UPN", "DOB", "11/09/2026 AM", "11/09/2026 PM"]
    reading = read([heads, [ANA, "09/25/2014", "/", "\\"], [BEN, "09/11/2014", "/", "\\"]])

    assert not found(reading, "date_order")
    assert marks(reading.pupils[0])[0][0] == date(2026, 11, 9)
    assert [pupil.born_on for pupil in reading.pupils] == [date(2014, 9, 25), date(2014, 9, 11)]


def test_dates_of_birth_follow_the_order_of_the_register():
    reading = read([["UPN", "DOB", "11/13/2026 AM", "11/13/2026 PM"], [ANA, "09/11/2014", "/", "\\"]])

    assert only(reading).born_on == date(2014, 9, 11)


def test_marks_on_a_weekend_are_left_out_with_a_warning():
    days = (date(2026, 11, 13), date(2026, 11, 14))
    reading = read([["UPN", *headings(days)], [ANA, "/", "\\", "/", "\\"]])

    assert codes(only(reading)) == "/\\"
    assert [(issue.code, issue.cell) for issue in warnings(reading)] == [
        ("non_school_day", "D1"),
        ("non_school_day", "E1"),
    ]


def test_a_weekend_without_marks_is_not_worth_a_warning():
    days = (date(2026, 11, 13), date(2026, 11, 14))

    assert not read([["UPN", *headings(days)], [ANA, "/", "\\", "#", ""]]).issues
    assert not read(day_by_day([ANA, "13/11/2026", "/", "\\"], [ANA, "14/11/2026", "#", "#"])).issues


def test_weekend_rows_are_left_out_with_a_warning():
    reading = read(day_by_day([ANA, "13/11/2026", "/", "\\"], [ANA, "14/11/2026", "O", "O"]))

    assert codes(only(reading)) == "/\\"
    assert [(issue.code, issue.row) for issue in warnings(reading)] == [("non_school_day", 3)]


def test_marks_of_days_to_come_are_left_out_with_one_warning_a_day():
    days = (date(2026, 11, 20), date(2026, 11, 23))
    rows: Grid = [[upn(n), "/", "\\", "/", "\\"] for n in range(3)]
    reading = read([["UPN", *headings(days)], *rows])

    assert {codes(pupil) for pupil in reading.pupils} == {"/\\"}
    (warning,) = warnings(reading)
    assert warning.code == "future_mark"
    assert warning.message.startswith("6 marks are dated 23 November 2026")


# What must not be misread


def test_a_column_of_marks_without_a_session_is_never_passed_over():
    for heads in (
        ["UPN", "Mon 09/11/2026 AM", "PM", "Tue 10/11/2026 AM", "Tue 10/11/2026 PM"],
        ["UPN", "Mon 09/11/2026 AM", "Mon 09/11/2026 PMM", "Tue 10/11/2026 AM", "Tue 10/11/2026 PM"],
        ["UPN", "Mon 09/11/2026 AM", "31/11/2026 PM", "Tue 10/11/2026 AM", "Tue 10/11/2026 PM"],
        ["UPN", "Mon 09/11/2026 AM", "", "Tue 10/11/2026 AM", "Tue 10/11/2026 PM"],
        ["UPN", "Mon 09/11/2026 AM", date(2026, 11, 9), "Tue 10/11/2026 AM", "Tue 10/11/2026 PM"],
    ):
        reading = read([heads, [ANA, "O", "\\", "O", "O"], [BEN, "/", "\\", "/", "\\"]])

        (error,) = reading.errors
        assert (error.code, error.cell) == ("undated_marks", "C1")


def test_a_column_of_codes_that_are_no_marks_is_left_alone():
    rows: Grid = [["UPN", "Sex", "Set", "House", *headings()]]
    rows += [[upn(n), "M", "B", "R", *week_of("P")] for n in range(5)]

    assert not read(rows).issues


def test_two_columns_for_one_session_are_an_error_that_names_both():
    reading = read([["UPN", "Mon 09/11/2026 AM", "09/11/2026 AM"], [ANA, "O", "/"], [BEN, "/", "/"]])

    (error,) = reading.errors
    assert (error.code, error.cell) == ("doubled_session", "C1")
    assert "B1" in error.message


@pytest.mark.parametrize("second", ["UPN", "Unique Pupil Number"])
def test_two_columns_of_upns_are_an_error(second: str):
    reading = read([["UPN", second, *headings()], [ANA, BEN, *week_of("P")]])

    assert reading.errors[0].code == "doubled_heading"
    assert "upn" in reading.errors[0].message


def test_two_columns_of_dates_are_an_error():
    heads = ("UPN", "Date", "Register date", "AM", "PM")

    assert (
        read(day_by_day([ANA, "13/11/2026", "16/11/2026", "/", "\\"], heads=heads)).errors[0].code
        == "doubled_heading"
    )


@pytest.mark.parametrize("identity", [("Adno", "Name"), ("UPN", "Name")])
def test_the_class_over_a_second_table_is_its_own_where_the_number_is_in_the_first_column(
    identity: tuple[str, str],
):
    def table(number: int, days: Sequence[date]) -> Grid:
        who = upn(number) if identity[0] == "UPN" else str(number)
        return wide([who, f"BELL, No{number}", *week_of("P")], identity=identity, days=days)

    reading = read([["Class 7A"], *table(1, WEEK), [], ["Class 7B"], *table(2, NEXT_WEEK)])

    assert not reading.issues
    assert [pupil.class_name for pupil in reading.pupils] == ["7A", "7B"]


WEEK_BELOW = [
    pytest.param(("UPN", "Adno", "Name"), id="same identity columns"),
    pytest.param(("School", "UPN", "Adno"), id="first cell begins as a title row does"),
]


@pytest.mark.parametrize("identity", WEEK_BELOW)
def test_a_second_week_under_the_first_is_read_as_a_week_of_its_own(identity: tuple[str, ...]):
    def row(number: int, code: str) -> list[Cell]:
        values = {"UPN": upn(number), "Adno": str(number), "Name": f"BELL, {number}", "School": "Northmoor"}
        return [*(values[name] for name in identity), *week_of(code)]

    first = wide(row(1, "O"), row(2, "P"), identity=identity)
    second = wide(row(1, "I"), row(2, "P"), identity=identity, days=NEXT_WEEK)
    reading = read([*first, *second])

    assert not reading.errors
    assert reading.files[0].layout == "wide-1+stacked"
    assert [codes(pupil) for pupil in reading.pupils] == ["O" * 10 + "I" * 10, "/\\" * 10]


def test_a_shorter_week_above_is_read_with_its_own_dates():
    first = wide([ANA, "1", "BELL, Ana", *week_of("O", 4)], days=WEEK[:4])
    second = wide([ANA, "1", "BELL, Ana", *week_of("I")], days=NEXT_WEEK)
    pupil = only(read([*first, *second]))

    assert codes(pupil) == "O" * 8 + "I" * 10
    assert marks(pupil)[8][0] == NEXT_WEEK[0]


def test_a_class_with_a_column_more_is_read_by_its_own_headings():
    first = wide([ANA, "1", "BELL, Ana", *week_of("O")])
    second = wide([BEN, "2", "COLE, Ben", "7B", *week_of("P")], identity=("UPN", "Adno", "Name", "Class"))
    third = wide(["7C", upn(3), "3", "DEAN, Eve", *week_of("I")], identity=("Class", "UPN", "Adno", "Name"))
    reading = read([*first, ["Present", "", "", *[1] * 10], [], *second, *third])

    assert not reading.errors
    assert [(pupil.class_name, codes(pupil)) for pupil in reading.pupils] == [
        ("", "O" * 10),
        ("7B", "/\\" * 5),
        ("7C", "I" * 10),
    ]


def test_a_table_below_whose_marks_cannot_be_read_is_an_error():
    first = wide([ANA, "1", "BELL, Ana", *week_of("O")])
    second = wide([BEN, "2", "COLE, Ben", *[95] * 10], days=NEXT_WEEK)

    (error,) = read([*first, *second]).errors
    assert (error.code, error.row) == ("not_a_register", 3)
    assert "another table" in error.message


@pytest.mark.parametrize("at", [1, 2])
def test_pupils_above_the_headings_are_an_error_and_not_passed_over(at: int):
    rows = wide(
        [ANA, "1", "BELL, Ana", *week_of("O")],
        [BEN, "2", "COLE, Ben", *week_of("P")],
        [upn(3), "3", "X", "/"],
    )
    dated = day_by_day(*([upn(n), "13/11/2026", "/", "\\"] for n in range(4)))
    for grid in (rows, dated):
        heads, *pupils = grid
        reading = read([*pupils[:at], heads, *pupils[at:]])

        assert [(error.code, error.row) for error in reading.errors] == [
            ("not_a_register", n + 1) for n in range(at)
        ]
        assert "above the headings" in reading.errors[0].message


def test_two_tables_with_dated_rows_are_each_read_by_their_own_columns():
    first = day_by_day([ANA, "13/11/2026", "O", "\\"], [BEN, "13/11/2026", "/", "\\"])
    second = day_by_day([ANA, "16/11/2026", "\\", "O"], heads=("UPN", "Date", "PM", "AM"))

    assert codes(read([*first, *second]).pupils[0]) == "O\\O\\"


def test_the_same_headings_again_are_no_second_table():
    first = wide([ANA, "1", "BELL, Ana", *week_of("O")])
    second = wide([BEN, "2", "COLE, Ben", *week_of("P")])
    reading = read([*first, ["Present", "", "", *[1] * 10], ["Class 7B"], *second])

    assert not reading.issues
    assert [codes(pupil) for pupil in reading.pupils] == ["O" * 10, "/\\" * 5]


def test_a_comma_inside_a_name_that_moves_the_marks_is_an_error():
    # BELL,C,O,O in place of "BELL, C",O,O: C would stand as Monday's mark, and the last mark nowhere.
    reading = read(
        [["UPN", "Name", *headings()], [ANA, "BELL", "C", *week_of("O")], [BEN, "COLE", *week_of("P")]]
    )

    (error,) = found(reading, "row_too_long")
    assert (error.cell, error.row) == ("M2", 2)


def test_a_moved_mark_in_a_dated_row_is_an_error_too():
    reading = read(day_by_day([ANA, "13/11/2026", "", "O", "O"], [BEN, "13/11/2026", "/", "\\"]))

    assert [(error.code, error.cell) for error in reading.errors] == [("row_too_long", "E2")]


def test_a_moved_row_that_begins_like_a_title_is_not_passed_over():
    reading = read(
        wide(["Page 1", ANA, "1", "BELL, Ana", *week_of("O")], [BEN, "2", "COLE, Ben", *week_of("P")])
    )

    assert "unknown_mark" in {error.code for error in reading.errors}


def test_notes_to_the_right_of_the_table_are_no_marks():
    rows = wide(
        [ANA, "1", "BELL, Ana", *week_of("P"), "", "O", "Unauthorised"], [BEN, "2", "COLE, B", *week_of("P")]
    )

    assert not read(rows).issues


UNDATED: Grid = [["UPN", "Name", "Mon", "Tue"], [ANA, "BELL, Ana", "/", "O"], [BEN, "COLE, Ben", "/", "/"]]


def test_a_layout_that_is_not_read_is_refused_and_says_what_its_headings_lack():
    message = refused(UNDATED)

    assert "No register was found on sheet Register." in message
    assert "no column is dated (for example Mon 09/11/2026 AM)" in message
    assert "Export the register by session (AM and PM)" in message


def test_a_sheet_without_identifiers_is_refused_by_the_row_of_its_headings():
    message = refused([["Northmoor"], ["Name", *headings()], ["BELL, Ana", *week_of("P")]])

    assert "Row 2 looks like the headings but has no UPN, no admission number" in message


def test_a_sheet_whose_cells_are_no_codes_is_refused():
    message = refused([["UPN", *headings()], [ANA, *[95] * 10], [BEN, *[100] * 10]])

    assert "the cells below are not attendance codes" in message


def test_a_sheet_of_anything_else_is_refused():
    assert "No row has the headings of a register." in refused([["Menu"], ["Soup", 3]])


SUMMARY: Grid = [
    ["UPN", "Name", "Possible marks", "Present", "Unauthorised absence"],
    [ANA, "BELL, Ana", 40, 20, 20],
]
LESSONS: Grid = [
    ["UPN", "Name", "Date", "Subject", "P1", "P2", "P3"],
    [ANA, "BELL, Ana", "09/11/2026", "Maths", "/", "/", "O"],
]
RANGES: Grid = [
    ["UPN", "Name", "Start date", "End date", "Code"],
    [ANA, "BELL, Ana", "09/11/2026", "13/11/2026", "O"],
]


def test_summaries_lesson_marks_and_absence_ranges_each_have_their_own_sentence():
    sentences = [refused(rows) for rows in (SUMMARY, LESSONS, RANGES)]

    assert sentences[0].startswith("This is a summary.")
    assert sentences[1].startswith("These are lesson marks.")
    assert sentences[2].startswith("This is a list of absences.")


def test_a_list_of_absences_by_session_is_refused():
    # Its blanks are days attended: counted, two absences a week apart would be one run.
    reading = read(
        long(
            [ANA, "09/11/2026", "AM", "O"],
            [ANA, "09/11/2026", "PM", "O"],
            [ANA, "13/11/2026", "AM", "O"],
            [ANA, "13/11/2026", "PM", "O"],
            [BEN, "11/11/2026", "AM", "I"],
        )
    )

    assert [issue.code for issue in reading.errors] == ["absence_ranges"]


def test_a_list_of_absences_is_refused_beside_a_whole_register():
    register = wide([ANA, "1", "BELL, Ana", *week_of("P")], [BEN, "2", "COLE, B", *week_of("P")])
    absences = wide(
        [ANA, "1", "BELL, Ana", "O", "O", *[""] * 6, "O", "O"],
        [BEN, "2", "COLE, B", *[""] * 9, "I"],
        days=NEXT_WEEK,
    )

    (error,) = read(register, absences).errors
    assert (error.code, error.file) == ("absence_ranges", "part2.xlsx")


def test_a_register_in_which_everybody_is_absent_is_no_list_of_absences():
    assert not read(wide([ANA, "1", "BELL, Ana", *week_of("O")], [BEN, "2", "COLE, B", *week_of("I")])).errors


# Sheets


def test_every_visible_sheet_is_read():
    first = sheet(wide([ANA, "1", "BELL, Ana", *week_of("O")], [BEN, "2", "COLE, B", *week_of("P")]), "7A")
    second = sheet(wide([upn(3), "3", "DEAN, Eve", *week_of("P")]), "7B")

    assert len(read(book(first, second)).pupils) == 3


def test_a_hidden_sheet_is_not_read_and_it_is_said():
    shown = sheet(wide([ANA, "1", "BELL, Ana", *week_of("P")]), "This year")
    reading = read(book(shown, sheet(wide([BEN, "2", "COLE, B", *week_of("O")]), "Last year", hidden=True)))

    assert only(reading).upn == ANA
    (warning,) = warnings(reading)
    assert (warning.code, warning.sheet) == ("hidden_sheet", "Last year")


def test_hidden_rows_are_read_and_it_is_said():
    rows = wide([ANA, "1", "BELL, Ana", *week_of("P")], [BEN, "2", "COLE, B", *week_of("O")])
    reading = read(sheet(rows, hidden_rows=[0, 2]))

    assert len(reading.pupils) == 2
    (warning,) = warnings(reading)
    assert (warning.code, warning.message[:16]) == ("hidden_rows", "1 hidden row was")


def test_a_sheet_of_marks_that_cannot_be_read_is_an_error_beside_one_that_can():
    shown = sheet(wide([ANA, "1", "BELL, Ana", *week_of("P")]), "7A")
    reading = read(book(shown, sheet(UNDATED, "7B")))

    (error,) = reading.errors
    assert (error.code, error.sheet) == ("not_a_register", "7B")


def test_a_sheet_of_anything_else_is_named_as_not_read():
    shown = sheet(wide([ANA, "1", "BELL, Ana", *week_of("P")]), "7A")
    legend = sheet(
        [["Code", "Meaning"], ["/", "Present AM"], ["\\", "Present PM"], ["O", "Unauthorised"]], "Codes"
    )

    (warning,) = read(book(shown, legend)).issues
    assert (warning.code, warning.severity, warning.sheet) == ("sheet_not_read", Severity.WARNING, "Codes")


# Cells keep their places

EVERY_CODE = sorted(CODES)
CELLS = st.sampled_from([code for code in EVERY_CODE if CODES[code].half is None] + ["", "-"])


@given(
    grid=st.lists(st.lists(CELLS, min_size=10, max_size=10), min_size=1, max_size=4),
    above=st.integers(0, 5),
    left=st.integers(0, 4),
    gap=st.integers(0, 2),
)
def test_no_mark_ever_shifts_by_a_row_or_a_column(grid: list[list[str]], above: int, left: int, gap: int):
    empty: list[Cell] = [""] * left
    heads: list[Cell] = [*empty, "UPN", "Name", *[""] * gap, *headings()]
    body: Grid = [[*empty, upn(n), f"BELL, No{n}", *[""] * gap, *row] for n, row in enumerate(grid)]
    # One child who is always there proves that blanks are blanks.
    body.append([*empty, upn(99), "KEY, Ann", *[""] * gap, *week_of("P")])

    reading = read(sheet([*[[] for _ in range(above)], heads, *body]))

    assert not reading.errors
    for row, pupil in zip(grid, reading.pupils, strict=False):
        expected = [
            (on, half, code)
            for (on, half), code in zip(((on, half) for on in WEEK for half in Half), row, strict=True)
            if code not in ("", "-")
        ]
        assert marks(pupil) == expected


@given(row=st.integers(0, 3), column=st.integers(0, 9), above=st.integers(0, 3), left=st.integers(0, 30))
def test_a_bad_mark_is_reported_where_it_stands(row: int, column: int, above: int, left: int):
    empty: list[Cell] = [""] * left
    body: Grid = [[*empty, upn(n), *week_of("P")] for n in range(4)]
    body[row][left + 1 + column] = "Q9"

    (error,) = read(sheet([*[[] for _ in range(above)], [*empty, "UPN", *headings()], *body])).errors

    assert error.code == "unknown_mark"
    assert error.cell == cell_address(above + 1 + row, left + 1 + column)
    assert error.row == above + row + 2
    assert error.header == headings()[column]
    assert (error.sheet, error.file) == ("Register", "part1.xlsx")
