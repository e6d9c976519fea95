"""Urgent cards: what cannot wait, who is rung, what is done and what is not (`data/urgent_cards.toml`).

A card never waits for a meter, and nothing waits for a card: it stands in sight until somebody was told.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from cme.casework.review import Review


class CardKind(StrEnum):
    """URGENT: harm is feared. NAMED_WORKER: somebody who works with the child is told the same day."""

    URGENT = "urgent"
    NAMED_WORKER = "named_worker"


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `answers` and `flags` bring it out; `step` is the enquiry by which the telling is on record.

    `ring` names entries of the directory, by id or by what they are in the policy.
    """

    id: str
    kind: CardKind
    title: str
    answers: tuple[str, ...]
    flags: tuple[str, ...]
    step: str
    ring: tuple[str, ...]
    do: tuple[str, ...]
    do_not: tuple[str, ...]
    source: str

    @property
    def is_urgent(self) -> bool:
        """Whether harm is feared."""
        return self.kind is CardKind.URGENT


@cache
def read_cards() -> Mapping[str, Card]:
    """Every card by id, in the order of the catalogue."""
    text = resources.files("cme.data").joinpath("urgent_cards.toml").read_text(encoding="utf-8")
    return MappingProxyType({each["id"]: _card(each) for each in tomllib.loads(text)["cards"]})


def _card(entry: Mapping[str, object]) -> Card:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Card(**{**values, "kind": CardKind(str(entry["kind"]))})  # type: ignore[arg-type]


def cards_out(flags: Collection[str], review: Review | None) -> tuple[Card, ...]:
    """The cards that a child's flags and the last review bring out, the urgent ones first."""
    return tuple(
        card
        for card in read_cards().values()
        if any(flag in flags for flag in card.flags)
        or (review is not None and any(review.says(code) for code in card.answers))
    )
