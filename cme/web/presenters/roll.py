"""A pupil's home, contacts and flags, as far as the viewer may see them."""

from collections.abc import Iterable
from typing import Any

from cme.casework.flags import read_flags
from cme.web.presenters import dates
from importers.roll.entries import ADDRESS, address_lines, digits_of

_SEX = {"F": "Female", "M": "Male"}


def about(registration: Any, contacts: Iterable[Any], flags: Iterable[str] | None) -> dict[str, Any]:
    """What the pupil page shows of the roll; `flags` are kinds, None for a viewer who may not see them."""
    pupil = registration.pupil
    home = address_lines([getattr(pupil, part) for part in ADDRESS])
    rows = [("Home", home or ["Not on record"])]
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
        "contacts": [_contact(one) for one in contacts],
    }


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
