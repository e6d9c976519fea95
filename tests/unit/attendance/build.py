r"""Registers for the tests, written down as a school would read them out.

A register is one item per school day, separated by commas: a code for both sessions (`O`), or two codes
with a colon (`O:\`). `P` is present all day, `-` a session without a mark, `?` a day for which the school
submitted nothing, and `O*9` nine such days. A classmate is present in every session that the school held,
so that a pupil's own blanks and '#' never decide what was held.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from cme.attendance.calendar import Period, PeriodKind, RegisterDays, SchoolCalendar, register_days
from cme.attendance.codes import Half
from cme.attendance.ledger import LedgerDay, ledger
from cme.attendance.lines import Coverage, Lines
from cme.attendance.runs import Place
from cme.attendance.standing import Standing, count
from tests.marks import from_marks

OPENS = date(2026, 9, 2)

BANK_HOLIDAYS = frozenset(
    {
        *(date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26)),
        *(date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30), date(2027, 12, 27)),
        *(date(2027, 12, 28), date(2028, 1, 3), date(2028, 4, 14), date(2028, 4, 17), date(2028, 5, 1)),
        *(date(2028, 5, 29), date(2028, 8, 28)),
    }
)
"""England's bank holidays in the two academic years of `TERMS`."""

PRESENT = ("/", "\\")
NOTHING_SUBMITTED = "?"


def term(first_on: str, last_on: str) -> Period:
    """A term from two ISO dates."""
    return Period(PeriodKind.TERM, date.fromisoformat(first_on), date.fromisoformat(last_on))


def inset(on: str) -> Period:
    """One INSET day."""
    return Period(PeriodKind.INSET, date.fromisoformat(on), date.fromisoformat(on))


def closure(on: str, half: Half | None = None) -> Period:
    """A closure of one day or of half of it."""
    return Period(PeriodKind.CLOSURE, date.fromisoformat(on), date.fromisoformat(on), half=half)


TERMS = (
    term("2026-09-02", "2026-10-23"),
    term("2026-11-02", "2026-12-18"),
    term("2027-01-04", "2027-02-12"),
    term("2027-02-22", "2027-03-25"),
    term("2027-04-12", "2027-05-28"),
    term("2027-06-07", "2027-07-21"),
    term("2027-09-01", "2027-10-22"),
    term("2027-11-01", "2027-12-17"),
    term("2028-01-04", "2028-02-11"),
    term("2028-02-21", "2028-04-07"),
    term("2028-04-24", "2028-05-26"),
    term("2028-06-05", "2028-07-20"),
)
"""Two academic years of a school with half term from 26 to 30 October 2026."""

CALENDAR = SchoolCalendar((*TERMS, inset("2026-11-02")), BANK_HOLIDAYS)
WITHOUT_TERMS = SchoolCalendar((), BANK_HOLIDAYS)


def dates(first_on: date, last_on: date) -> Iterator[date]:
    """Every date from one to another, both inclusive."""
    return (first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1))


def school_days(first_on: date, number: int, calendar: SchoolCalendar = CALENDAR) -> list[date]:
    """The first `number` days from a date on which the calendar holds a session."""
    found: list[date] = []
    day = first_on
    while len(found) < number:
        if calendar.is_school_day(day):
            found.append(day)
        day += timedelta(days=1)
    return found


def read_out(text: str) -> list[tuple[str, str]]:
    """The (AM, PM) codes of each item of a register; '?' for both where nothing was submitted."""
    items: list[tuple[str, str]] = []
    for item in text.split(","):
        codes, _, times = item.strip().partition("*")
        am, _, pm = codes.partition(":")
        pair = PRESENT if codes == "P" else (am.replace("-", ""), (pm or am).replace("-", ""))
        items += [pair] * int(times or 1)
    return items


class Register(NamedTuple):
    """One pupil's lines within the days of a school."""

    lines: Lines
    days: RegisterDays

    def count(self, **place: Any) -> Standing:
        """The pupil's standing; keywords are those of Place."""
        return count(self.lines, self.days, Place(**place))

    def ledger(self, **place: Any) -> tuple[LedgerDay, ...]:
        """The pupil's ledger; keywords are those of Place."""
        return ledger(self.lines, self.days, Place(**place))


def take(
    text: str,
    first_on: date = OPENS,
    *,
    calendar: SchoolCalendar = CALENDAR,
    count_by: SchoolCalendar | None = None,
    open_day: str = "",
    as_of: date | None = None,
) -> Register:
    """The register that `text` reads out, from a date on.

    `calendar` is what the school really holds; `count_by` what the product knows of it. `open_day` is the
    pupil's code of the morning of one more school day, whose afternoon nobody has entered yet.
    """
    pairs = read_out(text)
    days = school_days(first_on, len(pairs) + bool(open_day), calendar)
    pupil: list[tuple[date, Half, str]] = []
    classmate: list[tuple[date, Half, str]] = []
    for on, pair in zip(days, pairs, strict=False):
        if pair[0] != NOTHING_SUBMITTED:
            halves = [half for half, held in zip(Half, calendar.sessions(on), strict=True) if held]
            codes = dict(zip(Half, pair, strict=True))
            pupil += [(on, half, codes[half]) for half in halves]
            classmate += [(on, half, PRESENT[half is Half.PM]) for half in halves]
    if open_day:
        pupil.append((days[-1], Half.AM, open_day))
        classmate.append((days[-1], Half.AM, "/"))
    return register_of(pupil, classmate, calendar=count_by or calendar, as_of=as_of)


def register_of(
    pupil: Iterable[tuple[date, Half, str]],
    classmate: Iterable[tuple[date, Half, str]] = (),
    *,
    calendar: SchoolCalendar = CALENDAR,
    as_of: date | None = None,
) -> Register:
    """A pupil's marks beside those of a classmate, counted by a calendar."""
    lines, others = from_marks(pupil), from_marks(classmate)
    coverage = Coverage()
    coverage.add(lines)
    coverage.add(others)
    return Register(lines, register_days(calendar, coverage, as_of=as_of))
