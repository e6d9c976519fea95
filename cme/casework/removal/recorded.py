"""The facts that people record for the gate: which there are, whose they are, and what each asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from cme.casework.outcomes import Side
from cme.casework.words import day, is_named


class FactKind(StrEnum):
    """What a fact is about."""

    LEAVE = "leave"
    BOARDER = "boarder"
    EXPECTED_BACK = "expected_back"
    ATTENDANCE_ORDER = "attendance_order"
    DUAL_REGISTERED = "dual_registered"
    MOBILE_CHILD = "mobile_child"
    SPECIAL_SCHOOL = "special_school"
    NO_OBJECTION = "no_objection"


@dataclass(frozen=True, slots=True)
class FactRule:
    """One kind of fact: the question it answers, the words of yes and no, who records it, for which line.

    `hint` says what to look at. Of the leave the last day is asked for, of a special school the reference of
    the consent.
    """

    question: str
    yes: str
    no: str
    hint: str
    sides: frozenset[Side]
    line: str


_SCHOOL, _AUTHORITY = frozenset({Side.SCHOOL}), frozenset({Side.AUTHORITY})

RULES: Mapping[FactKind, FactRule] = MappingProxyType(
    {
        FactKind.LEAVE: FactRule(
            "Was leave granted before this absence?",
            "Yes, leave was granted",
            "No, no leave was granted",
            "Ground H asks for leave that the school granted, and for its last day.",
            _SCHOOL,
            "absence",
        ),
        FactKind.BOARDER: FactRule(
            "Is the pupil a boarder?",
            "Yes, a boarder",
            "No, not a boarder",
            "No marks are taken of boarders, and other grounds apply to them.",
            _SCHOOL,
            "on-roll",
        ),
        FactKind.EXPECTED_BACK: FactRule(
            "Does anybody have reason to believe that the child will attend again?",
            "Yes, the child is expected back",
            "No, nobody expects it",
            "For example a relative says when the child returns. Then the child stays on roll.",
            frozenset(Side),
            "joint-conclusion",
        ),
        FactKind.ATTENDANCE_ORDER: FactRule(
            "Does a school attendance order name this school?",
            "Yes, an order names it",
            "No order names it",
            "Look at the orders in force before you answer.",
            _AUTHORITY,
            "no-attendance-order",
        ),
        FactKind.DUAL_REGISTERED: FactRule(
            "Is the pupil registered at another school as well?",
            "Yes, dual registered",
            "No, at this school only",
            "Ask the other school before anything else. Ground C may apply.",
            _SCHOOL,
            "not-dual-registered",
        ),
        FactKind.MOBILE_CHILD: FactRule(
            "Does the family travel for its trade, and is this the main school?",
            "Yes, a mobile child at the main school",
            "No",
            "A child of compulsory school age without a fixed home, for a parent's trade asks for travel.",
            _SCHOOL,
            "not-mobile-child",
        ),
        FactKind.SPECIAL_SCHOOL: FactRule(
            "Did a local authority arrange this place at a special school?",
            "Yes, an authority arranged it",
            "No",
            "Then that authority has to consent before the name comes off the register.",
            _AUTHORITY,
            "special-school-consent",
        ),
        FactKind.NO_OBJECTION: FactRule(
            "Does social care or the police object to a removal?",
            "No: neither objects",
            "Yes: somebody objects, or an enquiry is open",
            "Ask about child protection enquiries (section 47) and police action that is open.",
            _SCHOOL,
            "no-objection",
        ),
    }
)
"""Every kind of fact, in the order of the gate."""

_OF_ANY_TIME = frozenset({FactKind.LEAVE, FactKind.BOARDER})
"""Facts that were so before the absence; every other is asked anew for each absence (our policy)."""

KIND_OF_LINE: Mapping[str, FactKind] = MappingProxyType({rule.line: kind for kind, rule in RULES.items()})
"""The line of the gate -> the fact that it waits for."""


@dataclass(frozen=True, slots=True)
class FactEntry:
    """What is entered about a fact. `holds` is the answer "yes" of the kind's own words.

    `who` found it out or said so, `on` when. `last_on` is the last day of granted leave, `reference` that of
    the consent to end an arranged special-school place.
    """

    holds: bool | None = None
    on: date | None = None
    who: str = ""
    note: str = ""
    last_on: date | None = None
    reference: str = ""

    def to_json(self) -> dict[str, Any]:
        """What is kept beside the note."""
        return {
            "holds": self.holds,
            "on": self.on.isoformat() if self.on else None,
            "who": self.who.strip(),
            "last_on": self.last_on.isoformat() if self.last_on and self.holds else None,
            "reference": self.reference.strip(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], note: str = "") -> Self:
        """A fact as it was kept."""
        return cls(
            value["holds"],
            _date(value["on"]),
            value["who"],
            note,
            _date(value["last_on"]),
            value["reference"],
        )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def speaks_of(kind: FactKind, entry: FactEntry, began_on: date | None) -> bool:
    """Whether a fact tells of an absence that began on a day: what was found out earlier does not.

    `began_on` is None where no absence is counted. The same holds of enquiries (attendance reference s.9,
    line 7).
    """
    if kind in _OF_ANY_TIME or began_on is None or entry.on is None:
        return True
    return entry.on >= began_on


def answer_to(kind: FactKind, entry: FactEntry, began_on: date | None) -> bool | None:
    """What a fact says of an absence: an older answer stands where it is against the removal, else None."""
    is_against = entry.holds is (kind is not FactKind.NO_OBJECTION)
    return entry.holds if is_against or speaks_of(kind, entry, began_on) else None


def faults(kind: FactKind, entry: FactEntry, today: date, absent_from: date | None = None) -> dict[str, str]:
    """What is wrong with an entry: the field -> a sentence; {} when it can be kept.

    `absent_from` is the first day of the absence, None where none is counted.
    """
    found: dict[str, str] = {}
    if entry.holds is None:
        found["holds"] = "Choose an answer."
    if entry.on is None:
        found["on"] = "Enter the day on which this was found out."
    elif entry.on > today:
        found["on"] = "The day must be today or earlier."
    elif absent_from is not None and not speaks_of(kind, entry, absent_from):
        found["on"] = (
            f"The day must be {day(absent_from)}, the first day of the absence, or later. "
            "What was found out earlier says nothing of this absence: ask again."
        )
    if not is_named(entry.who):
        found["who"] = "Enter who found it out, or who said so: a name and a role."
    if kind is FactKind.LEAVE and entry.holds:
        if entry.last_on is None:
            found["last_on"] = "Enter the last day of the leave."
        elif entry.last_on > today:
            found["last_on"] = "The leave has not ended yet. Enter it once it has."
    return found
