"""The enquiry log of a case: the meter, each step, the form of each kind, corrections and files."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from cme.access.roles import Role
from cme.casework.enquiries.enquiry import EnquiryEntry, Result
from cme.casework.enquiries.evidence import MAX_BYTES
from cme.casework.enquiries.steps import read_steps
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import enquiries, restrictions
from cme.services.restrictions import NewRestriction
from cme.store import cases
from cme.store.database import db, transaction
from cme.store.tables import Contact, Enquiry, Pupil
from tests.enquiries import call_entry, visit_entry
from tests.files import JPEG, PAGE, PDF, PROGRAM
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.people import World
from tests.webclient import Page, WebClient

TODAY = ["20", "11", "2026"]
CALL = {
    "contact_id": "other",
    "contacted": "Pat Birch",
    "done_on": TODAY,
    "done_time": "9.30am",
    "method": "phone",
    "result": "no_answer",
    "done_by": "Kit Lowe",
}
VISIT = {
    "used": "12 High Row",
    "done_on": TODAY,
    "done_time": "10:15",
    "half": "AM",
    "second_staff": "Jo Hale",
    "answered": "nobody",
    "there": ["lights", "card_left"],
    "result": "no_answer",
    "done_by": "Kit Lowe",
    "notes": "Curtains <drawn>",
}
FORMS = {
    "E01": CALL,
    "E05": {**CALL, "method": "text", "result": "message_left"},
    "E18": VISIT,
    "E21": {
        "contact_id": "other",
        "contacted": "Pat Birch",
        "used": "12 High Row",
        "done_on": TODAY,
        "done_time": "10:15",
        "method": "post",
        "result": "awaiting_reply",
        "next_on": ["27", "11", "2026"],
        "done_by": "Kit Lowe",
    },
    "E10": {
        "contacted": "Beech Hill School",
        "done_on": TODAY,
        "done_time": "11:00",
        "method": "phone",
        "result": "agency_no_trace",
        "done_by": "Kit Lowe",
    },
    "E07": {
        "contacted": "Class teacher, SENCo",
        "done_on": TODAY,
        "done_time": "11:00",
        "method": "in_person",
        "result": "agency_positive",
        "done_by": "Kit Lowe",
    },
}
"""One form of every kind, filled in."""


@pytest.fixture
def office(world: World) -> WebClient:
    """The browser of the school office."""
    return world.sign_in_as(Role.SCHOOL_USER)


@pytest.fixture
def dsl(world: World) -> WebClient:
    """The browser of the school's DSL."""
    return world.sign_in_as(Role.DSL)


@pytest.fixture
def path(book: Casebook) -> str:
    """The enquiries of a child who has been absent for four days."""
    return f"/cases/{book.enquiries()}/enquiries"


def kept(book: Casebook, path: str, entry: EnquiryEntry, **more: object) -> int:
    """Record an enquiry without the form; its id."""
    with book.world.app.app_context():
        case = cases.find_case(book.officer, path.split("/")[2])
        assert case is not None
        done = enquiries.log(book.dsl, case.registration_id, entry, at=AT, **more)  # type: ignore[arg-type]
        assert isinstance(done, int)
        return done


def call(**more: object) -> EnquiryEntry:
    return call_entry(**{"done_at": AT, **more})  # type: ignore[arg-type]


def on_record(book: Casebook) -> list[Enquiry]:
    with book.world.app.app_context():
        found = list(db.session.query(Enquiry).order_by(Enquiry.id))
        db.session.expunge_all()
        return found


def step(page: Page, code: str) -> str:
    """All that the page says of a step."""
    item = next(each for each in page.tree.iter("li") if each.get("id") == code)
    return " ".join("".join(item.itertext()).split())


