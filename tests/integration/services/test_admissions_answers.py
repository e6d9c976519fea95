"""What admissions answer on a proposed removal, and what comes between their answer and the removal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import LocationEntry
from cme.casework.removal.confirming import FOUND, NONE
from cme.casework.removal.recorded import FactKind
from cme.clock import local_date
from cme.services import casework
from cme.services.removal import conclusions, statements
from cme.services.removal.removals import Answer
from cme.store import removals as store
from tests.integration.services.leaving import (
    ABSENT,
    BEFORE,
    CONFIRMED,
    DECIDED_AT,
    STATEMENT,
    Leaving,
    next_day,
)
from tests.integration.services.office import Office

ADA = "Birch, Ada"
TODAY = local_date(DECIDED_AT)


@pytest.fixture
def leaving(office: Office) -> Leaving:
    return Leaving(office)


def said(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.reason


def test_admissions_confirm_only_what_they_looked_up(leaving: Leaving) -> None:
    reference = leaving.proposed()
    refused = leaving.confirm(reference, Answer("confirmed", checks={"application": NONE}))
    assert isinstance(refused, Refused)
    assert "check_other_roll" in refused.missing
    found = replace(CONFIRMED, checks={**CONFIRMED.checks, "other_roll": FOUND})
    assert "Say what you found" in said(leaving.confirm(reference, found))
    assert leaving.confirm(reference, replace(found, note="The roll of the nursery, ended")) is None
    assert "Admissions answered on" in said(leaving.confirm(reference))


def test_recording_only_asks_for_no_checks_and_lets_nobody_be_removed_before_the_time_is_up(
    leaving: Leaving,
) -> None:
    reference = leaving.proposed()
    assert leaving.confirm(reference, Answer("recorded")) is None
    assert leaving.removals_of(ADA)[0].confirmation == "recorded"
    assert "Admissions have recorded the removal and checked nothing" in said(leaving.make(reference))
    leaving.office.submit(ABSENT[:23], {ADA: "O" * 23}, at=next_day(23))
    leaving.conclude(ADA, at=next_day(23))
    assert leaving.make(reference, at=next_day(23)) is None


@pytest.mark.parametrize(
    ("check", "lines"),
    [
        ("order", ["No school attendance order", "Joint conclusion"]),
        ("other_roll", ["Not dual registered", "Joint conclusion"]),
        ("home_education", ["Joint conclusion"]),
        ("application", ["Joint conclusion"]),
    ],
)
def test_nobody_is_removed_past_what_admissions_found(leaving: Leaving, check: str, lines: list[str]) -> None:
    reference = leaving.proposed()
    found = replace(CONFIRMED, checks={**CONFIRMED.checks, check: FOUND}, note="Seen in our own list")
    assert leaving.confirm(reference, found) is None
    refusal = said(leaving.make(reference))
    assert all(line in refusal for line in lines)
    assert leaving.office.registration(ADA).on_roll
    # No veto: once both sides know of it and conclude the same, the school decides.
    later = DECIDED_AT + timedelta(minutes=5)
    for kind in (FactKind.ATTENDANCE_ORDER, FactKind.DUAL_REGISTERED):
        leaving.record(ADA, kind, holds=False, at=later)
    leaving.conclude(ADA, at=later)
    assert leaving.make(reference, at=later) is None


def test_admissions_correct_an_answer_and_the_case_keeps_both(leaving: Leaving) -> None:
    reference = leaving.proposed()
    found = replace(CONFIRMED, checks={**CONFIRMED.checks, "order": FOUND}, note="An order of 2019")
    assert leaving.confirm(reference, found) is None
    assert "say in the note what has changed" in said(leaving.confirm(reference))
    assert leaving.confirm(reference, replace(CONFIRMED, note="The order is of a brother")) is None
    assert leaving.removals_of(ADA)[0].said == "The order is of a brother"
    told = [
        event.data["reason"] for event in leaving.office.case(ADA).events if event.kind == "removal.confirmed"
    ]
    assert told == ["An order of 2019", "The order is of a brother"]
    assert leaving.make(reference) is None


def test_what_was_confirmed_does_not_hold_for_a_statement_that_says_otherwise(leaving: Leaving) -> None:
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    later = DECIDED_AT + timedelta(minutes=5)
    statement = conclusions.statement_of(leaving.case(ADA))
    assert statement is not None
    changed = replace(STATEMENT, location="With an aunt in Leeds, who would not say more")
    written = statements.write(leaving.dsl, reference, changed, over=statement.fingerprint, at=later)
    assert isinstance(written, int)
    leaving.sign(ADA, at=later)
    assert "now says otherwise of where the child is" in said(leaving.make(reference, at=later))
    assert leaving.office.registration(ADA).on_roll


def test_a_child_who_is_found_is_no_longer_proposed_for_removal(leaving: Leaving) -> None:
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    report = Entry(message="At an aunt's", location=LocationEntry(source="A neighbour"))
    assert casework.act(leaving.dsl, reference, Action.REPORT_LOCATION, report, at=DECIDED_AT) is None
    place = LocationEntry(verified="confirmed", seen_by="C. Rowe", seen_on=BEFORE[-1])
    visited = Entry(message="Visited on Monday", location=place)
    early = casework.act(leaving.officer, reference, Action.VERIFY_LOCATION, visited, at=DECIDED_AT)
    assert "A sighting from before it" in said(early)
    visited = replace(visited, location=replace(place, seen_on=TODAY))
    assert casework.act(leaving.officer, reference, Action.VERIFY_LOCATION, visited, at=DECIDED_AT) is None
    assert leaving.office.case(ADA).stage == "decision"
    assert leaving.removals_of(ADA)[0].end_reason == "Possible location verified."
    view = casework.show(leaving.head, reference, today=TODAY)
    assert view is not None
    assert not any("Record the removal" in due.what for due in casework.dues_of(view))


def test_the_button_pressed_in_a_second_window_says_that_it_was_done(leaving: Leaving) -> None:
    reference = leaving.proposed()
    seen = len(leaving.office.case(ADA).events)
    assert leaving.confirm(reference) is None
    assert leaving.make(reference) is None
    refusal = said(leaving.make(reference, seen=seen))
    assert refusal == "The removal was recorded on 17 November 2026. Nothing was recorded again."


def test_a_query_ends_the_proposal_and_keeps_why(leaving: Leaving) -> None:
    reference = leaving.proposed()
    query = Answer(query="other_roll", checks={"other_roll": FOUND}, note="On the roll of Beech Hill")
    assert leaving.confirm(reference, query) is None
    (queried,) = leaving.removals_of(ADA)
    assert queried.confirmation == "other_roll"
    assert queried.end_reason == "Removal queried by admissions. On the roll of Beech Hill"
    assert leaving.office.case(ADA).stage == "decision"
    assert store.list_proposed(leaving.admissions) == []
    refusal = said(leaving.propose(reference))
    assert "Answer their query first" in refusal
    assert "Admissions found the name on another school's roll" in refusal
    assert "Joint conclusion, signed by both sides" in refusal
    answer = Entry(message="Beech Hill took the name off on Monday")
    assert casework.act(leaving.dsl, reference, Action.ANSWER_QUERY, answer, at=DECIDED_AT) is None
    later = DECIDED_AT + timedelta(minutes=5)
    leaving.record(ADA, FactKind.DUAL_REGISTERED, holds=False, at=later)
    leaving.conclude(ADA, at=later)
    assert leaving.propose(reference, at=later) is None
    assert [one.ended_at is None for one in leaving.removals_of(ADA)] == [False, True]
