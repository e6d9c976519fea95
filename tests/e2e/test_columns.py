"""Saying what the columns of an unknown file are, with and without scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cme.access.roles import Role
from tests.e2e.conftest import OpenBrowser
from tests.people import World

pytestmark = pytest.mark.e2e

ROWS = """Register of Alder Grove School

Kennung,Wer,Tag,Teil,Zeichen,Bemerkung
A101,"Birch, Ben",18/11/2026,AM,/,
A101,"Birch, Ben",18/11/2026,PM,Q9,rang at nine
A102,"Cole, Cora",18/11/2026,AM,O,
A102,"Cole, Cora",18/11/2026,PM,O,
A101,"Birch, Ben",19/11/2026,AM,/,
A101,"Birch, Ben",19/11/2026,PM,\\,
"""
CHOICES = {"E (Zeichen)": "Attendance mark", "A (Kennung)": "Admission number"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A register whose headings nobody knows."""
    path = tmp_path / "register.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def upload(page: Page, world: World, file: Path) -> None:
    """Upload the file and go to the page of its columns."""
    page.goto(f"/schools/{world.school_a.laestab}/uploads")
    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("link", name="Say what the columns are").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Say what the columns are")


def choose(page: Page, column: str, meaning: str) -> None:
    page.get_by_label(f"Column {column} is").select_option(meaning)


def test_the_preview_follows_each_choice(
    world: World, open_browser: OpenBrowser, axe: Callable[[Page], None], file: Path
) -> None:
    page = open_browser(world.person(Role.SCHOOL_USER))
    upload(page, world, file)
    status = page.get_by_role("status")
    expect(status).to_contain_text("Say which column holds the UPN or the admission number")
    axe(page)

    for column, meaning in CHOICES.items():
        choose(page, column, meaning)
    expect(status).to_contain_text("4 of the first 5 rows can be read.")
    expect(page.get_by_role("region", name="How the first rows would be read")).to_contain_text(
        "Wed 18 Nov 2026 AM: / Present in the morning"
    )
    axe(page)

    choose(page, "F (Bemerkung)", "Session (AM or PM)")
    expect(status).to_contain_text("Columns D and F are both said to be: Session (AM or PM).")
    page.get_by_role("button", name="Remember this and read the file").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.get_by_label("Column A (Kennung) is")).to_have_value("admission_number")
    axe(page)

    choose(page, "F (Bemerkung)", "Leave this column out")
    page.get_by_role("button", name="Remember this and read the file").click()
    expect(page.get_by_role("link", name="Say what they stand for")).to_be_visible()


def test_it_works_without_scripts_and_own_codes_are_entered_on_the_way(
    world: World, open_browser: OpenBrowser, file: Path
) -> None:
    page = open_browser(world.person(Role.SCHOOL_USER), java_script_enabled=False)
    upload(page, world, file)
    for column, meaning in CHOICES.items():
        choose(page, column, meaning)
    page.get_by_role("button", name="Show preview").click()
    expect(page.get_by_role("status")).to_contain_text("4 of the first 5 rows can be read.")
    expect(page.get_by_label("Column A (Kennung) is")).to_have_value("admission_number")
    page.get_by_role("button", name="Remember this and read the file").click()

    page.get_by_role("link", name="Say what they stand for").click()
    page.get_by_label("Your code").fill("Q9")
    page.get_by_label("What it stands for").select_option("I: Illness")
    page.get_by_role("button", name="Keep this code").click()
    expect(page.get_by_role("rowheader", name="Q9")).to_be_visible()
    page.get_by_role("link", name="register.csv").click()
    page.get_by_role("button", name="Read this file again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the register")


def test_the_pages_fit_every_screen(
    world: World, open_browser: OpenBrowser, axe: Callable[[Page], None], file: Path
) -> None:
    page = open_browser(world.person(Role.SCHOOL_USER))
    school = f"/schools/{world.school_a.laestab}"
    for where in ("codes", "columns"):
        page.goto(f"{school}/{where}")
        axe(page)
    page.goto(f"{school}/codes")
    page.get_by_role("button", name="Keep this code").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    upload(page, world, file)
    for column, meaning in CHOICES.items():
        choose(page, column, meaning)
    page.get_by_role("button", name="Remember this and read the file").click()
    page.goto(f"{school}/columns")
    expect(page.get_by_role("button", name="Forget")).to_be_visible()
    axe(page)
