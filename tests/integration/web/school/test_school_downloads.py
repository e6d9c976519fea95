"""Files that a school's office downloads: registers to fill in, and its own file back with its errors."""

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import AuditEntry, RegisterImport, Registration
from tests.integration.services.office import on_both
from tests.integration.web.casebook import register
from tests.integration.web.school.conftest import Office
from tests.people import World
from tests.webclient import Page

PUPILS = {"Birch, Ben": ["O"] * 4, "Cole, Cora": ["P"] * 4}
FAULTY = {"Birch, Ben": ["Q9", "O", "O", "O"], "Cole, Cora": ["P"] * 4}


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A."""
    return Office(world, world.sign_in_as(Role.SCHOOL_USER, name="Robin Marsh"))


def texts(page: Page, sheet: int = 0) -> list[list[str]]:
    """A downloaded workbook's sheet as rows of text."""
    rows = load_workbook(io.BytesIO(page.response.data)).worksheets[sheet].iter_rows(values_only=True)
    return [["" if value is None else str(value) for value in row] for row in rows]


def exported(world: World) -> Iterator[tuple[str, str, dict[str, object]]]:
    """What the audit says was exported."""
    with world.app.app_context():
        entries = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action.like("%.exported")))
        yield from [(entry.action, entry.subject, entry.detail) for entry in entries]


def test_the_page_offers_the_coming_week_and_the_roll_first(office: Office) -> None:
    page = office.client.get(f"{office.path}/uploads/templates")
    assert page.heading == "Download a register to fill in"
    sent = page.form(f"{office.path}/uploads/template")
    assert {name: sent[name] for name in ("contents", "layout", "week", "file")} == {
        "contents": "roll", "layout": "wide-1", "week": "2026-11-16", "file": "xlsx",
    }  # fmt: skip


def test_the_roll_comes_with_its_numbers_and_no_marks_and_is_recorded(office: Office) -> None:
    office.approve(PUPILS)
    page = office.client.get(f"{office.path}/uploads/template?contents=roll")
    assert page.headers["Content-Disposition"] == "attachment; filename=register-to-fill-in.xlsx"
    assert page.headers["Cache-Control"] == "no-store"
    rows = texts(page)
    assert rows[0][7:9] == ["Mon 16/11/2026 AM", "Mon 16/11/2026 PM"]
    assert [row[2] for row in rows[1:]] == ["Birch", "Cole", "Zeal"]
    assert {mark for row in rows[1:] for mark in row[7:]} == {""}
    ((action, subject, detail),) = exported(office.world)
    assert (action, subject) == ("roll.exported", f"school:{office.place.school_id}")
    assert detail == {"pupils": 3, "layout": "wide-1"}


def test_the_roll_filled_in_is_matched_to_the_roll(office: Office) -> None:
    office.approve(PUPILS)
    page = office.client.get(f"{office.path}/uploads/template?contents=roll&week=2026-11-16")
    workbook = load_workbook(io.BytesIO(page.response.data))
    for row in workbook.worksheets[0].iter_rows(min_row=2, min_col=8):
        for cell in row:
            cell.value = "/" if cell.column % 2 == 0 else "\\"
    stream = io.BytesIO()
    workbook.save(stream)
    checked = office.client.get(office.send(stream.getvalue(), name="register.xlsx").location)
    assert checked.heading == "Check the register"
    with office.world.app.app_context():
        upload = db.session.scalars(db.select(RegisterImport).order_by(RegisterImport.id.desc())).first()
        assert upload is not None
        assert (upload.status, upload.pupils) == ("checked", 3)


