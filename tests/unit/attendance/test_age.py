"""Compulsory school age: Education Act 1996 s.8 and the school leaving date."""

from datetime import date, timedelta

import pytest

from cme.attendance.age import age_on, compulsory_age


@pytest.mark.parametrize(
    ("born_on", "first_on"),
    [
        (date(2021, 1, 1), date(2026, 3, 31)),
        (date(2021, 3, 31), date(2026, 3, 31)),
        (date(2021, 4, 1), date(2026, 8, 31)),
        (date(2021, 8, 31), date(2026, 8, 31)),
        (date(2021, 9, 1), date(2026, 12, 31)),
        (date(2021, 12, 31), date(2026, 12, 31)),
        (date(2022, 1, 1), date(2027, 3, 31)),
    ],
)
def test_it_starts_on_the_first_of_three_days_on_or_after_the_fifth_birthday(
    born_on: date, first_on: date
) -> None:
    assert compulsory_age(born_on).first_on == first_on


@pytest.mark.parametrize(
    ("born_on", "last_on"),
    [
        (date(2009, 9, 1), date(2026, 6, 26)),
        (date(2010, 1, 15), date(2026, 6, 26)),
        (date(2010, 6, 27), date(2026, 6, 26)),
        (date(2010, 8, 31), date(2026, 6, 26)),
        (date(2010, 9, 1), date(2027, 6, 25)),
        (date(2011, 8, 31), date(2027, 6, 25)),
        (date(2011, 9, 1), date(2028, 6, 30)),
        (date(2012, 8, 31), date(2028, 6, 30)),
        (date(2012, 12, 31), date(2029, 6, 29)),
    ],
)
def test_it_ends_on_the_last_friday_of_june_of_the_leaving_year(born_on: date, last_on: date) -> None:
    assert compulsory_age(born_on).last_on == last_on


def test_a_child_born_on_29_february_has_the_birthday_on_1_march() -> None:
    assert compulsory_age(date(2020, 2, 29)) == (date(2025, 3, 31), date(2036, 6, 27))
    assert age_on(date(2020, 2, 29), date(2025, 2, 28)) == 4
    assert age_on(date(2020, 2, 29), date(2025, 3, 1)) == 5


def test_every_leaving_day_is_a_friday_in_the_last_week_of_june() -> None:
    for year in range(1990, 2040):
        last_on = compulsory_age(date(year, 1, 1)).last_on
        assert (last_on.year, last_on.month, last_on.weekday()) == (year + 16, 6, 4)
        assert last_on + timedelta(days=7) > date(year + 16, 6, 30)


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2026, 11, 21), 9), (date(2026, 11, 22), 10), (date(2016, 11, 22), 0), (date(2027, 1, 1), 10)],
)
def test_age_is_in_completed_years(on: date, age: int) -> None:
    assert age_on(date(2016, 11, 22), on) == age
