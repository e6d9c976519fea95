"""For which sessions schools have a register: marks as bare sets, by class, of no child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import Period
from cme.attendance.coverage import ClassMarks
from cme.store.database import db
from cme.store.schools import read_every_period, read_periods
from cme.store.scoping import schools_within
from cme.store.tables import RegisterImport, School

Years = Mapping[int, tuple[ClassMarks, ...]]
"""The classes of a school with their marks, by academic year."""

Periods = Mapping[int, tuple[Period, ...]]
"""What calendars say, by school."""


@dataclass(frozen=True, slots=True)
class SchoolMarks:
    """A school with its marks and calendar; `waiting` uploads wait there for somebody to approve them."""

    school: School
    years: Years
    periods: tuple[Period, ...]
    waiting: int


def store_class_marks(school: School, years: Years) -> None:
    """Store for which sessions a school has marks, inside the open transaction.

    One year and the one before: who was late two years ago is of no use today.
    """
    stored = {
        str(year): [[each.name, each.pupils, f"{each.marked:x}"] for each in years[year]]
        for year in sorted(years)[-2:]
    }
    if (school.class_marks or {}) != stored:
        db.session.execute(update(School).where(School.id == school.id).values(class_marks=stored))


def list_school_marks(scope: Scope, school_id: int | None = None) -> Sequence[SchoolMarks]:
    """The schools of the scope, by name, with their marks; only the one named, where one is.

    A school that has not been counted since its marks are kept has none: `cme recount` gives them.
    """
    waiting = (
        select(func.count())
        .where(RegisterImport.school_id == School.id, RegisterImport.status == "checked")
        .scalar_subquery()
    )
    query = (
        select(School, waiting)
        .where(schools_within(scope, Permission.SEE_SCHOOL))
        .options(undefer(School.class_marks))
        .order_by(School.name, School.id)
    )
    if school_id is not None:
        query = query.where(School.id == school_id)
        periods: Periods = {school_id: read_periods(scope, school_id)}
    else:
        periods = read_every_period(scope)
    return [
        SchoolMarks(school, _years(school), periods.get(school.id, ()), number)
        for school, number in db.session.execute(query)
    ]


def _years(school: School) -> Years:
    return {
        int(year): tuple(ClassMarks(name, pupils, int(marked, 16)) for name, pupils, marked in classes)
        for year, classes in (school.class_marks or {}).items()
    }
