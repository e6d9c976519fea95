"""The first page of a school: what needs doing today, and who is absent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.casework.outcomes import Side
from cme.casework.stages import Overlay, Stage
from cme.services.calls import CallList
from cme.services.registers.checking import ImportStatus
from cme.store.pupils import RollPart
from cme.tracing.renumbering import shown
from cme.web.presenters import coverage, dates, duties
from cme.web.presenters.calls import home_action
from cme.web.presenters.pupils import case_of, full_name, list_names, roll_row
from cme.web.presenters.returns import school_action
from cme.web.presenters.words import counted, school_days

MOST_ABSENT = 10
"""Absent pupils on the first page; the rest is one link away."""

UNMARKED_DAYS = 3
"""School days without a mark after which a pupil on roll is asked about (our policy)."""

OF_THE_AUTHORITY: Mapping[str, str] = {
    "Acknowledge the referral": "Ask the local authority to acknowledge the referral",
    "Answer the school's question": "Ask the local authority to answer your question",
    "Accept the referral, or send it back": "Ask the local authority what it makes of the referral",
    "Give the school a first result": "Ask the local authority for its first result",
    "Hold the joint review": "Ask the local authority to hold the joint review",
    "Sign the joint statement, or write a joint note": "Ask the local authority for the joint note",
    "Confirm or query the removal": "Ask the local authority what admissions say of the removal",
    "Send the trace request": "Ask the local authority whether the child is being traced",
    "Check again for the child": "Ask the local authority whether it has looked for the child again",
    "Say what follows for the child who was found": "Ask the local authority what follows for the child",
    "Close the case of the child who was found, or send a new trace request": (
        "Ask the local authority what became of the child"
    ),
    "Find out whether the child is there": "Ask the local authority what came of the possible location",
    "Answer the professional challenge": "Ask the local authority to answer your challenge",
}
"""Duties of others: what the school does about one that is overdue."""

_TO_BE_SENT = (Stage.REFERRAL_DRAFT, Stage.DECISION)
"""Stages at which the referral should have gone, whatever else is due first."""

_URGENCY = {"alert": 0, "warn": 1, "": 2}


@dataclass(frozen=True, slots=True)
class SchoolToday:
    """What the first page of a school is made of: rows as the queries give them.

    `calls` is None for whoever may not see pupils.
    """

    laestab: str
    covered: Any
    last_register_on: date | None
    uploads: Sequence[Any]
    absent: Sequence[Any]
    cases: Sequence[Any]
    closed: Sequence[Any]
    parts: Mapping[RollPart, int]
    calls: CallList | None
    owed_returns: Sequence[Any]
    may_upload: bool
    held: frozenset[Permission]
    to_approve: Sequence[Any]
    on_leave: Mapping[int, str]
    today: date


def numbers(before: Iterable[Any], after: Iterable[Any]) -> list[str]:
    """Which numbers the school had before, and which one took the place of this one, a sentence each."""

    def since(link: Any) -> str:
        return f" on {dates.day(link.changed_on)}" if link.changed_on else ""

    return [f"This school took the place of {shown(each.laestab)}{since(each)}." for each in before] + [
        f"This number is closed: {shown(each.successor_laestab)} took its place{since(each)}."
        for each in after
    ]


def home(school: SchoolToday) -> dict[str, Any]:
    """The first page of a school: counts, what needs doing today, and who is absent."""
    links = {case.registration_id: case_of(case) for case in (*school.closed, *school.cases)}
    names = list_names(school.absent)
    return {
        "has_register": school.last_register_on is not None,
        "last_register": dates.day(school.last_register_on) if school.last_register_on else "",
        "has_calendar": school.covered.has_calendar,
        "coverage": coverage.summary(school.covered, is_asked=school.may_upload),
        "counts": _counts(school),
        "actions": _actions(school),
        "as_of": next((dates.day(one.as_of) for one in school.absent if one.as_of), ""),
        "absent": [roll_row(one, names[one.id], links.get(one.id)) for one in school.absent[:MOST_ABSENT]],
        "absent_total": len(school.absent),
    }


def _actions(school: SchoolToday) -> list[dict[str, Any]]:
    calls = home_action(school.calls, school.laestab) if school.calls else None
    actions = [
        *([calls] if calls else ()),
        *case_actions(school.cases, school.today, school.held, school.on_leave),
    ]
    actions += [_approval(case) for case in school.to_approve]
    actions += _left_to_others(school)
    actions += school_action(school.laestab, school.owed_returns, school.today)
    if school.may_upload:
        actions += coverage.actions(school.covered, school.laestab)
        actions += upload_actions(school.uploads, school.laestab)
    unmarked = sum(len(one.unmarked_on) >= UNMARKED_DAYS for one in school.absent)
    actions += roll_actions(school.laestab, school.parts[RollPart.OVERDUE_N], unmarked)
    return most_urgent_first(actions)


def _counts(school: SchoolToday) -> list[dict[str, Any]]:
    def count(part: RollPart, text: str, tone: str = "") -> dict[str, Any]:
        number = school.parts[part]
        show = None if part is RollPart.ALL else part.value
        return {
            "number": f"{number:,}",
            "text": text,
            "href": url_for("school.roll", laestab=school.laestab, show=show),
            "tone": tone if number else "",
        }

    return [
        count(RollPart.TEN_DAYS, "absent ten days or more", "alert"),
        count(RollPart.ABSENT, "absent or not seen", "warn"),
        count(RollPart.OVERDUE_N, "with code N unresolved", "warn"),
        count(RollPart.ALL, "on roll"),
    ]


def case_actions(
    cases: Iterable[Any],
    today: date,
    held: frozenset[Permission] = frozenset(),
    on_leave: Mapping[int, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """What cases ask the viewer for today, a row for each duty: children at risk first, then the earliest.

    `held` is what the viewer may do at the school, `on_leave` the authorised code of a child's newest marks.
    """
    return [
        action
        for case in cases
        for action in _case_actions(case, today, held, on_leave.get(case.registration_id, ""))
    ]


def _case_actions(case: Any, today: date, held: frozenset[Permission], code: str) -> Iterator[dict[str, Any]]:
    """The school's own duties when they fall due, and the authority's once they are overdue."""
    is_proposed = Overlay.CLOSING_PROPOSED in case.overlays
    for what, on, side in case.owed:
        due_on = date.fromisoformat(on)
        if side == Side.AUTHORITY:
            if due_on < today and duties.chases(held):
                yield _case_action(case, _asked_of_authority(what), due_on, today, code)
        elif (due_on <= today or what in duties.WAITING or is_proposed) and duties.is_own(what, held):
            risk = 0 if what in duties.FIRST else case.risk
            yield _case_action(case, what, due_on, today, code, risk=risk)


def _left_to_others(school: SchoolToday) -> list[dict[str, Any]]:
    """One row for what is due and others at the school do, so that a head teacher sees whether it is done."""
    if Permission.SPEAK_FOR_SCHOOL not in school.held:
        return []
    due = [
        on
        for case in school.cases
        for what, on, side in case.owed
        if side == Side.SCHOOL and not duties.is_own(what, school.held)
        if date.fromisoformat(on) <= school.today
    ]
    if not due:
        return []
    late = sum(date.fromisoformat(on) < school.today for on in due)
    return [
        {
            "rank": 3,
            "heading": f"{counted(len(due), 'thing')} due from the DSL or the office",
            "href": url_for("school.roll", laestab=school.laestab, show=RollPart.ABSENT.value),
            "why": f"In open cases: {late:,} overdue. They are told each day; ask them.",
            "tag": {"text": "Overdue" if late else "Due", "tone": "overdue" if late else "due"},
            "tone": "alert" if late else "warn",
        }
    ]


def _approval(case: Any) -> dict[str, Any]:
    return {
        "risk": case.risk,
        "heading": f"Approve the referral: {full_name(case.registration.pupil)}",
        "href": url_for("cases.ask_approve", case_reference=case.reference),
        "why": "It is written, and is not sent before you approve it.",
        "tag": {"text": "Due", "tone": "due"},
        "tone": "alert",
    }


def _asked_of_authority(what: str) -> str:
    """What the school does about a duty of the authority that is overdue."""
    if what.startswith("Make the enquiry: "):
        return f"Ask the local authority about its enquiry: {what.removeprefix('Make the enquiry: ')}"
    return OF_THE_AUTHORITY.get(what, "Ask the local authority what it has found out")


def _case_action(
    case: Any, what: str, due_on: date, today: date, code: str, *, risk: int = 2
) -> dict[str, Any]:
    is_overdue = due_on < today
    return {
        "risk": risk,
        "rank": duties.rank(what),
        "on": due_on,
        "heading": f"{what}: {full_name(case.registration.pupil)}",
        "href": url_for("cases.show", case_reference=case.reference),
        "why": _why(case, code),
        "due": dates.day(due_on),
        "tag": {"text": "Overdue", "tone": "overdue"} if is_overdue else {"text": "Due", "tone": "due"},
        "tone": "alert" if is_overdue else "warn",
    }


def _why(case: Any, code: str) -> str:
    registration = case.registration
    run, attended_on = registration.return_run, registration.last_attended_on
    if not run:
        seen = f" Last attended on {dates.day(attended_on)}." if attended_on else ""
        now = f"Absent, authorised ({code})." if code else "No longer absent without authority."
        return f"{now}{seen}"
    is_unsent = case.stage in _TO_BE_SENT and case.referred_at is None
    unsent = " The referral has not been sent." if is_unsent else ""
    attended = f"last attended on {dates.day(attended_on)}" if attended_on else "no attendance on record"
    return f"Absent without authority for {school_days(run)}; {attended}.{unsent}"


def roll_actions(laestab: str, overdue_n: int, unmarked: int) -> list[dict[str, Any]]:
    """What the marks themselves ask for: an N that nobody has resolved, pupils who get no marks."""
    actions = []
    if unmarked:
        actions.append(
            {
                "heading": f"Find out why {counted(unmarked, 'pupil')} on roll had no marks",
                "href": url_for("school.roll", laestab=laestab, show="absent"),
                "why": f"No mark on {UNMARKED_DAYS} or more school days since last attending, as when a name "
                "is missing from the file. Without marks no absence is counted.",
                "tone": "alert",
            }
        )
    if overdue_n:
        actions.append(
            {
                "heading": f"Resolve code N for {counted(overdue_n, 'pupil')}",
                "href": url_for("school.roll", laestab=laestab, show="overdue_n"),
                "why": "The reason must be found within 5 school days. Change the code in your own system, "
                "then upload the register again.",
                "tone": "warn",
            }
        )
    return actions


def upload_actions(uploads: Sequence[Any], laestab: str) -> list[dict[str, Any]]:
    """Uploads that wait for somebody: to be approved, or, where it is the latest, to be put right."""
    actions = []
    waiting = [upload for upload in uploads if upload.status == ImportStatus.CHECKED]
    if len(waiting) == 1:
        actions.append(
            {
                "heading": "Approve or cancel an upload",
                "href": url_for("school.show_upload", import_id=waiting[0].id),
                "why": f"Uploaded on {dates.moment(waiting[0].uploaded_at)} by {waiting[0].uploaded_by}. "
                "Its marks count once somebody approves them.",
                "tone": "warn",
            }
        )
    elif waiting:
        actions.append(
            {
                "heading": f"Approve or cancel {counted(len(waiting), 'upload')}",
                "href": url_for("school.list_uploads", laestab=laestab),
                "why": "Their marks count once somebody approves them.",
                "tone": "warn",
            }
        )
    if uploads and uploads[0].status == ImportStatus.FAULTY:
        actions.append(
            {
                "heading": "Put right the register that was uploaded last",
                "href": url_for("school.show_upload", import_id=uploads[0].id),
                "why": f"It has errors, so nothing of it is counted. Uploaded by {uploads[0].uploaded_by}.",
                "tone": "warn",
            }
        )
    return actions


def most_urgent_first(actions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Actions in the order in which they press: children at risk first; equal ones stay as they come."""
    return sorted(actions, key=_press)


def _press(action: dict[str, Any]) -> tuple[int, int, int, date]:
    urgency = _URGENCY[action.get("tone", "")]
    return action.get("risk", 2), urgency, action.get("rank", 1), action.get("on", date.min)
