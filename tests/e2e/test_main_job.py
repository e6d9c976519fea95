"""The whole job once, as people do it: from a register to an acknowledged referral.

Pages that are the same here as in test_pages.py are looked over there.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cme.access.roles import Role
from tests.e2e.conftest import OpenBrowser
from tests.e2e.forms import write_referral
from tests.people import PASSWORD, Person, World

pytestmark = pytest.mark.e2e

LOOK = Callable[[Page], None]

ELEVEN_DAYS = "0 to 11 0 to 11"
"""How the sample's pupil with eleven days of O reads in the tables of what a register means."""


def test_from_a_register_to_an_acknowledged_referral(
    world: World, open_browser: OpenBrowser, axe: LOOK, tmp_path: Path
) -> None:
    dsl = world.person(Role.DSL, name="Sam Whitlock")
    officer = world.person(Role.CME_OFFICER, name="Jo Brand-Ellery")
    page = open_browser()

    page.goto("/")
    expect(page).to_have_title("Sign in - Northmoor Council - Children missing from education")
    sign_in(page, dsl)
    expect(page.get_by_role("heading", level=1)).to_have_text("Alder Grove School")

    upload_the_sample(page, axe, tmp_path)
    approve(page, axe)
    of_eleven_days = page.get_by_role("row", name=ELEVEN_DAYS).get_by_role("link").first
    surname, forename = of_eleven_days.inner_text().split(", ")
    child = f"{forename} {surname}"
    of_eleven_days.click()
    read_the_ledger(page, axe)
    reference = send_the_referral(page, axe)

    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.get_by_role("button", name="Sign in again").click()
    sign_in(page, officer)
    acknowledge(page, child, reference, axe)

    front_door = open_browser(world.person(Role.FRONT_DOOR))
    front_door.goto("/")
    expect(front_door.get_by_role("row", name=child)).to_contain_text("Acknowledged")

    admissions = open_browser(world.person(Role.ADMISSIONS))
    admissions.goto("/")
    expect(admissions.get_by_role("heading", level=1)).to_have_text("Removals")
    expect(admissions.get_by_text("No removal is proposed")).to_be_visible()
    expect(admissions.get_by_text(child)).to_have_count(0)


def sign_in(page: Page, person: Person) -> None:
    """Sign in by the form."""
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def upload_the_sample(page: Page, axe: LOOK, folder: Path) -> None:
    """Download the sample register and upload it as it is; end on its check page."""
    page.get_by_role("button", name="Upload your first register").click()
    page.get_by_text("What can be uploaded").click()
    axe(page)
    page.get_by_role("link", name="Download a register to fill in").click()
    page.get_by_label("Twelve made-up pupils").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    page.get_by_role("link", name="Back to uploads").click()
    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check the register")
    expect(page.get_by_text("4 pupils would reach day 10 of the return run.")).to_be_visible()
    expect(page.get_by_text("12 new pupils", exact=True)).to_be_visible()
    axe(page)


def approve(page: Page, axe: LOOK) -> None:
    """Approve the upload once its pupils are counted; end on its receipt."""
    page.get_by_role("button", name="Approve and import").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    axe(page)
    summary.get_by_role("link", name="Type 12 to confirm").click()
    expect(page.get_by_label("Type the number of pupils")).to_be_focused()
    page.keyboard.type("12")
    page.get_by_role("button", name="Approve and import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Register imported")
    expect(page.get_by_role("alert")).to_contain_text("every pupil is counted again")
    expect(page.get_by_text("4 referrals are ready to send.")).to_be_visible()
    axe(page)


def read_the_ledger(page: Page, axe: LOOK) -> None:
    """Read why the child's run is eleven."""
    assert _figure(page, "Return run") == "11 school days"
    assert "Reached day 10 on Wed 18 Nov 2026" in page.locator("main").inner_text()

    drawn, told = _picture(page), _table(page)
    assert len(drawn) > 20
    assert drawn == told
    first_day = page.get_by_role("row", name="Thu 5 Nov 2026")
    expect(first_day).to_contain_text("1 Counted")
    expect(first_day).to_contain_text("SI 2024/208")
    axe(page)


