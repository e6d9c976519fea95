"""What a school holds of a pupil beside the marks: set by an upload, and set back when it is undone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cme.access.scope import Scope
from cme.store import pupils
from cme.store.tables import Pupil, Registration
from importers.planning.planned import PlannedPupil

_OF_REGISTRATION = frozenset({"year_group", "class_name", "admission_number"})


def keep(
    scope: Scope, planned: Iterable[PlannedPupil], placings: Mapping[int, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Take over what approval takes of pupils on roll; what was set and what was before, as JSON has it.

    `placings` are the class and year group by registration.
    """
    found = {
        one.known.registration_id: one
        for one in planned
        if one.known and (one.particulars or one.admission_number or one.known.registration_id in placings)
    }
    done: list[dict[str, Any]] = []
    for key, registration in pupils.list_registrations(scope, found).items():
        one = found[key]
        new: dict[str, Any] = {change.name: getattr(one.reading, change.name) for change in one.particulars}
        if new.get("upn") and registration.pupil.upn:
            new["former_upn"] = registration.pupil.upn
        if one.admission_number:
            new["admission_number"] = one.admission_number
        new |= placings.get(key, {})
        done += [
            {"registration_id": key, "name": name, "old": old, "new": _plain(value)}
            for name, value in new.items()
            if (old := _set(registration, name, value)) != _plain(value)
        ]
    return done


def put_back(scope: Scope, done: Iterable[Mapping[str, Any]]) -> int:
    """Set what `keep` set back to what it was, where it still stands; how many do not any more."""
    done = list(done)
    changed_since = 0
    found = pupils.list_registrations(scope, {each["registration_id"] for each in done})
    for each in done:
        registration = found[each["registration_id"]]
        if _plain(getattr(_holder(registration, each["name"]), each["name"])) != each["new"]:
            changed_since += 1
            continue
        old = each["old"]
        value = date.fromisoformat(old) if each["name"] == "born_on" and old else old
        _set(registration, each["name"], value)
    return changed_since


def _holder(registration: Registration, name: str) -> Pupil | Registration:
    return registration if name in _OF_REGISTRATION else registration.pupil


def _set(registration: Registration, name: str, value: object) -> Any:
    holder = _holder(registration, name)
    old = _plain(getattr(holder, name))
    setattr(holder, name, value)
    return old


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
