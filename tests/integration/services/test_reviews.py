"""Signing a review: kept as it was signed, told as an event, and read by those who may see risk notes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.access.roles import Role
from cme.casework.case import Action, Entry, Refused, ReviewDecision
from cme.casework.needs import LONGEST_REVIEW
from cme.casework.review import Finding, Rating, Review
from cme.services import casework, reviews
from cme.services.reviews import SignedReview
from cme.store.database import db
from tests.integration.services.office import Office, Town, after_school, days_from, everything, on_both
from tests.reviews import CALM, YES, found, signing

ADA = "Birch, Ada"
DAYS = days_from(date(2026, 11, 3), 4)
AT = after_school(DAYS[-1])
NEXT = date(2026, 11, 12)


@pytest.fixture
def absent(office: Office) -> Office:
    """A school with one pupil four days absent, whose case is open."""
    office.submit(DAYS, {ADA: "OOOO"})
    return office


def sign(office: Office, review: Review = CALM, **entered: object) -> Refused | None:
    entry = replace(signing(NEXT, review=review), **entered)  # type: ignore[arg-type]
    return office.act(ADA, Action.SIGN_REVIEW, entry, at=AT)


def signed(office: Office, role: Role = Role.DSL) -> tuple[SignedReview, ...]:
    found_ = reviews.list_of(office.scope(role), office.case(ADA))
    db.session.rollback()
    return found_


@on_both
def test_a_signed_review_is_kept_as_it_was_signed(absent: Office) -> None:
    review = replace(
        found(violence=Finding(YES.answer, "at home"), family=YES),
        child_words="I am not going back",
        advice_from="Mel Orr, CAP",
    )
    assert sign(absent, review) is None
    (kept,) = signed(absent)
    assert kept.review == review
    assert (kept.decision, kept.reason, kept.next_review_on) == (
        ReviewDecision.ENQUIRE_ON,
        "Family is travelling",
        NEXT,
    )
    assert (kept.signed_at, kept.signed_by) == (AT, "Ash Fenner")
    event = absent.case(ADA).events[-1]
    assert event.data == {
        "stage": "enquiries",
        "rating": "medium",
        "decision": "enquire_on",
        "reason": "Family is travelling",
        "next_review_on": NEXT.isoformat(),
    }


@on_both
def test_a_later_review_stands_beside_the_earlier_one(absent: Office) -> None:
    assert sign(absent) is None
    assert sign(absent, replace(found(fgm=YES), rating=Rating.HIGH, front_door=YES, police=YES)) is None
    later, earlier = signed(absent)
    assert (later.review.rating, earlier.review.rating) == (Rating.HIGH, Rating.MEDIUM)


def test_a_refused_review_leaves_nothing_behind(absent: Office) -> None:
    before = everything()
    refused = sign(absent, replace(found(fgm=YES), rating=Rating.HIGH))
    assert isinstance(refused, Refused)
    assert refused.missing == ("front_door", "police")
    assert everything() == before


def test_nobody_signs_a_low_rating_with_themselves(absent: Office) -> None:
    review = replace(CALM, rating=Rating.LOW, second_by="ash FENNER", second_reason="Seen by an aunt")
    refused = sign(absent, review)
    assert isinstance(refused, Refused)
    assert refused.missing == ("second_by",)
    assert sign(absent, replace(review, second_by="Jo Hale, head")) is not None, "the answers propose medium"
    reasoned = replace(review, second_by="Jo Hale, head", rating_reason="The aunt lives next door")
    assert sign(absent, reasoned) is None


@pytest.mark.parametrize(
    ("role", "number"),
    [
        (Role.DSL, 1),
        (Role.HEAD, 1),
        (Role.CME_OFFICER, 1),
        (Role.LA_MANAGER, 1),
        (Role.INSPECTOR, 1),
        (Role.SCHOOL_USER, 0),
        (Role.ADMISSIONS, 0),
        # The front door sees a child only once referred.
        (Role.FRONT_DOOR, 0),
    ],
)
def test_who_reads_a_review(absent: Office, role: Role, number: int) -> None:
    assert sign(absent) is None
    assert len(signed(absent, role)) == number


def test_another_school_reads_none(absent: Office, town: Town) -> None:
    assert sign(absent) is None
    assert reviews.list_of(town.beech.dsl, absent.case(ADA)) == ()


def test_what_a_referral_takes_over_is_plain_words(absent: Office) -> None:
    assert sign(absent, found(violence=YES)) is None
    (kept,) = signed(absent)
    assert "Risk indicators: Violence towards the child." in kept.text
    assert "Reason: Family is travelling" in kept.text


def test_the_next_review_is_suggested_within_what_is_allowed(absent: Office) -> None:
    case = absent.case(ADA)
    assert reviews.suggested_date(case, date(2026, 11, 6)) == date(2026, 11, 13)
    before_christmas = date(2026, 12, 16)
    assert reviews.suggested_date(case, before_christmas) <= before_christmas + LONGEST_REVIEW


@on_both
def test_the_second_of_two_people_is_told_that_something_happened(absent: Office) -> None:
    seen = len(absent.case(ADA).events)
    assert sign(absent, seen=seen) is None
    refused = sign(absent, seen=seen)
    assert isinstance(refused, Refused)
    assert refused.missing == ("seen",)
    assert len(signed(absent)) == 1
    assert sign(absent, seen=seen + 1) is None
    assert len(signed(absent)) == 2


def test_a_closed_case_is_reopened_once_by_two_people(absent: Office) -> None:
    close = Entry(reason="Entered in error", outcome_code="O25")
    assert absent.act(ADA, Action.CLOSE, close, at=AT) is None
    reference, seen = absent.case(ADA).reference, len(absent.case(ADA).events)
    entry = Entry(reason="Not seen after all", seen=seen - 1)
    refused = casework.reopen(absent.dsl, reference, entry, at=AT + timedelta(hours=1))
    assert isinstance(refused, Refused)
    assert refused.missing == ("seen",)
    again = casework.reopen(absent.dsl, reference, replace(entry, seen=seen), at=AT + timedelta(hours=1))
    assert isinstance(again, str)
