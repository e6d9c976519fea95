"""The record of children on no roll, and what the measures make of a child who is back on one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cme.access.roles import Role
from cme.casework.case import Refused
from cme.services import insight
from cme.services.removal import cme_records
from cme.services.removal.cme_records import NewEntry
from cme.store.database import db
from cme.store.tables import CmeSpell
from tests.integration.services.leaving import DECIDED_AT, Leaving, next_day
from tests.integration.services.office import Office, Town, on_both

UPN = "H801200001001"
CEDRIC = NewEntry(
    authority="841",
    surname="Elm",
    forename="Cedric",
    born_on=date(2014, 3, 1),
    upn=UPN,
    reason="unknown",
)


@on_both
def test_a_upn_of_another_child_is_not_believed(office: Office) -> None:
    """One wrong letter must not put another child on the record, and leave this one off it."""
    first = cme_records.add(office.officer, CEDRIC, at=DECIDED_AT)
    assert isinstance(first, int)
    ended = cme_records.end(office.officer, first, date(2026, 11, 16), "O04", "School rang", at=DECIDED_AT)
    assert ended is None
    other = replace(CEDRIC, surname="Cole", forename="Ben", born_on=date(2012, 1, 1))
    assert cme_records.add(office.officer, other, at=DECIDED_AT) == Refused(
        (cme_records.OTHER_UPN,), ("upn",)
    )
    # The same child again, whose surname has changed: the birth date tells.
    again = cme_records.add(office.officer, replace(CEDRIC, surname="Ash"), at=DECIDED_AT)
    assert isinstance(again, int)
    rows = [db.session.get_one(CmeSpell, key) for key in (first, again)]
    assert rows[0].pupil_id == rows[1].pupil_id


@pytest.mark.parametrize("role", [Role.LA_MANAGER, Role.DSL, Role.INSPECTOR])
def test_only_who_keeps_the_record_adds_to_it(office: Office, role: Role) -> None:
    with pytest.raises(LookupError):
        cme_records.add(office.scope(role), CEDRIC, at=DECIDED_AT)


def test_the_record_of_another_authority_is_not_found(office: Office, town: Town) -> None:
    made = cme_records.add(office.officer, CEDRIC, at=DECIDED_AT)
    assert isinstance(made, int)
    with pytest.raises(LookupError):
        cme_records.end(town.cedar.officer, made, date(2026, 11, 16), "O04", "Rang", at=DECIDED_AT)


def test_a_child_who_is_admitted_again_counts_as_located(office: Office) -> None:
    leaving = Leaving(office)
    reference = leaving.removed("Birch, Ada")
    at = next_day(25)
    assert insight.look(leaving.officer, today=at.date()).measures.located.whole == 0
    assert leaving.readmit(reference, at.date() + timedelta(days=3), at=at) is None
    located = insight.look(leaving.officer, today=at.date()).measures.located
    assert (located.part, located.whole) == (1, 1)
