"""Every kind of page, in the states that people rarely see too: empty, faulty, refused, very long."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.inspection import (
    DESKTOP,
    NARROWEST,
    PHONE,
    assert_no_sideways_scroll,
    look_over,
    resize,
)
from tests.e2e.town import DAYS_OF_A_YEAR, Town
from tests.integration.web.casebook import EVERY_GATE

pytestmark = pytest.mark.e2e

PAGES = {
    "sign in": ("nobody", "/sign-in", "If you cannot sign in"),
    "signed out": ("nobody", "/signed-out", "You are signed out"),
    "help": ("nobody", "/help", "A count looks wrong"),
    "accessibility statement": ("nobody", "/accessibility", "version 2.2 at level AA"),
    "account": ("the DSL", "/account", "Where you are signed in"),
    "password": ("the DSL", "/account/password", "Change your password"),
    "school without registers": (
        "the DSL of a school without registers",
        "/schools/{quiet}/",
        "first register",
    ),
    "first upload": (
        "the DSL of a school without registers",
        "/schools/{quiet}/uploads",
        "No register has been",
    ),
    "empty roll": (
        "the DSL of a school without registers",
        "/schools/{quiet}/pupils",
        "Nobody is on roll yet",
    ),
    "nobody absent": ("the DSL of a school where nobody is absent", "/schools/{calm}/", "Nobody is absent"),
    "busy school": ("the DSL", "/schools/{busy}/", "Needs action today"),
    "busy school of an office": ("the office", "/schools/{busy}/", "Absent pupils by run"),
    "roll": ("the DSL", "/schools/{busy}/pupils", "Pupils on roll"),
    "ten days": ("the DSL", "/schools/{busy}/pupils?show=ten_days", "Ten days or more"),
    "uploads": ("the DSL", "/schools/{busy}/uploads", "Waiting for approval"),
    "register to fill in": ("the DSL", "/schools/{busy}/uploads/templates", "Which pupils should be in it?"),
    "upload to check": ("the DSL", "/uploads/{checked}", "Approve and import"),
    "upload that changes nothing": ("the DSL", "/uploads/{again}", "is held already"),
    "upload with errors": ("the DSL", "/uploads/{faulty}", "The first 100 are listed"),
    "upload cancelled": ("the DSL", "/uploads/{cancelled}", "Upload cancelled"),
    "upload held for every reason": ("the DSL of a new school", "/uploads/{first}", "Is it the right week?"),
    "upload of mixed rows": ("the DSL of a messy school", "/uploads/{mixed}", "passed over"),
    "upload of few known pupils": (
        "the DSL of a messy school",
        "/uploads/{few}",
        "are new, or belong to this",
    ),
    "rows that wait": ("the DSL of a messy school", "/uploads/{mixed}/rows", "Who are they?"),
    "no row that waits": ("the DSL", "/uploads/{checked}/rows", "No row waits for a decision"),
    "upload with a question": ("the DSL of a messy school", "/uploads/{asked}", "Which school year is it?"),
    "upload not recognised": ("the DSL of a messy school", "/uploads/{unmapped}", "Say what the columns are"),
    "columns": (
        "the DSL of a messy school",
        "/uploads/{unmapped}/columns",
        "How the first rows would be read",
    ),
    "headings explained": ("the DSL of a messy school", "/schools/{messy}/columns", "Zeichen"),
    "own codes": ("the DSL of a messy school", "/schools/{messy}/codes", "LATE"),
    "undo": ("the DSL of a messy school", "/uploads/{undoable}/undo", "when it was the wrong file"),
    "undo that cannot be": ("the DSL of a messy school", "/uploads/{hindered}/undo", "Undo that one first"),
    "upload undone": ("the DSL of a messy school", "/uploads/{undone}", "What undoing meant for pupils"),
    "receipt of erased files": ("the DSL of a messy school", "/uploads/{erased}", "Register imported"),
    "receipt": ("the DSL", "/uploads/{approved}", "Register imported"),
    "pupil": ("the DSL", "/pupils/{child_decision}", "This removes nobody"),
    "pupil without a case": ("the DSL", "/pupils/{child_closed}", "Why is a case needed now?"),
    "case at school enquiries": ("the DSL", "/cases/{enquiries}", "Sign the DSL review"),
    "case to refer": ("the DSL", "/cases/{draft}", "Check and send the referral"),
    "case referred": ("the officer", "/cases/{referred}", "Acknowledge the referral"),
    "case for a decision": ("the head", "/cases/{decision}", "Eligible for decision"),
    "case superseded": ("the DSL", "/cases/{superseded}", "The referral is superseded"),
    "case to close": ("the DSL", "/cases/{closing}", "Closing is proposed"),
    "case not referred": ("the DSL", "/cases/{declined}", "With an aunt"),
    "case closed": ("the DSL", "/cases/{closed}", "This case is closed"),
    "removal conditions": ("the officer", "/cases/{decision}/gate", "Conditions under Ground I"),
    "referral to write": ("the DSL", "/cases/{draft}/referral", "Send the referral"),
    "referral to read": ("the front door", "/cases/{referred}/referral", "Marked as a safeguarding concern"),
    "referral not sent": ("the officer", "/cases/{draft}/referral", "Not sent yet"),
    "empty queue": ("the officer without referrals", "/queue", "No referral has arrived"),
    "queue": ("the officer", "/queue", "page 1 of 2"),
    "last page of the queue": ("the officer", "/queue?page=2", "page 2 of 2"),
    "queue of the front door": ("the front door", "/queue?stage=decision", "Remove this filter"),
    "queue that nothing matches": ("the officer", "/queue?stage=closed", "Nothing matches these filters"),
    "school without a calendar": ("the DSL", "/schools/{busy}/calendar", "Term dates and closures"),
    "calendar": ("the DSL of a new school", "/schools/{new}/calendar", "Month by month"),
    "date to add": ("the DSL of a new school", "/schools/{new}/calendar/entry", "Add a date"),
    "calendar file": ("the DSL of a new school", "/schools/{new}/calendar/upload", "How the file looks"),
    "dates to copy": ("the DSL", "/schools/{busy}/calendar/copy", "2026/27"),
    "authorities": ("the administrator", "/authorities/", "Northmoor"),
    "dates of the authority": ("the administrator", "/authorities/841/dates", "Autumn"),
    "authority's date to add": ("the administrator", "/authorities/841/dates/entry", "Add a date"),
    "authority's calendar file": ("the administrator", "/authorities/841/dates/upload", "How the file looks"),
    "schools": ("the officer", "/schools/", "Beech Hill School"),
    "no removals": ("admissions", "/removals", "No removal is proposed"),
    "calls": ("the office that looks for children", "/schools/{following}/calls", "Ring first"),
    "no calls": ("the DSL of a school where nobody is absent", "/schools/{calm}/calls", "nobody to ring"),
    "enquiries": ("the DSL who looks for children", "/cases/{looked_for}/enquiries", "Missing:"),
    "a call": (
        "the DSL who looks for children",
        "/cases/{looked_for}/enquiries/log?step=E04",
        "Whom did you ring?",
    ),
    "a visit that is barred": (
        "the office that looks for children",
        "/cases/{flagged}/enquiries/log?step=E18",
        "Record only what was done before.",
    ),
    "enquiry to correct": (
        "the DSL who looks for children",
        "/cases/{looked_for}/enquiries/{entry}/correct",
        "Why is the entry corrected?",
    ),
    "review again": ("the DSL who looks for children", "/cases/{looked_for}/review", "of the last review"),
    "reviews": ("the head of a school that looks for children", "/cases/{looked_for}/reviews", "Earlier"),
    "urgent cards of a case": ("the DSL who looks for children", "/cases/{flagged}/urgent", "First hour."),
    "directory": ("the office that looks for children", "/directory", "What cannot wait"),
    "directory of an administrator": ("the administrator", "/directory", "Check or correct"),
    "urgent cards": ("the officer", "/urgent", "Female genital mutilation (FGM)"),
    "restrictions": ("the DSL who looks for children", "/pupils/{child_flagged}/restrictions", "In force"),
    "restrictions of an office": (
        "the office that looks for children",
        "/pupils/{child_flagged}/restrictions",
        "Tell them what you know.",
    ),
    "pupil with restrictions": ("the office that looks for children", "/pupils/{child_flagged}", "Protected"),
    "missing now": ("the DSL who looks for children", "/pupils/{child_missing}/missing", "Missing now"),
    "never missing": (
        "the head of a school that looks for children",
        "/pupils/{child_questioned}/missing",
        "Nobody",
    ),
    "found or returned": ("the DSL", "/cases/{closing}/found", "Tick off"),
    "referral to approve": (
        "the head of a school that looks for children",
        "/cases/{unapproved}/approve",
        "Read it, and approve it",
    ),
    "update to write": (
        "the DSL who looks for children",
        "/cases/{updated}/referral",
        "Update to the referral",
    ),
    "status with questions": ("the DSL who looks for children", "/cases/{questioned}/status", "Your answer"),
    "documents": ("the DSL", "/cases/{draft}/documents", "Letter 1: concern"),
    "documents where contact is restricted": (
        "the office that looks for children",
        "/cases/{flagged}/documents",
        "Send no letter",
    ),
    "police sheet": (
        "the DSL who looks for children",
        "/cases/{missing}/documents/police-sheet",
        "What has been looked for already?",
    ),
    "returns": ("the DSL who looks for children", "/schools/{following}/returns", "Record as sent"),
    "returns of an authority": ("the officer", "/returns", "Returns"),
    "decisions not to refer": ("the officer", "/queue/not-referred", "1 decision"),
    "alerts": ("the alerted", "/alerts", "Mark all as read"),
    "no alerts": ("the DSL", "/alerts", "You have read everything"),
    "policy": ("the administrator", "/authorities/841/policy", "Versions so far"),
    "contacts of a policy": ("the administrator", "/authorities/841/policy/contacts", "The new version"),
}
"""Pages that are read: whose browser, which address, and words that show it is in the state meant."""

HELD_UPLOADS = (
    ("the DSL of a new school", "/uploads/{first}"),
    ("the DSL of a messy school", "/uploads/{mixed}"),
    ("the DSL of a messy school", "/uploads/{few}"),
)

REFUSED_PAGES = {
    "not for this role": ("the DSL", "/queue", 403, "You cannot use this page"),
    "no such page": ("the DSL", "/nothing-here", 404, "Page not found"),
    "the school of others": ("the DSL", "/schools/{calm}/", 404, "Page not found"),
    "no such page for nobody": ("nobody", "/nothing-here", 404, "Page not found"),
}

FORMS_SENT_EMPTY = {
    "sign in": ("nobody", "/sign-in", "Sign in", "Enter your password"),
    "password": ("the DSL", "/account/password", "Change password", "Enter a new password"),
    "upload": ("the DSL", "/schools/{busy}/uploads", "Upload and check", "Select a register file"),
    "approval of what is held": (
        "the DSL of a new school",
        "/uploads/{first}",
        "Approve and import",
        "Type 12 to confirm",
    ),
    "row to leave out": (
        "the DSL of a messy school",
        "/uploads/{mixed}/rows",
        "Leave this row out",
        "Enter why the row is left out",
    ),
    "own code": ("the DSL", "/schools/{busy}/codes", "Keep this code", ""),
    "calendar entry": (
        "the DSL of a new school",
        "/schools/{new}/calendar/entry",
        "See what would change",
        "",
    ),
    "calendar file": ("the DSL of a new school", "/schools/{new}/calendar/upload", "Upload and check", ""),
    "columns": (
        "the DSL of a messy school",
        "/uploads/{unmapped}/columns",
        "Remember this and read the file",
        "",
    ),
    "case by hand": ("the DSL", "/pupils/{child_closed}", "Open a case", "Enter why a case is needed now"),
    "review": ("the DSL", "/cases/{enquiries}/review", "Sign the review", "Choose what you decide."),
    "call": (
        "the office that looks for children",
        "/schools/{following}/calls",
        "Record the call",
        "Choose what came of the call.",
    ),
    "enquiry": (
        "the DSL who looks for children",
        "/cases/{looked_for}/enquiries/log?step=E19",
        "Record the enquiry",
        "",
    ),
    "enquiry put aside": (
        "the DSL who looks for children",
        "/cases/{looked_for}/enquiries/aside?step=E22",
        "Record it",
        "Choose what you want to record.",
    ),
    "telling": (
        "the DSL who looks for children",
        "/cases/{flagged}/urgent",
        "Record that they were told",
        "",
    ),
    "restriction": (
        "the DSL who looks for children",
        "/pupils/{child_questioned}/restrictions",
        "Restrict contact",
        "Choose what must not be done",
    ),
    "restriction to end": (
        "the DSL who looks for children",
        "/restrictions/{restriction}/end",
        "End the restriction",
        "",
    ),
    "found": (
        "the DSL who looks for children",
        "/pupils/{child_missing}/missing",
        "Record that the child was found",
        "Enter who saw the child",
    ),
    "missing taken back": (
        "the DSL who looks for children",
        "/missing/{episode}/withdraw",
        "Take the record back",
        "",
    ),
    "welfare talk": (
        "the DSL",
        "/cases/{closing}/talk",
        "Record the welfare talk",
        "Enter the day of the talk",
    ),
    "question": (
        "the officer",
        "/cases/{questioned}/status",
        "Send the question",
        "Enter what you want to say.",
    ),
    "letter": ("the DSL", "/cases/{draft}/documents/letters/1", "Make the letter", ""),
    "return": (
        "the DSL who looks for children",
        "/schools/{following}/returns",
        "Record as sent",
        "",
    ),
    "policy": ("the administrator", "/authorities/841/policy/clocks", "Save", ""),
    "no referral": ("the DSL", "/cases/{draft}/decline", "Record the decision", ""),
    "close": ("the DSL", "/cases/{enquiries}/close", "Close the case", ""),
    "reopen": ("the DSL", "/cases/{closed}/reopen", "Reopen in a new case", ""),
    "referral": (
        "the DSL",
        "/cases/{draft}/referral",
        "Send the referral",
        "What is missing is listed below",
    ),
}


@pytest.fixture
def open_browser(open_in_town: OpenBrowser) -> OpenBrowser:
    """Nothing here is changed, so all look at the town through one window."""
    return open_in_town


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_every_screen(town: Town, open_browser: OpenBrowser, name: str) -> None:
    who, where, words = PAGES[name]
    page = open_browser(town.person(who))

    response = page.goto(town.path(where))

    assert response is not None
    assert response.status == 200
    assert words in page.locator("main").inner_text()
    look_over(page, DESKTOP, PHONE, NARROWEST)


def test_every_reason_to_hold_a_file_is_among_the_pages(town: Town, open_browser: OpenBrowser) -> None:
    found: set[str] = set()
    for who, upload in HELD_UPLOADS:
        page = open_browser(town.person(who))
        page.goto(town.path(upload))
        found |= set(page.locator("#approval input[id]").evaluate_all("all => all.map(each => each.id)"))

    assert found >= set(EVERY_GATE)


@pytest.mark.parametrize("name", REFUSED_PAGES)
def test_a_refused_page_says_so_calmly(town: Town, open_browser: OpenBrowser, name: str) -> None:
    who, where, status, heading = REFUSED_PAGES[name]
    page = open_browser(town.person(who))

    response = page.goto(town.path(where))

    assert response is not None
    assert response.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    look_over(page, DESKTOP, PHONE, NARROWEST)


@pytest.mark.parametrize("name", FORMS_SENT_EMPTY)
def test_a_form_sent_empty_leads_to_what_is_missing(town: Town, open_browser: OpenBrowser, name: str) -> None:
    who, where, button, sentence = FORMS_SENT_EMPTY[name]
    page = open_browser(town.person(who))
    page.goto(town.path(where))

    page.locator("main").get_by_role("button", name=button).first.click()

    assert_error_page(page, sentence)
    look_over(page, PHONE, NARROWEST)


def test_a_year_of_days_fits_every_screen(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the DSL"))
    page.goto(town.path("/pupils/{child_year}"))
    look_over(page, PHONE, DESKTOP)
    page.get_by_role("link", name="Show all ").click()

    rows = page.get_by_role("table", name="Every day and why").get_by_role("rowheader")
    expect(rows).to_have_count(DAYS_OF_A_YEAR)
    for width in (DESKTOP, PHONE, NARROWEST):
        resize(page, width)
        assert_no_sideways_scroll(page)


def test_the_error_summary_of_an_upload_leads_to_the_row(town: Town, open_browser: OpenBrowser) -> None:
    page = open_browser(town.person("the DSL"))
    page.set_viewport_size({"width": PHONE, "height": 700})
    page.goto(town.path("/uploads/{faulty}"))

    page.locator(".govuk-error-summary").get_by_role("link").first.click()

    row = page.locator("#issue-1")
    expect(row).to_be_focused()
    expect(row).to_be_in_viewport()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"Dear office,\nhere is no register.\n", "", id="no register"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"x" * 10_600_000, "larger than 10 MB", id="over the limit"),
        pytest.param(b"x" * 12_000_000, "smaller than 10MB", id="refused unread"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_where_it_was_sent(
    town: Town, open_browser: OpenBrowser, tmp_path: Path, content: bytes, sentence: str
) -> None:
    page = open_browser(town.person("the DSL"))
    page.goto(town.path("/schools/{busy}/uploads"))

    file = tmp_path / "register.csv"
    file.write_bytes(content)
    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()

    assert_error_page(page, sentence)
    look_over(page, PHONE, NARROWEST)


def assert_error_page(page: Page, sentence: str) -> None:
    """Assert that the page says it failed, and that each sentence of its summary leads to a field."""
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(sentence)
    assert page.title().startswith("Error: ")
    for link in summary.get_by_role("link").all():
        link.click()
        target = link.get_attribute("href")
        assert target is not None
        expect(page.locator(target)).to_be_focused()
