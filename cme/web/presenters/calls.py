"""The calls of a school's day as a page: who, whom to ring next, what was tried, and the form of each row."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from cme.attendance.codes import CODES
from cme.casework.enquiries.calls import UNEXPLAINED, Progress, Urgency
from cme.casework.enquiries.enquiry import Result
from cme.clock import LONDON, local_date
from cme.services.calls import SOMEBODY_ELSE, CallList, Family, Waiting
from cme.services.tracing.siblings import Sibling
from cme.web.presenters import dates, siblings
from cme.web.presenters import roll as present_roll
from cme.web.presenters.pupils import case_of, class_name, full_name
from cme.web.presenters.words import counted

_URGENCIES = {
    Urgency.TO_DO: ("Due this morning", "enquiries", ""),
    Urgency.AMBER: ("Ring now", "due", "warn"),
    Urgency.RED: ("Late", "overdue", "alert"),
    Urgency.OVERDUE: ("Overdue", "overdue", "alert"),
}

_CONCERN = "The designated safeguarding lead looks at it today: tell them now."


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows are made of beside the list: families and open cases by registration, and the forms.

    `sent` are the registrations whose form comes back with what was typed.
    """

    families: Mapping[int, Family]
    cases: Mapping[int, Any]
    form_of: Callable[[int], Any]
    sent: Collection[int]
    may_record: bool
    may_see_risks: bool
    on: date | None
    at: datetime


def call_page(school: Any, found: CallList, rows: Rows) -> dict[str, Any]:
    """The whole list."""
    text, tone, _ = _URGENCIES[found.urgency]
    number = len(found.waiting)
    return {
        "heading": f"Calls to make for {dates.day(found.on)}" if found.on else "Calls to make",
        "tag": {"text": text, "tone": tone} if number and found.on else None,
        "summary": _summary(found, rows.at),
        "rows": [_row(one, rows) for one in found.waiting],
        "empty": _empty(found),
        "upload_href": url_for("school.list_uploads", laestab=school.laestab),
    }


def home_action(found: CallList, laestab: str) -> dict[str, Any] | None:
    """What the first page of a school says of the calls; None where nobody is left to ring about."""
    if found.on is None or not found.waiting:
        return None
    text, tag, tone = _URGENCIES[found.urgency]
    return {
        "heading": f"Ring the families of {counted(len(found.waiting), 'pupil')}",
        "href": url_for("school.calls", laestab=laestab),
        "why": "Absent without a reason, and nobody at home has been reached since.",
        "due": dates.day(found.on),
        "tag": {"text": text, "tone": tag},
        "tone": tone,
    }


def recorded(result: Result | None, name: str) -> str:
    """What is said once a call about a child is kept."""
    said = f"The call about {name} is recorded."
    return f"{said} {_CONCERN}" if result is Result.REACHED_CONCERN else said


def _summary(found: CallList, at: datetime) -> str:
    if found.on is None:
        return ""
    said = f"{counted(found.settled, 'family has', 'families have')} been reached. " if found.settled else ""
    if found.on < local_date(at):
        said += "This is the newest register on record. A new list comes with the next one."
    return said.strip()


def _empty(found: CallList) -> str:
    if found.on is None:
        return (
            "There is no register yet. Whoever has no reason for an absence is listed once one is approved."
        )
    done = (
        f"Somebody was reached about every pupil who had no reason for an absence on {dates.day(found.on)}."
        if found.settled
        else f"Nobody was absent without a reason on {dates.day(found.on)}."
    )
    return f"{done} There is nobody to ring. The next list comes with the next register."


