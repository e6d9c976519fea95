"""From a referral that arrived to the joint review: what each act asks for, does, and leads to."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.access.roles import POLICY, Role
from cme.casework.case import Action, CaseState, Decision, Refused, Stage, decide, record
from cme.casework.deadlines import duties
from cme.casework.enquiries.readiness import Readiness
from cme.casework.enquiries.steps import read_steps
from cme.casework.entries import Entry, LocationEntry, TriageEntry
from cme.casework.events import Event, EventKind
from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.stages import WITH_AUTHORITY
from cme.casework.triage import item_label, read_not_cme_reasons
from tests.unit.casework.pupils import CALENDAR, after, at, facts, nth_day

TODAY = nth_day(14)
ABSENT = facts("P", "O*12")
SENT = {"referral_sent_on": nth_day(11), "referral_as_of": nth_day(11), "referral_run": 10}


def act(state: CaseState, action: Action, role: Role, entered: Entry, known=ABSENT) -> Decision | Refused:
    permissions = POLICY[role].permissions
    return decide(state, action, replace(known, entry=entered), TODAY, permissions=permissions)


def done(state: CaseState, action: Action, role: Role, entered: Entry, known=ABSENT) -> CaseState:
    decision = act(state, action, role, entered, known)
    assert isinstance(decision, Decision), decision
    return record(state, decision.happened(TODAY))


def refusal(state: CaseState, action: Action, role: Role, entered: Entry, known=ABSENT) -> str:
    answer = act(state, action, role, entered, known)
    assert isinstance(answer, Refused), answer
    return answer.reason


OFFICER, MANAGER, DSL = Role.CME_OFFICER, Role.LA_MANAGER, Role.DSL
ACCEPTED = Entry(triage=TriageEntry(officer_id=7, officer="Sam Officer", expected_on=TODAY, items=("E18",)))
RETURNED = Entry(reason="The visit is missing.", triage=TriageEntry(items=("E18", "upn")))


class TestAccepting:
    def test_an_accepted_referral_is_worked_on_by_a_named_officer_also_with_gaps(self) -> None:
        state = done(at(Stage.REFERRED, **SENT), Action.ACCEPT_REFERRAL, OFFICER, ACCEPTED)
        assert (state.stage, state.officer_id, state.accepted_on) == (Stage.LA_ENQUIRIES, 7, TODAY)
        assert state.expected_on == TODAY

    def test_an_eligible_case_stays_eligible_and_falls_back_to_the_authoritys_enquiries(self) -> None:
        eligible = at(Stage.DECISION, **SENT, eligible_on=TODAY, returns_to=Stage.REFERRED)
        state = done(eligible, Action.ACCEPT_REFERRAL, MANAGER, ACCEPTED)
        assert state.stage is Stage.DECISION
        assert after(facts("P", "O*12", "P"), TODAY, state).stage is Stage.LA_ENQUIRIES

    def test_somebody_must_be_named_and_nobody_covers_for_themselves(self) -> None:
        referred = at(Stage.REFERRED, **SENT)
        assert "Choose the officer" in refusal(referred, Action.ACCEPT_REFERRAL, OFFICER, Entry())
        same = Entry(triage=TriageEntry(officer_id=7, cover_id=7))
        assert "another person" in refusal(referred, Action.ACCEPT_REFERRAL, OFFICER, same)

    def test_it_is_accepted_once_and_then_allocated(self) -> None:
        state = at(Stage.DECISION, **SENT, accepted_on=TODAY)
        assert "Allocate" in refusal(state, Action.ACCEPT_REFERRAL, OFFICER, ACCEPTED)
        other = Entry(triage=TriageEntry(officer_id=8, officer="Lee", cover_id=7, cover="Sam"))
        allocated = done(state, Action.ALLOCATE, MANAGER, other)
        assert (allocated.officer_id, allocated.cover_id, allocated.stage) == (8, 7, Stage.DECISION)

    def test_the_expected_date_of_an_acknowledgement_is_not_in_the_past(self) -> None:
        late = Entry(triage=TriageEntry(expected_on=TODAY - timedelta(days=1)))
        said = refusal(at(Stage.REFERRED, **SENT), Action.ACKNOWLEDGE_REFERRAL, OFFICER, late)
        assert "today or later" in said


class TestReturning:
    def test_what_is_asked_for_is_kept_and_answered_before_it_is_sent_again(self) -> None:
        state = done(at(Stage.REFERRED, **SENT), Action.RETURN_REFERRAL, OFFICER, RETURNED)
        assert (state.stage, state.return_items) == (Stage.RETURNED, ("E18", "upn"))
        half = Entry(triage=TriageEntry(replies={"E18": "Visited today", "upn": " "}))
        assert f"Left: {item_label('upn')}." in refusal(state, Action.RESEND_REFERRAL, DSL, half)
        whole = Entry(triage=TriageEntry(replies={"E18": "Visited today", "upn": "Has none"}))
        again = done(state, Action.RESEND_REFERRAL, DSL, whole)
        assert (again.stage, again.return_items, again.acknowledged_on) == (Stage.REFERRED, (), None)

    def test_something_is_asked_for_in_words_and_from_the_list(self) -> None:
        referred = at(Stage.REFERRED, **SENT)
        nothing = refusal(referred, Action.RETURN_REFERRAL, OFFICER, Entry())
        assert "Choose what the school should add" in nothing
        assert "Enter the reason." in nothing
        odd = Entry(reason="More.", triage=TriageEntry(items=("E18", "E99")))
        assert "from the list" in refusal(referred, Action.RETURN_REFERRAL, OFFICER, odd)

    def test_returning_pauses_neither_the_count_nor_the_joint_clock(self) -> None:
        state = at(Stage.RETURNED, **SENT, returned_on=TODAY, return_items=("E18",))
        eligible = after(facts("P", "O*20"), nth_day(21), state)
        assert eligible.stage is Stage.DECISION
        whole = Entry(triage=TriageEntry(replies={"E18": "Visited today"}))
        assert done(eligible, Action.RESEND_REFERRAL, DSL, whole).stage is Stage.DECISION


@pytest.mark.parametrize(
    ("action", "role"),
    [(Action.REJECT_REFERRAL, OFFICER), (Action.REVOKE_REFERRAL, DSL), (Action.REVOKE_REFERRAL, MANAGER)],
)
def test_a_rejected_or_revoked_referral_is_the_schools_again_and_can_be_sent_anew(
    action: Action, role: Role
) -> None:
    entered = Entry(reason="Ask the aunt first.", triage=TriageEntry(not_cme="too_early"))
    state = done(at(Stage.REFERRED, **SENT, acknowledged_on=TODAY), action, role, entered)
    assert (state.stage, state.referral_sent_on, state.acknowledged_on) == (Stage.ENQUIRIES, None, None)
    assert state.was_referred


def test_the_clocks_of_a_referral_that_is_sent_anew_run_from_its_own_day() -> None:
    first = {"updated_on": nth_day(12), "result_given_on": nth_day(13), "expected_on": nth_day(13),
             "next_note_on": nth_day(14), "accepted_on": nth_day(12)}  # fmt: skip
    sent = at(Stage.LA_ENQUIRIES, **SENT, **first)
    revoked = done(sent, Action.REVOKE_REFERRAL, DSL, Entry(reason="Not yet"))
    data = {"stage": "referred", "as_of": nth_day(20).isoformat(), "return_run": 19}
    again = record(revoked, Event(EventKind.REFERRAL_SENT, nth_day(20), data))
    due = {each.what: each.due_on for each in duties(again, facts("P", "O*12"), CALENDAR)}
    assert due["Acknowledge the referral"] == due["Accept the referral, or send it back"] == nth_day(22)
    working = replace(again, stage=Stage.LA_ENQUIRIES, accepted_on=nth_day(20))
    due = {each.what: each.due_on for each in duties(working, facts("P", "O*12"), CALENDAR)}
    assert due["Give the school a first result"] == nth_day(30)
    assert due["Hold the joint review"] == nth_day(19)


def test_a_rejection_says_why_the_child_is_not_missing_from_education() -> None:
    said = refusal(at(Stage.REFERRED, **SENT), Action.REJECT_REFERRAL, OFFICER, Entry(reason="No."))
    assert "Choose why" in said
    for reason in read_not_cme_reasons().values():
        assert reason.label
        assert reason.asks.endswith("?") or reason.asks.endswith(".")


@pytest.mark.parametrize(
    ("code", "known", "said"),
    [
        ("not_of_age", ABSENT, "By the date of birth on record"),
        ("returned", ABSENT, "does not show the child back"),
        ("returned", facts("P", "O*10", "P", "O"), "Days of this absence still count"),
        ("explained", ABSENT, "Days of this absence still count"),
    ],
)
def test_a_referral_is_not_rejected_against_the_register(code: str, known: CaseFacts, said: str) -> None:
    referred = at(Stage.REFERRED, **SENT)
    entered = Entry(reason="So the aunt said", triage=TriageEntry(not_cme=code))
    assert said in refusal(referred, Action.REJECT_REFERRAL, OFFICER, entered, known)
    put_right = {
        "not_of_age": replace(ABSENT, standing=replace(ABSENT.standing, compulsory_age=False)),
        "returned": facts("P", "O*10", "P"),
        "explained": facts("P", "O*10", "I"),
    }[code]
    assert done(referred, Action.REJECT_REFERRAL, OFFICER, entered, put_right).stage is Stage.ENQUIRIES


def test_accepting_acknowledges_until_an_update_comes() -> None:
    acknowledge = "Acknowledge the referral"
    state = done(at(Stage.REFERRED, **SENT), Action.ACCEPT_REFERRAL, OFFICER, ACCEPTED)
    assert acknowledge not in {each.what for each in duties(state, ABSENT, CALENDAR)}
    updated = record(state, Event(EventKind.REFERRAL_UPDATED, TODAY, {"stage": "la_enquiries"}))
    assert acknowledge in {each.what for each in duties(updated, ABSENT, CALENDAR)}
    proposed = replace(updated, stage=Stage.REMOVAL_PROPOSED)
    assert done(proposed, Action.ACKNOWLEDGE_REFERRAL, OFFICER, Entry()).acknowledged_on == TODAY


def test_what_the_records_contradict_is_refused_with_their_sentence() -> None:
    named = TriageEntry(kept="CME-26-0001", contradicted={"kept": "That case is closed."})
    entered = Entry(reason="Twice the same child", triage=named)
    said = refusal(at(Stage.REFERRED, **SENT), Action.MARK_DUPLICATE, OFFICER, entered)
    assert said == "That case is closed."


class TestPassingOn:
    def test_of_two_cases_one_is_kept(self) -> None:
        referred = at(Stage.REFERRED, **SENT)
        unnamed = Entry(reason="Twice the same child", triage=TriageEntry(kept=" "))
        assert "case that is kept" in refusal(referred, Action.MARK_DUPLICATE, OFFICER, unnamed)
        named = replace(unnamed, triage=TriageEntry(kept="CME-26-0001"))
        state = done(referred, Action.MARK_DUPLICATE, OFFICER, named)
        assert (state.stage, state.outcome_code, state.closed_on) == (Stage.CLOSED, "O25", TODAY)

    def test_another_authority_has_to_have_taken_the_child_on(self) -> None:
        working = at(Stage.LA_ENQUIRIES, **SENT)
        asked = Entry(triage=TriageEntry(authority="202", accepted_by=" "))
        said = refusal(working, Action.TRANSFER, OFFICER, asked)
        assert "officer there" in said
        assert "date" in said
        ahead = Entry(
            triage=TriageEntry(authority="202", accepted_by="A", accepted_on=TODAY + timedelta(days=1))
        )
        assert "today or earlier" in refusal(working, Action.TRANSFER, OFFICER, ahead)
        short = TriageEntry(authority="202", accepted_by="Jo", accepted_on=nth_day(1))
        said = refusal(working, Action.TRANSFER, OFFICER, Entry(reason="x", triage=short))
        assert "name and the team" in said
        assert "first day of the absence, or later" in said
        assert "reason in words" in said
        taken = Entry(
            reason="With an aunt there",
            triage=TriageEntry(authority="202", accepted_by="A. Other, CME team", accepted_on=TODAY),
        )
        state = done(working, Action.TRANSFER, OFFICER, taken)
        assert (state.stage, state.outcome_code) == (Stage.CLOSED, "O26")
        assert done(working, Action.HAND_OVER, OFFICER, taken).stage is Stage.LA_ENQUIRIES


ENQUIRED = frozenset(enumerate(Side))


class TestTheJointReview:
    def test_it_needs_a_completed_enquiry_of_each_side(self) -> None:
        for sides, missing in (
            (frozenset({Side.SCHOOL}), "the local authority"),
            (frozenset(), "the school"),
        ):
            state = at(Stage.LA_ENQUIRIES, **SENT, completed=frozenset((None, side) for side in sides))
            assert missing in refusal(state, Action.OPEN_JOINT_REVIEW, DSL, Entry())
        state = at(Stage.LA_ENQUIRIES, **SENT, completed=ENQUIRED)
        assert done(state, Action.OPEN_JOINT_REVIEW, DSL, Entry()).stage is Stage.JOINT_REVIEW

    def test_on_the_eighteenth_day_it_opens_by_itself(self) -> None:
        state = at(Stage.LA_ENQUIRIES, **SENT, completed=ENQUIRED)
        assert after(facts("P", "O*17"), nth_day(18), state).stage is Stage.LA_ENQUIRIES
        assert after(facts("P", "O*18"), nth_day(19), state).stage is Stage.JOINT_REVIEW
        alone = replace(state, completed=frozenset({(1, Side.SCHOOL)}))
        assert after(facts("P", "O*18"), nth_day(19), alone).stage is Stage.LA_ENQUIRIES

    def test_looking_on_names_the_next_steps_and_a_date(self) -> None:
        state = at(Stage.JOINT_REVIEW, **SENT)
        assert "reason" in refusal(state, Action.CONTINUE_ENQUIRIES, OFFICER, Entry())
        entered = Entry(reason="Ask the landlord", next_review_on=TODAY + timedelta(days=3))
        on = done(state, Action.CONTINUE_ENQUIRIES, OFFICER, entered)
        assert (on.stage, on.next_note_on) == (Stage.LA_ENQUIRIES, TODAY + timedelta(days=3))

    def test_after_a_note_it_opens_again_on_the_date_of_the_note_and_not_with_the_next_register(self) -> None:
        known, today = facts("P", "O*18"), nth_day(19)
        state = at(Stage.JOINT_REVIEW, **SENT, completed=ENQUIRED, joint_noted_on=nth_day(19))
        entered = Entry(reason="Ask the landlord", next_review_on=nth_day(22))
        decision = decide(
            state,
            Action.CONTINUE_ENQUIRIES,
            replace(known, entry=entered),
            today,
            permissions=POLICY[OFFICER].permissions,
        )
        assert isinstance(decision, Decision)
        on = record(state, decision.happened(today))
        assert after(known, nth_day(21), on).stage is Stage.LA_ENQUIRIES
        due = {each.what: each.due_on for each in duties(on, known, CALENDAR)}
        assert due["Hold the joint review"] == nth_day(22)
        opened = after(known, nth_day(22), on)
        assert (opened.stage, opened.next_note_on) == (Stage.JOINT_REVIEW, None)

    def test_a_note_about_a_case_that_nobody_referred_does_not_make_it_the_authoritys(self) -> None:
        """Losing eligibility then leads back to where the referral can still be sent."""
        eligible = at(Stage.DECISION, eligible_on=TODAY, returns_to=Stage.REFERRAL_DRAFT)
        entered = Entry(reason="Ask the landlord", next_review_on=TODAY + timedelta(days=3))
        noted = done(eligible, Action.CONTINUE_ENQUIRIES, DSL, entered)
        assert after(facts("P", "O*19", "P"), TODAY, noted).stage is Stage.REFERRAL_DRAFT
        reviewed = replace(eligible, returns_to=Stage.JOINT_REVIEW)
        noted = done(reviewed, Action.CONTINUE_ENQUIRIES, DSL, entered)
        assert after(facts("P", "O*19", "P"), TODAY, noted).stage is Stage.LA_ENQUIRIES

    @pytest.mark.parametrize(("step", "side"), [("E02", Side.SCHOOL), ("E37", Side.AUTHORITY)])
    def test_a_completed_enquiry_counts_for_its_side(self, step: str, side: Side) -> None:
        def logged(result: str) -> Event:
            data = {"stage": "la_enquiries", "step": step, "result": result}
            return Event(EventKind.ENQUIRY_LOGGED, TODAY, data)

        assert record(at(Stage.LA_ENQUIRIES), logged("no_answer")).enquired_by == {side}
        assert record(at(Stage.LA_ENQUIRIES), logged("awaiting_reply")).enquired_by == frozenset()

    def test_the_reply_to_an_enquiry_counts_once_it_is_entered_as_a_correction(self) -> None:
        data = {"stage": "la_enquiries", "step": "E37", "result": "agency_no_trace", "reason": "They wrote"}
        corrected = record(at(Stage.LA_ENQUIRIES), Event(EventKind.ENQUIRY_CORRECTED, TODAY, data))
        assert corrected.enquired_by == {Side.AUTHORITY}
        withdrawn = Event(EventKind.ENQUIRY_CORRECTED, TODAY, {**data, "result": "withdrawn"})
        assert record(at(Stage.LA_ENQUIRIES), withdrawn).enquired_by == frozenset()

    @pytest.mark.parametrize("result", ["withdrawn", "awaiting_reply"])
    def test_an_enquiry_that_is_taken_back_counts_no_longer(self, result: str) -> None:
        made = {"stage": "la_enquiries", "step": "E37", "result": "agency_no_trace"}

        def entered(state: CaseState, **more: object) -> CaseState:
            kind = EventKind.ENQUIRY_CORRECTED if "replaces" in more else EventKind.ENQUIRY_LOGGED
            return record(state, Event(kind, TODAY, {**made, **more}))

        once = entered(at(Stage.LA_ENQUIRIES), enquiry=4)
        assert entered(once, enquiry=5, replaces=4, result=result).enquired_by == frozenset()
        twice = entered(once, enquiry=5)
        assert entered(twice, enquiry=6, replaces=4, result=result).enquired_by == {Side.AUTHORITY}

    @pytest.mark.parametrize("step", ["E14", "E30", "E45", "E50"])
    def test_telling_somebody_is_no_enquiry_here_nor_at_the_gate(self, step: str) -> None:
        data = {"stage": "la_enquiries", "restricted_step": step, "restricted_result": "agency_positive"}
        told = record(at(Stage.LA_ENQUIRIES), Event(EventKind.ENQUIRY_LOGGED, TODAY, data))
        assert told.enquired_by == frozenset()

    @pytest.mark.parametrize(("result", "days"), [("no_trace", (TODAY,)), ("located", ()), ("other", ())])
    def test_only_a_trace_after_the_removal_that_found_nobody_is_a_search(
        self, result: str, days: tuple[date, ...]
    ) -> None:
        ended = Event(EventKind.TRACE_ENDED, TODAY, {"stage": "trace", "ended": result})
        assert record(at(Stage.TRACE, removed_on=nth_day(2)), ended).no_trace_on == days
        assert record(at(Stage.LA_ENQUIRIES), ended).no_trace_on == ()


class TestAPossibleLocation:
    REPORTED = Entry(message="Seen at 4 Mill Lane", location=LocationEntry(source="A neighbour"))

    @pytest.mark.parametrize("stage", [*WITH_AUTHORITY, Stage.DECISION, Stage.REMOVAL_PROPOSED, Stage.TRACE])
    def test_whoever_hears_of_a_place_reports_it_and_the_case_comes_back_once_it_is_ruled_out(
        self, stage: Stage
    ) -> None:
        state = done(at(stage, **SENT), Action.REPORT_LOCATION, Role.SCHOOL_USER, self.REPORTED)
        assert (state.stage, state.was_at) == (Stage.VERIFYING, stage)
        out = Entry(message="The house is empty", location=LocationEntry(verified="ruled_out"))
        back = done(state, Action.VERIFY_LOCATION, OFFICER, out)
        assert (back.stage, back.sighted_on, back.expected_back) == (stage, None, False)

    def test_a_child_is_found_when_somebody_saw_the_child(self) -> None:
        state = at(Stage.VERIFYING, **SENT, was_at=Stage.TRACE)
        bill = Entry(message="A bill in the name", location=LocationEntry(verified="confirmed"))
        assert "who saw the child" in refusal(state, Action.VERIFY_LOCATION, OFFICER, bill)
        seen = LocationEntry(verified="confirmed", seen_by="PC Bell", seen_on=TODAY, expected_back=True)
        found = done(state, Action.VERIFY_LOCATION, OFFICER, Entry(message="At the door", location=seen))
        assert (found.stage, found.sighted_on, found.expected_back) == (Stage.TRACE, TODAY, True)
        ahead = replace(seen, seen_on=date(2027, 1, 4))
        said = refusal(state, Action.VERIFY_LOCATION, OFFICER, Entry(message="At the door", location=ahead))
        assert "today or earlier" in said

    SEEN = Entry(
        message="At the door",
        location=LocationEntry(verified="confirmed", seen_by="PC Bell", seen_on=TODAY),
    )
    FOLLOWS = "Say what follows for the child who was found"
    CLOSES = "Close the case of the child who was found, or send a new trace request"

    def test_nobody_looks_for_a_child_who_was_found_and_somebody_says_what_follows(self) -> None:
        state = at(Stage.VERIFYING, **SENT, was_at=Stage.REFERRED, found_items=("seen", "next"))
        steps = read_steps()
        missing = replace(
            ABSENT, readiness=Readiness(14, 15, (steps["E18"],)), authority_missing=(steps["E37"],)
        )
        looked_for = replace(state, stage=Stage.LA_ENQUIRIES, accepted_on=TODAY, acknowledged_on=TODAY)
        assert any(each.what.startswith("Make the enquiry") for each in duties(looked_for, missing, CALENDAR))
        found = done(state, Action.VERIFY_LOCATION, OFFICER, self.SEEN, missing)
        working = replace(found, stage=Stage.LA_ENQUIRIES, accepted_on=TODAY, acknowledged_on=TODAY)
        due = {each.what: each.owner for each in duties(working, missing, CALENDAR)}
        assert not any(what.startswith("Make the enquiry") for what in due)
        assert due[self.FOLLOWS] is Side.AUTHORITY
        ticked = Entry(item="next", reason="Attendance work, by Jo Hale")
        decided = done(working, Action.TICK_FOUND_ITEM, OFFICER, ticked)
        assert self.FOLLOWS not in {each.what for each in duties(decided, missing, CALENDAR)}
        gone = facts("P", "O*11", "P*2", "O*3", authority_missing=missing.authority_missing)
        due = {each.what for each in duties(replace(working, located_on=nth_day(13)), gone, CALENDAR)}
        assert self.FOLLOWS not in due
        assert any(what.startswith("Make the enquiry") for what in due)

    def test_a_search_rests_once_the_child_is_found_until_somebody_searches_again(self) -> None:
        state = at(Stage.VERIFYING, was_at=Stage.TRACE, removed_on=nth_day(10), reviewed_on=nth_day(4))
        found = done(state, Action.VERIFY_LOCATION, OFFICER, self.SEEN)
        assert {each.what for each in duties(found, ABSENT, CALENDAR)} == {self.CLOSES}
        again = record(found, Event(EventKind.TRACE_SENT, TODAY, {"stage": "trace", "is_wide": True}))
        assert {each.what for each in duties(again, ABSENT, CALENDAR)} == {"Check again for the child"}


class TestAChallenge:
    def test_it_is_answered_by_the_other_side_and_stops_nothing(self) -> None:
        said = Entry(message="We disagree with the rejection.")
        raised = done(at(Stage.ENQUIRIES, **SENT), Action.RAISE_CHALLENGE, DSL, said)
        assert raised.challenged_by == (Side.SCHOOL,)
        assert "No professional challenge" in refusal(raised, Action.ANSWER_CHALLENGE, DSL, said)
        answered = done(raised, Action.ANSWER_CHALLENGE, OFFICER, said)
        assert (answered.challenged_by, answered.stage) == ((), Stage.ENQUIRIES)

    def test_of_two_challenges_each_side_answers_the_others(self) -> None:
        said = Entry(message="We disagree.")
        raised = at(Stage.DECISION, **SENT, challenged_by=(Side.SCHOOL, Side.AUTHORITY))
        assert done(raised, Action.ANSWER_CHALLENGE, DSL, said).challenged_by == (Side.SCHOOL,)
        assert done(raised, Action.ANSWER_CHALLENGE, OFFICER, said).challenged_by == (Side.AUTHORITY,)

    def test_whoever_speaks_for_both_sides_leaves_the_answer_to_another(self) -> None:
        both = POLICY[DSL].permissions | POLICY[OFFICER].permissions
        raised = at(Stage.DECISION, **SENT, challenged_by=(Side.SCHOOL,))
        known = replace(ABSENT, entry=Entry(message="We disagree."))
        assert isinstance(decide(raised, Action.ANSWER_CHALLENGE, known, TODAY, permissions=both), Refused)

    def test_without_a_referral_there_is_nothing_to_challenge(self) -> None:
        said = refusal(at(Stage.ENQUIRIES), Action.RAISE_CHALLENGE, DSL, Entry(message="But"))
        assert "No referral has been sent" in said
