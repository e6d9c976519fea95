"""The removal return: what a school tells the local authority before a name comes off the register.

Source: SI 2024/208 reg 13: full name, address, full name and address of each parent with whom the pupil
normally lives, a phone number for each, the future address and school if known, and the ground.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Self

NOT_KNOWN = "not known"
"""What is written where nobody knows where the child goes; a blank says that nobody asked."""

MOST_PARENTS = 3

_FEWEST_DIGITS = 6
"""A number with fewer digits reaches nobody (our policy)."""

_PARENTS = frozenset(
    {"mother", "father", "mum", "dad", "parent", "carer", "guardian", "stepmother", "stepfather", "foster"}
)


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent with whom the child normally lives; '' for what is not filled in."""

    name: str = ""
    address: str = ""
    phone: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it is filled in."""
        return not (self.name.strip() or self.address.strip() or self.phone.strip())


@dataclass(frozen=True, slots=True)
class RemovalReturn:
    """The answers of a removal return beside its ground; addresses may have several lines.

    `no_parent` is why no parent is named.
    """

    name: str = ""
    address: str = ""
    parents: tuple[Parent, ...] = ()
    no_parent: str = ""
    future_address: str = ""
    future_school: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What the law asks for and the return lacks, nouns that name nobody; () when it is complete."""
        return tuple(self.lacking.values())

    @property
    def lacking(self) -> Mapping[str, str]:
        """The same by the part that lacks it: "address", or of the second parent "parent2_phone"."""
        parents = [(number, each) for number, each in enumerate(self.parents, start=1) if not each.is_blank]
        asked: list[tuple[str, str, object]] = [
            ("name", "the child's full name", self.name.strip()),
            ("address", "the child's address", self.address.strip()),
            (
                "no_parent",
                "the parents with whom the child lives, or why there is none",
                parents or self.no_parent.strip(),
            ),
        ]
        for number, each in parents:
            part = f"parent{number}"
            asked += [
                (f"{part}_name", f"the full name of parent {number}", each.name.strip()),
                (f"{part}_address", f"the address of parent {number}", each.address.strip()),
                (
                    f"{part}_phone",
                    f"a phone number of parent {number}",
                    _digits(each.phone) >= _FEWEST_DIGITS,
                ),
            ]
        asked += [
            ("future_address", "the future address, or “not known”", self.future_address.strip()),
            ("future_school", "the new school, or “not known”", self.future_school.strip()),
        ]
        return MappingProxyType({part: noun for part, noun, given in asked if not given})

    @property
    def is_future_address_known(self) -> bool:
        """Whether the return says where the child goes."""
        return self.future_address.strip().casefold().strip(" .“”\"'") not in ("", NOT_KNOWN)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "parents": [asdict(each) for each in self.parents if not each.is_blank]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """As it was stored."""
        return cls(**{**data, "parents": tuple(Parent(**each) for each in data.get("parents", ()))})


def is_parent(relationship: str) -> bool:
    """Whether a contact's relationship is that of somebody with whom a child normally lives."""
    return not _PARENTS.isdisjoint(relationship.casefold().replace("-", "").replace("/", " ").split())


def _digits(phone: str) -> int:
    return sum(sign.isdigit() for sign in phone)
