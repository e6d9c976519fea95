"""Where to ask about a child beyond the reach of a request to English authorities, and where the file goes.

Source: tracing reference s.4; each fact names its own, and whether it was verified.
"""

from dataclasses import dataclass
from functools import cache

from cme.data import read_rows


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to do or to know. Not `is_verified`: nobody who publishes it was found; check before use.

    `as_of` is the month in which the source was as told.
    """

    text: str
    is_verified: bool
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class NationRoute:
    """A nation or a kind of family: what the officer does, in order, and the destination of the file."""

    code: str
    name: str
    asks: tuple[Fact, ...]
    ctf: tuple[Fact, ...]


@cache
def read_routes() -> tuple[NationRoute, ...]:
    """Every route, in the order of the catalogue."""
    rows = read_rows("nation_routes.csv")
    names = {row["route"]: row["name"] for row in rows}

    def facts(code: str, kind: str) -> tuple[Fact, ...]:
        return tuple(
            Fact(row["text"], row["certain"] == "yes", row["source"], row["as_of"])
            for row in rows
            if row["route"] == code and row["kind"] == kind
        )

    return tuple(
        NationRoute(code, name, facts(code, "ask"), facts(code, "ctf")) for code, name in names.items()
    )
