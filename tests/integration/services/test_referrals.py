"""The referral from the records: what is filled and offered, approved by the head, sent, and followed up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.codes import Half
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import Result, Visit
from cme.casework.referral.answers import Answer, ReferralDraft
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind
from cme.clock import local_date
from cme.services import casework, drafts, enquiries, papers, policies, referrals, restrictions
from cme.services.restrictions import NewRestriction
from cme.store import cases, households, queue
from cme.store.database import db, transaction
from cme.store.tables import Contact, Membership, PupilFlag, Referral, User
from tests.enquiries import call_entry, visit_entry
from tests.integration.services.office import Office, after_school, days_from, everything, on_both
from tests.referrals import ANSWERS, UNMADE
from tests.reviews import signing

ADA, BEN = "Birch, Ada", "Birch, Ben"
DAYS = days_from(date(2026, 10, 12), 10)
AT = after_school(DAYS[-1])
HOME = {"house": "12", "street": "High Street", "town": "Northmoor", "postcode": "DL1 5QT"}


@pytest.fixture
def absent(office: Office) -> Office:
    """A school with one pupil ten days absent, whose home, contacts and flags are on record."""
    office.submit(DAYS, {ADA: "O" * 10, BEN: "P" * 10})
    with transaction() as session:
        for name in (ADA, BEN):
            pupil = office.registration(name).pupil
            for part, value in HOME.items():
                setattr(pupil, part, value)
        pupil = office.registration(ADA).pupil
        pupil.sex = "F"
        session.add(PupilFlag(pupil_id=pupil.id, kind="early_help", created_at=AT, created_by="Kit Lowe"))
        for position, (name, relation, phone) in enumerate(
            [
                ("Jane Birch", "Mother", "07700 900123; 01325 406222"),
                ("Nan Birch", "Grandmother", "07700 900456"),
            ],
            start=1,
        ):
            session.add(
                Contact(
                    pupil_id=pupil.id,
                    position=position,
                    name=name,
                    relationship_=relation,
                    phone=phone,
                    created_at=AT,
                )
            )
        session.flush()
        households.refresh_of([office.registration(name).id for name in (ADA, BEN)])
    return office


def reference_of(office: Office) -> str:
    return office.case(ADA).reference


def draft(office: Office, by: Scope | None = None) -> ReferralDraft:
    """The referral as it stands for the DSL, or for somebody else."""
    return drafts.draft_of(by or office.dsl, office.case(ADA))


def save(office: Office, **answers: Answer) -> None:
    assert referrals.save_draft(office.dsl, reference_of(office), answers, at=AT) is None


def send(office: Office, **answers: Answer) -> Refused | None:
    return referrals.send_referral(
        office.dsl,
        reference_of(office),
        {**ANSWERS, **answers},
        safeguarding=False,
        without_enquiries=UNMADE,
        at=AT,
    )


class TestOffered:
    def test_home_and_contacts_stand_in_the_form_with_their_phones(self, absent: Office) -> None:
        found = draft(absent)
        assert found.answer("last_known_address") == "12 High Street\nNorthmoor"
        assert found.answer("last_known_postcode") == "DL1 5QT"
        assert found.answer("last_known_source") == "School records"
        assert found.rows("carers") == [
            {"name": "Jane Birch", "relation": "Mother", "phones": "07700 900123, 01325 406222"}
        ]
        assert found.rows("emergency_contacts") == [
            {"name": "Nan Birch", "relation": "Grandmother", "phones": "07700 900456"}
        ]

    def test_a_flag_says_yes_and_the_absence_of_one_says_nothing(self, absent: Office) -> None:
        found = draft(absent)
        assert (found.answer("sex"), found.answer("early_help"), found.answer("ehc_plan")) == ("F", "yes", "")

    def test_brothers_and_sisters_are_found_with_where_they_are(self, absent: Office) -> None:
        (line,) = draft(absent).answer("siblings_here").splitlines()
        assert line == "Ben Birch, Alder Grove School: present on 23 October 2026 (same address)"

    def test_the_codes_are_told_week_by_week(self, absent: Office) -> None:
        lines = draft(absent).answer("codes").splitlines()
        assert lines[-1] == "Week of 19 October 2026: Mon O O, Tue O O, Wed O O, Thu O O, Fri O O"
        assert lines[0] == "Week of 5 October 2026: Mon - -, Tue - -, Wed - -, Thu - -, Fri - -"

    def test_the_latest_signed_review_is_the_appraisal(self, absent: Office) -> None:
        assert draft(absent).answer("appraisal") == ""
        assert absent.act(ADA, Action.SIGN_REVIEW, signing(date(2026, 11, 5)), at=AT) is None
        told = draft(absent).answer("appraisal")
        assert told.startswith("Rated medium by the school.")
        assert told.endswith("Review signed on 23 October 2026 by Ash Fenner.")

    def test_what_is_left_as_offered_follows_the_records_and_what_is_typed_stays(
        self, absent: Office
    ) -> None:
        save(absent, sex="F", last_known_postcode="DL9 9ZZ")
        with transaction():
            pupil = absent.registration(ADA).pupil
            pupil.sex, pupil.postcode = "M", "DL2 2AA"
        found = draft(absent)
        assert (found.answer("sex"), found.answer("last_known_postcode")) == ("M", "DL9 9ZZ")

    def test_saving_one_part_leaves_the_others_as_they_were(self, absent: Office) -> None:
        save(absent, known_as="Addie")
        save(absent, language="Polish")
        found = draft(absent)
        assert (found.answer("known_as"), found.answer("language")) == ("Addie", "Polish")
        assert found.rows("carers")

    def test_nothing_is_saved_over_a_draft_that_the_writer_did_not_see(self, absent: Office) -> None:
        save(absent, known_as="Addie")
        reference, seen = absent.case(ADA).reference, []

        def stands(now: ReferralDraft) -> bool:
            seen.append(now.answer("known_as"))
            return False

        refused = referrals.save_draft(absent.dsl, reference, {"known_as": "Al"}, stands=stands, at=AT)
        assert refused == Refused((referrals.OVERTAKEN,), ("version",))
        assert seen == ["Addie"]
        assert draft(absent).answer("known_as") == "Addie"

    def test_a_protected_address_is_written_and_typed_by_nobody(self, absent: Office) -> None:
        save(absent, last_known_address="12 High Street")
        refuge = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Told by the police")
        kept = restrictions.add(absent.dsl, absent.registration(ADA).id, refuge, at=AT)
        assert isinstance(kept, int)
        save(absent, last_known_address="12 High Street, the refuge", last_known_source="")
        found = draft(absent)
        assert found.answer("last_known_address") == found.answer("last_known_postcode") == ADDRESS_NOT_SHOWN
        assert "Protected address" in found.answer("restrictions")
        assert send(absent) is None
        for reader in (absent.dsl, absent.officer, absent.front_door):
            assert "High Street" not in str(draft(absent, reader).answers)

    def test_the_draft_appears_by_itself_with_all_of_this(self, absent: Office) -> None:
        assert absent.kinds(ADA) == ["case.opened", "referral.drafted"]
        assert cases.find_referral(absent.dsl, absent.case(ADA).id) is None


class TestApproval:
    @pytest.fixture
    def asking(self, absent: Office) -> Office:
        """The same, under a policy that asks for the head's approval, in a case that was opened under it."""
        admin = absent.scope(Role.LA_ADMIN)
        changes = {"rules.head_approves_referral": True}
        policies.change(admin, "841", changes, local_date(AT), "Heads want to know", at=AT)
        close = Entry(reason="Opened before", outcome_code="O25")
        assert absent.act(ADA, Action.CLOSE, close, at=AT) is None
        reopened = casework.reopen(absent.dsl, reference_of(absent), Entry(reason="Again"), at=AT)
        assert isinstance(reopened, str)
        return absent

    def latest(self, office: Office) -> str:
        return office.cases(ADA)[-1].reference

    def approve(self, office: Office, by: Scope) -> Refused | None:
        case = office.cases(ADA)[-1]
        read = Entry(draft_read=drafts.draft_of(by, case).fingerprint)
        return referrals.approve(by, case.reference, read, at=AT)

    def send(self, office: Office, **answers: Answer) -> Refused | None:
        given = {**ANSWERS, **answers}
        return referrals.send_referral(
            office.dsl, self.latest(office), given, safeguarding=False, without_enquiries=UNMADE, at=AT
        )

    def test_it_is_approved_by_the_head_and_sent_as_it_was_approved(self, asking: Office) -> None:
        refused = self.send(asking)
        assert isinstance(refused, Refused)
        assert refused.missing == ("approved",)
        assert self.approve(asking, replace(asking.scope(Role.HEAD, "Jo Hale"), user_id=8)) is None
        assert asking.cases(ADA)[-1].events[-1].kind == "referral.approved"
        assert self.send(asking) is None

    def test_a_change_asks_for_another_approval(self, asking: Office) -> None:
        assert isinstance(self.send(asking), Refused)
        assert self.approve(asking, replace(asking.scope(Role.HEAD, "Jo Hale"), user_id=8)) is None
        refused = self.send(asking, who_said_what="The aunt rang")
        assert isinstance(refused, Refused)
        assert "changed after the head teacher approved it" in refused.reason

    def test_nobody_approves_what_they_wrote(self, asking: Office) -> None:
        assert isinstance(self.send(asking), Refused)
        grants = asking.dsl.grants | asking.scope(Role.HEAD).grants
        refused = self.approve(asking, Scope(asking.dsl.user_id, "Ash Fenner", grants))
        assert refused is not None
        assert refused.reason == referrals.NOT_OWN

    def test_a_safeguarding_referral_goes_without(self, asking: Office) -> None:
        assert referrals.send_referral(asking.dsl, self.latest(asking), {}, safeguarding=True, at=AT) is None


