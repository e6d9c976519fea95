"""Reading what another authority sent: the text of a message, or a list, into requests; nothing is stored.

Every line and column that was not understood is kept beside the request. Source: tracing reference s.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from cme.casework.case import Refused
from cme.tracing.reading import read_requests
from cme.tracing.requests import Field, IncomingRequest, UnreadLine
from importers.reading import Refused as Unreadable
from importers.reading import shown_name
from importers.request_lists import RequestList, read_request_list

LONGEST_TEXT = 200_000
"""Characters of a text that is pasted or uploaded."""

MOST_REQUESTS = 2000
"""Requests that can come together."""

TEXT_FILES = (".txt", ".text", ".eml")
NOTHING = "Paste the request, or choose a file."
BOTH = "Paste a text or choose a file, not both: add the other one afterwards."
TOO_LONG = f"The text must be {LONGEST_TEXT:,} characters or fewer. Add it in parts."
TOO_MANY = f"There are more than {MOST_REQUESTS:,} requests. Add them in parts."
NOT_TEXT = "This file is not a text that can be read. Save it as a text file in UTF-8, or as .csv or .xlsx."


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it came: what was read of it, and its text."""

    request: IncomingRequest
    original: str


def read(text: str, file: tuple[str, bytes] | None, *, today: date) -> list[Arrived] | Refused:
    """The requests in a text, or in a file given by its name and content; or Refused, with the field."""
    if text.strip() and file is not None:
        return Refused((BOTH,), ("file",))
    if file is None:
        return _of_text(text, "text")
    name, content = file
    if PurePath(name).suffix.casefold() in TEXT_FILES:
        written = as_text(content)
        return _of_text(written, "file") if written is not None else Refused((NOT_TEXT,), ("file",))
    try:
        found = read_request_list(content, name, today=today)
    except Unreadable as fault:
        return Refused((str(fault),), ("file",))
    if not found.requests:
        errors = [issue.message for issue in found.issues if issue.severity == "error"]
        return Refused((errors[0] if errors else f"“{shown_name(name)}” has no request in it.",), ("file",))
    return _counted(_of_list(found), "file")


def as_text(content: bytes) -> str | None:
    """The text of a file as people save it; None where it is none."""
    if b"\0" in content:
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _of_text(text: str, field: str) -> list[Arrived] | Refused:
    text = text.replace("\0", "")
    if len(text) > LONGEST_TEXT:
        return Refused((TOO_LONG,), (field,))
    requests = read_requests(text)
    if not requests:
        return Refused((NOTHING,), (field,))
    lines = text.splitlines()
    starts = [0, *(each.line - 1 for each in requests[1:])]
    ends = [*starts[1:], len(lines)]
    return _counted(
        [
            Arrived(each, "\n".join(lines[start:end]).strip("\n"))
            for each, start, end in zip(requests, starts, ends, strict=True)
        ],
        field,
    )


def _counted(arrived: list[Arrived], field: str) -> list[Arrived] | Refused:
    return arrived if len(arrived) <= MOST_REQUESTS else Refused((TOO_MANY,), (field,))


def _of_list(found: RequestList) -> list[Arrived]:
    """The rows of a list. What was not read of the whole list stands beside its first request."""
    of_list = [
        *found.unread,
        *(UnreadLine(0, issue.message) for issue in found.issues if issue.row is None),
    ]
    arrived = []
    for place, one in enumerate(found.requests):
        own = [
            UnreadLine(0, issue.message)
            for issue in found.issues
            if issue.code == "unreadable_cell" and issue.row == one.line
        ]
        unread = (*(of_list if place == 0 else ()), *one.unread, *own)
        read = (f"{field.value.replace('_', ' ')}: {text}" for field, text in one.values.items())
        original = "\n".join((*read, *(each.text for each in one.unread)))
        arrived.append(Arrived(IncomingRequest(one.values, unread, line=one.line), original))
    return arrived


def stored(values: dict[Field, str]) -> dict[str, str]:
    """The values of a request as they are kept."""
    return {field.value: text for field, text in values.items() if text}


def values_of(fields: dict[str, Any]) -> dict[Field, str]:
    """The same as they were kept."""
    return {Field(name): str(text) for name, text in fields.items()}


def lines_of(unread: Sequence[Any]) -> list[UnreadLine]:
    """The lines that were not read, as they were kept: number and text of each."""
    return [UnreadLine(int(number), str(text)) for number, text in unread]
