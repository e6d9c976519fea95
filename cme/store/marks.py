"""Single days of the register lines: the newest day with marks, and what was marked on it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.codes import CODES, Half, code_of
from cme.attendance.lines import academic_year, position, session_at
from cme.store.database import db
from cme.store.scoping import registrations_within
from cme.store.tables import RegisterLine, Registration

_NO_REGISTER = ".#Z"
"""What stands on a day that no register was taken on: nothing, a closure, a child not yet on roll."""


class DayMarks(NamedTuple):
    """The codes of one day; '' for a session without a mark."""

    am: str = ""
    pm: str = ""


def last_marked_on(scope: Scope, school_id: int) -> date | None:
    """The newest day on which anybody on a school's roll has a mark, closed or not; None before the first."""
    length = func.max(func.length(func.rtrim(RegisterLine.marks, _NO_REGISTER)))
    rows = db.session.execute(
        select(RegisterLine.year, length)
        .join(Registration, Registration.id == RegisterLine.registration_id)
        .where(
            Registration.school_id == school_id,
            Registration.on_roll,
            registrations_within(scope, Permission.SEE_PUPIL),
        )
        .group_by(RegisterLine.year)
        .order_by(RegisterLine.year.desc())
    )
    return next((session_at(year, length - 1)[0] for year, length in rows if length), None)


def read_marks_on(scope: Scope, registration_ids: Collection[int], on: date) -> dict[int, DayMarks]:
    """What registrations have on one day; one without a line of that year is left out."""
    am, pm = _letters(on)
    rows = db.session.execute(
        select(RegisterLine.registration_id, am, pm)
        .join(Registration, Registration.id == RegisterLine.registration_id)
        .where(
            RegisterLine.registration_id.in_(sorted(registration_ids)),
            RegisterLine.year == academic_year(on),
            registrations_within(scope, Permission.SEE_PUPIL),
        )
    )
    return {key: DayMarks(code_of(first), code_of(second)) for key, first, second in rows}


def read_marked(scope: Scope, school_id: int, on: date, codes: Collection[str]) -> Mapping[int, DayMarks]:
    """Everybody on a school's roll who has one of the codes in a session of that day, by registration."""
    letters = [CODES[code].letter for code in codes]
    am, pm = _letters(on)
    rows = db.session.execute(
        select(RegisterLine.registration_id, am, pm)
        .join(Registration, Registration.id == RegisterLine.registration_id)
        .where(
            Registration.school_id == school_id,
            Registration.on_roll,
            RegisterLine.year == academic_year(on),
            or_(am.in_(letters), pm.in_(letters)),
            registrations_within(scope, Permission.SEE_PUPIL),
        )
    )
    return {key: DayMarks(code_of(first), code_of(second)) for key, first, second in rows}


def _letters(on: date) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return (
        func.substr(RegisterLine.marks, position(on) + 1, 1),
        func.substr(RegisterLine.marks, position(on, Half.PM) + 1, 1),
    )
