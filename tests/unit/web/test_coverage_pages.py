"""Which school days have a register, in words."""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from cme.attendance.codes import Half
from cme.attendance.coverage import PartDay, RegisterCoverage
from cme.web.presenters import coverage as present
from cme.web.presenters.coverage import Part

THURSDAY, FRIDAY, MONDAY = date(2026, 11, 12), date(2026, 11, 13), date(2026, 11, 16)
MANY = tuple(THURSDAY + timedelta(days=7 * week) for week in range(6))


@pytest.fixture(autouse=True)
def links() -> Iterator[None]:
    """The addresses that the pages lead to."""
    app = Flask("links")
    app.add_url_rule("/schools/", "school.list_schools")
    app.add_url_rule("/schools/<laestab>/", "school.show")
    app.add_url_rule("/schools/<laestab>/uploads", "school.list_uploads")
    with app.test_request_context():
        yield


def covered(
    *missing: date, name: str = "Alder Grove", partial: tuple[PartDay, ...] = (), **about: Any
) -> SimpleNamespace:
    registers = RegisterCoverage(40, FRIDAY, missing, partial)
    school = SimpleNamespace(name=name, laestab="8412001")
    given = {"is_counted": True, "has_calendar": True, "waiting": 0, "coverage": registers}
    return SimpleNamespace(school=school, **(given | about))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([FRIDAY], "Fri 13 November"),
        ([THURSDAY, FRIDAY], "Thu 12 and Fri 13 November"),
        ([date(2026, 10, 30), MONDAY], "Fri 30 October and Mon 16 November"),
        ([date(2026, 10, 29), date(2026, 10, 30), MONDAY], "Thu 29, Fri 30 October and Mon 16 November"),
    ],
)
def test_days_name_each_month_once(days: list[date], words: str) -> None:
    assert present.days_listed(days) == words


def test_many_days_are_said_by_their_first_and_last() -> None:
    assert present.days_in_short(MANY) == "6 school days between Thu 12 November and Thu 17 December"
    found = present.summary(covered(*MANY))
    assert found["missing"] == f"No register for {present.days_in_short(MANY)}."
    assert found["months"] == ["Thu 12, Thu 19 and Thu 26 November", "Thu 3, Thu 10 and Thu 17 December"]


@pytest.mark.parametrize(
    ("missing", "heading", "tone"),
    [
        ((FRIDAY,), "Upload the register", "warn"),
        ((THURSDAY, FRIDAY), "Upload the registers that are missing", "alert"),
    ],
)
def test_missing_registers_are_asked_for_by_their_days(
    missing: tuple[date, ...], heading: str, tone: str
) -> None:
    (action,) = present.actions(covered(*missing), "8412001")
    assert (action["heading"], action["tone"]) == (heading, tone)
    assert action["why"].startswith(f"No register for {present.days_listed(missing)} (")
    assert action["href"] == "/schools/8412001/uploads"


def test_a_register_in_part_says_which_half_and_which_classes() -> None:
    parts = (
        PartDay(THURSDAY, Half.PM, ("9A", "9B")),
        PartDay(FRIDAY, Half.PM, ()),
        PartDay(MONDAY, None, ("9A", "9B")),
    )
    assert present.summary(covered(partial=parts))["partial"] == [
        "Nobody has a mark for the afternoon of Thu 12 and Fri 13 November.",
        "No marks at all for classes 9A and 9B on Thu 12 and Mon 16 November.",
    ]
    (action,) = present.actions(covered(partial=parts), "8412001")
    assert action["heading"] == "Complete the register of 3 school days"


def test_whoever_is_asked_to_upload_does_not_read_the_same_twice() -> None:
    parts = [PartDay(THURSDAY, Half.PM, ()), PartDay(FRIDAY, Half.AM, ()), PartDay(MONDAY, None, ("9A",))]
    few = covered(THURSDAY, partial=tuple(parts[:2]))
    assert not any(present.summary(few, is_asked=True).values())
    assert all(present.summary(few)[name] for name in ("missing", "partial"))
    many = covered(partial=tuple(parts))
    assert len(present.summary(many, is_asked=True)["partial"]) == 3
    (action,) = present.actions(many, "8412001")
    assert action["why"].endswith("There is more below.")


def test_a_school_without_a_gap_is_told_so_and_asked_for_nothing() -> None:
    assert present.summary(covered())["empty"] == "Every school day has its register."
    assert present.actions(covered(), "8412001") == []


def test_a_school_before_its_first_register_is_told_nothing() -> None:
    found = present.summary(covered(coverage=RegisterCoverage()))
    assert not any(found.values())


def test_the_school_with_most_days_missing_comes_first_and_all_are_added_up() -> None:
    schools = [
        covered(FRIDAY, name="Beech"),
        covered(name="Alder"),
        covered(THURSDAY, FRIDAY, name="Cedar", waiting=1),
    ]
    found = present.list_of_schools(schools, Part.ALL)
    assert [row["name"] for row in found["rows"]] == ["Cedar", "Beech", "Alder"]
    assert found["caption"] == "3 schools, 3 school days without a register"
    waiting = present.list_of_schools(schools, Part.WAITING)
    assert [row["name"] for row in waiting["rows"]] == ["Cedar"]
    assert [part["text"] for part in waiting["parts"]] == [
        "All schools (3)",
        "Days without a register (2)",
        "Registers in part (0)",
        "Uploads waiting (1)",
        "No register yet (0)",
    ]


@pytest.mark.parametrize(("name", "part"), [(None, Part.ALL), ("missing", Part.MISSING), ("x", Part.ALL)])
def test_an_unknown_part_is_every_school(name: str | None, part: Part) -> None:
    assert present.part_named(name) is part


@pytest.mark.parametrize("part", [each for each in Part if each is not Part.ALL])
def test_a_part_with_nothing_in_it_says_so(part: Part) -> None:
    found = present.list_of_schools([covered()], part)
    assert found["rows"] == []
    assert found["empty"].endswith(".")


def test_a_school_without_term_dates_lacks_the_days_that_its_own_page_names() -> None:
    unplanned = covered(*MANY, name="Cedar", has_calendar=False)
    page = present.list_of_schools([covered(FRIDAY, name="Alder"), unplanned], Part.ALL)
    number = len(MANY)
    assert page["caption"] == f"2 schools, {number + 1} school days without a register"
    assert [(row["name"], row["missing"]) for row in page["rows"]] == [("Cedar", str(number)), ("Alder", "1")]
    assert f"{number} school days" in present.actions(unplanned, "8412001")[0]["why"]
    assert page["rows"][0]["days"].endswith(". No term dates: holidays may be among them")
    (row,) = present.list_of_schools([unplanned], Part.MISSING)["rows"]
    assert row["tone"] == "overdue"
