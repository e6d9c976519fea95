"""How a case can end: the catalogue of outcomes (`data/outcomes.csv`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from cme.data import read_rows

RETURNED = "O01"
"""The outcome of a child who is back at this school."""

ENTERED_ELSEWHERE = "O04"
"""The outcome of a child whose name another school has entered on its register."""

DUPLICATE, TRANSFERRED = "O25", "O26"
"""The outcomes that triage sets by itself: of two cases one is kept, and a case another authority took on."""

NOT_CME = "O24"
"""The outcome of a referral that was advice or attendance work, and no child missing from education."""

AGREED_AWAY = "O28"
"""The outcome of a child who is located, and whom both sides agree not to expect (limb b)."""

NOT_LOCATED = frozenset({"O12", "O13", "O14", "O15", "O16"})
"""The outcomes of a child whom nobody has found."""

SCHOOLED = frozenset({"O04", "O05", "O06", "O07", "O08"})
"""The outcomes of a child who is educated elsewhere from a day on."""


class Side(StrEnum):
    """The two sides of a case: the school, and the local authority."""

    SCHOOL = "school"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        """The side as sentences name it."""
        return {Side.SCHOOL: "the school", Side.AUTHORITY: "the local authority"}[self]


class Requirement(StrEnum):
    """What must be on record before a case can be closed with an outcome."""

    PRESENT_MARK = "present_mark"
    RUN_ENDED = "run_ended"
    AGREEMENT = "agreement"
    REMOVAL = "removal"
    OVER_AGE = "over_age"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way for a case to end.

    `evidence` says what should be on the case; `set_by` which side may close with it; `roll_effect` what
    becomes possible on the register, never what happens by itself.
    """

    code: str
    label: str
    evidence: str
    set_by: frozenset[Side]
    requires: Requirement | None
    roll_effect: str
    source: str


@cache
def read_outcomes() -> Mapping[str, Outcome]:
    """Every outcome by code, in the order of the catalogue."""
    return MappingProxyType(
        {
            row["code"]: Outcome(
                code=row["code"],
                label=row["label"],
                evidence=row["evidence"],
                set_by=frozenset(Side(side) for side in row["set_by"].split("+")),
                requires=Requirement(row["requires"]) if row["requires"] else None,
                roll_effect=row["roll_effect"],
                source=row["source"],
            )
            for row in read_rows("outcomes.csv")
        }
    )


def outcomes_for(sides: frozenset[Side]) -> tuple[Outcome, ...]:
    """The outcomes that somebody speaking for these sides may close a case with."""
    return tuple(outcome for outcome in read_outcomes().values() if outcome.set_by & sides)
