"""The grounds on which a name may come off the admission register (`data/removal_grounds.csv`)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


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
    text = resources.files("cme.data").joinpath("removal_grounds.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["letter"]: Ground(**row) for row in csv.DictReader(text.splitlines())})
