"""Looking for children whom somebody describes: on every roll, among leavers and in the CME record.

Source: tracing reference s.3. Nothing is stored and nothing is decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cme.access.scope import Scope
from cme.identity.searching import Child, Finding, judge, keys_of
from cme.services.restrictions import homes_hidden
from cme.store import searching as store
from cme.store.search_keys import identity_of
from importers.roll.entries import address_lines


class Found(NamedTuple):
    """A child of ours who may be the one described. `is_restricted`: the viewer may not see where it lives,
    and is told that there is somebody, not who (tracing reference s.3, point 6).
    """

    pupil_id: int
    upn: str
    finding: Finding
    is_restricted: bool


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
    return found


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
