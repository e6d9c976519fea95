"""Checking the directory: kept beside the catalogue, one authority at a time."""

from datetime import date

import pytest

from cme.access.roles import Role
from cme.access.scope import Scope
from cme.casework.safety.directory import Reached
from cme.services import directory
from cme.services.directory import Listing
from cme.store import directory as store
from cme.store.database import db
from tests.integration.services.office import Office, Town, after_school, everything, on_both

TODAY = date(2026, 11, 20)
AT = after_school(TODAY)
ENTRY = "ctail-0800"


def listing(office: Office, scope: Scope, entry: str = ENTRY) -> Listing:
    """An entry as somebody of the office's authority sees it."""
    own = next(each for each in store.list_own_authorities(scope) if each.id == office.authority_id)
    found = directory.find_listing(scope, own, entry, TODAY)
    assert found is not None
    db.session.rollback()
    return found


def check(office: Office, reached: Reached, *, entry: str = ENTRY, role: Role = Role.LA_ADMIN) -> object:
    return directory.record_check(office.scope(role, "Dev Rana"), office.laestab[:3], entry, reached, at=AT)


@on_both
def test_what_was_checked_stands_before_the_catalogue(office: Office) -> None:
    assert not check(office, Reached(phone="0808 800 5001", hours="9am to 5pm (days not stated)"))
    seen = listing(office, office.clerk)
    assert (seen.reached.phone, seen.reached.hours) == ("0808 800 5001", "9am to 5pm (days not stated)")
    assert (seen.checked_on, seen.checked_by) == (TODAY, "Dev Rana")
    assert not check(office, Reached(email="line@nspcc.example"))
    seen = listing(office, office.dsl)
    assert (seen.reached.phone, seen.reached.email) == ("0800 107 7057", "line@nspcc.example")


@on_both
def test_a_check_is_one_authoritys_and_stays(town: Town) -> None:
    assert not check(town.alder, Reached(phone="0808 800 5001"))
    assert listing(town.cedar, town.cedar.dsl).checked_on is None
    assert listing(town.beech, town.beech.dsl).checked_on == TODAY
    assert everything()["audit_entry"][-1][4] == "directory.checked"


@pytest.mark.parametrize("role", [Role.DSL, Role.CME_OFFICER, Role.LA_MANAGER, Role.INSPECTOR])
def test_nobody_else_checks(office: Office, role: Role) -> None:
    before = everything()
    with pytest.raises(LookupError):
        check(office, Reached(), role=role)
    assert everything() == before


def test_a_number_that_is_none_is_not_kept(office: Office) -> None:
    before = everything()
    assert check(office, Reached(phone="ask Jo")) == {"phone": "Enter a phone number like 01325 406222."}
    assert everything() == before


def test_what_the_policy_gives_is_never_kept_twice(office: Office) -> None:
    entry = "darlington-board-administrator"
    assert not check(office, Reached(email="old@council.example", phone="01325 000000"), entry=entry)
    seen = listing(office, office.dsl, entry)
    assert (seen.reached.email, seen.reached.phone) == (
        "safeguardingboards@darlington.gov.uk",
        "01325 000000",
    )
    (row,) = everything()["directory_check"]
    assert "old@council.example" not in row
