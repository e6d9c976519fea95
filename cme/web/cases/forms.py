"""The forms of what people decide in a case. Each field is named for the part of the entry that it fills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, ClassVar, Self

from wtforms.fields import HiddenField
from wtforms.fields import SubmitField as AnySubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.access.scope import Scope
from cme.casework.case import Entry
from cme.casework.closing import asks_for_first_day, open_ends
from cme.casework.declining import DECLINE_REASONS
from cme.casework.entries import LocationEntry, RemovalEntry, RequestEntry, TriageEntry
from cme.casework.needs import Need
from cme.casework.outcomes import DUPLICATE, Outcome, Requirement, read_outcomes
from cme.clock import local_date
from cme.services.casework import CaseView
from cme.web.forms import (
    DateField,
    Form,
    LongTextField,
    RadioField,
    SubmitField,
    TextField,
)
from cme.web.numbers import whole_number

LONGEST_TEXT = 4000


def long_field(label: str, hint: str = "") -> LongTextField:
    """Several lines of text, as long as anybody needs."""
    too_long = f"{label} must be {LONGEST_TEXT:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=LONGEST_TEXT, message=too_long)])


def kept_case_field(hint: str) -> TextField:
    """The reference of the case that is kept of two."""
    return TextField(
        "Reference of the case that is kept",
        description=hint,
        validators=[Length(max=16, message="The reference must be 16 characters or fewer")],
    )


def left_open_field() -> LongTextField:
    """What becomes of what somebody still waits for when a case ends."""
    return long_field("What becomes of what is still open")


def _agreed_by(hint: str) -> TextField:
    too_long = "Who agreed must be 120 characters or fewer"
    return TextField("Who agreed to it", description=hint, validators=[Length(max=120, message=too_long)])


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a form, for which case, and when."""

    scope: Scope
    view: CaseView
    at: datetime

    @property
    def today(self) -> date:
        """The date in England."""
        return local_date(self.at)


class ActionForm(Form):
    """A form for one action. It checks shape only; what the action needs is for the rules to say.

    `seen` is the number of events that the case had when the form was opened. `about` is what to have in
    sight while it is filled in: label and text.
    """

    seen = HiddenField()
    about: Sequence[tuple[str, str]] = ()

    @property
    def about_rows(self) -> list[dict[str, Any]]:
        """The same as rows of a summary list."""
        return [{"key": {"text": key}, "value": {"text": text}} for key, text in self.about if text]

    @property
    def shown(self) -> list[Any]:
        """The fields to fill in, in order."""
        return [field for field in self if not isinstance(field, HiddenField | AnySubmitField)]

    @classmethod
    def for_case(cls, _asked: Asked, /) -> Self:
        """The form for one case, with what there is to choose from; from a request, as it was sent."""
        return cls()

    def ask_what_is_open(self, view: CaseView) -> None:
        """Ask what becomes of what is still open when the case ends, or do not ask where nothing is."""
        found = open_ends(view.state, view.facts)
        if not found:
            del self.left_open
            return
        self.left_open.description = f"Open still: {', '.join(found)}. Who sees to it now?"

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        return Entry(
            **self._entered(Entry),
            seen=self.seen_events,
            triage=TriageEntry(**self._entered(TriageEntry)),
            removal=RemovalEntry(**self._entered(RemovalEntry)),
            location=LocationEntry(**self._entered(LocationEntry)),
            request=RequestEntry(**self._entered(RequestEntry)),
        )

    def _entered(self, kind: type[Any]) -> dict[str, Any]:
        names = [each.name for each in fields(kind) if each.name in self and each.name != "seen"]
        given = {name: self[name].data for name in names}
        return {
            name: tuple(said) if isinstance(said, list) else said
            for name, said in given.items()
            if said is not None
        }

    @property
    def seen_events(self) -> int | None:
        """How many events the person had in sight; None where the form does not say."""
        return whole_number(self.seen.data)

    def fill_in(self) -> str:
        """What was filled in because the form was sent for that, in a sentence; '' where it is to be done."""
        return ""

    @property
    def leads_to(self) -> str:
        """The endpoint of the page that comes next."""
        return "cases.show"


class DeclineForm(ActionForm):
    """Why a child is not referred."""

    reason_code = RadioField(
        "Why is the child not referred?",
        choices=[SelectChoice(code, label) for code, label in DECLINE_REASONS.items()],
        validate_choice=False,
    )
    reason = long_field("Reason", "What is known of the child, and why a referral is not needed.")
    agreed_by = _agreed_by("The name and role of the person you decided this with.")
    next_review_on = DateField("Next review date", noun="Next review date")
    submit = SubmitField("Record the decision not to refer")


class CloseForm(ActionForm):
    """How a case ends."""

    field_of: ClassVar[Mapping[str, str]] = {Need.OUTCOME_EVIDENCE: "outcome_code"}

    outcome_code = RadioField("How did it end?", validate_choice=False)
    reason = long_field("Reason", "What shows it: who said or saw what, and when.")
    educated_on = DateField(
        "First day in education",
        description="Needed where the child is at another school or placement: it ends the time on no roll.",
        noun="The first day in education",
    )
    left_open = left_open_field()
    kept_case = kept_case_field("Needed for a duplicate, and for nothing else. For example, CME-26-0001.")
    agreed_by = _agreed_by("Needed for outcomes that school and authority agree. Give a name and a role.")
    no_talk = long_field(
        "Why there was no welfare talk",
        "Only where the child is back at this school and no talk is recorded.",
    )
    submit = SubmitField("Close the case")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with what this case has to ask beside: what is still open, and the first day elsewhere."""
        form = cls()
        form.ask_what_is_open(asked.view)
        if not asks_for_first_day(asked.view.state):
            del form.educated_on
        return form

    def offer(self, outcomes: Sequence[Outcome], *, asks_for_talk: bool = False) -> None:
        """The outcomes to choose from, in order, and whether a missing welfare talk is to be explained."""
        self.outcome_code.choices = [SelectChoice(outcome.code, outcome.label) for outcome in outcomes]
        if not asks_for_talk:
            del self.no_talk

    def entry(self) -> Entry:
        """What was entered, with the case that is kept of two."""
        entry, names_one = super().entry(), self.outcome_code.data == DUPLICATE
        kept = self.kept_case.data or "" if names_one else ""
        return replace(entry, triage=replace(entry.triage, kept=kept))

    def field_for(self, need: str) -> str:
        """An agreement that is missing is asked for where it is entered, a wrong reference likewise."""
        if need == Need.OUTCOME_EVIDENCE and self.outcome_code.data == DUPLICATE and self.kept_case.data:
            return "kept_case"
        outcome = read_outcomes().get(self.outcome_code.data or "")
        if need == Need.OUTCOME_EVIDENCE and outcome and outcome.requires is Requirement.AGREEMENT:
            return "agreed_by"
        return super().field_for(need)


class TalkForm(ActionForm):
    """A welfare talk with a child who is back."""

    held_by = TextField(
        "Who talked with the child",
        description="Name and role.",
        validators=[Length(max=120, message="Who talked with the child must be 120 characters or fewer")],
    )
    held_on = DateField("Day of the talk", noun="The day of the talk")
    words = long_field(
        "What the child said, in the child's own words (optional)",
        "Only safeguarding staff and the local authority read this.",
    )
    submit = SubmitField("Record the welfare talk")


class ReopenForm(ActionForm):
    """Why a closed case is taken up again."""

    reason = long_field("Reason", "What has come to light since the case was closed.")
    submit = SubmitField("Reopen in a new case")
