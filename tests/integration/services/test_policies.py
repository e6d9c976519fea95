"""An authority's own policy: versions that begin on a date, and cases that keep the one they opened under."""

import copy
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cme.access.roles import Permission, Role
from cme.access.scope import Grant, Scope
from cme.casework.policy import pack as policy
from cme.casework.policy.changes import PolicyUnfit
from cme.casework.policy.pack import PolicyPack
from cme.clock import local_date
from cme.services import casework
from cme.services.absence import recount_school
from cme.services.policies import (
    ChangedMeanwhile,
    PolicyUnknown,
    change,
    latest,
    pack_in_force,
    pack_of,
    packs_in_force,
)
from cme.store.database import db, transaction
from cme.store.schools import find_school
from cme.store.tables import AuditEntry, Case, LocalAuthority
from tests.integration.services.office import Office, Town, days_from, on_both, race
from tests.store import statements

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = local_date(NOW)
REASON = "Agreed with the head teachers"


def admin_of(office: Office) -> Scope:
    return Scope(9, "Ari Bell", frozenset({Grant(Role.LA_ADMIN, office.authority_id)}))


def authority_of(office: Office) -> LocalAuthority:
    db.session.rollback()
    found = db.session.get(LocalAuthority, office.authority_id)
    assert found is not None
    return found


def set_policy(office: Office, changes: dict[str, Any], valid_from: date = TODAY, **how: Any) -> PolicyPack:
    how = {"at": NOW, "reason": REASON, **how}
    reason = how.pop("reason")
    return change(admin_of(office), office.laestab[:3], changes, valid_from, reason, **how)


def in_force(office: Office, on: date = TODAY) -> PolicyPack:
    return pack_in_force(authority_of(office), on)


def said(fault: pytest.ExceptionInfo[PolicyUnfit]) -> dict[str, str]:
    return {each.path: each.sentence for each in fault.value.faults}


@on_both
def test_a_change_is_a_version_of_its_own_from_its_day_on(office: Office) -> None:
    assert in_force(office).version == "1"
    tomorrow = TODAY + timedelta(days=1)
    made = set_policy(office, {"clocks.dsl_review": 2, "front_door.phone": "01325 406222"}, tomorrow)
    assert (made.version, made.valid_from, made.days("dsl_review")) == ("1.1", tomorrow, 2)
    assert in_force(office).days("dsl_review") == 3
    assert in_force(office, tomorrow) == made
    assert latest(authority_of(office), TODAY) == made
    kept = authority_of(office).policy_versions[0]
    assert (kept.number, kept.reason, kept.made_by, kept.made_at) == (1, REASON, "Ari Bell", NOW)
    assert kept.changes == {"clocks.dsl_review": 2, "front_door.phone": "01325 406222"}


@on_both
def test_the_next_change_starts_from_the_last_and_may_take_it_back(office: Office) -> None:
    set_policy(office, {"clocks.dsl_review": 2, "clocks.first_contact_amber": time(9, 30)})
    second = set_policy(office, {"labels.return_talk": "Welcome talk"})
    assert (second.version, second.days("dsl_review")) == ("1.2", 2)
    assert second.labels["return_talk"] == "Welcome talk"
    assert second.clocks["first_contact_amber"].at == time(9, 30)
    third = set_policy(office, {"clocks.dsl_review": 3, "clocks.first_contact_amber": time(10)})
    assert (third.version, third.clocks["dsl_review"].basis) == ("1.3", "default")
    assert authority_of(office).policy_versions[2].changes == {"labels.return_talk": "Welcome talk"}


@on_both
def test_a_case_keeps_the_version_it_opened_under_and_a_later_one_gets_the_new(office: Office) -> None:
    days = days_from(date(2026, 11, 9), 8)
    office.submit(days[:4], {"Ash, Ana": "OOOO"})
    before = office.case("Ash, Ana")
    assert before.policy_version == "1"
    at = datetime.combine(days[3], NOW.timetz())
    set_policy(office, {"clocks.dsl_review": 1, "clocks.acknowledge": 1}, days[3], at=at)
    office.submit(days[4:6], {"Ash, Ana": "OO", "Birch, Ben": "PO"})
    old, new = office.case("Ash, Ana"), office.case("Birch, Ben")
    assert (old.policy_version, new.policy_version) == ("1", "1.1")
    assert (pack_of(old).days("dsl_review"), pack_of(new).days("dsl_review")) == (3, 1)
    assert (pack_of(old).days("acknowledge"), pack_of(new).days("acknowledge")) == (2, 1)


@on_both
def test_of_two_changes_at_once_one_is_made(office: Office, app: Flask) -> None:
    def act(day: int) -> object:
        return set_policy(office, {"clocks.dsl_review": day}, based_on=0)

    ended = race(app, lambda: act(1), lambda: act(2))
    assert sorted(type(each).__name__ for each in ended) == ["ChangedMeanwhile", "PolicyPack"]
    assert [each.number for each in authority_of(office).policy_versions] == [1]


def test_a_case_opened_by_hand_falls_under_what_is_in_force(office: Office) -> None:
    days = days_from(date(2026, 11, 9), 2)
    office.submit(days, {"Ash, Ana": "OP"})
    set_policy(office, {"clocks.dsl_review": 2})
    registration_id = office.registration("Ash, Ana").id
    reference = casework.open_by_hand(office.dsl, registration_id, "A neighbour rang.", at=NOW)
    assert isinstance(reference, str)
    assert office.case("Ash, Ana").policy_version == "1.1"


