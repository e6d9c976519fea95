"""The form of the admissions team: what it looked up, and what it says of a proposed removal."""

from collections.abc import Mapping
from typing import ClassVar, Self

from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from cme.casework.removal.confirming import CHECKS, NONE, RESULTS, UNCHECKED
from cme.casework.removal.deciding import CHECKED, CONFIRMATIONS, QUERIES, RECORDED
from cme.services.removal.removals import Answer
from cme.web.cases.forms import long_field
from cme.web.forms import CheckboxField, Form, RadioField, SelectField, SubmitField
from cme.web.numbers import whole_number

QUERY = "query"

_ANSWERS = [
    SelectChoice(CHECKED, CONFIRMATIONS[CHECKED]),
    SelectChoice(RECORDED, f"{CONFIRMATIONS[RECORDED]}: nobody looked it up, and the school waits"),
    SelectChoice(QUERY, "Query it: it goes back to the school"),
]

_RESULTS = [SelectChoice(*each) for each in RESULTS.items()]


class AnswerForm(Form):
    """An answer with a result for each check. What it needs is for the rules to say."""

    field_of: ClassVar[Mapping[str, str]] = {"confirmation": "answer", "new_answer": "reason"}

    seen = HiddenField()
    none_found = CheckboxField("I looked up each of these, and found none of them")
    answer = RadioField("Your answer", choices=_ANSWERS, validate_choice=False)
    query = SelectField(
        "What do you query?",
        choices=[
            SelectChoice("", "Choose if you query it"),
            *(SelectChoice(*each) for each in QUERIES.items()),
        ],
        validate_choice=False,
    )
    reason = long_field(
        "Note", "Needed where you query, found something, or answer again. Say nothing of risks."
    )
    submit = SubmitField("Record the answer")

    def validate_none_found(self, field: CheckboxField) -> None:
        """Refuse to find nothing and something."""
        if field.data and any(each.data not in (None, NONE) for each in self.checks):
            raise ValidationError(
                "You said that you found none, and marked something otherwise below. Correct one of the two."
            )

    def validate_query(self, field: SelectField) -> None:
        """Refuse an answer that says both: one of the two was a slip."""
        if field.data and self.answer.data not in (None, QUERY):
            raise ValidationError(
                "You chose what to query, and another answer. Query it, or choose nothing here."
            )

    @classmethod
    def starting(cls, checks: Mapping[str, str]) -> Self:
        """The form with what was looked up before."""
        form = cls(formdata=None)
        for code in CHECKS:
            form[f"check_{code}"].data = checks.get(code)
        return form

    @property
    def checks(self) -> list[RadioField]:
        """The field of each check, in order."""
        return [self[f"check_{code}"] for code in CHECKS]

    def given(self) -> Answer:
        """What was entered, as the service takes it."""
        is_query = self.answer.data == QUERY
        otherwise = NONE if self.none_found.data else UNCHECKED
        return Answer(
            confirmation="" if is_query else self.answer.data or "",
            query=self.query.data or "?" if is_query else "",
            checks={code: self[f"check_{code}"].data or otherwise for code in CHECKS},
            note=self.reason.data or "",
            seen=whole_number(self.seen.data),
        )


for _code, _label in CHECKS.items():
    _field = RadioField(_label, choices=_RESULTS, validate_choice=False)
    setattr(AnswerForm, f"check_{_code}", _field)
