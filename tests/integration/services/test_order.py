"""What is stored depends on the marks that were uploaded, not on the order or number of the uploads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cme.services import absence
from cme.store import pupils
from cme.store.database import db
from tests.integration.services.office import TERMS, Office, Town, after_school, days_from, on_both

DAYS = days_from(date(2026, 10, 12), 15)
WEEKS = [DAYS[:5], DAYS[5:10], DAYS[10:]]
AT = after_school(DAYS[-1])

TERM = {
    "Birch, Ada": "OOOOOOOOOOOOOOO",
    "Cole, Ben": "PPPPPOOOOOOOOOO",
    "Dale, Cora": "PPPPPPPOOOOOOOO",
    "Ellis, Dan": "PPPPPPPPPPPPPOO",
    "Ford, Elsie": "PPPPPNNNNIIIPPP",
    "Grey, Finn": "GGGGGGGGGGGGGGG",
}
BACK = {"Holt, Gita": "OOOOOOOOOOPPPPP"}
"""Somebody who was back before the last week: a case only where the absence was told while it went on."""


def stored_of(office: Office, names: Sequence[str]) -> dict[str, object]:
    """The lines, standings and cases of a school's pupils, by name."""
    db.session.rollback()
    lines = pupils.read_lines(office.clerk, office.school_id)
    return {
        name: (
            lines[office.registration(name).id],
            office.standing(name),
            [(case.stage, case.overlays, case.due_on, case.due_what) for case in office.cases(name)],
        )
        for name in names
    }


def upload_in_order(office: Office, weeks: Sequence[int]) -> None:
    for hours, week in enumerate(weeks):
        codes = {name: marks[week * 5 : week * 5 + 5] for name, marks in (TERM | BACK).items()}
        office.submit(WEEKS[week], codes, at=AT + timedelta(hours=hours))


@pytest.mark.slow
@on_both
def test_i4_weekly_files_approved_in_any_order_end_in_the_same_state(town: Town) -> None:
    ends, lines_of_gita, cases_of_gita = [], [], {}
    for weeks in permutations(range(3)):
        office = town.another()
        upload_in_order(office, weeks)
        ends.append(stored_of(office, list(TERM)))
        lines_of_gita.append(stored_of(office, list(BACK))["Holt, Gita"][:2])  # type: ignore[index]
        cases_of_gita[weeks] = [(case.stage, case.overlays) for case in office.cases("Holt, Gita")]
    assert all(end == ends[0] for end in ends)
    assert all(one == lines_of_gita[0] for one in lines_of_gita)
    # Here history rightly differs: nobody opens a case for an absence that is over when it becomes known.
    proposed = [("enquiries", ["closing_proposed"])]
    drafted = [("referral_draft", ["closing_proposed"])]
    assert cases_of_gita == {
        (0, 1, 2): drafted, (1, 0, 2): drafted, (0, 2, 1): proposed, (1, 2, 0): proposed,
        (2, 0, 1): [], (2, 1, 0): [],
    }  # fmt: skip


NAMES = ("Birch, Ada", "Cole, Ben", "Dale, Cora")
CODES = st.sampled_from("OOOOOOONNNUGGIC.XPPP#")


@dataclass(frozen=True)
class Sheet:
    """One upload: the days it covers, and the codes of those pupils who are in it."""

    first: int
    length: int
    codes: dict[str, str]


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    first = draw(st.integers(0, len(DAYS) - 1))
    length = draw(st.integers(1, len(DAYS) - first))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    column = st.text(CODES, min_size=length, max_size=length)
    return Sheet(first, length, {name: draw(column) for name in names})


def check_any_sequence(town: Town, uploads: Sequence[Sheet], *, planned: bool) -> None:
    office = town.another(TERMS if planned else ())
    for sheet in uploads:
        office.submit(DAYS[sheet.first : sheet.first + sheet.length], sheet.codes, at=AT)
        assert office.stored() == office.count_from_zero()
    drift = absence.recount(office.dsl, office.laestab, at=AT)
    assert (drift.drifted, drift.cases) == (0, 0)


SEVERAL = st.lists(sheets(), min_size=1, max_size=4)
WITH_ONE_DATABASE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=WITH_ONE_DATABASE)
@given(uploads=SEVERAL, planned=st.booleans())
def test_i5_counting_from_zero_gives_what_is_stored_after_any_uploads(
    town: Town, uploads: list[Sheet], planned: bool
) -> None:
    check_any_sequence(town, uploads, planned=planned)


@pytest.mark.slow
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
@settings(max_examples=4, deadline=None, suppress_health_check=WITH_ONE_DATABASE)
@given(uploads=SEVERAL, planned=st.booleans())
def test_i5_it_is_so_on_postgresql_too(town: Town, uploads: list[Sheet], planned: bool) -> None:
    check_any_sequence(town, uploads, planned=planned)
