"""Values that a register can hold and that must not be misread: own codes, odd names, doubles, our notes."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from importers.answering.answers import Answers, Translation
from importers.issues import Issue, Severity
from importers.reading import Cell, CellError
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
    only,
    read,
    sheet,
    upn,
    warnings,
    week_of,
    wide,
)

ANA, BEN, COLE = upn(1), upn(2), upn(3)
PRESENT = [BEN, "2", "COLE, Ben", *week_of("P")]


def read_with(translations: Iterable[Translation], rows: Grid) -> RegisterReading:
    answers = Answers(translations=tuple(translations))
    return read_register([("part1.xlsx", book(rows))], known_until=TODAY, answers=answers)


def the(reading: RegisterReading, code: str) -> Issue:
    (issue,) = found(reading, code)
    return issue


def test_own_codes_are_read_by_the_schools_table_and_refused_without_it():
    rows = wide([ANA, "1", "BELL, Ana", "X01", 7, *week_of("O", 4)], PRESENT)
    table = [Translation("X01", "I", MONDAY), Translation("7", "C1", MONDAY)]

    translated, bare = read_with(table, rows), read(rows)

    assert not translated.issues
    assert codes(translated.pupils[0]) == "IC1" + "O" * 8
    assert [(issue.cell, issue.code) for issue in bare.errors] == [
        ("D2", "unknown_mark"),
        ("E2", "unknown_mark"),
    ]
    assert codes(bare.pupils[0]) == "O" * 8


def test_an_own_code_outside_its_days_is_refused_at_its_cell():
    rows = wide([ANA, "1", "BELL, Ana", *week_of("X01")], PRESENT, [COLE, "3", "DEAN, Eve", *week_of("P")])
    to_wednesday = Translation("X01", "I", MONDAY, MONDAY + timedelta(days=2))

    reading = read_with([to_wednesday], rows)

    assert [issue.cell for issue in reading.errors] == ["J2", "K2", "L2", "M2"]
    assert codes(reading.pupils[0]) == "IIIIII"


def test_a_translation_cannot_take_a_national_code_away():
    reading = read_with(
        [Translation("O", "I", MONDAY)], wide([ANA, "1", "BELL, Ana", *week_of("O")], PRESENT)
    )

    assert codes(reading.pupils[0]) == "O" * 10


def test_the_export_mark_beats_the_mark_that_is_shown():
    rows: Grid = [
        ["UPN", "Name", "Date", "Session", "Mark", "Export Mark"],
        *[[BEN, "COLE, Ben", MONDAY, half, "X9", sign] for half, sign in (("AM", "/"), ("PM", "\\"))],
        [ANA, "BELL, Ana", MONDAY, "AM", "I01", "I"],
        [ANA, "BELL, Ana", MONDAY, "PM", "O", "C1"],
    ]
    reading = read(rows)

    assert not reading.errors
    assert [codes(pupil) for pupil in reading.pupils] == ["/\\", "IC1"]


def test_two_different_marks_for_one_session_name_both_cells():
    """R6: equal cells merge; the differing one names both addresses and stops the import."""
    first = [ANA, "1", "BELL, Ana", *week_of("P", 1), "O", *week_of("P")[3:]]
    second = [ANA, "1", "BELL, Ana", *week_of("P")]

    reading = read(wide(first, PRESENT, second))
    conflict = the(reading, "conflicting_marks")

    assert reading.errors == (conflict,)
    assert (conflict.cell, conflict.header) == ("F4", "Tue 10/11/2026 AM")
    assert "F4" in conflict.message
    assert "F2 of sheet Register in part1.xlsx" in conflict.message


def test_equal_marks_of_two_rows_merge_with_one_note():
    row = [ANA, "1", "BELL, Ana", *week_of("O")]

    reading = read(wide(row, PRESENT, row))
    note = the(reading, "marks_again")

    assert not reading.errors
    assert len(reading.pupils) == 2
    assert codes(reading.pupils[0]) == "O" * 10
    assert (note.severity, note.cell) == (Severity.WARNING, "D4")
    assert note.message.startswith("10 marks stand twice")
    assert "D2 of sheet Register in part1.xlsx" in note.message


def test_files_that_overlap_have_one_note_each_and_name_the_other():
    grid = wide([ANA, "1", "BELL, Ana", *week_of("O")], PRESENT)

    reading = read(grid, grid, grid)

    assert [(note.file, "in part1.xlsx" in note.message) for note in found(reading, "marks_again")] == [
        ("part2.xlsx", True),
        ("part3.xlsx", True),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "\u202eBELL, Ana",
        "BE\u200bLL, Ana",
        "BELL, <script>",
        "BELL\ufffd, Zo",
        "BELL, A\x07na",
    ],
)
def test_27_a_name_with_odd_characters_is_kept_and_flagged(name: str):
    reading = read(wide([ANA, "1", name, *week_of("O")], PRESENT))
    note = the(reading, "odd_characters")

    assert not reading.errors
    assert ", ".join((reading.pupils[0].surname, reading.pupils[0].forename)) == name
    assert (note.severity, note.cell, note.header) == (Severity.WARNING, "C2", "Name")
    assert "BELL" not in note.message


@pytest.mark.parametrize(
    "name", ["O\u2019Hara, Zo\u00eb", "van der Berg, A\u00efsha", "\u674e, \u5a1c", "Bell-Cole, Ana (Annie)"]
)
def test_a_name_of_any_language_is_not_odd(name: str):
    assert not read(wide([ANA, "1", name, *week_of("O")], PRESENT)).issues


def test_27_a_name_is_kept_in_its_composed_form():
    reading = read(wide([ANA, "1", "Zoe\u0308ller, Ame\u0301lie", *week_of("O")], PRESENT))

    assert (reading.pupils[0].surname, reading.pupils[0].forename) == ("Zo\u00ebller", "Am\u00e9lie")


def test_27_an_unseen_character_does_not_make_another_child():
    reading = read(
        wide([ANA, "1", "BELL, Ana", *week_of("O", 2), *week_of("", 3)], PRESENT),
        wide([ANA, "1", "BE\u200bLL, Ana", *week_of("", 2), *week_of("O", 3)], PRESENT),
    )

    assert not reading.errors
    assert codes(reading.pupils[0]) == "O" * 10


@pytest.mark.parametrize(("column", "cell"), [(0, "A2"), (1, "B2"), (2, "C2")])
def test_an_error_cell_for_a_name_or_number_is_unreadable_and_not_blank(column: int, cell: str):
    row: list[Cell] = [ANA, "1", "BELL, Ana", *week_of("O")]
    row[column] = CellError("#N/A")

    reading = read(wide(row, PRESENT))

    assert [(issue.code, issue.cell) for issue in reading.errors] == [("unreadable_cell", cell)]


def test_a_row_whose_only_number_is_an_error_cell_says_so_and_no_more():
    row = [CellError("#N/A"), "BELL, Ana", *week_of("O")]

    reading = read(wide(row, [BEN, "COLE, Ben", *week_of("P")], identity=("UPN", "Name")))

    assert [(issue.code, issue.cell) for issue in reading.errors] == [("unreadable_cell", "A2")]


NOTES = [
    "Row 2: O is wrong in D2. Type the code again.",
    "",
    "Present: I is not a code",
    "O",
    CellError("#N/A"),
]


@pytest.mark.parametrize("at", [0, 3, 13])
@pytest.mark.parametrize("note", NOTES, ids=range(len(NOTES)))
@pytest.mark.parametrize("heading", ["Errors", "errors", " ERRORS "])
def test_the_errors_column_of_our_own_download_is_ignored(at: int, note: Cell, heading: str):
    rows = wide([ANA, "1", "BELL, Ana", *week_of("O")], PRESENT)
    with_notes = [[*row[:at], text, *row[at:]] for row, text in zip(rows, (heading, note, ""), strict=True)]

    reading = read(with_notes)

    assert not reading.issues
    assert [codes(pupil) for pupil in reading.pupils] == [codes(pupil) for pupil in read(rows).pupils]


def test_the_errors_column_of_a_long_register_is_ignored():
    rows: Grid = [["Errors", "UPN", "Name", "Date", "Session", "Mark"]]
    for half, sign in (("AM", "/"), ("PM", "\\")):
        rows.append(["", BEN, "COLE, Ben", MONDAY, half, sign])
        rows.append(["Total: this mark is not a code", ANA, "BELL, Ana", MONDAY, half, "O"])

    reading = read(rows)

    assert not reading.issues
    assert sorted(codes(pupil) for pupil in reading.pupils) == ["/\\", "OO"]


def test_a_row_with_nothing_but_our_note_is_no_pupil():
    rows = [[*row, text] for row, text in zip(wide(PRESENT), ("Errors", ""), strict=True)]
    rows.append([""] * 13 + ["This file has 3 errors."])

    reading = read(rows)

    assert only(reading).upn == BEN
    assert not reading.issues


def test_a_terminals_control_sequences_do_not_reach_a_sentence():
    reading = read(wide([ANA, "1", "BELL, Ana", "\x1b[2J", *week_of("O")[1:]], PRESENT))

    assert "\x1b" not in the(reading, "unknown_mark").message
    assert warnings(reading) == []


def test_a_number_beyond_all_numbers_is_an_error_at_its_cell():
    rows = [
        ["UPN", "Adno", "Name", *headings(WEEK)],
        [ANA, "1", "BELL, Ana", CellError("not a number"), 1e300],
    ]

    reading = read(sheet([*rows, PRESENT]))

    assert [(issue.code, issue.cell) for issue in reading.errors] == [
        ("unreadable_cell", "D2"),
        ("unknown_mark", "E2"),
    ]