class TestLog:
    def test_it_shows_every_step_of_the_school_under_the_meter(self, path: str, dsl: WebClient) -> None:
        page = dsl.get(path)
        assert page.heading == "Enquiries"
        assert re.search(r"\d+ of \d+ done Missing: home visit ?first-day call", page.words)
        shown = {each.get("id") for each in page.tree.iter("li")}
        assert {code for code, one in read_steps().items() if one.side != "la" and code != "E47"} <= shown
        assert "E34" not in shown

    def test_each_step_says_where_it_stands_and_what_counts(self, path: str, dsl: WebClient) -> None:
        page = dsl.get(path)
        assert "Overdue" in step(page, "E01")
        assert "It was due on Mon 16 Nov 2026." in step(page, "E01")
        assert "Due today" in step(page, "E18")
        assert "What counts: morning or afternoon" in step(page, "E18")
        assert "Not applicable" in step(page, "E51")
        assert "If it applies" in step(page, "E26")

    def test_quick_links_lead_to_what_is_missing(self, path: str, dsl: WebClient) -> None:
        assert dsl.get(path).links["home visit"] == f"{path}/log?step=E18"

    def test_the_overview_says_it_in_a_line_and_leads_there(self, path: str, dsl: WebClient) -> None:
        page = dsl.get(path.removesuffix("/enquiries"))
        assert "; missing: home visit, first-day call" in page.words
        assert page.links["See and record enquiries"] == path
        assert page.links["Enquiries"] == path

    @pytest.mark.parametrize("role", [Role.LA_MANAGER, Role.HEAD, Role.INSPECTOR])
    def test_others_read_and_record_nothing(
        self, world: World, book: Casebook, path: str, role: Role
    ) -> None:
        enquiry_id = kept(book, path, call(notes="Rang twice"))
        reader = world.sign_in_as(role)
        page = reader.get(path)
        assert "Rang twice" in page.words
        assert f"{path}/log?step=E18" not in page.html
        for address in (f"{path}/log?step=E18", f"{path}/aside?step=E18", f"{path}/{enquiry_id}/correct"):
            reader.get(address, status=404)
            reader.post(address, status=404)

    def test_the_front_door_reads_the_log_of_a_referred_child(self, world: World, book: Casebook) -> None:
        front_door = world.sign_in_as(Role.FRONT_DOOR)
        front_door.get(f"/cases/{book.referred()}/enquiries")
        front_door.get(f"/cases/{book.enquiries()}/enquiries", status=404)

    def test_another_school_finds_nothing(self, world: World, book: Casebook, path: str) -> None:
        enquiry_id = kept(book, path, call())
        stranger = world.sign_in_as(Role.DSL, world.school_b)
        for address in (
            path,
            f"{path}/log?step=E01",
            f"{path}/aside?step=E01",
            f"{path}/{enquiry_id}/correct",
        ):
            stranger.get(address, status=404)
        stranger.post(f"{path}/log?step=E01", CALL, status=404)
        stranger.post(f"{path}/{enquiry_id}/correct", CALL, status=404)

    def test_an_entry_of_another_case_is_not_found_under_this_one(
        self, book: Casebook, path: str, dsl: WebClient
    ) -> None:
        enquiry_id = kept(book, path, call())
        other = f"/cases/{book.enquiries()}/enquiries"
        dsl.get(f"{other}/{enquiry_id}/correct", status=404)
        dsl.post(f"{other}/{enquiry_id}/correct", CALL, status=404)


