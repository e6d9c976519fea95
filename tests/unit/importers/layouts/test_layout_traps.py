"""Where layouts mislead: every mark lands on its own day and child, or nothing is read and it is said why."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.codes import Half
from importers.reading import Cell, CellError, Sheet
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
TEN = "/\\OO/\\IIII"


def errors(rows: Grid | Sheet) -> list[tuple[str, str]]:
    return [(error.code, error.cell) for error in read(rows).errors]


# Headings in two rows


def two_rows(*pupils: list[Cell], halves: list[Cell] | None = None) -> Grid:
    heads: list[Cell] = ["UPN", "Name", "Mon 09/11/2026", "", "Tue 10/11/2026", ""]
    return [heads, ["", "", *(halves or ["AM", "PM", "AM", "PM"])], *pupils]


BELL: list[Cell] = [ANA, "BELL, Ana", "/", "\\", "O", "O"]
COLE: list[Cell] = [BEN, "COLE, Ben", "/", "\\", "/", "\\"]


def test_labels_beside_the_rows_of_headings_are_no_columns():
    rows: Grid = [
        ["", "", "Date:", "Mon 09/11/2026", "", "Tue 10/11/2026"],
        ["", "", "Session", "AM", "PM", "AM", "PM"],
        ["UPN", "Name", "Reg"],
        [ANA, "BELL, Ana", "7A", "/", "\\", "O", "O"],
        [BEN, "COLE, Ben", "7A", "/", "\\", "/", "\\"],
    ]
    reading = read(rows)

    assert not reading.issues
    assert [(one.class_name, codes(one)) for one in reading.pupils] == [("7A", "/\\OO"), ("7A", "/\\/\\")]


def test_the_halves_may_stand_over_the_dates():
    rows: Grid = [
        ["", "", "AM", "", "PM", ""],
        ["UPN", "Name", "Mon 09/11/2026", "Tue 10/11/2026", "Mon 09/11/2026", "Tue 10/11/2026"],
        [ANA, "BELL, Ana", "/", "O", "\\", "O"],
    ]

    assert codes(only(read(rows))) == "/\\OO"


def test_dates_weekdays_and_halves_may_stand_in_three_rows():
    rows: Grid = [
        ["", "", "09/11/2026", "", "10/11/2026", ""],
        ["", "", "Mon", "", "Tue", ""],
        ["UPN", "Name", "AM", "PM", "AM", "PM"],
        BELL,
    ]
    reading = read(rows)

    assert not reading.issues  # The weekday proves the order of day and month.
    assert codes(only(reading)) == "/\\OO"


def test_a_weekday_in_a_row_of_its_own_is_checked_against_the_date():
    rows: Grid = [["", "", "09/11/2026", ""], ["", "", "Tue", ""], ["UPN", "Name", "AM", "PM"], BELL[:4]]

    assert set(errors(rows)) == {("ambiguous_date", "C3"), ("ambiguous_date", "D3")}


def test_serial_numbers_are_dates_where_all_headings_are():
    rows: Grid = [["UPN", "Name", 46335, "", 46336, ""], ["", "", "AM", "PM", "AM", "PM"], BELL]

    assert [on for on, _, _ in marks(only(read(rows)))] == [WEEK[0]] * 2 + [WEEK[1]] * 2


def test_other_numbers_over_columns_are_no_dates():
    assert (
        read([["UPN", "Name", 46335, 12], [ANA, "BELL, Ana", "/\\", "OO"]]).errors[0].code == "not_a_register"
    )


@pytest.mark.parametrize(
    "halves", [["AM", "PM", "AM", "AM"], ["AM", "AM", "AM", "PM"], ["PM", "PM", "AM", "PM"]]
)
def test_a_half_that_stands_twice_under_one_date_is_an_error(halves: list[Cell]):
    assert "doubled_session" in {code for code, _ in errors(two_rows(BELL, COLE, halves=halves))}


def test_a_column_of_marks_under_no_half_is_never_passed_over():
    rows = two_rows(BELL, COLE, halves=["AM", "PM", "AM", ""])
    assert {cell for _, cell in errors(rows)} == {"F3", "F4"}

    inner = [[*cells[:3], *cells[4:], *cells[3:4]] for cells in rows]
    inner[1] = ["", "", "AM", "", "PM", "AM"]
    assert {code for code, _ in errors(inner)} >= {"undated_marks"}


@pytest.mark.parametrize("heading", ["Wed 11/11/2026", "Wed", ""])
@pytest.mark.parametrize("cells", [("/\\", "OO"), ("O", "/")])
def test_a_day_in_one_cell_beside_sessions_is_never_passed_over(heading: str, cells: tuple[str, str]):
    heads: list[Cell] = ["UPN", "Name", *headings(WEEK[:1]), heading, *headings(WEEK[1:2])]
    rows: Grid = [heads]
    rows += [[upn(n), f"BELL{n}, Ana", "/", "\\", cell, "/", "\\"] for n, cell in enumerate(cells)]

    assert errors(rows) == [("undated_marks", "E1")]


def test_a_register_of_mornings_has_one_half():
    rows: Grid = [
        ["", "", "Mon 09/11/2026", "Tue 10/11/2026"],
        ["UPN", "Name", "AM", "AM"],
        [ANA, "BELL, Ana", "O", "/"],
    ]
    reading = read(rows)

    assert [half for _, half, _ in marks(only(reading))] == [Half.AM, Half.AM]
    assert [one.code for one in reading.issues] == ["one_session"]


@pytest.mark.parametrize("halves", [["A", "P", "A", "P"], [1, 2, 1, 2], ["S1", "S2", "S1", "S2"]])
def test_halves_may_be_letters_or_figures_where_both_occur(halves: list[Cell]):
    assert codes(read(two_rows(BELL, COLE, halves=halves)).pupils[0]) == "/\\OO"


def test_a_pupil_all_of_whose_marks_are_a_letter_of_a_half_is_no_row_of_headings():
    heads: list[Cell] = ["UPN", "Name", *headings()]
    for first in ([ANA, "BELL, Ana", *week_of("P")], ["", "BELL, Ana", *["P"] * 10], [ANA, "", *["P"] * 10]):
        rows: Grid = [heads, first, [BEN, "COLE, Ben", *week_of("P")]]
        reading = read(rows)

        assert len(reading.pupils) + len(reading.errors) == 2


def test_a_pupil_whose_marks_spell_the_days_of_a_week_is_no_row_of_headings():
    heads: list[Cell] = ["UPN", "Name", *(f"{on:%a %d/%m/%Y}" for on in WEEK)]
    rows: Grid = [heads, ["", "BELL, Ana", *"MTWTF"], [BEN, "COLE, Ben", *["/\\"] * 5]]

    assert "no_identifier" in {code for code, _ in errors(rows)}


def test_a_dated_row_without_an_identifier_is_no_row_of_headings():
    rows: Grid = [["UPN", "Date", "Session", "Mark"], ["", date(2026, 11, 13), "AM", ""]]
    rows += [["", date(2026, 11, 13), "PM", "O"], [BEN, "13/11/2026", "AM", "/"]]

    assert ("no_identifier", "A3") in errors(rows)


def test_a_merged_title_over_everything_dates_nothing():
    rows: Grid = [["13/11/2026"], *two_rows(BELL, COLE)]
    reading = read(Sheet("Register", rows, merged=((0, 0, 0, 5), (1, 2, 1, 3), (1, 4, 1, 5))))

    assert not reading.errors
    assert [codes(one) for one in reading.pupils] == ["/\\OO", "/\\/\\"]


def test_an_error_under_two_rows_of_headings_names_both():
    (error,) = read(two_rows([ANA, "BELL, Ana", "/", "Q9", "O", "O"], COLE)).errors

    assert (error.cell, error.header) == ("D3", "Mon 09/11/2026 PM")


# Weeks


def week_line(line: str, *pupils: list[Cell]) -> Grid:
    days: list[Cell] = [cell for on in WEEK for cell in (f"{on:%a}", "")]
    return [[line], ["UPN", "Name", *days], ["", "", *["AM", "PM"] * 5], *pupils]


PRESENT: list[Cell] = [ANA, "BELL, Ana", *week_of("P")]


@pytest.mark.parametrize(
    "line",
    [
        "Week beginning 09/11/2026",
        "W/C Mon 9 Nov 2026",
        "From 09/11/2026 to 13/11/2026",
        "Week 11: 09/11/2026",
    ],
)
def test_day_names_take_their_dates_from_the_line_of_the_week(line: str):
    reading = read(week_line(line, PRESENT))

    assert not reading.errors
    assert {on for on, _, _ in marks(only(reading))} == set(WEEK)


@pytest.mark.parametrize(
    "line", ["Week beginning 10/11/2026", "Week ending 13/11/2026", "Week ending 09/11/2026"]
)
def test_a_week_that_is_not_named_by_its_monday_is_an_error(line: str):
    reading = read(week_line(line, PRESENT))

    assert {error.code for error in reading.errors} == {"ambiguous_date"}
    assert "Monday" in reading.errors[0].message
    assert not codes(reading.pupils[0])


@pytest.mark.parametrize("line", ["Printed 09/11/2026", "Autumn term", "From 09/11/2026 to 20/11/2026"])
def test_day_names_without_the_line_of_one_week_are_refused(line: str):
    reading = read(week_line(line, PRESENT))

    assert not reading.pupils
    assert "no column is dated" in reading.errors[0].message


def test_a_second_week_without_its_own_line_does_not_take_the_first_ones():
    first, second = week_line("Week beginning 09/11/2026", PRESENT), week_line("", PRESENT)
    reading = read([*first, [], *second[1:]])

    assert reading.errors or codes(only(reading)) == "/\\" * 5
    assert all(code in "/\\" for code in codes(reading.pupils[0]))


def test_weeks_under_each_other_have_each_their_own_line():
    first = week_line("Week beginning 09/11/2026", PRESENT)
    second = week_line("Week beginning 16/11/2026", [ANA, "BELL, Ana", *week_of("O")])
    second.insert(1, [])
    reading = read([*first, ["Present", "", *[1] * 10], [], *second])

    assert not reading.errors
    assert reading.files[0].layout == "wide-3+stacked"
    assert codes(only(reading)) == "/\\" * 5 + "O" * 10
    assert reading.dates == (WEEK[0], NEXT_WEEK[4])


@pytest.mark.parametrize("letters", ["MTWT", "MTWFT", "TWTFM", "MMTWTF"])
def test_letters_are_days_only_as_a_run_of_five(letters: str):
    rows: Grid = [
        ["Week beginning 09/11/2026"],
        ["UPN", "Name", *letters],
        [ANA, "BELL, Ana", *["/\\"] * len(letters)],
    ]

    assert not read(rows).pupils


def test_letters_over_the_days_of_two_weeks_are_two_runs():
    line: list[Cell] = ["", "", "W/C 09/11/2026", *[""] * 4, "W/C 16/11/2026"]
    rows: Grid = [line, ["UPN", "Name", *"MTWTF", *"MTWTF"], [ANA, "BELL, Ana", *["/\\"] * 5, *["OO"] * 5]]
    pupil = only(read(rows))

    assert codes(pupil) == "/\\" * 5 + "O" * 10
    assert {on for on, _, code in marks(pupil) if code == "O"} == set(NEXT_WEEK)


# Weeks in one cell


def strings(*pupils: list[Cell], head: str = "W/C 09/11/2026") -> Grid:
    return [["UPN", "Name", head], [BEN, "COLE, Ben", "/\\" * 5], *pupils, [upn(9), "KEY, Ann", "/\\" * 5]]


@pytest.mark.parametrize(
    "cell", ["/\\OO/\\III", "/\\OO/\\IIIII", "/\\ OO /\\ II II", "/\\OO/\\II I", "C1" * 5 + "O", "O"]
)
def test_a_week_of_another_length_is_an_error_and_never_stretched_or_cut(cell: str):
    reading = read(strings([ANA, "BELL, Ana", cell]))

    assert [(error.code, error.cell, error.row) for error in reading.errors] == [("week_length", "C3", 3)]
    assert not codes(reading.pupils[1])


def test_a_wrong_code_in_a_week_names_its_session():
    (error,) = (
        read(strings([ANA, "BELL, Ana", "/\\OO/QQIII"])).errors
        if False
        else read(strings([ANA, "BELL, Ana", "/\\Oo/\\IIII"])).errors
    )

    assert (error.code, error.cell) == ("unknown_mark", "C3")
    assert error.message.startswith("Tue 10 November PM: o is in lower case.")


def test_blank_weeks_and_dashes_are_no_marks():
    reading = read(
        strings([ANA, "BELL, Ana", ""], [upn(3), "DEAN, Eve", f"  {TEN}  "], [upn(4), "EAST, Al", "-" * 10])
    )

    assert not reading.errors
    assert [codes(one) for one in reading.pupils] == ["/\\" * 5, "", TEN, "", "/\\" * 5]


def test_an_error_cell_in_place_of_a_week_is_unreadable_and_not_blank():
    rows = strings([ANA, "BELL, Ana", CellError("#N/A")])

    assert errors(rows) == [("unreadable_cell", "C3")]


def test_fourteen_characters_are_a_week_only_where_seven_days_are_named():
    whole = strings([ANA, "BELL, Ana", f"{TEN}----"], head="W/C 09/11/2026 (Mon-Sun)")
    whole[1][2], whole[3][2] = "/\\" * 5 + "O---", f"{TEN}----"
    reading = read(whole)

    assert not reading.errors
    assert codes(reading.pupils[1]) == TEN
    assert [(one.code, one.cell) for one in warnings(reading)] == [("non_school_day", "C2")]
    assert ("week_length", "C3") in errors(strings([ANA, "BELL, Ana", f"{TEN}----"]))


@pytest.mark.parametrize("head", ["W/C 10/11/2026", "Week ending 13/11/2026"])
def test_a_week_in_a_cell_must_begin_on_a_monday(head: str):
    assert errors(strings([ANA, "BELL, Ana", TEN], head=head)) == [("ambiguous_date", "C1")]


def test_a_monday_alone_may_head_a_week_in_a_cell_and_another_day_may_not():
    assert codes(read(strings([ANA, "BELL, Ana", TEN], head="Mon 09/11/2026")).pupils[1]) == TEN
    assert errors(strings([ANA, "BELL, Ana", TEN], head="Tue 10/11/2026")) == [("ambiguous_date", "C1")]


def test_weeks_in_rows_are_each_of_their_monday():
    heads: list[Cell] = ["UPN", "Name", "Week commencing", "Attendance marks"]
    rows: Grid = [
        heads,
        [ANA, "BELL, Ana", "09/11/2026", TEN],
        [ANA, "BELL, Ana", date(2026, 11, 16), "/\\" * 5],
    ]
    reading = read([*rows, [BEN, "COLE, Ben", "17/11/2026", TEN]])

    assert [(error.code, error.cell) for error in reading.errors] == [("ambiguous_date", "C4")]
    assert codes(reading.pupils[0]) == TEN + "/\\" * 5
    assert reading.files[0].layout == "week-strings"


# Days in one cell


def days(*pupils: list[Cell]) -> Grid:
    heads: list[Cell] = ["UPN", "Name", *(f"{on:%a %d/%m/%Y}" for on in WEEK)]
    return [heads, [BEN, "COLE, Ben", *["/\\"] * 5], *pupils]


@pytest.mark.parametrize("cell", ["oo", "OOO", "O0", "Q9", "\\/", "HH", 0, "O,O", "OO late"])
def test_a_day_that_cannot_be_cut_in_one_way_is_an_error_and_nothing_is_counted_from_it(cell: Cell):
    reading = read(days([ANA, "BELL, Ana", "/\\", cell, *["OO"] * 3]))

    assert [(error.cell, error.header) for error in reading.errors] == [("D3", "Tue 10/11/2026")]
    assert WEEK[1] not in {on for on, _, _ in marks(reading.pupils[1])}


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ("O O", "OO"),
        ("/ \\", "/\\"),
        ("-O", "O"),
        ("O-", "O"),
        ("--", ""),
        (" / ", "/"),
        ("C1O", "C1O"),
        ("OC1", "OC1"),
    ],
)
def test_a_day_is_cut_in_the_one_way_that_gives_codes(cell: str, read_as: str):
    reading = read(days([ANA, "BELL, Ana", cell, *[""] * 4]))

    assert not reading.errors
    assert codes(reading.pupils[1]) == read_as


def test_a_dash_says_which_half_a_single_code_is_of():
    pupil = read(days([ANA, "BELL, Ana", "-O", "O-", *[""] * 3])).pupils[1]

    assert marks(pupil) == [(WEEK[0], Half.PM, "O"), (WEEK[1], Half.AM, "O")]


def test_two_columns_for_one_day_are_an_error_and_never_taken_for_its_halves():
    rows: Grid = [["UPN", "Mon 09/11/2026", "Mon 09/11/2026"], [ANA, "O", "O"], [BEN, "/", "\\"]]

    assert "doubled_session" in {code for code, _ in errors(rows)}


def test_two_mark_columns_are_never_halves_by_their_order():
    rows: Grid = [
        ["UPN", "Date", "Mark", "Mark"],
        [ANA, "13/11/2026", "O", "O"],
        [BEN, "13/11/2026", "/", "\\"],
    ]
    reading = read(rows)

    assert reading.errors
    assert not any(codes(pupil) for pupil in reading.pupils)


# Blocks under each other


def test_the_same_headings_on_every_printed_page_are_one_table():
    page: Grid = [
        ["UPN", "Date", "Session", "Mark"],
        [ANA, "13/11/2026", "AM", "O"],
        [BEN, "13/11/2026", "AM", "/"],
    ]
    other: Grid = [page[0], [ANA, "13/11/2026", "PM", "O"], [BEN, "13/11/2026", "PM", "\\"]]
    reading = read([*page, ["Page 1 of 2"], *other])

    assert not reading.issues
    assert reading.files[0].layout == "long+stacked"
    assert [codes(one) for one in reading.pupils] == ["OO", "/\\"]


def test_a_class_without_any_mark_in_a_stack_is_read_as_blank():
    first = wide([ANA, "1", "BELL, Ana", *week_of("P")])
    second = wide([BEN, "2", "COLE, Ben"], days=NEXT_WEEK)
    reading = read([*first, *second])

    assert not reading.errors
    assert [codes(one) for one in reading.pupils] == ["/\\" * 5, ""]


def test_a_far_block_with_other_headings_is_found():
    first = wide(*([upn(n), str(n), f"BELL{n}, Ana", *week_of("P")] for n in range(60)))
    second = wide(
        ["7B", upn(61), "61", "COLE, Ben", *week_of("O")], identity=("Class", "UPN", "Adno", "Name")
    )
    reading = read([*first, [], *second])

    assert not reading.errors
    assert codes(reading.pupils[60]) == "O" * 10


# Any place


@given(above=st.integers(0, 4), left=st.integers(0, 3), gap=st.integers(0, 2), row=st.integers(0, 2))
def test_a_bad_mark_under_two_rows_of_headings_is_reported_where_it_stands(
    above: int, left: int, gap: int, row: int
):
    empty: list[Cell] = [""] * left
    rows: Grid = [*[[] for _ in range(above)]]
    body = [[upn(n), f"BELL{n}, Ana", *[""] * gap, "/", "\\", "O", "O"] for n in range(3)]
    body[row][4 + gap] = "Q9"
    first, second = two_rows()
    rows += [[*empty, *first[:2], *[""] * gap, *first[2:]], [*empty, *second[:2], *[""] * gap, *second[2:]]]
    rows += [[*empty, *cells] for cells in body]

    (error,) = read(sheet(rows)).errors
    column = "ABCDEFGHIJKLMNOP"[left + 4 + gap]
    assert (error.code, error.cell) == ("unknown_mark", f"{column}{above + 3 + row}")
    assert error.header == "Tue 10/11/2026 AM"


def test_several_sheets_in_different_layouts_are_one_register():
    first = sheet(wide([ANA, "1", "BELL, Ana", *week_of("P")]), "Wk 1")
    second = sheet([["UPN", "Adno", "Name", "W/C 16/11/2026"], [ANA, "1", "BELL, Ana", "O" * 10]], "Wk 2")
    reading = read(book(first, second))

    assert not found(reading, "sheet_not_read")
    assert codes(only(reading)) == "/\\" * 5 + "O" * 10
