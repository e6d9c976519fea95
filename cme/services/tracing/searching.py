"""Looking for children whom somebody describes: on every roll, among leavers and in the CME record.

Source: tracing reference s.3. Nothing is stored and nothing is decided here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cme.access.scope import Scope
from cme.identity.searching import Child, Finding, judge, keys_of
from cme.services.restrictions import homes_hidden
from cme.store import child_lists
from cme.store import searching as store
from cme.store.search_keys import identity_of, identity_of_listed
from cme.store.tables import ListedChild
from importers.roll.entries import address_lines


class Listed(NamedTuple):
    """Where a child who is on no roll was found: the id in a list, and the kind of the list
    (`services.child_lists.ListKind`)."""

    listed_id: int
    kind: str


class Found(NamedTuple):
    """A child of ours who may be the one described: a pupil, or a child of a list.

    `is_restricted`: the viewer may not see where it lives, and is told that there is
    somebody, not who (tracing reference s.3, point 6).
    """

    pupil_id: int | None
    upn: str
    finding: Finding
    is_restricted: bool
    listed: Listed | None = None


def find(scope: Scope, sought: Sequence[Child]) -> list[list[Found]]:
    """For each description who of the children the scope may see it may be of, the likely one first.

    The number of queries grows with the keys, 500 at a time, never with the children on record. Where the
    viewer may not see a home, it is no part of what is compared.
    """
    keys = [keys_of(child.identity) for child in sought]
    bearers = store.read_bearers(scope, {key for each in keys for key in each})
    ids = [sorted({pupil_id for key in each for pupil_id in bearers.get(key, ())}) for each in keys]
    concerned = {pupil_id for each in ids for pupil_id in each}
    hidden = _hidden(scope, concerned)
    ours = _children(concerned, hidden)
    found: list[list[Found]] = []
    for child, others in zip(sought, ids, strict=True):
        findings = judge(child, [ours[pupil_id] for pupil_id in others])
        found.append([_found(others[each.place], ours, each, hidden) for each in findings])
    for place, more in enumerate(_find_listed(scope, sought, keys)):
        found[place] = sorted([*found[place], *more], key=lambda each: each.finding.label)
    return found


def _find_listed(scope: Scope, sought: Sequence[Child], keys: Sequence[Collection[str]]) -> list[list[Found]]:
    """The same among the children of lists. Each list is judged for itself: its children may be on a roll, or
    on another list, and are no namesakes of themselves."""
    bearers = store.read_listed(scope, {key for each in keys for key in each})
    ids = [sorted({child for key in each for child in bearers.get(key, ())}) for each in keys]
    rows = child_lists.read_children({child for each in ids for child in each})
    hidden = _listed_hidden(scope, {key: _listed(child) for key, (child, _) in rows.items()})
    found: list[list[Found]] = []
    for child, others in zip(sought, ids, strict=True):
        more = []
        for list_id in sorted({rows[each][1].id for each in others}):
            listed = [each for each in others if rows[each][1].id == list_id]
            candidates = [_listed(rows[each][0], is_hidden=each in hidden) for each in listed]
            for finding in judge(child, candidates):
                one, kind = rows[listed[finding.place]][0], rows[listed[finding.place]][1].kind
                more.append(Found(None, one.upn, finding, one.id in hidden, Listed(one.id, kind)))
        found.append(more)
    return found


def _listed_hidden(scope: Scope, listed: Mapping[int, Child]) -> set[int]:
    """Who of the children of lists may be a pupil whose home the viewer may not see."""
    keys = {each: keys_of(child.identity) for each, child in listed.items()}
    bearers = store.read_bearers(scope, {key for each in keys.values() for key in each})
    hidden = _hidden(scope, {pupil_id for each in bearers.values() for pupil_id in each})
    ours = _children(hidden, hidden)
    found = set()
    for each, child in listed.items():
        alike = {pupil_id for key in keys[each] for pupil_id in bearers.get(key, ())} & hidden
        if judge(child, [ours[pupil_id] for pupil_id in alike]):
            found.add(each)
    return found


def _listed(row: ListedChild, *, is_hidden: bool = False) -> Child:
    identity = identity_of_listed(row)
    if is_hidden:
        return Child(identity, row.sex)
    address, _, postcode = row.address.partition("\n")
    return Child(replace(identity, postcode=postcode), row.sex, address)


def _found(pupil_id: int, ours: Mapping[int, Child], finding: Finding, hidden: set[int]) -> Found:
    return Found(pupil_id, next(iter(ours[pupil_id].identity.upns), ""), finding, pupil_id in hidden)


def _children(pupil_ids: set[int], hidden: set[int]) -> dict[int, Child]:
    particulars, carers = store.read_particulars(pupil_ids), store.read_carers(pupil_ids)
    return {
        key: _child(row, carers.get(key, ()), is_hidden=key in hidden) for key, row in particulars.items()
    }


def describe(scope: Scope, pupil_ids: Sequence[int]) -> dict[int, Child]:
    """Children as the viewer may compare them, by pupil id: without homes and carers that are protected."""
    wanted = set(pupil_ids)
    return _children(wanted, _hidden(scope, wanted))


def describe_listed(scope: Scope, listed_ids: Collection[int]) -> tuple[dict[int, Child], set[int]]:
    """The same of children of lists, whom a query has given under a scope, by id; and who of them may be a
    pupil whose home the viewer may not see."""
    rows = child_lists.read_children(listed_ids)
    hidden = _listed_hidden(scope, {key: _listed(child) for key, (child, _) in rows.items()})
    described = {key: _listed(child, is_hidden=key in hidden) for key, (child, _) in rows.items()}
    return described, hidden


def _hidden(scope: Scope, pupil_ids: set[int]) -> set[int]:
    """Whose home the viewer may not see: at any of the child's schools is enough."""
    registrations: Mapping[int, Sequence[int]] = store.read_registrations(pupil_ids)
    hidden = homes_hidden(scope, [each for ids in registrations.values() for each in ids])
    return {pupil_id for pupil_id, ids in registrations.items() if not hidden.isdisjoint(ids)}


def _child(row: Any, carers: Sequence[str], *, is_hidden: bool) -> Child:
    identity = identity_of(row)
    if is_hidden:
        return Child(replace(identity, postcode=""), row.sex)
    lines = address_lines([row.house, row.street, row.locality, row.town])
    return Child(identity, row.sex, ", ".join(lines), tuple(carers))
