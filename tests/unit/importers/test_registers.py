"""Rows, pupils and several files as one register."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cme.attendance.codes import Half
from importers.issues import MOST_ISSUES, Severity
from importers.reading import Cell, CellError
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
ANA, BEN, EVE = upn(1), upn(2), upn(3)
BELL: list[Cell] = [ANA, "1", "BELL, Ana", *week_of("O")]
COLE: list[Cell] = [BEN, "2", "COLE, Ben", *week_of("P")]


def row_with(*cells: Cell) -> list[Cell]:
    """COLE's row with other identity cells."""
    return [*cells, *week_of("P")]


# Rows that are not pupils


@pytest.mark.parametrize(
    "row",
    [
        pytest.param([], id="blank"),
        pytest.param(["", "", "Present", *[28] * 10], id="present"),
        pytest.param(["Total", "", "", *["28"] * 10], id="total"),
        pytest.param(["Totals", 28, "", *[28] * 10], id="total with a figure under the number"),
        pytest.param(["", "", "Percentage", *["93.3%"] * 10], id="percentage"),
        pytest.param(["Key"], id="key"),
        pytest.param(["", "Key", "/ Present, O Unauthorised"], id="key and its text"),
        pytest.param(["", "", "I  Illness   M  Medical"], id="legend in the name column"),
        pytest.param(["I", "Illness"], id="legend under the UPN"),
        pytest.param(["", "C1", "Leave for a performance"], id="legend under the number"),
        pytest.param(["", "F = family holiday"], id="legend of an old code"),
        pytest.param(["Class 7A"], id="class under the UPN"),
        pytest.param(["", "Class 7A"], id="class under the number"),
        pytest.param(["", "7A"], id="bare class"),
        pytest.param(["", "", "Year 7"], id="year"),
        pytest.param(["Page 1 of 2"], id="page"),
        pytest.param(["", "", "Printed 13/11/2026"], id="printed"),
        pytest.param(wide()[0], id="the headings again"),
    ],
)
def test_a_row_that_is_no_pupil_is_skipped(row: list[Cell]):
    for rows in ([BELL, row, COLE], [BELL, COLE, row], [row, BELL, COLE]):
        reading = read(wide(*rows))

        assert not reading.issues
        assert [pupil.surname for pupil in reading.pupils] == ["BELL", "COLE"]
        assert [codes(pupil) for pupil in reading.pupils] == ["O" * 10, "/\\" * 5]


# Children whose names look like something else


@pytest.mark.parametrize(
    "name", ["PAGE, Ann", "Key, Tom", "TOTAL, Eve", "School, Max", "Mean, Joe", "Present, Zoe", "From, Amy"]
)
@pytest.mark.parametrize("identity", [(EVE, "3"), ("", "3"), (EVE, "")])
@pytest.mark.parametrize("marks_of_week", [week_of("O"), [*week_of("O", 4), "Q9", "O"], week_of("")])
def test_a_child_called_page_or_key_is_never_lost(
    name: str, identity: tuple[str, str], marks_of_week: list[Cell]
):
    reading = read(wide([*identity, name, *marks_of_week], COLE))

    assert name.split(",", maxsplit=1)[0] in {pupil.surname for pupil in reading.pupils}
    assert len(found(reading, "unknown_mark")) == marks_of_week.count("Q9")


@pytest.mark.parametrize("name", ["Page Anna", "Key Tom", "Total Eve"])
@pytest.mark.parametrize("bad", ["O", "o", 0])
def test_a_child_called_page_without_a_comma_is_not_lost_with_one_bad_mark(name: str, bad: Cell):
    reading = read(wide(["", "0123", name, *week_of("O", 4), bad, "O"], COLE))

    assert len(reading.pupils) == 2
    assert bool(reading.errors) == (bad != "O")


def test_a_child_called_key_in_columns_of_their_own_is_not_lost():
    heads: list[Cell] = ["Surname", "Forename", "Adno", *headings()]
    reading = read([heads, ["Key", "Total", "5", *week_of("")], ["Page", "Ann", "6", *week_of("P")]])

    assert [pupil.surname for pupil in reading.pupils] == ["Key", "Page"]


