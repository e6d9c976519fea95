"""The school's casework as people do it: ten days of one child, and the first hour of another.

Pages are looked over in test_pages.py and, section by section, in test_main_job.py.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from cme.access.roles import Role
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.store.database import db, transaction
from cme.store.tables import Registration
from importers.roll.entries import ContactEntry, RollEntry
from tests.e2e.conftest import OpenBrowser
from tests.e2e.forms import sign_review, write_referral
from tests.files import JPEG
from tests.integration.web.casebook import Casebook
from tests.people import Person, World

pytestmark = pytest.mark.e2e

CHILD, NAME = "Arden, Ada", "Ada Arden"
HOME = RollEntry(
    house="12",
    street="High Row",
    town="Darlington",
    postcode="DL1 5QT",
    contacts=(ContactEntry("Mo Arden", "Mother", "07700 900001"),),
)
FEAR = "The uncle was told to keep away, and a neighbour saw his car outside on Thursday night."


def morning(day: int, hour: int = 10) -> datetime:
    """An instant of a morning in November 2026, in which the 9th and the 16th are Mondays."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def absent_since(world: World, at: datetime, days: int) -> None:
    """Upload the register of that day: a week at school, then so many days without a reason."""
    Casebook(world, at=at).upload({CHILD: [*["P"] * 5, *["O"] * days]}, last_on=at.date())


def enter(world: World, entry: RollEntry, at: datetime) -> None:
    """Enter what the list of pupils says of the child."""
    book = Casebook(world, at=at)
    with world.app.app_context(), transaction():
        child = db.session.query(Registration.id).join(Registration.pupil).filter_by(surname="Arden").scalar()
        roll.apply(book.dsl, book.place.school_id or 0, {child: RollRow(entry)}, (), at=at)


def again(world: World, person: Person) -> Person:
    """The same person, signed in on another day."""
    return Person(person.user_id, person.email, world.sign_in(person.user_id))


def test_the_dsl_takes_one_child_from_day_1_to_a_sent_referral(
    world: World, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    with time_machine.travel(morning(9)):
        dsl = world.person(Role.DSL, name="Sam Whitlock")
        officer = world.person(Role.CME_OFFICER, name="Jo Brand-Ellery")
        absent_since(world, morning(9), 1)
        enter(world, HOME, morning(9))
        call_nobody_answers(open_browser(dsl))
    with time_machine.travel(morning(11)):
        absent_since(world, morning(11), 3)
        page = open_browser(again(world, dsl))
        page.goto("/")
        open_case(page)
        visit_an_empty_house(page, tmp_path)
        write_a_letter(page, tmp_path)
        review(page)
    with time_machine.travel(morning(20)):
        absent_since(world, morning(20), 10)
        page = open_browser(again(world, dsl))
        page.goto("/")
        refer_without_every_enquiry(page)
        theirs = open_browser(again(world, officer))
        acknowledge_and_ask(theirs)
        page.get_by_role("link", name="Overview").click()
        page.get_by_role("button", name="Answer the question").click()
        page.get_by_label("Your answer").fill("Two of us, on Wednesday morning.")
        page.get_by_role("button", name="Send the answer").click()
        expect(page.get_by_role("alert")).to_contain_text("The answer is sent.")
        theirs.reload()
        expect(theirs.get_by_text("Two of us, on Wednesday morning.")).to_be_visible()


def call_nobody_answers(page: Page) -> None:
    """Ring the mother from the list of calls on the first day."""
    page.goto("/")
    page.get_by_role("link", name="Ring the families of 1 pupil").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calls to make for Mon 9 Nov 2026")
    expect(page.get_by_text("Day 1 of this absence")).to_be_visible()
    page.get_by_role("group", name=f"What came of the call about {NAME}?").get_by_label("No answer").check()
    page.get_by_role("button", name=f"Record the call about {NAME}").click()
    expect(page.get_by_role("alert")).to_contain_text("is recorded.")
    expect(page.get_by_text("1 attempt, the last at 10:00: no answer.")).to_be_visible()


def open_case(page: Page) -> None:
    """From the school's first page to the case, which opened by itself."""
    page.get_by_role("region", name="Absent pupils by run").get_by_role("link", name="CME-26-").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Case CME-26-")


def visit_an_empty_house(page: Page, folder: Path) -> None:
    """Record a home visit with a photograph; what is missing is asked for first."""
    photo = folder / "front-door.jpg"
    photo.write_bytes(JPEG)
    page.get_by_role("link", name="Enquiries", exact=True).click()
    before = done(page)
    page.get_by_role("link", name="home visit", exact=True).click()
    page.get_by_role("button", name="Record the enquiry").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_label("Address that was visited").fill("12 High Row")
    page.get_by_label("Time", exact=True).fill("9.15am")
    page.get_by_role("group", name="Morning or afternoon?").get_by_label("Morning").check()
    page.get_by_label("Second member of staff").fill("Jo Hale")
    page.get_by_label("Who answered the door?").fill("nobody")
    page.get_by_label("Post left lying").check()
    page.get_by_role("group", name="What came of it?").get_by_label("No answer").check()
    page.get_by_label("Files").set_input_files(photo)
    page.get_by_role("button", name="Record the enquiry").click()
    expect(page.get_by_role("alert")).to_contain_text("Home visit: recorded.")
    assert done(page) == before + 1
    page.get_by_text("1 entry: Home visit").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="front-door.jpg").click()
    assert download.value.suggested_filename == "front-door.jpg"


