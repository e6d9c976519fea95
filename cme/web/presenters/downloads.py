"""What a person may choose of a register to download."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cme.documents.templates import Layout
from cme.services.registers.exports import Contents, Week, coming_week
from cme.web.presenters import dates

_CONTENTS = {
    Contents.ROLL: ("The pupils on your roll", "Their names and numbers are filled in. You add the marks."),
    Contents.EMPTY: ("No pupils", "Headings only. You add pupils and marks."),
    Contents.SAMPLE: ("Twelve made-up pupils", "A term of marks, to see how a finished register looks."),
}

_LAYOUTS = {
    Layout.WIDE: ("One row for each pupil", "Two columns for each day, AM and PM. This is the safest."),
    Layout.PUPIL_DAY: ("One row for each pupil and day", "One column for AM and one for PM."),
    Layout.LONG: ("One row for each mark", "With the date, AM or PM, and the mark."),
}


def choices(weeks: Sequence[Week], today: date, *, sees_roll: bool) -> dict[str, Any]:
    """Everything to choose from, as the components take it, with what most want chosen already."""
    contents = [each for each in _CONTENTS if sees_roll or each is not Contents.ROLL]
    coming = coming_week(weeks, today)
    return {
        "contents": [_item(each, *_CONTENTS[each], checked=each is contents[0]) for each in contents],
        "layouts": [_item(each, *texts, checked=each is Layout.WIDE) for each, texts in _LAYOUTS.items()],
        "weeks": [
            {
                "value": week.monday.isoformat(),
                "text": dates.day_span(week.days[0], week.days[-1]),
                "selected": week == coming,
            }
            for week in weeks
        ],
        "files": [
            _item("xlsx", "Excel", "With a list of the codes in each cell.", checked=True),
            _item("csv", "CSV", "", checked=False),
        ],
    }


def _item(value: str, text: str, hint: str, *, checked: bool) -> dict[str, Any]:
    item: dict[str, Any] = {"value": str(value), "text": text, "checked": checked}
    return item | {"hint": {"text": hint}} if hint else item
