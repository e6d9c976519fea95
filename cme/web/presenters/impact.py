"""What an upload does to runs and cases, in words: before approval, and on the receipt."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from cme.attendance.standing import REMOVAL_DAYS, RETURN_DAYS, Standing
from cme.casework.events import EVENT_TYPES, EventKind
from cme.web.presenters.words import counted

MOST_ROWS = 100
"""Children listed one by one; how many there are in all is said."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The three runs in school days; None where none is counted."""

    return_run: int | None
    removal_run: int | None
    days_unseen: int | None

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """The runs of a standing."""
        return cls(standing.return_run, standing.removal_run, standing.days_unseen)


@dataclass(frozen=True, slots=True)
class Move:
    """How one child's runs go from `before` to `after`, and what the case made of it (event kinds)."""

    before: Runs
    after: Runs
    events: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """The move that an entry of a receipt records."""
        return cls(Runs(**entry["before"]), Runs(**entry["after"]), tuple(entry["events"]))

    def reaches(self, run: str, days: int) -> bool:
        """Whether a run comes to a number of days with this move."""
        return _days(self.before, run) < days <= _days(self.after, run)

    def falls_below(self, run: str, days: int) -> bool:
        """Whether a run goes back below a number of days, and not to 0, with this move."""
        return 0 < _days(self.after, run) < days <= _days(self.before, run)

    @property
    def ends(self) -> bool:
        """Whether the return run goes back to 0."""
        return _days(self.before, "return_run") > 0 == _days(self.after, "return_run")

    @property
    def begins(self) -> bool:
        """Whether a return run begins."""
        return self.reaches("return_run", 1)

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """What is told first: cases that moved, then runs that began, grew or ended, the longest first."""
        longest = max(_days(self.before, "return_run"), _days(self.after, "return_run"))
        return bool(self.events), self.before.return_run != self.after.return_run, longest


def _days(runs: Runs, run: str) -> int:
    return getattr(runs, run) or 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn that an absence can take: when a move is one, and what it is called in each place."""

    applies: Callable[[Move], bool]
    label: str
    past: str
    infinitive: str


_TURNS = (
    _Turn(
        lambda move: move.reaches("removal_run", REMOVAL_DAYS),
        f"Day {REMOVAL_DAYS} of the removal run",
        f"reached day {REMOVAL_DAYS} of the removal run",
        f"reach day {REMOVAL_DAYS} of the removal run",
    ),
    _Turn(
        lambda move: move.reaches("return_run", RETURN_DAYS),
        f"Day {RETURN_DAYS} of the return run",
        f"reached day {RETURN_DAYS} of the return run",
        f"reach day {RETURN_DAYS} of the return run",
    ),
    _Turn(
        lambda move: move.begins and not move.reaches("return_run", RETURN_DAYS),
        "New absence",
        "became absent without authority",
        "become absent without authority",
    ),
    _Turn(
        lambda move: move.ends,
        "Absence ended",
        "stopped being absent without authority",
        "stop being absent without authority",
    ),
    _Turn(
        lambda move: move.falls_below("return_run", RETURN_DAYS),
        f"Back below day {RETURN_DAYS}",
        f"went back below day {RETURN_DAYS} of the return run",
        f"go back below day {RETURN_DAYS} of the return run",
    ),
)
"""In the order of their gravity."""

_EVENTS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.CASE_OPENED: ("case was opened", "cases were opened"),
    EventKind.REFERRAL_DRAFTED: ("referral is ready to send", "referrals are ready to send"),
    EventKind.ELIGIBILITY_REACHED: (
        "case became eligible for decision",
        "cases became eligible for decision",
    ),
    EventKind.ELIGIBILITY_LOST: ("case lost its eligibility", "cases lost their eligibility"),
    EventKind.CLOSING_PROPOSED: ("case can be closed", "cases can be closed"),
    EventKind.CLOSING_WITHDRAWN: ("case goes on after all", "cases go on after all"),
    EventKind.REFERRAL_SUPERSEDED: ("referral was superseded", "referrals were superseded"),
    EventKind.REFERRAL_RESTORED: ("referral stands again", "referrals stand again"),
}


def in_words(moves: Sequence[Move], *, is_done: bool) -> list[str]:
    """The whole impact, a sentence for each kind of thing, the gravest first; empty when nothing turns.

    "3 pupils reached day 10 of the return run." where it is done, "3 pupils would reach ..." before.
    """
    said = []
    for turn in _TURNS:
        if number := sum(turn.applies(move) for move in moves):
            verb = turn.past if is_done else f"would {turn.infinitive}"
            said.append(f"{counted(number, 'pupil')} {verb}.")
    kinds = Counter(kind for move in moves for kind in move.events)
    said += [f"{counted(kinds[kind], one, many)}." for kind, (one, many) in _EVENTS.items() if kinds[kind]]
    return said


def why(move: Move, otherwise: str = "Counted again from corrected marks") -> str:
    """What happened to one child, in a few words: Day 10 of the return run. Case opened.

    `otherwise` is said of a child whose runs changed in a way that has no name.
    """
    labels = [turn.label for turn in _TURNS if turn.applies(move)] or [_quiet(move) or otherwise]
    titles = [EVENT_TYPES[EventKind(kind)].title for kind in move.events]
    return ". ".join((*labels, *titles)) + "."


def _quiet(move: Move) -> str:
    """What a move is called that takes no turn; '' where it has no name."""
    for run, label in (("return_run", "Absence goes on"), ("days_unseen", "Not seen at school")):
        if _days(move.after, run) > _days(move.before, run):
            return label
    if move.before.return_run == move.after.return_run and not move.after.days_unseen:
        return "Seen at school"
    return ""


def change(before: int | None, after: int | None) -> str:
    """A run before and after: "8 to 11", or "11" where it stays."""
    shown = ["not counted" if run is None else str(run) for run in (before, after)]
    return shown[0] if shown[0] == shown[1] else f"{shown[0]} to {shown[1]}"


def row(move: Move, name: str, place: str, **more: Any) -> dict[str, Any]:
    """One child in the table of an impact; `more` are ids and tags that the page links with."""
    return {
        "name": name,
        "class_name": place,
        "return_run": change(move.before.return_run, move.after.return_run),
        "removal_run": change(move.before.removal_run, move.after.removal_run),
        "days_unseen": change(move.before.days_unseen, move.after.days_unseen),
        "why": why(move),
        **more,
    }


def heaviest(moves: Iterable[tuple[Move, Any]]) -> list[tuple[Move, Any]]:
    """The moves worth telling first, at most `MOST_ROWS` of them, each with what belongs to it."""
    return sorted(moves, key=lambda pair: pair[0].weight, reverse=True)[:MOST_ROWS]
