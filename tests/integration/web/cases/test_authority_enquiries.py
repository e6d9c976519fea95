"""The authority's own enquiries: who records which, what falls due, and what the school is told of them."""

import io
import re

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.casework.case import Action, Entry
from cme.casework.enquiries.steps import read_steps
from cme.casework.entries import TriageEntry
from cme.clock import local_date
from cme.services import casework, enquiries
from cme.store.database import db
from cme.store.tables import Enquiry
from tests.files import PDF
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.webclient import Page, WebClient

SEARCH = {
    "done_on": ["20", "11", "2026"], "done_time": "11:00", "done_by": "Cleo Rowe", "method": "records",
    "result": "agency_no_trace", "contacted": "Housing team", "notes": "Rent is paid up to May",
}  # fmt: skip
HOUSING = {**SEARCH, "method": "email", "used": "housing@council.example"}
OF_AUTHORITY = [code for code, step in read_steps().items() if step.is_of_authority]


@pytest.fixture
def officer(world: World) -> WebClient:
    """The browser of the officer."""
    return world.sign_in_as(Role.CME_OFFICER, name="Cleo Rowe")


@pytest.fixture
def path(world: World, book: Casebook) -> str:
    """The enquiries of a case that the authority has accepted."""
    reference = book.referred()
    person = world.person(Role.CME_OFFICER, name="Bo Hand")
    entry = Entry(triage=TriageEntry(officer_id=person.user_id))
    book.act(Action.ACCEPT_REFERRAL, reference, entry, by=book.officer)
    return f"/cases/{reference}/enquiries"


def step(page: Page, code: str) -> str:
    """What the page says of one step."""
    item = next(each for each in page.tree.iter("li") if each.get("id") == code)
    return " ".join("".join(item.itertext()).split())


def meter(page: Page) -> str:
    """How far the school's enquiries have come, as the page says it."""
    found = re.search(r"\d+ of \d+ done", page.words)
    assert found
    return found[0]


class TestWhoRecords:
    def test_the_officer_s_own_steps_come_first_with_their_dates(self, path: str, officer: WebClient) -> None:
        page = officer.get(path)
        listed = [each.get("id") for each in page.tree.iter("li") if each.get("id")]
        assert listed[: len(OF_AUTHORITY)] == OF_AUTHORITY
        assert "Due by Mon 23 Nov 2026" in step(page, "E35")
        assert "Due by Fri 27 Nov 2026" in step(page, "E43")
        assert "Due by Tue 24 Nov 2026" in step(page, "E45")

    @on_both
    def test_the_officer_records_each_of_them_and_none_of_the_school(
        self, path: str, officer: WebClient
    ) -> None:
        for code in ("E34", "E35", "E36", "E44", "E49"):
            officer.post(f"{path}/log?step={code}", HOUSING if code == "E36" else SEARCH)
        page = officer.get(path)
        assert "Done" in step(page, "E36")
        for code in ("E07", "E18", "E14"):
            assert f"step={code}" not in page.html
            assert officer.get(f"{path}/log?step={code}", status=303).location == path
            officer.post(f"{path}/log?step={code}", SEARCH)
        assert "to record. Ask them." in officer.get(path).words

    def test_the_front_door_records_the_social_care_check_alone(self, world: World, path: str) -> None:
        front_door = world.sign_in_as(Role.FRONT_DOOR)
        page = front_door.get(path)
        assert [code for code in read_steps() if f"step={code}" in page.html] == ["E35"]
        front_door.post(f"{path}/log?step=E35", SEARCH)
        assert "Done" in step(front_door.get(path), "E35")

    @pytest.mark.parametrize("role", [Role.LA_MANAGER, Role.HEAD, Role.INSPECTOR])
    def test_nobody_else_records_them(self, world: World, path: str, role: Role) -> None:
        other = world.sign_in_as(role)
        assert "step=E34" not in other.get(path).html
        other.get(f"{path}/log?step=E34", status=404)

    @pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.DSL])
    def test_the_school_is_told_whose_they_are(self, world: World, path: str, role: Role) -> None:
        school = world.sign_in_as(role)
        assert "step=E36" not in school.get(path).html
        school.post(f"{path}/log?step=E36", HOUSING)
        assert "This enquiry is for the CME officer to record." in school.get(path).words

    @pytest.mark.parametrize("role", [Role.CME_OFFICER, Role.FRONT_DOOR])
    def test_logging_opens_nothing_that_is_the_school_s(
        self, world: World, book: Casebook, path: str, role: Role
    ) -> None:
        other, case = world.sign_in_as(role), path.removesuffix("/enquiries")
        with world.app.app_context():
            view = casework.show(book.officer, case.removeprefix("/cases/"), today=local_date(AT))
            assert view is not None
            registration_id = view.case.registration_id
        other.get(f"{case}/talk", status=404)
        other.post(f"{case}/talk", {"held_by": "Me", "held_on": ["20", "11", "2026"]}, status=404)
        other.post(f"/pupils/{registration_id}/calls", {"result": "no_answer"}, status=404)