class TestForm:
    @pytest.mark.parametrize("code", FORMS)
    def test_an_enquiry_of_each_kind_is_recorded(
        self, book: Casebook, path: str, office: WebClient, code: str
    ) -> None:
        action = f"{path}/log?step={code}"
        filled = {**office.get(action).form(action), **FORMS[code]}
        page = office.get(office.post(action, filled).location)
        assert "recorded." in page.words
        assert "Done" in step(page, code)
        assert "1 entry" in step(page, code)
        (row,) = on_record(book)
        assert (row.step, row.done_by, row.outcome) == (code, "Kit Lowe", FORMS[code]["result"])

    def test_a_visit_keeps_what_was_seen(self, book: Casebook, path: str, office: WebClient) -> None:
        office.post(f"{path}/log?step=E18", VISIT)
        (row,) = on_record(book)
        assert row.visit == {
            "half": "AM",
            "second_staff": "Jo Hale",
            "answered": "nobody",
            "lights": True,
            "post": False,
            "vehicle": False,
            "card_left": True,
            "harm_seen": False,
        }
        page = office.get(path)
        assert "lights or sounds and a card was left" in step(page, "E18")
        assert "Curtains &lt;drawn&gt;" in page.html

    @pytest.mark.parametrize("code", FORMS)
    def test_a_refusal_keeps_all_that_was_typed(self, path: str, office: WebClient, code: str) -> None:
        action = f"{path}/log?step={code}"
        page = office.post(action, {**FORMS[code], "done_by": "", "notes": "Typed <once>"}, status=422)
        assert page.errors == ["Enter the name of the person who did it."]
        filled = page.form(action)
        assert filled["notes"] == "Typed <once>"
        for name, value in FORMS[code].items():
            if isinstance(value, str) and name not in ("done_by", "notes"):
                assert filled[name] == value, name
        assert filled["done_on"] == "2026"

    def test_an_empty_form_says_at_each_field_what_is_missing(self, path: str, office: WebClient) -> None:
        page = office.post(f"{path}/log?step=E18", {"done_time": "10:15", "done_by": ""}, status=422)
        assert set(page.errors) == {
            "Enter the date and the time at which it was done.",
            "Enter the name of the person who did it.",
            "Choose what came of it.",
            "Choose whether the visit was in the morning or the afternoon.",
            "Enter the address that was visited.",
            "Enter the name of the second member of staff. Nobody visits alone.",
            "Enter who answered the door, or “nobody”.",
        }
        assert page.title.startswith("Error: ")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"done_time": "25:00"}, "Enter a time like 14:30 or 2.30pm"),
            ({"done_time": "noonish"}, "Enter a time like 14:30 or 2.30pm"),
            ({"done_on": ["31", "2", "2026"]}, "The date must be a real date: February 2026 has 28 days"),
            (
                {"done_on": ["21", "11", "2026"]},
                "The date and time must not be in the future. Enter when it was done.",
            ),
            ({"result": "address_empty"}, "Choose a result that fits this enquiry."),
            ({"result": "abroad"}, "Enter the country the child is said to be in."),
            ({"contacted": "", "contact_id": ""}, "Choose who it was, or enter the name of somebody else."),
        ],
    )
    def test_what_is_wrong_is_said_in_a_sentence(
        self, path: str, office: WebClient, typed: dict[str, object], said: str
    ) -> None:
        page = office.post(f"{path}/log?step=E01", {**CALL, **typed}, status=422)
        assert page.errors == [said]

    def test_a_time_that_is_missing_is_asked_for_at_its_box(self, path: str, office: WebClient) -> None:
        page = office.post(f"{path}/log?step=E01", {**CALL, "done_time": ""}, status=422)
        assert page.errors == ["Enter the date and the time at which it was done."]
        assert 'href="#done_time"' in page.html

    def test_a_wrong_time_stays_in_its_box(self, path: str, office: WebClient) -> None:
        action = f"{path}/log?step=E01"
        assert (
            office.post(action, {**CALL, "done_time": "noonish"}, status=422).form(action)["done_time"]
            == "noonish"
        )

    def test_a_form_that_is_sent_twice_is_one_enquiry(
        self, book: Casebook, path: str, office: WebClient
    ) -> None:
        action = f"{path}/log?step=E01"
        filled = {**office.get(action).form(action), **CALL}
        office.post(action, filled)
        office.post(action, filled)
        assert len(on_record(book)) == 1

    def test_a_concern_tells_whoever_entered_it_what_to_do(self, path: str, office: WebClient) -> None:
        page = office.get(office.post(f"{path}/log?step=E01", {**CALL, "result": "reached_concern"}).location)
        assert "The designated safeguarding lead looks at it today: tell them now." in page.words

    def test_a_move_opens_the_next_enquiry_and_says_so(self, path: str, office: WebClient) -> None:
        moved = {**CALL, "result": "moved_new_address", "place": "Leeds"}
        page = office.get(office.post(f"{path}/log?step=E01", moved).location)
        assert "Next: ask the authority the family said it was going to" in page.words
        assert "Not applicable" not in step(page, "E33")

    def test_contacts_are_listed_in_call_order_with_do_not_contact_on_top(
        self, book: Casebook, path: str, office: WebClient
    ) -> None:
        people = _contacts(book, path, ("Pat Birch", "Kay Moss", "Lee Birch"))
        with book.world.app.app_context():
            new = NewRestriction(RestrictionKind.NO_CONTACT, people["Kay Moss"], note="Court order")
            assert isinstance(restrictions.add(book.dsl, _registration(book, path), new, at=AT), int)
        page = office.get(f"{path}/log?step=E01")
        listed = page.html[page.html.index("Whom did you ring?") :]
        assert sorted(people, key=listed.index) == ["Kay Moss", "Pat Birch", "Lee Birch"]
        barred = next(
            each for each in page.tree.iter("input") if each.get("value") == str(people["Kay Moss"])
        )
        assert "disabled" in barred.attrib
        assert "0770 Kay Moss" not in listed

    def test_a_contact_is_chosen_and_their_number_kept(
        self, book: Casebook, path: str, office: WebClient
    ) -> None:
        people = _contacts(book, path, ("Pat Birch",))
        chosen = {**CALL, "contact_id": str(people["Pat Birch"]), "contacted": ""}
        office.post(f"{path}/log?step=E01", chosen)
        (row,) = on_record(book)
        assert (row.contact_id, row.contacted, row.used) == (
            people["Pat Birch"],
            "Pat Birch",
            "0770 Pat Birch",
        )

    @pytest.mark.parametrize("step_", ["", "E99", "E13", "nonsense"])
    def test_what_is_no_enquiry_leads_back(self, path: str, office: WebClient, step_: str) -> None:
        assert office.get(f"{path}/log?step={step_}", status=303).location == path
        assert "Choose an enquiry from the list." in office.get(path).words

    @on_both
    @pytest.mark.parametrize("slug", ["log", "aside"])
    def test_the_office_is_told_that_a_step_is_for_the_dsl(
        self, path: str, office: WebClient, slug: str
    ) -> None:
        assert office.get(f"{path}/{slug}?step=E14", status=303).location == path
        office.post(f"{path}/{slug}?step=E14", FORMS["E10"])
        assert "for the designated safeguarding lead to record" in office.get(path).words

    def test_nothing_is_recorded_in_a_closed_case(self, book: Casebook, dsl: WebClient) -> None:
        path = f"/cases/{book.closed()}/enquiries"
        assert "step=E18" not in dsl.get(path).html
        dsl.post(f"{path}/log?step=E18", VISIT)
        assert "This case is closed." in dsl.get(path).words
        assert on_record(book) == []

    def test_a_restriction_stands_over_the_form(self, book: Casebook, path: str, office: WebClient) -> None:
        with book.world.app.app_context():
            new = NewRestriction(RestrictionKind.ADVICE_FIRST, note="Forced marriage feared")
            assert isinstance(restrictions.add(book.dsl, _registration(book, path), new, at=AT), int)
        page = office.get(path)
        assert "Do not do" in step(page, "E18")
        assert "specialist advice first" in step(page, "E18")
        assert f"{path}/log?step=E18" not in page.html
        assert "Record only what was done before." in office.get(f"{path}/log?step=E18").words


