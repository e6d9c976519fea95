"""A holiday without anybody at school: what goes on in it, and who answers meanwhile.

Source: casework reference s.2 (days of school stand still in a holiday; working days, calendar days and hours
run on) and s.16 (a list of the open cases on the last day of term, and cover).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cme.attendance.holidays import Holiday
from cme.casework.deadlines import Deadline
from cme.casework.policy.clocks import Clock, Unit
from cme.casework.policy.pack import PolicyPack

IN_HOLIDAYS: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.SCHOOL_DAY: "Stand still until the school is back",
        Unit.WORKING_DAY: "Run on from Monday to Friday, but not on bank holidays",
        Unit.CALENDAR_DAY: "Run on every day, weekends and bank holidays too",
        Unit.WEEK: "Run on every day, weekends and bank holidays too",
        Unit.CALENDAR_MONTH: "Run on every day, weekends and bank holidays too",
        Unit.HOUR: "Run on day and night",
    }
)
"""What clocks of each unit do while the school is closed."""

_TOLD_OF = (
    "dsl_review",
    "cme_referral",
    "welfare_talk",
    "untouched_term",
    "acknowledge",
    "answer_question",
    "untouched_holiday",
    "attendance_return_cycle",
    "fast_track",
)
_OF_THE_MISSING = ("missing_young_child", "missing_any_age", "missing_alert", "missing_very_high")

LONGEST_NAME, LONGEST_PHONE = 120, 80
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]{5,40}")


def clocks_in_holidays(pack: PolicyPack) -> Mapping[str, Mapping[str, Clock]]:
    """The clocks that a case most often runs by, by name, under the words for what they do in a holiday.

    Clocks of children who are missing are there where the area has named whom they reach.
    """
    names = (*_TOLD_OF, *(_OF_THE_MISSING if pack.missing.missing_now_enabled else ()))
    found: dict[str, dict[str, Clock]] = {words: {} for words in IN_HOLIDAYS.values()}
    for name in names:
        if name in pack.clocks:
            found[IN_HOLIDAYS[pack.clocks[name].unit]][name] = pack.clocks[name]
    return {words: clocks for words, clocks in found.items() if clocks}


@dataclass(frozen=True, slots=True)
class DuesRoundHoliday:
    """What a case owes round a holiday: until school breaks up, in the holiday, and on the first day back.

    What falls due later is left out.
    """

    before: tuple[Deadline, ...]
    within: tuple[Deadline, ...]
    back: tuple[Deadline, ...]


def dues_round(holiday: Holiday, dues: Iterable[Deadline]) -> DuesRoundHoliday:
    """What is due when, seen from a holiday."""
    owed = tuple(dues)
    return DuesRoundHoliday(
        before=tuple(each for each in owed if each.due_on <= holiday.breaks_up_on),
        within=tuple(each for each in owed if holiday.covers(each.due_on)),
        back=tuple(each for each in owed if each.due_on == holiday.back_on),
    )


def cover_faults(name: str, phone: str) -> tuple[tuple[str, str], ...]:
    """What is wrong with who is named to cover, each as a field and a sentence; () when nothing is."""
    found = []
    if not name.strip():
        found.append(("name", "Enter who covers"))
    elif len(name.strip()) > LONGEST_NAME:
        found.append(("name", f"The name must be {LONGEST_NAME} characters or fewer"))
    if not phone.strip():
        found.append(("phone", "Enter the phone number on which they answer in the holiday"))
    elif not _PHONE.fullmatch(phone.strip()):
        found.append(("phone", "Enter a phone number, like 01632 960 001 or +44 1632 960 001"))
    return tuple(found)
