"""The authority's own enquiries: what of them is missing, what falls due, and whose they are."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.access.roles import POLICY, Role
from cme.casework.case import Action, CaseState, Decision, Stage, decide
from cme.casework.deadlines import duties
from cme.casework.enquiries.dates import step_due_on
from cme.casework.enquiries.enquiry import Result, faults
from cme.casework.enquiries.readiness import EnquiryState, Status, enquiry_state
from cme.casework.enquiries.steps import read_steps
from cme.casework.entries import Entry, TriageEntry
from cme.casework.outcomes import Side
from tests.enquiries import DONE_AT, Log, call_entry, child, entry_for
from tests.unit.casework.pupils import CALENDAR, PACK, at, facts, nth_day

STEPS = read_steps()
MANDATORY = {"E34", "E35", "E42", "E43", "E44", "E45", "E48"}
SENT = {"referral_sent_on": nth_day(11), "referral_as_of": nth_day(11), "referral_run": 10}
ACCEPTED = {**SENT, "accepted_on": nth_day(12), "acknowledged_on": nth_day(12)}


def state(log: Log) -> EnquiryState:
    """The state of the enquiries of a child of whom nothing else is known."""
    return enquiry_state(log.entries, child(), PACK.readiness)


def owed(*codes: str, **known: object) -> list[tuple[str, date]]:
    """What the authority owes once it accepted, with these steps missing."""
    missing = tuple(STEPS[code] for code in codes)
    told = replace(facts("P", "O*12"), authority_missing=missing, **known)  # type: ignore[arg-type]
    found = duties(at(Stage.LA_ENQUIRIES, **ACCEPTED), told, CALENDAR)
    return [(each.what, each.due_on) for each in found if each.owner is Side.AUTHORITY]


def test_every_mandatory_step_is_missing_until_it_is_made() -> None:
    assert {step.code for step in state(Log()).authority_missing} == MANDATORY
    log = Log()
    log.add("E34")
    log.add("E43", Result.NO_ANSWER)
    log.add("E45", Result.NOT_TO_PANEL)
    assert {step.code for step in state(log).authority_missing} == MANDATORY - {"E34", "E43", "E45"}


def test_one_that_waits_for_a_reply_is_chased_by_the_authority_and_not_by_the_school() -> None:
    log, on = Log(), DONE_AT.date() + timedelta(days=3)
    log.add("E36", Result.AWAITING_REPLY, next_on=on)
    found = state(log)
    assert (found.chase_on, found.authority_chase_on) == (None, on)
    assert found.steps["E36"].status is Status.WAITING
    log.add("E10", Result.AWAITING_REPLY, next_on=on)
    assert state(log).chase_on == on


def test_the_meter_counts_none_of_them() -> None:
    log = Log()
    before = state(log).readiness
    for code in MANDATORY:
        log.add(code)
    assert state(log).readiness == before


def test_the_first_that_is_due_is_owed_alone() -> None:
    assert ("Make the enquiry: social care check", CALENDAR.nth_school_day_after(nth_day(11), 1)) in owed(
        "E34", "E35"
    )
    assert [what for what, _ in owed("E34", "E35") if what.startswith("Make")] == [
        "Make the enquiry: social care check"
    ]
    assert "Make the enquiry: authority's lists" in [what for what, _ in owed("E34")]


def test_before_it_accepts_the_authority_owes_the_acceptance_and_no_enquiry() -> None:
    told = replace(facts("P", "O*12"), authority_missing=(STEPS["E35"],))
    found = duties(at(Stage.REFERRED, **SENT), told, CALENDAR)
    assert not [each for each in found if each.what.startswith("Make the enquiry: social")]


def test_a_chase_is_owed_on_its_day() -> None:
    assert ("Chase a reply", nth_day(15)) in owed(authority_chase_on=nth_day(15))


def test_re_checks_follow_the_clocks_from_the_removal_and_then_every_term() -> None:
    removed_on, known = date(2026, 11, 16), facts("P", "O*12")
    weeks = [4, 8, 12, 25, 38]
    case, found = CaseState(removed_on=removed_on), []
    for _ in weeks:
        on = step_due_on(STEPS["E48"], case, known, CALENDAR)
        assert on is not None
        found.append((on - removed_on).days // 7)
        known = replace(known, rechecked_on=(*known.rechecked_on, on))
    assert found == weeks
    assert step_due_on(STEPS["E48"], CaseState(), known, CALENDAR) is None


@pytest.mark.parametrize(
    ("step", "role", "side"),
    [
        ("E07", Role.SCHOOL_USER, Side.SCHOOL),
        ("E34", Role.CME_OFFICER, Side.AUTHORITY),
        ("E35", Role.FRONT_DOOR, Side.AUTHORITY),
        ("E49", Role.SCHOOL_USER, Side.SCHOOL),
        ("E49", Role.CME_OFFICER, Side.AUTHORITY),
    ],
)
def test_an_enquiry_counts_for_the_side_that_made_it(step: str, role: Role, side: Side) -> None:
    entry = Entry(enquiry=entry_for(step, Result.AGENCY_NO_TRACE))
    told = replace(facts("P", "O*12"), entry=entry)
    case = at(Stage.LA_ENQUIRIES, **ACCEPTED)
    done = decide(case, Action.LOG_ENQUIRY, told, nth_day(14), permissions=POLICY[role].permissions)
    assert isinstance(done, Decision)
    assert done.data["side"] == side


def test_the_panel_takes_a_reason_and_a_date_and_no_other_result() -> None:
    def wrong(result: Result, **more: object) -> set[str]:
        entry = entry_for("E45", result, **{"reason": "", "next_on": None, **more})
        return {fault.field for fault in faults(entry, at=DONE_AT)}

    assert wrong(Result.TO_PANEL) == {"reason", "next_on"}
    assert wrong(Result.NOT_TO_PANEL) == {"reason"}
    assert wrong(Result.NOT_TO_PANEL, reason="Found") == set()
    assert "result" in wrong(Result.AGENCY_NO_TRACE)
    elsewhere = faults(call_entry("E07", Result.TO_PANEL, reason="x", next_on=nth_day(14)), at=DONE_AT)
    assert "result" in {fault.field for fault in elsewhere}


def test_what_the_records_contradict_is_refused_at_what_it_is_about() -> None:
    given = TriageEntry(officer_id=7, contradicted={"officer": "Nobody of that name works here."})
    told = replace(facts("P", "O*12"), entry=Entry(triage=given))
    answer = decide(
        at(Stage.LA_ENQUIRIES, **ACCEPTED),
        Action.ALLOCATE,
        told,
        nth_day(14),
        permissions=POLICY[Role.CME_OFFICER].permissions,
    )
    assert not isinstance(answer, Decision)
    assert (answer.missing, answer.sentences) == (("officer",), ("Nobody of that name works here.",))
