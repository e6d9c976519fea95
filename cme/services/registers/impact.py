"""What an upload does to the runs and cases of a school: foreseen before approval, kept after it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cme.access.scope import Scope
from cme.attendance.runs import Place
from cme.attendance.standing import Standing
from cme.services.absence import Change, Recount, calendar_of, count_school, whole_school
from cme.services.following import Followed, foresee_register
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.store import pupils
from cme.store.pupils import Counted
from cme.store.tables import RegisterImport
from importers.planning.planned import Plan, PlannedPupil, RowKind
from importers.roll.changes import Effect, KnownRoll, roll_changes


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How approval would move one registration; the id is None for a pupil who is new to the roll.

    `events` are the kinds of the events that would happen in the case, in order.
    """

    registration_id: int | None
    surname: str
    forename: str
    class_name: str
    before: Standing
    after: Standing
    events: tuple[str, ...] = ()


def foresee(scope: Scope, upload: RegisterImport, plan: Plan, *, today: date) -> tuple[Foreseen, ...]:
    """Whose runs or cases would be other than they are, were the plan approved now; writes nothing.

    Counts with what approval takes by itself: marks, and of the rest only what the roll lacks. As the count
    itself it sees the whole school, and tells of those children whom the scope reaches.
    """
    whole, school = whole_school(upload.school), upload.school
    # A new pupil has no id yet; a negative one stands in for it while counting.
    planned = {
        one.known.registration_id if one.known else -number: one
        for number, one in enumerate(plan.pupils, start=1)
    }
    effects = _filled(whole, school.id, planned)
    counted = {one.registration_id: one for one in pupils.read_counted(whole, school.id)}
    for key, one in planned.items():
        before = counted.get(key, Counted(key, Place(), {}, Standing()))
        years = {change.year for change in one.changes}
        lines = {**before.lines, **{year: one.lines[year] for year in years}}
        counted[key] = replace(before, place=_place(before.place, one, effects.get(key, ())), lines=lines)
    recounted = count_school(calendar_of(school), list(counted.values()))
    newly_flagged = {
        key: [one.target.removeprefix("flag:") for one in each if one.target.startswith("flag:")]
        for key, each in effects.items()
    }
    followed = foresee_register(
        whole, school, recounted.days, recounted.pupils, today=today, newly_flagged=newly_flagged
    )
    return tuple(_named(scope, planned, list(moves(recounted, followed))))


def _filled(
    whole: Scope, school_id: int, planned: Mapping[int, PlannedPupil]
) -> dict[int, tuple[Effect, ...]]:
    """What approval sets beside marks and particulars without being asked, by registration."""
    rows = {key: RollRow(one.reading.roll, one.lines) for key, one in planned.items() if one.reading.roll}
    on_roll = {key: row for key, row in rows.items() if key > 0}
    changes = [*roll.differences(whole, school_id, on_roll)]
    for key in rows.keys() - on_roll.keys():
        changes += roll_changes(KnownRoll(key), rows[key].entry, rows[key].lines)
    found: dict[int, tuple[Effect, ...]] = {}
    for change in changes:
        if not change.asks:
            found[change.registration_id] = found.get(change.registration_id, ()) + change.effects
    return found


def _place(place: Place, planned: PlannedPupil, effects: Sequence[Effect]) -> Place:
    """The place that a pupil would be counted with."""
    reading = planned.reading
    if planned.known is None or any(change.name == "born_on" for change in planned.particulars):
        place = replace(place, born_on=reading.born_on)
    starting_on = next((one.new for one in effects if one.target == "starting_on"), None)
    return replace(place, starting_on=date.fromisoformat(starting_on)) if starting_on else place


def _named(
    scope: Scope,
    planned: Mapping[int, PlannedPupil],
    moved: Sequence[tuple[Change, Followed | None]],
) -> Iterator[Foreseen]:
    """The children who would move, by the names on record, and new ones by those in the file."""
    on_roll = pupils.list_registrations(scope, [one.registration_id for one, _ in moved])
    for change, case in moved:
        key = change.registration_id
        if key > 0 and key not in on_roll:
            continue
        who = on_roll[key].pupil if key > 0 else planned[key].reading
        yield Foreseen(
            registration_id=key if key > 0 else None,
            surname=who.surname,
            forename=who.forename,
            class_name=on_roll[key].class_name if key > 0 else planned[key].reading.class_name,
            before=change.before,
            after=change.after,
            events=case.events if case else (),
        )


def moves(recounted: Recount, followed: Sequence[Followed]) -> Iterator[tuple[Change, Followed | None]]:
    """Whose runs or cases a count moved, in order of id, and what became of the case if it moved."""
    changed = {change.registration_id: change for change in recounted.changes}
    cases = {one.registration_id: one for one in followed}
    for key, pupil in sorted(recounted.pupils.items()):
        change, case = changed.get(key, Change(key, pupil.standing, pupil.standing)), cases.get(key)
        if case or _runs(change.before) != _runs(change.after):
            yield change, case


def write_receipt(plan: Plan, recounted: Recount, followed: Sequence[Followed]) -> dict[str, Any]:
    """What approval did, in ids, counts and dates: kept with the upload, shown with today's names."""
    return {
        "new": len(plan.of_kind(RowKind.NEW)),
        "changed": len(plan.of_kind(RowKind.CHANGED)),
        "unchanged": len(plan.of_kind(RowKind.UNCHANGED)),
        "not_in_file": [pupil.registration_id for pupil in plan.not_in_file],
        "marks_added": plan.marks_added,
        "marks_altered": plan.marks_altered,
        "marks_outranked": plan.marks_outranked,
        "held": [{"address": one.reading.address, "why": one.message} for one in plan.waiting],
        "left_out": [{"address": one.reading.address, "reason": one.reason} for one in plan.left_out],
        "impact": write_impact(recounted, followed),
    }


def write_impact(recounted: Recount, followed: Sequence[Followed]) -> list[dict[str, Any]]:
    """Whose runs or cases a count moved, and how, in ids, counts and dates."""
    return [
        {
            "registration_id": change.registration_id,
            "before": _runs(change.before),
            "after": _runs(change.after),
            **_moved(case),
        }
        for change, case in moves(recounted, followed)
    ]


def _moved(one: Followed | None) -> dict[str, Any]:
    return {
        "case": one.reference if one else None,
        "stage_before": one.before.value if one else None,
        "stage_after": one.after.value if one else None,
        "events": list(one.events) if one else [],
    }


def _runs(standing: Standing) -> dict[str, int | None]:
    return {
        "return_run": standing.return_run,
        "removal_run": standing.removal_run,
        "days_unseen": standing.days_unseen,
    }
