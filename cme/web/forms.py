"""What every form shares: text is stripped, and fields are shown as design-system components.

Forms check shape only; the rules, and the words for breaking them, live with the rules: what a service
refuses is put at the field that it is about. Each blueprint has its own forms module.
"""

# The libraries of forms ship no types.
# mypy: disallow-subclassing-any=False

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, time
from types import MappingProxyType
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovFileInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from werkzeug.datastructures import FileStorage
from wtforms import fields
from wtforms.fields.core import UnboundField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from cme.casework.case import Refused
from cme.casework.messages import ENTER
from cme.web import kept


class Form(FlaskForm):
    """A form whose text fields arrive without white space round them, and which says what was refused.

    `field_of` names the field for a need, where the field is not called like the need.
    """

    field_of: ClassVar[Mapping[str, str]] = MappingProxyType({})

    class Meta(FlaskForm.Meta):
        """How fields are put into a form."""

        def bind_field(self, form: Any, unbound_field: UnboundField, options: Any) -> Any:
            """Strip text, except passwords, which are taken as they are."""
            kind = unbound_field.field_class
            if issubclass(kind, fields.StringField) and not issubclass(kind, fields.PasswordField):
                options["filters"] = [_strip, *unbound_field.kwargs.get("filters", ())]
            return super().bind_field(form, unbound_field, options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Fill a form that is handed back with what was typed into it, whatever it starts with."""
            if not kept.is_handed_back():
                return super().wrap_formdata(form, formdata)
            names = [field.name for field in form]
            asked = [field.name for field in form if not isinstance(field, fields.SubmitField)]
            return kept.typed_into(asked, names)

    def refuse(self, refused: Refused) -> None:
        """Put each sentence at the field that it is about, or at the head of the page."""
        for need, sentence in zip(refused.missing, refused.sentences, strict=True):
            name = self.field_for(need)
            self.add_error(name, self._naming(name) if sentence == ENTER else sentence)

    def _naming(self, name: str) -> str:
        """What is said of an empty text: the rules know no labels, and a page may have several boxes."""
        label = self._fields[name].label.text if name in self._fields else ""
        return f"Enter {label[:1].lower()}{label[1:]}." if label else ENTER

    def field_for(self, need: str) -> str:
        """The name of the field that a need is about."""
        return self.field_of.get(need, need)

    def add_error(self, name: str, sentence: str) -> None:
        """Put a sentence at the field of that name, or at the head of the page where nobody sees one."""
        field = self._fields.get(name)
        if field is None or isinstance(field, fields.HiddenField):
            self.form_errors.append(sentence)
            return
        if sentence not in field.errors:
            field.errors = [*field.errors, sentence]
        if isinstance(field, DateField):
            field.wrong_parts = _PARTS

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Every error, for the summary at the head of the page, leading to the field to correct."""
        found = [{"text": str(text)} for text in self.form_errors]
        for field in self:
            target = getattr(field, "error_target", field.id)
            found.extend({"text": str(text), "href": f"#{target}"} for text in field.errors)
        return found


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class _NoEmptyHint:
    """The library gives a group of choices an empty hint when there is none, and loses a styled legend."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        if not field.description:
            params.pop("hint", None)
        if "fieldset" in params:
            params["fieldset"] = _with_legend(params["fieldset"], field)
        params.setdefault("idPrefix", field.id)
        return params


def _with_legend(fieldset: dict[str, Any], field: Any) -> dict[str, Any]:
    """The fieldset with the field's own legend; what a template gives may be given to several fields."""
    return {**fieldset, "legend": {"text": field.label.text, **fieldset.get("legend", {})}}


class _RadioWidget(_NoEmptyHint, GovRadioInput):
    pass


class _CheckboxWidget(_NoEmptyHint, GovCheckboxInput):
    pass


class _CheckboxesWidget(_NoEmptyHint, GovCheckboxesInput):
    pass


class _PasswordWidget(GovPasswordInput):
    """A page may have two: each button says which of them it shows."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        name = field.label.text.lower()
        params.setdefault("showPasswordAriaLabelText", f"Show {name}")
        params.setdefault("hidePasswordAriaLabelText", f"Hide {name}")
        return params


class TextField(fields.StringField):
    """One line of text."""

    widget = GovTextInput()


class LongTextField(fields.TextAreaField):
    """Several lines of text."""

    widget = GovTextArea()


class PasswordField(fields.PasswordField):
    """A password, with a button that shows it."""

    widget = _PasswordWidget()


class FileField(fields.FileField):
    """One file."""

    widget = GovFileInput()


class FilesField(fields.MultipleFileField):
    """One file or several; `data` has the files that were chosen, and nothing else that was sent."""

    widget = GovFileInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Keep files only: a form of another page may send text under the same name."""
        self.data = [each for each in valuelist if isinstance(each, FileStorage) and each.filename]


class RadioField(fields.RadioField):
    """One of a few choices, all in sight. The error summary leads to the first."""

    widget = _RadioWidget()


class CheckboxesField(fields.SelectMultipleField):
    """Any of a few choices, all in sight; `data` has those that are ticked."""

    widget = _CheckboxesWidget()
    option_widget = CheckboxInput()


class SelectField(fields.SelectField):
    """One of many choices, in a list that opens."""

    widget = GovSelect()


class CheckboxField(fields.BooleanField):
    """Yes, or left alone."""

    widget = _CheckboxWidget()


class SubmitField(fields.SubmitField):
    """The button that sends the form."""

    widget = GovSubmitInput()


_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?\s*([ap]m)?", re.IGNORECASE)


class TimeField(fields.Field):
    """A time of day in one box, as people write it: 14:30, 2.30pm, 9am. `data` is None when it is empty."""

    widget = GovTextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the time. Raises ValueError saying how to write it."""
        given = str(valuelist[0]).strip() if valuelist else ""
        self.data = _read_time(given) if given else None


def _read_time(given: str) -> time:
    found = _TIME.fullmatch(given)
    hour, minute, half = (found[1], found[2], (found[3] or "").lower()) if found else ("99", None, "")
    number = int(hour)
    if half and 1 <= number <= 12:
        number = number % 12 + (12 if half == "pm" else 0)
    elif half or minute is None:
        number = 99
    try:
        return time(number, int(minute or 0))
    except ValueError:
        raise ValueError("Enter a time like 14:30 or 2.30pm") from None


_PARTS = ("day", "month", "year")


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 2


class _DateWidget(GovDateInput):
    """Three boxes, whatever number of values was sent."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        params["fieldset"] = _with_legend(params["fieldset"], field)
        if not field.description:
            params.pop("hint", None)
        for part, item in zip(_PARTS, params["items"], strict=True):
            width = 4 if part == "year" else 2
            wrong = " govuk-input--error" if part in field.wrong_parts else ""
            item["classes"] = f"govuk-input--width-{width}{wrong}"
        return params


class DateField(fields.Field):
    """A date in three boxes; `data` is a date, or None when all are empty.

    `required` is the sentence shown when they are. `noun` begins the other sentences, "The date" by default.
    """

    widget = _DateWidget()

    def __init__(self, label: str, *, required: str = "", noun: str = "The date", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.required_text, self.noun = required, noun
        self.wrong_parts: tuple[str, ...] = ()

    @property
    def error_target(self) -> str:
        """The box that the error summary leads to: the first that is wrong."""
        return f"{self.name}-{(self.wrong_parts or _PARTS)[0]}"

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read day, month and year. Raises ValueError saying which part is missing or wrong."""
        given = [str(value).strip() for value in (*valuelist, "", "", "")[:3]]
        self.raw_data = given
        self.data = None
        if any(given):
            self.data = self._read(*given)

    def pre_validate(self, form: Any) -> None:
        """Ask for the date where it may not be left out."""
        if self.required_text and self.data is None and not self.process_errors:
            self.wrong_parts = _PARTS
            raise ValidationError(self.required_text)

    def _read(self, day: str, month: str, year: str) -> date:
        missing = tuple(part for part, value in zip(_PARTS, (day, month, year), strict=True) if not value)
        if missing:
            self.wrong_parts = missing
            raise ValueError(f"{self.noun} must include a {' and '.join(missing)}")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year)):
            self.wrong_parts = ("year",)
            raise ValueError("Year must include 4 numbers")
        wrong = tuple(part for part, value in (("day", day), ("month", month)) if not _is_number(value))
        if wrong:
            self.wrong_parts = wrong
            raise ValueError(f"{self.noun} must be in figures, like 27 3 2026")
        if not 1 <= int(month) <= 12:
            self.wrong_parts = ("month",)
            raise ValueError(f"{self.noun} must be a real date: the month is between 1 and 12")
        first, days = date(int(year), int(month), 1), monthrange(int(year), int(month))[1]
        if not 1 <= int(day) <= days:
            self.wrong_parts = ("day",)
            raise ValueError(f"{self.noun} must be a real date: {first:%B %Y} has {days} days")
        return first.replace(day=int(day))