def test_a_version_never_begins_before_today_nor_before_the_last(office: Office) -> None:
    with pytest.raises(PolicyUnfit) as back:
        set_policy(office, {"clocks.dsl_review": 2}, TODAY - timedelta(days=1))
    assert "never reaches back" in said(back)["valid_from"]
    set_policy(office, {"clocks.dsl_review": 2}, date(2026, 12, 1))
    with pytest.raises(PolicyUnfit) as early:
        set_policy(office, {"clocks.dsl_review": 4})
    assert "starts on 1 December 2026" in said(early)["valid_from"]
    assert set_policy(office, {"clocks.dsl_review": 4}, date(2026, 12, 1)).version == "1.2"
    assert in_force(office, date(2026, 12, 1)).days("dsl_review") == 4


def test_a_change_needs_a_reason_and_something_that_differs(office: Office) -> None:
    with pytest.raises(PolicyUnfit) as fault:
        set_policy(office, {"clocks.dsl_review": 3}, reason="  ")
    assert set(said(fault)) == {"", "reason"}
    with pytest.raises(PolicyUnfit) as fault:
        set_policy(office, {"clocks.dsl_review": 2}, reason="x" * 501)
    assert set(said(fault)) == {"reason"}


def test_every_fault_is_told_at_once_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(PolicyUnfit) as fault:
        set_policy(
            office, {"clocks.removal_ground_i": 15, "front_door.phone": "?"}, date(2020, 1, 1), reason=""
        )
    assert set(said(fault)) == {"clocks.removal_ground_i", "front_door.phone", "valid_from", "reason"}
    assert authority_of(office).policy_versions == []


def test_whoever_looked_at_an_older_version_is_told(office: Office) -> None:
    set_policy(office, {"clocks.dsl_review": 2}, based_on=0)
    with pytest.raises(ChangedMeanwhile):
        set_policy(office, {"clocks.dsl_review": 4}, based_on=0)
    assert set_policy(office, {"clocks.dsl_review": 4}, based_on=1).version == "1.2"


def test_an_authority_changes_its_own_policy_alone(town: Town) -> None:
    set_policy(town.alder, {"clocks.dsl_review": 2})
    assert in_force(town.beech).days("dsl_review") == 2
    assert in_force(town.cedar).version == "1"
    for scope in (admin_of(town.cedar), town.alder.officer, town.alder.dsl, Scope.nobody()):
        with pytest.raises(LookupError):
            change(scope, "841", {"clocks.dsl_review": 1}, TODAY, REASON, at=NOW)


def test_the_audit_names_the_version_and_the_settings_and_no_value(office: Office) -> None:
    set_policy(office, {"contacts.director": "Sam Hale, 01325 406222", "clocks.dsl_review": 2})
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("policy.changed", f"authority:{office.authority_id}")
    assert entry.detail == {
        "version": "1.1",
        "valid_from": "2026-11-20",
        "settings": ["clocks.dsl_review", "contacts.director"],
    }


def test_the_queue_knows_the_policies_of_its_authorities(town: Town) -> None:
    set_policy(town.alder, {"front_door.name": "First Contact"})
    found = packs_in_force(town.alder.front_door, Permission.SEE_QUEUE, TODAY)
    assert [pack.front_door.name for pack in found] == ["First Contact"]


@pytest.mark.parametrize(("pack", "version"), [("darlington", "7"), ("darlington", "1.9"), ("durham", "1")])
def test_a_case_whose_policy_is_not_here_is_not_guessed_at(office: Office, pack: str, version: str) -> None:
    office.submit(days_from(date(2026, 11, 9), 4), {"Ash, Ana": "OOOO"})
    with transaction():
        case = db.session.scalars(select(Case)).one()
        case.policy_pack, case.policy_version = pack, version
    with pytest.raises(PolicyUnknown, match=f"was opened under version {version} of the policy {pack}"):
        pack_of(db.session.scalars(select(Case)).one())


def test_a_newer_catalogue_takes_the_authoritys_values_over_and_leaves_cases_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.submit(days_from(date(2026, 11, 9), 4), {"Ash, Ana": "OOOO"})
    set_policy(office, {"clocks.acknowledge": 1})
    catalogues = dict(policy._catalogues())
    newer = copy.deepcopy(catalogues["1"])
    newer.update(version="2", valid_from=date(2027, 1, 1))
    newer["defaults"]["clocks"]["joint_note"]["value"] = 4
    monkeypatch.setattr(policy, "_catalogues", lambda: {**catalogues, "2": newer})
    policy.read_packs.cache_clear()
    then = in_force(office, date(2027, 1, 1))
    assert (then.version, then.days("joint_note"), then.days("acknowledge")) == ("2.1", 4, 1)
    assert in_force(office).version == "1.1"
    assert pack_of(office.case("Ash, Ana")).version == "1"
    monkeypatch.undo()
    policy.read_packs.cache_clear()


def test_a_recount_asks_for_the_policy_once(office: Office, app: Flask) -> None:
    pupils = {f"Ash, A{number:02}": "OOOO" for number in range(12)}
    set_policy(
        office, {"clocks.dsl_review": 2}, at=datetime(2026, 11, 1, tzinfo=UTC), valid_from=date(2026, 11, 1)
    )
    office.submit(days_from(date(2026, 11, 9), 4), pupils)
    with transaction():
        school = find_school(office.dsl, office.laestab)
        assert school is not None
        with statements(app) as asked:
            recount_school(school, at=NOW)
    assert len([each for each in asked if "policy_version" in each and "FROM policy_version" in each]) == 1
    assert len([each for each in asked if "FROM local_authority" in each]) <= 2
