"""Keeping the DSL's reviews as they were signed, and reading them again."""

from dataclasses import dataclass
from datetime import date, datetime

from cme.access.scope import Scope
from cme.casework.entries import Entry
from cme.casework.needs import LONGEST_REVIEW
from cme.casework.review import Review, ReviewDecision, as_text
from cme.services.absence import calendar_of
from cme.store import reviews
from cme.store.database import db
from cme.store.tables import Case
from cme.store.tables import Review as ReviewRow

REVIEW_AGAIN = 5
"""School days after which the next review is suggested (our policy: a school week)."""


@dataclass(frozen=True, slots=True)
class SignedReview:
    """A review with what was decided, when and by whom it was signed."""

    id: int
    review: Review
    decision: ReviewDecision
    reason: str
    next_review_on: date
    signed_at: datetime
    signed_by: str
    signed_role: str

    @property
    def text(self) -> str:
        """The review in a few lines, as a referral takes it over."""
        return as_text(self.review, self.reason)


def keep(scope: Scope, case: Case, entry: Entry, *, at: datetime) -> None:
    """Keep what was signed, inside the open transaction. The transition table has judged the entry."""
    if entry.decision is None or entry.review.rating is None or entry.next_review_on is None:
        raise ValueError("a review without decision, rating or next date cannot be signed")
    form = {
        **entry.review.as_form(),
        "decision": entry.decision.value,
        "reason": entry.reason.strip(),
        "next_review_on": entry.next_review_on.isoformat(),
    }
    db.session.add(
        ReviewRow(
            case_id=case.id,
            form=form,
            rating=entry.review.rating.value,
            signed_at=at,
            signed_by=scope.name,
            signed_role=scope.role_label,
        )
    )


def list_of(scope: Scope, case: Case) -> tuple[SignedReview, ...]:
    """The reviews of a case, the latest first; none for a scope that may not see its risk notes."""
    return tuple(
        SignedReview(
            id=row.id,
            review=Review.of(row.form),
            decision=ReviewDecision(row.form["decision"]),
            reason=row.form["reason"],
            next_review_on=date.fromisoformat(row.form["next_review_on"]),
            signed_at=row.signed_at,
            signed_by=row.signed_by,
            signed_role=row.signed_role,
        )
        for row in reviews.list_reviews(scope, case.id)
    )


def suggested_date(case: Case, today: date) -> date:
    """When to review again unless the DSL says otherwise: a school week on, within what is allowed."""
    on = calendar_of(case.school).nth_school_day_after(today, REVIEW_AGAIN)
    return min(on, today + LONGEST_REVIEW)
