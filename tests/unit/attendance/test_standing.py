"""What is derived from the runs: dates, faults, and what keeps a child's absence from counting."""

from datetime import date, timedelta

import pytest

from cme.attendance.calendar import SchoolCalendar
from cme.attendance.codes import Half
from cme.attendance.standing import Standing

from .build import CALENDAR, OPENS, WITHOUT_TERMS, inset, register_of, school_days, take

AM, PM = Half.AM, Half.PM
KNOWN_BY = pytest.mark.parametrize("count_by", [CALENDAR, WITHOUT_TERMS], ids=["terms entered", "no terms"])

# School days 0 to 39 from the day the school opens, to name a day by its place in a register.
DAYS = school_days(OPENS, 40)


def counted(register: str, first_on: date = OPENS, **place: object) -> Standing:
    return take(register, first_on).count(**place)


# The day a run began and the day it reached its threshold


def test_the_run_began_on_its_first_counted_day_of_a_mixed_absence() -> None:
    standing = counted("P, Y1*2, O*3, D, O")
    assert standing.run_started_on == DAYS[3]
    assert standing.return_run == 4


def test_nobody_absent_has_no_start_of_a_run() -> None:
    standing = counted("P, O*3, P")
    assert (standing.run_started_on, standing.return_reached_on, standing.removal_reached_on) == (None,) * 3


def test_the_return_was_reached_on_the_tenth_day_not_on_a_later_one() -> None:
    assert counted("P, O*9").return_reached_on is None
    assert counted("P, O*10").return_reached_on == DAYS[10]
    assert counted("P, O*15").return_reached_on == DAYS[10]
    assert counted("P, O*10, D*3").return_reached_on == DAYS[10]


def test_dates_speak_of_the_current_run_after_an_earlier_one() -> None:
    standing = counted("P, O*22, P, O*12")
    assert standing.run_started_on == DAYS[24]
    assert standing.return_reached_on == DAYS[33]
    assert standing.removal_reached_on is None


def test_an_earlier_run_leaves_no_date_behind_while_the_current_one_is_short() -> None:
    standing = counted("P, O*22, I, O*3")
    assert standing.run_started_on == DAYS[24]
    assert standing.return_reached_on is None
    assert standing.removal_reached_on is None


def test_removal_may_be_reached_later_than_the_return_of_the_same_absence() -> None:
    standing = counted("P, O*5, U, O*20")
    assert standing.return_reached_on == DAYS[10]
    assert standing.removal_reached_on == DAYS[26]


# N that nobody resolved


@KNOWN_BY
def test_n_is_overdue_from_the_fifth_school_day_after_it(count_by: SchoolCalendar) -> None:
    assert take("P, N, O*4", count_by=count_by).count().overdue_n == ()
    assert take("P, N, O*5", count_by=count_by).count().overdue_n == (DAYS[1],)


@KNOWN_BY
def test_n_before_half_term_waits_for_the_school_to_open_again(count_by: SchoolCalendar) -> None:
    thursday = date(2026, 10, 22)
    assert take("N, O*4", thursday, count_by=count_by).count().overdue_n == ()
    overdue = take("N, O*5", thursday, count_by=count_by).count()
    assert (overdue.as_of, overdue.overdue_n) == (date(2026, 11, 6), (thursday,))


def test_n_in_either_session_is_overdue_once_for_its_day() -> None:
    assert counted("P, N*2, N:O, O:N, O*5").overdue_n == tuple(DAYS[1:5])


def test_n_is_overdue_though_the_pupil_is_back() -> None:
    assert counted("P, N, P*5").overdue_n == (DAYS[1],)


def test_n_on_a_day_that_the_calendar_no_longer_holds_is_not_a_mark() -> None:
    late = SchoolCalendar((*CALENDAR.periods, inset("2026-09-03")), CALENDAR.bank_holidays)
    standing = take("P, N, O*6", count_by=late).count()
    assert standing.overdue_n == ()
    assert standing.return_run == 6


# Sickness


