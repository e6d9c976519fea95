"""The forms of triage and of what follows it. Each field is named for the part of the entry that it fills."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.access.roles import Role
from cme.casework.case import Entry
from cme.casework.enquiries.steps import Step, read_steps
from cme.casework.events import EventKind
from cme.casework.locating import VERDICTS
from cme.casework.needs import Need
from cme.casework.referral.answers import NOT_KNOWN, TYPED
from cme.casework.referral.fields import home_authorities
from cme.casework.triage import item_label, read_not_cme_reasons
from cme.services import drafts, triage
from cme.services.casework import CaseView
from cme.services.triage import Colleague
from cme.web.cases.forms import ActionForm, Asked, kept_case_field, left_open_field, long_field
from cme.web.forms import (
    CheckboxesField,
    CheckboxField,
    DateField,
    RadioField,
    SelectField,
    SubmitField,
    TextField,
)
from cme.web.numbers import whole_number
from cme.web.presenters.words import capitalised


def _name_field(label: str, hint: str) -> TextField:
    too_long = f"{label} must be 120 characters or fewer"
    return TextField(label, description=hint, validators=[Length(max=120, message=too_long)])


def _people(found: Iterable[Colleague], nobody: str) -> list[SelectChoice]:
    return [SelectChoice("", nobody), *(SelectChoice(each.id, each.label) for each in found)]


def _officers(asked: Asked, roles: Collection[Role] = triage.OFFICERS) -> tuple[Colleague, ...]:
    return triage.colleagues_of(asked.scope, asked.view.case.authority_id, on=asked.today, roles=roles)


def _last(view: CaseView, kind: EventKind) -> Any | None:
    return next((event for event in reversed(view.case.events) if event.kind == kind), None)


class AcknowledgeForm(ActionForm):
    """When the school can expect to hear."""

    expected_on = DateField(
        "When do you expect to have a first result?",
        description="The school sees this date. It is worked out from the clock of the first result.",
        noun="The date",
    )
    submit = SubmitField("Acknowledge the referral")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with the date that the clock of the first result gives."""
        return cls(data={"expected_on": triage.expected_on(asked.view.case, asked.view.state, asked.today)})


class AllocateForm(ActionForm):
    """Who works on the case, and who covers."""

    field_of: ClassVar[Mapping[str, str]] = {Need.OFFICER: "officer_id"}

    officer_id = SelectField("Officer", coerce=whole_number, validate_choice=False)
    cover_id = SelectField(
        "Cover (optional)",
        description="Who looks after the case while the officer is away.",
        coerce=whole_number,
        validate_choice=False,
    )
    submit = SubmitField("Allocate the case")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with those who hold the role today; whoever has the case now is chosen."""
        state = asked.view.state
        form = cls(data={"officer_id": state.officer_id, "cover_id": state.cover_id})
        form.offer(asked)
        return form

    def offer(self, asked: Asked) -> None:
        """Those who can be chosen: nobody whose account is closed or whose role has ended."""
        self.officer_id.choices = _people(_officers(asked), "Choose an officer")
        covering = _officers(asked, triage.COVERS)
        self.cover_id.choices = _people(covering, "Nobody")


class _WithItems(ActionForm):
    """What the school is asked for: what is missing first, then everything else that could be asked."""

    missing_items = CheckboxesField("Enquiries that the school has not made", validate_choice=False)
    open_items = CheckboxesField("Left open in the referral", validate_choice=False)
    step_items = CheckboxesField("Other enquiries", validate_choice=False)
    other_items = CheckboxesField("Other parts of the referral", validate_choice=False)

    @property
    def item_fields(self) -> list[CheckboxesField]:
        """The lists, in order; what is missing in the first two."""
        return [self.missing_items, self.open_items, self.step_items, self.other_items]

    def offer_items(self, asked: Asked) -> None:
        """Every enquiry of the school and every part of the referral that people write, each in one list."""
        readiness = asked.view.facts.readiness
        missing = readiness.missing if readiness else ()
        steps = [step for step in read_steps().values() if step.side != "la" and step.is_logged]
        self.missing_items.choices = [_of_step(step) for step in steps if step in missing]
        self.step_items.choices = [_of_step(step) for step in steps if step not in missing]
        answers = drafts.draft_of(asked.scope, asked.view.case).answers
        is_open = {each.id: _is_open(each, answers.get(each.id, "")) for each in TYPED}
        self.open_items.choices = [SelectChoice(each.id, each.label) for each in TYPED if is_open[each.id]]
        self.other_items.choices = [
            SelectChoice(each.id, each.label) for each in TYPED if not is_open[each.id]
        ]

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        said = (item for field in self.item_fields for item in field.data or ())
        ticked = dict.fromkeys(item for item in said if item_label(item))
        entry = super().entry()
        return replace(entry, triage=replace(entry.triage, items=tuple(ticked)))

    def field_for(self, need: str) -> str:
        """The first list that is shown."""
        if need != Need.RETURN_ITEMS:
            return super().field_for(need)
        return str(next(field.name for field in self.item_fields if field.choices))


def _of_step(step: Step) -> SelectChoice:
    return SelectChoice(step.code, capitalised(step.short))


def _is_open(field: Any, answer: Any) -> bool:
    return answer == NOT_KNOWN or (field.starred and not field.only_if and not answer)


class AcceptForm(AllocateForm, _WithItems):
    """Who takes the case on, until when, and what the school still owes."""

    expected_on = DateField(
        "When do you expect to have a first result?", description="The school sees this date."
    )
    submit = SubmitField("Accept the referral")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with the reader as officer, where the reader is one."""
        view, own = asked.view, asked.scope.user_id
        form = cls(
            data={
                "officer_id": own if own in {each.id for each in _officers(asked)} else None,
                "expected_on": triage.expected_on(view.case, view.state, asked.today),
            }
        )
        form.offer(asked)
        form.offer_items(asked)
        return form


