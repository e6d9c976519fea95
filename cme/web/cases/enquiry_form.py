"""The form that records an enquiry: one for each kind of step, with only the fields that fit it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from wtforms import HiddenField, ValidationError
from wtforms.fields.choices import SelectChoice

from cme.attendance.codes import Half
from cme.casework.enquiries.enquiry import METHODS, RESULTS, EnquiryEntry, Method, Result, Visit, results_for
from cme.casework.enquiries.rechecking import SOURCES, from_words, in_words
from cme.casework.enquiries.steps import RECHECK_STEP, Kind, Step
from cme.clock import LONDON
from cme.web.cases.enquiry_fields import (
    ALWAYS_ASKED,
    ASKED,
    CARER,
    LABELS,
    NOT_NOW,
    REACHED,
    SEEN,
    SPOKE,
    THERE,
)
from cme.web.forms import (
    CheckboxesField,
    CheckboxField,
    DateField,
    FilesField,
    Form,
    LongTextField,
    RadioField,
    SubmitField,
    TextField,
    TimeField,
)
from cme.web.numbers import whole_number
from cme.web.presenters.words import capitalised

SOMEBODY_ELSE = "other"
"""The choice of a person who is not among the contacts on record."""

CHOOSE_ASIDE = "Choose what you want to record."


class EnquiryForm(Form):
    """An enquiry. It checks shape only; what is wrong with it is for the rules to say."""

    field_of: ClassVar[Mapping[str, str]] = {
        "child_seen": "reached",
        "spoke_to_child": "reached",
        "reached_carer": "reached",
        "done_at": "done_on",
    }

    correction_reason = LongTextField(
        "Why is the entry corrected?", description="The entry as it was stays on record."
    )
    sources = CheckboxesField(
        "Where did you look?",
        choices=[SelectChoice(code, capitalised(text)) for code, text in SOURCES.items()],
        validate_choice=False,
    )
    contact_id = RadioField("Who was it?", validate_choice=False)
    contacted = TextField("Name, if it was somebody else")
    relation = TextField("What they are to the child")
    used = TextField("Number, address or reference")
    done_on = DateField("When was it done?", noun="The date")
    done_time = TimeField("Time", description="For example, 14:30 or 2.30pm")
    half = RadioField(
        "Morning or afternoon?",
        choices=[SelectChoice(Half.AM.value, "Morning"), SelectChoice(Half.PM.value, "Afternoon")],
        validate_choice=False,
    )
    second_staff = TextField("Second member of staff", description="Nobody visits alone.")
    answered = TextField("Who answered the door?", description="Or write “nobody”.")
    there = CheckboxesField(
        "What did you see or do?",
        choices=[SelectChoice(key, text) for key, text in THERE.items()],
        validate_choice=False,
    )
    method = RadioField("How?", validate_choice=False)
    result = RadioField("What came of it?", validate_choice=False)
    place = TextField(
        "Where is the family said to be?",
        description="An address, a town or a country. Needed where they have moved or are abroad.",
    )
    reached = CheckboxesField(
        "Who was reached?",
        choices=[SelectChoice(key, text) for key, text in REACHED.items()],
        validate_choice=False,
        description="Leave all empty if nobody was. That somebody says the child is safe is no sighting.",
    )
    reason = LongTextField("Reason given for the absence")
    notes = LongTextField("Notes", description="What was said or found, in the words that were used.")
    next_action = TextField("What happens next?")
    next_on = DateField(
        "Date for that", noun="The next date", description="Needed while you wait for a reply."
    )
    done_by = TextField("Who did it?")
    done_role = TextField("Their role")
    restricted = CheckboxField("Only safeguarding staff may read this entry")
    files = FilesField("Files", description="")
    form_token = HiddenField()
    submit = SubmitField("Record the enquiry")
    withdraw = SubmitField("Withdraw the entry")

    @classmethod
    def of(
        cls, step: Step, entry: EnquiryEntry, *, corrects: bool = False, may_restrict: bool = False
    ) -> Self:
        """The form of a step as far as it is known; from a request, as it was sent."""
        looked_again = _places(entry) if step.code == RECHECK_STEP else {}
        form = cls(data={**_data(entry), **({} if corrects else NOT_NOW.get(step.kind, {})), **looked_again})
        asked = {*ASKED[step.kind], *ALWAYS_ASKED, *looked_again, "submit", "csrf_token"}
        asked |= {"correction_reason", "withdraw"} if corrects else set()
        asked |= {"restricted"} if may_restrict and not step.is_restricted else set()
        for field in list(form):
            if field.name not in asked:
                del form[field.name]
        form.step = step
        form._offer()
        return form

    step: Step

    def offer_contacts(self, choices: Sequence[SelectChoice]) -> None:
        """Whom the enquiry can have been to, in call order, where the form asks."""
        if "contact_id" in self:
            self.contact_id.choices = [*choices, SelectChoice(SOMEBODY_ELSE, "Somebody else")]

    def _offer(self) -> None:
        kind = self.step.kind
        self.form_token.data = self.form_token.data or secrets.token_urlsafe(32)
        self.result.choices = [SelectChoice(each.value, each.label) for each in results_for(kind)]
        if "method" in self:
            self.method.choices = [SelectChoice(each.value, each.label) for each in METHODS[kind]]
        for name, (label, hint) in LABELS[kind].items():
            self[name].label.text = label
            self[name].description = hint
        if "sources" in self:
            self.contacted.label.text = "Anywhere else (optional)"

    @property
    def result_hints(self) -> list[dict[str, Any]]:
        """What is said beside each result on offer."""
        hints = [RESULTS[Result(choice.value)].hint for choice in self.result.choices]
        return [{"hint": {"text": hint}} if hint else {} for hint in hints]

    @property
    def asked(self) -> list[Any]:
        """The fields that this kind of step has of its own, in order, beside when it was."""
        return [self[name] for name in ASKED[self.step.kind]]

    @property
    def sent_files(self) -> list[tuple[str, bytes]]:
        """The files that were chosen: name and content."""
        return [(file.filename or "", file.read()) for file in self.files.data or ()]

    def entry(self) -> EnquiryEntry:
        """What was entered, as the rules take it."""
        step, reached = self.step, self._ticked("reached")
        is_asked = "reached" in self
        return EnquiryEntry(
            step=step.code,
            done_at=self._done_at(),
            done_by=self.done_by.data or "",
            done_role=self.done_role.data or "",
            result=_known(Result, self.result.data),
            method=_known(Method, self._text("method")) if "method" in self else METHODS[step.kind][0],
            contact_id=self._contact(),
            contacted=in_words(self._ticked("sources"), self._text("contacted")),
            relation=self._text("relation"),
            used=self._text("used"),
            reached_carer=CARER in reached if is_asked else None,
            spoke_to_child=SPOKE in reached if is_asked else None,
            child_seen=SEEN in reached if is_asked else None,
            reason=self._text("reason"),
            place=self._text("place"),
            visit=self._visit(),
            notes=self.notes.data or "",
            next_action=self.next_action.data or "",
            next_on=self.next_on.data,
            restricted=step.is_restricted or bool("restricted" in self and self.restricted.data),
            form_token=self.form_token.data,
        )

    def field_for(self, need: str) -> str:
        """The field that a need is about: when it was done is a day and a time."""
        if need == "contacted" and "sources" in self:
            return "sources"
        name = super().field_for(need)
        lacks_time = self.done_on.data is not None and self.done_time.data is None
        return "done_time" if name == "done_on" and lacks_time else name

    def _done_at(self) -> datetime | None:
        if self.done_on.data is None or self.done_time.data is None:
            return None
        return datetime.combine(self.done_on.data, self.done_time.data, LONDON).astimezone(UTC)

    def _contact(self) -> int | None:
        return whole_number(self._text("contact_id"))

    def _visit(self) -> Visit | None:
        if self.step.kind is not Kind.VISIT:
            return None
        there = self._ticked("there")
        return Visit(
            half=_known(Half, self.half.data),
            second_staff=self._text("second_staff"),
            answered=self._text("answered"),
            **{key: key in there for key in THERE},
        )

    def _text(self, name: str) -> str:
        return str(self[name].data or "") if name in self else ""

    def _ticked(self, name: str) -> frozenset[str]:
        return frozenset(self[name].data or ()) if name in self else frozenset()


class AsideForm(Form):
    """Why a step is not made: it does not apply to the child, or the DSL waives it."""

    result = RadioField("What do you want to record?", validate_choice=False)
    reason = LongTextField("Why?", description="The local authority reads this with a referral.")
    form_token = HiddenField()
    submit = SubmitField("Record it")

    @classmethod
    def of(cls, *, may_waive: bool) -> Self:
        """The form with what the viewer may record; from a request, as it was sent."""
        form = cls()
        offered = (Result.NOT_APPLICABLE, Result.WAIVED) if may_waive else (Result.NOT_APPLICABLE,)
        form.result.choices = [SelectChoice(each.value, each.label) for each in offered]
        if not may_waive and not form.is_submitted():
            form.result.data = Result.NOT_APPLICABLE.value
        form.form_token.data = form.form_token.data or secrets.token_urlsafe(32)
        return form

    def validate_result(self, field: RadioField) -> None:
        """Take one of the choices: without one, the rules would ask for a whole enquiry."""
        if _known(Result, field.data) not in (Result.NOT_APPLICABLE, Result.WAIVED):
            raise ValidationError(CHOOSE_ASIDE)

    def entry(self, starting_point: EnquiryEntry) -> EnquiryEntry:
        """What was entered, as the rules take it."""
        return replace(
            starting_point,
            result=_known(Result, self.result.data),
            reason=self.reason.data or "",
            used="",
            form_token=self.form_token.data,
        )


class WithdrawForm(Form):
    """Why an entry is taken back."""

    correction_reason = LongTextField(
        "Why is the entry withdrawn?", description="What it was stays on record."
    )
    withdraw = SubmitField("Withdraw the entry")


def _known(kind: type[Any], value: str | None) -> Any:
    """The member of an enumeration with a value; None for any other value."""
    return next((each for each in kind if each.value == value), None)


def _places(entry: EnquiryEntry) -> dict[str, Any]:
    """Where the authority looked again, as ticks and what else was said."""
    codes, other = from_words(entry.contacted)
    return {"sources": list(codes), "contacted": other}


def _data(entry: EnquiryEntry) -> dict[str, Any]:
    """An entry as the form shows it."""
    local, visit = entry.done_at.astimezone(LONDON) if entry.done_at else None, entry.visit or Visit()
    reached = {CARER: entry.reached_carer, SPOKE: entry.spoke_to_child, SEEN: entry.child_seen}
    return {
        "contact_id": str(entry.contact_id)
        if entry.contact_id
        else SOMEBODY_ELSE
        if entry.contacted
        else None,
        "contacted": entry.contacted,
        "relation": entry.relation,
        "used": entry.used,
        "done_on": local.date() if local else None,
        "done_time": local.time().replace(second=0, microsecond=0) if local else None,
        "half": visit.half.value if visit.half else None,
        "second_staff": visit.second_staff,
        "answered": visit.answered,
        "there": [key for key in THERE if getattr(visit, key)],
        "method": entry.method.value if entry.method else None,
        "result": entry.result.value if entry.result else None,
        "place": entry.place,
        "reached": [key for key, is_so in reached.items() if is_so],
        "reason": entry.reason,
        "notes": entry.notes,
        "next_action": entry.next_action,
        "next_on": entry.next_on,
        "done_by": entry.done_by,
        "done_role": entry.done_role,
        "restricted": entry.restricted,
    }
