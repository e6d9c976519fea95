"""The transition table over its full product, and what each action needs."""

from dataclasses import replace
from itertools import product

import pytest

from cme.access.roles import POLICY, SYSTEM, Permission, Role
from cme.access.scope import Grant, Scope
from cme.casework.case import (
    STAGES,
    TRANSITIONS,
    Action,
    CaseFacts,
    CaseState,
    Decision,
    Overlay,
    PreviousCase,
    Refused,
    ReviewDecision,
    Stage,
    allowed_actions,
    decide,
)
from cme.casework.events import EVENT_TYPES, EventKind
from cme.casework.folding import EFFECTS
from cme.casework.needs import NEEDS, Need
from cme.casework.outcomes import read_outcomes
from cme.casework.review import Rating, Review
from cme.casework.safety.flags import KnownRisks
from tests.referrals import COMPLETE
from tests.reviews import CALM, YES, found
from tests.unit.casework.pupils import at, entry, facts, nth_day

TODAY = nth_day(14)
ABSENT = facts("P", "O*12", draft=COMPLETE, entry=entry(TODAY))
PEOPLE = tuple(role for role in Role if role is not Role.OPERATOR)


def of(role: Role) -> frozenset[Permission]:
    return POLICY[role].permissions


DSL, OFFICER = of(Role.DSL), of(Role.CME_OFFICER)


def decided(state: CaseState, action: Action, known: CaseFacts, who: frozenset[Permission]) -> Decision:
    decision = decide(state, action, known, TODAY, permissions=who)
    assert isinstance(decision, Decision), decision
    return decision


def refused(state: CaseState, action: Action, known: CaseFacts, who: frozenset[Permission]) -> Refused:
    refusal = decide(state, action, known, TODAY, permissions=who)
    assert isinstance(refusal, Refused), refusal
    return refusal


@pytest.mark.parametrize(("stage", "action"), list(product(Stage, Action)))
def test_every_cell_is_decided_or_refused_in_words(stage: Stage, action: Action) -> None:
    for role in Role:
        _check_cell(stage, action, role)


def _check_cell(stage: Stage, action: Action, role: Role) -> None:
    answer = decide(at(stage), action, ABSENT, TODAY, permissions=of(role))
    row = TRANSITIONS.get((stage, action))
    if row is None:
        assert isinstance(answer, Refused), role
        assert answer.missing == ("stage",), role
    elif row.permission not in of(role):
        assert isinstance(answer, Refused), role
        assert answer.missing == ("permission",), role
    if isinstance(answer, Refused):
        assert answer.sentences
        assert all(len(sentence.split()) > 2 and sentence.endswith(".") for sentence in answer.sentences)
    else:
        assert row is not None
        assert answer.next_stage in {row.next_stage, *row.branches.values()}
        assert set(answer.data) <= {"stage", *EVENT_TYPES[answer.event].keys}


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_label_and_a_row(action: Action) -> None:
    assert action.label
    assert any(row.action is action for row in TRANSITIONS.values())


def test_every_row_leads_to_a_stage_by_an_event_through_known_needs() -> None:
    for (stage, action), row in TRANSITIONS.items():
        assert (row.stage, row.action) == (stage, action)
        assert row.next_stage in STAGES
        assert set(row.branches.values()) <= set(STAGES)
        assert bool(row.branches) == bool(row.fork)
        assert row.event in EVENT_TYPES
        assert set(row.needs) <= set(NEEDS)


def test_every_need_every_event_and_every_permission_to_act_is_used() -> None:
    rows = TRANSITIONS.values()
    assert {need for row in rows for need in row.needs} == set(Need) == set(NEEDS)
    assert {row.event for row in rows} == set(EventKind) == set(EVENT_TYPES)
    held = frozenset().union(*(of(role) for role in PEOPLE))
    assert {row.permission for row in rows} - SYSTEM <= held


def test_every_event_has_a_title_and_private_keys_are_its_own() -> None:
    for kind, type_ in EVENT_TYPES.items():
        assert type_.title, kind
        assert type_.private <= set(type_.keys)
    for kind, effect in EFFECTS.items():
        assert set(effect.copies.values()) <= set(EVENT_TYPES[kind].keys), kind


