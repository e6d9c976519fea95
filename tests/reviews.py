"""Reviews as a DSL fills them in."""

from dataclasses import replace
from datetime import date

from cme.casework.case import Entry, ReviewDecision
from cme.casework.review import (
    ANSWERED_KINDS,
    Answer,
    Finding,
    Rating,
    Review,
    indicators_of,
)

NO, YES, NOT_KNOWN = Finding(Answer.NO), Finding(Answer.YES), Finding(Answer.NOT_KNOWN)

CALM = Review(
    findings={each.code: NO for each in indicators_of(*ANSWERED_KINDS, asked_once=True)},
    rating=Rating.MEDIUM,
)
"""Every risk answered no, rated medium because nobody knows where the child is."""


def found(review: Review = CALM, /, **answers: Finding) -> Review:
    """The review with these answers instead, by code of the catalogue."""
    return replace(review, findings={**review.findings, **answers})


def signing(
    next_review_on: date,
    decision: ReviewDecision = ReviewDecision.ENQUIRE_ON,
    *,
    reason: str = "Family is travelling",
    review: Review = CALM,
) -> Entry:
    """What a DSL enters who signs a review."""
    return Entry(reason=reason, decision=decision, next_review_on=next_review_on, review=review)


FORM = {f"{each.code}_answer": "no" for each in indicators_of(*ANSWERED_KINDS, asked_once=True)} | {
    "rating": "medium",
    "decision": "enquire_on",
    "reason": "Family is travelling",
}
"""The same review as a browser sends it, its next date apart."""
