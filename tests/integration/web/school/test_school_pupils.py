"""The roll of a school, and a pupil's page."""

import pytest
from sqlalchemy import func, select

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import AuditEntry, Case
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.integration.web.school.conftest import Office
from tests.people import World

pytestmark = on_both

REASON = "His sister says that he has been sent away."


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A, with its designated safeguarding lead."""
    return Office(world, world.sign_in_as(Role.DSL, name="Robin Marsh"))


def count_cases(world: World) -> int:
    """How many cases there are."""
    with world.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Case)) or 0


def views_of(world: World, path: str) -> int:
    """How often the audit log says that a pupil was looked at."""
    subject = f"registration:{path.rpartition('/')[2]}"
    query = select(func.count()).where(AuditEntry.action == "record.viewed", AuditEntry.subject == subject)
    with world.app.app_context():
        return db.session.scalar(query) or 0


def test_the_roll_goes_by_surname_and_its_parts_by_the_longest_run(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 3, "Ames, Ada": ["P"], "Cole, Cora": ["O"] * 12})
    words = office.client.get(f"{office.path}/pupils").words
    assert words.index("Ames, Ada") < words.index("Birch, Ben") < words.index("Cole, Cora")
    absent = office.client.get(f"{office.path}/pupils?show=absent").words
    assert absent.index("Cole, Cora") < absent.index("Birch, Ben")
    assert "Ames, Ada" not in absent
    assert "Birch" not in office.client.get(f"{office.path}/pupils?show=ten_days").words


def test_the_roll_is_shown_fifty_to_a_page(office: Office) -> None:
    office.approve({f"Name{number:03d}, Sam": ["P"] for number in range(60)})
    first, second = (office.client.get(f"{office.path}/pupils?page={page}") for page in (1, 2))
    assert first.heading == "Pupils on roll (page 1 of 2)"
    assert "Name049, Sam" in first.links
    assert "Name049, Sam" not in second.links
    assert "Zeal, Zoe" in second.links


@pytest.mark.parametrize("query", ["?page=99", "?page=0", "?page=x", "?show=nothing", "?page=-1&show=all"])
def test_an_address_that_was_typed_wrong_shows_the_whole_roll(office: Office, query: str) -> None:
    office.approve({"Birch, Ben": ["P"]})
    assert office.client.get(f"{office.path}/pupils{query}").heading == "Pupils on roll"


def test_an_empty_part_says_so(office: Office) -> None:
    assert "Nobody is on roll yet" in office.client.get(f"{office.path}/pupils").words


def test_namesakes_are_told_apart(office: Office) -> None:
    content = (
        "Adno,Surname,Forename,DOB,19/11/2026 AM,19/11/2026 PM\r\n"
        "1,Birch,Ben,04/05/2014,O,O\r\n2,Birch,Ben,06/07/2015,/,\\\r\n"
    )
    office.confirm(office.send(content.encode()).location)
    page = office.client.get(f"{office.path}/pupils")
    assert {"Birch, Ben (born 4 May 2014)", "Birch, Ben (born 6 July 2015)"} <= page.links.keys()


def test_a_pupil_shows_runs_and_why(office: Office) -> None:
    office.approve({"Birch, Ben": ["P", "O", "O", "I", "O", "O", "O", "O", "O", "O", "O", "O", "O", "O"]})
    page = office.client.get(office.pupil("Birch"))
    assert "Ben Birch. Born 4 May 2014" in page.words
    assert "Birch" not in page.title
    assert "Born 4 May 2014 (aged 12); UPN not given" in page.words
    assert "Return run 10 school days" in page.words
    assert "Reached day 10 on Thu 19 Nov 2026" in page.words
    assert "days 7 to 10" in page.words
    assert "O (absent, no reason or the reason is not accepted): counts for the return" in page.words
    assert page.links["Back to Alder Grove School"] == f"{office.path}/"


def test_what_holds_the_removal_run_back_is_named_by_day(office: Office) -> None:
    office.approve({"Birch, Ben": ["P", "O", "Y2", "O", "O"]})
    page = office.client.get(office.pupil("Birch"))
    assert "Tue 17 Nov 2026, AM and PM: code Y2" in page.words


def test_a_long_ledger_is_shown_in_part_with_a_way_to_all_of_it(office: Office) -> None:
    office.approve({"Birch, Ben": ["P"] * 50 + ["O"] * 12})
    path = office.pupil("Birch")
    page = office.client.get(path)
    assert "The last 60 days are shown" in page.words
    assert page.links["Show all 64 days"] == f"{path}?all=1"
    assert "The last 60 days" not in office.client.get(f"{path}?all=1").words


def test_a_look_at_a_pupil_is_on_record_each_time(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"]})
    path = office.pupil("Birch")
    office.client.get(path)
    office.client.get(path)
    assert views_of(office.world, path) == 2


def test_a_pupil_of_another_school_is_not_there_and_no_look_is_recorded(world: World, office: Office) -> None:
    office.approve({"Birch, Ben": ["O"]})
    path = office.pupil("Birch")
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    stranger.get(path, status=404)
    stranger.post(f"{path}/cases", {"reason": REASON}, status=404)
    world.sign_in_as(Role.FRONT_DOOR).get(path, status=404)
    assert views_of(world, path) == 0


def test_an_officer_goes_back_to_the_case(world: World, book: Casebook, office: Office) -> None:
    reference = book.enquiries()
    page = world.sign_in_as(Role.CME_OFFICER).get(office.pupil("Arden"))
    assert page.links[f"Back to case {reference}"] == f"/cases/{reference}"
    assert "Open a case" not in page.words


def test_a_case_is_opened_by_hand_once(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"]})
    path = office.pupil("Birch")
    assert "No case is open" in office.client.get(path).words
    opened = office.client.post(f"{path}/cases", {"reason": REASON}).location
    assert opened.startswith("/cases/CME-26-")
    assert opened in office.client.get(path).links.values()
    again = office.client.post(f"{path}/cases", {"reason": REASON}, status=409)
    assert again.errors == ["This pupil has an open case. Work on that one."]
    assert count_cases(office.world) == 1


def test_a_case_needs_a_reason(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"]})
    long = {"reason": "x" * 4001}
    page = office.client.post(f"{office.pupil('Birch')}/cases", long, status=422)
    assert page.errors == ["The reason must be 4,000 characters or fewer"]
    page = office.client.post(f"{office.pupil('Birch')}/cases", {"reason": "  "}, status=422)
    assert page.errors == ["Enter why a case is needed now"]
    assert count_cases(office.world) == 0


def test_the_office_opens_no_case(world: World, office: Office) -> None:
    office.approve({"Birch, Ben": ["O"]})
    path = office.pupil("Birch")
    clerk = world.sign_in_as(Role.SCHOOL_USER)
    assert "Why is a case needed now?" not in clerk.get(path).words
    clerk.post(f"{path}/cases", {"reason": REASON}, status=404)


def test_a_corrected_mark_is_told_with_the_file_and_who(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4})
    office.approve({"Birch, Ben": ["O", "O", "C", "O"]})
    page = office.client.get(office.pupil("Birch"))
    assert "2 marks were changed" in page.words
    assert "O to C What became of it Corrected" in page.words
    assert "register.csv, approved by Robin Marsh" in page.words
