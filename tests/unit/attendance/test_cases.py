r"""The counting cases of the attendance rules, each under its own id, in real dates.

The school opens on 2 September 2026, has half term from 26 to 30 October and INSET on 2 November. Every
case is counted twice: by a school that has entered its terms, and by one that has not.
"""

from datetime import date
from typing import Any, NamedTuple

import pytest

from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import Half, rejection

from .build import CALENDAR, OPENS, TERMS, WITHOUT_TERMS, closure, inset, read_out, school_days, take


class Case(NamedTuple):
    """One case: what the register says and what must stand at the end of it."""

    id: str
    register: str
    expected: dict[str, Any]


def runs(
    return_run: int | None, removal_run: int | None = None, days_unseen: int | None = None
) -> dict[str, Any]:
    """The runs that a case speaks of."""
    named = {"return_run": return_run, "removal_run": removal_run, "days_unseen": days_unseen}
    return {name: days for name, days in named.items() if days is not None}


CASES = [
    Case("L1", r"P, O*9", runs(9, 9) | {"return_reached_on": None}),
    Case("L2", r"P, O*10", runs(10, 10) | {"return_reached_on": date(2026, 9, 16)}),
    Case("L3", r"P, N*5, O*5", runs(10, 10)),
    Case("L4", r"P, O*9, O:\, O*3", runs(3, 3) | {"return_reached_on": None}),
    Case("L5", r"P, O*6, I, O*6", runs(6, 6, 13)),
    Case("L6", r"P, O*9, #, O", runs(10, 10, 10)),
    Case("L7", r"P, O:C2*20", runs(20, 0) | {"removal_reached_on": None}),
    Case("L8", r"P, D:O*10", runs(10, 0)),
    Case("L9", r"P, D*20", runs(0, 0, 20)),
    Case("L10", r"P, G*10", runs(10)),
    Case("L11", r"P, G*10, N*5, O*5", runs(20, 20)),
    Case("L12", r"P, T*25", runs(0, 0)),
    Case("L13", r"P, I*15", runs(0, 0) | {"sickness_days": 15}),
    Case("L15", r"P, O*19", runs(19, 19) | {"removal_reached_on": None}),
    Case(
        "L16", r"P, O*20", runs(20, 20) | {"removal_reached_on": date(2026, 9, 30), "removal_blocked_by": ()}
    ),
    Case("L17", r"P, O*20, O:\ ", runs(0, 0) | {"removal_reached_on": None}),
    Case("L18", r"P, Y5*20", runs(0, 0)),
    Case("L19", r"P, R, O*9", runs(9)),
    Case("L20", r"P, O*5, V, O*9", runs(9)),
    Case("L21", r"P, O*10, P, O*10", runs(10, 10) | {"return_reached_on": date(2026, 10, 1)}),
    Case("L22", r"P, O*19, Y7", runs(19, 0)),
    Case("L23", r"P, U*10", runs(10, 0, 0)),
    Case("L24", ", ".join(["P", *[r"/:O, O:\ "] * 10]), runs(0, 0)),
    Case("L29", r"P, O*22", runs(22, 22, 22)),
    Case("L32", r"P, O*25", runs(25, 25) | {"removal_reached_on": date(2026, 9, 30)}),
    Case("L35", r"P, O*15", runs(15, 15) | {"return_reached_on": date(2026, 9, 16)}),
    Case("L38", r"P, O", runs(1, 1, 1) | {"run_started_on": date(2026, 9, 3)}),
]

KNOWN_BY = pytest.mark.parametrize("count_by", [CALENDAR, WITHOUT_TERMS], ids=["terms entered", "no terms"])


@KNOWN_BY
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, count_by: SchoolCalendar) -> None:
    standing = take(case.register, count_by=count_by).count()
    assert {name: getattr(standing, name) for name in case.expected} == case.expected


