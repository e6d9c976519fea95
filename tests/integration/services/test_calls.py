"""Whom a school must ring about, from its newest register and the calls made since."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.enquiries.calls import Urgency
from cme.casework.enquiries.enquiry import EnquiryEntry, Result
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import calls, enquiries, restrictions
from cme.services.calls import CallList
from cme.services.restrictions import NewRestriction
from cme.store.database import db, transaction
from cme.store.roll import list_contacts
from cme.store.tables import Enquiry, School
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import Office, Town, days_from, on_both, write_register
from tests.integration.services.test_roll import take
from tests.store import statements

DAYS = days_from(date(2026, 11, 9), 4)
TODAY = DAYS[-1]
ADA, BEN, CORA, DAN, EVA = "Birch, Ada", "Hill, Ben", "Cole, Cora", "Dale, Dan", "Ellis, Eva"
MOTHER = ContactEntry("Pat Birch", "Mother", "07700 900001")
FATHER = ContactEntry("Lee Birch", "Father", "07700 900002")
AUNT = ContactEntry("Kay Moss", "Aunt", "07700 900003")
CALLED = RollEntry(contacts=(MOTHER, FATHER, AUNT))


def at(hour: int, minute: int = 0, *, on: date = TODAY) -> datetime:
    """An instant of the register day; in November England keeps UTC."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def office(town: Town) -> Office:
    """The register of a Thursday morning: Ada is absent, Ben since Monday, Cora ill, and Dan on holiday."""
    codes = {ADA: "PPPN", BEN: "OOOO", CORA: "PPPI", DAN: "PPPG", EVA: "PPPP", "Zeal, Zoe": "PPPP"}
    content = write_register(DAYS, codes).decode().splitlines()
    morning = "\r\n".join(line.rpartition(",")[0] for line in content)
    town.alder.approve(town.alder.receive(morning.encode(), at=at(9, 15)), at=at(9, 15))
    for name in (ADA, BEN):
        take(town.alder, CALLED, accept=True, name=name)
    return town.alder


def listed(office: Office, when: datetime, *, by: Scope | None = None) -> CallList:
    db.session.rollback()
    return calls.list_calls(by or office.clerk, db.session.get_one(School, office.school_id), at=when)


def names(office: Office, when: datetime) -> list[str]:
    return [one.registration.pupil.forename for one in listed(office, when).waiting]


def ring_else(
    office: Office, when: datetime, said: str, *, result: Result = Result.REACHED_SAFE
) -> int | Refused:
    """Ring somebody who is not on Ada's list."""
    key = office.registration(ADA).id
    return calls.record_call(office.clerk, key, calls.SOMEBODY_ELSE, result, said, at=when)


def ring(
    office: Office,
    when: datetime,
    result: Result = Result.NO_ANSWER,
    said: str = "",
    *,
    contact: int = 0,
    name: str = ADA,
    by: Scope | None = None,
    form_token: str | None = None,
) -> int | Refused:
    """Ring the contact of that place in the call order, from 0."""
    scope, key = by or office.clerk, office.registration(name).id
    contact_id = list_contacts(office.dsl, key)[contact].id
    return calls.record_call(scope, key, contact_id, result, said, form_token=form_token, at=when)


def steps() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Enquiry.step).order_by(Enquiry.id)))


@on_both
def test_the_list_is_of_the_newest_day_though_it_is_still_open(office: Office) -> None:
    found = listed(office, at(9, 30))
    assert found.on == TODAY
    assert [one.registration.pupil.forename for one in found.waiting] == ["Ada", "Ben"]
    assert found.waiting[0].marks == ("N", "")
    assert found.settled == 0


@on_both
@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (at(9, 59), Urgency.TO_DO),
        (at(10), Urgency.AMBER),
        (at(11), Urgency.RED),
        (at(0, on=TODAY + timedelta(days=1)), Urgency.OVERDUE),
        (at(9, on=TODAY + timedelta(days=2)), Urgency.OVERDUE),
    ],
)
def test_the_hours_are_those_of_the_pack(office: Office, when: datetime, expected: Urgency) -> None:
    assert listed(office, when).urgency is expected


