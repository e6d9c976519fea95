"""The chronology of a case: what happened, in order, on paper or as a spreadsheet that runs no formula."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from cme.attendance.codes import CODES
from cme.attendance.ledger import LedgerDay
from cme.documents.forms import Imprint, Part
from cme.documents.typesetting import Pdf, typeset
from cme.documents.workbooks import Page, write_csv, write_workbook

HEADINGS = ("When", "What", "Details", "By")

NO_MARK = "?"
"""What stands for a session that was held and for which no mark was received."""

_WIDTHS = {0: 18, 1: 34, 2: 80, 3: 40}


class Marked(Protocol):
    """A day with the codes of its two sessions, '' for a session without a mark."""

    @property
    def on(self) -> date:
        """The day."""

    @property
    def am(self) -> str:
        """The code of the morning."""

    @property
    def pm(self) -> str:
        """The code of the afternoon."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `at` is in England's time; `details` may hold several lines."""

    at: datetime
    what: str
    details: str
    by: str


@dataclass(frozen=True, slots=True)
class Chronology:
    """A chronology to print: who it is about, the days of the absence, and everything that happened.

    `withheld` says what this reader was not given, '' where nothing was left out.
    """

    imprint: Imprint
    about: Part
    days: tuple[LedgerDay, ...]
    entries: tuple[Entry, ...]
    withheld: str = ""


def set_chronology(chronology: Chronology) -> Pdf:
    """The chronology on paper, the oldest first."""
    return typeset(
        "chronology",
        {
            **chronology.imprint.data(),
            "about": asdict(chronology.about),
            "weeks": weeks_of(chronology.days),
            "key": key_of(chronology.days),
            "entries": [
                {
                    "when": f"{entry.at:%a %-d %b %Y, %H:%M}",
                    "what": entry.what,
                    "details": entry.details,
                    "by": entry.by,
                }
                for entry in _in_order(chronology)
            ],
            "withheld": chronology.withheld,
        },
    )


def chronology_workbook(chronology: Chronology) -> bytes:
    """What happened as an Excel workbook: every cell is text."""
    page = Page(
        title="Chronology",
        rows=chronology_rows(chronology),
        headings={0},
        frozen=(1, 0),
        widths=_WIDTHS,
        wrapped={1, 2},
    )
    return write_workbook([page])


def chronology_csv(chronology: Chronology) -> bytes:
    """The same rows as CSV."""
    return write_csv(chronology_rows(chronology))


def chronology_rows(chronology: Chronology) -> list[list[str]]:
    """What happened as rows of text under `HEADINGS`, the oldest first; moments sort as texts do."""
    rows = [
        [f"{entry.at:%Y-%m-%d %H:%M}", entry.what, entry.details, entry.by] for entry in _in_order(chronology)
    ]
    withheld = [["", chronology.withheld, "", ""]] if chronology.withheld else []
    return [list(HEADINGS), *rows, *withheld]


def _in_order(chronology: Chronology) -> list[Entry]:
    return sorted(chronology.entries, key=lambda entry: entry.at)


def weeks_of(days: Iterable[Marked]) -> list[dict[str, str | list[str]]]:
    """The days by week, Monday to Friday; '' for a day that is no school day."""
    found: list[dict[str, str | list[str]]] = []
    for _, week in groupby(days, key=lambda day: day.on.isocalendar()[:2]):
        by_weekday = {day.on.weekday(): day for day in week}
        monday = date.fromisocalendar(*next(iter(by_weekday.values())).on.isocalendar()[:2], 1)
        cells = [_marks(by_weekday[number]) if number in by_weekday else "" for number in range(5)]
        found.append({"label": f"Week of {monday:%-d %B %Y}", "days": cells})
    return found


def _marks(day: Marked) -> str:
    return f"{day.am or NO_MARK} {day.pm or NO_MARK}"


def key_of(days: Iterable[Marked]) -> str:
    """What the marks mean, those that are there."""
    used = {code for day in days for code in (day.am, day.pm)}
    meanings = [f"{code} {known.meaning}" for code, known in CODES.items() if code in used]
    unmarked = [f"{NO_MARK} no mark received"] if "" in used else []
    return f"Morning, then afternoon. {'; '.join([*meanings, *unmarked])}."
