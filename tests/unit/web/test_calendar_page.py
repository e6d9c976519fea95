"""A calendar in words and in months."""

from datetime import date

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.attendance.codes import Half
from cme.services.calendars import Days, MarkedDay
from cme.web.presenters import calendar as present

TERM = Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18), "Autumn")
CALENDAR = SchoolCalendar(
    (
        TERM,
        Period(PeriodKind.INSET, date(2026, 11, 2), date(2026, 11, 2)),
        Period(PeriodKind.CLOSURE, date(2026, 11, 3), date(2026, 11, 3), "Snow"),
        Period(PeriodKind.CLOSURE, date(2026, 11, 4), date(2026, 11, 4), "Snow", Half.AM),
    ),
    frozenset({date(2026, 12, 25)}),
)
TODAY = date(2026, 11, 5)


def days(
    *, lost: tuple[date, ...] = (), gained: tuple[date, ...] = (), halved: tuple[date, ...] = ()
) -> Days:
    return Days(lost, gained, halved, was_planned=True, is_planned=True)


def test_each_kind_of_day_is_told_apart_in_its_month() -> None:
    months = present.year_page(CALENDAR, 2026, TODAY)["months"]
    assert [month["name"] for month in (months[0], months[11])] == ["September 2026", "August 2027"]
    first_week = months[2]["weeks"][0]
    assert [day["tone"] for day in first_week] == ["inset", "closure", "half", "held", "held"]
    assert [day["is_today"] for day in first_week] == [False, False, False, True, False]
    assert months[3]["weeks"][3][4]["tone"] == "bank"
    assert months[5]["weeks"][0] == [
        {"day": number, "tone": "out", "text": "Not in term", "is_today": False} for number in range(1, 6)
    ]


def test_a_month_that_begins_in_the_week_leaves_the_days_before_empty() -> None:
    (first_week, *_) = present.year_page(CALENDAR, 2026, TODAY)["months"][3]["weeks"]
    assert [day and day["day"] for day in first_week] == [None, 1, 2, 3, 4]


def test_a_year_is_totalled_in_days_and_sessions() -> None:
    page = present.year_page(CALENDAR, 2026, TODAY)
    assert page["total"] == "33 school days, 65 sessions"
    assert present.year_page(CALENDAR, 2027, TODAY)["total"] == ""


def test_days_that_change_are_named_as_stretches_that_bridge_weekends() -> None:
    lost = (date(2026, 11, 12), date(2026, 11, 13), date(2026, 11, 16), date(2026, 12, 4))
    assert present.days_in_words(days(lost=lost), is_done=False) == [
        "4 dates would stop being school days: Thu 12 to Mon 16 Nov 2026 and Fri 4 Dec 2026."
    ]


def test_what_was_done_is_said_in_the_past() -> None:
    on = (date(2026, 11, 12),)
    assert present.days_in_words(days(lost=on, gained=on, halved=on), is_done=True) == [
        "1 date stopped being a school day: Thu 12 Nov 2026.",
        "1 date became a school day: Thu 12 Nov 2026.",
        "1 date changed in one half of the day: Thu 12 Nov 2026.",
    ]


def test_nothing_that_changes_is_said_too() -> None:
    assert present.days_in_words(days(), is_done=False) == ["No school day changes."]


def test_a_calendar_that_comes_or_goes_is_said_instead_of_days() -> None:
    comes, goes = Days((), (), (), False, True), Days((), (), (), True, False)
    assert "would be counted by these terms" in present.days_in_words(comes, is_done=False)[0]
    assert "is now counted by what its registers show" in present.days_in_words(goes, is_done=True)[0]


def test_only_the_first_days_with_marks_are_named() -> None:
    marked = [MarkedDay(date(2026, 11, number), number) for number in range(1, 13)]
    said = present.marked_in_words(marked)
    assert said[0] == "Sun 1 Nov 2026: 1 pupil with marks"
    assert said[-1] == "2 more days with marks"
    assert len(said) == present.MOST_MARKED + 1


def test_an_address_may_ask_for_any_year_that_could_be() -> None:
    asked = [present.year_asked(given, TODAY) for given in ("2025", None, "", "x", "9999", "²026")]
    assert asked == [2025, 2026, 2026, 2026, 2026, 2026]
