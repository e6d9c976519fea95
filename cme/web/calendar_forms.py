"""The forms of a calendar, which schools and authorities fill in alike."""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cme.attendance.calendar import CalendarUnreadable, Period, PeriodKind
from cme.attendance.codes import Half
from cme.attendance.periods import (
    Edit,
    Fault,
    Periods,
    describe,
    find,
    key_of,
    label_of,
    read_calendar_file,
    read_edit,
)
from cme.web.forms import DateField, FileField, Form, RadioField, SubmitField, TextField

KINDS = [
    SelectChoice(kind.value, label_of(kind))
    for kind in (PeriodKind.TERM, PeriodKind.HOLIDAY, PeriodKind.INSET, PeriodKind.CLOSURE)
]
HALVES = [
    SelectChoice("", "The whole day"),
    SelectChoice(Half.AM.value, "The morning only"),
    SelectChoice(Half.PM.value, "The afternoon only"),
]
LOOK_FIRST = "This change did not arrive whole, so nothing was changed. Enter it once more"
SELECT_A_FILE = "Select the calendar file"
GONE = (
    "This entry was changed or taken out after you opened it, so there is nothing to change. "
    "Look at the calendar as it is now."
)
_LARGEST_READ = 300_000


class EntryForm(Form):
    """One entry. `entry` is the key of the one that it takes the place of; empty for a new one."""

    entry = HiddenField()
    kind = RadioField(
        "What is it?", choices=KINDS, validate_choice=False, validators=[InputRequired("Choose what it is")]
    )
    first_on = DateField("First day", noun="First day", required="Enter the first day")
    last_on = DateField("Last day", noun="Last day", description="Leave empty for a single day.")
    half = RadioField("Which part of the day?", choices=HALVES, default="", validate_choice=False)
    note = TextField("Note", description="A closure needs one, for example: Boiler failure.")

    def validate_kind(self, field: Any) -> None:
        """Take a kind that there is."""
        if field.data not in list(PeriodKind):
            raise ValidationError("Choose what it is")

    @classmethod
    def of(cls, period: Period | None, **given: Any) -> "EntryForm":
        """The form as an entry fills it, or empty but for what is given."""
        if period is None:
            return cls(formdata=None, **given)
        return cls(
            formdata=None,
            entry=key_of(period),
            kind=period.kind.value,
            first_on=period.first_on,
            last_on=None if period.last_on == period.first_on else period.last_on,
            half=period.half.value if period.half else "",
            note=period.note,
        )

    def period(self) -> Period:
        """The entry as it was filled in. Raises ValueError before the form is validated."""
        half = self.half.data if self.half.data in list(Half) else None
        note = " ".join((self.note.data or "").split())
        first_on = self.first_on.data
        if first_on is None:
            raise ValueError("the form is not valid")
        kind = PeriodKind(self.kind.data)
        return Period(kind, first_on, self.last_on.data or first_on, note, Half(half) if half else None)

    def edit(self, periods: Periods) -> Edit | None:
        """What makes the entry part of a calendar; None when the one to change is not there any more."""
        old, new = find(periods, self.entry.data or ""), self.period()
        if self.entry.data and old is None:
            return None
        if old == new:
            return Edit()
        return Edit((old,) if old else (), (new,))

    def mark(self, faults: Iterable[Fault]) -> None:
        """Put each sentence at the field that it is about."""
        for fault in faults:
            self.add_error(fault.field, fault.message)


class FileForm(Form):
    """A calendar as a file."""

    calendar = FileField("Calendar file (CSV)", validators=[InputRequired(SELECT_A_FILE)])
    submit = SubmitField("Upload and check")

    periods: Periods = ()

    def validate_calendar(self, field: Any) -> None:
        """Read the file, or say at the field why it cannot be read."""
        if not isinstance(field.data, FileStorage):
            raise ValidationError(SELECT_A_FILE)
        try:
            self.periods = read_calendar_file(field.data.read(_LARGEST_READ))
        except CalendarUnreadable as fault:
            raise ValidationError(str(fault)) from None

    def mark(self, faults: Iterable[Fault]) -> None:
        """List what is wrong with the entries of the file."""
        for fault in faults:
            self.add_error("calendar", f"In {describe(fault.period)}: {fault.message}")


class CopyForm(Form):
    """The academic year whose dates are copied."""

    year = RadioField(
        "Which academic year?",
        coerce=int,
        validate_choice=False,
        validators=[InputRequired("Choose an academic year")],
        invalid_value_message="Choose an academic year",
    )
    submit = SubmitField("See what would change")

    def offer(self, years: Iterable[tuple[int, str]]) -> None:
        """The years to choose from."""
        self.year.choices = [SelectChoice(value, label) for value, label in years]


class ConfirmForm(Form):
    """A change that was looked at, and the fingerprint of the calendar that it was looked at with."""

    edit = HiddenField()
    based_on = HiddenField()

    def validate_edit(self, field: Any) -> None:
        """Take what a page of ours wrote."""
        try:
            self.decided = read_edit(field.data or "")
        except ValueError:
            raise ValidationError(LOOK_FIRST) from None

    decided: Edit = Edit()
