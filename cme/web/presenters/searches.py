"""The searches for a child who is not found, and the children whom the authority is to look for again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from cme.access.scope import Scope
from cme.casework.enquiries.steps import RECHECK_STEP, read_steps
from cme.casework.stages import Stage
from cme.services.judging import permissions_on
from cme.services.tracing.searches import DueSearch, SearchPlan, count_overdue
from cme.tracing.research import Search
from cme.web.presenters.dates import day, long_day
from cme.web.presenters.words import counted

MOST_LISTED = 200
"""Children who are named in the list; all are counted."""


def plan_section(plan: SearchPlan, today: date, record_url: str = "") -> dict[str, Any]:
    """The dates of one child. `record_url` is where the viewer records a check, '' for nobody who may."""
    over_on = long_day(plan.ends_on) if plan.ends_on else ""
    return {
        "rows": [
            {
                "due": day(search.due_on) if search.due_on else "Not planned",
                "tag": _tag(search, plan, today),
                "done": day(search.done_on) if search.done_on else "",
                "made": [
                    {
                        "by": each.by,
                        "sources": each.sources,
                        "result": each.result,
                        "trace": each.trace,
                        "href": url_for("tracing.show", trace_reference=each.trace) if each.trace else "",
                    }
                    for each in made
                ],
            }
            for search, made in plan.rows
        ],
        "next": long_day(plan.next_on) if plan.next_on else "",
        "is_late": plan.next_on is not None and plan.next_on < today,
        "rests": plan.rests,
        "until": f"Searches end with compulsory school age, on {over_on}." if over_on else "",
        "record_url": "" if plan.rests else record_url,
    }


def check_url(scope: Scope, case: Any) -> str:
    """Where the viewer records a search for the child of a case; '' where that is for somebody else."""
    step = read_steps()[RECHECK_STEP]
    if not Stage(case.stage).is_open or not step.may_be_logged_by(permissions_on(scope, case)):
        return ""
    return url_for("cases.ask_enquiry", case_reference=case.reference, step=step.code)


def _tag(search: Search, plan: SearchPlan, today: date) -> dict[str, str]:
    if search.done_on is not None:
        return {"text": "Done", "tone": "done"}
    if search.is_overdue(today):
        return {"text": "Overdue", "tone": "overdue"}
    return (
        {"text": "Next", "tone": "due"} if search.due_on == plan.next_on else {"text": "Planned", "tone": ""}
    )


def due_page(due: Sequence[DueSearch], today: date) -> dict[str, Any]:
    """The children to look for again, the earliest date first."""
    overdue = count_overdue(due, today)
    return {
        "overdue": counted(overdue, "search is overdue", "searches are overdue"),
        "caption": counted(len(due), "child to look for again", "children to look for again"),
        "rows": [
            {
                "name": each.name,
                "about": each.reference or "no case",
                "href": url_for("cases.show_traces", case_reference=each.reference, _anchor="searches")
                if each.reference
                else url_for("record.show", spell_id=each.spell_id, _anchor="searches"),
                "due": day(each.due_on),
                "is_late": each.due_on < today,
            }
            for each in due[:MOST_LISTED]
        ],
        "more": counted(len(due) - MOST_LISTED, "more child", "more children")
        if len(due) > MOST_LISTED
        else "",
    }
