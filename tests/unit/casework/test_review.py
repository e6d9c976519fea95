"""The DSL review: what is asked, which rating the answers allow, and what a signature needs."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.casework.policy.pack import PolicyPack, load_pack, read_packs
from cme.casework.review import (
    ANSWERED_KINDS,
    URGENT_KINDS,
    Answer,
    Finding,
    Kind,
    Rating,
    Review,
    ReviewDecision,
    as_text,
    at_least_medium_because,
    counts_as_missing,
    indicators_of,
    is_urgent,
    proposed_rating,
    rating_fault,
    rating_reason_fault,
    read_indicators,
    second_signature_fault,
    telling_fault,
    unanswered,
    unanswered_fault,
)
from cme.casework.safety.flags import KnownRisks
from tests.reviews import CALM, NO, NOT_KNOWN, YES, found

PACK = load_pack("darlington")
NOTHING_KNOWN = KnownRisks()
PLACED = found(whereabouts_known=YES)
"""A calm review of a child whose whereabouts are known."""

RANKS = (Rating.LOW, Rating.MEDIUM, Rating.HIGH)
RISKS = [each.code for each in indicators_of(*ANSWERED_KINDS)]


def rated(review: Review, rating: Rating, **more: str) -> Review:
    return replace(review, rating=rating, **more)


class TestCatalogue:
    def test_it_has_every_question_of_the_procedure(self) -> None:
        counts = Counter(each.kind for each in read_indicators().values())
        assert counts[Kind.INDICATOR] == 18
        assert counts[Kind.IMMEDIATE] == 10
        assert counts[Kind.TRIGGER] == 3
        assert (counts[Kind.PUSH], counts[Kind.PULL]) == (7, 3)

    def test_every_question_says_where_it_comes_from_and_is_worded_once_in_its_group(self) -> None:
        for each in read_indicators().values():
            assert each.source
            assert each.label
        labels = Counter((each.kind, each.label) for each in read_indicators().values())
        assert set(labels.values()) == {1}

    def test_a_question_that_two_groups_have_is_asked_once(self) -> None:
        asked = {each.code for each in indicators_of(*ANSWERED_KINDS, asked_once=True)}
        assert {"sexual_exploitation", "forced_marriage"} <= asked
        assert not {"sexual_exploitation_risk", "forced_marriage_risk"} & asked
        review = found(forced_marriage=YES)
        assert review.says("forced_marriage_risk")
        assert "At risk of forced marriage" in {
            each.label for each in review.found(Answer.YES, Kind.INDICATOR)
        }

    def test_a_shared_answer_leads_to_a_question_that_is_asked(self) -> None:
        for each in read_indicators().values():
            if each.asked_as:
                assert not read_indicators()[each.asked_as].asked_as


class TestUnanswered:
    def test_nothing_is_answered_until_somebody_answers(self) -> None:
        assert Review().found(Answer.NO, *ANSWERED_KINDS) == ()
        assert len(unanswered(Review(), ReviewDecision.ENQUIRE_ON)) == 29

    def test_not_known_is_an_answer_and_not_a_no(self) -> None:
        review = found(murder=NOT_KNOWN)
        assert unanswered(review, ReviewDecision.ENQUIRE_ON) == ()
        assert [each.code for each in review.found(Answer.NOT_KNOWN, Kind.IMMEDIATE)] == ["murder"]

    @pytest.mark.parametrize("decision", [ReviewDecision.ENQUIRE_ON, ReviewDecision.CLOSE, None])
    def test_enquiring_on_and_closing_wait_for_every_answer(self, decision: ReviewDecision | None) -> None:
        assert unanswered_fault(CALM, decision) is None
        fault = unanswered_fault(found(fgm=Finding()), decision)
        assert fault == "1 question has no answer. Answer each, with “Not known” where nobody knows."

    @pytest.mark.parametrize("decision", [ReviewDecision.REFER_NOW, ReviewDecision.ADVICE])
    def test_safeguarding_waits_for_none(self, decision: ReviewDecision) -> None:
        assert unanswered_fault(Review(), decision) is None

    @pytest.mark.parametrize("code", [each.code for each in indicators_of(*URGENT_KINDS)])
    def test_an_immediate_risk_without_an_answer_bars_a_low_rating(self, code: str) -> None:
        review = found(PLACED, **{code: Finding()})
        assert rating_fault(rated(review, Rating.LOW), NOTHING_KNOWN, PACK) == (
            "A low rating needs an answer to every immediate risk. Answer them, or rate the risk medium."
        )
        assert proposed_rating(review, NOTHING_KNOWN) is Rating.MEDIUM


class TestRating:
    @pytest.mark.parametrize("code", [each.code for each in indicators_of(*URGENT_KINDS)])
    def test_an_immediate_risk_or_a_trigger_proposes_high(self, code: str) -> None:
        review = found(PLACED, **{code: YES})
        assert is_urgent(review)
        assert proposed_rating(review, NOTHING_KNOWN) is Rating.HIGH
        for rating in (Rating.LOW, Rating.NOT_RATED):
            fault = rating_fault(rated(review, rating), NOTHING_KNOWN, PACK)
            assert fault is not None
            assert fault.startswith("An immediate risk is answered yes.")

    @pytest.mark.parametrize(
        ("known", "answers"),
        [
            (KnownRisks(frozenset({"child_protection_plan"})), {}),
            (KnownRisks(frozenset({"looked_after"})), {}),
            (KnownRisks(is_young=True), {}),
            (NOTHING_KNOWN, {"child_protection": YES}),
            (NOTHING_KNOWN, {"looked_after": YES}),
            (NOTHING_KNOWN, {"harmed_before": YES}),
        ],
    )
    def test_what_makes_it_at_least_medium(self, known: KnownRisks, answers: dict[str, Finding]) -> None:
        review = found(PLACED, **answers)
        assert at_least_medium_because(review, known)
        assert lowest_rating(review, known, PACK) is Rating.MEDIUM
        signed = rated(review, Rating.LOW, second_by="Jo Hale", second_reason="Seen by her aunt")
        assert rating_fault(signed, known, PACK)
        assert rating_fault(rated(review, Rating.NOT_RATED), known, PACK)
        assert rating_fault(rated(review, Rating.MEDIUM), known, PACK) is None

    def test_other_flags_allow_a_low_rating(self) -> None:
        known = KnownRisks(frozenset({"ehc_plan", "asylum_seeking"}))
        assert rating_fault(rated(PLACED, Rating.LOW), known, PACK) is None

    def test_a_child_nobody_can_place_is_low_only_with_a_reasoned_second_signature(self) -> None:
        low = rated(CALM, Rating.LOW)
        fault = rating_fault(low, NOTHING_KNOWN, PACK)
        assert fault is not None
        assert fault.startswith("A child nobody can place is not low risk.")
        assert rating_fault(replace(low, second_by="Jo Hale"), NOTHING_KNOWN, PACK)
        assert rating_fault(replace(low, second_reason="Seen"), NOTHING_KNOWN, PACK)
        signed = replace(low, second_by="Jo Hale", second_reason="Seen by her aunt")
        assert rating_fault(signed, NOTHING_KNOWN, PACK) is None

    def test_an_area_may_allow_low_for_a_missing_child(self) -> None:
        pack = replace(PACK, rules={**PACK.rules, "low_risk_selectable_for_missing_child": True})
        assert rating_fault(rated(CALM, Rating.LOW), NOTHING_KNOWN, pack) is None

    @pytest.mark.parametrize(
        ("review", "known", "missing"),
        [
            (PLACED, NOTHING_KNOWN, False),
            (found(PLACED, parents_reported=YES), NOTHING_KNOWN, True),
            (PLACED, KnownRisks(is_missing=True), True),
            (found(whereabouts_known=NO), NOTHING_KNOWN, True),
            (found(whereabouts_known=NOT_KNOWN), NOTHING_KNOWN, True),
            (CALM, NOTHING_KNOWN, True),
        ],
    )
    def test_who_counts_as_missing(self, review: Review, known: KnownRisks, missing: bool) -> None:
        assert counts_as_missing(review, known) is missing

    def test_a_rating_must_be_chosen(self) -> None:
        assert (
            rating_fault(replace(CALM, rating=None), NOTHING_KNOWN, PACK)
            == "Choose how high you rate the risk."
        )

    def test_high_is_always_allowed_and_medium_too(self) -> None:
        for review, rating in product((Review(), CALM, found(fgm=YES)), (Rating.HIGH, Rating.MEDIUM)):
            assert rating_fault(rated(review, rating), NOTHING_KNOWN, PACK) is None

    def test_a_rating_below_the_proposed_needs_a_reason(self) -> None:
        review = found(abduction=YES)
        assert rating_reason_fault(rated(review, Rating.HIGH), NOTHING_KNOWN, PACK) is None
        assert rating_reason_fault(rated(review, Rating.MEDIUM), NOTHING_KNOWN, PACK) == (
            "The answers propose high. Enter why you rate the risk lower."
        )
        reasoned = rated(review, Rating.MEDIUM, rating_reason="Found at her father's with the police")
        assert rating_reason_fault(reasoned, NOTHING_KNOWN, PACK) is None
        violent = rated(found(PLACED, violence=YES), Rating.LOW)
        assert rating_reason_fault(violent, NOTHING_KNOWN, PACK) is not None
        assert rating_reason_fault(rated(CALM, Rating.NOT_RATED), NOTHING_KNOWN, PACK) is not None


class TestTelling:
    def test_an_immediate_risk_makes_both_decisions_mandatory(self) -> None:
        review = found(fgm=YES)
        assert telling_fault(review, Finding(), "the police") == (
            "An immediate risk is answered yes. Choose whether you tell the police now."
        )
        assert telling_fault(review, YES, "the police") is None
        assert telling_fault(review, NO, "the police") == "Enter why you do not tell the police."
        assert telling_fault(review, Finding(Answer.NO, "Told yesterday"), "the police") is None

    def test_without_one_they_may_be_left(self) -> None:
        assert telling_fault(CALM, Finding(), "the police") is None
        assert telling_fault(CALM, NO, "the police") is not None

    def test_a_second_signature_is_whole_or_absent(self) -> None:
        assert second_signature_fault(CALM) is None
        assert second_signature_fault(replace(CALM, second_by="Jo Hale")) is not None
        assert second_signature_fault(replace(CALM, second_reason="Seen")) is not None
        assert second_signature_fault(replace(CALM, second_by="Jo Hale", second_reason="Seen")) is None


ANSWERS = st.sampled_from([Finding(), NO, NOT_KNOWN, YES])
REVIEWS = st.builds(
    lambda answers, second: Review(
        findings=answers, second_by="Jo Hale" * second, second_reason="Seen" * second
    ),
    st.dictionaries(st.sampled_from(list(read_indicators())), ANSWERS),
    st.booleans(),
)
KNOWN = st.builds(
    KnownRisks,
    st.frozensets(st.sampled_from(["child_protection_plan", "looked_after", "ehc_plan"])),
    st.booleans(),
    st.booleans(),
)


def lowest_rating(review: Review, known: KnownRisks, pack: PolicyPack) -> Rating:
    """The lowest rating that is not refused, whoever signs with the DSL."""
    low = rated(review, Rating.LOW, second_by="Jo Hale", second_reason="Seen by her aunt")
    return Rating.MEDIUM if rating_fault(low, known, pack) else Rating.LOW


@given(REVIEWS, KNOWN, st.sampled_from(RISKS))
def test_one_more_risk_never_lowers_what_is_allowed_or_proposed(
    review: Review, known: KnownRisks, code: str
) -> None:
    riskier = found(review, **{read_indicators()[code].asked_as or code: YES})
    for pack in read_packs().values():
        assert RANKS.index(lowest_rating(riskier, known, pack)) >= RANKS.index(
            lowest_rating(review, known, pack)
        )
        allowed, still = (
            {rating for rating in Rating if rating_fault(rated(each, rating), known, pack) is None}
            for each in (review, riskier)
        )
        assert still <= allowed
    assert RANKS.index(proposed_rating(riskier, known)) >= RANKS.index(proposed_rating(review, known))


@given(REVIEWS, KNOWN)
def test_what_is_known_of_the_child_never_lowers_it_either(review: Review, known: KnownRisks) -> None:
    flagged = replace(known, kinds=known.kinds | {"looked_after"})
    assert RANKS.index(lowest_rating(review, flagged, PACK)) >= RANKS.index(
        lowest_rating(review, known, PACK)
    )


@given(REVIEWS, KNOWN)
def test_the_lowest_rating_and_what_is_refused_agree(review: Review, known: KnownRisks) -> None:
    lowest = lowest_rating(review, known, PACK)
    for rating in RANKS:
        allowed = rating_fault(rated(review, rating), known, PACK) is None
        assert allowed == (RANKS.index(rating) >= RANKS.index(lowest))


class TestKept:
    @given(REVIEWS)
    def test_a_stored_review_reads_back_as_it_was(self, review: Review) -> None:
        assert Review.of(review.as_form()) == review

    def test_a_question_that_the_catalogue_has_lost_is_left_out(self) -> None:
        form = CALM.as_form()
        form["findings"]["former"] = {"answer": "yes", "note": ""}
        assert Review.of(form) == CALM

    def test_as_text_it_says_what_was_found_and_what_was_not(self) -> None:
        review = replace(
            found(
                abduction=Finding(Answer.YES, "by her father"), violence=YES, crime=NOT_KNOWN, fgm=Finding()
            ),
            rating=Rating.HIGH,
            child_words="I am not going back",
        )
        assert as_text(review, "Seen at the port").splitlines() == [
            "Rated high by the school.",
            "Immediate risks: Taken or held against their will (by her father).",
            "Risk indicators: Violence towards the child.",
            "Not known: Drawn into crime.",
            "Not answered: Female genital mutilation (FGM).",
            "Reason: Seen at the port",
            "The child's words: I am not going back",
        ]


def test_wandsworth_reviews_on_day_1_and_the_others_on_day_3() -> None:
    days = {name: pack.review_day(flagged=False) for name, pack in read_packs().items()}
    assert days == {"darlington": 3, "essex": 3, "wandsworth": 1}
    assert {pack.review_day(flagged=True) for pack in read_packs().values()} == {1}


def test_every_answer_rating_and_decision_has_words() -> None:
    for each in (*Answer, *Rating, *ReviewDecision):
        assert each.label
