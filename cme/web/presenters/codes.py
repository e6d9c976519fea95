"""A school's own codes as people read them, beside the national list."""

from collections.abc import Iterable
from typing import Any

from cme.attendance.codes import CODES
from cme.services.registers.checking import ImportStatus
from cme.web.presenters import dates

MOST_WAITING = 5
"""Uploads with errors that are linked, the newest first."""


def choices() -> list[tuple[str, str]]:
    """Every code of the national list, to choose from; the first choice is none."""
    return [("", "Choose a code"), *((code, meaning(code)) for code in CODES)]


def meaning(code: str) -> str:
    """A code of the national list in words: "O: Unauthorised absence"."""
    return f"{code}: {CODES[code].meaning}"


def row(translation: Any) -> dict[str, Any]:
    """One code of the school's own."""
    return {
        "id": translation.id,
        "own_code": translation.own_code,
        "means": meaning(translation.code),
        "from": dates.long_day(translation.first_on),
        "until": dates.long_day(translation.last_on) if translation.last_on else "No end",
        "entered": f"{dates.moment(translation.created_at)}, by {translation.created_by}",
    }


def waiting(uploads: Iterable[Any]) -> list[dict[str, Any]]:
    """The uploads that wait with errors and can be read again."""
    faulty = [each for each in uploads if each.status == ImportStatus.FAULTY]
    return [
        {"id": each.id, "text": f"{each.filename}, uploaded {dates.moment(each.uploaded_at)}"}
        for each in faulty[:MOST_WAITING]
    ]
