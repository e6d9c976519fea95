"""The DSL's review: what is asked about risk, what may be answered, and which ratings the answers allow.

The questions are data (`data/risk_indicators.csv`). An unanswered question is not a "no", and "not known" is
an answer. The rating is the school's view and never the grade of the police.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Self

from cme.casework.policy.pack import PolicyPack
from cme.casework.safety.flags import KnownRisks
from cme.data import read_rows


class Answer(StrEnum):
    """What can be answered to a question about risk."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"

    @property
    def label(self) -> str:
        """The answer in the words people read."""
        return {Answer.YES: "Yes", Answer.NO: "No", Answer.NOT_KNOWN: "Not known"}[self]


class Kind(StrEnum):
    """The groups of the form. PUSH and PULL are ticked where they apply; the others are answered."""

    IMMEDIATE = "immediate"
    TRIGGER = "trigger"
    INDICATOR = "indicator"
    PUSH = "push"
    PULL = "pull"
    QUESTION = "question"


URGENT_KINDS = frozenset({Kind.IMMEDIATE, Kind.TRIGGER})
ANSWERED_KINDS = (Kind.IMMEDIATE, Kind.TRIGGER, Kind.INDICATOR)
"""The kinds whose every question is answered before a review says to enquire on or to close."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One question of the form. `asked_as` names the question whose answer this one shares, '' for none."""

    code: str
    kind: Kind
    label: str
    hint: str
    asked_as: str
    source: str


@cache
def read_indicators() -> Mapping[str, Indicator]:
    """Every question by code, in the order of the catalogue."""
    return MappingProxyType(
        {
            row["code"]: Indicator(
                code=row["code"],
                kind=Kind(row["kind"]),
                label=row["label"],
                hint=row["hint"],
                asked_as=row["asked_as"],
                source=row["source"],
            )
            for row in read_rows("risk_indicators.csv")
        }
    )


def indicators_of(*kinds: Kind, asked_once: bool = False) -> tuple[Indicator, ...]:
    """The questions of some kinds; `asked_once` leaves out those whose answer another question gives."""
    return tuple(
        each
        for each in read_indicators().values()
        if each.kind in kinds and not (asked_once and each.asked_as)
    )


class Rating(StrEnum):
    """How high the school rates the risk, the highest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOT_RATED = "not_rated"

    @property
    def label(self) -> str:
        """The rating in the words people read."""
        return {
            Rating.HIGH: "High",
            Rating.MEDIUM: "Medium",
            Rating.LOW: "Low",
            Rating.NOT_RATED: "Not rated",
        }[self]


class ReviewDecision(StrEnum):
    """What the DSL decides in a review."""

    REFER_NOW = "refer_now"
    ADVICE = "advice"
    ENQUIRE_ON = "enquire_on"
    CLOSE = "close"

    @property
    def label(self) -> str:
        """The decision in the words people read."""
        return {
            ReviewDecision.REFER_NOW: "Refer now",
            ReviewDecision.ADVICE: "Ask the front door for advice",
            ReviewDecision.ENQUIRE_ON: "Keep enquiring",
            ReviewDecision.CLOSE: "Close the case",
        }[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, None while there is none, and the note beside it."""

    answer: Answer | None = None
    note: str = ""


