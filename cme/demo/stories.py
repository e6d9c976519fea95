"""What the made-up pupils' registers say: mostly present, and a few stories that would worry a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from cme.attendance.codes import Half
from cme.demo.people import Child

Marks = dict[tuple[date, Half], str]

PRESENT = ("/", "\\")


@dataclass(frozen=True, slots=True)
class Story:
    """A pupil's last school days, oldest first: a code for both halves, or 'AM PM'; before them, the usual.

    `acts` is what people have done about it by the end (see `cme.demo.authority`).
    """

    name: str
    days: tuple[str, ...]
    acts: tuple[str, ...] = ()


def _absent(name: str, days: int, *acts: str, code: str = "O") -> Story:
    return Story(name, (code,) * days, acts)


STORIES: tuple[Story, ...] = (
    _absent("first day", 1, code="N"),
    _absent("second day", 2, code="N"),
    _absent("review due", 3),
    _absent("reviewed", 6, "review", "enquire"),
    _absent("draft ready", 9, "review", "enquire"),
    _absent("tenth day", 10, "review"),
    _absent("referral overdue", 13),
    _absent("referred", 12, "review", "refer"),
    _absent("acknowledged", 16, "review", "refer", "acknowledge", "ask"),
    _absent("eligible", 22, "review", "refer", "acknowledge"),
    Story("eligible but for a blank", ("O",) * 10 + ("-",) + ("O",) * 11, ("review", "refer")),
    Story("not referred", ("O",) * 11, ("review", "decline")),
    Story("returned", ("O",) * 11 + PRESENT[:1] * 2, ("review", "refer")),
    Story("ill after all", ("O",) * 5 + ("I",) * 3, ("review",)),
    Story("closed", ("O",) * 12 + PRESENT[:1] * 8, ("review", "refer", "acknowledge", "close")),
    _absent("family holiday", 10, code="G"),
    _absent("late every day", 10, code="U"),
    Story("mornings only", ("/ O",) * 8),
    Story("part-time timetable", ("O C2",) * 6),
    Story("unresolved reasons", ("N",) * 7, ("review",)),
    Story("gap in the register", ("O",) * 4 + ("-",) + ("O",) * 4, ("review",)),
    Story("unavoidable cause", ("O",) * 8 + ("Y7",) + ("O",) * 2),
    _absent("ill for weeks", 16, code="I"),
)

WITH_AUTHORITY: tuple[Story, ...] = (
    _absent("more asked for", 16, "review", "refer", "return"),
    _absent("accepted", 17, "review", "refer", "accept"),
    _absent("joint review", 19, "review", "ring", "refer", "accept"),
    _absent("location to verify", 16, "review", "refer", "report"),
    _absent("removal proposed", 24, "review", "ring", "refer", "accept", "propose"),
    _absent("removed", 25, "review", "ring", "refer", "accept", "remove"),
    _absent("being traced", 26, "review", "ring", "refer", "accept", "trace"),
)
"""What goes on at the first school alone, where each person of the sign-ins acts."""

_USUAL = ("I", "M", "C", "L", "O", "U", "R", "B", "V")
_OFTEN = (40, 14, 8, 16, 6, 6, 2, 4, 4)


def write_story(child: Child, story: Story | None, days: Sequence[date]) -> Marks:
    """A pupil's marks on the given school days: the usual ones, then the story's."""
    chance = Random(child.upn)  # noqa: S311 - invents marks, guards nothing
    told = story.days if story else ()
    marks: Marks = {}
    for index, on in enumerate(days):
        at = index - (len(days) - len(told))
        am, pm = _pair(told[at]) if at >= 0 else _usual(chance)
        if at == -1:
            am, pm = PRESENT
        marks[on, Half.AM], marks[on, Half.PM] = am, pm
    return marks


def _usual(chance: Random) -> tuple[str, str]:
    if chance.random() > 0.06:
        return PRESENT
    code = chance.choices(_USUAL, _OFTEN)[0]
    if code in ("L", "M", "U"):
        return code, PRESENT[1]
    return code, code


def _pair(told: str) -> tuple[str, str]:
    if told == PRESENT[0]:
        return PRESENT
    am, _, pm = told.partition(" ")
    code = {"-": ""}
    return code.get(am, am), code.get(pm or am, pm or am)
