"""A concern reaches the DSL the same day: with a case or without one, and nobody but the DSL ends it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.attendance.codes import Half
from cme.casework.case import Action, Entry, Refused
from cme.casework.enquiries.enquiry import EnquiryEntry, Result, Visit
from cme.services import calls, casework, enquiries
from cme.store.cases import state_of
from cme.store.database import db, transaction
from cme.store.tables import Alert, PupilFlag, School
from tests.enquiries import call_entry, visit_entry
from tests.integration.services.office import Office, after_school, days_from, on_both
from tests.integration.services.test_digest import hire
from tests.reviews import signing

ADA = "Birch, Ada"
DAYS = days_from(date(2026, 11, 9), 4)
AT = after_school(DAYS[-1])
EARLIER = AT - timedelta(hours=1)
CONCERN = call_entry(result=Result.REACHED_CONCERN, done_at=EARLIER)
NO_ANSWER = replace(CONCERN, result=Result.NO_ANSWER)
HARM = visit_entry(
    done_at=datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
    visit=Visit(half=Half.AM, second_staff="Jo Hale", answered="a neighbour", harm_seen=True),
)
REVIEW_IT = "Review the concern that an enquiry raised"


def urgent(of: int) -> list[str]:
    """What somebody was told urgently."""
    db.session.rollback()
    own = select(Alert.text).where(Alert.user_id == of, Alert.is_urgent).order_by(Alert.id)
    return list(db.session.scalars(own))


def log(office: Office, entry: EnquiryEntry, *, at: datetime = AT, by: Role = Role.SCHOOL_USER) -> int:
    made = enquiries.log(office.scope(by), office.registration(ADA).id, entry, at=at)
    assert isinstance(made, int)
    return made


def owed(office: Office) -> list[str]:
    """What the school owes in the pupil's case, first first."""
    view = casework.show(office.dsl, office.case(ADA).reference, today=DAYS[-1])
    assert view is not None
    return [each.what for each in casework.dues_of(view)]


@on_both
@pytest.mark.parametrize("marks", ["PPPO", "PPPP"])
def test_a_concern_on_the_first_day_opens_a_case_and_tells_the_dsl(office: Office, marks: str) -> None:
    office.submit(DAYS, {ADA: marks})
    dsl = hire(office, Role.DSL, "dsl@example.org")
    key = office.registration(ADA).id
    done = calls.record_call(
        office.clerk, key, calls.SOMEBODY_ELSE, Result.REACHED_CONCERN, "Screams next door", at=AT
    )
    assert isinstance(done, int)
    assert office.kinds(ADA) == ["case.opened", "enquiry.logged"]
    assert office.case(ADA).due_what == REVIEW_IT
    assert [text.partition(": ")[2] for text in urgent(dsl)] == [
        "An enquiry raised a concern. Review it today."
    ]


def test_harm_seen_on_a_visit_is_a_concern(office: Office) -> None:
    office.submit(DAYS, {ADA: "PPPO"})
    dsl = hire(office, Role.DSL, "dsl@example.org")
    log(office, HARM)
    assert office.case(ADA).due_what == REVIEW_IT
    assert len(urgent(dsl)) == 1


def test_what_raises_no_concern_opens_no_case(office: Office) -> None:
    office.submit(DAYS, {ADA: "PPPO"})
    log(office, NO_ANSWER)
    assert office.cases(ADA) == []


@on_both
def test_a_concern_in_an_open_case_tells_the_dsl_as_well(office: Office) -> None:
    office.submit(DAYS, {ADA: "OOOO"})
    dsl = hire(office, Role.DSL, "dsl@example.org")
    made = log(office, NO_ANSWER)
    assert urgent(dsl) == []
    again = enquiries.correct(office.clerk, made, CONCERN, "She said more", at=AT)
    assert isinstance(again, int)
    log(office, replace(HARM, done_at=datetime(2026, 11, 12, 9, 40, tzinfo=UTC)))
    assert len(urgent(dsl)) == 2
    assert office.case(ADA).due_what == REVIEW_IT


def test_a_concern_of_a_day_before_the_register_belongs_to_the_case_it_opens(office: Office) -> None:
    office.submit(DAYS, {ADA: "PPPP"})
    log(office, replace(CONCERN, done_at=after_school(DAYS[1])))
    assert office.case(ADA).due_what == REVIEW_IT


def test_a_flagged_child_with_a_concern_is_fast_tracked_at_once(office: Office) -> None:
    office.submit(DAYS[:3], {ADA: "PPP"})
    flag(office)
    log(office, CONCERN)
    assert "case.fast_tracked" in office.kinds(ADA)


