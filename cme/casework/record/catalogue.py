"""The DfE's reasons and durations, word for word, and how a time on no roll can end.

Source: attendance reference s.11; `data/dfe_cme_reasons.csv`, `data/dfe_durations.csv`, `data/outcomes.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from cme.casework.outcomes import read_outcomes
from cme.data import read_rows

UNKNOWN = "unknown"
"""The code of the reason, and of the duration, that nobody knows."""

NOT_RECORDED = "not_recorded"
"""The code of the reason until a person says one: that nobody knows it is an answer, too."""

_ENDS = ("O01", "O04", "O05", "O06", "O07", "O08", "O11", "O18", "O22", "O23", "O24", "O25", "O26")


@dataclass(frozen=True, slots=True)
class Duration:
    """A band of days from `min_days` to `max_days`, both included; None is open, and unknown has neither."""

    code: str
    label: str
    min_days: int | None
    max_days: int | None

    def holds(self, days: int) -> bool:
        """Whether a number of days lies in the band."""
        return self.min_days is not None and self.min_days <= days <= (self.max_days or days)


@cache
def read_reasons() -> Mapping[str, str]:
    """The 20 primary reasons: the DfE's label by code, in its order."""
    return MappingProxyType({row["code"]: row["label"] for row in read_rows("dfe_cme_reasons.csv")})


@cache
def read_durations() -> tuple[Duration, ...]:
    """The eight bands, the shortest first, unknown last."""
    return tuple(
        Duration(row["code"], row["label"], _number(row["min_days"]), _number(row["max_days"]))
        for row in read_rows("dfe_durations.csv")
    )


def duration_of(started_on: date | None, until: date) -> Duration:
    """The band of a time on no roll, in days from its first day until a date."""
    bands = read_durations()
    if started_on is None:
        return bands[-1]
    days = max(0, (until - started_on).days)
    return next(band for band in bands if band.holds(days))


def ends() -> Mapping[str, str]:
    """How a time on no roll can end: the outcome's label by code."""
    return {code: read_outcomes()[code].label for code in _ENDS}


def _number(text: str) -> int | None:
    return int(text) if text else None
