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
from tests.e2e.pages import FORMS_SENT_EMPTY, HELD_UPLOADS, PAGES, REFUSED_PAGES, SentEmpty, Shown
from tests.e2e.town import DAYS_OF_A_YEAR, Town
from tests.integration.web.casebook import EVERY_GATE
from tests.unit.tracing.ctf.files import SKELETON

pytestmark = pytest.mark.e2e


@pytest.fixture
def open_browser(open_in_town: OpenBrowser) -> OpenBrowser:
    """Nothing here is changed, so all look at the town through one window."""
    return open_in_town


@pytest.mark.parametrize("shown", PAGES, ids=lambda each: each.name)
def test_a_page_is_accessible_and_fits_every_screen(
    town: Town, open_browser: OpenBrowser, shown: Shown
) -> None:
    page = open_browser(town.person(shown.who))

    response = page.goto(town.path(shown.where))

    assert response is not None
    assert response.status == 200
    assert town.path(shown.words) in page.locator("main").inner_text()
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


@pytest.mark.parametrize("form", FORMS_SENT_EMPTY, ids=lambda each: each.name)
def test_a_form_sent_empty_leads_to_what_is_missing(
    town: Town, open_browser: OpenBrowser, form: SentEmpty
) -> None:
    page = open_browser(town.person(form.who))
    page.goto(town.path(form.where))

    page.locator("main").get_by_role("button", name=form.button).first.click()

    assert_error_page(page, form.sentence)
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


def test_a_pupil_file_is_read_where_it_was_sent(
    town: Town, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    page = open_browser(town.person("the officer"))
    page.goto("/traces/pupil-file")
    file = tmp_path / "8404123_CTF_XXXXXXX_001.xml"
    file.write_text(SKELETON, encoding="utf-8")

    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()

    expect(page.get_by_text("Nobody on record here")).to_be_visible()
    look_over(page, DESKTOP, PHONE, NARROWEST)


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