class TestWhatIsDue:
    def test_the_first_that_is_missing_is_due_and_then_the_next(self, path: str, officer: WebClient) -> None:
        case = path.removesuffix("/enquiries")
        assert "Make the enquiry: social care check" in officer.get(case).words
        officer.post(f"{path}/log?step=E35", SEARCH)
        words = officer.get(case).words
        assert "Make the enquiry: social care check" not in words
        assert "Make the enquiry: authority's lists" in words

    def test_a_reply_is_chased_by_the_authority(self, path: str, officer: WebClient) -> None:
        asked = {**HOUSING, "result": "awaiting_reply", "next_on": ["25", "11", "2026"]}
        officer.post(f"{path}/log?step=E36", asked)
        words = officer.get(path.removesuffix("/enquiries")).words
        assert "Chase a reply Due by Wed 25 Nov 2026" in words
        assert "Waiting" in step(officer.get(path), "E36")

    def test_the_panel_decision_has_a_reason_and_the_date_of_the_agenda(
        self, path: str, officer: WebClient
    ) -> None:
        form = {
            "done_on": SEARCH["done_on"],
            "done_time": "11:00",
            "done_by": "Cleo Rowe",
            "method": "meeting",
        }
        page = officer.post(f"{path}/log?step=E45", {**form, "result": "to_panel"}, status=422)
        assert page.errors == ["Enter why the child goes to the panel.", "Enter the date of the agenda."]
        said = {"result": "to_panel", "reason": "Third time this year", "next_on": ["3", "12", "2026"]}
        officer.post(f"{path}/log?step=E45", {**form, **said})
        told = step(officer.get(path), "E45")
        assert "Goes to the missing panel" in told
        assert "Third time this year" in told
        assert "Thu 3 Dec 2026" in told

    def test_the_meter_of_the_school_does_not_move(self, path: str, officer: WebClient) -> None:
        before = meter(officer.get(path))
        for code in ("E34", "E44"):
            officer.post(f"{path}/log?step={code}", SEARCH)
        assert meter(officer.get(path)) == before


class TestWhatTheSchoolIsTold:
    def test_that_it_was_made_and_the_result_and_nothing_that_an_agency_said(
        self, world: World, path: str, officer: WebClient
    ) -> None:
        officer.post(f"{path}/log?step=E36", {**HOUSING, "files": reply()})
        for role in (Role.SCHOOL_USER, Role.DSL, Role.HEAD):
            told = step(world.sign_in_as(role).get(path), "E36")
            assert "Nothing is known or was found" in told
            assert "by Cleo Rowe" in told
            assert "Rent" not in told
            assert "Housing team" not in told
            assert "housing@council.example" not in told
        assert "Rent is paid up to May" in step(officer.get(path), "E36")

    def test_a_file_that_an_agency_sent_stays_with_the_authority(
        self, world: World, path: str, officer: WebClient
    ) -> None:
        officer.post(f"{path}/log?step=E36", {**HOUSING, "files": reply()})
        href = next(href for href in officer.get(path).links.values() if "/evidence/" in href)
        officer.get(href)
        world.sign_in_as(Role.DSL).get(href, status=404)
        assert href not in world.sign_in_as(Role.DSL).get(path).html

    def test_a_restricted_one_is_not_told_to_the_office_at_all(
        self, world: World, path: str, officer: WebClient
    ) -> None:
        officer.post(f"{path}/log?step=E35", SEARCH)
        assert "E35" not in [each.get("id") for each in office_page(world, path).tree.iter("li")]
        assert "social care check" not in office_page(world, path.removesuffix("/enquiries")).words.lower()
        assert "Nothing is known" in step(world.sign_in_as(Role.DSL).get(path), "E35")

    def test_the_chronology_tells_no_more(self, world: World, path: str, officer: WebClient) -> None:
        officer.post(f"{path}/log?step=E36", HOUSING)
        assert "Rent" not in world.sign_in_as(Role.DSL).get(path.removesuffix("/enquiries")).words


def office_page(world: World, path: str) -> Page:
    """A page as the school's office reads it."""
    return world.sign_in_as(Role.SCHOOL_USER).get(path)


def reply() -> tuple[io.BytesIO, str]:
    """A file that an agency sent."""
    return io.BytesIO(PDF), "reply.pdf"


def test_a_joint_step_counts_for_the_side_that_made_it(world: World, book: Casebook, path: str) -> None:
    reference = path.split("/")[2]
    world.sign_in_as(Role.CME_OFFICER).post(f"{path}/log?step=E49", SEARCH)
    with world.app.app_context():
        view = casework.show(book.officer, reference, today=local_date(AT))
        assert view is not None
        assert {side.value for side in view.state.enquired_by} == {"authority"}
        made = db.session.scalars(select(Enquiry.id).where(Enquiry.step == "E49")).one()
        assert isinstance(enquiries.withdraw(book.officer, made, "Another child", at=AT), int)
        view = casework.show(book.officer, reference, today=local_date(AT))
        assert view is not None
        assert view.state.enquired_by == frozenset()
