"""Which policy governs a case, which is in force, and an authority's changes of its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.policy.changes import (
    Changes,
    PolicyFault,
    PolicyUnfit,
    changed,
    differences,
    overlaid,
    packed,
    start_fault,
    unpacked,
)
from cme.casework.policy.pack import PolicyPack, PolicyUnreadable, load_pack, version_in_force
from cme.casework.policy.settings import Setting, Value, settings_of, value_of
from cme.clock import local_date
from cme.errors import Unusable
from cme.store import audit, policies
from cme.store.database import transaction
from cme.store.tables import Case, LocalAuthority, PolicyVersion

LONGEST_REASON = 500
"""Characters that the reason of a change may have."""


class PolicyUnknown(Unusable):
    """A case was opened under a policy that this installation does not have: nothing is guessed."""


class ChangedMeanwhile(Exception):
    """Somebody changed the policy after it was looked at; nothing was done."""


def pack_of(case: Case) -> PolicyPack:
    """The policy of a case: the version that it opened under, whatever was changed since.

    Raises PolicyUnknown when that version is not here.
    """
    catalogue, _, number = case.policy_version.partition(".")
    try:
        if not number:
            return load_pack(case.policy_pack, catalogue)
        own = next(each for each in case.school.authority.policy_versions if str(each.number) == number)
        return _own(own, catalogue)
    except (PolicyUnreadable, StopIteration):
        raise PolicyUnknown(
            f"Case {case.reference} was opened under version {case.policy_version} of the policy "
            f"{case.policy_pack}, which is not here. Use the version of cme that opened it, or a newer one."
        ) from None


def pack_in_force(authority: LocalAuthority, on: date) -> PolicyPack:
    """The policy that a case opened in an authority on a date falls under.

    That is the newest catalogue then in force, with the authority's own values of the newest version that has
    begun.
    """
    catalogue = version_in_force(on)
    begun = [each for each in authority.policy_versions if each.valid_from <= on]
    return _own(begun[-1], catalogue) if begun else load_pack(authority.policy_pack, catalogue)


def packs_in_force(scope: Scope, permission: Permission, on: date) -> Sequence[PolicyPack]:
    """The policies of the authorities where the scope holds a permission, for whichever children."""
    return [pack_in_force(each, on) for each in policies.list_authorities(scope, permission)]


def latest(authority: LocalAuthority, on: date) -> PolicyPack:
    """The policy with every change made so far, begun or not: what the next change starts from."""
    own = authority.policy_versions
    begins_on = max(on, own[-1].valid_from) if own else on
    return pack_in_force(authority, begins_on)


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """One change of an authority's policy: who made it, when and why, and the policy before and after it."""

    after: PolicyPack
    before: PolicyPack
    reason: str
    made_by: str
    made_at: datetime

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What differs between the two."""
        return tuple(
            each
            for each in settings_of(self.after)
            if value_of(self.before, each) != value_of(self.after, each)
        )


def history(authority: LocalAuthority) -> list[MadeVersion]:
    """Every change of an authority's policy, the newest first."""
    made, before = [], dict[str, Value]()
    for version in authority.policy_versions:
        catalogue = version_in_force(version.valid_from)
        old = overlaid(load_pack(version.pack, catalogue), before)
        new, before = _own(version, catalogue), unpacked(version.changes)
        made.append(MadeVersion(new, old, version.reason, version.made_by, version.made_at))
    return made[::-1]


def change(
    scope: Scope,
    authority_code: str,
    changes: Changes,
    valid_from: date,
    reason: str,
    *,
    based_on: int | None = None,
    at: datetime,
    address: str = "",
) -> PolicyPack:
    """Change values of an authority's policy, from a date on: a new version, over the one before.

    `changes` are the values to set, by path; what is not named stays as the last version has it. `based_on`
    is the number of the version that was looked at, 0 for none. Cases that are open keep their version.

    Raises LookupError outside the scope, ChangedMeanwhile where there is a newer version than `based_on`,
    and PolicyUnfit with every fault of the values, the date and the reason.
    """
    with transaction():
        authority = policies.lock_authority(scope, authority_code)
        last = authority.policy_versions[-1] if authority.policy_versions else None
        if based_on is not None and based_on != (last.number if last else 0):
            raise ChangedMeanwhile
        shipped = load_pack(authority.policy_pack, version_in_force(valid_from))
        before = unpacked(last.changes) if last else {}
        _check(shipped, before, changes, valid_from, reason, last, local_date(at))
        version = policies.add_version(
            authority,
            packed(differences(shipped, {**before, **changes})),
            valid_from,
            reason.strip(),
            at=at,
            by=scope.name,
        )
        made = _own(version, shipped.version)
        audit.record(
            scope,
            "policy.changed",
            f"authority:{authority.id}",
            at=at,
            address=address,
            detail={
                "version": made.version,
                "valid_from": valid_from.isoformat(),
                "settings": [*sorted(differences(overlaid(shipped, before), changes))],
            },
        )
        return made


def _check(
    shipped: PolicyPack,
    before: Changes,
    changes: Changes,
    valid_from: date,
    reason: str,
    last: PolicyVersion | None,
    today: date,
) -> None:
    faults = []
    if not reason.strip():
        faults.append(PolicyFault("reason", "Enter why the policy changes."))
    elif len(reason.strip()) > LONGEST_REASON:
        faults.append(PolicyFault("reason", f"Enter the reason in {LONGEST_REASON} characters or fewer."))
    late = start_fault(valid_from, today, last.valid_from if last else None)
    faults += [late] if late else []
    try:
        changed(shipped, {**differences(shipped, before), **changes})
    except PolicyUnfit as unfit:
        faults = [*unfit.faults, *faults]
    else:
        if not differences(overlaid(shipped, before), changes):
            faults.insert(0, PolicyFault("", "Nothing is different from the policy as it stands."))
    if faults:
        raise PolicyUnfit(faults)


def _own(version: PolicyVersion, catalogue: str) -> PolicyPack:
    """An authority's version, over one version of the catalogue."""
    changes = json.dumps(version.changes, sort_keys=True)
    return _built(version.pack, catalogue, version.number, version.valid_from, changes)


@lru_cache(maxsize=256)
def _built(pack_id: str, catalogue: str, number: int, valid_from: date, changes: str) -> PolicyPack:
    shipped = load_pack(pack_id, catalogue)
    pack = overlaid(shipped, unpacked(json.loads(changes)))
    return replace(pack, version=f"{catalogue}.{number}", valid_from=valid_from)
