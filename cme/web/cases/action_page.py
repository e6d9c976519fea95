"""An action that people do on a page of its own: its form, its words, and what does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.services import casework
from cme.web.cases.forms import ActionForm

Perform = Callable[[Scope, str, Entry, datetime, str], Refused | str]


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action with its page. `slug` ends its address; `perform` gives the case to show next.

    `is_plain`: every field of the form is shown in its order, with no words between them.
    """

    slug: str
    action: Action
    form: type[ActionForm]
    heading: str
    intro: str
    done: str
    perform: Perform
    is_plain: bool = False

    @property
    def ask_endpoint(self) -> str:
        """The endpoint of the form."""
        return f"cases.ask_{self.slug}"

    @property
    def endpoint(self) -> str:
        """The endpoint that the form is sent to."""
        return f"cases.{self.slug}"

    @property
    def template(self) -> str:
        """The template of the page."""
        return "cases/plain_action.html" if self.is_plain else f"cases/{self.slug}.html"


def act(action: Action) -> Perform:
    """Do the action to the case, and show the case again."""

    def perform(scope: Scope, reference: str, entry: Entry, at: datetime, address: str) -> Refused | str:
        return casework.act(scope, reference, action, entry, at=at, address=address) or reference

    return perform
