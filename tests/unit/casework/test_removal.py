"""The removal gate: every line, and the cases of the attendance law that it must refuse."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cme.attendance.standing import Standing
from cme.casework.removal.facts import (
    Condition,
    Ground,
    JointConclusion,
    Limb,
    RemovalFacts,
    SicknessFinding,
)
from cme.casework.removal.gate import gate_open, removal_conditions
from cme.casework.removal.returning import RemovalReturn
from cme.casework.words import day
from tests.unit.casework.pupils import nth_day, standing

TODAY = nth_day(23)
IDS = (
    "on-roll",
    "absence",
    "full-marks",
    "not-seen",
    "no-overdue-n",
    "no-sickness",
    "joint-enquiries",
    "joint-conclusion",
    "no-attendance-order",
    "not-dual-registered",
    "not-mobile-child",
    "special-school-consent",
    "no-objection",
    "dated-today",
    "return-complete",
)

FINDING = SicknessFinding(True, "Nothing on record suggests it", "M. Lead", True)
CONCLUSION = JointConclusion(Limb.NOT_LOCATED, "All leads followed", "A. Head", "C. Officer", nth_day(22))
READY = RemovalFacts(
    ground=Ground.I,
    standing=standing("P", "O*21"),
    on_roll=True,
    boarder=False,
    began_on=nth_day(2),
    last_school_day_on=nth_day(22),
    expected_back=False,
    sickness=FINDING,
    school_enquiries=6,
    authority_enquiries=2,
    conclusion=CONCLUSION,
    attendance_order=False,
    dual_registered=False,
    mobile_child=False,
    authority_arranged_special=False,
    dsl_confirms_no_objection=True,
    decided_on=nth_day(22),
    removed_on=TODAY,
    return_missing=(),
)
AWAY = replace(
    READY,
    ground=Ground.H,
    standing=standing("P", "C*5", "O*16"),
    began_on=nth_day(6),
    leave_granted=True,
)


def lines(facts: RemovalFacts) -> dict[str, Condition]:
    return {condition.id: condition for condition in removal_conditions(facts, TODAY)}


def refusing(facts: RemovalFacts) -> list[str]:
    conditions = removal_conditions(facts, TODAY)
    assert gate_open(conditions) == all(condition.holds for condition in conditions)
    return [condition.id for condition in conditions if not condition.holds]


def test_the_fifteen_lines_stand_in_the_order_of_the_law_page() -> None:
    conditions = removal_conditions(READY, TODAY)
    assert tuple(condition.id for condition in conditions) == IDS
    assert [condition.number for condition in conditions] == list(range(1, 16))
    assert all(condition.name and condition.source and condition.because for condition in conditions)


@pytest.mark.parametrize("ready", [READY, AWAY])
def test_the_gate_opens_when_every_line_holds_and_then_asks_for_nothing(ready: RemovalFacts) -> None:
    conditions = removal_conditions(ready, TODAY)
    assert refusing(ready) == []
    assert gate_open(conditions)
    assert all(condition.to_change == "" for condition in conditions)


@pytest.mark.parametrize("ground", Ground)
def test_what_nobody_recorded_keeps_the_gate_shut(ground: Ground) -> None:
    conditions = removal_conditions(RemovalFacts(ground, READY.standing), TODAY)
    unrecorded = [condition for condition in conditions if condition.holds is None]
    assert len(unrecorded) == 13
    assert {condition.because for condition in unrecorded} == {"Not recorded yet.", "Not decided yet."}
    assert all(condition.to_change for condition in conditions if not condition.holds)
    assert not gate_open(conditions)


@pytest.mark.parametrize(
    ("ready", "fact", "line"),
    [
        (READY, "on_roll", "on-roll"),
        (READY, "boarder", "on-roll"),
        (READY, "last_school_day_on", "absence"),
        (AWAY, "leave_granted", "absence"),
        (READY, "began_on", "not-seen"),
        (READY, "sickness", "no-sickness"),
        (READY, "school_enquiries", "joint-enquiries"),
        (READY, "authority_enquiries", "joint-enquiries"),
        (READY, "conclusion", "joint-conclusion"),
        (READY, "attendance_order", "no-attendance-order"),
        (READY, "dual_registered", "not-dual-registered"),
        (READY, "mobile_child", "not-mobile-child"),
        (READY, "authority_arranged_special", "special-school-consent"),
        (READY, "dsl_confirms_no_objection", "no-objection"),
        (READY, "decided_on", "dated-today"),
        (READY, "removed_on", "dated-today"),
        (READY, "return_missing", "return-complete"),
    ],
)
def test_one_fact_that_nobody_recorded_keeps_the_gate_shut(ready: RemovalFacts, fact: str, line: str) -> None:
    facts = replace(ready, **{fact: None})
    assert refusing(facts) == [line]
    assert lines(facts)[line].holds is None


@pytest.mark.parametrize("standing_", [Standing(), Standing(removal_run=None, ground_h_days=None)])
def test_without_a_register_no_line_that_rests_on_it_holds(standing_: Standing) -> None:
    assert set(refusing(replace(READY, standing=standing_))) == {"absence", "full-marks"}
    assert not gate_open(removal_conditions(replace(AWAY, standing=standing_), TODAY))


def test_days_that_nobody_has_counted_to_are_not_enough() -> None:
    for ready in (READY, AWAY):
        unknown = replace(ready, standing=replace(ready.standing, as_of=None))
        assert refusing(unknown) == ["absence", "full-marks"]


def test_the_days_that_the_law_asks_for_are_enough_and_not_one_less() -> None:
    """L15 and L16: twenty days, for Ground H ten; the count reaches today, or the last school day before."""
    for ready, run, needed in ((READY, "removal_run", 20), (AWAY, "ground_h_days", 10)):
        for days, shut in ((needed, []), (needed - 1, ["absence"])):
            assert refusing(replace(ready, standing=replace(ready.standing, **{run: days}))) == shut
        counted_today = replace(ready, standing=replace(ready.standing, as_of=TODAY))
        assert refusing(counted_today) == []
        ahead = replace(ready, standing=replace(ready.standing, as_of=TODAY + timedelta(days=1)))
        assert refusing(ahead) == ["absence"]


def test_marks_of_open_days_that_go_on_with_the_absence_shut_nothing() -> None:
    assert refusing(replace(READY, open_day_codes=("G", "N", "O", "#"))) == []


def test_signed_decided_and_answered_today_is_in_time() -> None:
    today = replace(READY, conclusion=replace(CONCLUSION, signed_on=TODAY), decided_on=TODAY)
    assert refusing(today) == []


def test_what_is_counted_and_seen_is_said_in_words() -> None:
    one = replace(AWAY, standing=replace(AWAY.standing, ground_h_days=1))
    assert lines(one)["absence"].because == "1 school day since granted leave ended."
    assert lines(AWAY)["absence"].because == "16 school days since granted leave ended."
    assert lines(READY)["not-seen"].because == "Last seen in school on 2 September 2026, and not since."
    never = replace(READY, standing=replace(READY.standing, last_seen_on=None))
    assert refusing(never) == []
    assert lines(never)["not-seen"].because == "Never seen in school on the registers held."
    for school, authority, side in (
        (0, 2, "the school"),
        (2, 0, "the local authority"),
        (0, 0, "both sides"),
    ):
        facts = replace(READY, school_enquiries=school, authority_enquiries=authority)
        assert lines(facts)["joint-enquiries"].to_change.endswith(f"log a completed enquiry of {side}.")


def test_an_empty_gate_is_shut() -> None:
    assert not gate_open(())


L15 = standing("P", "O*19")
L17 = standing("P", "O*20", "O|\\")


ONE_AGAINST_IT = [
    pytest.param(replace(READY, on_roll=False), "on-roll", id="off roll"),
    pytest.param(replace(READY, boarder=True), "on-roll", id="L37 boarder"),
    pytest.param(replace(READY, standing=replace(READY.standing, compulsory_age=False)), "on-roll", id="age"),
    pytest.param(replace(READY, standing=L15, last_school_day_on=nth_day(20)), "absence", id="L15"),
    pytest.param(replace(READY, open_day_codes=("O", "I")), "absence", id="open day breaks it"),
    pytest.param(replace(READY, last_school_day_on=nth_day(23)), "absence", id="register not up to date"),
    pytest.param(replace(AWAY, leave_granted=False), "absence", id="leave refused"),
    pytest.param(replace(AWAY, standing=replace(AWAY.standing, ground_h_days=9)), "absence", id="nine days"),
    pytest.param(
        replace(AWAY, standing=replace(AWAY.standing, ground_h_days=None)), "absence", id="came back"
    ),
    pytest.param(
        replace(AWAY, last_school_day_on=nth_day(23)), "absence", id="leave: register not up to date"
    ),
    pytest.param(
        replace(READY, standing=replace(READY.standing, unmarked_on=(nth_day(5),))),
        "full-marks",
        id="blank",
    ),
    pytest.param(
        replace(READY, standing=replace(READY.standing, last_seen_on=nth_day(9))), "not-seen", id="seen"
    ),
    pytest.param(
        replace(READY, standing=replace(READY.standing, last_seen_on=nth_day(2))),
        "not-seen",
        id="seen on the first day",
    ),
    pytest.param(replace(READY, sighted_on=nth_day(9)), "not-seen", id="sighting closes limb a"),
    pytest.param(replace(READY, sighted_on=nth_day(2)), "not-seen", id="sighting on the first day"),
    pytest.param(
        replace(AWAY, sighted_on=nth_day(6) + timedelta(days=1)), "not-seen", id="sighting after the leave"
    ),
    pytest.param(
        replace(READY, standing=replace(READY.standing, overdue_n=(nth_day(4),))),
        "no-overdue-n",
        id="old N",
    ),
    pytest.param(
        replace(READY, sickness=replace(FINDING, answers_everything=False)),
        "no-sickness",
        id="L31 letter unanswered",
    ),
    pytest.param(
        replace(READY, sickness=replace(FINDING, no_reasonable_grounds=False)), "no-sickness", id="L31"
    ),
    pytest.param(replace(READY, sickness=None), "no-sickness", id="L31 no finding"),
    pytest.param(replace(READY, sickness=replace(FINDING, reasons=" ")), "no-sickness", id="no reasons"),
    pytest.param(replace(READY, sickness=replace(FINDING, by=" ")), "no-sickness", id="found by nobody"),
    pytest.param(replace(READY, authority_enquiries=0), "joint-enquiries", id="L29"),
    pytest.param(replace(READY, school_enquiries=0), "joint-enquiries", id="authority only"),
    pytest.param(replace(READY, conclusion=None), "joint-conclusion", id="L11 not concluded"),
    pytest.param(
        replace(READY, expected_back=True, sighted_on=None), "joint-conclusion", id="L30 back on Monday"
    ),
    pytest.param(
        replace(READY, conclusion=replace(CONCLUSION, stale=True)), "joint-conclusion", id="overtaken"
    ),
    pytest.param(
        replace(READY, conclusion=replace(CONCLUSION, authority_signatory=" ")),
        "joint-conclusion",
        id="one signature",
    ),
    pytest.param(
        replace(READY, conclusion=replace(CONCLUSION, school_signatory=" ")),
        "joint-conclusion",
        id="not of the school",
    ),
    pytest.param(
        replace(READY, conclusion=replace(CONCLUSION, reasons=" ")), "joint-conclusion", id="without reasons"
    ),
    pytest.param(
        replace(READY, conclusion=replace(CONCLUSION, signed_on=TODAY + timedelta(days=1))),
        "joint-conclusion",
        id="signed ahead",
    ),
    pytest.param(replace(READY, lead_open=True), "joint-conclusion", id="a lead is followed"),
    pytest.param(replace(READY, attendance_order=True), "no-attendance-order", id="order"),
    pytest.param(
        replace(READY, contradicted=frozenset({"order"})),
        "no-attendance-order",
        id="admissions found an order",
    ),
    pytest.param(
        replace(READY, contradicted=frozenset({"other_roll"})),
        "not-dual-registered",
        id="admissions found another roll",
    ),
    pytest.param(replace(READY, dual_registered=True), "not-dual-registered", id="dual"),
    pytest.param(replace(READY, mobile_child=True), "not-mobile-child", id="mobile"),
    pytest.param(
        replace(READY, authority_arranged_special=True, consent_reference=" "),
        "special-school-consent",
        id="L33",
    ),
    pytest.param(replace(READY, dsl_confirms_no_objection=False), "no-objection", id="objection"),
    pytest.param(replace(READY, removed_on=nth_day(21)), "dated-today", id="L32 back-dated"),
    pytest.param(replace(READY, removed_on=TODAY + timedelta(days=1)), "dated-today", id="ahead"),
    pytest.param(
        replace(READY, decided_on=TODAY + timedelta(days=1)), "dated-today", id="removed before it is decided"
    ),
    pytest.param(replace(READY, return_missing=("a phone per parent",)), "return-complete", id="return"),
    pytest.param(
        replace(
            READY,
            conclusion=replace(CONCLUSION, limb=Limb.WILL_NOT_ATTEND),
            future_address_known=False,
        ),
        "return-complete",
        id="located, and the return does not say where",
    ),
]
"""Everything is ready but one fact, and the one line that it shuts."""


@pytest.mark.parametrize(("facts", "shut"), ONE_AGAINST_IT)
def test_one_fact_against_it_shuts_one_line_and_says_what_to_do(facts: RemovalFacts, shut: str) -> None:
    assert refusing(facts) == [shut]
    line = lines(facts)[shut]
    assert not line.holds
    assert line.because.endswith(".")
    assert line.to_change.endswith(".")


def test_l17_a_present_afternoon_shuts_the_gate_even_when_all_else_was_ready() -> None:
    facts = replace(READY, standing=L17)
    assert refusing(facts) == ["absence", "not-seen"]
    assert lines(facts)["absence"].because.startswith("0 of 20 school days")


def test_l22_a_day_of_unavoidable_cause_is_named_where_it_is_in_the_way() -> None:
    facts = replace(READY, standing=standing("P", "O*20", "Y7"))
    assert refusing(facts) == ["absence"]
    assert "In the way: Y7 2026-10-01 AM" in lines(facts)["absence"].because


def test_l2_ten_days_are_half_way_and_nothing_more() -> None:
    facts = replace(READY, standing=standing("P", "O*10"), last_school_day_on=nth_day(11))
    assert lines(facts)["absence"].because == "10 of 20 school days of only G, N or O."


def test_l10_and_l23_a_holiday_counts_and_lateness_does_not() -> None:
    assert standing("P", "G*10").removal_run == 10
    late = replace(READY, standing=standing("P", "U*21"))
    assert not lines(late)["absence"].holds


def test_a_sighting_before_the_absence_closes_nothing() -> None:
    before = replace(READY, sighted_on=nth_day(1))
    assert refusing(before) == []
    assert lines(before)["not-seen"].because.endswith("and not since.")
    assert refusing(replace(AWAY, sighted_on=nth_day(6))) == []


def test_l30_a_located_child_who_will_not_attend_is_a_matter_of_limb_b() -> None:
    limb_b = replace(READY, sighted_on=nth_day(9), conclusion=replace(CONCLUSION, limb=Limb.WILL_NOT_ATTEND))
    assert refusing(limb_b) == []
    assert lines(limb_b)["not-seen"].because.endswith(f"Seen in person elsewhere on {day(nth_day(9))}.")


def test_what_admissions_found_is_of_no_account_to_a_fact_recorded_as_so() -> None:
    both = replace(READY, attendance_order=True, contradicted=frozenset({"order", "application"}))
    assert refusing(both) == ["no-attendance-order"]
    assert lines(both)["no-attendance-order"].because == "A school attendance order names this school."


@pytest.mark.parametrize(
    ("given", "known"),
    [("not known", False), (" Not known. ", False), ("", False), ("“not known”", False), ("2 Low Row", True)],
)
def test_a_return_says_where_the_child_goes_or_that_nobody_knows(given: str, known: bool) -> None:
    assert RemovalReturn(future_address=given).is_future_address_known is known


def test_l33_consent_opens_the_line() -> None:
    facts = replace(READY, authority_arranged_special=True, consent_reference="SEN/2026/114")
    assert refusing(facts) == []


def test_no_line_speaks_of_removing_at_twenty_days() -> None:
    for condition in (*removal_conditions(READY, TODAY), *removal_conditions(AWAY, TODAY)):
        assert "remove at" not in f"{condition.name} {condition.because}".casefold()