def write_a_letter(page: Page, folder: Path) -> None:
    """Make the first letter, and record that it is posted."""
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_role("link", name="Letter 1").click()
    page.get_by_label("Who is the letter to?").fill("Parent or carer of Ada Arden")
    page.get_by_label("Address", exact=True).fill("12 High Row\nDarlington\nDL1 5QT")
    page.get_by_label("Phone number to ring").fill("01325 406222")
    page.get_by_label("Their role").fill("Designated safeguarding lead")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the letter").click()
    letter = folder / "letter.pdf"
    download.value.save_as(letter)
    assert letter.read_bytes().startswith(b"%PDF-")

    page.locator("main").get_by_role("link", name=re.compile("letter 1", re.IGNORECASE)).click()
    page.get_by_role("group", name="Whom is the letter to?").get_by_label("Mo Arden").check()
    page.get_by_label("Address it went to").fill("12 High Row")
    page.get_by_role("group", name="How?").get_by_role("radio").first.check()
    page.get_by_label("Sent or asked, waiting for a reply").check()
    fill_date(page.get_by_role("group", name="Date for that"), 18)
    page.get_by_role("button", name="Record the enquiry").click()
    expect(page.get_by_role("alert")).to_contain_text("Letter 1: recorded.")


def review(page: Page) -> None:
    """Sign the review on the third day; it counts for the meter."""
    before = done(page)
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Sign the DSL review").click()
    sign_review(page, decision="Keep enquiring", reason="Nobody has seen the family since Friday.")
    expect(page.get_by_role("alert")).to_contain_text("The review is signed.")
    page.get_by_role("link", name="Enquiries", exact=True).click()
    assert done(page) == before + 1
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text(re.compile(r"enquiries of the school: \d+ of \d+; missing: "))).to_be_visible()


def refer_without_every_enquiry(page: Page) -> None:
    """Complete the referral on the tenth day and send it, saying why enquiries are missing."""
    open_case(page)
    page.get_by_role("button", name="Check and send the referral").click()
    write_referral(page, lambda _page: None)
    page.get_by_role("button", name="Send the referral").click()
    why = page.get_by_label("Why it is sent although enquiries are missing")
    page.locator(".govuk-error-summary").get_by_role("link").first.click()
    expect(why).to_be_focused()
    why.fill("The family has moved out. The enquiries go on.")
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Status of the referral")
    expect(page.get_by_role("alert")).to_contain_text("It is sent to")
    expect(page.get_by_text("Enquiries of the school: ")).to_be_visible()


def acknowledge_and_ask(page: Page) -> None:
    """Read the referral as the officer, acknowledge it and ask the school something."""
    page.goto("/")
    page.get_by_role("row", name=NAME).get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Referral", exact=True).click()
    expect(page.get_by_text("The family has moved out. The enquiries go on.")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Acknowledge the referral").click()
    page.get_by_role("link", name="Status and questions").click()
    page.get_by_label("Question or message to the other side").fill("Who visited, and when?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_role("alert")).to_contain_text("The question is sent.")


def test_a_flagged_child_reaches_the_front_door_on_day_1(world: World, open_browser: OpenBrowser) -> None:
    with time_machine.travel(morning(20)):
        front_door = world.person(Role.FRONT_DOOR)
        Casebook(world, at=morning(19)).upload({CHILD: ["P"] * 5}, last_on=morning(19).date())
        enter(world, RollEntry(flags=("child_protection_plan",)), morning(19))
        Casebook(world, at=morning(20)).upload({CHILD: [*["P"] * 5, "O"]}, last_on=morning(20).date())
        page = open_browser(world.person(Role.DSL), java_script_enabled=False)
        page.goto("/")
        open_case(page)

        expect(page.get_by_text("Tell them by Fri 20 Nov 2026, 11:00am")).to_be_visible()
        page.get_by_role("link", name="Whom to ring, what to do").click()
        card = page.get_by_role("region", name=re.compile("^Tell the child.s named worker today"))
        expect(card.get_by_text("Do not wait until the review is written.")).to_be_visible()
        card.get_by_label("Who did you tell?").fill("Kim Shaw, social worker")
        card.get_by_label("They know something new").check()
        card.get_by_label("What did they say?").fill(FEAR)
        card.get_by_role("button", name="Record that they were told").click()
        expect(page.get_by_role("alert")).to_contain_text("It is recorded in the enquiries of this case.")
        expect(page.get_by_text("Everybody was told by Fri 20 Nov 2026")).to_be_visible()

        page.get_by_role("link", name="Overview").click()
        page.get_by_role("button", name="Write a referral now").click()
        page.get_by_label("What you fear, and why").fill(FEAR)
        page.get_by_role("button", name="Send now for a safeguarding concern").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Status of the referral")
        expect(page.get_by_role("alert")).to_contain_text("Children's Access Point")

        theirs = open_browser(front_door)
        theirs.goto("/")
        theirs.get_by_role("row", name=NAME).get_by_role("link", name=NAME).click()
        theirs.get_by_role("link", name="Referral", exact=True).click()
        expect(theirs.get_by_text("Marked as a safeguarding concern.")).to_be_visible()
        expect(theirs.get_by_text(FEAR).first).to_be_visible()


def done(page: Page) -> int:
    """How many enquiries the meter counts as done."""
    text = page.get_by_role("heading", level=2, name=re.compile(r"^\d+ of \d+ done")).inner_text()
    return int(text.split()[0])


def fill_date(group: Locator, day: int) -> None:
    """Enter a day of November 2026."""
    for part, value in (("Day", str(day)), ("Month", "11"), ("Year", "2026")):
        group.get_by_label(part, exact=True).fill(value)
