"""The forms of the documents that need words of a person: the letters, and the police sheet."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from cme.casework.letters import LONGEST_LINE, LONGEST_TEXT, Letter, LetterEntry
from cme.casework.removal.grounds import read_grounds
from cme.documents.police_sheet import CHECKS, FIELDS, SheetField, SheetPart
from cme.services.tracing.pupil_files import FileEntry
from cme.tracing.ctf.names import LOST, OUTSIDE
from cme.web.forms import (
    CheckboxesField,
    CheckboxField,
    Form,
    LongTextField,
    RadioField,
    SubmitField,
    TextField,
)
from cme.web.numbers import whole_number

_NUMBERED = "school"

LONGEST_ANSWER = 600
"""Characters of an answer on the police sheet: it is one page."""

_ALWAYS = ("signed_by", "role", "phone", "submit", "csrf_token")

_ASKED: Mapping[Letter, tuple[str, ...]] = {
    Letter.CONCERN: ("to", "address"),
    Letter.SECOND_ADDRESS: ("to", "address"),
    Letter.VISIT_CARD: (),
    Letter.REFERRAL_MADE: ("to", "address", "why", "who_will_call", "family_may_be_told"),
    Letter.OFF_ROLL: ("to", "address", "ground", "ring"),
}
"""What each letter asks for, besides who signs it."""


def _line(label: str, hint: str = "") -> TextField:
    too_long = f"{label} must be {LONGEST_LINE} characters or fewer"
    return TextField(label, description=hint, validators=[Length(max=LONGEST_LINE, message=too_long)])


def _lines(label: str, hint: str = "", longest: int = LONGEST_TEXT) -> LongTextField:
    too_long = f"{label} must be {longest:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=longest, message=too_long)])


class LetterForm(Form):
    """What a letter needs from a person. It checks shape only; the rest is for the rules to say."""

    to = _line("Who is the letter to?")
    address = _lines("Address", "One line for each line of the envelope.")
    why = _lines(
        "Why was the child referred?",
        "In plain words. Anybody at home may read it: write nothing of risks, or of what others told you.",
    )
    who_will_call = _line("Who will call the family?")
    family_may_be_told = CheckboxField(
        "The designated safeguarding lead agrees that the family is told of the referral"
    )
    ground = RadioField(
        "On which ground was the name removed?",
        choices=[
            SelectChoice(each.letter, f"{each.letter}: {each.label}") for each in read_grounds().values()
        ],
        validate_choice=False,
    )
    ring = _line(
        "Whom does the family ring about a school place?",
        "For example, the admissions team of the council on 01325 406222.",
    )
    signed_by = _line("Who signs the letter?")
    role = _line("Their role")
    phone = _line("Phone number to ring", "It is answered by the person who signs, or takes messages.")
    submit = SubmitField("Make the letter")

    @classmethod
    def of(cls, letter: Letter, entry: LetterEntry) -> Self:
        """The form of one letter as far as it is known; from a request, as it was sent."""
        form = cls(data=asdict(entry))
        for field in list(form):
            if field.name not in (*_ALWAYS, *_ASKED[letter]):
                del form[field.name]
        return form

    @property
    def asked(self) -> list[Any]:
        """The fields to fill in, in order."""
        return [field for field in self if field.name not in ("submit", "csrf_token")]

    def entry(self) -> LetterEntry:
        """What was filled in."""
        filled: dict[str, Any] = {field.name: field.data for field in self.asked if field.data is not None}
        return LetterEntry(**filled)


class _SheetForm(Form):
    """What the police sheet needs from a person; every field can be left empty and written in by hand."""

    checks = CheckboxesField(
        "What has been looked for already?",
        choices=[SelectChoice(key, label) for key, label in CHECKS.items()],
        validate_choice=False,
    )
    submit = SubmitField("Sign and make the sheet")

    @classmethod
    def of(cls, answers: Mapping[str, str]) -> Self:
        """The form as far as the records fill it in; from a request, as it was sent."""
        return cls(data=dict(answers))

    def answers(self) -> dict[str, str]:
        """What was filled in, by field id."""
        return {each.id: self[each.id].data or "" for each in TYPED}

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields under their headings."""
        return [
            {"heading": part.value, "fields": [self[each.id] for each in TYPED if each.part is part]}
            for part in SheetPart
        ]


TYPED: tuple[SheetField, ...] = tuple(each for each in FIELDS if not each.filled)
"""The fields that a person fills in; who the child is comes from the record."""


def _sheet_field(of: SheetField) -> TextField | LongTextField:
    return _lines(of.label, of.hint, LONGEST_ANSWER) if of.wide else _line(of.label, of.hint)


SheetForm: type[_SheetForm] = type(
    "SheetForm", (_SheetForm,), {each.id: _sheet_field(each) for each in TYPED}
)


class CtfForm(Form):
    """Where the lost-pupil file goes, and its number where the school's system has given some."""

    destination = RadioField(
        "Where is the child?",
        choices=[
            SelectChoice(LOST, "Nobody knows: the file goes to the Lost Pupil Database"),
            SelectChoice(OUTSIDE, "Outside School to School: abroad, Scotland, independent or at home"),
            SelectChoice(_NUMBERED, "At a school in England or Wales"),
        ],
        default=LOST,
        validate_choice=False,
    )
    laestab = TextField("Number of that school", description="Seven digits: LA number, then school number.")
    number = TextField(
        "Number of the file (optional)",
        description="Only if your own system has made such files already: the next free number, 1 to 999.",
    )
    sex = RadioField(
        "Sex of the child, as your register has it",
        choices=[SelectChoice("F", "Female"), SelectChoice("M", "Male")],
        validate_choice=False,
    )
    warned_of = HiddenField()
    submit = SubmitField("Make the file")

    @classmethod
    def of(cls, *, asks_sex: bool) -> Self:
        """The form, with the sex where no register has said it."""
        form = cls()
        if not asks_sex:
            del form.sex
        return form

    def validate_sex(self, field: RadioField) -> None:
        """Refuse a form on which nothing is chosen."""
        if field.data not in ("F", "M"):
            raise ValidationError("Choose the sex of the child, as your register has it.")

    def validate_number(self, field: TextField) -> None:
        """Refuse what is no number; whether it is free is for the records to say."""
        if field.data and whole_number(field.data) is None:
            raise ValidationError("The number of the file must be from 1 to 999, or empty.")

    def entry(self) -> FileEntry:
        """What was entered."""
        chosen = self.destination.data or ""
        destination = self.laestab.data or "" if chosen == _NUMBERED else chosen
        warned_of = self.warned_of.data or ""
        return FileEntry(
            destination.replace("/", ""),
            whole_number(self.number.data),
            warned_of,
            (self.sex.data or "") if "sex" in self else "",
        )
