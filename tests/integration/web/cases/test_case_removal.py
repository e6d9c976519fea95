"""The pages of a removal at the school: proposed, delivered, decided, taken back, and what follows it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cme.access.roles import Role
from cme.casework.removal.confirming import CHECKS
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind
from cme.services import restrictions
from cme.services.registers import roll, uploads
from cme.services.registers.roll import RollRow
from cme.services.restrictions import NewRestriction
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Registration, Removal
from importers.roll.entries import ContactEntry, RollEntry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook, register
from tests.integration.web.removing import EVIDENCE, answered, know, proposed, removed
from tests.people import World
from tests.unit.documents.pdfs import words_of
from tests.webclient import WebClient

HOME = RollEntry(
    house="12",
    street="High Row",
    town="Northmoor",
    postcode="QZ1 1AA",
    contacts=(ContactEntry("Mo Arden", "Mother", "01632 960 001"),),
)


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL, name="Ash Fenner")


@pytest.fixture
def head(world: World) -> WebClient:
    """The browser of the head teacher."""
    return world.sign_in_as(Role.HEAD, name="Jo Hale")


def at_home(book: Casebook, reference: str) -> None:
    """Put an address and a mother on the roll."""
    with book.world.app.app_context(), transaction():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        rows = {case.registration_id: RollRow(HOME)}
        roll.apply(book.dsl, case.school_id, rows, (), at=AT)


def rows(book: Casebook) -> list[Removal]:
    with book.world.app.app_context():
        return list(db.session.scalars(db.select(Removal).order_by(Removal.id)))


@on_both
def test_a_removal_is_proposed_with_the_return_that_the_records_fill_in(
    book: Casebook, dsl: WebClient
) -> None:
    reference = book.enquiries()
    know(book, reference)
    at_home(book, reference)
    page = dsl.get(f"/cases/{reference}/removal/propose?ground=f")
    assert page.heading == "Propose the removal"
    form = page.form(f"/cases/{reference}/removal/propose")
    assert (form["parent1_name"], form["parent1_phone"]) == ("Mo Arden", "01632 960 001")
    assert "QZ1 1AA" in form["address"]
    filled = {
        **form,
        "evidence_notice": EVIDENCE["notice"],
        "evidence_first_day_on": ["10", "11", "2026"],
        "evidence_team_told": EVIDENCE["team_told"],
        "future_address": "not known",
        "future_school": "none",
    }
    path = f"/cases/{reference}/removal/propose"
    told = dsl.post(path, {**filled, "future_school": ""}, status=422)
    assert any("the new school, or “not known”" in error for error in told.errors)
    assert EVIDENCE["notice"] in told.html
    assert rows(book) == []
    assert dsl.post(path, filled).location == f"/cases/{reference}/removal"
    words = dsl.get(f"/cases/{reference}/removal").words
    assert "The removal is proposed." in words
    assert "In this service" in words
    assert "No answer yet, due by Mon 23 Nov 2026." in words
    assert dsl.get(path, status=303).location == f"/cases/{reference}/removal"


def test_a_condition_that_does_not_hold_refuses_with_its_name_and_source(
    book: Casebook, dsl: WebClient
) -> None:
    reference = book.enquiries()
    path = f"/cases/{reference}/removal/propose"
    page = dsl.post(path, {"ground": "f", "delivery": "here"}, status=422)
    assert page.errors[0].startswith("No school attendance order (SI 2024/208 reg 9(1))")
    assert not any("Removal return complete" in error for error in page.errors)


@pytest.mark.parametrize(
    ("letter", "field", "sentence"),
    [
        ("f", "evidence_notice", "Ground (f) needs this: the parent's written notice: who signed it"),
        ("f", "evidence_first_day_on-day", "Ground (f) needs this: the day that the notice names."),
        (
            "j",
            "evidence_sentence",
            "Ground (j) needs this: the sentence of detention: the court and the date",
        ),
        ("f", "name", "Enter the child's full name."),
        ("f", "no_parent", "Enter the parents with whom the child lives, or why there is none."),
        ("f", "future_school", "Enter the new school, or “not known”."),
    ],
)
def test_what_the_proposal_lacks_is_said_at_its_field(
    book: Casebook, dsl: WebClient, letter: str, field: str, sentence: str
) -> None:
    reference = book.enquiries()
    know(book, reference)
    path = f"/cases/{reference}/removal/propose"
    page = dsl.post(path, {"ground": letter, "delivery": "here"}, status=422)
    assert any(text.startswith(sentence) and to == f"#{field}" for text, to in page.links.items())


def test_the_proposal_says_before_anybody_fills_it_in_that_it_cannot_be_made(
    book: Casebook, dsl: WebClient
) -> None:
    reference = book.decision()
    case = dsl.get(f"/cases/{reference}")
    assert case.links["See what the removal waits for"] == f"/cases/{reference}/gate"
    assert case.words.index("Other things you can do") < case.words.index("Propose the removal")
    page = dsl.get(f"/cases/{reference}/removal/propose")
    assert "It cannot be proposed yet: 8 of 15 conditions are not met. Open: " in page.words
    know(book, reference)
    home = dsl.get(f"/cases/{reference}/removal/propose?ground=f")
    assert "cannot be proposed yet" not in home.words


@on_both
def test_a_second_proposal_starts_from_what_was_entered_for_the_first(
    book: Casebook, dsl: WebClient, head: WebClient
) -> None:
    reference = proposed(book)
    head.post(f"/cases/{reference}/removal/withdraw", {"withdraw-reason": "The wrong phone"})
    path = f"/cases/{reference}/removal/propose"
    page = dsl.get(path)
    form = page.form(path)
    assert form["ground"] == "f"
    assert (form["parent1_phone"], form["future_school"]) == ("01632 960 001", "none: educated at home")
    assert form["evidence_notice"] == EVIDENCE["notice"]
    assert "It is filled in from the proposal of Fri 20 Nov 2026" in page.words
    assert page.values("evidence_first_day_on") == ["10", "11", "2026"]


def test_a_home_that_is_protected_since_is_not_carried_over(
    book: Casebook, dsl: WebClient, head: WebClient
) -> None:
    reference = proposed(book)
    at_home(book, reference)
    head.post(f"/cases/{reference}/removal/withdraw", {"withdraw-reason": "The wrong phone"})
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        assert isinstance(restrictions.add(book.dsl, case.registration_id, new, at=AT), int)
    page = dsl.get(f"/cases/{reference}/removal/propose")
    assert "High Row" not in page.html
    assert page.form(f"/cases/{reference}/removal/propose")["parent1_name"] == "Mo Arden"


def test_after_the_removal_what_follows_today_has_links(
    book: Casebook, dsl: WebClient, head: WebClient
) -> None:
    reference = removed(book)
    links = dsl.get(f"/cases/{reference}/removal").links
    assert (
        links["Upload the pupil file (CTF) to School to School, and record it"] == f"/cases/{reference}/ctf"
    )
    assert links["Write to the family: letter 5, off roll"] == f"/cases/{reference}/documents/letters/5"
    assert "Upload the pupil file (CTF)" in head.get(f"/cases/{reference}/removal").words


def test_grounds_h_and_i_wait_for_the_count(book: Casebook, dsl: WebClient) -> None:
    reference = book.enquiries()
    page = dsl.post(f"/cases/{reference}/removal/propose", {"ground": "i"}, status=422)
    assert any("once the register makes the pupil eligible" in error for error in page.errors)


@on_both
def test_the_head_records_the_removal_and_nobody_else(
    book: Casebook, dsl: WebClient, head: WebClient
) -> None:
    reference = answered(book)
    assert "Record the removal made today" not in dsl.get(f"/cases/{reference}/removal").words
    assert "Open the removal" in head.get(f"/cases/{reference}").links
    page = head.get(f"/cases/{reference}/removal/made")
    assert "Decide" in page.words
    assert "Not known: 7. Decided, and dated today. Not decided yet." in page.words
    path = f"/cases/{reference}/removal/made"
    assert head.post(path, page.form(path)).location == f"/cases/{reference}/removal"
    words = head.get(f"/cases/{reference}/removal").words
    assert "Removed from the register on Fri 20 Nov 2026." in words
    assert "Jo Hale, Head teacher" in words
    assert "Record the removal made today" not in words
    assert rows(book)[0].decided_by == "Jo Hale"


def test_what_holds_the_removal_back_is_said_before_and_after_the_button(
    book: Casebook, head: WebClient
) -> None:
    reference = proposed(book, is_delivered=False)
    page = head.get(f"/cases/{reference}/removal/made")
    assert "The removal return is to be recorded as delivered." in page.words
    assert "Record the removal made today" not in page.words
    refused = head.post(f"/cases/{reference}/removal/made", status=422)
    assert any("Admissions have not answered yet" in error for error in refused.errors)
    assert rows(book)[0].removed_on is None


def test_a_stale_page_decides_nothing(book: Casebook, head: WebClient) -> None:
    reference = proposed(book)
    path = f"/cases/{reference}/removal/made"
    seen = head.get(path).form(f"/cases/{reference}/removal/withdraw")["withdraw-seen"]
    book.world.sign_in_as(Role.ADMISSIONS).post(
        f"/removals/{reference}",
        {"answer": "confirmed", "seen": seen, **{f"check_{code}": "none" for code in CHECKS}},
    )
    page = head.post(path, {"made-seen": seen}, status=409)
    assert "Somebody else worked on this case" in page.errors[0]
    assert head.post(path, page.form(path)).location == f"/cases/{reference}/removal"


def test_the_return_is_recorded_as_delivered(book: Casebook, dsl: WebClient) -> None:
    reference = proposed(book, is_delivered=False)
    path = f"/cases/{reference}/removal/deliver"
    assert "how the return reached" in dsl.post(path, {}, status=422).errors[0]
    filled = {"deliver-how": "By secure e-mail", "deliver-delivered_on": ["20", "11", "2026"]}
    assert dsl.post(path, filled).location == f"/cases/{reference}/removal"
    assert "By secure e-mail" in dsl.get(f"/cases/{reference}/removal").words


def test_a_proposal_is_withdrawn_with_a_reason(book: Casebook, head: WebClient) -> None:
    reference = proposed(book)
    path = f"/cases/{reference}/removal/withdraw"
    assert head.post(path, {}, status=422).errors == ["Enter the reason."]
    assert head.post(path, {"withdraw-reason": "An aunt rang"}).location == f"/cases/{reference}/removal"
    words = head.get(f"/cases/{reference}/removal").words
    assert "This proposal came to its end" in words


@on_both
def test_the_removal_return_is_a_document_and_is_audited(
    book: Casebook, dsl: WebClient, tmp_path: Path
) -> None:
    reference = proposed(book)
    got = dsl.post(f"/cases/{reference}/removal/return", status=200)
    words = words_of(got.response.data, tmp_path)
    for said in ("Mo Arden", "01632 960 001", "12 High Row", "none: educated at home", "(f) Home education"):
        assert said in words
    with book.world.app.app_context():
        kinds = db.session.scalars(
            db.select(AuditEntry.detail).where(AuditEntry.action == "document.made")
        ).all()
    assert [each["kind"] for each in kinds] == ["removal-return"]


def test_without_a_proposal_there_is_no_return_and_no_page(book: Casebook, dsl: WebClient) -> None:
    reference = book.enquiries()
    assert dsl.post(f"/cases/{reference}/removal/return").location == f"/cases/{reference}"
    assert dsl.get(f"/cases/{reference}/removal", status=303).location == f"/cases/{reference}"


def test_a_protected_address_is_on_no_page_and_not_on_the_return(
    book: Casebook, dsl: WebClient, tmp_path: Path
) -> None:
    reference = book.enquiries()
    know(book, reference)
    at_home(book, reference)
    with book.world.app.app_context():
        case = cases.find_case(book.officer, reference)
        assert case is not None
        new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
        assert isinstance(restrictions.add(book.dsl, case.registration_id, new, at=AT), int)
    path = f"/cases/{reference}/removal/propose"
    page = dsl.get(f"{path}?ground=f")
    assert "High Row" not in page.html
    form = page.form(path)
    assert form["address"] == ADDRESS_NOT_SHOWN
    filled = {
        **form,
        "evidence_notice": "Letter",
        "evidence_first_day_on": ["10", "11", "2026"],
        "evidence_team_told": "EHE",
        "future_address": "12 High Row",
        "future_school": "none",
    }
    assert dsl.post(path, filled).location == f"/cases/{reference}/removal"
    words = words_of(dsl.post(f"/cases/{reference}/removal/return", status=200).response.data, tmp_path)
    assert "High Row" not in words
    assert "QZ1 1AA" not in words
    admissions = book.world.sign_in_as(Role.ADMISSIONS)
    for shown in (admissions.get("/removals"), admissions.get(f"/removals/{reference}")):
        assert "Arden" not in shown.html
        assert "High Row" not in shown.html
        assert "Protected: by hand" in shown.words
    assert "Ring the CME officer" in admissions.get(f"/removals/{reference}").words


def test_the_case_shows_the_count_that_the_removal_rests_on(book: Casebook, dsl: WebClient) -> None:
    """The register's own count ends the day before: one day less where the day of the removal was marked."""
    reference = removed(book)
    with book.world.app.app_context(), transaction() as session:
        session.execute(update(Registration).values(removal_run=3))
    words = dsl.get(f"/cases/{reference}").words
    assert "Counted up to Thu 19 Nov 2026: return run 4, removal run 4, days unseen 4." in words
    assert "Removal run 4 school days At the removal, counted up to Thu 19 Nov 2026." in words


