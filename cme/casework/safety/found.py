"""What is done once a child is found or back: the catalogue `data/found_checklist.csv`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cme.casework.outcomes import Side
from cme.casework.questions import Question
from cme.data import read_rows

DECIDED = "next"
"""The item that says what follows for the child."""


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One thing to do, with what it is about, and the side that does it.

    `asks` is what its note must say, '' for one that can be ticked off without a note.
    """

    code: str
    label: str
    hint: str
    owner: Side
    asks: str
    source: str


@cache
def read_found_items() -> Mapping[str, FoundItem]:
    """Every item by code, in the order of the checklist."""
    return MappingProxyType(
        {
            row["code"]: FoundItem(
                row["code"], row["label"], row["hint"], Side(row["owner"]), row["asks"], row["source"]
            )
            for row in read_rows("found_checklist.csv")
        }
    )


def item_fault(question: Question) -> str | None:
    """What keeps an item from being ticked: it is not one of the list, is done, or is for the other side."""
    item = read_found_items().get(question.facts.entry.item)
    if item is None:
        return "Choose something from the list."
    if item.code in question.state.found_items:
        return f"{item.label}: this is done already."
    if item.owner not in question.sides:
        return f"{item.label}: this is for the {item.owner.value} to tick."
    return None


def note_fault(question: Question) -> str | None:
    """What the note of an item still has to say."""
    item = read_found_items().get(question.facts.entry.item)
    if item is None or not item.asks or question.facts.entry.reason.strip():
        return None
    return f"{item.label}: write {item.asks}."


def done_fault(question: Question) -> str | None:
    """What keeps an item from being taken back: it is not ticked off, or is for the other side."""
    item = read_found_items().get(question.facts.entry.item)
    if item is None:
        return "Choose something from the list."
    if item.code not in question.state.found_items:
        return f"{item.label}: this is not ticked off."
    if item.owner not in question.sides:
        return f"{item.label}: this is for the {item.owner.value} to take back."
    return None
