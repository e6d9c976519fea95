"""The form that records that a return was sent: to whom and how, in one field."""

from typing import Self

from wtforms.validators import Length

from cme.casework.case import Refused
from cme.web.forms import Form, TextField


class ReturnForm(Form):
    """One return. What it needs is for the service to say."""

    sent_to = TextField("To whom it was sent, and how", validators=[Length(max=400)])
    note = TextField("Note (optional)", validators=[Length(max=400)])

    @classmethod
    def about(cls, return_id: int, *, is_sent: bool = False) -> Self:
        """The form of one row: on a page there are many, so its fields carry the number."""
        prefix = f"return-{return_id}-"
        return cls(prefix=prefix) if is_sent else cls(formdata=None, prefix=prefix)

    def refuse(self, refused: Refused) -> None:
        """Put each sentence at the field that it is about, or at the head of the page."""
        for need, sentence in zip(refused.missing, refused.sentences, strict=True):
            if need in self:
                self[need].errors = [*self[need].errors, sentence]
            else:
                self.form_errors.append(sentence)
