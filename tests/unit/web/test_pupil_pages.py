"""Pupils in lists and on their own page."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cme.attendance.standing import Standing
from cme.store.pupils import RollPart
from cme.web.presenters import pupils as present

STANDING = Standing(
    as_of=date(2026, 11, 19),
    return_run=11,
    removal_run=9,
    days_unseen=11,
    run_started_on=date(2026, 11, 5),
    return_reached_on=date(2026, 11, 18),
    last_seen_on=date(2026, 11, 4),
    last_attended_on=date(2026, 11, 4),
)


def registration(key: int = 1, **about: Any) -> SimpleNamespace:
    pupil = {"surname": "Birch", "forename": "Ben", "born_on": date(2014, 5, 4), "upn": None}
    given = {"class_name": "8B", "year_group": "8", "admission_number": "12"}
    pupil |= {name: about.pop(name) for name in list(about) if name in pupil}
    return SimpleNamespace(id=key, pupil=SimpleNamespace(**pupil), **(given | about))


def test_namesakes_are_told_apart_by_birth_date_or_number() -> None:
    found = present.list_names(
        [
            registration(1),
            registration(2, born_on=None, admission_number="7"),
            registration(3, surname="Cole"),
        ]
    )
    assert found == {
        1: "Birch, Ben (born 4 May 2014)",
        2: "Birch, Ben (admission number 7)",
        3: "Cole, Ben",
    }


def test_a_pupil_without_a_name_is_still_listed() -> None:
    assert present.listed_name(registration(surname="", forename="").pupil) == "No name given"


def test_identity_says_what_is_not_given() -> None:
    text = present.identity(
        registration(born_on=None, admission_number=None), "Alder Grove", date(2026, 11, 20)
    )
    assert text == "Date of birth not given; UPN not given; 8B, Alder Grove"


@pytest.mark.parametrize(
    ("group", "said"),
    [("8", "Year 8"), ("R", "Year R"), ("Year 8", "Year 8"), ("Reception", "Reception"), (None, "")],
)
def test_the_year_group_stands_in_for_a_class(group: str | None, said: str) -> None:
    assert present.class_name(registration(class_name="", year_group=group)) == said


@pytest.mark.parametrize(
    ("days", "threshold", "tone"),
    [(0, 10, ""), (3, 10, "warn"), (9, 10, "warn"), (10, 10, "alert"), (10, 20, "warn")],
)
def test_a_run_turns_amber_at_three_and_red_at_its_threshold(days: int, threshold: int, tone: str) -> None:
    bar = present.run_bar(days, threshold)
    assert bar is not None
    assert bar["tone"] == tone


def test_each_run_says_what_it_means() -> None:
    return_, removal, unseen = present.figures(STANDING)
    assert return_["note"] == (
        "Absent without authority since Thu 5 Nov 2026 (codes G, N, O or U). "
        "Reached day 10 on Wed 18 Nov 2026."
    )
    assert removal["note"] == "Every session G, N or O. 11 school days short of 20."
    assert unseen["note"] == "Somebody at school last saw the child on Wed 4 Nov 2026."
    assert [figure["tone"] for figure in (return_, removal, unseen)] == ["alert", "warn", "alert"]


def test_twenty_days_are_not_a_removal() -> None:
    standing = replace(STANDING, removal_run=20, removal_reached_on=date(2026, 11, 19))
    assert present.figures(standing)[1]["note"] == (
        "Reached day 20 on Thu 19 Nov 2026. This removes nobody: the child stays on roll until every legal "
        "condition is met."
    )


def test_a_boarder_is_not_counted() -> None:
    boarder = Standing(return_run=None, removal_run=None, days_unseen=None)
    assert {figure["number"] for figure in present.figures(boarder)} == {"Not counted"}
    assert present.run_bar(None, 10) is None


def test_what_holds_removal_back_is_said_by_day() -> None:
    standing = replace(
        STANDING,
        removal_blocked_by=(
            "I 2026-11-11 AM",
            "I 2026-11-11 PM",
            "unmarked 2026-11-13 PM",
            "not reported 2026-11-16",
        ),
    )
    assert present.blocks(standing) == [
        "Mon 16 Nov 2026: no register",
        "Fri 13 Nov 2026, PM: no mark",
        "Wed 11 Nov 2026, AM and PM: code I",
    ]


def test_two_things_in_the_way_on_one_day_are_said_one_by_one() -> None:
    standing = replace(STANDING, removal_blocked_by=("C2 2026-11-12 AM", "unmarked 2026-11-12 PM"))
    assert present.blocks(standing) == ["Thu 12 Nov 2026, AM: code C2", "Thu 12 Nov 2026, PM: no mark"]


@pytest.mark.parametrize(
    ("name", "part"), [(None, RollPart.ALL), ("ten_days", RollPart.TEN_DAYS), ("drop table", RollPart.ALL)]
)
def test_an_unknown_part_is_the_whole_roll(name: str | None, part: RollPart) -> None:
    assert present.part_named(name) is part
