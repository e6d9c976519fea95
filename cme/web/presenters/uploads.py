"""Uploads: what a file was found to be, what is wrong with it, and what approving it does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cme.services.impact import Foreseen
from cme.services.uploads import ImportStatus
from cme.web.presenters import dates, impact
from cme.web.presenters.pupils import case_of, class_name, list_names, listed_name
from cme.web.presenters.stages import stage_tag
from cme.web.presenters.words import capitalised, counted
from importers.issues import Issue
from importers.reading.limits import KILOBYTE, MEGABYTE, Limits

MOST_ISSUES = 100
"""Errors listed one by one; the total is said."""

MOST_GROUPS = 10
"""Kinds of error in the summary at the head of the page."""

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
    "One row for each pupil, two columns for each day (AM and PM). This is the safest.",
    "One row for each mark, with the columns date, session and mark.",
    "One row for each pupil and day, with the columns date, AM and PM.",
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
        rows.append((label, f"{dates.moment(upload.decided_at)}, by {upload.decided_by}"))
    return [{"key": key, "value": value} for key, value in rows]


def issue_groups(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """Issues of one kind together, in the order in which they come: how many, where first, what to do."""
    groups: dict[tuple[str, str], list[tuple[int, Issue]]] = {}
    for number, issue in enumerate(issues):
        groups.setdefault((issue.code, issue.message), []).append((number, issue))
    return [
        {"text": _grouped(message, [issue for _, issue in same]), "target": _target(same[0][0])}
        for (_, message), same in groups.items()
    ]


def _grouped(message: str, issues: Sequence[Issue]) -> str:
    place = _place(issues[0])
    if len(issues) > 1:
        where = f", first in {place}" if place else ""
        return f"{counted(len(issues), 'cell')}{where}: {message}"
    return f"{capitalised(place)}: {message}" if place else message


def _place(issue: Issue) -> str:
    if issue.cell:
        return f"cell {issue.cell}"
    return f"row {issue.row}" if issue.row else ""


def _target(number: int) -> str:
    return f"issue-{number + 1}" if number < MOST_ISSUES else "issues"


def error_list(issues: Sequence[Issue]) -> list[dict[str, str]]:
    """The summary at the head of the page: each kind of error once, leading to its first row."""
    groups = issue_groups(issues)
    shown = [{"text": group["text"], "href": f"#{group['target']}"} for group in groups[:MOST_GROUPS]]
    if len(groups) > MOST_GROUPS:
        more = counted(len(groups) - MOST_GROUPS, "more kind", "more kinds")
        shown.append({"text": f"{more} of error: see the table", "href": "#issues"})
    return shown


def issue_rows(issues: Sequence[Issue]) -> list[dict[str, str]]:
    """The first issues one by one, in the user's own rows and headings."""
    many_sheets = len({issue.sheet for issue in issues if issue.sheet}) > 1
    return [
        {
            "id": f"issue-{number}",
            "row": str(issue.row or ""),
            "cell": f"{issue.sheet}: {issue.cell}" if many_sheets and issue.cell else issue.cell,
            "header": issue.header,
            "message": issue.message,
        }
        for number, issue in enumerate(issues[:MOST_ISSUES], start=1)
    ]


def issues_caption(issues: Sequence[Issue]) -> str:
    """How many errors there are, and that not all are listed."""
    total = counted(len(issues), "error")
    if len(issues) > MOST_ISSUES:
        return f"{total} to put right. The first {MOST_ISSUES} are listed."
    return f"{total} to put right"


def warning_texts(issues: Sequence[Issue]) -> list[str]:
    """What is worth a look and stops nothing, each kind once."""
    return [group["text"] for group in issue_groups(issues)]


def foreseen_impact(foreseen: Sequence[Foreseen], cases: Iterable[Any]) -> dict[str, Any]:
    """What approval would do to runs: in words, and child by child, with the school's open cases."""
    open_cases: dict[int | None, Any] = {case.registration_id: case for case in cases}
    moves = [(impact.Move(impact.Runs.of(one.before), impact.Runs.of(one.after)), one) for one in foreseen]
    return {
        "sentences": impact.in_words([move for move, _ in moves], is_done=False),
        "referred": _referred(foreseen, open_cases),
        "caption": _impact_caption(len(moves), "whose runs would change"),
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
    """Who of the children whose runs would change is with the local authority already."""
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


def recorded_impact(upload: Any, registrations: Mapping[int, Any]) -> dict[str, Any]:
    """What approval did to runs and cases, from the receipt, with the names the pupils have today.

    A child whom the viewer may not see any more is left out of the table, and counted.
    """
    entries = (upload.receipt or {}).get("impact", [])
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
    rows = [
        ("New pupils on roll", receipt.get("new", 0)),
        ("Pupils with new or changed marks", receipt.get("changed", 0)),
        ("Pupils unchanged", receipt.get("unchanged", 0)),
        ("On roll but not in the file", len(receipt.get("not_in_file", ()))),
        ("Marks added", receipt.get("marks_added", 0)),
        ("Marks changed", receipt.get("marks_altered", 0)),
    ]
    return [{"key": key, "value": f"{number:,}"} for key, number in rows]
