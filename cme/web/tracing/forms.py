"""The forms of a trace: what a request says, what was sent and answered, and how it ends.

They check shape only; `cme.tracing` has the rules.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, Self

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.clock import LONDON
from cme.tracing.authorities import named, read_authorities
from cme.tracing.replies import Finding, Kind, Reply
from cme.tracing.states import Result
from cme.web.forms import (
    CheckboxesField,
    CheckboxField,
    DateField,
    Form,
    LongTextField,
    RadioField,
    SelectField,
    SubmitField,
    TextField,
    TimeField,
)
from cme.web.numbers import whole_number

LONGEST_TEXT = 4000


def text_field(label: str, most: int = 120, hint: str = "") -> TextField:
    """One line of text of at most so many characters."""
    too_long = f"{label} must be {most} characters or fewer"
    return TextField(label, description=hint, validators=[Length(max=most, message=too_long)])


def long_field(label: str, hint: str = "", most: int = LONGEST_TEXT) -> LongTextField:
    """Several lines of text."""
    too_long = f"{label} must be {most:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=most, message=too_long)])


class Versioned(Form):
    """A form that says which version of what it changes was looked at."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """The version that was looked at; none that there is, where our page did not write it."""
        return whole_number(self.seen.data) or -1

    def saw(self, version: int) -> Self:
        """The form, about a version that is looked at now."""
        self.seen.data = str(version)
        return self


class StepForm(Versioned):
    """One press of a button."""


class ReasonForm(Versioned):
    """A decision with its reason."""

    reason = long_field("Reason")


class ApproveForm(Versioned):
    """A second person's approval."""

    with_destination = CheckboxField("Say where the child is believed to be")


class SentForm(Versioned):
    """When something was sent by hand."""

    field_of: ClassVar[Mapping[str, str]] = {"sent_at": "sent_time"}

    sent_on = DateField("Date sent", noun="The date")
    sent_time = TimeField("Time sent", description="For example, 14:30 or 2.30pm")

    @classmethod
    def of_message(cls, message_id: int, at: datetime | None = None) -> Self:
        """The form of one message of several on a page, as it was sent; fresh, with the time filled in, if
        one is given."""
        prefix = f"message{message_id}"
        return cls(prefix=prefix) if at is None else cls(formdata=None, prefix=prefix, data=_filled(at))

    @classmethod
    def fresh(cls, at: datetime) -> Self:
        """The form of the request with the time filled in."""
        return cls(formdata=None, data=_filled(at))

    @property
    def sent_at(self) -> datetime | None:
        """The instant; None where the date or the time is empty."""
        return _instant(self.sent_on.data, self.sent_time.data)


EARLIER, NOW = "earlier", "now"


class RequestSentForm(SentForm):
    """When the request was sent, and which text where it changed after it could be copied."""

    field_of: ClassVar[Mapping[str, str]] = {
        **SentForm.field_of,
        "approved": "which",
        "earlier_text": "which",
    }

    which = RadioField(
        "Which text did you send?",
        choices=[
            SelectChoice(EARLIER, "The text that I copied before, with the address"),
            SelectChoice(NOW, "The text as it stands now"),
        ],
        validate_choice=False,
    )


def _filled(at: datetime) -> dict[str, Any]:
    local = at.astimezone(LONDON)
    return {"sent_on": local.date(), "sent_time": local.time()}


def _instant(on: date | None, at: time | None) -> datetime | None:
    return datetime.combine(on, at, LONDON).astimezone(UTC) if on and at else None


class KindForm(Form):
    """Which kind of answer came. It is sent with the address: it tells nothing of the child."""

    class Meta(Form.Meta):
        """A form that is only asked for."""

        csrf = False

    kind = RadioField(
        "What did they answer?",
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        validate_choice=False,
    )