def test_a_closed_case_stays_closed_whether_it_is_taken_up_or_the_child_is_admitted_again() -> None:
    rows = [row for row in TRANSITIONS.values() if row.stage is Stage.CLOSED]
    assert {row.next_stage for row in rows} == {Stage.CLOSED}
    assert {Action.REOPEN, Action.READMIT} <= {row.action for row in rows}


def test_every_open_stage_can_be_closed_and_every_stage_can_be_reached() -> None:
    for stage in Stage:
        assert ((stage, Action.CLOSE) in TRANSITIONS) == stage.is_open
    reached = {Stage.WATCHING}
    for _ in Stage:
        for row in TRANSITIONS.values():
            if row.stage in reached:
                reached |= {row.next_stage, *row.branches.values()}
    assert reached == set(Stage)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", Stage)
def test_what_the_register_does_is_never_offered_to_anybody(role: Role, stage: Stage) -> None:
    assert not of(role) & SYSTEM
    for action in allowed_actions(at(stage), ABSENT, of(role), TODAY):
        assert TRANSITIONS[stage, action].permission not in SYSTEM


@pytest.mark.parametrize(("stage", "role"), list(product(Stage, Role)))
def test_a_button_is_shown_exactly_when_a_filled_in_form_would_be_accepted(stage: Stage, role: Role) -> None:
    state = at(stage, referral_sent_on=TODAY if stage is Stage.REFERRED else None)
    outcome = "O25" if role in (Role.DSL, Role.CME_OFFICER) else ""
    item = {Role.DSL: "seen", Role.CME_OFFICER: "records"}.get(role, "")
    filled_in = entry(TODAY, decision=ReviewDecision.ENQUIRE_ON, outcome_code=outcome, item=item)
    known = replace(ABSENT, entry=filled_in, previous=None)
    shown = set(allowed_actions(state, known, of(role), TODAY))
    accepted = {
        action
        for action in Action
        if isinstance(decide(state, action, known, TODAY, permissions=of(role)), Decision)
    }
    assert shown == accepted


def test_a_head_is_told_who_sends_the_referral() -> None:
    refusal = refused(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, ABSENT, of(Role.HEAD))
    assert (
        refusal.reason
        == "Send the referral: this is for the Designated safeguarding lead. Ask them to do it."
    )


def test_a_head_who_is_also_dsl_may_send() -> None:
    both = Scope(7, "R. Both", frozenset({Grant(Role.HEAD, 1, 10), Grant(Role.DSL, 1, 10)}))
    permissions = both.permissions_at(authority_id=1, school_id=10)
    assert decided(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, ABSENT, permissions)