_NOTHING = Finding()


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it is filled in; decision, reason and next date are of the entry that carries it.

    `findings` are by code of the catalogue. `front_door` and `police` say whether they are told today, with
    the reason in the note where they are not. `second_by` signs beside the DSL, with a reason.
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)
    child_words: str = ""
    advice_from: str = ""
    advice_when: str = ""
    advice_said: str = ""
    front_door: Finding = _NOTHING
    police: Finding = _NOTHING
    rating: Rating | None = None
    rating_reason: str = ""
    second_by: str = ""
    second_reason: str = ""

    def finding(self, code: str) -> Finding:
        """What was found on a question, an empty one while it is not answered."""
        asked_as = read_indicators()[code].asked_as
        return self.findings.get(asked_as or code, _NOTHING)

    def says(self, code: str) -> bool:
        """Whether a question was answered with yes."""
        return self.finding(code).answer is Answer.YES

    def found(self, answer: Answer | None, *kinds: Kind) -> tuple[Indicator, ...]:
        """The questions of some kinds that were answered so; None for those without an answer."""
        return tuple(each for each in indicators_of(*kinds) if self.finding(each.code).answer is answer)

    def as_form(self) -> dict[str, Any]:
        """The review as it is stored: JSON-ready."""
        return asdict(self)

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Self:
        """The review of a stored form; questions that the catalogue no longer has are left out."""
        known = {code: found for code, found in form["findings"].items() if code in read_indicators()}
        texts = {name: form[name] for name in TEXTS}
        return cls(
            findings={code: _finding(found) for code, found in known.items()},
            front_door=_finding(form["front_door"]),
            police=_finding(form["police"]),
            rating=Rating(form["rating"]) if form["rating"] else None,
            **texts,
        )


TEXTS = (
    "child_words", "advice_from", "advice_when", "advice_said", "rating_reason", "second_by", "second_reason",
)  # fmt: skip
"""The parts of a review that are words and no answers."""


def _finding(stored: Mapping[str, Any]) -> Finding:
    return Finding(Answer(stored["answer"]) if stored["answer"] else None, stored["note"])


def starting_point(last: Review | None, known: KnownRisks) -> Review:
    """What a new review starts from: the answers of the last one, and what the child's flags say."""
    findings = dict(last.findings) if last else {}
    for kind, code in _FLAGGED.items():
        if kind in known.kinds and findings.get(code, _NOTHING).answer is not Answer.YES:
            findings[code] = Finding(Answer.YES, "From the school's records")
    return Review(findings=findings)


_FLAGGED: Mapping[str, str] = MappingProxyType(
    {
        "child_protection_plan": "child_protection",
        "looked_after": "looked_after",
        "private_fostering": "private_fostering",
    }
)
"""Kind of flag -> the question that it answers with yes."""


def is_urgent(review: Review) -> bool:
    """Whether an immediate risk or a trigger is answered yes, so that telling others must be decided."""
    return bool(review.found(Answer.YES, *URGENT_KINDS))


def counts_as_missing(review: Review, known: KnownRisks) -> bool:
    """Whether the child counts as missing: recorded or reported so, or nobody can say where the child is.

    The broader meaning of the two that the procedures have, to err toward the child (reference s.19).
    """
    return known.is_missing or review.says("parents_reported") or not review.says("whereabouts_known")


def at_least_medium_because(review: Review, known: KnownRisks) -> str:
    """What forbids a rating below medium, as a sentence; '' where nothing does."""
    because = (
        (is_urgent(review), "An immediate risk is answered yes."),
        (
            "child_protection_plan" in known.kinds or review.says("child_protection"),
            "There is a child-protection plan or concern.",
        ),
        (
            "looked_after" in known.kinds or review.says("looked_after"),
            "The child is looked after by a local authority.",
        ),
        (known.is_young, "The child is too young for a low rating under the local policy."),
    )
    return next((sentence for holds, sentence in because if holds), "")


def proposed_rating(review: Review, known: KnownRisks) -> Rating:
    """The rating that the answers propose. One below it needs a reason."""
    if is_urgent(review):
        return Rating.HIGH
    doubtful = (
        at_least_medium_because(review, known)
        or review.found(Answer.YES, Kind.INDICATOR)
        or review.found(None, *URGENT_KINDS)
        or counts_as_missing(review, known)
    )
    return Rating.MEDIUM if doubtful else Rating.LOW


def rating_fault(review: Review, known: KnownRisks, pack: PolicyPack) -> str | None:
    """Why the rating cannot stand, or None."""
    if review.rating is None:
        return "Choose how high you rate the risk."
    if review.rating is Rating.LOW:
        return _low_is_barred(review, known, pack)
    if review.rating is Rating.NOT_RATED and (because := at_least_medium_because(review, known)):
        return f"{because} Rate the risk high or medium."
    return None