class TestUpdates:
    def test_an_update_carries_the_answers_over_and_leaves_what_was_sent(self, absent: Office) -> None:
        assert send(absent) is None
        first = drafts.draft_of(absent.officer, absent.case(ADA))
        reference = reference_of(absent)
        for _ in range(2):
            assert referrals.start_update(absent.dsl, reference, at=AT) is None
        found = draft(absent)
        assert (found.answer("type"), found.answer("criterion")) == ("update", first.answer("criterion"))
        assert not found.is_sent
        # Until it is sent, everybody else reads what was sent.
        assert draft(absent, absent.officer).answers == first.answers
        later = AT + timedelta(days=3)
        told = {"news": "Seen in Leeds", "criterion": "moved_no_destination"}
        sent = referrals.send_referral(absent.dsl, reference, told, safeguarding=False, at=later)
        assert sent is None
        referral, update = cases.list_sent_referrals(absent.officer, absent.case(ADA).id)
        assert referral.form["answers"]["criterion"] == first.answer("criterion")
        assert update.form["answers"]["news"] == "Seen in Leeds"
        assert update.recipients == ["front_door", "cme_officer"]
        assert absent.kinds(ADA)[-1] == "referral.updated"
        assert absent.case(ADA).authority_due_what == "Acknowledge the referral"

    def test_an_update_without_news_is_kept_and_not_sent(self, absent: Office) -> None:
        assert send(absent) is None
        reference = reference_of(absent)
        referrals.start_update(absent.dsl, reference, at=AT)
        refused = referrals.send_referral(
            absent.dsl, reference, {"known_as": "Addie"}, safeguarding=False, at=AT
        )
        assert isinstance(refused, Refused)
        assert draft(absent).answer("known_as") == "Addie"
        assert len(cases.list_sent_referrals(absent.dsl, absent.case(ADA).id)) == 1

    def test_there_is_no_update_before_the_referral_nor_by_anybody_else(self, absent: Office) -> None:
        before = everything()
        assert isinstance(referrals.start_update(absent.dsl, reference_of(absent), at=AT), Refused)
        assert everything() == before
        assert send(absent) is None
        for scope in (absent.clerk, absent.officer, absent.scope(Role.HEAD)):
            refused = referrals.start_update(scope, reference_of(absent), at=AT)
            assert isinstance(refused, Refused)
            assert refused.missing == ("permission",)


