"""A child who may have turned up in a register: two records side by side, and what a person decides."""

from datetime import UTC, datetime

import pytest

from cme.access.roles import Role
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import MatchDecision, Pupil, TraceMatch
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DECIDED = {"disposition": "same_child", "reason": "The school sent a photograph"}


@pytest.fixture
def match(book: Casebook) -> tuple[int, str]:
    """A match for the child of a referred case: its id, and the reference of the case."""
    reference = book.referred()
    with book.world.app.app_context(), transaction() as session:
        case = cases.find_case(book.officer, reference)
        assert case is not None
        sought = case.registration.pupil
        found = Pupil(surname=sought.surname, forename="Addie", born_on=sought.born_on, created_at=AT)
        session.add(found)
        session.flush()
        row = TraceMatch(
            authority_id=case.authority_id,
            sought_pupil_id=sought.id,
            case_id=case.id,
            pupil_id=found.id,
            label="possible",
            rule="Same date of birth, names close",
            disposition="unreviewed",
            found_at=AT,
        )
        session.add(row)
        session.flush()
        return row.id, reference


@on_both
def test_an_officer_compares_field_by_field_and_decides_with_a_reason(
    world: World, match: tuple[int, str]
) -> None:
    match_id, reference = match
    officer, path = world.sign_in_as(Role.CME_OFFICER), f"/traces/matches/{match_id}"
    assert path in officer.get("/traces/matches").links.values()
    page = officer.get(path)
    assert "Same date of birth, names close" in page.words
    assert "Addie" in page.words
    nothing = officer.post(path, status=422)
    assert nothing.errors == [
        "Choose whether it is the same child.",
        "Enter the reason: what you compared, or whom you asked.",
    ]
    officer.post(path, {**page.form(path), **DECIDED})
    again = officer.get(path)
    assert "The school sent a photograph" in again.words
    assert again.links[f"What is due in {reference}"] == f"/cases/{reference}"
    assert path not in officer.get("/traces/matches").links.values()
    assert path in officer.get(f"/cases/{reference}/traces").links.values()
    told = officer.get(f"/cases/{reference}").words
    assert "A record that may be of this child was looked at" in told
    assert "The same child." not in told
    assert "The school sent a photograph" not in told


def test_the_second_of_two_is_shown_the_first_decision_and_both_stay(
    world: World, match: tuple[int, str]
) -> None:
    path = f"/traces/matches/{match[0]}"
    one, other = (world.sign_in_as(Role.CME_OFFICER, name=name) for name in ("Cleo Rowe", "Sam Lane"))
    form = other.get(path).form(path)
    one.post(path, {**one.get(path).form(path), **DECIDED})
    late = other.post(
        path, {**form, "disposition": "not_same_child", "reason": "Another eye colour"}, status=409
    )
    assert "Somebody has decided meanwhile" in late.errors[0]
    assert "The school sent a photograph" in late.words
    other.post(path, {**late.form(path), "disposition": "not_same_child"})
    with world.app.app_context():
        assert [row.disposition for row in db.session.query(MatchDecision).order_by(MatchDecision.id)] == [
            "same_child",
            "not_same_child",
        ]


def test_a_manager_and_an_inspector_read_and_decide_nothing(world: World, match: tuple[int, str]) -> None:
    path = f"/traces/matches/{match[0]}"
    manager = world.sign_in_as(Role.LA_MANAGER)
    assert "Record the decision" not in manager.get(path).words
    manager.post(path, DECIDED, status=404)
