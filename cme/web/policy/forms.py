"""The form of one part of a policy: a field for each setting that the authority's pack has there."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Self

from wtforms import HiddenField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cme.access.roles import POLICY
from cme.casework.policy.changes import PolicyFault, fault_at
from cme.casework.policy.pack import PolicyPack
from cme.casework.policy.settings import (
    Kind,
    Setting,
    Value,
    demandable_steps,
    read_value,
    recipients_for,
    settings_of,
    value_of,
)
from cme.web.forms import CheckboxesField, DateField, Form, RadioField, SubmitField, TextField
from cme.web.numbers import whole_number
from cme.web.presenters.policy import name_of
from cme.web.presenters.words import capitalised


class _PolicyForm(Form):
    """What every part asks; `based_on` is the number of the authority's latest version when it was opened."""

    based_on = HiddenField()
    valid_from = DateField("From which day?", noun="The day", required="Enter the day from which it applies")
    reason = TextField("Why does it change?", validators=[InputRequired("Enter why the policy changes")])
    submit = SubmitField("Save as a new version")

    settings: tuple[Setting, ...] = ()

    @classmethod
    def of(cls, pack: PolicyPack, based_on: int, today: date) -> Self:
        """The form as the latest version fills it."""
        filled: dict[str, Any] = {name_of(each): _typed(value_of(pack, each)) for each in cls.settings}
        begins_on = max(today, pack.valid_from)
        return cls(formdata=None, data={**filled, "based_on": str(based_on), "valid_from": begins_on})

    @property
    def seen(self) -> int:
        """The version that the form was opened on; -1, which is none, for what no page of ours sends."""
        number = whole_number(self.based_on.data)
        return -1 if number is None else number

    def changes(self) -> dict[str, Value]:
        """What was entered, by path, once the form is valid."""
        return {each.path: read_value(each, _text(self[name_of(each)].data)) for each in self.settings}

    def mark(self, faults: Iterable[PolicyFault]) -> None:
        """Put each sentence at the field that it is about; at the head of the page what is about none."""
        fields = {each.path: name_of(each) for each in self.settings}
        for fault in faults:
            self.add_error(fields.get(fault.path, fault.path), fault.sentence)


def policy_form(part: str, pack: PolicyPack) -> type[_PolicyForm]:
    """The form of one part of a pack."""
    settings = tuple(each for each in settings_of(pack) if each.part == part and each.kind is not Kind.FIXED)
    fields = {name_of(each): _field(each, pack) for each in settings}
    return type("PolicyForm", (_PolicyForm,), {**fields, "settings": settings})


def _field(setting: Setting, pack: PolicyPack) -> Any:
    how: Mapping[str, Any] = {"validators": [_fits(setting, pack)], "description": setting.hint}
    match setting.kind:
        case Kind.YES_NO:
            choices = [SelectChoice("yes", "Yes"), SelectChoice("no", "No")]
            return RadioField(setting.label, choices=choices, validate_choice=False, **how)
        case Kind.STEPS:
            steps = [SelectChoice(code, capitalised(step.name)) for code, step in demandable_steps().items()]
            return CheckboxesField(setting.label, choices=steps, validate_choice=False, **how)
        case Kind.ROLES:
            roles = [SelectChoice(role.value, POLICY[role].label) for role in recipients_for(setting)]
            return CheckboxesField(setting.label, choices=roles, validate_choice=False, **how)
        case _:
            return TextField(setting.label, **how)


def _fits(setting: Setting, pack: PolicyPack) -> Callable[[Any, Any], None]:
    def check(_form: Any, field: Any) -> None:
        try:
            value = read_value(setting, _text(field.data))
        except ValueError as unreadable:
            raise ValidationError(str(unreadable)) from None
        if fault := fault_at(pack, setting.path, value):
            raise ValidationError(fault.sentence)

    return check


def _text(data: Any) -> str:
    return " ".join(data) if isinstance(data, list) else str(data or "")


def _typed(value: Any) -> Any:
    """A value as somebody would have typed it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return list(value)
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)