@on_both
def test_what_is_sent_is_frozen_with_the_enquiries_and_whom_it_went_to(absent: Office) -> None:
    assert send(absent) is None
    db.session.rollback()
    (kept,) = db.session.scalars(db.select(Referral)).all()
    answers = kept.form["answers"]
    assert answers["sent"] == "23 October 2026, 17:00"
    assert answers["number"] == reference_of(absent)
    assert "missing: home visit" in answers["meter"]
    assert kept.form["without_enquiries"] == UNMADE
    assert (kept.sent_by, kept.recipients) == ("Ash Fenner", ["front_door", "cme_officer"])
    frozen = draft(absent, absent.officer).answers
    with transaction():
        absent.registration(ADA).pupil.postcode = "DL2 2AA"
    assert draft(absent, absent.officer).answers == frozen


@on_both
def test_a_question_waits_on_the_other_side_until_it_is_answered(absent: Office) -> None:
    assert send(absent) is None
    asked = Entry(message="Who visited?")
    assert absent.act(ADA, Action.ASK_QUESTION, asked, at=AT, by=absent.officer) is None
    view = casework.show(absent.dsl, reference_of(absent), today=local_date(AT))
    assert view is not None
    assert [each.number for each in casework.questions_to_answer(absent.dsl, view)] == [1]
    assert "Answer the authority's question" in [each.what for each in casework.dues_of(view)]
    answer = Entry(message="Two of us, on Friday", question=1)
    assert absent.act(ADA, Action.ANSWER_QUESTION, answer, at=AT) is None
    view = casework.show(absent.dsl, reference_of(absent), today=local_date(AT))
    assert view is not None
    assert casework.questions_to_answer(absent.dsl, view) == ()
    refused = absent.act(ADA, Action.ANSWER_QUESTION, answer, at=AT)
    assert isinstance(refused, Refused)


