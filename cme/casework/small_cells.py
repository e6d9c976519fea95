"""Figures about few children: which cells of a table are hidden, so that no total gives them back.

A cell from 1 to 4 is hidden. Where the other cells and the total would tell it, more cells are: the smallest
first. What is hidden of one table is at least five children in at least two cells, and cannot be worked out
from their number. Source: casework reference s.17, "cells under 5 hidden"; the rest is our policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST = 5

Table = Mapping[str, int]
Shown = Mapping[str, int | None]


def is_small(number: int) -> bool:
    """Whether a number is that of few children, and not of none."""
    return 0 < number < SMALLEST


@dataclass(frozen=True, slots=True)
class Protected:
    """Tables of the same children with what may be shown of them; None stands for a hidden number."""

    total: int | None
    tables: Mapping[str, Shown]


def protect(total: int, tables: Mapping[str, Table]) -> Protected:
    """What may be shown of tables that all add up to one total. Raises ValueError where one does not."""
    for name, table in tables.items():
        if sum(table.values()) != total:
            raise ValueError(f"the table {name} does not add up to its total")
    shown = {name: _protect(table) for name, table in tables.items()}
    if is_small(total) or None in shown.values():
        return Protected(None, {name: _bare(table) for name, table in tables.items()})
    return Protected(total, {name: each for name, each in shown.items() if each is not None})


def _bare(table: Table) -> Shown:
    return {label: None if number else 0 for label, number in table.items()}


def _protect(table: Table) -> Shown | None:
    """One table; None where nothing of it can be shown beside its total."""
    hidden = {label for label, number in table.items() if is_small(number)}
    for label in sorted(table, key=lambda label: _worth(table[label])):
        if not hidden or _is_safe([table[label] for label in hidden]):
            break
        hidden.add(label)
    if hidden and not _is_safe([table[label] for label in hidden]):
        return None
    return {label: None if label in hidden else number for label, number in table.items()}


def _worth(number: int) -> tuple[bool, int]:
    """Small numbers are hidden before large ones, and that there is nobody only when nothing else is left."""
    return (number == 0, number)


def _is_safe(numbers: list[int]) -> bool:
    """Whether knowing their sum, and that each is hidden, tells none of these numbers.

    A number by itself is hidden because it is small, and so is its sum.
    """
    return sum(numbers) >= SMALLEST and set(numbers) not in ({1}, {SMALLEST - 1})


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in per cent; None where it would tell of few children, or there is nobody."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """The share, rounded; None where the part, the rest or the whole is small. All and none are told."""
        if not self.whole or is_small(self.part) or is_small(self.whole - self.part):
            return None
        return round(100 * self.part / self.whole)
