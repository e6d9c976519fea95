"""What puts a child on the fast track from the first unexplained session: the catalogue `data/flags.csv`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


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
    text = resources.files("cme.data").joinpath("flags.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["kind"]: Flag(row["kind"], row["label"], row["named"] == "yes", row["source"])
            for row in csv.DictReader(text.splitlines())
        }
    )