class ReplyForm(Form):
    """An answer of one authority. Which of the fields are asked for is for its kind."""

    field_of: ClassVar[Mapping[str, str]] = {"code": "officer"}

    seen = HiddenField()
    officer = text_field("Who answered?", hint="The name and role of the officer of the other authority.")
    replied_on = DateField("When did they answer?", noun="The date of the answer")
    laestab = text_field(
        "Number of the school (LAESTAB)", 12, "Seven digits: the authority and the school, such as 8404123."
    )
    school_name = text_field("Name of the school (optional)", 200)
    started_on = DateField("Since when?", noun="The date")
    address = long_field("Where is the child?", "The address they gave.", 400)
    seen_by = text_field("Who saw the child?", 200)
    contact = text_field("Contact in the home education team", 200, "A name with a phone number or e-mail.")
    known_from_on = DateField("Known there from", noun="The date")
    known_until_on = DateField("Known there until", noun="The date")
    onward_code = SelectField("Went on to the authority (if one)", validate_choice=False)
    onward = text_field("Went on to, in words", 200, "A country or a place, or “not known”.")
    question = long_field("What do they ask?")
    other_reference = text_field("Reference of the other request", 80)
    submit = SubmitField("Record the answer")

    FIELDS: ClassVar[Mapping[Kind, Sequence[str]]] = {
        Kind.NO_TRACE: (),
        Kind.FOUND_ON_ROLL: ("laestab", "school_name", "started_on"),
        Kind.FOUND_NOT_ON_ROLL: ("address", "seen_by"),
        Kind.FOUND_EHE: ("contact", "started_on"),
        Kind.PREVIOUSLY_KNOWN: ("known_from_on", "known_until_on", "onward_code", "onward"),
        Kind.MORE_INFO_NEEDED: ("question",),
        Kind.DUPLICATE: ("other_reference",),
    }
    LABELS: ClassVar[Mapping[Kind, str]] = {
        Kind.FOUND_ON_ROLL: "When did the child start there?",
        Kind.FOUND_EHE: "Since when is the child home-educated?",
    }

    @classmethod
    def of(cls, kind: Kind, *, today: date, number: int, restricted: bool) -> Self:
        """The form of a kind of answer, with today filled in; `number` is how many there are already.

        Where a restricted child lives is not asked for: it is told by telephone.
        """
        form = cls(data={"replied_on": today, "seen": str(number)})
        choices = [SelectChoice(code, f"{each.name} ({code})") for code, each in read_authorities().items()]
        form.onward_code.choices = [SelectChoice("", "Not an authority, or not known"), *choices]
        wanted = [name for name in cls.FIELDS[kind] if not (restricted and name == "address")]
        for name in {name for names in cls.FIELDS.values() for name in names} - set(wanted):
            del form[name]
        if kind in cls.LABELS:
            form.started_on.label.text = cls.LABELS[kind]
        return form

    @property
    def asked(self) -> list[Any]:
        """The fields to fill in, in order."""
        return [field for field in self if field.name not in ("seen", "submit", "csrf_token")]

    def reply(self, code: str, kind: Kind) -> Reply:
        """What was entered, as the rules take it."""
        names = [name for name in self.FIELDS[kind] if name in self]
        said = {name: self[name].data for name in names if self[name].data}
        onward = said.get("onward_code")
        if onward and not said.get("onward"):
            said["onward"] = named(onward)
        return Reply(code, self.officer.data or "", self.replied_on.data, Finding(kind, **said))

    @property
    def number_seen(self) -> int:
        """How many answers of that authority there were when the form was opened."""
        found = whole_number(self.seen.data)
        return -1 if found is None else found


class NoTraceForm(Form):
    """The authorities that do not know the child, of those that have not answered."""

    field_of: ClassVar[Mapping[str, str]] = {"code": "codes"}

    codes = CheckboxesField("Which authorities answered “no trace”?", validate_choice=False)
    officer = text_field("Who answered?", hint="Names, or how it came: for example “S2S replies of today”.")
    replied_on = DateField("When did they answer?", noun="The date of the answer")
    submit = SubmitField("Record “no trace”")

    @classmethod
    def of(cls, choices: Sequence[tuple[str, str]], today: date) -> Self:
        """The form with whom there is to choose from; from a request, as it was sent."""
        form = cls(data={"replied_on": today})
        form.codes.choices = [SelectChoice(code, name) for code, name in choices]
        return form


class MessageForm(Versioned):
    """A message in somebody's own words."""

    text = long_field("Message", "Say no more than they need. Your name and our reference stand above it.")


class CloseForm(Versioned):
    """With what a trace is closed."""

    result = RadioField(
        "What is the result?",
        choices=[SelectChoice(each.value, each.label) for each in Result],
        validate_choice=False,
    )
    confirmed_by = text_field(
        "Who confirmed where the child is?",
        200,
        "Needed where the child is located: an officer of the other authority, or the school.",
    )
    reason = long_field("Note", "Needed for another reason.")
    submit = SubmitField("Close the trace")


class WithdrawForm(Versioned):
    """Why a trace is withdrawn."""

    reason = long_field("Why is the trace withdrawn?")
    submit = SubmitField("Withdraw the trace")
