"""The forms of other authorities' requests: what came, what is corrected, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, ClassVar, Self

from werkzeug.datastructures import FileStorage
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.services.tracing.incoming import Letter
from cme.services.tracing.incoming_reading import LONGEST_TEXT, TEXT_FILES, as_text
from cme.services.tracing.incoming_views import Draft, IncomingView
from cme.tracing.authorities import read_authorities
from cme.tracing.replies import Finding, Kind
from cme.tracing.requests import Field
from cme.web.forms import DateField, FileField, Form, LongTextField, RadioField, SelectField, SubmitField
from cme.web.numbers import whole_number
from cme.web.presenters.incoming import FIELDS
from cme.web.tracing.forms import ReplyForm, SentForm, Versioned, long_field, text_field

LARGEST_FILE = 10_000_000
"""Bytes of a file of requests."""


def senders(none: str) -> list[SelectChoice]:
    """The authorities that may ask, with what stands for none."""
    found = [SelectChoice(code, f"{each.name} ({code})") for code, each in read_authorities().items()]
    return [SelectChoice("", none), *found]


class LetterForm(Form):
    """What came from another authority: its text, or a file."""

    authority_id = RadioField("Which of your authorities was asked?", validate_choice=False)
    sender_code = SelectField(
        "Which authority asks? (optional)",
        description="Where the request says so itself, that is taken.",
        validate_choice=False,
    )
    received_on = DateField("When did it come?", noun="The date")
    text = LongTextField(
        "Paste the request",
        description="One request or several, as they came. Nothing is lost: what is not understood is shown.",
        validators=[
            Length(max=LONGEST_TEXT, message=f"The text must be {LONGEST_TEXT:,} characters or fewer")
        ],
    )
    file = FileField(
        "Or choose a file",
        description="A list as .csv or .xlsx with one child in each row, or a text as .txt.",
    )
    submit = SubmitField("Read the request")

    @classmethod
    def of(cls, own: Sequence[Any], today: date) -> Self:
        """The form of an officer of these authorities, with today filled in."""
        form = cls(data={"received_on": today})
        form.sender_code.choices = senders("Not known, or as the request says")
        form.authority_id.choices = [SelectChoice(str(each.id), each.name) for each in own]
        if len(own) < 2:
            del form.authority_id
        return form

    def letter(self) -> Letter:
        """What was entered, as the service takes it."""
        given = self.file.data
        file = None
        if isinstance(given, FileStorage) and given.filename:
            file = (given.filename, given.read(LARGEST_FILE))
        own = whole_number(self.authority_id.data) if "authority_id" in self else None
        return Letter(self.text.data or "", file, self.sender_code.data or "", self.received_on.data, own)

    def keep(self, letter: Letter) -> None:
        """Show the text of a file that was refused: a browser does not choose a file again."""
        if letter.file is None or letter.text.strip():
            return
        name, content = letter.file
        if name.casefold().endswith(TEXT_FILES):
            self.text.data = (as_text(content) or "")[:LONGEST_TEXT]


class BatchSenderForm(Form):
    """Which authority asks, for all requests that came together and do not say it."""

    sender_code = SelectField("All of these came from", validate_choice=False)

    @classmethod
    def of(cls, requests: Sequence[Any], *, is_fresh: bool = False) -> Self:
        """The form with the one authority filled in that the others say, where they say one."""
        known = {each.sender_code for each in requests} - {""}
        said = {"sender_code": next(iter(known)) if len(known) == 1 else ""}
        form = cls(formdata=None, data=said) if is_fresh else cls()
        form.sender_code.choices = senders("Choose an authority")
        return form


class CorrectionForm(Versioned):
    """What a request says, field by field, to be corrected."""

    field_of: ClassVar[Mapping[str, str]] = {"stage": "seen"}

    sender_code = SelectField("Which authority asks?", validate_choice=False)
    received_on = DateField("When did it come?", noun="The date")
    submit = SubmitField("Save")

    @classmethod
    def of(cls, view: IncomingView) -> Self:
        """The form with what is kept; from a request, as it was sent."""
        kept = {field.value: text for field, text in view.values.items()}
        request = view.request
        form = cls(
            data={
                **kept,
                "sender_code": request.sender_code,
                "received_on": request.received_on,
                "seen": str(request.version),
            }
        )
        form.sender_code.choices = senders("Not known")
        return form

    def values(self) -> dict[Field, str]:
        """What the request says, as it stands corrected."""
        return {field: str(self[field.value].data) for field in Field if self[field.value].data}


for _field, (_label, _is_long) in FIELDS.items():
    setattr(CorrectionForm, _field.value, (long_field if _is_long else text_field)(_label, most=4000))


class AnswerKindForm(Form):
    """Which kind of answer is given. It is sent with the address: it tells nothing of the child."""

    class Meta(Form.Meta):
        """A form that is only asked for."""

        csrf = False

    kind = RadioField(
        "What do you answer?",
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        validate_choice=False,
    )


class AnswerForm(Versioned):
    """What is answered. Which of the fields are asked for is for its kind."""

    phone = text_field("Your phone number", 40)
    email = text_field("Your secure e-mail", 200)
    laestab = text_field(
        "Number of the school (LAESTAB)", 12, "Seven digits: the authority and the school, such as 8412000."
    )
    school_name = text_field("Name of the school (optional)", 200)
    started_on = DateField("Since when?", noun="The date")
    address = long_field("Where is the child?", "The address, as you know it.", 400)
    seen_by = text_field("Who saw the child?", 200)
    contact = text_field("Contact in the home education team", 200, "A name with a phone number or e-mail.")
    known_from_on = DateField("Known here from", noun="The date")
    known_until_on = DateField("Known here until", noun="The date")
    onward = text_field("Went on to", 200, "An authority, a country or a place, or “not known”.")
    question = long_field("What do you ask?")
    other_reference = text_field("Reference of the other request", 80)
    submit = SubmitField("Save and show the message")

    @classmethod
    def of(cls, kind: Kind | None, view: IncomingView, said: Mapping[str, Any]) -> Self:
        """The form of a kind of answer, filled in with what was written before, else with what is `said`;
        without a kind only who is to be telephoned."""
        draft = view.draft
        written = draft.finding if draft is not None and kind is not None else None
        form = cls(
            data={
                **(asdict(written) if written is not None and written.kind is kind else said),
                "phone": (draft.phone if draft else "") or view.sender.phone,
                "email": (draft.email if draft else "") or view.sender.email,
                "seen": str(view.request.version),
            }
        )
        wanted = cls.asked_for(kind)
        for name in {name for names in ReplyForm.FIELDS.values() for name in names} - set(wanted):
            if name in form:
                del form[name]
        return form

    @staticmethod
    def asked_for(kind: Kind | None) -> list[str]:
        """The names of the fields of a kind."""
        return [name for name in ReplyForm.FIELDS[kind] if name != "onward_code"] if kind else []

    @property
    def asked(self) -> list[Any]:
        """The fields to fill in, in order, those about the child first."""
        own = [field for field in self if field.name not in ("seen", "submit", "csrf_token")]
        return sorted(own, key=lambda field: field.name in ("phone", "email"))

    def draft(self, kind: Kind | None) -> Draft:
        """What was entered, as the rules take it."""
        finding = None
        if kind is not None:
            names = [name for name in self.asked_for(kind) if name in self]
            finding = Finding(kind, **{name: self[name].data for name in names if self[name].data})
        return Draft(finding, self.phone.data or "", self.email.data or "")


class NobodyForm(SentForm):
    """When "no trace" was sent about several children at once, and which requests these were."""

    sender_code = HiddenField()
