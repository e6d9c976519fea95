"""The removal return: what a school tells the local authority before a name comes off the register.

Source: SI 2024/208 reg 13(4)-(6): full name, address, full name and address of each parent with whom the
pupil normally lives, a phone number for each, the future address and school if known, and the ground.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

NOT_KNOWN = "not known"
"""What is written where nobody knows where the child goes; a blank says that nobody asked."""

MOST_PARENTS = 3

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
    """The answers of a removal return beside its ground; addresses may have several lines."""

    name: str = ""
    address: str = ""
    parents: tuple[Parent, ...] = ()
    future_address: str = ""
    future_school: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What the law asks for and the return lacks, a noun each; () when it is complete."""
        parents = [each for each in self.parents if not each.is_blank]
        asked = [
            ("the child's full name", self.name.strip()),
            ("the child's address", self.address.strip()),
            ("the name of a parent with whom the child lives", any(each.name.strip() for each in parents)),
        ]
        for number, each in enumerate(parents, start=1):
            asked += [
                (f"the name of parent {number}", each.name.strip() or number == 1),
                (f"the address of parent {number}", each.address.strip()),
                (f"a phone number of parent {number}", any(sign.isdigit() for sign in each.phone)),
            ]
        asked += [
            ("the future address, or “not known”", self.future_address.strip()),
            ("the new school, or “not known”", self.future_school.strip()),
        ]
        return tuple(noun for noun, given in asked if not given)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "parents": [asdict(each) for each in self.parents if not each.is_blank]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """As it was stored."""
        parents = tuple(Parent(**each) for each in data.get("parents", ()))
        return cls(**{**data, "parents": parents})


def is_parent(relationship: str) -> bool:
    """Whether a contact's relationship is that of somebody with whom a child normally lives."""
    return not _PARENTS.isdisjoint(relationship.casefold().replace("-", "").replace("/", " ").split())
