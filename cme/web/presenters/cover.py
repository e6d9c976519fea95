"""Holiday cover as a page: when the holiday is, which clocks run on in it, and what falls due."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import url_for

from cme.attendance.holidays import Holiday
from cme.casework.cover import clocks_in_holidays
from cme.casework.deadlines import Deadline
from cme.casework.outcomes import Side
from cme.casework.policy.pack import PolicyPack
from cme.casework.policy.settings import settings_of
from cme.casework.safety.missing import Escalation
from cme.clock import local_date
from cme.services.cover import CoveredCase, CoverList
from cme.web.presenters.dates import day, moment
from cme.web.presenters.pupils import full_name
from cme.web.presenters.stages import stage_tag
from cme.web.presenters.words import counted

_OWNERS = {Side.SCHOOL: "", Side.AUTHORITY: " (the local authority)"}


def cover_page(found: CoverList, pack: PolicyPack, *, at: datetime) -> dict[str, Any]:
    """The page of a school's holiday: {when, is_open_ended, named, clocks, summary, cases}."""
    today = local_date(at)
    rows = [_case(each, found.holiday, today) for each in found.cases]
    # Whatever is overdue or falls due first stands first; what presses in the holiday before the rest.
    rows.sort(key=lambda row: (not row["within"], row["first_on"]))
    return {
        "when": _when(found.holiday, local_date(at)),
        "is_open_ended": found.holiday.back_on is None,
        "named": _named(found.cover),
        "clocks": _clocks(pack),
        "summary": _summary(rows),
        "cases": rows,
    }


def _when(holiday: Holiday, today: date) -> str:
    last_day, back_on = day(holiday.breaks_up_on), holiday.back_on
    if today == holiday.breaks_up_on:
        began = f"School breaks up today, {last_day}"
    elif holiday.covers(today):
        began = f"School broke up on {last_day}"
    else:
        began = f"School breaks up on {last_day}"
    return (
        f"{began}, and is back on {day(back_on)}." if back_on else f"{began}. No later term is entered yet."
    )


def _named(cover: Any) -> dict[str, str] | None:
    if cover is None:
        return None
    return {
        "who": f"{cover.name}, {cover.phone}",
        "said": f"Named by {cover.said_by}, {moment(cover.said_at)}",
    }


def _clocks(pack: PolicyPack) -> list[dict[str, Any]]:
    """What clocks of each kind do in the holiday: {heading, clocks}, each clock as a line."""
    labels = {each.path.removeprefix("clocks."): each.label for each in settings_of(pack)}
    return [
        {
            "heading": words,
            "clocks": [f"{labels.get(name, name)}: {clock.text}" for name, clock in own.items()],
        }
        for words, own in clocks_in_holidays(pack).items()
    ]


def _summary(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    within = sum(bool(row["within"]) for row in rows)
    said = f"{counted(len(rows), 'case')} {'is' if len(rows) == 1 else 'are'} open."
    if not within:
        return (
            f"{said} As things stand, nothing has its last day in the holiday. Clocks that run in it go on, "
            "and anything that happens in it starts its own."
        )
    return f"{said} In {counted(within, 'case')} something falls due in the holiday."


def _case(covered: CoveredCase, holiday: Holiday, today: date) -> dict[str, Any]:
    case, dues = covered.case, covered.dues
    escalations = [(local_date(each.due_at), _escalation(each)) for each in covered.escalations]
    return {
        "reference": case.reference,
        "name": full_name(case.registration.pupil),
        "href": url_for("cases.show", case_reference=case.reference),
        "tag": stage_tag(case.stage),
        "first_on": min((each.due_on for each in (*dues.before, *dues.within)), default=date.max),
        "before": _lines(dues.before, [one for one in escalations if not holiday.covers(one[0])], today),
        "within": _lines(dues.within, [one for one in escalations if holiday.covers(one[0])], today),
        "back": _lines(dues.back, (), today),
    }


def _lines(
    dues: Iterable[Deadline], escalations: Iterable[tuple[date, str]], today: date
) -> list[dict[str, Any]]:
    """What is due by date, the earliest first: {text, is_overdue}."""
    owed = [(each.due_on, f"{day(each.due_on)}: {each.what}{_OWNERS[each.owner]}") for each in dues]
    found = sorted((*owed, *escalations), key=lambda one: one[0])
    return [{"text": text, "is_overdue": on < today} for on, text in found]


def _escalation(each: Escalation) -> str:
    return (
        f"{moment(each.due_at)}: the {each.contact.replace('_', ' ')} is told, if the child is still missing"
    )
