"""The actions that people do on a page of their own: the form of each, and what is said when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.services import casework
from cme.web.cases.forms import ActionForm, CloseForm, DeclineForm, ReopenForm, TalkForm
from cme.web.cases.review_form import ReviewForm

Perform = Callable[[Scope, str, Entry, datetime, str], Refused | str]


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action with its page. `slug` ends its address; `perform` gives the case to show next."""

    slug: str
    action: Action
    form: type[ActionForm]
    heading: str
    intro: str
    done: str
    perform: Perform

    @property
    def ask_endpoint(self) -> str:
        """The endpoint of the form."""
        return f"cases.ask_{self.slug}"

    @property
    def endpoint(self) -> str:
        """The endpoint that the form is sent to."""
        return f"cases.{self.slug}"


def _act(action: Action) -> Perform:
    def perform(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
        return casework.act(scope, reference, action, entry, at=at, address=address) or reference

    return perform


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
        _act(Action.SIGN_REVIEW),
    ),
    ActionPage(
        "decline",
        Action.DECLINE_REFERRAL,
        DeclineForm,
        "Decide not to refer",
        "The local authority can see this decision. The case stays open until the next review.",
        "The decision not to refer is recorded.",
        _act(Action.DECLINE_REFERRAL),
    ),
    ActionPage(
        "close",
        Action.CLOSE,
        CloseForm,
        "Close the case",
        "Closing changes nothing on the register, and the case can be taken up again. "
        "Outcomes that follow a removal appear once one is recorded.",
        "The case is closed.",
        _act(Action.CLOSE),
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
        _act(Action.RECORD_TALK),
    ),
)
"""Every action with a form of this kind. The referral has a page of its own, acknowledging is one button."""
