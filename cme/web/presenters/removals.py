"""The list of proposed removals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cme.clock import local_date
from cme.web.presenters.dates import day
from cme.web.presenters.pupils import full_name
from cme.web.presenters.stages import stage_tag


@dataclass(frozen=True, slots=True)
class Removals:
    """The proposals, and the number of children who are eligible for decision, in words."""

    rows: list[dict[str, Any]]
    eligible: str


def present_removals(proposed: Sequence[Any], eligible: int) -> Removals:
    """Proposals as rows of a table; the children who are only eligible are a number without names."""
    noun = "child is" if eligible == 1 else "children are"
    return Removals(
        rows=[
            {
                "reference": case.reference,
                "child": full_name(case.registration.pupil),
                "school": case.school.name,
                "since": day(local_date(case.stage_since_at)),
                "tag": stage_tag(case.stage),
            }
            for case in proposed
        ],
        eligible=f"{eligible or 'No'} {noun} eligible for decision",
    )
