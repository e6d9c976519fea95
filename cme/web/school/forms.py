"""The forms of the school's pages."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired, Length

from cme.services.registers.approval import FIRST_UPLOAD
from cme.services.registers.checking import Check
from cme.web.forms import (
    CheckboxField,
    FilesField,
    Form,
    LongTextField,
    RadioField,
    SubmitField,
    TextField,
)
from cme.web.numbers import whole_number
from cme.web.presenters import confirming
from importers.planning.planned import Decision, DecisionKind, PlannedPupil

SELECT_A_FILE = "Select a register file"
GIVE_A_REASON = "Enter why a case is needed now"
LONGEST_REASON = 200
LONGEST_OPENING = 4000
TOO_LONG = f"The reason must be {LONGEST_REASON} characters or fewer"


class UploadForm(Form):
    """One register, in one file or several."""

    register = FilesField("Register file", validators=[DataRequired(SELECT_A_FILE)])
    submit = SubmitField("Upload and check")


class OpenCaseForm(Form):
    """Why a case is opened before the count would open it."""

    reason = LongTextField(
        "Why is a case needed now?",
        validators=[
            DataRequired(GIVE_A_REASON),
            Length(
                max=LONGEST_OPENING, message=f"The reason must be {LONGEST_OPENING:,} characters or fewer"
            ),
        ],
    )
    submit = SubmitField("Open a case")


class ApproveForm(Form):
    """What is confirmed and taken over when an upload is approved.

    `confirmed` are keys of gates and `accepted` keys of differences; `seen` is `Check.seen` of the page that
    was looked at.
    """

    seen = HiddenField()
    confirmed = SelectMultipleField(validate_choice=False)
    accepted = SelectMultipleField(validate_choice=False)
    new_pupils = TextField()
    warnings_seen = CheckboxField("I have looked at these")

    def falls_short(self, checked: Check) -> list[dict[str, str]]:
        """What must still be confirmed before an upload can be approved, for the summary of the page."""
        errors = [
            {"text": gate["error"], "href": f"#{gate['id']}"}
            for gate in confirming.gates(checked, self, is_sent=True)
            if gate["error"]
        ]
        if any(question.kind == "date_order" for question in checked.questions):
            errors.append({"text": confirming.DATES_UNSURE, "href": "#answer-1"})
        if checked.warnings and not self.warnings_seen.data:
            errors.append({"text": confirming.WARNINGS_UNSEEN, "href": "#warnings_seen"})
        return errors

    def confirmed_keys(self, checked: Check) -> frozenset[str]:
        """The keys of the gates that were confirmed; the first upload by typing how many pupils it enters."""
        keys = set(self.confirmed.data or ())
        first = next((gate for gate in checked.gates if gate.code == FIRST_UPLOAD), None)
        if first is not None and checked.plan is not None:
            typed = (self.new_pupils.data or "").replace(",", "").strip()
            (keys.add if typed == str(len(checked.plan.pupils)) else keys.discard)(first.key)
        return frozenset(keys)


class RowForm(Form):
    """What a person says about one pupil of the file who may be a child on the roll."""

    decision = RadioField("Who is this?", validate_choice=False)
    reason = TextField("Why is the row left out?", validators=[Length(max=LONGEST_REASON, message=TOO_LONG)])

    def validate_decision(self, field: Any) -> None:
        """Take one of the choices."""
        if field.data not in dict(field.choices):
            raise ValidationError("Choose who this is, or decide later")

    def validate_reason(self, field: Any) -> None:
        """Ask for the reason where the row is left out."""
        if self.decision.data == DecisionKind.LEAVE_OUT.value and not field.data:
            raise ValidationError("Enter why the row is left out")

    def decided(self) -> Decision:
        """The decision that was made."""
        kind, _, registration_id = self.decision.data.partition(":")
        return Decision(DecisionKind(kind), whole_number(registration_id), self.reason.data or "")


class LeaveOutForm(Form):
    """A row of the file that is not to be taken in, and why."""

    row = TextField("Row in your file", validators=[DataRequired("Enter the number of the row")])
    reason = TextField(
        "Why is it left out?",
        validators=[
            DataRequired("Enter why the row is left out"),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
    )
    submit = SubmitField("Leave this row out")

    def find(self, pupils: Sequence[PlannedPupil]) -> list[PlannedPupil]:
        """The pupils who first stand in the row; with several sheets there may be more than one."""
        return [one for one in pupils if one.reading.address.split()[:2] == ["row", self.row.data]]