class ReturnForm(_WithItems):
    """What is asked of the school, and why."""

    reason = long_field("Why it is needed", "One sentence. The school reads it.")
    submit = SubmitField("Return the referral")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with what can be asked for."""
        form = cls()
        form.offer_items(asked)
        return form


class ResendForm(ActionForm):
    """The school's answer to each thing that was asked for."""

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """A form with one answer for each thing that is outstanding."""
        items = asked.view.state.return_items
        replies = {_reply_name(item): long_field(item_label(item) or item) for item in items}
        submit = SubmitField("Send the referral again")
        form: Self = type("ResendFormOfCase", (cls,), {**replies, "submit": submit})()
        form.items = items
        returned = _last(asked.view, EventKind.REFERRAL_RETURNED)
        form.about = (("Why the authority asks", returned.data.get("reason", "")),) if returned else ()
        return form

    items: tuple[str, ...] = ()

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        replies = {item: self[_reply_name(item)].data or "" for item in self.items}
        entry = super().entry()
        return replace(entry, triage=replace(entry.triage, replies=MappingProxyType(replies)))

    def field_for(self, need: str) -> str:
        """An answer that is missing is asked for at the first that is blank."""
        if need != Need.REPLIES:
            return super().field_for(need)
        names = [_reply_name(item) for item in self.items]
        return next((name for name in names if not self[name].data), need)


def _reply_name(item: str) -> str:
    return f"reply_{item}"


class RejectForm(ActionForm):
    """The decision guide: why the child is not missing from education, and what was asked first."""

    not_cme = RadioField(
        "Why is the child not missing from education?",
        choices=[SelectChoice(each.code, each.label) for each in read_not_cme_reasons().values()],
        validate_choice=False,
    )
    reason = long_field("Advice to the school", "What you found, and what the school does now.")
    submit = SubmitField("Reject the referral")

    @property
    def guide(self) -> list[dict[str, Any]]:
        """What is asked before each reason is given, as hints of its radio button."""
        known = read_not_cme_reasons()
        return [
            {"hint": {"text": f"Ask first: {known[choice.value].asks}"}} for choice in self.not_cme.choices
        ]


