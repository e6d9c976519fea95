"""When things are due: the units, the days of an absence, and a duty at every open stage."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cme.casework.case import CaseState, Overlay, Stage
from cme.casework.deadlines import DUTIES, deadline, due_at, due_on, duties
from cme.casework.outcomes import Side
from cme.casework.policy import Clock, Unit, load_pack
from tests.unit.casework.pupils import CALENDAR, PACK, at, facts, nth_day

CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})


def clock(value: int, unit: Unit, start: str = "referral_received") -> Clock:
    return Clock(value, unit, start, "default")


@pytest.mark.parametrize(
    ("runs", "start_on", "ends_on"),
    [
        # L25: half term and the INSET day are no school days.
        (clock(10, Unit.SCHOOL_DAY, "first_counted_day"), date(2026, 10, 12), date(2026, 10, 23)),
        (clock(20, Unit.SCHOOL_DAY, "first_counted_day"), date(2026, 10, 12), date(2026, 11, 16)),
        (clock(1, Unit.SCHOOL_DAY, "first_counted_day"), date(2026, 10, 12), date(2026, 10, 12)),
        # L26: five school days after an N on 23 October.
        (clock(5, Unit.SCHOOL_DAY), date(2026, 10, 23), date(2026, 11, 9)),
        (clock(0, Unit.SCHOOL_DAY), date(2026, 10, 24), date(2026, 11, 3)),
        (clock(2, Unit.WORKING_DAY), date(2026, 10, 23), date(2026, 10, 27)),
        (clock(2, Unit.WORKING_DAY), date(2026, 12, 24), date(2026, 12, 30)),
        (clock(0, Unit.WORKING_DAY), date(2026, 12, 25), date(2026, 12, 29)),
        (clock(5, Unit.CALENDAR_DAY), date(2026, 12, 24), date(2026, 12, 29)),
        (clock(4, Unit.WEEK), date(2026, 10, 12), date(2026, 11, 9)),
        (clock(1, Unit.CALENDAR_MONTH), date(2027, 1, 31), date(2027, 2, 28)),
        (clock(1, Unit.CALENDAR_MONTH), date(2026, 12, 10), date(2027, 1, 10)),
    ],
)
def test_each_unit_counts_its_own_days(runs: Clock, start_on: date, ends_on: date) -> None:
    assert due_on(runs, start_on, CALENDAR, CHRISTMAS) == ends_on


def test_hours_run_through_the_night_and_end_at_an_instant() -> None:
    noticed_at = datetime(2026, 10, 23, 22, 30, tzinfo=UTC)
    assert due_at(clock(72, Unit.HOUR), noticed_at) == noticed_at + timedelta(days=3)
    with pytest.raises(ValueError, match="ends at an instant"):
        due_on(clock(72, Unit.HOUR), date(2026, 10, 23), CALENDAR)
    with pytest.raises(ValueError, match="ends on a date"):
        due_at(clock(2, Unit.WEEK), noticed_at)


def test_watching_is_due_for_review_on_the_third_day_or_the_first_when_flagged() -> None:
    due = deadline(CaseState(), facts("P", "O"), CALENDAR)
    assert due is not None
    assert (due.due_on, due.what, due.basis) == (nth_day(4), "DSL review", "our policy")
    flagged = deadline(CaseState(), facts("P", "O", flagged=True), CALENDAR)
    assert flagged is not None
    assert flagged.due_on == nth_day(2)


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
    assert [each.owner for each in after] == [Side.SCHOOL]


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
    due = deadline(state, facts("P", "O*4", "P"), CALENDAR)
    assert due is not None
    assert (due.what, due.due_on) == ("Close the case, or note why it stays open", nth_day(7))


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
