"""The columns of a sheet as a form: what each is."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice

from cme.web.forms import Form, SelectField
from cme.web.presenters import columns as present
from importers.answering.answers import ColumnsToMap
from importers.answering.mapping import Fault


class ColumnsForm(Form):
    """What each column of a sheet is; made for the sheet by `guessed` and `sent`."""

    @classmethod
    def guessed(cls, wanted: ColumnsToMap) -> "ColumnsForm":
        """The form with what each column may be."""
        guesses = {present.field_name(each.column): each.guess for each in wanted.columns}
        return _form_of(wanted)(formdata=None, data=guesses)

    @classmethod
    def sent(cls, wanted: ColumnsToMap) -> "ColumnsForm":
        """The form as it was sent. What is not on offer, or was not sent, leaves its column out."""
        return _form_of(wanted)()

    @property
    def fields(self) -> Mapping[int, str]:
        """The field of each column, '' for one that is left out."""
        offered = present.OFFERED
        return {
            field.column: field.data if field.data in offered else ""
            for field in self
            if isinstance(field, ColumnField)
        }

    def mark(self, faults: Iterable[Fault]) -> None:
        """Put each sentence at its column; at the first, what is about no single one."""
        for fault in faults:
            column = min(self.fields) if fault.column is None else fault.column
            self.add_error(present.field_name(column), fault.message)


class ColumnField(SelectField):
    """What one column is; `column` counts from 0."""

    def __init__(self, label: str, *, column: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.column = column


def _form_of(wanted: ColumnsToMap) -> type[ColumnsForm]:
    choices = [SelectChoice(value, text) for value, text in present.FIELDS]
    made = {
        present.field_name(each.column): ColumnField(
            present.label(each), column=each.column, choices=choices, validate_choice=False
        )
        for each in wanted.columns
    }
    return type("ColumnsForm", (ColumnsForm,), dict(made))
