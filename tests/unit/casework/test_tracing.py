"""What is recorded of a trace, of a request for records and of a match leads a case nowhere by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cme.access.roles import POLICY, Role
from cme.casework.case import Action, CaseState, Decision, Entry, Refused, Stage, decide, record
from cme.casework.entries import RequestEntry, TraceEntry
from tests.unit.casework.pupils import at, facts, nth_day

TODAY = nth_day(30)
SENT = Entry(trace=TraceEntry(reference="TR-2026-0001", asked=152, is_wide=True))
REQUEST = RequestEntry(asked_for="records", asked_by="Example Academy", received_on=TODAY)


def decided(state: CaseState, action: Action, role: Role, entered: Entry) -> Decision | Refused:
    known = replace(facts("P", "O*28"), entry=entered)
    return decide(state, action, known, TODAY, permissions=POLICY[role].permissions)


def done(state: CaseState, action: Action, role: Role, entered: Entry) -> CaseState:
    decision = decided(state, action, role, entered)
    assert isinstance(decision, Decision), decision
    return record(state, decision.happened(TODAY))


def missing(state: CaseState, action: Action, role: Role, entered: Entry) -> tuple[str, ...]:
    refusal = decided(state, action, role, entered)
    assert isinstance(refusal, Refused), refusal
    return tuple(refusal.missing)


def test_the_search_after_a_removal_ends_the_duty_to_send_it() -> None:
    removed = at(Stage.TRACE, removed_on=TODAY - timedelta(days=2))
    assert done(removed, Action.SEND_TRACE, Role.CME_OFFICER, SENT).traced_on == TODAY


def test_a_direct_enquiry_to_one_authority_is_not_that_search() -> None:
    removed = at(Stage.TRACE, removed_on=TODAY - timedelta(days=2))
    one = Entry(trace=replace(SENT.trace, asked=1, is_wide=False))
    assert done(removed, Action.SEND_TRACE, Role.CME_OFFICER, one).traced_on is None


@pytest.mark.parametrize("stage", [Stage.TRACE, Stage.LA_ENQUIRIES, Stage.CLOSED])
def test_no_answer_moves_or_closes_a_case(stage: Stage) -> None:
    answered = Entry(trace=TraceEntry(reference="TR-2026-0001", authority="840", answer="found_on_roll"))
    assert done(at(stage), Action.RECORD_TRACE_REPLY, Role.CME_OFFICER, answered).stage is stage


def test_a_request_for_records_says_what_was_asked_by_whom_and_when() -> None:
    state = at(Stage.TRACE)
    assert done(state, Action.RECORD_REQUEST, Role.SCHOOL_USER, Entry(request=REQUEST)).stage is Stage.TRACE
    nothing = missing(state, Action.RECORD_REQUEST, Role.SCHOOL_USER, Entry())
    assert nothing == ("asked_for", "asked_by", "received_on")


def test_a_request_cannot_have_come_tomorrow() -> None:
    ahead = Entry(request=replace(REQUEST, received_on=TODAY + timedelta(days=1)))
    assert missing(at(Stage.TRACE), Action.RECORD_REQUEST, Role.DSL, ahead) == ("received_on",)


def test_only_a_request_that_is_on_record_is_taken_back() -> None:
    mistaken = Entry(reason="Another child of the same name")
    assert missing(at(Stage.TRACE), Action.WITHDRAW_REQUEST, Role.DSL, mistaken) == ("requested",)
    asked = done(at(Stage.TRACE), Action.RECORD_REQUEST, Role.DSL, Entry(request=REQUEST))
    assert done(asked, Action.WITHDRAW_REQUEST, Role.DSL, mistaken).records_requests == 0
