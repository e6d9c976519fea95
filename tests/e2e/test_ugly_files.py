"""Files as offices have them go in the first time: recognised or explained once, checked and approved."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from cme.access.roles import Role
from cme.services.registers import approval, uploads
from tests.e2e import ugly_files
from tests.e2e.conftest import OpenBrowser
from tests.e2e.ugly_files import ABSENT, ABSENT_DAYS, ABSENT_FROM, PUPILS, WEEKS
from tests.integration.web.casebook import AT, EVERY_GATE, Casebook
from tests.people import World

pytestmark = pytest.mark.e2e

LOOK = Callable[[Page], None]

CHECK, PUT_RIGHT, IMPORTED = "Check the register", "Put right the register", "Register imported"
SEEN = "I have looked at these warnings"


@pytest.fixture
def school(world: World, book: Casebook) -> str:
    """Where the pages of a school begin whose roll came from the register of the first week."""
    with world.app.app_context():
        first = uploads.receive(book.dsl, world.school_a.laestab, [("week1.csv", ugly_files.tidy(0))], at=AT)
        approval.approve(book.dsl, first, at=AT, confirmed=EVERY_GATE)
    return f"/schools/{world.school_a.laestab}"


def test_five_ugly_files_in_five_layouts_and_one_that_is_explained(
    world: World, school: str, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    page = open_browser(world.person(Role.DSL))

    def send(name: str, content: bytes) -> None:
        upload(page, school, tmp_path / name, content)

    send("Week 2.xlsx", ugly_files.merged_dates(1))
    expect_checked(page, 1)
    expect(page.get_by_text("1 hidden row")).to_be_visible()
    approve_with(page, SEEN)
    assert run_of(page, school, ABSENT) == days_absent(through=1)

    send("week_3.csv", ugly_files.day_columns(2))
    expect_checked(page, 2)
    expect(page.get_by_text("1 pupil would reach day 10 of the return run.")).to_have_count(0)
    approve_with(page)

    send("Wochen.ods", ugly_files.week_cells(3))
    expect_checked(page, 3)
    expect(page.get_by_text("1 pupil would reach day 10 of the return run.")).to_be_visible()
    approve_with(page)

    send("EXPORT (3).xls", ugly_files.long_rows(4))
    expect_checked(page, 4)
    expect(page.get_by_text("The dates were read month first")).to_be_visible()
    approve_with(page, SEEN)

    send("All years.xlsx", ugly_files.many_sheets(5))
    expect_checked(page, 5)
    expect(page.get_by_text("2026 to 2027")).to_be_visible()
    expect(page.get_by_text("Sheet Lookups is hidden and was not read.")).to_be_visible()
    approve_with(page, SEEN)

    send("export7.csv", ugly_files.unknown_headings(6))
    explain_columns(page)
    expect_checked(page, 6)
    approve_with(page, SEEN)
    assert run_of(page, school, ABSENT) == ABSENT_DAYS == days_absent(through=6)
    assert run_of(page, school, "Iqbal, Ines") == len(WEEKS[6])


def test_a_wrong_file_is_held_approved_and_undone(
    world: World, school: str, open_browser: OpenBrowser, axe: LOOK, tmp_path: Path
) -> None:
    page = open_browser(world.person(Role.DSL))
    upload(page, school, tmp_path / "wrong.csv", ugly_files.everybody_absent(0))
    expect_heading(page, CHECK)
    page.get_by_role("button", name="Approve and import").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(["Confirm this, or cancel the upload"] * 3)
    axe(page)
    summary.get_by_role("link").last.click()
    expect(page.get_by_label("I have checked this, and it is right").last).to_be_focused()

    for gate in ("Is it the right file?", "Is that right?", "Nobody is taken off roll."):
        page.get_by_role("group", name=gate).get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve and import").click()
    expect_heading(page, IMPORTED)
    assert run_of(page, school, "Kaur, Kit") == len(WEEKS[0])

    page.goto(f"{school}/uploads")
    page.get_by_role("row", name="wrong.csv").get_by_role("link").click()
    page.get_by_role("link", name="Undo this upload").click()
    axe(page)
    page.get_by_role("button", name="Undo this upload").click()
    expect_heading(page, "Upload undone")
    expect(page.get_by_role("alert")).to_contain_text(
        "The upload is undone and every pupil is counted again."
    )
    axe(page)
    assert run_of(page, school, "Kaur, Kit") == 0


def test_a_file_comes_back_mended_with_its_errors_column(
    world: World, school: str, open_browser: OpenBrowser, axe: LOOK, tmp_path: Path
) -> None:
    page = open_browser(world.person(Role.DSL))
    upload(page, school, tmp_path / "register.csv", ugly_files.with_one_mark(1, "ILL", "Fry, Femi"))
    expect_heading(page, PUT_RIGHT)
    expect(page.locator(".govuk-error-summary")).to_contain_text("Correct 1 mark that is not a code: cell E8")
    with page.expect_download() as download:
        page.get_by_role("link", name="download your file with an Errors column").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    workbook = openpyxl.load_workbook(file)
    sheet = next(one for one in workbook if one.title != "Errors")
    (row,) = (number for number, cells in enumerate(sheet.values, 1) if "ILL" in cells)
    said = [cell for cell in next(sheet.iter_rows(row, row, values_only=True)) if "ILL" in str(cell)]
    assert len(said) == 2
    sheet.cell(row, 5).value = "I"
    workbook.save(file)

    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    expect_checked(page, 1)
    axe(page)
    approve_with(page)
    assert run_of(page, school, ABSENT) == days_absent(through=1)


def upload(page: Page, school: str, file: Path, content: bytes) -> None:
    """Choose a file on the page of uploads and send it."""
    file.write_bytes(content)
    page.goto(f"{school}/uploads")
    page.get_by_label("Register file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()


def expect_heading(page: Page, text: str) -> None:
    """Expect the page to be the one with this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def expect_checked(page: Page, week: int) -> None:
    """Expect a check page on which everybody is known and has new marks for the days of a week."""
    expect_heading(page, CHECK)
    marks = 2 * len(PUPILS) * len(WEEKS[week])
    expect(page.get_by_text(f"Approving adds {marks} marks and changes 0 marks")).to_be_visible()
    expect(page.get_by_text("new pupil")).to_have_count(0)
    expect(page.get_by_text("not in the file")).to_have_count(0)


