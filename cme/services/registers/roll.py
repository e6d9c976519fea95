"""Roll data from a file to the record: what would change, what was accepted, and taking it back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from cme.access.scope import Scope
from cme.attendance.lines import Lines
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN
from cme.services.restrictions import homes_hidden
from cme.store import households, roll
from cme.store.database import db
from cme.store.roll import OnRecord
from cme.store.tables import Contact, Pupil, PupilFlag, Registration
from importers.roll.changes import Effect, KnownRoll, RollChange, roll_changes
from importers.roll.entries import ADDRESS, ContactEntry, RollEntry, in_order

_ON_PUPIL = frozenset({"sex", "former_upn", *ADDRESS})
_ON_REGISTRATION = frozenset({"starting_on", "leaving_on"})
_CONTACT = ("name", "relationship", "phone", "email")
_HELD, _ENDED = "held", "ended"
_Ended = TypeVar("_Ended", Contact, PupilFlag)


@dataclass(frozen=True, slots=True)
class RollRow:
    """What a file says of one registration, and its register lines as they will be."""

    entry: RollEntry
    lines: Lines = field(default_factory=dict)


def known_rolls(scope: Scope, school_id: int) -> dict[int, KnownRoll]:
    """What is on record of every registration of a school, by id, in order."""
    return {key: _known(key, one) for key, one in roll.read_on_record(scope, school_id).items()}


def differences(scope: Scope, school_id: int, rows: Mapping[int, RollRow]) -> tuple[RollChange, ...]:
    """What a file would change, by registration; what is filled by itself is among it.

    Flags are left out for whoever may not see those on record, and an address that the viewer may not see
    is not told, old or new.
    """
    if not rows:
        return ()
    found = [
        change
        for key, known in known_rolls(scope, school_id).items()
        if key in rows
        for change in roll_changes(known, rows[key].entry, rows[key].lines)
    ]
    if not roll.sees_flags(scope, school_id):
        found = [change for change in found if not _is_flag(change)]
    hidden = homes_hidden(scope, {one.registration_id for one in found if one.name == "address"})
    return tuple(_without_home(one) if one.registration_id in hidden else one for one in found)


def apply(
    scope: Scope, school_id: int, rows: Mapping[int, RollRow], accepted: Collection[str], *, at: datetime
) -> list[dict[str, Any]]:
    """Take what a file says of registrations, inside the open transaction, before the school is counted.

    Blanks are filled and new flags raised; all else only where its key is in `accepted`. A flag is ended
    only by somebody who may see it. Gives each value set as `{registration_id, name, old, new}`, for the
    receipt and for `revert`.
    """
    if not rows:
        return []
    may_end_flags = roll.sees_flags(scope, school_id)
    taken = [
        change
        for key, known in known_rolls(scope, school_id).items()
        if key in rows
        for change in roll_changes(known, rows[key].entry, rows[key].lines)
        if not change.asks or (change.key in accepted and (may_end_flags or not _is_flag(change)))
    ]
    registrations = roll.read_rolls(scope, school_id, {change.registration_id for change in taken})
    done = [
        _set(registrations[change.registration_id], effect, by=scope.name, at=at)
        for change in taken
        for effect in change.effects
    ]
    # New contacts and flags have their ids from here on.
    db.session.flush()
    told = [one.to_json() for one in done]
    _refresh_households(told)
    return told


def revert(
    scope: Scope, school_id: int, done: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[dict[str, Any]]:
    """Put back what `apply` set, inside the open transaction, before the school is counted.

    Only where it still stands as it was set; gives the values that were changed since and are left alone.
    A contact or flag that came with the file is ended, one that was ended is in force again.
    """
    registrations = roll.read_rolls(scope, school_id, {one["registration_id"] for one in done})
    kept = []
    for one in reversed(done):
        registration = registrations.get(one["registration_id"])
        if registration is None or not _put_back(registration, one, by=scope.name, at=at):
            kept.append(dict(one))
    db.session.flush()
    _refresh_households(done)
    return kept[::-1]


def _refresh_households(done: Iterable[Mapping[str, Any]]) -> None:
    """Let the children whose home or contacts these values are of be found by them as they stand now."""
    named = ((one["registration_id"], one["name"].partition(":")[0]) for one in done)
    households.refresh_of({key for key, what in named if what == "contact" or what in ADDRESS})


@dataclass(frozen=True, slots=True)
class _Done:
    """One value that was set, on something that may get its id only when it is written."""

    registration_id: int
    target: str
    on: Contact | PupilFlag | None
    old: Any
    new: Any

    def to_json(self) -> dict[str, Any]:
        name = f"{self.target}:{self.on.id}" if self.on is not None else self.target
        return {"registration_id": self.registration_id, "name": name, "old": self.old, "new": self.new}


def _known(registration_id: int, held: OnRecord) -> KnownRoll:
    about, contacts = held.about, held.contacts
    entry = RollEntry(
        sex=about.sex,
        **{part: getattr(about, part) for part in ADDRESS},
        contacts=tuple(ContactEntry(one.name, one.relationship_, one.phone, one.email) for one in contacts),
        flags=in_order(held.flags),
        admitted_on=about.starting_on,
        leaving_on=about.leaving_on,
        former_upn=about.former_upn or "",
    )
    ids, positions = (one.id for one in contacts), (one.position for one in contacts)
    return KnownRoll(registration_id, entry, tuple(ids), tuple(positions))


def _in_force(each: Iterable[_Ended]) -> list[_Ended]:
    return [one for one in each if one.ended_at is None]


def _is_flag(change: RollChange) -> bool:
    return change.name.startswith("flag.")


def _without_home(change: RollChange) -> RollChange:
    """A change as it is told to somebody who may not see the child's address; it does the same."""
    if change.name != "address":
        return change
    return replace(change, old=change.old and ADDRESS_NOT_SHOWN, new=ADDRESS_NOT_SHOWN)


