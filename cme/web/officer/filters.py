"""What of the queue to show, read from the address and written back into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from cme.casework.stages import OPEN_STAGES, Stage
from cme.store.cases import SORTS, QueueFilter

STAGES: tuple[Stage, ...] = (*OPEN_STAGES[OPEN_STAGES.index(Stage.REFERRED) :], Stage.CLOSED)
"""The stages to choose from: those after a referral. Without a choice the queue holds every open one."""

FIRST_SORT = "due"


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen. `school` is a LAESTAB, '' for all; `school_id` belongs to it."""

    stages: tuple[Stage, ...] = ()
    school: str = ""
    school_id: int | None = None
    overdue: bool = False
    sort: str = FIRST_SORT
    descending: bool = False
    page: int = 1

    @property
    def are_set(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.stages or self.school or self.overdue)

    def wanted(self, today: date) -> QueueFilter:
        """The same as the query takes it."""
        return QueueFilter(
            stages=tuple(stage.value for stage in self.stages),
            school_ids=(self.school_id,) if self.school_id is not None else (),
            overdue_on=today if self.overdue else None,
            sort=self.sort,
            descending=self.descending,
            page=self.page,
        )

    def address(self, **changes: Any) -> str:
        """The address of the queue with these changes; a change of anything but the page starts at page 1."""
        new = replace(self, **{"page": 1, **changes})
        return url_for("officer.queue", **new.parameters())

    def parameters(self) -> Mapping[str, Any]:
        """What stands in the address; what is as usual is left out."""
        given = {
            "stage": [stage.value for stage in self.stages],
            "school": self.school,
            "overdue": "yes" if self.overdue else "",
            "sort": self.sort if self.sort != FIRST_SORT else "",
            "order": "descending" if self.descending else "",
            "page": self.page if self.page != 1 else "",
        }
        return {name: value for name, value in given.items() if value}


def read_filters(parameters: MultiDict[str, str], schools: Iterable[Any]) -> Filters:
    """The filters in an address. What is not on offer counts as not chosen."""
    chosen = set(parameters.getlist("stage"))
    school_ids = {school.laestab: school.id for school in schools}
    school = parameters.get("school", "")
    sort, page = parameters.get("sort", ""), parameters.get("page", "")
    return Filters(
        stages=tuple(stage for stage in STAGES if stage.value in chosen),
        school=school if school in school_ids else "",
        school_id=school_ids.get(school),
        overdue=parameters.get("overdue") == "yes",
        sort=sort if sort in SORTS else FIRST_SORT,
        descending=parameters.get("order") == "descending",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )
