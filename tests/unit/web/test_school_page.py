"""What needs doing at a school today."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from cme.casework.deadlines import DUTIES
from cme.casework.outcomes import Side
from cme.web.presenters import school as present

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def links() -> Iterator[None]:
    """The addresses that actions lead to."""
    app = Flask("links")
    app.add_url_rule("/cases/<case_reference>", "cases.show")
    app.add_url_rule("/schools/<laestab>/uploads", "school.list_uploads")
    app.add_url_rule("/schools/<laestab>/pupils", "school.roll")
    with app.test_request_context():
        yield


def case(**about: Any) -> SimpleNamespace:
    pupil = SimpleNamespace(forename="Ben", surname="Birch")
    registration = SimpleNamespace(pupil=pupil, return_run=11, last_attended_on=date(2026, 11, 4))
    given = {
        "reference": "CME-26-0001", "stage": "referral_draft", "overlays": [], "due_on": TODAY,
        "due_what": "Send the referral", "referred_at": None, "registration": registration,
        "authority_due_on": None, "authority_due_what": "",
    }  # fmt: skip
    return SimpleNamespace(**(given | about))


@pytest.mark.parametrize(
    ("due_on", "tag"), [(date(2026, 11, 19), "Overdue"), (TODAY, "Due"), (date(2026, 11, 23), None)]
)
def test_a_duty_is_shown_from_the_day_it_is_due(due_on: date, tag: str | None) -> None:
    actions = present.case_actions([case(due_on=due_on)], TODAY)
    assert [action["tag"]["text"] for action in actions] == ([tag] if tag else [])


def test_an_action_says_whose_it_is_and_why() -> None:
    (action,) = present.case_actions([case()], TODAY)
    assert action["heading"] == "Send the referral: Ben Birch"
    assert action["why"] == (
        "Absent without authority for 11 school days; last attended on Wed 4 Nov 2026. "
        "The referral has not been sent."
    )


@pytest.mark.parametrize("what", present.OF_THE_AUTHORITY)
def test_a_duty_of_the_authority_becomes_the_schools_when_it_is_overdue(what: str) -> None:
    in_time = case(due_on=None, stage="referred", authority_due_on=TODAY, authority_due_what=what)
    late = case(due_on=None, stage="referred", authority_due_on=date(2026, 11, 19), authority_due_what=what)
    assert present.case_actions([in_time], TODAY) == []
    (action,) = present.case_actions([late], TODAY)
    assert action["heading"].startswith("Ask the local authority")


def test_pupils_on_roll_without_marks_are_asked_about() -> None:
    (action,) = present.roll_actions("8412001", 0, 2)
    assert action["heading"] == "Find out why 2 pupils on roll had no marks"
    assert action["tone"] == "alert"


def test_every_duty_of_the_authority_has_words_for_the_school() -> None:
    assert set(present.OF_THE_AUTHORITY) == {duty.what for duty in DUTIES if duty.owner is Side.AUTHORITY}


def test_a_closing_that_is_proposed_is_shown_before_it_is_due() -> None:
    proposed = case(overlays=["closing_proposed"], due_on=date(2026, 11, 23), due_what="Close the case")
    assert [action["heading"] for action in present.case_actions([proposed], TODAY)] == [
        "Close the case: Ben Birch"
    ]


def test_what_presses_most_comes_first() -> None:
    mixed = [{"heading": "a", "tone": "warn"}, {"heading": "b", "tone": "alert"}, {"heading": "c"}]
    assert [action["heading"] for action in present.most_urgent_first(mixed)] == ["b", "a", "c"]
