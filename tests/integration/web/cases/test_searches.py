"""Looking again for children who are not found, and where to ask beyond England, as people use them."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from cme.access.roles import Role
from cme.casework.enquiries.enquiry import EnquiryEntry, Method, Result
from cme.casework.enquiries.rechecking import in_words
from cme.services import enquiries
from cme.services.judging import restate
from cme.services.removal import cme_records
from cme.services.tracing import searches
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import Case, CaseEvent, CmeSpell
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.integration.web.removing import removed
from tests.people import World
from tests.webclient import Page, WebClient

RECORD = "/children-missing-education"
DUE = "Fri 18 Dec 2026"
LATER = AT + timedelta(weeks=5)


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of Northmoor's CME officer."""
    return world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")


def send(officer: WebClient, address: str, *, status: int = 303, **changes: object) -> Page:
    """Record a search again, as the form stands, with changes."""
    day = {"done_on": ["25", "12", "2026"]}
    filled = {**officer.get(address).form(address), **day, "result": "agency_no_trace", "method": "records"}
    return officer.post(address, {**filled, **changes}, status=status)


def made(at: datetime) -> EnquiryEntry:
    """A search again in the Lost Pupil Database that found nothing."""
    return EnquiryEntry(
        "E48",
        at,
        "Cleo Rowe",
        Result.AGENCY_NO_TRACE,
        method=Method.RECORDS,
        contacted=in_words(("lpd",)),
    )


def due(book: Casebook, reference: str) -> date | None:
    """When the child of a case is to be looked for again, as the list has it."""
    found = searches.list_due(book.officer, today=AT.date())
    return next((each.due_on for each in found if each.reference == reference), None)


def lost(book: Casebook) -> str:
    """A child who was removed and whom nobody has found; the reference of the case."""
    reference = removed(book)
    with book.world.app.app_context(), transaction():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        for kind, said in (
            ("removal.proposed", {"ground": "i", "came_from": "decision"}),
            ("removal.made", {"limb": "a"}),
        ):
            case.events.append(
                CaseEvent(
                    seq=case.events[-1].seq + 1,
                    kind=kind,
                    at=AT,
                    by="Jo Hale",
                    role="Head teacher",
                    data={"stage": "removed", **said},
                )
            )
        cme_records.open_spell(book.officer, case, started_on=AT.date(), reason="unknown", at=AT)
        restate(case, at=AT)
    return reference


def spell_of(book: Casebook, reference: str) -> int:
    """The entry on the record of the child of a case."""
    with book.world.app.app_context():
        return db.session.scalars(
            select(CmeSpell.id).join(CmeSpell.case).where(Case.reference == reference)
        ).one()


@on_both
def test_the_case_the_record_and_the_list_say_the_same_day(book: Casebook, officer: WebClient) -> None:
    reference = lost(book)
    assert "Look again by 18 December 2026" in officer.get(f"/cases/{reference}/traces").words
    assert DUE in officer.get(f"{RECORD}/").words
    assert DUE in officer.get("/traces/searches").words
    entry = officer.get(f"{RECORD}/{spell_of(book, reference)}")
    assert f"Check again {DUE}" in entry.words
    assert "Look again by 18 December 2026" in entry.words
    for planned in ("Fri 15 Jan 2027", "Fri 12 Feb 2027"):
        assert planned in entry.words


@on_both
def test_a_check_names_the_places_and_moves_the_next_date(
    world: World, book: Casebook, officer: WebClient
) -> None:
    reference = lost(book)
    with time_machine.travel(LATER, tick=False):
        officer = world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")
        assert "1 search is overdue" in officer.get("/traces/searches").words
        assert "1 overdue" in officer.get("/traces/").words
        page = officer.get(f"/cases/{reference}/traces")
        address = page.links["Record a check"]
        assert address == f"/cases/{reference}/enquiries/log?step=E48"
        refused = send(officer, address, status=422, sources=[], contacted="")
        assert refused.errors == ["Choose at least one place where you looked, or say which other."]
        send(officer, address, sources=["lpd", "imports"], contacted="The landlord")
        page = officer.get(f"/cases/{reference}/traces")
        assert "Lost Pupil Database; recent imports; The landlord" in page.words
        assert "Nothing is known or was found" in page.words
        assert "Look again by 15 January 2027" in page.words
        assert "0 searches are overdue" in officer.get("/traces/searches").words
        assert "Fri 15 Jan 2027" in officer.get(f"{RECORD}/").words


@on_both
def test_a_check_that_is_withdrawn_gives_the_old_date_back(book: Casebook) -> None:
    reference = lost(book)
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        at = LATER
        entry = made(at)
        kept = enquiries.log(book.officer, case.registration_id, entry, at=at)
        assert isinstance(kept, int)
        assert due(book, reference) == date(2027, 1, 15)
        assert isinstance(enquiries.withdraw(book.officer, kept, "Another child", at=at), int)
        assert due(book, reference) == date(2026, 12, 18)


@on_both
def test_a_child_without_a_case_is_looked_for_from_the_entry(world: World, officer: WebClient) -> None:
    added = officer.post(
        f"{RECORD}/add",
        {
            "authority": "841",
            "forename": "Lea",
            "surname": "Wren",
            "born_on": ["4", "5", "2015"],
            "started_on": ["1", "9", "2026"],
            "reason": "application_awaiting",
        },
    ).location
    page = officer.get(added)
    assert "Look again by 29 September 2026 Overdue" in page.words
    assert "1 search is overdue" in officer.get("/traces/searches").words
    address = page.links["Record a check"]
    assert officer.post(address, {"notes": "Kept", "made_by": "Cleo Rowe"}, status=422).errors == [
        "Choose at least one place where you looked, or say which other.",
        "Enter the day on which you looked.",
        "Choose what came of it.",
    ]
    form = {**officer.get(address).form(address), "made_on": ["20", "11", "2026"]}
    officer.post(address, {**form, "sources": ["lpd", "health"], "result": "agency_no_trace"})
    page = officer.get(added)
    assert "Lost Pupil Database; health" in page.words
    assert "Look again by 24 November 2026" in page.words
    early = officer.post(
        address,
        {**form, "sources": ["lpd"], "result": "agency_no_trace", "made_on": ["31", "8", "2026"]},
        status=422,
    )
    assert early.errors == ["The day must not lie before the first day off every roll."]
    manager = world.sign_in_as(Role.LA_MANAGER)
    assert "Record a check" not in manager.get(added).links
    manager.get(address, status=404)


@pytest.mark.parametrize("role", [Role.CME_OFFICER, Role.LA_MANAGER])
def test_where_to_ask_tells_the_order_and_what_is_not_verified(world: World, role: Role) -> None:
    page = world.sign_in_as(role).get("/traces/routes")
    assert page.heading == "Where to ask"
    for said in (
        "Scotland",
        "CME (Scotland)",
        "Northern Ireland",
        "Service families",
        "MMMMMMM",
        "Not verified",
    ):
        assert said in page.words
    assert "to look for again" in world.sign_in_as(role).get("/traces/searches").heading


def test_a_removal_that_says_where_the_child_is_asks_nobody_to_look(
    book: Casebook, officer: WebClient
) -> None:
    page = officer.get(f"/cases/{removed(book)}/traces")
    assert "The removal says where the child is. Nobody is asked to look again." in page.words
    assert "Record a check" not in page.links


def test_nobody_is_to_be_looked_for_again(officer: WebClient) -> None:
    assert "No child is to be looked for again." in officer.get("/traces/searches").words
