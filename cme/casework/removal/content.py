"""What is signed: the content of a joint statement, its canonical form and its fingerprint."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from cme.casework.removal.facts import Ground, Limb, SicknessFinding
from cme.casework.removal.statement import Basis, Signature, Statement

NO_GROUNDS, GROUNDS = "none", "some"

FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        NO_GROUNDS: "No reasonable grounds to believe in sickness or another unavoidable cause",
        GROUNDS: "There are reasonable grounds: the child stays on roll",
    }
)
"""What is found about sickness, mental health among it, and unavoidable cause."""

LIMBS: Mapping[str, str] = MappingProxyType(
    {
        Limb.NOT_LOCATED.value: "(a) The child could not be located",
        Limb.WILL_NOT_ATTEND.value: (
            "(b) The child is located, and both agree that there is no reason to expect attendance here again"
        ),
    }
)
"""What the joint enquiries ended in."""


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """What people write of a joint statement; '' where nothing is written yet.

    `ground` is H or I, `limb` a or b, `finding` a key of `FINDINGS`. `finding_by` is the person who found it;
    `answers_everything`: it answers every health note, parent's message and Y7. `steps` are the reasonable
    steps to secure attendance that were considered.
    """

    ground: str = Ground.I.value
    limb: str = ""
    location: str = ""
    circumstances: str = ""
    finding: str = ""
    finding_reasons: str = ""
    finding_by: str = ""
    answers_everything: bool = False
    reasons: str = ""
    steps: str = ""

    def written(self) -> dict[str, Any]:
        """As it is kept, without white space round the texts."""
        return {key: said.strip() if isinstance(said, str) else said for key, said in asdict(self).items()}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """What was written of a statement that is kept: what the next version starts from."""
        return cls(**content["written"])


def content_of(
    entry: StatementEntry,
    *,
    number: int,
    parties: Mapping[str, Any],
    first_on: date,
    counted_to: date,
    marks: Sequence[tuple[date, str, str]],
    enquiries: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Everything that is signed, JSON-ready: who, which period, the marks day by day, the rows, the words."""
    return {
        "number": number,
        "parties": dict(parties),
        "period": {"from": first_on.isoformat(), "to": counted_to.isoformat()},
        "marks": [[on.isoformat(), am, pm] for on, am, pm in marks],
        "enquiries": [dict(each) for each in enquiries],
        "written": entry.written(),
    }


def fingerprint_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: keys in order, no space between, every letter as it is."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def says_otherwise(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two versions conclude differently, or differ on where the child is: what admissions check."""
    was, now = StatementEntry.of(before), StatementEntry.of(after)
    return (was.ground, was.limb, was.location) != (now.ground, now.limb, now.location)


def as_statement(
    content: Mapping[str, Any],
    *,
    basis: Basis,
    basis_now: Basis,
    fingerprint: str,
    signatures: tuple[Signature, ...] = (),
) -> Statement:
    """A statement that is kept, as the rules ask about it."""
    entry = StatementEntry.of(content)
    return Statement(
        number=content["number"],
        ground=Ground(entry.ground),
        limb=Limb(entry.limb) if entry.limb else None,
        location=entry.location,
        circumstances=entry.circumstances,
        reasons=entry.reasons,
        steps=entry.steps,
        sickness=_finding(entry),
        basis=basis,
        basis_now=basis_now,
        fingerprint=fingerprint,
        signatures=signatures,
    )


def _finding(entry: StatementEntry) -> SicknessFinding | None:
    if not entry.finding:
        return None
    return SicknessFinding(
        entry.finding == NO_GROUNDS, entry.finding_reasons, entry.finding_by, entry.answers_everything
    )


def first_day(content: Mapping[str, Any]) -> date:
    """The first day of the period that a statement is about."""
    return date.fromisoformat(content["period"]["from"])