def _row(one: Waiting, rows: Rows) -> dict[str, Any]:
    registration, family = one.registration, rows.families[one.registration.id]
    restricted = family.restrictions
    called = present_roll.contacts(one.contacts, restricted, with_notes=rows.may_see_risks)
    allowed = [each for each in one.contacts if not restricted.bars(each.id, each.name)]
    next_id = one.progress.next_of([each.id for each in allowed if each.phone], rows.at)
    is_due = next_id not in one.progress.tried or one.progress.is_second_due(rows.at)
    case = rows.cases.get(registration.id)
    may_ring = rows.may_record and not restricted.stops_family_contact
    return {
        "id": registration.id,
        "name": full_name(registration.pupil),
        "href": url_for("school.show_pupil", registration_id=registration.id),
        "place": class_name(registration),
        "tags": _tags(one, rows.may_see_risks),
        "case": case_of(case) if case is not None else None,
        "marks": _marks(one, rows.on),
        "restrictions": [{"heading": each.heading, "text": each.kind.meaning} for each in restricted.each],
        "contacts": called["contacts"],
        "barred": called["barred"],
        "next": next((each.name or "No name given" for each in allowed if each.id == next_id and is_due), ""),
        "attempts": attempts_text(one.progress, next_id, rows.at),
        "siblings": [_sibling(each) for each in family.siblings],
        # A form that was sent comes back with what was typed, even where nobody rings any more.
        "form": _form(one, rows, allowed, next_id) if may_ring or registration.id in rows.sent else None,
        "may_restrict": rows.may_see_risks,
        "stopped": _stopped(one, family, allowed),
    }


def _stopped(one: Waiting, family: Family, allowed: Sequence[Any]) -> str:
    """Why nobody is rung, where nobody is; '' where somebody can be."""
    if family.restrictions.stops_family_contact:
        return "Nobody rings the family. Tell the designated safeguarding lead that the child is absent."
    if not one.contacts:
        return (
            "No contacts are on record. Look them up in your own system, ring, and send them with the next "
            "register or list of pupils."
        )
    if not allowed:
        return "None of the contacts may be rung. Tell the designated safeguarding lead."
    return ""


def _form(one: Waiting, rows: Rows, allowed: Sequence[Any], next_id: int | None) -> Any:
    form = rows.form_of(one.registration.id)
    people = [(each.id, _who(each)) for each in allowed]
    form.offer([*people, (SOMEBODY_ELSE, "Somebody else: say who")], next_id)
    return form


def _who(contact: Any) -> str:
    return ", ".join(filter(None, (contact.name or "No name given", contact.relationship_)))


def _tags(one: Waiting, may_see_risks: bool) -> list[dict[str, str]]:
    tags = [{"text": "Ring first", "tone": "fast-track"}] if one.is_first else []
    if may_see_risks:
        flags = one.registration.pupil.flags
        tags += present_roll.flag_tags(flag.kind for flag in flags if flag.ended_at is None)
    return tags


def _marks(one: Waiting, on: date | None) -> str:
    """The marks of the day, and which day of the absence it is: "O (…) all day. Day 3 of this absence"."""
    am, pm = one.marks
    if not am and not pm:
        return ""
    halves = f"{_code(am)} all day" if am == pm else "; ".join(_halves(am, pm))
    run, counted_to = one.registration.return_run or 0, one.registration.as_of
    is_counted = counted_to is not None and on is not None and counted_to >= on
    days = run if is_counted else run + 1
    return f"{halves}. Day {days} of this absence" if days else halves


def _halves(am: str, pm: str) -> list[str]:
    return [
        f"{_code(code)} {half}" for code, half in ((am, "in the morning"), (pm, "in the afternoon")) if code
    ]


def _code(code: str) -> str:
    """A code, with its meaning where that is what is asked about."""
    return f"{code} ({CODES[code].meaning.lower()})" if code in UNEXPLAINED else code


def attempts_text(progress: Progress, next_id: int | None, at: datetime) -> str:
    """What was tried, and what comes next."""
    if not progress.number:
        return "Nobody has been rung yet."
    last = progress.attempts[-1]
    said = (
        f"{counted(progress.number, 'attempt')}, the last at {_clock(last.done_at)}: "
        f"{last.result.label.lower()}."
    )
    if progress.is_second_due(at):
        return f"{said} The second attempt is due now."
    if next_id is not None and next_id not in progress.tried:
        said += " Ring the next contact now."
    elif progress.second_at is None:
        said += (
            " Every contact was tried. Look for another number, and tell the designated safeguarding lead."
        )
    return (
        f"{said} The second attempt counts from {_clock(progress.second_at)}." if progress.second_at else said
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"


def _sibling(one: Sibling) -> dict[str, Any]:
    return {
        "text": siblings.in_brief(one),
        "href": url_for("school.show_pupil", registration_id=one.registration.id),
        "absent": one.is_absent_too,
    }
