"""What needs doing at a school today."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from cme.access.roles import POLICY, Permission, Role
from cme.casework.deadlines import DUTIES
from cme.casework.deadlines.school import UNTOUCHED
from cme.casework.enquiries.steps import read_steps
from cme.casework.outcomes import Side
from cme.web.presenters import duties
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
        "reference": "CME-26-0001", "stage": "referral_draft", "overlays": [], "risk": 2,
        "owed": [owes()], "referred_at": None, "registration": registration, "registration_id": 1,
    }  # fmt: skip
    return SimpleNamespace(**(given | about))


def owes(what: str = "Send the referral", on: date = TODAY, side: Side = Side.SCHOOL) -> list[str]:
    return [what, on.isoformat(), side.value]


def held_by(role: Role) -> frozenset[Permission]:
    return POLICY[role].permissions


def headings(*cases: Any, held: frozenset[Permission] = frozenset()) -> list[str]:
    actions = present.most_urgent_first(present.case_actions(cases, TODAY, held))
    return [action["heading"].partition(":")[0] for action in actions]


@pytest.mark.parametrize(
    ("due_on", "tag"), [(date(2026, 11, 19), "Overdue"), (TODAY, "Due"), (date(2026, 11, 23), None)]
)
def test_a_duty_is_shown_from_the_day_it_is_due(due_on: date, tag: str | None) -> None:
    actions = present.case_actions([case(owed=[owes(on=due_on)])], TODAY)
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
    in_time = case(stage="referred", owed=[owes(what, TODAY, Side.AUTHORITY)])
    late = case(stage="referred", owed=[owes(what, date(2026, 11, 19), Side.AUTHORITY)])
    assert present.case_actions([in_time], TODAY) == []
    (action,) = present.case_actions([late], TODAY)
    assert action["heading"].startswith("Ask the local authority")


def test_pupils_on_roll_without_marks_are_asked_about() -> None:
    (action,) = present.roll_actions("8412001", 0, 2)
    assert action["heading"] == "Find out why 2 pupils on roll had no marks"
    assert action["tone"] == "alert"


def test_every_duty_of_the_authority_has_words_for_the_school() -> None:
    known = {duty.what for duty in DUTIES if duty.owner is Side.AUTHORITY}
    assert set(present.OF_THE_AUTHORITY) == {
        what for what in known if not what.startswith(("Make the enquiry: ", "Chase a reply"))
    }
    late = owes("Make the enquiry: housing", date(2026, 11, 19), Side.AUTHORITY)
    assert headings(case(owed=[late])) == ["Ask the local authority about its enquiry"]


def test_a_closing_that_is_proposed_is_shown_before_it_is_due() -> None:
    proposed = case(overlays=["closing_proposed"], owed=[owes("Close the case", date(2026, 11, 23))])
    assert [action["heading"] for action in present.case_actions([proposed], TODAY)] == [
        "Close the case: Ben Birch"
    ]


def test_each_duty_of_a_case_is_a_row_and_a_child_at_risk_comes_first() -> None:
    late = date(2026, 11, 16)
    plain = case(owed=[owes("Sign the DSL review", late), owes("Review again", date(2026, 11, 30))])
    urgent = case(risk=1, owed=[owes("Sign the DSL review"), owes("Make the enquiry: home visit")])
    concern = case(owed=[owes("Chase a reply", late), owes("Review the concern that an enquiry raised")])
    assert headings(plain, urgent, concern) == [
        "Review the concern that an enquiry raised",
        "Sign the DSL review",
        "Make the enquiry",
        "Sign the DSL review",
        "Chase a reply",
    ]


def test_of_what_is_overdue_the_referral_comes_first_and_enquiries_last() -> None:
    late = date(2026, 11, 16)
    mixed = case(
        owed=[
            owes("Make the enquiry: home visit", date(2026, 11, 9)),
            owes("Review again", late),
            owes("Send the referral", date(2026, 11, 18)),
        ]
    )
    assert headings(mixed) == ["Send the referral", "Review again", "Make the enquiry"]


def test_a_question_of_the_authority_waits_for_no_day() -> None:
    asked = case(owed=[owes("Answer the authority's question", date(2026, 11, 25))])
    assert headings(asked, held=held_by(Role.DSL)) == ["Answer the authority's question"]


def test_the_office_is_shown_only_what_it_does() -> None:
    visit = next(step for step in read_steps().values() if step.code == "E18")
    dsl_only = next(step for step in read_steps().values() if step.is_for_dsl and step.is_logged)
    owed = [
        owes("Sign the DSL review"),
        owes(f"Make the enquiry: {visit.short}"),
        owes(f"Make the enquiry: {dsl_only.short}"),
        owes("Hold the welfare talk"),
        owes("Give the school a first result", date(2026, 11, 16), Side.AUTHORITY),
    ]
    (own, talk) = present.case_actions([case(owed=owed)], TODAY, held_by(Role.SCHOOL_USER))
    assert visit.short in own["heading"]
    assert "welfare talk" in talk["heading"]
    assert len(present.case_actions([case(owed=owed)], TODAY, held_by(Role.DSL))) == 5
    assert len(present.case_actions([case(owed=owed)], TODAY, held_by(Role.CME_OFFICER))) == 5


def test_a_head_is_shown_what_a_head_decides() -> None:
    owed = [owes("Sign the DSL review"), owes("Record the removal made today, or withdraw the proposal")]
    (own,) = present.case_actions([case(owed=owed)], TODAY, held_by(Role.HEAD))
    assert own["heading"].startswith("Record the removal made today")


def test_every_duty_of_the_school_says_who_does_it() -> None:
    known = {duty.what for duty in (*DUTIES, *UNTOUCHED) if duty.owner is Side.SCHOOL}
    assert {what for what in known if not what.startswith("Make the enquiry: ")} == set(duties._DOES)


def test_what_presses_most_comes_first() -> None:
    mixed = [{"heading": "a", "tone": "warn"}, {"heading": "b", "tone": "alert"}, {"heading": "c"}]
    assert [action["heading"] for action in present.most_urgent_first(mixed)] == ["b", "a", "c"]
