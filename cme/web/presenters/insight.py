"""Measures as pages and files show them: words, percentages and bars, and no number of few children."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cme.casework.small_cells import SMALLEST, Share, Shown, is_small
from cme.casework.stages import Stage
from cme.casework.triage import item_label
from cme.services.insight import ITEMS, Insight, SchoolAssurance
from cme.web.presenters.dates import long_day
from cme.web.presenters.words import capitalised, counted

FEW = f"Fewer than {SMALLEST}"
"""What stands in place of a number that would tell of few children."""

TOO_FEW = "Too few to say"
HIDDEN = "Hidden"
_BAR_WIDTH = 100


def since(on: date) -> str:
    """The day from which is measured."""
    return long_day(on)


def insight_page(found: Insight) -> dict[str, Any]:
    """The page of measures."""
    one = found.measures
    return {
        "since": since(found.since_on),
        "now": [
            _figure("Open cases", _cell(found.open_cases.total)),
            _figure("Pupil files (CTF) not uploaded after a day", _pending(found), _alert(found.ctf_pending)),
            _figure("Re-checks overdue", _number(found.rechecks_overdue), _alert(found.rechecks_overdue)),
        ],
        "charts": [
            _chart("open-by-stage", "Open cases by stage", "Stage", found.open_cases.tables["Stage"]),
            _chart(
                "open-by-age",
                "Open cases by how long they are open",
                "Open for",
                found.open_cases.tables["Open for"],
            ),
            _chart(
                "returned-items",
                "What returned referrals lacked",
                "Asked for",
                {
                    capitalised(item_label(item) or item): number
                    for item, number in sorted(
                        found.returned_items.tables[ITEMS].items(),
                        key=lambda each: (-(each[1] or 0), each[0]),
                    )
                },
            ),
        ],
        "measures": [
            _row("First contact on day 1", one.first_contact, "of cases with a first day of absence"),
            _row("Home visit by day 5", one.visited, "of cases that reached day 5"),
            _row("Referred by day 10", one.referred_in_time, "of referrals"),
            _middle("Day of the referral, median", one.referral_day, ""),
            _row("Referrals returned for information", one.returned, "of referrals"),
            _middle("Acknowledged after, median", one.acknowledged_days, "day"),
            _middle("First result after, median", one.result_days, "day"),
            _middle("Closed after, median", one.outcome_days, "day"),
            _row("Located", one.located, "of closed cases that say so"),
            _stated(found.stated),
        ],
    }


def school_rows(found: Sequence[SchoolAssurance]) -> list[dict[str, Any]]:
    """One row for each school."""
    return [
        {
            "school": one.name,
            "laestab": one.laestab,
            "undecided": _number(one.undecided),
            "is_undecided": one.undecided > 0,
            "coverage": _coverage(one),
            "is_uncovered": bool(one.coverage.missing) or not (one.is_counted and one.has_terms),
            "returned": _cell(one.returned),
            "declined": _number(one.declined),
            "visit": counted_days(one.visit_days),
        }
        for one in found
    ]


def figures_table(page: Mapping[str, Any]) -> list[list[str]]:
    """The measures as rows of a file: measure, of what or of which group, value."""
    rows = [["Measure", "Group", "Value"]]
    rows += [[figure["label"], "", str(figure["number"])] for figure in page["now"]]
    rows += [[row["label"], row["note"], row["value"]] for row in page["measures"]]
    rows += [[chart["title"], bar["label"], bar["text"]] for chart in page["charts"] for bar in chart["bars"]]
    return rows


def schools_table(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The schools as rows of a file."""
    heads = ["School", "LAESTAB", "Ten days or more, nothing decided", "Registers",
             "Items asked for on return", "Decisions not to refer", "First visit after, median"]  # fmt: skip
    keys = ("school", "laestab", "undecided", "coverage", "returned", "declined", "visit")
    return [heads, *([str(row[key]) for key in keys] for row in rows)]


def counted_days(days: float | None) -> str:
    """A median number of days, or that too few tell it."""
    if days is None:
        return TOO_FEW
    return counted(int(days), "day") if days == int(days) else f"{days:g} days"


def _coverage(one: SchoolAssurance) -> str:
    if not one.is_counted:
        return "No register yet"
    if not one.has_terms:
        return "No terms entered"
    missing = len(one.coverage.missing)
    days = f"of {counted(one.coverage.school_days, 'school day')}"
    return (
        f"{counted(missing, 'day')} missing {days}"
        if missing
        else f"Complete, {one.coverage.school_days} days"
    )


def _number(number: int) -> str:
    """A number that stands by itself: nothing else on the page adds up with it."""
    return FEW if is_small(number) else f"{number:,}"


def _cell(number: int | None) -> str:
    """A number that adds up with others, of which a large one can be hidden, too."""
    return HIDDEN if number is None else f"{number:,}"


def _pending(found: Insight) -> str:
    """These children are a part of two stages: where their numbers or the rest of them are hidden, so is
    theirs."""
    stages, pending = found.open_cases.tables["Stage"], found.ctf_pending
    removed, verifying = stages[Stage.REMOVED.label], stages[Stage.VERIFYING.label]
    is_hidden = (
        removed is None
        or verifying is None
        or is_small(removed - pending)
        or is_small(removed + verifying - pending)
    )
    return HIDDEN if is_hidden and pending >= SMALLEST else _number(pending)


def _alert(number: int) -> str:
    return "alert" if number else "ok"


def _figure(label: str, number: str, tone: str = "") -> dict[str, Any]:
    return {"label": label, "number": number, "tone": tone}


def _row(label: str, share: Share, of: str) -> dict[str, str]:
    percent = share.percent
    unsaid = TOO_FEW if share.whole < SMALLEST else HIDDEN
    value = unsaid if percent is None else f"{percent}%"
    return {"label": label, "value": value, "note": of}


def _middle(label: str, days: float | None, unit: str) -> dict[str, str]:
    value = counted_days(days) if unit or days is None else f"Day {days:g}"
    return {"label": label, "value": value, "note": ""}


def _stated(share: Share) -> dict[str, str]:
    """Every removal must have one, so that any number short of all is told, and not how many."""
    note = "of removals on grounds H and I: must be 100%"
    if not share.whole:
        return {"label": "Removals with a full joint statement", "value": "No removals", "note": note}
    value = "100%" if share.part == share.whole else "Below 100%: look at each removal"
    return {"label": "Removals with a full joint statement", "value": value, "note": note}


def _chart(key: str, title: str, heading: str, table: Shown) -> dict[str, Any]:
    most = max((number or 0 for number in table.values()), default=0) or 1
    bars: list[dict[str, Any]] = [
        {
            "label": label,
            "text": _cell(number),
            "width": round(_BAR_WIDTH * (number or 0) / most, 1),
        }
        for label, number in table.items()
    ]
    largest = max(bars, key=lambda bar: bar["width"], default=None)
    said = (
        f"The largest is {largest['label']} with {largest['text']}. " if largest and largest["width"] else ""
    )
    return {
        "id": key,
        "title": title,
        "heading": heading,
        "desc": f"{said}The table below has the same figures.",
        "bars": bars,
    }
