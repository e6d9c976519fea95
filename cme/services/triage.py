"""What the authority enters about a referral, filled up and checked with what is on record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Action, CaseState, Entry
from cme.casework.entries import TriageEntry
from cme.casework.needs import Need
from cme.casework.policy.clocks import due_on
from cme.casework.triage import as_reference
from cme.identity.likeness import compare, may_be_one
from cme.services.absence import calendar_of
from cme.services.policies import pack_of
from cme.store import accounts, cases
from cme.store.search_keys import identity_of
from cme.store.tables import Case

OFFICERS = frozenset({Role.CME_OFFICER})
COVERS = frozenset({Role.CME_OFFICER, Role.LA_MANAGER})

NOT_AN_OFFICER = "Choose an officer from the list: somebody who works here now."
NOT_A_COVER = "Choose who covers from the list: somebody who works here now."
ITSELF = "This is the reference of this very case. Enter the other one, which is kept."
UNKNOWN_CASE = "No case that you can see has this reference. Look it up in the queue and enter it again."
ANOTHER_CHILD = (
    "That case is about another child, as the two records stand. {differences} "
    "Look the reference up again, or have the record put right that is wrong."
)
A_DUPLICATE_TOO = "That case was closed as a duplicate itself. Enter the reference of the case that was kept."
CLOSED_TOO = (
    "That case is closed, so nobody works on it. Enter the reference of the case in which the work goes on."
)
OWN_AUTHORITY = "This is the authority that has the case. Choose the other one."

_DATED = frozenset({Action.ACKNOWLEDGE_REFERRAL, Action.ACCEPT_REFERRAL})
_NAMED = frozenset({Action.ACCEPT_REFERRAL, Action.ALLOCATE})
_ELSEWHERE = frozenset({Action.TRANSFER, Action.HAND_OVER})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whom a case can be given to. `label` tells two of the same name apart."""

    id: int
    name: str
    label: str


def colleagues_of(
    scope: Scope, authority_id: int, *, on: date, roles: Collection[Role] = OFFICERS
) -> tuple[Colleague, ...]:
    """Who can be given cases of an authority on a day: nobody whose account is closed or whose role ended.

    () unless the scope allocates cases there. `COVERS` are the roles that cover for an officer.
    """
    found = accounts.list_colleagues(scope, authority_id, roles, on=on)
    names = [name for _, name, _ in found]
    return tuple(
        Colleague(key, name, f"{name} ({email})" if names.count(name) > 1 else name)
        for key, name, email in found
    )


def expected_on(case: Case, state: CaseState, today: date) -> date:
    """When the authority is to be done, where it has said nothing else: by the clock of the first result.

    Counted from the referral; from today where that day has passed.
    """
    clock, calendar = pack_of(case).clocks["la_first_result"], calendar_of(case.school)
    if state.expected_on is not None and state.expected_on >= today:
        return state.expected_on
    on = due_on(clock, state.referral_sent_on or today, calendar, calendar.bank_holidays)
    return on if on >= today else due_on(clock, today, calendar, calendar.bank_holidays)


_OF_TWO = (Action.MARK_DUPLICATE, Action.CLOSE)
"""What can name another case, which is kept."""


def completed(scope: Scope, case: Case, action: Action, entry: Entry, today: date) -> Entry:
    """The entry with the names of those chosen, a date where none was entered, and what contradicts it."""
    given = entry.triage
    if action in _DATED and given.expected_on is None:
        given = replace(given, expected_on=expected_on(case, cases.state_of(case), today))
    if action in _NAMED:
        given = _with_names(scope, case, given, today)
    given = replace(given, kept=as_reference(given.kept))
    against = {
        **(_against_kept(scope, case, given) if action in _OF_TWO else {}),
        **(_against_authority(case, given) if action in _ELSEWHERE else {}),
        **given.contradicted,
    }
    return replace(entry, triage=replace(given, contradicted=MappingProxyType(against)))


def _with_names(scope: Scope, case: Case, given: TriageEntry, today: date) -> TriageEntry:
    """The names of officer and cover as they are on record now; whoever is not is refused."""
    named = {each.id: each.name for each in colleagues_of(scope, case.authority_id, on=today)}
    covering = {
        each.id: each.name for each in colleagues_of(scope, case.authority_id, on=today, roles=COVERS)
    }
    against = {}
    if given.officer_id is not None and given.officer_id not in named:
        against[Need.OFFICER.value] = NOT_AN_OFFICER
    elif given.cover_id is not None and given.cover_id not in covering:
        against[Need.OFFICER.value] = NOT_A_COVER
    return replace(
        given,
        officer=named.get(given.officer_id or 0, ""),
        cover=covering.get(given.cover_id or 0, ""),
        contradicted=MappingProxyType(against),
    )


def _against_kept(scope: Scope, case: Case, given: TriageEntry) -> Mapping[str, str]:
    reference = given.kept
    if not reference:
        return {}
    if reference == case.reference:
        return {Need.KEPT_CASE.value: ITSELF}
    kept = cases.find_case(scope, reference)
    if kept is None:
        return {Need.KEPT_CASE.value: UNKNOWN_CASE}
    one, other = (each.registration.pupil for each in (case, kept))
    if one.id != other.id and not may_be_one(identity_of(one), identity_of(other)):
        differences = compare(identity_of(one), identity_of(other)).sentence
        return {Need.KEPT_CASE.value: ANOTHER_CHILD.format(differences=differences)}
    if kept.closed_at is None:
        return {}
    names_another = any(event.data.get("kept") for event in kept.events)
    return {Need.KEPT_CASE.value: A_DUPLICATE_TOO if names_another else CLOSED_TOO}


def _against_authority(case: Case, given: TriageEntry) -> Mapping[str, str]:
    own = given.authority == case.school.authority.code
    return {Need.OTHER_AUTHORITY.value: OWN_AUTHORITY} if own else {}
