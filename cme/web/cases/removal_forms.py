"""The forms of a removal: what is proposed, how the return was delivered, the pupil file, a new admission."""

from datetime import date
from typing import Any, Self

from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.case import Entry
from cme.casework.entries import RemovalEntry
from cme.casework.removal.other_grounds import evidence_for
from cme.casework.removal.returning import MOST_PARENTS, Parent, RemovalReturn
from cme.services.removal.removal_returns import Start
from cme.services.removal.removals import LONGEST_HOW, Proposal
from cme.services.tracing import pupil_files
from cme.web.cases.forms import ActionForm, Asked, long_field
from cme.web.forms import DateField, LongTextField, RadioField, SubmitField, TextField, TimeField

LONGEST_LINE, LONGEST_ADDRESS = 200, 500

_DELIVERY = [
    SelectChoice("here", "In this service: the authority reads it here as soon as you propose"),
    SelectChoice("otherwise", "In another way: I record it once it is sent"),
]


def _line(label: str, hint: str = "") -> TextField:
    too_long = f"{label} must be {LONGEST_LINE} characters or fewer"
    return TextField(label, description=hint, validators=[Length(max=LONGEST_LINE, message=too_long)])


def _address(label: str) -> LongTextField:
    too_long = f"{label} must be {LONGEST_ADDRESS} characters or fewer"
    return LongTextField(label, validators=[Length(max=LONGEST_ADDRESS, message=too_long)])


class ProposalForm(ActionForm):
    """A removal that is proposed: the evidence of its ground, and the removal return.

    `for_ground` makes the form of one ground, which has a field for each thing that the ground rests on.
    """

    letter = ""
    ground = HiddenField()
    name = _line("Full name of the child")
    address = _address("Address of the child")
    no_parent = _line(
        "Why no parent is named (optional)",
        "Only where the child lives with none, for example looked after by the authority",
    )
    future_address = _address("Future address")
    future_school = _line("New school")
    delivery = RadioField(
        "How does the return reach the authority?", choices=_DELIVERY, default="here", validate_choice=True
    )
    submit = SubmitField("Propose the removal")

    @classmethod
    def for_ground(cls, letter: str, start: Start | None = None) -> Self:
        """The form of a ground; `start` is what it is filled in with before anybody typed."""
        made: Any = type(cls.__name__, (cls,), {**_parent_fields(), **_evidence_fields(letter)})
        form: Self = made(data=_filled(start.answers) | _shown_before(letter, start) if start else None)
        form.letter = form.ground.data = letter
        return form

    @property
    def evidence(self) -> list[Any]:
        """The fields of what the ground rests on, in order."""
        return [self[f"evidence_{each.id}"] for each in evidence_for(self.letter)]

    @property
    def parents(self) -> list[dict[str, Any]]:
        """The fields of each parent, in order."""
        return [
            {part: self[f"parent{number}_{part}"] for part in ("name", "address", "phone")}
            for number in range(1, MOST_PARENTS + 1)
        ]

    def proposal(self) -> Proposal:
        """What was entered, as the service takes it."""
        answers = RemovalReturn(
            name=self.name.data or "",
            address=self.address.data or "",
            parents=tuple(
                Parent(**{part: field.data or "" for part, field in fields.items()})
                for fields in self.parents
            ),
            no_parent=self.no_parent.data or "",
            future_address=self.future_address.data or "",
            future_school=self.future_school.data or "",
        )
        evidence = {each.id: _text(self[f"evidence_{each.id}"].data) for each in evidence_for(self.letter)}
        return Proposal(self.letter, answers, evidence, self.delivery.data == "here", self.seen_events)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else value or ""


def _shown_before(letter: str, start: Start) -> dict[str, Any]:
    """What was entered for the same ground before."""
    return {
        f"evidence_{each.id}": _date(start.evidence.get(each.id, ""))
        if each.kind.is_date
        else start.evidence.get(each.id, "")
        for each in evidence_for(letter)
        if letter == start.ground
    }


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _filled(start: RemovalReturn) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": start.name,
        "address": start.address,
        "no_parent": start.no_parent,
        "future_address": start.future_address,
        "future_school": start.future_school,
    }
    for number, parent in enumerate(start.parents, start=1):
        parts = {"name": parent.name, "address": parent.address, "phone": parent.phone}
        found |= {f"parent{number}_{part}": value for part, value in parts.items()}
    return found


def _parent_fields() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(1, MOST_PARENTS + 1):
        found[f"parent{number}_name"] = _line(f"Full name of parent {number}")
        found[f"parent{number}_address"] = _address(f"Address of parent {number}")
        found[f"parent{number}_phone"] = _line(f"Emergency phone of parent {number}")
    return found


def _evidence_fields(letter: str) -> dict[str, Any]:
    return {
        f"evidence_{each.id}": DateField(each.label, noun="The day")
        if each.kind.is_date
        else long_field(each.label)
        for each in evidence_for(letter)
    }


class DeliveryForm(ActionForm):
    """How the removal return reached the authority."""

    how = TextField(
        "To whom it was sent, and how",
        description="For example, admissions team, by secure e-mail",
        validators=[Length(max=LONGEST_HOW, message=f"It must be {LONGEST_HOW} characters or fewer")],
    )
    delivered_on = DateField("Day on which it was delivered", noun="The day")
    submit = SubmitField("Record the return as delivered")


class WithdrawForm(ActionForm):
    """Why a proposal is taken back."""

    reason = long_field("Reason", "What has come to light, or what has to be looked at again.")
    submit = SubmitField("Withdraw the proposal")


class MadeForm(ActionForm):
    """The removal that is made today: nothing is entered but the decision."""

    submit = SubmitField("Record the removal made today")


class QueryForm(ActionForm):
    """What the school found out about a query of admissions."""

    message = long_field("Your answer", "Whom you asked, and what they said. Say nothing of risks.")
    submit = SubmitField("Send the answer")


class PupilFileForm(ActionForm):
    """The pupil file, as it was uploaded to School to School."""

    file = _line(
        "Name of the file",
        "Where nobody knows where the child is, it goes to XXXXXXX, one pupil to a file. Where the child is "
        "outside School to School, such as abroad or at an independent school, it goes to MMMMMMM.",
    )
    uploaded_at = DateField("Day of the upload", noun="The day of the upload")
    time = TimeField("Time of the upload", description="For example, 15:30")
    proof = _line("Proof", "What School to School said, or its reference")
    submit = SubmitField("Record the upload")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form, with the name of the file that was made here, if one was."""
        return cls(data={"file": pupil_files.last_name(asked.scope, asked.view)})

    def entry(self) -> Entry:
        """The day and the time are one moment."""
        on, time = self.uploaded_at.data, self.time.data
        moment = f"{on.isoformat()}T{time:%H:%M}" if on and time else ""
        removal = RemovalEntry(file=self.file.data or "", uploaded_at=moment, proof=self.proof.data or "")
        return Entry(seen=self.seen_events, removal=removal)


class ReadmitForm(ActionForm):
    """A child who is admitted again."""

    starting_on = DateField("New starting day", noun="The new starting day")
    reason = long_field("Reason", "How the child came back, and who asked for the place.")
    submit = SubmitField("Admit again")
