"""The first page of a case."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cme.access.roles import Role
from cme.casework.case import Action
from cme.services import enquiries
from cme.store.database import db
from cme.store.tables import AuditEntry, Case, Pupil, Registration
from tests.enquiries import call_entry
from tests.integration.web.casebook import AT, LAST_DAY, Casebook
from tests.people import World
from tests.reviews import signing
from tests.webclient import Page, name_of

STAGES = {
    "enquiries": "School enquiries",
    "reviewed": "School enquiries",
    "referral_draft": "Referral to send",
    "declined": "School enquiries",
    "referred": "Referred",
    "decision": "Eligible for decision",
    "superseded": "Referral superseded",
    "closing_proposed": "Closing proposed",
    "closed": "Closed",
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_case_says_at_which_stage_it_stands(world: World, book: Casebook, stage: str) -> None:
    reference = getattr(book, stage)()
    page = world.sign_in_as(Role.DSL).get(f"/cases/{reference}")
    assert page.heading == f"Case {reference}"
    assert "Ada Arden, born 4 May 2014, Alder Grove School" in page.words
    assert STAGES[stage] in page.words


def test_a_case_shows_what_is_due_and_how_late_it_is(world: World, book: Casebook) -> None:
    words = world.sign_in_as(Role.DSL).get(f"/cases/{book.enquiries()}").words
    due = "Sign the DSL review Overdue It was due on Wed 18 Nov 2026, 2 days ago. The school."
    assert f"{due} Why then: our policy" in words


def test_what_is_due_leads_to_where_the_dsl_does_it(world: World, book: Casebook) -> None:
    reference = book.decision()
    links = world.sign_in_as(Role.DSL).get(f"/cases/{reference}").links
    assert links["Send the attendance return"] == f"/schools/{book.place.laestab}/returns"
    assert links["Sign the joint statement, or write a joint note"] == f"/cases/{reference}/statement"
    links = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{reference}").links
    assert "Send the attendance return" not in links


def test_a_case_leads_from_its_numbers_to_the_days_behind_them(world: World, book: Casebook) -> None:
    page = world.sign_in_as(Role.DSL).get(f"/cases/{book.enquiries()}")
    assert "Return run 4 school days" in page.words
    assert "Counted up to Thu 19 Nov 2026." in page.words
    assert page.links["See every day behind these numbers"].startswith("/pupils/")


def test_a_case_tells_what_happened_newest_first(world: World, book: Casebook) -> None:
    words = world.sign_in_as(Role.DSL).get(f"/cases/{book.referred(acknowledged=True)}").words
    told = ["Referral acknowledged by", "Referral sent by", "Referral drafted, ", "Case opened by"]
    places = [words.index(title) for title in told]
    assert places == sorted(places)
    assert "by the register" in words
    assert "by Cleo Rowe, CME officer" in words
    assert "To the Children's Access Point and the CME officer." in words


def test_risk_notes_are_shown_only_to_those_who_may_see_them(world: World, book: Casebook) -> None:
    path = f"/cases/{book.reviewed()}"
    dsl, office = (world.sign_in_as(role).get(path).words for role in (Role.DSL, Role.SCHOOL_USER))
    assert "Reason: Family is travelling" in dsl
    assert "Family is travelling" not in office
    assert "The reason is kept for safeguarding staff." in office


def test_only_what_can_be_done_now_is_offered(world: World, book: Casebook) -> None:
    draft, referred = f"/cases/{book.referral_draft()}", f"/cases/{book.referred()}"
    dsl = world.sign_in_as(Role.DSL)
    assert "Check and send the referral" in dsl.get(draft).links
    assert "Check and send the referral" not in dsl.get(referred).links
    officer = world.sign_in_as(Role.CME_OFFICER).get(referred)
    assert "Acknowledge the referral" in officer.words
    assert "Sign the DSL review" not in officer.links
    assert "There is nothing here for you to do now." in world.sign_in_as(Role.SCHOOL_USER).get(draft).words


def test_a_case_leads_back_to_the_list_that_its_reader_works_from(world: World, book: Casebook) -> None:
    path = f"/cases/{book.referred()}"
    assert world.sign_in_as(Role.FRONT_DOOR).get(path).links["Back to referrals"] == "/queue"
    assert world.sign_in_as(Role.HEAD).get(path).links["Back to Alder Grove School"] == "/schools/8412001/"


def test_a_proposal_to_close_says_why_and_leads_on(world: World, book: Casebook) -> None:
    reference = book.closing_proposed()
    page = world.sign_in_as(Role.DSL).get(f"/cases/{reference}")
    assert "The register shows the pupil present on 19 November 2026." in page.words
    assert "The register suggests: Returned to this school." in page.words
    assert page.links["Close the case"] == f"/cases/{reference}/close"


def test_a_superseded_referral_says_so(world: World, book: Casebook) -> None:
    words = world.sign_in_as(Role.CME_OFFICER).get(f"/cases/{book.superseded()}").words
    assert "The referral is superseded: after a correction the register no longer counts" in words


def test_a_look_at_a_case_is_put_on_record(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    person = world.person(Role.HEAD)
    person.client.get(f"/cases/{reference}")
    with world.app.app_context():
        looks = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record.viewed")).all()
        assert [(look.actor, look.subject) for look in looks] == [
            (f"user:{person.user_id}", f"case:{book.case_id(reference)}")
        ]


def test_a_case_of_others_looks_as_if_it_did_not_exist(world: World, book: Casebook) -> None:
    reference = book.enquiries()
    for role, place in (
        (Role.DSL, world.school_b),
        (Role.HEAD, world.school_c),
        (Role.CME_OFFICER, world.elsewhere),
        (Role.ADMISSIONS, world.northmoor),
        (Role.LA_ADMIN, world.northmoor),
    ):
        world.sign_in_as(role, place).get(f"/cases/{reference}", status=404)


def test_the_front_door_sees_a_case_once_it_is_referred(world: World, book: Casebook) -> None:
    unsent, sent = book.enquiries(), book.referred()
    front_door = world.sign_in_as(Role.FRONT_DOOR)
    front_door.get(f"/cases/{unsent}", status=404)
    page = front_door.get(f"/cases/{sent}")
    assert "Removal conditions" not in page.links
    assert page.links["Referral"] == f"/cases/{sent}/referral"


@pytest.mark.parametrize("reference", ["CME-26-9999", "CME-26-42", "cme-26-0001", "1"])
def test_an_unknown_reference_is_not_found(world: World, reference: str) -> None:
    world.sign_in_as(Role.DSL).get(f"/cases/{reference}", status=404)


def test_a_case_page_takes_no_form(world: World, book: Casebook) -> None:
    world.sign_in_as(Role.DSL).post(f"/cases/{book.enquiries()}", status=405)


def test_a_call_before_the_case_opened_is_told_of_and_what_is_due_is_a_link(
    world: World, book: Casebook
) -> None:
    book.upload({"Arden, Ada": ["O"]}, last_on=LAST_DAY - timedelta(days=2))
    before = AT - timedelta(days=2)
    with world.app.app_context():
        key = db.session.scalars(
            db.select(Registration.id).join(Registration.pupil).where(Pupil.surname == "Arden")
        ).one()
        made = enquiries.log(book.dsl, key, call_entry(done_at=before, used="07700 900001"), at=before)
        assert isinstance(made, int), made
    book.upload({"Arden, Ada": ["O"] * 3})
    with world.app.app_context():
        reference = db.session.scalars(db.select(Case.reference)).one()
    path = f"/cases/{reference}"
    dsl = world.sign_in_as(Role.DSL).get(path)
    assert "Enquiry recorded before the case opened by Ash Fenner" in dsl.words
    assert dsl.words.index("Case opened by") < dsl.words.index("Enquiry recorded before")
    assert dsl.links["Sign the DSL review"] == f"{path}/review"
    (enquiry,) = {href for name, href in dsl.links.items() if name.startswith("Make the enquiry: ")}
    assert enquiry.startswith(f"{path}/enquiries/log?step=")
    assert "Sign the DSL review" not in world.sign_in_as(Role.SCHOOL_USER).get(path).links
    book.act(Action.SIGN_REVIEW, reference, signing(date(2026, 12, 4)))
    page = world.sign_in_as(Role.DSL).get(path)
    assert page.links["Review again"] == f"{path}/review"
    assert "Sign the DSL review" not in page.links
    assert main_buttons(page) == []


def main_buttons(page: Page) -> list[str]:
    """The links of a page that are shown as its main button."""
    return [
        name_of(link)
        for link in page.tree.iter("a")
        if "govuk-button" in link.get("class", "").split()
        and "govuk-button--secondary" not in link.get("class", "").split()
    ]
