"""Pupils of a file who may be children on the roll, side by side with them, and rows that are left out."""

from collections.abc import Sequence
from typing import Any

from cme.web.presenters import dates
from cme.web.presenters.pupils import listed_name
from cme.web.presenters.words import capitalised
from importers.issues import Issue
from importers.planning.planned import DecisionKind, HeldPupil, KnownPupil, Plan
from importers.register import PupilReading


def choices(waiting: HeldPupil) -> list[tuple[str, str]]:
    """What may be said of a pupil who waits, as values and words."""
    found = []
    if DecisionKind.SAME in waiting.choices:
        many = len(waiting.candidates) > 1
        found += [
            (
                f"{DecisionKind.SAME.value}:{one.registration_id}",
                f"The same child as {listed_name(one)}" + (f", child {number} above" if many else ""),
            )
            for number, one in enumerate(waiting.candidates, start=1)
        ]
    if DecisionKind.NEW in waiting.choices:
        found.append((DecisionKind.NEW.value, "Another child, new to the roll"))
    found.append((DecisionKind.LEAVE_OUT.value, "Leave this row out"))
    found.append((DecisionKind.LATER.value, "Decide later: nothing of this row is counted until then"))
    return found


def waiting_row(waiting: HeldPupil, form: Any) -> dict[str, Any]:
    """One pupil who waits: file and roll side by side, and the form to decide with."""
    return {
        "heading": f"{listed_name(waiting.reading)}, {waiting.reading.address}",
        "message": waiting.message,
        "columns": ["In the file", *_headings(waiting.candidates)],
        "rows": [
            {
                "what": what,
                "read": read or "Not given",
                "known": [_beside(read, known(one)) for one in waiting.candidates],
            }
            for what, read, known in _particulars(waiting.reading)
        ],
        "why": [
            capitalised(_why(waiting.reading, one, sentence))
            for one, sentence in zip(waiting.candidates, waiting.why, strict=True)
        ],
        "form": form,
    }


def _beside(read: str, known: str) -> dict[str, Any]:
    """What the roll has, and whether it is something else than the file has; nothing is no difference."""
    return {"text": known or "Not held", "differs": bool(read and known) and known != read}


def _why(reading: PupilReading, known: KnownPupil, sentence: str) -> str:
    """What agrees and what does not, with the UPN or number, which `compare` does not look at."""
    same = ""
    if reading.upn and reading.upn in (known.upn, known.former_upn):
        same = "The UPN is the same"
    elif reading.admission_number and reading.admission_number == known.admission_number:
        same = "The admission number is the same"
    if not same:
        return sentence
    if sentence.startswith(_NOTHING):
        return f"{same} and nothing else{sentence.removeprefix(_NOTHING)}"
    return f"{same}. {sentence}"


_NOTHING = "Nothing is the same"


def _headings(candidates: Sequence[KnownPupil]) -> list[str]:
    where = [
        f"Removed on {dates.day(one.removed_on)}" if one.removed_on else "On the roll" for one in candidates
    ]
    if len(candidates) == 1:
        return where
    return [f"{each}, child {number}" for number, each in enumerate(where, start=1)]


def _particulars(reading: PupilReading) -> list[tuple[str, str, Any]]:
    """What is compared, what the file has of it, and how a child on the roll says it; '' for nothing."""

    def born(one: Any) -> str:
        return dates.long_day(one.born_on) if one.born_on else ""

    return [
        ("Name", listed_name(reading), listed_name),
        ("Date of birth", born(reading), born),
        ("UPN", reading.upn, lambda one: one.upn),
        ("Admission number", reading.admission_number, lambda one: one.admission_number),
        ("Class", reading.class_name, lambda one: one.class_name),
    ]


def left_out(plan: Plan) -> list[dict[str, str]]:
    """The rows that are left out and why."""
    return [
        {
            "key": one.key,
            "name": listed_name(one.reading),
            "where": capitalised(one.reading.address),
            "reason": one.reason,
        }
        for one in plan.left_out
    ]


def not_one_row(row: str, found: int) -> str:
    """Why a row cannot be left out by its number."""
    if found == 0:
        return f"Row {row} is no pupil who would be taken in. Look at the row numbers in your file"
    return f"Row {row} stands on several sheets. Take the row out of the file and upload it again"


def rows_in_error(errors: Sequence[Issue], row: str) -> list[dict[str, Any]]:
    """The places of a row with that number that has an error: one for each sheet and file."""
    places = {(issue.file, issue.sheet) for issue in errors if str(issue.row or "") == row}
    return [{"file": file, "sheet": sheet, "row": int(row)} for file, sheet in sorted(places)]


def not_one_faulty_row(row: str, found: int) -> str:
    """Why a row in error cannot be left out by its number."""
    if found == 0:
        return f"Row {row} has no error. Enter the number of a row in the table"
    return f"Row {row} has errors on several sheets. Take the row out of the file and upload it again"