def send_the_referral(page: Page, axe: LOOK) -> str:
    """Fill in the referral from the child's case and send it; the reference of the case."""
    page.get_by_role("link", name="CME-26-").click()
    heading = page.get_by_role("heading", level=1)
    reference = heading.inner_text().removeprefix("Case ")
    axe(page)
    page.get_by_role("button", name="Check and send the referral").click()
    axe(page)

    said = "The neighbour saw a van on the Monday."
    page.get_by_role("link", name="Risks seen, rating and reasons").click()
    appraisal = page.get_by_label("Risks seen, rating and reasons")
    expect(appraisal).to_be_focused()
    expect(appraisal).to_be_in_viewport()
    page.get_by_role("link", name="Back to the whole referral").click()
    page.get_by_role("link", name="Phone of the referrer").click()
    expect(page.get_by_label("Phone of the referrer")).to_be_focused()
    page.get_by_label("Phone of the referrer").fill("the office")
    page.get_by_role("button", name="Save and go on").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile(rf"^Error: Who is referring \(case {reference}\) - "))
    expect(page.get_by_label("Phone of the referrer")).to_have_value("the office")
    axe(page)

    page.get_by_role("link", name="Back to the whole referral").click()
    page.get_by_role("link", name="Change what is believed to have happened").click()
    page.get_by_label("Who said what").fill(said)
    page.get_by_role("button", name="Save and come back later").click()
    write_referral(page, axe)
    axe(page)
    page.get_by_role("button", name="Send the referral").click()
    expect(summary).to_be_focused()
    axe(page)
    summary.get_by_role("link").first.click()
    why = page.get_by_label("Why it is sent although enquiries are missing")
    expect(why).to_be_focused()
    why.fill("The family has moved out. The enquiries go on.")
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("alert")).to_contain_text("It is sent to")
    expect(page.get_by_text("Referred", exact=True).first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Referral", exact=True).click()
    expect(page.get_by_text(said)).to_be_visible()
    axe(page)
    return reference


def acknowledge(page: Page, child: str, reference: str, axe: LOOK) -> None:
    """Find the referral in the officer's queue and acknowledge it; end on the case."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Referrals")
    row = page.get_by_role("row", name=reference)
    expect(row).to_contain_text("Not acknowledged")
    row.get_by_role("link", name=child).click()
    page.get_by_role("button", name="Acknowledge the referral").click()
    expect(page.get_by_role("alert")).to_contain_text("The referral is acknowledged")
    expect(page.get_by_role("heading", name="Referral acknowledged")).to_be_visible()
    expect(page.get_by_role("button", name="Acknowledge the referral")).to_have_count(0)
    axe(page)


def _figure(page: Page, label: str) -> str:
    figure = page.locator("dl > div").filter(has=page.get_by_text(label, exact=True)).first
    return figure.get_by_role("definition").first.inner_text()


def _picture(page: Page) -> list[tuple[str, str, str]]:
    """The days of the picture, the newest first: day of the month, AM and PM."""
    days = []
    for week in page.get_by_role("table", name=" Nov").or_(page.get_by_role("table", name=" Oct")).all():
        heads = [text.split()[-1] for text in week.get_by_role("columnheader").all_inner_texts()]
        am, pm = (_marks(week.get_by_role("row", name=half)) for half in ("AM", "PM"))
        days.extend(reversed(list(zip(heads, am, pm, strict=True))))
    return days


def _table(page: Page) -> list[tuple[str, str, str]]:
    """The days of the table, the newest first: day of the month, AM and PM."""
    table = page.get_by_role("table", name="Every day and why")
    days = []
    for row in table.get_by_role("row").all()[1:]:
        day = row.get_by_role("rowheader").inner_text().split()[1]
        am, pm, *_ = row.get_by_role("cell").all_inner_texts()
        days.append((day, am, pm))
    return days


def _marks(row: Locator) -> list[str]:
    return [text.split()[0] for text in row.get_by_role("cell").all_inner_texts() if text.strip()]
