"""A joint statement in words, from the content that is signed: the same on the page and on paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cme.casework.enquiries.results import Method, Result
from cme.casework.enquiries.steps import read_steps
from cme.casework.outcomes import Side
from cme.casework.removal.content import FINDINGS, LIMBS, StatementEntry
from cme.casework.removal.grounds import read_grounds
from cme.casework.words import day

KEPT = "Kept for safeguarding staff"
"""What stands for an enquiry whose entry is restricted."""


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """One day of the period with its two codes, '' for a session without a mark."""

    on: date
    am: str
    pm: str


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """One completed enquiry: when, what, what came of it, and who made it."""

    on: date
    what: str
    result: str
    by: str


@dataclass(frozen=True, slots=True)
class Told:
    """A statement to read. `parties` and `findings` are labels with texts, '' where nothing is written."""

    number: int
    parties: tuple[tuple[str, str], ...]
    findings: tuple[tuple[str, str], ...]
    marks: tuple[MarkedDay, ...]
    enquiries: Mapping[Side, tuple[EnquiryRow, ...]]


def told(content: Mapping[str, Any], shown: Callable[[str], str]) -> Told:
    """The content in words; `shown` takes out of a text what this reader is not shown."""
    entry, parties = StatementEntry.of(content), content["parties"]
    ground = read_grounds()[entry.ground.lower()]
    born = day(date.fromisoformat(parties["born_on"])) if parties["born_on"] else "Not known"
    period = [day(date.fromisoformat(content["period"][key])) for key in ("from", "to")]
    first = "The last day of the leave" if entry.ground == "H" else "The first day that counts"
    answered = "Yes" if entry.answers_everything else "No"
    return Told(
        number=content["number"],
        parties=(
            ("Case", parties["case"]),
            ("Child", f"{parties['child']}, born {born}"),
            ("UPN", parties["upn"] or "Not known"),
            ("School", f"{parties['school']} ({parties['laestab']})"),
            ("Local authority", parties["authority"]),
            ("Ground", f"{entry.ground}: {ground.label}"),
            (first, period[0]),
            ("Counted up to", period[1]),
        ),
        findings=(
            ("Where the child is, or what was done to find out", shown(entry.location)),
            ("The circumstances", shown(entry.circumstances)),
            ("Sickness or another unavoidable cause", FINDINGS.get(entry.finding, "")),
            ("The reasons for that finding", shown(entry.finding_reasons)),
            ("Who found it", entry.finding_by),
            ("Does it answer every health note, parent's message and Y7?", answered if entry.finding else ""),
            ("What the joint enquiries ended in", LIMBS.get(entry.limb, "")),
            ("The reasons for that conclusion", shown(entry.reasons)),
            ("The steps to secure attendance that were considered", shown(entry.steps)),
        ),
        marks=tuple(MarkedDay(date.fromisoformat(on), am, pm) for on, am, pm in content["marks"]),
        enquiries={
            side: tuple(_row(each) for each in content["enquiries"] if each["side"] == side.value)
            for side in Side
        },
    )


def _row(each: Mapping[str, Any]) -> EnquiryRow:
    on = date.fromisoformat(each["on"])
    if each.get("restricted"):
        return EnquiryRow(on, KEPT, KEPT, KEPT)
    short = read_steps()[each["step"]].short
    method = f" ({Method(each['method']).label.lower()})" if each["method"] else ""
    by = ", ".join(filter(None, (each["by"], each["role"])))
    return EnquiryRow(on, f"{short[:1].upper()}{short[1:]}{method}", Result(each["result"]).label, by)
