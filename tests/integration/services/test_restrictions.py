"""Restrictions on record: added once, ended with a reason, audited, and what they hide from whom."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.case import Action, Refused
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind
from cme.services import absence, casework, enquiries, restrictions
from cme.services.restrictions import NewRestriction
from cme.store import roll as stored
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Case, Contact, Restriction, School
from importers.roll.entries import ContactEntry, RollEntry
from tests.enquiries import call_entry
from tests.integration.services.office import Office, Town, after_school, days_from, on_both, race
from tests.integration.services.test_roll import take
from tests.reviews import signing

DAYS = days_from(date(2026, 10, 12), 10)
AT = after_school(DAYS[-1])
LATER = AT + timedelta(days=3)
ADA, BEN, CORA = "Birch, Ada", "Birch, Ben", "Cole, Cora"
HOME = RollEntry(house="12", street="High Street", postcode="DL1 5QT")
NOTE = "Court order of 3 June"
KIND = RestrictionKind


@pytest.fixture
def office(town: Town) -> Office:
    """A school with three children on roll, two of them in one home."""
    town.alder.submit(DAYS, {ADA: "O" * 10, BEN: "P" * 10, CORA: "P" * 10})
    for name in (ADA, BEN):
        take(town.alder, HOME, accept=True, name=name)
    return town.alder


def key_of(office: Office, name: str) -> int:
    return office.registration(name).id


def add(
    office: Office,
    kind: RestrictionKind,
    *,
    name: str = ADA,
    note: str = NOTE,
    by: Scope | None = None,
    **who: object,
) -> int | Refused:
    new = NewRestriction(kind, note=note, **who)  # type: ignore[arg-type]
    return restrictions.add(by or office.dsl, key_of(office, name), new, at=AT)


def rows() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Restriction)).all())


def audited(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@on_both
def test_a_restriction_holds_until_it_is_ended_and_stays_on_record(office: Office) -> None:
    made = add(office, KIND.ADVICE_FIRST)
    assert isinstance(made, int)
    assert restrictions.in_force(office.dsl, key_of(office, ADA)).advice_first
    assert not restrictions.in_force(office.dsl, key_of(office, CORA)).each
    assert restrictions.end(office.dsl, made, "Advice was given", at=LATER) is None
    assert not restrictions.in_force(office.dsl, key_of(office, ADA)).each
    kept = db.session.get_one(Restriction, made)
    assert (kept.ended_by, kept.end_reason, kept.note) == ("Ash Fenner", "Advice was given", NOTE)


@on_both
def test_the_same_restriction_twice_is_one(office: Office) -> None:
    first = add(office, KIND.NO_CONTACT, who="Uncle Lee")
    assert add(office, KIND.NO_CONTACT, who="uncle  LEE") == first
    again = add(office, KIND.NO_CONTACT, who="Uncle Lee", note="Another reason")
    assert isinstance(again, Refused)
    assert again.missing == ("note",)
    assert rows() == 1
    assert add(office, KIND.NO_CONTACT) != first
    assert rows() == 2


@on_both
def test_two_people_who_add_it_at_once_add_one(app: Flask, office: Office) -> None:
    key = key_of(office, ADA)
    new = NewRestriction(KIND.NO_LETTERS, note=NOTE)

    def act() -> object:
        return restrictions.add(office.dsl, key, new, at=AT)

    made = race(app, act, act)
    assert made[0] == made[1]
    assert rows() == 1


def test_one_contact_is_named_by_the_record_and_barred_when_it_comes_anew(office: Office) -> None:
    take(office, RollEntry(contacts=(ContactEntry("Jo Birch", "Father", "07700 900001"),)), accept=True)
    (jo,) = stored.list_contacts(office.dsl, key_of(office, ADA))
    assert isinstance(add(office, KIND.NO_CONTACT, contact_id=jo.id), int)
    found = restrictions.in_force(office.dsl, key_of(office, ADA))
    assert found.each[0].who == "Jo Birch"
    with transaction():
        ended = db.session.get_one(Contact, jo.id)
        ended.ended_at = LATER
    assert found.bars(jo.id + 1, "Jo Birch")


def test_a_contact_of_another_child_is_none_of_this_ones(office: Office) -> None:
    take(office, RollEntry(contacts=(ContactEntry("Jo Cole"),)), accept=True, name=CORA)
    (jo,) = stored.list_contacts(office.dsl, key_of(office, CORA))
    refused = add(office, KIND.NO_CONTACT, contact_id=jo.id)
    assert isinstance(refused, Refused)
    assert refused.missing == ("contact_id",)


def test_what_is_missing_is_said_at_its_field(office: Office) -> None:
    refused = add(office, KIND.ADVICE_FIRST, note=" ")
    assert isinstance(refused, Refused)
    assert refused.missing == ("note",)
    made = add(office, KIND.ADVICE_FIRST)
    assert isinstance(made, int)
    unsaid = restrictions.end(office.dsl, made, " ", at=LATER)
    assert isinstance(unsaid, Refused)
    assert unsaid.missing == ("reason",)
    assert restrictions.end(office.dsl, made, "Over", at=LATER) is None
    again = restrictions.end(office.dsl, made, "Over", at=LATER)
    assert isinstance(again, Refused)
    assert again.missing == ("stage",)


def test_the_office_reads_restrictions_and_does_not_make_them(office: Office) -> None:
    assert isinstance(add(office, KIND.NO_CONTACT), int)
    assert restrictions.in_force(office.clerk, key_of(office, ADA)).no_contact
    assert isinstance(add(office, KIND.NO_LETTERS, by=office.clerk), Refused)
    assert isinstance(add(office, KIND.NO_LETTERS, by=office.scope(Role.HEAD)), Refused)
    assert isinstance(add(office, KIND.NO_LETTERS, by=office.officer), int)


def test_it_is_audited_without_a_word_of_it(office: Office) -> None:
    made = add(office, KIND.NO_CONTACT, who="Uncle Lee")
    assert isinstance(made, int)
    restrictions.end(office.dsl, made, "Over", at=LATER)
    (added,), (ended,) = audited("restriction.added"), audited("restriction.ended")
    assert added.detail == ended.detail == {"kind": "no_contact", "registration": key_of(office, ADA)}
    assert added.subject == f"restriction:{made}"


@on_both
def test_outside_the_scope_there_is_nothing_to_read_or_change(town: Town, office: Office) -> None:
    made, key = add(office, KIND.PROTECTED_ADDRESS), key_of(office, ADA)
    assert isinstance(made, int)
    outsiders = (
        Scope.nobody(),
        town.beech.dsl,
        town.cedar.officer,
        office.front_door,
        office.scope(Role.LA_ADMIN),
    )
    for scope in outsiders:
        with pytest.raises(LookupError):
            restrictions.in_force(scope, key)
        with pytest.raises(LookupError):
            restrictions.add(scope, key, NewRestriction(KIND.NO_LETTERS, note=NOTE), at=AT)
        with pytest.raises(LookupError):
            restrictions.end(scope, made, "Over", at=AT)
        assert restrictions.homes_hidden(scope, [key]) == {key}
    with pytest.raises(LookupError):
        restrictions.end(office.clerk, made, "Over", at=AT)


@on_both
def test_a_protected_address_is_for_those_alone_who_must_act_on_it(office: Office) -> None:
    for scope in (office.dsl, office.officer):
        assert restrictions.home_of(scope, office.registration(ADA)) == ("12 High Street", "DL1 5QT")
    add(office, KIND.PROTECTED_ADDRESS)
    with transaction():
        db.session.scalars(select(Case)).one().referred_at = AT
    may = {Role.CME_OFFICER, Role.LA_MANAGER, Role.FRONT_DOOR}
    for role in (*may, Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.INSPECTOR, Role.OPERATOR):
        shown = restrictions.home_of(office.scope(role), office.registration(ADA))
        assert (shown != (ADDRESS_NOT_SHOWN,)) is (role in may), role


@on_both
def test_a_protected_home_is_protected_for_the_brother_who_lives_there(town: Town, office: Office) -> None:
    town.beech.submit(DAYS, {CORA: "P" * 10})
    take(town.beech, HOME, accept=True, name=CORA)
    take(office, RollEntry(house="14", street="High Street", postcode="DL1 5QT"), accept=True, name=CORA)
    made = add(office, KIND.PROTECTED_ADDRESS)
    assert isinstance(made, int)
    assert restrictions.home_of(office.dsl, office.registration(BEN)) == (ADDRESS_NOT_SHOWN,)
    assert restrictions.home_of(town.beech.dsl, town.beech.registration(CORA)) == (ADDRESS_NOT_SHOWN,)
    assert restrictions.home_of(office.dsl, office.registration(CORA)) != (ADDRESS_NOT_SHOWN,)
    assert not restrictions.in_force(office.dsl, key_of(office, BEN)).each
    restrictions.end(office.dsl, made, "Moved on", at=LATER)
    assert restrictions.home_of(office.dsl, office.registration(BEN)) != (ADDRESS_NOT_SHOWN,)


def test_a_child_without_an_address_has_none_to_hide(office: Office) -> None:
    add(office, KIND.PROTECTED_ADDRESS, name=CORA)
    assert restrictions.home_of(office.dsl, office.registration(CORA)) == ()
    assert not restrictions.in_force(office.dsl, key_of(office, ADA)).address_is_protected


def test_a_restriction_says_at_once_what_is_due_now(office: Office) -> None:
    at = after_school(DAYS[-1])
    assert office.act(ADA, Action.SIGN_REVIEW, signing(date(2026, 11, 4)), at=at) is None
    view = casework.show(office.dsl, office.case(ADA).reference, today=DAYS[-1])
    assert view is not None
    assert "Make the enquiry: first-day call" in [each.what for each in casework.dues_of(view)]
    made = add(office, KIND.ADVICE_FIRST)
    assert isinstance(made, int)
    stored_now = (office.case(ADA).due_on, office.case(ADA).due_what)
    with transaction():
        school = db.session.get_one(School, office.school_id)
        absence.recount_school(school, at=at)
    assert (office.case(ADA).due_on, office.case(ADA).due_what) == stored_now
    assert restrictions.end(office.dsl, made, "The police say so", at=at) is None
    again = (office.case(ADA).due_on, office.case(ADA).due_what)
    with transaction():
        school = db.session.get_one(School, office.school_id)
        absence.recount_school(school, at=at)
    assert (office.case(ADA).due_on, office.case(ADA).due_what) == again


class TestBarred:
    """An enquiry that a restriction forbids is recorded by the DSL alone, with a reason."""

    DONE_AT = AT + timedelta(minutes=30)

    def log(self, office: Office, by: Scope, **more: object) -> int | Refused:
        entry = call_entry(done_at=self.DONE_AT, **more)
        return enquiries.log(by, key_of(office, ADA), entry, at=AT + timedelta(hours=1))

    @pytest.mark.parametrize("kind", [KIND.ADVICE_FIRST, KIND.NO_CONTACT])
    def test_one_with_the_family(self, office: Office, kind: RestrictionKind) -> None:
        add(office, kind)
        refused = self.log(office, office.clerk)
        assert isinstance(refused, Refused)
        assert "Tell the designated safeguarding lead" in refused.reason
        without = self.log(office, office.dsl)
        assert isinstance(without, Refused)
        assert without.missing == ("notes",)
        assert isinstance(self.log(office, office.dsl, notes="The police asked us to ring"), int)

    def test_one_with_a_single_person(self, office: Office) -> None:
        added = NewRestriction(KIND.NO_CONTACT, who="Mo Arden", note=NOTE)
        assert isinstance(restrictions.add(office.dsl, key_of(office, ADA), added, at=AT), int)
        assert isinstance(self.log(office, office.clerk), Refused)
        assert isinstance(self.log(office, office.clerk, contacted="Nan Birch"), int)

    def test_what_was_done_before_it_is_recorded_as_ever(self, office: Office) -> None:
        add(office, KIND.ADVICE_FIRST)
        with transaction():
            db.session.scalars(select(Restriction)).one().created_at = self.DONE_AT + timedelta(minutes=1)
        assert isinstance(self.log(office, office.clerk), int)
