"""The form of what a trace request says. It fills the trace's own copy: the pupil's record stays as it is."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.services.tracing.trace_views import Draft, TraceView
from cme.tracing.authorities import Status, read_authorities
from cme.tracing.dates import read_date
from cme.tracing.details import Choices, Sibling
from cme.tracing.gate import Audience
from cme.tracing.message import shown
from cme.web.forms import CheckboxesField, CheckboxField, DateField, LongTextField, RadioField, SubmitField
from cme.web.tracing.forms import Versioned, long_field, text_field

_AUDIENCES = {
    Audience.ALL: "All English authorities but our own",
    Audience.CHOSEN: "The authorities that I choose",
    Audience.ONE: "One authority that was named to us",
}

ON, OFF = "on", "off"

_LINES = "One on each line."


class DetailsForm(Versioned):
    """What the request says, to whom it goes, and until when an answer is asked for."""

    field_of: ClassVar[Mapping[str, str]] = {"recipients": "audience"}

    officer = text_field("Your name")
    phone = text_field("Phone", 40)
    email = text_field("Secure e-mail", 254)
    reply_by_on = DateField("Answer by", noun="The date")
    surname = text_field("Legal surname")
    forenames = text_field("Forenames")
    known_as = text_field("Known as (optional)")
    former_names = long_field("Former names (optional)", _LINES, 600)
    preferred_names = long_field("Preferred names (optional)", _LINES, 600)
    born_on = DateField("Date of birth", noun="The date of birth")
    sex = RadioField(
        "Sex",
        choices=[SelectChoice("F", "Female"), SelectChoice("M", "Male"), SelectChoice("", "Not known")],
        validate_choice=False,
    )
    upn = text_field("UPN (optional)", 20)
    former_upns = long_field("Former UPNs (optional)", _LINES, 200)
    year_group = text_field("Year group (optional)", 20)
    address = long_field("Last address (optional)", most=400)
    postcode = text_field("Postcode (optional)", 10)
    carers = long_field("Parents or carers (optional)", f"{_LINES} Names only, never a phone number.", 600)
    siblings = LongTextField(
        "Brothers and sisters (optional)",
        description=f"{_LINES} Name; date of birth; school",
        validators=[Length(max=1500, message="Brothers and sisters must be 1,500 characters or fewer")],
    )
    school_name = text_field("Last school", 200)
    school_number = text_field("Its number", 12, "Authority and school, such as 841/2000.")
    last_attended_on = DateField("Last attended (optional)", noun="The date")
    last_seen_on = DateField("Last seen (optional)", noun="The date")
    off_roll_on = DateField("Removed from the roll (optional)", noun="The date")
    regulations = text_field("Regulations of the removal (optional)", 10, "The year, such as 2024.")
    ground = text_field("Ground of the removal (optional)", 4, "The letter, such as I.")
    checks = long_field("Checks made", "In short, and nothing of health or social care.", 600)
    destination = text_field("Believed destination (optional)", 200)
    destination_why = text_field("Why there? (optional)", 200)
    ethnicity = text_field("Ethnicity (optional)", 80)
    first_language = text_field("First language (optional)", 80)
    say_ethnicity = CheckboxField("Say the ethnicity")
    say_language = CheckboxField("Say the first language")
    say_school = CheckboxField("Say the last school")
    telephone_first = CheckboxField("Ask them to telephone before they reply")
    restricted = CheckboxField("Look for this child in confidence")
    audience = RadioField(
        "Who is asked?",
        choices=[SelectChoice(key.value, label) for key, label in _AUDIENCES.items()],
        validate_choice=False,
    )
    wales = CheckboxField("Ask Welsh authorities too")
    chosen = CheckboxesField(
        "Authorities", validate_choice=False, description="For one authority, or those that you choose."
    )
    submit = SubmitField("Save")

    @classmethod
    def of(cls, view: TraceView) -> Self:
        """The form as the request is written; from a request, as it was sent."""
        details, choices = view.draft.details, view.draft.choices
        form = cls(
            data={
                **{name: getattr(details, name) for name in _PLAIN},
                **{name: "\n".join(getattr(details, name)) for name in _LISTED},
                "officer": details.sender.officer,
                "phone": details.sender.phone,
                "email": details.sender.email,
                "siblings": "\n".join(map(_written, details.siblings)),
                "say_ethnicity": choices.ethnicity,
                "say_language": choices.first_language,
                "say_school": choices.last_school,
                "telephone_first": choices.telephone_first,
                "restricted": view.draft.restricted,
                "audience": view.draft.audience.value,
                "wales": view.draft.wales,
                "chosen": list(view.draft.chosen),
                "seen": str(view.trace.version),
            }
        )
        form.chosen.choices = [
            SelectChoice(each.code, f"{each.name} ({each.code})")
            for each in sorted(read_authorities().values(), key=lambda one: one.name)
            if each.status in (Status.CURRENT, Status.WALES) and each.code != details.sender.code
        ]
        if view.is_by_record:
            for name in _HOME:
                del form[name]
        return form

    def validate(self, *arguments: Any, **named: Any) -> bool:
        """Check the shape, and that every line about a brother or sister can be read."""
        is_valid: bool = super().validate(*arguments, **named)
        for line in _lines(self.siblings.data) if "siblings" in self else ():
            try:
                _sibling(line)
            except ValueError as fault:
                self.add_error("siblings", str(fault))
                is_valid = False
        return is_valid

    def check(self, view: TraceView) -> Self:
        """The form with what the request lacks or has wrong, each at its field, unless its shape is wrong."""
        for name, sentence in (*view.missing.items(), *(("recipients", s) for s in view.recipient_faults)):
            field = self._fields.get(self.field_for(name))
            if field is None or not field.errors:
                self.add_error(self.field_for(name), sentence)
        return self

    def draft(self, view: TraceView) -> Draft:
        """What was entered over what is kept. A line that cannot be read is kept as a name."""
        kept = view.draft.details
        sender = replace(
            kept.sender,
            officer=self.officer.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
        )
        said: dict[str, Any] = {name: self[name].data for name in _PLAIN if name in self}
        said = {name: _BLANK.get(name, "") if value is None else value for name, value in said.items()}
        said |= {name: tuple(_lines(self[name].data)) for name in _LISTED if name in self}
        details = replace(kept, sender=sender, **said)
        if "siblings" in self:
            details = replace(details, siblings=tuple(map(_sibling_or_name, _lines(self.siblings.data))))
        audience = self.audience.data
        return Draft(
            details=details,
            choices=Choices(
                last_school=bool(self.say_school.data),
                destination=view.draft.choices.destination,
                ethnicity=bool(self.say_ethnicity.data),
                first_language=bool(self.say_language.data),
                telephone_first=bool(self.telephone_first.data),
            ),
            audience=Audience(audience) if audience in set(Audience) else view.draft.audience,
            wales=bool(self.wales.data),
            chosen=tuple(code for code in self.chosen.data or () if code in read_authorities()),
            restricted=bool(self.restricted.data),
        )


_PLAIN = (
    "surname", "forenames", "known_as", "born_on", "sex", "upn", "year_group", "address", "postcode",
    "school_name", "school_number", "last_attended_on", "last_seen_on", "off_roll_on", "regulations",
    "ground", "checks", "destination", "destination_why", "ethnicity", "first_language", "reply_by_on",
)  # fmt: skip
_LISTED = ("former_names", "preferred_names", "former_upns", "carers")
_HOME = ("address", "postcode", "carers", "siblings")
_BLANK: Mapping[str, Any] = dict.fromkeys(
    ("born_on", "last_attended_on", "last_seen_on", "off_roll_on", "reply_by_on")
)
"""Fields that are None where they are empty; every other is ''."""


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _written(sibling: Sibling) -> str:
    return "; ".join(filter(None, (sibling.name, shown(sibling.born_on), sibling.school)))


def _sibling(line: str) -> Sibling:
    """A line as name; date of birth; school. Raises ValueError, naming the part, where it cannot be read."""
    name, *others = (part.strip() for part in line.split(";"))
    born_on, schools = None, []
    for part in others:
        if re.fullmatch(r"[0-9]{1,2}[/. -].*|[0-9]{4}-.*", part):
            born_on = read_date(part).on
            if born_on is None:
                raise ValueError("Write each date of birth of a brother or sister like 27/3/2016.")
        elif part:
            schools.append(part)
    return Sibling(name, born_on, "; ".join(schools))


def _sibling_or_name(line: str) -> Sibling:
    try:
        return _sibling(line)
    except ValueError:
        return Sibling(line)
