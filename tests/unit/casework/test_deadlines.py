"""What a case owes: the days of an absence, and a duty at every open stage."""

from dataclasses import replace
from datetime import date

import pytest

from cme.casework.case import CaseState, Overlay, Stage
from cme.casework.deadlines import DUTIES, deadline, duties
from cme.casework.enquiries.readiness import enquiry_state
from cme.casework.events import Event, EventKind
from cme.casework.folding import fold_events
from cme.casework.outcomes import Side
from cme.casework.policy.changes import changed
from cme.casework.policy.pack import load_pack
from cme.casework.state import Unanswered
from tests.enquiries import child
from tests.unit.casework.pupils import CALENDAR, PACK, at, facts, nth_day


def test_watching_is_due_for_review_on_the_third_day_or_the_first_when_flagged() -> None:
    due = deadline(CaseState(), facts("P", "O"), CALENDAR)
    assert due is not None
    assert (due.due_on, due.what, due.basis) == (nth_day(4), "DSL review", "our policy")
    flagged = deadline(CaseState(), facts("P", "O", flagged=True), CALENDAR)
    assert flagged is not None
    assert flagged.due_on == nth_day(2)


def test_a_day_that_the_authority_set_says_so() -> None:
    pack = changed(PACK, {"clocks.dsl_review": 2})
    due = deadline(CaseState(), replace(facts("P", "O"), pack=pack), CALENDAR)
    assert due is not None
    assert (due.due_on, due.basis) == (nth_day(3), "set by the local authority")


def test_a_pupil_who_is_not_absent_and_a_closed_case_owe_nothing() -> None:
    assert deadline(CaseState(), facts("P*3"), CALENDAR) is None
    assert duties(at(Stage.CLOSED), facts("P", "O*12"), CALENDAR) == ()


def test_enquiries_first_owe_the_review_and_then_the_tenth_day() -> None:
    known = facts("P", "O*4")
    assert [(each.what, each.due_on) for each in duties(at(Stage.ENQUIRIES), known, CALENDAR)] == [
        ("Sign the DSL review", nth_day(4)),
        ("Send the referral, or record the decision not to refer", nth_day(11)),
    ]
    signed = at(Stage.ENQUIRIES, reviewed_on=nth_day(4), next_review_on=nth_day(7))
    assert [each.due_on for each in duties(signed, known, CALENDAR)] == [nth_day(7), nth_day(11)]


def test_the_tenth_day_rests_on_darlingtons_procedure() -> None:
    due = deadline(at(Stage.REFERRAL_DRAFT, reviewed_on=nth_day(4)), facts("P", "O*9"), CALENDAR)
    assert due is not None
    assert (due.due_on, due.basis) == (nth_day(11), "the local procedure (Darlington procedure v2.3, 2017)")
    assert not due.is_overdue(nth_day(11))
    assert due.is_overdue(nth_day(12))


def test_a_neutral_day_puts_the_tenth_day_off() -> None:
    state = at(Stage.REFERRAL_DRAFT, reviewed_on=nth_day(4))
    ahead = deadline(state, facts("P", "O*4", "Y1*2", "O*3"), CALENDAR)
    reached = deadline(state, facts("P", "O*4", "Y1*2", "O*8"), CALENDAR)
    assert ahead is not None
    assert reached is not None
    assert ahead.due_on == nth_day(13)
    assert reached.due_on == nth_day(13)


def test_a_decision_not_to_refer_replaces_the_tenth_day_by_its_own_date() -> None:
    state = at(Stage.ENQUIRIES, reviewed_on=nth_day(4), declined_on=nth_day(11), next_review_on=nth_day(16))
    assert [each.due_on for each in duties(state, facts("P", "O*10"), CALENDAR)] == [nth_day(16)]


def test_a_sent_referral_is_acknowledged_in_two_working_days() -> None:
    friday = date(2026, 10, 23)
    state = at(Stage.REFERRED, reviewed_on=nth_day(4), referral_sent_on=friday)
    known = facts("P", "O*12")
    due = deadline(state, known, CALENDAR)
    assert due is not None
    assert (due.what, due.due_on) == ("Acknowledge the referral", date(2026, 10, 27))
    after = duties(replace(state, acknowledged_on=friday), known, CALENDAR)
    assert "Acknowledge the referral" not in [each.what for each in after]


