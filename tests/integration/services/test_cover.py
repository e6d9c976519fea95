"""Holiday cover: who is told that school breaks up, who covers, and what falls due meanwhile."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.services import alerts, cover, daily
from cme.services.cover import CoverList
from cme.services.mail import Office as Signature
from cme.store.database import db
from cme.store.schools import find_school, read_authority_ids
from cme.store.tables import Alert, AuditEntry, HolidayCover, OutboxMessage
from tests.integration.services.office import Office, Town, after_school, days_from, on_both
from tests.integration.services.test_digest import hire
from tests.store import statements

DAYS = days_from(date(2026, 10, 7), 12)
LAST_DAY = days_from(DAYS[-1], 2)[-1]
BACK_ON = days_from(LAST_DAY, 2)[-1]
SAM = ("Sam Field, deputy head", "01632 960 001")


def operator() -> Scope:
    db.session.rollback()
    return Scope.for_operator(read_authority_ids())


def told(user_id: int) -> list[str]:
    """What somebody was told of a holiday."""
    db.session.rollback()
    own = select(Alert.text).where(Alert.user_id == user_id, Alert.kind == "holiday").order_by(Alert.id)
    return list(db.session.scalars(own))


def move_on(office: Office, on: date) -> None:
    daily.move_on(operator(), office.laestab, at=after_school(on))


def listed(office: Office, on: date) -> CoverList:
    school = find_school(office.dsl, office.laestab)
    assert school is not None
    found = cover.list_cover(office.dsl, school, at=after_school(on))
    assert found is not None
    return found


@on_both
def test_both_sides_are_told_once_on_the_last_school_day(town: Town) -> None:
    office = town.alder
    dsl, officer = hire(office, Role.DSL, "d@example.org"), hire(office, Role.CME_OFFICER, "c@example.org")
    clerk, elsewhere = (
        hire(office, Role.SCHOOL_USER, "o@example.org"),
        hire(town.beech, Role.DSL, "b@example.org"),
    )
    office.submit(DAYS, {"Birch, Ada": "O" * 12})

    move_on(office, DAYS[-1])
    assert told(dsl) == told(officer) == []
    for _ in range(2):
        move_on(office, LAST_DAY)

    begins = "Alder Grove School: The holiday begins and 1 open case goes on."
    assert told(dsl) == [f"{begins} Read what falls due in it, and say who covers."]
    assert told(officer) == [f"{begins} Read what falls due in it, and who covers."]
    assert told(clerk) == told(elsewhere) == []


@pytest.mark.parametrize(("days_late", "is_told"), [(1, True), (7, True), (8, False)])
def test_a_last_day_that_was_missed_is_made_up_for_in_the_week_after(
    office: Office, days_late: int, is_told: bool
) -> None:
    dsl = hire(office, Role.DSL, "d@example.org")
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    move_on(office, LAST_DAY + timedelta(days=days_late))
    assert bool(told(dsl)) == is_told


def test_a_school_without_an_open_case_is_told_nothing(office: Office) -> None:
    dsl = hire(office, Role.DSL, "d@example.org")
    office.submit(DAYS, {"Birch, Ada": "P" * 12})
    move_on(office, LAST_DAY)
    assert told(dsl) == []


@on_both
def test_the_school_is_told_by_e_mail_too_without_a_name(office: Office) -> None:
    dsl, _ = hire(office, Role.DSL, "d@example.org"), hire(office, Role.CME_OFFICER, "c@example.org")
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    move_on(office, LAST_DAY)
    signature = Signature("Children missing from education")
    alerts.write_mails(operator(), signature, on=LAST_DAY, at=after_school(LAST_DAY))
    mails = db.session.scalars(select(OutboxMessage).where(OutboxMessage.about.contains("holiday"))).all()
    assert [each.user_id for each in mails] == [dsl]
    assert mails[0].subject == "Children missing from education: Alder Grove School"
    assert "Birch" not in mails[0].subject + mails[0].body


@on_both
def test_what_falls_due_is_told_apart_by_the_holiday(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    assert office.send("Birch, Ada", at=after_school(LAST_DAY)) is None
    found = listed(office, LAST_DAY)
    assert (found.holiday.breaks_up_on, found.holiday.back_on) == (LAST_DAY, BACK_ON)
    [one] = found.cases
    within = [(each.what, each.due_on) for each in one.dues.within]
    assert ("Acknowledge the referral", date(2026, 10, 27)) in within
    assert "Sign the DSL review" in [each.what for each in one.dues.before]


def test_the_list_asks_no_more_for_many_cases_than_for_one(office: Office) -> None:
    def asked() -> int:
        db.session.rollback()
        with statements(office.app) as made:
            assert listed(office, LAST_DAY).cases
        return len(made)

    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    one = asked()
    office.submit(DAYS, {f"Birch, Bo{letter}": "O" * 12 for letter in "abcde"})
    assert len(listed(office, LAST_DAY).cases) == 6
    assert asked() == one


@on_both
def test_whoever_was_named_last_covers_and_nobody_is_forgotten(office: Office) -> None:
    office.submit(DAYS, {"Birch, Ada": "O" * 12})
    at = after_school(LAST_DAY)
    for name, phone in (("Kit Lowe", "01632 960 002"), SAM):
        assert cover.name_cover(office.dsl, office.laestab, name, phone, at=at) is None
    named = listed(office, LAST_DAY + timedelta(days=3)).cover
    assert named is not None
    assert (named.name, named.phone, named.said_by) == (*SAM, "Ash Fenner")
    assert len(db.session.scalars(select(HolidayCover)).all()) == 2
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cover.named")).all()
    assert len(entries) == 2
    assert not any("Sam" in str(entry.detail) for entry in entries)


def test_cover_is_of_one_holiday(office: Office) -> None:
    at = after_school(LAST_DAY)
    assert cover.name_cover(office.dsl, office.laestab, *SAM, at=at) is None
    assert listed(office, BACK_ON).cover is None


def test_what_is_missing_is_asked_for_and_nothing_kept(office: Office) -> None:
    refused = cover.name_cover(office.dsl, office.laestab, " ", "soon", at=after_school(LAST_DAY))
    assert isinstance(refused, Refused)
    assert refused.missing == ("name", "phone")
    assert db.session.scalars(select(HolidayCover)).all() == []


def test_a_school_without_terms_is_asked_for_them(town: Town) -> None:
    at = after_school(LAST_DAY)
    refused = cover.name_cover(town.cedar.dsl, town.cedar.laestab, *SAM, at=at)
    assert isinstance(refused, Refused)
    assert refused.missing == ("holiday",)


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.CME_OFFICER, Role.LA_ADMIN])
def test_only_who_speaks_for_the_school_names_cover(office: Office, role: Role) -> None:
    with pytest.raises(LookupError):
        cover.name_cover(office.scope(role), office.laestab, *SAM, at=after_school(LAST_DAY))


def test_nobody_names_cover_for_another_school(town: Town) -> None:
    with pytest.raises(LookupError):
        cover.name_cover(town.beech.dsl, town.alder.laestab, *SAM, at=after_school(LAST_DAY))