@pytest.mark.parametrize("name", ["NA, Lin", "None, Ida", "null, Bo", "TRUE, Max", "NaN, Sam"])
def test_names_that_programs_take_for_nothing_are_names(name: str):
    reading = read(wide([EVE, "3", name, *week_of("O")], COLE))

    assert reading.pupils[0].surname == name.split(",", maxsplit=1)[0]
    assert codes(reading.pupils[0]) == "O" * 10


# Who a row is about


@pytest.mark.parametrize("written", [ANA.lower(), f" {ANA} ", f"{ANA[:4]} {ANA[4:]}", f"\u00a0{ANA}"])
def test_a_upn_in_lower_case_or_with_spaces_is_the_same_pupil(written: str):
    reading = read(wide(BELL), wide([written, "", "BELL, Ana", *week_of("O")], days=NEXT_WEEK))

    assert codes(only(reading)) == "O" * 20


def wrong(value: str) -> str:
    """The UPN with another check letter."""
    return ("B" if value[0] != "B" else "C") + value[1:]


def test_a_wrong_check_letter_without_a_number_is_an_error_that_says_the_right_one():
    reading = read(wide([wrong(ANA), "", "BELL, Ana", *week_of("O")], COLE))

    (error,) = reading.errors
    assert (error.code, error.cell, error.row, error.header) == ("upn_invalid", "A2", 2, "UPN")
    assert f"The check letter should be {ANA[0]}." in error.message


def test_a_wrong_check_letter_with_a_number_is_a_warning_and_the_number_is_used():
    reading = read(wide([wrong(ANA), "1", "BELL, Ana", *week_of("O")], COLE))

    assert not reading.errors
    assert [issue.code for issue in warnings(reading)] == ["upn_invalid"]
    assert (reading.pupils[0].upn, reading.pupils[0].admission_number) == ("", "1")
    assert codes(reading.pupils[0]) == "O" * 10


def test_a_wrong_upn_that_a_number_saved_before_is_still_an_error_without_one():
    reading = read(
        wide([wrong(ANA), "1", "BELL, Ana", *week_of("O")], COLE),
        wide([wrong(ANA), "", "BELL, Ana", *week_of("O")], COLE, days=NEXT_WEEK),
    )

    (error,) = reading.errors
    assert (error.code, error.file) == ("upn_invalid", "part2.xlsx")


def test_one_wrong_upn_in_many_rows_is_said_once():
    rows: Grid = [["UPN", "Adno", "Date", "AM", "PM"]]
    rows += [[wrong(ANA), "1", f"{on:%d/%m/%Y}", "/", "\\"] for on in WEEK]

    assert len(found(read(rows), "upn_invalid")) == 1


def test_a_pupil_without_any_identifier_is_an_error_even_without_a_name():
    for name in ("BELL, Ana", ""):
        (error,) = read(wide(["", "", name, *week_of("O")], COLE)).errors
        assert (error.code, error.row) == ("no_identifier", 2)
        assert "no UPN, no admission number" in error.message


@pytest.mark.parametrize("mark", ["O", "o", "Q9"])
def test_a_dated_row_without_an_identifier_is_an_error_whatever_its_mark(mark: str):
    rows: Grid = [["UPN", "Date", "Session", "Mark"], ["", "13/11/2026", "AM", mark]]
    rows += [[BEN, "13/11/2026", "AM", "/"], [BEN, "13/11/2026", "PM", "\\"]]

    assert "no_identifier" in {issue.code for issue in read(rows).errors}


def test_a_temporary_or_missing_upn_is_no_error_where_there_is_a_number():
    reading = read(
        wide(["T20110001804V", "1", "BELL, Ana", *week_of("P")], ["", "2", "COLE, Ben", *week_of("P")])
    )

    assert not reading.issues
    assert [pupil.upn for pupil in reading.pupils] == ["T20110001804V", ""]


def test_two_rows_of_one_pupil_merge_and_a_blank_erases_nothing():
    first = [ANA, "1", "BELL, Ana", *week_of("O", 2), *week_of("", 3)]
    second = [ANA, "1", "BELL, Ana", *week_of("", 1), "O", "-", *week_of("I", 3)]
    for rows in ([first, second, COLE], [second, first, COLE]):
        reading = read(wide(*rows))

        assert not reading.errors
        assert [note.code for note in reading.issues] == ["rows_repeated", "marks_again"]
        assert codes(reading.pupils[0]) == "OOOOIIIIII"
        assert reading.files[0].pupils == 2


