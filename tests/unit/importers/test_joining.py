"""Which rows are of one pupil, across the rows, sheets and files of one register."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.issues import Severity
from importers.reading import Cell
from tests.unit.importers.grids import WEEK, Grid, codes, found, only, read, upn, warnings, week_of, wide

NEXT_WEEK = tuple(on + timedelta(days=7) for on in WEEK)
ANA, BEN = upn(1), upn(2)
HEADS = ("UPN", "Adno", "Surname", "Forename", "DOB")
BORN, OTHER_BORN = "01/02/2014", "17/08/2016"
BELL_ANA: tuple[Cell, ...] = ("Bell", "Ana", BORN)
COLE: list[Cell] = [BEN, "2", "Cole", "Ben", "03/04/2014", *week_of("P")]


def part(*rows: list[Cell], days: tuple[date, ...] = WEEK) -> Grid:
    return wide(*rows, days=days, identity=HEADS)


def row(*who: Cell, code: str = "O") -> list[Cell]:
    return [*who, *week_of(code)]


# One child in two rows that share no number


@pytest.mark.parametrize(
    ("first", "second"),
    [((ANA, ""), ("", "1")), ((ANA, ""), ("", "")), (("", "1"), ("", "")), (("", ""), (ANA, "1"))],
)
def test_a_pupil_without_a_number_in_common_is_joined_by_full_name_and_birth_date_and_it_is_said(
    first: tuple[str, str], second: tuple[str, str]
):
    weeks = [(first, WEEK), (second, NEXT_WEEK)]
    for ordered in permutations(weeks):
        reading = read(*(part(row(*ids, *BELL_ANA), days=days) for ids, days in ordered))

        assert codes(only(reading)) == "O" * 20
        (note,) = warnings(reading)
        assert (note.code, note.file, note.row) == ("joined_by_name", "part2.xlsx", 2)
        assert "row 2 of sheet Register in part1.xlsx" in note.message


def test_the_joined_pupil_keeps_both_numbers_for_the_parts_to_come():
    reading = read(
        part(row(ANA, "", *BELL_ANA)),
        part(row("", "1", *BELL_ANA), days=NEXT_WEEK),
        [["Adno", "Fri 30/10/2026 AM", "Fri 30/10/2026 PM"], ["1", "I", "I"]],
    )

    pupil = only(reading)
    assert (pupil.upn, pupil.admission_number, codes(pupil)) == (ANA, "1", "II" + "O" * 20)


@pytest.mark.parametrize(("first", "second"), [((ANA, ""), (BEN, "")), (("", "1"), ("", "2"))])
def test_equal_names_and_birth_dates_with_different_numbers_stay_two_pupils_and_it_is_said(
    first: tuple[str, str], second: tuple[str, str]
):
    reading = read(part(row(*first, *BELL_ANA), row(*second, *BELL_ANA)))

    assert len(reading.pupils) == 2
    (note,) = reading.issues
    assert (note.code, note.severity, note.row) == ("same_name", Severity.WARNING, 3)


def test_a_row_that_may_be_either_of_two_pupils_is_an_error():
    reading = read(
        part(row(ANA, "", *BELL_ANA), row(BEN, "", *BELL_ANA)),
        part(row("", "1", *BELL_ANA), days=NEXT_WEEK),
    )

    (error,) = reading.errors
    assert (error.code, error.file, error.row) == ("one_of_several", "part2.xlsx", 2)


def test_two_pupils_who_turn_out_to_be_alike_in_everything_are_an_error():
    reading = read(
        [["UPN", "Mon 02/11/2026 AM"], [ANA, "O"]],
        part(row("", "1", *BELL_ANA)),
        part(row(ANA, "", *BELL_ANA), days=NEXT_WEEK),
    )

    (error,) = reading.errors
    assert error.code == "same_name"
    assert "row 2" in error.message


def test_a_name_alone_joins_nobody():
    reading = read(
        wide([ANA, "", "BELL, Ana", *week_of("O")]),
        wide(["", "1", "BELL, Ana", *week_of("O")], days=NEXT_WEEK),
    )

    assert len(reading.pupils) == 2


FORMS = st.sampled_from([(True, True), (True, False), (False, True), (False, False)])


@settings(max_examples=60, deadline=None)
@given(weeks=st.lists(st.tuples(FORMS, FORMS), min_size=1, max_size=5))
def test_whatever_numbers_the_parts_give_twins_are_two_pupils_with_all_their_marks(
    weeks: list[tuple[tuple[bool, bool], tuple[bool, bool]]],
):
    children = [(ANA, "1", "Bell", "Ana", BORN), (BEN, "2", "Bell", "Ben", BORN)]
    parts = []
    for number, forms in enumerate(weeks):
        days = tuple(on - timedelta(days=7 * number) for on in WEEK)
        rows = [
            row(upn if has_upn else "", adno if has_number else "", *who, code=code)
            for (upn, adno, *who), (has_upn, has_number), code in zip(children, forms, "OI", strict=True)
        ]
        parts.append(part(*rows, days=days))
    reading = read(*parts)

    assert {issue.code for issue in reading.issues} <= {"joined_by_name"}
    found_marks = {pupil.forename: codes(pupil) for pupil in reading.pupils}
    assert found_marks == {"Ana": "O" * 10 * len(weeks), "Ben": "I" * 10 * len(weeks)}
    assert len(reading.pupils) == 2


# Two children under one number


@pytest.mark.parametrize("ids", [(ANA, ""), ("", "1")])
def test_siblings_under_one_number_are_an_error(ids: tuple[str, str]):
    reading = read(part(row(*ids, "Bell", "Ana", BORN), row(*ids, "Bell", "Zoe", OTHER_BORN), COLE))

    assert [(error.code, error.row) for error in reading.errors] == [("identity_conflict", 3)]
    assert codes(reading.pupils[0]) == "O" * 10


@pytest.mark.parametrize(
    ("forename", "born"),
    [("Zoe", BORN), ("Ana", OTHER_BORN), ("Anabel", OTHER_BORN), ("A", OTHER_BORN), ("Zoe", "")],
)
@pytest.mark.parametrize("ids", [(ANA, ""), ("", "1")])
def test_one_number_and_one_surname_is_one_child_unless_forename_and_birth_date_both_differ(
    ids: tuple[str, str], forename: str, born: str
):
    reading = read(part(row(*ids, *BELL_ANA)), part(row(*ids, "Bell", forename, born), days=NEXT_WEEK))

    assert codes(only(reading)) == "O" * 20
    assert bool(found(reading, "other_forename")) is (forename == "Zoe")


def test_a_name_the_other_way_round_with_another_birth_date_is_one_child():
    reading = read(
        part(row(ANA, "", *BELL_ANA)), part(row(ANA, "", "Ana", "Bell", OTHER_BORN), days=NEXT_WEEK)
    )

    assert not found(reading, "other_forename")
    assert found(reading, "birth_dates_differ")


# Merging that is not ordinary


def test_a_pupil_twice_under_one_set_of_dated_headings_is_said():
    first = [ANA, "1", *BELL_ANA, *week_of("O", 2)]
    second = [ANA, "1", *BELL_ANA, *week_of("", 2), *week_of("I", 3)]
    reading = read(part(first, COLE, second, [*second]))

    assert codes(reading.pupils[0]) == "OOOOIIIIII"
    (note,) = found(reading, "rows_repeated")
    assert (note.severity, note.row, note.file) == (Severity.WARNING, 4, "part1.xlsx")
    assert note.message.startswith("Rows 4 and 5 are of pupils who have a row above")
    assert "row 2" in note.message


def test_many_rows_of_a_pupil_are_ordinary_where_each_row_has_a_date():
    long: Grid = [["UPN", "Date", "Session", "Mark"]]
    long += [[ANA, f"{on:%d/%m/%Y}", half, "O"] for on in WEEK for half in ("AM", "PM")]
    days: Grid = [["UPN", "Date", "AM", "PM"], *([ANA, f"{on:%d/%m/%Y}", "O", "O"] for on in WEEK)]
    weeks = (part(row(ANA, "1", *BELL_ANA)), part(row(ANA, "1", *BELL_ANA), days=NEXT_WEEK))

    assert not read(long).issues
    assert not read(days).issues
    assert not read(*weeks).issues


def test_notes_on_joining_say_no_names_and_no_dates_of_birth():
    reading = read(
        part(row(ANA, "", *BELL_ANA), row(ANA, "", "Bell", "Zoe", "")),
        part(row("", "1", *BELL_ANA), row(BEN, "", *BELL_ANA), days=NEXT_WEEK),
    )
    said = " ".join(issue.message for issue in reading.issues).casefold()

    assert {"joined_by_name", "same_name", "rows_repeated", "other_forename"} <= {
        issue.code for issue in reading.issues
    }
    assert not [word for word in ("bell", "ana", "zoe", "2014") if word in said]
