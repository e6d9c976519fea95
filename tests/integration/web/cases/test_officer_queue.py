"""The queue of referrals."""

from datetime import date

import pytest
from sqlalchemy import update

from cme.access.roles import Role
from cme.store.database import transaction
from cme.store.tables import Case
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.store import statements
from tests.webclient import Page, WebClient

pytestmark = on_both


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of Northmoor's CME officer."""
    return world.sign_in_as(Role.CME_OFFICER)


def listed(page: Page) -> list[str]:
    """The references in the table, from the top."""
    return [link.removeprefix("/cases/") for link in page.links.values() if link.startswith("/cases/")]


def test_a_referral_is_listed_with_what_the_officer_needs(book: Casebook, officer: WebClient) -> None:
    reference = book.referred(acknowledged=True)
    page = officer.get("/queue")
    assert page.heading == "Referrals"
    assert "CME officer Referrals" in page.words
    assert listed(page) == [reference]
    row = page.words[page.words.index("Ada Arden") :]
    for said in (
        "Alder Grove School",
        "Referred",
        "11",
        "Fri 20 Nov 2026 Acknowledged",
    ):
        assert said in row
    assert "late" not in row


def test_what_is_due_is_what_the_authority_owes_and_not_the_school(
    world: World, book: Casebook, officer: WebClient
) -> None:
    reference = book.referred()
    row = officer.get("/queue").words
    assert "Acknowledge the referral" in row
    assert "Sign the DSL review" not in row
    make_late(world, reference)
    assert "11 days late" in officer.get("/queue").words


def make_late(world: World, reference: str) -> None:
    """Let what the authority owes have been due on 9 November."""
    with world.app.app_context(), transaction() as session:
        session.execute(
            update(Case).where(Case.reference == reference).values(authority_due_on=date(2026, 11, 9))
        )


def test_what_was_not_sent_is_not_in_the_queue(book: Casebook, officer: WebClient) -> None:
    book.referral_draft()
    page = officer.get("/queue")
    assert listed(page) == []
    assert "No referral has arrived." in page.words


def test_the_front_door_sees_the_same_queue_under_its_own_name(
    world: World, book: Casebook, officer: WebClient
) -> None:
    book.referred()
    page = world.sign_in_as(Role.FRONT_DOOR).get("/queue")
    assert "Children's Access Point Referrals" in page.words
    assert listed(page) == listed(officer.get("/queue"))


def test_filters_are_in_the_address_and_each_can_be_removed(
    world: World, book: Casebook, officer: WebClient
) -> None:
    here, decided = book.referred(), book.decision()
    elsewhere = Casebook(world, world.school_b).referred()
    make_late(world, here)
    page = officer.get("/queue?stage=referred&school=8412001&overdue=yes")
    assert listed(page) == [here]
    assert page.links["Remove this filter: School Alder Grove School"] == "/queue?stage=referred&overdue=yes"
    assert page.links["Remove this filter: Stage Referred"] == "/queue?school=8412001&overdue=yes"
    assert page.links["Clear filters"] == "/queue"
    kept = page.form("/queue")
    assert (kept["stage"], kept["school"], kept["overdue"]) == ("referred", "8412001", "yes")
    assert set(listed(officer.get("/queue?stage=decision&stage=referred"))) == {here, decided, elsewhere}


def test_filters_that_nothing_matches_are_told_from_an_empty_queue(
    book: Casebook, officer: WebClient
) -> None:
    book.referred()
    page = officer.get("/queue?stage=closed")
    assert "Nothing matches these filters." in page.words


@pytest.mark.parametrize(
    "address",
    ["?stage=nonsense", "?school=999", "?sort=surname", "?page=x", "?page=0", "?page=99", "?page=²"],
)
def test_what_is_not_on_offer_is_as_if_not_chosen(book: Casebook, officer: WebClient, address: str) -> None:
    reference = book.referred()
    assert listed(officer.get(f"/queue{address}")) == [reference]


def test_a_heading_sorts_and_says_how(book: Casebook, officer: WebClient) -> None:
    short, long = book.referred(days=10), book.referred(days=14)
    page = officer.get("/queue?sort=run&order=descending")
    assert listed(page) == [long, short]
    assert 'aria-sort="descending"' in page.html
    turned = page.links["Return run: sort by return run, ascending"]
    assert turned == "/queue?sort=run"
    page = officer.get(turned)
    assert listed(page) == [short, long]
    assert 'aria-sort="ascending"' in page.html


def test_pages_are_numbered_and_keep_the_filters(book: Casebook, officer: WebClient) -> None:
    book.many(27)
    first, second = (officer.get(f"/queue?stage=referred&page={page}") for page in (1, 2))
    assert (len(listed(first)), len(listed(second))) == (25, 2)
    assert not set(listed(first)) & set(listed(second))
    assert second.title.startswith("Referrals (page 2 of 2)")
    assert "27 referrals (page 2 of 2)" in second.words
    assert "/queue?stage=referred&page=2" in first.links.values()


def test_more_rows_ask_the_database_no_more(world: World, book: Casebook, officer: WebClient) -> None:
    book.referred()
    officer.get("/queue")
    with statements(world.app) as few:
        officer.get("/queue")
    book.many(20)
    with statements(world.app) as many:
        officer.get("/queue")
    assert len(many) == len(few) <= 12


@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.DSL, Role.HEAD, Role.ADMISSIONS, Role.LA_ADMIN])
def test_the_queue_is_for_the_authority(world: World, role: Role) -> None:
    world.sign_in_as(role).get("/queue", status=403)


def test_another_authority_has_its_own_queue(world: World, book: Casebook) -> None:
    book.referred()
    page = world.sign_in_as(Role.CME_OFFICER, world.elsewhere).get("/queue")
    assert listed(page) == []
    assert "Alder Grove School" not in page.words


def test_the_queue_takes_no_form(officer: WebClient) -> None:
    officer.post("/queue", status=405)
