"""The work itself needs no script: it arrives as plain pages, links and forms."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cme.access.roles import Role
from tests.e2e.conftest import OpenBrowser
from tests.e2e.forms import sign_review
from tests.integration.web.casebook import Casebook, register
from tests.people import World

pytestmark = pytest.mark.e2e


def test_a_register_is_uploaded_checked_and_approved(
    world: World, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    page = open_browser(world.person(Role.SCHOOL_USER), java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Upload your first register").click()
    page.get_by_role("link", name="Download a register to fill in").click()
    page.get_by_label("Twelve made-up pupils").check()
    page.get_by_label("CSV", exact=True).check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    page.get_by_role("link", name="Back to uploads").click()
    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    expect_heading(page, "Check the register")
    page.get_by_text("Names of 12 new pupils").click()
    expect(page.get_by_role("group").get_by_role("listitem")).to_have_count(12)
    page.get_by_label("Type the number of pupils").fill("11")
    page.get_by_role("button", name="Approve and import").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Type the number of pupils").fill("12")
    page.get_by_role("button", name="Approve and import").click()

    expect_heading(page, "Register imported")
    expect(page.get_by_text("4 referrals are ready to send.")).to_be_visible()


def test_a_row_is_decided_on_and_the_upload_undone(
    world: World, book: Casebook, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    book.upload({"Birch, Ben": ["O"] * 4})
    other = register({"Zeal, Zoe": ["P"] * 6, "Birch, Ben": ["O"] * 6}).replace(b"Birch,Ben", b"Cole,Cora")
    file = tmp_path / "other.csv"
    file.write_bytes(re.sub(rb"(Cole,Cora,)[^,]*", rb"\g<1>01/02/2013", other))
    page = open_browser(world.person(Role.SCHOOL_USER), java_script_enabled=False)
    page.goto(f"/schools/{world.school_a.laestab}/uploads")
    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()

    page.get_by_role("link", name="Decide who they are").click()
    page.get_by_label("Leave this row out").check()
    page.get_by_role("button", name="Keep these decisions").click()
    expect(page.get_by_role("link", name="Enter why the row is left out")).to_be_visible()
    page.get_by_label("Why is the row left out?").fill("A visitor")
    page.get_by_role("button", name="Keep these decisions").click()

    expect(page.get_by_text("1 row left out", exact=True)).to_be_visible()
    for gate in ("or belong to this school", "Nobody is taken off roll"):
        page.get_by_role("group", name=gate).get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve and import").click()
    expect_heading(page, "Register imported")
    expect(page.get_by_text("Left out: A visitor")).to_be_visible()
    page.get_by_role("link", name="Undo this upload").click()
    page.get_by_role("button", name="Undo this upload").click()
    expect_heading(page, "Upload undone")


def test_the_queue_is_filtered_and_sorted(world: World, book: Casebook, open_browser: OpenBrowser) -> None:
    longer, shorter = book.decision(), book.referred()
    page = open_browser(world.person(Role.CME_OFFICER), java_script_enabled=False)
    page.goto("/queue")

    page.get_by_role("link", name="sort by return run, ascending").click()
    expect_order(page, shorter, longer)
    page.get_by_role("link", name="sort by return run, descending").click()
    expect_order(page, longer, shorter)

    page.get_by_label("In order of").select_option("Case reference")
    page.get_by_label("Reverse order").uncheck()
    page.get_by_role("button", name="Apply filters").click()
    expect_order(page, *sorted((longer, shorter)))

    page.get_by_label("Eligible for decision").check()
    page.get_by_role("button", name="Apply filters").click()
    expect_order(page, longer)
    page.get_by_role("link", name="Remove this filter: Stage Eligible for decision").click()
    expect(page.get_by_role("row")).to_have_count(3)


def test_a_review_is_signed(world: World, book: Casebook, open_browser: OpenBrowser) -> None:
    page = open_browser(world.person(Role.DSL), java_script_enabled=False)
    page.goto(f"/cases/{book.enquiries()}")
    page.get_by_role("button", name="Sign the DSL review").click()

    reason = page.get_by_label("Reason", exact=True)
    reason.fill("Grandmother has not heard either.")
    page.get_by_role("button", name="Sign the review").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(reason).to_have_value("Grandmother has not heard either.")

    for part, value in (("Day", "4"), ("Month", "12"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    sign_review(page, decision="Keep enquiring", reason="Grandmother has not heard either.")

    expect(page.get_by_role("alert")).to_contain_text("The review is signed.")
    expect(page.get_by_text("Grandmother has not heard either.")).to_be_visible()


def test_the_parts_of_a_referral_are_saved_and_a_row_is_added(
    world: World, book: Casebook, open_browser: OpenBrowser
) -> None:
    page = open_browser(world.person(Role.DSL), java_script_enabled=False)
    page.goto(f"/cases/{book.referral_draft()}/referral")
    page.get_by_role("link", name="Change family and contacts").click()
    carer = page.get_by_role("group", name="Parent or carer 1", exact=True)
    carer.get_by_label("Name", exact=True).fill("Mo Arden")
    page.get_by_role("button", name="Add another parent or carer").click()
    expect(carer.get_by_label("Name", exact=True)).to_have_value("Mo Arden")
    expect(page.get_by_role("group", name="Parent or carer 2", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save and come back later").click()

    page.get_by_role("button", name="Send the referral").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("It cannot be sent yet.")
    expect(page.get_by_role("link", name="Parent or carer 1: all phone numbers")).to_be_visible()


def test_a_case_is_closed(world: World, book: Casebook, open_browser: OpenBrowser) -> None:
    page = open_browser(world.person(Role.DSL), java_script_enabled=False)
    page.goto(f"/cases/{book.closing_proposed()}")
    expect(page.get_by_role("heading", name="Closing is proposed")).to_be_visible()
    page.get_by_role("button", name="Record the welfare talk").click()
    page.get_by_label("Who talked with the child").fill("Kit Lowe, class teacher")
    for part, value in (("Day", "20"), ("Month", "11"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Record the welfare talk").click()
    expect(page.get_by_text("The welfare talk was held on Fri 20 Nov 2026.")).to_be_visible()
    page.get_by_role("button", name="Close the case").click()

    page.get_by_role("group", name="How did it end?").get_by_role("radio").first.check()
    page.get_by_role("textbox", name="Reason").fill("At school this morning, seen by the class teacher.")
    page.get_by_role("button", name="Close the case").click()

    expect(page.get_by_role("alert")).to_contain_text("The case is closed.")
    expect(page.get_by_text("Nothing is due. This case is closed.")).to_be_visible()


def expect_heading(page: Page, text: str) -> None:
    """Expect the page to be the one with this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def expect_order(page: Page, *references: str) -> None:
    """Expect the queue to hold exactly these cases, in this order."""
    expect(page.get_by_role("rowheader")).to_contain_text(list(references))
