"""Uploads: what a file was found to be, what is wrong with it, and what approving it does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cme.services.registers.checking import ImportStatus
from cme.services.registers.impact import Foreseen
from cme.web.presenters import dates, impact
from cme.web.presenters.pupils import case_of, class_name, list_names, listed_name
from cme.web.presenters.stages import stage_tag
from cme.web.presenters.words import capitalised, counted
from importers.reading.limits import KILOBYTE, MEGABYTE, Limits

MOST_REFERRED = 10
"""Children named who are referred already."""

_KINDS = {
    "xlsx": "Excel register", "xls": "Excel register", "ods": "OpenDocument register",
    "csv": "CSV register", "tsv": "Text register", "txt": "Text register",
}  # fmt: skip

_STATUS_TONES = {
    ImportStatus.FAULTY: "failed",
    ImportStatus.CHECKED: "due",
    ImportStatus.APPROVED: "done",
    ImportStatus.CANCELLED: "closed",
    ImportStatus.UNDONE: "closed",
}

COLUMNS = (
    ("UPN", "UPN, Unique pupil number", "This or the admission number"),
    ("Admission number", "Adno, Adm No, Admission number", "This or the UPN"),
    ("Name", "Surname and Forename, or Name in one column", "Yes"),
    ("Date of birth", "DOB, Date of birth", "Helps: tells compulsory school age"),
    ("Class", "Year, Reg, Reg group, Form", "Helps to find the pupil"),
    ("Marks", "Mon 09/11/2026 AM, Mon 09/11/2026 PM, and so on", "Yes"),
)
"""What is looked for in a register: the column, headings that are known, and whether it is needed."""

LAYOUTS = (
    "One row for each pupil, two columns for each day (AM and PM), with the date above them or in the "
    "heading. This is the safest.",
    "One row for each pupil, one column for each day, with both marks in a cell.",
    "One row for each pupil, one column for each week, with the ten marks in a cell.",
    "One row for each mark, with the columns date, session and mark.",
    "One row for each pupil and day, with the columns date, AM and PM.",
    "Any of these with the classes or weeks one under the other, on several sheets, or in several files.",
)


def accepted(limits: Limits) -> dict[str, Any]:
    """What can be uploaded, for the help on the upload page."""
    return {
        "size": _size(limits.upload_bytes),
        "rows": f"{limits.rows:,}",
        "columns": f"{limits.columns:,}",
        "layouts": LAYOUTS,
        "headings": [dict(zip(("column", "headings", "needed"), each, strict=True)) for each in COLUMNS],
    }


def too_large(limits: Limits) -> str:
    """What to say of a file that is too large to be received at all."""
    size = _size(limits.upload_bytes)
    return f"The file must be smaller than {size}. Send a shorter period, for example one term."


def _size(number: int) -> str:
    """A number of bytes in words, never more than it is: 10MB, 1.5MB, 500KB."""
    if number < MEGABYTE:
        return f"{number // KILOBYTE:,}KB"
    return f"{number * 10 // MEGABYTE / 10:g}MB"


def same_file(earlier: Any) -> dict[str, Any]:
    """The notice that the very same file was imported before."""
    return {"id": earlier.id, "at": dates.moment(earlier.decided_at), "by": earlier.decided_by}


def found(upload: Any) -> str:
    """What the file turned out to be: "Excel register, 1,600 pupils, 9 to 13 November 2026"."""
    kind = _KINDS.get(upload.filename.rpartition(".")[2].lower(), "Register")
    if not upload.layout:
        return "No register was found in this file"
    if upload.layout.startswith("roll"):
        kind = kind.replace("register", "roll list").replace("Register", "Roll list")
    parts = [kind, counted(upload.pupils, "pupil")]
    if upload.first_on and upload.last_on:
        parts.append(dates.span(upload.first_on, upload.last_on))
    return ", ".join(parts)


def history_row(upload: Any) -> dict[str, Any]:
    """One upload in the list of a school's uploads."""
    status = ImportStatus(upload.status)
    decided = ""
    if upload.decided_by:
        decided = f"{status.label} by {upload.decided_by}"
    return {
        "id": upload.id,
        "filename": upload.filename,
        "at": dates.moment(upload.uploaded_at),
        "by": upload.uploaded_by,
        "found": found(upload),
        "status": {"text": status.label, "tone": _STATUS_TONES[status]},
        "decided": decided,
        "can_be_decided": status in (ImportStatus.FAULTY, ImportStatus.CHECKED),
    }


def details(upload: Any) -> list[dict[str, str]]:
    """The facts of an upload as rows of a summary list."""
    rows = [
        ("File", upload.filename),
        ("What was found", found(upload)),
        ("Uploaded", f"{dates.moment(upload.uploaded_at)}, by {upload.uploaded_by}"),
    ]
    if upload.decided_at:
        label = ImportStatus(upload.status).label
        label = "Approved" if upload.undone_at else label
        rows.append((label, f"{dates.moment(upload.decided_at)}, by {upload.decided_by}"))
    if upload.undone_at:
        rows.append(("Undone", f"{dates.moment(upload.undone_at)}, by {upload.undone_by}"))
    if upload.erased_at and upload.status != ImportStatus.CANCELLED:
        rows.append(("Erased", f"The file and what it said of pupils, {dates.moment(upload.erased_at)}"))
    return [{"key": key, "value": value} for key, value in rows]