def test_two_different_marks_for_one_session_are_an_error_that_names_both_cells():
    reading = read(wide(BELL, COLE, [ANA, "1", "BELL, Ana", "O", "O", "/", *week_of("O", 3)]))

    (error,) = reading.errors
    assert (error.code, error.cell, error.row, error.header) == (
        "conflicting_marks",
        "F4",
        4,
        "Tue 10/11/2026 AM",
    )
    assert "F2 of sheet Register in part1.xlsx" in error.message


def test_a_conflict_between_files_names_the_other_file():
    reading = read(wide(BELL, COLE), wide([ANA, "1", "BELL, Ana", "I"], COLE))

    (error,) = reading.errors
    assert (error.file, error.cell) == ("part2.xlsx", "D2")
    assert "D2 of sheet Register in part1.xlsx" in error.message


def test_one_upn_on_two_children_is_an_error():
    heads = ("UPN", "DOB", "Name")
    for births in (("01/02/2014", "03/04/2015"), ("", "")):
        reading = read(
            wide(
                [ANA, births[0], "BELL, Ana", *week_of("O")],
                [ANA, births[1], "DEAN, Eve", *week_of("O")],
                [BEN, "", "COLE, Ben", *week_of("P")],
                identity=heads,
            )
        )

        (error,) = reading.errors
        assert (error.code, error.row) == ("identity_conflict", 3)
        assert "row 2 of sheet Register" in error.message


def test_one_admission_number_on_two_children_is_an_error():
    reading = read(wide(["", "1", "BELL, Ana", *week_of("O")], ["", "1", "DEAN, Eve", *week_of("O")], COLE))

    assert [(error.code, error.row) for error in reading.errors] == [("identity_conflict", 3)]


@pytest.mark.parametrize(
    "name", ["Bell, Ana", "BELL, Ana Maria", "Ana BELL", "Ana Bell", "Bell Ana", "BELL, Ana (Annie)", ""]
)
def test_one_admission_number_and_another_way_to_write_the_name_is_one_child(name: str):
    reading = read(
        wide(["", "1", "BELL, Ana", *week_of("O")], COLE),
        wide(["", "1", name, *week_of("O")], COLE, days=NEXT_WEEK),
    )

    assert not reading.errors
    assert codes(reading.pupils[0]) == "O" * 20


def test_a_child_whose_surname_changed_is_one_child_by_upn():
    heads = ("UPN", "DOB", "Name")
    reading = read(
        wide(
            [ANA, "01/02/2014", "BELL, Ana", *week_of("O")], [BEN, "", "C, D", *week_of("P")], identity=heads
        ),
        wide(
            [ANA, "01/02/2014", "HILL, Ana", *week_of("O")],
            [BEN, "", "C, D", *week_of("P")],
            identity=heads,
            days=NEXT_WEEK,
        ),
    )

    assert not reading.issues
    assert codes(reading.pupils[0]) == "O" * 20


def test_a_upn_and_a_number_that_point_to_two_pupils_are_an_error():
    reading = read(wide(BELL, COLE, [ANA, "2", "BELL, Ana", *week_of("")]))

    (error,) = reading.errors
    assert (error.code, error.row) == ("identity_conflict", 4)
    assert "point to different pupils" in error.message


def test_a_number_that_is_held_under_another_upn_is_an_error():
    reading = read(wide(BELL, COLE, [EVE, "1", "BELL, Ana", *week_of("O")]))

    assert [(error.code, error.row) for error in reading.errors] == [("identity_conflict", 4)]


@pytest.mark.parametrize(("first", "second"), [("004012", 4012), (4012, "004012"), ("004012", "04012")])
def test_lost_leading_zeros_do_not_make_two_pupils_and_it_is_said(first: Cell, second: Cell):
    reading = read(
        wide(["", first, "BELL, Ana", *week_of("O")], COLE),
        wide(["", second, "BELL, Ana", *week_of("O")], COLE, days=NEXT_WEEK),
    )

    assert not reading.errors
    assert [issue.code for issue in warnings(reading)] == ["padded_number"]
    assert codes(reading.pupils[0]) == "O" * 20


