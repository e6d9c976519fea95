"""The form of a fact that the removal gate waits for."""

from typing import Self

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.removal.recorded import RULES, FactEntry, FactKind
from cme.services.removal.facts_recorded import Recorded
from cme.web.cases.forms import long_field
from cme.web.forms import DateField, Form, RadioField, SubmitField, TextField

_YES, _NO = "yes", "no"


def _text(label: str, hint: str = "") -> TextField:
    too_long = f"{label} must be 120 characters or fewer"
    return TextField(label, description=hint, validators=[Length(max=120, message=too_long)])


class FactForm(Form):
    """One fact: the answer, since when it is known, from whom, and what shows it.

    `over` is the number of the fact that stood when the form was opened, '' where none did.
    """

    over = HiddenField()
    holds = RadioField("Answer", validate_choice=False)
    last_on = DateField("Last day of the leave that was granted", noun="The last day of the leave")
    reference = _text(
        "Reference of that authority's consent",
        "Leave it blank until there is consent. Without it the child stays on roll.",
    )
    who = _text("Who found it out, or said so", "Name and role.")
    on = DateField("When", noun="The day")
    note = long_field("What shows it (optional)")
    submit = SubmitField("Record this")

    ground = "i"
    """The ground that is shown next."""

    @classmethod
    def of(cls, kind: FactKind, standing: Recorded | None) -> Self:
        """The form of a kind of fact, with what stands of it."""
        entry = standing.entry if standing else FactEntry()
        said = {"last_on": entry.last_on, "reference": entry.reference, "note": entry.note}
        form = cls(data={**said, "over": str(standing.id) if standing else ""})
        choices = [SelectChoice(_YES, RULES[kind].yes), SelectChoice(_NO, RULES[kind].no)]
        # "Yes" stands first on every page, also where "no" is what lets the removal go on.
        form.holds.choices = sorted(choices, key=lambda each: not each.label.startswith("Yes"))
        if not form.holds.raw_data and entry.holds is not None:
            form.holds.data = _YES if entry.holds else _NO
        if kind is FactKind.LEAVE:
            form.ground = "h"
        else:
            del form.last_on
        if kind is not FactKind.SPECIAL_SCHOOL:
            del form.reference
        return form

    @property
    def over_id(self) -> int | None:
        """The number of the fact that stood, as the form was opened; None where none did."""
        text = self.over.data or ""
        return int(text) if text.isascii() and text.isdecimal() else None

    def fact(self) -> FactEntry:
        """What was entered."""
        return FactEntry(
            holds={_YES: True, _NO: False}.get(self.holds.data or ""),
            on=self.on.data,
            who=self.who.data or "",
            note=self.note.data or "",
            last_on=self.last_on.data if "last_on" in self else None,
            reference=self.reference.data or "" if "reference" in self else "",
        )
