"""The referral as a form, made from the catalogue of its fields."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.case import Refused
from cme.casework.referral import FIELDS, NOT_KNOWN, ReferralDraft, ReferralField
from cme.web.cases.forms import LONGEST_TEXT
from cme.web.forms import CheckboxField, Form, LongTextField, RadioField, SubmitField, TextField

TYPED: tuple[ReferralField, ...] = tuple(each for each in FIELDS if not each.filled)
"""The fields that a person fills in; the register fills the others."""

ONE_LINE = frozenset(
    {
        "home_authority", "referrer_phone", "referrer_email", "holiday_contact", "known_as", "sex",
        "language", "references",
    }
)  # fmt: skip
"""Fields whose answer is a few words."""


def _unknown_name(field_id: str) -> str:
    return f"{field_id}_unknown"


class _ReferralForm(Form):
    """Every field can be left empty and saved; what is missing matters only when it is sent.

    `version` is that of the referral which the form was filled from, '' before anything was saved.
    """

    version = HiddenField()
    safeguarding = CheckboxField("There is a safeguarding concern: send now, even if incomplete")
    save = SubmitField("Save and come back")
    send = SubmitField("Send the referral")

    @classmethod
    def of(cls, draft: ReferralDraft, version: str) -> Self:
        """The form as it was left; from a request, as it was sent."""
        filled: dict[str, Any] = {"safeguarding": draft.safeguarding, "version": version}
        for each in TYPED:
            answer = draft.answer(each.id)
            unknown = each.may_be_unknown and answer.casefold() == NOT_KNOWN
            filled[each.id] = "" if unknown else answer
            if each.may_be_unknown:
                filled[_unknown_name(each.id)] = unknown
        return cls(data=filled)

    def answers(self) -> dict[str, str]:
        """What was answered, by field id. Words that were typed count for more than a ticked "not known"."""
        return {each.id: self[each.id].data or self._if_unknown(each) for each in TYPED}

    def unknown_of(self, of: ReferralField) -> CheckboxField | None:
        """The box that answers a field with "not known"; None where that is no answer."""
        return self[_unknown_name(of.id)] if of.may_be_unknown else None

    def _if_unknown(self, of: ReferralField) -> str:
        box = self.unknown_of(of)
        return NOT_KNOWN if box is not None and box.data else ""

    def is_overtaken(self, version: str) -> bool:
        """Whether somebody saved the referral after this form was opened."""
        return self.version.data is not None and self.version.data != version

    def refuse(self, refused: Refused, missing: Iterable[ReferralField]) -> None:
        """Say at each missing field what to do; at the head of the page, what no field is about."""
        lacking = list(missing)
        for each in lacking:
            self[each.id].errors = [*self[each.id].errors, _ask_for(each)]
        if not lacking:
            self.form_errors.extend(refused.sentences)


def _ask_for(field: ReferralField) -> str:
    if field.choices:
        return f"Choose an answer: {field.label}"
    if field.may_be_unknown:
        return f"Fill in, or tick “Not known”: {field.label}"
    return f"Fill in: {field.label}"


def _fields() -> Mapping[str, Any]:
    made: dict[str, Any] = {}
    for each in TYPED:
        label = each.label if each.starred else f"{each.label} (optional)"
        if each.choices:
            choices = [SelectChoice(value, text) for value, text in each.choices.items()]
            made[each.id] = RadioField(label, choices=choices, validate_choice=False)
        else:
            kind = TextField if each.id in ONE_LINE else LongTextField
            too_long = f"{each.label} must be {LONGEST_TEXT:,} characters or fewer"
            made[each.id] = kind(label, validators=[Length(max=LONGEST_TEXT, message=too_long)])
        if each.may_be_unknown:
            made[_unknown_name(each.id)] = CheckboxField("Not known")
    return made


ReferralForm: type[_ReferralForm] = type("ReferralForm", (_ReferralForm,), dict(_fields()))