def test_numbers_that_differ_by_zeros_are_two_children_where_the_names_differ():
    reading = read(
        wide(["", "0012", "BELL, Ana", *week_of("O")], ["", "12", "DEAN, Eve", *week_of("O")], COLE)
    )

    assert not reading.issues
    assert len(reading.pupils) == 3


# What is known of a child


def test_a_date_of_birth_that_only_one_part_gives_is_kept_in_any_order():
    first = wide(BELL, COLE)
    second = [
        ["UPN", "DOB", "Year", "Class", *headings(NEXT_WEEK)],
        [ANA, "01/02/2015", "7", "7A", *week_of("O")],
    ]
    for parts in permutations([first, second]):
        pupil = next(one for one in read(*parts).pupils if one.upn == ANA)

        assert (pupil.surname, pupil.forename) == ("BELL", "Ana")
        assert (pupil.born_on, pupil.year_group, pupil.class_name) == (date(2015, 2, 1), "7", "7A")


@pytest.mark.parametrize("value", ["31/02/2014", "soon", "01/02/2026", "01/02/1966", CellError("#N/A"), 12])
def test_a_date_of_birth_that_cannot_be_one_is_a_warning_and_is_not_used(value: Cell):
    rows = wide([ANA, value, "BELL, Ana", *week_of("P")], identity=("UPN", "DOB", "Name"))
    reading = read(rows)

    assert only(reading).born_on is None
    (warning,) = warnings(reading)
    assert (warning.code, warning.cell) == ("birth_date_unreadable", "B2")


def test_two_dates_of_birth_are_a_warning_and_neither_is_used():
    heads = ("UPN", "DOB", "Name")
    parts = [
        wide([ANA, born, "BELL, Ana", *week_of("P")], identity=heads, days=days)
        for born, days in (("01/02/2015", WEEK), ("01/02/2022", NEXT_WEEK))
    ]
    for ordered in permutations(parts):
        reading = read(*ordered)

        assert only(reading).born_on is None
        assert [issue.code for issue in warnings(reading)] == ["birth_dates_differ"]


@pytest.mark.parametrize(
    "value", ["09/11/2014", "9 Nov 2014", "2014-11-09", date(2014, 11, 9), 41952, "09/11/14"]
)
def test_a_date_of_birth_may_be_written_in_any_form(value: Cell):
    rows = wide([ANA, value, "BELL, Ana", *week_of("P")], identity=("UPN", "DOB", "Name"))

    assert only(read(rows)).born_on == date(2014, 11, 9)


# Marks and issues


def test_an_unreadable_cell_is_an_error_at_its_place():
    (error,) = read(wide([ANA, "1", "BELL, Ana", *week_of("O", 2), CellError("#N/A")], COLE)).errors

    assert (error.code, error.cell, error.row) == ("unreadable_cell", "H2", 2)
    assert error.header == "Wed 11/11/2026 AM"


def test_an_issue_is_json_in_the_order_of_the_contract():
    (error,) = read(wide([ANA, "1", "BELL, Ana", "Q9"], COLE)).errors

    assert list(error.to_json()) == ["severity", "file", "sheet", "cell", "row", "header", "code", "message"]
    assert error.to_json()["severity"] == "error"


def test_beyond_the_cap_issues_are_counted_and_still_stop_the_import():
    rows: Grid = [["UPN", *headings()]]
    rows += [[upn(n), *["Q9"] * 4, *week_of("P", 3)] for n in range(300)]
    reading = read(rows)

    assert len(reading.issues) == MOST_ISSUES + 1
    assert reading.issues[-1].code == "more_issues"
    assert reading.issues[-1].severity is Severity.ERROR
    assert reading.issues[-1].message.startswith("There are 200 more")


def test_an_error_is_never_hidden_behind_warnings():
    rows: Grid = [["UPN", "Adno", *headings()]]
    rows += [[wrong(upn(n)), str(n), *week_of("P")] for n in range(MOST_ISSUES)]
    reading = read([*rows, [upn(1999 % 1000), "x", "Q9"]])

    assert reading.errors


