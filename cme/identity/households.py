"""Which children may belong to one family: by home and by whom the school rings, never by a name.

The rule is ours: the same address with its postcode, or the same phone or e-mail of a contact. A tie that
many children have says nothing of a family: a hostel, a childminder, a number typed for want of a better one.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from cme.identity.names import compared

MOST_TIED = 8
"""Children whom one address, phone or e-mail may tie together; above that it ties nobody (our policy)."""

_SHORTEST_PHONE = 10
"""Digits of a whole phone number; a shorter one may be an extension."""

_Child = TypeVar("_Child", bound=Hashable)


class Tie(StrEnum):
    """What two children have in common."""

    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"

    @property
    def label(self) -> str:
        """In the words people read."""
        return _LABELS[self]


_LABELS = {Tie.ADDRESS: "same address", Tie.PHONE: "same contact phone", Tie.EMAIL: "same contact e-mail"}

Key = tuple[Tie, str]
"""One address, phone or e-mail as it is compared."""


@dataclass(frozen=True, slots=True)
class Household:
    """A child's home and the numbers and addresses of its contacts, as given; '' or () where not known.

    A phone may hold several numbers, with ";" between them.
    """

    house: str = ""
    street: str = ""
    postcode: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[Key]:
        """Everything that can tie this child to another."""
        home = home_key(self.house, self.street, self.postcode)
        found = {(Tie.ADDRESS, home)} if home else set()
        found |= {(Tie.PHONE, key) for phone in self.phones for key in phone_keys(phone)}
        return frozenset(found | {(Tie.EMAIL, each.casefold()) for each in self.emails if "@" in each})


def home_key(house: str, street: str, postcode: str) -> str:
    """An address as it is compared; '' for one without a postcode or without a house in it.

    "12", "High Street" and "", "12 High Street" are one house. A street alone is many.
    """
    is_one_house = bool(house) or any(sign.isdigit() for sign in street)
    place, code = compared(f"{house}{street}"), compared(postcode)
    return f"{place} {code}" if is_one_house and place and code else ""


def phone_keys(phones: str) -> frozenset[str]:
    """The whole numbers of a contact as they are compared: +44 7700 900123 is 07700 900123."""
    return frozenset(number for each in phones.split(";") if (number := _national(each)))


def _national(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign in "0123456789")
    for code in ("0044", "44"):
        if digits.startswith(code) and len(digits) > _SHORTEST_PHONE:
            digits = f"0{digits.removeprefix(code).removeprefix('0')}"
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def kinds_of(keys: Collection[Key]) -> tuple[Tie, ...]:
    """Which kinds of ties these are, each once, address first."""
    kinds = {kind for kind, _ in keys}
    return tuple(tie for tie in Tie if tie in kinds)


def tied_by(
    children: Collection[_Child], keys: Mapping[_Child, Collection[Key]]
) -> dict[_Child, dict[_Child, frozenset[Key]]]:
    """For each of the children, who else is tied to it, and each address, phone and e-mail that ties.

    `keys` are the `Household.keys` of everybody who may be.
    """
    sharing: dict[Key, list[_Child]] = defaultdict(list)
    for child, own in keys.items():
        for key in own:
            sharing[key].append(child)
    found: dict[_Child, dict[_Child, frozenset[Key]]] = {}
    for child in children:
        ties: dict[_Child, set[Key]] = defaultdict(set)
        for key in keys.get(child, ()):
            if len(sharing[key]) <= MOST_TIED:
                for other in sharing[key]:
                    ties[other].add(key)
        ties.pop(child, None)
        found[child] = {other: frozenset(shared) for other, shared in ties.items()}
    return found
