"""The forms of what people decide in a case. Each field is named for the part of the entry that it fills."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType

from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.case import Entry, Refused
from cme.casework.declining import DECLINE_REASONS
from cme.casework.needs import Need
from cme.casework.outcomes import Outcome, Requirement, read_outcomes
from cme.web.forms import DateField, Form, LongTextField, RadioField, SubmitField, TextField

LONGEST_TEXT = 4000

_FIELD_OF: Mapping[str, str] = MappingProxyType({Need.OUTCOME_EVIDENCE: "outcome_code"})
"""The field that a need is about, where it has another name."""


def long_field(label: str, hint: str = "") -> LongTextField:
    """Several lines of text, as long as anybody needs."""
    too_long = f"{label} must be {LONGEST_TEXT:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=LONGEST_TEXT, message=too_long)])


def _agreed_by(hint: str) -> TextField:
    too_long = "Who agreed must be 120 characters or fewer"
    return TextField("Who agreed to it", description=hint, validators=[Length(max=120, message=too_long)])


class ActionForm(Form):
    """A form for one action. It checks shape only; what the action needs is for the rules to say.

    `seen` is the number of events that the case had when the form was opened.
    """

    seen = HiddenField()

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        names = [each.name for each in fields(Entry) if each.name in self and each.name != "seen"]
        entered = {name: self[name].data for name in names if self[name].data is not None}
        return Entry(**entered, seen=self.seen_events)

    @property
    def seen_events(self) -> int | None:
        """How many events the person had in sight; None where the form does not say."""
        said = self.seen.data or ""
        return int(said) if said.isascii() and said.isdigit() else None

    def fill_in(self) -> str:
        """What was filled in because the form was sent for that, in a sentence; '' where it is to be done."""
        return ""

    @property
    def leads_to(self) -> str:
        """The endpoint of the page that comes next."""
        return "cases.show"

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


class DeclineForm(ActionForm):
    """Why a child is not referred."""

    reason_code = RadioField(
        "Why is the child not referred?",
        choices=[SelectChoice(code, label) for code, label in DECLINE_REASONS.items()],
        validate_choice=False,
    )
    reason = long_field("Reason", "What is known of the child, and why a referral is not needed.")
    agreed_by = _agreed_by("The name and role of the person you decided this with.")
    next_review_on = DateField("Next review date", noun="Next review date")
    submit = SubmitField("Record the decision not to refer")


class CloseForm(ActionForm):
    """How a case ends."""

    outcome_code = RadioField("How did it end?", validate_choice=False)
    reason = long_field("Reason", "What shows it: who said or saw what, and when.")
    agreed_by = _agreed_by("Needed for outcomes that school and authority agree. Give a name and a role.")
    no_talk = long_field(
        "Why there was no welfare talk",
        "Only where the child is back at this school and no talk is recorded.",
    )
    submit = SubmitField("Close the case")

    def offer(self, outcomes: Sequence[Outcome], *, asks_for_talk: bool = False) -> None:
        """The outcomes to choose from, in order, and whether a missing welfare talk is to be explained."""
        self.outcome_code.choices = [SelectChoice(outcome.code, outcome.label) for outcome in outcomes]
        if not asks_for_talk:
            del self.no_talk

    def field_for(self, need: str) -> str:
        """An agreement that is missing is asked for where it is entered."""
        outcome = read_outcomes().get(self.outcome_code.data or "")
        if need == Need.OUTCOME_EVIDENCE and outcome and outcome.requires is Requirement.AGREEMENT:
            return "agreed_by"
        return super().field_for(need)


class TalkForm(ActionForm):
    """A welfare talk with a child who is back."""

    held_by = TextField(
        "Who talked with the child",
        description="Name and role.",
        validators=[Length(max=120, message="Who talked with the child must be 120 characters or fewer")],
    )
    held_on = DateField("Day of the talk", noun="The day of the talk")
    words = long_field(
        "What the child said, in the child's own words (optional)",
        "Only safeguarding staff and the local authority read this.",
    )
    submit = SubmitField("Record the welfare talk")


class ReopenForm(ActionForm):
    """Why a closed case is taken up again."""

    reason = long_field("Reason", "What has come to light since the case was closed.")
    submit = SubmitField("Reopen in a new case")
