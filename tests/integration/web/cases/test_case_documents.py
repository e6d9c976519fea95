"""The documents of a case: who makes which, what is refused before anything is printed, and the audit."""

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.casework.case import Refused
from cme.casework.safety.missing import EpisodeEntry
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, RestrictionKind
from cme.services import enquiries, missing, restrictions
from cme.services.restrictions import NewRestriction
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Case, Registration
from tests.enquiries import call_entry
from tests.integration.services.office import on_both
from tests.integration.web.casebook import Casebook
from tests.people import World
from tests.referrals import ANSWERS
from tests.unit.documents.pdfs import claims_accessibility, words_of
from tests.webclient import Page

SIGNED = {"signed_by": "Robin Marsh", "role": "Attendance officer", "phone": "01325 400400"}
LETTER_1 = {**SIGNED, "to": "Parent or carer of Ada Arden", "address": "12 High Street\nDL3 9AA"}
LETTER_4 = {
    **LETTER_1,
    "why": "We have not been able to reach you.",
    "who_will_call": "the CME officer",
    "family_may_be_told": "y",
}
LETTER_5 = {**LETTER_1, "ground": "i", "ring": "the admissions team on 01325 406222"}
LETTERS: Mapping[int, Mapping[str, str]] = {1: LETTER_1, 2: LETTER_1, 3: SIGNED, 4: LETTER_4, 5: LETTER_5}


def at_home(book: Casebook, reference: str, **columns: Any) -> None:
    """Give the child of a case a home, or its registration other columns."""
    home = {"house": "12", "street": "High Street", "town": "Darlington", "postcode": "DL3 9AA"}
    with book.world.app.app_context(), transaction():
        registration = _registration(reference)
        for name, value in home.items():
            setattr(registration.pupil, name, value)
        for name, value in columns.items():
            setattr(registration, name, value)


def restrict(book: Casebook, reference: str, kind: RestrictionKind, who: str = "") -> None:
    """Restrict contact with the family of a case."""
    with book.world.app.app_context():
        new = NewRestriction(kind, who=who, note="Court order")
        made = restrictions.add(book.officer, _registration(reference).id, new, at=book.at)
        assert not isinstance(made, Refused)


def log(book: Casebook, reference: str, step: str, notes: str, **more: Any) -> None:
    """Log a call of a case, on the day before."""
    with book.world.app.app_context():
        entry = call_entry(step, notes=notes, **more)
        made = enquiries.log(book.dsl, _registration(reference).id, entry, at=book.at)
        assert not isinstance(made, Refused), made.reason


def _registration(reference: str) -> Registration:
    found = db.session.scalar(select(Registration).join(Case).where(Case.reference == reference))
    assert found is not None
    return found


def documents_made(world: World) -> list[Mapping[str, Any]]:
    """What the audit log says of the documents that were made."""
    with world.app.app_context():
        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "document.made"))
        return [row.detail for row in rows.all()]


def file_of(page: Page, name: str) -> bytes:
    """The bytes of a download, which is given as one and kept nowhere."""
    assert page.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert page.headers["Cache-Control"] == "no-store"
    return page.response.data


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.SCHOOL_USER, {"Letters to the family", "Chronology"}),
        (Role.DSL, {"Letters to the family", "For the police", "Referral", "Chronology"}),
        (Role.HEAD, {"Referral", "Chronology"}),
        (Role.FRONT_DOOR, {"Referral", "Chronology"}),
        (Role.CME_OFFICER, {"Referral", "Chronology"}),
    ],
)
def test_each_role_is_offered_what_it_may_make(
    world: World, book: Casebook, role: Role, offered: set[str]
) -> None:
    page = world.sign_in_as(role).get(f"/cases/{book.referred()}/documents")
    headings = {"".join(each.itertext()) for each in page.tree.iter("h2")}
    every = {"Letters to the family", "For the police", "Referral", "Chronology"}
    assert headings & every == offered