class TestReview:
    def sign(self, review: Review = CALM, state: CaseState | None = None, **entered: object) -> object:
        """Sign the review of a case at enquiries, the decision to enquire on unless another is entered."""
        filled = entry(TODAY, **{"decision": ReviewDecision.ENQUIRE_ON, "review": review, **entered})
        known = replace(ABSENT, entry=filled)
        return decide(state or at(Stage.ENQUIRIES), Action.SIGN_REVIEW, known, TODAY, permissions=DSL)

    def refused(self, review: Review = CALM, **entered: object) -> Refused:
        answer = self.sign(review, **entered)
        assert isinstance(answer, Refused)
        return answer

    def test_an_empty_one_is_told_what_is_missing(self) -> None:
        refusal = self.refused(Review(), decision=None, reason=" ", next_review_on=None)
        assert refusal.missing == ("answers", "rating", "decision", "reason", "next_review_on")

    @pytest.mark.parametrize("decision", ReviewDecision)
    def test_the_next_date_is_never_left_blank(self, decision: ReviewDecision) -> None:
        refusal = self.refused(decision=decision, next_review_on=None)
        assert refusal.sentences == ("Enter the next review date.",)

    def test_the_next_date_must_lie_ahead(self) -> None:
        assert self.refused(next_review_on=TODAY).sentences == (
            "The next review date must be after today. Enter a later date.",
        )

    @pytest.mark.parametrize(
        ("decision", "stage"),
        [
            (ReviewDecision.ENQUIRE_ON, Stage.ENQUIRIES),
            (ReviewDecision.ADVICE, Stage.ENQUIRIES),
            (ReviewDecision.CLOSE, Stage.ENQUIRIES),
            (ReviewDecision.REFER_NOW, Stage.REFERRAL_DRAFT),
        ],
    )
    def test_the_decision_says_where_it_leads(self, decision: ReviewDecision, stage: Stage) -> None:
        answer = self.sign(decision=decision)
        assert isinstance(answer, Decision)
        assert (answer.next_stage, answer.data["decision"]) == (stage, decision.value)

    @pytest.mark.parametrize("stage", [Stage.REFERRAL_DRAFT, Stage.REFERRED, Stage.DECISION])
    def test_a_late_review_leaves_the_case_where_it_is(self, stage: Stage) -> None:
        answer = self.sign(state=at(stage), decision=ReviewDecision.REFER_NOW)
        assert isinstance(answer, Decision)
        assert answer.next_stage is stage

    def test_the_event_carries_rating_and_decision_and_hides_the_words(self) -> None:
        answer = self.sign()
        assert isinstance(answer, Decision)
        assert (answer.data["rating"], answer.data["decision"]) == ("medium", "enquire_on")
        assert EVENT_TYPES[EventKind.REVIEW_SIGNED].private == {"rating", "reason"}

    def test_an_immediate_risk_asks_who_is_told(self) -> None:
        review = replace(found(fgm=YES), rating=Rating.HIGH)
        refusal = self.refused(review, decision=ReviewDecision.REFER_NOW)
        assert refusal.missing == ("front_door", "police")
        assert "Children's Access Point" in refusal.reason
        assert isinstance(self.sign(replace(review, front_door=YES, police=YES)), Decision)

    def test_what_is_on_record_of_the_child_counts(self) -> None:
        low = replace(found(whereabouts_known=YES), rating=Rating.LOW)
        assert isinstance(self.sign(low), Decision)
        known = replace(
            ABSENT,
            risks=KnownRisks(frozenset({"looked_after"})),
            entry=entry(TODAY, decision=ReviewDecision.ENQUIRE_ON, review=low),
        )
        assert refused(at(Stage.ENQUIRIES), Action.SIGN_REVIEW, known, DSL).missing == ("rating",)

    def test_safeguarding_never_waits_for_answers(self) -> None:
        bare = Review(rating=Rating.HIGH)
        assert isinstance(self.sign(bare, decision=ReviewDecision.REFER_NOW), Decision)