def test_cases_are_taken_in_real_school_days() -> None:
    assert school_days(OPENS, 1) == [OPENS]
    assert not any(map(CALENDAR.is_school_day, (date(2026, 10, 26), date(2026, 10, 30), date(2026, 11, 2))))
    assert read_out(r"P, O:\, -, #") == [("/", "\\"), ("O", "\\"), ("", ""), ("#", "#")]


@KNOWN_BY
def test_l11_every_n_is_overdue_at_the_end(count_by: SchoolCalendar) -> None:
    standing = take("P, G*10, N*5, O*5", count_by=count_by).count()
    assert standing.overdue_n == tuple(school_days(OPENS, 16)[11:])


@KNOWN_BY
def test_l14_a_no_show_is_counted_from_the_agreed_starting_day(count_by: SchoolCalendar) -> None:
    standing = take("Z*3, O*10", count_by=count_by).count(starting_on=date(2026, 9, 7))
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (10, 10, 10)
    assert standing.run_started_on == date(2026, 9, 7)
    assert standing.last_attended_on is None
    assert standing.last_seen_on is None


@KNOWN_BY
def test_l21_two_episodes_give_two_returns(count_by: SchoolCalendar) -> None:
    days = take("P, O*10, P, O*10", count_by=count_by).ledger()
    assert [day.on for day in days if day.return_run == 10] == [date(2026, 9, 16), date(2026, 10, 1)]


@KNOWN_BY
def test_l25_ten_and_twenty_days_are_counted_across_half_term_and_inset(count_by: SchoolCalendar) -> None:
    standing = take("O*20", date(2026, 10, 12), count_by=count_by).count()
    assert (standing.return_run, standing.removal_run) == (20, 20)
    assert standing.run_started_on == date(2026, 10, 12)
    assert standing.return_reached_on == date(2026, 10, 23)
    assert standing.removal_reached_on == date(2026, 11, 16)


@KNOWN_BY
@pytest.mark.parametrize(
    ("items", "as_of", "overdue"),
    [
        ("N, O*3", date(2026, 11, 5), ()),
        ("N, O*4", date(2026, 11, 6), ()),
        ("N, O*5", date(2026, 11, 9), (date(2026, 10, 23),)),
    ],
)
def test_l26_an_n_before_half_term_is_overdue_on_the_fifth_school_day(
    count_by: SchoolCalendar, items: str, as_of: date, overdue: tuple[date, ...]
) -> None:
    standing = take(items, date(2026, 10, 23), count_by=count_by).count()
    assert (standing.as_of, standing.overdue_n) == (as_of, overdue)


@pytest.mark.parametrize("terms_entered", [True, False])
def test_l27_a_sibling_at_a_school_with_another_inset_day_has_other_days(terms_entered: bool) -> None:
    other = SchoolCalendar((*TERMS, inset("2026-11-02"), inset("2026-10-16")), CALENDAR.bank_holidays)
    count_by = None if terms_entered else WITHOUT_TERMS
    standing = take("O*20", date(2026, 10, 12), calendar=other, count_by=count_by).count()
    assert standing.return_reached_on == date(2026, 11, 3)
    assert standing.removal_reached_on == date(2026, 11, 17)


@KNOWN_BY
def test_l28_n_corrected_to_i_starts_the_run_on_the_fourth_day(count_by: SchoolCalendar) -> None:
    before = take("P, N*3, O*9", count_by=count_by).count()
    after = take("P, I*3, O*9", count_by=count_by).count()
    assert (before.return_run, before.return_reached_on) == (12, date(2026, 9, 16))
    assert (after.return_run, after.return_reached_on) == (9, None)
    assert after.run_started_on == school_days(OPENS, 5)[-1]


def test_l37_a_boarder_has_no_runs_and_no_ledger() -> None:
    register = take("P, O*20")
    standing = register.count(boarder=True)
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (None, None, None)
    assert register.ledger(boarder=True) == ()


@pytest.mark.parametrize(
    ("code", "half"), [("H", Half.AM), ("J", Half.AM), ("Y", Half.PM), ("o", Half.AM), ("/", Half.PM)]
)
def test_l39_abolished_lower_case_and_misplaced_codes_are_rejected(code: str, half: Half) -> None:
    assert rejection(code, half, OPENS) is not None


