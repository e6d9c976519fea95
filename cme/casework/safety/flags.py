"""What puts a child on the fast track from the first unexplained session: the catalogue `data/flags.csv`,
a young age, and having been missing before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Self

from cme.attendance.age import age_on
from cme.data import read_rows


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing known of a child that brings the review to day 1.

    `is_named`: schools write the name of a worker where it applies, so that any name says yes.
    """

    kind: str
    label: str
    is_named: bool
    source: str


@cache
def read_flags() -> Mapping[str, Flag]:
    """Every flag by kind, in the order of the catalogue."""
    return MappingProxyType(
        {
            row["kind"]: Flag(row["kind"], row["label"], row["named"] == "yes", row["source"])
            for row in read_rows("flags.csv")
        }
    )


@dataclass(frozen=True, slots=True)
class KnownRisks:
    """What is on record of a child, whatever a form says.

    `kinds`: the flags in force, by kind, an earlier missing episode among them. `is_young`: under the age
    that the policy names. `is_missing`: missing now.
    """

    kinds: frozenset[str] = frozenset()
    is_young: bool = False
    is_missing: bool = False

    @property
    def is_flagged(self) -> bool:
        """Whether the review is due on day 1 (casework reference s.5)."""
        return bool(self.kinds) or self.is_young or self.is_missing

    def of_age(self, born_on: date | None, on: date, *, under: int) -> Self:
        """The same, with whether the child is under an age in completed years; not without a birth date."""
        return replace(self, is_young=born_on is not None and age_on(born_on, on) < under)

    def with_flags(self, kinds: Iterable[str]) -> Self:
        """The same with more flags in force."""
        return replace(self, kinds=self.kinds | frozenset(kinds))
