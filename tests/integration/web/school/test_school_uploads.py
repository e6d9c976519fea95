"""Uploading a register: from the file to the receipt."""

import io
import re
from datetime import timedelta

import pytest
import time_machine

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import MarkChange, RegisterImport, Registration
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook, register
from tests.integration.web.school.conftest import Office
from tests.people import World

SELECT = "Select a register file"


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A."""
    return Office(world, world.sign_in_as(Role.SCHOOL_USER, name="Robin Marsh"))


def count_of(world: World, table: type) -> int:
    """How many rows a table has."""
    with world.app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def test_the_page_says_what_can_be_uploaded(office: Office) -> None:
    page = office.client.get(f"{office.path}/uploads")
    assert "smaller than 10MB" in page.words
    assert "Unique pupil number" in page.words
    assert page.links["Download a register to fill in"] == f"{office.path}/uploads/templates"


def test_no_file_is_asked_for_beside_the_field(office: Office) -> None:
    page = office.client.post(f"{office.path}/uploads", {}, status=422)
    assert page.errors == [SELECT]
    assert page.title.startswith("Error: Upload a register")


def test_text_in_place_of_a_file_is_not_taken(office: Office) -> None:
    page = office.client.post(f"{office.path}/uploads", {"register": "no file"}, status=422)
    assert page.errors == [SELECT]


def test_a_file_that_cannot_be_read_is_refused_in_words_and_leaves_nothing(office: Office) -> None:
    page = office.send(b"%PDF-1.7", name="register.pdf", status=422)
    assert page.errors == ["This is a PDF. Export the register as Excel or CSV."]
    assert count_of(office.world, RegisterImport) == 0


def test_a_file_over_the_cap_is_refused_where_the_form_is(office: Office) -> None:
    office.world.app.config["MAX_CONTENT_LENGTH"] = 2_000
    page = office.send(b"a" * 3_000, status=413)
    assert page.errors == ["The file must be smaller than 10MB. Send a shorter period, for example one term."]
    assert page.heading == "Upload a register"


def test_a_file_just_over_the_cap_is_refused_by_the_reader(office: Office) -> None:
    settings = office.world.app.config["CME_SETTINGS"]
    office.world.app.config["CME_SETTINGS"] = settings.model_copy(update={"max_upload_bytes": 1_000})
    page = office.send(b"a" * 1_001, status=413)
    assert page.errors[0].startswith("This file is larger than")


def test_only_the_upload_form_speaks_of_a_file_that_is_too_large(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"]})
    dsl, path = office.world.sign_in_as(Role.DSL), f"{office.pupil('Birch')}/cases"
    page = dsl.post(path, {"reason": "x" * 600_000}, status=413)
    assert page.heading == "What you sent is too large"


def test_the_cap_that_is_configured_is_named(office: Office) -> None:
    settings = office.world.app.config["CME_SETTINGS"]
    office.world.app.config["CME_SETTINGS"] = settings.model_copy(update={"max_upload_bytes": 2 * 1024**2})
    office.world.app.config["MAX_CONTENT_LENGTH"] = 2_000
    page = office.send(b"a" * 3_000, status=413)
    assert page.errors[0].startswith("The file must be smaller than 2MB.")


def test_too_large_a_file_for_another_school_tells_nothing(world: World, office: Office) -> None:
    world.app.config["MAX_CONTENT_LENGTH"] = 2_000
    path = f"/schools/{world.school_b.laestab}/uploads"
    page = office.client.post(path, {"register": (io.BytesIO(b"a" * 3_000), "a.csv")}, status=404)
    assert page.heading == "Page not found"
    assert "Beech Hill" not in page.words


def test_the_check_page_says_what_was_found_and_what_it_would_mean(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"] * 11, "Cole, Cora": ["O"] * 2})
    page = office.client.get(check_page)
    assert page.heading == "Check the register"
    assert "CSV register, 3 pupils, 3 to 19 November 2026" in page.words
    assert "1 pupil would reach day 10 of the return run." in page.words
    assert "1 pupil would become absent without authority." in page.words
    assert "3 new pupils" in page.words
    assert count_of(office.world, Registration) == 0


def test_approval_writes_the_register_once_and_shows_the_receipt(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"] * 11})
    receipt = office.confirm(check_page).location
    page = office.client.get(receipt)
    assert "The register is imported" in page.words
    assert page.heading == "Register imported"
    assert "1 pupil reached day 10 of the return run." in page.words
    assert "1 case was opened." in page.words
    assert page.links["Birch, Ben"] == office.pupil("Birch")
    assert re.search(r"Approved Fri 20 Nov 2026, 12:00pm, by Robin Marsh", page.words)
    assert "The register is imported" not in office.client.get(receipt).words


def test_approving_twice_does_nothing_again(office: Office) -> None:
    receipt = office.approve({"Birch, Ben": ["O"] * 3})
    before = count_of(office.world, MarkChange)
    page = office.client.post(f"{receipt}/approve", status=409)
    assert page.errors == ["This upload was approved by Robin Marsh before. Nothing was done again."]
    assert count_of(office.world, MarkChange) == before


def test_a_cancelled_upload_is_not_imported_and_can_not_be_approved(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"] * 3})
    cancelled = office.client.post(f"{check_page}/cancel").location
    page = office.client.get(cancelled)
    assert page.heading == "Upload cancelled"
    assert "Its name, dates and fingerprint stay on record." in page.words
    page = office.client.post(f"{check_page}/approve", status=409)
    assert page.heading == "Upload cancelled"
    assert "cancelled by Robin Marsh" in page.errors[0]
    assert count_of(office.world, Registration) == 0


def test_errors_are_counted_listed_and_each_leads_to_its_row(office: Office) -> None:
    codes = ["Q9", "O", "O", "O", "O"]
    page = office.client.get(office.upload({"Birch, Ben": codes, "Cole, Cora": codes}))
    assert page.heading == "Put right the register"
    assert page.title.startswith("Error: ")
    assert "4 errors to put right" in page.words
    assert page.errors[0].startswith("Correct 4 marks that are not codes, the first in cell")
    assert "#issue-1" in page.links.values()
    assert page.form(f"{office.path}/uploads").keys() >= {"csrf_token", "register"}
    assert "Approve and import" not in page.words


def test_a_faulty_upload_can_not_be_approved(office: Office) -> None:
    faulty = office.upload({"Birch, Ben": ["Q9", "O", "O", "O"]})
    page = office.client.post(f"{faulty}/approve", status=409)
    assert page.errors == ["This upload has errors. Put them right in the file and upload it again."]


def test_the_check_page_names_the_open_case_of_a_child(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 11})
    page = office.client.get(office.upload({"Birch, Ben": ["O"] * 12}))
    assert page.links["CME-26-0001"] == "/cases/CME-26-0001"
    assert "referred already" not in page.words


def test_changed_marks_are_shown_old_and_new(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4})
    page = office.client.get(office.upload({"Birch, Ben": ["O", "O", "C", "O"]}))
    assert "2 marks changed" in page.words
    assert "Birch, Ben Date Wed 18 Nov 2026 Held here AM O, PM O In this file AM C, PM C" in page.words


def test_particulars_that_the_file_gives_otherwise_are_taken_over_where_ticked(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4})
    corrected = register({"Zeal, Zoe": ["P"] * 6, "Birch, Ben": ["O"] * 4}).replace(
        b"Birch,Ben", b"Birch,Benn"
    )
    address = office.send(corrected).location
    page = office.client.get(address)
    assert "1 difference between the file and what is held" in page.words
    assert "Birch, Benn What Forename Held here Ben In this file Benn" in page.words
    office.confirm(address)
    again = office.send(corrected + b"\r\n").location
    assert "1 difference between" in office.client.get(again).words
    office.confirm(again, accept=True)
    assert "1 difference between" not in office.client.get(office.send(corrected).location).words


def test_nothing_is_approved_that_was_not_confirmed(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"] * 3})
    ticked = office.ticked(check_page)
    page = office.client.post(f"{check_page}/approve", ticked | {"new_pupils": "4"}, status=422)
    assert page.errors == ["Type 3 to confirm that this is the school's register"] or page.errors == [
        "Type 2 to confirm that this is the school's register"
    ]
    assert page.values("new_pupils") == ["4"]
    assert count_of(office.world, Registration) == 0
    office.client.post(f"{check_page}/approve", ticked)
    assert count_of(office.world, Registration) == 2


def test_what_has_changed_since_it_was_looked_at_is_shown_again(office: Office) -> None:
    first = office.upload({"Birch, Ben": ["O"] * 3})
    ticked = office.ticked(first)
    office.approve({"Birch, Ben": ["O"] * 4})
    page = office.client.post(f"{first}/approve", ticked, status=409)
    assert page.errors == ["The roll has changed since this file was checked. Look at the check page again."]
    assert page.heading == "Check the register"


def test_an_upload_can_be_undone(office: Office) -> None:
    receipt = office.approve({"Birch, Ben": ["O"] * 11})
    page = office.client.get(receipt)
    undo = page.links["Undo this upload"]
    page = office.client.get(undo)
    assert "2 pupils whom it put on roll are taken off again." in page.words
    page = office.client.get(office.client.post(undo).location)
    assert page.heading == "Upload undone"
    assert "1 pupil stopped being absent without authority after 10 days or more." in page.words
    assert "Birch" not in office.client.get(f"{office.path}/pupils").words
    office.client.post(undo, status=409)


def test_what_stands_in_the_way_of_undoing_is_named(office: Office) -> None:
    receipt = office.approve({"Birch, Ben": ["O"] * 4})
    office.approve({"Birch, Ben": ["O"] * 5})
    page = office.client.get(f"{receipt}/undo")
    assert "This upload cannot be undone now." in page.words
    assert "register.csv" in page.words
    page = office.client.post(f"{receipt}/undo", status=409)
    assert "Undo that one first" in page.words


@on_both
def test_who_a_pupil_is_can_be_said(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4})
    other = register({"Zeal, Zoe": ["P"] * 6, "Birch, Ben": ["O"] * 4}).replace(b"Birch,Ben", b"Cole,Cora")
    other = re.sub(rb"(Cole,Cora,)[^,]*", rb"\g<1>01/02/2013", other)
    check_page = office.send(other).location
    page = office.client.get(check_page)
    assert "1 row needs your decision" in page.words
    page = office.client.get(page.links["Decide who they are"])
    assert page.heading == "Who are they?"
    assert "Birch, Ben" in page.words
    page = office.client.post(f"{check_page}/rows", {"row1-decision": "leave_out"}, status=422)
    assert page.errors == ["Enter why the row is left out"]
    office.client.post(f"{check_page}/rows", {"row1-decision": "leave_out", "row1-reason": "A visitor"})
    page = office.client.get(check_page)
    assert "1 row left out" in page.words
    receipt = office.client.get(office.confirm(check_page).location)
    assert "Left out: A visitor" in receipt.words


@on_both
def test_a_row_is_left_out_by_its_number_and_taken_in_again(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"] * 4})
    page = office.client.post(f"{check_page}/rows/leave-out", {"row": "77", "reason": "x"}, status=422)
    assert page.errors[0].startswith("Row 77 is no pupil")
    office.client.post(f"{check_page}/rows/leave-out", {"row": "3", "reason": "On a visit"})
    page = office.client.get(f"{check_page}/rows")
    assert "On a visit" in page.words
    (key,) = page.values("key")
    office.client.post(f"{check_page}/rows/take-in", {"key": key})
    assert "On a visit" not in office.client.get(f"{check_page}/rows").words


def test_the_same_file_again_says_when_it_was_imported(office: Office) -> None:
    receipt = office.approve({"Birch, Ben": ["O"] * 4})
    page = office.client.get(office.upload({"Birch, Ben": ["O"] * 4}))
    assert "This very file was imported before" in page.words
    assert page.links["See what it did then"] == receipt
    assert "Approving it changes nothing" in page.words


def test_a_pupil_who_is_not_in_the_file_is_a_question(office: Office) -> None:
    office.approve({"Birch, Ben": ["O"] * 4, "Cole, Cora": ["P"]})
    page = office.client.get(office.upload({"Birch, Ben": ["O"] * 4}))
    assert "1 pupil on roll but not in the file" in page.words
    assert "Approving takes nobody off roll" in page.words
    assert "Cole, Cora" in page.words


def test_a_receipt_tells_of_a_run_that_ended(office: Office, book: Casebook) -> None:
    book.closing_proposed()
    page = office.client.get("/uploads/2")
    assert "1 pupil stopped being absent without authority." in page.words
    assert "Absence ended. Closing proposed." in page.words


def test_an_upload_of_another_school_is_not_there(world: World, office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"]})
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    stranger.get(check_page, status=404)
    for verb in ("approve", "cancel", "undo", "rows", "answers"):
        stranger.post(f"{check_page}/{verb}", status=404)
    stranger.post(
        f"{office.path}/uploads", {"register": (io.BytesIO(register({"A, B": ["O"]})), "a.csv")}, status=404
    )
    assert office.client.get(check_page).heading == "Check the register"


def test_a_head_opens_no_upload(world: World, office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"]})
    head = world.sign_in_as(Role.HEAD)
    head.get(check_page, status=404)
    head.post(f"{check_page}/approve", status=404)


def test_looking_at_approve_does_nothing(office: Office) -> None:
    check_page = office.upload({"Birch, Ben": ["O"]})
    office.client.get(f"{check_page}/approve", status=405)
    assert office.client.get(check_page).heading == "Check the register"


def test_a_row_in_error_can_be_left_out(office: Office) -> None:
    faulty = office.upload({"Birch, Ben": ["Q9", "O", "O"], "Cole, Cora": ["O"] * 3})
    page = office.client.post(f"{faulty}/rows/leave-out", {"row": "4", "reason": "x"}, status=422)
    assert page.errors == ["Row 4 has no error. Enter the number of a row in the table"]
    office.client.post(f"{faulty}/rows/leave-out", {"row": "3", "reason": "A visitor"})
    page = office.client.get(faulty)
    assert page.heading == "Check the register"
    assert "Row 3 was left out by a person" in page.words
    receipt = office.client.get(office.confirm(faulty).location)
    assert "Left out: A visitor" in receipt.words
    assert count_of(office.world, Registration) == 2


@on_both
def test_uploads_that_a_later_one_made_needless_are_cancelled_together(office: Office) -> None:
    waiting = [office.upload({"Birch, Ben": ["O"] * days}) for days in (2, 3)]
    with time_machine.travel(AT + timedelta(hours=3, minutes=5), tick=False):
        page = office.client.get(f"{office.path}/uploads")
        assert "Cancel 2 uploads that wait" not in page.links
        office.approve({"Birch, Ben": ["O"] * 4})
        page = office.client.get(
            office.client.get(f"{office.path}/uploads").links["Cancel 2 uploads that wait"]
        )
        assert page.heading == "Cancel 2 uploads that wait"
        other = office.upload({"Birch, Ben": ["O"] * 5})
        ids = [*page.values("upload"), other.rpartition("/")[2]]
        answer = office.client.post(f"{office.path}/uploads/superseded", {"upload": ids})
        assert "2 uploads are cancelled." in office.client.get(answer.location).words
        for each in waiting:
            assert office.client.get(each).heading == "Upload cancelled"
        assert office.client.get(other).heading == "Check the register"


def test_a_file_of_another_school_is_refused_at_once_and_waits_for_nobody(office: Office) -> None:
    content = register({"Birch, Ben": ["O"] * 3}).decode()
    titled = f"School: Beech Hill School,URN: 900002\n\n{content}".encode()
    page = office.client.get(office.send(titled).location)
    assert any("the register of another school than Alder Grove School" in error for error in page.errors)
    page = office.client.get(f"{office.path}/uploads")
    assert "Waiting for approval" not in page.words
    assert "Has errors" in page.words
    home = office.client.get(f"{office.path}/").words
    assert "Approve or cancel an upload" not in home


def test_a_file_that_a_later_one_outdoes_is_not_said_to_be_held(office: Office) -> None:
    older = office.upload({"Birch, Ben": ["O"] * 3})
    with time_machine.travel(AT + timedelta(hours=3, minutes=5), tick=False):
        office.approve({"Birch, Ben": ["C"] * 3})
        page = office.client.get(older)
    assert "Everything in this file is held already" not in page.words
    assert "passed over, because a file uploaded later says otherwise. Approving it changes" in page.words


def test_another_report_is_said_to_be_one_and_no_row_is_asked_for(office: Office) -> None:
    summary = b"Adno,Surname,Forename,Possible,Attended,% Attendance\nA101,Birch,Ben,20,18,90\n"
    page = office.client.get(office.send(summary).location)
    assert page.errors == [
        "This is a summary. It has totals but no daily marks, so runs of days cannot be counted. "
        "Export the register by session (AM and PM)."
    ]
    assert page.heading == "This file cannot be used"
    for absent in (
        "Correct the rows",
        "Whole file",
        "Errors column",
        "Leave out a row",
        "Read this file again",
    ):
        assert absent not in page.words
    assert page.form(f"{office.path}/uploads") is not None
