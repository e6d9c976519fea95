"""The forms of the record: a child who was never at a school here, a correction, an end."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.enquiries.rechecking import SOURCES
from cme.casework.record.catalogue import ends, read_reasons
from cme.casework.record.returning import NOT_KNOWN, SEXES, YEAR_GROUPS
from cme.services.removal.cme_records import Correction, NewEntry
from cme.services.tracing.searches import CHECK_RESULTS, Check
from cme.web.forms import (
    CheckboxesField,
    CheckboxField,
    DateField,
    Form,
    LongTextField,
    RadioField,
    SelectField,
    SubmitField,
)
from cme.web.forms import TextField as Text
from cme.web.numbers import whole_number
from cme.web.presenters.words import capitalised

_LONG_ENOUGH = 4000

NO_VERSION = -1
"""What stands for the version of an entry where the form does not say it as our page wrote it."""


def _text(label: str, most: int, hint: str = "") -> Text:
    too_long = f"{label} must be {most} characters or fewer"
    return Text(label, description=hint, validators=[Length(max=most, message=too_long)])


def _long(label: str, hint: str = "") -> LongTextField:
    too_long = f"{label} must be {_LONG_ENOUGH:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=_LONG_ENOUGH, message=too_long)])


def _reason() -> SelectField:
    choices = [SelectChoice("", "Choose a reason"), *(SelectChoice(*each) for each in read_reasons().items())]
    return SelectField("Primary reason", choices=choices, validate_choice=False)


def _sex() -> RadioField:
    return RadioField("Sex", choices=[SelectChoice(*each) for each in SEXES.items()], validate_choice=False)


def _year_group() -> SelectField:
    known = [SelectChoice(name, name) for name in YEAR_GROUPS if name != NOT_KNOWN]
    return SelectField("Year group", choices=[SelectChoice("", NOT_KNOWN), *known], validate_choice=False)


class AddForm(Form):
    """A child who is on no roll and has no case: what tells who it is, and the DfE's particulars."""

    authority = SelectField("Local authority", validate_choice=False)
    surname = _text("Surname", 120)
    forename = _text("Forename", 120)
    born_on = DateField("Date of birth", noun="The date of birth")
    sex = _sex()
    upn = _text("UPN (optional)", 20)
    year_group = _year_group()
    started_on = DateField(
        "First day off every roll (optional)",
        noun="The first day",
        description="Leave it empty if nobody knows. It then counts as an unknown duration.",
    )
    reason = _reason()
    note = _long("What is known (optional)", "For example who told you, and what was applied for")
    is_another = CheckboxField("This is another child than the one who is known")
    submit = SubmitField("Add to the record")

    def offer(self, authorities: Sequence[Any]) -> None:
        """Name the authorities whose record it can be."""
        self.authority.choices = [SelectChoice(each.code, each.name) for each in authorities]
        if not self.authority.data and authorities:
            self.authority.data = authorities[0].code

    def entry(self) -> NewEntry:
        """What was entered."""
        return NewEntry(
            authority=self.authority.data or "",
            surname=self.surname.data or "",
            forename=self.forename.data or "",
            born_on=self.born_on.data,
            sex=self.sex.data if self.sex.data in SEXES else "",
            upn=self.upn.data or "",
            year_group=self.year_group.data if self.year_group.data in YEAR_GROUPS else "",
            started_on=self.started_on.data,
            reason=self.reason.data or "",
            note=self.note.data or "",
            is_another=bool(self.is_another.data),
        )


class CorrectForm(Form):
    """What an entry should say, and why. `seen` is the version of the entry that was opened."""

    seen = HiddenField()
    started_on = DateField("First day off every roll", noun="The first day")
    reason = _reason()
    sex = _sex()
    year_group = _year_group()
    why = _long("Why is it corrected?")
    submit = SubmitField("Correct the entry")

    @classmethod
    def of(cls, spell: Any) -> Self:
        """The form as the entry stands; from a request, as it was sent."""
        return cls(
            data={
                "seen": str(spell.version),
                "started_on": spell.started_on,
                "reason": spell.reason,
                "sex": spell.sex,
                "year_group": spell.year_group if spell.year_group in YEAR_GROUPS else "",
            }
        )

    def correction(self) -> Correction:
        """What was entered."""
        return Correction(
            started_on=self.started_on.data,
            reason=self.reason.data or "",
            sex=self.sex.data if self.sex.data in SEXES else "",
            year_group=self.year_group.data if self.year_group.data in YEAR_GROUPS else "",
            why=self.why.data or "",
            seen=whole_number(self.seen.data) or NO_VERSION,
        )


class CheckForm(Form):
    """Where somebody looked for a child without a case, and what came of it."""

    sources = CheckboxesField(
        "Where did you look?",
        choices=[SelectChoice(code, capitalised(text)) for code, text in SOURCES.items()],
        validate_choice=False,
    )
    other = _text("Anywhere else (optional)", 120)
    made_on = DateField("When was it done?", noun="The date")
    made_by = _text("Who did it?", 120)
    result = RadioField(
        "What came of it?",
        choices=[SelectChoice(each.value, each.label) for each in CHECK_RESULTS],
        validate_choice=False,
    )
    notes = _long("Notes (optional)")
    submit = SubmitField("Record the check")

    @classmethod
    def of(cls, name: str, today: date) -> Self:
        """The form for somebody who looked today; from a request, as it was sent."""
        return cls(data={"made_by": name, "made_on": today})

    def check(self) -> Check:
        """What was entered."""
        return Check(
            made_on=self.made_on.data,
            made_by=self.made_by.data or "",
            sources=tuple(self.sources.data or ()),
            other=self.other.data or "",
            result=self.result.data or "",
            notes=self.notes.data or "",
        )


class EndForm(Form):
    """How a time on no roll ended."""

    ended_on = DateField("First day in education again", noun="The day")
    end_reason = RadioField(
        "How did it end?", choices=[SelectChoice(*each) for each in ends().items()], validate_choice=False
    )
    note = _long("What shows this", "Who confirmed it, when, and how")
    submit = SubmitField("End the entry")
