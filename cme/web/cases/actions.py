"""The actions that people do on a page of their own: the form of each, and what is said when it is done."""

from datetime import datetime

from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.services import casework
from cme.web.cases.action_page import ActionPage, act
from cme.web.cases.forms import CloseForm, DeclineForm, ReopenForm, TalkForm
from cme.web.cases.records_requests import RECORDS_REQUEST_PAGES
from cme.web.cases.removal_pages import REMOVAL_PAGES
from cme.web.cases.review_form import ReviewForm
from cme.web.cases.triage_pages import TRIAGE_PAGES


def _reopen(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
    return casework.reopen(scope, reference, entry, at=at, address=address)


ACTION_PAGES: tuple[ActionPage, ...] = (
    ActionPage(
        "review",
        Action.SIGN_REVIEW,
        ReviewForm,
        "DSL review",
        "Say what the school knows of the risk to the child, rate it, and decide what happens next.",
        "The review is signed.",
        act(Action.SIGN_REVIEW),
    ),
    ActionPage(
        "decline",
        Action.DECLINE_REFERRAL,
        DeclineForm,
        "Decide not to refer",
        "The local authority can see this decision. The case stays open until the next review.",
        "The decision not to refer is recorded.",
        act(Action.DECLINE_REFERRAL),
    ),
    ActionPage(
        "close",
        Action.CLOSE,
        CloseForm,
        "Close the case",
        "Closing changes nothing on the register, and the case can be taken up again. "
        "Outcomes that follow a removal appear once one is recorded.",
        "The case is closed.",
        act(Action.CLOSE),
    ),
    ActionPage(
        "reopen",
        Action.REOPEN,
        ReopenForm,
        "Reopen in a new case",
        "This case stays closed as it is. The work goes on in a new case that takes it up.",
        "A new case takes up the closed one.",
        _reopen,
    ),
    ActionPage(
        "talk",
        Action.RECORD_TALK,
        TalkForm,
        "Welfare talk",
        "Somebody whom the child trusts asks how the child is, alone, within one school day of coming back. "
        "If the child tells of harm, act on it at once.",
        "The welfare talk is recorded.",
        act(Action.RECORD_TALK),
    ),
    *TRIAGE_PAGES,
    *REMOVAL_PAGES,
    *RECORDS_REQUEST_PAGES,
)
"""Every action with a form of this kind."""
