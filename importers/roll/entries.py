"""What is known of a pupil beside identity and marks: home, contacts, flags and dates, as data."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cme.casework.safety.flags import read_flags
from cme.identity.names import compared

ADDRESS = ("house", "street", "locality", "town", "county", "postcode")
"""The parts of an address, in the order of an envelope."""

_POSTCODE = re.compile(r"(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})")


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """Somebody to reach about a child, as a file gives them; '' for what it does not say."""

    name: str = ""
    relationship: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class RollEntry:
    """What is known of one pupil beside identity and marks; '', None or () for what is not.

    `contacts` are in call order, `contact_slots` is how many the file has columns for. `flags` are the
    kinds (`cme.casework.safety.flags`) that it says yes to, `flags_denied` those it says no to.
    """

    sex: str = ""
    house: str = ""
    street: str = ""
    locality: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    contacts: tuple[ContactEntry, ...] = ()
    contact_slots: int = 0
    flags: tuple[str, ...] = ()
    flags_denied: tuple[str, ...] = ()
    admitted_on: date | None = None
    leaving_on: date | None = None
    former_upn: str = ""

    @property
    def address(self) -> tuple[str, ...]:
        """The parts of the address, in the order of `ADDRESS`."""
        return tuple(getattr(self, part) for part in ADDRESS)


NOTHING = RollEntry()
"""What a file without any such column says."""


def join(first: RollEntry, second: RollEntry) -> tuple[RollEntry, tuple[str, ...]]:
    """Two rows of one pupil as one, and what they give otherwise, in words: there the first row stands.

    A flag that either of them has, stands (our policy: in doubt for the child).
    """
    if first == second or second == NOTHING:
        return first, ()
    taken: dict[str, Any] = {}
    differ: list[str] = []
    for name, label in (
        ("sex", "sex"),
        ("admitted_on", "admission date"),
        ("leaving_on", "leaving date"),
        ("former_upn", "former UPN"),
    ):
        one, other = getattr(first, name), getattr(second, name)
        taken[name] = one or other
        if one and other and one != other:
            differ.append(label)
    if all(
        not a or not b or compared(a) == compared(b)
        for a, b in zip(first.address, second.address, strict=True)
    ):
        parts = zip(ADDRESS, first.address, second.address, strict=True)
        taken |= {part: one or other for part, one, other in parts}
    else:
        differ.append("address")
    if not first.contacts:
        slots = max(first.contact_slots, second.contact_slots)
        taken |= {"contacts": second.contacts, "contact_slots": slots}
    elif second.contacts and first.contacts != second.contacts:
        differ.append("contacts")
    yes = {*first.flags, *second.flags}
    no = {*first.flags_denied, *second.flags_denied}
    if yes & no:
        differ.append("flags")
    taken |= {"flags": in_order(yes), "flags_denied": in_order(no - yes)}
    return replace(first, **taken), tuple(differ)


def in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds of flags in the order of the catalogue, each once."""
    found = set(kinds)
    return tuple(kind for kind in read_flags() if kind in found)


def postcode_of(text: str) -> str:
    """A postcode by its form, in capitals with its one space; '' where the text is none."""
    bare = "".join(text.split()).upper()
    return f"{bare[:-3]} {bare[-3:]}" if _POSTCODE.fullmatch(bare) else ""


def address_lines(parts: Sequence[str]) -> list[str]:
    """An address, given in the order of `ADDRESS`, as an envelope has it: "12 High Street" is one line."""
    house, street, *rest = parts
    is_number = house[:1].isdigit() and " " not in house
    first = [f"{house} {street}".strip()] if is_number else [house, street]
    return [line for line in (*first, *rest) if line]


def digits_of(phone: str) -> str:
    """The digits of a phone number, as two are compared."""
    return "".join(character for character in phone if character in "0123456789")
