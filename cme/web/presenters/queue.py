"""The queue of referrals: its views with their counts, the table with filters and headings, and its pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.casework.outcomes import read_outcomes
from cme.casework.policy.pack import PolicyPack
from cme.clock import local_date
from cme.store.paging import Slice
from cme.store.queue import UNATTENDED_FROM, Counts, View
from cme.web.officer.filters import STAGES, Filters, read_query
from cme.web.presenters.cases import NO_COUNT
from cme.web.presenters.dates import day
from cme.web.presenters.paging import next_and_previous
from cme.web.presenters.pupils import full_name
from cme.web.presenters.stages import overlay_tags, stage_tag
from cme.web.presenters.words import counted, listed, school_days

VIEWS: Mapping[View, str] = MappingProxyType(
    {
        View.ALL: "All",
        View.MINE: "Mine",
        View.UNALLOCATED: "Not allocated",
        View.OVERDUE: "Overdue",
        View.UNTOUCHED: "Untouched",
        View.RETURNED: "Returned to the school",
    }
)
"""What each view is called."""

_TONES = {View.OVERDUE: "alert", View.UNALLOCATED: "warn", View.UNTOUCHED: "warn"}

_HEADINGS = (
    ("Child", "reference", "case reference"),
    ("School", "", ""),
    ("Stage", "stage", "stage"),
    ("Return run", "run", "return run"),
    ("Received", "received", "date received"),
    ("Due", "due", "date due"),
)
"""The columns: the heading, what it sorts by ('' where it does not), and that in words."""

_ORDERS = {"risk": "risk, then date due", **{key: words for _, key, words in _HEADINGS if key}}


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that the page of the queue shows."""

    owner: str
    page_title: str
    caption: str
    views: list[dict[str, Any]]
    headings: list[dict[str, str]]
    rows: list[dict[str, Any]]
    empty: str
    chips: list[dict[str, str]]
    clear_href: str
    view: str
    stage_items: list[dict[str, Any]]
    school_items: list[dict[str, Any]]
    sort_items: list[dict[str, Any]]
    is_descending: bool
    pagination: dict[str, Any] | None
    query: str
    here: str
    saved: list[dict[str, Any]]


def owner_name(packs: Sequence[PolicyPack], *, is_front_door: bool) -> str:
    """Whose queue this is, by the names that the area's own procedure uses."""
    names = (pack.front_door.name if is_front_door else pack.labels["investigator"] for pack in packs)
    return listed(list(dict.fromkeys(names)))


def present_queue(
    found: Slice,
    counts: Counts,
    chosen: Filters,
    schools: Sequence[Any],
    acknowledged: Collection[int],
    names: Mapping[int, str],
    saved: Sequence[Any],
    *,
    owner: str,
    today: date,
) -> Queue:
    """One page of the queue."""
    name = "" if chosen.view is View.ALL else f": {VIEWS[chosen.view].lower()}"
    return Queue(
        owner=owner,
        page_title=f"Referrals{name}",
        caption=f"{counted(counts.total, 'referral')}{name}",
        views=_views(counts, chosen),
        headings=[_heading(*column, chosen) for column in _HEADINGS],
        rows=[_row(number, case, acknowledged, names, today) for number, case in enumerate(found.rows, 1)],
        empty=_empty(chosen),
        chips=_chips(chosen, schools),
        clear_href=Filters(sort=chosen.sort, descending=chosen.descending).address(),
        view=chosen.view.value if chosen.view is not View.ALL else "",
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
            for key, words in _ORDERS.items()
        ],
        is_descending=chosen.descending,
        pagination=next_and_previous(
            chosen.address(before=found.before) if found.before else "",
            chosen.address(after=found.after) if found.after else "",
            "Pages of referrals",
        ),
        query=chosen.query,
        here=chosen.here,
        saved=[_saved(each, schools) for each in saved],
    )


