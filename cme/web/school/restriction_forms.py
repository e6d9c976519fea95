"""The forms of contact restrictions. They check shape only; the rules are in `safety.restrictions`."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import ValidationError
from wtforms.validators import Length

from cme.casework.safety.restrictions import LONGEST_NOTE, LONGEST_WHO, RestrictionKind
from cme.services.restrictions import NewRestriction
from cme.web.forms import Form, LongTextField, RadioField, SubmitField, TextField
from cme.web.numbers import whole_number
from cme.web.presenters.restrictions import SOMEBODY_ELSE, choices

CHOOSE_KIND = "Choose what must not be done"
NAME_WHO = "Enter the name of the person who must not be contacted"
NO_NAME = "Leave the name out, or choose “Do not contact somebody else”"


class RestrictionForm(Form):
    """What must not be done about a child, and why."""

    field_of: ClassVar[Mapping[str, str]] = {"contact_id": "kind"}

    kind = RadioField("What must not be done?", validate_choice=False)
    who = TextField(
        "Name of somebody who is not on the list",
        description="Only where you chose that somebody else must not be contacted.",
        validators=[Length(max=LONGEST_WHO, message=f"The name must be {LONGEST_WHO} characters or fewer")],
    )
    note = LongTextField(
        "Why, and who says so",
        description="A court order, the police, a social worker, the parent: who, and when. Safeguarding "
        "staff and the local authority read this, the school office does not. Do not write an address here.",
        validators=[Length(max=LONGEST_NOTE, message=f"Why must be {LONGEST_NOTE:,} characters or fewer")],
    )
    submit = SubmitField("Restrict contact")

    def offer(self, contacts: Sequence[Any]) -> None:
        """What can be chosen for this child."""
        self.kind.choices = choices(contacts)

    def validate_kind(self, field: Any) -> None:
        """Take one of the choices."""
        if field.data not in dict(field.choices):
            raise ValidationError(CHOOSE_KIND)

    def validate_who(self, field: Any) -> None:
        """Ask for the name of somebody who is not on the list, and for none where nobody else is meant."""
        if bool(field.data) != (self.kind.data == SOMEBODY_ELSE):
            raise ValidationError(NO_NAME if field.data else NAME_WHO)

    def entered(self) -> NewRestriction:
        """The restriction as it was entered."""
        kind, _, contact = self.kind.data.partition(":")
        return NewRestriction(
            RestrictionKind(kind),
            contact_id=whole_number(contact),
            who=self.who.data or "",
            note=self.note.data or "",
        )


class EndRestrictionForm(Form):
    """Why a restriction no longer holds."""

    reason = LongTextField(
        "Why does it no longer hold, and who says so?",
        validators=[Length(max=LONGEST_NOTE, message=f"Why must be {LONGEST_NOTE:,} characters or fewer")],
    )
    submit = SubmitField("End the restriction")
