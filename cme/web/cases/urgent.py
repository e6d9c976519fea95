"""What cannot wait in a case: its cards, and recording who was told."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice, enum_coerce
from wtforms.validators import Length

from cme import clock
from cme.casework.case import Action
from cme.casework.enquiries.enquiry import Result
from cme.casework.safety.cards import read_cards
from cme.clock import LONDON, local_date
from cme.services import cards
from cme.services.cards import Telling
from cme.services.casework import CaseView
from cme.web import guard
from cme.web.cases.blueprint import blueprint
from cme.web.cases.forms import LONGEST_TEXT
from cme.web.cases.opening import opened
from cme.web.forms import Form, LongTextField, RadioField, SubmitField, TextField, TimeField
from cme.web.presenters import cases as present
from cme.web.presenters import urgent as present_urgent

CAME_OF_IT = (
    SelectChoice(Result.AGENCY_NO_TRACE, "They know nothing new"),
    SelectChoice(Result.AGENCY_POSITIVE, "They know something new"),
    SelectChoice(Result.MESSAGE_LEFT, "Not reached: message left"),
)


class TellForm(Form):
    """Who was told, when, and what they said. Several stand on one page, each with a prefix of its own."""

    class Meta(Form.Meta):
        """The page's own token guards every form on it."""

        csrf = False

    field_of: ClassVar[Mapping[str, str]] = {
        "contacted": "who", "done_on": "told_at", "done_by": "who", "notes": "said",
    }  # fmt: skip

    who = TextField(
        "Who did you tell?",
        description="A name and a role.",
        validators=[Length(max=240, message="Who you told must be 240 characters or fewer")],
    )
    told_at = TimeField("At what time today?")
    result = RadioField(
        "What came of it?", coerce=enum_coerce(Result), choices=list(CAME_OF_IT), validate_choice=False
    )
    said = LongTextField(
        "What did they say?",
        validators=[
            Length(max=LONGEST_TEXT, message=f"What they said must be {LONGEST_TEXT:,} characters or fewer")
        ],
    )
    token = HiddenField()
    submit = SubmitField("Record that they were told")

    def telling(self, at: datetime) -> Telling:
        """What was entered; just now where no time was."""
        told_at = at
        if self.told_at.data is not None:
            minute = datetime.combine(local_date(at), self.told_at.data, LONDON)
            # The minute that has begun is now, and not ahead of it.
            told_at = at if minute <= at < minute.replace(second=59) else minute
        return Telling(
            self.who.data or "", self.said.data or "", self.result.data, told_at, self.token.data or ""
        )


@blueprint.get("/urgent")
def show_urgent(case_reference: str) -> ResponseReturnValue:
    """The cards that are out, and one more that was asked for."""
    at = clock.now()
    return _page(opened(case_reference, at), at)


@blueprint.post("/urgent/<urgent_card>")
def tell(case_reference: str, urgent_card: str) -> ResponseReturnValue:
    """Keep that somebody was told."""
    at = clock.now()
    view, card = opened(case_reference, at), read_cards().get(urgent_card) or abort(404)
    form = TellForm(prefix=card.id)
    if form.validate():
        refused = cards.tell(
            guard.scope(), view, card, form.telling(at), at=at, address=request.remote_addr or ""
        )
        if refused is None:
            flash("It is recorded in the enquiries of this case.", "success")
            return redirect(url_for("cases.show_urgent", case_reference=case_reference), 303)
        form.refuse(refused)
    return _page(view, at, sent=(card.id, form)), 422


def _page(view: CaseView, at: datetime, sent: tuple[str, TellForm] | None = None) -> str:
    scope, wanted = guard.scope(), sent[0] if sent else request.args.get("card")
    found = cards.cards_of(scope, view)
    may_tell = Action.SIGN_REVIEW in view.actions
    shown = [card for card in found if card.is_out or card.card.id == wanted]
    return render_template(
        "cases/urgent.html",
        page=present.case_page(scope, view, "urgent"),
        cards=[
            present_urgent.page_card(each, _form(each.card.id, at, sent) if may_tell else None)
            for each in shown
        ],
        others=[each.card for each in found if each not in shown],
        clock=present_urgent.clock(cards.hour_one(view, found), at),
        errors=sent[1].error_list if sent else [],
    )


def _form(card_id: str, at: datetime, sent: tuple[str, TellForm] | None) -> Any:
    if sent and sent[0] == card_id:
        return sent[1]
    now: time = at.astimezone(LONDON).time()
    data = {"told_at": now, "token": secrets.token_urlsafe(32)}
    return TellForm(formdata=None, prefix=card_id, data=data)