def _set(registration: Registration, effect: Effect, *, by: str, at: datetime) -> _Done:
    pupil, key = registration.pupil, registration.id
    what, _, rest = effect.target.partition(":")
    if what == "flag":
        return _set_flag(pupil, key, rest, raised=effect.new == "yes", by=by, at=at)
    if effect.target == "contact:new":
        contact = Contact(created_at=at)
        _fill(contact, effect.new)
        pupil.contacts.append(contact)
        return _Done(key, "contact", contact, None, effect.new)
    _set_value(registration, effect.target, effect.new, at=at)
    return _Done(key, effect.target, None, effect.old, effect.new)


def _set_flag(pupil: Pupil, key: int, kind: str, *, raised: bool, by: str, at: datetime) -> _Done:
    if raised:
        flag = PupilFlag(kind=kind, created_at=at, created_by=by)
        pupil.flags.append(flag)
        return _Done(key, "flag", flag, None, _HELD)
    in_force = [one for one in _in_force(pupil.flags) if one.kind == kind]
    for flag in in_force:
        flag.ended_at, flag.ended_by = at, by
    return _Done(key, "flag", in_force[0], _HELD, _ENDED)


def _fill(contact: Contact, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(contact, _column(name), value)


def _column(name: str) -> str:
    return "relationship_" if name == "relationship" else name


def _value(registration: Registration, name: str) -> Any:
    """A value on record as a receipt names it; None where it is no more."""
    if name in _ON_PUPIL:
        return getattr(registration.pupil, name) or ""
    if name in _ON_REGISTRATION:
        on: date | None = getattr(registration, name)
        return on.isoformat() if on else None
    contact, column = _named_contact(registration, name)
    if contact is None:
        return None
    if not column:
        return _ENDED if contact.ended_at else _HELD
    return getattr(contact, _column(column)) if contact.ended_at is None else None


def _set_value(registration: Registration, name: str, value: Any, *, at: datetime) -> None:
    if name in _ON_PUPIL:
        setattr(registration.pupil, name, value or None if name == "former_upn" else value)
    elif name in _ON_REGISTRATION:
        setattr(registration, name, date.fromisoformat(value) if value else None)
    else:
        contact, column = _named_contact(registration, name)
        if contact is not None and column:
            setattr(contact, _column(column), value)
        elif contact is not None:
            contact.ended_at = at if value == _ENDED else None


def _named_contact(registration: Registration, name: str) -> tuple[Contact | None, str]:
    """The contact of "contact:ID" or "contact:ID:COLUMN", and the column."""
    _, contact_id, *column = name.split(":")
    found = (one for one in registration.pupil.contacts if str(one.id) == contact_id)
    return next(found, None), column[0] if column else ""


def _put_back(registration: Registration, one: Mapping[str, Any], *, by: str, at: datetime) -> bool:
    name, old, new = one["name"], one["old"], one["new"]
    what, _, key = name.partition(":")
    if what == "flag":
        return _put_flag_back(registration.pupil, int(key), was_raised=old is None, by=by, at=at)
    if what == "contact" and isinstance(new, dict):
        contact, _ = _named_contact(registration, name)
        if (
            contact is None
            or contact.ended_at
            or any(getattr(contact, _column(c)) != new[c] for c in _CONTACT)
        ):
            return False
        contact.ended_at = at
        return True
    if _value(registration, name) != new:
        return False
    _set_value(registration, name, old, at=at)
    return True


def _put_flag_back(pupil: Pupil, flag_id: int, *, was_raised: bool, by: str, at: datetime) -> bool:
    flag = next((one for one in pupil.flags if one.id == flag_id), None)
    if flag is None or (flag.ended_at is None) is not was_raised:
        return False
    if was_raised:
        flag.ended_at, flag.ended_by = at, by
    else:
        flag.ended_at = flag.ended_by = None
    return True
