"""What is wrong with a file, a sheet or a cell, as data: one plain sentence and where it applies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

MOST_ISSUES = 1000
"""How many issues of a register are kept one by one; what is beyond is counted and said."""

_MOST_OF_ONE_KIND = 50


class Severity(StrEnum):
    """An error stops the import until it is put right; a warning is shown and does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding about an uploaded file.

    `code` is stable and for programs; `message` is for people and says what is wrong and what to do.
    `cell` is an address as Excel shows it ("D7"), `row` counts from 1, `header` is the school's own heading.
    `position` is the place of the file among those of its register (from 0), which tells files of one name
    apart; it is not part of the JSON.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row: int | None = None
    header: str = ""
    position: int | None = None

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


class Part(NamedTuple):
    """A file as one of the parts of a register: its place among them (from 0) and its name."""

    position: int
    name: str


class Issues:
    """Everything found wrong with one register, in the order found; beyond a number it is only counted."""

    def __init__(self) -> None:
        self._kept: list[Issue] = []
        self._unlisted: Counter[Severity] = Counter()
        self._times: Counter[str] = Counter()

    def add(self, issue: Issue, part: Part | None = None) -> None:
        """Keep an issue of a file, or of the register as a whole."""
        if len(self._kept) == MOST_ISSUES:
            self._unlisted[issue.severity] += 1
        elif part is None:
            self._kept.append(issue)
        else:
            self._kept.append(replace(issue, file=part.name, position=part.position))

    def add_some(self, issue: Issue, part: Part) -> None:
        """Keep an issue unless there are many of its kind, which must not crowd out faults of marks."""
        self._times[issue.code] += 1
        if self._times[issue.code] > _MOST_OF_ONE_KIND:
            self._unlisted[issue.severity] += 1
        else:
            self.add(issue, part)

    def listed(self) -> tuple[Issue, ...]:
        """What was kept, and how many more there are."""
        return (*self._kept, *self._more())

    def _more(self) -> Iterator[Issue]:
        for severity, count in self._unlisted.items():
            yield Issue(
                code="more_issues",
                severity=severity,
                message=f"There are {count:,} more of these than are listed. "
                "Mend the listed ones and send the file again.",
            )
