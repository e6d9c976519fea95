"""One register comes out of every layout and every kind of file as it went in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cme.attendance.codes import CODES, Half, rejection
from importers.reading import Sheet, read_workbook
from tests.unit.importers import every_layout as layouts
from tests.unit.importers.every_layout import ANY_CODES, EVERY, ONE_CHARACTER, Pupil, Register
from tests.unit.importers.grids import WEEK, Grid, book, found, marks, read, upn
from tests.unit.importers.spreadsheets import (
    as_csv,
    as_ods,
    as_semicolons,
    as_tabs,
    as_xls,
    as_xlsx,
    merged_ods,
    merged_xls,
    merged_xlsx,
)

DAYS = tuple(on + timedelta(days=7 * week) for week in range(2) for on in WEEK)


def pupil(serial: int, codes: str) -> Pupil:
    """A pupil with codes in words, one for each session; "." is no mark and "/" stands for present."""
    sessions = [(on, half) for on in DAYS for half in Half]
    given = {
        (on, half): ("/" if half is Half.AM else "\\") if code == "/" else code
        for (on, half), code in zip(sessions, codes.split(), strict=True)
        if code != "."
    }
    return Pupil(upn(serial), f"00{serial}", f"BELL{serial}, Ana", "7A", given)


REGISTER = (
    pupil(1, "O O O O . . / / I I N N O O O . / / # #"),
    pupil(2, "/ / / / / / / / / / / / / / / / / / # #"),
)
TWO_CHARACTERS = (
    pupil(1, "C1 C1 O J1 K . / / Y1 I N N O C2 O . / / # #"),
    pupil(2, "/ / / / / / / / / / / / / / / / / / # #"),
)


def as_read(sheets: Sequence[Sheet], register: Register) -> None:
    """Assert that sheets hold exactly this register."""
    reading = read(book(*sheets))

    assert [issue.message for issue in reading.errors] == []
    assert not reading.questions
    assert {one.upn: marks(one) for one in reading.pupils} == {
        one.upn: [(on, half, code) for (on, half), code in sorted(one.marks.items())] for one in register
    }
    assert [(one.admission_number, one.surname) for one in reading.pupils] == [
        (one.number, one.name.split(",")[0]) for one in register
    ]


@pytest.mark.parametrize("name", EVERY)
def test_a_register_reads_the_same_from_every_layout(name: str):
    write, slug = EVERY[name]
    sheets = write(REGISTER, DAYS)
    as_read(sheets, REGISTER)

    (file,) = read(book(*sheets)).files
    assert file.layout == slug
    assert (file.pupils, file.first_on, file.last_on) == (2, DAYS[0], DAYS[-1])


@pytest.mark.parametrize("name", ANY_CODES)
def test_codes_of_two_characters_read_the_same_from_every_layout_that_takes_them(name: str):
    as_read(ANY_CODES[name][0](TWO_CHARACTERS, DAYS), TWO_CHARACTERS)


def test_stacked_classes_take_the_class_of_the_line_above_them_where_no_column_says_it():
    register = [replace(one, class_name="") for one in REGISTER]
    reading = read(book(*layouts.stacked_classes(register, DAYS)))

    assert [one.class_name for one in reading.pupils] == ["7A", "7B"]


def test_a_sheet_named_like_a_class_gives_its_class_and_one_named_like_a_week_does_not():
    register = [replace(one, class_name="") for one in REGISTER]

    assert [one.class_name for one in read(book(*layouts.sheets_of_classes(register, DAYS))).pupils] == [
        "7A",
        "7B",
    ]
    assert [one.class_name for one in read(book(*layouts.wide_3_letters(register, DAYS))).pupils] == ["", ""]


def _codes(half: Half, *, length: int) -> st.SearchStrategy[str]:
    legal = [code for code in CODES if rejection(code, half, WEEK[0]) is None and len(code) <= length]
    return st.sampled_from(["", *legal])


@st.composite
def registers(draw: st.DrawFn, *, length: int) -> Register:
    """Two weeks of two or three pupils; one is always there, so that blanks are blanks."""
    pupils = []
    for serial in range(1, draw(st.integers(1, 2)) + 1):
        given = {(on, half): draw(_codes(half, length=length)) for on in DAYS for half in Half}
        # A day of which one mark alone is known has it in one half or the other: only a person can say.
        for on in DAYS:
            if "" in (given[on, Half.AM], given[on, Half.PM]):
                given[on, Half.AM] = given[on, Half.PM] = ""
        kept = {session: code for session, code in given.items() if code}
        pupils.append(Pupil(upn(serial), f"00{serial}", f"BELL{serial}, Ana", "7A", kept))
    return [*pupils, pupil(9, " ".join("/" * (2 * len(DAYS))))]


@given(data=st.data(), name=st.sampled_from(sorted(EVERY)))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
def test_any_register_reads_back_equal_from_any_layout(data: st.DataObject, name: str):
    register = data.draw(registers(length=1 if name in ONE_CHARACTER else 2))
    as_read(EVERY[name][0](register, DAYS), register)


@given(
    first=st.dates(date(2024, 9, 2), date(2026, 10, 31)).map(lambda on: on - timedelta(days=on.weekday())),
    name=st.sampled_from(sorted(EVERY)),
)
@settings(deadline=None)
def test_any_two_weeks_are_read_on_their_own_days_or_an_order_is_asked(first: date, name: str):
    shift = first - DAYS[0]
    days = [on + shift for on in DAYS]
    moved = [
        replace(one, marks={(on + shift, half): code for (on, half), code in one.marks.items()})
        for one in REGISTER
    ]
    reading = read(book(*EVERY[name][0](moved, days)))
    assert all(question.choices for question in reading.questions)
    if found(reading, "date_order") or reading.errors:
        assert any(found(reading, code) for code in ("date_order", "ambiguous_date", "year_missing"))
        return

    assert {on for one in reading.pupils for on, _, _ in marks(one)} == set(days)


# Files


def _grid(sheets: Sequence[Sheet]) -> Grid:
    (one,) = sheets
    return one.rows


FORMATS: dict[str, Callable[[Grid], bytes]] = {
    "xlsx": as_xlsx,
    "xls": as_xls,
    "ods": as_ods,
    "comma": as_csv,
    "semicolon": lambda rows: as_csv(rows, ";"),
    "tab": lambda rows: as_csv(rows, "\t"),
    "sep line": as_semicolons,
    "utf-8 with BOM": lambda rows: as_csv(rows, encoding="utf-8-sig"),
    "utf-16": as_tabs,
    "cp1252": lambda rows: as_csv(rows, encoding="cp1252"),
}
NAMED = {"xlsx": "xlsx", "xls": "xls", "ods": "ods"}
IN_FILES = [name for name, (_, slug) in EVERY.items() if "+sheets" not in slug]
ACCENTED = [replace(one, name=f"BÉLL{at}, Zoë") for at, one in enumerate(REGISTER, 1)]


def _filled(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets with true dates as texts where the file cannot say which cells are merged."""
    return [
        Sheet(one.name, [[f"{c:%d/%m/%Y}" if isinstance(c, date) else c for c in row] for row in one.rows])
        for one in sheets
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_register_in_every_layout_and_kind_of_file_gives_the_same_pupils_and_marks(kind: str):
    for name in IN_FILES:
        rows = _grid(_filled(EVERY[name][0](ACCENTED, DAYS)))
        workbook = read_workbook(FORMATS[kind](rows), f"register.{NAMED.get(kind, 'csv')}")
        reading = read(workbook)

        assert [issue.message for issue in reading.errors] == [], name
        assert {issue.code for issue in reading.issues} <= {"encoding_guessed", "year_assumed"}, name
        assert [(one.upn, one.admission_number, one.surname, one.forename) for one in reading.pupils] == [
            (one.upn, one.number, *one.name.split(", ")) for one in ACCENTED
        ], name
        assert [marks(one) for one in reading.pupils] == [
            [(on, half, code) for (on, half), code in sorted(one.marks.items())] for one in ACCENTED
        ], name


def test_merged_headings_are_read_from_every_kind_of_workbook():
    (one,) = layouts.wide_2_merged(REGISTER, DAYS)
    for content, ending in ((merged_xlsx(one), "xlsx"), (merged_ods(one), "ods"), (merged_xls(one), "xls")):
        workbook = read_workbook(content, f"register.{ending}")

        assert workbook.sheets[0].merged, ending
        as_read(workbook.sheets, REGISTER)


@pytest.mark.parametrize("name", ["wide-3 in letters", "classes on sheets"])
def test_several_sheets_are_read_from_a_workbook(name: str):
    sheets = EVERY[name][0](REGISTER, DAYS)
    workbook = read_workbook(merged_xlsx(*sheets), "register.xlsx")

    assert [one.name for one in workbook.sheets] == [one.name for one in sheets]
    as_read(workbook.sheets, REGISTER)
