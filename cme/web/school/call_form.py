"""The form that records one call: an outcome, one field, and whom it was to, which is chosen already."""

import secrets
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from cme.casework.enquiries.calls import QUICK_RESULTS
from cme.casework.enquiries.enquiry import Result
from cme.web.forms import CheckboxField, Form, RadioField, SelectField, TextField
from cme.web.numbers import whole_number


class CallForm(Form):
    """One call. It checks nothing itself: what a call needs is for the service to say."""

    field_of: ClassVar[Mapping[str, str]] = {
        "contact": "contact_id", "reason": "said", "notes": "said", "place": "said",
    }  # fmt: skip

    contact_id = SelectField("Whom did you ring?", validate_choice=False)
    result = RadioField("What came of it?", validate_choice=False)
    said = TextField("What was said")
    restricted = CheckboxField("Only safeguarding staff may read this entry")
    form_token = HiddenField()

    @classmethod
    def about(cls, registration_id: int, *, is_sent: bool = False) -> Self:
        """The form of one child's row: on one page there are many, so its fields carry the number."""
        prefix = f"call-{registration_id}-"
        return cls(prefix=prefix) if is_sent else cls(formdata=None, prefix=prefix)

    def offer(self, contacts: Sequence[tuple[int, str]], first: int | None) -> None:
        """Whom can be rung, the next one chosen unless the form says otherwise."""
        self.contact_id.choices = [SelectChoice(str(key), text) for key, text in contacts]
        self.result.choices = [SelectChoice(result.value, text) for result, text in QUICK_RESULTS.items()]
        self.contact_id.data = self.contact_id.data or (
            str(first) if first else self.contact_id.choices[0].value
        )
        self.form_token.data = self.form_token.data or secrets.token_urlsafe(32)

    @property
    def contact(self) -> int | None:
        """The id of the contact who was rung, if one was chosen."""
        return whole_number(self.contact_id.data)

    @property
    def came_of_it(self) -> Result | None:
        """The outcome, if one of those on offer was chosen."""
        return next((result for result in QUICK_RESULTS if result.value == self.result.data), None)
