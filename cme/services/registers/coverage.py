"""For which school days the registers have come, and for which they are still awaited."""

from dataclasses import dataclass
from datetime import date, timedelta

from cme import bank_holidays
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.coverage import RegisterCoverage, register_coverage
from cme.attendance.lines import academic_year
from cme.store import coverage
from cme.store.coverage import SchoolMarks
from cme.store.tables import School


@dataclass(frozen=True, slots=True)
class CoveredSchool:
    """One school: its registers up to yesterday, and how many uploads wait for somebody to approve them.

    `is_counted` is False where no register was ever approved.
    """

    school: School
    coverage: RegisterCoverage
    is_counted: bool
    has_calendar: bool
    waiting: int


def cover_schools(scope: Scope, *, today: date, school_id: int | None = None) -> list[CoveredSchool]:
    """Every school of the scope, by name, or only the one named. A day is asked for once it is over."""
    return [
        _cover(found, today - timedelta(days=1)) for found in coverage.list_school_marks(scope, school_id)
    ]


def _cover(found: SchoolMarks, until: date) -> CoveredSchool:
    year, calendar = academic_year(until), SchoolCalendar(found.periods, bank_holidays.england())
    registers = register_coverage(
        calendar,
        found.years.get(year, ()),
        until,
        had_registers=any(earlier < year for earlier in found.years),
    )
    return CoveredSchool(found.school, registers, bool(found.years), calendar.is_planned, found.waiting)
