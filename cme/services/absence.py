"""Counting every registration of a school again, and what the cases make of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cme import bank_holidays
from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.attendance.calendar import RegisterDays, SchoolCalendar, register_days
from cme.attendance.codes import CODES, Group
from cme.attendance.coverage import class_marks
from cme.attendance.ledger import LedgerDay, ledger
from cme.attendance.lines import Coverage, Lines, codes_between, newest_marks
from cme.attendance.runs import Effect, Place
from cme.attendance.standing import Standing, count
from cme.services.following import CountedPupil, Followed, follow_register, is_adrift
from cme.services.owed_returns import follow_returns
from cme.store import audit, cases, pupils, schools
from cme.store.coverage import store_class_marks
from cme.store.database import transaction
from cme.store.enquiries import read_sightings
from cme.store.pupils import Counted, standing_of
from cme.store.tables import Registration, School


@dataclass(frozen=True, slots=True)
class Change:
    """A registration that stands otherwise than was stored."""

    registration_id: int
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class Recount:
    """One school counted from its marks: the days counted over, everybody's standing, and what changed."""

    days: RegisterDays
    pupils: dict[int, CountedPupil]
    changes: tuple[Change, ...]


def count_school(calendar: SchoolCalendar, registrations: Sequence[Counted]) -> Recount:
    """Count every registration of a school from its lines; writes nothing."""
    coverage = Coverage()
    for one in registrations:
        coverage.add(one.lines)
    # Admission dates reach back years before the first register: they open no days that nobody reported.
    days = register_days(calendar, coverage)
    counted, changes = {}, []
    for one in registrations:
        standing = count(one.lines, days, one.place)
        counted[one.registration_id] = CountedPupil(one.lines, one.place, standing, one.on_roll)
        if standing != one.stored:
            changes.append(Change(one.registration_id, one.stored, standing))
    return Recount(days, counted, tuple(changes))


def recount_school(
    school: School, *, at: datetime, recorded_by: Scope | None = None
) -> tuple[Recount, tuple[Followed, ...]]:
    """Count a school, store the result and let its cases and returns follow, inside the open transaction.

    Whoever set it off was asked for the permission; the count itself must see the whole school. `recorded_by`
    is who recorded that a child is missing or was found, for the events that say so.
    """
    whole, calendar = whole_school(school), calendar_of(school)
    registrations = pupils.read_counted(whole, school.id)
    store_class_marks(school, class_marks((one.class_name, one.on_roll, one.lines) for one in registrations))
    recounted = count_school(calendar, registrations)
    pupils.store_standings((one.registration_id, one.before, one.after) for one in recounted.changes)
    followed = follow_register(
        whole, school, calendar, recounted.days, recounted.pupils, at=at, recorded_by=recorded_by
    )
    follow_returns(whole, school, recounted.days, recounted.pupils, at=at)
    return recounted, followed


def whole_school(school: School) -> Scope:
    """The scope of the count itself: it sees every child of the school's authority, and shows none."""
    return Scope.for_operator((school.authority_id,))


def calendar_of(school: School) -> SchoolCalendar:
    """A school's calendar with the bank holidays of England."""
    return SchoolCalendar(schools.read_periods(whole_school(school), school.id), bank_holidays.england())


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a school's stored runs and stages were from its marks and events.

    `counted` registrations, `drifted` of them with other runs, and `cases` with another stage.
    """

    school: str
    counted: int
    drifted: int
    cases: int


def recount(scope: Scope, laestab: str, *, at: datetime, dry_run: bool = False) -> Drift:
    """Count one school from marks and events in one transaction and report drift; `dry_run` writes nothing.

    Raises LookupError for a school outside the scope.
    """
    if dry_run:
        school = schools.get_school(scope, laestab, Permission.SEE_PUPIL)
        found = count_school(calendar_of(school), pupils.read_counted(scope, school.id))
        return Drift(school.name, len(found.pupils), len(found.changes), _count_adrift(scope, school))
    with transaction():
        school = schools.lock_school(scope, laestab, Permission.SEE_PUPIL)
        adrift = _count_adrift(scope, school)
        found, _ = recount_school(school, at=at)
        drift = Drift(school.name, len(found.pupils), len(found.changes), adrift)
        audit.record(
            scope,
            "school.recounted",
            f"school:{school.id}",
            at=at,
            detail={"counted": drift.counted, "drifted": drift.drifted, "cases": drift.cases},
        )
        return drift


def _count_adrift(scope: Scope, school: School) -> int:
    history = cases.read_cases_to_follow(scope, school.id)
    return sum(is_adrift(case) for own in history.values() for case in own)


@dataclass(frozen=True, slots=True)
class PupilLedger:
    """A registration explained: the days its school was counted over, its ledger, and where it stands.

    `open_day_codes` are the codes of days after the count, which can shut the removal gate. `lines` and
    `place` are what the ledger was made of.
    """

    days: RegisterDays
    ledger: tuple[LedgerDay, ...]
    standing: Standing
    open_day_codes: tuple[str, ...]
    lines: Lines
    place: Place

    @property
    def removal_began_on(self) -> date | None:
        """The first day of the removal run as it stands; None when it stands at 0."""
        began_on = None
        for day in reversed(self.ledger):
            if not day.removal_run:
                break
            if day.on_removal is Effect.COUNTED:
                began_on = day.on
        return began_on


def explain(registration: Registration) -> PupilLedger:
    """Every day of a registration's runs and why, from the marks as stored.

    The caller found the registration within its scope. Which days the school held is told by everybody's
    marks, so that one child's ledger is the same for whoever may open it.
    """
    lines = pupils.read_lines(whole_school(registration.school), registration.school_id)
    coverage = Coverage()
    for each in lines.values():
        coverage.add(each)
    days = register_days(calendar_of(registration.school), coverage)
    own = lines.get(registration.id, {})
    seen = read_sightings(whole_school(registration.school), registration.school_id, (registration.id,))
    place = Place(
        starting_on=registration.starting_on,
        removed_on=registration.removed_on,
        boarder=registration.boarder,
        born_on=registration.pupil.born_on,
        sightings=seen.get(registration.id, frozenset()),
    )
    later = codes_between(own, days.as_of + timedelta(days=1), date.max) if days.as_of else frozenset()
    return PupilLedger(
        days, ledger(own, days, place), standing_of(registration), tuple(sorted(later)), own, place
    )


def absent_by_leave(scope: Scope, school_id: int, registration_ids: Collection[int]) -> dict[int, str]:
    """The authorised code of the newest marks of children, by registration: "I" for a sick child.

    Whoever is present, or absent without authority, is left out.
    """
    lines = pupils.read_lines(scope, school_id, registration_ids) if registration_ids else {}
    found = {}
    for key, own in lines.items():
        newest = newest_marks(own)
        codes = [code for code in newest[1:] if code] if newest else []
        if codes and all(code in CODES and CODES[code].group is Group.AUTHORISED for code in codes):
            found[key] = codes[-1]
    return found
