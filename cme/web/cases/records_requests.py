"""Another school or authority asked for a child's records: how that is recorded, and taken back."""

from typing import Self

from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.case import Action
from cme.casework.events import EventKind
from cme.casework.requesting import ASKED_FOR
from cme.web.cases.action_page import ActionPage, act
from cme.web.cases.forms import ActionForm, Asked, long_field
from cme.web.forms import DateField, RadioField, SubmitField, TextField
from cme.web.presenters.dates import day


class RequestForm(ActionForm):
    """What was asked for, by whom, and when."""

    asked_for = RadioField(
        "What was asked for?",
        choices=[SelectChoice(code, label) for code, label in ASKED_FOR.items()],
        validate_choice=False,
    )
    asked_by = TextField(
        "Which school or authority asked?",
        description="Its name, who wrote or rang, and its seven-digit number (LAESTAB) if you have it.",
        validators=[
            Length(max=400, message="Which school or authority asked must be 400 characters or fewer")
        ],
    )
    received_on = DateField("When did the request come?", noun="The day")
    submit = SubmitField("Record the request")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form, with today filled in as the day on which the request came."""
        return cls(data={"received_on": asked.today})


class WithdrawRequestForm(ActionForm):
    """Why nobody asked after all."""

    reason = long_field("Why is it taken back?", "What was recorded stays on record.")
    submit = SubmitField("Take it back")

    @classmethod
    def for_case(cls, asked: Asked, /) -> Self:
        """The form with the last request in sight."""
        form, events = cls(), asked.view.case.events
        last = next((each for each in reversed(events) if each.kind == EventKind.RECORDS_REQUESTED), None)
        if last:
            form.about = (
                ("What was asked for", ASKED_FOR[last.data["asked_for"]]),
                ("Recorded", f"{day(last.at)}, by {last.by}"),
            )
        return form


RECORDS_REQUEST_PAGES: tuple[ActionPage, ...] = (
    ActionPage(
        "records-request",
        Action.RECORD_REQUEST,
        RequestForm,
        "Somebody asked for the child's records",
        "The child may be where the request came from. Do not send anything yet that could lead somebody to "
        "a protected address. DSL and CME officer are told at once.",
        "The request is recorded. Report where the child may be, so that the CME officer finds out.",
        act(Action.RECORD_REQUEST),
        is_plain=True,
    ),
    ActionPage(
        "withdraw-request",
        Action.WITHDRAW_REQUEST,
        WithdrawRequestForm,
        "Take back that somebody asked for the child's records",
        "For a request that was recorded in the wrong case or by mistake.",
        "It is taken back.",
        act(Action.WITHDRAW_REQUEST),
        is_plain=True,
    ),
)
"""The two actions, each with its page."""
