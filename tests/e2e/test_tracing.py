"""Tracing as people do it: other authorities are asked for a child in confidence, and one asks us.

Pages are looked over in test_pages.py; here those are that only come up on the way.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Page, expect

from cme.access.roles import Role
from cme.services.registers import roll
from cme.services.registers.roll import RollRow
from cme.store import cases
from cme.store.database import transaction
from importers.roll.entries import ContactEntry, RollEntry
from tests.e2e.conftest import OpenBrowser
from tests.e2e.inspection import DESKTOP, PHONE, look_over, resize
from tests.integration.web.casebook import AT, Casebook
from tests.people import World

pytestmark = pytest.mark.e2e

LOOK = Callable[[Page], None]

HOME = RollEntry(
    house="77",
    street="Hidden Lane",
    postcode="DL1 9ZZ",
    contacts=(ContactEntry("Pat Arden", "Mother", "07700 900001"),),
)
CLIPBOARD = ["clipboard-read", "clipboard-write"]
THEIRS = """CME trace - 840 - TR-2026-0311
Our reference: TR-2026-0311
From: County Durham (840), J Officer, 0300 000000, cme@example.gov.uk
Legal surname: Arden
Forenames: Ada
Date of birth: 04/05/2014
She may be staying with an aunt
"""


def test_a_child_is_traced_in_confidence_found_and_the_others_are_told_to_stop(
    world: World, book: Casebook, open_browser: OpenBrowser, axe: LOOK, tmp_path: Path
) -> None:
    case = at_home(book, book.absent_child("Arden, Ada", 21))
    officer = open_browser(world.person(Role.CME_OFFICER, name="Jo Brand-Ellery"), permissions=CLIPBOARD)
    manager = open_browser(world.person(Role.LA_MANAGER, name="Cary Holt"))

    trace = write_in_confidence(officer, case)
    manager.goto(trace)
    manager.get_by_label("Why is the request made all the same?").fill("She was seen in Hartlepool.")
    manager.get_by_role("button", name="Make the request all the same").click()
    officer.reload()
    officer.get_by_role("button", name="Finish: ask a manager to approve it").click()
    expect(officer.get_by_role("button", name="Copy the message")).to_have_count(0)
    manager.reload()
    expect(manager.get_by_text("It goes to 3 local authorities")).to_be_visible()
    manager.get_by_role("button", name="Approve the request").click()
    expect(manager.get_by_role("alert")).to_be_visible()

    officer.reload()
    text = copied(officer)
    assert text.startswith("Our reference: TR-2026-0001\n")
    assert not [each for each in ("Hidden Lane", "Pat Arden", "07700") if each in text]
    with officer.expect_download() as download:
        officer.get_by_role("button", name="Download as a text file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "TR-2026-0001.txt"
    assert text.strip() in file.read_text(encoding="utf-8")
    record_sent(officer)

    answer(officer, "Hartlepool", "No trace")
    answer(officer, "Gateshead", "More information needed", {"What do they ask?": "Which school was it?"})
    found = {"LAESTAB": "8404123", "Day": "9", "Month": "11", "Year": "2026"}
    answer(officer, "County Durham", "Found, on the roll of a school", found)
    expect(officer.get_by_text("located, confirm with LA 840").first).to_be_visible()
    axe(officer)
    officer.get_by_role("button", name="Close the trace").click()
    officer.get_by_label("Who confirmed").fill("A Head, Durham School")
    officer.get_by_role("button", name="Close the trace").click()
    stop = officer.get_by_label("Text of located")
    assert "please stop searching" in stop.input_value()
    record_sent(officer)
    officer.goto(f"/cases/{case}")
    expect(officer.locator("main").get_by_text("Location to verify").first).to_be_visible()


def at_home(book: Casebook, reference: str) -> str:
    """Put the home of the child of a case on record; the reference of the case."""
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        child, school = case.registration_id, case.school_id
        with transaction():
            roll.apply(book.dsl, school, {child: RollRow(HOME)}, (), at=AT)
    return reference


def write_in_confidence(page: Page, case: str) -> str:
    """Begin a request in a case, send it with a fault, correct it; the address of its page."""
    page.goto(f"/cases/{case}")
    page.locator(f'a[href="/cases/{case}/traces"]').first.click()
    page.get_by_role("button", name="Make a trace request").click()
    page.get_by_label("Phone", exact=True).fill("01325 000000")
    page.get_by_label("Secure e-mail").fill("nonsense")
    page.get_by_label("Checks made").fill("Home visits, siblings' schools - no result")
    page.get_by_label("Look for this child in confidence").check()
    page.get_by_text("Choose authorities", exact=True).click()
    page.get_by_label("The authorities that I choose").check()
    for name in ("County Durham (840)", "Gateshead (390)", "Hartlepool (805)"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("e-mail")
    look_over(page, PHONE)
    page.get_by_label("Secure e-mail").fill("cme@example.gov.uk")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trace TR-2026-0001")
    resize(page, DESKTOP)
    return page.url


def copied(page: Page) -> str:
    """Copy the message of the page; what the clipboard holds then."""
    page.get_by_role("button", name="Copy the message").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    held = page.evaluate("navigator.clipboard.readText()")
    assert isinstance(held, str)
    return held


def record_sent(page: Page) -> None:
    """Record that the text of the page was sent just now."""
    page.get_by_role("button", name="Record that it was sent").click()
    expect(page.get_by_role("alert")).to_contain_text("Success")


def answer(page: Page, authority: str, kind: str, said: Mapping[str, str] = MappingProxyType({})) -> None:
    """Record what an authority answered: fields of its form by their labels."""
    page.get_by_role("link", name=f"Record an answer of {authority}").click()
    page.get_by_label(kind, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Who answered?").fill("B Clerk")
    for label, text in said.items():
        page.get_by_label(label).last.fill(text)
    page.get_by_role("button", name="Record the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Success")


def test_a_child_whom_another_authority_asks_for_is_found_here_and_they_are_answered(
    world: World, book: Casebook, open_browser: OpenBrowser, axe: LOOK
) -> None:
    book.absent_child("Arden, Ada", 4)
    page = open_browser(world.person(Role.CME_OFFICER, name="Jo Brand-Ellery"), permissions=CLIPBOARD)

    page.goto("/traces/incoming")
    page.get_by_role("button", name="Add a request").click()
    page.get_by_label("The request").fill(THEIRS)
    page.get_by_role("button", name="Read the request").click()
    expect(page.get_by_text("She may be staying with an aunt").first).to_be_visible()
    page.get_by_role("button", name="Search for the child").click()
    page.get_by_role("rowheader", name="Ada Arden").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A child who may be meant")
    page.get_by_label("The same child", exact=True).check()
    page.get_by_label("Why?").fill("Same name and date of birth; the school knows of the aunt.")
    page.get_by_role("button", name="Record the decision").click()

    page.get_by_role("link", name="Write the answer").click()
    page.get_by_label("Found, on the roll of a school").check()
    page.get_by_role("button", name="Continue").click()
    fill_date(page)
    page.get_by_label("Your phone number").fill("01325 000000")
    page.get_by_role("button", name="Save and show the message").click()
    axe(page)
    text = copied(page)
    assert "TR-2026-0311" in text
    assert "Ada" not in text
    record_sent(page)
    expect(page.get_by_text("It cannot be changed.")).to_be_visible()
    page.goto("/traces/incoming?part=answered")
    expect(page.get_by_role("link", name="IN-2026-0001")).to_be_visible()


def fill_date(page: Page) -> None:
    """Enter since when the child is on the roll."""
    for part, value in (("Day", "5"), ("Month", "9"), ("Year", "2022")):
        page.get_by_role("group", name="Since when").get_by_label(part).fill(value)
