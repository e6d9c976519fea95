"""The grounds other than H and I: what must be on record for each, and the lines asked of every ground.

The lists are `data/removal_evidence.csv`. Source: SI 2024/208 reg 9(1); attendance reference s.3 and s.9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.casework.removal.facts import Condition, RemovalFacts
from cme.casework.removal.gate import conditions_named
from cme.casework.words import day
from cme.data import read_rows

OF_EVERY_GROUND = ("special-school-consent", "no-objection", "dated-today", "return-complete")
"""The lines of the gate that are asked whatever the ground (attendance reference s.9, lines 12 to 15)."""


class Kind(StrEnum):
    """What is entered: a text; a date that has come, or that lies behind us; or a line of the gate itself."""

    TEXT = "text"
    REACHED = "reached"
    PASSED = "passed"
    LINE = "line"

    @property
    def is_date(self) -> bool:
        """Whether it is entered as a date."""
        return self in (Kind.REACHED, Kind.PASSED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that must be on record for a ground; `id` is its key among what is entered."""

    letter: str
    id: str
    label: str
    kind: Kind
    source: str


@cache
def _catalogue() -> Mapping[str, tuple[Evidence, ...]]:
    found: dict[str, tuple[Evidence, ...]] = {}
    for row in read_rows("removal_evidence.csv"):
        each = Evidence(row["letter"], row["id"], row["label"], Kind(row["kind"]), row["source"])
        found[each.letter] = (*found.get(each.letter, ()), each)
    return MappingProxyType(found)


def letters() -> tuple[str, ...]:
    """The grounds that have a list, by letter."""
    return tuple(_catalogue())


def evidence_for(letter: str) -> tuple[Evidence, ...]:
    """What is entered for a ground, in order; () for a ground without a list."""
    return tuple(each for each in _catalogue().get(letter, ()) if each.kind is not Kind.LINE)


def evidence_faults(letter: str, evidence: Mapping[str, str], today: date) -> dict[str, str]:
    """What is wrong with what was entered for a ground: the id of the evidence -> a sentence."""
    found = {}
    for each in evidence_for(letter):
        given = str(evidence.get(each.id) or "").strip()
        holds, because, to_change = _judged(each, given, today)
        if not given:
            found[each.id] = f"Ground ({letter}) needs this: {each.label[:1].lower()}{each.label[1:]}."
        elif not holds:
            found[each.id] = f"{because} {to_change}"
    return found


def ground_conditions(
    letter: str, evidence: Mapping[str, str], facts: RemovalFacts, today: date
) -> tuple[Condition, ...]:
    """Every condition of a ground other than H and I, in order; () for a letter without a list: shut.

    `evidence` is what was entered, by id: texts, and dates as ISO texts.
    """
    listed = _catalogue().get(letter, ())
    if not listed:
        return ()
    own = tuple(
        _condition(each, str(evidence.get(each.id) or "").strip(), number, today)
        for number, each in enumerate(evidence_for(letter), start=1)
    )
    lines = {*OF_EVERY_GROUND, *(each.id for each in listed)}
    return (*own, *conditions_named(lines, facts, today, first=len(own) + 1))


def _condition(of: Evidence, given: str, number: int, today: date) -> Condition:
    holds, because, to_change = _judged(of, given, today)
    return Condition(of.id, number, of.label, holds, because, to_change, of.source)


def _judged(of: Evidence, given: str, today: date) -> tuple[bool | None, str, str]:
    if not given:
        return None, "Not recorded yet.", "Enter it with the proposal."
    if not of.kind.is_date:
        return True, "On record.", ""
    on = _date(given)
    if on is None:
        return False, "Not a date.", "Enter the date."
    if on > today or (of.kind is Kind.PASSED and on == today):
        return False, f"{day(on)} has not passed.", "Wait until it has, then propose the removal."
    return True, f"{day(on)}.", ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