# Rules of the fold that no numbered case covers


@KNOWN_BY
@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ("P, O*5, -, O*2", (7, 2, 8)),
        ("P, O*5, O:-, O*2", (8, 2, 8)),
        ("P, O*5, -:I, O*2", (2, 2, 8)),
        ("P, O*5, Q, O*2", (7, 2, 8)),
        ("P, O*5, X, O*2", (7, 2, 7)),
        ("P, O*5, Z, O*2", (7, 2, 7)),
        ("P, O*5, X:-, O*2", (7, 2, 8)),
        ("P, O*5, K, O*2", (2, 2, 8)),
        ("P, O*5, U:I, O*2", (2, 2, 2)),
        ("P, O*5, #:O, O*2", (8, 8, 8)),
        ("P, O*5, O:#, O*2", (8, 8, 8)),
        ("P, O*5, #:I, O*2", (2, 2, 8)),
        ("P, O*5, N:G, O*2", (8, 8, 8)),
        ("P, O*5, C2, O*2", (7, 2, 8)),
    ],
)
def test_mixed_blank_and_one_session_days(
    register: str, expected: tuple[int, int, int], count_by: SchoolCalendar
) -> None:
    standing = take(register, count_by=count_by).count()
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == expected


def test_with_terms_an_unreported_day_sets_the_removal_run_to_nothing() -> None:
    standing = take("P, O*5, ?, O*2").count()
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (7, 2, 7)


def test_without_terms_an_unreported_day_is_skipped_by_all_three_runs() -> None:
    standing = take("P, O*5, ?, O*2", count_by=WITHOUT_TERMS).count()
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (7, 7, 7)


def test_runs_do_not_start_again_with_the_year() -> None:
    standing = take("P, O*12", date(2027, 7, 13)).count()
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (12, 12, 12)
    assert standing.as_of == date(2027, 9, 8)


@pytest.mark.parametrize("half", Half)
def test_a_one_session_day_is_a_whole_school_day(half: Half) -> None:
    calendar = SchoolCalendar((*CALENDAR.periods, closure("2026-09-04", half)), CALENDAR.bank_holidays)
    standing = take("P, O*9", calendar=calendar).count()
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (9, 9, 9)


def test_outside_compulsory_age_the_statutory_runs_stand_still() -> None:
    born_on = date(2021, 10, 1)
    assert take("P, O*12").count(born_on=born_on).return_run == 0
    assert take("P, O*12").count(born_on=born_on).days_unseen == 12
    # Of compulsory school age on 31 December 2026: the first three days of absence lie before it.
    standing = take("P, O*3, O*4", date(2026, 12, 15)).count(born_on=born_on)
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (4, 4, 7)
    assert standing.run_started_on == date(2027, 1, 4)


def test_runs_stand_still_after_the_last_friday_of_june() -> None:
    standing = take("P, O*8", date(2027, 6, 21)).count(born_on=date(2011, 3, 1))
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (4, 4, 8)
    assert not standing.compulsory_age


def test_attending_outside_compulsory_age_leaves_the_statutory_runs_as_they_stood() -> None:
    register = take("P, O*4, P*3", date(2027, 6, 21))
    standing = register.count(born_on=date(2011, 3, 1))
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (4, 4, 0)
    assert standing.run_started_on == date(2027, 6, 22)


def test_counting_ends_the_day_before_removal() -> None:
    standing = take("P, O*9").count(removed_on=date(2026, 9, 8))
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (3, 3, 3)


def test_without_an_agreed_day_a_pupil_starts_on_the_first_mark_but_z() -> None:
    assert take("Z*4, O*3").ledger()[0].on == date(2026, 9, 8)
    assert take("-*2, Z*2, #, O*3").ledger()[0].on == date(2026, 9, 8)


def test_an_agreed_starting_day_comes_before_the_first_mark() -> None:
    standing = take("P*5, -*2, O*3").count(starting_on=date(2026, 9, 10))
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (3, 3, 4)