def test_a_safeguarding_referral_is_acknowledged_the_same_day() -> None:
    friday = date(2026, 10, 23)
    state = at(
        Stage.REFERRED,
        reviewed_on=nth_day(4),
        referral_sent_on=friday,
        overlays=frozenset({Overlay.SAFEGUARDING}),
    )
    due = deadline(state, facts("P", "O*12"), CALENDAR)
    assert due is not None
    assert (due.what, due.due_on) == ("Acknowledge the referral", friday)


def test_a_referral_whose_day_has_come_stands_before_a_review_due_earlier() -> None:
    due = duties(at(Stage.REFERRAL_DRAFT, opened_on=nth_day(4)), facts("P", "O*10"), CALENDAR)
    assert [each.what for each in due] == ["Send the referral", "Sign the DSL review"]
    early = duties(at(Stage.REFERRAL_DRAFT, opened_on=nth_day(4)), facts("P", "O*9"), CALENDAR)
    assert [each.what for each in early] == ["Sign the DSL review", "Send the referral"]


def test_an_unsent_referral_stays_overdue_at_decision() -> None:
    state = at(Stage.DECISION, reviewed_on=nth_day(4), eligible_on=nth_day(21))
    due = duties(state, facts("P", "O*20"), CALENDAR)
    assert [(each.what, each.due_on) for each in due] == [("Send the referral", nth_day(11))]
    assert due[0].is_overdue(nth_day(21))


def test_a_proposal_to_close_is_answered_on_the_next_school_day() -> None:
    state = at(
        Stage.ENQUIRIES,
        reviewed_on=nth_day(4),
        closing_proposed_on=nth_day(6),
        overlays=frozenset({Overlay.CLOSING_PROPOSED}),
    )
    owed = [(each.what, each.due_on) for each in duties(state, facts("P", "O*4", "P"), CALENDAR)]
    assert owed == [
        ("Hold the welfare talk", nth_day(7)),
        ("Close the case, or note why it stays open", nth_day(7)),
    ]
    held = replace(state, welfare_talk_on=nth_day(6))
    assert [each.what for each in duties(held, facts("P", "O*4", "P"), CALENDAR)] == [
        "Close the case, or note why it stays open"
    ]


def test_no_talk_is_owed_with_a_pupil_who_left_the_register() -> None:
    state = at(Stage.ENQUIRIES, reviewed_on=nth_day(4), closing_proposed_on=nth_day(6))
    off_roll = replace(facts("P", "O*4", "P"), on_roll=False)
    assert "Hold the welfare talk" not in [each.what for each in duties(state, off_roll, CALENDAR)]


@pytest.mark.parametrize(
    ("asked_by", "owner", "what"),
    [
        (Side.SCHOOL, Side.AUTHORITY, "Answer the school's question"),
        (Side.AUTHORITY, Side.SCHOOL, "Answer the authority's question"),
    ],
)
def test_a_question_is_answered_by_the_other_side_in_two_working_days(
    asked_by: Side, owner: Side, what: str
) -> None:
    friday = date(2026, 10, 23)
    state = at(
        Stage.REFERRED,
        reviewed_on=nth_day(4),
        referral_sent_on=nth_day(11),
        acknowledged_on=nth_day(11),
        accepted_on=nth_day(11),
        unanswered=(Unanswered(2, asked_by, friday), Unanswered(3, asked_by, date(2026, 11, 9))),
    )
    (due,) = duties(state, facts("P", "O*12"), CALENDAR)
    assert (due.what, due.owner, due.due_on) == (what, owner, date(2026, 10, 27))


def test_an_update_is_acknowledged_anew() -> None:
    friday = date(2026, 10, 23)
    state = at(
        Stage.REFERRED,
        reviewed_on=nth_day(4),
        referral_sent_on=nth_day(11),
        accepted_on=nth_day(11),
        updated_on=friday,
    )
    (due,) = duties(state, facts("P", "O*12"), CALENDAR)
    assert (due.what, due.due_on) == ("Acknowledge the referral", date(2026, 10, 27))


