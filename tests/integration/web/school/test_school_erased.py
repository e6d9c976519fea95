"""The pages of uploads of which what they said of children is erased."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from cme import clock
from cme.access.roles import Role
from cme.access.scope import Scope
from cme.services.registers import retention
from cme.store.database import db
from cme.store.schools import read_authority_ids
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.integration.web.school.conftest import Office
from tests.people import World


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A, with its designated safeguarding lead."""
    return Office(world, world.sign_in_as(Role.DSL))


def erase(office: Office) -> None:
    """Do what the daily job does a month later."""
    on = clock.today() + timedelta(days=31)
    with office.world.app.app_context():
        scope = Scope.for_operator(read_authority_ids())
        db.session.rollback()
        retention.erase_kept(scope, office.place.laestab, on=on, keep_days=30, at=clock.now())


def with_a_row_left_out(office: Office, codes: Sequence[str] = ("O", "O", "O")) -> str:
    """A file of which a row is left out, ready to be approved; its page."""
    office.approve({"Birch, Ben": ["O"] * 2, "Cole, Cora": ["O"] * 2})
    page = office.upload({"Birch, Ben": codes, "Cole, Cora": ["O"] * 3})
    office.client.post(f"{page}/rows/leave-out", {"row": "3", "reason": "In a custody dispute"})
    return page


@pytest.mark.parametrize("codes", [["O", "O", "O"], ["Q9", "O", "O"]], ids=["read", "unread"])
def test_a_receipt_keeps_its_numbers_and_names_nobody_who_is_not_on_roll(
    office: Office, codes: Sequence[str]
) -> None:
    receipt = office.confirm(with_a_row_left_out(office, codes)).location
    assert "custody" in office.client.get(receipt).words
    before = office.client.get(receipt).words
    erase(office)
    page = office.client.get(receipt)
    assert page.heading == "Register imported"
    assert "custody" not in page.words
    assert "Rows not taken in 1" in before
    assert "Rows not taken in 1" in page.words
    assert "Erased The file and what it said of pupils" in page.words
    assert "Undo this upload" not in page.links
    assert "have been erased" in office.client.get(f"{receipt}/undo").words


@on_both
def test_an_undone_upload_still_tells_what_undoing_did(office: Office) -> None:
    receipt = office.approve({"Birch, Ben": ["O"] * 11})
    office.client.post(f"{receipt}/undo")
    _, told = office.client.get(receipt).words.split("What undoing meant for pupils")
    erase(office)
    page = office.client.get(receipt)
    assert page.heading == "Upload undone"
    assert "Erased The file and what it said of pupils" in page.words
    assert page.words.endswith(told)


@pytest.mark.parametrize("codes", [["O"] * 3, ["Q9"] * 3], ids=["checked", "faulty"])
@pytest.mark.parametrize("is_cancelled", [True, False], ids=["cancelled", "lapsed"])
def test_an_upload_that_nobody_approved_is_shown_as_cancelled(
    office: Office, codes: Sequence[str], *, is_cancelled: bool
) -> None:
    path = office.upload({"Birch, Ben": codes})
    if is_cancelled:
        office.client.post(f"{path}/cancel")
    erase(office)
    page = office.client.get(path)
    assert page.heading == "Upload cancelled"
    assert "Birch" not in page.words
    for verb in ("approve", "cancel", "answers", "undo"):
        assert office.client.post(f"{path}/{verb}", status=409).heading == "Upload cancelled"
    office.client.get(f"{path}/rows", status=404)


def test_the_pages_of_the_school_list_it_as_before(office: Office, book: Casebook) -> None:
    book.referred()
    before = office.client.get(f"{office.path}/uploads").words
    erase(office)
    assert office.client.get(f"{office.path}/uploads").words == before
