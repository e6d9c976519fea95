"""Sending a referral, approving and updating it, questions about it, and the talk with the child."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cme.access.roles import POLICY, Permission, Role
from cme.casework.case import (
    Action,
    CaseFacts,
    CaseState,
    Decision,
    Overlay,
    Refused,
    Stage,
    allowed_actions,
    decide,
    record,
)
from cme.casework.enquiries.readiness import Readiness
from cme.casework.enquiries.steps import read_steps
from cme.casework.events import EventKind
from cme.casework.outcomes import Side
from cme.casework.policy.changes import changed
from cme.casework.referral.answers import ReferralDraft
from cme.casework.state import Unanswered
from tests.referrals import COMPLETE
from tests.unit.casework.pupils import PACK, at, entry, facts, nth_day

TODAY = nth_day(14)
ABSENT = facts("P", "O*12", draft=COMPLETE, entry=entry(TODAY))
ASKS_THE_HEAD = changed(PACK, {"rules.head_approves_referral": True})
NOT_READY = Readiness(14, 16, (read_steps()["E18"], read_steps()["E21"]))


def of(role: Role) -> frozenset[Permission]:
    return POLICY[role].permissions


DSL, HEAD, OFFICER, FRONT_DOOR = (
    of(role) for role in (Role.DSL, Role.HEAD, Role.CME_OFFICER, Role.FRONT_DOOR)
)


def decided(
    state: CaseState, action: Action, known: CaseFacts = ABSENT, who: frozenset[Permission] = DSL
) -> Decision:
    decision = decide(state, action, known, TODAY, permissions=who)
    assert isinstance(decision, Decision), decision
    return decision


def refused(
    state: CaseState, action: Action, known: CaseFacts = ABSENT, who: frozenset[Permission] = DSL
) -> Refused:
    refusal = decide(state, action, known, TODAY, permissions=who)
    assert isinstance(refusal, Refused), refusal
    return refusal


def after(state: CaseState, action: Action, known: CaseFacts, who: frozenset[Permission] = DSL) -> CaseState:
    """The state once an action is done."""
    return record(state, decided(state, action, known, who).happened(TODAY))


class TestReferral:
    def test_it_goes_to_the_front_door_and_the_cme_officer(self) -> None:
        decision = decided(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL)
        assert decision.next_stage is Stage.REFERRED
        assert decision.data["recipients"] == ["front_door", "cme_officer"]
        assert decision.data["return_run"] == 12

    def test_it_waits_for_its_starred_fields_and_names_them(self) -> None:
        draft = ReferralDraft({**COMPLETE.answers, "carers": "", "criterion": ""})
        refusal = refused(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, replace(ABSENT, draft=draft))
        assert "lacks: Parents and carers; Criterion." in refusal.reason

    def test_a_safeguarding_referral_never_waits_and_says_what_it_lacks(self) -> None:
        known = replace(ABSENT, draft=ReferralDraft({"type": "fast_track"}, safeguarding=True))
        decision = decided(at(Stage.ENQUIRIES), Action.SEND_REFERRAL, known)
        assert decision.next_stage is Stage.REFERRED
        assert decision.data["safeguarding"] is True
        assert "carers" in decision.data["missing"]

    def test_it_can_be_sent_from_enquiries_before_a_draft_is_due(self) -> None:
        known = replace(facts("P", "O*4"), draft=COMPLETE)
        assert decided(at(Stage.ENQUIRIES), Action.SEND_REFERRAL, known).next_stage is Stage.REFERRED

    def test_without_a_draft_there_is_nothing_to_send(self) -> None:
        refusal = refused(at(Stage.ENQUIRIES), Action.SEND_REFERRAL, replace(ABSENT, draft=None))
        assert refusal.reason.startswith("There is no referral to send.")

    def test_it_is_sent_once(self) -> None:
        state = at(Stage.DECISION, referral_sent_on=nth_day(11))
        assert refused(state, Action.SEND_REFERRAL).reason.startswith(
            "The referral was sent on 16 September 2026."
        )

    def test_one_that_nobody_sent_in_time_is_still_sent_at_decision(self) -> None:
        decision = decided(at(Stage.DECISION), Action.SEND_REFERRAL)
        assert (decision.next_stage, decision.event) == (Stage.DECISION, EventKind.REFERRAL_SENT)

    def test_declining_needs_a_code_a_reason_who_agreed_and_a_date_ahead(self) -> None:
        bare = replace(
            ABSENT,
            entry=replace(ABSENT.entry, reason_code="", reason="", agreed_by="", next_review_on=TODAY),
        )
        refusal = refused(at(Stage.REFERRAL_DRAFT), Action.DECLINE_REFERRAL, bare)
        assert refusal.missing == ("reason_code", "reason", "agreed_by", "next_review_on")
        decision = decided(at(Stage.REFERRAL_DRAFT), Action.DECLINE_REFERRAL)
        assert decision.next_stage is Stage.ENQUIRIES
        assert decision.data["agreed_by"] == "A. Head"

    def test_it_is_acknowledged_once(self) -> None:
        state = at(Stage.REFERRED, referral_sent_on=nth_day(11))
        assert decided(state, Action.ACKNOWLEDGE_REFERRAL, ABSENT, OFFICER).next_stage is Stage.REFERRED
        again = replace(state, acknowledged_on=TODAY)
        assert "was acknowledged on" in refused(again, Action.ACKNOWLEDGE_REFERRAL, ABSENT, OFFICER).reason


class TestEnquiries:
    def test_missing_enquiries_are_named_and_hold_it_back(self) -> None:
        refusal = refused(
            at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, replace(ABSENT, readiness=NOT_READY)
        )
        assert refusal.missing == ("ready",)
        assert refusal.reason.startswith("Enquiries: 14 of 16; missing: home visit, letter 1.")

    def test_a_reason_lets_it_go_and_is_kept_with_what_was_missing(self) -> None:
        draft = replace(COMPLETE, without_enquiries="The road is flooded")
        known = replace(ABSENT, draft=draft, readiness=NOT_READY)
        data = decided(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, known).data
        assert (data["without_steps"], data["without_because"]) == (["E18", "E21"], "The road is flooded")

    def test_a_reason_that_was_not_needed_is_not_told(self) -> None:
        known = replace(ABSENT, draft=replace(COMPLETE, without_enquiries="x"), readiness=Readiness(16, 16))
        data = decided(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, known).data
        assert not {"without_steps", "without_because"} & data.keys()

    def test_they_never_hold_back_a_safeguarding_referral(self) -> None:
        known = replace(ABSENT, draft=ReferralDraft(safeguarding=True), readiness=NOT_READY)
        assert decided(at(Stage.ENQUIRIES), Action.SEND_REFERRAL, known).next_stage is Stage.REFERRED


class TestApproval:
    ASKED = replace(ABSENT, pack=ASKS_THE_HEAD)

    def test_it_is_asked_for_only_where_the_authority_asks(self) -> None:
        assert decided(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL)
        assert refused(at(Stage.REFERRAL_DRAFT), Action.APPROVE_REFERRAL, who=HEAD).missing == (
            "approval_asked",
        )
        refusal = refused(at(Stage.REFERRAL_DRAFT), Action.SEND_REFERRAL, self.ASKED)
        assert refusal.missing == ("approved",)
        assert "Save it, and ask the head teacher to approve it." in refusal.reason

    def test_an_approved_referral_is_sent(self) -> None:
        state = after(at(Stage.REFERRAL_DRAFT), Action.APPROVE_REFERRAL, self.ASKED, HEAD)
        assert state.stage is Stage.REFERRAL_DRAFT
        assert decided(state, Action.SEND_REFERRAL, self.ASKED)

    def test_it_lapses_when_the_referral_changes_and_holds_again_when_it_is_changed_back(self) -> None:
        state = after(at(Stage.REFERRAL_DRAFT), Action.APPROVE_REFERRAL, self.ASKED, HEAD)
        other = ReferralDraft({**COMPLETE.answers, "who_said_what": "The aunt rang on Monday"})
        refusal = refused(state, Action.SEND_REFERRAL, replace(self.ASKED, draft=other))
        assert refusal.reason.startswith("The referral was changed after the head teacher approved it.")
        assert decided(state, Action.SEND_REFERRAL, self.ASKED)

    def test_it_is_of_the_text_that_was_read(self) -> None:
        stale = replace(self.ASKED, entry=entry(TODAY, draft_read="something else"))
        refusal = refused(at(Stage.REFERRAL_DRAFT), Action.APPROVE_REFERRAL, stale, HEAD)
        assert refusal.missing == ("draft_read",)

    def test_it_is_offered_once_the_form_is_whole_and_until_it_is_given(self) -> None:
        def offered(state: CaseState, known: CaseFacts) -> bool:
            return Action.APPROVE_REFERRAL in allowed_actions(state, known, HEAD, TODAY)

        state = at(Stage.REFERRAL_DRAFT)
        assert offered(state, self.ASKED)
        assert not offered(state, replace(self.ASKED, draft=ReferralDraft()))
        assert not offered(after(state, Action.APPROVE_REFERRAL, self.ASKED, HEAD), self.ASKED)

    def test_it_never_holds_back_a_safeguarding_referral(self) -> None:
        urgent = replace(self.ASKED, draft=ReferralDraft(safeguarding=True))
        assert decided(at(Stage.ENQUIRIES), Action.SEND_REFERRAL, urgent).next_stage is Stage.REFERRED


class TestUpdate:
    STATE = at(Stage.REFERRED, referral_sent_on=nth_day(11), acknowledged_on=nth_day(12))
    UPDATE = ReferralDraft({**COMPLETE.answers, "type": "update", "news": "Seen in Leeds"})

    @pytest.mark.parametrize("stage", [Stage.REFERRED, Stage.DECISION, Stage.ENQUIRIES])
    def test_it_leaves_the_case_where_it_is_and_is_acknowledged_anew(self, stage: Stage) -> None:
        state = replace(self.STATE, stage=stage)
        decision = decided(state, Action.SEND_UPDATE, replace(ABSENT, draft=self.UPDATE))
        assert (decision.next_stage, decision.event) == (stage, EventKind.REFERRAL_UPDATED)
        assert decision.data["recipients"] == ["front_door", "cme_officer"]
        now = record(state, decision.happened(TODAY))
        assert (now.referral_sent_on, now.acknowledged_on, now.updated_on) == (nth_day(11), None, TODAY)

    def test_it_says_what_is_new(self) -> None:
        silent = ReferralDraft({**self.UPDATE.answers, "news": " "})
        refusal = refused(self.STATE, Action.SEND_UPDATE, replace(ABSENT, draft=silent))
        assert "The referral lacks: What is new, or corrected." in refusal.reason

    def test_what_was_sent_is_no_update_and_is_not_sent_again(self) -> None:
        sent = ReferralDraft({**self.UPDATE.answers, "sent": "20 November 2026"})
        for draft in (COMPLETE, sent):
            refusal = refused(self.STATE, Action.SEND_UPDATE, replace(ABSENT, draft=draft))
            assert refusal.missing == ("update_written",)

    def test_there_is_none_before_the_referral(self) -> None:
        refusal = refused(at(Stage.REFERRAL_DRAFT), Action.SEND_UPDATE, replace(ABSENT, draft=self.UPDATE))
        assert refusal.missing == ("sent",)


class TestQuestions:
    STATE = at(Stage.REFERRED, referral_sent_on=nth_day(11))

    @pytest.mark.parametrize(
        ("who", "side"),
        [(DSL, "school"), (OFFICER, "authority"), (FRONT_DOOR, "authority"), (DSL | OFFICER, "school")],
    )
    def test_each_side_asks_in_its_own_name(self, who: frozenset[Permission], side: str) -> None:
        data = decided(self.STATE, Action.ASK_QUESTION, who=who).data
        assert (data["number"], data["side"]) == (1, side)
        assert data["text"] == "Where was the child last seen?"

    def test_questions_are_numbered_and_wait_until_the_other_side_answers(self) -> None:
        state = after(self.STATE, Action.ASK_QUESTION, ABSENT)
        state = after(state, Action.ASK_QUESTION, ABSENT, OFFICER)
        first, second = Unanswered(1, Side.SCHOOL, TODAY), Unanswered(2, Side.AUTHORITY, TODAY)
        assert state.unanswered == (first, second)
        answered = after(state, Action.ANSWER_QUESTION, ABSENT, FRONT_DOOR)
        assert answered.unanswered == (second,)
        assert after(answered, Action.ASK_QUESTION, ABSENT).questions_asked == 3

    def test_nobody_answers_the_question_of_their_own_side_or_one_that_is_answered(self) -> None:
        state = after(self.STATE, Action.ASK_QUESTION, ABSENT)
        assert refused(state, Action.ANSWER_QUESTION).missing == ("unanswered", "question")
        state = after(state, Action.ASK_QUESTION, ABSENT, OFFICER)
        assert refused(state, Action.ANSWER_QUESTION).missing == ("question",)
        unknown = replace(ABSENT, entry=entry(TODAY, question=9))
        assert refused(state, Action.ANSWER_QUESTION, unknown).missing == ("question",)

    def test_somebody_of_both_sides_answers_either(self) -> None:
        state = after(self.STATE, Action.ASK_QUESTION, ABSENT)
        decision = decided(state, Action.ANSWER_QUESTION, who=DSL | OFFICER)
        assert decision.data == {
            "stage": "referred",
            "answers": 1,
            "side": "authority",
            "text": "Where was the child last seen?",
        }

    @pytest.mark.parametrize(
        ("text", "said"), [(" ", "Enter what you"), ("x" * 4001, "What you want to say")]
    )
    def test_it_says_something_and_not_too_much(self, text: str, said: str) -> None:
        known = replace(ABSENT, entry=entry(TODAY, message=text))
        assert refused(self.STATE, Action.ASK_QUESTION, known).reason.startswith(said)

    def test_there_is_nobody_to_ask_before_the_referral(self) -> None:
        assert refused(at(Stage.REFERRAL_DRAFT), Action.ASK_QUESTION).missing == ("sent",)


class TestWelfareTalk:
    STATE = at(Stage.ENQUIRIES, closing_proposed_on=TODAY, overlays=frozenset({Overlay.CLOSING_PROPOSED}))

    def test_it_tells_who_when_and_what_the_child_said(self) -> None:
        known = replace(ABSENT, entry=entry(TODAY, held_on=nth_day(13), words="I was at my nan's."))
        decision = decided(self.STATE, Action.RECORD_TALK, known)
        assert decision.data["held_by"] == "K. Lowe, form tutor"
        assert decision.data["words"] == "I was at my nan's."
        assert record(self.STATE, decision.happened(TODAY)).welfare_talk_on == nth_day(13)

    @pytest.mark.parametrize(
        ("entered", "missing", "said"),
        [
            ({"held_by": " "}, "held_by", "Enter who talked with the child."),
            ({"held_on": None}, "held_on", "Enter the day of the talk."),
            ({"held_on": TODAY + timedelta(days=1)}, "held_on", "The day of the talk must be today or"),
            ({"held_on": nth_day(1)}, "held_on", "The day of the talk lies before this absence began."),
        ],
    )
    def test_it_needs_who_and_a_day_that_can_be(
        self, entered: dict[str, object], missing: str, said: str
    ) -> None:
        refusal = refused(self.STATE, Action.RECORD_TALK, replace(ABSENT, entry=entry(TODAY, **entered)))
        assert refusal.missing == (missing,)
        assert refusal.reason.startswith(said)

    def test_a_child_who_is_absent_again_is_talked_with_again(self) -> None:
        state = after(self.STATE, Action.RECORD_TALK, ABSENT)
        withdrawn = decide(
            state, Action.WITHDRAW_CLOSING, ABSENT, TODAY, permissions=frozenset({Permission.FOLLOW_REGISTER})
        )
        assert isinstance(withdrawn, Decision)
        assert record(state, withdrawn.happened(TODAY)).welfare_talk_on is None
