"""The DSL's review: as a form in groups, and as it was signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cme.casework.policy.pack import PolicyPack
from cme.casework.review import (
    ANSWERED_KINDS,
    URGENT_KINDS,
    Answer,
    Finding,
    Indicator,
    Kind,
    Review,
    indicators_of,
)
from cme.services.reviews import SignedReview
from cme.web.presenters.dates import day, moment
from cme.web.presenters.timeline import decision_label


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the form: its heading, what is said above it, and the questions it asks."""

    id: str
    heading: str
    intro: str
    questions: tuple[Indicator, ...]


_GROUPS = (
    Group("now", "The child now", "", indicators_of(Kind.QUESTION)),
    Group(
        "immediate-risks",
        "Immediate risks",
        "One yes is enough to act today: decide below whether you tell the front door and the police.",
        indicators_of(*URGENT_KINDS, asked_once=True),
    ),
    Group(
        "other-risks",
        "Other risks",
        "Answer from what the school knows. Nobody has to be rung for this.",
        indicators_of(Kind.INDICATOR, asked_once=True),
    ),
)


def form_page(pack: PolicyPack, last: SignedReview | None) -> dict[str, Any]:
    """What the form shows around its fields: its groups, whom to ring, and which review it starts from."""
    return {
        "groups": _GROUPS,
        "police": pack.police,
        "starts_from": f"{last.signed_by}, {moment(last.signed_at)}" if last else "",
    }


def signed(review: SignedReview, pack: PolicyPack) -> dict[str, Any]:
    """A review as it was signed: {id, when, by, summary, findings}, the last two as rows of summary lists."""
    found = review.review
    return {
        "id": review.id,
        "when": moment(review.signed_at),
        "by": f"{review.signed_by}, {review.signed_role}" if review.signed_role else review.signed_by,
        "summary": _rows(_summary(review, pack)),
        "findings": _rows(_findings(found)),
        "more": _rows(_more(found, pack)),
    }


def _summary(review: SignedReview, pack: PolicyPack) -> Iterable[tuple[str, Any]]:
    found = review.review
    yield "Risk", found.rating.label if found.rating else ""
    yield "Why not higher", found.rating_reason
    yield "Signed with", f"{found.second_by}: {found.second_reason}" if found.second_by else ""
    yield "Decision", decision_label(review.decision, pack)
    yield "Reason", review.reason
    yield "Next review", day(review.next_review_on)


def _findings(found: Review) -> Iterable[tuple[str, Any]]:
    yield "Immediate risks", _lines(found, found.found(Answer.YES, *URGENT_KINDS)) or ["None answered yes"]
    yield "Other risks", _lines(found, found.found(Answer.YES, Kind.INDICATOR)) or ["None answered yes"]
    yield "Not known", _lines(found, found.found(Answer.NOT_KNOWN, *ANSWERED_KINDS))
    yield "Not answered", _lines(found, found.found(None, *ANSWERED_KINDS))
    yield "May have driven the child away", _lines(found, found.found(Answer.YES, Kind.PUSH))
    yield "May have drawn the child away", _lines(found, found.found(Answer.YES, Kind.PULL))


def _more(found: Review, pack: PolicyPack) -> Iterable[tuple[str, Any]]:
    for each in indicators_of(Kind.QUESTION):
        yield each.label, _said(found.finding(each.code))
    yield f"{pack.front_door.name} told", _said(found.front_door)
    yield "Police told", _said(found.police)
    yield "The child's words", found.child_words
    yield "Advice from", ", ".join(each for each in (found.advice_from, found.advice_when) if each)
    yield "Advice", found.advice_said


def _lines(found: Review, indicators: Iterable[Indicator]) -> list[str]:
    # What another question answers is read there: it was not asked.
    return [
        f"{each.label}: {note}" if (note := found.finding(each.code).note) else each.label
        for each in indicators
        if not each.asked_as
    ]


def _said(finding: Finding) -> str:
    if finding.answer is None:
        return "Not answered"
    return f"{finding.answer.label}: {finding.note}" if finding.note else finding.answer.label


def _rows(pairs: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Rows with what there is; a list has its items one under the other."""
    return [
        {"key": key, "lines": value if isinstance(value, list) else value.splitlines()}
        for key, value in pairs
        if value
    ]
