"""Which school days have a register: stored with the count, and found again by school."""

from datetime import date

import pytest
from sqlalchemy import update

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.attendance.codes import Half
from cme.attendance.coverage import PartDay
from cme.attendance.lines import position
from cme.services import absence
from cme.services.registers.coverage import CoveredSchool, cover_schools
from cme.store.database import db, transaction
from cme.store.tables import RegisterLine, Registration, School
from tests.integration.services.office import Office, Town, after_school, days_from, on_both, write_register

DAYS = days_from(date(2026, 10, 12), 10)
FRIDAY = DAYS[-1]
SATURDAY, FIRST_BACK = date(2026, 10, 24), date(2026, 11, 3)


def cover(office: Office, today: date, by: Scope | None = None) -> CoveredSchool:
    """What is known of one school's registers."""
    db.session.rollback()
    (found,) = cover_schools(by or office.clerk, today=today, school_id=office.school_id)
    return found


@on_both
def test_days_without_a_register_are_known_as_soon_as_one_is_approved(office: Office) -> None:
    office.submit([on for on in DAYS if on not in {DAYS[3], DAYS[7]}], {"Birch, Ada": "P" * 8})
    found = cover(office, SATURDAY)
    assert found.coverage.missing == (DAYS[3], DAYS[7])
    assert (found.coverage.last_on, found.coverage.school_days) == (FRIDAY, 10)
    office.submit([DAYS[3]], {"Birch, Ada": "P"}, at=after_school(FRIDAY))
    assert cover(office, SATURDAY).coverage.missing == (DAYS[7],)


def test_today_is_asked_for_tomorrow(office: Office) -> None:
    office.submit(DAYS[:-1], {"Birch, Ada": "P" * 9})
    assert cover(office, FRIDAY).coverage.missing == ()
    assert cover(office, SATURDAY).coverage.missing == (FRIDAY,)


def test_half_term_is_not_missing_and_the_first_day_back_is(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "P" * 10})
    assert cover(office, FIRST_BACK).coverage.missing == ()
    assert cover(office, date(2026, 11, 4)).coverage.missing == (FIRST_BACK,)


def test_a_class_without_marks_is_named(office: Office) -> None:
    pupils = {f"Pupil{number}, Ada": "PPP" for number in range(3)}
    office.submit(DAYS[:3], pupils)
    office.submit(DAYS[3:5], {"Birch, Ben": "PP"}, at=after_school(FRIDAY))
    with transaction() as session:
        for number in range(3):
            key = office.registration(f"Pupil{number}, Ada").id
            session.execute(update(Registration).where(Registration.id == key).values(class_name="9B"))
    absence.recount(office.dsl, office.laestab, at=after_school(FRIDAY))
    assert cover(office, DAYS[5]).coverage.partial == (
        PartDay(DAYS[3], None, ("9B",)),
        PartDay(DAYS[4], None, ("9B",)),
    )


def test_a_morning_alone_is_a_part(office: Office) -> None:
    office.submit(DAYS[:3], {"Birch, Ada": "PPP"})
    with transaction():
        for line in db.session.scalars(db.select(RegisterLine)):
            at = position(DAYS[1], Half.PM)
            line.marks = line.marks[:at] + "." + line.marks[at + 1 :]
    absence.recount(office.dsl, office.laestab, at=after_school(FRIDAY))
    assert cover(office, DAYS[3]).coverage.partial == (PartDay(DAYS[1], Half.PM, ()),)


@on_both
def test_a_recount_rebuilds_what_is_stored_of_marks(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "P" * 10})
    before = cover(office, SATURDAY)
    assert before.is_counted
    with transaction() as session:
        session.execute(update(School).values(class_marks=None))
    assert not cover(office, SATURDAY).is_counted
    absence.recount(office.dsl, office.laestab, at=after_school(FRIDAY))
    assert cover(office, SATURDAY).coverage == before.coverage


def test_a_new_school_year_without_a_register_is_noticed(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "P" * 10})
    september = date(2027, 9, 2)
    assert cover(office, september).coverage.missing == (date(2027, 9, 1),)


def test_everybody_sees_the_schools_of_their_scope_alone(town: Town) -> None:
    town.beech.submit(DAYS[:5], {"Birch, Ada": "P" * 5})
    town.cedar.submit(DAYS[:5], {"Birch, Ada": "P" * 5})
    names = [found.school.name for found in cover_schools(town.alder.officer, today=SATURDAY)]
    assert names == ["Alder Grove School", "Beech Hill School"]
    assert [f.school.name for f in cover_schools(town.cedar.clerk, today=SATURDAY)] == ["Cedar Park School"]
    assert cover_schools(town.alder.front_door, today=SATURDAY) == []
    assert cover_schools(town.cedar.clerk, today=SATURDAY, school_id=town.alder.school_id) == []


def test_a_school_without_terms_is_said_to_have_none(town: Town) -> None:
    town.cedar.submit(DAYS, {"Birch, Ada": "P" * 10})
    found = cover(town.cedar, SATURDAY)
    assert (found.has_calendar, found.coverage.missing) == (False, ())
    assert cover(town.cedar, date(2026, 10, 27)).coverage.missing == (date(2026, 10, 26),)


@pytest.mark.parametrize("role", [Role.LA_ADMIN, Role.LA_MANAGER, Role.INSPECTOR])
def test_whoever_sees_schools_sees_which_days_are_missing(office: Office, role: Role) -> None:
    office.submit(DAYS[:-1], {"Birch, Ada": "P" * 9})
    assert cover(office, SATURDAY, by=office.scope(role)).coverage.missing == (FRIDAY,)


def test_uploads_that_wait_are_counted(office: Office) -> None:
    office.receive(write_register(DAYS[:2], {"Zeal, Zoe": "PP"}), at=after_school(DAYS[1]))
    assert cover(office, SATURDAY).waiting == 1