@pytest.mark.parametrize(
    ("touched_on", "due_on"),
    [
        (date(2026, 10, 5), date(2026, 10, 12)),
        (date(2026, 10, 16), date(2026, 10, 23)),
        (date(2026, 10, 20), date(2026, 10, 27)),
        (date(2026, 10, 29), date(2026, 11, 9)),
        (date(2026, 12, 17), date(2026, 12, 24)),
    ],
    ids=["term", "friday before", "half term", "inset day", "no later term"],
)
def test_a_case_that_owes_nothing_is_looked_at_after_five_school_days_or_in_holidays_after_a_week(
    touched_on: date, due_on: date
) -> None:
    state = at(
        Stage.REFERRED,
        reviewed_on=nth_day(4),
        referral_sent_on=nth_day(11),
        acknowledged_on=nth_day(11),
        accepted_on=nth_day(11),
        enquired_on=touched_on,
    )
    (due,) = duties(state, facts("P", "O*12"), CALENDAR)
    assert (due.what, due.due_on) == ("Look at the case again", due_on)


@pytest.mark.parametrize("pack_id", ["darlington", "essex", "wandsworth"])
@pytest.mark.parametrize("days", [("P",), ("P", "O*4"), ("P", "O*12"), ("P", "O*22"), ("P", "O*4", "I")])
@pytest.mark.parametrize("reviewed", [True, False])
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage.is_open])
def test_every_open_stage_has_a_deadline_at_any_time(
    stage: Stage, reviewed: bool, days: tuple[str, ...], pack_id: str
) -> None:
    state = at(stage, reviewed_on=nth_day(4) if reviewed else None)
    due = deadline(state, replace(facts(*days), pack=load_pack(pack_id)), CALENDAR)
    assert due is not None
    assert due.what
    assert due.basis


def test_every_duty_runs_by_a_clock_that_every_pack_has() -> None:
    for duty in DUTIES:
        assert duty.clock is None or duty.clock in PACK.clocks
        assert duty.stages


def owed(state: CaseState, *days: str, **known: object) -> dict[str, tuple[Side, date]]:
    return {each.what: (each.owner, each.due_on) for each in duties(state, facts(*days, **known), CALENDAR)}


FRIDAY = date(2026, 10, 23)
SENT = {"reviewed_on": nth_day(4), "referral_sent_on": FRIDAY, "acknowledged_on": FRIDAY}


def test_a_referral_is_accepted_or_returned_in_two_working_days_unless_the_school_is_asked() -> None:
    accept = "Accept the referral, or send it back"
    assert owed(at(Stage.REFERRED, **SENT), "P", "O*12")[accept] == (Side.AUTHORITY, date(2026, 10, 27))
    asked = at(Stage.RETURNED, **SENT, returned_on=FRIDAY, return_items=("E18",))
    found = owed(asked, "P", "O*12")
    assert accept not in found
    # Two school days over half term and an INSET day: 3 and 4 November.
    assert found["Answer what the authority asked for"] == (Side.SCHOOL, date(2026, 11, 4))


def test_the_first_result_is_due_ten_working_days_after_the_referral() -> None:
    state = at(Stage.LA_ENQUIRIES, **SENT, accepted_on=FRIDAY)
    assert owed(state, "P", "O*12")["Give the school a first result"] == (Side.AUTHORITY, date(2026, 11, 6))
    given = replace(state, result_given_on=FRIDAY)
    assert "Give the school a first result" not in owed(given, "P", "O*12")


def test_both_sides_owe_the_joint_review_on_day_eighteen() -> None:
    state = at(Stage.LA_ENQUIRIES, **SENT, accepted_on=FRIDAY)
    due = [each for each in duties(state, facts("P", "O*12"), CALENDAR) if "joint review" in each.what]
    assert {(each.owner, each.due_on) for each in due} == {(side, nth_day(19)) for side in Side}


def test_a_joint_note_is_due_on_its_own_date_or_five_school_days_after_the_last() -> None:
    note = "Sign the joint statement, or write a joint note"
    state = at(Stage.JOINT_REVIEW, **SENT, joint_noted_on=date(2026, 11, 9))
    assert owed(state, "P", "O*12")[note][1] == date(2026, 11, 16)
    assert owed(replace(state, next_note_on=date(2026, 11, 12)), "P", "O*12")[note][1] == date(2026, 11, 12)


