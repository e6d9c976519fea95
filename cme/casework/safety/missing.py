"""Children who are missing now, and who go missing again: clocks that run day and night, and a count.

Missing is a matter for the police, and is never read off a mark. Source: casework reference s.13.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cme.attendance.age import age_on
from cme.casework.policy.clocks import due_at
from cme.casework.policy.pack import PolicyPack

ENGLAND = ZoneInfo("Europe/London")

LONGEST_TEXT = 2000
"""Characters of what is said of an episode."""


class Risk(StrEnum):
    """How high the risk is, as far as somebody has said; '' where nobody has."""

    NOT_RATED = ""
    HIGH = "high"
    VERY_HIGH = "very_high"

    @property
    def label(self) -> str:
        """The risk in the words people read."""
        return {Risk.NOT_RATED: "Not rated", Risk.HIGH: "High", Risk.VERY_HIGH: "Very high"}[self]


@dataclass(frozen=True, slots=True)
class Episode:
    """A child who was noticed missing, until somebody saw the child: `found_at` is None until then.

    `is_reported`: the police were told.
    """

    noticed_at: datetime
    found_at: datetime | None = None
    is_reported: bool = False
    risk: Risk = Risk.NOT_RATED

    @property
    def noticed_on(self) -> date:
        """The date in England on which somebody noticed."""
        return self.noticed_at.astimezone(ENGLAND).date()


@dataclass(frozen=True, slots=True)
class Escalation:
    """Somebody senior at the authority who is told when a clock ends: by which clock, who, and when."""

    clock: str
    contact: str
    due_at: datetime


def escalations(episode: Episode, pack: PolicyPack, born_on: date | None) -> tuple[Escalation, ...]:
    """Who is told of a child who stays missing, the earliest first; () where the area names nobody.

    The clock for young children is for those under the age that the pack names when they went missing; the
    one for a very high risk for those who are rated so.
    """
    if not pack.missing.missing_now_enabled:
        return ()
    applies = {
        "missing_young_child": born_on is not None
        and age_on(born_on, episode.noticed_on) < pack.young_child_age_under,
        "missing_very_high": episode.risk is Risk.VERY_HIGH,
    }
    found = [
        Escalation(clock, contact, due_at(pack.clocks[clock], episode.noticed_at))
        for clock, contact in pack.missing.escalations.items()
        if applies.get(clock, True)
    ]
    return tuple(sorted(found, key=lambda each: (each.due_at, each.clock)))


@dataclass(frozen=True, slots=True)
class Crossing:
    """That a child went missing as often within the window as the alert asks for, with the episode of a day.

    `count` episodes within the window that ends there; `others` are records of the school alone in it.
    """

    on: date
    count: int
    others: int


def repeats(episodes: Iterable[Episode], pack: PolicyPack) -> tuple[Crossing, ...]:
    """Each time the count within the window reached the number of the alert, the earliest first.

    Once for each crossing: a further episode inside the same window is no new one. Recomputed from all
    episodes that stand, so that a correction takes an alert back.
    """
    known = sorted(episodes, key=lambda each: each.noticed_at)
    if not pack.missing.repeat_alert_enabled:
        return ()
    return tuple(_crossings(known, pack))


def _crossings(known: list[Episode], pack: PolicyPack) -> Iterator[Crossing]:
    wanted, before = pack.missing.repeat_count, 0
    for episode in known:
        if not _counts(episode, pack):
            continue
        count, others = count_in_window(known, pack, episode.noticed_on)
        if count >= wanted > before:
            yield Crossing(episode.noticed_on, count, others)
        before = count


def count_in_window(episodes: Iterable[Episode], pack: PolicyPack, on: date) -> tuple[int, int]:
    """How many episodes count within the window that ends on a day, and how many others lie in it."""
    first_on = on - timedelta(days=pack.clocks["repeat_window"].value - 1)
    within = [each for each in episodes if first_on <= each.noticed_on <= on]
    counted = sum(_counts(each, pack) for each in within)
    return counted, len(within) - counted


def _counts(episode: Episode, pack: PolicyPack) -> bool:
    return episode.is_reported or pack.missing.site_records_count


class SupportStatus(StrEnum):
    """Which service already works with the child: whom a repeat alert speaks of."""

    SOCIAL_CARE = "open_social_care"
    EARLY_HELP = "early_help"
    NOT_OPEN = "not_open"

    @property
    def advice(self) -> str:
        """What the area asks to be considered (Darlington procedure v2.3, ss.7.9-7.11)."""
        return {
            SupportStatus.SOCIAL_CARE: "Open to social care: tell the social worker. A planning, safety or "
            "strategy meeting is considered, with the police.",
            SupportStatus.EARLY_HELP: "Open to Early Help: tell the front door, which decides whether an "
            "assessment or a strategy discussion is needed.",
            SupportStatus.NOT_OPEN: "Not open to a service: ask the front door for advice.",
        }[self]


def support_status(flags: Iterable[str]) -> SupportStatus:
    """The service that a child's flags name, social care before Early Help."""
    kinds = set(flags)
    if kinds & {"social_worker", "child_protection_plan", "child_in_need", "looked_after"}:
        return SupportStatus.SOCIAL_CARE
    return SupportStatus.EARLY_HELP if "early_help" in kinds else SupportStatus.NOT_OPEN


@dataclass(frozen=True, slots=True)
class EpisodeEntry:
    """What a person enters when a child is missing from school: only when it was noticed must be there."""

    noticed_at: datetime | None
    last_seen: str = ""
    searched: str = ""
    parent_told_at: datetime | None = None
    police_told_at: datetime | None = None
    police_reference: str = ""
    risk: Risk = Risk.NOT_RATED


def entry_faults(entry: EpisodeEntry, at: datetime) -> tuple[tuple[str, str], ...]:
    """What is wrong with an entry: the field and the sentence; `at` is now."""
    found: list[tuple[str, str]] = []
    if entry.noticed_at is None:
        found.append(("noticed_at", "Enter the date and the time at which somebody noticed."))
    elif entry.noticed_at > at:
        found.append(("noticed_at", "The time must not be in the future. Enter when somebody noticed."))
    for name, told_at in (("parent_told_at", entry.parent_told_at), ("police_told_at", entry.police_told_at)):
        if told_at is not None and told_at > at:
            found.append((name, "The time must not be in the future. Enter when they were told."))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an episode ended: when somebody saw the child, None where that could not be read, and how."""

    found_at: datetime | None
    how: str


def found_faults(
    noticed_at: datetime, found_at: datetime | None, how: str, at: datetime
) -> tuple[tuple[str, str], ...]:
    """What is wrong with saying that a child was found: the field and the sentence."""
    found: list[tuple[str, str]] = []
    if found_at is None:
        found.append(("found_at", "Enter the date and the time at which somebody saw the child."))
    elif found_at > at:
        found.append(("found_at", "The time must not be in the future. Enter when the child was seen."))
    elif found_at < noticed_at:
        found.append(("found_at", "The child was noticed missing after that. Correct one of the two times."))
    if not how.strip():
        found.append(("found_how", "Enter who saw the child, where, and how that is known."))
    return tuple(found)
