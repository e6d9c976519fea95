"""Working through the queue: what nobody touched, filters that are kept, many cases given at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cme import bank_holidays
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import TriageEntry
from cme.casework.policy.clocks import is_working_day
from cme.casework.policy.pack import PolicyPack
from cme.services import casework
from cme.store import cases, queue
from cme.store.database import transaction

LONGEST_NAME = 80
LONGEST_QUERY = 400
MOST_SAVED = 20
"""Filters that one person can keep."""

NOT_THERE = "There is no such case in your queue."

RETURNED = "It is back with the school, which has not answered yet. Open the case to accept it as it is."

_UNTOUCHED_DAYS = 5


def untouched_before(packs: Sequence[PolicyPack], today: date) -> date:
    """The first day on which a case must have been touched not to count as untouched.

    The clock of the areas' policies, the shortest of them, in working days: the queue has many schools, each
    with its own holidays. The school's own calendar decides what is due in a case.
    """
    left = min((pack.days("untouched_term") for pack in packs), default=_UNTOUCHED_DAYS)
    on = today
    while left:
        on -= timedelta(days=1)
        left -= is_working_day(on, bank_holidays.england())
    return on


def keep_filter(scope: Scope, name: str, query: str, *, at: datetime) -> Refused | None:
    """Keep a filter of the queue under a name; `query` is its address without the path.

    Raises LookupError for nobody.
    """
    if scope.user_id is None:
        raise LookupError("only a person keeps filters")
    name = " ".join(name.split())
    if not name:
        return Refused(("Enter a name for this filter.",), ("name",))
    if len(name) > LONGEST_NAME:
        return Refused((f"The name must be {LONGEST_NAME} characters or fewer.",), ("name",))
    if len(query) > LONGEST_QUERY:
        return Refused(("This filter is too long to be kept. Choose fewer stages.",), ("name",))
    with transaction():
        saved = queue.list_saved(scope)
        if any(each.name.casefold() == name.casefold() for each in saved):
            return Refused((f"You have a filter with the name {name}. Choose another name.",), ("name",))
        if len(saved) >= MOST_SAVED:
            return Refused((f"You have {MOST_SAVED} filters. Delete one first.",), ("name",))
        queue.add_saved(scope.user_id, name, query, at)
    return None


def delete_filter(scope: Scope, saved_id: int) -> None:
    """Let go of a filter of one's own. Raises LookupError for any other."""
    with transaction():
        if not queue.delete_saved(scope, saved_id):
            raise LookupError("the filter is not the asker's")


@dataclass(frozen=True, slots=True)
class NotGiven:
    """A case that could not be given to somebody, and why, in sentences."""

    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """Cases that were given to somebody, and those that were not."""

    references: tuple[str, ...]
    refused: tuple[NotGiven, ...]


def allocate_many(
    scope: Scope,
    references: Sequence[str],
    officer_id: int,
    cover_id: int | None,
    *,
    keeps_cover: bool = False,
    at: datetime,
    address: str = "",
) -> Given:
    """Give cases to an officer, and cover; a referral that nobody accepted yet is accepted with it.

    With `keeps_cover` whoever covers a case covers it still, unless that is now its officer.
    Each case is a transaction of its own, so that one which cannot be given holds up no other.
    """
    wanted = TriageEntry(officer_id=officer_id, cover_id=cover_id)
    given, refused = [], []
    for reference in dict.fromkeys(references):
        why = _allocate(scope, reference, wanted, keeps_cover=keeps_cover, at=at, address=address)
        if why:
            refused.append(NotGiven(reference, why))
        else:
            given.append(reference)
    return Given(tuple(given), tuple(refused))


def _allocate(
    scope: Scope, reference: str, wanted: TriageEntry, *, keeps_cover: bool, at: datetime, address: str
) -> str:
    """Give one case; '' where that was done, else why it was not."""
    case = cases.find_case(scope, reference)
    if case is None:
        return NOT_THERE
    state = cases.state_of(case)
    if state.return_items:
        return RETURNED
    if keeps_cover and state.cover_id != wanted.officer_id:
        wanted = replace(wanted, cover_id=state.cover_id)
    action = Action.ALLOCATE if state.accepted_on else Action.ACCEPT_REFERRAL
    try:
        done = casework.act(scope, reference, action, Entry(triage=wanted), at=at, address=address)
    except LookupError:
        return NOT_THERE
    return done.reason if done else ""
