"""Uploads: what a file was found to be, what is wrong with it, and what approving it does."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from cme.attendance.codes import BY_LETTER, Group, code_of
from cme.attendance.lines import session_at
from cme.services.uploads import Foreseen, ImportStatus
from cme.web.presenters import dates, impact
from cme.web.presenters.pupils import class_name, list_names, listed_name
from cme.web.presenters.stages import stage_tag
from cme.web.presenters.words import capitalised, counted
from importers.issues import Issue
from importers.plan import KnownPupil, Plan, PlannedPupil, RowKind

MOST_ISSUES = 100
"""Errors listed one by one; the total is said."""

MOST_GROUPS = 10
"""Kinds of error in the summary at the head of the page."""

MOST_CHANGES = 50
"""Changed marks shown old and new."""

MOST_NAMES = 50
"""Pupils named in a group."""

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

HEADINGS = {
    ImportStatus.FAULTY: "Put right the register",
    ImportStatus.CHECKED: "Check the register",
    ImportStatus.APPROVED: "Register imported",
    ImportStatus.CANCELLED: "Upload cancelled",
}


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


def tally(plan: Plan) -> list[dict[str, Any]]:
    """How often each code stands in the file, as `cmeCodeTally` shows it, the most frequent first."""
    letters: Counter[str] = Counter()
    for pupil in plan.pupils:
        for line in pupil.reading.lines.values():
            letters.update(line)
    del letters["."]
    return [
        {"code": code_of(letter), "number": f"{number:,}", "text": _meaning(letter)}
        for letter, number in letters.most_common()
    ]


def _meaning(letter: str) -> str:
    code = BY_LETTER[letter]
    return (
        "Every session in school" if code.group is Group.PRESENT and letter == "/" and False else code.meaning
    )


def plan_groups(plan: Plan) -> list[dict[str, Any]]:
    """What approval does, group by group: a count, a sentence, and the pupils it is about."""
    new = plan.of_kind(RowKind.NEW)
    changed = plan.of_kind(RowKind.CHANGED)
    unchanged = plan.of_kind(RowKind.UNCHANGED)
    groups = []
    if new:
        groups.append(
            _group(
                "new",
                counted(len(new), "new pupil"),
                "Approving puts them on roll with their marks.",
                [_new_name(one) for one in new],
            )
        )
    if changed:
        groups.append(
            _group(
                "changed",
                f"{counted(len(changed), 'pupil')} with new or changed marks",
                _changed_sentence(plan),
                [],
            )
        )
    if unchanged:
        groups.append(
            _group(
                "unchanged",
                f"{counted(len(unchanged), 'pupil')} unchanged",
                "Everything the file says of them is held already. Approving does nothing to them.",
                [],
            )
        )
    if plan.not_in_file:
        groups.append(
            _group(
                "not_in_file",
                f"{counted(len(plan.not_in_file), 'pupil')} on roll but not in the file",
                "Should they be in it? Approving leaves them as they are: nobody is taken off roll, and the marks of these days stay unknown for them.",
                [_known_name(one) for one in plan.not_in_file],
            )
        )
    return groups
