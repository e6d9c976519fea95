"""The removal gate through the services: from registers, enquiries and facts.

One child of Alder Grove is absent for twenty-one school days; every test begins where all is ready, and
changes one thing. The L-numbers are those of the attendance reference s.14.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import Result
from cme.casework.entries import LocationEntry
from cme.casework.outcomes import Side
from cme.casework.removal.content import GROUNDS
from cme.casework.removal.facts import Ground
from cme.casework.removal.recorded import FactEntry, FactKind
from cme.casework.stages import Stage
from cme.services import casework
from cme.services.removal import facts_recorded, gates, statements
from cme.store.database import transaction
from cme.store.tables import Pupil, Registration, Removal, RemovalFact
from tests.integration.services.office import (
    BORN_ON,
    Office,
    after_school,
    on_both,
    stage_of,
)
from tests.integration.services.ready import (
    ADA,
    ANSWERS,
    DAYS,
    FACTS,
    STATEMENT,
    Ready,
    change,
    ready,
    ready_after_leave,
)

OF_THE_ABSENCE = (
    "no-attendance-order",
    "not-dual-registered",
    "not-mobile-child",
    "special-school-consent",
    "no-objection",
)
"""The lines that wait for a fact of this absence."""


@pytest.fixture
def ada(office: Office) -> Ready:
    """Everything is ready: twenty-one days of O, both sides have signed."""
    return ready(office, "P" + "O" * 21)


@pytest.fixture
def away(office: Office) -> Ready:
    """The same for Ground H."""
    return ready_after_leave(office)


@on_both
def test_l16_with_every_condition_on_record_the_gate_opens_and_nobody_is_removed(ada: Ready) -> None:
    assert ada.shut() == []
    assert ada.case.registration.on_roll
    assert stage_of(ada.case) is Stage.DECISION


def test_before_the_decision_only_the_date_is_missing(ada: Ready) -> None:
    assert ada.shut(removing=False) == ["dated-today"]


def test_ground_h_opens_on_granted_leave_and_ten_school_days(away: Ready) -> None:
    assert away.shut() == []
    assert "16 school days since granted leave ended." in away.lines()["absence"].because


@pytest.mark.parametrize(
    ("change", "shut"),
    [
        pytest.param(lambda a: a.record(FactKind.BOARDER, True), {"on-roll"}, id="L37 recorded"),
        pytest.param(lambda a: _off_roll(a), {"on-roll"}, id="off roll"),
        pytest.param(
            lambda a: a.record(FactKind.ATTENDANCE_ORDER, True), {"no-attendance-order"}, id="order"
        ),
        pytest.param(lambda a: a.record(FactKind.DUAL_REGISTERED, True), {"not-dual-registered"}, id="dual"),
        pytest.param(lambda a: a.record(FactKind.MOBILE_CHILD, True), {"not-mobile-child"}, id="mobile"),
        pytest.param(lambda a: a.record(FactKind.SPECIAL_SCHOOL, True), {"special-school-consent"}, id="L33"),
        pytest.param(lambda a: a.record(FactKind.NO_OBJECTION, False), {"no-objection"}, id="objection"),
        pytest.param(lambda a: a.record(FactKind.EXPECTED_BACK, True), {"joint-conclusion"}, id="L30 back"),
        pytest.param(lambda a: _sighted(a), {"not-seen", "joint-conclusion"}, id="seen elsewhere"),
        pytest.param(lambda a: _return_lacks(a), {"return-complete"}, id="return"),
        pytest.param(lambda a: a.enquire("E31", DAYS[20]), {"joint-conclusion"}, id="stale: enquiry"),
        pytest.param(lambda a: a.conclude(finding=GROUNDS), {"no-sickness"}, id="L31 grounds"),
        pytest.param(lambda a: _unanswered(a), {"no-sickness", "joint-conclusion"}, id="L31 unanswered"),
        pytest.param(lambda a: _reported(a), {"joint-conclusion"}, id="a lead is followed"),
        pytest.param(lambda a: _facts_of(a, DAYS[0]), {*OF_THE_ABSENCE}, id="facts from before the absence"),
        pytest.param(lambda a: _facts_of(a, DAYS[1]), set(), id="facts from its first day"),
        pytest.param(
            lambda a: _located(a, ANSWERS["future_address"]),
            {"return-complete"},
            id="located, not said where",
        ),
        pytest.param(lambda a: _located(a, "3 Low Row, Leeds"), set(), id="located, and said where"),
    ],
)
def test_each_line_of_the_gate_is_shut_by_what_is_on_record(
    ada: Ready, change: Callable[[Ready], object], shut: set[str]
) -> None:
    change(ada)
    assert set(ada.shut()) == shut
    for line in shut:
        assert ada.lines()[line].to_change


def _unanswered(ada: Ready) -> None:
    """Nobody can sign a finding that leaves a health note open."""
    assert isinstance(ada.write(replace(STATEMENT, answers_everything=False)), int)
    refused = statements.sign(ada.head, ada.case.reference, ada.fingerprint, at=ada.at)
    assert isinstance(refused, Refused)
    assert "health note" in refused.reason


def _reported(ada: Ready) -> None:
    report = Entry(message="At an aunt's", location=LocationEntry(source="A neighbour"))
    assert casework.act(ada.office.dsl, ada.case.reference, Action.REPORT_LOCATION, report, at=ada.at) is None


def _facts_of(_ada: Ready, on: date) -> None:
    """The facts as they were found out on a day, whenever that was written down."""
    with transaction() as session:
        for row in session.query(RemovalFact):
            row.value = {**row.value, "on": on.isoformat()}


def _located(ada: Ready, future_address: object) -> None:
    ada.conclude(limb="b", steps="A mentor and a visit at home")
    change(Removal, 1, answers=ANSWERS | {"future_address": future_address})


def _off_roll(ada: Ready) -> None:
    change(Registration, ada.case.registration_id, removed_on=ada.today)


def _return_lacks(_ada: Ready) -> None:
    change(Removal, 1, answers=ANSWERS | {"address": ""})


def _sighted(ada: Ready) -> None:
    """A person of the school sees the child at a relative's, after the absence began."""
    ada.enquire("E18", DAYS[20], Result.REACHED_SAFE, child_seen=True)