def _low_is_barred(review: Review, known: KnownRisks, pack: PolicyPack) -> str | None:
    if because := at_least_medium_because(review, known):
        return f"{because} Rate the risk medium or high."
    if review.found(None, *URGENT_KINDS):
        return "A low rating needs an answer to every immediate risk. Answer them, or rate the risk medium."
    selectable = pack.rules["low_risk_selectable_for_missing_child"]
    if not selectable and counts_as_missing(review, known) and not _is_signed_twice(review):
        return (
            "A child nobody can place is not low risk. Rate the risk medium, or enter who else signs the low "
            "rating and why."
        )
    return None


def _is_signed_twice(review: Review) -> bool:
    return bool(review.second_by.strip() and review.second_reason.strip())


def rating_reason_fault(review: Review, known: KnownRisks, pack: PolicyPack) -> str | None:
    """A rating that may stand, below the one proposed, needs a reason (our policy); None where it has one."""
    proposed = proposed_rating(review, known)
    ranks = tuple(Rating)
    if review.rating is None or rating_fault(review, known, pack):
        return None
    if ranks.index(review.rating) <= ranks.index(proposed):
        return None
    if review.rating_reason.strip():
        return None
    return f"The answers propose {proposed.label.lower()}. Enter why you rate the risk lower."


def second_signature_fault(review: Review) -> str | None:
    """A second signature is a name and a reason, or neither."""
    if bool(review.second_by.strip()) == bool(review.second_reason.strip()):
        return None
    return "Enter both who signs the low rating with you and why, or leave both empty."


def telling_fault(review: Review, told: Finding, who: str) -> str | None:
    """Whether the front door or the police are told must be decided where there is an immediate risk."""
    if told.answer is Answer.NO and not told.note.strip():
        return f"Enter why you do not tell {who}."
    if is_urgent(review) and told.answer is None:
        return f"An immediate risk is answered yes. Choose whether you tell {who} now."
    return None


def unanswered(review: Review, decision: ReviewDecision | None) -> tuple[Indicator, ...]:
    """The questions that must still be answered, each once.

    Referring and asking for advice never wait for an answer: a safeguarding concern is not held back.
    """
    if decision in {ReviewDecision.REFER_NOW, ReviewDecision.ADVICE}:
        return ()
    asked = indicators_of(*ANSWERED_KINDS, asked_once=True)
    return tuple(each for each in asked if review.finding(each.code).answer is None)


def unanswered_fault(review: Review, decision: ReviewDecision | None) -> str | None:
    """How many questions are left, or None."""
    left = len(unanswered(review, decision))
    if not left:
        return None
    questions = "1 question has" if left == 1 else f"{left} questions have"
    return f"{questions} no answer. Answer each, with “Not known” where nobody knows."


def as_text(review: Review, reason: str = "") -> str:
    """The review in a few lines of plain text, as the appraisal of a referral."""
    lines = [f"Rated {review.rating.label.lower()} by the school." if review.rating else ""]
    lines.append(_listed("Immediate risks", review, review.found(Answer.YES, *URGENT_KINDS)))
    lines.append(_listed("Risk indicators", review, review.found(Answer.YES, Kind.INDICATOR)))
    lines.append(
        _listed(
            "May have driven or drawn the child away", review, review.found(Answer.YES, Kind.PUSH, Kind.PULL)
        )
    )
    lines.append(_listed("Not known", review, review.found(Answer.NOT_KNOWN, *ANSWERED_KINDS)))
    lines.append(_listed("Not answered", review, review.found(None, *ANSWERED_KINDS)))
    lines.append(f"Reason: {reason}" if reason else "")
    lines.append(f"The child's words: {review.child_words}" if review.child_words else "")
    return "\n".join(line for line in lines if line)


def _listed(heading: str, review: Review, found: Iterable[Indicator]) -> str:
    # What another question answers is read there: it was not asked.
    said = [
        f"{each.label} ({note})" if (note := review.finding(each.code).note) else each.label
        for each in found
        if not each.asked_as
    ]
    return f"{heading}: {'; '.join(said)}." if said else ""
