"""What an upload does to runs and cases, in words: before approval, and on the receipt."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from cme.attendance.runs import REMOVAL_DAYS, RETURN_DAYS, Standing
from cme.casework.events import EVENT_TYPES, EventKind
from cme.web.presenters.words import capitalised, counted

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


_Says = tuple[Callable[[Move], bool], str, str]

_SUMMARY: tuple[_Says, ...] = (
    (lambda m: m.reaches("removal_run", REMOVAL_DAYS), "reaches day 20 of the removal run", "reach day 20 of the removal run"),
    (lambda m: m.reaches("return_run", RETURN_DAYS), "reaches day 10 of the return run", "reach day 10 of the return run"),
    (lambda m: m.begins and not m.reaches("return_run", RETURN_DAYS), "begins to be absent without authority", "begin to be absent without authority"),
    (lambda m: m.ends, "is no longer absent without authority", "are no longer absent without authority"),
    (lambda m: m.falls_below("return_run", RETURN_DAYS), "goes back below day 10", "go back below day 10"),
)  # fmt: skip

_EVENTS: Mapping[str, tuple[str, str]] = {
    EventKind.CASE_OPENED.value: ("case was opened", "cases were opened"),
    EventKind.REFERRAL_DRAFTED.value: ("referral is ready to check and send", "referrals are ready to check and send"),
    EventKind.ELIGIBILITY_REACHED.value: ("child is eligible for decision", "children are eligible for decision"),
    EventKind.ELIGIBILITY_LOST.value: ("child is no longer eligible for decision", "children are no longer eligible for decision"),
    EventKind.CLOSING_PROPOSED.value: ("case can be closed", "cases can be closed"),
    EventKind.CLOSING_WITHDRAWN.value: ("proposal to close was withdrawn", "proposals to close were withdrawn"),
    EventKind.REFERRAL_SUPERSEDED.value: ("referral was superseded", "referrals were superseded"),
    EventKind.REFERRAL_RESTORED.value: ("referral stands again", "referrals stand again"),
}  # fmt: skip


def in_words(moves: Sequence[Move]) -> list[str]:
    """The whole impact, a sentence for each kind of thing, the gravest first; empty when nothing moves."""
    said = []
    for applies, one, many in _SUMMARY:
        number = sum(applies(move) for move in moves)
        if number:
            said.append(f"{counted(number, 'pupil')} {one if number == 1 else many}.")
    kinds = Counter(kind for move in moves for kind in move.events)
    said += [f"{counted(kinds[kind], one, many)}." for kind, (one, many) in _EVENTS.items() if kinds[kind]]
    return said


def why(move: Move) -> str:
    """What happened to one child, in a few words."""
    said = []
    if move.reaches("removal_run", REMOVAL_DAYS):
        said.append(f"reaches day {REMOVAL_DAYS} of the removal run")
    if move.reaches("return_run", RETURN_DAYS):
        said.append(f"reaches day {RETURN_DAYS} of the return run")
    elif move.begins:
        said.append("begins to be absent without authority")
    elif move.ends:
        said.append("is no longer absent without authority")
    elif move.falls_below("return_run", RETURN_DAYS):
        said.append(f"goes back below day {RETURN_DAYS}")
    elif move.before.return_run != move.after.return_run:
        said.append("goes on being absent" if _grows(move) else "is counted again with the corrected marks")
    elif move.after.days_unseen == 0 and move.before.days_unseen:
        said.append("was seen at school")
    elif _days(move.after, "days_unseen") > _days(move.before, "days_unseen"):
        said.append("was not seen at school")
    elif move.before != move.after:
        said.append("is counted again with the corrected marks")
    sentences = [
        capitalised(" and ".join(said)),
        *(EVENT_TYPES[EventKind(kind)].title for kind in move.events),
    ]
    return ". ".join(sentence for sentence in sentences if sentence) + "."


def _grows(move: Move) -> bool:
    return _days(move.after, "return_run") > _days(move.before, "return_run")


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
