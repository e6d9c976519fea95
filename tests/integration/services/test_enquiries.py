"""Enquiries on record: entered once, corrected and never edited, shown to whom they are for, and counted."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.codes import Half
from cme.casework.case import Action, Refused
from cme.casework.enquiries.enquiry import EnquiryEntry, Method, Result, Visit
from cme.casework.enquiries.readiness import Status
from cme.casework.enquiries.steps import read_steps
from cme.casework.entries import Entry
from cme.casework.review import ReviewDecision
from cme.casework.safety.restrictions import RestrictionKind
from cme.clock import local_date
from cme.services import (
    absence,
    calls,
    casework,
    enquiries,
    enquiry_records,
    evidence,
    readiness,
    restrictions,
)
from cme.services.enquiry_log import read_log
from cme.services.enquiry_records import EnquiryRecord
from cme.services.restrictions import NewRestriction
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.roll import list_contacts
from cme.store.tables import AuditEntry, Case, Enquiry, EvidenceFile, PupilFlag
from importers.roll.entries import ContactEntry, RollEntry
from tests.files import JPEG, PDF, PROGRAM
from tests.integration.services.office import (
    Office,
    Town,
    after_school,
    days_from,
    on_both,
    race,
)
from tests.integration.services.test_roll import take
from tests.reviews import CALM
from tests.store import statements

DAYS = days_from(date(2026, 11, 9), 5)
AT = after_school(DAYS[-1])
MORNING = AT.replace(hour=9, minute=30)
ADA = "Birch, Ada"
MOTHER = ContactEntry("Pat Birch", "Mother", "07700 900001")
AUNT = ContactEntry("Kay Moss", "Aunt", "07700 900003")
HOME = RollEntry(house="12", street="High Row", postcode="DL1 5QT", contacts=(MOTHER, AUNT))


@pytest.fixture
def school(office: Office) -> Office:
    """A school where Ada has been absent for four days, on a Friday after school."""
    office.submit(DAYS, {ADA: "POOOO"})
    return office


def entry(step: str = "E01", result: Result = Result.NO_ANSWER, **more: object) -> EnquiryEntry:
    made = EnquiryEntry(
        step=step,
        done_at=MORNING,
        done_by="Kit Lowe",
        result=result,
        method=Method.PHONE,
        contacted="Pat Birch",
        used="07700 900001",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def visit(**more: object) -> EnquiryEntry:
    found = Visit(half=Half.AM, second_staff="Jo Hale", answered="nobody")
    return entry("E18", method=Method.VISIT, visit=found, used="12 High Row", **more)


def log(
    school: Office, made: EnquiryEntry, *, by: Scope | None = None, at: datetime = AT, files: object = ()
) -> int:
    """Record an enquiry about Ada; its id."""
    done = enquiries.log(by or school.dsl, key(school), made, files, at=at)  # type: ignore[arg-type]
    assert not isinstance(done, Refused), done.reason
    return done


def refused(school: Office, made: EnquiryEntry, *, by: Scope | None = None, files: object = ()) -> Refused:
    done = enquiries.log(by or school.dsl, key(school), made, files, at=AT)  # type: ignore[arg-type]
    assert isinstance(done, Refused)
    return done


def key(school: Office) -> int:
    return school.registration(ADA).id


def shown(school: Office, by: Scope | None = None) -> tuple[EnquiryRecord, ...]:
    db.session.rollback()
    return enquiry_records.list_of(by or school.dsl, key(school))


def missing(school: Office) -> set[str]:
    return {step.code for step in readiness.state_of(school.case(ADA)).readiness.missing}


def audited(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


class TestLog:
    @on_both
    def test_it_is_kept_with_an_event_of_the_case_and_told_to_the_audit(self, school: Office) -> None:
        made = visit(notes="Curtains drawn", next_action="Visit on Monday", next_on=date(2026, 11, 16))
        enquiry_id = log(school, made, by=school.clerk)
        (record,) = shown(school)
        assert (record.row.id, record.step.code, record.result) == (enquiry_id, "E18", Result.NO_ANSWER)
        assert (record.row.done_at, record.row.entered_at, record.row.entered_by) == (MORNING, AT, "Kit Lowe")
        assert record.visit == made.visit
        event = school.case(ADA).events[-1]
        assert (event.kind, event.by) == ("enquiry.logged", "Kit Lowe")
        assert event.data == {
            "stage": "enquiries",
            "side": "school",
            "enquiry": enquiry_id,
            "step": "E18",
            "result": "no_answer",
        }
        (told,) = audited("enquiry.entered")
        assert told.subject == f"enquiry:{enquiry_id}"
        assert told.detail == {"registration": key(school), "step": "E18", "supersedes": None, "files": 0}

    @on_both
    def test_the_same_form_twice_is_one_enquiry(self, school: Office) -> None:
        made = entry(form_token="a form of its own")
        first, second = log(school, made), log(school, replace(made, notes="Sent again"))
        assert first == second
        assert len(shown(school)) == 1
        assert school.kinds(ADA).count("enquiry.logged") == 1

    @on_both
    def test_two_clicks_at_once_are_one_enquiry(self, school: Office) -> None:
        made, child = entry(form_token="a form of its own"), key(school)

        def click() -> object:
            return enquiries.log(school.dsl, child, made, at=AT)

        first, second = race(school.app, click, click)
        assert first == second
        assert len(shown(school)) == 1

    def test_a_form_speaks_of_one_child_only(self, school: Office) -> None:
        school.submit(DAYS, {"Hill, Ben": "POOOO"}, at=AT)
        made = entry(form_token="a form of its own")
        other = enquiries.log(school.dsl, school.registration("Hill, Ben").id, made, at=AT)
        assert log(school, made) != other

    def test_a_refusal_keeps_nothing(self, school: Office) -> None:
        refusal = refused(school, entry(done_at=AT + timedelta(minutes=1), done_by=""))
        assert refusal.missing == ("done_on", "done_by")
        assert shown(school) == ()
        assert school.kinds(ADA)[-1] != "enquiry.logged"

    def test_the_office_makes_no_steps_of_the_dsl_and_waives_nothing(self, school: Office) -> None:
        told = entry("E14", Result.AGENCY_POSITIVE)
        not_yours = enquiries.not_yours(read_steps()["E14"])
        assert refused(school, told, by=school.clerk).sentences == (not_yours,)
        waived = entry("E10", Result.WAIVED, reason="Only child")
        assert refused(school, waived, by=school.clerk).sentences == (enquiries.NO_WAIVER,)
        assert log(school, waived)
        assert log(school, entry("E10", Result.NOT_APPLICABLE, reason="Only child"), by=school.clerk)

    @pytest.mark.parametrize("role", [Role.HEAD, Role.LA_MANAGER, Role.INSPECTOR])
    def test_who_only_reads_records_nothing(self, school: Office, role: Role) -> None:
        assert refused(school, entry(), by=school.scope(role)).sentences == (enquiries.NO_RIGHT,)

    def test_the_officer_records_none_of_the_school_s(self, school: Office) -> None:
        not_yours = enquiries.not_yours(read_steps()[entry().step])
        assert refused(school, entry(), by=school.scope(Role.CME_OFFICER)).sentences == (not_yours,)

    def test_a_child_of_another_school_is_not_there(self, school: Office, town: Town) -> None:
        for stranger in (town.beech.dsl, town.cedar.dsl, Scope.nobody()):
            with pytest.raises(LookupError):
                enquiries.log(stranger, key(school), entry(), at=AT)
            assert enquiry_records.list_of(stranger, key(school)) == ()

    def test_a_contact_fills_in_who_and_which_number(self, school: Office) -> None:
        take(school, HOME, accept=True, name=ADA)
        contact = list_contacts(school.dsl, key(school))[0]
        log(school, entry(contact_id=contact.id, contacted="", used=""))
        (record,) = shown(school)
        assert (record.row.contacted, record.row.relation, record.row.used) == (
            "Pat Birch",
            "Mother",
            "07700 900001",
        )

    def test_a_contact_of_another_child_is_refused(self, school: Office) -> None:
        assert refused(school, entry(contact_id=999_999)).missing == ("contact_id",)

    def test_before_there_is_a_case_it_is_kept_without_an_event(self, office: Office) -> None:
        office.submit(DAYS[:2], {ADA: "PO"})
        log(office, entry(done_at=after_school(DAYS[0])), at=after_school(DAYS[1]))
        log(office, entry(done_at=after_school(DAYS[1])), at=after_school(DAYS[1]))
        assert office.cases(ADA) == []
        office.submit(DAYS[2:], {ADA: "OOO"})
        assert "E01" not in missing(office)
        assert len(readiness.state_of(office.case(ADA)).steps["E01"].enquiries) == 1

    @pytest.mark.parametrize(("days", "late"), [(0, False), (3, False), (4, True)])
    def test_what_is_written_down_after_the_next_school_day_is_late(
        self, school: Office, days: int, late: bool
    ) -> None:
        log(school, entry(), at=AT + timedelta(days=days))
        assert shown(school)[0].is_late is late


class TestCorrection:
    @on_both
    def test_the_entry_as_it_was_stays_on_record(self, school: Office) -> None:
        first = log(school, entry(notes="Rang twice"), by=school.clerk)
        done = enquiries.correct(
            school.dsl, first, entry(result=Result.MESSAGE_LEFT, notes="Rang once"), "Wrong child", at=AT
        )
        (record,) = shown(school)
        assert record.row.id == done
        assert (record.result, record.row.notes) == (Result.MESSAGE_LEFT, "Rang once")
        assert [old.notes for old in record.earlier] == ["Rang twice"]
        event = school.case(ADA).events[-1]
        assert event.kind == "enquiry.corrected"
        assert event.data["reason"] == "Wrong child"

    @on_both
    def test_two_who_correct_at_once_leave_one_correction(self, school: Office) -> None:
        first = log(school, entry())

        def correct(notes: str) -> object:
            return enquiries.correct(school.dsl, first, entry(notes=notes), "Heard more", at=AT)

        done = race(school.app, lambda: correct("one"), lambda: correct("other"))
        assert sum(isinstance(each, int) for each in done) == 1
        (refusal,) = [each for each in done if isinstance(each, Refused)]
        assert refusal.sentences == (enquiries.CORRECTED,)

    def test_the_correction_is_corrected_in_its_turn(self, school: Office) -> None:
        first = log(school, entry(notes="1"))
        second = enquiries.correct(school.dsl, first, entry(notes="2"), "Heard more", at=AT)
        assert isinstance(second, int)
        enquiries.correct(school.dsl, second, entry(notes="3"), "Heard more", at=AT)
        (record,) = shown(school)
        assert [record.row.notes, *(old.notes for old in record.earlier)] == ["3", "2", "1"]

    def test_it_needs_a_reason_and_everything_that_an_entry_needs(self, school: Office) -> None:
        first = log(school, entry())
        done = enquiries.correct(school.dsl, first, entry(done_by=""), " ", at=AT)
        assert isinstance(done, Refused)
        assert done.missing == ("done_by", "correction_reason")

    def test_a_correction_that_names_another_contact_is_about_that_contact(self, school: Office) -> None:
        take(school, HOME, accept=True, name=ADA)
        ids = {each.name: each.id for each in list_contacts(school.dsl, key(school))}
        last = log(school, entry(contact_id=ids["Pat Birch"], contacted="", used=""))
        for person, number in (("Kay Moss", "07700 900003"), ("Pat Birch", "07700 900001")):
            (record,) = shown(school)
            moved = replace(enquiry_records.entry_of(record.row), contact_id=ids[person])
            done = enquiries.correct(school.dsl, last, moved, "It was somebody else", at=AT)
            assert isinstance(done, int)
            (record,), last = shown(school), done
            assert (record.row.contacted, record.row.used) == (person, number)

    def test_a_correction_does_not_move_to_another_step(self, school: Office) -> None:
        first = log(school, entry("E01"))
        enquiries.correct(school.dsl, first, entry("E02"), "Heard more", at=AT)
        assert [record.step.code for record in shown(school)] == ["E01"]

    def test_what_is_withdrawn_counts_for_nothing_and_is_not_taken_up_again(self, school: Office) -> None:
        first = log(school, entry("E07", Result.AGENCY_NO_TRACE, method=Method.RECORDS))
        assert "E07" not in missing(school)
        withdrawn = enquiries.withdraw(school.dsl, first, "Asked about another child", at=AT)
        assert isinstance(withdrawn, int)
        assert shown(school) == ()
        assert "E07" in missing(school)
        again = enquiries.withdraw(school.dsl, withdrawn, "Changed my mind", at=AT)
        assert isinstance(again, Refused)

    def test_the_office_corrects_no_steps_of_the_dsl(self, school: Office) -> None:
        first = log(school, entry("E50", Result.AGENCY_POSITIVE))
        done = enquiries.correct(school.clerk, first, entry("E50", Result.REFUSED), "Heard more", at=AT)
        assert isinstance(done, Refused)
        of_risk = log(school, entry("E14", Result.AGENCY_POSITIVE))
        with pytest.raises(LookupError):
            enquiries.correct(school.clerk, of_risk, entry("E14", Result.REFUSED), "Heard more", at=AT)

    def test_an_enquiry_of_another_school_is_not_there(self, school: Office, town: Town) -> None:
        first = log(school, entry())
        for act in (
            lambda: enquiries.correct(town.beech.dsl, first, entry(), "Mine", at=AT),
            lambda: enquiries.withdraw(town.cedar.dsl, first, "Mine", at=AT),
        ):
            with pytest.raises(LookupError):
                act()


class TestRestricted:
    @on_both
    def test_what_is_restricted_is_for_whoever_may_see_risk_notes(self, school: Office) -> None:
        enquiry_id = log(school, entry("E29", Result.AGENCY_POSITIVE, contacted="Advice line"))
        log(school, entry(notes="Ordinary"))
        assert {record.step.code for record in shown(school)} == {"E01", "E29"}
        assert {record.step.code for record in shown(school, school.scope(Role.HEAD))} == {"E01", "E29"}
        assert {record.step.code for record in shown(school, school.officer)} == {"E01", "E29"}
        assert {record.step.code for record in shown(school, school.clerk)} == {"E01"}
        event = next(each for each in school.case(ADA).events if each.kind == "enquiry.logged")
        assert event.data == {
            "stage": "enquiries",
            "side": "school",
            "enquiry": enquiry_id,
            "restricted_step": "E29",
            "restricted_result": "agency_positive",
        }

    def test_an_entry_that_is_made_restricted_takes_its_past_with_it(self, school: Office) -> None:
        first = log(school, entry(notes="Said too much"), by=school.clerk, files=[("a.pdf", PDF)])
        token = shown(school, school.clerk)[0].evidence[0].token
        enquiries.correct(school.dsl, first, entry(restricted=True), "For safeguarding", at=AT)
        assert shown(school, school.clerk) == ()
        with pytest.raises(LookupError):
            evidence.fetch(school.clerk, key(school), token, at=AT)
        with pytest.raises(LookupError):
            enquiries.correct(school.clerk, first, entry(), "Mine", at=AT)
        assert evidence.fetch(school.dsl, key(school), token, at=AT).content == PDF

    def test_it_counts_for_the_meter_all_the_same(self, school: Office) -> None:
        before = missing(school)
        log(school, entry(restricted=True))
        assert before - missing(school) == {"E01"}


class TestEvidence:
    @on_both
    def test_a_file_is_sealed_and_handed_back_with_the_look_on_record(self, school: Office) -> None:
        log(school, entry(), files=[("C:\\notes\\call.pdf", PDF), ("door.jpg", JPEG)], by=school.clerk)
        (record,) = shown(school)
        assert [file.filename for file in record.evidence] == ["call.pdf", "door.jpg"]
        kept = db.session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)).first()
        assert kept is not None
        assert PDF not in kept.content
        assert len(kept.token) == 43
        token = kept.token
        found = evidence.fetch(school.officer, key(school), token, at=AT)
        assert (found.filename, found.media_type, found.content) == ("call.pdf", "application/pdf", PDF)
        (told,) = audited("evidence.fetched")
        assert "call" not in str(told.detail)

    def test_a_file_that_is_not_taken_refuses_the_whole_entry(self, school: Office) -> None:
        refusal = refused(school, entry(), files=[("call.pdf", PROGRAM), ("x.exe", PROGRAM)])
        assert refusal.missing == ("files", "files")
        assert shown(school) == ()

    def test_a_file_of_another_child_is_not_there(self, school: Office, town: Town) -> None:
        school.submit(DAYS, {"Hill, Ben": "POOOO"}, at=AT)
        log(school, entry(), files=[("a.pdf", PDF)])
        token = shown(school)[0].evidence[0].token
        for who, child in (
            (town.beech.dsl, key(school)),
            (school.dsl, school.registration("Hill, Ben").id),
            (Scope.nobody(), key(school)),
        ):
            with pytest.raises(LookupError):
                evidence.fetch(who, child, token, at=AT)
        with pytest.raises(LookupError):
            evidence.fetch(school.dsl, key(school), "x" * 43, at=AT)

    def test_a_correction_keeps_the_files_and_can_add_some(self, school: Office) -> None:
        first = log(school, entry(), files=[("a.pdf", PDF)])
        enquiries.correct(school.dsl, first, entry(), "One more", [("b.jpg", JPEG)], at=AT)
        assert {file.filename for file in shown(school)[0].evidence} == {"a.pdf", "b.jpg"}


class TestSighting:
    SEEN = entry("E18", Result.REACHED_SAFE, method=Method.VISIT, used="12 High Row",
                 visit=Visit(Half.AM, "Jo Hale", "the mother"), child_seen=True)  # fmt: skip

    @on_both
    def test_a_child_who_was_seen_in_person_is_no_longer_unseen(self, school: Office) -> None:
        assert school.standing(ADA).days_unseen == 4
        log(school, self.SEEN)
        standing = school.standing(ADA)
        assert (standing.days_unseen, standing.last_seen_on) == (0, DAYS[-1])
        assert (standing.return_run, standing.removal_run) == (4, 4)

    def test_the_sighting_of_an_earlier_day_counts_on_from_there(self, school: Office) -> None:
        log(school, replace(self.SEEN, done_at=MORNING - timedelta(days=2)))
        assert school.standing(ADA).days_unseen == 2

    def test_taking_it_back_counts_the_days_again(self, school: Office) -> None:
        first = log(school, self.SEEN)
        enquiries.withdraw(school.dsl, first, "It was a neighbour's child", at=AT)
        assert school.standing(ADA).days_unseen == 4

    def test_a_correction_can_add_and_move_it(self, school: Office) -> None:
        first = log(school, visit())
        assert school.standing(ADA).days_unseen == 4
        enquiries.correct(school.dsl, first, self.SEEN, "The child was at the window", at=AT)
        assert school.standing(ADA).days_unseen == 0

    def test_a_word_on_the_telephone_is_no_sighting(self, school: Office) -> None:
        log(school, entry(result=Result.REACHED_SAFE, reached_carer=True, spoke_to_child=True))
        assert school.standing(ADA).days_unseen == 4

    def test_it_survives_every_later_count(self, school: Office) -> None:
        log(school, self.SEEN)
        assert school.count_from_zero() == school.stored()
        drift = absence.recount(school.dsl, school.laestab, at=AT, dry_run=True)
        assert (drift.drifted, drift.cases) == (0, 0)
        school.submit(days_from(DAYS[-1] + timedelta(days=1), 1), {ADA: "O"})
        assert school.standing(ADA).days_unseen == 1

    def test_the_ledger_tells_it(self, school: Office) -> None:
        log(school, self.SEEN)
        told = absence.explain(school.registration(ADA)).ledger[-1]
        assert told.days_unseen == 0
        assert "seen in person" in told.why


class TestMeter:
    @on_both
    def test_the_facts_of_the_case_carry_it(self, school: Office) -> None:
        take(school, HOME, accept=True, name=ADA)
        view = casework.show(school.dsl, school.case(ADA).reference, today=local_date(AT))
        assert view is not None
        assert view.facts.readiness is not None
        assert view.facts.readiness.missing[0].code == "E18"
        assert "home visit" in view.facts.readiness.text

    def test_the_records_put_steps_aside(self, school: Office) -> None:
        steps = readiness.state_of(school.case(ADA)).steps
        assert steps["E14"].status is Status.OPEN
        assert steps["E09"].status is Status.OPEN
        take(school, replace(HOME, flags=("ehc_plan",)), accept=True, name=ADA)
        steps = readiness.state_of(school.case(ADA)).steps
        assert (steps["E14"].status, steps["E16"].status) == (Status.NOT_APPLICABLE, Status.OPEN)
        assert steps["E09"].status is Status.DONE
        assert steps["E02"].status is Status.NOT_APPLICABLE
        assert steps["E04"].because == "Not yet rung: Kay Moss."

    def test_code_d_in_the_absence_asks_for_the_other_school(self, office: Office) -> None:
        office.submit(DAYS, {ADA: "OODOO"})
        assert "E51" in missing(office)
        office.submit(DAYS, {ADA: "OOOOO"}, at=AT)
        assert "E51" not in missing(office)

    def test_leave_asks_after_the_return(self, office: Office) -> None:
        office.submit(DAYS, {ADA: "PCOOO"})
        assert "E12" in missing(office)

    def test_a_restriction_forbids_and_asks_for_nothing(self, school: Office) -> None:
        new = NewRestriction(RestrictionKind.ADVICE_FIRST, note="Forced marriage feared")
        assert isinstance(restrictions.add(school.dsl, key(school), new, at=AT), int)
        state = readiness.state_of(school.case(ADA))
        assert state.steps["E18"].status is Status.BARRED
        assert not {"E01", "E03", "E08", "E18", "E21"} & {step.code for step in state.readiness.missing}

    def test_a_call_from_the_list_of_the_day_counts(self, school: Office) -> None:
        take(school, HOME, accept=True, name=ADA)
        contact = list_contacts(school.clerk, key(school))[0]
        db.session.rollback()
        done = calls.record_call(school.clerk, key(school), contact.id, Result.NO_ANSWER, "", at=AT)
        assert isinstance(done, int)
        assert "E01" not in missing(school)

    def test_only_the_enquiries_of_this_absence_count(self, school: Office) -> None:
        log(school, entry())
        later = days_from(DAYS[-1] + timedelta(days=1), 5)
        school.submit(later, {ADA: "PPPPP"})
        school.act(
            ADA,
            Action.CLOSE,
            Entry(reason="Back", outcome_code="O25", no_talk="Seen by us"),
            at=after_school(later[-1]),
        )
        again = days_from(later[-1] + timedelta(days=1), 5)
        school.submit(again, {ADA: "OOOOO"})
        old, new = school.cases(ADA)
        assert "E01" not in {step.code for step in readiness.state_of(old).readiness.missing}
        assert "E01" in {step.code for step in readiness.state_of(new).readiness.missing}

    @on_both
    def test_the_enquiry_that_is_due_first_is_what_the_case_owes(self, school: Office) -> None:
        signed = Entry(
            reason="Nobody answers",
            decision=ReviewDecision.ENQUIRE_ON,
            next_review_on=date(2026, 11, 20),
            review=CALM,
        )
        assert school.act(ADA, Action.SIGN_REVIEW, signed, at=AT) is None
        assert school.case(ADA).due_what == "Make the enquiry: first-day call"
        log(school, entry())
        assert school.case(ADA).due_what == "Make the enquiry: second parent or carer"
        school.submit(days_from(DAYS[-1] + timedelta(days=1), 1), {ADA: "O"})
        assert school.case(ADA).due_what == "Make the enquiry: second parent or carer"

    def test_a_concern_is_due_for_review_at_once_and_until_it_is_reviewed(self, school: Office) -> None:
        log(school, entry(result=Result.REACHED_CONCERN), by=school.clerk)
        case = school.case(ADA)
        assert (case.due_what, case.due_on) == ("Review the concern that an enquiry raised", DAYS[-1])
        signed = Entry(
            reason="The aunt has the child",
            decision=ReviewDecision.ENQUIRE_ON,
            next_review_on=date(2026, 11, 20),
            review=CALM,
        )
        assert school.act(ADA, Action.SIGN_REVIEW, signed, at=AT + timedelta(hours=1)) is None
        assert school.case(ADA).due_what != "Review the concern that an enquiry raised"

    def test_a_school_is_asked_in_a_fixed_number_of_queries(self, office: Office) -> None:
        def asked(names: list[str]) -> int:
            office.submit(DAYS, dict.fromkeys(names, "OOOOO"), at=AT)
            db.session.rollback()
            found = list(db.session.scalars(select(Case).where(Case.school_id == office.school_id)))
            for case in found:
                assert case.events
                assert case.school.authority.policy_versions == []
            with statements(office.app) as told:
                readiness.states_of(found)
            return len(told)

        one = asked([ADA])
        assert asked([ADA, "Hill, Ben", "Cole, Cora", "Dale, Dan"]) == one


def test_rows_are_never_changed(school: Office) -> None:
    first = log(school, entry(notes="As it was"))
    before = list(db.session.execute(select(Enquiry.__table__)))
    db.session.rollback()
    enquiries.correct(school.dsl, first, entry(notes="As it is"), "Heard more", at=AT)
    db.session.rollback()
    assert list(db.session.execute(select(Enquiry.__table__)))[: len(before)] == before


def test_the_state_of_a_case_folds_with_its_enquiries(school: Office) -> None:
    log(school, entry())
    case = cases.find_case(school.dsl, school.case(ADA).reference)
    assert case is not None
    assert cases.state_of(case).last_touched_on == DAYS[-1]
    with transaction():
        pass


class TestFlags:
    """The office reads off no page which flags a child has."""

    def test_it_is_shown_the_same_steps_and_meter_for_every_child(self, town: Town) -> None:
        office = town.another()
        names = ("Birch, Ada", "Cole, Ben")
        days = days_from(date(2026, 11, 3), 9)
        office.submit(days[:5], dict.fromkeys(names, "PPPPP"))
        with transaction() as session:
            pupil_id = office.registration(names[0]).pupil_id
            flag = {"kind": "looked_after", "created_at": AT, "created_by": "Ash Fenner"}
            session.add(PupilFlag(pupil_id=pupil_id, **flag))
        office.submit(days[5:], dict.fromkeys(names, "OOOO"))
        told = []
        for name in names:
            view = casework.show(office.clerk, office.case(name).reference, today=days[-1])
            assert view is not None
            states = read_log(office.clerk, view).state.steps.values()
            shown = {each.step.code: each for each in states if not each.step.is_restricted}
            told.append((shown, view.facts.plain_readiness))
        assert told[0] == told[1]
        assert not {"E14", "E15", "E16", "E17"} & set(told[0][0])

    def test_what_is_due_names_no_step_that_tells_of_a_flag(self, town: Town) -> None:
        office, days = town.another(), days_from(date(2026, 11, 3), 9)
        office.submit(days, {"Birch, Ada": "PPPPPOOOO"})
        done = [code for code, step in read_steps().items() if step.is_logged and not step.is_restricted]
        for code in done:
            waived = EnquiryEntry(code, after_school(days[-1]), "Ash Fenner", Result.WAIVED, reason="Done")
            enquiries.log(office.dsl, office.registration("Birch, Ada").id, waived, at=after_school(days[-1]))
        view = casework.show(office.dsl, office.case("Birch, Ada").reference, today=days[-1])
        assert view is not None
        whats = [each.what for each in casework.dues_of(view)]
        assert "Make the enquiry that only the DSL sees" in whats