class TestClosing:
    def close(
        self, known: CaseFacts, code: str, who: frozenset[Permission] = DSL, **entered: object
    ) -> object:
        known = replace(known, entry=entry(TODAY, outcome_code=code, **entered))
        return decide(at(Stage.ENQUIRIES), Action.CLOSE, known, TODAY, permissions=who)

    def test_returned_to_school_needs_a_present_mark(self) -> None:
        answer = self.close(ABSENT, "O01")
        assert isinstance(answer, Refused)
        assert "no present mark since this absence began" in answer.reason
        assert isinstance(self.close(facts("P", "O*4", "P"), "O01"), Decision)

    def test_returned_to_school_needs_the_welfare_talk_or_why_there_was_none(self) -> None:
        back = facts("P", "O*4", "P", entry=entry(TODAY, outcome_code="O01", no_talk=" "))
        refusal = refused(at(Stage.ENQUIRIES), Action.CLOSE, back, DSL)
        assert refusal.missing == ("no_talk",)
        held = at(Stage.ENQUIRIES, welfare_talk_on=nth_day(6))
        assert "no_talk" not in decided(held, Action.CLOSE, back, DSL).data
        why = replace(back, entry=replace(back.entry, no_talk="Spoken to by the social worker"))
        said = decided(at(Stage.ENQUIRIES), Action.CLOSE, why, DSL).data["no_talk"]
        assert said == "Spoken to by the social worker"

    def test_a_child_who_is_not_back_needs_no_talk_to_close(self) -> None:
        assert isinstance(self.close(ABSENT, "O25", no_talk=""), Decision)

    def test_a_present_mark_before_this_absence_is_none(self) -> None:
        assert isinstance(self.close(facts("P", "I*4"), "O01"), Refused)

    def test_a_child_who_is_absent_again_is_not_closed_as_returned(self) -> None:
        answer = self.close(facts("P", "O*4", "P", "O"), "O01")
        assert isinstance(answer, Refused)
        assert answer.reason.startswith("The pupil is absent again.")

    def test_an_outcome_of_the_other_side_is_refused(self) -> None:
        answer = self.close(ABSENT, "O26")
        assert isinstance(answer, Refused)
        assert "for the authority to set" in answer.reason
        assert isinstance(self.close(ABSENT, "O26", OFFICER), Decision)
        assert isinstance(self.close(facts("P", "O*4", "P"), "O01", OFFICER), Refused)

    def test_an_outcome_of_both_sides_needs_who_agreed(self) -> None:
        assert isinstance(self.close(ABSENT, "O03", agreed_by=""), Refused)
        assert isinstance(self.close(ABSENT, "O03"), Decision)

    @pytest.mark.parametrize("code", ["O14", "O15", "O16", "O28"])
    def test_an_outcome_of_removal_needs_a_removal(self, code: str) -> None:
        answer = self.close(ABSENT, code, OFFICER)
        assert isinstance(answer, Refused)
        assert answer.missing == ("outcome_evidence",)
        assert isinstance(self.close(replace(ABSENT, removal_made=True), code, OFFICER), Decision)

    def test_reason_and_outcome_are_both_needed(self) -> None:
        answer = self.close(ABSENT, "", reason="")
        assert isinstance(answer, Refused)
        assert answer.missing == ("outcome_code", "reason")
        answer = self.close(ABSENT, "O99")
        assert isinstance(answer, Refused)
        assert answer.reason == "Choose an outcome from the list."

    def test_every_outcome_can_be_used_by_somebody(self) -> None:
        ended = replace(facts("P", "O*4", "P"), removal_made=True)
        aged_out = replace(ended, standing=replace(ended.standing, compulsory_age=False))
        for code in read_outcomes():
            known = aged_out if code == "O23" else ended
            assert any(isinstance(self.close(known, code, who), Decision) for who in (DSL, OFFICER)), code


class TestOpening:
    def test_a_dsl_opens_by_hand_with_a_reason_before_the_review_day(self) -> None:
        known = facts("P", "O", entry=entry(TODAY))
        decision = decided(CaseState(), Action.OPEN_BY_HAND, known, DSL)
        assert decision.next_stage is Stage.ENQUIRIES
        assert decision.data["absent_from"] == nth_day(2).isoformat()

    def test_a_closed_case_is_taken_up_in_a_new_one_by_officer_or_dsl(self) -> None:
        closed = at(Stage.CLOSED, closed_on=nth_day(6))
        assert decided(closed, Action.REOPEN, ABSENT, OFFICER).next_stage is Stage.CLOSED
        known = replace(ABSENT, previous=PreviousCase(nth_day(6), 4))
        assert decided(CaseState(), Action.OPEN_AGAIN, known, OFFICER).next_stage is Stage.ENQUIRIES
        assert refused(CaseState(), Action.OPEN_AGAIN, ABSENT, OFFICER).missing == ("closed_before",)


def test_an_action_at_the_wrong_stage_is_told_where_it_belongs() -> None:
    refusal = refused(at(Stage.ENQUIRIES), Action.ACKNOWLEDGE_REFERRAL, ABSENT, OFFICER)
    assert refusal.reason == (
        "Acknowledge the referral: not possible while the case is at “School enquiries”. "
        "It can be done at: Referred, Returned to the school, Authority's enquiries, Joint review, "
        "Eligible for decision, Removal proposed, Removed: CTF to upload, Being traced, Location to verify."
    )


def test_stages_and_overlays_have_labels() -> None:
    assert all(stage.label and STAGES[stage].meaning for stage in Stage)
    assert all(overlay.label for overlay in Overlay)
    assert all(decision.label for decision in ReviewDecision)
    assert "remove" not in Stage.DECISION.label.casefold()