@on_both
def test_the_pupil_file_ends_a_case_on_a_known_ground(book: Casebook, dsl: WebClient) -> None:
    reference = removed(book)
    assert "Record that the pupil file was uploaded" in dsl.get(f"/cases/{reference}").links
    path = f"/cases/{reference}/ctf"
    page = dsl.post(path, {"file": "x.xml", "proof": "S2S 1"}, status=422)
    assert "Enter when the file was uploaded." in page.errors
    filled = {
        "file": "8412001_CTF_MMMMMMM_001.xml",
        "uploaded_at": ["20", "11", "2026"],
        "time": "11:30",
        "proof": "S2S 4411",
    }
    assert dsl.post(path, filled).location == f"/cases/{reference}"
    words = dsl.get(f"/cases/{reference}").words
    assert "Pupil file (CTF) uploaded" in words
    assert "Closed" in words


@on_both
def test_a_child_is_admitted_again(book: Casebook, dsl: WebClient) -> None:
    reference = removed(book)
    path = f"/cases/{reference}/readmit"
    page = dsl.post(path, {"starting_on": ["19", "11", "2026"], "reason": "Back"}, status=422)
    assert "the day of the removal, or later" in page.errors[0]
    filled = {"starting_on": ["23", "11", "2026"], "reason": "The family is back"}
    assert dsl.post(path, filled).location == f"/cases/{reference}"
    words = dsl.get(f"/cases/{reference}").words
    assert "Admitted again" in words
    assert "New-pupil return due by Wed 25 Nov 2026" in words


