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

    @property
    def ends(self) -> bool:
        """Whether the return run goes back to 0."""
        return _days(self.before, "return_run") > 0 == _days(self.after, "return_run")

    @property
    def loses_day_ten(self) -> bool:
        """Whether the return run reached its tenth day and no longer does, whatever is left of it."""
        return _days(self.after, "return_run") < RETURN_DAYS <= _days(self.before, "return_run")

    @property
    def begins(self) -> bool:
        """Whether a return run begins."""
        return self.reaches("return_run", 1)

    @property
    def weight(self) -> tuple[bool, bool, bool, int]:
        """What is told first: a tenth day lost, cases that moved, runs that changed, the longest run."""
        longest = max(_days(self.before, "return_run"), _days(self.after, "return_run"))
        is_changed = self.before.return_run != self.after.return_run
        return self.loses_day_ten, bool(self.events), is_changed, longest


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
        lambda move: move.loses_day_ten and not move.ends,
        f"Back below day {RETURN_DAYS}",
        f"went back below day {RETURN_DAYS} of the return run",
        f"go back below day {RETURN_DAYS} of the return run",
    ),
    _Turn(
        lambda move: move.loses_day_ten and move.ends,
        f"Absence of {RETURN_DAYS} days or more ended",
        f"stopped being absent without authority after {RETURN_DAYS} days or more",
        f"stop being absent without authority after {RETURN_DAYS} days or more",
    ),
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
        lambda move: move.ends and not move.loses_day_ten,
        "Absence ended",
        "stopped being absent without authority",
        "stop being absent without authority",
    ),
)
"""In the order in which they are said: a tenth day that is lost first, then by their gravity."""

_CASE, _REFERRAL = ("case", "cases"), ("referral", "referrals")

_EVENTS: Mapping[EventKind, tuple[tuple[str, str], tuple[str, str], str]] = {
    EventKind.CASE_OPENED: (_CASE, ("was opened", "were opened"), "would be opened"),
    EventKind.CASE_FAST_TRACKED: (_CASE, ("was fast-tracked", "were fast-tracked"), "would be fast-tracked"),
    EventKind.REFERRAL_DRAFTED: (
        _REFERRAL,
        ("is ready to send", "are ready to send"),
        "would be ready to send",
    ),
    EventKind.ELIGIBILITY_REACHED: (
        _CASE,
        ("became eligible for decision", "became eligible for decision"),
        "would become eligible for decision",
    ),
    EventKind.ELIGIBILITY_LOST: (
        _CASE,
        ("is no longer eligible for decision", "are no longer eligible for decision"),
        "would no longer be eligible for decision",
    ),
    EventKind.JOINT_OPENED: (
        _CASE,
        ("is up for joint review", "are up for joint review"),
        "would be reviewed",
    ),
    EventKind.CLOSING_PROPOSED: (_CASE, ("can be closed", "can be closed"), "could be closed"),
    EventKind.CLOSING_WITHDRAWN: (_CASE, ("goes on after all", "go on after all"), "would go on after all"),
    EventKind.REFERRAL_SUPERSEDED: (
        _REFERRAL,
        ("was superseded", "were superseded"),
        "would be superseded",
    ),
    EventKind.REFERRAL_RESTORED: (_REFERRAL, ("stands again", "stand again"), "would stand again"),
    EventKind.MISSING_NOTICED: (
        _CASE,
        ("is of a child who is missing now", "are of children who are missing now"),
        "would be of a child who is missing now",
    ),
    EventKind.MISSING_ENDED: (
        _CASE,
        ("is of a child who is no longer missing", "are of children who are no longer missing"),
        "would be of a child who is no longer missing",
    ),
}
"""What is said of each event that a count can cause: of what, what it did (one, many), and what it would."""


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
    for kind, (noun, did, would) in _EVENTS.items():
        if number := kinds[kind]:
            said.append(f"{counted(number, *noun)} {did[number != 1] if is_done else would}.")
    return said


def why(move: Move, otherwise: str = "Counted again from corrected marks") -> str:
    """What happened to one child, in a few words: Day 10 of the return run. Case opened.

    `otherwise` is said of a child whose runs changed in a way that has no name.
    """
    labels = [turn.label for turn in _TURNS if turn.applies(move)]
    if not labels and not (move.events and move.before == move.after):
        labels = [_quiet(move) or otherwise]
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
    opens_case = EventKind.CASE_OPENED.value in move.events
    return {
        "name": name,
        "class_name": place,
        "return_run": change(move.before.return_run, move.after.return_run),
        "removal_run": change(move.before.removal_run, move.after.removal_run),
        "days_unseen": change(move.before.days_unseen, move.after.days_unseen),
        "why": why(move),
        "no_case": "A new case" if opens_case else "None",
        **more,
    }


def heaviest(moves: Iterable[tuple[Move, Any]]) -> list[tuple[Move, Any]]:
    """The moves worth telling first, at most `MOST_ROWS` of them, each with what belongs to it."""
    return sorted(moves, key=lambda pair: pair[0].weight, reverse=True)[:MOST_ROWS]
