"""Statutory returns that a school owes: made by the count, moved with their absence, and taken back by it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cme.access.scope import Scope
from cme.attendance.calendar import RegisterDays
from cme.attendance.codes import code_of
from cme.attendance.lines import academic_year
from cme.attendance.runs import letters_of
from cme.casework.returns import Owed, ReturnKind, owed_returns
from cme.clock import local_date
from cme.services.following import CountedPupil
from cme.services.policies import pack_in_force
from cme.store import returns as store
from cme.store.database import db
from cme.store.tables import School, StatutoryReturn


def follow_returns(
    scope: Scope, school: School, days: RegisterDays, counted: Mapping[int, CountedPupil], *, at: datetime
) -> int:
    """Let the returns of a school follow the count, inside the open transaction; how many are newly owed.

    Following again with the same count changes nothing. A return that was sent is never changed; one that
    nobody sent is moved with its absence, and withdrawn where the corrected register no longer asks for it.
    The count speaks of one school year: what an earlier one left unsent stays owed.
    """
    pack = pack_in_force(school.authority, local_date(at))
    known = store.read_returns(scope, school.id)
    new = 0
    for key, pupil in counted.items():
        own = known.get(key, [])
        owed = list(owed_returns(pupil.lines, days, pupil.place, pack)) if pupil.standing.as_of else []
        dated = [(each, _content(pupil, days, each)) for each in owed]
        new += _follow(key, [row for row in own if _is_counted(row, days)], dated, at=at)
    return new


def _is_counted(row: StatutoryReturn, days: RegisterDays) -> bool:
    """Whether the count, which tells of one school year, says anything of a return."""
    return days.as_of is None or academic_year(row.reached_on) == academic_year(days.as_of)


def _content(pupil: CountedPupil, days: RegisterDays, owed: Owed) -> dict[str, Any]:
    """What a return will tell of its absence, kept while it is counted: later counts are of other days."""
    standing, is_absence = pupil.standing, owed.kind is ReturnKind.ATTENDANCE
    codes = (
        (day.on, *(code_of(letter) or "-" for letter in letters_of(pupil.lines, day)))
        for day in days.between(owed.started_on, owed.last_on)
    )
    return {
        "return_run": owed.days if is_absence else standing.return_run,
        "sickness_days": standing.sickness_days if is_absence else owed.days,
        "codes": ", ".join(f"{on:%-d %b} {am} {pm}" for on, am, pm in codes),
    }


def _follow(
    key: int, own: Sequence[StatutoryReturn], owed: Sequence[tuple[Owed, dict[str, Any]]], *, at: datetime
) -> int:
    unmatched, new = list(own), 0
    for each, content in owed:
        row = next((row for row in unmatched if _is_of(row, each)), None)
        if row is None:
            db.session.add(
                StatutoryReturn(
                    registration_id=key,
                    kind=each.kind.value,
                    started_on=each.started_on,
                    reached_on=each.reached_on,
                    due_on=each.due_on,
                    content=content,
                    created_at=at,
                )
            )
            new += 1
            continue
        unmatched.remove(row)
        if row.sent_at is None:
            new += row.withdrawn_at is not None
            row.started_on, row.reached_on, row.due_on = each.started_on, each.reached_on, each.due_on
            row.content, row.withdrawn_at = content, None
    for row in unmatched:
        if row.withdrawn_at is None and row.sent_at is None:
            row.withdrawn_at = at
    return new


def _is_of(row: StatutoryReturn, owed: Owed) -> bool:
    return row.kind == owed.kind.value and owed.is_of(row.started_on, row.reached_on)
