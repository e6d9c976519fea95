"""The form that records that a return was sent: to whom and how, in one field."""

from typing import Self

from wtforms.validators import Length

from cme.web.forms import DateField, Form, TextField

LONGEST = 400


class ReturnForm(Form):
    """One return. What it needs is for the service to say."""

    class Meta(Form.Meta):
        """The page's own token guards every form on it."""

        csrf = False

    sent_to = TextField(
        "To whom it was sent, and how",
        validators=[
            Length(max=LONGEST, message=f"To whom it was sent must be {LONGEST} characters or fewer")
        ],
    )
    sent_on = DateField("When was it sent? (today, if left empty)", noun="The day it was sent")
    note = TextField(
        "Note (optional)",
        validators=[Length(max=LONGEST, message=f"The note must be {LONGEST} characters or fewer")],
    )

    @classmethod
    def about(cls, return_id: int, *, is_sent: bool = False) -> Self:
        """The form of one row: on a page there are many, so its fields carry the number."""
        prefix = f"return-{return_id}-"
        return cls(prefix=prefix) if is_sent else cls(formdata=None, prefix=prefix)


class TakeBackForm(Form):
    """Why the record that a return was sent is taken back."""

    class Meta(Form.Meta):
        """The page's own token guards every form on it."""

        csrf = False

    reason = TextField(
        "Why was the record wrong?",
        validators=[Length(max=LONGEST, message=f"The reason must be {LONGEST} characters or fewer")],
    )

    @classmethod
    def about(cls, return_id: int, *, is_sent: bool = False) -> Self:
        """The form of one row, as `ReturnForm.about`."""
        prefix = f"back-{return_id}-"
        return cls(prefix=prefix) if is_sent else cls(formdata=None, prefix=prefix)
