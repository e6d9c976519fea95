"""The DSL's review as a form, made from the catalogue of its questions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

from wtforms.fields.choices import SelectChoice, enum_coerce
from wtforms.validators import Length

from cme.casework.case import Entry, ReviewDecision
from cme.casework.needs import Need
from cme.casework.review import (
    ANSWERED_KINDS,
    TEXTS,
    Answer,
    Finding,
    Indicator,
    Kind,
    Rating,
    Review,
    indicators_of,
    unanswered,
)
from cme.web.cases.forms import ActionForm, long_field
from cme.web.forms import CheckboxesField, DateField, RadioField, SubmitField, TextField

LONGEST_NOTE = 400

ASKED: tuple[Indicator, ...] = indicators_of(*ANSWERED_KINDS, Kind.QUESTION, asked_once=True)
"""What is answered with radio buttons and has a note."""

REASONS: tuple[Indicator, ...] = indicators_of(Kind.PUSH, Kind.PULL)
"""What is ticked where it applies."""

_NEXT = {ReviewDecision.REFER_NOW: "cases.referral", ReviewDecision.CLOSE: "cases.ask_close"}

TELLING = ("front_door", "police")
"""Those of whom it is asked whether they are told."""

_YES_OR_NO = (Answer.YES, Answer.NO)


def answer_name(code: str) -> str:
    """The name of the field that answers a question."""
    return f"{code}_answer"


def note_name(code: str) -> str:
    """The name of the field for the note beside an answer."""
    return f"{code}_note"


def _radios(label: str, hint: str = "", *, answers: Sequence[Answer] = tuple(Answer)) -> RadioField:
    return RadioField(
        label,
        description=hint,
        coerce=enum_coerce(Answer),
        choices=[SelectChoice(answer, answer.label) for answer in answers],
        validate_choice=False,
        invalid_value_message="Choose one of the answers.",
    )


def _note(label: str, hint: str = "") -> TextField:
    too_long = f"{label} must be {LONGEST_NOTE} characters or fewer"
    return TextField(label, description=hint, validators=[Length(max=LONGEST_NOTE, message=too_long)])


class _Questions(ActionForm):
    """The questions of the catalogue, each with its note."""


for _each in ASKED:
    setattr(_Questions, answer_name(_each.code), _radios(_each.label, _each.hint))
    setattr(_Questions, note_name(_each.code), _note("What is known"))


class ReviewForm(_Questions):
    """What the DSL finds and decides. A question that is left alone has no answer, and that is no "no"."""

    reasons = CheckboxesField(
        "What may have driven or drawn the child away?",
        choices=[SelectChoice(each.code, each.label) for each in REASONS],
        validate_choice=False,
    )
    child_words = long_field("What the child says", "In the child's own words, if anybody has heard them.")
    advice_from = _note("Who gave advice", "A name and a role.")
    advice_when = _note("When", "For example, today at 9:40am.")
    advice_said = long_field("What they said")
    front_door_answer = _radios("Do you tell the front door now?", answers=_YES_OR_NO)
    front_door_note = _note("Why not")
    police_answer = _radios("Do you tell the police now?", answers=_YES_OR_NO)
    police_note = _note("Why not")
    rating = RadioField(
        "How high do you rate the risk?",
        coerce=enum_coerce(Rating),
        choices=[SelectChoice(rating, rating.label) for rating in Rating],
        validate_choice=False,
        invalid_value_message="Choose how high you rate the risk.",
    )
    rating_reason = long_field("Why not higher", "Needed where you rate lower than the answers propose.")
    second_by = _note("Who signs a low rating with you", "Another person's name and role.")
    second_reason = long_field("Why they agree")
    decision = RadioField(
        "What do you decide?",
        coerce=enum_coerce(ReviewDecision),
        validate_choice=False,
        invalid_value_message="Choose what you decide.",
    )
    reason = long_field("Reason", "What is known of the child, and why you decide so.")
    next_review_on = DateField("Next review date", noun="Next review date")
    submit = SubmitField("Sign the review")
    fill = SubmitField("Answer the rest “Not known”")

    @classmethod
    def of(cls, start: Review, next_review_on: date) -> Self:
        """The form with the answers that are known already and a date suggested."""
        data: dict[str, Any] = {"next_review_on": next_review_on}
        for each in ASKED:
            found = start.finding(each.code)
            data |= {answer_name(each.code): found.answer, note_name(each.code): found.note}
        data["reasons"] = [each.code for each in REASONS if start.says(each.code)]
        return cls(data=data)

    def offer(self, labels: Mapping[ReviewDecision, str], front_door: str) -> None:
        """The decisions and the front door in the area's own words."""
        self.decision.choices = [SelectChoice(value, labels[value]) for value in ReviewDecision]
        self.front_door_answer.label.text = f"Do you tell the {front_door} now?"

    def review(self) -> Review:
        """What was found, whole or not.

        A note is kept with the answer that asks for it, and a second signature with a low rating.
        """
        findings = {each.code: self._finding(each.code, Answer.YES) for each in ASKED}
        ticked = {
            each.code: Finding(Answer.YES) for each in REASONS if each.code in (self.reasons.data or ())
        }
        texts = {name: self[name].data or "" for name in TEXTS}
        if self.rating.data is not Rating.LOW:
            texts |= {"second_by": "", "second_reason": ""}
        return Review(
            findings={code: found for code, found in {**findings, **ticked}.items() if found.answer},
            front_door=self._finding("front_door", Answer.NO),
            police=self._finding("police", Answer.NO),
            rating=self.rating.data,
            **texts,
        )

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        return Entry(
            reason=self.reason.data or "",
            decision=self.decision.data,
            next_review_on=self.next_review_on.data,
            review=self.review(),
            seen=self.seen_events,
        )

    @property
    def leads_to(self) -> str:
        """The page on which what was decided is done."""
        return _NEXT.get(self.decision.data, super().leads_to)

    def fill_in(self) -> str:
        """Answer every question that has no answer with "not known", where that was asked for."""
        if not self.fill.data:
            return ""
        found = self.review()
        left = [each for each in ASKED if found.finding(each.code).answer is None]
        for each in left:
            self[answer_name(each.code)].data = Answer.NOT_KNOWN
        questions = "1 question is" if len(left) == 1 else f"{len(left)} questions are"
        return f"{questions} now answered “Not known”. Nothing is signed yet: check them, then sign."

    def field_for(self, need: str) -> str:
        """The name of the field that a need is about; of questions left open, the first of them."""
        if need == Need.ANSWERS:
            return answer_name(unanswered(self.review(), self.decision.data)[0].code)
        if need in TELLING:
            return note_name(need) if self[answer_name(need)].data is Answer.NO else answer_name(need)
        return super().field_for(need)

    def _finding(self, code: str, noted: Answer) -> Finding:
        answer = self[answer_name(code)].data
        return Finding(answer, (self[note_name(code)].data or "") if answer is noted else "")