def test_a_flagged_child_whose_case_is_opened_by_hand_or_again_is_fast_tracked_at_once(
    office: Office,
) -> None:
    office.submit(DAYS, {ADA: "PPII"})
    flag(office)
    opened = casework.open_by_hand(office.dsl, office.registration(ADA).id, "I am afraid for her", at=AT)
    assert isinstance(opened, str)
    assert office.kinds(ADA) == ["case.opened", "case.fast_tracked"]
    done = Entry(outcome_code="O17", reason="The family is known to be away", agreed_by="The social worker")
    assert office.act(ADA, Action.CLOSE, done, at=AT) is None
    again = casework.reopen(office.dsl, opened, Entry(reason="She was not at home"), at=AT)
    assert isinstance(again, str)
    assert [event.kind for event in office.cases(ADA)[-1].events] == ["case.opened", "case.fast_tracked"]


def flag(office: Office, kind: str = "child_protection_plan") -> None:
    with transaction() as session:
        pupil_id = office.registration(ADA).pupil_id
        session.add(PupilFlag(pupil_id=pupil_id, kind=kind, created_at=AT, created_by="Ash Fenner"))


@pytest.mark.parametrize(
    ("by", "entry"),
    [
        (Role.SCHOOL_USER, CONCERN),
        (Role.SCHOOL_USER, HARM),
        (Role.DSL, NO_ANSWER),
        (Role.DSL, EnquiryEntry("E07", EARLIER, "Ash Fenner", Result.WAIVED, reason="Asked before")),
    ],
)
def test_the_office_takes_back_no_concern_no_waiver_and_nothing_of_the_dsl(
    office: Office, by: Role, entry: EnquiryEntry
) -> None:
    office.submit(DAYS, {ADA: "OOOO"})
    made = log(office, entry, by=by)
    refused = enquiries.withdraw(office.clerk, made, "A typing error", at=AT)
    assert refused == Refused((enquiries.FOR_DSL,), ("permission",))
    changed = enquiries.correct(office.clerk, made, NO_ANSWER, "A typing error", at=AT)
    assert changed == Refused((enquiries.FOR_DSL,), ("permission",))
    assert isinstance(enquiries.withdraw(office.dsl, made, "Another child", at=AT), int)


def test_the_office_corrects_its_own_words_about_a_concern_that_stays_one(office: Office) -> None:
    office.submit(DAYS, {ADA: "OOOO"})
    made = log(office, CONCERN)
    again = enquiries.correct(office.clerk, made, replace(CONCERN, notes="It was Tuesday"), "The day", at=AT)
    assert isinstance(again, int)


def test_a_concern_ends_by_a_review_and_not_by_its_withdrawal(office: Office) -> None:
    office.submit(DAYS, {ADA: "OOOO"})
    made = log(office, CONCERN)
    assert isinstance(enquiries.withdraw(office.dsl, made, "Another child", at=AT), int)
    assert REVIEW_IT in owed(office)
    at = AT + timedelta(minutes=5)
    assert office.act(ADA, Action.SIGN_REVIEW, signing(date(2026, 11, 20)), at=at) is None
    assert REVIEW_IT not in owed(office)


def test_a_concern_that_was_reviewed_is_not_raised_again_by_a_correction_of_its_words(office: Office) -> None:
    office.submit(DAYS, {ADA: "OOOO"})
    made = log(office, CONCERN)
    at = AT + timedelta(minutes=5)
    assert office.act(ADA, Action.SIGN_REVIEW, signing(date(2026, 11, 20)), at=at) is None
    later = AT + timedelta(minutes=10)
    again = enquiries.correct(office.clerk, made, replace(CONCERN, notes="On Tuesday"), "The day", at=later)
    assert isinstance(again, int)
    assert REVIEW_IT not in owed(office)


@on_both
def test_an_enquiry_from_before_the_absence_is_refused_not_ignored(office: Office) -> None:
    office.submit(DAYS, {ADA: "POOO"})
    before = replace(CONCERN, done_at=after_school(DAYS[0]))
    refused = enquiries.log(office.clerk, office.registration(ADA).id, before, at=AT)
    assert isinstance(refused, Refused)
    assert refused.missing == ("done_on",)
    assert "10 November 2026" in refused.reason
    on_the_day = log(office, replace(CONCERN, done_at=after_school(DAYS[1])))
    assert state_of(office.case(ADA)).covers(DAYS[1])
    assert isinstance(enquiries.withdraw(office.dsl, on_the_day, "Another child", at=AT), int)


def test_the_call_list_goes_on_for_a_step_that_was_put_aside(office: Office) -> None:
    office.submit(DAYS, {ADA: "PPPO"})
    for step in ("E01", "E02", "E03", "E04"):
        log(office, EnquiryEntry(step, EARLIER, "Kit Lowe", Result.NOT_APPLICABLE, reason="No parent"))
    log(office, EnquiryEntry("E02", EARLIER, "A. Fenner", Result.WAIVED, reason="Works"), by=Role.DSL)
    school = db.session.get_one(School, office.school_id)
    found = calls.list_calls(office.clerk, school, at=AT)
    assert [one.registration.pupil.forename for one in found.waiting] == ["Ada"]
