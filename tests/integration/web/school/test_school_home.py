"""The first page of a school: what needs doing today, and who is absent."""

from datetime import date, timedelta

import pytest

from cme.access.roles import Role
from cme.attendance.calendar import Period, PeriodKind
from cme.store.database import transaction
from cme.store.schools import add_periods
from cme.store.tables import School
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, LAST_DAY, Casebook
from tests.integration.web.school.conftest import Office
from tests.people import Place, World
from tests.store import statements

pytestmark = on_both


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A, with its designated safeguarding lead."""
    return Office(world, world.sign_in_as(Role.DSL))


def test_a_school_without_a_register_is_asked_for_its_first(office: Office) -> None:
    page = office.client.get(f"{office.path}/")
    assert page.links["Upload your first register"] == f"{office.path}/uploads"
    assert "has no term dates here" in page.words


def test_whoever_has_one_school_starts_there(office: Office) -> None:
    assert office.client.get("/schools/", status=303).location == f"{office.path}/"


def test_whoever_has_several_schools_chooses(world: World) -> None:
    page = world.sign_in_as(Role.CME_OFFICER).get("/schools/")
    assert page.links["Beech Hill School"] == f"/schools/{world.school_b.laestab}/"
    assert "Cedar Park School" not in page.words


def test_two_hundred_schools_ask_the_database_no_more_than_two(world: World) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    officer.get("/schools/")
    with statements(world.app) as few:
        officer.get("/schools/")
    term = Period(PeriodKind.TERM, date(2026, 9, 2), date(2026, 12, 18))
    with world.app.app_context(), transaction() as session:
        for number in range(200):
            school = School(
                authority_id=world.northmoor.authority_id,
                laestab=f"841{3000 + number}",
                urn=f"{200000 + number}",
                name=f"School {number}",
            )
            session.add(school)
            session.flush()
            add_periods(school.id, [term], AT)
    with statements(world.app) as many:
        page = officer.get("/schools/")
    assert "All schools (202)" in page.words
    assert len(many) == len(few) <= 12


def test_what_is_due_comes_before_who_is_absent(office: Office, book: Casebook) -> None:
    reference = book.referral_draft()
    page = office.client.get(f"{office.path}/")
    assert page.links["Sign the DSL review: Ada Arden"] == f"/cases/{reference}"
    assert "Absent without authority for 9 school days" in page.words
    assert "The referral has not been sent" in page.words
    assert page.words.index("Needs action today") < page.words.index("Absent pupils by run")


def test_a_duty_of_the_authority_is_not_the_schools_while_it_is_in_time(
    office: Office, book: Casebook
) -> None:
    book.referred()
    page = office.client.get(f"{office.path}/")
    assert "acknowledge the referral" not in page.words


def test_a_closing_that_is_proposed_is_shown(office: Office, book: Casebook) -> None:
    reference = book.closing_proposed()
    page = office.client.get(f"{office.path}/")
    assert f"/cases/{reference}" in page.links.values()
    assert "No longer absent without authority" in page.words


def test_a_sick_child_with_a_case_is_said_to_be_absent_with_authority(office: Office, book: Casebook) -> None:
    book.upload({"Birch, Ben": ["O"] * 4}, last_on=LAST_DAY - timedelta(days=1))
    book.upload({"Birch, Ben": ["I"]})
    page = office.client.get(f"{office.path}/")
    assert "Absent, authorised (I)." in page.words
    assert "No longer absent without authority" not in page.words
    (href,) = {href for href in page.links.values() if href.startswith("/cases/CME")}
    assert "Absent, authorised (I). The attendance return" in office.client.get(href).words


def test_an_unresolved_n_leads_to_the_pupils(office: Office) -> None:
    office.approve({"Birch, Ben": ["N", "P", "P", "P", "P", "P", "P"]})
    page = office.client.get(f"{office.path}/")
    assert page.links["Resolve code N for 1 pupil"] == f"{office.path}/pupils?show=overdue_n"


def enter_terms(world: World, place: Place | None = None) -> None:
    """Give a school, school A unless told, its terms up to Christmas."""
    terms = [Period(PeriodKind.TERM, date(2026, 11, 2), date(2026, 12, 18))]
    with world.app.app_context(), transaction():
        add_periods((place or world.school_a).school_id or 0, terms, AT)


def test_a_late_register_names_the_days(office: Office, book: Casebook) -> None:
    book.upload({"Birch, Ben": ["O"]}, last_on=date(2026, 11, 17))
    page = office.client.get(f"{office.path}/")
    assert page.links["Upload the registers that are missing"] == f"{office.path}/uploads"
    assert "No register for Wed 18 and Thu 19 November (2 school days)." in page.words


def test_a_register_up_to_yesterday_is_not_late(office: Office, book: Casebook) -> None:
    book.upload({"Birch, Ben": ["P"]}, last_on=LAST_DAY)
    page = office.client.get(f"{office.path}/")
    assert "Every school day has its register." in page.words
    assert "No register for" not in page.words
    assert "Nobody is absent without authority" in page.words


def test_a_day_of_the_term_without_a_register_is_asked_for(
    world: World, office: Office, book: Casebook
) -> None:
    enter_terms(world)
    book.upload({"Birch, Ben": ["P"] * 3}, last_on=date(2026, 11, 13))
    book.upload({"Birch, Ben": ["P"]})
    page = office.client.get(f"{office.path}/")
    assert "No register for Mon 16 November (1 school day)." in page.words
    assert "Upload the register" in page.links
    assert "has no term dates here" not in page.words


def test_a_head_reads_which_days_are_missing_and_is_not_asked_to_upload(
    world: World, office: Office, book: Casebook
) -> None:
    book.upload({"Birch, Ben": ["O"]}, last_on=date(2026, 11, 17))
    page = world.sign_in_as(Role.HEAD).get(f"{office.path}/")
    assert "No register for Wed 18 and Thu 19 November (2 school days)." in page.words
    assert "Upload the registers that are missing" not in page.links


def test_the_authority_sees_the_school_with_most_days_missing_first(world: World, book: Casebook) -> None:
    for place in (world.school_a, world.school_b):
        enter_terms(world, place)
    book.upload({"Birch, Ben": ["O"]}, last_on=date(2026, 11, 18))
    Casebook(world, world.school_b).upload({"Cole, Cora": ["O"]}, last_on=date(2026, 11, 16))
    term = Period(PeriodKind.TERM, date(2026, 11, 16), date(2026, 12, 18))
    for place in (world.school_a, world.school_b):
        with world.app.app_context(), transaction():
            add_periods(place.school_id or 0, [term], AT)
    officer = world.sign_in_as(Role.CME_OFFICER)
    page = officer.get("/schools/")
    assert "2 schools, 4 school days without a register" in page.words
    assert page.words.index("Beech Hill School") < page.words.index("Alder Grove School")
    assert "Tue 17, Wed 18 and Thu 19 November" in page.words
    assert page.links["Days without a register (2)"] == "/schools/?show=missing"
    assert "No upload waits for approval." in officer.get("/schools/?show=waiting").words


def test_the_authority_sees_which_uploads_wait_and_which_school_never_sent_one(
    world: World, office: Office
) -> None:
    office.upload({"Birch, Ben": ["O"]})
    officer = world.sign_in_as(Role.LA_ADMIN)
    assert "Alder Grove School" in officer.get("/schools/?show=waiting").links
    never = officer.get("/schools/?show=never")
    assert {"Alder Grove School", "Beech Hill School"} <= set(never.links)
    assert "None yet" in never.words


def test_an_upload_that_waits_is_to_be_approved(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"]})
    page = office.client.get(f"{office.path}/")
    assert page.links["Approve or cancel an upload"] == check_page


def test_several_uploads_that_wait_are_one_thing_to_do(office: Office) -> None:
    office.upload({"Birch, Ben": ["O"]})
    office.upload({"Birch, Ben": ["O"]}, last_on=LAST_DAY - timedelta(days=1))
    page = office.client.get(f"{office.path}/")
    assert page.links["Approve or cancel 2 uploads"] == f"{office.path}/uploads"


def test_a_register_with_errors_is_to_be_put_right(office: Office) -> None:
    faulty = office.upload({"Birch, Ben": ["Q9"], "Cole, Cora": ["O"] * 3}).removesuffix("/approve")
    page = office.client.get(f"{office.path}/")
    assert page.links["Put right the register that was uploaded last"] == faulty


def test_absent_pupils_lead_to_the_reason_and_the_case(office: Office, book: Casebook) -> None:
    reference = book.enquiries()
    page = office.client.get(f"{office.path}/")
    assert page.links["Arden, Ada"] == office.pupil("Arden")
    assert page.links[reference] == f"/cases/{reference}"
    assert "4 days" in page.words


def test_an_administrator_of_the_authority_sees_the_school_and_no_child(world: World, office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4})
    page = world.sign_in_as(Role.LA_ADMIN).get(f"{office.path}/")
    assert "Birch" not in page.words
    assert "Approved" in page.words


def test_a_head_sees_what_is_due_and_is_not_asked_to_upload(world: World, office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4}, last_on=date(2026, 11, 16))
    page = world.sign_in_as(Role.HEAD).get(f"{office.path}/")
    assert "things due from the DSL or the office" in page.words
    assert "Sign the DSL review: Ben Birch" not in page.links
    assert "Upload the register" not in page.links


def test_another_schools_first_page_is_not_there(world: World, office: Office) -> None:
    office.client.get(f"/schools/{world.school_b.laestab}/", status=404)
    office.client.post(f"{office.path}/", status=405)