def approve_with(page: Page, *confirmed: str) -> None:
    """Approve an upload, which asks for these confirmations and no others."""
    expect(page.get_by_role("checkbox")).to_have_count(len(confirmed))
    for label in confirmed:
        page.get_by_label(label).check()
    page.get_by_role("button", name="Approve and import").click()
    expect_heading(page, IMPORTED)


def explain_columns(page: Page) -> None:
    """Say what the columns are of a file whose headings nobody knows."""
    expect_heading(page, PUT_RIGHT)
    page.get_by_role("link", name="Say what the columns are").click()
    for column, meaning in {
        "A (Ref)": "Admission number",
        "B (Who)": "Name (surname and forename in one column)",
        "C (When)": "Date",
        "D (Part)": "Session (AM or PM)",
        "E (Sign)": "Attendance mark",
    }.items():
        page.get_by_label(f"Column {column} is").select_option(meaning)
    page.get_by_role("button", name="Remember this and read the file").click()


def run_of(page: Page, school: str, name: str) -> int:
    """The return run that the page of a pupil shows, in school days."""
    page.goto(f"{school}/pupils")
    page.get_by_role("link", name=name).click()
    figure = page.locator("dl > div").filter(has=page.get_by_text("Return run", exact=True)).first
    return int(figure.get_by_role("definition").first.inner_text().split()[0])


def days_absent(*, through: int) -> int:
    """School days from the first absence to the end of a week."""
    return sum(on >= ABSENT_FROM for week in WEEKS[: through + 1] for on in week)