class TestAside:
    def test_a_step_is_put_aside_with_its_reason(self, path: str, office: WebClient) -> None:
        action = f"{path}/aside?step=E10"
        assert office.post(action, {"result": "not_applicable"}, status=422).errors == [
            "Enter why this does not apply to the child."
        ]
        page = office.get(office.post(action, {"result": "not_applicable", "reason": "Only child"}).location)
        assert "Not applicable" in step(page, "E10")
        assert "Only child" in step(page, "E10")

    def test_without_a_choice_no_more_than_the_choice_is_asked_for(self, path: str, dsl: WebClient) -> None:
        page = dsl.post(f"{path}/aside?step=E22", {"reason": "No address"}, status=422)
        assert page.errors == ["Choose what you want to record."]
        assert page.form(f"{path}/aside?step=E22")["reason"].strip() == "No address"

    def test_the_dsl_waives_and_the_meter_says_so(self, path: str, dsl: WebClient) -> None:
        dsl.post(f"{path}/aside?step=E18", {"result": "waived", "reason": "Police are there"})
        page = dsl.get(path)
        assert "Waived" in step(page, "E18")
        assert "Waived: home visit." in page.words

    def test_the_office_is_offered_no_waiver(self, book: Casebook, path: str, office: WebClient) -> None:
        action = f"{path}/aside?step=E18"
        assert office.get(action).values("result") == ["not_applicable"]
        page = office.post(action, {"result": "waived", "reason": "Too far"}, status=422)
        assert page.errors == ["Only the designated safeguarding lead waives an enquiry. Ask them."]
        assert on_record(book) == []


