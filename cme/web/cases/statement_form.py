"""The forms of the joint statement: writing it, signing it, and taking it back."""

from dataclasses import asdict
from typing import Self

from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from cme.casework.removal.content import FINDINGS, LIMBS, StatementEntry
from cme.casework.removal.facts import Ground
from cme.casework.removal.grounds import read_grounds
from cme.web.cases.forms import long_field
from cme.web.forms import CheckboxField, Form, RadioField, SubmitField, TextField

GROUNDS = [
    SelectChoice(each.value, f"Ground {each}: {read_grounds()[each.value.lower()].label.lower()}")
    for each in (Ground.I, Ground.H)
]


class StatementForm(Form):
    """What people write of a joint statement. `over` is the fingerprint of what stood in the form.

    Each field is named for the part of the entry that it fills. Anything may be left for later; what is
    missing is asked for before anybody signs.
    """

    over = HiddenField()
    ground = RadioField("Ground", choices=GROUNDS, validate_choice=False)
    location = long_field("Where the child is, or what was done to find out")
    circumstances = long_field(
        "The circumstances", "What is known of the family, and why the child is thought to be away."
    )
    finding = RadioField(
        "Sickness or another unavoidable cause",
        description="Mental health counts as sickness, with or without a diagnosis.",
        choices=[SelectChoice(code, label) for code, label in FINDINGS.items()],
        validate_choice=False,
    )
    finding_reasons = long_field("The reasons for that finding")
    finding_by = TextField(
        "Who found it",
        description="Name and role of the person who looked into it.",
        validators=[Length(max=120, message="Who found it must be 120 characters or fewer")],
    )
    answers_everything = CheckboxField(
        "The finding answers every health note, every message of a parent and every Y7 on record"
    )
    limb = RadioField(
        "What the joint enquiries ended in",
        choices=[SelectChoice(code, label) for code, label in LIMBS.items()],
        validate_choice=False,
    )
    reasons = long_field("The reasons for that conclusion, of both sides")
    steps = long_field(
        "The steps to secure attendance that were considered",
        "Needed for (b): what could reasonably be done so that the child attends, and why it will not help.",
    )
    submit = SubmitField("Save the joint statement")

    @classmethod
    def starting(cls, entry: StatementEntry, over: str) -> Self:
        """The form with what stands."""
        return cls(data={**asdict(entry), "over": over})

    def entry(self) -> StatementEntry:
        """What was entered."""
        texts = {name: self[name].data or "" for name in _TEXTS}
        return StatementEntry(**texts, answers_everything=bool(self.answers_everything.data))


_TEXTS = (
    "ground",
    "limb",
    "location",
    "circumstances",
    "finding",
    "finding_reasons",
    "finding_by",
    "reasons",
    "steps",
)


class SignForm(Form):
    """A box and a button under the statement. `statement_read` says which text stood above it."""

    statement_read = HiddenField()
    confirmed = CheckboxField(
        "I have read all of the statement above, and I sign it as it stands",
        validators=[DataRequired("Read the statement, and say that you sign it as it stands")],
    )
    submit = SubmitField("Sign the joint statement")


class ReopenStatementForm(Form):
    """Why the statement is taken back."""

    reason = long_field("Reason", "What has to be looked at again, and who asks for it.")
    submit = SubmitField("Reopen the joint statement")