@pytest.mark.parametrize("on", [DAYS[0], DAYS[1]])
def test_nobody_records_what_was_found_out_before_the_absence(ada: Ready, on: date) -> None:
    entry = FactEntry(False, on, "Kit Lowe, office")
    kind = FactKind.DUAL_REGISTERED
    refused = facts_recorded.record(
        ada.office.dsl, ada.case.reference, kind, entry, over=ada.standing_id(kind), at=ada.at
    )
    if on == DAYS[1]:
        assert refused is None
    else:
        assert isinstance(refused, Refused)
        assert refused.missing == ("on",)
        assert "the first day of the absence, or later" in refused.reason


def test_l33_the_consent_opens_the_line_of_an_arranged_place(ada: Ready) -> None:
    ada.record(FactKind.SPECIAL_SCHOOL, True, reference="SEN/2026/114")
    assert ada.shut() == []


@pytest.mark.parametrize("kind", [*FACTS])
def test_what_nobody_recorded_is_not_met(office: Office, kind: FactKind) -> None:
    made = ready(office, "P" + "O" * 21, without=kind)
    assert [line.holds for line in made.lines().values() if not line.holds] == [None]


def test_l37_a_boarder_has_no_marks_and_takes_the_manual_path(ada: Ready) -> None:
    change(Registration, ada.case.registration_id, boarder=True)
    assert {"on-roll", "absence"} <= set(ada.shut())
    assert "boarder" in ada.lines()["on-roll"].because


def test_l15_nineteen_days_are_not_twenty(office: Office) -> None:
    made = ready(office, "P" + "O" * 19, days=20, conclude=False)
    assert "absence" in made.shut()
    assert "19 of 20 school days" in made.lines()["absence"].because
    assert stage_of(made.case) is not Stage.DECISION


def test_l17_a_present_afternoon_before_the_sign_off_loses_everything(ada: Ready) -> None:
    ada.mark_today("O", "\\", at=after_school(DAYS[22]))
    ada.at = after_school(DAYS[23]).replace(hour=10)
    assert {"absence", "not-seen", "joint-conclusion"} <= set(ada.shut())
    assert stage_of(ada.case) is not Stage.DECISION
    found = statements.statement_of(ada.case)
    assert found is not None
    assert found.is_stale
    assert found.circumstances == STATEMENT.circumstances


