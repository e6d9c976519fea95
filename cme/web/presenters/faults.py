"""What is wrong with a file, what is worth a look, and what a person can say where it leaves things open."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cme.attendance.codes import CODES
from cme.services.registers.columns import USED
from cme.web.presenters.words import capitalised, counted
from importers.answering.answers import Question
from importers.issues import Issue

MOST_ISSUES = 100
"""Errors listed one by one; the total is said."""

MOST_GROUPS = 10
"""Kinds of error in the summary at the head of the page."""

_REFUSED = frozenset(
    {
        "summary_only", "lesson_marks", "absence_ranges", "not_a_register",
        "wrong_school", "wrong_year", "low_match_rate", "future_marks",
    }
)  # fmt: skip
"""Errors of a file as a whole, which another file puts right and no correction of a row."""

CALENDAR_CODES = frozenset({"session_not_held", "bank_holiday_marked", "no_closed_day"})
"""Errors and warnings that a change of the school's calendar may put right."""

MARK_CODES = frozenset({"unknown_mark", "mark_wrong_half"})

_ACTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "unknown_mark": ("Correct 1 mark that is not a code", "Correct {} marks that are not codes"),
        "mark_wrong_half": ("Correct 1 mark in the wrong half", "Correct {} marks in the wrong half"),
        "unreadable_cell": ("Mend 1 cell that cannot be read", "Mend {} cells that cannot be read"),
        "ambiguous_cell": ("Say what 1 cell means", "Say what {} cells mean"),
        "week_length": ("Correct 1 week that has not ten marks", "Correct {} weeks that have not ten marks"),
        "ambiguous_date": ("Correct 1 date", "Correct {} dates"),
        "session_not_held": (
            "Correct 1 session that is not in the calendar, or add it there",
            "Correct {} sessions that are not in the calendar, or add them there",
        ),
        "conflicting_marks": (
            "Decide between two marks in 1 session",
            "Decide between two marks in {} sessions",
        ),
        "no_identifier": ("Add a UPN to 1 row", "Add a UPN to {} rows"),
        "bad_upn": ("Correct 1 UPN", "Correct {} UPNs"),
        "identity_conflict": (
            "Correct 1 number that two pupils share",
            "Correct {} numbers that pupils share",
        ),
    }
)
"""What to do about the errors of a code: for one, and for several."""


def error_list(issues: Sequence[Issue]) -> list[dict[str, str]]:
    """The summary at the head of the page: what to do about each kind of error, leading to its first row.

    What is wrong with a file as a whole leads to the form for another one.
    """
    if is_whole_file(issues):
        return [{"text": text, "href": "#register"} for text in dict.fromkeys(_sentences(issues))]
    shown = [
        {"text": _action(same), "href": f"#{_target(numbers[0])}"}
        for numbers, same in _by(issues, lambda issue: _kind(issue))
    ]
    if len(shown) > MOST_GROUPS:
        more = counted(len(shown) - MOST_GROUPS, "more kind", "more kinds")
        shown = [*shown[:MOST_GROUPS], {"text": f"{more} of error: see the table", "href": "#issues"}]
    return shown


def is_whole_file(issues: Sequence[Issue]) -> bool:
    """Whether the file is another report, or not the right one: no row of it needs correcting."""
    return bool(issues) and all(issue.code in _REFUSED for issue in issues)


def _sentences(issues: Sequence[Issue]) -> list[str]:
    """What each error says, with its file where there are several."""
    many = _has_many_files(issues)
    return [f"{issue.file}: {issue.message}" if many and issue.file else issue.message for issue in issues]


def _has_many_files(issues: Sequence[Issue]) -> bool:
    return len({issue.file for issue in issues if issue.file}) > 1


def _kind(issue: Issue) -> tuple[str, str]:
    """Errors that are put right in one way go together; the others each by their sentence."""
    return issue.code, "" if issue.code in _ACTIONS else issue.message


