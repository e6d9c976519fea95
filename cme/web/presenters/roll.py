"""A pupil's home, contacts and flags, as far as the viewer may see them."""

from collections.abc import Iterable, Sequence
from typing import Any

from cme.casework.safety.flags import read_flags
from cme.casework.safety.restrictions import Restrictions
from cme.web.presenters import dates
from importers.roll.entries import digits_of

_SEX = {"F": "Female", "M": "Male"}


def about(
    registration: Any,
    called: dict[str, Any],
    flags: Iterable[str] | None,
    *,
    home: Sequence[str],
) -> dict[str, Any]:
    """What the pupil page shows of the roll.

    `called` are the contacts (`contacts`), `home` the lines of the address as the viewer may see it
    (`services.restrictions.home_of`), `flags` kinds, None for a viewer who may not see them.
    """
    pupil = registration.pupil
    rows = [("Home", list(home) or ["Not on record"])]
    if registration.starting_on:
        rows.append(("Admitted", [dates.day(registration.starting_on)]))
    if registration.leaving_on:
        told = f"{dates.day(registration.leaving_on)}, says the school's system. This takes nobody off roll."
        rows.append(("Leaving date", [told]))
    if pupil.sex:
        rows.append(("Sex", [_SEX[pupil.sex]]))
    if pupil.former_upn:
        rows.append(("Former UPN", [pupil.former_upn]))
    return {
        "tags": flag_tags(flags or ()),
        "rows": [{"key": key, "lines": lines} for key, lines in rows],
        **called,
    }


def contacts(found: Iterable[Any], restricted: Restrictions, *, with_notes: bool) -> dict[str, Any]:
    """Contacts in call order under `contacts`, and under `barred` those whom nobody may contact.

    A number that must not be rung is not shown to whoever may not know why (`with_notes`), and leads nowhere.
    """
    held = list(found)
    barred = [one for one in held if restricted.bars(one.id, one.name)]
    return {
        "contacts": [_contact(one) for one in held if one not in barred],
        "barred": [_barred(_contact(one), is_shown=with_notes) for one in barred],
    }


def _barred(contact: dict[str, Any], *, is_shown: bool) -> dict[str, Any]:
    phones = [phone | {"href": ""} for phone in contact["phones"]] if is_shown else []
    return contact | {"phones": phones, "email": contact["email"] if is_shown else "", "hidden": not is_shown}


def flag_tags(kinds: Iterable[str]) -> list[dict[str, str]]:
    """The tag of each flag in force, in the order of the catalogue: [{text, tone}]."""
    in_force = set(kinds)
    return [{"text": flag.label, "tone": "flag"} for kind, flag in read_flags().items() if kind in in_force]


def _contact(contact: Any) -> dict[str, Any]:
    phones = [part.strip() for part in contact.phone.split(";") if part.strip()]
    return {
        "name": contact.name or "No name given",
        "relationship": contact.relationship_,
        "phones": [{"text": phone, "href": _dialled(phone)} for phone in phones],
        "email": contact.email,
    }


def _dialled(phone: str) -> str:
    """Where a number that can be dialled leads; '' for one that is not whole."""
    digits = digits_of(phone)
    plus = "+" if phone.startswith("+") else ""
    return f"tel:{plus}{digits}" if 10 <= len(digits) <= 15 else ""
