"""What approving an upload would do to the roll and its marks, as the check page lists it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cme.attendance.codes import BY_LETTER, code_of
from cme.attendance.lines import session_at
from cme.web.presenters import dates
from cme.web.presenters.pupils import listed_name
from cme.web.presenters.words import counted
from importers.plan import Plan, PlannedPupil, RowKind

MOST_CHANGES = 50
"""Changed marks shown old and new."""

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


def plan_groups(plan: Plan) -> list[dict[str, Any]]:
    """What approval does, group by group: a count, a sentence, and the pupils it is about."""
    new = [listed_name(pupil.reading) for pupil in plan.of_kind(RowKind.NEW)]
    changed = [listed_name(pupil.reading) for pupil in plan.of_kind(RowKind.CHANGED) if pupil.changes]
    corrected = [listed_name(pupil.reading) for pupil in plan.pupils if pupil.particulars]
    missing = [listed_name(pupil) for pupil in plan.not_in_file]
    unchanged = len(plan.of_kind(RowKind.UNCHANGED))
    groups = [
        _group(
            f"{counted(len(new), 'new pupil')}",
            "Approving puts them on roll, with the marks in the file.",
            new,
        ),
        _group(
            f"{counted(len(changed), 'pupil')} with new or changed marks",
            f"Approving adds {counted(plan.marks_added, 'mark')} and changes "
            f"{counted(plan.marks_altered, 'mark')} of the whole file. The old marks are kept on record.",
            changed,
        ),
        _group(
            f"{counted(len(corrected), 'pupil')} with other particulars",
            "Approving takes over the name, date of birth or UPN in the file.",
            corrected,
        ),
        _group(
            f"{counted(unchanged, 'pupil')} unchanged",
            "Everything the file says of them is held already. Approving does nothing to them.",
            (),
        ),
        _group(
            f"{counted(len(missing), 'pupil')} on roll but not in the file",
            "They are on roll and not in this file. Approving takes nobody off roll; what is held of them "
            "stays as it is. Should they be in it?",
            missing,
            tone="warn",
        ),
    ]
    numbers = (len(new), len(changed), len(corrected), unchanged, len(missing))
    return [group for group, number in zip(groups, numbers, strict=True) if number]


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
    """The first marks that become another, old and new; marks that fill a blank are not among them."""
    rows: list[dict[str, str]] = []
    for pupil in plan.of_kind(RowKind.CHANGED):
        for on, half, old, new in _altered(pupil):
            if len(rows) == MOST_CHANGES:
                return rows
            rows.append(
                {
                    "name": listed_name(pupil.reading),
                    "on": dates.day(on),
                    "half": half,
                    "old": old,
                    "new": new,
                }
            )
    return rows


_PARTICULARS = {"upn": "UPN", "surname": "Surname", "forename": "Forename", "born_on": "Date of birth"}


def corrected_particulars(plan: Plan) -> list[dict[str, str]]:
    """The first particulars that the file gives otherwise than the roll, old and new."""
    return [
        {
            "name": listed_name(pupil.reading),
            "what": _PARTICULARS[change.name],
            "old": _particular(change.name, change.old) or "Not held",
            "new": _particular(change.name, change.new),
        }
        for pupil in plan.pupils
        for change in pupil.particulars
    ][:MOST_CHANGES]


def corrected_caption(plan: Plan) -> str:
    """How many particulars differ, and that not all are listed."""
    number = sum(len(pupil.particulars) for pupil in plan.pupils)
    total = f"{counted(number, 'particular')} that differ" if number != 1 else "1 particular that differs"
    return f"{total}. The first {MOST_CHANGES} are listed." if number > MOST_CHANGES else total


def _particular(name: str, value: str) -> str:
    return dates.long_day(date.fromisoformat(value)) if name == "born_on" and value else value


def changed_caption(plan: Plan) -> str:
    """How many marks become another, and that not all are listed."""
    total = f"{counted(plan.marks_altered, 'mark')} changed"
    return f"{total}. The first {MOST_CHANGES} are listed." if plan.marks_altered > MOST_CHANGES else total


def _altered(pupil: PlannedPupil) -> Iterator[tuple[date, str, str, str]]:
    for change in pupil.changes:
        for offset, (old, new) in enumerate(zip(change.old, change.new, strict=True)):
            if old not in (".", new):
                on, half = session_at(change.year, change.first_index + offset)
                yield on, half.value, code_of(old), code_of(new)
