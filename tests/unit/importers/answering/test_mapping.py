"""What a person says the columns of a sheet mean, and the first rows as they read then."""

from datetime import date

import pytest

from cme.attendance.codes import Half
from importers.answering.answers import Answers, ColumnsToMap, Translation
from importers.answering.mapping import Fault, PreviewedMark, mapped_columns, mapping_faults, preview_mapping
from importers.layouts.unread import columns_of
from importers.reading import Sheet, Workbook
from importers.registers import read_register

TODAY = date(2026, 11, 20)
LONG = [
    ["Kennung", "Wer", "Tag", "Teil", "Zeichen"],
    ["A101", "Birch, Ben", "09/11/2026", "AM", "/"],
    ["A101", "Birch, Ben", "09/11/2026", "PM", "Q9"],
    ["A102", "Cole, Cora", "09/11/2026", "AM", "O"],
    ["A102", "Cole, Cora", "13/11/2026", "PM", "\\"],
    ["A102", "Cole, Cora", "23/11/2026", "AM", "/"],
    ["A103", "Dale, Dan", "13/11/2026", "AM", "/"],
]
SAID = {0: "admission_number", 1: "full_name", 2: "date", 3: "session", 4: "mark"}


def workbook(*sheets: Sheet) -> Workbook:
    return Workbook("csv", sheets, (), "0" * 64)


def unknown(rows: list[list[object]]) -> tuple[Workbook, ColumnsToMap]:
    """A file with one sheet that is not recognised."""
    sheet = Sheet("Tab", rows)  # type: ignore[arg-type]
    wanted = columns_of(sheet)
    assert wanted is not None
    return workbook(sheet), wanted


def previewed(rows: list[list[object]], said: dict[int, str], **answers: object) -> object:
    file, wanted = unknown(rows)
    known = Answers(mappings=(mapped_columns(wanted, said),), **answers)  # type: ignore[arg-type]
    return preview_mapping(file, wanted, known, TODAY)


def test_the_first_rows_are_shown_as_they_read() -> None:
    found = previewed(LONG, SAID)
    assert found is not None
    assert [row.number for row in found.rows] == [2, 3, 4, 5, 6]
    first = found.rows[0]
    assert (first.surname, first.forename, first.admission_number) == ("Birch", "Ben", "A101")
    assert first.marks == (PreviewedMark(date(2026, 11, 9), Half.AM, "/"),)
    assert found.faults == ()


def test_a_mark_that_cannot_be_read_says_why() -> None:
    mark = previewed(LONG, SAID).rows[1].marks[0]
    assert mark.code == ""
    assert "not an attendance code" in mark.fault


def test_a_pupil_known_by_name_and_birth_date_has_no_fault() -> None:
    rows = [
        ["Kennung", "Wer", "Geboren", "Tag", "Teil", "Zeichen"],
        ["", "Birch, Ben", "09/11/2014", "13/11/2026", "AM", "/"],
        ["", "Cole, Cora", "bald", "13/11/2026", "AM", "O"],
    ]
    said = {0: "upn", 1: "full_name", 2: "date_of_birth", 3: "date", 4: "session", 5: "mark"}
    first, second = previewed(rows, said).rows

    assert first.faults == ()
    assert [fault[:19] for fault in second.faults] == ["This row has no UPN"]


def test_the_schools_own_codes_are_read() -> None:
    own = Translation("Q9", "O", date(2026, 9, 1))
    assert previewed(LONG, SAID, translations=(own,)).rows[1].marks[0].code == "O"


def test_a_day_to_come_is_said_not_to_count() -> None:
    mark = previewed(LONG, SAID).rows[4].marks[0]
    assert (mark.code, mark.fault) == ("/", "This day has not come yet. The mark is not counted.")


def test_the_preview_is_what_the_import_reads() -> None:
    file, wanted = unknown(LONG)
    answers = Answers(mappings=(mapped_columns(wanted, SAID),))
    reading = read_register([("a.csv", file)], known_until=TODAY, answers=answers)
    assert {pupil.admission_number for pupil in reading.pupils} == {"A101", "A102", "A103"}
    assert not reading.unmapped


def test_a_left_out_session_is_a_fault_where_a_day_has_two_rows() -> None:
    found = previewed([*LONG[:2], ["A101", "Birch, Ben", "09/11/2026", "PM", "O"]], SAID | {3: ""})

    assert isinstance(found, Fault)
    assert "two marks a day" in found.message


def test_columns_that_make_no_register_give_no_rows() -> None:
    assert previewed(LONG, SAID | {4: "", 1: "mark"}) is None


@pytest.mark.parametrize(
    ("said", "columns", "words"),
    [
        (SAID, [], []),
        (SAID | {3: "date"}, [3], ["Columns C and D are both said to be: Date."]),
        (SAID | {0: ""}, [None], ["UPN or the admission number"]),
    ],
)
def test_faults_name_the_column(said: dict[int, str], columns: list[int | None], words: list[str]) -> None:
    _, wanted = unknown(LONG)
    faults = mapping_faults(mapped_columns(wanted, said))
    assert [fault.column for fault in faults] == columns
    assert all(word in fault.message for word, fault in zip(words, faults, strict=True))


def test_dated_columns_keep_their_dates_when_the_others_are_mapped() -> None:
    rows = [
        ["Kennung", "Wer", "Mon 09/11/2026 AM", "Mon 09/11/2026 PM"],
        ["A101", "Birch, Ben", "/", "\\"],
        ["A102", "Cole, Cora", "O", "O"],
    ]
    _, wanted = unknown(rows)
    assert [each.column for each in wanted.columns] == [0, 1]
    assert wanted.dated == 2
    found = previewed(rows, {0: "admission_number", 1: "full_name"})
    assert [mark.code for mark in found.rows[1].marks] == ["O", "O"]


@pytest.mark.parametrize("last", [7, 2], ids=["many rows", "one row"])
def test_the_headings_are_not_taken_from_a_pupils_row(last: int) -> None:
    _, wanted = unknown(LONG[:last])
    assert wanted.header_row == 0
    assert [each.heading for each in wanted.columns] == LONG[0]
    assert wanted.columns[2].guess == "date"
    assert wanted.columns[0].samples[0] == "A101"


def test_a_title_with_a_date_is_not_taken_for_headings() -> None:
    _, wanted = unknown([["Week beginning 09/11/2026"], [], *LONG])
    assert wanted.header_row == 2


def test_marks_are_guessed_by_the_signs_for_present() -> None:
    rows = [
        ["Kennung", "Tag", "Vor", "Nach", "Beide"],
        ["A101", "18/11/2026", "/", "\\", "/"],
        ["A102", "18/11/2026", "O", "\\", "\\"],
    ]
    _, wanted = unknown(rows)
    assert [each.guess for each in wanted.columns] == ["", "date", "am_mark", "pm_mark", "mark"]
