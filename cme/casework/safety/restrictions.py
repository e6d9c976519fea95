"""Whom not to contact about a child, and which address not to give away: kinds, and what they forbid.

A restriction stands above every duty: a step that it forbids is not done, and is not missing (casework
reference s.1, s.5 and s.7; attendance-law reference s.12: a refuge address never shows in a school's view).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from cme.identity.names import compared

ADDRESS_NOT_SHOWN = "Protected: not shown"
"""What stands where an address would stand, for everybody who may not see it."""

LONGEST_WHO, LONGEST_NOTE = 240, 4000


class RestrictionKind(StrEnum):
    """What must not be done, the furthest-reaching first."""

    ADVICE_FIRST = "advice_first"
    NO_CONTACT = "no_contact"
    NO_LETTERS = "no_letters"
    PROTECTED_ADDRESS = "protected_address"

    @property
    def label(self) -> str:
        """What people call it."""
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        """What is to be done and left alone, in a sentence or two that give no reason away."""
        return _WORDS[self][1]


_WORDS = {
    RestrictionKind.ADVICE_FIRST: (
        "Specialist advice first",
        "Do not ring, write to or visit the family. The designated safeguarding lead takes specialist "
        "advice before anybody does anything.",
    ),
    RestrictionKind.NO_CONTACT: (
        "Do not contact",
        "Ask the designated safeguarding lead what to do instead.",
    ),
    RestrictionKind.NO_LETTERS: (
        "No letters",
        "Send no letter, card or parcel to the home. Ask the designated safeguarding lead how to write.",
    ),
    RestrictionKind.PROTECTED_ADDRESS: (
        "Protected address",
        "Tell nobody where the child lives, and do not write the address into this service.",
    ),
}


@dataclass(frozen=True, slots=True)
class Restriction:
    """One restriction in force.

    NO_CONTACT is about the contact with `contact_id`, else about the person named in `who`, else about
    everybody in the family; every other kind is about the family. `note` is for safeguarding staff only,
    `since_at` is when it was recorded.
    """

    id: int
    kind: RestrictionKind
    contact_id: int | None = None
    who: str = ""
    note: str = ""
    since_at: datetime | None = None

    @property
    def is_about_everybody(self) -> bool:
        """Whether it names no single person."""
        return self.contact_id is None and not self.who

    @property
    def heading(self) -> str:
        """The restriction in a few words: "Do not contact Jo Ferris"."""
        if self.kind is not RestrictionKind.NO_CONTACT:
            return self.kind.label
        return f"{self.kind.label} {self.who or 'anybody in the family'}"


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Every restriction in force for one child.

    `shares_protected_address`: another child's protected address is this child's home too.
    """

    each: tuple[Restriction, ...] = ()
    shares_protected_address: bool = False

    @property
    def no_contact(self) -> bool:
        """Whether nobody at all may be contacted; for a single person ask `bars`."""
        return any(one.is_about_everybody for one in self._of(RestrictionKind.NO_CONTACT))

    @property
    def no_letters(self) -> bool:
        """Whether nothing may be sent by post."""
        return any(self._of(RestrictionKind.NO_LETTERS))

    @property
    def address_is_protected(self) -> bool:
        """Whether the address is hidden from everybody who has no right to see it."""
        return self.shares_protected_address or any(self._of(RestrictionKind.PROTECTED_ADDRESS))

    @property
    def advice_first(self) -> bool:
        """Whether a specialist is asked before anybody calls, writes or visits (FM, FGM, honour-based)."""
        return any(self._of(RestrictionKind.ADVICE_FIRST))

    @property
    def on_everybody(self) -> frozenset[RestrictionKind]:
        """The kinds that hold for everybody in the family, as steps are barred by them."""
        held = {
            RestrictionKind.ADVICE_FIRST: self.advice_first,
            RestrictionKind.NO_CONTACT: self.no_contact,
            RestrictionKind.NO_LETTERS: self.no_letters,
            RestrictionKind.PROTECTED_ADDRESS: self.address_is_protected,
        }
        return frozenset(kind for kind, is_held in held.items() if is_held)

    def recorded_by(self, at: datetime) -> Self:
        """Those that were recorded by an instant: what was done before could not know of the others."""
        known = (one for one in self.each if one.since_at is None or one.since_at <= at)
        return replace(self, each=tuple(known))

    @property
    def stops_family_contact(self) -> bool:
        """Whether the whole family is left alone: `no_contact` or `advice_first`."""
        return self.no_contact or self.advice_first

    def bars(self, contact_id: int | None, name: str = "") -> bool:
        """Whether one person may not be contacted.

        A name counts as well as the id: a contact who comes anew with the next file is still that person.
        """
        if self.stops_family_contact:
            return True
        called = compared(name)
        return any(
            (one.contact_id is not None and one.contact_id == contact_id)
            or (bool(called) and compared(one.who) == called)
            for one in self._of(RestrictionKind.NO_CONTACT)
        )

    def _of(self, kind: RestrictionKind) -> Iterable[Restriction]:
        return (one for one in self.each if one.kind is kind)


def in_order(restrictions: Iterable[Restriction]) -> tuple[Restriction, ...]:
    """Restrictions as they are shown: the furthest-reaching first, then as they were made."""
    kinds = list(RestrictionKind)
    return tuple(sorted(restrictions, key=lambda one: (kinds.index(one.kind), one.id)))


def faults(kind: RestrictionKind, who: str, note: str) -> dict[str, str]:
    """What is wrong with a restriction as it was entered: field -> sentence; {} when nothing is."""
    found = {}
    if len(who) > LONGEST_WHO:
        found["who"] = f"The name must be {LONGEST_WHO} characters or fewer."
    elif who and kind is not RestrictionKind.NO_CONTACT:
        found["who"] = (
            f"“{kind.label}” is about the whole family. Leave the name out, or choose “Do not contact”."
        )
    if not note.strip():
        found["note"] = "Enter why, and who says so: a court order, the police, a social worker, the parent."
    elif len(note) > LONGEST_NOTE:
        found["note"] = f"Why must be {LONGEST_NOTE:,} characters or fewer."
    return found