@on_both
def test_who_was_reached_is_off_the_list_and_who_was_not_stays(office: Office) -> None:
    assert isinstance(ring(office, at(9, 20)), int)
    assert names(office, at(9, 30)) == ["Ben", "Ada"]
    assert listed(office, at(9, 30)).waiting[1].progress.number == 1
    assert isinstance(ring(office, at(9, 40), Result.REACHED_SAFE, "Has a cold", contact=1), int)
    assert names(office, at(9, 45)) == ["Ben"]
    assert listed(office, at(9, 45)).settled == 1


def test_a_new_register_day_asks_anew(office: Office) -> None:
    ring(office, at(9, 20), Result.REACHED_SAFE, "Has a cold")
    following = days_from(TODAY, 2)[1]
    office.submit([following], {ADA: "O", BEN: "P"}, at=at(16, on=following))
    assert names(office, at(16, 30, on=following)) == ["Ada"]


@on_both
def test_each_call_is_kept_as_the_step_that_it_is(office: Office) -> None:
    ring(office, at(9, 20))
    ring(office, at(9, 25), contact=1)
    ring(office, at(9, 30), contact=2)
    ring(office, at(12, 19))
    ring(office, at(12, 20))
    ring(office, at(13))
    assert steps() == ["E01", "E02", "E04", "E01", "E03", "E01"]


def test_a_call_is_kept_with_who_whom_and_what(office: Office) -> None:
    made = ring(office, at(9, 20), Result.ABROAD, "Spain", contact=1)
    assert isinstance(made, int)
    kept = db.session.get_one(Enquiry, made)
    assert (kept.done_at, kept.done_by, kept.method) == (at(9, 20), "Kit Lowe", "phone")
    assert (kept.contacted, kept.relation, kept.used) == ("Lee Birch", "Father", "07700 900002")
    assert (kept.reached_carer, kept.child_seen, kept.reason, kept.place) == (True, None, "Spain", "Spain")
    left = db.session.get_one(Enquiry, ring(office, at(9, 40), Result.MESSAGE_LEFT, "Asked to ring"))
    assert (left.reached_carer, left.reason, left.notes) == (False, "", "Asked to ring")


def test_the_same_form_twice_is_one_call(office: Office) -> None:
    first = ring(office, at(9, 20), form_token="a-token")
    assert ring(office, at(9, 21), form_token="a-token") == first
    assert steps() == ["E01"]


def test_somebody_who_is_not_on_the_list_is_named_in_what_was_said(office: Office) -> None:
    refused = ring_else(office, at(9, 20), " ", result=Result.NO_ANSWER)
    assert isinstance(refused, Refused)
    assert (refused.sentences, refused.missing) == ((calls.SAY_WHO,), ("said",))
    made = ring_else(office, at(9, 20), "Gran rang: she has a cold")
    kept = db.session.get_one(Enquiry, made)
    assert (kept.step, kept.contact_id, kept.reason) == ("E04", None, "Gran rang: she has a cold")


@pytest.mark.parametrize(
    ("result", "said", "missing"),
    [
        (None, "", ("result",)),
        (Result.REACHED_SAFE, " ", ("said",)),
        (Result.REFUSED, "", ("said",)),
        (Result.MOVED_NEW_ADDRESS, "", ("said",)),
        (Result.MOVED_NEW_ADDRESS, "x" * 241, ("said",)),
        (Result.NO_ANSWER, "x" * 1001, ("said",)),
    ],
)
def test_what_a_call_needs_is_said_at_its_field(
    office: Office, result: Result | None, said: str, missing: tuple[str, ...]
) -> None:
    refused = ring(office, at(9, 20), result, said)  # type: ignore[arg-type]
    assert isinstance(refused, Refused)
    assert refused.missing == missing
    assert steps() == []