def test_issues_say_no_names_and_no_dates_of_birth():
    heads = ("UPN", "DOB", "Name")
    reading = read(
        wide(
            [ANA, "01/02/2014", "BELL, Ana", *week_of("O")],
            [ANA, "03/04/2015", "DEAN, Eve", *week_of("O")],
            ["", "05/06/2014", "HILL, Max", "Q9"],
            [wrong(BEN), "31/02/2014", "COLE, Ben", *week_of("P")],
            identity=heads,
        )
    )
    said = " ".join(issue.message for issue in reading.issues).casefold()

    assert len(reading.issues) >= 3
    assert not [word for word in ("bell", "dean", "hill", "cole", "2014", "2015") if word in said]


def test_a_workbook_without_anything_visible_is_an_error():
    reading = read(book(sheet([]), sheet(wide(COLE), "Old", hidden=True)))

    assert [issue.code for issue in reading.errors] == ["not_a_register"]
    assert reading.files[0].layout == ""


# Several files are one register

CODES = st.sampled_from(["O", "N", "G", "I", "C1", "", "-", "#", "U"])


@settings(max_examples=50, deadline=None)
@given(
    weeks=st.lists(
        st.lists(st.lists(CODES, min_size=10, max_size=10), min_size=3, max_size=3), min_size=2, max_size=4
    ),
    data=st.data(),
)
def test_the_order_of_the_parts_does_not_change_the_register(
    weeks: list[list[list[str]]], data: st.DataObject
):
    def part(number: int, week: list[list[str]]) -> Grid:
        days = tuple(on - timedelta(days=7 * number) for on in WEEK)
        rows = [[upn(n), str(n), f"BELL, No{n}", *row] for n, row in enumerate(week)]
        return wide(*rows, [upn(9), "9", "KEY, Ann", *week_of("P")], days=days)

    parts = [part(number, week) for number, week in enumerate(weeks)]
    shuffled = data.draw(st.permutations([*parts, data.draw(st.sampled_from(parts))]))

    one, other = read(*parts), read(*shuffled)

    def plain(reading: object) -> list[object]:
        return sorted(
            (replace(pupil, address="") for pupil in reading.pupils),
            key=lambda pupil: pupil.upn,  # type: ignore[attr-defined]
        )

    assert not other.errors
    assert plain(one) == plain(other)


def test_parts_of_one_day_join_into_a_day():
    morning: Grid = [["UPN", "Fri 13/11/2026 AM"], [ANA, "O"], [BEN, "/"]]
    afternoon: Grid = [["UPN", "Fri 13/11/2026 PM"], [ANA, "I"], [BEN, "\\"]]
    for parts in permutations([morning, afternoon]):
        reading = read(*parts)

        assert not reading.issues
        assert marks(next(pupil for pupil in reading.pupils if pupil.upn == ANA)) == [
            (WEEK[4], Half.AM, "O"),
            (WEEK[4], Half.PM, "I"),
        ]


def test_one_half_only_is_said_once_for_the_whole_register():
    mornings: list[Grid] = [
        [["UPN", *(f"{on:%a %d/%m/%Y} AM" for on in days)], [ANA, *["O"] * 5], [BEN, *["/"] * 5]]
        for days in (WEEK, NEXT_WEEK)
    ]

    assert [issue.code for issue in read(*mornings).issues] == ["one_session"]


def test_a_pupil_without_a_number_is_known_by_full_name_and_date_of_birth():
    heads = ["Surname", "Forename", "DOB", "Date", "Session", "Mark"]
    reading = read(
        [
            heads,
            ["Bell", "Ana", "04/05/2014", "13/11/2026", "AM", "/"],
            ["Bell", "Ana", "04/05/2014", "13/11/2026", "PM", "O"],
            ["Bell", "Ben", "04/05/2014", "13/11/2026", "AM", "/"],
        ]
    )

    assert not reading.errors
    assert [(one.forename, codes(one)) for one in reading.pupils] == [("Ana", "/O"), ("Ben", "/")]


def test_names_without_dates_of_birth_are_refused():
    reading = read([["Name", "Mon 09/11/2026 AM"], ["BELL, Ana", "/"], ["COLE, Ben", "O"]])

    assert not reading.pupils
    assert "no name with a date of birth" in reading.errors[0].message