def _action(same: Sequence[Issue]) -> str:
    first, place = same[0], _place(same[0])
    if first.code not in _ACTIONS:
        return _grouped(same)
    one, many = _ACTIONS[first.code]
    text = one if len(same) == 1 else many.format(f"{len(same):,}")
    if not place:
        return text
    return f"{text}: {place}" if len(same) == 1 else f"{text}, the first in {place}"


def _by(issues: Sequence[Issue], key: Any) -> list[tuple[list[int], list[Issue]]]:
    """Issues with the same key together, in the order in which the first of them come, with their numbers."""
    groups: dict[Any, tuple[list[int], list[Issue]]] = {}
    for number, issue in enumerate(issues):
        numbers, same = groups.setdefault(key(issue), ([], []))
        numbers.append(number)
        same.append(issue)
    return list(groups.values())


def _grouped(same: Sequence[Issue]) -> str:
    place, message = _place(same[0]), same[0].message
    if len(same) > 1:
        where = f", first in {place}" if place else ""
        return f"{counted(len(same), 'cell')}{where}: {message}"
    return f"{capitalised(place)}: {message}" if place else message


def _place(issue: Issue) -> str:
    if issue.cell:
        return f"cell {issue.cell}"
    return f"row {issue.row}" if issue.row else ""


def _target(number: int) -> str:
    return f"issue-{number + 1}" if number < MOST_ISSUES else "issues"


def issue_rows(issues: Sequence[Issue]) -> list[dict[str, str]]:
    """The first issues one by one, in the user's own rows and headings, as far as they are about any."""
    many_files = _has_many_files(issues)
    many_sheets = len({issue.sheet for issue in issues if issue.sheet}) > 1
    return [
        {
            "id": f"issue-{number}",
            "file": issue.file if many_files else "",
            "row": str(issue.row or ""),
            "cell": f"{issue.sheet}: {issue.cell}" if many_sheets and issue.cell else issue.cell,
            "header": issue.header,
            "message": issue.message,
        }
        for number, issue in enumerate(issues[:MOST_ISSUES], start=1)
        if issue.row or issue.cell
    ]


def rowless(issues: Sequence[Issue]) -> list[dict[str, str]]:
    """The sentences of the others; none where the summary at the head of the page says everything."""
    if is_whole_file(issues):
        return []
    return [
        {"id": f"issue-{number}", "message": said}
        for number, (issue, said) in enumerate(zip(issues, _sentences(issues), strict=True), start=1)
        if number <= MOST_ISSUES and not (issue.row or issue.cell)
    ]


def issues_caption(issues: Sequence[Issue]) -> str:
    """How many errors there are, and that not all are listed."""
    total = counted(len(issues), "error")
    if len(issues) > MOST_ISSUES:
        return f"{total} to put right. The first {MOST_ISSUES} are listed."
    return f"{total} to put right"


def warning_texts(issues: Sequence[Issue]) -> list[str]:
    """What is worth a look and stops nothing, each kind once."""
    return [_grouped(same) for _, same in _by(issues, lambda issue: (issue.code, issue.message))]


def columns_said(warnings: Sequence[Issue]) -> bool:
    """Whether the file was read with what somebody said of its columns, which can be said otherwise."""
    return any(issue.code == USED for issue in warnings)


def helps(issues: Sequence[Issue]) -> dict[str, Any]:
    """What helps to put the errors right: the codes that are accepted, and whether to see the calendar."""
    found = {issue.code for issue in issues}
    codes = [{"code": code.code, "meaning": code.meaning} for code in CODES.values()]
    return {
        "codes": [] if MARK_CODES.isdisjoint(found) else codes,
        "calendar": not CALENDAR_CODES.isdisjoint(found),
    }


def questions(asked: Sequence[Question]) -> list[dict[str, Any]]:
    """What a person can say where the file leaves it open, as radios."""
    return [
        {
            "kind": question.kind,
            "text": question.text,
            "choices": [
                {
                    "value": choice.value,
                    "text": choice.text,
                    "hint": {"text": "For example: " + "; ".join(choice.samples)} if choice.samples else None,
                }
                for choice in question.choices
            ],
        }
        for question in asked
    ]