class DuplicateForm(ActionForm):
    """Which case of two is kept. A field named `kept` would be taken for a form that is handed back."""

    field_of: ClassVar[Mapping[str, str]] = {Need.KEPT_CASE: "kept_case"}

    kept_case = kept_case_field("For example, CME-26-0042. This case is closed; the other goes on.")
    reason = long_field("Reason", "How you know that both are about the same child.")
    left_open = left_open_field()
    submit = SubmitField("Close as a duplicate")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form, which asks what becomes of what is still open where anything is."""
        form = cls()
        form.ask_what_is_open(asked.view)
        return form

    def entry(self) -> Entry:
        """What was entered, as the rules take it."""
        entry = super().entry()
        return replace(entry, triage=replace(entry.triage, kept=self.kept_case.data or ""))


class ElsewhereForm(ActionForm):
    """Which other authority took the child on: who there, and when."""

    authority = SelectField("Authority", validate_choice=False)
    accepted_by = _name_field("Who took the child on", "The name and the team of the officer there.")
    accepted_on = DateField("When they took the child on", noun="The date")
    reason = long_field("Reason (optional)", "Where the child is said to be, and what was passed on.")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with every authority but the case's own."""
        form, own = cls(), asked.view.case.school.authority.code
        others = [SelectChoice(code, name) for code, name in home_authorities().items() if code != own]
        form.authority.choices = [SelectChoice("", "Choose an authority"), *others]
        return form


class TransferForm(ElsewhereForm):
    """The case ends here and goes on there."""

    reason = long_field("Reason", "Where the child is said to be, and what was passed on.")
    left_open = left_open_field()
    submit = SubmitField("Transfer the case")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form, which asks what becomes of what is still open where anything is."""
        form = super().for_case(asked)
        form.ask_what_is_open(asked.view)
        return form


class HandOverForm(ElsewhereForm):
    """The child was found elsewhere; the case goes on here until it is closed."""

    submit = SubmitField("Record the handover")


class RevokeForm(ActionForm):
    """Why a referral no longer stands."""

    reason = long_field("Reason", "Why the referral no longer stands. Both sides read it.")
    submit = SubmitField("Revoke the referral")


class ResultForm(ActionForm):
    """What the authority's first enquiries found."""

    message = long_field("The first result", "What was found, what is still open, and what happens next.")
    submit = SubmitField("Give the first result")


class ChallengeForm(ActionForm):
    """What somebody disagrees with, and what they ask for."""

    message = long_field("What you challenge", "The decision, why you disagree, and what you ask for.")
    submit = SubmitField("Raise the challenge")


class AnswerChallengeForm(ActionForm):
    """The answer to a professional challenge."""

    message = long_field("Your answer", "What you decide now, and why.")
    submit = SubmitField("Answer the challenge")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with the challenge in sight."""
        form, raised = cls(), _last(asked.view, EventKind.CHALLENGE_RAISED)
        form.about = (("The challenge", raised.data["text"]),) if raised else ()
        return form


class MeetingForm(ActionForm):
    """Why agencies should meet about the child."""

    message = long_field("Why a meeting is needed", "What it should decide, who should come, and by when.")
    submit = SubmitField("Request the meeting")


class LocationForm(ActionForm):
    """Where the child may be, and who said so."""

    source = _name_field("Who said so", "A name and who they are, or where you read it.")
    message = long_field("What they said", "Where the child may be, with whom, since when.")
    submit = SubmitField("Report it")


class VerifyForm(ActionForm):
    """What came of looking."""

    verified = RadioField(
        "Is the child there?",
        choices=[SelectChoice(code, label) for code, label in VERDICTS.items()],
        validate_choice=False,
    )
    seen_by = _name_field("Who saw the child", "A name and a role. Needed where the child is there.")
    seen_on = DateField("Day on which the child was seen", noun="The day")
    expected_back = CheckboxField("The child is expected back at school")
    message = long_field("How it was found out", "Who went or asked, and what they found.")
    submit = SubmitField("Record it")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with the report in sight."""
        form, reported = cls(), _last(asked.view, EventKind.LOCATION_REPORTED)
        if reported:
            form.about = (("Who said so", reported.data["source"]), ("What they said", reported.data["text"]))
        return form


class JointForm(ActionForm):
    """Nothing is asked: the button says it."""

    submit = SubmitField("Open the joint review")


class ContinueForm(ActionForm):
    """The joint note: what is done next, and when it is looked at again."""

    reason = long_field("Next steps", "What each side does now, and why the enquiries are not exhausted.")
    next_review_on = DateField("Date of the next joint note", noun="The date")
    submit = SubmitField("Go on with the enquiries")
