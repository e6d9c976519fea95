"""Recounting: what was edited by hand is reported and mended, and a dry run writes nothing."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from cme.attendance.calendar import Period, PeriodKind
from cme.services import absence
from cme.store import audit, schools
from cme.store.database import transaction
from cme.store.tables import Case, Registration
from tests.integration.services.office import (
    Office,
    Town,
    after_school,
    days_from,
    everything,
    on_both,
)

DAYS = days_from(date(2026, 10, 12), 10)
AT = after_school(DAYS[-1])


def edit(what: type[Registration] | type[Case], key: int, **values: Any) -> None:
    """Change a row behind the product's back."""
    with transaction() as session:
        session.execute(update(what).where(what.id == key).values(values))


@pytest.fixture
def absent(office: Office) -> Office:
    """A school with one pupil absent for ten days, whose referral was sent."""
    office.submit(DAYS, {"Birch, Ada": "O" * 10, "Cole, Ben": "PPPPPPPPPO"})
    assert office.send("Birch, Ada", at=AT) is None
    return office


@on_both
@pytest.mark.parametrize(
    "values",
    [
        {"return_run": 99},
        {"return_run": 3, "removal_run": 0, "return_reached_on": None},
        {"overdue_n": ["2026-10-12"]},
        {"as_of": None},
    ],
    ids=lambda values: "+".join(values),
)
def test_an_edited_standing_is_reported_and_mended(absent: Office, values: dict[str, Any]) -> None:
    before = absent.stored()
    edit(Registration, absent.registration("Birch, Ada").id, **values)
    edited = everything()
    found = absence.recount(absent.dsl, absent.laestab, at=AT, dry_run=True)
    assert found == absence.Drift("Alder Grove School", counted=3, drifted=1, cases=0)
    assert everything() == edited
    assert absence.recount(absent.dsl, absent.laestab, at=AT) == found
    assert absent.stored() == before
    assert absence.recount(absent.dsl, absent.laestab, at=AT).drifted == 0


@pytest.mark.parametrize(
    "values",
    [
        {"stage": "closed", "closed_at": AT},
        {"stage": "enquiries"},
        {"overlays": ["superseded"]},
        {"referred_at": None},
    ],
    ids=lambda values: "+".join(values),
)
def test_an_edited_stage_is_reported_and_mended_from_the_events(
    absent: Office, values: dict[str, Any]
) -> None:
    before = everything(but=["audit_entry"])
    edit(Case, absent.case("Birch, Ada").id, **values)
    found = absence.recount(absent.dsl, absent.laestab, at=AT, dry_run=True)
    assert (found.drifted, found.cases) == (0, 1)
    assert absence.recount(absent.dsl, absent.laestab, at=AT).cases == 1
    after = everything(but=["audit_entry"])
    versionless = [{**each, "case": [row[:-1] for row in each["case"]]} for each in (before, after)]
    assert versionless[0] == versionless[1]
    assert len(absent.cases("Birch, Ada")) == 1


def test_recounting_what_stands_right_changes_nothing(absent: Office) -> None:
    before = everything(but=["audit_entry"])
    assert absence.recount(absent.dsl, absent.laestab, at=AT).drifted == 0
    assert everything(but=["audit_entry"]) == before


def test_a_closure_entered_later_is_counted_at_the_next_recount(absent: Office) -> None:
    with transaction():
        closed = Period(PeriodKind.CLOSURE, DAYS[4], DAYS[4], "Boiler")
        schools.add_periods(absent.school_id, [closed], AT)
    absence.recount(absent.dsl, absent.laestab, at=AT)
    assert absent.standing("Birch, Ada").return_run == 9
    assert absent.kinds("Birch, Ada")[-1] == "referral.superseded"


def test_only_the_school_that_was_asked_for_is_counted(town: Town) -> None:
    for office in (town.alder, town.beech):
        office.submit(DAYS, {"Birch, Ada": "O" * 10})
        edit(Registration, office.registration("Birch, Ada").id, return_run=1)
    absence.recount(town.alder.dsl, town.alder.laestab, at=AT)
    assert town.alder.standing("Birch, Ada").return_run == 10
    assert town.beech.standing("Birch, Ada").return_run == 1


def test_recounting_another_school_is_refused_and_counts_nothing(town: Town) -> None:
    before = everything()
    for dry_run in (True, False):
        with pytest.raises(LookupError):
            absence.recount(town.beech.dsl, town.alder.laestab, at=AT, dry_run=dry_run)
    assert everything() == before


def test_a_recount_is_on_the_audit_log_with_its_counts(absent: Office) -> None:
    absence.recount(absent.dsl, absent.laestab, at=AT)
    action, subject, detail = last_entry()
    assert (action, subject) == ("school.recounted", f"school:{absent.school_id}")
    assert detail == {"counted": 3, "drifted": 0, "cases": 0}
    assert audit.verify().ok


def last_entry() -> tuple[str, str, dict[str, Any]]:
    """The action, subject and detail of the newest entry of the audit log."""
    entry = everything()["audit_entry"][-1]
    return entry[4], entry[5], entry[7]
