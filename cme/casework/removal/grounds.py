"""The grounds on which a name may come off the admission register (`data/removal_grounds.csv`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cme.data import read_rows


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground by the letter of its paragraph: how staff name it, and how a family is told.

    `plain` goes on from the child's name. Source: SI 2024/208 reg 9(1).
    """

    letter: str
    label: str
    plain: str
    source: str


@cache
def read_grounds() -> Mapping[str, Ground]:
    """Every ground that a letter can name, by its letter. The death of a pupil is not told by a form."""
    return MappingProxyType({row["letter"]: Ground(**row) for row in read_rows("removal_grounds.csv")})
