"""What a joint statement rests on, as it is on record now: compared with what was there before."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from cme.attendance.lines import Lines, academic_year, position
from cme.attendance.standing import Standing
from cme.casework.enquiries.enquiry import LoggedEnquiry
from cme.casework.outcomes import Side
from cme.casework.removal.enquired import completed, side_of, since
from cme.casework.removal.facts import Ground
from cme.casework.removal.statement import Basis


def basis_on_record(
    ground: Ground,
    first_on: date,
    *,
    lines: Lines,
    standing: Standing,
    enquiries: Sequence[LoggedEnquiry],
    sighted: Iterable[date],
    found: frozenset[str] = frozenset(),
) -> Basis:
    """The basis of a statement about a period that begins on `first_on`.

    Every mark from that day on is part of it, those of open days too, and so is how they count. `enquiries`
    are all on record, superseded and withdrawn ones among them; `sighted` are verified sightings, `found` is
    what admissions found.
    """
    sides = [side_of(each) for each in completed(enquiries, since(ground, first_on))]
    return Basis(
        counted_to=standing.as_of,
        marks=_digest(lines, first_on, standing),
        last_enquiry_id=max((each.id for each in enquiries), default=0),
        school_rows=sides.count(Side.SCHOOL),
        authority_rows=sides.count(Side.AUTHORITY),
        sighted_on=max(sighted, default=None),
        found=found,
    )


def _digest(lines: Lines, first_on: date, standing: Standing) -> str:
    first_year = academic_year(first_on)
    marks = {
        str(year): (line[position(first_on) :] if year == first_year else line).rstrip(".")
        for year, line in lines.items()
        if year >= first_year
    }
    told = [first_on.isoformat(), standing.removal_run, standing.ground_h_days, marks]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def to_json(basis: Basis) -> dict[str, Any]:
    """A basis as it is kept."""
    return {
        "counted_to": basis.counted_to.isoformat() if basis.counted_to else None,
        "marks": basis.marks,
        "last_enquiry_id": basis.last_enquiry_id,
        "school_rows": basis.school_rows,
        "authority_rows": basis.authority_rows,
        "sighted_on": basis.sighted_on.isoformat() if basis.sighted_on else None,
        "found": sorted(basis.found),
    }


def from_json(kept: Mapping[str, Any]) -> Basis:
    """A basis as it was kept."""
    return Basis(
        counted_to=_date(kept["counted_to"]),
        marks=kept["marks"],
        last_enquiry_id=kept["last_enquiry_id"],
        school_rows=kept["school_rows"],
        authority_rows=kept["authority_rows"],
        sighted_on=_date(kept["sighted_on"]),
        found=frozenset(kept.get("found", ())),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
