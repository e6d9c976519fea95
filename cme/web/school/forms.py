"""The forms of the school's pages."""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import ValidationError
from wtforms.validators import DataRequired, InputRequired

from cme.web.forms import FileField, Form, LongTextField, SubmitField

SELECT_A_FILE = "Select a register file"
GIVE_A_REASON = "Enter why a case is needed now"


class UploadForm(Form):
    """One register file."""

    register = FileField("Register file", validators=[InputRequired(SELECT_A_FILE)])
    submit = SubmitField("Upload and check")

    def validate_register(self, field: Any) -> None:
        """Take a file only: a form of another page may send text under the same name."""
        if not isinstance(field.data, FileStorage):
            raise ValidationError(SELECT_A_FILE)


class OpenCaseForm(Form):
    """Why a case is opened before the count would open it."""

    reason = LongTextField("Why is a case needed now?", validators=[DataRequired(GIVE_A_REASON)])
    submit = SubmitField("Open a case")