@pytest.mark.parametrize("layout", ["wide-1", "pupil-day", "long"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_sample_can_be_uploaded(office: Office, layout: str, kind: str) -> None:
    address = f"{office.path}/uploads/template?contents=sample&layout={layout}&file={kind}"
    sample = office.client.get(address)
    assert sample.headers["Content-Disposition"] == f"attachment; filename=sample-register.{kind}"
    page = office.client.get(office.send(sample.response.data, name=f"sample.{kind}").location)
    assert page.heading == "Check the register"
    assert "12 new pupils" in page.words
    assert list(exported(office.world)) == []


def test_an_empty_one_has_headings_alone(office: Office) -> None:
    office.approve(PUPILS)
    page = office.client.get(f"{office.path}/uploads/template?contents=empty&layout=long&file=csv")
    assert page.response.data.decode("utf-8-sig").splitlines()[1:] == []
    assert list(exported(office.world)) == []


@pytest.mark.parametrize(
    "asked", ["contents=x", "layout=wide-9", "week=tomorrow", "contents=empty&week=9999-12-27"]
)
def test_what_is_not_on_offer_is_not_there(office: Office, asked: str) -> None:
    office.client.get(f"{office.path}/uploads/template?{asked}", status=404)


def test_another_school_s_roll_is_not_there(world: World, office: Office) -> None:
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    stranger.get(f"{office.path}/uploads/template?contents=roll", status=404)
    stranger.get(f"{office.path}/uploads/templates", status=404)
    world.sign_in_as(Role.HEAD).get(f"{office.path}/uploads/template?contents=roll", status=404)
    assert list(exported(world)) == []


def test_a_faulty_file_comes_back_with_its_errors_and_goes_in_once_corrected(office: Office) -> None:
    check_page = office.upload(FAULTY)
    page = office.client.get(check_page)
    download = office.client.get(page.links["download your file with an Errors column"])
    assert download.headers["Content-Disposition"] == "attachment; filename=register-with-errors.xlsx"
    assert download.headers["Cache-Control"] == "no-store"
    rows = texts(download)
    given = [line.split(",") for line in register({"Zeal, Zoe": ["P"] * 6, **FAULTY}).decode().splitlines()]
    assert [row[:-1] for row in rows] == given
    assert rows[0][-1] == "Errors"
    (bad,) = [row for row in rows[1:] if row[-1]]
    assert "Birch" in bad
    assert "is not an attendance code" in bad[-1]
    assert [action for action, _, _ in exported(office.world)] == ["upload.exported"]
    workbook = load_workbook(io.BytesIO(download.response.data))
    for row in workbook.worksheets[0].iter_rows():
        for cell in row:
            cell.value = "O" if cell.value == "Q9" else cell.value
    stream = io.BytesIO()
    workbook.save(stream)
    again = office.client.get(office.send(stream.getvalue(), name="register.xlsx").location)
    assert again.heading == "Check the register"
    assert "3 new pupils" in again.words


def test_an_upload_without_errors_has_none_to_download(office: Office) -> None:
    check_page = office.upload(PUPILS)
    page = office.client.get(f"{check_page}/errors.xlsx", status=409)
    assert page.errors == ["Nothing is wrong with this upload, so there is no list of errors to download."]


@on_both
def test_a_cancelled_upload_has_no_file_to_give_back(office: Office) -> None:
    check_page = office.upload(FAULTY)
    office.client.post(f"{check_page}/cancel")
    page = office.client.get(f"{check_page}/errors.xlsx", status=409)
    assert page.errors[0].startswith("The files of this upload have been erased.")


def test_another_school_s_file_is_not_there(world: World, office: Office) -> None:
    check_page = office.upload(FAULTY)
    world.sign_in_as(Role.DSL, world.school_b).get(f"{check_page}/errors.xlsx", status=404)
    world.sign_in_as(Role.HEAD).get(f"{check_page}/errors.xlsx", status=404)
    assert list(exported(world)) == []


def test_downloading_changes_nothing(office: Office) -> None:
    check_page = office.upload(FAULTY)
    for _ in range(2):
        office.client.get(f"{check_page}/errors.xlsx")
    with office.world.app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Registration)) == 0
        assert db.session.scalars(db.select(RegisterImport.status)).all() == ["faulty"]
