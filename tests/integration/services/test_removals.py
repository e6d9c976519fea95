"""From the proposal to the end of a place on the roll, and the only way back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Grant, Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import Result
from cme.casework.entries import LocationEntry, RemovalEntry
from cme.casework.removal.confirming import NONE
from cme.casework.removal.recorded import FactKind
from cme.casework.removal.returning import Parent
from cme.clock import local_date
from cme.services import casework, daily, enquiries, insight
from cme.services.removal import conclusions, proposals, removals, statements
from cme.store.database import db, transaction
from cme.store.tables import Alert, CmeSpell, Membership, Pupil, Registration
from tests.enquiries import entry_for
from tests.integration.services.leaving import (
    ABSENT,
    BEFORE,
    CONFIRMED,
    DECIDED_AT,
    RETURN,
    Leaving,
    next_day,
)
from tests.integration.services.office import Office, Town, everything, on_both

ADA = "Birch, Ada"
TODAY = local_date(DECIDED_AT)
UPN = "H801200001001"


@pytest.fixture
def leaving(office: Office) -> Leaving:
    return Leaving(office)


def said(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.reason


@on_both
def test_the_way_from_the_proposal_to_the_removal(leaving: Leaving) -> None:
    reference = leaving.proposed()
    (proposed,) = leaving.removals_of(ADA)
    assert (proposed.proposed_by, proposed.ground, proposed.removed_on) == ("Ash Fenner", "i", None)
    assert proposed.answers == RETURN.to_json()
    assert len(proposed.conditions) == 15
    assert {line["id"] for line in proposed.conditions if line["holds"] is not True} == {"dated-today"}
    assert proposed.sha256
    assert leaving.office.case(ADA).stage == "removal_proposed"

    assert leaving.confirm(reference) is None
    before = casework.show(leaving.dsl, reference, today=TODAY)
    assert before is not None
    assert "Send the attendance return" in [due.what for due in casework.dues_of(before)]
    assert leaving.make(reference) is None
    (made,) = leaving.removals_of(ADA)
    assert (made.removed_on, made.decided_by, made.decided_role) == (TODAY, "Jo Hale", "Head teacher")
    assert all(line["holds"] is True for line in made.conditions)
    assert made.facts["removed_on"] == TODAY.isoformat()
    assert made.checks == {**dict.fromkeys(CONFIRMED.checks, NONE), "rolls_here": 0}
    registration = leaving.office.registration(ADA)
    assert (registration.removed_on, registration.on_roll) == (TODAY, False)
    assert leaving.office.case(ADA).stage == "removed"
    view = casework.show(leaving.dsl, reference, today=TODAY)
    assert view is not None
    due = [due.what for due in casework.dues_of(view)]
    assert "Upload the pupil file (CTF)" in due
    assert "Send the attendance return" not in due
    assert leaving.office.kinds(ADA)[-3:] == ["removal.proposed", "removal.confirmed", "removal.made"]

    assert leaving.upload_file(reference) is None
    assert leaving.office.case(ADA).stage == "trace"


@on_both
def test_the_file_is_awaited_and_recorded_while_a_place_is_looked_at(leaving: Leaving) -> None:
    reference = leaving.removed()
    report = Entry(message="Seen in Leeds", location=LocationEntry(source="A neighbour"))
    assert casework.act(leaving.officer, reference, Action.REPORT_LOCATION, report, at=DECIDED_AT) is None
    manager = leaving.people[Role.LA_MANAGER]
    later = [TODAY + timedelta(days=days) for days in (1, 2)]
    for who in (manager, leaving.officer):
        assert [insight.count_files_waiting(who, today=today) for today in later] == [0, 1]
    view = casework.show(leaving.dsl, reference, today=TODAY)
    assert view is not None
    assert Action.RECORD_CTF in view.actions
    assert "Upload the pupil file (CTF)" in [due.what for due in casework.dues_of(view)]

    assert leaving.upload_file(reference) is None
    assert insight.count_files_waiting(manager, today=later[-1]) == 0
    assert leaving.office.case(ADA).stage == "verifying"
    assert "was uploaded on" in said(leaving.upload_file(reference, at=DECIDED_AT + timedelta(hours=3)))
    gone = Entry(message="Empty", location=LocationEntry(verified="ruled_out", seen_by="Nobody"))
    assert casework.act(leaving.officer, reference, Action.VERIFY_LOCATION, gone, at=DECIDED_AT) is None
    assert leaving.office.case(ADA).stage == "trace"


def spells() -> list[CmeSpell]:
    db.session.rollback()
    return list(db.session.scalars(select(CmeSpell).order_by(CmeSpell.id)))


@on_both
def test_a_child_whom_nobody_located_is_missing_education_from_that_day(leaving: Leaving) -> None:
    leaving.removed()
    (spell,) = spells()
    assert (spell.started_on, spell.ended_on, spell.reason) == (TODAY, None, "not_recorded")


@on_both
def test_on_limb_b_the_case_ends_with_the_file_and_the_child_stays_on_the_record(
    leaving: Leaving, town: Town
) -> None:
    """Located, and on no roll: missing education until another roll has the name (EA 1996 s.436A)."""
    leaving.absent(ADA)
    with transaction() as session:
        session.get_one(Pupil, leaving.office.registration(ADA).pupil_id).upn = UPN
    reference = leaving.removed(limb="b")
    assert [(one.started_on, one.ended_on) for one in spells()] == [(TODAY, None)]
    assert leaving.upload_file(reference, name="8412001_CTF_MMMMMMM_001.xml") is None
    assert leaving.office.case(ADA).stage == "closed"
    assert spells()[0].ended_on is None
    there = next_day(23)
    town.beech.submit(ABSENT[20:23], {ADA: "P" * 3}, numbers={ADA: UPN}, at=there)
    assert (spells()[0].ended_on, spells()[0].end_reason) == (local_date(there), "O04")


def test_what_a_removal_rests_on_is_neither_overtaken_nor_reopened(leaving: Leaving) -> None:
    reference = leaving.removed()
    leaving.office.submit(ABSENT[:23], {}, at=next_day(23))
    enquiry = replace(entry_for("E36", Result.AGENCY_NO_TRACE), done_at=next_day(23) - timedelta(hours=3))
    registration_id = leaving.removals_of(ADA)[0].registration_id
    assert isinstance(enquiries.log(leaving.officer, registration_id, enquiry, at=next_day(23)), int)
    statement = conclusions.statement_of(leaving.case(ADA))
    assert statement is not None
    assert statement.is_live
    refused = statements.reopen(leaving.officer, reference, "By mistake", at=next_day(23))
    assert refused == Refused((statements.NOT_NOW,), ("stage",))
    assert conclusions.statement_of(leaving.case(ADA)) is not None


@pytest.mark.parametrize(
    ("kind", "holds", "line"),
    [
        (FactKind.ATTENDANCE_ORDER, True, "No school attendance order (SI 2024/208 reg 9(1))"),
        (FactKind.SPECIAL_SCHOOL, True, "Consent for an arranged special-school place"),
        (FactKind.NO_OBJECTION, False, "No objection of social care or police (our policy)"),
        (FactKind.EXPECTED_BACK, True, "Joint conclusion, signed by both sides"),
    ],
)
def test_a_change_between_page_and_button_shuts_the_gate_with_its_name(
    leaving: Leaving, kind: FactKind, holds: bool, line: str
) -> None:
    """L30 to L33 of the attendance reference, at the last moment."""
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    leaving.record(ADA, kind, holds=holds)
    assert line in said(leaving.make(reference))
    assert leaving.office.registration(ADA).on_roll
    assert leaving.removals_of(ADA)[0].removed_on is None


def test_no_line_of_the_gate_may_be_open_when_it_is_proposed(leaving: Leaving) -> None:
    """L16 and L29: eligible for decision is not removed, and a school-only checklist never suffices."""
    leaving.absent(ADA)
    reference = leaving.reference(ADA)
    refusal = said(leaving.propose(reference))
    assert "Enquiries of both sides (SI 2024/208 reg 9(1)(h) and (i))" in refusal
    assert "Joint conclusion" in refusal
    assert leaving.removals_of(ADA) == []
    assert leaving.office.case(ADA).stage == "decision"


def test_nineteen_days_are_not_twenty(leaving: Leaving) -> None:
    """L15."""
    leaving.absent(ADA, days=19)
    assert "Choose" not in said(leaving.propose(leaving.reference(ADA), at=next_day(19)))
    assert "eligible for decision" in said(leaving.propose(leaving.reference(ADA), at=next_day(19)))


def test_a_return_with_a_gap_is_no_return(leaving: Leaving) -> None:
    reference = leaving.ready()
    nobody = replace(RETURN, parents=(Parent("Mo Birch", "12 High Row", ""),), future_school="")
    refusal = said(leaving.propose(reference, answers=nobody))
    assert "a phone number of parent 1" in refusal
    assert "the new school" in refusal
    assert leaving.removals_of(ADA) == []


def test_whoever_proposed_does_not_decide_even_as_head(leaving: Leaving) -> None:
    both = Scope(leaving.dsl.user_id, "Ash Fenner", leaving.dsl.grants | leaving.head.grants)
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    assert "You proposed this removal" in said(leaving.make(reference, by=both))
    assert leaving.make(reference) is None


@pytest.mark.parametrize("role", [Role.DSL, Role.SCHOOL_USER, Role.CME_OFFICER, Role.ADMISSIONS])
def test_only_the_head_teacher_decides(leaving: Leaving, role: Role) -> None:
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    before = everything()
    try:
        refused = leaving.make(reference, by=leaving.people[role])
    except LookupError:
        refused = Refused(("not there",))
    assert isinstance(refused, Refused)
    assert everything() == before


def test_an_undelivered_return_and_a_silent_admissions_team_hold_it_back(leaving: Leaving) -> None:
    reference = leaving.ready()
    assert leaving.propose(reference, is_delivered=False) is None
    refusal = said(leaving.make(reference))
    assert "The removal return is not recorded as sent" in refusal
    assert "Admissions have not answered yet" in refusal
    clerk = leaving.dsl
    blank = removals.deliver_return(clerk, reference, " ", TODAY, at=DECIDED_AT)
    assert "how the return reached" in said(blank)
    early = removals.deliver_return(clerk, reference, "By post", date(2026, 11, 16), at=DECIDED_AT)
    assert "The day must be" in said(early)
    assert removals.deliver_return(clerk, reference, "By post", TODAY, at=DECIDED_AT) is None
    twice = removals.deliver_return(clerk, reference, "By post", TODAY, at=DECIDED_AT)
    assert twice == Refused((removals.ALREADY,), ("stage",))
    assert "Admissions" in said(leaving.make(reference))


@on_both
def test_the_head_goes_on_without_an_answer_once_its_time_has_run_out(leaving: Leaving) -> None:
    """Casework reference s.11: one working day, then "delivered, no reply"."""
    reference = leaving.proposed()
    manager = leaving.people[Role.LA_MANAGER]
    with transaction() as session:
        about = {"user_id": manager.user_id, "role": Role.LA_MANAGER, "school_id": None}
        session.add(Membership(authority_id=leaving.office.authority_id, **about))
    operator = Scope.for_operator((leaving.office.authority_id,))

    def morning(day: int) -> datetime:
        return DECIDED_AT + timedelta(days=day)

    def told() -> list[str]:
        db.session.rollback()
        mine = select(Alert).where(Alert.user_id == manager.user_id, Alert.kind == "silence")
        return [each.about for each in db.session.scalars(mine.order_by(Alert.id))]

    leaving.office.submit(ABSENT[:21], {ADA: "O" * 21}, at=next_day(21))
    leaving.conclude(ADA, at=morning(1))
    daily.move_on(operator, leaving.office.laestab, at=morning(1))
    assert told() == []
    assert "Admissions have not answered yet" in said(leaving.make(reference, at=morning(1)))
    leaving.office.submit(ABSENT[:22], {ADA: "O" * 22}, at=next_day(22))
    leaving.conclude(ADA, at=morning(2))
    for _ in range(2):
        daily.move_on(operator, leaving.office.laestab, at=morning(2))
    assert len(told()) == 1
    daily.move_on(operator, leaving.office.laestab, at=morning(3))
    assert len(told()) == 2
    leaving.office.submit(ABSENT[:23], {ADA: "O" * 23}, at=next_day(23))
    leaving.conclude(ADA, at=next_day(23))
    assert leaving.make(reference, at=next_day(23)) is None
    made = [event for event in leaving.office.case(ADA).events if event.kind == "removal.made"]
    assert made[0].data["without_reply"] is True


def test_admissions_reach_no_case_before_a_proposal_and_none_of_another_authority(
    leaving: Leaving, town: Town
) -> None:
    reference = leaving.ready()
    with pytest.raises(LookupError):
        leaving.confirm(reference)
    leaving.propose(reference)
    strange = Scope(
        leaving.admissions.user_id, "X", frozenset({Grant(Role.ADMISSIONS, town.cedar.authority_id)})
    )
    with pytest.raises(LookupError):
        removals.answer(strange, reference, CONFIRMED, at=DECIDED_AT)
    assert proposals.show(strange, reference, today=TODAY) is None


def test_withdrawing_reopens_the_joint_statement(leaving: Leaving) -> None:
    reference = leaving.proposed()
    assert "Enter the reason" in said(removals.withdraw(leaving.head, reference, Entry(), at=DECIDED_AT))
    gone = removals.withdraw(leaving.head, reference, Entry(reason="An aunt rang"), at=DECIDED_AT)
    assert gone is None
    assert leaving.removals_of(ADA)[0].end_reason == "Proposal withdrawn. An aunt rang"
    assert leaving.office.case(ADA).stage == "decision"
    assert "Joint conclusion" in said(leaving.propose(reference))


@on_both
def test_a_register_that_breaks_the_run_takes_the_case_back(leaving: Leaving) -> None:
    """L17: eligibility is lost even after the proposal and the answer."""
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    leaving.office.submit([ABSENT[20]], {ADA: "P"}, at=next_day(21))
    assert leaving.office.case(ADA).stage == "referral_draft"
    (lost,) = leaving.removals_of(ADA)
    assert lost.ended_at is not None
    assert lost.end_reason.startswith("No longer eligible for decision.")
    assert "No removal is proposed" in said(leaving.make(reference, at=next_day(21)))


def test_a_place_to_verify_keeps_the_proposal_and_stops_the_removal(leaving: Leaving) -> None:
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    report = Entry(message="At an aunt's", location=LocationEntry(source="A neighbour"))
    assert casework.act(leaving.dsl, reference, Action.REPORT_LOCATION, report, at=DECIDED_AT) is None
    assert "not possible" in said(leaving.make(reference))
    assert leaving.removals_of(ADA)[0].ended_at is None


def test_closing_the_case_ends_the_proposal(leaving: Leaving) -> None:
    reference = leaving.proposed()
    entry = Entry(outcome_code="O25", reason="Entered in error", left_open="Both offices are told")
    assert casework.act(leaving.dsl, reference, Action.CLOSE, entry, at=DECIDED_AT) is None
    assert leaving.removals_of(ADA)[0].end_reason == "Case closed. Entered in error"


def test_a_form_that_was_overtaken_decides_nothing(leaving: Leaving) -> None:
    reference = leaving.proposed()
    seen = len(leaving.office.case(ADA).events)
    assert leaving.confirm(reference) is None
    refused = leaving.make(reference, seen=seen)
    assert isinstance(refused, Refused)
    assert refused.missing == ("seen",)
    assert leaving.make(reference, seen=seen + 1) is None


def test_no_date_but_today_can_be_entered(leaving: Leaving) -> None:
    """L32: the removal is dated when it is made, and the service has no field for any other day."""
    reference = leaving.proposed()
    assert leaving.confirm(reference) is None
    assert leaving.make(reference, at=DECIDED_AT + timedelta(hours=5)) is None
    assert leaving.removals_of(ADA)[0].removed_on == TODAY
    assert not any("on" in name.split("_") for name in RemovalEntry.__slots__ if name != "starting_on")


def test_another_ground_rests_on_its_own_evidence(leaving: Leaving) -> None:
    leaving.absent(ADA, days=12)
    reference = leaving.reference(ADA)
    at = next_day(13)
    assert "No school attendance order" in said(leaving.propose(reference, "f", at=at))
    leaving.know(ADA, at=at)
    assert leaving.propose(reference, "f", at=at) is None
    assert leaving.confirm(reference, at=at) is None
    # The register goes on, and does not end what rests on the parent's word.
    leaving.office.submit(ABSENT[:13], {ADA: "O" * 13}, at=at + timedelta(hours=1))
    assert leaving.make(reference, at=at + timedelta(hours=2)) is None
    assert spells() == []
    at += timedelta(hours=3)
    entry = RemovalEntry(
        file="8412001_CTF_MMMMMMM_001.xml", uploaded_at=f"{at:%Y-%m-%dT%H:%M}", proof="S2S 4411"
    )
    assert removals.record_ctf(leaving.dsl, reference, Entry(removal=entry), at=at) is None
    case = leaving.office.case(ADA)
    assert (case.stage, case.events[-1].data["outcome"]) == ("closed", "O08")


@pytest.mark.parametrize(
    ("name", "uploaded_at", "sentence"),
    [
        ("ada.xml", "2026-11-17T10:00", "not the name of a pupil file"),
        ("8412009_CTF_XXXXXXX_001.xml", "2026-11-17T10:00", "school 8412009"),
        ("8412001_CTF_8404123_001.xml", "2026-11-17T10:00", "Nobody knows where the child is"),
        ("8412001_CTF_XXXXXXX_001.xml", "2026-11-16T10:00", "on or after the day of the removal"),
        ("8412001_CTF_XXXXXXX_001.xml", "2026-11-18T10:00", "now or earlier"),
        ("8412001_CTF_XXXXXXX_001.xml", "tomorrow", "Enter when"),
    ],
)
def test_a_pupil_file_that_cannot_be_it_is_refused(
    leaving: Leaving, name: str, uploaded_at: str, sentence: str
) -> None:
    reference = leaving.removed()
    entry = RemovalEntry(file=name, uploaded_at=uploaded_at, proof="S2S")
    at = DECIDED_AT + timedelta(hours=2)
    assert sentence in said(removals.record_ctf(leaving.dsl, reference, Entry(removal=entry), at=at))


def test_after_the_removal_the_counts_end_and_nobody_asks_for_the_child(leaving: Leaving) -> None:
    leaving.removed()
    before = leaving.office.standing(ADA)
    upload = leaving.office.submit(ABSENT[:23], {}, at=next_day(23))
    after = leaving.office.standing(ADA)
    assert replace(after, as_of=before.as_of) == before
    assert ADA.split(",", maxsplit=1)[0] not in str(upload.receipt)
    assert leaving.office.case(ADA).stage == "removed"
    assert leaving.office.cases(ADA)[0].closed_at is None


@on_both
def test_nobody_comes_back_on_the_roll_by_an_upload(leaving: Leaving) -> None:
    leaving.removed()
    upload = leaving.office.submit(ABSENT[:22], {ADA: "O" * 20 + "PP"}, at=next_day(22))
    assert "was removed from the register on 17 November 2026" in str(upload.receipt)
    assert not leaving.office.registration(ADA).on_roll
    assert db.session.scalar(select(db.func.count()).select_from(Pupil).where(Pupil.surname == "Birch")) == 1


@on_both
def test_admission_again_is_a_new_place_and_ends_the_search(leaving: Leaving) -> None:
    reference = leaving.removed()
    assert leaving.upload_file(reference) is None
    back_on = date(2026, 11, 24)
    too_early = leaving.readmit(reference, TODAY - timedelta(days=1), at=next_day(25))
    assert "the day of the removal, or later" in said(too_early)
    assert leaving.readmit(reference, back_on, at=next_day(25)) is None
    case = db.session.get_one(Registration, leaving.removals_of(ADA)[0].registration_id)
    db.session.rollback()
    found = list(
        db.session.scalars(
            select(Registration).where(Registration.pupil_id == case.pupil_id).order_by(Registration.id)
        )
    )
    assert [(one.removed_on, one.starting_on) for one in found] == [(TODAY, None), (None, back_on)]
    closed = leaving.case_of(reference)
    assert closed.stage == "closed"
    assert closed.events[-1].data["return_due_on"] == "2026-11-28"
    (spell,) = spells()
    assert (spell.ended_on, spell.end_reason) == (back_on, "O01")
    assert "admitted again" in said(leaving.readmit(reference, back_on, at=next_day(25)))
    # The next register finds the child on the roll.
    upload = leaving.office.submit([*BEFORE, *ABSENT[:26]], {ADA: "P" * 5 + "O" * 25 + "P"}, at=next_day(26))
    assert "was removed" not in str(upload.receipt)


def test_from_a_closed_case_too_and_only_where_a_removal_was_made(leaving: Leaving) -> None:
    reference = leaving.removed(limb="b")
    assert leaving.upload_file(reference, name="8412001_CTF_MMMMMMM_001.xml") is None
    ended_at = leaving.case_of(reference).closed_at
    assert leaving.readmit(reference, TODAY, by=leaving.head) is None
    assert leaving.case_of(reference).closed_at == ended_at
    leaving.office.submit(ABSENT[:4], {"Cole, Ben": "OOOO"}, at=next_day(24))
    other = leaving.reference("Cole, Ben")
    entry = Entry(outcome_code="O25", reason="Entered in error")
    assert casework.act(leaving.dsl, other, Action.CLOSE, entry, at=next_day(24)) is None
    assert "was not removed in this case" in said(leaving.readmit(other, TODAY, at=next_day(24)))


def test_a_child_on_another_roll_is_not_missing_education(leaving: Leaving, town: Town) -> None:
    reference = leaving.proposed()
    pupil_id = leaving.case(ADA).registration.pupil_id
    with transaction() as session:
        session.get_one(Pupil, pupil_id).upn = "A841200126001"
        twin = Pupil(surname="Birch", forename="Ada", upn="A841200126001", created_at=DECIDED_AT)
        session.add(Registration(pupil=twin, school_id=town.beech.school_id, created_at=DECIDED_AT))
    view = proposals.show(leaving.admissions, reference, today=TODAY)
    assert view is not None
    assert view.rolls_here == 1
    leaving.conclude(ADA)
    assert leaving.confirm(reference) is None
    assert leaving.make(reference) is None
    assert spells() == []
    assert leaving.upload_file(reference, name="8412001_CTF_8412002_001.xml") is None


@on_both
def test_a_name_entered_on_another_roll_ends_the_search_and_not_the_removal(
    leaving: Leaving, town: Town
) -> None:
    """L36: removed on a Tuesday, entered elsewhere on the Thursday."""
    leaving.absent(ADA)
    with transaction() as session:
        session.get_one(Pupil, leaving.office.registration(ADA).pupil_id).upn = UPN
        about = {"user_id": leaving.officer.user_id, "role": Role.CME_OFFICER, "school_id": None}
        session.add(Membership(authority_id=leaving.office.authority_id, **about))
    reference = leaving.removed()
    assert spells()[0].ended_on is None
    there = next_day(23)
    town.beech.submit(ABSENT[20:23], {"Birch, Ada": "P" * 3}, numbers={"Birch, Ada": UPN}, at=there)
    (spell,) = spells()
    assert (spell.ended_on, spell.end_reason) == (local_date(there), "O04")
    assert leaving.case_of(reference).stage == "removed"
    assert leaving.removals_of(ADA)[0].removed_on == TODAY
    told = select(Alert.text).where(Alert.user_id == leaving.officer.user_id, Alert.kind == "entered")
    assert "Another school has entered the name" in db.session.scalars(told).one()


def test_a_case_that_ends_with_a_place_elsewhere_ends_the_time_on_no_roll_on_its_first_day(
    leaving: Leaving,
) -> None:
    reference = leaving.removed()
    assert leaving.upload_file(reference) is None
    there, at = next_day(23).date(), next_day(25)

    def close(code: str, on: date | None) -> Refused | None:
        entry = Entry(
            outcome_code=code, reason="Beech School confirms it", educated_on=on, left_open="Replies are void"
        )
        return casework.act(leaving.officer, reference, Action.CLOSE, entry, at=at)

    assert "Nobody has found the child" in said(close("O14", None))
    assert "first day on which the child was in education" in said(close("O05", None))
    assert spells()[0].ended_on is None
    assert close("O05", there) is None
    assert (spells()[0].ended_on, spells()[0].end_reason) == (there, "O05")


def test_a_upn_with_other_particulars_ends_nothing_by_itself(leaving: Leaving, town: Town) -> None:
    leaving.absent(ADA)
    with transaction() as session:
        pupil = session.get_one(Pupil, leaving.office.registration(ADA).pupil_id)
        pupil.upn, pupil.born_on = UPN, date(2013, 1, 1)
    leaving.removed()
    town.beech.submit(ABSENT[20:23], {"Cole, Ben": "PPP"}, numbers={"Cole, Ben": UPN}, at=next_day(23))
    assert spells()[0].ended_on is None
