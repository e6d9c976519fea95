"""The life of a case as registers arrive day by day in an autumn term with a half term and an INSET day.

An absence from Monday 12 October 2026 has its tenth day on Friday 23 October and its twentieth on Monday
16 November.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest

from cme.casework.case import Action, Entry, ReviewDecision
from cme.services import casework
from cme.store import cases
from cme.store.database import db
from cme.store.tables import Referral
from tests.integration.services.office import Office, after_school, days_from, everything, on_both
from tests.reviews import signing

ADA = "Birch, Ada"
BEFORE = days_from(date(2026, 10, 5), 5)
ABSENT = days_from(date(2026, 10, 12), 30)
"""ABSENT[n - 1] is the nth day of the absence."""


def day(number: int) -> date:
    return ABSENT[number - 1]


def upload_to(office: Office, number: int, codes: Sequence[str] = (), *, name: str = ADA) -> None:
    """Upload the register up to a day of the absence: "O" but for the last days, which are given."""
    told = ["P"] * len(BEFORE) + ["O"] * (number - len(codes)) + list(codes)
    office.submit([*BEFORE, *ABSENT[:number]], {name: told})


def due(office: Office) -> tuple[date | None, str]:
    case = office.case(ADA)
    return case.due_on, case.due_what


def sign(office: Office, on: date, next_review_on: date, decision: ReviewDecision) -> None:
    entry = signing(next_review_on, decision)
    assert office.act(ADA, Action.SIGN_REVIEW, entry, at=after_school(on)) is None


def declining(next_review_on: date) -> Entry:
    return Entry(
        reason_code="located",
        reason="With an aunt",
        agreed_by="Jo Hale, head",
        next_review_on=next_review_on,
    )


def test_the_days_of_this_term() -> None:
    assert (day(3), day(9), day(10), day(20)) == (
        date(2026, 10, 14),
        date(2026, 10, 22),
        date(2026, 10, 23),
        date(2026, 11, 16),
    )


@on_both
def test_a_case_from_the_third_day_to_its_end(office: Office) -> None:
    upload_to(office, 2)
    assert office.cases(ADA) == []

    upload_to(office, 3)
    assert office.case(ADA).stage == "enquiries"
    assert due(office) == (day(3), "Sign the DSL review")

    sign(office, day(3), date(2026, 10, 21), ReviewDecision.ENQUIRE_ON)
    assert due(office) == (day(1), "Make the enquiry: first-day call")

    upload_to(office, 9)
    assert office.case(ADA).stage == "referral_draft"
    sign(office, day(9), date(2026, 11, 5), ReviewDecision.REFER_NOW)
    assert due(office) == (day(1), "Make the enquiry: first-day call")

    upload_to(office, 10)
    assert due(office) == (day(10), "Send the referral")
    assert cases.find_case(office.front_door, office.case(ADA).reference) is None
    assert office.send(ADA, at=after_school(day(10))) is None
    assert office.case(ADA).stage == "referred"
    # Two working days after Friday 23 October; half term is no holiday for the authority.
    assert due_from_authority(office) == (date(2026, 10, 27), "Acknowledge the referral")

    acknowledged_at = after_school(date(2026, 10, 26))
    assert office.act(ADA, Action.ACKNOWLEDGE_REFERRAL, at=acknowledged_at, by=office.officer) is None
    assert due_from_authority(office) == (date(2026, 10, 27), "Accept the referral, or send it back")

    upload_to(office, 19)
    assert office.case(ADA).stage == "referred"

    upload_to(office, 20)
    assert office.case(ADA).stage == "decision"

    upload_to(office, 21, ["P"])
    assert office.case(ADA).stage == "referred"
    assert office.case(ADA).overlays == ["closing_proposed"]

    talk = Entry(held_by="K. Lowe, form tutor", held_on=day(21), words="At my nan's")
    assert office.act(ADA, Action.RECORD_TALK, talk, at=after_school(day(21)), by=office.clerk) is None
    entry = Entry(outcome_code="O01", reason="Back every day since")
    assert office.act(ADA, Action.CLOSE, entry, at=after_school(day(21))) is None
    assert (office.case(ADA).stage, due(office)) == ("closed", (None, ""))
    assert office.kinds(ADA) == [
        "case.opened",
        "review.signed",
        "referral.drafted",
        "review.signed",
        "referral.sent",
        "referral.acknowledged",
        "eligibility.reached",
        "eligibility.lost",
        "closing.proposed",
        "welfare_talk.held",
        "case.closed",
    ]
    assert [event.seq for event in office.case(ADA).events] == list(range(1, 12))


def test_no_open_case_is_ever_without_a_deadline(office: Office) -> None:
    names = {"Birch, Ada": "O" * 22, "Cole, Ben": "O" * 12 + "I" * 10, "Dale, Cora": "G" * 22}
    for number in (3, 5, 9, 10, 13, 20, 22):
        office.submit(ABSENT[:number], {name: codes[:number] for name, codes in names.items()})
        for name in names:
            for case in office.cases(name):
                assert case.due_on, (name, number)
                assert case.due_what


def test_a_known_holiday_is_watched_and_drafts_no_referral(office: Office) -> None:
    office.submit(ABSENT[:12], {ADA: "G" * 12})
    assert office.kinds(ADA) == ["case.opened"]


def test_a_present_mark_of_an_open_day_ends_eligibility_at_once(office: Office) -> None:
    upload_to(office, 20)
    assert office.kinds(ADA) == ["case.opened", "referral.drafted", "eligibility.reached"]
    days = [*BEFORE, *ABSENT[:21]]
    # The morning's register: nobody has an afternoon mark yet, so the day is not counted.
    head = ["Adm No", "Surname", "Forename", "Date of birth", f"{day(21):%d/%m/%Y} AM"]
    rows = [head, ["Birch-Ada", "Birch", "Ada", "04/05/2014", "/"]]
    content = "\n".join(",".join(row) for row in rows).encode()
    at = datetime.combine(day(21), time(10), UTC)
    office.approve(office.receive(content, at=at), at=at)
    assert office.standing(ADA).as_of == days[-2]
    assert office.case(ADA).stage == "referral_draft"
    assert office.kinds(ADA)[-1] == "eligibility.lost"


def test_a_blank_inside_the_twenty_days_keeps_the_decision_shut(office: Office) -> None:
    upload_to(office, 21, ["."] + ["O"] * 6)
    assert office.case(ADA).stage == "referral_draft"
    upload_to(office, 21)
    assert office.case(ADA).stage == "decision"


def test_closing_is_proposed_on_return_and_withdrawn_when_the_absence_goes_on(office: Office) -> None:
    upload_to(office, 5)
    upload_to(office, 6, ["P"])
    assert office.case(ADA).overlays == ["closing_proposed"]
    # Never reviewed: that is still owed first, without an absence since the day the case was opened.
    assert due(office) == (day(5), "Sign the DSL review")
    upload_to(office, 7, ["P", "O"])
    assert office.case(ADA).overlays == []
    assert office.kinds(ADA) == ["case.opened", "closing.proposed", "closing.withdrawn"]


def test_a_proposal_to_close_is_due_a_school_day_later(office: Office) -> None:
    upload_to(office, 3)
    sign(office, day(3), date(2026, 11, 5), ReviewDecision.ADVICE)
    upload_to(office, 10, ["P"])
    # The day after Friday 23 October on which this school is open: Tuesday 3 November.
    assert due(office) == (date(2026, 11, 3), "Hold the welfare talk")
    talk = Entry(held_by="K. Lowe, form tutor", held_on=date(2026, 10, 23))
    assert office.act(ADA, Action.RECORD_TALK, talk, at=after_school(day(10))) is None
    assert due(office) == (date(2026, 11, 3), "Close the case, or note why it stays open")


@on_both
def test_a_recode_below_ten_supersedes_the_referral_and_keeps_it(office: Office) -> None:
    upload_to(office, 11)
    assert office.send(ADA, at=after_school(day(11))) is None
    sent = sent_referral()
    office.submit([day(4)], {ADA: "C"}, at=after_school(day(11)) + timedelta(hours=1))
    case = office.case(ADA)
    assert (case.stage, case.overlays) == ("referred", ["superseded"])
    assert office.kinds(ADA)[-2:] == ["referral.sent", "referral.superseded"]
    assert sent_referral() == sent
    assert sent[1] == ["front_door", "cme_officer"]
    assert cases.find_case(office.front_door, case.reference)
    office.submit([day(4)], {ADA: "O"}, at=after_school(day(11)) + timedelta(hours=2))
    assert office.case(ADA).overlays == []
    assert office.kinds(ADA)[-1] == "referral.restored"


def sent_referral() -> tuple[object, ...]:
    """What a referral says, to whom, when and by whom."""
    db.session.rollback()
    (found,) = db.session.scalars(db.select(Referral)).all()
    return found.form, found.recipients, found.sent_at, found.sent_by


def test_an_early_referral_is_not_superseded_by_the_count(office: Office) -> None:
    upload_to(office, 4)
    assert office.send(ADA, at=after_school(day(4))) is None
    office.submit([day(2)], {ADA: "C"}, at=after_school(day(5)))
    assert office.case(ADA).overlays == []


def test_a_new_absence_after_closing_is_a_new_case(office: Office) -> None:
    upload_to(office, 3)
    upload_to(office, 4, ["P"])
    close_as_returned(office, day(4))
    upload_to(office, 6, ["P", "O", "O"])
    assert len(office.cases(ADA)) == 1
    upload_to(office, 7, ["P", "O", "O", "O"])
    first, second = office.cases(ADA)
    assert (first.stage, second.stage) == ("closed", "enquiries")
    assert first.reference != second.reference


def due_from_authority(office: Office) -> tuple[date | None, str]:
    case = office.case(ADA)
    return case.authority_due_on, case.authority_due_what


def close_as_returned(office: Office, on: date) -> None:
    entry = Entry(outcome_code="O01", reason="Back in school", no_talk="Spoken to by the social worker")
    assert office.act(ADA, Action.CLOSE, entry, at=after_school(on)) is None


def test_a_case_closed_too_early_is_taken_up_again_five_days_later(office: Office) -> None:
    upload_to(office, 4)
    entry = Entry(outcome_code="O25", reason="Entered in error")
    assert office.act(ADA, Action.CLOSE, entry, at=after_school(day(4))) is None
    upload_to(office, 8)
    assert len(office.cases(ADA)) == 1
    upload_to(office, 9)
    assert [case.stage for case in office.cases(ADA)] == ["closed", "referral_draft"]


def test_a_decision_not_to_refer_holds_until_its_review_date(office: Office) -> None:
    upload_to(office, 9)
    entry = declining(date(2026, 11, 4))
    assert office.act(ADA, Action.DECLINE_REFERRAL, entry, at=after_school(day(9))) is None
    assert due(office) == (day(3), "Sign the DSL review")
    upload_to(office, 11)
    assert (office.case(ADA).stage, day(11)) == ("enquiries", date(2026, 11, 3))
    upload_to(office, 12)
    assert office.case(ADA).stage == "referral_draft"


def test_a_case_that_moves_while_no_count_changes_is_on_the_receipt(office: Office) -> None:
    upload_to(office, 9)
    entry = declining(date(2026, 10, 28))
    assert office.act(ADA, Action.DECLINE_REFERRAL, entry, at=after_school(day(9))) is None
    again = office.submit(ABSENT[:9], {ADA: "O" * 9}, at=after_school(date(2026, 10, 29)))
    assert again.receipt is not None
    (moved,) = again.receipt["impact"]
    assert moved["registration_id"] == office.registration(ADA).id
    assert moved["before"] == moved["after"]
    assert (moved["stage_before"], moved["stage_after"]) == ("enquiries", "referral_draft")
    assert moved["events"] == ["referral.drafted"]


def test_a_reopened_case_goes_on_in_a_new_one_that_it_names(office: Office) -> None:
    upload_to(office, 3)
    upload_to(office, 4, ["P"])
    close_as_returned(office, day(4))
    reference = office.case(ADA).reference
    new = casework.reopen(office.dsl, reference, Entry(reason="New word"), at=after_school(day(4)))
    assert isinstance(new, str)
    first, second = office.cases(ADA)
    assert (first.stage, second.reference, second.stage) == ("closed", new, "enquiries")
    assert first.events[-1].data["new_case"] == new
    before = everything()
    again = casework.reopen(office.dsl, reference, Entry(reason="Again"), at=after_school(day(4)))
    assert isinstance(again, casework.Refused)
    assert "has an open case" in again.reason
    assert everything() == before


@pytest.mark.parametrize("codes", ["OOI", "OOP", "OO."])
def test_no_case_is_opened_for_what_is_no_absence_of_three_days(office: Office, codes: str) -> None:
    office.submit(ABSENT[:3], {ADA: codes})
    assert office.cases(ADA) == []