@pytest.mark.parametrize("letter", [1, 2, 3])
def test_the_office_makes_a_letter_to_print(world: World, book: Casebook, letter: int, tmp_path: Any) -> None:
    reference = book.enquiries()
    office = world.sign_in_as(Role.SCHOOL_USER)
    page = office.post(f"/cases/{reference}/documents/letters/{letter}", LETTERS[letter], status=200)
    made = file_of(page, f"{reference}-letter-{letter}.pdf")
    assert page.headers["Content-Type"] == "application/pdf"
    assert claims_accessibility(made)
    words = words_of(made, tmp_path)
    assert "Please ring Robin Marsh on 01325 400400 by Wednesday 25 November 2026." in words
    assert ("Ada" in words) is (letter != 3)


def test_a_letter_is_filled_in_as_far_as_the_records_go(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    at_home(book, reference)
    page = world.sign_in_as(Role.SCHOOL_USER, name="Kim Hart").get(f"/cases/{reference}/documents/letters/1")
    form = page.form(f"/cases/{reference}/documents/letters/1")
    assert form["to"] == "Parent or carer of Ada Arden"
    assert form["address"].split("\n") == ["12 High Street", "Darlington", "DL3 9AA"]
    assert form["signed_by"] == "Kim Hart"
    assert "It asks for an answer by Wed 25 Nov 2026" in page.words
    assert page.links["Log it as an enquiry: letter 1"] == f"/cases/{reference}/enquiries/log?step=E21"


def test_a_refused_letter_keeps_what_was_typed_and_is_not_made(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    path = f"/cases/{reference}/documents/letters/2"
    page = world.sign_in_as(Role.SCHOOL_USER).post(path, {**LETTER_1, "phone": "", "to": ""}, status=422)
    assert page.errors == [
        "Enter who the letter is to.",
        "Enter the phone number that the family is to ring.",
    ]
    assert page.form(path)["address"].split() == ["12", "High", "Street", "DL3", "9AA"]
    assert documents_made(world) == []


@pytest.mark.parametrize("kind", list(RestrictionKind))
@pytest.mark.parametrize("role", [Role.SCHOOL_USER, Role.DSL])
def test_a_restriction_comes_before_every_letter(
    world: World, book: Casebook, kind: RestrictionKind, role: Role
) -> None:
    reference = book.referred()
    at_home(book, reference, removed_on=date(2026, 11, 20))
    restrict(book, reference, kind)
    client = world.sign_in_as(role)
    whom = "the designated safeguarding lead" if role is Role.SCHOOL_USER else "the Children's Access Point"
    for letter, typed in LETTERS.items():
        path = f"/cases/{reference}/documents/letters/{letter}"
        for page in (client.get(path), client.post(path, typed, status=409)):
            assert f"No letter can be made. Ask {whom} what to do instead." in page.words
            assert "High Street" not in page.html
    assert "No letter can be made." in client.get(f"/cases/{reference}/documents").words
    assert documents_made(world) == []


def test_a_letter_to_one_who_may_not_be_contacted_is_refused(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    restrict(book, reference, RestrictionKind.NO_CONTACT, who="Jo Ferris")
    office, path = world.sign_in_as(Role.SCHOOL_USER), f"/cases/{reference}/documents/letters/1"
    page = office.post(path, {**LETTER_1, "to": "Jo Ferris"}, status=422)
    assert page.errors == [
        "This person may not be contacted. Ask the designated safeguarding lead what to do instead."
    ]
    office.post(path, {**LETTER_1, "to": "Kit Arden"}, status=200)


def test_a_letter_that_does_not_fit_the_case_says_what_to_do_instead(world: World, book: Casebook) -> None:
    enquiring, referred = book.enquiries(), book.referred()
    office = world.sign_in_as(Role.SCHOOL_USER)
    for reference, letter, said in (
        (enquiring, 4, "The referral has not been sent. Send it first."),
        (enquiring, 5, "No removal from the register is on record."),
        (referred, 1, "The referral has been sent. Make letter 4 instead."),
    ):
        path = f"/cases/{reference}/documents/letters/{letter}"
        assert said in office.get(path).words
        assert said in office.post(path, LETTERS[letter], status=409).words
        assert said in office.get(f"/cases/{reference}/documents").words


def test_letters_four_and_five_tell_what_happened(world: World, book: Casebook, tmp_path: Any) -> None:
    reference = book.referred()
    office, path = world.sign_in_as(Role.SCHOOL_USER), f"/cases/{reference}/documents/letters"
    page = office.post(f"{path}/4", {**LETTER_4, "family_may_be_told": ""}, status=422)
    assert "Ask the designated safeguarding lead whether the family may be told." in page.errors[0]
    made = office.post(f"{path}/4", LETTER_4, status=200)
    assert "On Friday 20 November 2026" in words_of(file_of(made, f"{reference}-letter-4.pdf"), tmp_path)
    at_home(book, reference, removed_on=date(2026, 11, 18))
    made = office.post(f"{path}/5", LETTER_5, status=200)
    words = words_of(file_of(made, f"{reference}-letter-5.pdf"), tmp_path)
    assert "On Wednesday 18 November 2026" in words
    assert "regulation 9(1)(i)" in words


@pytest.mark.parametrize("told", ["no", ""])
def test_the_office_does_not_write_to_a_family_whom_the_dsl_has_not_told(
    world: World, book: Casebook, told: str
) -> None:
    reference = book.absent(11)
    answers = {**ANSWERS, "parent_told": told, "parent_not_told_why": "It could put her at risk"}
    book.send(reference, answers=answers, safeguarding=True)
    documents = f"/cases/{reference}/documents"
    path, said = (
        f"{documents}/letters/4",
        "The designated safeguarding lead decides that, and makes this letter.",
    )
    office = world.sign_in_as(Role.SCHOOL_USER)
    for page in (office.get(documents), office.get(path), office.post(path, LETTER_4, status=409)):
        assert said in page.words
        assert "put her at risk" not in page.words
        assert path not in page.links.values()
    assert documents_made(world) == []
    dsl = world.sign_in_as(Role.DSL)
    assert path in dsl.get(documents).links.values()
    dsl.post(path, LETTER_4, status=200)


def test_only_the_school_writes_letters_and_only_its_dsl_the_sheet(world: World, book: Casebook) -> None:
    path = f"/cases/{book.referred()}/documents"
    for role in (Role.HEAD, Role.CME_OFFICER, Role.FRONT_DOOR, Role.LA_MANAGER):
        world.sign_in_as(role).get(f"{path}/letters/4", status=404)
        world.sign_in_as(role).post(f"{path}/letters/4", LETTER_4, status=404)
    for role in (Role.SCHOOL_USER, Role.HEAD, Role.CME_OFFICER):
        world.sign_in_as(role).get(f"{path}/police-sheet", status=404)
        world.sign_in_as(role).post(f"{path}/police-sheet", {}, status=404)
    world.sign_in_as(Role.SCHOOL_USER).post(f"{path}/referral", {}, status=404)


def test_an_inspector_reads_the_case_and_takes_no_name_away(world: World, book: Casebook) -> None:
    path = f"/cases/{book.referred()}"
    inspector = world.sign_in_as(Role.INSPECTOR, expires_on=date(2026, 12, 31))
    assert "Documents" not in inspector.get(path).links
    inspector.get(f"{path}/documents", status=404)
    for document in ("referral", "chronology"):
        inspector.post(f"{path}/documents/{document}", {}, status=404)


def test_documents_of_a_case_elsewhere_do_not_exist(world: World, book: Casebook) -> None:
    path = f"/cases/{book.referred()}/documents"
    stranger = world.sign_in_as(Role.DSL, world.school_b)
    for there in (path, f"{path}/letters/1", f"{path}/police-sheet"):
        stranger.get(there, status=404)
    for there in ("letters/4", "police-sheet", "referral", "chronology"):
        stranger.post(f"{path}/{there}", LETTER_4, status=404)
    assert documents_made(world) == []


def test_the_sheet_is_filled_in_typed_over_and_signed(world: World, book: Casebook, tmp_path: Any) -> None:
    reference = book.enquiries()
    at_home(book, reference)
    dsl, path = world.sign_in_as(Role.DSL, name="Ash Fenner"), f"/cases/{reference}/documents/police-sheet"
    form = dsl.get(path).form(path)
    assert form["addresses"].split("\n") == ["12 High Street", "Darlington", "DL3 9AA"]
    assert "name" not in form
    typed = {**form, "description": "Tall, #red hair", "checks": ["home", "family"], "name": "Somebody else"}
    made = file_of(dsl.post(path, typed, status=200), f"{reference}-police-sheet.pdf")
    words = words_of(made, tmp_path)
    assert "Ada Arden" in words
    assert "4 May 2014, aged 12" in words
    assert "Tall, #red hair" in words
    assert "Somebody else" not in words
    assert "Signed by Ash Fenner, Designated safeguarding lead, 20 November 2026, 12:00" in words
    assert "Home and hiding places in it Yes" in words


def test_the_sheet_takes_over_what_was_noted_of_a_child_who_is_missing(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    with world.app.app_context():
        noted = EpisodeEntry(
            book.at - timedelta(hours=2),
            last_seen="At the gate",
            searched="The park",
            police_reference="DU-77",
        )
        assert isinstance(missing.record(book.dsl, _registration(reference).id, noted, at=book.at), int)
    path = f"/cases/{reference}/documents/police-sheet"
    form = world.sign_in_as(Role.DSL).get(path).form(path)
    assert form["seen_when"] == "Missing since 20 November 2026, 07:00"
    assert (form["seen_where"], form["searched"], form["reference"]) == ("At the gate", "The park", "DU-77")


def test_a_sheet_that_is_too_long_keeps_what_was_typed(world: World, book: Casebook) -> None:
    path = f"/cases/{book.enquiries()}/documents/police-sheet"
    long = "x" * 601
    page = world.sign_in_as(Role.DSL).post(path, {"clothing": long, "vehicles": "A van"}, status=422)
    assert page.errors == ["Clothing must be 600 characters or fewer"]
    assert page.form(path)["clothing"] == long
    assert page.form(path)["vehicles"] == "A van"


def test_a_protected_address_is_printed_in_no_document(world: World, book: Casebook, tmp_path: Any) -> None:
    reference = book.enquiries()
    at_home(book, reference)
    log(book, reference, "E01", "Rang 12, High Street. Nobody there.", used="12 High Street DL39AA")
    with_home = {"last_known_address": "12 High Street", "last_known_postcode": "DL3 9AA"}
    book.send(reference, answers={**ANSWERS, **with_home}, safeguarding=True)
    restrict(book, reference, RestrictionKind.PROTECTED_ADDRESS)
    path = f"/cases/{reference}/documents"
    dsl, officer = world.sign_in_as(Role.DSL), world.sign_in_as(Role.CME_OFFICER)
    sheet = {"addresses": "12 High Street", "places": "at 12 high street, dl3 9aa"}
    printed = [
        dsl.post(f"{path}/police-sheet", sheet, status=200),
        *(client.post(f"{path}/referral", {}, status=200) for client in (dsl, officer)),
        *(client.post(f"{path}/chronology", {}, status=200) for client in (dsl, officer)),
    ]
    for page in printed:
        words = words_of(page.response.data, tmp_path)
        assert ADDRESS_NOT_SHOWN in words
        assert "High Street" not in words
        assert "9AA" not in words
        assert "9aa" not in words


def test_a_referral_is_printed_as_sent_or_as_a_draft(world: World, book: Casebook, tmp_path: Any) -> None:
    draft, sent = book.referral_draft(), book.referred(safeguarding=True)
    dsl = world.sign_in_as(Role.DSL)
    made = dsl.post(f"/cases/{draft}/documents/referral", {}, status=200)
    assert "Draft: not sent" in words_of(file_of(made, f"{draft}-referral-draft.pdf"), tmp_path)
    made = dsl.post(f"/cases/{sent}/documents/referral", {"number": "1"}, status=200)
    words = words_of(file_of(made, f"{sent}-referral.pdf"), tmp_path)
    assert "Sent on 20 November 2026, 09:00, by Ash Fenner" in words
    assert "To the Children's Access Point and the CME officer." in words
    assert "Marked as a safeguarding concern." in words
    assert "For the local authority" in words
    assert "Made 20 November 2026, 12:00" in words
    dsl.post(f"/cases/{sent}/documents/referral", {"number": "2"}, status=404)


def test_who_sends_a_referral_is_not_known_before_it_is_sent(
    world: World, book: Casebook, tmp_path: Any
) -> None:
    path = f"/cases/{book.referral_draft()}/documents/referral"
    for role, is_named in ((Role.DSL, True), (Role.CME_OFFICER, False)):
        page = world.sign_in_as(role, name="Quill Tarn").post(path, {}, status=200)
        words = words_of(page.response.data, tmp_path)
        assert ("Name of the referrer Quill Tarn" in words) is is_named


def test_the_chronology_holds_events_enquiries_and_marks(world: World, book: Casebook, tmp_path: Any) -> None:
    reference = book.reviewed()
    log(book, reference, "E01", "Nobody answered")
    dsl = world.sign_in_as(Role.DSL)
    made = dsl.post(f"/cases/{reference}/documents/chronology", {"form": "pdf"}, status=200)
    words = words_of(file_of(made, f"{reference}-chronology.pdf"), tmp_path)
    assert words.index("Nobody answered") < words.index("Case opened") < words.index("DSL review signed")
    assert "Reason: Family is travelling" in words
    assert "Week of 16 November 2026 O O O O O O O O" in words
    assert "not part of this document" not in words


def test_the_chronology_as_a_spreadsheet_runs_no_formula(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    log(book, reference, "E01", "=1+1")
    path, dsl = f"/cases/{reference}/documents/chronology", world.sign_in_as(Role.DSL)
    made = file_of(dsl.post(path, {"form": "csv"}, status=200), f"{reference}-chronology.csv")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows[0] == ["When", "What", "Details", "By"]
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert any("=1+1" in cell for row in rows for cell in row)
    made = file_of(dsl.post(path, {"form": "xlsx"}, status=200), f"{reference}-chronology.xlsx")
    assert made.startswith(b"PK")
    dsl.post(path, {"form": "html"}, status=404)


def test_risk_notes_are_not_in_the_chronology_of_those_who_may_not_see_them(
    world: World, book: Casebook
) -> None:
    reference = book.reviewed()
    log(book, reference, "E01", "Nobody answered")
    log(book, reference, "E02", "The aunt fears harm", restricted=True)
    told = {}
    for role in (Role.DSL, Role.SCHOOL_USER):
        page = world.sign_in_as(role).post(
            f"/cases/{reference}/documents/chronology", {"form": "csv"}, status=200
        )
        told[role] = page.response.data.decode("utf-8-sig")
    for said in ("The aunt fears harm", "Family is travelling"):
        assert said in told[Role.DSL]
        assert said not in told[Role.SCHOOL_USER]
    assert "Nobody answered" in told[Role.SCHOOL_USER]
    assert "not part of this document" in told[Role.SCHOOL_USER]


@on_both
def test_every_document_is_on_record_with_its_hash_and_no_name(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    path, dsl = f"/cases/{reference}/documents", world.sign_in_as(Role.DSL)
    pages = [
        dsl.post(f"{path}/letters/1", LETTER_1, status=200),
        dsl.post(f"{path}/police-sheet", {}, status=200),
        dsl.post(f"{path}/referral", {}, status=200),
        dsl.post(f"{path}/chronology", {"form": "csv"}, status=200),
    ]
    made = documents_made(world)
    assert [each["kind"] for each in made] == ["letter-1", "police-sheet", "referral-draft", "chronology"]
    assert [each["form"] for each in made] == ["pdf", "pdf", "pdf", "csv"]
    assert [each["sha256"] for each in made] == [
        hashlib.sha256(page.response.data).hexdigest() for page in pages
    ]
    assert "Arden" not in str(made)


def test_the_same_document_made_twice_is_the_same_file(world: World, book: Casebook) -> None:
    path, dsl = f"/cases/{book.enquiries()}/documents/chronology", world.sign_in_as(Role.DSL)
    first, second = (dsl.post(path, {}, status=200).response.data for _ in range(2))
    assert first == second


def off_roll(book: Casebook, **particulars: Any) -> str:
    """A case whose child came off the roll, with what a pupil file needs; the reference."""
    reference = book.referred()
    at_home(book, reference, removed_on=date(2026, 11, 20))
    with book.world.app.app_context(), transaction():
        pupil = _registration(reference).pupil
        for name, value in ({"upn": "M841200023001", "sex": "F"} | particulars).items():
            setattr(pupil, name, value)
    return reference


def test_a_school_makes_the_lost_pupil_file_and_nothing_is_cached(world: World, book: Casebook) -> None:
    path = f"/cases/{off_roll(book)}/documents/pupil-file"
    dsl = world.sign_in_as(Role.DSL)
    made = dsl.post(path, dsl.get(path).form(path), status=200)
    assert made.headers["Cache-Control"] == "no-store"
    assert "8412001_CTF_XXXXXXX_001.xml" in made.headers["Content-Disposition"]
    assert b"<UPN>M841200023001</UPN>" in made.response.data
    wrong = dsl.post(path, {"destination": "school", "laestab": "84041", "number": "x"}, status=422)
    assert wrong.errors == ["The number of the file must be from 1 to 999, or empty."]
    wrong = dsl.post(path, {"destination": "school", "laestab": "84041"}, status=422)
    assert "school number must be 4 digits" in wrong.errors[0].lower()
    assert wrong.form(path)["laestab"] == "84041"


def test_what_a_pupil_file_lacks_is_said_in_place_of_the_form(world: World, book: Casebook) -> None:
    path = f"/cases/{off_roll(book, upn=None)}/documents/pupil-file"
    page = world.sign_in_as(Role.SCHOOL_USER).get(path)
    assert "No file can be made yet" in page.words
    assert "A CTF needs a UPN" in page.words


def test_the_sex_that_no_register_said_is_asked_for_with_the_file(world: World, book: Casebook) -> None:
    path = f"/cases/{off_roll(book, sex='')}/documents/pupil-file"
    dsl = world.sign_in_as(Role.DSL)
    form = dsl.get(path).form(path)
    assert dsl.post(path, form, status=422).errors == [
        "Choose the sex of the child, as your register has it."
    ]
    made = dsl.post(path, {**form, "sex": "F"}, status=200)
    assert b"<Sex>F</Sex>" in made.response.data
    assert "Sex of the child" not in dsl.get(path).words


def test_only_those_who_record_its_upload_make_a_pupil_file(world: World, book: Casebook) -> None:
    path = f"/cases/{off_roll(book)}/documents/pupil-file"
    for role in (Role.HEAD, Role.CME_OFFICER, Role.LA_MANAGER):
        world.sign_in_as(role).get(path, status=404)
