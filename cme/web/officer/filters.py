"""What of the queue to show, read from the address and written back into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from cme.casework.stages import OPEN_STAGES, Stage
from cme.store.queue import SORTS, QueueFilter, View

STAGES: tuple[Stage, ...] = (*OPEN_STAGES[OPEN_STAGES.index(Stage.REFERRED) :], Stage.CLOSED)
"""The stages to choose from: those after a referral. Without a choice the queue holds every open one."""

FIRST_SORT = "risk"
_LONGEST_PLACE = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen. `school` is a LAESTAB, '' for all; `school_id` belongs to it.

    `after` and `before` are places in the list (`store.paging`), and '' on its first page.
    """

    view: View = View.ALL
    stages: tuple[Stage, ...] = ()
    school: str = ""
    school_id: int | None = None
    sort: str = FIRST_SORT
    descending: bool = False
    after: str = ""
    before: str = ""

    @property
    def are_set(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.stages or self.school or self.view is not View.ALL)

    @property
    def query(self) -> str:
        """The choice as it is kept under a name: the address of the first page, without the path."""
        return replace(self, after="", before="").here

    @property
    def here(self) -> str:
        """The address of the page that is shown, without the path."""
        return urlencode(self.parameters(), doseq=True)

    def wanted(self, today: date, untouched_before: date) -> QueueFilter:
        """The same as the query takes it."""
        return QueueFilter(
            view=self.view,
            stages=tuple(stage.value for stage in self.stages),
            school_ids=(self.school_id,) if self.school_id is not None else (),
            today=today,
            untouched_before=untouched_before,
            sort=self.sort,
            descending=self.descending,
            after=self.after,
            before=self.before,
        )

    def address(self, **changes: Any) -> str:
        """The address of the queue with these changes; a change of anything but the place starts again."""
        new = replace(self, **{"after": "", "before": "", **changes})
        return url_for("officer.queue", **new.parameters())

    def parameters(self) -> Mapping[str, Any]:
        """What stands in the address; what is as usual is left out."""
        given = {
            "view": self.view.value if self.view is not View.ALL else "",
            "stage": [stage.value for stage in self.stages],
            "school": self.school,
            "sort": self.sort if self.sort != FIRST_SORT else "",
            "order": "descending" if self.descending else "",
            "after": self.after,
            "before": self.before,
        }
        return {name: value for name, value in given.items() if value}


def read_filters(parameters: MultiDict[str, str], schools: Iterable[Any]) -> Filters:
    """The filters in an address. What is not on offer counts as not chosen."""
    chosen = set(parameters.getlist("stage"))
    school_ids = {school.laestab: school.id for school in schools}
    school, view = parameters.get("school", ""), parameters.get("view", "")
    sort = parameters.get("sort", "")
    return Filters(
        view=View(view) if view in list(View) else View.ALL,
        stages=tuple(stage for stage in STAGES if stage.value in chosen),
        school=school if school in school_ids else "",
        school_id=school_ids.get(school),
        sort=sort if sort in SORTS else FIRST_SORT,
        descending=parameters.get("order") == "descending",
        after=parameters.get("after", "")[:_LONGEST_PLACE],
        before=parameters.get("before", "")[:_LONGEST_PLACE],
    )


def read_query(query: str, schools: Iterable[Any]) -> Filters:
    """The filters in an address without its path, as a form or a kept filter gives it."""
    return read_filters(MultiDict(parse_qsl(query)), schools)