@pytest.mark.parametrize(
    ("register", "days"),
    [
        ("P, I*3, P, I*2", 5),
        ("P, I*3, I:M, I:P, /:I", 3),
        ("P, I, I:-, -:I", 1),
        ("P, I, I:#, #:I", 3),
        ("P, I, #*4, -*2", 1),
        ("P*4", 0),
    ],
)
def test_sickness_days_are_those_with_i_in_every_session_held(register: str, days: int) -> None:
    assert counted(register).sickness_days == days


def test_sickness_days_are_of_the_current_school_year() -> None:
    before_summer = take("P, I*5", date(2027, 7, 14))
    over_summer = take("P, I*5, I*2", date(2027, 7, 14))
    assert before_summer.count().sickness_days == 5
    assert over_summer.count().sickness_days == 2


# Ground H


def test_ground_h_counts_any_school_day_after_granted_leave() -> None:
    standing = counted("P, C*5, O*3, I, D, -", leave_ended_on=DAYS[4])
    assert standing.ground_h_days == 7
    assert not standing.leave_inferred


@pytest.mark.parametrize("code", ["C", "C1"])
def test_without_a_leave_record_leave_ended_on_the_last_day_marked_as_leave(code: str) -> None:
    standing = counted(f"P, {code}*5, O*10")
    assert standing.ground_h_days == 10
    assert standing.leave_inferred


def test_leave_of_one_session_infers_leave() -> None:
    assert counted("P, C:O, O*4").ground_h_days == 4


def test_a_part_time_timetable_is_no_leave() -> None:
    standing = counted("P, C2*5, O*10")
    assert standing.ground_h_days is None
    assert not standing.leave_inferred


@pytest.mark.parametrize("code", ["/:O", r"O:\ ", "L", "U", "V", "P:P", "W", "K", "B"])
def test_attending_after_leave_ends_the_ground_h_clock(code: str) -> None:
    assert counted(f"P, C*2, O*3, {code}, O*9").ground_h_days is None


def test_attending_before_leave_ended_does_not_stop_the_clock() -> None:
    assert counted("P, C, P, C, O*3").ground_h_days == 3


def test_attending_on_an_open_day_stops_the_ground_h_clock() -> None:
    assert take("P, C*2, O*10", open_day="/").count().ground_h_days is None


@pytest.mark.parametrize("leave_ended_on", [DAYS[3], DAYS[20]])
def test_leave_that_is_still_running_has_no_days_after_it(leave_ended_on: date) -> None:
    assert counted("P, C*3", leave_ended_on=leave_ended_on).ground_h_days == 0


def test_leave_marked_on_an_open_day_has_no_days_after_it() -> None:
    assert take("P, O*3", open_day="C").count().ground_h_days == 0


def test_the_ground_h_clock_runs_in_school_days_across_half_term() -> None:
    standing = counted("P, C, O*5", date(2026, 10, 22))
    assert standing.as_of == date(2026, 11, 9)
    assert standing.ground_h_days == 5


# Last attended, last seen


@pytest.mark.parametrize("code", ["/:O", r"O:\ ", "L", "U", "V", "P:P", "W", "K", "B"])
def test_attendance_and_activities_count_as_attended(code: str) -> None:
    assert counted(f"P, O*2, {code}, O").last_attended_on == DAYS[3]


@pytest.mark.parametrize("code", ["C", "C1", "C2", "E", "I", "D", "Q", "Y1", "X", "Z", "#", "-", "G", "N"])
def test_absence_does_not_count_as_attended(code: str) -> None:
    standing = counted(f"P, O*2, {code}, O")
    assert standing.last_attended_on == DAYS[0]
    assert standing.last_seen_on == DAYS[0]


@pytest.mark.parametrize("code", ["K", "B"])
def test_education_elsewhere_is_attended_but_nobody_at_school_saw_the_child(code: str) -> None:
    standing = counted(f"P, {code}*3")
    assert standing.last_attended_on == DAYS[3]
    assert standing.last_seen_on == DAYS[0]
    assert standing.days_unseen == 3


