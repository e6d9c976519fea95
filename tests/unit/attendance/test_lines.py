"""Register lines against a plain model: a dictionary of one code for each session."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.codes import CODES, Half
from cme.attendance.lines import (
    BLANK,
    LENGTH,
    Coverage,
    academic_year,
    codes_between,
    differences,
    overlay,
    position,
    session_at,
    until,
)
from tests.marks import from_marks, get_mark, iter_marks

AM, PM = Half.AM, Half.PM
Session = tuple[date, Half]

sessions = st.tuples(st.dates(date(2026, 8, 20), date(2028, 9, 10)), st.sampled_from(Half))
registers = st.dictionaries(sessions, st.sampled_from(sorted(CODES)), max_size=40)
lines_of_one_year = st.dictionaries(st.integers(0, 60), st.sampled_from("/\\LNOIGabj#"), max_size=30).map(
    lambda marks: "".join(marks.get(n, ".") for n in range(LENGTH))
)


def written(marks: dict[Session, str]) -> dict[int, str]:
    return from_marks((on, half, code) for (on, half), code in marks.items())


def test_a_line_has_room_for_every_session_of_a_leap_year() -> None:
    assert LENGTH == 366 * 2
    assert position(date(2027, 9, 1)) == 0
    assert position(date(2028, 2, 29), PM) + 1 == position(date(2028, 3, 1))
    assert position(date(2028, 8, 31), PM) == LENGTH - 1


def test_the_academic_year_begins_on_1_september() -> None:
    assert academic_year(date(2026, 8, 31)) == 2025
    assert academic_year(date(2026, 9, 1)) == 2026
    assert academic_year(date(2027, 8, 31)) == 2026


@given(sessions)
def test_a_position_stands_for_one_session_alone(session: Session) -> None:
    on, half = session
    assert session_at(academic_year(on), position(on, half)) == session


@given(registers)
def test_lines_give_back_the_marks_that_were_written(marks: dict[Session, str]) -> None:
    lines = written(marks)
    assert list(iter_marks(lines)) == [(*session, marks[session]) for session in sorted(marks)]
    assert all(len(line) == LENGTH for line in lines.values())


@given(registers, sessions)
def test_any_session_reads_as_its_mark_or_as_none(marks: dict[Session, str], session: Session) -> None:
    assert get_mark(written(marks), *session) == marks.get(session, "")


def test_a_mark_of_no_code_is_a_blank() -> None:
    assert from_marks([(date(2026, 9, 2), AM, "")]) == {2026: BLANK}
    assert list(iter_marks({2026: BLANK})) == []


@given(registers, registers)
def test_overlay_takes_the_new_mark_and_keeps_the_old_where_there_is_none(
    old: dict[Session, str], new: dict[Session, str]
) -> None:
    before, after = written(old), written(new)
    years = before.keys() | after.keys()
    laid = {year: overlay(before.get(year, BLANK), after.get(year, BLANK)) for year in years}
    assert laid == written(old | new)


@given(lines_of_one_year, lines_of_one_year)
def test_overlay_never_erases_a_mark(old: str, new: str) -> None:
    laid = overlay(old, new)
    assert all(letter != "." for before, letter in zip(old, laid, strict=True) if before != ".")


@given(lines_of_one_year, lines_of_one_year)
def test_overlay_commutes_where_no_session_conflicts(one: str, other: str) -> None:
    apart = "".join(
        "." if mine not in (".", theirs) else theirs for mine, theirs in zip(one, other, strict=True)
    )
    assert overlay(one, apart) == overlay(apart, one)


@given(lines_of_one_year)
def test_laying_a_line_over_itself_or_a_blank_changes_nothing(line: str) -> None:
    assert overlay(line, line) == overlay(line, BLANK) == overlay(BLANK, line) == line


@given(lines_of_one_year, lines_of_one_year)
def test_differences_turn_the_old_line_into_the_new_and_back(old: str, new: str) -> None:
    redone, undone = list(old), list(new)
    for start, before, after in differences(old, new):
        redone[start : start + len(after)] = after
        undone[start : start + len(before)] = before
    assert "".join(redone) == new
    assert "".join(undone) == old


@given(lines_of_one_year, lines_of_one_year)
def test_differences_are_whole_stretches_that_never_touch(old: str, new: str) -> None:
    stretches = list(differences(old, new))
    assert all(a != b for _, before, after in stretches for a, b in zip(before, after, strict=True))
    ends = [start + len(before) for start, before, _ in stretches]
    assert all(end < start for end, (start, _, _) in zip(ends, stretches[1:], strict=False))


def test_differences_see_the_last_session_of_the_year() -> None:
    assert list(differences(BLANK, BLANK[:-1] + "O")) == [(LENGTH - 1, ".", "O")]


def test_differences_of_equal_lines_are_none() -> None:
    assert list(differences(BLANK, BLANK)) == []


@given(st.lists(registers, max_size=4))
def test_coverage_shows_where_anybody_has_a_mark(everybody: list[dict[Session, str]]) -> None:
    coverage = Coverage()
    for marks in everybody:
        coverage.add(written(marks))
    marked = {session for marks in everybody for session in marks}
    held = {session for marks in everybody for session, code in marks.items() if code != "#"}
    assert _shown(coverage.marked()) == marked
    assert _shown(coverage.held()) == held


def _shown(bits: dict[int, str]) -> set[Session]:
    assert all(len(line) == LENGTH for line in bits.values())
    return {session_at(year, n) for year, line in bits.items() for n, bit in enumerate(line) if bit == "1"}


@given(registers, sessions, sessions)
def test_the_codes_between_two_dates_are_those_entered_on_them(
    marks: dict[Session, str], one: Session, other: Session
) -> None:
    first_on, last_on = sorted((one[0], other[0]))
    expected = {code for (on, _), code in marks.items() if first_on <= on <= last_on}
    assert codes_between(written(marks), first_on, last_on) == expected


@given(registers, sessions)
def test_lines_until_a_date_hold_the_marks_of_that_date_and_none_later(
    marks: dict[Session, str], session: Session
) -> None:
    kept = list(iter_marks(until(written(marks), session[0])))
    assert kept == [(*key, marks[key]) for key in sorted(marks) if key[0] <= session[0]]


@pytest.mark.parametrize(("code", "held"), [("O", "1"), ("Z", "1"), ("C2", "1"), ("#", "0")])
def test_a_planned_closure_is_a_mark_but_holds_no_session(code: str, held: str) -> None:
    coverage = Coverage()
    coverage.add(from_marks([(date(2026, 9, 2), PM, code)]))
    at = position(date(2026, 9, 2), PM)
    assert coverage.marked()[2026][at] == "1"
    assert coverage.held()[2026][at] == held
