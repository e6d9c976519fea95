"""Which enquiries apply to a child, as far as the records show it.

A step is put aside by itself only where the data says so; where nothing is known, it applies. Source: the
"not applicable" of each step of the catalogue (casework reference s.7); how it is read off is our policy.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from cme.casework.enquiries.steps import Step
from cme.casework.safety.restrictions import RestrictionKind

_PARENTS = re.compile(
    r"\b(mother|father|mum|mummy|mam|dad|daddy|parent|step\w*|carer|foster\w*|guardian|adopti\w+)\b",
    re.IGNORECASE,
)
_GRAND = re.compile(r"\bgrand", re.IGNORECASE)

WORKER_FLAGS = frozenset(
    {
        "child_protection_plan",
        "social_worker",
        "child_in_need",
        "looked_after",
        "youth_justice",
        "early_help",
        "private_fostering",
    }
)
"""Flags of a child who has a named worker to be told the same day (casework reference s.5)."""


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact on record. `is_barred`: a restriction says not to contact this person."""

    id: int
    name: str
    relationship: str = ""
    is_barred: bool = False

    @property
    def may_be_parent(self) -> bool:
        """Whether the contact is a parent or carer, or may be one for all the records say."""
        if not self.relationship.strip():
            return True
        return bool(_PARENTS.search(self.relationship)) and not _GRAND.search(self.relationship)


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say of a child, where they say whether an enquiry applies.

    `contacts` are in call order. `flags` are the kinds in force; `flags_are_known` says that the school has
    ever recorded flags, so that none means none. `codes` are those of the absence. `was_on_leave`: leave was
    granted before or in it, and the child has not attended since. `home_elsewhere`: whether the child lives
    in another authority than the school's, None where nobody has said; `home_reads_along` that this authority
    reads the case in this service. `siblings_checked`: enough is on
    record for the register to tell brothers and sisters at this school. `bars` are the restrictions in force
    on everybody. `reviewed_at` is the last DSL review of the case.
    """

    contacts: tuple[KnownContact, ...] = ()
    flags: frozenset[str] = frozenset()
    flags_are_known: bool = False
    codes: frozenset[str] = frozenset()
    was_on_leave: bool = False
    home_elsewhere: bool | None = None
    home_reads_along: bool = False
    siblings_checked: bool = False
    bars: frozenset[RestrictionKind] = frozenset()
    reviewed_at: datetime | None = None

    @property
    def to_ring(self) -> tuple[KnownContact, ...]:
        """The contacts that may be contacted, in call order."""
        return tuple(contact for contact in self.contacts if not contact.is_barred)

    @property
    def first_carer(self) -> KnownContact | None:
        """The contact who is rung first."""
        return next(iter(self.to_ring), None)

    @property
    def second_carer(self) -> KnownContact | None:
        """The next contact who is, or may be, a parent or carer."""
        return next((contact for contact in self.to_ring[1:] if contact.may_be_parent), None)

    @property
    def emergency_contacts(self) -> tuple[KnownContact, ...]:
        """Everybody else who may be contacted."""
        return tuple(each for each in self.to_ring if each not in (self.first_carer, self.second_carer))


def not_applicable_because(step: Step, known: Known, opened: frozenset[str]) -> str:
    """Why the data shows that a step does not apply; '' where it applies or nothing is known.

    `opened` are the steps that earlier results opened.
    """
    check = _CHECKS.get(step.code)
    return check(known, opened) if check else ""


def _no_contact_left(known: Known, _opened: frozenset[str]) -> str:
    is_empty = known.contacts and not known.to_ring
    return "Every contact on record is restricted." if is_empty else ""


def _no_second_carer(known: Known, _opened: frozenset[str]) -> str:
    if not known.contacts or known.second_carer:
        return ""
    if any(contact.is_barred and contact.may_be_parent for contact in known.contacts):
        return "The other parent or carer on record is restricted."
    return "No second parent or carer is on record."


def _home_told(known: Known) -> str:
    if known.home_elsewhere is False:
        return "The child lives in the authority of the school."
    if known.home_reads_along:
        return "The authority where the child lives reads the referral in this service once it is sent."
    return ""


def _no_flag(kinds: frozenset[str], sentence: str) -> Callable[[Known, frozenset[str]], str]:
    return lambda known, _: sentence if known.flags_are_known and not known.flags & kinds else ""


_CHECKS: Mapping[str, Callable[[Known, frozenset[str]], str]] = MappingProxyType(
    {
        "E01": _no_contact_left,
        "E02": _no_second_carer,
        "E03": _no_contact_left,
        "E04": _no_contact_left,
        "E12": lambda known, _: (
            "" if known.was_on_leave or "G" in known.codes else "No leave is on the register."
        ),
        "E14": _no_flag(WORKER_FLAGS, "No named worker is on record."),
        "E15": _no_flag(frozenset({"looked_after"}), "The child is not on record as looked after."),
        "E16": _no_flag(frozenset({"ehc_plan"}), "No EHC plan is on record."),
        "E17": _no_flag(frozenset({"private_fostering"}), "No private fostering is on record."),
        "E33": lambda _, opened: "" if "E33" in opened else "No place that the family moved to is known.",
        "E46": lambda _, opened: "" if "E46" in opened else "Nobody has said that the child is abroad.",
        "E50": lambda known, _: _home_told(known),
        "E51": lambda known, _: "" if "D" in known.codes else "Code D is not in this absence.",
    }
)
