"""What the admissions team sees of removals, and what it answers."""

import pytest

from cme.access.roles import Role
from cme.casework.removal.confirming import CHECKS
from cme.services.removal import removals
from cme.services.removal.removals import Proposal
from cme.store.database import db, transaction
from cme.store.tables import Alert, Pupil, Registration, Removal
from tests.integration.services.office import on_both
from tests.integration.web.casebook import AT, Casebook
from tests.integration.web.removing import EVIDENCE, RETURN, proposed, removed
from tests.people import World
from tests.webclient import WebClient

NOTHING_CHOSEN = "Choose your answer: checked, recorded only, or a query."
ALL_LOOKED_UP = {f"check_{code}": "none" for code in CHECKS}


@pytest.fixture
def admissions(world: World) -> WebClient:
    """The browser of somebody in the admissions team."""
    return world.sign_in_as(Role.ADMISSIONS, name="Joy Tremayne")


@on_both
@pytest.mark.parametrize("role", [Role.ADMISSIONS, Role.INSPECTOR])
def test_nothing_is_proposed_and_the_page_says_what_will_be(world: World, book: Casebook, role: Role) -> None:
    book.referred()
    book.decision()
    page = world.sign_in_as(role).get("/removals")
    assert page.heading == "Removals"
    assert "No removal is proposed." in page.words
    assert "A school proposes a removal once every condition is met." in page.words


@on_both
def test_the_children_who_are_eligible_are_a_number_without_names(
    book: Casebook, admissions: WebClient
) -> None:
    assert "No children are eligible for decision" in admissions.get("/removals").words
    book.decision()
    words = admissions.get("/removals").words
    assert "1 child is eligible for decision" in words
    assert "Arden" not in words


def test_another_authority_counts_its_own_and_sees_no_removal(world: World, book: Casebook) -> None:
    reference = proposed(book)
    book.decision()
    strange = world.sign_in_as(Role.ADMISSIONS, world.elsewhere)
    words = strange.get("/removals").words
    assert "No children are eligible for decision" in words
    assert "Arden" not in words
    strange.get(f"/removals/{reference}", status=404)
    strange.post(f"/removals/{reference}", {"answer": "recorded"}, status=404)


@pytest.mark.parametrize("role", [Role.DSL, Role.CME_OFFICER, Role.FRONT_DOOR])
def test_removals_are_for_admissions(world: World, book: Casebook, role: Role) -> None:
    client = world.sign_in_as(role)
    client.get("/removals", status=403)
    client.get("/removals/made", status=403)
    client.get(f"/removals/{proposed(book)}", status=404)


def test_the_list_takes_no_form(admissions: WebClient) -> None:
    admissions.post("/removals", status=405)


@on_both
def test_admissions_see_what_they_need_and_no_risk_narrative(book: Casebook, admissions: WebClient) -> None:
    reference = proposed(book)
    page = admissions.get("/removals")
    assert page.links[f"Ada Arden, {reference}"] == f"/removals/{reference}"
    assert "Answer due by Mon 23 Nov 2026" in page.words
    words = admissions.get(f"/removals/{reference}").words
    for said in ("Ada Arden", "4 May 2014", "Alder Grove School", "(f) Home education", "Mo Arden"):
        assert said in words
    for said in ("01632 960 001", "12 High Row", "none: educated at home", "Delivered"):
        assert said in words
    admissions.get(f"/cases/{reference}", status=404)


def test_no_case_is_shown_before_its_removal_is_proposed(book: Casebook, admissions: WebClient) -> None:
    admissions.get(f"/removals/{book.decision()}", status=404)


@on_both
def test_a_removal_is_confirmed_in_a_minute(world: World, book: Casebook, admissions: WebClient) -> None:
    dsl = world.person(Role.DSL)
    reference = proposed(book)
    path = f"/removals/{reference}"
    assert (
        "Choose your answer: checked, recorded only, or a query."
        in admissions.post(path, {}, status=422).errors
    )
    lacking = admissions.post(path, {"answer": "confirmed"}, status=422)
    assert len(lacking.errors) == len(CHECKS)
    form = admissions.get(path).form(path)
    assert admissions.post(path, {**form, **ALL_LOOKED_UP, "answer": "confirmed"}).location == "/removals"
    words = admissions.get("/removals").words
    assert "Return received and checked: waits for the head teacher" in words
    page = admissions.get(path)
    assert "What was answered" in page.words
    assert "Answer again" in page.words
    assert page.form(path)["check_order"] == "none"
    again = admissions.post(path, {**ALL_LOOKED_UP, "answer": "confirmed"}, status=422)
    assert "Admissions answered on" in again.errors[0]
    with book.world.app.app_context():
        told = db.session.scalars(db.select(Alert).where(Alert.user_id == dsl.user_id)).all()
        assert any(each.kind == "removal.confirmed" for each in told)


def test_that_nothing_was_found_is_said_in_one_go_and_never_by_itself(
    book: Casebook, admissions: WebClient
) -> None:
    path = f"/removals/{proposed(book)}"
    none_found = {"none_found": "y", "answer": "confirmed"}
    assert "none_found" not in admissions.get(path).form(path)
    page = admissions.post(path, {**none_found, "check_order": "found"}, status=422)
    assert page.errors == [
        "You said that you found none, and marked something otherwise below. Correct one of the two."
    ]
    assert admissions.post(path, none_found).location == "/removals"
    with book.world.app.app_context():
        row = db.session.scalars(db.select(Removal)).one()
    assert row.confirmation == "confirmed"
    assert {code: row.checks[code] for code in CHECKS} == dict.fromkeys(CHECKS, "none")
    assert "none_found" not in admissions.get(path).form(path)