class TestCorrection:
    @on_both
    def test_an_entry_is_corrected_and_what_it_was_is_shown(
        self, book: Casebook, path: str, dsl: WebClient
    ) -> None:
        action = f"{path}/{kept(book, path, call(notes='Rang twice'))}/correct"
        filled = dsl.get(action).form(action)
        assert filled["notes"] == "Rang twice"
        corrected = {**filled, "done_on": TODAY, "next_on": ["", "", ""], "notes": "Rang once"}
        page = dsl.post(action, corrected, status=422)
        assert page.errors == ["Enter why the entry is corrected."]
        page = dsl.get(dsl.post(action, {**corrected, "correction_reason": "Miscounted"}).location)
        assert "The entry is corrected." in page.words
        told = step(page, "E01")
        assert "Rang once" in told
        assert "Rang twice" in told
        assert "Miscounted" in told

    def test_an_entry_is_withdrawn(self, book: Casebook, path: str, dsl: WebClient) -> None:
        action = f"{path}/{kept(book, path, visit_entry(done_at=AT.replace(hour=9)))}/correct"
        assert "Done" in step(dsl.get(path), "E18")
        assert dsl.post(action, {"withdraw": "y"}, status=422).errors == ["Enter why the entry is withdrawn."]
        page = dsl.get(dsl.post(action, {"withdraw": "y", "correction_reason": "Another child"}).location)
        assert "The entry is withdrawn." in page.words
        struck = ["".join(each.itertext()) for each in page.tree.iter("s")]
        assert len(struck) == 1
        assert struck[0].startswith("Withdrawn: Fri 20 Nov 2026")
        assert "on Fri 20 Nov 2026, 12:00pm: Another child" in page.words
        assert "1 entry" not in step(page, "E18")

    def test_what_was_put_aside_is_taken_up_again_by_withdrawing_it(
        self, book: Casebook, path: str, dsl: WebClient
    ) -> None:
        aside = call_entry("E10", Result.WAIVED, method=None, reason="Only child", done_at=AT)
        action = f"{path}/{kept(book, path, aside)}/correct"
        assert "notes" not in dsl.get(action).form(action)
        dsl.post(action, {"correction_reason": "There is a brother"})
        assert "Overdue" in step(dsl.get(path), "E10")

    def test_the_second_of_two_editors_is_told(self, book: Casebook, path: str, dsl: WebClient) -> None:
        action = f"{path}/{kept(book, path, call())}/correct"
        dsl.post(action, {"withdraw": "y", "correction_reason": "Another child"})
        dsl.get(action, status=404)

    def test_the_office_corrects_its_own_and_not_the_dsl_s(
        self, book: Casebook, path: str, office: WebClient
    ) -> None:
        own, other = (
            kept(book, path, call()),
            kept(book, path, call(step="E50", result=Result.AGENCY_POSITIVE)),
        )
        office.get(f"{path}/{own}/correct")
        assert office.get(f"{path}/{other}/correct", status=303).location == path


