"""Possible brothers and sisters: who, what ties them, and where they are today."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from cme.services.tracing.siblings import Sibling, Whereabouts
from cme.web.presenters import dates
from cme.web.presenters.pupils import class_name, full_name
from cme.web.presenters.words import listed, school_days

_TAGS = {
    Whereabouts.PRESENT: ("Present", "done"),
    Whereabouts.UNEXPLAINED: ("Absent too", "overdue"),
    Whereabouts.ABSENT: ("Absent", "due"),
    Whereabouts.UNMARKED: ("No mark", "stopped"),
}


def rows(siblings: Iterable[Sibling], school_id: int) -> list[dict[str, Any]]:
    """Each of them as the pupil page lists it; `school_id` is the school of the child it is about."""
    return [
        {
            "name": full_name(one.registration.pupil),
            "href": url_for("school.show_pupil", registration_id=one.registration.id),
            "where": _where(one, school_id),
            "ties": listed([tie.label for tie in one.ties]),
            "said": said(one),
            "tag": dict(zip(("text", "tone"), _TAGS[one.whereabouts], strict=True)),
        }
        for one in siblings
    ]


def said(one: Sibling) -> str:
    """What the register of the sibling's own school says: the newest day, and the run."""
    if one.on is None:
        return "No register of that school is on record"
    codes = listed(list(dict.fromkeys(code for code in one.marks if code)))
    marked = f"code {codes}" if codes else "no mark"
    run = one.registration.return_run or 0
    counted = f"; absent without authority for {school_days(run)}" if run else ""
    return f"{dates.day(one.on)}: {marked}{counted}"


def in_brief(one: Sibling) -> str:
    """One of them on a list of others: "Ben Birch, 5B: absent too"."""
    place = class_name(one.registration)
    name = f"{full_name(one.registration.pupil)}, {place}" if place else full_name(one.registration.pupil)
    return f"{name}: {_TAGS[one.whereabouts][0].lower()}"


def _where(one: Sibling, school_id: int) -> str:
    place = class_name(one.registration)
    if one.registration.school_id == school_id:
        return place
    school = str(one.registration.school.name)
    return f"{place}, {school}" if place else school
