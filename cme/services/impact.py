"""What an upload does to the runs and cases of a school: foreseen before approval, kept after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cme.access.scope import Scope
from cme.attendance.runs import Place
from cme.attendance.standing import Standing
from cme.services.absence import Recount, calendar_of, count_school
from cme.services.following import Followed
from cme.store import pupils
from cme.store.pupils import Counted
from cme.store.tables import RegisterImport
from importers.plan import KnownPupil, Plan, RowKind
from importers.registers import PupilReading


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How approval would move one registration; the id is None for a pupil who is new to the roll."""

    registration_id: int | None
    surname: str
    forename: str
    class_name: str
    before: Standing
    after: Standing


def foresee(scope: Scope, upload: RegisterImport, plan: Plan) -> tuple[Foreseen, ...]:
    """Whose runs would be other than they are, were the plan approved now; writes nothing."""
    counted = {one.registration_id: one for one in pupils.read_counted(scope, upload.school_id)}
    who: dict[int, PupilReading | KnownPupil] = {
        one.registration_id: one for one in (*plan.not_in_file, *_held_back(plan))
    }
    for number, planned in enumerate(plan.pupils, start=1):
        # A new pupil has no id yet; a negative one stands in for it while counting.
        key = planned.known.registration_id if planned.known else -number
        before = counted.get(key, Counted(key, Place(born_on=planned.reading.born_on), {}, Standing()))
        place = replace(before.place, born_on=planned.reading.born_on or before.place.born_on)
        counted[key] = replace(before, place=place, lines={**before.lines, **planned.lines})
        who[key] = planned.reading
    changes = count_school(calendar_of(upload.school), list(counted.values())).changes
    return tuple(
        Foreseen(
            registration_id=key if key > 0 else None,
            surname=who[key].surname,
            forename=who[key].forename,
            class_name=getattr(who[key], "class_name", ""),
            before=change.before,
            after=change.after,
        )
        for change in changes
        if (key := change.registration_id) in who and _runs(change.before) != _runs(change.after)
    )


def _held_back(plan: Plan) -> Iterator[KnownPupil]:
    """Pupils on roll whose rows are not taken in: other rows of the file may still move their runs."""
    for waiting in plan.waiting:
        yield from waiting.candidates
    for left_out in plan.left_out:
        if left_out.known is not None:
            yield left_out.known


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
    before = {change.registration_id: change.before for change in recounted.changes}
    after = {key: pupil.standing for key, pupil in recounted.pupils.items()}
    moved = {one.registration_id: one for one in followed}
    return [
        {
            "registration_id": key,
            "before": _runs(before.get(key, standing)),
            "after": _runs(standing),
            **_moved(moved.get(key)),
        }
        for key, standing in after.items()
        if key in moved or _runs(before.get(key, standing)) != _runs(standing)
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