def test_a_proposed_removal_is_answered_in_one_working_day_and_then_decided() -> None:
    state = at(Stage.REMOVAL_PROPOSED, **SENT, accepted_on=FRIDAY, proposed_on=date(2026, 11, 20))
    found = owed(state, "P", "O*20")
    assert found["Confirm or query the removal"] == (Side.AUTHORITY, date(2026, 11, 23))
    decide_on = "Record the removal made today, or withdraw the proposal"
    assert found[decide_on] == (Side.SCHOOL, date(2026, 11, 23))
    answered = replace(state, confirmation="confirmed", confirmed_on=date(2026, 11, 20))
    assert owed(answered, "P", "O*20")[decide_on] == (Side.SCHOOL, date(2026, 11, 20))


def test_after_a_removal_the_file_is_due_the_same_day_and_the_child_is_looked_for() -> None:
    removed = at(Stage.REMOVED, **SENT, removed_on=date(2026, 11, 20))
    assert owed(removed, "P", "O*20")["Upload the pupil file (CTF)"] == (Side.SCHOOL, date(2026, 11, 20))
    assert "Sign the DSL review" not in owed(removed, "P", "O*20")
    tracing = replace(removed, stage=Stage.TRACE)
    assert "Sign the DSL review" not in owed(tracing, "P", "O*20")
    found = owed(tracing, "P", "O*20")
    assert found["Send the trace request"] == (Side.AUTHORITY, date(2026, 11, 23))
    assert found["Check again for the child"] == (Side.AUTHORITY, date(2026, 12, 18))


@pytest.mark.parametrize(
    ("made_on", "due_on"),
    [
        (date(2026, 12, 18), date(2027, 1, 15)),
        (date(2027, 1, 15), date(2027, 2, 12)),
        (date(2027, 2, 12), date(2027, 5, 14)),
        (date(2027, 5, 14), date(2027, 8, 13)),
    ],
    ids=["after four weeks", "after eight", "after twelve", "then every term"],
)
def test_re_checks_go_on_until_the_child_is_found(made_on: date, due_on: date) -> None:
    state = at(Stage.TRACE, removed_on=date(2026, 11, 20), traced_on=date(2026, 11, 20))
    assert owed(state, "P", "O*20", rechecked_on=(made_on,))["Check again for the child"][1] == due_on


def test_a_possible_location_is_looked_into_in_two_working_days() -> None:
    state = at(Stage.VERIFYING, **SENT, accepted_on=FRIDAY, verifying_since_on=FRIDAY)
    assert owed(state, "P", "O*12")["Find out whether the child is there"] == (
        Side.AUTHORITY,
        date(2026, 10, 27),
    )


@pytest.mark.parametrize("side", Side)
def test_a_challenge_is_answered_by_the_other_side(side: Side) -> None:
    state = at(Stage.LA_ENQUIRIES, **SENT, accepted_on=FRIDAY, challenged_by=(side,), challenged_on=FRIDAY)
    (other,) = set(Side) - {side}
    assert owed(state, "P", "O*12")["Answer the professional challenge"] == (other, date(2026, 10, 27))


def test_what_has_come_is_told_by_today_and_not_by_the_last_register() -> None:
    """A review whose day has come stands before an enquiry that was due earlier, whatever was uploaded."""
    state = at(Stage.ENQUIRIES, reviewed_on=nth_day(4), next_review_on=nth_day(8))
    known = replace(facts("P", "O*4"), readiness=enquiry_state((), child(), PACK.readiness).readiness)
    assert duties(state, known, CALENDAR, today=nth_day(7))[0].what.startswith("Make the enquiry")
    assert duties(state, known, CALENDAR, today=nth_day(9))[0].what == "Review again"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (EventKind.QUESTION_ASKED, {"number": 1, "side": "school", "text": "Where?"}),
        (EventKind.QUESTION_ANSWERED, {"answers": 1, "side": "school", "text": "There"}),
        (EventKind.WELFARE_TALK_HELD, {"held_by": "K. Lowe", "held_on": "2026-09-04"}),
        (EventKind.FOUND_ITEM_DONE, {"item": "police"}),
    ],
)
def test_whatever_a_person_does_touches_the_case(kind: EventKind, data: dict[str, object]) -> None:
    opened = Event(EventKind.CASE_OPENED, nth_day(2), {"stage": "enquiries"})
    state = fold_events([opened, Event(kind, nth_day(9), {"stage": "enquiries", **data})])
    assert state.last_touched_on == nth_day(9)
