"""What is wrong with a file, a sheet or a cell, as data: one plain sentence and where it applies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the import until it is put right; a warning is shown and does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding about an uploaded file.

    `code` is stable and for programs; `message` is for people and says what is wrong and what to do.
    `cell` is an address as Excel shows it ("D7"), `row` counts from 1, `header` is the school's own heading.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row: int | None = None
    header: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the issue in the key order of the `cme count --json` contract."""
        return {
            "severity": self.severity.value,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "row": self.row,
            "header": self.header,
            "code": self.code,
            "message": self.message,
        }
