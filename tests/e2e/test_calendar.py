"""A school's calendar as its office keeps it, with and without scripts, on a screen and on a phone.

Pages that are the same here as in test_pages.py are looked over there.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cme.access.roles import Role
from tests.e2e.conftest import OpenBrowser
from tests.e2e.inspection import DESKTOP, PHONE, look_over
from tests.integration.web.casebook import Casebook
from tests.people import World

pytestmark = pytest.mark.e2e

FILE = """kind,first_on,last_on,note
term,2026-09-02,2026-10-23,Autumn
term,2026-11-02,2026-12-18,Autumn
inset,2026-11-02,,Training
"""


@pytest.fixture
def dates(tmp_path: Path) -> Path:
    """A calendar file."""
    file = tmp_path / "dates.csv"
    file.write_text(FILE, encoding="utf-8")
    return file


def look(page: Page) -> None:
    look_over(page, DESKTOP, PHONE)


def leave(_page: Page) -> None:
    """Axe needs scripts."""


@pytest.mark.parametrize(("scripts", "axe"), [(True, look), (False, leave)], ids=["scripts", "no scripts"])
def test_dates_are_offered_copied_and_a_closure_is_entered(
    world: World,
    book: Casebook,
    open_browser: OpenBrowser,
    dates: Path,
    scripts: bool,
    axe: Callable[[Page], None],
) -> None:
    book.absent(10)
    admin = open_browser(world.person(Role.LA_ADMIN), java_script_enabled=scripts)
    admin.goto("/authorities/")
    expect(admin.get_by_role("heading", level=1)).to_have_text("Dates offered to schools")
    admin.get_by_role("link", name="Upload a calendar file").click()
    admin.get_by_label("Calendar file (CSV)").set_input_files(dates)
    admin.get_by_role("button", name="Upload and check").click()
    axe(admin)
    admin.get_by_role("button", name="Make this change").click()
    expect(admin.get_by_text("The dates are changed.")).to_be_visible()
    axe(admin)

    page = open_browser(world.person(Role.SCHOOL_USER), java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("link", name="Term dates and closures").click()
    page.get_by_role("link", name="Copy your local authority's dates").click()
    page.get_by_label("2026/27").check()
    page.get_by_role("button", name="See what would change").click()
    axe(page)
    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dates changed")
    page.get_by_role("button", name="Go to the dates").click()
    axe(page)
    _close_a_day(page, axe)


def _close_a_day(page: Page, axe: Callable[[Page], None]) -> None:
    page.get_by_role("button", name="Add a date").click()
    page.get_by_label("Closure").check()
    first_day = page.get_by_role("group", name="First day")
    for label, value in (("Day", "12"), ("Month", "11"), ("Year", "2026")):
        first_day.get_by_label(label).fill(value)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("link", name="Say why the school is closed")).to_be_visible()
    axe(page)
    page.get_by_label("Note").fill("Boiler failure")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("1 pupil would go back below day 10 of the return run.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Go back and correct it").click()
    expect(page.get_by_label("Note")).to_have_value("Boiler failure")
    expect(page.get_by_role("group", name="First day").get_by_label("Day")).to_have_value("12")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_text("1 date stopped being a school day: Thu 12 Nov 2026.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Go to the dates").click()
    page.get_by_role("link", name="Change the Closure Thu 12 Nov 2026").click()
    page.get_by_role("button", name="Take this entry out").click()
    expect(page.get_by_text("1 pupil would reach day 10 of the return run.")).to_be_visible()
    axe(page)
