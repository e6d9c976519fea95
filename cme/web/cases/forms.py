"""The forms of what people decide in a case. Each field is named for the part of the entry that it fills."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType

from wtforms.fields.choices import SelectChoice, enum_coerce
from wtforms.validators import Length

from cme.casework.case import Entry, Refused, ReviewDecision
from cme.casework.needs import Need
from cme.casework.outcomes import Outcome, Requirement, read_outcomes
from cme.web.forms import DateField, Form, LongTextField, RadioField, SubmitField, TextField

LONGEST_TEXT = 4000

_FIELD_OF: Mapping[str, str] = MappingProxyType(
    {Need.REVIEW_DATE: "next_review_on", Need.OUTCOME_EVIDENCE: "outcome_code"}
)
"""The field that a need is about, where it has another name."""


def _long(label: str, hint: str = "") -> LongTextField:
    too_long = f"{label} must be {LONGEST_TEXT:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=LONGEST_TEXT, message=too_long)])


def _agreed_by(hint: str) -> TextField:
    too_long = "Who agreed must be 120 characters or fewer"
    return TextField("Who agreed to it", description=hint, validators=[Length(max=120, message=too_long)])


class ActionForm(Form):
    """A form for one action. It checks shape only; what the action needs is for the rules to say."""

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        names = [each.name for each in fields(Entry) if each.name in self]
        return Entry(**{name: self[name].data for name in names if self[name].data is not None})

    def refuse(self, refused: Refused) -> None:
        """Put each sentence at the field that it is about, or at the head of the page."""
        for need, sentence in zip(refused.missing, refused.sentences, strict=True):
            name = self.field_for(need)
            if name not in self:
                self.form_errors.append(sentence)
                continue
            field = self[name]
            field.errors = [*field.errors, sentence]
            if isinstance(field, DateField):
                field.wrong_parts = ("day", "month", "year")

    def field_for(self, need: str) -> str:
        """The name of the field that a need is about."""
        return _FIELD_OF.get(need, need)


class ReviewForm(ActionForm):
    """What the DSL decides about an absence."""

    decision = RadioField(
        "What do you decide?",
        coerce=enum_coerce(ReviewDecision),
        validate_choice=False,
        invalid_value_message="Choose what you decide.",
    )
    reason = _long("Reason", "What is known of the child, and why you decide so.")
    next_review_on = DateField(
        "Next review date", noun="Next review date", description="Needed when you keep enquiring. "
    )
    submit = SubmitField("Sign the review")

    def offer(self, labels: Mapping[ReviewDecision, str]) -> None:
        """The decisions to choose from, in the area's own words."""
        self.decision.choices = [SelectChoice(value, labels[value]) for value in ReviewDecision]


class DeclineForm(ActionForm):
    """Why a child is not referred."""

    reason = _long("Reason", "What is known of the child, and why a referral is not needed.")
    agreed_by = _agreed_by("The name and role of the person you decided this with.")
    next_review_on = DateField("Next review date", noun="Next review date")
    submit = SubmitField("Record the decision not to refer")


class CloseForm(ActionForm):
    """How a case ends."""

    outcome_code = RadioField("How did it end?", validate_choice=False)
    reason = _long("Reason", "What shows it: who said or saw what, and when.")
    agreed_by = _agreed_by("Needed for outcomes that school and authority agree. Give a name and a role.")
    submit = SubmitField("Close the case")

    def offer(self, outcomes: Sequence[Outcome]) -> None:
        """The outcomes to choose from, in this order."""
        self.outcome_code.choices = [SelectChoice(outcome.code, outcome.label) for outcome in outcomes]

    def field_for(self, need: str) -> str:
        """An agreement that is missing is asked for where it is entered."""
        outcome = read_outcomes().get(self.outcome_code.data or "")
        if need == Need.OUTCOME_EVIDENCE and outcome and outcome.requires is Requirement.AGREEMENT:
            return "agreed_by"
        return super().field_for(need)


class ReopenForm(ActionForm):
    """Why a closed case is taken up again."""

    reason = _long("Reason", "What has come to light since the case was closed.")
    submit = SubmitField("Reopen in a new case")
