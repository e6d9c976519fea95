"""When each step is due: by the catalogue, the pack and the school's own calendar."""

from dataclasses import replace
from datetime import date

import pytest

from cme.casework.deadlines import deadline, next_enquiry
from cme.casework.enquiries.dates import step_due_on
from cme.casework.enquiries.enquiry import Result
from cme.casework.enquiries.readiness import enquiry_state
from cme.casework.enquiries.steps import Requirement, read_steps
from cme.casework.policy.clocks import Clock, Unit
from cme.casework.stages import Overlay, Stage
from tests.enquiries import DONE_AT, Log, child
from tests.unit.casework.pupils import CALENDAR, PACK, at, facts, nth_day

STEPS = read_steps()
ABSENT = facts("P", "O*4")
CASE = at(Stage.ENQUIRIES)
"""Opened on the fourth school day for an absence from the second."""


def due(code: str, known: object = ABSENT, case: object = CASE) -> date | None:
    return step_due_on(STEPS[code], case, known, CALENDAR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("E01", 1),
        ("E04", 2),
        ("E10", 3),
        ("E18", 5),
        ("E21", 5),
        ("E24", 8),
        ("E13", 3),
        ("E49", 15),
        ("E14", 1),
    ],
)
def test_a_day_is_a_school_day_of_the_absence(code: str, day: int) -> None:
    assert due(code) == nth_day(day + 1)


def test_a_day_to_come_skips_what_the_school_does_not_hold() -> None:
    absent = facts("P*36", "O")
    assert absent.standing.run_started_on == date(2026, 10, 22)
    assert due("E18", absent) == date(2026, 11, 5)


def test_the_pack_moves_what_has_a_clock() -> None:
    clock = Clock(3, Unit.SCHOOL_DAY, "first_counted_day", "authority")
    pack = replace(PACK, clocks={**PACK.clocks, "home_visit_by": clock})
    assert due("E18", replace(ABSENT, pack=pack)) == nth_day(4)


def test_the_review_of_a_flagged_child_is_on_day_one() -> None:
    assert due("E13", replace(ABSENT, flagged=True)) == nth_day(2)


@pytest.mark.parametrize("code", ["E33", "E50"])
def test_what_goes_with_the_referral_is_due_with_it(code: str) -> None:
    assert due(code) == nth_day(11)


def test_a_return_from_leave_is_asked_after_on_the_next_school_day() -> None:
    granted = facts("P", "C*2", "O*3")
    assert granted.standing.ground_h_days == 3
    assert due("E12", granted) == nth_day(4)


def test_without_granted_leave_it_is_asked_after_on_the_second_day() -> None:
    assert due("E12") == nth_day(3)


@pytest.mark.parametrize(
    "code", [code for code, step in STEPS.items() if step.requirement is Requirement.IF_INDICATED]
)
def test_what_is_only_made_on_suspicion_has_no_date(code: str) -> None:
    assert due(code) is None


def test_the_authority_is_asked_once_the_referral_is_sent() -> None:
    assert due("E35") is None
    sent = at(Stage.REFERRED, referral_sent_on=date(2026, 11, 20))
    assert due("E35", case=sent) == date(2026, 11, 23)
    assert due("E36", case=sent) == date(2026, 11, 27)


@pytest.mark.parametrize("code", ["E32", "E46", "E48"])
def test_some_steps_have_no_last_date(code: str) -> None:
    assert due(code) is None


def test_after_the_absence_its_days_are_counted_from_the_first() -> None:
    back = facts("P", "O*4", "P")
    assert due("E18", back) == nth_day(6)


def test_without_an_absence_nothing_is_counted() -> None:
    present = facts("P*6")
    assert due("E18", present, at(Stage.ENQUIRIES, absent_from_on=None)) is None


class TestDuty:
    """The enquiry that is due first is something that the case owes."""

    log = Log()
    known = replace(
        facts("P", "O*4"), readiness=enquiry_state(log.entries, child(), PACK.readiness).readiness
    )
    reviewed = at(Stage.ENQUIRIES, reviewed_on=nth_day(4), next_review_on=nth_day(20))

    def test_it_is_the_first_that_is_missing(self) -> None:
        found = next_enquiry(self.reviewed, self.known, CALENDAR)
        assert found is not None
        assert (found.what, found.due_on) == ("Make the enquiry: first-day call", nth_day(2))
        assert found.basis == "statutory guidance: first-day contact"

    def test_it_is_what_the_case_owes_first_once_the_review_is_signed(self) -> None:
        found = deadline(self.reviewed, self.known, CALENDAR)
        assert found is not None
        assert found.what == "Make the enquiry: first-day call"

    def test_a_review_whose_day_has_come_stands_before_it(self) -> None:
        found = deadline(CASE, self.known, CALENDAR)
        assert found is not None
        assert found.what == "Sign the DSL review"

    def test_a_referral_whose_day_has_come_stands_before_everything(self) -> None:
        late = replace(self.known, standing=facts("P", "O*12").standing)
        found = deadline(self.reviewed, late, CALENDAR)
        assert found is not None
        assert found.what == "Send the referral, or record the decision not to refer"

    def test_the_clock_of_the_pack_says_why(self) -> None:
        log = Log()
        for code in ("E01", "E02", "E07", "E08", "E10", "E11", "E14", "E15", "E16"):
            log.add(code, Result.NOT_APPLICABLE)
        for code in ("E03", "E04"):
            log.add(code, Result.WAIVED)
        known = replace(self.known, readiness=enquiry_state(log.entries, child(), PACK.readiness).readiness)
        found = next_enquiry(self.reviewed, known, CALENDAR)
        assert found is not None
        assert (found.what, found.due_on) == ("Make the enquiry: home visit", nth_day(6))
        assert found.basis == "practice of another authority"

    def test_the_school_stays_responsible_for_it_after_the_referral(self) -> None:
        sent = at(Stage.REFERRED, referral_sent_on=nth_day(5))
        assert next_enquiry(sent, self.known, CALENDAR) == next_enquiry(self.reviewed, self.known, CALENDAR)

    @pytest.mark.parametrize(
        "case",
        [
            at(Stage.REMOVED, removed_on=nth_day(5)),
            at(Stage.TRACE, removed_on=nth_day(5)),
            at(Stage.CLOSED, closed_on=nth_day(5)),
        ],
    )
    def test_it_ends_with_the_removal_and_with_the_case(self, case: object) -> None:
        assert next_enquiry(case, self.known, CALENDAR) is None  # type: ignore[arg-type]

    def test_it_ends_with_the_absence(self) -> None:
        back = replace(self.known, standing=facts("P", "O*4", "P").standing)
        assert next_enquiry(self.reviewed, back, CALENDAR) is None

    def test_a_concern_stands_before_what_was_due_earlier(self) -> None:
        known = replace(self.known, concern_on=DONE_AT.date())
        found = deadline(CASE, known, CALENDAR)
        assert found is not None
        assert (found.what, found.due_on) == ("Review the concern that an enquiry raised", DONE_AT.date())

    def test_a_reply_is_chased_on_its_date_while_the_child_is_away(self) -> None:
        known = replace(facts("P", "O*4"), chase_on=nth_day(5))
        found = deadline(self.reviewed, known, CALENDAR)
        assert found is not None
        assert (found.what, found.due_on, found.basis) == (
            "Chase a reply",
            nth_day(5),
            "date set with the enquiry",
        )
        back = replace(self.reviewed, overlays=frozenset({Overlay.CLOSING_PROPOSED}))
        later = deadline(back, known, CALENDAR)
        assert later is None or later.what != "Chase a reply"
