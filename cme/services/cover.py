"""Holiday cover: a school's open cases on the last day of term, what goes on in them, and who answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import SchoolCalendar
from cme.attendance.holidays import Holiday, breaks_up, next_holiday
from cme.casework.case import Refused
from cme.casework.cover import DuesRoundHoliday, cover_faults, dues_round
from cme.casework.safety.missing import Escalation
from cme.clock import local_date
from cme.services import alerts, casework, missing
from cme.services.absence import calendar_of, whole_school
from cme.store import audit, cases, schools
from cme.store import cover as store
from cme.store import missing as missing_store
from cme.store import returns as returns_store
from cme.store.database import db, transaction
from cme.store.tables import Case, HolidayCover, School

TOLD_FOR_DAYS = 7
"""Days after school broke up in which people are told, where the day's work was not done in time."""

NO_TERMS = "Enter the school's term dates first. Without them nobody knows when the holiday is."


@dataclass(frozen=True, slots=True)
class CoveredCase:
    """One open case, with what it owes round the holiday and the clocks of a child who is missing."""

    case: Case
    dues: DuesRoundHoliday
    escalations: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverList:
    """A school's next holiday, or the present one, who covers it, and its open cases."""

    holiday: Holiday
    cover: HolidayCover | None
    cases: tuple[CoveredCase, ...]


def holiday_of(school: School, on: date) -> Holiday | None:
    """The holiday that a day lies in, or else the next; None where the school has entered no terms."""
    return next_holiday(calendar_of(school), on)


def list_cover(scope: Scope, school: School, *, at: datetime) -> CoverList | None:
    """What a school needs cover for; None where it has entered no terms. The school is within the scope."""
    today = local_date(at)
    holiday = holiday_of(school, today)
    if holiday is None:
        return None
    returns = returns_store.list_owed(whole_school(school), school.id)
    clocks = {
        row.registration_id: missing.clocks_of(row, at=at).escalations
        for row in missing_store.list_missing_now(scope, school.id)
    }
    covered = tuple(
        CoveredCase(
            case,
            dues_round(holiday, casework.stored_dues(case, returns)),
            tuple(each for each in clocks.get(case.registration_id, ()) if each.due_at >= at),
        )
        for case in cases.list_school_cases(scope, school.id)
    )
    return CoverList(holiday, store.find_cover(scope, school.id, holiday.first_on), covered)


def name_cover(
    scope: Scope, laestab: str, name: str, phone: str, *, at: datetime, address: str = ""
) -> Refused | None:
    """Keep who covers a school's next holiday, or the present one; whoever was named before stays on record.

    Raises LookupError outside the scope.
    """
    faults = cover_faults(name, phone)
    if faults:
        return Refused(tuple(said for _, said in faults), tuple(field for field, _ in faults))
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.SPEAK_FOR_SCHOOL)
        holiday = holiday_of(school, local_date(at))
        if holiday is None:
            return Refused((NO_TERMS,), ("holiday",))
        db.session.add(
            HolidayCover(
                school_id=school.id,
                begins_on=holiday.first_on,
                name=name.strip(),
                phone=phone.strip(),
                said_at=at,
                said_by=scope.name,
            )
        )
        audit.record(scope, "cover.named", f"school:{school.id}", at=at, address=address)
    return None


def tell(scope: Scope, school: School, open_cases: int, *, at: datetime) -> int:
    """Tell of a holiday that begins and of the cases that go on in it, inside the open transaction.

    Once a holiday, on the last school day; how many are told.
    """
    today = local_date(at)
    holiday = holiday_of(school, today) if open_cases else None
    if holiday is None or not 0 <= (today - holiday.breaks_up_on).days <= TOLD_FOR_DAYS:
        return 0
    return alerts.tell_of_holiday(scope, school, holiday, open_cases, at=at)


def count_breaking_up(scope: Scope, on: date) -> Mapping[int, int]:
    """The schools whose last day before a holiday it is and that have open cases: how many, by school."""
    last_day = [
        school_id
        for school_id, periods in schools.read_every_period(scope).items()
        if breaks_up(SchoolCalendar(periods, bank_holidays.england()), on)
    ]
    return store.count_open(scope, last_day) if last_day else {}
