"""One section of the referral as a form, made from the catalogue of its fields."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wtforms.fields import Field, HiddenField
from wtforms.fields.choices import SelectChoice

from cme.casework.referral.answers import (
    NOT_KNOWN,
    UPDATE,
    Answer,
    ReferralDraft,
    ReferralField,
    Row,
    Section,
    Shape,
    fields_of,
)
from cme.casework.referral.checks import faults_of_shape
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.web.forms import (
    CheckboxField,
    DateField,
    Form,
    LongTextField,
    RadioField,
    SelectField,
    SubmitField,
    TextField,
)

MOST_ROWS = 30
"""Rows that one field can have: more are no family."""

_FEW = 7
"""Choices that are shown all at once; more are a list that opens."""


def typed_in(section: Section, draft: ReferralDraft) -> tuple[ReferralField, ...]:
    """The fields of a section that the form asks for.

    What is new belongs to an update, whose kind is settled. A home that must not be shown is not typed.
    """
    is_update = draft.answer("type") == UPDATE
    left_out = {"type"} if is_update else {"news"}
    return tuple(
        each
        for each in fields_of(section)
        if not each.filled and each.id not in left_out and draft.answer(each.id) != ADDRESS_NOT_SHOWN
    )


class SectionForm(Form):
    """Every field can be left empty and saved; what is missing matters only when the referral is sent.

    `version` is the fingerprint of the section which the form was filled from.
    """

    asked: tuple[ReferralField, ...] = ()
    version = HiddenField()
    save = SubmitField("Save and go on")
    later = SubmitField("Save and come back later")

    def answers(self) -> dict[str, Answer]:
        """What was answered, by field id. Words that were typed count for more than a ticked "not known"."""
        return {each.id: self._answer(each) for each in self.asked}

    def mark_faults(self, today: date) -> bool:
        """Say at each field what cannot be right in its answer; whether anything was said."""
        faults = [fault for each in self.asked for fault in faults_of_shape(each, self._answer(each), today)]
        for fault in faults:
            self.add_error(fault.name, fault.sentence)
        return bool(faults)

    def wants_row(self) -> str:
        """The field that another row was asked for, by the button that was chosen; '' for none."""
        return next((each.id for each in self.asked if each.rows and self[adding(each.id)].data), "")

    def row_count(self, of: ReferralField) -> int:
        """How many rows of a field the form shows."""
        return sum(1 for name in self._fields if re.fullmatch(rf"{of.id}-[0-9]+-{of.rows[0].id}", name))

    def _answer(self, of: ReferralField) -> Answer:
        if of.rows:
            rows = [self._row(of, number) for number in range(self.row_count(of))]
            return rows if any(map(any, map(_values, rows))) else self._if_unknown(of)
        return _text(self[of.id]) or self._if_unknown(of)

    def _row(self, of: ReferralField, number: int) -> Row:
        if self[removing(of.id, number)].data:
            return {}
        return {part.id: _text(self[part_name(of.id, number, part.id)]) for part in of.rows}

    def _if_unknown(self, of: ReferralField) -> str:
        name = unknown(of.id)
        return NOT_KNOWN if name in self and self[name].data else ""


def section_form(
    section: Section,
    draft: ReferralDraft,
    version: str,
    *,
    sent: Mapping[str, Any] | None = None,
    more_of: str = "",
) -> SectionForm:
    """The form of a section as it stands, or as a browser `sent` it; `more_of` gives a field one more row."""
    asked = typed_in(section, draft)
    counts = {each.id: _rows_to_show(each, draft, sent, more_of) for each in asked if each.rows}
    made = {name: made for each in asked for name, made in _inputs(each, counts.get(each.id, 0))}
    form_class: type[SectionForm] = type("SectionForm", (SectionForm,), {**made, "asked": asked})
    if sent is not None:
        return form_class()
    filled = {name: value for each in asked for name, value in _values_of(each, draft)}
    return form_class(data={**filled, "version": version})


def unknown(field_id: str) -> str:
    """The name of the box that answers a field with "not known"."""
    return f"{field_id}_unknown"


def part_name(field_id: str, number: int, part_id: str) -> str:
    """The name of an input of a row."""
    return f"{field_id}-{number}-{part_id}"


def removing(field_id: str, number: int) -> str:
    """The name of the box that takes a row away."""
    return f"{field_id}-{number}-remove"


def adding(field_id: str) -> str:
    """The name of the button that asks for another row."""
    return f"{field_id}_add"


def has_box(of: ReferralField) -> bool:
    """Whether "not known" is a box of its own: choices have it among themselves."""
    return of.may_be_unknown and not of.choices


def _values(row: Row) -> list[str]:
    return list(row.values())


def _text(field: Field) -> str:
    if isinstance(field.data, date):
        return field.data.isoformat()
    if field.data is True:
        return "yes"
    return field.data or ""


def _rows_to_show(
    of: ReferralField, draft: ReferralDraft, sent: Mapping[str, Any] | None, more_of: str
) -> int:
    if sent is not None:
        numbers = [int(found[1]) for name in sent if (found := re.match(rf"{of.id}-([0-9]{{1,3}})-", name))]
        return min(max(numbers, default=-1) + 1, MOST_ROWS)
    return min(max(len(draft.rows(of.id)) + (of.id == more_of), 1), MOST_ROWS)


def _inputs(of: ReferralField, rows: int) -> Iterator[tuple[str, Any]]:
    """The inputs of a field, by name, in the order of the page."""
    if not of.rows:
        yield of.id, _input(of, of.label if of.starred else f"{of.label} (optional)")
    for number in range(rows):
        for part in of.rows:
            yield part_name(of.id, number, part.id), _input(part, part.label)
        yield removing(of.id, number), CheckboxField(f"Take this {of.row_name.lower()} out")
    if of.rows:
        yield adding(of.id), SubmitField(f"Add another {of.row_name.lower()}")
    if has_box(of):
        yield unknown(of.id), CheckboxField("Not known")


def _input(of: ReferralField, label: str) -> Any:
    if of.shape is Shape.DECLARATION:
        return CheckboxField(of.hint)
    if of.shape in (Shape.DATE, Shape.PAST_DATE):
        return DateField(label, noun=of.label, description=of.hint)
    if of.shape is Shape.LONG_TEXT:
        return LongTextField(label, description=of.hint)
    if not of.choices:
        return TextField(label, description=of.hint)
    choices = [
        SelectChoice(value, text) for value, text in of.choices.items() if value != UPDATE or of.id != "type"
    ]
    if of.may_be_unknown:
        choices.append(SelectChoice(NOT_KNOWN, "Not known"))
    if len(choices) <= _FEW:
        return RadioField(label, choices=choices, description=of.hint, validate_choice=False)
    choices.insert(0, SelectChoice("", "Choose an answer"))
    return SelectField(label, choices=choices, description=of.hint, validate_choice=False)


def _values_of(of: ReferralField, draft: ReferralDraft) -> Iterator[tuple[str, Any]]:
    """What the inputs of a field start with."""
    answer = draft.answer(of.id)
    is_unknown = has_box(of) and answer.casefold() == NOT_KNOWN
    if has_box(of):
        yield unknown(of.id), is_unknown
    if not of.rows:
        yield of.id, _start(of, "" if is_unknown else answer)
    for number, row in enumerate(draft.rows(of.id)):
        for part in of.rows:
            yield part_name(of.id, number, part.id), _start(part, row.get(part.id, ""))


def _start(of: ReferralField, text: str) -> Any:
    if of.shape is Shape.DECLARATION:
        return bool(text)
    if of.shape in (Shape.DATE, Shape.PAST_DATE):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return text