def test_an_open_day_updates_last_attended_and_leaves_the_runs() -> None:
    standing = take("P, O*9", open_day="/").count()
    assert standing.as_of == DAYS[9]
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (9, 9, 9)
    assert standing.last_attended_on == DAYS[10]
    assert standing.last_seen_on == DAYS[10]


def test_marks_after_a_chosen_day_update_last_attended_and_leave_the_runs() -> None:
    standing = take("P, O*4, P*3", as_of=DAYS[4]).count()
    assert (standing.as_of, standing.return_run) == (DAYS[4], 4)
    assert standing.last_attended_on == DAYS[7]


def test_nobody_who_never_came_has_a_last_attended_day() -> None:
    standing = counted("O*5", starting_on=OPENS)
    assert (standing.last_attended_on, standing.last_seen_on) == (None, None)


def test_a_sighting_is_last_seen_and_ends_days_unseen_alone() -> None:
    standing = counted("P, O*8", sightings=frozenset({DAYS[5]}))
    assert standing.last_seen_on == DAYS[5]
    assert standing.last_attended_on == DAYS[0]
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (8, 8, 3)


def test_a_mark_later_than_a_sighting_is_last_seen() -> None:
    assert counted("P*4", sightings=frozenset({DAYS[1]})).last_seen_on == DAYS[3]


def test_a_sighting_at_the_weekend_ends_days_unseen() -> None:
    friday = DAYS[2]
    saturday = friday + timedelta(days=1)
    assert friday.weekday() == 4
    assert counted("P, O*4", sightings=frozenset({saturday})).days_unseen == 2


def test_a_sighting_after_the_last_school_day_ends_days_unseen() -> None:
    saturday = DAYS[2] + timedelta(days=1)
    standing = take("P, O*2, P", as_of=saturday).count(sightings=frozenset({saturday}))
    assert standing.days_unseen == 0
    assert standing.return_run == 2


def test_a_sighting_after_as_of_leaves_days_unseen() -> None:
    assert counted("P, O*3", sightings=frozenset({DAYS[9]})).days_unseen == 3


def test_a_sighting_after_removal_leaves_the_runs_as_they_ended() -> None:
    standing = counted("P, O*9", removed_on=DAYS[4], sightings=frozenset({DAYS[6]}))
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (3, 3, 3)


# What keeps an absence from counting towards removal


def test_an_unmarked_session_is_named_with_its_day_and_half() -> None:
    standing = counted("P*46, O*3, -:O, O:-, O", date(2026, 9, 2))
    days = school_days(OPENS, 51)
    assert standing.removal_blocked_by == (f"unmarked {days[49]} AM", f"unmarked {days[50]} PM")


def test_a_session_of_12_november_is_named_as_people_read_dates() -> None:
    assert counted("P, O*2, -:O, O", date(2026, 11, 9)).removal_blocked_by == ("unmarked 2026-11-12 AM",)
    assert counted("P, O*2, O:C2, O", date(2026, 11, 9)).removal_blocked_by == ("C2 2026-11-12 PM",)
    assert counted("P, O*2, Y7, O", date(2026, 11, 9)).removal_blocked_by == (
        "Y7 2026-11-12 AM",
        "Y7 2026-11-12 PM",
    )


@KNOWN_BY
def test_an_unreported_day_inside_the_run_is_named(count_by: SchoolCalendar) -> None:
    standing = take("P, O*2, ?, O", date(2026, 11, 9), count_by=count_by).count()
    assert standing.removal_blocked_by == ("not reported 2026-11-12",)


@KNOWN_BY
def test_an_unreported_day_before_the_absence_is_not_named(count_by: SchoolCalendar) -> None:
    assert take("P*3, ?, P, O*3", count_by=count_by).count().removal_blocked_by == ()
    assert take("P*3, ?, O*3", count_by=count_by).count().removal_blocked_by == ()


def test_without_terms_an_unreported_day_is_named_however_long_the_run() -> None:
    standing = take("P, O*2, ?, O*25", count_by=WITHOUT_TERMS).count()
    assert standing.removal_run == 27
    assert standing.removal_blocked_by == (f"not reported {DAYS[3]}",)


