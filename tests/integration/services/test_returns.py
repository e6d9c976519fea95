"""Returns that are owed outlive the school year and the absence that they tell of."""

from datetime import date

import pytest

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.services import returns
from cme.store import returns as store
from cme.store.database import db
from cme.store.tables import StatutoryReturn
from tests.integration.services.office import TERMS, Office, Town, after_school, days_from, on_both

ADA = "Birch, Ada"
TWO_YEARS = (
    *TERMS,
    Period(PeriodKind.TERM, date(2027, 1, 4), date(2027, 7, 22), "Spring and summer"),
    Period(PeriodKind.TERM, date(2027, 9, 1), date(2027, 10, 22), "Autumn"),
)


def owed(office: Office) -> list[StatutoryReturn]:
    db.session.rollback()
    return list(store.list_owed(office.dsl, office.school_id))


@on_both
def test_a_return_that_nobody_sent_in_july_is_owed_in_september(town: Town) -> None:
    office, calendar = town.another(TWO_YEARS), SchoolCalendar(TWO_YEARS)
    days = [calendar.nth_school_day_after(date(2027, 7, 2), number) for number in range(1, 15)]
    office.submit(days, {ADA: "PP" + "O" * 12})
    (before,) = [(row.kind, row.due_on) for row in owed(office)]
    office.submit([date(2027, 9, 1)], {ADA: "O"})
    assert [(row.kind, row.due_on) for row in owed(office)] == [before]


def test_one_that_a_correction_of_the_same_year_takes_away_is_withdrawn(office: Office) -> None:
    days = days_from(date(2026, 10, 12), 10)
    office.submit(days, {ADA: "O" * 10})
    assert len(owed(office)) == 1
    office.submit(days, {ADA: "OOOOPOOOOO"}, at=after_school(days_from(days[-1], 2)[-1]))
    assert owed(office) == []


@pytest.mark.parametrize("marks", ["P" + "O" * 12 + "P", "P" + "O" * 12 + "I"])
def test_it_tells_of_its_own_absence_after_that_has_ended(office: Office, marks: str) -> None:
    days = days_from(date(2026, 10, 12), 14)
    office.submit(days, {ADA: marks})
    assert office.standing(ADA).return_run == 0
    (row,) = owed(office)
    told = returns.content_of(office.dsl, row)
    assert told["return_run"] == 12
    assert told["codes"].split(", ")[0] == "13 Oct O O"
    assert told["codes"].count(" O O") == 12
    sent = returns.send(office.dsl, row.id, "The authority, by e-mail", at=after_school(days[-1]))
    assert isinstance(sent, StatutoryReturn)
    assert sent.content["return_run"] == 12


def test_a_sickness_return_tells_of_the_days_of_sickness(office: Office) -> None:
    days = days_from(date(2026, 9, 3), 18)
    office.submit(days, {ADA: "P" + "I" * 16 + "P"})
    (row,) = owed(office)
    assert returns.content_of(office.dsl, row)["sickness_days"] == 16
