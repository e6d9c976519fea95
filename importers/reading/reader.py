"""The one way in: look at the bytes, run the child, put its answer together."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date

from importers.hashes import sha256_of
from importers.issues import Issue, Severity
from importers.reading.isolation import Message, run_child
from importers.reading.limits import WEB_LIMITS, Limits
from importers.reading.refusals import SENTENCES, Unacceptable, refused
from importers.reading.sniffing import ENCODINGS, sniff
from importers.reading.workbook import Cell, CellError, Sheet, Workbook

LONGEST_NAME = 200
CELL_TYPES = {str, int, float, date, CellError}
NOTICES = {
    "encoding_guessed": (
        "This file does not say how its letters are stored; it was read as Windows-1252. "
        "Check that names with accents look right."
    ),
}


def read_workbook(
    content: bytes, filename: str, *, limits: Limits = WEB_LIMITS, encoding: str | None = None
) -> Workbook:
    """Return the sheets of an .xlsx, .ods, .xls or text file, whatever its name says.

    The bytes are parsed in a limited child process. `encoding` is one of `ENCODINGS`, said by a person for
    text files; one that proves another is read by that. Raises Refused, with a sentence for the person who
    sent the file, for anything that is not a whole, readable, reasonably sized spreadsheet, and ValueError
    for another encoding.
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise ValueError("no encoding that can be chosen")
    shown = shown_name(filename)
    try:
        kind = sniff(content, filename, limits)
        as_asked = f"{kind} {encoding}" if encoding and kind == "csv" else kind
        with closing(run_child(content, as_asked, limits)) as messages:
            answer = _Answer().take(messages)
        if not any(sheet.rows for sheet in answer.sheets):
            raise Unacceptable("no_cells")
    except Unacceptable as reason:
        raise refused(reason, shown, limits) from None
    notices = tuple(
        Issue(code=code, message=NOTICES[code], severity=Severity.WARNING, file=shown)
        for code in answer.notices
    )
    return Workbook(kind, tuple(answer.sheets), notices, sha256_of(content))


@dataclass
class _Answer:
    """What the child has sent so far."""

    sheets: list[Sheet] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def take(self, messages: Iterable[Message]) -> _Answer:
        """Put the messages together. Raises Unacceptable unless they are whole and of the agreed form."""
        rows: list[list[Cell]] = []
        complete = False
        for message in messages:
            if isinstance(message, list):
                if not CELL_TYPES.issuperset(map(type, message)):
                    raise Unacceptable("unreadable_file")
                rows.append(message)
                continue
            match message:
                case {"sheet": str(), "hidden": bool()}:
                    rows = self._begin_sheet(message)
                case {"notice": str(code)} if code in NOTICES:
                    self.notices.append(code)
                case {"end": True}:
                    complete = True
                case {"refused": str(code), "row": int() | None as row} if code in SENTENCES:
                    raise Unacceptable(code, row=row)
                case _:
                    raise Unacceptable("unreadable_file")
        if not complete:
            raise Unacceptable("unreadable_file")
        for sheet in self.sheets:
            while sheet.rows and not sheet.rows[-1]:
                sheet.rows.pop()
        return self

    def _begin_sheet(self, head: dict[str, object]) -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        match head:
            case {
                "sheet": str(name),
                "hidden": bool(hidden),
                "hidden_rows": list(hidden_rows),
                "hidden_columns": list(hidden_columns),
                "merged": list(merged),
            }:
                self.sheets.append(
                    Sheet(
                        name=name,
                        rows=rows,
                        hidden=hidden,
                        hidden_rows=frozenset(hidden_rows),
                        merged=tuple((r0, c0, r1, c1) for r0, c0, r1, c1 in merged),
                        hidden_columns=frozenset(hidden_columns),
                    )
                )
                return rows
        raise Unacceptable("unreadable_file")


def shown_name(filename: str) -> str:
    """Return a name fit to be shown: no folders, no control or direction characters, of bounded length."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)[:LONGEST_NAME]
