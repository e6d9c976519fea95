"""The forms beside the queue: a filter kept under a name, and many cases given to somebody."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, ValidationError
from wtforms.fields.choices import SelectChoice

from cme.store.queue import Colleague
from cme.web.forms import CheckboxesField, Form, SelectField, SubmitField, TextField

_NOBODY = "nobody"


class KeepForm(Form):
    """A name for the filter that is chosen; `query` is its address."""

    query = HiddenField()
    name = TextField("Name of this filter")
    submit = SubmitField("Keep this filter")


class AllocateForm(Form):
    """Cases of the page that is shown, the officer, and who covers; `query` is where the list was."""

    query = HiddenField()
    case = CheckboxesField("Cases", validate_choice=False)
    officer = SelectField("Officer", validate_choice=False)
    cover = SelectField("Cover", validate_choice=False)
    allocate = SubmitField("Allocate the chosen cases")
    colleagues: Sequence[Colleague] = ()

    def offer(self, colleagues: Sequence[Colleague]) -> None:
        """Name those who can be given cases."""
        self.colleagues = colleagues
        names = [each.name for each in colleagues]
        told = [
            (each, f"{each.name} ({each.email})" if names.count(each.name) > 1 else each.name)
            for each in colleagues
        ]
        self.officer.choices = [
            SelectChoice("", "Choose an officer"),
            *(SelectChoice(str(each.id), text) for each, text in told if each.works),
        ]
        self.cover.choices = [
            SelectChoice("", "Leave as it is"),
            SelectChoice(_NOBODY, "Nobody"),
            *(SelectChoice(str(each.id), text) for each, text in told),
        ]

    def validate_case(self, field: Any) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError("Choose the cases to allocate.")

    def validate_officer(self, field: Any) -> None:
        """Ask for somebody on the list."""
        if _chosen(field) is None:
            raise ValidationError("Choose the officer who works on the cases.")

    def validate_cover(self, field: Any) -> None:
        """Take whoever covers now, nobody, or somebody else on the list."""
        if field.data not in ("", None, _NOBODY) and _chosen(field) is None:
            raise ValidationError("Choose who covers from the list.")
        if field.data and field.data == self.officer.data:
            raise ValidationError("Choose another person as cover: nobody covers for themselves.")

    @property
    def officer_id(self) -> int:
        """The officer, once the form is valid."""
        return int(self.officer.data)

    @property
    def cover_id(self) -> int | None:
        """Who covers; None for nobody, and where each case keeps its own."""
        return _chosen(self.cover)

    @property
    def keeps_cover(self) -> bool:
        """Whether nothing was chosen, so that whoever covers a case covers it still."""
        return not self.cover.data

    @property
    def officer_name(self) -> str:
        """The officer as the list calls them."""
        return next(str(each.label) for each in self.officer.choices if each.value == self.officer.data)


def _chosen(field: Any) -> int | None:
    offered = {choice.value for choice in field.choices} - {"", _NOBODY}
    return int(field.data) if field.data in offered else None
