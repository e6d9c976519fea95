"""What goes on in a holiday, and who may be named to answer for it."""

from dataclasses import replace
from datetime import date

import pytest

from cme.attendance.holidays import Holiday
from cme.casework.cover import IN_HOLIDAYS, clocks_in_holidays, cover_faults, dues_round
from cme.casework.deadlines import Deadline
from cme.casework.policy.clocks import Unit
from cme.casework.policy.pack import load_pack

CHRISTMAS = Holiday(date(2026, 12, 18), date(2027, 1, 5))
PACK = load_pack("darlington")


def due(on: date) -> Deadline:
    return Deadline(on, "Review again", "date set by the DSL")


def test_what_clocks_of_every_unit_do_in_a_holiday_is_said() -> None:
    assert set(IN_HOLIDAYS) == set(Unit)


def test_school_days_stand_still_and_the_rest_runs_on() -> None:
    found = clocks_in_holidays(PACK)
    assert "dsl_review" in found[IN_HOLIDAYS[Unit.SCHOOL_DAY]]
    assert "acknowledge" in found[IN_HOLIDAYS[Unit.WORKING_DAY]]
    assert "untouched_holiday" in found[IN_HOLIDAYS[Unit.CALENDAR_DAY]]
    assert "fast_track" in found[IN_HOLIDAYS[Unit.HOUR]]


@pytest.mark.parametrize("is_on", [True, False])
def test_clocks_of_missing_children_are_shown_where_the_area_runs_them(is_on: bool) -> None:
    pack = replace(PACK, missing=replace(PACK.missing, missing_now_enabled=is_on))
    assert ("missing_any_age" in clocks_in_holidays(pack)[IN_HOLIDAYS[Unit.HOUR]]) == is_on


def test_what_is_due_is_told_apart_by_the_holiday() -> None:
    days = [date(2026, 12, 18), date(2026, 12, 19), date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 6)]
    found = dues_round(CHRISTMAS, map(due, days))
    assert [each.due_on for each in found.before] == days[:1]
    assert [each.due_on for each in found.within] == days[1:3]
    assert [each.due_on for each in found.back] == days[3:4]


def test_without_a_later_term_all_that_comes_lies_in_the_holiday() -> None:
    found = dues_round(Holiday(date(2027, 7, 20), None), [due(date(2027, 9, 1))])
    assert (len(found.within), found.back) == (1, ())


@pytest.mark.parametrize("phone", ["01632 960 001", "+44 (0)1632 960001", "07700900123", "(01632) 960-001"])
def test_a_phone_number_may_be_written_as_people_write_it(phone: str) -> None:
    assert cover_faults("Sam Field, deputy head", phone) == ()


@pytest.mark.parametrize(
    ("name", "phone", "fields"),
    [
        ("", "", ["name", "phone"]),
        ("Sam Field", "none", ["phone"]),
        ("Sam Field", "999", ["phone"]),
        ("x" * 121, "07700900123", ["name"]),
    ],
)
def test_both_are_needed(name: str, phone: str, fields: list[str]) -> None:
    assert [field for field, _ in cover_faults(name, phone)] == fields