def test_letter_five_names_ground_and_date_once_the_child_is_off_roll(
    book: Casebook, dsl: WebClient, tmp_path: Path
) -> None:
    reference = proposed(book)
    letter = f"/cases/{reference}/documents/letters/5"
    assert "No removal from the register is on record." in dsl.get(letter).words
    gone = removed(book)
    page = dsl.get(f"/cases/{gone}/removal")
    assert page.links["Write to the family: letter 5, off roll"] == f"/cases/{gone}/documents/letters/5"
    path = f"/cases/{gone}/documents/letters/5"
    form = dsl.get(path).form(path)
    assert form["ground"] == "f"
    filled = {**form, "address": "12 High Row", "ring": "Admissions, 01632 960 100", "phone": "01632 960 200"}
    words = words_of(dsl.post(path, filled, status=200).response.data, tmp_path)
    assert "20 November 2026" in words
    assert "9(1)(f)" in words


def test_a_removed_childs_row_waits_on_the_check_page(book: Casebook, world: World) -> None:
    removed(book)
    content = register({"Zeal, Zoe": ["P"] * 6, "Arden, Ada": ["O"] * 4 + ["P"] * 2})
    with world.app.app_context():
        at = AT + timedelta(hours=1)
        upload = uploads.receive(book.dsl, book.place.laestab, [("register.csv", content)], at=at)
    page = world.sign_in_as(Role.SCHOOL_USER).get(f"/uploads/{upload}/rows")
    assert "was removed from the register on 20 November 2026" in page.words
    assert "Removed on Fri 20 Nov 2026" in page.words
    assert "Another child, new to the roll" not in page.words
    assert "Leave this row out" in page.words