def test_without_terms_half_term_inside_a_run_is_not_reported() -> None:
    standing = take("P, O*4", date(2026, 10, 22), count_by=WITHOUT_TERMS).count()
    assert standing.return_run == 4
    assert standing.removal_blocked_by == (
        *(f"not reported 2026-10-{day}" for day in range(26, 31)),
        "not reported 2026-11-02",
    )


def test_codes_are_named_for_the_last_twenty_school_days() -> None:
    assert counted("P, O:C2, O*19").removal_blocked_by == (f"C2 {DAYS[1]} PM",)
    assert counted("P, O:C2, O*20").removal_blocked_by == ()


@pytest.mark.parametrize("code", ["U", "D", "I", "C1", "E", "X", "Y7", "Q"])
def test_every_code_but_g_n_and_o_is_named(code: str) -> None:
    standing = counted(f"P, O*2, {code}:O, O")
    assert standing.removal_blocked_by == (f"{code} {DAYS[3]} AM",)


def test_what_lies_before_a_day_of_late_arrival_and_leave_is_still_named() -> None:
    standing = counted("P, I, U:I, O*3")
    assert standing.removal_blocked_by == (
        f"I {DAYS[1]} AM",
        f"I {DAYS[1]} PM",
        f"U {DAYS[2]} AM",
        f"I {DAYS[2]} PM",
    )


@pytest.mark.parametrize("register", ["P, O*5", "P, G*5, N*5", "P, O*5, #, O", "P, O*5, O:#, #:N"])
def test_an_absence_of_g_n_and_o_is_blocked_by_nothing(register: str) -> None:
    assert counted(register).removal_blocked_by == ()


def test_attending_clears_what_blocked_the_absence_before() -> None:
    assert counted("P, O*2, -, P, O*3").removal_blocked_by == ()
    assert counted("P, O*2, -, P").removal_blocked_by == ()
    assert counted("P, O*2, -, K, O*3").removal_blocked_by == ()


def test_nothing_is_named_where_no_run_has_begun() -> None:
    assert counted("P, X*3").removal_blocked_by == ()


# School days without a full set of marks


def test_school_days_without_a_full_set_of_marks_since_the_pupil_last_attended() -> None:
    standing = counted("P, -, P, O*2, O:-, O, ?, O")
    assert standing.unmarked_on == (DAYS[5], DAYS[7])


def test_unmarked_days_of_a_no_show_are_counted_from_the_starting_day() -> None:
    assert counted("-*2, O*3", starting_on=OPENS).unmarked_on == (DAYS[0], DAYS[1])


def test_a_day_attended_in_part_is_not_unmarked_since_the_pupil_attended() -> None:
    assert counted("P, O, /:-, O").unmarked_on == ()


def test_a_closed_session_is_not_unmarked() -> None:
    assert counted("P, O:#, #, O").unmarked_on == ()


# Nothing to count


def test_a_pupil_without_marks_stands_at_nothing() -> None:
    classmate = [(OPENS, AM, "/"), (OPENS, PM, "\\")]
    standing = register_of([], classmate).count()
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (0, 0, 0)
    assert (standing.as_of, standing.last_attended_on) == (OPENS, None)


def test_a_pupil_who_starts_after_as_of_stands_at_nothing() -> None:
    standing = counted("P, O*3", starting_on=DAYS[20])
    assert (standing.return_run, standing.removal_run, standing.days_unseen) == (0, 0, 0)


def test_a_school_that_submitted_nothing_gives_no_day_to_stand_on() -> None:
    assert register_of([]).count() == Standing()


@pytest.mark.parametrize(
    ("born_on", "of_age"), [(None, True), (date(2016, 5, 5), True), (date(2022, 2, 1), False)]
)
def test_compulsory_age_is_that_on_as_of(born_on: date | None, of_age: bool) -> None:
    assert counted("P, O*3", born_on=born_on).compulsory_age is of_age