def test_l18_custody_never_counts(office: Office) -> None:
    office.submit(DAYS[:22], {ADA: ["P", "O", *["Y5"] * 20]})
    office.submit(DAYS[22:27], {ADA: "O" * 5})
    made = Ready(office, after_school(DAYS[27]).replace(hour=10))
    assert made.lines()["absence"].because.startswith("5 of 20")


def test_l22_a_day_of_unavoidable_cause_starts_the_count_again(ada: Ready) -> None:
    ada.office.submit(DAYS[22:23], {ADA: ["Y7"]}, at=after_school(DAYS[22]))
    ada.at = after_school(DAYS[23]).replace(hour=10)
    assert {"absence", "joint-conclusion"} <= set(ada.shut())
    assert "Y7" in ada.lines()["absence"].because
    points = statements.points_to_answer(ada.office.dsl, ada.case, today=ada.today)
    assert any("Y7" in each for each in points)


def test_l11_a_holiday_counts_and_still_waits_for_the_enquiries_of_both(office: Office) -> None:
    office.submit(DAYS[:21], {ADA: ["P", *["G"] * 10, *["N"] * 5, *["O"] * 5]})
    made = Ready(office, after_school(DAYS[21]).replace(hour=10))
    lines = made.lines()
    assert lines["absence"].holds
    assert not lines["joint-enquiries"].holds
    assert not lines["joint-conclusion"].holds


@pytest.mark.parametrize(
    ("steps", "missing"), [(["E11"], Side.AUTHORITY), (["E36"], Side.SCHOOL), ([], None)]
)
def test_l29_a_checklist_of_one_side_never_suffices(
    office: Office, steps: list[str], missing: Side | None
) -> None:
    office.submit(DAYS[:22], {ADA: "P" + "O" * 21})
    made = Ready(office, after_school(DAYS[22]).replace(hour=10))
    for step in steps:
        made.enquire(step, DAYS[20])
    line = made.lines()["joint-enquiries"]
    assert line.holds is False
    assert (missing.label if missing else "both sides") in line.to_change


def test_an_enquiry_before_the_absence_counts_for_nothing(office: Office) -> None:
    office.submit(DAYS[:22], {ADA: "P" + "O" * 21})
    made = Ready(office, after_school(DAYS[22]).replace(hour=10))
    made.enquire("E36", DAYS[0])
    assert "0 by the authority" in made.lines()["joint-enquiries"].because
    made.enquire("E36", DAYS[1])
    assert "1 by the authority" in made.lines()["joint-enquiries"].because


def test_l30_located_with_relatives_and_back_on_monday_is_no_removal(ada: Ready) -> None:
    office, reference = ada.office, ada.case.reference
    report = Entry(message="With the grandparents", location=LocationEntry(source="An aunt"))
    assert casework.act(office.dsl, reference, Action.REPORT_LOCATION, report, at=ada.at) is None
    found = Entry(
        message="The child is there and comes back on Monday",
        location=LocationEntry(
            verified="confirmed", seen_by="CME team there", seen_on=ada.today, expected_back=True
        ),
    )
    assert casework.act(office.officer, reference, Action.VERIFY_LOCATION, found, at=ada.at) is None
    assert {"not-seen", "joint-conclusion"} <= set(ada.shut())
    assert "expected back" in ada.lines()["joint-conclusion"].because


def test_a_place_that_is_ruled_out_says_nothing_of_a_child_who_is_expected_back(ada: Ready) -> None:
    office, reference = ada.office, ada.case.reference
    ada.record(FactKind.EXPECTED_BACK, True)
    report = Entry(message="At the old flat", location=LocationEntry(source="A neighbour"))
    assert casework.act(office.dsl, reference, Action.REPORT_LOCATION, report, at=ada.at) is None
    empty = Entry(message="The flat is empty", location=LocationEntry(verified="ruled_out"))
    ada.at += timedelta(minutes=5)
    assert casework.act(office.officer, reference, Action.VERIFY_LOCATION, empty, at=ada.at) is None
    assert "joint-conclusion" in ada.shut()
    assert "expected back" in ada.lines()["joint-conclusion"].because


