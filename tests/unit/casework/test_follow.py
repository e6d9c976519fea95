"""What a recount does to a case by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cme.access.roles import POLICY, Role
from cme.casework.case import (
    Action,
    CaseFacts,
    CaseState,
    Decision,
    Entry,
    Overlay,
    PreviousCase,
    ReviewDecision,
    Stage,
    allowed_actions,
    decide,
    fold_events,
    follow,
    record,
)
from cme.casework.events import Event, EventKind
from cme.casework.needs import is_eligible
from cme.casework.outcomes import read_outcomes
from cme.casework.questions import Question
from tests.unit.casework.pupils import COMPLETE, after, at, entry, facts, nth_day

DSL = POLICY[Role.DSL].permissions


def kinds(known: CaseFacts, day: int, state: CaseState | None = None) -> list[EventKind]:
    return [decision.event for decision in follow(state or CaseState(), known, nth_day(day))]


def sent(*days: str, day: int, **known: object) -> CaseState:
    """A case whose referral was sent on a day, after the count of these days."""
    today, counted = nth_day(day), facts(*days, draft=COMPLETE, **known)
    state = after(counted, today)
    decision = decide(state, Action.SEND_REFERRAL, counted, today, permissions=DSL)
    assert isinstance(decision, Decision)
    return record(state, decision.happened(today))


def test_nothing_happens_before_the_review_day() -> None:
    assert kinds(facts("P", "O*2"), 3) == []


def test_a_case_opens_on_the_review_day() -> None:
    assert kinds(facts("P", "O*3"), 4) == [EventKind.CASE_OPENED]
    state = after(facts("P", "O*3"), nth_day(4))
    assert (state.stage, state.opened_on, state.absent_from_on) == (Stage.ENQUIRIES, nth_day(4), nth_day(2))


def test_a_flagged_child_is_fast_tracked_on_the_first_day() -> None:
    known = facts("P", "O", flagged=True)
    assert kinds(known, 2) == [EventKind.CASE_OPENED, EventKind.CASE_FAST_TRACKED]
    assert after(known, nth_day(2)).overlays == {Overlay.FAST_TRACK}


@pytest.mark.parametrize("known", [{"on_roll": False}])
def test_a_pupil_off_roll_gets_no_case(known: dict[str, bool]) -> None:
    assert kinds(facts("P", "O*12", **known), 13) == []


def test_a_pupil_outside_compulsory_age_gets_no_case() -> None:
    known = facts("P", "O*12")
    assert kinds(replace(known, standing=replace(known.standing, compulsory_age=False)), 13) == []


def test_the_referral_is_drafted_on_the_ninth_day() -> None:
    assert kinds(facts("P", "O*8"), 9) == [EventKind.CASE_OPENED]
    assert kinds(facts("P", "O*9"), 10) == [EventKind.CASE_OPENED, EventKind.REFERRAL_DRAFTED]


def test_l10_a_known_holiday_is_not_referred_by_itself() -> None:
    assert kinds(facts("P", "G*10", whereabouts_known=True), 11) == [EventKind.CASE_OPENED]


def test_l23_a_child_seen_every_day_is_not_referred_by_itself() -> None:
    known = facts("P", "U*10")
    assert (known.return_run, known.removal_run, known.days_unseen) == (10, 0, 0)
    assert kinds(known, 11) == [EventKind.CASE_OPENED]


def test_no_draft_while_a_decision_not_to_refer_is_in_force() -> None:
    known = facts("P", "O*11")
    declined = at(Stage.ENQUIRIES, declined_on=nth_day(11), declined_until_on=nth_day(15))
    assert kinds(known, 12, declined) == []
    assert kinds(known, 15, declined) == [EventKind.REFERRAL_DRAFTED]
    # A later review has a date of its own, which renews nothing.
    assert kinds(known, 15, replace(declined, next_review_on=nth_day(30))) == [EventKind.REFERRAL_DRAFTED]


def test_l15_nineteen_days_are_not_enough() -> None:
    known = facts("P", "O*19")
    assert known.removal_run == 19
    assert EventKind.ELIGIBILITY_REACHED not in kinds(known, 20)


def test_l16_twenty_days_make_eligible_for_decision_and_remove_nobody() -> None:
    known = facts("P", "O*20")
    state = after(known, nth_day(21))
    assert (state.stage, state.stage.label) == (Stage.DECISION, "Eligible for decision")
    assert known.on_roll
    assert Action.CLOSE in allowed_actions(state, known, DSL, nth_day(21))


def test_l11_holiday_then_unknown_counts_towards_removal() -> None:
    known = facts("P", "G*10", "N*5", "O*5")
    assert known.removal_run == 20
    assert after(known, nth_day(21)).stage is Stage.DECISION


def test_l22_a_day_of_unavoidable_cause_is_not_eligible() -> None:
    known = facts("P", "O*19", "Y7")
    assert known.removal_run == 0
    assert after(known, nth_day(21)).stage is Stage.REFERRAL_DRAFT


def test_a_day_without_full_marks_keeps_eligibility_away_even_before_the_twenty_days() -> None:
    known = facts("P", "O|", "O*20")
    assert known.removal_run == 20
    assert known.standing.unmarked_on == (nth_day(2),)
    assert after(known, nth_day(22)).stage is Stage.REFERRAL_DRAFT


def test_a_case_nobody_referred_becomes_eligible_and_its_referral_can_still_be_sent() -> None:
    known = facts("P", "O*20", draft=COMPLETE)
    state = after(known, nth_day(21))
    assert state.referral_sent_on is None
    decision = decide(state, Action.SEND_REFERRAL, known, nth_day(21), permissions=DSL)
    assert isinstance(decision, Decision)
    assert record(state, decision.happened(nth_day(21))).stage is Stage.DECISION


def test_l17_a_present_mark_ends_eligibility_and_proposes_closing() -> None:
    state = after(facts("P", "O*20"), nth_day(21), sent("P", "O*11", day=12))
    assert state.stage is Stage.DECISION
    known = facts("P", "O*20", "O|\\")
    assert (known.return_run, known.removal_run) == (0, 0)
    assert kinds(known, 22, state) == [EventKind.ELIGIBILITY_LOST, EventKind.CLOSING_PROPOSED]
    assert after(known, nth_day(22), state).stage is Stage.REFERRED


def test_a_present_mark_of_a_day_still_open_ends_eligibility_at_once() -> None:
    known = facts("P", "O*20")
    this_morning = replace(known, standing=replace(known.standing, last_attended_on=nth_day(22)))
    decisions = follow(at(Stage.DECISION), this_morning, nth_day(22))
    assert decisions[0].event is EventKind.ELIGIBILITY_LOST
    assert decisions[0].data["because"] == "The register shows the pupil present on 1 October 2026."


@pytest.mark.parametrize("came_from", [Stage.ENQUIRIES, Stage.REFERRAL_DRAFT, Stage.REFERRED])
def test_losing_eligibility_leads_back_to_where_the_case_came_from(came_from: Stage) -> None:
    state = after(facts("P", "O*20"), nth_day(21), at(came_from, declined_on=None))
    lost = follow(state, facts("P", "O*20", "I"), nth_day(22))[0]
    assert lost.event is EventKind.ELIGIBILITY_LOST
    assert lost.next_stage in (came_from, Stage.REFERRAL_DRAFT)


def test_a_referral_sent_at_decision_leads_back_to_referred() -> None:
    state = sent("P", "O*20", day=21)
    assert state.stage is Stage.DECISION
    assert after(facts("P", "O*20", "I"), nth_day(22), state).stage is Stage.REFERRED


def test_closing_is_proposed_when_the_child_is_seen_and_withdrawn_when_absence_resumes() -> None:
    state = after(facts("P", "O*4", "P"), nth_day(6), at(Stage.ENQUIRIES))
    assert Overlay.CLOSING_PROPOSED in state.overlays
    assert kinds(facts("P", "O*4", "P*2"), 7, state) == []
    assert kinds(facts("P", "O*4", "P", "O"), 7, state) == [EventKind.CLOSING_WITHDRAWN]
    again = after(facts("P", "O*4", "P", "O"), nth_day(7), state)
    assert (again.overlays, again.closing_proposed_on) == (frozenset(), None)


def test_a_present_mark_suggests_the_outcome_and_says_why() -> None:
    (proposal,) = follow(at(Stage.ENQUIRIES), facts("P", "O*4", "P"), nth_day(6))
    assert proposal.event is EventKind.CLOSING_PROPOSED
    assert proposal.data["suggested"] == "O01"
    assert proposal.data["suggested"] in read_outcomes()
    assert proposal.data["because"].endswith(".")


def test_an_authorised_code_suggests_no_outcome_and_says_for_how_long_nobody_saw_the_child() -> None:
    (proposal,) = follow(at(Stage.ENQUIRIES), facts("P", "O*2", "I*2"), nth_day(6))
    assert proposal.event is EventKind.CLOSING_PROPOSED
    assert "suggested" not in proposal.data
    assert proposal.data["because"] == (
        "The latest marks are authorised, so no day counts now. "
        "Nobody at school has seen the child for 4 school days."
    )


def test_an_illness_mark_does_not_propose_closing_a_fast_tracked_case() -> None:
    state = at(Stage.ENQUIRIES, overlays=frozenset({Overlay.FAST_TRACK}))
    assert kinds(facts("P", "O", "I"), 4, state) == []
    assert kinds(facts("P", "O", "P"), 4, state) == [EventKind.CLOSING_PROPOSED]


def test_a_case_opened_by_hand_without_absence_is_not_proposed_for_closing_at_once() -> None:
    known = facts("P", "I*3", entry=Entry(reason="Family home empty"))
    opened = decide(CaseState(), Action.OPEN_BY_HAND, known, nth_day(4), permissions=DSL)
    assert isinstance(opened, Decision)
    state = record(CaseState(), opened.happened(nth_day(4)))
    assert kinds(known, 4, state) == []
    assert kinds(facts("P", "I*3", "P"), 5, state) == [EventKind.CLOSING_PROPOSED]


def test_l28_a_recode_below_ten_supersedes_the_referral_and_keeps_the_case_referred() -> None:
    state = sent("P", "O*11", day=12)
    known = facts("P", "I*3", "O*8", return_run_when_referred=8)
    assert known.return_run == 8
    (superseded,) = follow(state, known, nth_day(13))
    assert superseded.event is EventKind.REFERRAL_SUPERSEDED
    assert superseded.data["because"].startswith("The register now counts 8 school days")
    kept = after(known, nth_day(13), state)
    assert kept.stage is Stage.REFERRED
    assert kept.referral_sent_on == nth_day(12)
    assert kept.overlays == {Overlay.SUPERSEDED}
    back = facts("P", "O*12", return_run_when_referred=11)
    assert kinds(back, 14, kept) == [EventKind.REFERRAL_RESTORED]


def test_coming_back_does_not_supersede_a_referral_that_was_right() -> None:
    state = sent("P", "O*11", day=12)
    known = facts("P", "O*11", "P", return_run_when_referred=11)
    assert kinds(known, 13, state) == [EventKind.CLOSING_PROPOSED]


def test_a_referral_sent_early_for_risk_never_rested_on_ten_days() -> None:
    known = facts("P", "O*4", draft=COMPLETE)
    sent_early = decide(at(Stage.ENQUIRIES), Action.SEND_REFERRAL, known, nth_day(5), permissions=DSL)
    assert isinstance(sent_early, Decision)
    state = record(at(Stage.ENQUIRIES), sent_early.happened(nth_day(5)))
    assert kinds(facts("P", "O*5", return_run_when_referred=4), 6, state) == []


def test_a_closed_case_is_never_touched() -> None:
    assert kinds(facts("P", "O*25"), 26, at(Stage.CLOSED)) == []


def test_an_absence_whose_case_was_closed_opens_a_second_one_only_at_ten_and_at_twenty_days() -> None:
    early = PreviousCase(counted_to=nth_day(6), return_run=5)
    assert kinds(facts("P", "O*8", previous=early), 9) == []
    assert EventKind.CASE_OPENED in kinds(facts("P", "O*10", previous=early), 11)
    late = PreviousCase(counted_to=nth_day(13), return_run=12)
    assert kinds(facts("P", "O*15", previous=late), 16) == []
    assert EventKind.ELIGIBILITY_REACHED in kinds(facts("P", "O*20", previous=late), 21)


def test_an_absence_that_begins_on_the_day_of_closing_is_a_new_one() -> None:
    back = facts("P", "O*4", "P", entry=entry(nth_day(7), outcome_code="O01"))
    closed = decide(at(Stage.ENQUIRIES), Action.CLOSE, back, nth_day(7), permissions=DSL)
    assert isinstance(closed, Decision)
    previous = PreviousCase.of(record(at(Stage.ENQUIRIES), closed.happened(nth_day(7))))
    assert previous == PreviousCase(nth_day(6), 0, nth_day(7))
    assert kinds(facts("P", "O*4", "P", "O*3", previous=previous), 9) == [EventKind.CASE_OPENED]


def test_an_open_case_is_no_previous_one() -> None:
    assert PreviousCase.of(at(Stage.ENQUIRIES)) is None


def test_a_new_absence_after_a_closed_case_opens_a_new_one() -> None:
    previous = PreviousCase(counted_to=nth_day(7), return_run=0)
    assert kinds(facts("P", "O*4", "P*2", "O*3", previous=previous), 10) == [EventKind.CASE_OPENED]


def test_a_pupil_no_longer_on_roll_is_proposed_for_closing_without_an_outcome() -> None:
    (proposal,) = follow(at(Stage.ENQUIRIES), facts("P", "O*5", on_roll=False), nth_day(7))
    assert "suggested" not in proposal.data
    assert "no longer on the register" in proposal.data["because"]


@pytest.mark.parametrize(
    ("on_roll", "of_age", "because"),
    [
        (False, True, "The pupil is no longer on the register of this school."),
        (True, False, "The pupil is not of compulsory school age."),
    ],
)
def test_eligibility_is_lost_with_the_place_or_the_age_and_says_so(
    on_roll: bool, of_age: bool, because: str
) -> None:
    known = facts("P", "O*20", on_roll=on_roll)
    known = replace(known, standing=replace(known.standing, compulsory_age=of_age))
    lost, proposed = follow(at(Stage.DECISION), known, nth_day(21))
    assert (lost.event, lost.data["because"]) == (EventKind.ELIGIBILITY_LOST, because)
    assert proposed.event is EventKind.CLOSING_PROPOSED


CODES = st.sampled_from(["P", "O", "O", "O", "N", "G", "U", "I", "Y7", "O|\\", "D"])
SPELLS = st.lists(CODES, max_size=8)
LONG = st.builds(lambda length, code: [code] * length, st.integers(1, 25), st.sampled_from(["O", "G"]))
CHAPTERS = st.lists(
    st.tuples(
        st.one_of(SPELLS, LONG),
        st.sampled_from(sorted(Action)),
        st.sampled_from(sorted(Role)),
        st.sampled_from(["", *read_outcomes()]),
        st.sampled_from(list(ReviewDecision)),
        st.booleans(),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(chapters=CHAPTERS)
def test_any_history_can_be_replayed_and_closed_cases_stay_closed(
    chapters: list[tuple[list[str], Action, Role, str, ReviewDecision, bool]],
) -> None:
    days, state, events, day = ["P"], CaseState(), list[Event](), 1
    for spell, action, role, outcome, decision, flag in chapters:
        days = (days + spell)[:60]
        day = max(day, len(days))
        today = nth_day(day)
        known = facts(
            *days,
            draft=COMPLETE,
            flagged=flag,
            return_run_when_referred=state.referral_run,
            entry=entry(today, outcome_code=outcome, decision=decision),
        )
        decisions = list(follow(state, known, today))
        for followed in decisions:
            events.append(followed.happened(today))
            state = record(state, events[-1])
        assert follow(state, known, today) == ()
        assert (state.stage is Stage.DECISION) <= is_eligible(Question(state, known, DSL, today))
        was_closed = state.stage is Stage.CLOSED
        answer = decide(state, action, known, today, permissions=POLICY[role].permissions)
        if isinstance(answer, Decision):
            events.append(answer.happened(today))
            state = record(state, events[-1])
        assert not was_closed or state.stage is Stage.CLOSED
        assert fold_events(events) == state
        assert [event.on for event in events] == sorted(event.on for event in events)
        day += timedelta(days=1).days


def test_events_carry_nothing_but_json() -> None:
    plain = (str, int, bool, list)
    known = facts("P", "O*20", draft=COMPLETE, flagged=True)
    for decision in follow(CaseState(), known, nth_day(21)):
        assert all(type(value) in plain for value in decision.data.values()), decision
