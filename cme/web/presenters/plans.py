"""What approving an upload would do to the roll and its marks, as the check page lists it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from cme.attendance.codes import BY_LETTER, code_of
from cme.attendance.lines import session_at
from cme.web.presenters import dates
from cme.web.presenters.pupils import listed_name
from cme.web.presenters.words import counted, listed
from importers.planning.planned import LineChange, Plan, PlannedPupil, RowKind
from importers.roll.changes import RollChange

Session = tuple[date, str, str, str]
"""A date, its half, and the old and the new code, '' for none."""

MOST_CHANGES = 50
"""Days with changed marks shown old and new."""

MOST_DIFFERENCES = 200
"""Differences that can be taken over at one approval."""

MOST_NAMES = 50
"""Pupils named in a group."""


def tally(plan: Plan) -> list[dict[str, Any]]:
    """How often each code stands in the file, as `cmeCodeTally` shows it, the most frequent first."""
    letters: Counter[str] = Counter()
    for pupil in plan.pupils:
        for line in pupil.reading.lines.values():
            letters.update(line)
    del letters["."]
    return [
        {"code": code_of(letter), "number": f"{number:,}", "text": BY_LETTER[letter].meaning}
        for letter, number in letters.most_common()
    ]


def plan_groups(plan: Plan, roll: Sequence[RollChange]) -> list[dict[str, Any]]:
    """What approval does, group by group: a count, a sentence, and the pupils it is about."""
    new = [listed_name(pupil.reading) for pupil in plan.of_kind(RowKind.NEW)]
    changed = [listed_name(pupil.reading) for pupil in plan.of_kind(RowKind.CHANGED) if pupil.changes]
    held = [listed_name(waiting.reading) for waiting in plan.waiting]
    left_out = [listed_name(one.reading) for one in plan.left_out]
    missing = [listed_name(pupil) for pupil in plan.not_in_file]
    filled = _filled(plan, roll)
    marked = _named(plan, roll, "flag.")
    leaving = _named(plan, roll, "leaving_on")
    unchanged = len(plan.of_kind(RowKind.UNCHANGED))
    groups = [
        (len(new), "new pupil", "Approving puts them on roll, with the marks in the file.", new, ""),
        (
            len(changed),
            "pupil with new or changed marks",
            f"Approving adds {counted(plan.marks_added, 'mark')} and changes "
            f"{counted(plan.marks_altered, 'mark')} of the whole file. The old marks are kept on record.",
            changed,
            "",
        ),
        (
            len(held),
            "close match",
            "The same child as one on the roll, or another? Until a person decides, nothing of these rows is "
            "counted.",
            held,
            "warn",
        ),
        (
            len(missing),
            "pupil on roll but not in the file",
            "Approving takes nobody off roll; what is held of them stays as it is. Should they be in it?",
            missing,
            "warn",
        ),
        (
            sum(filled.values()),
            "particular that was missing",
            "Approving fills in what is not held yet: "
            + listed(
                [f"{what.lower() if what != 'UPN' else what} ({times:,})" for what, times in filled.items()]
            )
            + ".",
            (),
            "",
        ),
        (
            len(marked),
            "pupil with a flag",
            "A flag puts a child on the fast track from the first unexplained session.",
            marked,
            "warn",
        ),
        (
            len(leaving),
            "pupil with a leaving date",
            "The date is kept. Approving takes nobody off roll.",
            leaving,
            "warn",
        ),
        (len(left_out), "row left out", "Approving does nothing with these rows.", left_out, ""),
        (
            unchanged,
            "pupil unchanged",
            "Everything the file says of them is held already. Approving does nothing to them.",
            (),
            "",
        ),
    ]
    return [
        _group(counted(number, noun, _PLURALS.get(noun, "")), does, names, tone=tone)
        for number, noun, does, names, tone in groups
        if number
    ]


def _filled(plan: Plan, roll: Sequence[RollChange]) -> Counter[str]:
    """How many particulars approval fills in, by what they are, the most frequent first."""
    found = Counter(_PARTICULARS[change.name] for pupil in plan.pupils for change in pupil.particulars)
    found.update(change.label.partition(":")[0].rstrip(" 0123456789") for change in roll if not change.asks)
    return Counter(dict(found.most_common()))


def _named(plan: Plan, roll: Sequence[RollChange], name: str) -> list[str]:
    """Pupils of whom approval fills in a particular, each with what it is."""
    pupils = {one.known.registration_id: one.reading for one in plan.pupils if one.known is not None}
    return [
        f"{listed_name(pupils[change.registration_id])}: {change.label}, {change.new}"
        for change in roll
        if change.name.startswith(name) and not change.asks and change.registration_id in pupils
    ]


_PLURALS = {
    "pupil with new or changed marks": "pupils with new or changed marks",
    "pupil with a flag": "pupils with a flag",
    "pupil with a leaving date": "pupils with a leaving date",
    "close match": "close matches",
    "pupil on roll but not in the file": "pupils on roll but not in the file",
    "particular that was missing": "particulars that were missing",
    "row left out": "rows left out",
    "pupil unchanged": "pupils unchanged",
}


def waiting_text(plan: Plan) -> str:
    """How many rows wait for a person; '' when none does."""
    return f"{counted(len(plan.waiting), 'row needs', 'rows need')} your decision" if plan.waiting else ""


def _group(heading: str, does: str, names: Sequence[str], *, tone: str = "") -> dict[str, Any]:
    more = len(names) - MOST_NAMES
    return {
        "heading": heading,
        "does": does,
        "names": names[:MOST_NAMES],
        "more": f"and {more:,} more" if more > 0 else "",
        "tone": tone,
    }


def changed_marks(plan: Plan) -> list[dict[str, str]]:
    """The first days with marks that become another, old and new; filling a blank is no change."""
    rows = (row for pupil in plan.of_kind(RowKind.CHANGED) for row in _by_day(pupil, _altered(pupil)))
    return list(islice(rows, MOST_CHANGES))


def outranked_marks(plan: Plan) -> dict[str, Any]:
    """Marks of the file that are passed over: another file, received later, says otherwise."""
    passed = [
        (pupil, [each for change in pupil.outranked for each in _sessions(change)]) for pupil in plan.pupils
    ]
    rows = [row for pupil, sessions in passed for row in _by_day(pupil, sessions)]
    marks = sum(len(sessions) for _, sessions in passed)
    total = f"{counted(marks, 'mark')} passed over, because a file uploaded later says otherwise"
    caption = f"{total}. The first {MOST_CHANGES} days are listed" if len(rows) > MOST_CHANGES else total
    return {"caption": caption, "rows": rows[:MOST_CHANGES]}


_PARTICULARS = {"upn": "UPN", "surname": "Surname", "forename": "Forename", "born_on": "Date of birth"}


def differences(plan: Plan, roll: Sequence[RollChange], *, accepted: Collection[str]) -> dict[str, Any]:
    """What file and roll give otherwise: taken over only where a person ticks it."""
    names = {
        one.known.registration_id: listed_name(one.reading) for one in plan.pupils if one.known is not None
    }
    rows = [
        {
            "key": change.key,
            "name": listed_name(pupil.reading),
            "what": _PARTICULARS[change.name],
            "old": _particular(change.name, change.old),
            "new": _particular(change.name, change.new),
        }
        for pupil in plan.pupils
        for change in pupil.differences
    ]
    rows += [
        {
            "key": change.key,
            "name": names.get(change.registration_id, ""),
            "what": change.label,
            "old": change.old or "Not held",
            "new": change.new or "Not in the file: end it?",
        }
        for change in roll
        if change.asks
    ]
    number = len(rows)
    caption = f"{counted(number, 'difference')} between the file and what is held"
    if number > MOST_DIFFERENCES:
        caption += f". The first {MOST_DIFFERENCES} can be taken over now"
    shown = rows[:MOST_DIFFERENCES]
    return {
        "caption": caption,
        "rows": [row | {"is_ticked": row["key"] in accepted} for row in shown],
    }


def _particular(name: str, value: str) -> str:
    return dates.long_day(date.fromisoformat(value)) if name == "born_on" and value else value


def changed_caption(plan: Plan) -> str:
    """How many marks become another, and that not all are listed."""
    total = f"{counted(plan.marks_altered, 'mark')} changed"
    days = {(at, each[0]) for at, pupil in enumerate(plan.pupils) for each in _altered(pupil)}
    return f"{total}. The first {MOST_CHANGES} days are listed." if len(days) > MOST_CHANGES else total


def _altered(pupil: PlannedPupil) -> Iterator[Session]:
    for change in pupil.changes:
        yield from (each for each in _sessions(change) if each[2])


def _by_day(pupil: PlannedPupil, sessions: Iterable[Session]) -> Iterator[dict[str, str]]:
    """A pupil's sessions with AM and PM of a day in one row."""
    for on, same in groupby(sessions, itemgetter(0)):
        day = list(same)
        old, new = (", ".join(f"{half} {codes[at] or 'blank'}" for _, half, *codes in day) for at in range(2))
        yield {"name": listed_name(pupil.reading), "on": dates.day(on), "old": old, "new": new}


def _sessions(change: LineChange) -> Iterator[Session]:
    """Each session of a stretch that differs: its date and half, the old code ('' for none) and the new."""
    for offset, (old, new) in enumerate(zip(change.old, change.new, strict=True)):
        if old != new:
            on, half = session_at(change.year, change.first_index + offset)
            yield on, half.value, code_of(old), code_of(new)
