"""How the work goes: measures over many cases, of which none tells of few children.

Source: casework reference s.17. What is measured is our policy; small numbers are hidden (`small_cells`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from types import MappingProxyType

from cme.casework.outcomes import NOT_LOCATED, RETURNED
from cme.casework.small_cells import SMALLEST, Share

REFERRAL_DAY = 10
"""The day of the attendance return and of the referral."""

AGES: Mapping[str, int | None] = MappingProxyType(
    {"Under 2 weeks": 14, "2 to 4 weeks": 28, "4 to 8 weeks": 56, "8 weeks or more": None}
)
"""How long cases have been open: the days below which a case belongs to each band."""

_LOCATED = "O02 O03 O04 O05 O06 O07 O08 O09 O10 O11 O18 O19 O28 O29"
LOCATED = frozenset({RETURNED, *_LOCATED.split()})
"""Outcomes that say where the child is. A case that ended with neither these nor `NOT_LOCATED` is neither."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One case as it is measured. `contacts` and `visits` are the days of calls and home visits.

    `day_5_on` is the fifth school day of the absence. `referral_run` is the count when it was referred.
    `returned_for` are the items that the school was asked for.
    """

    school_id: int = 0
    absent_from_on: date | None = None
    day_5_on: date | None = None
    contacts: tuple[date, ...] = ()
    visits: tuple[date, ...] = ()
    referral_run: int | None = None
    referred_on: date | None = None
    acknowledged_on: date | None = None
    result_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""
    returned_for: tuple[str, ...] = ()

    @property
    def first_visit_on(self) -> date | None:
        """The first home visit of the absence."""
        return min(self.visits, default=None)

    def was_visited_by_day_5(self) -> bool:
        """Whether somebody went to the home by the fifth school day."""
        return bool(self.first_visit_on and self.day_5_on and self.first_visit_on <= self.day_5_on)


@dataclass(frozen=True, slots=True)
class Measures:
    """What the cases of a time come to. Medians are in days, None where fewer than five cases tell them."""

    first_contact: Share
    visited: Share
    referred_in_time: Share
    referral_day: float | None
    returned: Share
    returned_items: Mapping[str, int]
    acknowledged_days: float | None
    result_days: float | None
    outcome_days: float | None
    located: Share


def measure(episodes: Sequence[Episode], today: date) -> Measures:
    """The measures of some cases; what had not fallen due by today is not counted against anybody."""
    began = [one for one in episodes if one.absent_from_on]
    due = [one for one in began if one.day_5_on and one.day_5_on <= _ended(one, today)]
    sent = [one for one in episodes if one.referred_on]
    days = [one.referral_run for one in sent if one.referral_run is not None]
    known = [one for one in episodes if one.outcome in LOCATED | NOT_LOCATED]
    return Measures(
        first_contact=_share(began, lambda one: one.absent_from_on in one.contacts),
        visited=_share(due, Episode.was_visited_by_day_5),
        referred_in_time=Share(sum(day <= REFERRAL_DAY for day in days), len(days)),
        referral_day=middle(days),
        returned=_share(sent, lambda one: bool(one.returned_for)),
        returned_items=Counter(item for one in sent for item in one.returned_for),
        acknowledged_days=_days(sent, lambda one: one.acknowledged_on),
        result_days=_days(sent, lambda one: one.result_on),
        outcome_days=_days(sent, lambda one: one.closed_on),
        located=_share(known, lambda one: one.outcome in LOCATED),
    )


def days_to_visit(episodes: Iterable[Episode]) -> float | None:
    """The median number of days from the first day of absence to the first home visit."""
    waits = [
        (one.first_visit_on - one.absent_from_on).days
        for one in episodes
        if one.first_visit_on and one.absent_from_on
    ]
    return middle(waits)


def middle(numbers: Sequence[int]) -> float | None:
    """The median; None where it would tell of few children."""
    return median(numbers) if len(numbers) >= SMALLEST else None


def age_of(days: int) -> str:
    """The band of a case that has been open for so many days."""
    return next(name for name, below in AGES.items() if below is None or days < below)


def _ended(one: Episode, today: date) -> date:
    return one.closed_on or today


def _share(episodes: Sequence[Episode], has: Callable[[Episode], bool]) -> Share:
    return Share(sum(map(has, episodes)), len(episodes))


def _days(sent: Sequence[Episode], until: Callable[[Episode], date | None]) -> float | None:
    waits = [
        (on - one.referred_on).days for one in sent if one.referred_on is not None and (on := until(one))
    ]
    return middle(waits)