@pytest.mark.parametrize("role", [Role.HEAD, Role.SCHOOL_USER, Role.LA_MANAGER, Role.INSPECTOR])
def test_questions_are_written_by_those_who_work_on_the_referral(absent: Office, role: Role) -> None:
    assert send(absent) is None
    before = everything()
    entry = Entry(message="Who visited?")
    refused = absent.act(ADA, Action.ASK_QUESTION, entry, at=AT, by=absent.scope(role))
    assert isinstance(refused, Refused)
    assert everything() == before


def test_the_head_is_named_from_the_accounts_of_the_school(absent: Office) -> None:
    assert draft(absent).answer("head_name") == ""
    with transaction() as session:
        head = User(
            email="head@school.example",
            name="Jo Hale",
            password_hash="x",
            created_at=AT,
            password_changed_at=AT,
        )
        session.add(head)
        session.flush()
        session.add(
            Membership(
                user_id=head.id,
                role=Role.HEAD,
                authority_id=absent.authority_id,
                school_id=absent.school_id,
            )
        )
    assert draft(absent).answer("head_name") == "Jo Hale"


def test_the_enquiries_that_were_logged_stand_in_it(absent: Office) -> None:
    called = call_entry(
        done_at=AT - timedelta(hours=3),
        done_by="Kit Lowe",
        contacted="Jane Birch",
        relation="Mother",
        used="07700 900123",
    )
    logged = enquiries.log(absent.clerk, absent.registration(ADA).id, called, at=AT)
    assert isinstance(logged, int), logged
    (row,) = draft(absent).rows("actions")
    assert (row["on"], row["by"].partition(",")[0]) == ("23 October 2026, 14:00", "Kit Lowe")
    assert (row["contacted"], row["outcome"]) == ("Jane Birch, Mother", "No answer")
    assert (
        draft(absent).answer("chronology").splitlines()[-1].startswith("23 October 2026: Enquiry recorded (")
    )