def foreseen_impact(foreseen: Sequence[Foreseen], cases: Iterable[Any]) -> dict[str, Any]:
    """What approval would do to runs and cases: in words, and child by child, with the cases open now."""
    open_cases: dict[int | None, Any] = {case.registration_id: case for case in cases}
    moves = [
        (impact.Move(impact.Runs.of(one.before), impact.Runs.of(one.after), one.events), one)
        for one in foreseen
    ]
    return {
        "sentences": impact.in_words([move for move, _ in moves], is_done=False),
        "referred": _referred(foreseen, open_cases),
        "caption": _impact_caption(len(moves), "whose runs or cases would move"),
        "rows": [
            impact.row(
                move,
                listed_name(one),
                one.class_name,
                id=one.registration_id,
                case=case_of(case) if (case := open_cases.get(one.registration_id)) else None,
            )
            for move, one in impact.heaviest(moves)
        ],
    }


def _referred(foreseen: Iterable[Foreseen], open_cases: Mapping[int | None, Any]) -> str:
    """Who of the children whose runs or cases would move is with the local authority already."""
    names = sorted(
        listed_name(one)
        for one in foreseen
        if (case := open_cases.get(one.registration_id)) and case.referred_at is not None
    )
    if not names:
        return ""
    more = len(names) - MOST_REFERRED
    shown = names if more <= 0 else [*names[:MOST_REFERRED], f"{more:,} more"]
    verb = "is" if len(names) == 1 else "are"
    return f"{len(names):,} of these children {verb} referred already: {'; '.join(shown)}."


def recorded_impact(entries: Sequence[Mapping[str, Any]], registrations: Mapping[int, Any]) -> dict[str, Any]:
    """What an approval or its undoing did to runs and cases, with the names the pupils have today.

    A child whom the viewer may not see any more is left out of the table, and counted.
    """
    names = list_names(registrations.values())
    moves = [(impact.Move.of(entry), entry) for entry in entries]
    seen = [(move, entry) for move, entry in moves if entry["registration_id"] in names]
    return {
        "sentences": impact.in_words([move for move, _ in moves], is_done=True),
        "caption": _impact_caption(len(moves), "whose runs or cases moved"),
        "rows": [
            impact.row(
                move,
                names[entry["registration_id"]],
                class_name(registrations[entry["registration_id"]]),
                id=entry["registration_id"],
                case=_case(entry),
            )
            for move, entry in impact.heaviest(seen)
        ],
    }


def _case(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    if not entry["case"]:
        return None
    return {"reference": entry["case"], "tag": stage_tag(entry["stage_after"])}


def _impact_caption(number: int, whose: str) -> str:
    total = f"{counted(number, 'pupil')} {whose}"
    return f"{total}. The first {impact.MOST_ROWS} are listed." if number > impact.MOST_ROWS else total


def what_was_done(upload: Any) -> list[dict[str, str]]:
    """The counts of a receipt as rows of a summary list."""
    receipt = upload.receipt or {}
    erased = receipt.get("erased", {})
    not_taken = sum(len(receipt.get(name, ())) + erased.get(name, 0) for name in ("held", "left_out"))
    rows: list[tuple[str, int]] = [
        ("New pupils on roll", receipt.get("new", 0)),
        ("Pupils with new or changed marks", receipt.get("changed", 0)),
        ("Pupils unchanged", receipt.get("unchanged", 0)),
        ("On roll but not in the file", len(receipt.get("not_in_file", ()))),
        (
            "Particulars filled in or changed",
            len(receipt.get("particulars", ())) + len(receipt.get("roll", ())),
        ),
        ("Marks added", receipt.get("marks_added", 0)),
        ("Marks changed", receipt.get("marks_altered", 0)),
        ("Marks passed over, because a later upload says otherwise", receipt.get("marks_outranked", 0)),
        ("Rows not taken in", not_taken),
    ]
    if told := receipt.get("authority_told"):
        rows.append(("Children of whom the local authority was told", told))
    return [{"key": key, "value": f"{number:,}"} for key, number in rows]


def what_was_not_taken(upload: Any) -> list[dict[str, str]]:
    """The rows of a file that were not taken in: where each stood, and why."""
    receipt = upload.receipt or {}
    held = [(each["address"], each["why"]) for each in receipt.get("held", ())]
    left_out = [(each["address"], f"Left out: {each['reason']}") for each in receipt.get("left_out", ())]
    return [{"where": capitalised(where), "why": why} for where, why in (*held, *left_out)]


def what_undoing_takes_back(upload: Any) -> list[str]:
    """What undoing an approved upload would do, a sentence each."""
    receipt = upload.receipt or {}
    marks = receipt.get("marks_added", 0) + receipt.get("marks_altered", 0)
    particulars = len(receipt.get("particulars", ())) + len(receipt.get("roll", ()))
    sentences = [
        f"{counted(marks, 'mark')} go back to what they were before this upload." if marks else "",
        f"{counted(receipt.get('new', 0), 'pupil')} whom it put on roll are taken off again."
        if receipt.get("new")
        else "",
        f"{counted(particulars, 'particular')} of pupils go back to what they were." if particulars else "",
        "Every pupil of the school is counted again and cases follow. The history of a case stays.",
    ]
    return [sentence for sentence in sentences if sentence]


def changed_since(number: int) -> str:
    """What an undone upload had set and somebody has set otherwise since; '' where there is nothing."""
    if not number:
        return ""
    return f"{counted(number, 'particular')} of pupils stay as they are: they were changed again afterwards."
