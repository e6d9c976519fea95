"""The marks of a child that were changed after they were first entered: what, by which upload, and when."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cme.attendance.codes import code_of
from cme.attendance.lines import session_at
from cme.services.registers.checking import ImportStatus
from cme.web.presenters import dates
from cme.web.presenters.words import counted

MOST_CORRECTIONS = 50


def corrections(history: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """The latest corrections, session by session, from the changes with the uploads that made them."""
    rows = [row for change, upload in history for row in _rows(change, upload)]
    caption = counted(len(rows), "mark was changed", "marks were changed") if rows else ""
    if len(rows) > MOST_CORRECTIONS:
        caption += f". The last {MOST_CORRECTIONS} are listed"
    return {"caption": caption, "rows": rows[:MOST_CORRECTIONS]}


def _rows(change: Any, upload: Any) -> Iterator[dict[str, str]]:
    for on, half, old, new in _sessions(change):
        yield {
            "on": dates.day(on),
            "half": half,
            "old": old,
            "new": new,
            "what": _what(change, upload),
            "by": f"{upload.filename}, approved by {upload.decided_by}, {dates.moment(upload.decided_at)}",
        }


def _sessions(change: Any) -> Iterator[tuple[date, str, str, str]]:
    """Sessions that had a mark before; a first mark corrects nothing."""
    for offset, (old, new) in enumerate(zip(change.old, change.new, strict=True)):
        if old not in (".", new):
            on, half = session_at(change.year, change.first_index + offset)
            yield on, half.value, code_of(old), code_of(new) or "no mark"


def _what(change: Any, upload: Any) -> str:
    if not change.applied:
        return "Not taken: a file uploaded later says otherwise"
    if upload.status == ImportStatus.UNDONE:
        return "Undone since"
    return "Corrected"
