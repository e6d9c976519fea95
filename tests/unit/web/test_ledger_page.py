"""The ledger of a pupil as a picture and as a table."""

from datetime import date, timedelta

import pytest

from cme.attendance.calendar import SchoolCalendar, register_days
from cme.attendance.codes import Half
from cme.attendance.ledger import LedgerDay, ledger
from cme.attendance.lines import Coverage
from cme.attendance.runs import Place
from cme.web.presenters import ledger as present
from tests.marks import from_marks

MONDAY = date(2026, 11, 2)


def days_of(*codes: tuple[str, str]) -> tuple[LedgerDay, ...]:
    """The ledger of a pupil from a Monday on, a classmate being there every day."""
    dates, on = [], MONDAY
    while len(dates) < len(codes):
        if on.weekday() < 5:
            dates.append(on)
        on += timedelta(days=1)
    halves = (Half.AM, Half.PM)
    own = from_marks(
        (on, half, mark)
        for on, pair in zip(dates, codes, strict=True)
        for half, mark in zip(halves, pair, strict=True)
    )
    classmate = from_marks((on, half, code) for on in dates for half, code in zip(halves, "/\\", strict=True))
    coverage = Coverage()
    coverage.add(own)
    coverage.add(classmate)
    return ledger(own, register_days(SchoolCalendar(), coverage), Place(starting_on=MONDAY))


PRESENT, ABSENT = ("/", "\\"), ("O", "O")


def test_weeks_come_newest_first_and_name_the_days_of_the_present_run() -> None:
    weeks = present.weeks(days_of(PRESENT, PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, ABSENT))
    assert [week["label"] for week in weeks] == [
        "9 to 13 Nov: days 3 to 4",
        "2 to 6 Nov: days 1 to 2",
    ]
    assert weeks[0]["days"][2:] == [None, None, None]


def test_a_run_that_ended_is_not_numbered() -> None:
    (week,) = present.weeks(days_of(ABSENT, ABSENT, PRESENT))
    assert week["label"] == "2 to 6 Nov"


def test_one_day_is_not_a_stretch() -> None:
    (week,) = present.weeks(days_of(PRESENT, ABSENT))
    assert week["label"] == "2 to 6 Nov: day 1"


@pytest.mark.parametrize(
    ("am", "pm", "effects"),
    [
        ("O", "O", ("counted", "counted")),
        ("/", "O", ("sighting", "skipped")),
        ("U", "O", ("counted", "counted")),
        ("I", "I", ("broke", "broke")),
        ("Y2", "Y2", ("skipped", "skipped")),
        ("", "O", ("unknown", "counted")),
        ("", "", ("unknown", "unknown")),
    ],
)
def test_a_mark_is_drawn_as_what_it_did(am: str, pm: str, effects: tuple[str, str]) -> None:
    (day,) = days_of((am, pm))
    assert (present.mark_effect(day, am), present.mark_effect(day, pm)) == effects


def test_a_session_that_was_not_held_is_drawn_as_such() -> None:
    (day,) = days_of(PRESENT)
    assert present.mark_effect(day, "#") == "not-held"


def test_rows_come_newest_first_with_the_runs_after_each_day() -> None:
    rows = present.rows(days_of(PRESENT, ABSENT, ABSENT))
    assert [row["on"] for row in rows] == ["Wed 4 Nov 2026", "Tue 3 Nov 2026", "Mon 2 Nov 2026"]
    assert rows[0]["return_"] == {"effect": "Counted", "run": 2}
    assert rows[2]["return_"] == {"effect": "No run", "run": 0}


def test_a_return_sets_a_run_back_in_words() -> None:
    rows = present.rows(days_of(ABSENT, PRESENT))
    assert rows[0]["return_"] == {"effect": "Back to 0", "run": 0}


def test_only_the_last_days_are_shown_unless_all_are_asked_for() -> None:
    days = days_of(*[PRESENT] * (present.SHOWN_DAYS + 5))
    page = present.ledger_page(days, show_all=False)
    assert (len(page["rows"]), page["shown"], page["total"]) == (60, 60, 65)
    assert len(present.ledger_page(days, show_all=True)["rows"]) == 65


def test_a_pupil_of_whom_nothing_is_counted_has_an_empty_ledger() -> None:
    assert present.ledger_page((), show_all=False) == {
        "weeks": [],
        "rows": [],
        "closed": "",
        "total": 0,
        "shown": 0,
    }


def test_weekdays_that_are_no_school_days_are_told_over_weekends_and_one_by_one() -> None:
    days = days_of(*[PRESENT] * 15)
    ninth, holiday = date(2026, 11, 11), {date(2026, 11, 13), date(2026, 11, 16)}
    open_days = [day for day in days if day.on not in {ninth, *holiday}]
    assert present.closed_days(open_days) == (
        "Wed 11 Nov 2026 and Fri 13 to Mon 16 Nov 2026: not school days, all runs wait."
    )


def test_a_weekend_is_not_told() -> None:
    assert present.closed_days(days_of(*[PRESENT] * 10)) == ""


def test_only_days_between_those_shown_are_told() -> None:
    days = [day for day in days_of(*[PRESENT] * 10) if day.on != date(2026, 11, 4)]
    assert present.closed_days(days, last=3) == ""


def test_a_week_of_another_year_names_it() -> None:
    weeks = present.weeks(days_of(*[PRESENT] * 45))
    assert (weeks[0]["label"], weeks[-1]["label"]) == ("28 Dec to 1 Jan 2027", "2 to 6 Nov 2026")