@on_both
def test_flagged_children_come_first_for_the_office_too(office: Office) -> None:
    take(office, RollEntry(flags=("social_worker",)), name=BEN)
    assert names(office, at(9, 30)) == ["Ben", "Ada"]
    assert [one.is_first for one in listed(office, at(9, 30)).waiting] == [True, False]


@on_both
def test_a_barred_contact_is_not_rung_and_the_next_takes_the_place(office: Office) -> None:
    key = office.registration(ADA).id
    mother = list_contacts(office.dsl, key)[0]
    new = NewRestriction(RestrictionKind.NO_CONTACT, contact_id=mother.id, note="Court order")
    restrictions.add(office.dsl, key, new, at=at(9, 16))
    refused = ring(office, at(9, 20))
    assert isinstance(refused, Refused)
    assert refused.missing == ("contact",)
    assert isinstance(ring(office, at(9, 20), contact=1), int)
    assert steps() == ["E01"]


def test_where_advice_comes_first_nobody_is_rung_and_the_child_stays_on_the_list(office: Office) -> None:
    key = office.registration(ADA).id
    new = NewRestriction(RestrictionKind.ADVICE_FIRST, note="Police")
    restrictions.add(office.dsl, key, new, at=at(9, 16))
    for refused in (ring(office, at(9, 20)), ring_else(office, at(9, 20), "Gran")):
        assert isinstance(refused, Refused)
        assert refused.sentences == (calls.DO_NOT_RING,)
    assert "Ada" in names(office, at(9, 30))


def test_a_call_that_the_dsl_waives_is_settled(office: Office) -> None:
    entry = EnquiryEntry("E01", at(9, 20), "Ash Fenner", Result.WAIVED, reason="The social worker rings")
    assert isinstance(enquiries.log(office.dsl, office.registration(ADA).id, entry, at=at(9, 20)), int)
    assert names(office, at(9, 30)) == ["Ben"]


@on_both
def test_who_reads_the_list_and_who_records_calls(town: Town, office: Office) -> None:
    key = office.registration(ADA).id
    may = {Role.SCHOOL_USER, Role.DSL}
    for role in (*may, Role.HEAD, Role.CME_OFFICER, Role.LA_MANAGER, Role.INSPECTOR):
        scope = office.scope(role)
        assert len(listed(office, at(9, 30), by=scope).waiting) == 2, role
        assert calls.may_record(scope, key) is (role in may), role
    assert isinstance(ring(office, at(9, 20), by=office.scope(Role.HEAD)), Refused)
    for outsider in (town.beech.clerk, town.cedar.officer, Scope.nobody()):
        assert listed(office, at(9, 30), by=outsider).waiting == ()
        with pytest.raises(LookupError):
            ring(office, at(9, 20), by=outsider)


def test_a_child_without_contacts_is_listed_and_said_to_have_none(office: Office) -> None:
    with transaction():
        for contact in list_contacts(office.dsl, office.registration(ADA).id):
            contact.ended_at = at(9, 16)
    (ada,) = [one for one in listed(office, at(9, 30)).waiting if one.registration.pupil.forename == "Ada"]
    assert ada.contacts == ()
    for when in (at(9, 30), at(12, 30)):
        ring_else(office, when, "The number in our own system", result=Result.NO_ANSWER)
    assert steps() == ["E01", "E03"]


def test_a_long_list_asks_the_database_no_more_than_a_short_one(town: Town) -> None:
    def asked(absent: int) -> int:
        office = town.another()
        office.submit(DAYS, {f"Moss, Kim{number}": "PPPO" for number in range(absent)})
        with statements(office.app) as made:
            found = listed(office, at(16, 30))
            school = db.session.get_one(School, office.school_id)
            assert len(calls.families_of(office.clerk, school, found.waiting)) == absent
        return len(made)

    assert asked(2) == asked(40) <= 40