def test_a_referral_that_the_register_no_longer_bears_is_kept_and_its_recipients_are_told(
    absent: Office,
) -> None:
    assert send(absent) is None
    sent = draft(absent, absent.officer).answers
    absent.submit(DAYS[3:4], {ADA: "C"}, at=AT + timedelta(hours=1))
    event = absent.case(ADA).events[-1]
    assert (event.kind, event.data["recipients"]) == ("referral.superseded", ["front_door", "cme_officer"])
    assert draft(absent, absent.front_door).answers == sent
    page = queue.read_queue(absent.officer, queue.QueueFilter())
    assert ["superseded" in case.overlays for case in page.rows] == [True]


def test_the_referral_and_the_chronology_tell_all_that_an_enquiry_found(absent: Office) -> None:
    moved = call_entry(
        result=Result.MOVED_NEW_ADDRESS,
        done_at=AT - timedelta(hours=3),
        place="7 Hill Road, Leeds",
        notes="In May",
    )
    seen = visit_entry(
        done_at=(AT - timedelta(days=1)).replace(hour=9),
        visit=Visit(half=Half.AM, second_staff="Jo Hale", answered="a man shouting", harm_seen=True),
    )
    for entry in (moved, seen):
        assert isinstance(enquiries.log(absent.clerk, absent.registration(ADA).id, entry, at=AT), int)
    rows = draft(absent).answers["actions"]
    printed = papers.make_chronology(
        absent.dsl, reference_of(absent), papers.Form.CSV, (), at=AT
    ).content.decode()
    for text in (str(rows), printed):
        assert "Said to be at: 7 Hill Road, Leeds" in text
        assert "With: Jo Hale" in text
        assert "Answered: a man shouting" in text
        assert "Seen: signs of harm" in text


def test_the_enquiries_of_a_case_are_the_same_wherever_they_are_read(office: Office) -> None:
    """A case without a counted absence has none of the absence before it."""
    days = days_from(date(2026, 10, 12), 8)
    office.submit(days[:3], {ADA: "OOO"})
    key, made_at = office.registration(ADA).id, after_school(days[1])
    made = call_entry(done_at=made_at, used="07700 900111")
    assert isinstance(enquiries.log(office.dsl, key, made, at=after_school(days[2])), int)
    office.submit(days[3:6], {ADA: "PPP"})
    back = Entry(outcome_code="O01", reason="Back", no_talk="Seen daily")
    assert office.act(ADA, Action.CLOSE, back, at=after_school(days[5])) is None
    office.submit(days[6:], {ADA: "PP"})
    opened = casework.open_by_hand(office.dsl, key, "A worry", at=after_school(days[7]))
    assert isinstance(opened, str)
    for case, expected in zip(office.cases(ADA), (1, 0), strict=True):
        at = after_school(days[7])
        printed = papers.make_chronology(office.dsl, case.reference, papers.Form.CSV, (), at=at)
        assert printed.content.decode().count("07700 900111") == expected
        assert len(drafts.draft_of(office.dsl, case).answers["actions"]) == expected


def test_an_urgent_update_is_answered_the_same_day(absent: Office) -> None:
    assert send(absent) is None
    reference = reference_of(absent)
    assert absent.act(ADA, Action.ACKNOWLEDGE_REFERRAL, at=AT, by=absent.officer) is None
    assert referrals.start_update(absent.dsl, reference, at=AT) is None
    news = {"news": "She told a friend that she is being hurt"}
    assert referrals.send_referral(absent.dsl, reference, news, safeguarding=True, at=AT) is None
    case = absent.case(ADA)
    assert "safeguarding" in case.overlays
    assert (case.authority_due_what, case.authority_due_on) == ("Acknowledge the referral", local_date(AT))


def test_whoever_wrote_a_part_of_it_does_not_approve_it(absent: Office) -> None:
    reference = reference_of(absent)
    grants = absent.dsl.grants | absent.scope(Role.HEAD).grants
    for user_id in (8, 9):
        writer = Scope(user_id, "Robin Marsh", grants)
        assert referrals.save_draft(writer, reference, {"who_said_what": f"{user_id}"}, at=AT) is None
    for user_id in (8, 9):
        refused = referrals.approve(Scope(user_id, "Robin Marsh", grants), reference, Entry(), at=AT)
        assert refused is not None
        assert refused.reason == referrals.NOT_OWN