def test_another_authority_sees_nothing_of_a_query(
    world: World, book: Casebook, admissions: WebClient
) -> None:
    query = {"answer": "query", "query": "application", "reason": "A place was offered"}
    admissions.post(f"/removals/{proposed(book)}", query)
    words = world.sign_in_as(Role.ADMISSIONS, world.elsewhere).get("/removals").words
    assert "With the school: queried" not in words
    assert "Arden" not in words


def test_a_number_that_no_page_wrote_is_as_if_there_were_none(book: Casebook, admissions: WebClient) -> None:
    path = f"/removals/{proposed(book)}"
    page = admissions.post(path, {"seen": "9" * 5000}, status=422)
    assert NOTHING_CHOSEN in page.errors


@on_both
def test_a_query_goes_back_to_the_school_with_its_reason(book: Casebook, admissions: WebClient) -> None:
    reference = proposed(book)
    path = f"/removals/{reference}"
    page = admissions.post(path, {"answer": "recorded", "query": "application"}, status=422)
    assert page.errors == ["You chose what to query, and another answer. Query it, or choose nothing here."]
    page = admissions.post(path, {"answer": "query"}, status=422)
    assert page.errors == ["Choose what you query: it goes back to the school.", "Enter the reason."]
    note = "A place at Beech Hill was offered"
    filled = {"answer": "query", "query": "application", "reason": note, "check_application": "found"}
    assert admissions.post(path, filled).location == "/removals"
    with book.world.app.app_context():
        row = db.session.scalars(db.select(Removal)).one()
    assert (row.confirmation, row.checks["application"], row.said) == ("application", "found", note)
    words = admissions.get("/removals").words
    assert "No removal is proposed." in words
    assert "With the school: queried" in words
    assert "There is a live application or offer" in words
    assert "Waits for the school's answer" in words
    admissions.get(path, status=404)


@on_both
def test_the_school_answers_a_query_and_admissions_read_it_with_the_next_proposal(
    world: World, book: Casebook, admissions: WebClient
) -> None:
    reference = proposed(book)
    filled = {"answer": "query", "query": "application", "reason": "A place was offered"}
    admissions.post(f"/removals/{reference}", filled)
    dsl = world.sign_in_as(Role.DSL)
    case = dsl.get(f"/cases/{reference}")
    assert "Answer the query of admissions" in case.words
    path = f"/cases/{reference}/answer-query"
    assert path in case.links.values()
    assert dsl.get(path).heading == "Answer the query of admissions"
    assert dsl.post(path, {}, status=422).errors == ["Enter your answer."]
    dsl.post(path, {"message": "The family declined the place"}, status=303)
    assert "Answer the query of admissions" not in dsl.get(f"/cases/{reference}").words.split("History")[0]
    assert "Answered: waits for a new proposal" in admissions.get("/removals").words
    with book.world.app.app_context():
        refused = removals.propose(book.dsl, reference, Proposal("f", RETURN, EVIDENCE, True), at=AT)
        assert refused is None, refused
    assert "With the school: queried" not in admissions.get("/removals").words
    words = admissions.get(f"/removals/{reference}").words
    assert "There is a live application or offer. A place was offered" in words
    assert "answered by the school: The family declined the place" in words


def test_the_head_reads_what_admissions_found_with_their_note(
    world: World, book: Casebook, admissions: WebClient
) -> None:
    reference = proposed(book)
    found = {**ALL_LOOKED_UP, "check_order": "found", "answer": "confirmed", "reason": "An order of 2019"}
    admissions.post(f"/removals/{reference}", found)
    page = world.sign_in_as(Role.HEAD).get(f"/cases/{reference}/removal")
    assert "Their note: An order of 2019" in page.words
    assert "Admissions found a school attendance order in force after this was recorded." in page.words
    assert "Record the removal made today" not in page.words
    history = world.sign_in_as(Role.DSL).get(f"/cases/{reference}").words
    assert "Found: A school attendance order in force." in history


def test_another_roll_is_told_as_a_number_without_particulars(
    world: World, book: Casebook, admissions: WebClient
) -> None:
    reference = proposed(book)
    with world.app.app_context(), transaction() as session:
        session.scalars(db.select(Pupil).where(Pupil.surname == "Arden")).one().upn = "H801200001001"
        twin = Pupil(surname="Quill", forename="Una", upn="H801200001001", created_at=AT)
        session.add(Registration(pupil=twin, school_id=world.school_b.school_id, created_at=AT))
    words = admissions.get(f"/removals/{reference}").words
    assert "Registered elsewhere: the UPN is on 1 other roll in this service." in words
    assert "Quill" not in words
    assert "Beech Hill" not in words


@on_both
def test_the_removals_made_stay_on_a_list(book: Casebook, admissions: WebClient) -> None:
    assert "No removal has been made." in admissions.get("/removals/made").words
    reference = removed(book)
    page = admissions.get("/removals/made")
    assert page.links[f"Ada Arden, {reference}"] == f"/removals/{reference}"
    words = page.words
    for said in ("Ada Arden", reference, "Fri 20 Nov 2026", "Return received and checked"):
        assert said in words
    assert "Removed on Fri 20 Nov 2026" in admissions.get(f"/removals/{reference}").words


def test_an_alert_of_admissions_leads_to_the_removal(world: World, book: Casebook) -> None:
    person = world.person(Role.ADMISSIONS)
    reference = proposed(book)
    page = person.client.get("/alerts")
    assert f"/removals/{reference}" in page.links.values()