class TestRestricted:
    def test_the_office_is_shown_no_step_that_tells_of_a_flag(
        self, path: str, office: WebClient, dsl: WebClient
    ) -> None:
        for client, expected in ((office, False), (dsl, True)):
            for page in (client.get(path), client.get(path.removesuffix("/enquiries"))):
                assert ("Virtual School Head told" in page.words) <= expected
            words = client.get(path).words
            assert ("Virtual School Head told" in words) is expected

    def test_the_office_is_shown_neither_the_entry_nor_the_step(
        self, book: Casebook, path: str, office: WebClient, dsl: WebClient
    ) -> None:
        kept(book, path, call(step="E29", result=Result.AGENCY_POSITIVE, notes="Feared marriage"))
        secret = kept(book, path, call(notes="Mother is afraid", restricted=True))
        page = office.get(path)
        for word in ("Feared marriage", "Mother is afraid", "Forced marriage, FGM"):
            assert word not in page.words
        assert "Further entries are kept for safeguarding staff." in step(page, "E01")
        office.get(f"{path}/{secret}/correct", status=404)
        timeline = office.get(path.removesuffix("/enquiries")).words
        assert "Enquiry recorded" in timeline
        assert "Specialist advice" not in timeline
        page = dsl.get(path)
        assert "Feared marriage" in page.words
        assert "Mother is afraid" in page.words
        assert "Specialist advice. Something is known" in dsl.get(path.removesuffix("/enquiries")).words

    def test_only_safeguarding_staff_keep_an_entry_to_themselves(
        self, book: Casebook, path: str, office: WebClient, dsl: WebClient
    ) -> None:
        action = f"{path}/log?step=E01"
        assert "restricted" not in office.post(action, {"done_by": ""}, status=422).html
        office.post(action, {**CALL, "restricted": "y"})
        dsl.post(action, {**CALL, "restricted": "y"})
        assert [row.restricted for row in on_record(book)] == [False, True]

    def test_a_protected_address_is_shown_to_nobody_at_the_school(
        self, world: World, book: Casebook, path: str, office: WebClient, dsl: WebClient
    ) -> None:
        with book.world.app.app_context():
            with transaction() as session:
                pupil = session.get_one(Pupil, _pupil(book, path))
                pupil.house, pupil.street, pupil.postcode = "77", "Refuge Lane", "DL9 9ZZ"
            made = visit_entry(
                done_at=AT, used="77 Refuge Lane, DL9 9ZZ", notes="At 77 refuge lane nobody was in"
            )
            done = enquiries.log(book.dsl, _registration(book, path), made, at=AT)
            assert isinstance(done, int)
            new = NewRestriction(RestrictionKind.PROTECTED_ADDRESS, note="Refuge")
            assert isinstance(restrictions.add(book.dsl, _registration(book, path), new, at=AT), int)
        for client in (office, dsl):
            for address in (path, f"{path}/{done}/correct", f"{path}/log?step=E18", f"{path}/log?step=E21"):
                words = client.get(address).html.lower()
                assert "refuge lane" not in words, address
                assert not re.search("dl9 ?9zz", words), address
        assert "77 Refuge Lane" in world.sign_in_as(Role.CME_OFFICER).get(path).words


