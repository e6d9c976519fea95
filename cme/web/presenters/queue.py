"""The queue of referrals as a table with its filters, headings and pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from cme.casework.policy.pack import PolicyPack
from cme.clock import local_date
from cme.store.cases import QueuePage
from cme.web.officer.filters import STAGES, Filters
from cme.web.presenters.cases import NO_COUNT
from cme.web.presenters.dates import day
from cme.web.presenters.paging import pagination
from cme.web.presenters.pupils import full_name
from cme.web.presenters.stages import overlay_tags, stage_tag
from cme.web.presenters.words import counted, listed

_HEADINGS = (
    ("Child", "reference", "case reference"),
    ("School", "", ""),
    ("Stage", "stage", "stage"),
    ("Return run", "run", "return run"),
    ("Received", "received", "date received"),
    ("Due", "due", "date due"),
)
"""The columns: the heading, what it sorts by ('' where it does not), and that in words."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that the page of the queue shows."""

    owner: str
    page_title: str
    caption: str
    headings: list[dict[str, str]]
    rows: list[dict[str, Any]]
    empty: str
    chips: list[dict[str, str]]
    clear_href: str
    stage_items: list[dict[str, Any]]
    school_items: list[dict[str, Any]]
    sort_items: list[dict[str, Any]]
    is_overdue: bool
    is_descending: bool
    pagination: dict[str, Any] | None


def owner_name(packs: Sequence[PolicyPack], *, is_front_door: bool) -> str:
    """Whose queue this is, by the names that the area's own procedure uses."""
    names = (pack.front_door.name if is_front_door else pack.labels["investigator"] for pack in packs)
    return listed(list(dict.fromkeys(names)))


def present_queue(
    found: QueuePage,
    chosen: Filters,
    schools: Sequence[Any],
    acknowledged: Collection[int],
    *,
    owner: str,
    today: date,
) -> Queue:
    """One page of the queue."""
    where = f" (page {found.page} of {found.pages})" if found.pages > 1 else ""
    return Queue(
        owner=owner,
        page_title=f"Referrals{where}",
        caption=counted(found.total, "referral") + where,
        headings=[_heading(*column, chosen) for column in _HEADINGS],
        rows=[_row(case, acknowledged, today) for case in found.cases],
        empty=_empty(chosen),
        chips=_chips(chosen, schools),
        clear_href=Filters(sort=chosen.sort, descending=chosen.descending).address(),
        stage_items=[
            {"value": stage.value, "text": stage.label, "checked": stage in chosen.stages} for stage in STAGES
        ],
        school_items=[
            {"value": "", "text": "All schools"},
            *(
                {"value": school.laestab, "text": school.name, "selected": school.laestab == chosen.school}
                for school in schools
            ),
        ],
        sort_items=[
            {"value": key, "text": words.capitalize(), "selected": key == chosen.sort}
            for _, key, words in _HEADINGS
            if key
        ],
        is_overdue=chosen.overdue,
        is_descending=chosen.descending,
        pagination=pagination(
            found.page, found.pages, lambda number: chosen.address(page=number), "Pages of referrals"
        ),
    )


def _row(case: Any, acknowledged: Collection[int], today: date) -> dict[str, Any]:
    due_on = case.authority_due_on
    overdue = due_on is not None and due_on < today
    run = case.registration.return_run
    return {
        "reference": case.reference,
        "child": full_name(case.registration.pupil),
        "href": url_for("cases.show", case_reference=case.reference),
        "school": case.school.name,
        "tags": [stage_tag(case.stage), *overlay_tags(case.overlays, with_risks=True)],
        "run": NO_COUNT if run is None else run,
        "received": day(local_date(case.referred_at)),
        "acknowledged": case.id in acknowledged,
        "due": day(due_on) if due_on else "",
        "due_what": case.authority_due_what,
        "late": f"{counted((today - due_on).days, 'day')} late" if overdue else "",
    }


def _heading(text: str, sort: str, words: str, chosen: Filters) -> dict[str, str]:
    if not sort:
        return {"text": text}
    here = sort == chosen.sort
    descending = here and not chosen.descending
    return {
        "text": text,
        "href": chosen.address(sort=sort, descending=descending),
        "sort": ("descending" if chosen.descending else "ascending") if here else "none",
        "hint": f"sort by {words}, {'descending' if descending else 'ascending'}",
    }


def _chips(chosen: Filters, schools: Sequence[Any]) -> list[dict[str, str]]:
    chips = [
        {
            "label": "Stage",
            "text": stage.label,
            "href": chosen.address(stages=tuple(each for each in chosen.stages if each is not stage)),
        }
        for stage in chosen.stages
    ]
    chips += [
        {"label": "School", "text": school.name, "href": chosen.address(school="", school_id=None)}
        for school in schools
        if school.laestab == chosen.school
    ]
    if chosen.overdue:
        chips.append({"label": "Due", "text": "Overdue", "href": chosen.address(overdue=False)})
    return chips


def _empty(chosen: Filters) -> str:
    if chosen.are_set:
        return "Nothing matches these filters. Remove one, or clear them all."
    return "No referral has arrived. When a school sends one, it appears here at once."