def present_unattended(found: Slice, total: int) -> dict[str, Any]:
    """The children for whom nobody did anything, as a page shows them."""
    return {
        "caption": counted(total, "child", "children"),
        "rows": [
            {
                "child": full_name(each.pupil),
                "href": url_for("school.show_pupil", registration_id=each.id),
                "school": each.school.name,
                "run": school_days(each.return_run),
                "since": day(each.run_started_on) if each.run_started_on else "",
            }
            for each in found.rows
        ],
        "from_day": UNATTENDED_FROM,
        "pagination": next_and_previous(
            url_for("officer.unattended", before=found.before) if found.before else "",
            url_for("officer.unattended", after=found.after) if found.after else "",
            "Pages of children",
        ),
    }


def present_closed(found: Slice, total: int) -> dict[str, Any]:
    """The children who are still absent after their case was closed, as a page shows them."""
    return {
        "caption": counted(total, "child", "children"),
        "rows": [_closed_row(case) for case in found.rows],
        "from_day": UNATTENDED_FROM,
        "pagination": next_and_previous(
            url_for("officer.closed_in_absence", before=found.before) if found.before else "",
            url_for("officer.closed_in_absence", after=found.after) if found.after else "",
            "Pages of children",
        ),
    }


def _closed_row(case: Any) -> dict[str, Any]:
    """A case that nobody referred is the school's to open: its row leads to the child."""
    ending = next((each for each in reversed(case.events) if each.data.get("outcome")), None)
    outcome = read_outcomes().get(ending.data["outcome"]) if ending else None
    is_open_to_reader = case.referred_at is not None
    return {
        "child": full_name(case.registration.pupil),
        "href": url_for("cases.show", case_reference=case.reference)
        if is_open_to_reader
        else url_for("school.show_pupil", registration_id=case.registration_id),
        "school": case.school.name,
        "run": school_days(case.registration.return_run),
        "closed": f"{day(local_date(case.closed_at))}, {case.reference}",
        "outcome": outcome.label if outcome else "Not known",
    }


def _views(counts: Counts, chosen: Filters) -> list[dict[str, Any]]:
    views: list[dict[str, Any]] = [
        {
            "number": counts.views[view],
            "text": text,
            "href": Filters(view=view).address(),
            "tone": _TONES.get(view) if counts.views[view] else None,
            "current": view is chosen.view,
        }
        for view, text in VIEWS.items()
    ]
    views.append(
        {
            "number": counts.unattended,
            "text": "Nobody has acted",
            "href": url_for("officer.unattended"),
            "tone": "alert" if counts.unattended else None,
        }
    )
    views.append(
        {
            "number": counts.closed,
            "text": "Closed, still absent",
            "href": url_for("officer.closed_in_absence"),
            "tone": "warn" if counts.closed else None,
        }
    )
    return views


def _row(
    number: int, case: Any, acknowledged: Collection[int], names: Mapping[int, str], today: date
) -> dict[str, Any]:
    due_on = case.authority_due_on
    overdue = due_on is not None and due_on < today
    run = case.registration.return_run
    return {
        "id": "case" if number == 1 else f"case-{number}",
        "reference": case.reference,
        "child": full_name(case.registration.pupil),
        "href": url_for("cases.show", case_reference=case.reference),
        "school": case.school.name,
        "tags": [stage_tag(case.stage), *overlay_tags(case.overlays, with_risks=True)],
        "run": NO_COUNT if run is None else run,
        "received": day(local_date(case.referred_at)),
        "acknowledged": case.id in acknowledged,
        "officer": names.get(case.officer_id or 0, ""),
        "due": day(due_on) if due_on else "",
        "due_what": case.authority_due_what,
        "late": f"{counted((today - due_on).days, 'day')} late" if overdue else "",
    }


def _saved(kept: Any, schools: Sequence[Any]) -> dict[str, Any]:
    return {
        "name": kept.name,
        "href": read_query(kept.query, schools).address(),
        "delete_url": url_for("officer.delete_filter", saved_id=kept.id),
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
    if chosen.view is not View.ALL:
        chips.append({"label": "View", "text": VIEWS[chosen.view], "href": chosen.address(view=View.ALL)})
    return chips


def _empty(chosen: Filters) -> str:
    if chosen.are_set:
        return "Nothing matches these filters. Remove one, or clear them all."
    return "No referral has arrived. When a school sends one, it appears here at once."