class TestFiles:
    def test_a_file_is_kept_and_comes_back_as_a_file_alone(
        self, world: World, path: str, office: WebClient
    ) -> None:
        send(office, path, ("door.jpg", JPEG), ("note.pdf", PDF))
        page = office.get(path)
        file = office.get(file_link(page, "note.pdf"))
        assert file.response.data == PDF
        assert file.headers["Content-Disposition"] == "attachment; filename=note.pdf"
        assert file.headers["Content-Type"] == "application/pdf"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Cache-Control"] == "no-store"
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert "note" not in file_link(page, "note.pdf")
        world.sign_in_as(Role.CME_OFFICER).get(file_link(page, "door.jpg"))
        world.sign_in_as(Role.DSL, world.school_b).get(file_link(page, "door.jpg"), status=404)

    def test_a_file_of_another_case_is_not_found_under_this_one(
        self, book: Casebook, path: str, office: WebClient
    ) -> None:
        send(office, path, ("door.jpg", JPEG))
        token = file_link(office.get(path), "door.jpg").rpartition("/")[2]
        office.get(f"/cases/{book.enquiries()}/enquiries/evidence/{token}", status=404)

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("page.html", PAGE, "“page.html” is a kind of file that is not taken."),
            ("photo.jpg", PROGRAM, "“photo.jpg” is not a JPEG file, whatever its name says."),
            ("photo.svg", PAGE, "“photo.svg” is a kind of file that is not taken."),
            ("note.pdf.exe", PDF, "“note.pdf.exe” is a kind of file that is not taken."),
            ("empty.pdf", b"", "“empty.pdf” is empty."),
            ("large.pdf", PDF.ljust(MAX_BYTES + 1), "“large.pdf” is larger than 10 MB."),
        ],
    )
    def test_a_hostile_file_refuses_the_entry_and_loses_nothing_typed(
        self, book: Casebook, path: str, office: WebClient, name: str, content: bytes, said: str
    ) -> None:
        action = f"{path}/log?step=E18"
        page = send(office, path, (name, content), status=422)
        assert page.errors[0].startswith(said)
        assert page.form(action)["answered"] == "nobody"
        assert on_record(book) == []

    def test_five_files_of_full_size_are_taken(self, book: Casebook, path: str, office: WebClient) -> None:
        full = [(f"{number}.pdf", PDF.ljust(MAX_BYTES)) for number in range(5)]
        send(office, path, *full)
        assert len(on_record(book)) == 1

    def test_six_files_are_too_many(self, path: str, office: WebClient) -> None:
        six = [(f"{number}.pdf", PDF) for number in range(6)]
        page = send(office, path, *six, status=422)
        assert page.errors == ["Choose 5 files at most. Record the others in a further entry."]

    def test_more_than_a_request_can_hold_is_refused_before_it_is_read(
        self, path: str, office: WebClient
    ) -> None:
        huge = [(f"{number}.pdf", PDF.ljust(MAX_BYTES)) for number in range(6)]
        page = send(office, path, *huge, status=413)
        assert "choose smaller files" in page.words


def send(client: WebClient, path: str, *files: tuple[str, bytes], status: int = 303) -> Page:
    """Send the form of a visit with files."""
    fields = [(name, value) for name, values in VISIT.items() for value in _several(values)]
    parts = [*fields, *(("files", FileStorage(io.BytesIO(content), name)) for name, content in files)]
    values = MultiDict([("csrf_token", client.csrf_token()), *parts])
    # In memory: the client itself would put a body of this size into a file and leave it open.
    boundary, body = encode_multipart(values)
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.request("POST", f"{path}/log?step=E18", status=status, data=body, content_type=content_type)


def file_link(page: Page, name: str) -> str:
    """Where the only file of a name is fetched."""
    (href,) = [href for text, href in page.links.items() if text.startswith(f"{name} in entry")]
    return href


def _several(values: object) -> list[object]:
    return values if isinstance(values, list) else [values]


def _registration(book: Casebook, path: str) -> int:
    case = cases.find_case(book.officer, path.split("/")[2])
    assert case is not None
    return case.registration_id


def _pupil(book: Casebook, path: str) -> int:
    case = cases.find_case(book.officer, path.split("/")[2])
    assert case is not None
    return case.registration.pupil_id


def _contacts(book: Casebook, path: str, names: tuple[str, ...]) -> dict[str, int]:
    """Contacts on record of the child of a case, in call order."""
    with book.world.app.app_context():
        pupil_id = _pupil(book, path)
        with transaction() as session:
            rows = [
                Contact(
                    pupil_id=pupil_id,
                    position=place,
                    name=name,
                    relationship_="Aunt",
                    phone=f"0770 {name}",
                    created_at=AT,
                )
                for place, name in enumerate(names, start=1)
            ]
            session.add_all(rows)
            session.flush()
            return {row.name: row.id for row in rows}
