"""Whom to tell: the directory as it stands for an authority, and that its administrator checked an entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cme.access.scope import Scope
from cme.casework.policy.pack import PolicyPack
from cme.casework.safety.directory import DirectoryEntry, Reached, entries_for, reached_faults
from cme.clock import local_date
from cme.services.policies import pack_in_force
from cme.store import audit, directory
from cme.store.database import transaction
from cme.store.tables import DirectoryCheck, LocalAuthority

REACHING = frozenset({"phone", "email", "url"})
"""The parts by which somebody is reached."""

NOTHING_SAID = "Enter how they are reached, or say in the note why there is no number."


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry as it stands for one authority. `from_policy` are the parts that its policy gives.

    `checked_on` is None until somebody of the authority has checked it: then it is to be checked before use.
    """

    entry: DirectoryEntry
    reached: Reached
    from_policy: frozenset[str] = frozenset()
    checked_on: date | None = None
    checked_by: str = ""


def list_directory(scope: Scope, authority: LocalAuthority, pack: PolicyPack) -> tuple[Listing, ...]:
    """Everybody that an authority's people may turn to, by situation."""
    latest: dict[str, DirectoryCheck] = {}
    for check in directory.list_checks(scope, authority.id):
        latest.setdefault(check.entry, check)
    return tuple(_listing(entry, latest.get(entry.id), pack) for entry in entries_for(pack.id))


def pick(listings: Iterable[Listing], names: Iterable[str]) -> tuple[Listing, ...]:
    """Those that are named, by id or by what they are in the policy, in the order of the names."""
    known = tuple(listings)
    return tuple(each for name in names for each in known if name in (each.entry.id, each.entry.pack))


def find_listing(scope: Scope, authority: LocalAuthority, entry_id: str, on: date) -> Listing | None:
    """One entry as it stands for an authority; None where the authority has no such entry."""
    listings = list_directory(scope, authority, pack_in_force(authority, on))
    return next((each for each in listings if each.entry.id == entry_id), None)


def history_of(scope: Scope, authority: LocalAuthority, entry_id: str) -> Sequence[DirectoryCheck]:
    """Every check of an entry, the latest first."""
    return directory.list_checks(scope, authority.id, entry_id)


def record_check(
    scope: Scope,
    authority_code: str,
    entry_id: str,
    reached: Reached,
    *,
    at: datetime,
    address: str = "",
) -> Mapping[str, str]:
    """Keep that an entry was checked today, and what it says now; the faults by part, none where it was kept.

    What equals the catalogue or the policy is kept as '', so that a later edition of those shows through.
    Raises LookupError outside the scope and for an entry that the authority does not have.
    """
    faults = reached_faults(reached)
    if faults:
        return faults
    with transaction():
        authority = directory.find_authority(scope, authority_code)
        if authority is None:
            raise LookupError("the authority is not within the scope")
        listing = find_listing(scope, authority, entry_id, local_date(at))
        if listing is None:
            raise LookupError("the authority has no such entry")
        if not reached.says_anything and not listing.from_policy & REACHING:
            return {"phone": NOTHING_SAID}
        directory.add_check(
            authority,
            entry_id,
            _differing(reached, listing),
            checked_on=local_date(at),
            by=scope.name,
            at=at,
        )
        audit.record(
            scope,
            "directory.checked",
            f"authority:{authority.id}",
            at=at,
            address=address,
            detail={"entry": entry_id},
        )
    return {}


def _differing(reached: Reached, listing: Listing) -> Reached:
    entry = listing.entry
    return Reached(
        phone="" if "phone" in listing.from_policy or reached.phone == entry.phone else reached.phone,
        email="" if "email" in listing.from_policy or reached.email == entry.email else reached.email,
        url="" if reached.url == entry.url else reached.url,
        hours="" if reached.hours == entry.hours else reached.hours,
        note=reached.note,
    )


def _listing(entry: DirectoryEntry, check: DirectoryCheck | None, pack: PolicyPack) -> Listing:
    """The policy's value stands before a checked one, and that before the catalogue's: each is set once."""
    own = of_policy(entry, pack)
    checked = _reached(check) if check else Reached()
    return Listing(
        entry=entry,
        reached=Reached(
            phone=own.get("phone") or checked.phone or entry.phone,
            email=own.get("email") or checked.email or entry.email,
            url=checked.url or entry.url,
            hours=own.get("hours") or checked.hours or entry.hours,
            note=checked.note,
        ),
        from_policy=frozenset(own),
        checked_on=check.checked_on if check else None,
        checked_by=check.checked_by if check else "",
    )


def _reached(check: DirectoryCheck) -> Reached:
    return Reached(check.phone, check.email, check.url, check.hours, check.note)


def of_policy(entry: DirectoryEntry, pack: PolicyPack) -> Mapping[str, str]:
    """What the policy says of an entry, by part; what it does not give is left out."""
    door, police = pack.front_door, pack.police
    known = {
        "front_door": {"phone": door.phone, "email": door.email},
        "out_of_hours": {"phone": door.out_of_hours_phone, "hours": door.out_of_hours_when},
        "police_emergency": {"phone": police.emergency},
        "police": {"phone": police.non_emergency},
    }
    if entry.pack in known:
        given = known[entry.pack]
    else:
        contact = pack.contacts.get(entry.pack, "")
        given = {"email" if "@" in contact else "phone": contact}
    return {part: value for part, value in given.items() if value}
