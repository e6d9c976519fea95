"""Statutory returns as lists: owed ones to send, and those that were sent."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for

from cme.casework.returns import ReturnKind
from cme.clock import local_date
from cme.web.presenters.dates import day, moment
from cme.web.presenters.pupils import full_name
from cme.web.presenters.words import counted

_WHY = {
    ReturnKind.ATTENDANCE: "Ten school days without authority: {started} to {reached}.",
    ReturnKind.SICKNESS: "Fifteen school days of sickness on {reached}; this period began {started}.",
}


def returns_page(
    owed: Sequence[Any],
    sent: Sequence[Any],
    forms: Mapping[int, Any],
    backs: Mapping[int, Any],
    *,
    homes: Mapping[int, str],
    today: date,
) -> dict[str, Any]:
    """The page of a school's returns: {summary, owed, sent}; a row has its form where there is one."""
    overdue = sum(each.due_on < today for each in owed)
    return {
        "summary": _summary(len(owed), overdue),
        "owed": [
            _owed(each, forms.get(each.id), homes.get(each.registration_id, ""), today) for each in owed
        ],
        "sent": [{**sent_row(each), "back": backs.get(each.id)} for each in sent],
    }


def sent_row(row: Any) -> dict[str, str]:
    """A return as it was sent, for the school and for its authority."""
    return {
        "name": row.content["name"],
        "href": url_for("school.show_pupil", registration_id=row.registration_id),
        "kind": ReturnKind(row.kind).label,
        "school": row.registration.school.name,
        "why": _why(row),
        "sent": _sent(row),
        "to": row.sent_to,
        "note": row.note,
        "number": str(row.id),
    }


def school_action(laestab: str, owed: Sequence[Any], today: date) -> list[dict[str, Any]]:
    """What the school's first page says of returns that are owed; [] where none is."""
    if not owed:
        return []
    overdue = any(each.due_on < today for each in owed)
    heading = (
        f"Send the {ReturnKind(owed[0].kind).label.lower()}: {full_name(owed[0].registration.pupil)}"
        if len(owed) == 1
        else f"Send {counted(len(owed), 'return')} to the local authority"
    )
    return [
        {
            "heading": heading,
            "href": url_for("school.list_returns", laestab=laestab),
            "why": "A return is a duty whatever is known of where the child is. It is not a referral.",
            "due": day(owed[0].due_on),
            "tag": {"text": "Overdue", "tone": "overdue"} if overdue else {"text": "Due", "tone": "due"},
            "tone": "alert" if overdue else "warn",
        }
    ]


def _summary(owed: int, overdue: int) -> str:
    if not owed:
        return ""
    late = f" {counted(overdue, 'of them is', 'of them are')} overdue." if overdue else ""
    return f"{counted(owed, 'return is', 'returns are')} owed to the local authority.{late}"


def _owed(row: Any, form: Any, home: str, today: date) -> dict[str, Any]:
    is_overdue = row.due_on < today
    return {
        "id": row.id,
        "name": full_name(row.registration.pupil),
        "href": url_for("school.show_pupil", registration_id=row.registration_id),
        "kind": ReturnKind(row.kind).label,
        "why": _why(row),
        "due": f"It was due on {day(row.due_on)}." if is_overdue else f"Due on {day(row.due_on)}.",
        "tag": {"text": "Overdue", "tone": "overdue"} if is_overdue else {"text": "Due", "tone": "due"},
        "before": [_taken_back(each) for each in row.taken_back],
        "for_home": f"The child lives in {home}. Send its CME team a copy." if home else "",
        "form": form,
    }


def _sent(row: Any) -> str:
    """The day on which it was sent; when that was recorded, where it was later."""
    recorded_on = local_date(row.sent_at)
    if row.sent_on is None or row.sent_on == recorded_on:
        return f"{moment(row.sent_at)}, by {row.sent_by}"
    return f"{day(row.sent_on)}; recorded {moment(row.sent_at)}, by {row.sent_by}"


def _taken_back(record: Mapping[str, Any]) -> str:
    sent_on, taken_on = date.fromisoformat(record["sent_on"]), datetime.fromisoformat(record["taken_back_at"])
    return (
        f"It was recorded as sent on {day(sent_on)} to {record['sent_to']}. Taken back on {moment(taken_on)} "
        f"by {record['taken_back_by']}: {record['reason']}"
    )


def _why(row: Any) -> str:
    return _WHY[ReturnKind(row.kind)].format(started=day(row.started_on), reached=day(row.reached_on))
