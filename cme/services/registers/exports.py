"""Files that people download: a register to fill in, and their own file back with what is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.clock import local_date
from cme.documents.errors_column import MOST_CELLS, count_cells, errors_workbook
from cme.documents.templates import Layout, Listed, Register, template_csv, template_workbook
from cme.services.absence import calendar_of
from cme.services.registers import checking, readings
from cme.services.registers.checking import NotNow
from cme.services.registers.samples import sample_register
from cme.store import audit, pupils, schools
from cme.store.database import transaction
from cme.store.tables import Registration, School
from importers.reading import Refused

WEEKS_BEFORE, WEEKS_AFTER = 4, 6
"""Weeks on offer for a register to fill in, around this one; those without a school day are left out."""

_SCHOOL_WEEK = 5


class Contents(StrEnum):
    """Whom a register to download lists."""

    ROLL = "roll"
    EMPTY = "empty"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Template:
    """Which register to download: its layout, whom it lists, and the Monday of its week.

    Without a week it is of the coming one. A sample is of the last weeks, whatever the week.
    """

    layout: Layout
    contents: Contents
    monday: date | None = None
    as_csv: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A week with school days to fill in."""

    monday: date
    days: tuple[date, ...]


def list_weeks(scope: Scope, laestab: str, *, today: date) -> tuple[Week, ...]:
    """The weeks around today that have school days by the school's calendar, in order.

    Raises LookupError for a school outside the scope.
    """
    return _weeks(calendar_of(schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER)), today)


def coming_week(weeks: Sequence[Week], today: date) -> Week | None:
    """This week until its last school day is over, then the next one; None where there is no further one."""
    return next((week for week in weeks if week.days[-1] >= today), None)


def make_template(
    scope: Scope, laestab: str, wanted: Template, *, at: datetime, address: str = ""
) -> tuple[str, bytes]:
    """A register to fill in, or a sample, as a file: its name and its bytes.

    One with the pupils of the roll is recorded as an export of their particulars. Raises LookupError for a
    school outside the scope, for a week that is not on offer, and where the roll is asked for by somebody
    who may not see it.
    """
    school = schools.get_school(scope, laestab, Permission.UPLOAD_REGISTER)
    register = _register(scope, school, wanted, today=local_date(at))
    if wanted.contents is Contents.ROLL:
        school_id = school.id
        with transaction():
            audit.record(
                scope,
                "roll.exported",
                f"school:{school_id}",
                at=at,
                address=address,
                detail={"pupils": len(register.pupils), "layout": wanted.layout.value},
            )
    write, ending = (template_csv, "csv") if wanted.as_csv else (template_workbook, "xlsx")
    kind = "sample-register" if wanted.contents is Contents.SAMPLE else "register-to-fill-in"
    return f"{kind}.{ending}", write(register, wanted.layout)


def faulty_workbook(scope: Scope, import_id: int, *, at: datetime, address: str = "") -> tuple[str, bytes]:
    """The files of a faulty upload as one workbook, its errors beside their rows: its name and its bytes.

    Raises NotNow when there is nothing wrong with the upload, its files are erased, or they are too large
    to be given back, and LookupError outside the scope.
    """
    checked = checking.check(scope, import_id, at=at)
    if checked is None:
        raise LookupError("the upload is not within the scope")
    files = readings.read_files(scope, import_id)
    if not files:
        raise NotNow("The files of this upload have been erased. Upload them again.")
    errors = checked.errors
    if not errors:
        raise NotNow("Nothing is wrong with this upload, so there is no list of errors to download.")
    with transaction():
        audit.record(
            scope,
            "upload.exported",
            f"import:{import_id}",
            at=at,
            address=address,
            detail={"files": len(files), "errors": len(errors)},
        )
    try:
        workbooks = readings.open_files(files)
    except Refused as refusal:
        raise NotNow(refusal.issue.message) from None
    if count_cells(workbooks) > MOST_CELLS:
        raise NotNow(
            "This file is too large to be given back with its errors. Correct it in your own system, with "
            "the list on this page, or export a shorter period."
        )
    return "register-with-errors.xlsx", errors_workbook(workbooks, errors)


def _register(scope: Scope, school: School, wanted: Template, *, today: date) -> Register:
    calendar = calendar_of(school)
    if wanted.contents is Contents.SAMPLE:
        return sample_register(school.laestab, calendar, today)
    days = _days(_weeks(calendar, today), wanted.monday, today)
    if wanted.contents is Contents.EMPTY:
        return Register(days)
    if not scope.may(Permission.SEE_PUPIL, authority_id=school.authority_id, school_id=school.id):
        raise LookupError("the roll is not within the scope")
    return Register(days, tuple(map(_listed, pupils.list_roll(scope, school.id))))


def _listed(one: Registration) -> Listed:
    pupil = one.pupil
    born_on = f"{pupil.born_on:%d/%m/%Y}" if pupil.born_on else ""
    return Listed(
        (
            pupil.upn or "",
            one.admission_number or "",
            pupil.surname,
            pupil.forename,
            born_on,
            one.year_group or "",
            one.class_name or "",
        )
    )


def _weeks(calendar: SchoolCalendar, today: date) -> tuple[Week, ...]:
    this = _monday(today)
    mondays = (this + timedelta(weeks=number) for number in range(-WEEKS_BEFORE, WEEKS_AFTER + 1))
    weeks = (Week(on, tuple(filter(calendar.is_school_day, _weekdays(on)))) for on in mondays)
    return tuple(week for week in weeks if week.days)


def _days(weeks: Sequence[Week], monday: date | None, today: date) -> tuple[date, ...]:
    if monday is None:
        coming = coming_week(weeks, today)
        return coming.days if coming else _weekdays(_monday(today))
    for week in weeks:
        if week.monday == monday:
            return week.days
    raise LookupError("the week is not on offer")


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _weekdays(monday: date) -> tuple[date, ...]:
    return tuple(monday + timedelta(days=number) for number in range(_SCHOOL_WEEK))