def test_what_was_said_last_of_coming_back_counts(ada: Ready) -> None:
    ada.record(FactKind.EXPECTED_BACK, True)
    ada.record(FactKind.EXPECTED_BACK, False)
    assert ada.shut() == []


def test_l32_the_removal_is_dated_on_the_day_it_is_made_and_on_no_other(ada: Ready) -> None:
    facts = gates.facts_for(ada.case, Ground.I, today=ada.today, removing=True)
    assert (facts.decided_on, facts.removed_on) == (ada.today, ada.today)
    ada.at += timedelta(days=1)
    assert "absence" in ada.shut()


def test_l34_the_home_authority_changes_no_condition(ada: Ready) -> None:
    """The return goes to the school's authority, a copy to the home's: the gate is the school's."""
    assert {line.source for line in ada.lines().values()} >= {"SI 2024/208 reg 13"}
    assert ada.shut() == []


def test_a_register_that_is_not_up_to_date_shuts_both_grounds(ada: Ready) -> None:
    ada.at = after_school(DAYS[24]).replace(hour=10)
    assert "absence" in ada.shut()
    assert "Upload the register up to" in ada.lines()["absence"].to_change


def test_ground_h_not_up_to_date(away: Ready) -> None:
    away.at = after_school(DAYS[24]).replace(hour=10)
    assert "absence" in away.shut()


def test_a_mark_of_an_open_day_that_breaks_the_run_shuts_the_gate(ada: Ready) -> None:
    ada.mark_today("I", "", at=ada.at)
    assert {"absence", "joint-conclusion"} <= set(ada.shut())
    assert "I" in ada.lines()["absence"].because


def test_a_child_over_age_today_is_not_removed_on_these_grounds(ada: Ready) -> None:
    change(Pupil, ada.case.registration.pupil_id, born_on=BORN_ON.replace(year=2009))
    assert "on-roll" in ada.shut()


def test_ground_h_without_recorded_leave_is_not_met(ada: Ready) -> None:
    assert ada.lines("h")["absence"].holds is None
    ada.record(FactKind.LEAVE, False)
    assert "No leave was granted" in ada.lines("h")["absence"].because


def test_granted_leave_makes_a_case_eligible_for_decision(office: Office) -> None:
    office.submit(DAYS[:22], {ADA: "P" + "C" * 5 + "O" * 16})
    made = Ready(office, after_school(DAYS[22]).replace(hour=10), ground="h")
    assert stage_of(made.case) is not Stage.DECISION
    assert made.record(FactKind.LEAVE, True, last_on=DAYS[5]) is None
    assert stage_of(made.case) is Stage.DECISION
    assert made.record(FactKind.LEAVE, False) is None
    assert stage_of(made.case) is not Stage.DECISION


def test_a_statement_for_one_ground_is_none_for_the_other(away: Ready) -> None:
    assert {"no-sickness", "joint-conclusion"} <= set(away.shut("i"))


def test_other_grounds_ask_for_their_evidence_and_the_common_lines(ada: Ready) -> None:
    assert set(ada.shut("f")) == {"notice", "first_day_on", "team_told"}
    evidence = {
        "notice": "Letter of the mother, 3 September",
        "first_day_on": DAYS[3].isoformat(),
        "team_told": "By e-mail, 4 September",
    }
    change(Removal, 1, evidence=evidence)
    assert ada.shut("f") == []
    assert ada.shut("f", removing=False) == ["dated-today"]
    assert gates.conditions_for(ada.case, "z", today=ada.today) == ()


def test_l35_on_the_fifteenth_day_a_child_is_on_roll_and_stays_there(office: Office) -> None:
    made = ready(office, "P" + "O" * 15, days=16, conclude=False)
    lines = made.lines()
    assert lines["on-roll"].holds
    assert "15 of 20 school days" in lines["absence"].because


def test_l36_a_removal_that_was_made_stands_and_is_not_made_twice(ada: Ready) -> None:
    change(Registration, ada.case.registration_id, removed_on=ada.today)
    assert "on-roll" in ada.shut()
    assert statements.write(ada.office.dsl, ada.case.reference, STATEMENT, at=ada.at) == Refused(
        (statements.NOT_NOW,), ("stage",)
    )
