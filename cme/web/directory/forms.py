"""The form with which an administrator checks an entry of the directory."""

from collections.abc import Mapping
from typing import Self

from cme.casework.safety.directory import Reached
from cme.services.directory import Listing
from cme.web.forms import Form, LongTextField, SubmitField, TextField


class CheckForm(Form):
    """How somebody is reached, as the administrator found it today."""

    phone = TextField("Phone")
    email = TextField("E-mail")
    url = TextField("Web address")
    hours = TextField("Hours")
    note = LongTextField("Note", description="For example, whom you spoke to.")
    submit = SubmitField("I have checked this today")

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """The form with what the entry says now; from a request, as it was sent.

        What the policy gives is shown beside it and not asked for.
        """
        reached = listing.reached
        form = cls(
            data={"phone": reached.phone, "email": reached.email, "url": reached.url, "hours": reached.hours}
        )
        for part in listing.from_policy:
            del form[part]
        return form

    def reached(self) -> Reached:
        """What was entered."""
        parts = ("phone", "email", "url", "hours", "note")
        return Reached(**{part: self[part].data or "" for part in parts if part in self})

    def mark(self, faults: Mapping[str, str]) -> None:
        """Put each sentence at the field that it is about."""
        for part, sentence in faults.items():
            self.add_error(part, sentence)
